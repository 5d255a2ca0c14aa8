/* quarry-analysis.h: a passage's text taken apart, and kept for the next search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A search compares and explains up to a hundred passages. From one key to the next most of them are the
 * same, and what their texts consist of does not depend on the query: it is worked out once.
 */
#pragma once

#include <string.h>

#include "core/library/search/quarry-word-forms.h"
#include "core/rank/quarry-diversity.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* Tokens a block; two neighbouring blocks are a window. 8 to 32 tokens find alike. */
#define QUARRY_WINDOW_BLOCK 6

/* What a word is compared by, side by side for all words of a passage. */
typedef struct
{
  guint32 stem; /* its form's */
  guint32 head; /* quarry_word_head() of its folded form */
} QuarryWordKey;

/* Never changed once made, but that sentences are found; counted. Threads: any. */
typedef struct
{
  gatomicrefcount references;
  QuarryWordForms *forms;
  QuarryPassageRecord *passage;
  gsize bytes; /* of this, with the arrays behind it */
  QuarryWord *words;
  QuarryWordKey *keys;   /* of the words */
  guint n_words;
  QuarryToken *tokens;
  guint n_tokens;
  guint32 *first_tokens; /* n_words + 1: the tokens of word i are those from first_tokens[i] on, up to
                            first_tokens[i + 1] */
  QuarryTermWeight *stems; /* of the words, but for function words; ascending, each once, weighed by
                              1 + ln of its frequency */
  guint n_stems;
  GArray *shingles; /* quarry_find_shingles() */
  float *sum;       /* dims: weighted rows of all tokens */
  float norm;       /* of @sum */
  float *window_norms; /* of the sums of block i and block i + 1; of the first where that is all */
  guint n_windows;
  GArray *sentences; /* quarry_analysis_get_sentences() */
} QuarryAnalysis;

/* What a text's words and tokens are read into before it is known how many they are. */
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

/* The first four bytes of a folded word, zeros where it is shorter: the first letter is the highest. */
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

/* @passage: (transfer full). @weights: a float a token, NULL: all 1. @room: to read into, for as many
 * passages as are read one after another. (transfer full) */
QuarryAnalysis *quarry_analysis_new (QuarryPassageRecord *passage,
                                     QuarryWordForms *forms,
                                     QuarryEmbedder *embedder,
                                     const float *weights,
                                     QuarryAnalysisRoom *room);
QuarryAnalysis *quarry_analysis_ref (QuarryAnalysis *self);
void quarry_analysis_unref (QuarryAnalysis *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryAnalysis, quarry_analysis_unref)

/* The sentences of the text, found when they are first asked for. (transfer none): of QuarrySpan */
const GArray *quarry_analysis_get_sentences (QuarryAnalysis *self);

/* Sums are taken in lanes, a register's each, of which several are added up at a time. */
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

/* All lanes and what is behind them. */
static inline float
quarry_add_lanes (const QuarryLanes sums[QUARRY_REGISTERS], float sum)
{
  for (guint r = 0; r < QUARRY_REGISTERS; r++)
    for (guint lane = 0; lane < QUARRY_LANES; lane++)
      sum += sums[r][lane];

  return sum;
}

/* The product of two vectors. */
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

/* sum += vector. */
static inline void
quarry_add (float *restrict sum, const float *restrict vector, guint n)
{
  for (guint i = 0; i < n; i++)
    sum[i] += vector[i];
}

/* The analyses used last, for one set of token weights, and the forms of the words in them; bounded
 * by the memory they take. A passage is never changed, only replaced by one of another id, so what is
 * kept stays right. Threads: any. */
typedef struct _QuarryAnalysisCache QuarryAnalysisCache;

QuarryAnalysisCache *quarry_analysis_cache_new (QuarryEmbedder *embedder, gsize most_bytes);
void quarry_analysis_cache_free (QuarryAnalysisCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryAnalysisCache, quarry_analysis_cache_free)

/* The forms to read passages with, for as long as they are to be compared with each other. Where they
 * have grown too large, all that is kept is let go, and new ones are begun. (transfer full) */
QuarryWordForms *quarry_analysis_cache_get_forms (QuarryAnalysisCache *self);

/* What is kept of a passage, read with @forms; NULL where it is not. (transfer full) */
QuarryAnalysis *quarry_analysis_cache_get (QuarryAnalysisCache *self,
                                           QuarryWordForms *forms,
                                           gint64 passage);
void quarry_analysis_cache_add (QuarryAnalysisCache *self, QuarryAnalysis *analysis);

G_END_DECLS
