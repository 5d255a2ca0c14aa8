/* quarry-lexical-phrase.c: finds passages in which words stand one after another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Intersects the postings of the words, rarest first, and compares their positions in each passage that holds all of
 * them. A word may stand for several alternatives, whose positions are then united first.
 */
#include "core/lexical/quarry-lexical-private.h"

/* Rows up to so many further on are sought one by one. */
#define NEAR 4u

/* A word of the phrase, in one segment or in the buffer. */
typedef struct
{
  const QuarryLexicalSegment *segment; /* NULL: it is in the buffer */
  guint32 term;
  QuarryPostings postings;
  guint32 block;
  QuarryPostingsBlock rows;
  gboolean unpacked;
  guint at;
  guint position_at; /* index of the posting in the block whose positions begin at ... */
  const guint8 *position;
  const guint8 *positions_end;

  /* For a word of the buffer, or of several alternatives: all its postings. */
  GArray *all_rows;
  GByteArray *all_codes;
  GByteArray *all_positions;
  GArray *all_ends;
} Word;

/* Positions in a passage. A GArray would take half as long again, since it appends by a call. */
typedef struct
{
  guint32 *at;
  guint n;
  guint room;
} Positions;

static void
positions_clear (Positions *self)
{
  g_free (self->at);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Positions, positions_clear)

static inline void
positions_append (Positions *self, guint32 position)
{
  if (self->n == self->room)
    {
      self->room = MAX (64, 2 * self->room);
      self->at = g_renew (guint32, self->at, self->room);
    }
  self->at[self->n++] = position;
}

static void
word_init_plain (Word *self)
{
  self->all_rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->all_codes = g_byte_array_new ();
  self->all_positions = g_byte_array_new ();
  self->all_ends = g_array_new (FALSE, FALSE, sizeof (guint32));
}

static void
word_point_to_plain (Word *self)
{
  quarry_postings_init_plain (&self->postings, (const guint32 *) (gpointer) self->all_rows->data,
                              self->all_codes->data, self->all_rows->len);
}

static gboolean
word_init (Word *self, const QuarryLexicalIndex *index, guint segment, guint32 term)
{
  self->term = term;
  if (segment != G_MAXUINT)
    {
      self->segment = g_ptr_array_index (index->segments, segment);
      return quarry_lexical_segment_get_postings (self->segment, term, &self->postings);
    }

  word_init_plain (self);
  quarry_lexical_buffer_list (index->buffer, term, self->all_rows, self->all_codes,
                              self->all_positions, self->all_ends);
  word_point_to_plain (self);
  return self->postings.n_postings > 0;
}

static void
word_clear (Word *self)
{
  g_clear_pointer (&self->all_rows, g_array_unref);
  g_clear_pointer (&self->all_codes, g_byte_array_unref);
  g_clear_pointer (&self->all_positions, g_byte_array_unref);
  g_clear_pointer (&self->all_ends, g_array_unref);
}

/* Moves to the first row that is not less than @row; FALSE where there is none. */
static gboolean
word_seek (Word *self, guint32 row)
{
  guint32 block = quarry_postings_find_block (&self->postings, self->block, row);

  if (block != self->block)
    {
      self->block = block;
      self->unpacked = FALSE;
    }
  for (; self->block < self->postings.n_blocks; self->block++, self->unpacked = FALSE)
    {
      if (!self->unpacked)
        {
          quarry_postings_unpack (&self->postings, self->block, &self->rows);
          self->unpacked = TRUE;
          self->at = 0;
          self->position = NULL;
        }
      /* Of words that are as frequent as each other, the next few rows are passed one by one. */
      for (guint end = MIN (self->at + NEAR, self->rows.length); self->at < end && self->rows.rows[self->at] < row;)
        self->at++;
      if (self->at < self->rows.length && self->rows.rows[self->at] < row)
        self->at = quarry_postings_find_row (self->rows.rows, self->at + 1, self->rows.length, row);
      if (self->at < self->rows.length)
        return TRUE;
    }
  return FALSE;
}

/* Reads the word's positions in the row that it is at. To be called once a row. */
static void
word_read_positions (Word *self, Positions *positions)
{
  const guint8 *at, *end;
  guint32 position = 0;
  gboolean last = FALSE;
  guint32 distance;

  positions->n = 0;
  if (self->segment == NULL)
    {
      guint place = self->block * QUARRY_POSTINGS_BLOCK + self->at;

      at = self->all_positions->data
           + (place > 0 ? g_array_index (self->all_ends, guint32, place - 1) : 0);
      end = self->all_positions->data + self->all_positions->len;
    }
  else
    {
      if (self->position == NULL)
        {
          self->position_at = 0;
          if (!quarry_lexical_segment_get_positions (self->segment, self->term,
                                                     self->postings.n_blocks, self->block,
                                                     &self->position, &self->positions_end))
            return;
        }
      self->position
          = quarry_lexical_positions_skip (self->position, self->positions_end, self->at - self->position_at);
      self->position_at = self->at;
      if (self->position == NULL)
        return;
      at = self->position;
      end = self->positions_end;
    }

  for (last = FALSE; !last;)
    {
      at = quarry_lexical_positions_next (at, end, &distance, &last);
      if (at == NULL)
        return;
      position += distance;
      positions_append (positions, position);
    }
  if (self->segment != NULL)
    {
      self->position = at;
      self->position_at = self->at + 1;
    }
}

/* --- Any of several words -------------------------------------------------------------------- */

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a;
  guint64 y = *(const guint64 *) b;

  return (x > y) - (x < y);
}

/* Appends where the word occurs: the row in the upper 32 bits, the position in the lower ones. */
static void
word_list_places (Word *self, GArray *places)
{
  g_auto (Positions) positions = { NULL };

  for (guint32 row = 0; word_seek (self, row); row++)
    {
      row = self->rows.rows[self->at];
      word_read_positions (self, &positions);
      for (guint i = 0; i < positions.n; i++)
        {
          guint64 place = (guint64) row << 32 | positions.at[i];

          g_array_append_val (places, place);
        }
      if (row == G_MAXUINT32)
        return;
    }
}

/* Makes a word that occurs at all of @places. */
static void
word_init_places (Word *self, GArray *places)
{
  g_array_sort (places, compare_numbers);
  word_init_plain (self);
  for (guint start = 0, end; start < places->len; start = end)
    {
      guint32 row = (guint32) (g_array_index (places, guint64, start) >> 32);
      guint32 previous = 0;
      guint8 code;

      for (end = start + 1; end < places->len; end++)
        if (g_array_index (places, guint64, end) >> 32 != row)
          break;
      for (guint i = start; i < end; i++)
        {
          guint32 position = (guint32) g_array_index (places, guint64, i);

          guint8 bytes[QUARRY_LEXICAL_POSITION_BYTES];
          guint8 *behind = quarry_lexical_positions_put (bytes, position - previous, i + 1 == end);

          g_byte_array_append (self->all_positions, bytes, (guint) (behind - bytes));
          previous = position;
        }
      g_array_append_val (self->all_rows, row);
      code = (guint8) quarry_lexical_count_code (QUARRY_LEXICAL_TEXT * MIN (end - start, 1000));
      g_byte_array_append (self->all_codes, &code, 1);
      g_array_append_val (self->all_ends, self->all_positions->len);
    }
  word_point_to_plain (self);
}

/* Makes a word that occurs wherever one of @terms does. FALSE where none of them occurs. */
static gboolean
word_init_any (
    Word *self, const QuarryLexicalIndex *index, guint segment, const guint32 *terms, guint n_terms)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint64));

  for (guint i = 0; i < n_terms; i++)
    {
      g_autofree Word *word = g_new0 (Word, 1);

      if (terms[i] == QUARRY_LEXICAL_NONE)
        continue;
      if (word_init (word, index, segment, terms[i]))
        word_list_places (word, places);
      word_clear (word);
    }
  word_init_places (self, places);
  return places->len > 0;
}

/* --- The phrase ------------------------------------------------------------------------------ */

/* How often the phrase occurs in the row that all words are at. */
static guint
count_phrase (Word *words, const guint32 *offsets, guint n_words, Positions *starts, Positions *positions)
{
  word_read_positions (&words[0], starts);
  for (guint i = 1; i < n_words && starts->n > 0; i++)
    {
      guint n = 0, at = 0;

      word_read_positions (&words[i], positions);
      for (guint j = 0; j < starts->n; j++)
        {
          /* Rarer words come first here, and may stand further on in the phrase. */
          gint64 wanted = (gint64) starts->at[j] + offsets[i] - offsets[0];

          if (wanted < 0)
            continue;
          at = quarry_postings_find_row (positions->at, at, positions->n, (guint64) wanted);
          if (at < positions->n && positions->at[at] == wanted)
            starts->at[n++] = starts->at[j];
        }
      starts->n = n;
    }
  return starts->n;
}

static void
find_rows (
    Word *words, const guint32 *offsets, guint n_words, GArray *rows, GByteArray *codes)
{
  g_auto (Positions) starts = { NULL };
  g_auto (Positions) positions = { NULL };
  guint32 row = 0;

  for (;;)
    {
      gboolean together = TRUE;
      guint n_times;
      guint8 code;

      /* If a word is not in this row, its next row is where to continue. The more frequent words, which come later, are
       * then not even looked up. */
      for (guint i = 0; i < n_words && together; i++)
        {
          guint32 found;

          if (!word_seek (&words[i], row))
            return;
          found = words[i].rows.rows[words[i].at];
          together = i == 0 || found == row;
          row = found;
        }
      if (!together)
        continue;

      code = words[0].rows.codes[words[0].at] & 15;
      n_times = 1;
      if (n_words > 1)
        {
          n_times = count_phrase (words, offsets, n_words, &starts, &positions);
          code = (guint8) quarry_lexical_count_code (QUARRY_LEXICAL_TEXT * MIN (n_times, 1000));
        }
      if (n_times > 0)
        {
          g_array_append_val (rows, row);
          g_byte_array_append (codes, &code, 1);
        }
      if (row == G_MAXUINT32)
        return;
      row++;
    }
}

/* Sorts the words, rarest first, since the rarest words rule out most rows. */
static void
sort_words (Word *words, guint32 *offsets, guint n_words)
{
  for (guint i = 1; i < n_words; i++)
    for (guint j = i; j > 0 && words[j].postings.n_postings < words[j - 1].postings.n_postings; j--)
      {
        Word word = words[j];
        guint32 offset = offsets[j];

        words[j] = words[j - 1];
        offsets[j] = offsets[j - 1];
        words[j - 1] = word;
        offsets[j - 1] = offset;
      }
}

void
quarry_lexical_index_find_phrase (const QuarryLexicalIndex *self,
                                  guint segment,
                                  const guint32 *places,
                                  const guint32 *offsets,
                                  guint n_places,
                                  GArray *rows,
                                  GByteArray *codes)
{
  g_autofree Word *words = g_new0 (Word, n_places);
  g_autofree guint32 *word_offsets = g_new (guint32, n_places);
  gboolean sound = TRUE;
  guint n_words = 0;

  for (guint i = 0, end; i < n_places && sound; i = end)
    {
      for (end = i + 1; end < n_places && offsets[end] == offsets[i]; end++)
        ;
      word_offsets[n_words] = offsets[i];
      if (end == i + 1)
        sound = places[i] != QUARRY_LEXICAL_NONE
                && word_init (&words[n_words], self, segment, places[i]);
      else
        sound = word_init_any (&words[n_words], self, segment, places + i, end - i);
      n_words++;
    }
  if (sound)
    {
      sort_words (words, word_offsets, n_words);
      find_rows (words, word_offsets, n_words, rows, codes);
    }
  for (guint i = 0; i < n_words; i++)
    word_clear (&words[i]);
}
