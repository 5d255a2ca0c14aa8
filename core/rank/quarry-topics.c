/* quarry-topics.c: the topics among the candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-topics.h"
#include "core/rank/quarry-clusters-private.h"
#include "core/rank/quarry-topic-names-private.h"

/* A group of fewer is no topic. */
#define LEAST_MEMBERS 3

typedef struct
{
  guint cell;
  guint n_members;
  guint first; /* its best member */
} Group;

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const Group *left = a;
  const Group *right = b;

  if (left->n_members != right->n_members)
    return left->n_members > right->n_members ? -1 : 1;
  return left->first < right->first ? -1 : left->first > right->first;
}

static void
clear_topic (gpointer data)
{
  QuarryTopic *topic = data;

  g_free (topic->label);
}

GArray *
quarry_find_topics (const QuarryPool *pool,
                    const float *likeness,
                    const char *const *texts,
                    const char *const *titles,
                    const char *query,
                    guint max_topics,
                    gint *topic_of)
{
  guint n = pool->n;
  GArray *topics = g_array_new (FALSE, TRUE, sizeof (QuarryTopic));
  g_autofree guint *cell_of = g_new (guint, MAX (n, 1));
  g_autofree Group *groups = NULL;
  g_autofree gint *group_of_cell = NULL;
  g_autofree gint *topic_of_group = NULL;
  g_autofree char **names = NULL;
  guint n_cells;
  guint n_groups = 0;

  g_array_set_clear_func (topics, clear_topic);
  n_cells = quarry_find_clusters (likeness, n, QUARRY_CLUSTERS_STOP, cell_of);
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
    }

  qsort (groups, n_cells, sizeof (Group), compare_groups);
  while (n_groups < n_cells && n_groups < max_topics && groups[n_groups].n_members >= LEAST_MEMBERS)
    {
      group_of_cell[groups[n_groups].cell] = (gint)n_groups;
      n_groups++;
    }
  for (guint i = 0; i < n; i++)
    topic_of[i] = group_of_cell[cell_of[i]];

  /* A group that nothing can be said of is no topic either. */
  names = g_new0 (char *, n_groups + 1);
  topic_of_group = g_new (gint, MAX (n_groups, 1));
  quarry_name_groups (texts, titles, n, query, topic_of, n_groups, names);
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
