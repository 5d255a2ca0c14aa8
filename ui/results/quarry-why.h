/* quarry-why.h: why a passage is among the results
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_WHY (quarry_why_get_type ())

/* Shows the words that made the passage match, each with its share of the similarity as a bar; the passage's rank by
 * meaning and by words; and how far variety moved it. */
G_DECLARE_FINAL_TYPE (QuarryWhy, quarry_why, QUARRY, WHY, GtkWidget)

GtkWidget *quarry_why_new (void);
void quarry_why_set_hit (QuarryWhy *self, QuarryHit *hit);

G_END_DECLS
