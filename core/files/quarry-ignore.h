/* quarry-ignore.h: which files and folders an import passes over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * These are passed over:
 *   - what a person took out of the library, or excluded by patterns of their own;
 *   - hidden files and folders, and locks and backups that programs leave beside documents;
 *   - folders of version control, package managers and build systems, and those marked by a CACHEDIR.TAG
 *     (bford.info/cachedir);
 *   - what .gitignore files exclude, by the rules of gitignore(5): the last pattern that matches decides, "!" takes
 *     back, a trailing "/" means folders alone, a "/" elsewhere ties the pattern to its file's folder, "**" crosses
 *     folders.
 *
 * Threads: rules do not change once they have children, and any thread may use them then.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rules in force in one folder: its own and those of the folders above it. */
typedef struct _QuarryIgnore QuarryIgnore;

/* The person's own patterns (NULL-terminated), which count as lines of a .gitignore at the top of every folder of the
 * library, and decide before any real one. For the parent of a library folder's rules. (transfer full) */
QuarryIgnore *quarry_ignore_new_own (const char *const *patterns);

/* Has @path, absolute and without links, passed over because the person took it out. To be called before @own is the
 * parent of other rules. */
void quarry_ignore_add_taken_out (QuarryIgnore *own, const char *path);

/* Reads @folder's .gitignore, if there is one. @parent: the rules of the folder above, or NULL.
 * (transfer full); keeps a reference to @parent. */
QuarryIgnore *quarry_ignore_new (QuarryIgnore *parent, const char *folder);
QuarryIgnore *quarry_ignore_ref (QuarryIgnore *self);
void quarry_ignore_unref (QuarryIgnore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryIgnore, quarry_ignore_unref)

/* TRUE where the entry called @name in the rules' folder is to be passed over. */
gboolean quarry_ignore_matches (QuarryIgnore *self, const char *name, gboolean is_folder);

/* The rule that passes the entry over, in translated words, as in "hidden files are passed over"; NULL where none does.
 * (transfer full) */
char *quarry_ignore_explain (QuarryIgnore *self, const char *name, gboolean is_folder);

/* The rules in force in the folder that holds @path, which lies below the library's folder @root;
 * NULL where @path or a folder on the way to it is passed over: *rule, where not NULL, gets a sentence
 * that says which and why. @own as of quarry_ignore_new_own(), or NULL. (transfer full) */
QuarryIgnore *quarry_ignore_below (QuarryIgnore *own, const char *root, const char *path, char **rule);

/* TRUE where @folder holds a valid CACHEDIR.TAG, or is a library of Quarry. */
gboolean quarry_ignore_is_cache (const char *folder);

G_END_DECLS
