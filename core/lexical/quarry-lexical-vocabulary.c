/* quarry-lexical-vocabulary.c: which words passages hold, and how many passages hold each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Looks words up in all segments and the buffer; finds the most frequent completions of a beginning; and estimates from
 * them what a word that is still being typed may become.
 */
#include "core/lexical/quarry-lexical-private.h"

#include "core/document/quarry-words.h"

#include <string.h>

/* At most this many completions are weighed against one another. With more, the hits change just as much from keystroke
 * to keystroke; and one or two letters begin words of most passages, all of which would have to be scored. */
#define MOST_GUESSED 8

/* A complete word is this many times likelier to be finished than its share among the words that begin with it
 * suggests, because someone who has typed a whole word pauses to look at the results. */
#define FINISHED 8

static void
word_clear (gpointer data)
{
  g_free (((QuarryLexicalWord *) data)->text);
}

GArray *
quarry_lexical_word_list_new (void)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalWord));

  g_array_set_clear_func (list, word_clear);
  return list;
}

guint32
quarry_lexical_index_find_word (const QuarryLexicalIndex *self,
                                const char *word,
                                gsize length,
                                guint32 *places)
{
  guint n_segments = self->segments->len;
  guint32 count = 0;

  for (guint i = 0; i <= n_segments; i++)
    {
      const QuarryLexicalSegment *segment
          = i < n_segments ? g_ptr_array_index (self->segments, i) : NULL;
      guint32 place = segment != NULL ? quarry_lexical_segment_find_term (segment, word, length)
                                      : quarry_lexical_buffer_find (self->buffer, word, length);

      if (place != QUARRY_LEXICAL_NONE)
        count += segment != NULL ? quarry_lexical_segment_count (segment, place)
                                 : quarry_lexical_buffer_count (self->buffer, place);
      if (places != NULL)
        places[i] = place;
    }
  return count;
}

guint32
quarry_lexical_index_find_known (const QuarryLexicalIndex *self,
                                 guint32 term,
                                 const char *word,
                                 gsize length,
                                 guint32 *places)
{
  guint32 in_buffer = quarry_lexical_buffer_find (self->buffer, word, length);

  if (places != NULL)
    {
      places[0] = term;
      places[1] = in_buffer;
    }
  return quarry_lexical_segment_count (g_ptr_array_index (self->segments, 0), term)
         + (in_buffer != QUARRY_LEXICAL_NONE ? quarry_lexical_buffer_count (self->buffer, in_buffer) : 0);
}

/* By distance, then by descending frequency, then by text. */
static int
compare_words (gconstpointer a, gconstpointer b)
{
  const QuarryLexicalWord *x = a;
  const QuarryLexicalWord *y = b;

  if (x->distance != y->distance)
    return x->distance < y->distance ? -1 : 1;
  if (x->count != y->count)
    return x->count < y->count ? 1 : -1;
  return strcmp (x->text, y->text);
}

void
quarry_lexical_word_list_add (const QuarryLexicalIndex *self,
                              GArray *list,
                              GHashTable *seen,
                              const char *text,
                              gsize length,
                              guint32 term,
                              guint distance)
{
  QuarryLexicalWord word = { .text = g_strndup (text, length), .distance = distance };

  if (length > 0 && g_utf8_validate (word.text, (gssize) length, NULL)
      && !g_hash_table_contains (seen, word.text))
    {
      g_hash_table_add (seen, g_strdup (word.text));
      /* Most indexes have only one segment after merging. There the term number that is found here saves later
       * look-ups. */
      if (self->segments->len == 1 && term == QUARRY_LEXICAL_NONE)
        term = quarry_lexical_segment_find_term (g_ptr_array_index (self->segments, 0), text, length);
      if (self->segments->len == 1 && term != QUARRY_LEXICAL_NONE)
        {
          word.known = term + 1;
          word.count = quarry_lexical_index_find_known (self, term, text, length, NULL);
        }
      else
        word.count = quarry_lexical_index_find_word (self, text, length, NULL);
      if (word.count > 0)
        {
          g_array_append_val (list, word);
          return;
        }
    }
  g_free (word.text);
}

void
quarry_lexical_word_list_keep_best (GArray *list, guint most)
{
  g_array_sort (list, compare_words);
  if (list->len > most)
    g_array_set_size (list, most);
}

/* --- Completions ----------------------------------------------------------------------------- */

/* Finds the @wanted terms, of those from @first up to but not including @end, that the most passages hold. Returns how
 * many there are. */
static guint
find_frequent (const QuarryLexicalSegment *segment,
               guint32 first,
               guint32 end,
               guint32 *terms,
               guint wanted)
{
  guint n = 0;

  for (guint32 term = first; term < end; term++)
    {
      guint32 count = segment->counts[term];
      guint at;

      if (n == wanted && count <= segment->counts[terms[n - 1]])
        continue;
      at = n < wanted ? n++ : n - 1;
      while (at > 0 && segment->counts[terms[at - 1]] < count)
        {
          terms[at] = terms[at - 1];
          at--;
        }
      terms[at] = term;
    }
  return n;
}

/* Words with the same beginning: the range of terms in each segment. */
typedef struct
{
  const QuarryLexicalIndex *index;
  const char *prefix;
  gsize length;
  guint32 *first; /* first term in each segment */
  guint32 *end;
} Beginning;

static void
beginning_init (Beginning *self, const QuarryLexicalIndex *index, const char *prefix)
{
  guint n = index->segments->len;

  *self = (Beginning) { index, prefix, strlen (prefix), g_new (guint32, n + 1), g_new (guint32, n + 1) };
  for (guint i = 0; i < n; i++)
    quarry_lexical_segment_find_beginning (g_ptr_array_index (index->segments, i), prefix, self->length,
                                           &self->first[i], &self->end[i]);
}

static void
beginning_clear (Beginning *self)
{
  g_free (self->first);
  g_free (self->end);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Beginning, beginning_clear)

/* A word with that beginning. Its text belongs to the index. */
typedef struct
{
  const char *text;
  gsize length;
  guint32 count;
} Completion;

static int
compare_completions (gconstpointer a, gconstpointer b)
{
  const Completion *x = a;
  const Completion *y = b;
  int order;

  if (x->count != y->count)
    return x->count < y->count ? 1 : -1;
  order = memcmp (x->text, y->text, MIN (x->length, y->length));
  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

/* Adds the word, unless no living passage holds it or it is a function word. */
static void
add_completion (const Beginning *self, GArray *list, const char *text, gsize length)
{
  const QuarryLexicalIndex *index = self->index;
  Completion completion = { text, length, 0 };

  if (length <= self->length || quarry_words_is_stop_word (text, length))
    return;
  for (guint i = 0; i < index->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (index->segments, i);
      guint32 term = quarry_lexical_segment_find_between (segment, text, length, self->first[i], self->end[i]);

      if (term != QUARRY_LEXICAL_NONE)
        completion.count += quarry_lexical_segment_count (segment, term);
    }
  if (index->buffer->terms->len > 0)
    {
      guint32 term = quarry_lexical_buffer_find (index->buffer, text, length);

      if (term != QUARRY_LEXICAL_NONE)
        completion.count += quarry_lexical_buffer_count (index->buffer, term);
    }
  if (completion.count > 0)
    g_array_append_val (list, completion);
}

/* Adds the @wanted most frequent completions of each segment. Returns an upper limit of how many passages hold any one
 * completion that was left out. */
static guint64
add_completions (const Beginning *self, GArray *list, guint wanted)
{
  g_autofree guint32 *terms = g_new (guint32, wanted);
  guint64 left = 0;

  for (guint i = 0; i < self->index->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (self->index->segments, i);
      guint n = find_frequent (segment, self->first[i], self->end[i], terms, wanted);

      if (n == wanted)
        left += quarry_lexical_take_number (&segment->counts[terms[n - 1]]);
      for (guint j = 0; j < n; j++)
        {
          gsize length;
          const char *text = quarry_lexical_segment_get_term (segment, terms[j], &length);

          add_completion (self, list, text, length);
        }
    }
  return left;
}

static void
add_buffer_completions (const Beginning *self, GArray *list)
{
  for (guint32 i = 0; i < self->index->buffer->terms->len; i++)
    {
      gsize length;
      const char *text = quarry_lexical_buffer_get_term (self->index->buffer, i, &length);

      if (length > self->length && memcmp (text, self->prefix, self->length) == 0)
        add_completion (self, list, text, length);
    }
}

/* Drops completions that were found in several segments; sorting has put equal ones together. */
static void
drop_repeated (GArray *sorted)
{
  guint n = 0;

  for (guint i = 0; i < sorted->len; i++)
    {
      Completion completion = g_array_index (sorted, Completion, i);

      if (n == 0 || compare_completions (&g_array_index (sorted, Completion, n - 1), &completion) != 0)
        g_array_index (sorted, Completion, n++) = completion;
    }
  g_array_set_size (sorted, n);
}

/* The most frequent completions. (transfer full): of QuarryLexicalWord */
static GArray *
list_completions (const Beginning *self, guint most)
{
  GArray *list = quarry_lexical_word_list_new ();
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Completion));

  if (self->length == 0 || most == 0)
    return list;

  /* Take more until none that was left out can be among the most frequent (the threshold algorithm: Fagin, Lotem and
   * Naor 2001). */
  for (guint wanted = 4 * most;; wanted *= 4)
    {
      guint64 left;

      g_array_set_size (found, 0);
      add_buffer_completions (self, found);
      left = add_completions (self, found, wanted);
      g_array_sort (found, compare_completions);
      drop_repeated (found);
      if (left == 0
          || (found->len >= most && g_array_index (found, Completion, most - 1).count > left))
        break;
    }
  for (guint i = 0; i < found->len && list->len < most; i++)
    {
      const Completion *completion = &g_array_index (found, Completion, i);
      QuarryLexicalWord word = { .text = g_strndup (completion->text, completion->length), .count = completion->count };

      if (g_utf8_validate (word.text, (gssize) completion->length, NULL))
        g_array_append_val (list, word);
      else
        g_free (word.text);
    }
  return list;
}

GArray *
quarry_lexical_index_complete (const QuarryLexicalIndex *self, const char *prefix, guint most)
{
  g_auto (Beginning) beginning = { NULL };

  beginning_init (&beginning, self, prefix);
  return list_completions (&beginning, most);
}

/* The sum, over all words that begin with the prefix (including the prefix itself), of the number of passages that hold
 * the word. */
static guint64
count_beginning (const Beginning *self)
{
  const QuarryLexicalIndex *index = self->index;
  guint64 count = 0;

  for (guint i = 0; i < index->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (index->segments, i);

      for (guint32 term = self->first[i]; term < self->end[i]; term++)
        count += quarry_lexical_segment_count (segment, term);
    }
  for (guint32 i = 0; i < index->buffer->terms->len; i++)
    {
      gsize length;
      const char *text = quarry_lexical_buffer_get_term (index->buffer, i, &length);

      if (length >= self->length && memcmp (text, self->prefix, self->length) == 0)
        count += quarry_lexical_buffer_count (index->buffer, i);
    }

  return count;
}

static void
guess_clear (gpointer data)
{
  g_free (((QuarryLexicalGuess *) data)->word);
}

static int
compare_guesses (gconstpointer a, gconstpointer b)
{
  const QuarryLexicalGuess *x = a;
  const QuarryLexicalGuess *y = b;

  if (x->share != y->share)
    return x->share > y->share ? -1 : 1;
  return strcmp (x->word, y->word);
}

/* Adds @share to the guess with the same stem, or a new one. */
static void
add_guess (GArray *list, GHashTable *stems, const char *word, double share)
{
  QuarryLexicalGuess guess = { NULL, share };
  char stem[QUARRY_LEXICAL_MAX_WORD + 1];
  gpointer place;

  quarry_lexical_stem (word, strlen (word), stem, sizeof stem);
  if (g_hash_table_lookup_extended (stems, stem, NULL, &place))
    {
      g_array_index (list, QuarryLexicalGuess, GPOINTER_TO_UINT (place)).share += share;
      return;
    }
  g_hash_table_insert (stems, g_strdup (stem), GUINT_TO_POINTER (list->len));
  guess.word = g_strdup (word);
  g_array_append_val (list, guess);
}

GArray *
quarry_lexical_index_list_guesses (const QuarryLexicalIndex *self, const char *prefix)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGuess));
  g_autoptr (GHashTable) stems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) completions = NULL;
  g_auto (Beginning) beginning = { NULL };
  double own = quarry_lexical_index_find_word (self, prefix, strlen (prefix), NULL);
  double all;

  g_array_set_clear_func (list, guess_clear);
  beginning_init (&beginning, self, prefix);
  completions = list_completions (&beginning, MOST_GUESSED);
  all = (double) count_beginning (&beginning) - own;
  /* Passages may hold another form of the word. */
  if (!(own > 0))
    {
      g_autoptr (GArray) forms = quarry_lexical_index_list_forms (self, prefix, NULL, QUARRY_LEXICAL_ALL_LANGUAGES);

      own = forms->len > 0 ? g_array_index (forms, QuarryLexicalWord, 0).count : 0;
    }
  all += FINISHED * own;
  if (own > 0)
    add_guess (list, stems, prefix, FINISHED * own / all);
  for (guint i = 0; i < completions->len; i++)
    {
      const QuarryLexicalWord *word = &g_array_index (completions, QuarryLexicalWord, i);

      add_guess (list, stems, word->text, word->count / all);
    }
  g_array_sort (list, compare_guesses);

  return list;
}

QuarryLexicalForesight *
quarry_lexical_index_foresee (QuarryLexicalIndex *self, const char *folded)
{
  QuarryLexicalForesight *foresight;

  g_return_val_if_fail (self != NULL && folded != NULL, NULL);

  foresight = g_new (QuarryLexicalForesight, 1);
  foresight->typed = g_strndup (folded, quarry_lexical_word_length (folded, strlen (folded)));
  pthread_rwlock_rdlock (&self->lock);
  foresight->guesses = quarry_lexical_index_list_guesses (self, foresight->typed);
  pthread_rwlock_unlock (&self->lock);

  return foresight;
}

void
quarry_lexical_foresight_free (QuarryLexicalForesight *self)
{
  g_free (self->typed);
  g_array_unref (self->guesses);
  g_free (self);
}

GArray *
quarry_lexical_index_list_beginning (const QuarryLexicalIndex *self, const char *prefix)
{
  GArray *list = quarry_lexical_word_list_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gsize length = strlen (prefix);

  for (guint i = 0; i <= self->segments->len; i++)
    {
      const QuarryLexicalSegment *segment
          = i < self->segments->len ? g_ptr_array_index (self->segments, i) : NULL;
      guint32 end = segment != NULL ? segment->n_terms : self->buffer->terms->len;
      guint32 term = segment != NULL ? quarry_lexical_segment_lower_bound (segment, prefix, length) : 0;

      for (; term < end; term++)
        {
          QuarryLexicalWord word = { NULL };
          gsize n;
          const char *text = segment != NULL
                                 ? quarry_lexical_segment_get_term (segment, term, &n)
                                 : quarry_lexical_buffer_get_term (self->buffer, term, &n);

          if (n < length || memcmp (text, prefix, length) != 0)
            {
              if (segment != NULL)
                break;
              continue;
            }
          word.text = g_strndup (text, n);
          if (!g_utf8_validate (word.text, (gssize) n, NULL) || g_hash_table_contains (seen, word.text))
            {
              g_free (word.text);
              continue;
            }
          g_hash_table_add (seen, word.text);
          g_array_append_val (list, word);
        }
    }
  return list;
}

/* --- Suggestions ----------------------------------------------------------------------------- */

char **
quarry_lexical_index_suggest (QuarryLexicalIndex *self, const char *text, guint n)
{
  g_auto (QuarryWords) words = { NULL };
  g_autofree char *last = NULL;
  g_autoptr (GArray) list = NULL;
  g_autoptr (GPtrArray) suggestions = g_ptr_array_new ();
  const char *folded;
  gsize length;

  g_return_val_if_fail (self != NULL && text != NULL, NULL);

  quarry_words_init (&words, text, -1);
  while (quarry_words_next (&words, NULL, &folded, &length))
    {
      g_free (last);
      last = g_strndup (folded, quarry_lexical_word_length (folded, length));
    }

  if (last != NULL)
    {
      pthread_rwlock_rdlock (&self->lock);
      list = quarry_lexical_index_complete (self, last, n);
      if (list->len == 0 && quarry_lexical_index_find_word (self, last, strlen (last), NULL) == 0)
        {
          g_array_unref (list);
          list = quarry_lexical_index_correct (self, last, n);
        }
      pthread_rwlock_unlock (&self->lock);
    }
  for (guint i = 0; list != NULL && i < list->len; i++)
    g_ptr_array_add (suggestions, g_strdup (g_array_index (list, QuarryLexicalWord, i).text));
  g_ptr_array_add (suggestions, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&suggestions), FALSE);
}

char *
quarry_lexical_index_understand (QuarryLexicalIndex *self, const char *folded)
{
  g_autofree char *word = NULL;
  g_autoptr (GArray) list = NULL;
  char *understood = NULL;

  g_return_val_if_fail (self != NULL && folded != NULL, NULL);

  word = g_strndup (folded, quarry_lexical_word_length (folded, strlen (folded)));
  pthread_rwlock_rdlock (&self->lock);
  if (quarry_lexical_index_find_word (self, word, strlen (word), NULL) > 0)
    understood = g_steal_pointer (&word);
  else
    {
      list = quarry_lexical_index_complete (self, word, 1);
      if (list->len == 0)
        {
          g_array_unref (list);
          list = quarry_lexical_index_correct (self, word, 1);
        }
      if (list->len > 0)
        understood = g_strdup (g_array_index (list, QuarryLexicalWord, 0).text);
    }
  pthread_rwlock_unlock (&self->lock);

  return understood;
}
