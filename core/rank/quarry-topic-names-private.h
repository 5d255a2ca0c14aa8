/* quarry-topic-names-private.h: names for groups of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/rank/quarry-topics.h"

G_BEGIN_DECLS

/* Names each of @n_groups groups by the n-gram of its members' texts and titles that tells it best
 * from the other candidates. @rarity: as in quarry_find_topics(). @group_of: n, a group's number or -1. No name
 * holds the words, in whichever form, of another one or of the @n_taken that @names begins with; NULL where no n-gram stands for a group. Writes to
 * names[n_taken] to names[n_taken + n_groups − 1], (transfer full). */
void quarry_name_groups (const QuarryTopicText *texts,
                         guint n,
                         const QuarryWord *query_words,
                         guint n_query_words,
                         QuarryRarityFunc rarity,
                         gpointer user_data,
                         const gint *group_of,
                         guint n_groups,
                         char **names,
                         guint n_taken);

/* Whether one name holds the words of the other: the two do not tell groups apart. */
gboolean quarry_topic_names_overlap (const char *a, const char *b);

G_END_DECLS
