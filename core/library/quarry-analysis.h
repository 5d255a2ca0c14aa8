/* quarry-analysis.h: a passage's text taken apart, and kept for the next search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A search compares and explains a hundred passages. From one key to the next most of them are the
 * same, and what their texts consist of does not depend on the query: it is worked out once.
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* A word of the passage. */
typedef struct
{
  QuarrySpan span;     /* bytes of the text */
  guint32 folded;      /* where its folded form begins in @folded of the analysis */
  guint32 stem;        /* a hash: equal stems, equal numbers */
  guint32 first_token; /* its tokens end where those of the next word begin */
  gboolean stop;
} QuarryAnalysisWord;

/* Never changed once made; counted. Threads: any. */
typedef struct
{
  gatomicrefcount references;
  QuarryPassageRecord *passage;
  QuarryToken *tokens;
  guint n_tokens;
  QuarryAnalysisWord *words; /* n_words, and one more that ends the last one's tokens */
  guint n_words;
  char *folded;
  GArray *shingles; /* quarry_find_shingles() */
  float *sum;       /* dims: weighted rows of all tokens */
} QuarryAnalysis;

/* @passage: (transfer full). @weights: a float a token, NULL: all 1. (transfer full) */
QuarryAnalysis *quarry_analysis_new (QuarryPassageRecord *passage,
                                     QuarryEmbedder *embedder,
                                     const float *weights);
QuarryAnalysis *quarry_analysis_ref (QuarryAnalysis *self);
void quarry_analysis_unref (QuarryAnalysis *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryAnalysis, quarry_analysis_unref)

/* The number that stands for the stem of a folded word. */
guint32 quarry_stem_number (const char *folded, gsize length);

/* The analyses used last, for one set of token weights; bounded by the memory they take. A passage
 * is never changed, only replaced by one of another id, so what is kept stays right. Threads: any. */
typedef struct _QuarryAnalysisCache QuarryAnalysisCache;

QuarryAnalysisCache *quarry_analysis_cache_new (gsize most_bytes);
void quarry_analysis_cache_free (QuarryAnalysisCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryAnalysisCache, quarry_analysis_cache_free)

/* NULL where it is not kept. (transfer full) */
QuarryAnalysis *quarry_analysis_cache_get (QuarryAnalysisCache *self, gint64 passage);
void quarry_analysis_cache_add (QuarryAnalysisCache *self, QuarryAnalysis *analysis, guint dims);

G_END_DECLS
