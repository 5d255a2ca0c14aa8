/* quarry-similarity-bar.h: how similar a passage is, as a bar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The number of topic colours in the style sheet: classes "topic-1" and so on. */
#define QUARRY_N_TOPIC_COLORS 6

#define QUARRY_TYPE_SIMILARITY_BAR (quarry_similarity_bar_get_type ())

/* A thin bar, filled in proportion to a cosine between 0 and 1. Changes of the value are animated, unless animations
 * are off. The length of the bar is its width-request.
 *
 * Properties: "value" (gdouble). */
G_DECLARE_FINAL_TYPE (QuarrySimilarityBar, quarry_similarity_bar, QUARRY, SIMILARITY_BAR, GtkWidget)

GtkWidget *quarry_similarity_bar_new (void);

double quarry_similarity_bar_get_value (QuarrySimilarityBar *self);
void quarry_similarity_bar_set_value (QuarrySimilarityBar *self, double value);

/* Sets @value without animation, for a bar that is to show something else than before. */
void quarry_similarity_bar_jump (QuarrySimilarityBar *self, double value);

/* @color: 0 to QUARRY_N_TOPIC_COLORS - 1, or -1 for the colour of hits without a topic. */
void quarry_similarity_bar_set_topic_color (QuarrySimilarityBar *self, int color);

/* The same for any widget: sets one of the style classes "topic-1" …; none for -1. */
void quarry_set_topic_class (GtkWidget *widget, int color);

/* A cosine in the form in which it is shown everywhere: ".71", "1.0", "−.05", with the locale's decimal sign. (transfer
 * full) */
char *quarry_similarity_to_string (double similarity);

G_END_DECLS
