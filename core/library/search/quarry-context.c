/* quarry-context.c: how the neighbours of a passage in its document support it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/search/quarry-context.h"

#include <math.h>
#include <string.h>

#include "core/library/search/quarry-candidates-private.h"

enum
{
  BEFORE,
  BEHIND,
  SIDES,
};

/* The neighbours of a candidate in its document. */
typedef struct
{
  float counts[SIDES];  /* the weight of each, 0 to 1; 0: there is none */
  gint32 places[SIDES]; /* its index in the candidates; −1: it is not a candidate */
} Beside;

/* The slot of a neighbour; FALSE where the document begins or ends here. The passages of a document have consecutive
 * slots. */
static gboolean
get_slot (const QuarryCandidateText *candidate, guint side, guint32 *slot)
{
  guint ordinal = candidate->passage->ordinal;

  if (side == BEFORE ? ordinal == 0 : ordinal + 1 >= candidate->document->n_passages)
    return FALSE;
  *slot = side == BEFORE ? candidate->rank.slot - 1 : candidate->rank.slot + 1;
  return TRUE;
}

/* Compares a candidate and its neighbours with the query by their vectors. @vector, @sum: room for dims floats each. */
static void
compare_vectors (const QuarryCandidateSet *set,
                 const QuarryCandidateText *candidate,
                 float *vector,
                 float *sum,
                 Beside *beside,
                 QuarryContext *context)
{
  const QuarryAnalysis *analysis = candidate->analysis;
  const float *query = set->widened_vector;
  float length, product = 0, along;

  *beside = (Beside) { .places = { -1, -1 } };
  *context = (QuarryContext) { .similarity = NAN };
  if (!(analysis->norm > 0))
    return;
  context->own = context->together = quarry_dot (analysis->sum, query, set->dims) / analysis->norm;
  memset (sum, 0, set->dims * sizeof *sum);
  for (guint side = 0; side < SIDES; side++)
    {
      guint32 slot;
      float cosine;

      if (!get_slot (candidate, side, &slot) || !quarry_vector_index_get (set->indexes->vectors, slot, vector))
        continue;
      cosine = quarry_dot (analysis->sum, vector, set->dims) / analysis->norm;
      if (!(cosine > 0))
        continue;
      beside->counts[side] = cosine * cosine;
      product += cosine * cosine * cosine;
      for (guint d = 0; d < set->dims; d++)
        sum[d] += cosine * cosine * vector[d];
    }
  length = quarry_dot (sum, sum, set->dims);
  if (!(length > 0))
    return;
  along = quarry_dot (sum, query, set->dims);
  context->similarity = along / sqrtf (length);
  context->together = (context->own + along) / sqrtf (1 + 2 * product + length);
}

/* A table of slot → index in the candidates + 1. (transfer full) */
static GHashTable *
number_candidates (const QuarryCandidateSet *set)
{
  GHashTable *places = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < set->candidates->len; i++)
    g_hash_table_insert (places,
                         GUINT_TO_POINTER (g_array_index (set->candidates, QuarryCandidateText, i).rank.slot),
                         GUINT_TO_POINTER (i + 1));
  return places;
}

/* Occurrences of a stem of the query in a passage alone, and with its neighbours. */
typedef struct
{
  float own, together;
} Counts;

/* What the candidate's BM25 score gains when its neighbours are counted with it. @lengths: in words, of the candidate
 * alone and with its neighbours; @means: of all candidates. */
static float
weigh_words (const QuarryCandidateSet *set,
             const double *rarity,
             const Beside *beside,
             guint i,
             const float lengths[2],
             const float means[2],
             Counts *counts)
{
  const QuarryCandidateText *candidates = (const QuarryCandidateText *) (gpointer) set->candidates->data;
  float own_norm = quarry_bm25_norm (lengths[0], means[0]), norm = quarry_bm25_norm (lengths[1], means[1]), gain = 0;

  memset (counts, 0, set->query_stems->len * sizeof *counts);
  for (guint m = 0; m < candidates[i].n_matches; m++)
    {
      counts[candidates[i].matches[m].stem].own++;
      counts[candidates[i].matches[m].stem].together++;
    }
  for (guint side = 0; side < SIDES; side++)
    {
      const QuarryCandidateText *other = beside->places[side] >= 0 ? &candidates[beside->places[side]] : NULL;

      for (guint m = 0; other != NULL && m < other->n_matches; m++)
        counts[other->matches[m].stem].together += beside->counts[side];
    }
  for (guint j = 0; j < set->query_words->len; j++)
    {
      const QuarryQueryWord *asked = &g_array_index (set->query_words, QuarryQueryWord, j);
      Counts count = counts[asked->stem];

      if (asked->content && count.together > 0)
        gain += (float) rarity[j] * (count.together / (count.together + norm) - count.own / (count.own + own_norm));
    }
  return gain;
}

static void
compare_words (const QuarryCandidateSet *set, const double *rarity, Beside *beside, QuarryContext *contexts)
{
  const QuarryCandidateText *candidates = (const QuarryCandidateText *) (gpointer) set->candidates->data;
  guint n = set->candidates->len;
  g_autoptr (GHashTable) places = number_candidates (set);
  g_autofree float (*lengths)[2] = g_malloc_n (MAX (1, n), sizeof *lengths);
  g_autofree Counts *counts = g_new (Counts, MAX (1, set->query_stems->len));
  float means[2] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      lengths[i][0] = lengths[i][1] = (float) candidates[i].analysis->n_words;
      for (guint side = 0; side < SIDES; side++)
        {
          guint32 slot;
          guint place;

          if (!(beside[i].counts[side] > 0) || !get_slot (&candidates[i], side, &slot))
            continue;
          place = GPOINTER_TO_UINT (g_hash_table_lookup (places, GUINT_TO_POINTER (slot)));
          if (place == 0 || candidates[place - 1].document != candidates[i].document)
            continue;
          beside[i].places[side] = (gint32) place - 1;
          lengths[i][1] += beside[i].counts[side] * (float) candidates[place - 1].analysis->n_words;
        }
      means[0] += lengths[i][0] / (float) n;
      means[1] += lengths[i][1] / (float) n;
    }
  for (guint i = 0; i < n; i++)
    if (beside[i].places[BEFORE] >= 0 || beside[i].places[BEHIND] >= 0)
      contexts[i].words = weigh_words (set, rarity, &beside[i], i, lengths[i], means, counts);
}

void
quarry_find_contexts (const QuarryCandidateSet *set, const double *rarity, QuarryContext *contexts)
{
  guint n = set->candidates->len;
  g_autofree Beside *beside = g_new (Beside, MAX (1, n));
  g_autofree float *vector = g_new (float, set->dims);
  g_autofree float *sum = g_new (float, set->dims);

  for (guint i = 0; i < n; i++)
    compare_vectors (set, &g_array_index (set->candidates, QuarryCandidateText, i), vector, sum, &beside[i],
                     &contexts[i]);
  compare_words (set, rarity, beside, contexts);
}
