/* quarry-ignore.h: which files and folders an import passes over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hidden ones; folders of version control, of package managers and of build systems, and those
 * marked by a CACHEDIR.TAG (bford.info/cachedir); and what .gitignore files exclude, by the rules
 * of gitignore(5): the last pattern that matches decides, "!" takes back, a trailing "/" means
 * folders alone, a "/" elsewhere ties the pattern to its file's folder, "**" crosses folders.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The rules in force in one folder: its own and those of the folders above it. */
typedef struct _QuarryIgnore QuarryIgnore;

/* Reads @folder's .gitignore, if there is one. @parent: the rules of the folder above, or NULL.
 * (transfer full); keeps a reference to @parent. */
QuarryIgnore *quarry_ignore_new (QuarryIgnore *parent, const char *folder);
QuarryIgnore *quarry_ignore_ref (QuarryIgnore *self);
void quarry_ignore_unref (QuarryIgnore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryIgnore, quarry_ignore_unref)

/* TRUE where the entry called @name in the rules' folder is to be passed over. */
gboolean quarry_ignore_matches (QuarryIgnore *self, const char *name, gboolean is_folder);

/* (transfer full) The rule that passes the entry over, in words, as in "hidden files are passed over";
 * NULL where none does. */
char *quarry_ignore_explain (QuarryIgnore *self, const char *name, gboolean is_folder);

/* TRUE where @folder says of itself that it holds only what can be made again. */
gboolean quarry_ignore_is_cache (const char *folder);

G_END_DECLS
