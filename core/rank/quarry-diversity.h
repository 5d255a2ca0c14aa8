/* quarry-diversity.h: which candidates to show, so that they differ
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All methods choose from one pool of scored candidates, whose likeness is judged without what
 * all of them owe to the query. Pure functions; thread safe; ties go to the lower index, so that
 * the same pool gives the same list.
 */
#pragma once

#include "core/document/quarry-words.h"

G_BEGIN_DECLS

/* So much of its way the dial needs to have exchanged most hits of an ambiguous query by even steps. */
#define QUARRY_DIVERSITY_DEFAULT 0.75

typedef enum
{
  QUARRY_DIVERSITY_COVERAGE, /* facility location over the pool */
  QUARRY_DIVERSITY_MMR,      /* Carbonell and Goldstein, SIGIR 1998 */
  QUARRY_DIVERSITY_DPP,      /* greedy MAP: Chen, Zhang, Zhou, NeurIPS 2018 */
  QUARRY_DIVERSITY_MIXTURE,  /* shares by cells: kNN-Embed, 2022 */
  QUARRY_DIVERSITY_NONE,
} QuarryDiversityMethod;

/* "coverage" … "none"; FALSE where @name is none of them. */
gboolean quarry_diversity_method_from_name (const char *name, QuarryDiversityMethod *method);
const char *quarry_diversity_method_name (QuarryDiversityMethod method);

/* A stem of a candidate with its weight, (1 + ln tf) × idf. Where candidates are compared, room is made for as many stems
 * as the greatest number says: numbers of a pool lie close. */
typedef struct
{
  guint32 term;
  float weight;
} QuarryTermWeight;

/* The pool, best first. */
typedef struct
{
  guint n;
  guint dims;
  const float *scores;  /* n, the fused score */
  const float *vectors; /* n × dims, row-major: each passage's sum of weighted rows without the
                           query's tokens; need be neither centred nor normalised; may be zero */
  const QuarryTermWeight *const *terms; /* n arrays, each stem once, without the query's stems;
                                           or NULL */
  const guint *n_terms;                 /* n lengths, or NULL */
  const gboolean *holds_query;          /* n: TRUE where the passage holds all the query's content
                                           words; or NULL */
  const guint32 *documents;             /* n: which document; or NULL. Each has its share */
} QuarryPool;

/* Likeness of candidates, n × n, row-major, symmetric, 0 to 1, 1 on the diagonal: half centred
 * query-free cosine, half cosine of terms, of which those that a candidate shares with none count
 * little (the vector alone without terms), less a small floor.
 * (transfer full): free with g_free(). */
float *quarry_pool_likeness (const QuarryPool *pool);

/* What likeness is made of, kept so that a part of the pool can be looked at by itself and need not be compared once
 * more. The pool must live as long. Threads: any, once made. */
typedef struct _QuarryComparison QuarryComparison;

QuarryComparison *quarry_comparison_new (const QuarryPool *pool);
void quarry_comparison_free (QuarryComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryComparison, quarry_comparison_free)

/* As quarry_pool_likeness(). (transfer full) */
float *quarry_comparison_get_likeness (const QuarryComparison *self);

/* The likeness of the @n_part candidates @part as if they were the pool, but for rounding; ascending indices. n_part ×
 * n_part. (transfer full) */
float *quarry_comparison_get_likeness_of (const QuarryComparison *self, const guint *part, guint n_part);

/* How ambiguous the query is, 0 to 1: the share of the first 30 candidates that hold all of it. */
double quarry_pool_ambiguity (const QuarryPool *pool);

/* Chooses min(@limit, n) candidates. @likeness: as above (n × n). @diversity: 0 leaves the order
 * as it is, 1 is widest, outside of this it counts as the nearer end. Relevance never counts for more
 * further on. By coverage the first choice is one of the first five, the first itself where the query is not
 * ambiguous. Each tenth up to the default exchanges about equally many of an ambiguous query's
 * first ten hits, and hardly any of an exact one's; beyond, it is the other way round. Writes the indices
 * chosen, in order, to @chosen; where @avoided is not NULL, avoided[i] gets the index (in the pool) of the
 * earlier choice that chosen[i] is most like, G_MAXUINT where it is like none. A longer list begins with
 * the shorter one. Returns how many. */
guint quarry_diversify (QuarryDiversityMethod method,
                        const QuarryPool *pool,
                        const float *likeness,
                        double diversity,
                        guint limit,
                        guint *chosen,
                        guint *avoided);

/* The runs of three words of a text, as hashes, each once, in the order in which they are met; a
 * shorter text is one run itself. (transfer full): of guint64. */
GArray *quarry_find_shingles (const QuarryWord *words, guint n);

/* What tells whether a text is another's near-duplicate. */
typedef struct
{
  GArray *shingles; /* of quarry_find_shingles(); an empty one repeats none */
  /* Hashes; 0: there is none. */
  guint title;  /* of its document */
  guint name;   /* of the file, without what tells the format */
  guint format; /* of the file */
} QuarryDuplicateText;

/* Near-duplicates: candidates whose texts say almost the same as a better candidate's. Compared
 * are the runs of three folded words: at least .8 of those of both are shared (Jaccard), .6 where both are
 * long, or the text lies in the better one, or holds it with at most twice as much again. Where one document
 * has two formats (two of one title or name), the better one must share four tenths of either alone: pages
 * and marks have it cut elsewhere. Writes to original[i] the index of the best candidate that i repeats, which
 * repeats none itself; i itself where none. */
void quarry_find_duplicates (const QuarryDuplicateText *texts, guint n, guint *original);

G_END_DECLS
