/* quarry-failure-item.h: a file that could not be read or was passed over, as a list shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_FAILURE_ITEM (quarry_failure_item_get_type ())

/* Properties: "reason" (gchararray), "skipped" (gboolean: passed over rather than failed),
 * "retrying" (gboolean); all notify. */
G_DECLARE_FINAL_TYPE (QuarryFailureItem, quarry_failure_item, QUARRY, FAILURE_ITEM, GObject)

QuarryFailureItem *quarry_failure_item_new (const char *path, const char *reason, gboolean skipped);

const char *quarry_failure_item_get_path (QuarryFailureItem *self);    /* bytes of the file system */
const char *quarry_failure_item_get_name (QuarryFailureItem *self);    /* to be shown */
const char *quarry_failure_item_get_folder (QuarryFailureItem *self);  /* to be shown */
const char *quarry_failure_item_get_reason (QuarryFailureItem *self);
gboolean quarry_failure_item_get_skipped (QuarryFailureItem *self);
gboolean quarry_failure_item_get_retrying (QuarryFailureItem *self);

void quarry_failure_item_set_retrying (QuarryFailureItem *self, gboolean retrying);

/* The file was looked at again, and this came of it. No longer retrying. */
void quarry_failure_item_update (QuarryFailureItem *self, const char *reason, gboolean skipped);

G_END_DECLS
