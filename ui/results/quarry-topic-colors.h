/* quarry-topic-colors.h: which colour each topic has
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_TOPIC_COLORS (quarry_topic_colors_get_type ())

/* The topics of the newest answer with their colours. A topic keeps its colour as long as each answer has a topic of
 * that name. */
G_DECLARE_FINAL_TYPE (QuarryTopicColors, quarry_topic_colors, QUARRY, TOPIC_COLORS, GObject)

QuarryTopicColors *quarry_topic_colors_new (void);

/* @topics: of QuarryTopicItem; NULL: none. */
void quarry_topic_colors_update (QuarryTopicColors *self, GListModel *topics);

/* For the topic with the id @topic: its colour, -1 if it has none (there are more topics than colours, or there is no
 * such topic); and its name, "" if there is no such topic. */
int quarry_topic_colors_get_color (QuarryTopicColors *self, int topic);
const char *quarry_topic_colors_get_label (QuarryTopicColors *self, int topic);

/* The id of the topic with the name @label; -1 if there is none. */
int quarry_topic_colors_find (QuarryTopicColors *self, const char *label);

G_END_DECLS
