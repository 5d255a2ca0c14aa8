/* quarry-fusion.c: two ranked lists to one list of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-fusion.h"

#include <math.h>

/* A list's least and greatest score. */
typedef struct
{
  float least;
  float span;
} Range;

static Range
range_of (const QuarryScored *list, guint n)
{
  float least = INFINITY;
  float greatest = -INFINITY;

  for (guint i = 0; i < n; i++)
    if (isfinite (list[i].score))
      {
        least = MIN (least, list[i].score);
        greatest = MAX (greatest, list[i].score);
      }
  if (greatest < least)
    return (Range){ 0.0f, 0.0f };
  return (Range){ least, greatest - least };
}

static float
scale (Range range, float score)
{
  if (!isfinite (score))
    return 0.0f;
  if (!(range.span > 0.0f))
    return 1.0f;
  return (score - range.least) / range.span;
}

static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const QuarryCandidate *left = a;
  const QuarryCandidate *right = b;

  if (left->score != right->score)
    return left->score > right->score ? -1 : 1;
  return left->slot < right->slot ? -1 : left->slot > right->slot;
}

/* The candidate of @slot, made where it is missing. The pointer is good until the next call. */
static QuarryCandidate *
candidate_of (GArray *candidates, GHashTable *positions, guint32 slot)
{
  gpointer position;

  if (!g_hash_table_lookup_extended (positions, GUINT_TO_POINTER (slot), NULL, &position))
    {
      QuarryCandidate fresh = { .slot = slot, .dense = NAN, .lexical = NAN };

      position = GUINT_TO_POINTER (candidates->len);
      g_array_append_val (candidates, fresh);
      g_hash_table_insert (positions, GUINT_TO_POINTER (slot), position);
    }
  return &g_array_index (candidates, QuarryCandidate, GPOINTER_TO_UINT (position));
}

GArray *
quarry_fuse (const QuarryScored *dense,
             guint n_dense,
             const QuarryScored *lexical,
             guint n_lexical,
             double dense_weight)
{
  g_autoptr (GHashTable) positions = g_hash_table_new (NULL, NULL);
  GArray *candidates
      = g_array_sized_new (FALSE, FALSE, sizeof (QuarryCandidate), n_dense + n_lexical);
  Range dense_range = range_of (dense, n_dense);
  Range lexical_range = range_of (lexical, n_lexical);
  float weight = dense_weight > 0.0 ? (float) MIN (dense_weight, 1.0) : 0.0f;

  if (n_dense == 0)
    weight = 0.0f;
  else if (n_lexical == 0)
    weight = 1.0f;

  /* A slot that a list holds twice counts where it stands first. */
  for (guint i = 0; i < n_dense; i++)
    {
      QuarryCandidate *candidate = candidate_of (candidates, positions, dense[i].slot);

      if (candidate->dense_rank != 0)
        continue;
      candidate->dense = dense[i].score;
      candidate->dense_rank = i + 1;
      candidate->score += weight * scale (dense_range, dense[i].score);
    }
  for (guint i = 0; i < n_lexical; i++)
    {
      QuarryCandidate *candidate = candidate_of (candidates, positions, lexical[i].slot);

      if (candidate->lexical_rank != 0)
        continue;
      candidate->lexical = lexical[i].score;
      candidate->lexical_rank = i + 1;
      candidate->score += (1.0f - weight) * scale (lexical_range, lexical[i].score);
    }

  g_array_sort (candidates, compare_candidates);
  return candidates;
}
