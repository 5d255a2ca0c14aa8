/* quarry-topic-names-private.h: names for groups of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * See quarry-topic-names.c for how they are chosen.
 */
#pragma once

#include "core/rank/quarry-topics.h"

G_BEGIN_DECLS

/* Names each of @n_groups groups by the n-gram of its members' texts and titles that best distinguishes it from the
 * other candidates. @rarity: as in quarry_find_topics(). @group_of: n, the number of a group or -1. @names: begins with
 * @n_taken names of other groups. No name contains all words of another one (in any form), including those @n_taken.
 * The names are written to names[n_taken] to names[n_taken + n_groups − 1], NULL where no n-gram represents a group.
 * (transfer full) */
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

/* Whether one name contains the words of the other, so that the two do not distinguish groups. */
gboolean quarry_topic_names_overlap (const char *a, const char *b);

/* Whether each word of the name is one of the query's, in any form. */
gboolean quarry_topic_name_is_asked_for (const char *name, const char *query);

G_END_DECLS
