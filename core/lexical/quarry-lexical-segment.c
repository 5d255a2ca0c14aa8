/* quarry-lexical-segment.c: a part of the index whose passages no longer change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Validates the bytes of a segment and sets up pointers to its parts; reads its lists and positions; and keeps track of
 * its dead passages.
 */
#include "core/lexical/quarry-lexical-segment.h"

#include "core/lexical/quarry-lexical-segment-layout.h"
#include "core/lexical/quarry-lexical-terms.h"
#include "core/mapping/quarry-mapping.h"

#include <string.h>
#include <sys/mman.h>

/* --- Reading --------------------------------------------------------------------------------- */

/* Whether offsets begin with 0, never decrease, and end with @size. */
static gboolean
check_offsets (const guint32 *offsets, guint32 n, guint64 size)
{
  guint32 wrong = offsets[0];

  for (guint32 i = 0; i < n; i++)
    wrong |= offsets[i + 1] < offsets[i];
  return wrong == 0 && offsets[n] == size;
}

static gboolean
check_parts (const QuarryLexicalSegment *self, const QuarryLexicalSegmentHeader *header)
{
  guint32 wrong = 0;

  if (!check_offsets (self->term_offsets, self->n_terms, header->sizes[PART_TERMS])
      || !check_offsets (
          self->list_offsets, self->n_terms, header->sizes[PART_LISTS] - QUARRY_POSTINGS_SLACK)
      || !check_offsets (self->position_offsets, self->n_terms, header->sizes[PART_POSITIONS]))
    return FALSE;
  for (guint32 i = 1; self->slots != NULL && i < self->n_rows; i++)
    wrong |= self->slots[i] <= self->slots[i - 1];
  wrong |= self->first_slot > QUARRY_LEXICAL_NONE - self->n_rows;
  for (guint32 i = 0; self->row_languages != NULL && i < self->n_rows; i++)
    wrong |= self->row_languages[i] >= QUARRY_LEXICAL_MAX_LANGUAGES;
  for (guint32 i = 0; i < self->n_terms; i++)
    wrong |= self->counts[i] == 0 || self->counts[i] > self->n_rows;
  for (guint32 i = 0; i < self->n_stems; i++)
    wrong |= self->stems[i].term >= self->n_terms;
  return wrong == 0;
}

static void
count_languages (QuarryLexicalSegment *self)
{
  self->unusual = g_new0 (guint64, ((gsize) self->n_rows >> 12) + 1);
  if (self->row_languages == NULL)
    {
      self->n_in[0] = self->n_rows;
      return;
    }
  for (guint32 i = 0; i < self->n_rows; i++)
    self->n_in[quarry_lexical_segment_get_language (self, i)]++;
  for (guint i = 1; i < QUARRY_LEXICAL_MAX_LANGUAGES; i++)
    if (self->n_in[i] > self->n_in[self->usual_language])
      self->usual_language = i;
  for (guint32 i = 0; i < self->n_rows; i++)
    if (quarry_lexical_segment_get_language (self, i) != self->usual_language)
      self->unusual[i >> 12] |= G_GUINT64_CONSTANT (1) << (i >> 6 & 63);
}

static gboolean
take_parts (QuarryLexicalSegment *self)
{
  QuarryLexicalSegmentHeader copy;
  const QuarryLexicalSegmentHeader *header = &copy;
  const guint8 *parts[N_PARTS];
  guint64 at = sizeof *header;
  guint64 n_rows, n_terms;

  if (self->size < sizeof *header)
    return FALSE;
  memcpy (&copy, self->bytes, sizeof copy);
  self->n_rows = header->n_rows;
  self->n_terms = header->n_terms;
  self->n_stems = header->n_stems;
  self->languages = header->languages;
  self->mean = header->mean;
  n_rows = header->n_rows;
  n_terms = header->n_terms;
  if (n_rows == 0 || n_rows == G_MAXUINT32 || n_terms == G_MAXUINT32
      || header->languages >> QUARRY_LEXICAL_N_LANGUAGES != 0
      || (header->sizes[PART_SLOTS] != n_rows * 4 && header->sizes[PART_SLOTS] != 4)
      || header->sizes[PART_LENGTHS] != n_rows
      || (header->sizes[PART_LANGUAGES] != n_rows && header->sizes[PART_LANGUAGES] != 0)
      || header->sizes[PART_TERM_OFFSETS] != n_terms * 4 + 4 || header->sizes[PART_COUNTS] != n_terms * 4
      || header->sizes[PART_LETTERS] != n_terms * 4 || header->sizes[PART_LIST_OFFSETS] != n_terms * 4 + 4
      || header->sizes[PART_POSITION_OFFSETS] != n_terms * 4 + 4
      || header->sizes[PART_STEMS] != header->n_stems * (guint64) sizeof (QuarryLexicalStem)
      || header->sizes[PART_LISTS] < QUARRY_POSTINGS_SLACK
      || !(header->mean >= 0.0 && header->mean <= 4294967296.0))
    return FALSE;

  for (guint i = 0; i < N_PARTS; i++)
    {
      if (at > self->size || header->sizes[i] > self->size - at)
        return FALSE;
      parts[i] = self->bytes + at;
      at = quarry_lexical_round_up (at + header->sizes[i], 8);
    }
  self->first_slot = quarry_lexical_take_number ((const guint32 *) (gconstpointer) parts[PART_SLOTS]);
  self->slots = header->sizes[PART_SLOTS] > 4 ? (const guint32 *) (gconstpointer) parts[PART_SLOTS] : NULL;
  self->lengths = parts[PART_LENGTHS];
  self->row_languages = header->sizes[PART_LANGUAGES] > 0 ? parts[PART_LANGUAGES] : NULL;
  self->term_offsets = (const guint32 *) (gconstpointer) parts[PART_TERM_OFFSETS];
  self->terms = (const char *) parts[PART_TERMS];
  self->counts = (const guint32 *) (gconstpointer) parts[PART_COUNTS];
  self->letters = (const guint32 *) (gconstpointer) parts[PART_LETTERS];
  self->list_offsets = (const guint32 *) (gconstpointer) parts[PART_LIST_OFFSETS];
  self->lists = parts[PART_LISTS];
  self->position_offsets = (const guint32 *) (gconstpointer) parts[PART_POSITION_OFFSETS];
  self->positions = parts[PART_POSITIONS];
  self->stems = (const QuarryLexicalStem *) (gconstpointer) parts[PART_STEMS];
  self->terms_size = header->sizes[PART_TERMS];
  self->lists_size = header->sizes[PART_LISTS] - QUARRY_POSTINGS_SLACK;
  self->positions_size = header->sizes[PART_POSITIONS];
  count_languages (self);
  if (!check_parts (self, header))
    return FALSE;
  quarry_lexical_segment_read_heads (self);
  return TRUE;
}

QuarryLexicalSegment *
quarry_lexical_segment_new (guint8 *bytes, gsize size)
{
  g_autoptr (QuarryLexicalSegment) self = g_new0 (QuarryLexicalSegment, 1);

  g_atomic_ref_count_init (&self->references);
  self->bytes = bytes;
  self->size = size;
  return take_parts (self) ? g_steal_pointer (&self) : NULL;
}

QuarryLexicalSegment *
quarry_lexical_segment_ref (QuarryLexicalSegment *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
quarry_lexical_segment_unref (QuarryLexicalSegment *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  quarry_lexical_sums_free (self->sums);
  quarry_mapping_unguard (self->bytes);
  munmap (self->bytes, quarry_lexical_round_up (self->size, QUARRY_LEXICAL_PAGE));
  g_free (self->heads);
  g_free (self->unusual);
  g_free (self->dead);
  g_clear_pointer (&self->dead_counts, g_hash_table_unref);
  g_free (self);
}

/* --- Checksums ------------------------------------------------------------------------------- */

/* Whether what a search is about to read is as it was written. */
static inline gboolean
is_as_written (const QuarryLexicalSegment *self, const guint8 *start, gsize length)
{
  return self->sums == NULL
         || quarry_lexical_sums_check (self->sums, self->bytes, (guint64) (start - self->bytes), length);
}

gboolean
quarry_lexical_segment_check_bytes (const QuarryLexicalSegment *self)
{
  return self->sums == NULL || quarry_lexical_sums_check_all (self->sums, self->bytes);
}

/* --- Lists ----------------------------------------------------------------------------------- */

gboolean
quarry_lexical_segment_get_postings (const QuarryLexicalSegment *self,
                                     guint32 term,
                                     QuarryPostings *postings)
{
  guint32 start, size;

  return term < self->n_terms && quarry_lexical_take_range (self->list_offsets, term, self->lists_size, &start, &size)
         && is_as_written (self, self->lists + start, size)
         && quarry_postings_init (
             postings, self->lists + start, size, quarry_lexical_take_number (&self->counts[term]), self->n_rows);
}

guint32
quarry_lexical_segment_count (const QuarryLexicalSegment *self, guint32 term)
{
  guint32 count = quarry_lexical_take_number (&self->counts[term]);
  guint32 n_dead = 0;

  if (self->dead_counts != NULL)
    n_dead = GPOINTER_TO_UINT (g_hash_table_lookup (self->dead_counts, GUINT_TO_POINTER (term)));
  return count - MIN (n_dead, count);
}

/* --- Positions ------------------------------------------------------------------------------- */

/* The first byte of a distance is one of these codes. Less than MORE: the distance itself, the last one of the passage.
 * From MORE to LAST_PAIR - 1: the distance plus MORE, with others following. The next two ranges are for larger
 * distances in long passages, of which a second byte holds the lower eight bits: from LAST_PAIR on for a last one, from
 * MORE_PAIR on for one with others following. The last two codes, LAST_LONG and MORE_LONG, have the distance in the
 * four bytes after them. */
#define MORE QUARRY_LEXICAL_MORE_POSITIONS
#define LAST_PAIR 240u
#define MORE_PAIR 247u
#define LAST_LONG 254u
#define MORE_LONG 255u
#define LEAST_LONG ((MORE_PAIR - LAST_PAIR) << 8)

G_STATIC_ASSERT (MORE_PAIR - LAST_PAIR == LAST_LONG - MORE_PAIR);

guint8 *
quarry_lexical_positions_put (guint8 *to, guint32 distance, gboolean last)
{
  if (distance < (last ? MORE : LAST_PAIR - MORE))
    {
      *to = (guint8) (last ? distance : distance + MORE);
      return to + 1;
    }
  if (distance < LEAST_LONG)
    {
      to[0] = (guint8) ((last ? LAST_PAIR : MORE_PAIR) + (distance >> 8));
      to[1] = (guint8) distance;
      return to + 2;
    }
  *to = last ? LAST_LONG : MORE_LONG;
  memcpy (to + 1, &distance, 4);
  return to + 5;
}

const guint8 *
quarry_lexical_positions_next (const guint8 *at,
                               const guint8 *end,
                               guint32 *distance,
                               gboolean *last)
{
  guint8 code;

  if (at >= end)
    return NULL;
  code = *at++;
  *last = code < MORE || (code >= LAST_PAIR && code < MORE_PAIR) || code == LAST_LONG;
  if (code < LAST_PAIR)
    {
      *distance = code < MORE ? code : code - MORE;
      return at;
    }
  if (code < LAST_LONG)
    {
      if (at >= end)
        return NULL;
      *distance = (guint32) (code - (*last ? LAST_PAIR : MORE_PAIR)) << 8 | *at;
      return at + 1;
    }
  if (end - at < 4)
    return NULL;
  memcpy (distance, at, 4);
  return at + 4;
}

/* How many of the eight bytes at @at, from the first on, are less than MORE: each is all the positions of a passage. */
static inline guint
count_short (const guint8 *at)
{
  guint64 bytes, others;

  memcpy (&bytes, at, sizeof bytes);
  bytes = GUINT64_FROM_LE (bytes);
  /* A byte of MORE, which is 128 + 32, or above has its highest bit set and one of the next two. */
  others = bytes & (bytes << 1 | bytes << 2) & G_GUINT64_CONSTANT (0x8080808080808080);
  return others == 0 ? 8 : (guint) __builtin_ctzll (others) / 8;
}

const guint8 *
quarry_lexical_positions_skip (const guint8 *at, const guint8 *end, guint n)
{
  gboolean last;
  guint32 distance;

  while (n > 0)
    {
      guint n_short = end - at >= 8 ? MIN (n, count_short (at)) : at < end && *at < MORE;

      if (n_short > 0)
        {
          at += n_short;
          n -= n_short;
          continue;
        }
      for (last = FALSE; !last;)
        if ((at = quarry_lexical_positions_next (at, end, &distance, &last)) == NULL)
          return NULL;
      n--;
    }
  return at;
}

gboolean
quarry_lexical_segment_get_positions (const QuarryLexicalSegment *self,
                                      guint32 term,
                                      guint32 n_blocks,
                                      guint32 block,
                                      const guint8 **start,
                                      const guint8 **end)
{
  gsize head = (gsize) (n_blocks - 1) * 4;
  guint32 offset = 0, behind, first, size;
  const guint8 *bytes;

  if (!quarry_lexical_take_range (self->position_offsets, term, self->positions_size, &first, &size) || size < head)
    return FALSE;
  bytes = self->positions + first;
  behind = size - (guint32) head;
  if (!is_as_written (self, bytes, head))
    return FALSE;
  if (block > 0)
    memcpy (&offset, bytes + (gsize) (block - 1) * 4, 4);
  if (block + 1 < n_blocks)
    memcpy (&behind, bytes + (gsize) block * 4, 4);
  if (offset > behind || behind > size - head)
    return FALSE;
  *start = bytes + head + offset;
  *end = bytes + head + behind;
  return is_as_written (self, *start, behind - offset);
}

/* --- Dead passages --------------------------------------------------------------------------- */

gboolean
quarry_lexical_segment_is_dead (const QuarryLexicalSegment *self, guint32 row)
{
  return self->dead != NULL && ((self->dead[row >> 6] >> (row & 63)) & 1) != 0;
}

/* How many postings of a term are in rows whose bit is set. */
static guint32
count_in_rows (const QuarryLexicalSegment *self, guint32 term, const guint64 *bitmap)
{
  QuarryPostings postings;
  QuarryPostingsBlock block;
  guint32 n = 0;

  if (!quarry_lexical_segment_get_postings (self, term, &postings))
    return 0;
  for (guint32 b = 0; b < postings.n_blocks; b++)
    if (quarry_postings_unpack (&postings, b, &block))
      for (guint i = 0; i < block.length; i++)
        n += (bitmap[block.rows[i] >> 6] >> (block.rows[i] & 63)) & 1;
  return n;
}

GArray *
quarry_lexical_segment_count_terms (const QuarryLexicalSegment *self,
                                    const guint32 *rows,
                                    guint n_rows)
{
  GArray *terms = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalTermCount));
  g_autofree guint64 *bitmap = g_new0 (guint64, (self->n_rows + 63u) / 64);

  for (guint i = 0; i < n_rows; i++)
    bitmap[rows[i] >> 6] |= G_GUINT64_CONSTANT (1) << (rows[i] & 63);
  for (guint32 term = 0; n_rows > 0 && term < self->n_terms; term++)
    {
      QuarryLexicalTermCount found = { term, count_in_rows (self, term, bitmap) };

      if (found.count > 0)
        g_array_append_val (terms, found);
    }
  return terms;
}

void
quarry_lexical_segment_bury (QuarryLexicalSegment *self,
                             const guint32 *rows,
                             guint n_rows,
                             const QuarryLexicalTermCount *terms,
                             guint n_terms)
{
  if (n_rows == 0)
    return;
  if (self->dead == NULL)
    {
      self->dead = g_new0 (guint64, (self->n_rows + 63u) / 64);
      self->dead_counts = g_hash_table_new (NULL, NULL);
    }
  for (guint i = 0; i < n_rows; i++)
    {
      if (!quarry_lexical_segment_is_dead (self, rows[i]))
        self->n_dead++;
      self->dead[rows[i] >> 6] |= G_GUINT64_CONSTANT (1) << (rows[i] & 63);
    }
  for (guint i = 0; i < n_terms; i++)
    {
      gpointer key = GUINT_TO_POINTER (terms[i].term);
      guint32 before = GPOINTER_TO_UINT (g_hash_table_lookup (self->dead_counts, key));

      g_hash_table_insert (self->dead_counts, key, GUINT_TO_POINTER (before + terms[i].count));
    }
}

static gboolean
check_positions (const QuarryLexicalSegment *self, guint32 term, const QuarryPostings *postings)
{
  for (guint32 b = 0; b < postings->n_blocks; b++)
    {
      const guint8 *at, *end;

      if (!quarry_lexical_segment_get_positions (
              self, term, postings->n_blocks, b, &at, &end))
        return FALSE;
      for (guint32 i = b * QUARRY_POSTINGS_BLOCK;
           i < MIN (postings->n_postings, (b + 1) * QUARRY_POSTINGS_BLOCK); i++)
        if ((at = quarry_lexical_positions_skip_one (at, end)) == NULL)
          return FALSE;
    }
  return TRUE;
}

gboolean
quarry_lexical_segment_check (const QuarryLexicalSegment *self)
{
  for (guint32 term = 0; term < self->n_terms; term++)
    {
      QuarryPostings postings;
      guint64 previous = 0;

      if (!quarry_lexical_segment_get_postings (self, term, &postings))
        return FALSE;
      for (guint32 b = 0; b < postings.n_blocks; b++)
        {
          QuarryPostingsBlock block;

          if (!quarry_postings_unpack (&postings, b, &block) || block.rows[0] + 1u <= previous)
            return FALSE;
          previous = block.rows[block.length - 1] + 1u;
        }
      if (!check_positions (self, term, &postings))
        return FALSE;
    }
  return TRUE;
}

guint32
quarry_lexical_letters (const char *term, gsize length)
{
  guint32 letters = 0;

  for (const char *p = term; p < term + length; p = g_utf8_next_char (p))
    {
      guint32 c = (guchar) *p < 0x80 ? (guchar) *p : g_utf8_get_char_validated (p, term + length - p);

      letters |= 1u << ((c * 2654435761u) >> 27);
    }
  return letters;
}
