/* quarry-lexical-segment-writer.c: makes a segment of terms that are added in order
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Collects each part of the segment in an array of its own, then allocates the segment's bytes and copies the parts.
 */
#include "core/lexical/quarry-lexical-segment-layout.h"
#include "core/lexical/quarry-lexical-segment.h"
#include "core/lexical/quarry-lexical-sort.h"
#include "core/machine/quarry-memory.h"

#include <string.h>
#include <sys/mman.h>

/* For segments of this size or more, each part is freed as soon as it is copied, so that not all of it is in memory
 * twice. */
#define LARGE_SEGMENT (G_GUINT64_CONSTANT (16) << 20)

struct _QuarryLexicalSegmentWriter
{
  QuarryLexicalSegmentHeader header;
  const guint32 *slots;
  const guint8 *lengths;
  const guint8 *row_languages;
  QuarryLexicalWeights weights;
  guint32 most_terms;
  GByteArray *parts[N_PARTS];  /* the parts with terms, lists and positions, and in the end stems */
  guint32 *numbers[N_PARTS];   /* the other parts, with room for all terms */
  GArray *stems;  /* of QuarryLexicalKey: the term of each stem, by the stem's key */
  GByteArray *impacts;
  gboolean too_large;
  gboolean lies; /* a row occurs twice in a list, so the input is damaged */
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
  static const guint of_terms[]
      = { PART_TERM_OFFSETS, PART_COUNTS, PART_LETTERS, PART_LIST_OFFSETS, PART_POSITION_OFFSETS };
  static const guint of_bytes[] = { PART_TERMS, PART_LISTS, PART_POSITIONS, PART_STEMS };
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
  self->stems = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalKey));
  self->impacts = g_byte_array_new ();
  return self;
}

void
quarry_lexical_segment_writer_expect (QuarryLexicalSegmentWriter *self,
                                      guint64 list_bytes,
                                      guint64 position_bytes)
{
  const struct
  {
    GByteArray *part;
    guint64 bytes;
  } expected[] = { { self->parts[PART_LISTS], list_bytes }, { self->parts[PART_POSITIONS], position_bytes } };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_byte_array_set_size (expected[i].part, (guint) MIN (expected[i].bytes, G_MAXINT32));
      quarry_fault_in (expected[i].part->data, expected[i].part->len);
      g_byte_array_set_size (expected[i].part, 0);
    }
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const guint32 *rows = user_data;
  guint32 x = rows[*(const guint32 *) a];
  guint32 y = rows[*(const guint32 *) b];

  return (x > y) - (x < y);
}

/* Sorts postings by row and drops those whose row is NONE. FALSE where a row occurs twice. */
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

/* Whether there is room for @n more postings and their positions. Lists and positions are kept below 2 GiB, which is
 * safe for a GByteArray and for 32-bit offsets. */
static gboolean
make_sure_of_room (QuarryLexicalSegmentWriter *self, guint n, guint n_position_bytes)
{
  self->too_large = self->too_large || self->header.n_terms == self->most_terms
                    || self->parts[PART_LISTS]->len > G_MAXINT32 - 64u - 16u * (guint64) n
                    || self->parts[PART_POSITIONS]->len > G_MAXINT32 - 64u - 4u * (guint64) n - n_position_bytes;
  return !self->too_large;
}

/* Adds everything about a term except its list and positions, which have been added already. */
static void
end_term (QuarryLexicalSegmentWriter *self, const char *term, gsize length, const GArray *stems, guint32 n)
{
  guint32 number = self->header.n_terms++;

  g_byte_array_append (self->parts[PART_TERMS], (const guint8 *) term, (guint) length);
  self->numbers[PART_COUNTS][number] = n;
  self->numbers[PART_LETTERS][number] = quarry_lexical_letters (term, length);
  self->numbers[PART_TERM_OFFSETS][number + 1] = self->parts[PART_TERMS]->len;
  self->numbers[PART_LIST_OFFSETS][number + 1] = self->parts[PART_LISTS]->len;
  self->numbers[PART_POSITION_OFFSETS][number + 1] = self->parts[PART_POSITIONS]->len;
  for (guint i = 0; i < stems->len; i++)
    {
      QuarryLexicalKey stem = { g_array_index (stems, guint64, i), number };

      g_array_append_val (self->stems, stem);
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
  quarry_postings_pack (self->parts[PART_LISTS], &row, &code, &impact, 1);
  g_byte_array_append (self->parts[PART_POSITIONS], positions, n_position_bytes);
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
  quarry_postings_pack (parts[PART_LISTS], row, codes->data, self->impacts->data, n);
  for (guint i = QUARRY_POSTINGS_BLOCK; i < n; i += QUARRY_POSTINGS_BLOCK)
    append_uint32 (parts[PART_POSITIONS], end[i - 1]);
  g_byte_array_append (parts[PART_POSITIONS], positions->data, positions->len);
  end_term (self, term, length, stems, n);
}

/* Puts the stems in the order of their keys, and those with the same key in that of their terms. */
static void
end_stems (QuarryLexicalSegmentWriter *self)
{
  QuarryLexicalKey *keys = (QuarryLexicalKey *) (gpointer) self->stems->data;
  QuarryLexicalStem *stems;
  guint32 n = self->stems->len;

  quarry_lexical_sort (keys, n);
  self->header.n_stems = n;
  g_byte_array_set_size (self->parts[PART_STEMS], n * (guint) sizeof *stems);
  stems = (QuarryLexicalStem *) (gpointer) self->parts[PART_STEMS]->data;
  for (guint32 i = 0; i < n; i++)
    stems[i] = (QuarryLexicalStem) { (guint32) (keys[i].key >> 32), (guint32) keys[i].key, keys[i].number };
  g_clear_pointer (&self->stems, g_array_unref);
}

QuarryLexicalSegment *
quarry_lexical_segment_writer_end (QuarryLexicalSegmentWriter *self)
{
  static const guint8 slack[QUARRY_POSTINGS_SLACK];
  QuarryLexicalSegment *segment = NULL;
  gconstpointer data[N_PARTS];
  guint64 size = sizeof (QuarryLexicalSegmentHeader);
  guint32 n_rows = self->header.n_rows;
  gboolean all_english = TRUE;
  gboolean gapless = self->slots[n_rows - 1] - self->slots[0] == n_rows - 1;
  guint64 n_slots = gapless ? 1 : n_rows;
  guint8 *bytes = MAP_FAILED;

  end_stems (self);
  g_byte_array_append (self->parts[PART_LISTS], slack, sizeof slack);
  for (guint32 i = 0; i < n_rows; i++)
    all_english = all_english && self->row_languages[i] == 0;
  for (guint i = 0; i < N_PARTS; i++)
    {
      gboolean is_counts = i == PART_COUNTS || i == PART_LETTERS;

      data[i] = i == PART_SLOTS       ? (gconstpointer) self->slots
                : i == PART_LENGTHS   ? (gconstpointer) self->lengths
                : i == PART_LANGUAGES ? (gconstpointer) self->row_languages
                : self->parts[i] != NULL ? (gconstpointer) self->parts[i]->data
                                         : self->numbers[i];
      self->header.sizes[i] = i == PART_SLOTS       ? n_slots * 4
                              : i == PART_LENGTHS   ? n_rows
                              : i == PART_LANGUAGES ? (all_english ? 0 : n_rows)
                              : self->parts[i] != NULL
                                  ? self->parts[i]->len
                                  : ((guint64) self->header.n_terms + (is_counts ? 0 : 1)) * 4;
      size = quarry_lexical_round_up (size + self->header.sizes[i], 8);
    }

  if (!self->too_large && !self->lies)
    bytes = mmap (NULL, quarry_lexical_round_up (size, QUARRY_LEXICAL_PAGE), PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes != MAP_FAILED)
    {
      guint64 at = sizeof (QuarryLexicalSegmentHeader);

      /* All of it is about to be written, and to fault in one page after another would cost more than the writing. Of a
       * large segment this is done part by part, so that it is not in memory twice. */
      if (size < LARGE_SEGMENT)
        quarry_fault_in (bytes, size);
      memcpy (bytes, &self->header, sizeof (QuarryLexicalSegmentHeader));
      for (guint i = 0; i < N_PARTS; i++)
        {
          if (size >= LARGE_SEGMENT)
            quarry_fault_in (bytes + at, self->header.sizes[i]);
          if (self->header.sizes[i] > 0)
            memcpy (bytes + at, data[i], self->header.sizes[i]);
          if (size >= LARGE_SEGMENT)
            g_clear_pointer (&self->parts[i], g_byte_array_unref);
          at = quarry_lexical_round_up (at + self->header.sizes[i], 8);
        }
      /* Where damaged lists were merged, the result may be inconsistent: then this is NULL. */
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
