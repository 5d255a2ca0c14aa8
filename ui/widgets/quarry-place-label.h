/* quarry-place-label.h: where in its document a passage stands, on one line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If there is no room for all headings, the outer ones are left out, each as a whole, since the
 * innermost says most. If there is no room for that one either, its end is cut off before the page.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_PLACE_LABEL (quarry_place_label_get_type ())
G_DECLARE_FINAL_TYPE (QuarryPlaceLabel, quarry_place_label, QUARRY, PLACE_LABEL, GtkWidget)

GtkWidget *quarry_place_label_new (void);

/* @text: such as "Chapter 2 › The embargo · p. 12". @n_headings: how many bytes its headings take, which are cut where there
 * is no room for all of it. */
void quarry_place_label_set_text (QuarryPlaceLabel *self, const char *text, gsize n_headings);
const char *quarry_place_label_get_text (QuarryPlaceLabel *self);

/* What is shown of the text for lack of room: "… › The embargo · p. 12". Known once the label has been allocated. */
const char *quarry_place_label_get_shown (QuarryPlaceLabel *self);

G_END_DECLS
