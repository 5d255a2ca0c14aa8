/* quarry-analysis.h: analyses of passages' texts, kept for the next search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A search compares and explains up to a hundred passages. From one keystroke to the next most of them are the same,
 * and what their texts consist of does not depend on the query, so each passage is analysed only once.
 */
#pragma once

#include <string.h>

#include "core/library/search/quarry-word-forms.h"
#include "core/rank/quarry-diversity.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* Tokens of a block. A window is two neighbouring blocks, 12 tokens; windows of 8 to 32 tokens give equally good
 * results. */
#define QUARRY_WINDOW_BLOCK 6

/* What passages' words are compared by, with the query and with each other: in one compact array for all words of a
 * passage, since their forms lie far apart in memory. */
typedef struct
{
  guint32 stem; /* of its form */
  guint32 head; /* quarry_word_head() of its folded form */
} QuarryWordKey;

/* The analysis of one passage. Reference counted. It never changes, except that sentences are added when first asked
 * for. Threads: any. */
typedef struct
{
  gatomicrefcount references;
  QuarryWordForms *forms;
  QuarryPassageRecord *passage;
  gsize bytes; /* of this struct and the arrays behind it */
  QuarryWord *words;
  QuarryWordKey *keys;   /* of the words */
  guint n_words;
  QuarryToken *tokens;
  guint n_tokens;
  guint32 *first_tokens; /* n_words + 1: the tokens of word i, and those between it and the next word, are
                            first_tokens[i] … first_tokens[i + 1] − 1 */
  QuarryTermWeight *stems; /* of all words except function words, ascending, each once, with the weight 1 + ln of its
                              frequency */
  float *stem_idfs; /* of each of @stems: the idf of the rarest of the words that have it */
  guint n_stems;
  guint64 *shingles; /* quarry_find_shingles() */
  guint n_shingles;
  float *sum;       /* dims: the sum of the weighted rows of all tokens */
  float norm;       /* of @sum */
  float *window_norms; /* of the sum of block i and block i + 1; where there is only one block, of that */
  guint n_windows;
  GArray *sentences; /* quarry_analysis_get_sentences() */
} QuarryAnalysis;

/* Arrays that a text's words and tokens are read into before their number is known. */
typedef struct
{
  GArray *words;        /* of QuarryWord */
  GArray *tokens;       /* of QuarryToken */
  GArray *first_tokens; /* of guint32 */
  GArray *blocks;       /* of float: sums of tokens */
} QuarryAnalysisRoom;

void quarry_analysis_room_init (QuarryAnalysisRoom *self);
void quarry_analysis_room_clear (QuarryAnalysisRoom *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryAnalysisRoom, quarry_analysis_room_clear)

/* The first four bytes of a folded word as a number, padded with zeros; the first byte is the most significant. */
static inline guint32
quarry_word_head (const char *folded, gsize length)
{
  guint32 head = 0;

  if (length >= 4)
    {
      memcpy (&head, folded, 4);
      return GUINT32_FROM_BE (head);
    }

  for (guint i = 0; i < 4; i++)
    {
      head = head << 8 | (guchar) *folded;
      folded += *folded != '\0';
    }

  return head;
}

/* Analyses a passage. @passage: (transfer full). @weights: a float for each token of the model; NULL: all 1. @room:
 * work space, which may be used for any number of passages, one after another. (transfer full) */
QuarryAnalysis *quarry_analysis_new (QuarryPassageRecord *passage,
                                     QuarryWordForms *forms,
                                     QuarryEmbedder *embedder,
                                     const float *weights,
                                     QuarryAnalysisRoom *room);
void quarry_analysis_unref (QuarryAnalysis *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryAnalysis, quarry_analysis_unref)

/* The sentences of the text; they are found when first asked for. (transfer none): of QuarrySpan */
const GArray *quarry_analysis_get_sentences (QuarryAnalysis *self);

/* Dot products are summed in lanes: QUARRY_REGISTERS vectors of QUARRY_LANES floats at a time. */
#define QUARRY_LANES 4
#define QUARRY_REGISTERS 4
#define QUARRY_STRIDE (QUARRY_LANES * QUARRY_REGISTERS)

typedef float QuarryLanes __attribute__ ((vector_size (QUARRY_LANES * sizeof (float))));

static inline QuarryLanes
quarry_load_lanes (const float *from)
{
  QuarryLanes lanes;

  memcpy (&lanes, from, sizeof lanes);
  return lanes;
}

/* @sum and the sum of all lanes. */
static inline float
quarry_add_lanes (const QuarryLanes sums[QUARRY_REGISTERS], float sum)
{
  for (guint r = 0; r < QUARRY_REGISTERS; r++)
    for (guint lane = 0; lane < QUARRY_LANES; lane++)
      sum += sums[r][lane];

  return sum;
}

/* The dot product of two vectors. */
static inline float
quarry_dot (const float *a, const float *b, guint n)
{
  QuarryLanes sums[QUARRY_REGISTERS] = { 0 };
  float sum = 0;
  guint i = 0;

  for (; i + QUARRY_STRIDE <= n; i += QUARRY_STRIDE)
    for (guint r = 0; r < QUARRY_REGISTERS; r++)
      sums[r] += quarry_load_lanes (a + i + r * QUARRY_LANES) * quarry_load_lanes (b + i + r * QUARRY_LANES);
  for (; i < n; i++)
    sum += a[i] * b[i];

  return quarry_add_lanes (sums, sum);
}

/* Adds @vector to @sum. */
static inline void
quarry_add (float *restrict sum, const float *restrict vector, guint n)
{
  for (guint i = 0; i < n; i++)
    sum[i] += vector[i];
}

/* The analyses used last, for one set of token weights, and the forms of their words. It is bounded by the memory
 * that they take. A cached analysis never becomes stale, because a passage is never changed, only replaced by one
 * with another id. Threads: any. */
typedef struct _QuarryAnalysisCache QuarryAnalysisCache;

QuarryAnalysisCache *quarry_analysis_cache_new (QuarryEmbedder *embedder, gsize most_bytes);
void quarry_analysis_cache_free (QuarryAnalysisCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryAnalysisCache, quarry_analysis_cache_free)

/* The forms to read passages with; analyses are only comparable if they were made with the same forms. Where the
 * forms have grown too large, the cache is emptied and new ones are begun. (transfer full) */
QuarryWordForms *quarry_analysis_cache_get_forms (QuarryAnalysisCache *self);

/* The cached analysis of a passage, if it was made with @forms; else NULL. (transfer full) */
QuarryAnalysis *quarry_analysis_cache_get (QuarryAnalysisCache *self,
                                           QuarryWordForms *forms,
                                           gint64 passage);
void quarry_analysis_cache_add (QuarryAnalysisCache *self, QuarryAnalysis *analysis);

G_END_DECLS
