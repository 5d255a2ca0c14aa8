/* quarry-lexical-query.c: a person's words, as groups of the index's words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-lexical-query.h"

#include "core/document/quarry-words.h"

#include <math.h>
#include <string.h>

#define MAX_PHRASES 16
#define MAX_PHRASE_WORDS 64
#define MAX_EXCLUDED 32
#define MAX_WORDS 40 /* different ones, of the text */
#define MAX_SCANNED 1000
#define MAX_FORMS 32
#define MAX_COMPLETIONS 32
#define MAX_CORRECTIONS 8

G_STATIC_ASSERT (MAX_PHRASES + MAX_WORDS + 1 <= QUARRY_MAXSCORE_MAX_TERMS);

/* A word that a query repeats counts as often, up to this. */
#define MAX_TIMES 8

/* Completions are taken until they stand in this part of the passages, or in so many. */
#define COMPLETED 0.2
#define MIN_COMPLETED 2000

/* What a word may become counts less than the word where that is one; so does what it may have
 * meant. */
#define COMPLETION 0.6
#define CORRECTION 0.6

/* Sixteenths that another form of the word counts. */
#define OTHER_FORM QUARRY_MAXSCORE_WHOLE

static void
form_clear (gpointer data)
{
  g_free (((QuarryLexicalForm *) data)->places);
}

static void
group_init (QuarryLexicalGroup *self)
{
  *self = (QuarryLexicalGroup) { .forms = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalForm)) };
  g_array_set_clear_func (self->forms, form_clear);
}

static void
group_clear (QuarryLexicalGroup *self, guint n_places)
{
  g_array_unref (self->forms);
  for (guint i = 0; self->is_phrase && i < n_places; i++)
    {
      g_clear_pointer (&self->rows[i], g_array_unref);
      g_clear_pointer (&self->codes[i], g_byte_array_unref);
    }
  g_free (self->rows);
  g_free (self->codes);
}

/* Returns how many passages hold the word. */
static guint32
add_form (QuarryLexicalGroup *self,
          const QuarryLexicalIndex *index,
          const char *word,
          gsize length,
          guint8 share)
{
  QuarryLexicalForm form = { g_new (guint32, index->segments->len + 1), share };
  guint32 count = quarry_lexical_index_find_word (index, word, length, form.places);

  g_array_append_val (self->forms, form);
  return count;
}

/* --- Phrases --------------------------------------------------------------------------------- */

static gboolean
is_dead (const QuarryLexicalIndex *index, guint place, guint32 row)
{
  if (place < index->segments->len)
    return quarry_lexical_segment_is_dead (g_ptr_array_index (index->segments, place), row);
  return ((g_array_index (index->buffer->dead, guint64, row >> 6) >> (row & 63)) & 1) != 0;
}

static void
find_phrase (QuarryLexicalGroup *self, const QuarryLexicalIndex *index)
{
  guint n_segments = index->segments->len;
  guint n_words = self->forms->len;
  g_autofree guint32 *places = g_new (guint32, n_words);

  self->is_phrase = TRUE;
  self->rows = g_new (GArray *, n_segments + 1);
  self->codes = g_new (GByteArray *, n_segments + 1);
  for (guint i = 0; i <= n_segments; i++)
    {
      gboolean whole = TRUE;

      self->rows[i] = g_array_new (FALSE, FALSE, sizeof (guint32));
      self->codes[i] = g_byte_array_new ();
      for (guint j = 0; j < n_words; j++)
        {
          places[j] = g_array_index (self->forms, QuarryLexicalForm, j).places[i];
          whole = whole && places[j] != QUARRY_LEXICAL_NONE;
        }
      if (whole)
        quarry_lexical_index_find_phrase (index, i < n_segments ? i : G_MAXUINT, places, n_words,
                                          self->rows[i], self->codes[i]);
      for (guint j = 0; j < self->rows[i]->len; j++)
        self->count += !is_dead (index, i, g_array_index (self->rows[i], guint32, j));
    }
}

/* FALSE where there is no word in it. */
static gboolean
make_phrase (QuarryLexicalGroup *self, const QuarryLexicalIndex *index, const char *phrase)
{
  g_auto (QuarryWords) words = { NULL };
  const char *folded;
  gsize length;
  guint n_words = 0;

  group_init (self);
  quarry_words_init (&words, phrase, -1);
  while (n_words < MAX_PHRASE_WORDS && quarry_words_next (&words, NULL, &folded, &length))
    {
      add_form (self, index, folded, quarry_lexical_word_length (folded, length),
                QUARRY_MAXSCORE_WHOLE);
      n_words++;
    }
  if (n_words == 0)
    {
      group_clear (self, 0);
      return FALSE;
    }
  find_phrase (self, index);
  return TRUE;
}

/* --- Words ----------------------------------------------------------------------------------- */

/* All forms of @stem. @word: the one that was typed, or NULL. FALSE where no passage holds one. */
static gboolean
make_forms (QuarryLexicalGroup *self,
            const QuarryLexicalIndex *index,
            const char *stem,
            const char *word)
{
  g_autoptr (GArray) forms = quarry_lexical_index_list_forms (index, stem, MAX_FORMS);

  group_init (self);
  for (guint i = 0; i < forms->len; i++)
    {
      const QuarryLexicalWord *form = &g_array_index (forms, QuarryLexicalWord, i);
      gboolean typed = word == NULL || strcmp (form->text, word) == 0;

      self->count += add_form (self, index, form->text, strlen (form->text),
                               typed ? QUARRY_MAXSCORE_WHOLE : OTHER_FORM);
    }
  if (self->count > 0)
    return TRUE;
  group_clear (self, 0);
  return FALSE;
}

static void
weigh (QuarryLexicalGroup *self, const QuarryLexicalIndex *index, double factor)
{
  double n_passages = (double) index->n_passages;
  double n = MIN ((double) self->count, n_passages);

  self->weight = factor * log (1.0 + (n_passages - n + 0.5) / (n + 0.5));
}

static void
append_term (QuarryLexicalPlan *self, QuarryLexicalGroup *groups, guint n)
{
  QuarryLexicalTerm term = { g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGroup)) };

  g_array_append_vals (term.groups, groups, n);
  g_array_append_val (self->terms, term);
}

/* What @word may have been meant to be, each on its own. */
static void
add_corrections (QuarryLexicalPlan *self,
                 const QuarryLexicalIndex *index,
                 const char *word,
                 guint times)
{
  g_autoptr (GArray) corrections = quarry_lexical_index_correct (index, word, MAX_CORRECTIONS);
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGroup));

  for (guint i = 0; i < corrections->len; i++)
    {
      const QuarryLexicalWord *correction = &g_array_index (corrections, QuarryLexicalWord, i);
      QuarryLexicalGroup group;

      group_init (&group);
      group.count = add_form (&group, index, correction->text, strlen (correction->text),
                              QUARRY_MAXSCORE_WHOLE);
      weigh (&group, index, times * (correction->distance == 1 ? CORRECTION
                                                                : CORRECTION * CORRECTION));
      g_array_append_val (groups, group);
    }
  if (groups->len > 0)
    append_term (self, (QuarryLexicalGroup *) (gpointer) groups->data, groups->len);
}

/* A word of the text. */
typedef struct
{
  char *folded;
  char *stem;
  gboolean is_stop_word;
  guint8 times; /* it stands in the text */
} Word;

static void
word_clear (gpointer data)
{
  g_free (((Word *) data)->folded);
  g_free (((Word *) data)->stem);
}

/* The different words of @text. @prefix gets the last one where it reaches to the end, and it is
 * then not among them. */
static GArray *
list_words (const char *text, char **prefix)
{
  GArray *list = g_array_new (FALSE, FALSE, sizeof (Word));
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal); /* stem -> place */
  g_auto (QuarryWords) words = { NULL };
  QuarrySpan span;
  const char *folded;
  gsize text_length = strlen (text);
  gsize length;
  guint n_scanned = 0;

  g_array_set_clear_func (list, word_clear);
  quarry_words_init (&words, text, (gssize) text_length);
  while (n_scanned++ < MAX_SCANNED && quarry_words_next (&words, &span, &folded, &length))
    {
      char stem[QUARRY_LEXICAL_MAX_WORD + 1];
      gpointer place;
      Word word;

      length = quarry_lexical_word_length (folded, length);
      if (prefix != NULL && span.end == text_length)
        {
          *prefix = g_strndup (folded, length);
          break;
        }
      quarry_lexical_stem (folded, length, stem, sizeof stem);
      if (g_hash_table_lookup_extended (seen, stem, NULL, &place))
        {
          Word *known = &g_array_index (list, Word, GPOINTER_TO_UINT (place));

          known->times = MIN (known->times + 1, MAX_TIMES);
          continue;
        }
      word.folded = g_strndup (folded, length);
      word.stem = g_strdup (stem);
      word.is_stop_word = quarry_words_is_stop_word (folded, length);
      word.times = 1;
      g_hash_table_insert (seen, word.stem, GUINT_TO_POINTER (list->len));
      g_array_append_val (list, word);
    }
  return list;
}

static void
add_words (QuarryLexicalPlan *self,
           const QuarryLexicalIndex *index,
           GArray *words,
           gboolean stop_words,
           gboolean as_typed)
{
  guint n_added = 0;

  for (guint i = 0; i < words->len && n_added < MAX_WORDS - 1; i++)
    {
      const Word *word = &g_array_index (words, Word, i);
      QuarryLexicalGroup group;

      if (word->is_stop_word != stop_words)
        continue;
      n_added++;
      if (!make_forms (&group, index, word->stem, word->folded))
        {
          if (!as_typed)
            add_corrections (self, index, word->folded, word->times);
          continue;
        }
      weigh (&group, index, word->times);
      append_term (self, &group, 1);
    }
}

/* The last word counts as it stands or as what it may become, whichever is better. */
static void
add_prefix (QuarryLexicalPlan *self,
            const QuarryLexicalIndex *index,
            const char *prefix,
            gboolean as_typed)
{
  g_autoptr (GArray) completions
      = quarry_lexical_index_complete (index, prefix, MAX_COMPLETIONS);
  double most = MAX (MIN_COMPLETED, COMPLETED * (double) index->n_passages);
  char stem[QUARRY_LEXICAL_MAX_WORD + 1];
  QuarryLexicalGroup groups[2];
  guint n = 0;

  if (!quarry_words_is_stop_word (prefix, strlen (prefix)))
    {
      quarry_lexical_stem (prefix, strlen (prefix), stem, sizeof stem);
      if (make_forms (&groups[n], index, stem, prefix))
        weigh (&groups[n++], index, 1.0);
    }
  if (completions->len > 0)
    {
      group_init (&groups[n]);
      /* A letter or two begin words of most passages; all of these would be scored. */
      for (guint i = 0; i < completions->len && (double) groups[n].count < most; i++)
        {
          const char *word = g_array_index (completions, QuarryLexicalWord, i).text;

          groups[n].count += add_form (&groups[n], index, word, strlen (word),
                                       QUARRY_MAXSCORE_WHOLE);
        }
      weigh (&groups[n], index, n > 0 ? COMPLETION : 1.0);
      n++;
    }
  if (n > 0)
    append_term (self, groups, n);
  else if (!as_typed && !quarry_words_is_stop_word (prefix, strlen (prefix)))
    add_corrections (self, index, prefix, 1);
}

static void
add_text (QuarryLexicalPlan *self, const QuarryLexicalIndex *index, const QuarryLexicalQuery *query)
{
  g_autofree char *prefix = NULL;
  g_autoptr (GArray) words = NULL;
  gboolean has_words = FALSE;

  if (query->text == NULL)
    return;

  words = list_words (query->text, query->last_is_prefix ? &prefix : NULL);
  for (guint i = 0; i < words->len; i++)
    has_words |= !g_array_index (words, Word, i).is_stop_word;
  add_words (self, index, words, FALSE, query->as_typed);
  if (prefix != NULL)
    add_prefix (self, index, prefix, query->as_typed);

  /* Function words count where the query has no others: neither a word nor a phrase. */
  if (!has_words && self->terms->len == 0)
    {
      add_words (self, index, words, TRUE, query->as_typed);
      if (prefix != NULL && quarry_words_is_stop_word (prefix, strlen (prefix)))
        {
          char stem[QUARRY_LEXICAL_MAX_WORD + 1];
          QuarryLexicalGroup group;

          quarry_lexical_stem (prefix, strlen (prefix), stem, sizeof stem);
          if (make_forms (&group, index, stem, prefix))
            {
              weigh (&group, index, 1.0);
              append_term (self, &group, 1);
            }
        }
    }
}

static void
add_exclusions (QuarryLexicalPlan *self,
                const QuarryLexicalIndex *index,
                const char *const *excluded)
{
  for (guint i = 0; excluded != NULL && excluded[i] != NULL && i < MAX_EXCLUDED; i++)
    {
      g_autoptr (GArray) words = list_words (excluded[i], NULL);
      QuarryLexicalGroup group;
      gboolean one = words->len == 1 && g_array_index (words, Word, 0).times == 1;

      if (one ? make_forms (&group, index, g_array_index (words, Word, 0).stem, NULL)
              : make_phrase (&group, index, excluded[i]))
        g_array_append_val (self->excluded, group);
    }
}

/* --- Plan ------------------------------------------------------------------------------------ */

void
quarry_lexical_plan_init (QuarryLexicalPlan *self,
                          const QuarryLexicalIndex *index,
                          const QuarryLexicalQuery *query)
{
  self->n_places = index->segments->len + 1;
  self->terms = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalTerm));
  self->demanded = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGroup));
  self->excluded = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGroup));

  for (guint i = 0; query->phrases != NULL && query->phrases[i] != NULL && i < MAX_PHRASES; i++)
    {
      QuarryLexicalGroup group;

      if (!make_phrase (&group, index, query->phrases[i]))
        continue;
      weigh (&group, index, 1.0);
      g_array_append_val (self->demanded, group);
      append_term (self, &group, 1);
    }
  add_text (self, index, query);
  add_exclusions (self, index, query->excluded);
}

void
quarry_lexical_plan_clear (QuarryLexicalPlan *self)
{
  for (guint i = 0; i < self->terms->len; i++)
    {
      GArray *groups = g_array_index (self->terms, QuarryLexicalTerm, i).groups;

      for (guint j = 0; j < groups->len; j++)
        group_clear (&g_array_index (groups, QuarryLexicalGroup, j), self->n_places);
      g_array_unref (groups);
    }
  for (guint i = 0; i < self->excluded->len; i++)
    group_clear (&g_array_index (self->excluded, QuarryLexicalGroup, i), self->n_places);
  g_array_unref (self->terms);
  g_array_unref (self->demanded);
  g_array_unref (self->excluded);
}
