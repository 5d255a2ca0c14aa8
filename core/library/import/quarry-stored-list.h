/* quarry-stored-list.h: lists of strings stored in the database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each list is one value of the store, in which every string ends with a NUL.
 */
#pragma once

#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* The list at @key, empty where there is none. (transfer full): of char * */
GPtrArray *quarry_stored_list_read (QuarryStore *store, const char *key);

gboolean quarry_stored_list_write (QuarryStore *store, const char *key, GPtrArray *list, GError **error);

gboolean quarry_stored_list_has (GPtrArray *list, const char *string);

/* Returns FALSE where the list had it already. */
gboolean quarry_stored_list_add (GPtrArray *list, const char *string);

/* Removes the paths that are @path or lie below it. Returns FALSE where there were none. */
gboolean quarry_stored_list_remove_below (GPtrArray *list, const char *path);

G_END_DECLS
