/* quarry-failure-item.h: a file that could not be read or was passed over, as an item of a list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_FAILURE_ITEM (quarry_failure_item_get_type ())

/* Properties: "reason" (gchararray), "skipped" (gboolean: passed over rather than failed), "retrying" (gboolean), and of
 * a heading "n-files" (guint) and "opened" (gboolean); all of them notify. */
G_DECLARE_FINAL_TYPE (QuarryFailureItem, quarry_failure_item, QUARRY, FAILURE_ITEM, GObject)

QuarryFailureItem *quarry_failure_item_new (const char *path, const char *reason, gboolean skipped);

/* A heading above the files that have the same reason. It has no path; its name says how many they are. */
QuarryFailureItem *quarry_failure_item_new_heading (const char *reason, gboolean skipped);

const char *quarry_failure_item_get_path (QuarryFailureItem *self);    /* in the file system's bytes */
const char *quarry_failure_item_get_name (QuarryFailureItem *self);    /* for display */
const char *quarry_failure_item_get_folder (QuarryFailureItem *self);  /* for display */
const char *quarry_failure_item_get_reason (QuarryFailureItem *self);
gboolean quarry_failure_item_get_skipped (QuarryFailureItem *self);
gboolean quarry_failure_item_get_retrying (QuarryFailureItem *self);

void quarry_failure_item_set_retrying (QuarryFailureItem *self, gboolean retrying);

/* To be called when another attempt to read the file has failed, with its result. Ends "retrying". */
void quarry_failure_item_update (QuarryFailureItem *self, const char *reason, gboolean skipped);

gboolean quarry_failure_item_is_heading (QuarryFailureItem *self);
guint quarry_failure_item_get_n_files (QuarryFailureItem *self);
void quarry_failure_item_set_n_files (QuarryFailureItem *self, guint n_files);
gboolean quarry_failure_item_get_opened (QuarryFailureItem *self);
void quarry_failure_item_set_opened (QuarryFailureItem *self, gboolean opened);

G_END_DECLS
