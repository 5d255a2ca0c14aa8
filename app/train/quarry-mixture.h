/* quarry-mixture.h: examples to learn from, drawn from text and pairs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Half of the examples come from the structure of running text (a title and heading with a paragraph
 * under them, a paragraph with the next one, a span with the text around it). The other half come from
 * the sources of pairs, each drawn in proportion to the square root of its size and its subject's
 * weight.
 */
#pragma once

#include "app/train/quarry-random.h"
#include "app/train/quarry-token-file.h"

G_BEGIN_DECLS

#define QUARRY_EXAMPLE_MAX_QUERY 48
#define QUARRY_EXAMPLE_MAX_PASSAGE 96

typedef struct
{
  guint n_query;
  guint n_passage;
  guint32 query[QUARRY_EXAMPLE_MAX_QUERY];
  guint32 passage[QUARRY_EXAMPLE_MAX_PASSAGE];
  /* Two examples that share one of these are not negatives for each other. */
  guint64 article, query_key, passage_key;
} QuarryExample;

typedef struct _QuarryMixture QuarryMixture;

/* @weights: a key file with a group for each subject, which has the keys "weight" and "sources": names of corpus files
 * up to their first dot. Sources that are not named have the subject "other" and weight 1. May be NULL. @paths: the
 * files that @pairs was made from, in order. */
QuarryMixture *quarry_mixture_new (const QuarryTokenFile *text,
                                   const QuarryTokenFile *pairs,
                                   char **paths,
                                   GKeyFile *weights,
                                   GError **error);
void quarry_mixture_free (QuarryMixture *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMixture, quarry_mixture_free)

/* Draws up to @n examples and returns how many. @alike: all of the same kind, or from the same source. */
guint quarry_mixture_draw (QuarryMixture *self,
                           QuarryRandom *random,
                           gboolean alike,
                           QuarryExample *examples,
                           guint n);

/* The pairs that are held back from training. */
guint quarry_mixture_get_n_sources (QuarryMixture *self);
const char *quarry_mixture_get_source (QuarryMixture *self, guint source, const char **subject);
guint quarry_mixture_get_held (QuarryMixture *self,
                               guint source,
                               QuarryExample *examples,
                               guint n);

G_END_DECLS
