/* quarry-lexical-segment.c: passages whose words no longer change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-lexical-segment.h"

#include "core/lexical/quarry-lexical-terms.h"
#include "core/mapping/quarry-mapping.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096u
/* From this size on its memory is not had twice. */
#define LARGE_SEGMENT (G_GUINT64_CONSTANT (16) << 20)

/* Parts lie one behind the other, each from a multiple of eight bytes on. */
enum
{
  SLOTS,
  LENGTHS,
  LANGUAGES,
  TERM_OFFSETS,
  TERMS,
  COUNTS,
  LETTERS,
  LIST_OFFSETS,
  LISTS,
  POSITION_OFFSETS,
  POSITIONS,
  STEMS,
  N_PARTS
};

typedef struct
{
  double mean;
  guint32 n_rows;
  guint32 n_terms;
  guint32 n_stems;
  guint32 languages;
  guint64 sizes[N_PARTS];
} Header;

static guint64
round_up (guint64 number, guint64 step)
{
  return (number + step - 1) / step * step;
}

/* --- Reading --------------------------------------------------------------------------------- */

/* Offsets go up from 0 to @size. */
static gboolean
check_offsets (const guint32 *offsets, guint32 n, guint64 size)
{
  guint32 wrong = offsets[0];

  for (guint32 i = 0; i < n; i++)
    wrong |= offsets[i + 1] < offsets[i];
  return wrong == 0 && offsets[n] == size;
}

static gboolean
check_parts (const QuarryLexicalSegment *self, const Header *header)
{
  guint32 wrong = 0;

  if (!check_offsets (self->term_offsets, self->n_terms, header->sizes[TERMS])
      || !check_offsets (
          self->list_offsets, self->n_terms, header->sizes[LISTS] - QUARRY_POSTINGS_SLACK)
      || !check_offsets (self->position_offsets, self->n_terms, header->sizes[POSITIONS]))
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
  if (self->row_languages == NULL)
    self->n_in[0] = self->n_rows;
  else
    for (guint32 i = 0; i < self->n_rows; i++)
      self->n_in[quarry_lexical_segment_get_language (self, i)]++;
}

static gboolean
take_parts (QuarryLexicalSegment *self)
{
  Header copy;
  const Header *header = &copy;
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
      || (header->sizes[SLOTS] != n_rows * 4 && header->sizes[SLOTS] != 4)
      || header->sizes[LENGTHS] != n_rows
      || (header->sizes[LANGUAGES] != n_rows && header->sizes[LANGUAGES] != 0)
      || header->sizes[TERM_OFFSETS] != n_terms * 4 + 4 || header->sizes[COUNTS] != n_terms * 4
      || header->sizes[LETTERS] != n_terms * 4 || header->sizes[LIST_OFFSETS] != n_terms * 4 + 4
      || header->sizes[POSITION_OFFSETS] != n_terms * 4 + 4
      || header->sizes[STEMS] != header->n_stems * (guint64) sizeof (QuarryLexicalStem)
      || header->sizes[LISTS] < QUARRY_POSTINGS_SLACK
      || !(header->mean >= 0.0 && header->mean <= 4294967296.0))
    return FALSE;

  for (guint i = 0; i < N_PARTS; i++)
    {
      if (at > self->size || header->sizes[i] > self->size - at)
        return FALSE;
      parts[i] = self->bytes + at;
      at = round_up (at + header->sizes[i], 8);
    }
  self->first_slot = quarry_lexical_take_number ((const guint32 *) (gconstpointer) parts[SLOTS]);
  self->slots = header->sizes[SLOTS] > 4 ? (const guint32 *) (gconstpointer) parts[SLOTS] : NULL;
  self->lengths = parts[LENGTHS];
  self->row_languages = header->sizes[LANGUAGES] > 0 ? parts[LANGUAGES] : NULL;
  self->term_offsets = (const guint32 *) (gconstpointer) parts[TERM_OFFSETS];
  self->terms = (const char *) parts[TERMS];
  self->counts = (const guint32 *) (gconstpointer) parts[COUNTS];
  self->letters = (const guint32 *) (gconstpointer) parts[LETTERS];
  self->list_offsets = (const guint32 *) (gconstpointer) parts[LIST_OFFSETS];
  self->lists = parts[LISTS];
  self->position_offsets = (const guint32 *) (gconstpointer) parts[POSITION_OFFSETS];
  self->positions = parts[POSITIONS];
  self->stems = (const QuarryLexicalStem *) (gconstpointer) parts[STEMS];
  self->terms_size = header->sizes[TERMS];
  self->lists_size = header->sizes[LISTS] - QUARRY_POSTINGS_SLACK;
  self->positions_size = header->sizes[POSITIONS];
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
  quarry_mapping_unguard (self->bytes);
  munmap (self->bytes, round_up (self->size, PAGE));
  g_free (self->heads);
  g_free (self->dead);
  g_clear_pointer (&self->dead_counts, g_hash_table_unref);
  g_free (self);
}

/* --- Lists ----------------------------------------------------------------------------------- */

gboolean
quarry_lexical_segment_get_postings (const QuarryLexicalSegment *self,
                                     guint32 term,
                                     QuarryPostings *postings)
{
  guint32 start, size;

  return term < self->n_terms && quarry_lexical_take_range (self->list_offsets, term, self->lists_size, &start, &size)
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

/* The first byte of a distance. Below MORE it is a last distance itself, below LAST_PAIR one with
 * others behind it, less MORE. Two bytes give the distances of long passages: those from LAST_PAIR on,
 * and from MORE_PAIR on, are the higher byte. The last two codes have four bytes behind them. */
#define MORE 160u
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

const guint8 *
quarry_lexical_positions_skip (const guint8 *at, const guint8 *end)
{
  gboolean last = FALSE;
  guint32 distance;

  /* Mostly there is one, of a byte. */
  if (at < end && *at < MORE)
    return at + 1;
  while (!last)
    if ((at = quarry_lexical_positions_next (at, end, &distance, &last)) == NULL)
      return NULL;
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
  guint32 offset = 0, first, size;
  const guint8 *bytes;

  if (!quarry_lexical_take_range (self->position_offsets, term, self->positions_size, &first, &size) || size < head)
    return FALSE;
  bytes = self->positions + first;
  if (block > 0)
    memcpy (&offset, bytes + (gsize) (block - 1) * 4, 4);
  if (offset > size - head)
    return FALSE;
  *start = bytes + head + offset;
  *end = bytes + size;
  return TRUE;
}

/* --- Dead passages --------------------------------------------------------------------------- */

gboolean
quarry_lexical_segment_is_dead (const QuarryLexicalSegment *self, guint32 row)
{
  return self->dead != NULL && ((self->dead[row >> 6] >> (row & 63)) & 1) != 0;
}

/* How many postings of a term lie in the bitmap. */
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
        if ((at = quarry_lexical_positions_skip (at, end)) == NULL)
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

/* --- Making ---------------------------------------------------------------------------------- */

struct _QuarryLexicalSegmentWriter
{
  Header header;
  const guint32 *slots;
  const guint8 *lengths;
  const guint8 *row_languages;
  QuarryLexicalWeights weights;
  guint32 most_terms;
  GByteArray *parts[N_PARTS];  /* those of terms, lists, positions, stems */
  guint32 *numbers[N_PARTS];   /* the others, with room for all terms */
  GByteArray *impacts;
  gboolean too_large;
  gboolean lies; /* there is a list with a row twice */
};

static void
append_uint32 (GByteArray *bytes, guint32 number)
{
  g_byte_array_append (bytes, (const guint8 *) &number, sizeof number);
}

QuarryLexicalSegmentWriter *
quarry_lexical_segment_writer_new (const guint32 *slots,
                                   const guint8 *lengths,
                                   const guint8 *row_languages,
                                   guint32 n_rows,
                                   guint32 most_terms,
                                   guint32 languages,
                                   double mean)
{
  static const guint of_terms[] = { TERM_OFFSETS, COUNTS, LETTERS, LIST_OFFSETS, POSITION_OFFSETS };
  static const guint of_bytes[] = { TERMS, LISTS, POSITIONS, STEMS };
  QuarryLexicalSegmentWriter *self = g_new0 (QuarryLexicalSegmentWriter, 1);

  self->slots = slots;
  self->lengths = lengths;
  self->row_languages = row_languages;
  self->header.n_rows = n_rows;
  self->header.languages = languages;
  self->header.mean = mean;
  quarry_lexical_weights_init (&self->weights, mean);
  self->most_terms = most_terms;
  for (guint i = 0; i < G_N_ELEMENTS (of_terms); i++)
    {
      self->numbers[of_terms[i]] = g_new (guint32, (gsize) most_terms + 1);
      self->numbers[of_terms[i]][0] = 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (of_bytes); i++)
    self->parts[of_bytes[i]] = g_byte_array_new ();
  self->impacts = g_byte_array_new ();
  return self;
}

void
quarry_lexical_segment_writer_expect (QuarryLexicalSegmentWriter *self,
                                      guint64 list_bytes,
                                      guint64 position_bytes)
{
  g_byte_array_set_size (self->parts[LISTS], (guint) MIN (list_bytes, G_MAXINT32));
  g_byte_array_set_size (self->parts[LISTS], 0);
  g_byte_array_set_size (self->parts[POSITIONS], (guint) MIN (position_bytes, G_MAXINT32));
  g_byte_array_set_size (self->parts[POSITIONS], 0);
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const guint32 *rows = user_data;
  guint32 x = rows[*(const guint32 *) a];
  guint32 y = rows[*(const guint32 *) b];

  return (x > y) - (x < y);
}

/* Brings postings into order and drops those without a row. FALSE where a row is there twice. */
static gboolean
tidy_postings (GArray *rows, GByteArray *codes, GByteArray *positions, GArray *ends)
{
  guint n = rows->len, n_kept = 0;
  gboolean tidy = TRUE;
  g_autofree guint32 *order = NULL;
  g_autofree guint32 *old_rows = NULL;
  g_autofree guint32 *old_ends = NULL;
  g_autofree guint8 *old_codes = NULL;
  g_autofree guint8 *old_positions = NULL;

  for (guint i = 0; i < n && tidy; i++)
    tidy = g_array_index (rows, guint32, i) != QUARRY_LEXICAL_NONE
           && (i == 0 || g_array_index (rows, guint32, i) > g_array_index (rows, guint32, i - 1));
  if (tidy)
    return TRUE;

  old_rows = g_memdup2 (rows->data, n * sizeof (guint32));
  old_ends = g_memdup2 (ends->data, n * sizeof (guint32));
  old_codes = g_memdup2 (codes->data, n);
  old_positions = g_memdup2 (positions->data, positions->len);
  order = g_new (guint32, n);
  for (guint i = 0; i < n; i++)
    if (old_rows[i] != QUARRY_LEXICAL_NONE)
      order[n_kept++] = i;
  g_qsort_with_data (order, (int) n_kept, sizeof *order, compare_places, old_rows);

  g_array_set_size (rows, 0);
  g_array_set_size (ends, 0);
  g_byte_array_set_size (codes, 0);
  g_byte_array_set_size (positions, 0);
  for (guint i = 0; i < n_kept; i++)
    {
      guint32 from = order[i];
      guint32 start = from > 0 ? old_ends[from - 1] : 0;

      g_array_append_val (rows, old_rows[from]);
      g_byte_array_append (codes, &old_codes[from], 1);
      g_byte_array_append (positions, old_positions + start, old_ends[from] - start);
      g_array_append_val (ends, positions->len);
      if (i > 0 && old_rows[from] == old_rows[order[i - 1]])
        return FALSE;
    }
  return TRUE;
}

/* Whether lists and positions have room for so many more. A GByteArray ends at 4 GiB, and so do the offsets. */
static gboolean
make_sure_of_room (QuarryLexicalSegmentWriter *self, guint n, guint n_position_bytes)
{
  self->too_large = self->too_large || self->header.n_terms == self->most_terms
                    || self->parts[LISTS]->len > G_MAXINT32 - 64u - 16u * (guint64) n
                    || self->parts[POSITIONS]->len > G_MAXINT32 - 64u - 4u * (guint64) n - n_position_bytes;
  return !self->too_large;
}

/* What is kept of a term beside its list and positions, which are there. */
static void
end_term (QuarryLexicalSegmentWriter *self, const char *term, gsize length, const GArray *stems, guint32 n)
{
  guint32 number = self->header.n_terms++;

  g_byte_array_append (self->parts[TERMS], (const guint8 *) term, (guint) length);
  self->numbers[COUNTS][number] = n;
  self->numbers[LETTERS][number] = quarry_lexical_letters (term, length);
  self->numbers[TERM_OFFSETS][number + 1] = self->parts[TERMS]->len;
  self->numbers[LIST_OFFSETS][number + 1] = self->parts[LISTS]->len;
  self->numbers[POSITION_OFFSETS][number + 1] = self->parts[POSITIONS]->len;
  for (guint i = 0; i < stems->len; i++)
    {
      guint64 key = g_array_index (stems, guint64, i);
      QuarryLexicalStem stem = { (guint32) (key >> 32), (guint32) key, number };

      g_byte_array_append (self->parts[STEMS], (const guint8 *) &stem, sizeof stem);
      self->header.n_stems++;
    }
}

void
quarry_lexical_segment_writer_add_single (QuarryLexicalSegmentWriter *self,
                                          const char *term,
                                          gsize length,
                                          const GArray *stems,
                                          guint32 row,
                                          guint8 code,
                                          const guint8 *positions,
                                          guint n_position_bytes)
{
  guint8 impact = quarry_lexical_bound_byte (self->weights.impacts[self->lengths[row]][code]);

  if (self->lies || !make_sure_of_room (self, 1, n_position_bytes))
    return;
  quarry_postings_pack (self->parts[LISTS], &row, &code, &impact, 1);
  g_byte_array_append (self->parts[POSITIONS], positions, n_position_bytes);
  end_term (self, term, length, stems, 1);
}

void
quarry_lexical_segment_writer_add (QuarryLexicalSegmentWriter *self,
                                   const char *term,
                                   gsize length,
                                   const GArray *stems,
                                   GArray *rows,
                                   GByteArray *codes,
                                   GByteArray *positions,
                                   GArray *ends)
{
  GByteArray **parts = self->parts;
  const guint32 *row, *end;
  guint n;

  self->lies = self->lies || !tidy_postings (rows, codes, positions, ends);
  n = rows->len;
  if (self->lies || n == 0 || !make_sure_of_room (self, n, positions->len))
    return;

  row = (const guint32 *) (gpointer) rows->data;
  end = (const guint32 *) (gpointer) ends->data;
  g_byte_array_set_size (self->impacts, n);
  for (guint i = 0; i < n; i++)
    self->impacts->data[i] = quarry_lexical_bound_byte (
        self->weights.impacts[self->lengths[row[i]]][codes->data[i]]);
  quarry_postings_pack (parts[LISTS], row, codes->data, self->impacts->data, n);
  for (guint i = QUARRY_POSTINGS_BLOCK; i < n; i += QUARRY_POSTINGS_BLOCK)
    append_uint32 (parts[POSITIONS], end[i - 1]);
  g_byte_array_append (parts[POSITIONS], positions->data, positions->len);
  end_term (self, term, length, stems, n);
}

static int
compare_stems (const void *a, const void *b)
{
  const QuarryLexicalStem *x = a;
  const QuarryLexicalStem *y = b;

  if (x->key_high != y->key_high)
    return x->key_high < y->key_high ? -1 : 1;
  if (x->key_low != y->key_low)
    return x->key_low < y->key_low ? -1 : 1;
  return (x->term > y->term) - (x->term < y->term);
}

QuarryLexicalSegment *
quarry_lexical_segment_writer_end (QuarryLexicalSegmentWriter *self)
{
  static const guint8 slack[QUARRY_POSTINGS_SLACK];
  QuarryLexicalSegment *segment = NULL;
  gconstpointer data[N_PARTS];
  guint64 size = sizeof (Header);
  guint32 n_rows = self->header.n_rows;
  gboolean all_english = TRUE;
  gboolean gapless = self->slots[n_rows - 1] - self->slots[0] == n_rows - 1;
  guint64 n_slots = gapless ? 1 : n_rows;
  guint8 *bytes = MAP_FAILED;

  if (self->header.n_stems > 0)
    qsort (self->parts[STEMS]->data, self->header.n_stems, sizeof (QuarryLexicalStem),
           compare_stems);
  g_byte_array_append (self->parts[LISTS], slack, sizeof slack);
  for (guint32 i = 0; i < n_rows; i++)
    all_english = all_english && self->row_languages[i] == 0;
  for (guint i = 0; i < N_PARTS; i++)
    {
      gboolean is_counts = i == COUNTS || i == LETTERS;

      data[i] = i == SLOTS       ? (gconstpointer) self->slots
                : i == LENGTHS   ? (gconstpointer) self->lengths
                : i == LANGUAGES ? (gconstpointer) self->row_languages
                : self->parts[i] != NULL ? (gconstpointer) self->parts[i]->data
                                         : self->numbers[i];
      self->header.sizes[i] = i == SLOTS       ? n_slots * 4
                              : i == LENGTHS   ? n_rows
                              : i == LANGUAGES ? (all_english ? 0 : n_rows)
                              : self->parts[i] != NULL
                                  ? self->parts[i]->len
                                  : ((guint64) self->header.n_terms + (is_counts ? 0 : 1)) * 4;
      size = round_up (size + self->header.sizes[i], 8);
    }

  if (!self->too_large && !self->lies)
    /* All of it is written at once: had page by page, it would cost more than the writing. A large one has its memory
     * part by part, so that it is not there twice. */
    bytes = mmap (NULL, round_up (size, PAGE), PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | (size < LARGE_SEGMENT ? MAP_POPULATE : 0), -1, 0);
  if (bytes != MAP_FAILED)
    {
      guint64 at = sizeof (Header);

      memcpy (bytes, &self->header, sizeof (Header));
      for (guint i = 0; i < N_PARTS; i++)
        {
          if (self->header.sizes[i] > 0)
            memcpy (bytes + at, data[i], self->header.sizes[i]);
          if (size >= LARGE_SEGMENT)
            g_clear_pointer (&self->parts[i], g_byte_array_unref);
          at = round_up (at + self->header.sizes[i], 8);
        }
      /* What was merged of lists that lie may not hold together. */
      segment = quarry_lexical_segment_new (bytes, size);
    }

  for (guint i = 0; i < N_PARTS; i++)
    {
      g_clear_pointer (&self->parts[i], g_byte_array_unref);
      g_free (self->numbers[i]);
    }
  g_byte_array_unref (self->impacts);
  g_free (self);
  return segment;
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
