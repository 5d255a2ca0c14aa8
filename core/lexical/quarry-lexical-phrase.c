/* quarry-lexical-phrase.c: words that stand one behind the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-lexical-private.h"

/* A word of the phrase in one segment or in the buffer. */
typedef struct
{
  const QuarryLexicalSegment *segment; /* NULL: the buffer */
  guint32 term;
  QuarryPostings postings;
  guint32 block;
  QuarryPostingsBlock rows;
  gboolean unpacked;
  guint at;
  guint position_at; /* of the block, whose positions begin at ... */
  const guint8 *position;
  const guint8 *positions_end;

  /* Of the buffer. */
  GArray *all_rows;
  GByteArray *all_codes;
  GByteArray *all_positions;
  GArray *all_ends;
} Word;

static gboolean
word_init (Word *self, const QuarryLexicalIndex *index, guint segment, guint32 term)
{
  self->term = term;
  if (segment != G_MAXUINT)
    {
      self->segment = g_ptr_array_index (index->segments, segment);
      return quarry_lexical_segment_get_postings (self->segment, term, &self->postings);
    }

  self->all_rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->all_codes = g_byte_array_new ();
  self->all_positions = g_byte_array_new ();
  self->all_ends = g_array_new (FALSE, FALSE, sizeof (guint32));
  quarry_lexical_buffer_list (index->buffer, term, self->all_rows, self->all_codes,
                              self->all_positions, self->all_ends);
  quarry_postings_init_plain (&self->postings, (const guint32 *) (gpointer) self->all_rows->data,
                              self->all_codes->data, self->all_rows->len);
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

/* Moves on to the first row that is not below @row; FALSE where there is none. */
static gboolean
word_seek (Word *self, guint32 row)
{
  for (; self->block < self->postings.n_blocks; self->block++, self->unpacked = FALSE)
    {
      if (self->block + 1 < self->postings.n_blocks
          && quarry_postings_block_first (&self->postings, self->block + 1) <= row)
        continue;
      if (!self->unpacked)
        {
          quarry_postings_unpack (&self->postings, self->block, &self->rows);
          self->unpacked = TRUE;
          self->at = 0;
          self->position = NULL;
        }
      while (self->at < self->rows.length && self->rows.rows[self->at] < row)
        self->at++;
      if (self->at < self->rows.length)
        return TRUE;
    }
  return FALSE;
}

/* The positions in the row where it stands. */
static void
word_read_positions (Word *self, GArray *positions)
{
  const guint8 *at, *end;
  guint32 position = 0;
  gboolean last = FALSE;
  guint32 distance;

  g_array_set_size (positions, 0);
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
      for (; self->position_at < self->at; self->position_at++)
        for (last = FALSE; !last;)
          {
            self->position = quarry_lexical_positions_next (self->position, self->positions_end,
                                                            &distance, &last);
            if (self->position == NULL)
              return;
          }
      at = self->position;
      end = self->positions_end;
    }

  for (last = FALSE; !last;)
    {
      at = quarry_lexical_positions_next (at, end, &distance, &last);
      if (at == NULL)
        return;
      position += distance;
      g_array_append_val (positions, position);
    }
}

static gboolean
holds (const GArray *positions, guint32 position)
{
  guint low = 0, high = positions->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (positions, guint32, middle) < position)
        low = middle + 1;
      else
        high = middle;
    }
  return low < positions->len && g_array_index (positions, guint32, low) == position;
}

/* How often the phrase stands in the row where all words are. */
static guint
count_phrase (Word *words, guint n_words, GArray *starts, GArray *positions)
{
  word_read_positions (&words[0], starts);
  for (guint i = 1; i < n_words && starts->len > 0; i++)
    {
      guint n = 0;

      word_read_positions (&words[i], positions);
      for (guint j = 0; j < starts->len; j++)
        {
          guint32 start = g_array_index (starts, guint32, j);

          if (holds (positions, start + i))
            g_array_index (starts, guint32, n++) = start;
        }
      g_array_set_size (starts, n);
    }
  return starts->len;
}

static void
find_rows (Word *words, guint n_words, GArray *rows, GByteArray *codes)
{
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) positions = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 row = 0;

  for (;;)
    {
      guint32 furthest = row;
      guint n_times;
      guint8 code;

      for (guint i = 0; i < n_words; i++)
        {
          if (!word_seek (&words[i], furthest))
            return;
          furthest = MAX (furthest, words[i].rows.rows[words[i].at]);
        }
      /* The ones before the one that went furthest have to follow. */
      if (words[0].rows.rows[words[0].at] != furthest)
        {
          row = furthest;
          continue;
        }
      row = furthest;

      code = words[0].rows.codes[words[0].at] & 15;
      n_times = 1;
      if (n_words > 1)
        {
          n_times = count_phrase (words, n_words, starts, positions);
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

void
quarry_lexical_index_find_phrase (const QuarryLexicalIndex *self,
                                  guint segment,
                                  const guint32 *places,
                                  guint n_words,
                                  GArray *rows,
                                  GByteArray *codes)
{
  g_autofree Word *words = g_new0 (Word, n_words);
  gboolean sound = TRUE;

  for (guint i = 0; i < n_words && sound; i++)
    sound = word_init (&words[i], self, segment, places[i]);
  if (sound)
    find_rows (words, n_words, rows, codes);
  for (guint i = 0; i < n_words; i++)
    word_clear (&words[i]);
}
