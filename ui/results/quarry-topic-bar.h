/* quarry-topic-bar.h: the topics among the results, as chips
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/results/quarry-topic-colors.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_TOPIC_BAR (quarry_topic_bar_get_type ())

/* A row of chips that scrolls sideways: one for all hits and one for each topic, with its colour and number of hits.
 * The box of chips has the accessible name "Topics".
 *
 * Properties: "active" (char *): the name of the topic that the results are narrowed to; NULL for all. It is kept by
 * name, so that it stays from answer to answer. */
G_DECLARE_FINAL_TYPE (QuarryTopicBar, quarry_topic_bar, QUARRY, TOPIC_BAR, GtkWidget)

GtkWidget *quarry_topic_bar_new (void);

/* @colors has to be up to date with @topics. If the active topic is not among these, all hits are shown again. */
void quarry_topic_bar_set_topics (QuarryTopicBar *self,
                                  GListModel *topics,
                                  QuarryTopicColors *colors);

const char *quarry_topic_bar_get_active (QuarryTopicBar *self);
void quarry_topic_bar_set_active (QuarryTopicBar *self, const char *label);

G_END_DECLS
