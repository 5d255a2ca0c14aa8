/* quarry-lexical-index.c: adds, removes and merges passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Passages are added to a buffer in memory, which becomes a segment when it is full or the index is saved. Neighbouring
 * segments of about the same size are merged, four at a time (a log-structured merge tree: O'Neil et al. 1996), so that
 * each posting is rewritten only as often as the index has grown fourfold.
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-merge.h"
#include "core/lexical/quarry-lexical-private.h"

#include <glib/gi18n-lib.h>

#include <string.h>
#include <unistd.h>

/* clang-format off */
G_DEFINE_QUARK (quarry-lexical-error-quark, quarry_lexical_error)
/* clang-format on */

QuarryLexicalIndex *
quarry_lexical_index_new (void)
{
  QuarryLexicalIndex *self = g_new0 (QuarryLexicalIndex, 1);
  pthread_rwlockattr_t attributes;

  g_atomic_ref_count_init (&self->references);
  pthread_mutex_init (&self->change, NULL);
  pthread_cond_init (&self->merged, NULL);
  /* A steady sequence of searches must not keep a change waiting for ever. */
  pthread_rwlockattr_init (&attributes);
  pthread_rwlockattr_setkind_np (&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init (&self->lock, &attributes);
  pthread_rwlockattr_destroy (&attributes);
  self->segments
      = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_lexical_segment_unref);
  self->buffer = quarry_lexical_buffer_new ();
  self->forms = quarry_lexical_form_cache_new ();
  self->mark = g_strdup ("");
  self->file = -1;
  return self;
}

QuarryLexicalIndex *
quarry_lexical_index_ref (QuarryLexicalIndex *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
quarry_lexical_index_unref (QuarryLexicalIndex *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_atomic_int_set (&self->stop, TRUE);
  if (self->merger != NULL)
    g_thread_join (self->merger);
  g_ptr_array_unref (self->segments);
  quarry_lexical_buffer_free (self->buffer);
  quarry_lexical_desk_free (self->desk);
  quarry_lexical_form_cache_free (self->forms);
  pthread_rwlock_destroy (&self->lock);
  pthread_mutex_destroy (&self->change);
  pthread_cond_destroy (&self->merged);
  if (self->file >= 0)
    close (self->file);
  g_free (self->mark);
  g_free (self);
}

/* Waits until no search is running, and clears the cache, since its content is about to become wrong. */
static void
lock_to_change (QuarryLexicalIndex *self)
{
  pthread_rwlock_wrlock (&self->lock);
  quarry_lexical_form_cache_clear (self->forms);
}

static QuarryLexicalSegment *
get_segment (const QuarryLexicalIndex *self, guint i)
{
  return g_ptr_array_index (self->segments, i);
}

double
quarry_lexical_index_get_mean (const QuarryLexicalIndex *self)
{
  return self->n_passages > 0 ? (double) self->n_words / (double) self->n_passages : 1.0;
}

guint
quarry_lexical_index_get_count (QuarryLexicalIndex *self)
{
  guint count;

  pthread_rwlock_rdlock (&self->lock);
  count = (guint) self->n_passages;
  pthread_rwlock_unlock (&self->lock);
  return count;
}

/* The row of the living passage in @slot; *segment gets the segment that it is in. */
static guint32
find_row (const QuarryLexicalIndex *self, guint32 slot, QuarryLexicalSegment **segment)
{
  for (guint i = self->segments->len; i > 0; i--)
    {
      guint32 row;

      *segment = get_segment (self, i - 1);
      row = quarry_lexical_segment_find_row (*segment, slot);
      if (row != QUARRY_LEXICAL_NONE && !quarry_lexical_segment_is_dead (*segment, row))
        return row;
    }
  return QUARRY_LEXICAL_NONE;
}

gboolean
quarry_lexical_index_holds (QuarryLexicalIndex *self, guint32 slot)
{
  QuarryLexicalSegment *segment;
  gboolean holds;

  pthread_rwlock_rdlock (&self->lock);
  holds = quarry_lexical_buffer_holds (self->buffer, slot)
          || find_row (self, slot, &segment) != QUARRY_LEXICAL_NONE;
  pthread_rwlock_unlock (&self->lock);
  return holds;
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a;
  guint32 y = *(const guint32 *) b;

  return (x > y) - (x < y);
}

GArray *
quarry_lexical_index_list_slots (QuarryLexicalIndex *self)
{
  GArray *slots;
  GHashTableIter iter;
  gpointer key;
  gboolean ascending = TRUE;

  pthread_rwlock_rdlock (&self->lock);
  slots = g_array_sized_new (FALSE, FALSE, sizeof (guint32), (guint) self->n_passages + 1);
  for (guint i = 0; i < self->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = get_segment (self, i);

      for (guint32 row = 0; row < segment->n_rows; row++)
        if (!quarry_lexical_segment_is_dead (segment, row))
          {
            guint32 slot = quarry_lexical_segment_get_slot (segment, row);

            g_array_append_val (slots, slot);
          }
    }
  g_hash_table_iter_init (&iter, self->buffer->rows);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      guint32 slot = GPOINTER_TO_UINT (key);

      g_array_append_val (slots, slot);
    }
  pthread_rwlock_unlock (&self->lock);

  for (guint i = 1; i < slots->len && ascending; i++)
    ascending = g_array_index (slots, guint32, i) > g_array_index (slots, guint32, i - 1);
  if (!ascending)
    g_array_sort (slots, compare_numbers);
  return slots;
}

/* --- Words of a passage ---------------------------------------------------------------------- */

typedef struct
{
  QuarryLexicalBuffer *buffer;
  guint language;
  const char *text;
  QuarryLexicalField field;
} Adding;

static gboolean
add_term (const QuarryLexicalTermRead *term, gpointer user_data)
{
  const Adding *adding = user_data;
  gboolean is_word = term->kind == QUARRY_LEXICAL_WORD;
  gboolean has_stem = is_word || term->kind == QUARRY_LEXICAL_PART;

  /* Parts of identifiers are stemmed as English in passages of every language. */
  quarry_lexical_buffer_add (adding->buffer, term, is_word ? adding->language : 0,
                             has_stem ? adding->text + term->span.start : NULL,
                             term->span.end - term->span.start, adding->field);
  return TRUE;
}

/* Returns the code of the passage's length. @words: of the text, or NULL. */
static guint
add_passage (QuarryLexicalBuffer *buffer,
             guint32 slot,
             const char *title,
             const char *heading,
             const char *text,
             const QuarryPartWords *words,
             const char *language)
{
  const char *fields[] = { title, heading, text };
  guint language_number = quarry_lexical_find_language (language);
  guint64 n_words = 0;
  guint32 position = 0;

  quarry_lexical_buffer_begin (buffer, slot, language_number);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      Adding adding = { buffer, language_number, fields[i], (QuarryLexicalField) i };

      /* Skip a position between fields, so that no phrase matches across them. */
      position = quarry_lexical_read_broken_terms (fields[i], i == QUARRY_LEXICAL_FIELD_TEXT ? words : NULL, position,
                                                   &n_words, add_term, &adding) + 1;
    }
  quarry_lexical_buffer_end (buffer, n_words);
  return quarry_lexical_length_code (n_words);
}

/* --- Removing -------------------------------------------------------------------------------- */

/* The terms of the segment for the words of the passage; NULL where these strings cannot be what was added for it. */
static GArray *
find_terms (const QuarryLexicalSegment *segment,
            guint32 row,
            const char *title,
            const char *heading,
            const char *text)
{
  g_autoptr (QuarryLexicalBuffer) words = quarry_lexical_buffer_new ();
  g_autoptr (GArray) terms = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalTermCount));

  if (add_passage (words, 0, title, heading, text, NULL, NULL) != segment->lengths[row])
    return NULL;
  for (guint i = 0; i < words->terms->len; i++)
    {
      gsize length;
      const char *term = quarry_lexical_buffer_get_term (words, i, &length);
      QuarryLexicalTermCount found
          = { quarry_lexical_segment_find_term (segment, term, length), 1 };

      if (found.term == QUARRY_LEXICAL_NONE)
        return NULL;
      g_array_append_val (terms, found);
    }
  return g_steal_pointer (&terms);
}

/* Marks rows of a segment as dead. @terms: the terms of these rows, or NULL. Called with change held. */
static void
bury_rows (QuarryLexicalIndex *self,
           QuarryLexicalSegment *segment,
           const guint32 *rows,
           guint n,
           const GArray *terms)
{
  g_autoptr (GArray) counted = NULL;

  if (n == 0)
    return;
  if (terms == NULL)
    terms = counted = quarry_lexical_segment_count_terms (segment, rows, n);

  lock_to_change (self);
  quarry_lexical_segment_bury (segment, rows, n,
                               (const QuarryLexicalTermCount *) (gpointer) terms->data, terms->len);
  /* Never below 0, since slots and lengths in a mapped file may have been changed by another program. */
  self->n_passages -= MIN (self->n_passages, n);
  for (guint i = 0; i < n; i++)
    self->n_words -= MIN (self->n_words, quarry_lexical_code_words (segment->lengths[rows[i]]));
  pthread_rwlock_unlock (&self->lock);
}

/* TRUE where the slot was in the buffer. Called with change held. */
static gboolean
remove_from_buffer (QuarryLexicalIndex *self, guint32 slot)
{
  guint length;
  gboolean gone;

  lock_to_change (self);
  gone = quarry_lexical_buffer_bury (self->buffer, slot, &length);
  if (gone)
    {
      self->n_passages--;
      self->n_words -= quarry_lexical_code_words (length);
    }
  pthread_rwlock_unlock (&self->lock);
  return gone;
}

/* Called with change held. */
static void
remove_slots (QuarryLexicalIndex *self, const guint32 *slots, guint n)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < n; i++)
    remove_from_buffer (self, slots[i]);
  for (guint s = 0; s < self->segments->len; s++)
    {
      QuarryLexicalSegment *segment = get_segment (self, s);

      g_array_set_size (rows, 0);
      for (guint i = 0; i < n; i++)
        {
          guint32 row = quarry_lexical_segment_find_row (segment, slots[i]);

          if (row != QUARRY_LEXICAL_NONE && !quarry_lexical_segment_is_dead (segment, row))
            g_array_append_val (rows, row);
        }
      bury_rows (self, segment, (const guint32 *) (gpointer) rows->data, rows->len, NULL);
    }
}

/* --- Merging --------------------------------------------------------------------------------- */

/* Chooses what is to be merged next; FALSE where nothing is. Called with change held. */
static gboolean
choose_merge (QuarryLexicalIndex *self, QuarryLexicalMerge *merge)
{
  /* While buffers keep filling up, more passages are to come, so that merging waits for twice as many segments: the
   * merge at the end takes everything anyway. */
  gboolean chosen = quarry_lexical_merge_choose (merge, self->segments, self->tidies, self->fills ? 2 : 1);

  self->tidies = self->tidies && self->segments->len > QUARRY_LEXICAL_MAX_MERGE;
  if (!chosen)
    return FALSE;

  merge->mean = quarry_lexical_index_get_mean (self);
  for (guint i = 0; i < merge->n; i++)
    {
      const QuarryLexicalSegment *segment = merge->segments[i];

      merge->places[i] = g_new0 (guint32, segment->n_rows + 1);
      for (guint32 row = 0; row < segment->n_rows; row++)
        if (quarry_lexical_segment_is_dead (segment, row))
          merge->places[i][row] = QUARRY_LEXICAL_NONE;
    }
  return TRUE;
}

static int
compare_segments (gconstpointer a, gconstpointer b)
{
  const QuarryLexicalSegment *x = *(QuarryLexicalSegment *const *) a;
  const QuarryLexicalSegment *y = *(QuarryLexicalSegment *const *) b;

  return (x->first_slot > y->first_slot) - (x->first_slot < y->first_slot);
}

/* Replaces the segments that were merged by the result. Called with change held. */
static void
take_merge (QuarryLexicalIndex *self, QuarryLexicalMerge *merge)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GArray) terms = NULL;

  /* Passages that were removed while the merge was running. */
  for (guint i = 0; i < merge->n; i++)
    for (guint32 row = 0; merge->segments[i]->n_dead > 0 && row < merge->segments[i]->n_rows; row++)
      if (merge->places[i][row] != QUARRY_LEXICAL_NONE
          && quarry_lexical_segment_is_dead (merge->segments[i], row))
        g_array_append_val (rows, merge->places[i][row]);
  if (rows->len > 0)
    {
      terms = quarry_lexical_segment_count_terms (
          merge->result, (const guint32 *) (gpointer) rows->data, rows->len);
      quarry_lexical_segment_bury (merge->result, (const guint32 *) (gpointer) rows->data, rows->len,
                                   (const QuarryLexicalTermCount *) (gpointer) terms->data,
                                   terms->len);
    }

  lock_to_change (self);
  for (guint i = 0; i < merge->n; i++)
    g_ptr_array_remove (self->segments, merge->segments[i]);
  if (merge->result != NULL)
    g_ptr_array_add (self->segments, g_steal_pointer (&merge->result));
  g_ptr_array_sort (self->segments, compare_segments);
  pthread_rwlock_unlock (&self->lock);
  self->unsaved_merge = TRUE;
}

static gpointer
merge_thread (gpointer user_data)
{
  QuarryLexicalIndex *self = user_data;
  gboolean more = TRUE;

  pthread_mutex_lock (&self->change);
  while (more && !g_atomic_int_get (&self->stop))
    {
      QuarryLexicalMerge merge;

      more = choose_merge (self, &merge);
      if (more)
        {
          pthread_mutex_unlock (&self->change);
          quarry_lexical_merge_run (&merge, &self->stop);
          pthread_mutex_lock (&self->change);
          more = merge.done;
          if (merge.damaged)
            g_atomic_int_set (&self->damaged, TRUE);
          if (merge.done)
            take_merge (self, &merge);
        }
      quarry_lexical_merge_clear (&merge);
    }
  self->merging = FALSE;
  pthread_cond_broadcast (&self->merged);
  pthread_mutex_unlock (&self->change);
  return NULL;
}

/* Called with change held. */
static void
begin_merging (QuarryLexicalIndex *self)
{
  QuarryLexicalMerge merge;
  gboolean tidies = self->tidies;
  gboolean needed;

  if (self->merging || g_atomic_int_get (&self->damaged))
    return;
  needed = choose_merge (self, &merge);
  quarry_lexical_merge_clear (&merge);
  if (!needed)
    return;
  self->tidies = tidies;
  /* The previous thread has ended, since merging is FALSE. */
  if (self->merger != NULL)
    g_thread_join (self->merger);
  self->merging = TRUE;
  self->merger = g_thread_new ("merge-words", merge_thread, self);
}

gboolean
quarry_lexical_index_settle (QuarryLexicalIndex *self)
{
  gboolean unsaved_merge;

  pthread_mutex_lock (&self->change);
  while (self->merging)
    pthread_cond_wait (&self->merged, &self->change);
  unsaved_merge = self->unsaved_merge;
  pthread_mutex_unlock (&self->change);
  return unsaved_merge;
}

void
quarry_lexical_index_seal (QuarryLexicalIndex *self)
{
  QuarryLexicalBuffer *buffer = self->buffer;
  gboolean goes_on = quarry_lexical_buffer_is_full (buffer);
  QuarryLexicalSegment *segment;

  self->fills = self->fills || goes_on;
  if (buffer->slots->len == 0)
    return;
  segment = quarry_lexical_buffer_seal (buffer, quarry_lexical_index_get_mean (self));

  lock_to_change (self);
  /* If it was full, many passages are being added and the next buffer will be as large: keep its memory. */
  if (goes_on)
    quarry_lexical_buffer_clear (buffer);
  else
    self->buffer = quarry_lexical_buffer_new ();
  if (segment != NULL)
    {
      g_ptr_array_add (self->segments, segment);
      g_ptr_array_sort (self->segments, compare_segments);
    }
  pthread_rwlock_unlock (&self->lock);
  if (!goes_on)
    quarry_lexical_buffer_free (buffer);
  begin_merging (self);
}

gboolean
quarry_lexical_index_tidy (QuarryLexicalIndex *self)
{
  gboolean merging;

  g_return_val_if_fail (self != NULL, FALSE);

  pthread_mutex_lock (&self->change);
  self->tidies = TRUE;
  quarry_lexical_index_seal (self);
  self->fills = FALSE;
  begin_merging (self);
  merging = self->merging;
  pthread_mutex_unlock (&self->change);
  return merging;
}

/* --- Changing -------------------------------------------------------------------------------- */

void
quarry_lexical_index_add (QuarryLexicalIndex *self,
                          guint32 slot,
                          const char *title,
                          const char *heading,
                          const char *text,
                          const char *language)
{
  quarry_lexical_index_add_broken (self, slot, title, heading, text, NULL, language);
}

void
quarry_lexical_index_add_broken (QuarryLexicalIndex *self,
                                 guint32 slot,
                                 const char *title,
                                 const char *heading,
                                 const char *text,
                                 const QuarryPartWords *words,
                                 const char *language)
{
  guint length;

  g_return_if_fail (self != NULL && slot != QUARRY_LEXICAL_NONE);

  pthread_mutex_lock (&self->change);
  remove_slots (self, &slot, 1);

  lock_to_change (self);
  length = add_passage (self->buffer, slot, title, heading, text, words, language);
  self->n_passages++;
  self->n_words += quarry_lexical_code_words (length);
  pthread_rwlock_unlock (&self->lock);

  if (quarry_lexical_buffer_is_full (self->buffer))
    quarry_lexical_index_seal (self);
  pthread_mutex_unlock (&self->change);
}

void
quarry_lexical_index_remove (QuarryLexicalIndex *self,
                             guint32 slot,
                             const char *title,
                             const char *heading,
                             const char *text)
{
  QuarryLexicalSegment *segment;
  g_autoptr (GArray) terms = NULL;
  guint32 row;

  pthread_mutex_lock (&self->change);
  row = find_row (self, slot, &segment);
  if (row != QUARRY_LEXICAL_NONE && (title != NULL || heading != NULL || text != NULL))
    terms = find_terms (segment, row, title, heading, text);
  if (terms != NULL)
    bury_rows (self, segment, &row, 1, terms);
  else
    remove_slots (self, &slot, 1);
  begin_merging (self);
  pthread_mutex_unlock (&self->change);
}

void
quarry_lexical_index_remove_all (QuarryLexicalIndex *self, const guint32 *slots, guint n)
{
  g_return_if_fail (self != NULL);

  pthread_mutex_lock (&self->change);
  remove_slots (self, slots, n);
  begin_merging (self);
  pthread_mutex_unlock (&self->change);
}

/* --- Queries about the index ------------------------------------------------------------------- */

void
quarry_lexical_index_get_size (QuarryLexicalIndex *self,
                               guint64 *bytes,
                               guint64 *position_bytes,
                               guint64 *postings)
{
  *bytes = *position_bytes = *postings = 0;
  pthread_rwlock_rdlock (&self->lock);
  for (guint i = 0; i < self->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = get_segment (self, i);

      *bytes += segment->size;
      *position_bytes += segment->positions_size + 4 * (guint64) segment->n_terms;
      for (guint32 term = 0; term < segment->n_terms; term++)
        *postings += segment->counts[term];
    }
  pthread_rwlock_unlock (&self->lock);
}

gboolean
quarry_lexical_index_is_damaged (QuarryLexicalIndex *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return g_atomic_int_get (&self->damaged);
}

gboolean
quarry_lexical_index_check (QuarryLexicalIndex *self, GError **error)
{
  gboolean sound = !quarry_lexical_index_is_damaged (self);

  pthread_rwlock_rdlock (&self->lock);
  for (guint i = 0; i < self->segments->len && sound; i++)
    sound = quarry_lexical_segment_check_bytes (get_segment (self, i))
            && quarry_lexical_segment_check (get_segment (self, i));
  pthread_rwlock_unlock (&self->lock);
  if (!sound)
    g_set_error_literal (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_DAMAGED,
                         _ ("A list of the index of words cannot be read."));
  return sound;
}
