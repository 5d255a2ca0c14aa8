/* quarry-diversity.h: chooses which candidates to show, so that they differ
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All methods choose from one pool of scored candidates. Their likeness leaves out what they all have in common because
 * they match the query. Pure functions; thread safe. Ties are resolved to the lower index, so that the same pool always
 * gives the same list.
 */
#pragma once

#include "core/document/quarry-words.h"

G_BEGIN_DECLS

/* The default position of the dial. It is far enough from 0 that, by even steps, most hits of an ambiguous query have
 * been exchanged there. */
#define QUARRY_DIVERSITY_DEFAULT 0.75

typedef enum
{
  QUARRY_DIVERSITY_COVERAGE, /* facility location over the pool */
  QUARRY_DIVERSITY_MMR,      /* Carbonell and Goldstein, SIGIR 1998 */
  QUARRY_DIVERSITY_DPP,      /* greedy MAP: Chen, Zhang, Zhou, NeurIPS 2018 */
  QUARRY_DIVERSITY_MIXTURE,  /* proportional shares of cells: kNN-Embed, 2022 */
  QUARRY_DIVERSITY_NONE,
} QuarryDiversityMethod;

/* Names are "coverage" … "none". FALSE where @name is not one of them. */
gboolean quarry_diversity_method_from_name (const char *name, QuarryDiversityMethod *method);
const char *quarry_diversity_method_name (QuarryDiversityMethod method);

/* A stem of a candidate with its weight, (1 + ln tf) × idf. Comparing candidates takes memory in proportion to the
 * greatest stem number, so the stems of a pool should be numbered densely. */
typedef struct
{
  guint32 term;
  float weight;
} QuarryTermWeight;

/* The pool of candidates, best first. */
typedef struct
{
  guint n;
  guint dims;
  const float *scores;  /* n fused scores */
  const float *vectors; /* n × dims, row-major: for each passage, the weighted sum of the rows of its tokens without
                         * those of the query; need not be centred or normalised; may be zero */
  const QuarryTermWeight *const *terms; /* n arrays, in each of which a stem occurs once, without the stems of the
                                         * query; or NULL */
  const guint *n_terms;                 /* the lengths of these n arrays, or NULL */
  const gboolean *holds_query;          /* n: whether the passage holds all content words of the query; or NULL */
  const guint32 *documents;             /* n numbers of documents, so that none fills the list; or NULL */
} QuarryPool;

/* The likeness of candidates, n × n, row-major, symmetric, 0 to 1, 1 on the diagonal. It is half the cosine of the
 * centred vectors, which do not contain the query, and half the cosine of the stems, in which a stem that only one
 * candidate holds counts little (where there are no stems, the cosine of vectors alone); small values are cut off.
 * (transfer full): free with g_free(). */
float *quarry_pool_likeness (const QuarryPool *pool);

/* The intermediate results of comparing the candidates of a pool. They are kept so that a part of the pool can be
 * looked at by itself without comparing it again. The pool must outlive it. Any number of threads may use it once it is
 * made. */
typedef struct _QuarryComparison QuarryComparison;

QuarryComparison *quarry_comparison_new (const QuarryPool *pool);
void quarry_comparison_free (QuarryComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryComparison, quarry_comparison_free)

/* The same as quarry_pool_likeness(). (transfer full) */
float *quarry_comparison_get_likeness (const QuarryComparison *self);

/* The likeness of the @n_part candidates @part (ascending indices) as if they were the whole pool, except for rounding;
 * n_part × n_part. (transfer full) */
float *quarry_comparison_get_likeness_of (const QuarryComparison *self, const guint *part, guint n_part);

/* How ambiguous the query is, 0 to 1: the share of the first 30 candidates that hold all of its content words. */
double quarry_pool_ambiguity (const QuarryPool *pool);

/* Chooses min(@limit, n) candidates. @likeness: n × n, as above. @diversity: the position of the dial, where 0 leaves
 * the order unchanged and 1 gives the greatest variety; values outside this range count as its nearer end. Turning the
 * dial up never gives relevance more weight. With coverage, the first choice is the best candidate, or, where the query
 * is ambiguous, one that is nearly as good. Each tenth of the dial up to the default exchanges about equally many of the
 * first ten hits of an ambiguous query, and hardly any of an exact one; beyond the default, it is the other way round.
 * Writes the indices of the chosen candidates, in order, to @chosen. Where @avoided is not NULL,
 * avoided[i] gets the index in the pool of the earlier choice that chosen[i] is most like, or G_MAXUINT where it is
 * like none. A longer list always begins with the shorter one. Returns how many were chosen. */
guint quarry_diversify (QuarryDiversityMethod method,
                        const QuarryPool *pool,
                        const float *likeness,
                        double diversity,
                        guint limit,
                        guint *chosen,
                        guint *avoided);

/* Hashes of all runs of three consecutive words of a text, or of its first 4,000 words, each once, in the order of their
 * first occurrence. A shorter text is a single run; one without words has none. @shingles: room for @n of them. Returns
 * their number. */
guint quarry_find_shingles (const QuarryWord *words, guint n, guint64 *shingles);

/* What is needed to decide whether a text is a near-duplicate of another. */
typedef struct
{
  const guint64 *shingles; /* from quarry_find_shingles(); a text without any is no duplicate */
  guint n_shingles;
  /* Hashes; 0 where there is none: */
  guint title;  /* of the title of its document */
  guint name;   /* of the name of the file, without the part that indicates the format */
  guint format; /* of the format of the file */
} QuarryDuplicateText;

/* Finds near-duplicates: candidates whose texts say almost the same as that of a better candidate. Runs of three folded
 * words are compared. A text is a duplicate if at least .8 of the runs of both texts together are shared (Jaccard
 * index; .6 where both are long), or if it is contained in the better text, or contains it and is not much more than
 * three times as long. If both are long and seem to be one document in two formats (different formats, but the same
 * title or file name), it is enough that they share four tenths of the runs of the one that has more, because the
 * formats are cut into passages at different places. Writes to original[i] the index of the best candidate that i duplicates and that is not a duplicate
 * itself, or i where there is none. */
void quarry_find_duplicates (const QuarryDuplicateText *texts, guint n, guint *original);

G_END_DECLS
