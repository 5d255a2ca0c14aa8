/* quarry-lexical-kernels.h: the inner loops of a search by words, for each kind of processor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/lexical. All sets of kernels give the same rows, codes and sums, bit for bit, on every machine. Only
 * of damaged blocks may one make other rows than another; none reads or writes where it must not.
 */
#pragma once

#include "core/lexical/quarry-lexical-weights.h"

G_BEGIN_DECLS

/* --- Blocks of postings (quarry-postings.h) --------------------------------------------------- */

/* The form of a block: the number of low bits of a row; how the codes are stored; and whether the rows are consecutive,
 * in which case they take no space. */
#define QUARRY_POSTINGS_LOW_BITS 31u
#define QUARRY_POSTINGS_CODES_ZERO 0u
#define QUARRY_POSTINGS_CODES_FEW (1u << 5) /* a bit for each code: whether it is not 0; then those that are not */
#define QUARRY_POSTINGS_CODES_ALL (2u << 5)
#define QUARRY_POSTINGS_CODES (3u << 5)
#define QUARRY_POSTINGS_NEIGHBOURS (1u << 7)

/* --- Windows of rows (quarry-maxscore.h) ------------------------------------------------------ */

/* Rows in a window. Those of its sums that a search uses fit in the second-level cache, and most lists have a few dozen
 * postings in it; half as many rows take 5 % longer, since each list has to be entered in more windows. The order
 * of passages matters little: with 500,000 paragraphs in the order of their texts, in an order found by recursive graph
 * bisection (Dhulipala and others 2016), and in random order, searches for four to twelve words took the same time to
 * within 8 %. */
#define QUARRY_MAXSCORE_WINDOW 32768u

/* Kernels may write this many more places, or numbers of postings, than there are. */
#define QUARRY_LEXICAL_SPARE 16u

/* Places of rows in the window. */
typedef struct
{
  guint n;
  guint16 places[QUARRY_MAXSCORE_WINDOW + QUARRY_LEXICAL_SPARE];
} QuarryMaxscorePlaces;

/* The score of a row so far. */
typedef struct
{
  guint32 sum;
  guint16 quarters; /* of the group with this number */
  guint16 group;
} QuarryMaxscoreSum;

/* What is added up. */
typedef struct
{
  QuarryMaxscoreSum *sums;       /* of the window's rows */
  QuarryMaxscorePlaces *has_sum; /* gets the places whose sum was 0 */
  const guint8 *lengths;         /* of the window's rows */
  const float *norms;
  guint32 start; /* the window's first row */
  guint32 weight;
  const guint16 *quarters; /* of each code in this list */
  guint16 group;           /* the number of the list's group; 0 where the group has no other list */
} QuarryMaxscoreAdding;

/* Records a place whose number was 0 until now. Written without a branch, which would be unpredictable. */
static inline void
quarry_maxscore_note (QuarryMaxscorePlaces *self, guint place, gboolean is_new)
{
  self->places[self->n] = (guint16) place;
  self->n += is_new;
}

/* The score of a posting's group in its row; *before: what it was without the posting. */
static inline guint32
quarry_maxscore_count (
    const QuarryMaxscoreAdding *adding, guint place, guint8 code, gboolean together, guint32 *before)
{
  QuarryMaxscoreSum *sum = &adding->sums[place];
  guint quarters = adding->quarters[code & 15];
  float norm = adding->norms[adding->lengths[place]];

  *before = 0;
  if (together && sum->group == adding->group)
    {
      *before = adding->weight * quarry_lexical_impact (sum->quarters, norm);
      quarters = MIN (quarters + sum->quarters, G_MAXUINT16);
    }
  if (together)
    {
      sum->quarters = (guint16) quarters;
      sum->group = adding->group;
    }
  return adding->weight * quarry_lexical_impact (quarters, norm);
}

/* --- Kernels ---------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;

  /* Unpacks the codes of @length postings, of those after them up to a whole block too. Returns where they end; NULL
   * where that is not before @end, or where the form is none. */
  const guint8 *(*unpack_codes) (const guint8 *from, const guint8 *end, guint form, guint8 *codes, guint length);

  /* Unpacks the @n rows (fewer than a block has) after rows[0], whose low bits begin at @from. FALSE where they do not
   * end before @end or do not ascend. Up to the whole block and one more may be written. */
  gboolean (*unpack_rows) (const guint8 *from, const guint8 *end, guint low, guint32 *rows, guint n);

  /* Adds @n postings, with ascending rows in the window, to the sums. The lengths must be readable up to the third
   * after the last row's. */
  void (*add) (const QuarryMaxscoreAdding *adding, const guint32 *rows, const guint8 *codes, guint n);

  /* Writes the indices of those of @n rows (at most a block) whose sums are not 0. Returns how many. */
  guint (*pick) (const QuarryMaxscoreSum *sums, guint32 start, const guint32 *rows, guint n, guint8 *picked);

  /* Writes to @kept those of @n places whose sum exceeds @floor if @rest is added, and sets the sums of the others to
   * 0. Returns how many. @kept may be @places. */
  guint (*keep) (QuarryMaxscoreSum *sums,
                 const guint16 *places,
                 guint n,
                 guint32 rest,
                 guint32 floor,
                 guint16 *kept);
} QuarryLexicalKernels;

/* All sets of kernels that can run on this machine, the portable one first, the fastest last. */
const QuarryLexicalKernels *const *quarry_lexical_kernels_list (guint *n_kernels);

/* The fastest set of kernels. */
const QuarryLexicalKernels *quarry_lexical_kernels (void);

/* For tests: has quarry_lexical_kernels() return these from now on. */
void quarry_lexical_kernels_choose (const QuarryLexicalKernels *kernels);

/* Defined when compiling for x86-64; NULL where the processor lacks the instructions. */
const QuarryLexicalKernels *quarry_lexical_kernels_avx512 (void);

G_END_DECLS
