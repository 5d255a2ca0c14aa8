/* quarry-candidates-likeness.c: how much candidates have in common with the first of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Documents that are relevant to the same query are similar to each other (the cluster hypothesis: van Rijsbergen,
 * Information Retrieval, 1979). The first few candidates are mostly relevant, so their words tell, beyond the words
 * of the query, what the other candidates ought to be about.
 */
#include "core/library/search/quarry-candidates-private.h"

#include <math.h>

/* A stem that some candidate holds. */
typedef struct
{
  guint32 number;
  gboolean known;
  float idf;     /* 0 to 1; 0 for stems of the query */
  float in_first; /* its weight in the sum of the first candidates' vectors */
} Stem;

typedef struct
{
  Stem *slots; /* open addressing */
  gsize n;     /* a power of two */
  guint32 *places; /* the slots of the candidates' stems, one candidate after another */
} Stems;

static void
stems_clear (Stems *self)
{
  g_free (self->slots);
  g_free (self->places);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stems, stems_clear)

static Stem *
find_stem (const Stems *self, guint32 number)
{
  /* The numbers are hashes already. */
  gsize at = number & (self->n - 1);

  while (self->slots[at].known && self->slots[at].number != number)
    at = (at + 1) & (self->n - 1);
  return &self->slots[at];
}

/* Collects the stems of a candidate. The idf of a stem is that of the rarest of its forms, so that it does not depend
 * on their order. */
static void
add_stems (Stems *self, const QuarryAnalysis *analysis, guint32 *places)
{
  for (guint s = 0; s < analysis->n_stems; s++)
    {
      Stem *stem = find_stem (self, analysis->stems[s].term);

      stem->number = analysis->stems[s].term;
      stem->known = TRUE;
      stem->idf = MAX (stem->idf, analysis->stem_idfs[s]);
      places[s] = (guint32) (stem - self->slots);
    }
}

/* Collects the stems of all candidates, except those of function words, and their idf. */
static void
stems_init (Stems *self, const QuarryCandidateSet *set)
{
  const QuarryCandidateText *candidates = (const QuarryCandidateText *) (gpointer) set->candidates->data;
  gsize n_stems = 0;

  for (guint i = 0; i < set->candidates->len; i++)
    n_stems += candidates[i].analysis->n_stems;
  self->n = 64;
  while (self->n < 2 * n_stems)
    self->n *= 2;
  self->slots = g_new0 (Stem, self->n);
  self->places = g_new (guint32, n_stems + 1);

  n_stems = 0;
  for (guint i = 0; i < set->candidates->len; i++)
    {
      add_stems (self, candidates[i].analysis, self->places + n_stems);
      n_stems += candidates[i].analysis->n_stems;
    }
  for (guint i = 0; i < set->candidates->len; i++)
    for (guint m = 0; m < candidates[i].n_matches; m++)
      {
        const QuarryAnalysis *analysis = candidates[i].analysis;

        find_stem (self, analysis->keys[candidates[i].matches[m].word].stem)->idf = 0;
      }
}

/* Returns the length of a candidate's tf-idf vector; *product gets its dot product with the sum of the first
 * candidates'. @places: of its stems. */
static float
multiply (const Stems *stems, const QuarryAnalysis *analysis, const guint32 *places, float *product)
{
  float square = 0;

  *product = 0;
  for (guint s = 0; s < analysis->n_stems; s++)
    {
      const Stem *stem = &stems->slots[places[s]];
      float weight = analysis->stems[s].weight * stem->idf;

      square += weight * weight;
      *product += weight * stem->in_first;
    }
  return sqrtf (square);
}

/* Where the places of candidate @i begin. */
static const guint32 *
places_of (const Stems *stems, const QuarryCandidateText *candidates, guint i)
{
  const guint32 *places = stems->places;

  while (i-- > 0)
    places += candidates[i].analysis->n_stems;
  return places;
}

void
quarry_candidate_set_compare_with_first (const QuarryCandidateSet *self,
                                         const guint *first,
                                         guint n_first,
                                         float *likeness)
{
  const QuarryCandidateText *candidates = (const QuarryCandidateText *) (gpointer) self->candidates->data;
  g_auto (Stems) stems = { 0 };
  const guint32 *places;

  stems_init (&stems, self);
  for (guint i = 0; i < n_first; i++)
    {
      const QuarryAnalysis *analysis = candidates[first[i]].analysis;
      float product, length;

      places = places_of (&stems, candidates, first[i]);
      length = multiply (&stems, analysis, places, &product);
      for (guint s = 0; s < analysis->n_stems && length > 0; s++)
        {
          Stem *stem = &stems.slots[places[s]];

          stem->in_first += analysis->stems[s].weight * stem->idf / length;
        }
    }
  places = stems.places;
  for (guint i = 0; i < self->candidates->len; i++)
    {
      float product, length = multiply (&stems, candidates[i].analysis, places, &product);

      likeness[i] = length > 0 ? product / length : 0;
      places += candidates[i].analysis->n_stems;
    }
}
