/* quarry-stored-list.h: lists of paths that the database keeps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each is a value of the store: strings that end with NUL.
 */
#pragma once

#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* (transfer full): of char *, empty where there is none. */
GPtrArray *quarry_stored_list_read (QuarryStore *store, const char *key);

gboolean quarry_stored_list_write (QuarryStore *store, const char *key, GPtrArray *list, GError **error);

gboolean quarry_stored_list_has (GPtrArray *list, const char *string);

/* FALSE: it was there. */
gboolean quarry_stored_list_add (GPtrArray *list, const char *string);

/* What is at @path and below it; FALSE: nothing was. */
gboolean quarry_stored_list_remove_below (GPtrArray *list, const char *path);

G_END_DECLS
