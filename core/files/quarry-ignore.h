/* quarry-ignore.h: which files and folders an import skips
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * These are skipped:
 *   - what a person removed from the library, or excluded by patterns of their own;
 *   - hidden files and folders, and locks and backups that programs leave beside documents;
 *   - folders of version control, package managers and build systems, and those marked by a CACHEDIR.TAG
 *     (bford.info/cachedir);
 *   - what .gitignore files exclude, by the rules of gitignore(5): the last pattern that matches decides; "!" includes
 *     again; with a trailing "/" a pattern matches only folders, with a "/" elsewhere only paths relative to the
 *     folder of its file; "**" matches across folders.
 *
 * Threads: rules do not change once they have children; from then on any thread may use them.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rules that apply in one folder: its own and those of the folders above it. */
typedef struct _QuarryIgnore QuarryIgnore;

/* The person's own patterns (NULL-terminated). They are treated as lines of a .gitignore at the top of each of the
 * library's folders, and take precedence over any real one. To be used as the parent of such a folder's rules.
 * (transfer full) */
QuarryIgnore *quarry_ignore_new_own (const char *const *patterns);

/* Excludes @path, absolute and without links, because the person removed it from the library. To be called before
 * @own becomes the parent of other rules. */
void quarry_ignore_add_taken_out (QuarryIgnore *own, const char *path);

/* Reads @folder's .gitignore, if there is one. @parent: the rules of the folder above, or NULL.
 * (transfer full); keeps a reference to @parent. */
QuarryIgnore *quarry_ignore_new (QuarryIgnore *parent, const char *folder);
QuarryIgnore *quarry_ignore_ref (QuarryIgnore *self);
void quarry_ignore_unref (QuarryIgnore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryIgnore, quarry_ignore_unref)

/* Whether the entry @name of the rules' folder is to be skipped. */
gboolean quarry_ignore_matches (QuarryIgnore *self, const char *name, gboolean is_folder);

/* The rule that excludes the entry, in translated words, as in "hidden files and folders are"; NULL where none does.
 * (transfer full) */
char *quarry_ignore_explain (QuarryIgnore *self, const char *name, gboolean is_folder);

/* The rules that apply in the folder containing @path, which lies below the library's folder @root. NULL where @path
 * or a folder above it is excluded: *rule, unless NULL, then gets a sentence that says what is excluded and why.
 * @own: made by quarry_ignore_new_own(), or NULL. (transfer full) */
QuarryIgnore *quarry_ignore_below (QuarryIgnore *own, const char *root, const char *path, char **rule);

/* TRUE where @folder contains a valid CACHEDIR.TAG, is a build folder, or is a library of Quarry. */
gboolean quarry_ignore_is_cache (const char *folder);

G_END_DECLS
