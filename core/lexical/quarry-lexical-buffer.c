/* quarry-lexical-buffer.c: the passages that were added last, in memory, before they become a segment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Adding a word looks it up in a hash table by its text and appends an entry to the log. Sealing sorts the terms and
 * the log, drops dead passages, and writes a segment.
 */
#include "core/lexical/quarry-lexical-buffer.h"

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-private.h"
#include "core/lexical/quarry-lexical-sort.h"

#include <string.h>

#define MAX_ROWS 4096u
#define MAX_ENTRIES (1u << 19)
#define NO_ROW G_MAXUINT16
#define FIRST_TABLE 4096u
#define FIRST_LOG 4096u

G_STATIC_ASSERT (MAX_ROWS < NO_ROW);

/* In the order of terms, what belongs to them is scattered in memory: it is prefetched so many terms ahead. */
#define AHEAD 24u

static const guint8 field_quarters[]
    = { QUARRY_LEXICAL_TITLE, QUARRY_LEXICAL_HEADING, QUARRY_LEXICAL_TEXT };

QuarryLexicalBuffer *
quarry_lexical_buffer_new (void)
{
  QuarryLexicalBuffer *self = g_new0 (QuarryLexicalBuffer, 1);

  self->slots = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->lengths = g_byte_array_new ();
  self->row_languages = g_byte_array_new ();
  self->starts = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->rows = g_hash_table_new (NULL, NULL);
  self->ascending = TRUE;
  self->dead = g_array_new (FALSE, TRUE, sizeof (guint64));
  self->terms = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalBufferTerm));
  self->stems = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalBufferStem));
  self->texts = g_string_new (NULL);
  self->table_size = FIRST_TABLE;
  self->by_text = g_new (QuarryLexicalBufferPlace, self->table_size);
  memset (self->by_text, 0xff, self->table_size * sizeof *self->by_text);
  self->stem_table_size = FIRST_TABLE;
  self->by_stem = g_new (guint32, self->stem_table_size);
  memset (self->by_stem, 0xff, self->stem_table_size * sizeof (guint32));
  return self;
}

void
quarry_lexical_buffer_free (QuarryLexicalBuffer *self)
{
  g_array_unref (self->slots);
  g_byte_array_unref (self->lengths);
  g_byte_array_unref (self->row_languages);
  g_array_unref (self->starts);
  g_hash_table_unref (self->rows);
  g_array_unref (self->dead);
  g_free (self->log);
  g_array_unref (self->terms);
  g_array_unref (self->stems);
  g_string_free (self->texts, TRUE);
  g_free (self->by_text);
  g_free (self->by_stem);
  g_free (self);
}

void
quarry_lexical_buffer_clear (QuarryLexicalBuffer *self)
{
  g_array_set_size (self->slots, 0);
  g_byte_array_set_size (self->lengths, 0);
  g_byte_array_set_size (self->row_languages, 0);
  g_array_set_size (self->starts, 0);
  g_hash_table_remove_all (self->rows);
  self->ascending = TRUE;
  g_array_set_size (self->dead, 0);
  self->n_dead = 0;
  self->n_entries = 0;
  g_array_set_size (self->terms, 0);
  g_array_set_size (self->stems, 0);
  self->languages = 0;
  g_string_truncate (self->texts, 0);
  memset (self->by_text, 0xff, self->table_size * sizeof *self->by_text);
  memset (self->by_stem, 0xff, self->stem_table_size * sizeof (guint32));
}

/* --- Terms ----------------------------------------------------------------------------------- */

static inline QuarryLexicalBufferTerm *
get_term (const QuarryLexicalBuffer *self, guint32 term)
{
  return &g_array_index (self->terms, QuarryLexicalBufferTerm, term);
}

const char *
quarry_lexical_buffer_get_term (const QuarryLexicalBuffer *self, guint32 term, gsize *length)
{
  *length = get_term (self, term)->length;
  return self->texts->str + get_term (self, term)->text;
}

guint32
quarry_lexical_buffer_count (const QuarryLexicalBuffer *self, guint32 term)
{
  return get_term (self, term)->count - get_term (self, term)->n_dead;
}

/* The place of a text in the hash table: where it is, or the empty place where it would be put. */
static inline guint32
find_place (const QuarryLexicalBuffer *self, guint64 hash, const char *text, gsize length)
{
  guint32 place = (guint32) hash & (self->table_size - 1);

  for (; self->by_text[place].term != QUARRY_LEXICAL_NONE; place = (place + 1) & (self->table_size - 1))
    {
      const QuarryLexicalBufferTerm *term;

      if (self->by_text[place].hash != (guint32) (hash >> 32))
        continue;
      /* The hashes of short texts are unique (quarry_words_hash()), so equal hashes and lengths suffice. */
      term = get_term (self, self->by_text[place].term);
      if (term->hash == hash && term->length == length
          && (length <= QUARRY_WORDS_TOLD_APART || memcmp (self->texts->str + term->text, text, length) == 0))
        break;
    }
  return place;
}

guint32
quarry_lexical_buffer_find (const QuarryLexicalBuffer *self, const char *term, gsize length)
{
  return self->by_text[find_place (self, quarry_words_hash (term, length), term, length)].term;
}

static void
put_in_table (QuarryLexicalBuffer *self, guint32 number)
{
  const QuarryLexicalBufferTerm *term = get_term (self, number);

  self->by_text[find_place (self, term->hash, self->texts->str + term->text, term->length)]
      = (QuarryLexicalBufferPlace) { number, (guint32) (term->hash >> 32) };
}

static guint32
add_term (QuarryLexicalBuffer *self, guint64 hash, const char *text, gsize length)
{
  QuarryLexicalBufferTerm term = { .hash = hash,
                                   .text = (guint32) self->texts->len,
                                   .length = (guint16) length,
                                   .stems = QUARRY_LEXICAL_NONE,
                                   .last = QUARRY_LEXICAL_NONE,
                                   .last_row = NO_ROW };

  g_string_append_len (self->texts, text, (gssize) length);
  g_array_append_val (self->terms, term);
  /* Three quarters may be taken, so that more of the table is in the processor's caches: places are told apart by their
   * part of the hash. */
  if (self->terms->len <= self->table_size / 4 * 3)
    {
      put_in_table (self, self->terms->len - 1);
      return self->terms->len - 1;
    }

  self->table_size *= 2;
  self->by_text = g_renew (QuarryLexicalBufferPlace, self->by_text, self->table_size);
  memset (self->by_text, 0xff, self->table_size * sizeof *self->by_text);
  for (guint32 i = 0; i < self->terms->len; i++)
    put_in_table (self, i);
  return self->terms->len - 1;
}

/* --- Stems ----------------------------------------------------------------------------------- */

static inline QuarryLexicalBufferStem *
get_stem (const QuarryLexicalBuffer *self, guint32 stem)
{
  return &g_array_index (self->stems, QuarryLexicalBufferStem, stem);
}

static guint32
find_stem_place (const QuarryLexicalBuffer *self, guint64 key)
{
  guint32 place = (guint32) key & (self->stem_table_size - 1);

  while (self->by_stem[place] != QUARRY_LEXICAL_NONE
         && get_stem (self, self->by_stem[place])->key != key)
    place = (place + 1) & (self->stem_table_size - 1);
  return place;
}

guint32
quarry_lexical_buffer_find_stem (const QuarryLexicalBuffer *self, guint64 key)
{
  return self->by_stem[find_stem_place (self, key)];
}

static void
put_stem_in_table (QuarryLexicalBuffer *self, guint32 number)
{
  guint32 place = find_stem_place (self, get_stem (self, number)->key);

  get_stem (self, number)->next = self->by_stem[place];
  self->by_stem[place] = number;
}

static void
add_stem (QuarryLexicalBuffer *self, guint32 number, guint64 key)
{
  QuarryLexicalBufferTerm *term = get_term (self, number);
  QuarryLexicalBufferStem stem = { key, number, QUARRY_LEXICAL_NONE, term->stems };

  term->stems = self->stems->len;
  g_array_append_val (self->stems, stem);
  if (self->stems->len * 2 <= self->stem_table_size)
    {
      put_stem_in_table (self, self->stems->len - 1);
      return;
    }

  self->stem_table_size *= 2;
  self->by_stem = g_renew (guint32, self->by_stem, self->stem_table_size);
  memset (self->by_stem, 0xff, self->stem_table_size * sizeof (guint32));
  for (guint32 i = 0; i < self->stems->len; i++)
    put_stem_in_table (self, i);
}

/* Computes the stem of a term in a language in which the term has not occurred before. */
static void
stem_term (QuarryLexicalBuffer *self,
           guint32 number,
           guint32 language,
           const char *written,
           gsize written_length)
{
  QuarryLexicalBufferTerm *term = get_term (self, number);
  const char *text = self->texts->str + term->text;
  char stem[QUARRY_LEXICAL_MAX_WORD + 1];

  term->languages |= 1u << language;
  self->languages |= 1u << language;
  if (language > 0)
    {
      add_stem (self, number, quarry_lexical_stem_written (language, written, written_length));
      return;
    }
  quarry_lexical_stem (text, term->length, stem, sizeof stem);
  if (strlen (stem) != term->length || memcmp (stem, text, term->length) != 0)
    add_stem (self, number, quarry_lexical_stem_key (0, stem, strlen (stem)));
}

/* --- Adding and removing --------------------------------------------------------------------- */

void
quarry_lexical_buffer_begin (QuarryLexicalBuffer *self, guint32 slot, guint language)
{
  guint32 row = self->slots->len;
  guint8 number = (guint8) language;

  if (row > 0 && g_array_index (self->slots, guint32, row - 1) >= slot)
    self->ascending = FALSE;
  g_array_append_val (self->slots, slot);
  g_byte_array_append (self->row_languages, &number, 1);
  g_array_append_val (self->starts, self->n_entries);
  if (row % 64 == 0)
    g_array_set_size (self->dead, self->dead->len + 1);
  g_hash_table_insert (self->rows, GUINT_TO_POINTER (slot), GUINT_TO_POINTER (row + 1));
}

/* Copies a term, which is short, without a call. */
static inline void
copy_letters (char *to, const char *from, gsize length)
{
  if (length > 16)
    memcpy (to, from, length);
  else if (length >= 8)
    {
      memcpy (to, from, 8);
      memcpy (to + length - 8, from + length - 8, 8);
    }
  else if (length >= 4)
    {
      memcpy (to, from, 4);
      memcpy (to + length - 4, from + length - 4, 4);
    }
  else
    for (gsize i = 0; i < length; i++)
      to[i] = from[i];
}

static void
add_word (QuarryLexicalBuffer *self, const QuarryLexicalBufferWaiting *word)
{
  guint32 number = self->by_text[find_place (self, word->hash, word->text, word->length)].term;
  QuarryLexicalBufferEntry entry = { .row = self->slots->len - 1, .place = word->place };
  QuarryLexicalBufferTerm *term;

  if (number == QUARRY_LEXICAL_NONE)
    number = add_term (self, word->hash, word->text, word->length);
  if (word->written != NULL && (get_term (self, number)->languages & (1u << word->language)) == 0)
    stem_term (self, number, word->language, word->written, word->written_length);
  term = get_term (self, number);
  entry.term = number;
  entry.previous = term->last;
  term->last = self->n_entries;
  if (term->last_row != entry.row)
    {
      term->last_row = (guint16) entry.row;
      term->count++;
    }
  if (self->n_entries == self->log_size)
    {
      self->log_size = MAX (2 * self->log_size, FIRST_LOG);
      self->log = g_renew (QuarryLexicalBufferEntry, self->log, self->log_size);
    }
  self->log[self->n_entries++] = entry;
}

static void
add_waiting (QuarryLexicalBuffer *self)
{
  for (guint i = 0; i < self->n_waiting; i++)
    {
      guint32 number = self->by_text[(guint32) self->waiting[i].hash & (self->table_size - 1)].term;

      if (number != QUARRY_LEXICAL_NONE)
        __builtin_prefetch (get_term (self, number), 1);
    }
  for (guint i = 0; i < self->n_waiting; i++)
    add_word (self, &self->waiting[i]);
  self->n_waiting = 0;
}

void
quarry_lexical_buffer_add (QuarryLexicalBuffer *self,
                           const QuarryLexicalTermRead *term,
                           guint32 language,
                           const char *written,
                           gsize written_length,
                           QuarryLexicalField field)
{
  QuarryLexicalBufferWaiting *word = &self->waiting[self->n_waiting];

  g_return_if_fail (term->length <= sizeof word->text);

  self->n_waiting++;
  word->hash = term->hash;
  __builtin_prefetch (&self->by_text[(guint32) word->hash & (self->table_size - 1)]);
  word->written = written;
  word->written_length = written_length;
  word->language = language;
  word->place = term->position << 2 | (guint32) field;
  word->length = (guint32) term->length;
  copy_letters (word->text, term->text, term->length);
  if (self->n_waiting == QUARRY_LEXICAL_BUFFER_WAITING)
    add_waiting (self);
}

void
quarry_lexical_buffer_end (QuarryLexicalBuffer *self, guint64 n_words)
{
  guint8 code = (guint8) quarry_lexical_length_code (n_words);

  add_waiting (self);
  g_byte_array_append (self->lengths, &code, 1);
}

gboolean
quarry_lexical_buffer_holds (const QuarryLexicalBuffer *self, guint32 slot)
{
  return g_hash_table_contains (self->rows, GUINT_TO_POINTER (slot));
}

gboolean
quarry_lexical_buffer_bury (QuarryLexicalBuffer *self, guint32 slot, guint *length)
{
  guint32 row = GPOINTER_TO_UINT (g_hash_table_lookup (self->rows, GUINT_TO_POINTER (slot)));
  guint32 start, end;

  if (row == 0)
    return FALSE;
  row--;
  g_hash_table_remove (self->rows, GUINT_TO_POINTER (slot));
  g_array_index (self->dead, guint64, row >> 6) |= G_GUINT64_CONSTANT (1) << (row & 63);
  self->n_dead++;
  *length = self->lengths->data[row];

  start = g_array_index (self->starts, guint32, row);
  end = row + 1 < self->slots->len ? g_array_index (self->starts, guint32, row + 1)
                                   : self->n_entries;
  for (guint32 i = start; i < end; i++)
    {
      const QuarryLexicalBufferEntry *entry = &self->log[i];

      /* Count the word once for this passage: at its first occurrence, whose previous entry is in an earlier
       * passage. */
      if (entry->previous == QUARRY_LEXICAL_NONE || entry->previous < start)
        get_term (self, entry->term)->n_dead++;
    }
  return TRUE;
}

gboolean
quarry_lexical_buffer_is_full (const QuarryLexicalBuffer *self)
{
  return self->slots->len >= MAX_ROWS || self->n_entries >= MAX_ENTRIES;
}

/* --- Lists ----------------------------------------------------------------------------------- */

/* Where an occurrence of a word is. */
typedef struct
{
  guint32 row;
  guint32 place;
} Occurrence;

/* Appends the postings of one word, whose @n occurrences are in the order in which they were added. */
static void
append_list (const Occurrence *occurrences,
             guint n,
             GArray *rows,
             GByteArray *codes,
             GByteArray *positions,
             GArray *ends)
{
  guint n_before = rows->len, n_postings = n_before;
  guint position_bytes = positions != NULL ? positions->len : 0;
  guint32 *row;
  guint8 *code, *position = NULL;

  /* Reserve the most space that may be needed, so that the loop below can write without checking. */
  g_array_set_size (rows, n_before + n);
  g_byte_array_set_size (codes, n_before + n);
  if (positions != NULL)
    {
      g_array_set_size (ends, n_before + n);
      g_byte_array_set_size (positions, position_bytes + n * QUARRY_LEXICAL_POSITION_BYTES);
      position = positions->data + position_bytes;
    }
  row = (guint32 *) (gpointer) rows->data;
  code = codes->data;

  for (guint i = 0; i < n;)
    {
      guint32 this_row = occurrences[i].row, previous = 0;
      guint quarters = 0;

      for (gboolean last = FALSE; !last; i++)
        {
          guint32 place = occurrences[i].place;

          last = i + 1 == n || occurrences[i + 1].row != this_row;
          if (quarters < 10000)
            quarters += field_quarters[place & 3];
          if (position != NULL)
            position = quarry_lexical_positions_put (position, (place >> 2) - previous, last);
          previous = place >> 2;
        }
      row[n_postings] = this_row;
      code[n_postings] = (guint8) quarry_lexical_count_code (quarters);
      if (position != NULL)
        g_array_index (ends, guint32, n_postings) = (guint32) (position - positions->data);
      n_postings++;
    }

  /* To make an array smaller is no more than this, and most lists are so short that calls would count. */
  rows->len = codes->len = n_postings;
  if (positions != NULL)
    {
      ends->len = n_postings;
      positions->len = (guint) (position - positions->data);
    }
}

void
quarry_lexical_buffer_list (const QuarryLexicalBuffer *self,
                            guint32 term,
                            GArray *rows,
                            GByteArray *codes,
                            GByteArray *positions,
                            GArray *ends)
{
  const QuarryLexicalBufferEntry *log = self->log;
  guint32 last = get_term (self, term)->last;
  g_autofree Occurrence *occurrences = NULL;
  guint n = 0, i;

  for (guint32 at = last; at != QUARRY_LEXICAL_NONE; at = log[at].previous)
    n++;
  occurrences = g_new (Occurrence, n + 1);
  i = n;
  for (guint32 at = last; at != QUARRY_LEXICAL_NONE; at = log[at].previous)
    occurrences[--i] = (Occurrence) { log[at].row, log[at].place };
  append_list (occurrences, n, rows, codes, positions, ends);
}

/* --- Sealing --------------------------------------------------------------------------------- */

static int
compare_terms (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const QuarryLexicalBuffer *self = user_data;
  const QuarryLexicalBufferTerm *x = get_term (self, ((const QuarryLexicalKey *) a)->number);
  const QuarryLexicalBufferTerm *y = get_term (self, ((const QuarryLexicalKey *) b)->number);
  int order = memcmp (self->texts->str + x->text, self->texts->str + y->text, MIN (x->length, y->length));

  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* (transfer full) The numbers of all terms, sorted by their bytes: by the first eight, as a number that compares as
 * they do, and those that have these in common by the rest. */
static QuarryLexicalKey *
sort_terms (const QuarryLexicalBuffer *self)
{
  guint32 n = self->terms->len;
  QuarryLexicalKey *sorted = g_new (QuarryLexicalKey, n + 1);

  for (guint32 i = 0; i < n; i++)
    {
      const QuarryLexicalBufferTerm *term = get_term (self, i);
      guint64 head = 0;

      memcpy (&head, self->texts->str + term->text, MIN (term->length, sizeof head));
      sorted[i] = (QuarryLexicalKey) { GUINT64_FROM_BE (head), i };
    }
  quarry_lexical_sort (sorted, n);
  for (guint32 i = 0, end; i < n; i = end)
    {
      end = i + 1;
      while (end < n && sorted[end].key == sorted[i].key)
        end++;
      if (end > i + 1)
        g_qsort_with_data (sorted + i, (int) (end - i), sizeof *sorted, compare_terms, (gpointer) self);
    }
  return sorted;
}

static int
compare_slots (gconstpointer a, gconstpointer b, gpointer user_data)
{
  const guint32 *slots = user_data;
  guint32 x = slots[*(const guint32 *) a];
  guint32 y = slots[*(const guint32 *) b];

  return (x > y) - (x < y);
}

/* Computes the row that each row gets in the segment: they are ordered by slot; dead rows get NONE. Returns how many
 * remain. */
static guint32
order_rows (const QuarryLexicalBuffer *self, guint32 *order, guint32 *places)
{
  guint32 n = 0;

  for (guint32 row = 0; row < self->slots->len; row++)
    {
      places[row] = QUARRY_LEXICAL_NONE;
      if (((g_array_index (self->dead, guint64, row >> 6) >> (row & 63)) & 1) == 0)
        order[n++] = row;
    }
  if (!self->ascending)
    g_qsort_with_data (order, (int) n, sizeof *order, compare_slots, self->slots->data);
  for (guint32 i = 0; i < n; i++)
    places[order[i]] = i;
  return n;
}

/* (transfer full) All occurrences, those of one word after those of another in the order of @sorted; those of word i
 * end at @ends[i]. This takes two passes over the log, since following each word's chain of entries would wait for
 * memory at every step. */
static Occurrence *
sort_by_term (const QuarryLexicalBuffer *self, const QuarryLexicalKey *sorted, guint32 *ends)
{
  const QuarryLexicalBufferEntry *log = self->log;
  Occurrence *occurrences = g_new (Occurrence, self->n_entries + 1);
  guint32 n = 0;

  memset (ends, 0, self->terms->len * sizeof *ends);
  for (guint32 i = 0; i < self->n_entries; i++)
    ends[log[i].term]++;
  for (guint32 i = 0; i < self->terms->len; i++)
    {
      guint32 *end = &ends[sorted[i].number];
      guint32 n_of_term = *end;

      *end = n;
      n += n_of_term;
    }
  for (guint32 i = 0; i < self->n_entries; i++)
    occurrences[ends[log[i].term]++] = (Occurrence) { log[i].row, log[i].place };
  return occurrences;
}

/* In the order of @sorted, what belongs to a term is scattered in memory. */
static inline void
prefetch_terms (const QuarryLexicalBuffer *self, const QuarryLexicalKey *sorted, guint32 i)
{
  const QuarryLexicalBufferTerm *near = get_term (self, sorted[MIN (i + AHEAD / 2, self->terms->len - 1)].number);

  __builtin_prefetch (get_term (self, sorted[MIN (i + AHEAD, self->terms->len - 1)].number));
  __builtin_prefetch (self->texts->str + near->text);
  if (near->stems != QUARRY_LEXICAL_NONE)
    __builtin_prefetch (get_stem (self, near->stems));
}

/* Adds a term that occurs only once, unless it occurs in a dead passage. */
static void
add_single (QuarryLexicalSegmentWriter *writer,
            const char *text,
            gsize length,
            const GArray *stems,
            Occurrence occurrence,
            const guint32 *places)
{
  guint8 position[QUARRY_LEXICAL_POSITION_BYTES];
  guint8 *end = quarry_lexical_positions_put (position, occurrence.place >> 2, TRUE);
  guint8 code = (guint8) quarry_lexical_count_code (field_quarters[occurrence.place & 3]);

  if (places[occurrence.row] != QUARRY_LEXICAL_NONE)
    quarry_lexical_segment_writer_add_single (writer, text, length, stems, places[occurrence.row], code, position,
                                              (guint) (end - position));
}

QuarryLexicalSegment *
quarry_lexical_buffer_seal (const QuarryLexicalBuffer *self, double mean)
{
  guint32 n_rows = self->slots->len;
  g_autofree guint32 *order = g_new (guint32, n_rows + 1);
  g_autofree guint32 *places = g_new (guint32, n_rows + 1);
  g_autofree guint32 *slots = g_new (guint32, n_rows + 1);
  g_autofree guint8 *lengths = g_new (guint8, n_rows + 1);
  g_autofree guint8 *languages = g_new (guint8, n_rows + 1);
  g_autofree QuarryLexicalKey *sorted = NULL;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GByteArray) codes = g_byte_array_new ();
  g_autoptr (GByteArray) positions = g_byte_array_new ();
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) stems = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint32 n = order_rows (self, order, places);
  g_autofree guint32 *ends_of_terms = g_new (guint32, self->terms->len + 1);
  g_autofree Occurrence *occurrences = NULL;
  QuarryLexicalSegmentWriter *writer;

  if (n == 0)
    return NULL;
  for (guint32 i = 0; i < n; i++)
    {
      slots[i] = g_array_index (self->slots, guint32, order[i]);
      lengths[i] = self->lengths->data[order[i]];
      languages[i] = self->row_languages->data[order[i]];
    }
  sorted = sort_terms (self);
  occurrences = sort_by_term (self, sorted, ends_of_terms);
  writer = quarry_lexical_segment_writer_new (slots, lengths, languages, n, self->terms->len, self->languages, mean);
  for (guint32 i = 0, at = 0; i < self->terms->len; i++)
    {
      const QuarryLexicalBufferTerm *term = get_term (self, sorted[i].number);
      const char *text = self->texts->str + term->text;
      const Occurrence *first = occurrences + at;
      guint32 n_of_term = ends_of_terms[sorted[i].number] - at;

      at += n_of_term;
      prefetch_terms (self, sorted, i);
      stems->len = 0;
      for (guint32 stem = term->stems; stem != QUARRY_LEXICAL_NONE; stem = get_stem (self, stem)->next_of_term)
        g_array_append_val (stems, get_stem (self, stem)->key);
      if (n_of_term == 1)
        {
          add_single (writer, text, term->length, stems, *first, places);
          continue;
        }

      rows->len = codes->len = positions->len = ends->len = 0;
      append_list (first, n_of_term, rows, codes, positions, ends);
      for (guint j = 0; j < rows->len; j++)
        {
          guint32 *row = &g_array_index (rows, guint32, j);

          *row = places[*row];
        }
      quarry_lexical_segment_writer_add (writer, text, term->length, stems, rows, codes, positions, ends);
    }
  return quarry_lexical_segment_writer_end (writer);
}
