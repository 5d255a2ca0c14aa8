/* quarry-topics.c: finds the topics among the candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Clusters the candidates, chooses the groups that are large enough, has them named, and keeps names from one search to
 * the next.
 */
#include "core/rank/quarry-topics.h"
#include "core/rank/quarry-clusters-private.h"
#include "core/rank/quarry-topic-names-private.h"

#include <string.h>

/* A smaller group is not a topic. */
#define LEAST_MEMBERS 3

/* If at least this many candidates hold all of the query, but at most this share of them do, they are grouped
 * separately. */
#define LEAST_HOLDING 6
#define MOST_HOLDING 0.8

/* In a pool from the whole library, a main topic is a group of between a hundredth and half of the candidates. The stop
 * of the clustering is increased by this factor again and again to find where there are most such groups. */
#define LEAST_PART 100
#define MOST_PART 2
#define FINER 1.25

/* A name is kept while at least this share of the topic's candidates contain it. */
#define LEAST_SAYING 0.2

typedef struct
{
  guint cell;
  guint n_members;
  guint first; /* index of its best member */
  gboolean holds_query; /* its members hold the query, where those that do are grouped separately */
} Group;

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *left = a;
  const Group *right = b;

  if ((left->n_members < LEAST_MEMBERS) != (right->n_members < LEAST_MEMBERS))
    return left->n_members < LEAST_MEMBERS ? 1 : -1;
  if (left->holds_query != right->holds_query)
    return left->holds_query ? -1 : 1;
  if (left->n_members != right->n_members)
    return left->n_members > right->n_members ? -1 : 1;
  return left->first < right->first ? -1 : left->first > right->first;
}

/* Groups a part of the pool by @likeness, n_part × n_part, and numbers the groups from @first on. Returns how many
 * there are. */
static guint
find_cells_of_part (const float *likeness, const guint *part, guint n_part, guint first, guint *cell_of)
{
  g_autofree guint *cells = g_new (guint, n_part + 1);
  guint n_cells = quarry_find_groups (likeness, n_part, cells);

  for (guint i = 0; i < n_part; i++)
    cell_of[part[i]] = first + cells[i];
  return n_cells;
}

/* The groups of the pool. If a query word has several senses, the passages that hold it may be few among all those that
 * are near it in meaning, and compared with those, its senses all look the same. So they are grouped separately. */
static guint
find_cells (const QuarryPool *pool,
            const QuarryComparison *comparison,
            const float *likeness,
            guint *cell_of,
            gboolean *apart)
{
  g_autofree guint *part = g_new (guint, MAX (1, pool->n));
  g_autofree float *among_holding = NULL;
  g_autofree float *among_others = NULL;
  guint n_holding = 0, n_others = 0, n_cells;

  for (guint i = 0; i < pool->n && pool->holds_query != NULL; i++)
    if (pool->holds_query[i])
      part[n_holding++] = i;
  *apart = n_holding >= LEAST_HOLDING && (double)n_holding <= MOST_HOLDING * pool->n;
  if (!*apart)
    return quarry_find_groups (likeness, pool->n, cell_of);

  among_holding = quarry_comparison_get_likeness_of (comparison, part, n_holding);
  n_cells = find_cells_of_part (among_holding, part, n_holding, 0, cell_of);
  for (guint i = 0; i < pool->n; i++)
    if (!pool->holds_query[i])
      part[n_others++] = i;
  among_others = g_new (float, MAX (1, (gsize) n_others * n_others));
  for (guint i = 0; i < n_others; i++)
    for (guint j = 0; j < n_others; j++)
      among_others[(gsize) i * n_others + j] = likeness[(gsize) part[i] * pool->n + part[j]];
  return n_cells + find_cells_of_part (among_others, part, n_others, n_cells, cell_of);
}

/* Names the groups from @first up to but not including @end by comparing them only with the part of the candidates that
 * they are from: those that hold the query, or those that do not, as @holds_query says. */
static void
name_part (const QuarryPool *pool,
           const QuarryTopicText *texts,
           const QuarryWord *query_words,
           guint n_query_words,
           QuarryRarityFunc rarity,
           gpointer user_data,
           const gint *group_of,
           gboolean holds_query,
           guint first,
           guint end,
           char **names)
{
  g_autofree QuarryTopicText *part_texts = g_new (QuarryTopicText, pool->n + 1);
  g_autofree gint *part_group_of = g_new (gint, pool->n + 1);
  guint n = 0;

  for (guint i = 0; i < pool->n; i++)
    if (!pool->holds_query[i] == !holds_query)
      {
        part_texts[n] = texts[i];
        part_group_of[n++] = group_of[i] >= 0 ? group_of[i] - (gint)first : -1;
      }
  quarry_name_groups (part_texts, n, query_words, n_query_words, rarity, user_data, part_group_of, end - first, names, first);
}

static void
name_all (const QuarryPool *pool,
          const QuarryTopicText *texts,
          const QuarryWord *query_words,
          guint n_query_words,
          QuarryRarityFunc rarity,
          gpointer user_data,
          const gint *group_of,
          const Group *groups,
          guint n_groups,
          char **names)
{
  guint n_holding = 0;

  while (n_holding < n_groups && groups[n_holding].holds_query)
    n_holding++;
  if (n_holding == 0)
    {
      quarry_name_groups (texts, pool->n, query_words, n_query_words, rarity, user_data, group_of, n_groups, names, 0);
      return;
    }
  name_part (pool, texts, query_words, n_query_words, rarity, user_data, group_of, TRUE, 0, n_holding, names);
  name_part (pool, texts, query_words, n_query_words, rarity, user_data, group_of, FALSE, n_holding, n_groups, names);
}

static void
clear_topic (gpointer data)
{
  QuarryTopic *topic = data;

  g_free (topic->label);
}

/* Makes topics of the cells that are large enough and get a name. */
static GArray *
name_cells (const QuarryPool *pool,
            const QuarryTopicText *texts,
            const QuarryWord *query_words,
            guint n_query_words,
            QuarryRarityFunc rarity,
            gpointer user_data,
            const guint *cell_of,
            guint n_cells,
            gboolean apart,
            guint max_topics,
            gint *topic_of)
{
  guint n = pool->n;
  GArray *topics = g_array_new (FALSE, TRUE, sizeof (QuarryTopic));
  g_autofree Group *groups = NULL;
  g_autofree gint *group_of_cell = NULL;
  g_autofree gint *topic_of_group = NULL;
  g_autofree char **names = NULL;
  guint n_groups = 0;

  g_array_set_clear_func (topics, clear_topic);
  groups = g_new0 (Group, MAX (n_cells, 1));
  group_of_cell = g_new (gint, MAX (n_cells, 1));
  for (guint c = 0; c < n_cells; c++)
    {
      groups[c].cell = c;
      group_of_cell[c] = -1;
    }
  for (guint i = n; i-- > 0;)
    {
      groups[cell_of[i]].n_members++;
      groups[cell_of[i]].first = i;
      groups[cell_of[i]].holds_query = apart && pool->holds_query[i];
    }

  qsort (groups, n_cells, sizeof (Group), compare_groups);
  while (n_groups < n_cells && n_groups < max_topics && groups[n_groups].n_members >= LEAST_MEMBERS)
    {
      group_of_cell[groups[n_groups].cell] = (gint)n_groups;
      n_groups++;
    }
  for (guint i = 0; i < n; i++)
    topic_of[i] = group_of_cell[cell_of[i]];

  /* A group that cannot be named is not a topic either. */
  names = g_new0 (char *, n_groups + 1);
  topic_of_group = g_new (gint, MAX (n_groups, 1));
  name_all (pool, texts, query_words, n_query_words, rarity, user_data, topic_of, groups, n_groups, names);
  for (guint g = 0; g < n_groups; g++)
    {
      topic_of_group[g] = names[g] != NULL ? (gint)topics->len : -1;
      if (names[g] != NULL)
        {
          QuarryTopic topic = { g_steal_pointer (&names[g]), groups[g].n_members };

          g_array_append_val (topics, topic);
        }
    }
  for (guint i = 0; i < n; i++)
    if (topic_of[i] >= 0)
      topic_of[i] = topic_of_group[topic_of[i]];
  return topics;
}

GArray *
quarry_find_topics (const QuarryPool *pool,
                    const QuarryComparison *comparison,
                    const float *likeness,
                    const QuarryTopicText *texts,
                    const QuarryWord *query_words,
                    guint n_query_words,
                    QuarryRarityFunc rarity,
                    gpointer user_data,
                    guint max_topics,
                    gint *topic_of)
{
  g_autofree guint *cell_of = g_new (guint, MAX (pool->n, 1));
  gboolean apart;
  guint n_cells = find_cells (pool, comparison, likeness, cell_of, &apart);

  return name_cells (
      pool, texts, query_words, n_query_words, rarity, user_data, cell_of, n_cells, apart, max_topics, topic_of);
}

/* How many cells are neither very small nor more than half of the pool. */
static guint
count_middling (const guint *cell_of, guint n, guint n_cells)
{
  g_autofree guint *sizes = g_new0 (guint, MAX (n_cells, 1));
  guint n_middling = 0;

  for (guint i = 0; i < n; i++)
    sizes[cell_of[i]]++;
  for (guint c = 0; c < n_cells; c++)
    n_middling += sizes[c] >= MAX (LEAST_MEMBERS, n / LEAST_PART) && sizes[c] <= n / MOST_PART;
  return n_middling;
}

GArray *
quarry_find_main_topics (const QuarryPool *pool,
                         const float *likeness,
                         const QuarryTopicText *texts,
                         QuarryRarityFunc rarity,
                         gpointer user_data,
                         guint max_topics,
                         gint *topic_of)
{
  guint n = pool->n;
  g_autofree guint *cell_of = g_new (guint, MAX (n, 1));
  g_autofree guint *tried = g_new (guint, MAX (n, 1));
  guint n_cells = 0, most = 0;

  for (double stop = QUARRY_CLUSTERS_STOP; stop < 0.4; stop *= FINER)
    {
      guint n_tried = quarry_find_clusters (likeness, n, stop, tried);
      guint n_middling = count_middling (tried, n, n_tried);

      if (n_cells > 0 && n_middling <= most)
        continue;
      most = n_middling;
      n_cells = n_tried;
      memcpy (cell_of, tried, n * sizeof (guint));
    }
  return name_cells (pool, texts, NULL, 0, rarity, user_data, cell_of, n_cells, FALSE, max_topics, topic_of);
}

static gboolean
is_taken (GArray *topics, guint but, const char *label)
{
  for (guint t = 0; t < topics->len; t++)
    if (t != but && quarry_topic_names_overlap (label, g_array_index (topics, QuarryTopic, t).label))
      return TRUE;
  return FALSE;
}

/* Whether enough of the topic's candidates still contain @label. From keystroke to keystroke, a topic may gradually
 * turn into another. */
static gboolean
is_said_by (const char *label, gint topic, const gint *topic_of, const QuarryTopicText *texts, guint n)
{
  guint n_members = 0, n_saying = 0;

  for (guint i = 0; i < n; i++)
    if (topic_of[i] == topic)
      {
        n_members++;
        if (strstr (texts[i].text, label) || (texts[i].title && strstr (texts[i].title, label)))
          n_saying++;
      }
  return n_saying >= LEAST_SAYING * n_members;
}

void
quarry_keep_topic_names (GArray *topics,
                         const gint *topic_of,
                         const QuarryTopicText *texts,
                         guint n,
                         const gint *before_of,
                         const char *const *before_labels,
                         guint n_before,
                         const char *query)
{
  g_autofree guint *common = g_new0 (guint, MAX (1, (gsize) topics->len * n_before));
  g_autofree guint *left = g_new0 (guint, MAX (1, n_before)); /* of each previous topic: candidates still there */

  for (guint i = 0; i < n; i++)
    if (before_of[i] >= 0)
      {
        left[before_of[i]]++;
        if (topic_of[i] >= 0)
          common[(gsize) topic_of[i] * n_before + (guint) before_of[i]]++;
      }
  for (guint t = 0; t < topics->len; t++)
    for (guint b = 0; b < n_before; b++)
      {
        QuarryTopic *topic = &g_array_index (topics, QuarryTopic, t);
        guint both = common[(gsize) t * n_before + b];

        /* If it is more than half on either side, no other topic can claim the name. */
        if (2 * both > topic->count && 2 * both > left[b] && !is_taken (topics, t, before_labels[b])
            && !quarry_topic_name_is_asked_for (before_labels[b], query)
            && is_said_by (before_labels[b], (gint) t, topic_of, texts, n))
          {
            g_free (topic->label);
            topic->label = g_strdup (before_labels[b]);
          }
      }
}
