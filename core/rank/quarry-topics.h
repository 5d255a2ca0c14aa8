/* quarry-topics.h: the topics among the candidates, and their names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Average-link clustering of whom the candidates are like, stopped where groups are hardly more alike than
 * the pool; where only some of the pool hold all of the query, those come first, told apart among themselves; groups
 * named by the n-gram of their texts that tells them best from the other candidates, and that is a thing there.
 */
#pragma once

#include "core/rank/quarry-diversity.h"

G_BEGIN_DECLS

typedef struct
{
  char *label;
  guint count;
} QuarryTopic;

/* A candidate's text and title, with their words; a title may be NULL. @language: a BCP 47 tag, NULL where
 * it is not known, which makes function words of all languages suspect. */
typedef struct
{
  const char *text;
  const QuarryWord *words;
  guint n_words;
  const char *title;
  const QuarryWord *title_words;
  guint n_title_words;
  const char *language;
} QuarryTopicText;

/* How rare a word is in the library: BM25's idf, over 0. Called from the thread that finds the topics. */
typedef double (*QuarryRarityFunc) (const QuarryWordForm *form, gpointer user_data);

/* @comparison: the pool's, NULL where nothing is known of what holds the query; @likeness: of the pool, n × n.
 * @texts: n. @query_words: they are no names. Words of one number are of one form, in all of them. @rarity: what is
 * common in the library names little; NULL: not known.
 * Writes each candidate's topic to topic_of[i]: an index into the result, or -1 where it belongs
 * to a group of fewer than 3. At most @max_topics: those that hold the query first, then by count,
 * then by best member.
 * (transfer full): of QuarryTopic; free with g_array_unref(). */
GArray *quarry_find_topics (const QuarryPool *pool,
                            const QuarryComparison *comparison,
                            const float *likeness,
                            const QuarryTopicText *texts,
                            const QuarryWord *query_words,
                            guint n_query_words,
                            QuarryRarityFunc rarity,
                            gpointer user_data,
                            guint max_topics,
                            gint *topic_of);

/* The same for a pool that no query has brought together, so that it is about many things: the grouping
 * that gives the most groups of middling size. */
GArray *quarry_find_main_topics (const QuarryPool *pool,
                                 const float *likeness,
                                 const QuarryTopicText *texts,
                                 QuarryRarityFunc rarity,
                                 gpointer user_data,
                                 guint max_topics,
                                 gint *topic_of);

/* Lets topics keep the names that they had: where most of a topic's candidates were in one topic before,
 * and they are most of those of it that are still there, it is called as that one was, as long as a fifth of
 * them say so in their text or title. @texts: n, for that (words are not looked at). @before_of: n, each
 * candidate's topic before (an index into @before_labels) or -1. @query: a name whose words all stand in
 * it now says nothing any more. */
void quarry_keep_topic_names (GArray *topics,
                              const gint *topic_of,
                              const QuarryTopicText *texts,
                              guint n,
                              const gint *before_of,
                              const char *const *before_labels,
                              guint n_before,
                              const char *query);

G_END_DECLS
