/* quarry-fusion.c: combines two ranked lists into one list of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Slots of both lists are merged by a hash table; then the candidates are sorted by their fused scores.
 */
#include "core/rank/quarry-fusion.h"

#include <math.h>
#include <stdlib.h>

/* The lowest score of a list, and how far the highest is above it. */
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

/* The scores, 0 to 1, are sorted into this many even parts before they are compared. */
#define N_PARTS 512u
#define MOST_INSERTED 16u

static guint
part_of (const QuarryCandidate *candidate)
{
  return N_PARTS - 1 - MIN ((guint) (CLAMP (candidate->score, 0.0f, 1.0f) * N_PARTS), N_PARTS - 1);
}

/* Sorts candidates, best first. Distributing them by their scores puts them nearly in order, and insertion sort does the
 * rest. A part of many, as equal scores make, is sorted by itself beforehand. */
static void
sort_candidates (GArray *candidates)
{
  QuarryCandidate *sorted = (QuarryCandidate *) (gpointer) candidates->data;
  guint n = candidates->len;
  g_autofree QuarryCandidate *room = g_memdup2 (sorted, n * sizeof *room);
  guint starts[N_PARTS + 1] = { 0 };

  for (guint i = 0; i < n; i++)
    starts[part_of (&room[i]) + 1]++;
  for (guint p = 0; p < N_PARTS; p++)
    starts[p + 1] += starts[p];
  for (guint i = 0; i < n; i++)
    sorted[starts[part_of (&room[i])]++] = room[i];
  /* Each part now ends where it is said to start. */
  for (guint p = 0, start = 0; p < N_PARTS; start = starts[p++])
    if (starts[p] - start > MOST_INSERTED)
      qsort (sorted + start, starts[p] - start, sizeof *sorted, compare_candidates);
  for (guint i = 1; i < n; i++)
    {
      QuarryCandidate candidate = sorted[i];
      guint at = i;

      for (; at > 0 && compare_candidates (&candidate, &sorted[at - 1]) < 0; at--)
        sorted[at] = sorted[at - 1];
      sorted[at] = candidate;
    }
}

/* The candidate of @slot; it is added where it is missing, for which there has to be room. @places: a hash table by
 * slot, with the index of a candidate + 1; @n_places: its size, a power of two. */
static QuarryCandidate *
candidate_of (GArray *candidates, guint32 *places, gsize n_places, guint32 slot)
{
  QuarryCandidate *all = (QuarryCandidate *) (gpointer) candidates->data;
  gsize at = (slot * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32 & (n_places - 1);

  while (places[at] != 0 && all[places[at] - 1].slot != slot)
    at = (at + 1) & (n_places - 1);
  if (places[at] == 0)
    {
      all[candidates->len++] = (QuarryCandidate) { .slot = slot, .dense = NAN, .lexical = NAN };
      places[at] = candidates->len;
    }
  return &all[places[at] - 1];
}

/* The candidates with their scores, in no order. (transfer full) */
static GArray *
merge (const QuarryScored *dense, guint n_dense, const QuarryScored *lexical, guint n_lexical, double dense_weight)
{
  g_autofree guint32 *places = NULL;
  gsize n_places = 64;
  GArray *candidates
      = g_array_sized_new (FALSE, FALSE, sizeof (QuarryCandidate), n_dense + n_lexical);
  Range dense_range = range_of (dense, n_dense);
  Range lexical_range = range_of (lexical, n_lexical);
  float weight = dense_weight > 0.0 ? (float) MIN (dense_weight, 1.0) : 0.0f;

  if (n_dense == 0)
    weight = 0.0f;
  else if (n_lexical == 0)
    weight = 1.0f;

  while (n_places < 2 * ((gsize) n_dense + n_lexical))
    n_places *= 2;
  places = g_new0 (guint32, n_places);

  /* If a list contains a slot twice, only its first occurrence counts. */
  for (guint i = 0; i < n_dense; i++)
    {
      QuarryCandidate *candidate = candidate_of (candidates, places, n_places, dense[i].slot);

      if (candidate->dense_rank != 0)
        continue;
      candidate->dense = dense[i].score;
      candidate->dense_rank = i + 1;
      candidate->score += weight * scale (dense_range, dense[i].score);
    }
  for (guint i = 0; i < n_lexical; i++)
    {
      QuarryCandidate *candidate = candidate_of (candidates, places, n_places, lexical[i].slot);

      if (candidate->lexical_rank != 0)
        continue;
      candidate->lexical = lexical[i].score;
      candidate->lexical_rank = i + 1;
      candidate->score += (1.0f - weight) * scale (lexical_range, lexical[i].score);
    }

  return candidates;
}

GArray *
quarry_fuse (const QuarryScored *dense,
             guint n_dense,
             const QuarryScored *lexical,
             guint n_lexical,
             double dense_weight)
{
  GArray *candidates = merge (dense, n_dense, lexical, n_lexical, dense_weight);

  sort_candidates (candidates);
  return candidates;
}

GArray *
quarry_fuse_best (const QuarryScored *dense,
                  guint n_dense,
                  const QuarryScored *lexical,
                  guint n_lexical,
                  double dense_weight,
                  guint most)
{
  GArray *candidates = merge (dense, n_dense, lexical, n_lexical, dense_weight);
  QuarryCandidate *best = (QuarryCandidate *) (gpointer) candidates->data;
  guint n = 0;

  /* There are few of the best, so each is put in its place among them. */
  for (guint i = 0; i < candidates->len; i++)
    {
      QuarryCandidate candidate = best[i];
      guint at = n < most ? n++ : most;

      for (; at > 0 && compare_candidates (&candidate, &best[at - 1]) < 0; at--)
        if (at < most)
          best[at] = best[at - 1];
      if (at < most)
        best[at] = candidate;
    }
  g_array_set_size (candidates, n);
  return candidates;
}
