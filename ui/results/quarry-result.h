/* quarry-result.h: a place in the list of results, and the hit that stands in it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RESULT (quarry_result_get_type ())

/* An item of the results model. It stays as long as its passage is a hit. After that it is given another hit, so
 * that the row that shows it can be reused.
 *
 * Signal "changed" (gboolean other): what it shows has changed; @other is TRUE if it is another passage. */
G_DECLARE_FINAL_TYPE (QuarryResult, quarry_result, QUARRY, RESULT, GObject)

QuarryResult *quarry_result_new (void);

/* @topic: the name of the hit's topic, "" for none; @color: the topic's colour, -1 for none. @moved: how many places
 * variety has just moved it up. */
void quarry_result_set (QuarryResult *self,
                        QuarryHit *hit,
                        guint position,
                        const char *topic,
                        int color,
                        int moved);

QuarryHit *quarry_result_get_hit (QuarryResult *self); /* (transfer none) */
gint64 quarry_result_get_passage (QuarryResult *self);
guint quarry_result_get_position (QuarryResult *self); /* counts from 0 */
const char *quarry_result_get_topic (QuarryResult *self);
int quarry_result_get_color (QuarryResult *self);
int quarry_result_get_moved (QuarryResult *self);

G_END_DECLS
