/* quarry-topic-colors.h: which colour each topic has
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_TOPIC_COLORS (quarry_topic_colors_get_type ())

/* The topics of the newest answer. A topic keeps its colour from answer to answer while a topic
 * of its name is there. */
G_DECLARE_FINAL_TYPE (QuarryTopicColors, quarry_topic_colors, QUARRY, TOPIC_COLORS, GObject)

QuarryTopicColors *quarry_topic_colors_new (void);

/* @topics: of QuarryTopicItem; NULL: none. */
void quarry_topic_colors_update (QuarryTopicColors *self, GListModel *topics);

/* Of the topic with the id @topic: its colour, -1 where it has none (more topics than colours, or
 * no such topic); its name, "" where there is no such topic. */
int quarry_topic_colors_get_color (QuarryTopicColors *self, int topic);
const char *quarry_topic_colors_get_label (QuarryTopicColors *self, int topic);

/* The id of the topic that is named @label, -1 where there is none. */
int quarry_topic_colors_find (QuarryTopicColors *self, const char *label);

G_END_DECLS
