/* quarry-topics.h: finds the topics among the candidates, and names them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Candidates are clustered (average link) by how far they are alike to the same others, until groups are hardly more
 * alike than the whole pool. If only some of the candidates hold all of the query, these are grouped separately and
 * come first. Each group is named by the n-gram of its texts that best distinguishes it from the other candidates and
 * that occurs there as a thing, that is, as a noun phrase of its own.
 */
#pragma once

#include "core/rank/quarry-diversity.h"

G_BEGIN_DECLS

typedef struct
{
  char *label;
  guint count;
} QuarryTopic;

/* The text and title of a candidate, with their words; the title may be NULL. @language: a BCP 47 tag; NULL where it is
 * not known, in which case function words of any language are treated as such. */
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

/* How rare a word is in the library: the idf of BM25, above 0. Called on the thread that finds the topics. */
typedef double (*QuarryRarityFunc) (const QuarryWordForm *form, gpointer user_data);

/* @comparison: of the pool; may be NULL where pool->holds_query is NULL. @likeness: of the pool, n × n. @texts: n.
 * @query_words: these are not used as names. Words with the same number must be of the same form, across all texts.
 * @rarity: words that are common in the library make poor names; NULL where this is not known. Writes the topic of each
 * candidate to topic_of[i]: an index into the result, or -1 where it belongs to none, since groups of fewer than 3 are
 * not topics. There are at most @max_topics, those that hold the query first, then by descending count, then by best
 * member. (transfer full): of QuarryTopic; free with g_array_unref(). */
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

/* The same for a pool that is not the result of a query and so is about many things. The clustering that gives the most
 * groups of medium size is taken. */
GArray *quarry_find_main_topics (const QuarryPool *pool,
                                 const float *likeness,
                                 const QuarryTopicText *texts,
                                 QuarryRarityFunc rarity,
                                 gpointer user_data,
                                 guint max_topics,
                                 gint *topic_of);

/* Lets topics keep their previous names. A topic gets the name of a previous topic if more than half of its candidates
 * were in that one, these are more than half of the previous topic's candidates that are still there, and at least a
 * fifth of the topic's candidates contain the name in their text or title. @texts: n (their words are not used).
 * @before_of: n, the previous topic of each candidate (an index into @before_labels) or -1. @query: a name whose words
 * are all in the query is not kept, since it no longer says anything. */
void quarry_keep_topic_names (GArray *topics,
                              const gint *topic_of,
                              const QuarryTopicText *texts,
                              guint n,
                              const gint *before_of,
                              const char *const *before_labels,
                              guint n_before,
                              const char *query);

G_END_DECLS
