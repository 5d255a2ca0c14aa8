/* quarry-passage-label.h: a few lines of a passage
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/widgets/quarry-hit-markup.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_PASSAGE_LABEL (quarry_passage_label_get_type ())

/* Shows a hit's text in up to three lines, with a tooltip on each word that made it match. It does what a GtkLabel
 * would, but at a fraction of the cost: the text is shaped once for each width, not each time that the label is
 * measured. This matters since some twenty of these change with every key. */
G_DECLARE_FINAL_TYPE (QuarryPassageLabel, quarry_passage_label, QUARRY, PASSAGE_LABEL, GtkWidget)

GtkWidget *quarry_passage_label_new (void);

/* Takes over @markup. */
void quarry_passage_label_take_markup (QuarryPassageLabel *self, QuarryHitMarkup *markup);

G_END_DECLS
