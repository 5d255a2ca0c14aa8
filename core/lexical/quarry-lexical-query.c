/* quarry-lexical-query.c: turns what a person asked for into terms of the index
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each word of the query becomes a group of the forms of its stem. A word that no passage holds becomes the words that
 * it may have been meant for; a word that is still being typed, the words that it may become. Each is weighted by how
 * rare it is and how likely it was meant.
 */
#include "core/lexical/quarry-lexical-query.h"

#include "core/document/quarry-dates.h"
#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-reading.h"

#include <math.h>
#include <string.h>

#define MAX_PHRASES 16
#define MAX_PHRASE_WORDS 64
#define MAX_REQUIRED 32
#define MAX_WORDS 40 /* different words of the text */
#define MAX_CORRECTIONS 8
#define MAX_DATES 2

G_STATIC_ASSERT (MAX_PHRASES + MAX_WORDS + MAX_DATES + QUARRY_LEXICAL_MAX_CODES + QUARRY_LEXICAL_MAX_HYPHENED
                 <= QUARRY_MAXSCORE_MAX_TERMS);

/* The least weight of a word that may be finished, however many longer words begin with it ("vitamin c"). */
#define TYPED 0.3

/* A correction counts less than the word itself would if passages held it. */
#define CORRECTION 0.6

/* The weight of pairs of characters of text without blanks, besides the words that the text is split into. */
#define CHARACTERS 0.3

/* The weights of a word like utf8 as the phrase of its parts, and of a code as a whole, besides its words. */
#define IN_PARTS 0.8
#define WHOLE_CODE 1.0

/* The weight of a word that is typed with a hyphen where it is written without. */
#define AS_ONE 0.5

/* The weight of a date in another notation. */
#define OTHER_NOTATION 0.8

/* How many sixteenths an occurrence of another form of the word counts. */
#define OTHER_FORM 14

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
group_clear (QuarryLexicalGroup *self)
{
  g_array_unref (self->forms);
  g_clear_pointer (&self->phrase, quarry_lexical_phrase_unref);
}

/* Returns how many passages hold the word. */
static guint32
add_form (QuarryLexicalGroup *self,
          const QuarryLexicalIndex *index,
          const char *word,
          gsize length,
          guint8 share)
{
  QuarryLexicalForm form = { g_new (guint32, index->segments->len + 1), share, 0 };
  guint32 count = quarry_lexical_index_find_word (index, word, length, form.places);

  g_array_append_val (self->forms, form);
  return count;
}

/* The same for a word from a list, whose term number may be known. */
static guint32
add_listed (QuarryLexicalGroup *self, const QuarryLexicalIndex *index, const QuarryLexicalWord *word, guint8 share)
{
  QuarryLexicalForm form = { .share = share };
  guint32 count;

  if (word->known == 0)
    return add_form (self, index, word->text, strlen (word->text), share);
  form.places = g_new (guint32, index->segments->len + 1);
  count = quarry_lexical_index_find_known (index, word->known - 1, word->text, strlen (word->text), form.places);
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

/* What a phrase is cached under: its words' term numbers, and where they stand in it. (transfer full) */
static GBytes *
make_phrase_key (const GArray *forms, guint n_places)
{
  GByteArray *key = g_byte_array_new ();

  for (guint j = 0; j < forms->len; j++)
    {
      const QuarryLexicalForm *form = &g_array_index (forms, QuarryLexicalForm, j);

      g_byte_array_append (key, (const guint8 *) &form->offset, sizeof form->offset);
      g_byte_array_append (key, (const guint8 *) form->places, n_places * sizeof *form->places);
    }
  return g_byte_array_free_to_bytes (key);
}

static QuarryLexicalPhrase *
find_phrase (const QuarryLexicalIndex *index, const GArray *forms)
{
  guint n_segments = index->segments->len;
  QuarryLexicalPhrase *phrase = quarry_lexical_phrase_new (n_segments + 1);
  g_autofree guint32 *places = g_new (guint32, forms->len);
  g_autofree guint32 *offsets = g_new (guint32, forms->len);

  for (guint j = 0; j < forms->len; j++)
    offsets[j] = g_array_index (forms, QuarryLexicalForm, j).offset;
  for (guint i = 0; i <= n_segments; i++)
    {
      for (guint j = 0; j < forms->len; j++)
        places[j] = g_array_index (forms, QuarryLexicalForm, j).places[i];
      quarry_lexical_index_find_phrase (index, i < n_segments ? i : G_MAXUINT, places, offsets, forms->len,
                                        phrase->rows[i], phrase->codes[i]);
      for (guint j = 0; j < phrase->rows[i]->len; j++)
        phrase->count += !is_dead (index, i, g_array_index (phrase->rows[i], guint32, j));
    }
  return phrase;
}

/* Makes the group the phrase of its forms. A search asks for a quoted phrase twice, and finding one of frequent words
 * takes a tenth of a second in a large library. */
static void
become_phrase (QuarryLexicalGroup *self, const QuarryLexicalIndex *index)
{
  g_autoptr (GBytes) key = make_phrase_key (self->forms, index->segments->len + 1);

  self->phrase = quarry_lexical_form_cache_get_phrase (index->forms, key);
  if (self->phrase == NULL)
    {
      self->phrase = find_phrase (index, self->forms);
      quarry_lexical_form_cache_add_phrase (index->forms, g_steal_pointer (&key), self->phrase);
    }
  self->count = self->phrase->count;
}

typedef struct
{
  QuarryLexicalGroup *group;
  const QuarryLexicalIndex *index;
  guint n_words;
  guint32 last_two; /* position of the last pair of characters, plus 1 */
} PhraseReading;

static void
add_at (PhraseReading *self, const char *word, gsize length, guint32 offset)
{
  add_form (self->group, self->index, word, length, QUARRY_MAXSCORE_WHOLE);
  g_array_index (self->group->forms, QuarryLexicalForm, self->group->forms->len - 1).offset = offset;
}

static gboolean
read_phrase (const QuarryLexicalTermRead *term, gpointer user_data)
{
  PhraseReading *self = user_data;

  if (term->kind == QUARRY_LEXICAL_PART || term->kind == QUARRY_LEXICAL_RUN_WORD
      || term->kind == QUARRY_LEXICAL_SIGNED)
    return TRUE;
  if (term->kind == QUARRY_LEXICAL_LAST)
    {
      g_autofree char *text = g_strndup (term->text, term->length);
      g_autoptr (GArray) pairs = NULL;

      /* It is already the second character of a pair. */
      if (self->last_two == term->position)
        return TRUE;
      pairs = quarry_lexical_index_list_beginning (self->index, text);
      if (pairs->len == 0)
        add_at (self, term->text, term->length, term->position);
      for (guint i = 0; i < pairs->len; i++)
        {
          const char *pair = g_array_index (pairs, QuarryLexicalWord, i).text;

          add_at (self, pair, strlen (pair), term->position);
        }
    }
  else
    {
      add_at (self, term->text, term->length, term->position);
      if (term->kind == QUARRY_LEXICAL_TWO)
        self->last_two = term->position + 1;
    }
  return ++self->n_words < MAX_PHRASE_WORDS;
}

/* FALSE where there is no word in @phrase. */
static gboolean
make_phrase (QuarryLexicalGroup *self, const QuarryLexicalIndex *index, const char *phrase)
{
  PhraseReading reading = { self, index, 0, G_MAXUINT32 };

  group_init (self);
  quarry_lexical_read_terms (phrase, 0, NULL, read_phrase, &reading);
  if (reading.n_words == 0)
    {
      group_clear (self);
      return FALSE;
    }
  become_phrase (self, index);
  return TRUE;
}

guint32
quarry_lexical_index_count_holding (QuarryLexicalIndex *self, const char *text)
{
  QuarryLexicalGroup group;
  guint32 count = 0;

  g_return_val_if_fail (self != NULL && text != NULL, 0);

  pthread_rwlock_rdlock (&self->lock);
  if (quarry_words_count (text, -1) == 1)
    count = quarry_lexical_index_find_word (self, text, quarry_lexical_word_length (text, strlen (text)), NULL);
  else if (make_phrase (&group, self, text))
    {
      count = group.count;
      group_clear (&group);
    }
  pthread_rwlock_unlock (&self->lock);
  return count;
}

/* --- Words ----------------------------------------------------------------------------------- */

/* Makes a group of all forms of a word. @written: the word as it was typed, or NULL. FALSE where no passage holds
 * one. */
static gboolean
make_forms (QuarryLexicalGroup *self,
            const QuarryLexicalIndex *index,
            const char *folded,
            const char *written,
            guint32 languages)
{
  g_autoptr (GArray) forms = quarry_lexical_index_list_forms (index, folded, written, languages);

  group_init (self);
  for (guint i = 0; i < forms->len; i++)
    {
      const QuarryLexicalWord *form = &g_array_index (forms, QuarryLexicalWord, i);

      self->count += add_listed (self, index, form,
                                 form->distance == 0 ? QUARRY_MAXSCORE_WHOLE : OTHER_FORM);
    }
  if (self->count > 0)
    return TRUE;
  group_clear (self);
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

  if (n > 0)
    g_array_append_vals (term.groups, groups, n);
  g_array_append_val (self->terms, term);
}

/* Adds the words that @word may have been meant for as alternatives: words that are spelt similarly, or, for a code,
 * words that begin with it. */
static void
add_corrections (QuarryLexicalPlan *self,
                 const QuarryLexicalIndex *index,
                 const char *word,
                 guint times)
{
  g_autoptr (GArray) corrections
      = strpbrk (word, "0123456789") == NULL
            ? quarry_lexical_index_correct (index, word, MAX_CORRECTIONS)
            : quarry_lexical_index_complete (index, word, MAX_CORRECTIONS);
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGroup));

  for (guint i = 0; i < corrections->len; i++)
    {
      const QuarryLexicalWord *correction = &g_array_index (corrections, QuarryLexicalWord, i);
      QuarryLexicalGroup group;

      group_init (&group);
      group.count = add_listed (&group, index, correction, QUARRY_MAXSCORE_WHOLE);
      weigh (&group, index, times * (correction->distance == 1 ? CORRECTION
                                                                : CORRECTION * CORRECTION));
      g_array_append_val (groups, group);
    }
  if (groups->len > 0)
    append_term (self, (QuarryLexicalGroup *) (gpointer) groups->data, groups->len);
}

/* Adds the groups as alternatives, except those that no passage holds, as long as there is room. FALSE where none is
 * left. */
static gboolean
append_held (QuarryLexicalPlan *self, QuarryLexicalGroup *groups, guint n)
{
  guint n_held = 0;

  for (guint i = 0; i < n; i++)
    if (groups[i].count > 0 && self->terms->len < QUARRY_MAXSCORE_MAX_TERMS)
      groups[n_held++] = groups[i];
    else
      group_clear (&groups[i]);
  if (n_held > 0)
    append_term (self, groups, n_held);
  return n_held > 0;
}

/* Adds a word in all forms of its stem. A word like utf8 also counts where its parts follow one another. FALSE where no
 * passage holds it. */
static gboolean
add_word (QuarryLexicalPlan *self, const QuarryLexicalIndex *index, const QuarryLexicalTextWord *word)
{
  QuarryLexicalGroup groups[2];
  guint n = 0;

  if (make_forms (&groups[n], index, word->folded, word->written, self->languages))
    weigh (&groups[n++], index, word->times);
  if (word->parts != NULL && make_phrase (&groups[n], index, word->parts))
    {
      weigh (&groups[n], index, word->times * IN_PARTS);
      /* That few write a word in parts makes it no rarer. */
      if (n > 0)
        groups[n].weight = MIN (groups[n].weight, groups[0].weight);
      n++;
    }
  return append_held (self, groups, n);
}

static void
add_words (QuarryLexicalPlan *self,
           const QuarryLexicalIndex *index,
           GArray *words,
           gboolean stop_words,
           gboolean as_typed)
{
  guint n_added = 0, n_terms;

  for (guint i = 0; i < words->len && n_added < MAX_WORDS - 1; i++)
    {
      const QuarryLexicalTextWord *word = &g_array_index (words, QuarryLexicalTextWord, i);

      if (word->is_stop_word != stop_words)
        continue;
      n_added++;
      n_terms = self->terms->len;
      if (!add_word (self, index, word) && !as_typed)
        add_corrections (self, index, word->folded, word->times);
      self->misses = self->misses || (!stop_words && self->terms->len == n_terms);
    }
}

/* The last word counts as everything that it may be or become, each weighted by its probability: the expected score
 * once the word is complete. So a keystroke changes the results only as much as it makes one word likelier. */
static void
add_prefix (QuarryLexicalPlan *self,
            const QuarryLexicalIndex *index,
            const char *prefix,
            const char *written,
            const char *parts,
            const QuarryLexicalQuery *query)
{
  const QuarryLexicalForesight *foresight = query->foresight;
  g_autoptr (GArray) guesses = foresight != NULL && strcmp (foresight->typed, prefix) == 0
                                   ? g_array_ref (foresight->guesses)
                                   : quarry_lexical_index_list_guesses (index, prefix);
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGroup));
  gboolean is_stop_word = quarry_words_is_stop_word (prefix, strlen (prefix));
  guint n_terms = self->terms->len;
  QuarryLexicalGroup group;

  if (parts != NULL && make_phrase (&group, index, parts))
    {
      weigh (&group, index, IN_PARTS);
      g_array_append_val (groups, group);
    }
  for (guint i = 0; i < guesses->len; i++)
    {
      const QuarryLexicalGuess *guess = &g_array_index (guesses, QuarryLexicalGuess, i);
      gboolean is_typed = strcmp (guess->word, prefix) == 0;

      if ((is_typed && is_stop_word)
          || !make_forms (&group, index, guess->word, is_typed ? written : NULL, self->languages))
        continue;
      weigh (&group, index, is_typed ? MAX (guess->share, TYPED) : guess->share);
      g_array_append_val (groups, group);
    }
  if (!append_held (self, (QuarryLexicalGroup *) (gpointer) groups->data, groups->len)
      && !query->as_typed && !is_stop_word)
    add_corrections (self, index, prefix, 1);
  self->misses = self->misses || (!is_stop_word && self->terms->len == n_terms);
}

/* Adds pairs of characters of text without blanks, which are found regardless of how a text is split into words. */
static void
add_characters (QuarryLexicalPlan *self, const QuarryLexicalIndex *index, const QuarryLexicalReading *text)
{
  for (guint i = 0; i < text->pairs->len; i++)
    {
      const char *pair = text->pairs->pdata[i];
      QuarryLexicalGroup group;

      group_init (&group);
      group.count = add_form (&group, index, pair, strlen (pair), QUARRY_MAXSCORE_WHOLE);
      weigh (&group, index, CHARACTERS);
      append_held (self, &group, 1);
    }
  for (guint i = 0; i < text->singles->len; i++)
    {
      QuarryLexicalGroup group;

      if (!make_phrase (&group, index, text->singles->pdata[i]))
        continue;
      weigh (&group, index, CHARACTERS);
      append_held (self, &group, 1);
    }
}

/* The folded words of @text as one, cut if it is too long. (transfer full) */
static char *
join_words (const char *text)
{
  GString *joined = g_string_new (NULL);
  g_auto (QuarryWords) words = { NULL };
  const char *folded;
  gsize length;

  quarry_words_init (&words, text, -1);
  while (quarry_words_next (&words, NULL, &folded, &length))
    g_string_append_len (joined, folded, (gssize) length);
  g_string_truncate (joined, quarry_lexical_word_length (joined->str, joined->len));
  return g_string_free (joined, FALSE);
}

/* Adds the codes of the query, which count where their words are adjacent, or joined in one word ("utf-8", "utf8").
 * Their words count separately. */
static void
add_codes (QuarryLexicalPlan *self, const QuarryLexicalIndex *index, const QuarryLexicalReading *text)
{
  for (guint i = 0; i < text->codes->len; i++)
    {
      const char *code = text->codes->pdata[i];
      g_autofree char *joined = join_words (code);
      QuarryLexicalGroup groups[2];
      guint n = 0;

      if (make_phrase (&groups[n], index, code))
        weigh (&groups[n++], index, WHOLE_CODE);
      group_init (&groups[n]);
      groups[n].count = add_form (&groups[n], index, joined, strlen (joined), QUARRY_MAXSCORE_WHOLE);
      weigh (&groups[n++], index, WHOLE_CODE);
      self->holds_code = append_held (self, groups, n) || self->holds_code;
    }
}

/* Adds words with a hyphen that passages hold without it. Their parts count separately. */
static void
add_hyphened (QuarryLexicalPlan *self, const QuarryLexicalIndex *index, const QuarryLexicalReading *text)
{
  for (guint i = 0; i < text->hyphened->len; i++)
    {
      g_autofree char *joined = join_words (text->hyphened->pdata[i]);
      QuarryLexicalGroup group, apart;

      if (!make_forms (&group, index, joined, NULL, self->languages))
        continue;
      weigh (&group, index, AS_ONE);
      /* That few write it as one makes it no rarer. */
      if (make_phrase (&apart, index, text->hyphened->pdata[i]))
        {
          weigh (&apart, index, AS_ONE);
          group.weight = MIN (group.weight, apart.weight);
          group_clear (&apart);
        }
      append_held (self, &group, 1);
    }
}

/* Adds the dates of the query, which count as a whole in each notation. */
static void
add_dates (QuarryLexicalPlan *self, const QuarryLexicalIndex *index, const char *text)
{
  QuarrySpan span = { 0, 0 };

  for (guint n = 0; n < MAX_DATES; n++)
    {
      g_auto (GStrv) others = quarry_dates_find (text, span.end, &span);
      g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalGroup));
      g_autofree char *typed = NULL;
      QuarryLexicalGroup group;

      if (others == NULL)
        return;
      typed = g_strndup (text + span.start, span.end - span.start);
      if (make_phrase (&group, index, typed))
        {
          weigh (&group, index, WHOLE_CODE);
          g_array_append_val (groups, group);
        }
      for (guint i = 0; others[i] != NULL; i++)
        if (make_phrase (&group, index, others[i]))
          {
            weigh (&group, index, OTHER_NOTATION);
            g_array_append_val (groups, group);
          }
      append_held (self, (QuarryLexicalGroup *) (gpointer) groups->data, groups->len);
    }
}

static void
add_text (QuarryLexicalPlan *self, const QuarryLexicalIndex *index, const QuarryLexicalQuery *query)
{
  g_auto (QuarryLexicalReading) text = { NULL };
  const char *prefix;
  gboolean has_words = FALSE;

  quarry_lexical_reading_init (&text, query->text != NULL ? query->text : "", query->last_is_prefix);
  prefix = text.prefix;
  for (guint i = 0; i < text.words->len; i++)
    has_words |= !g_array_index (text.words, QuarryLexicalTextWord, i).is_stop_word;
  add_words (self, index, text.words, FALSE, query->as_typed);
  if (prefix != NULL)
    add_prefix (self, index, prefix, text.prefix_written, text.prefix_parts, query);
  add_codes (self, index, &text);
  add_hyphened (self, index, &text);
  if (query->text != NULL)
    add_dates (self, index, query->text);
  add_characters (self, index, &text);

  /* Function words count only where the query has nothing else, neither another word nor a phrase. */
  if (!has_words && self->terms->len == 0)
    {
      add_words (self, index, text.words, TRUE, query->as_typed);
      if (prefix != NULL && quarry_words_is_stop_word (prefix, strlen (prefix)))
        {
          QuarryLexicalGroup group;

          if (make_forms (&group, index, prefix, text.prefix_written, self->languages))
            {
              weigh (&group, index, 1.0);
              append_term (self, &group, 1);
            }
        }
    }
}

/* A single word excludes all its forms; anything else excludes only what it is literally. */
static gboolean
make_exclusion (QuarryLexicalGroup *self, const QuarryLexicalIndex *index, const char *excluded)
{
  g_auto (QuarryLexicalReading) text = { NULL };

  quarry_lexical_reading_init (&text, excluded, FALSE);
  if (text.words->len == 1 && g_array_index (text.words, QuarryLexicalTextWord, 0).times == 1
      && text.pairs->len + text.singles->len == 0)
    return make_forms (self, index, g_array_index (text.words, QuarryLexicalTextWord, 0).folded,
                       g_array_index (text.words, QuarryLexicalTextWord, 0).written, QUARRY_LEXICAL_ALL_LANGUAGES);
  return make_phrase (self, index, excluded);
}

static void
add_exclusions (QuarryLexicalPlan *self,
                const QuarryLexicalIndex *index,
                const char *const *excluded)
{
  for (guint i = 0; excluded != NULL && excluded[i] != NULL && i < QUARRY_LEXICAL_MAX_EXCLUDED; i++)
    {
      QuarryLexicalGroup group;

      if (make_exclusion (&group, index, excluded[i]))
        g_array_append_val (self->excluded, group);
    }
}

/* --- Requirements ---------------------------------------------------------------------------- */

static GArray *
new_terms (void)
{
  return g_array_new (FALSE, FALSE, sizeof (QuarryLexicalTerm));
}

static void
free_terms (GArray *terms)
{
  for (guint i = 0; i < terms->len; i++)
    {
      GArray *groups = g_array_index (terms, QuarryLexicalTerm, i).groups;

      for (guint j = 0; j < groups->len; j++)
        group_clear (&g_array_index (groups, QuarryLexicalGroup, j));
      g_array_unref (groups);
    }
  g_array_unref (terms);
}

/* Whether the text of requirement @i is the same as that of one before it. */
static gboolean
is_required_before (const QuarryLexicalQuery *query, guint i)
{
  QuarrySpan span = g_array_index (query->required, QuarrySpan, i);

  for (guint before = 0; before < i; before++)
    {
      QuarrySpan other = g_array_index (query->required, QuarrySpan, before);

      if (other.end - other.start == span.end - span.start
          && memcmp (query->text + other.start, query->text + span.start, span.end - span.start) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_runs (const char *text)
{
  g_auto (QuarryLexicalReading) reading = { NULL };

  quarry_lexical_reading_init (&reading, text, FALSE);
  return reading.has_runs;
}

/* A passage satisfies a requirement if it holds everything by which the required text would rank. Text without blanks,
 * which may be split differently in a passage, is required as a phrase instead. A requirement that no passage satisfies
 * becomes a term without groups, with which nothing is found. */
static void
add_requirement (QuarryLexicalPlan *self,
                 const QuarryLexicalIndex *index,
                 const QuarryLexicalQuery *query,
                 QuarrySpan span)
{
  g_autofree char *required = g_strndup (query->text + span.start, span.end - span.start);
  QuarryLexicalPlan part = { .n_places = self->n_places, .terms = new_terms (), .languages = self->languages };
  QuarryLexicalQuery words = {
    .text = required,
    .last_is_prefix = query->last_is_prefix && query->text[span.end] == '\0',
    .as_typed = query->as_typed,
    .foresight = query->foresight,
  };
  QuarryLexicalGroup group;

  if (quarry_words_count (required, -1) > 0)
    {
      if (!has_runs (required))
        add_text (&part, index, &words);
      else if (make_phrase (&group, index, required))
        append_term (&part, &group, 1);
      if (part.terms->len == 0 || (part.misses && !part.holds_code))
        append_term (&part, NULL, 0);
    }
  g_array_append_vals (self->required, part.terms->data, part.terms->len);
  g_array_unref (part.terms);
}

/* --- Plan ------------------------------------------------------------------------------------ */

void
quarry_lexical_plan_init (QuarryLexicalPlan *self,
                          const QuarryLexicalIndex *index,
                          const QuarryLexicalQuery *query)
{
  guint n_required = 0;

  self->n_places = index->segments->len + 1;
  self->misses_phrase = self->misses = self->holds_code = FALSE;
  self->terms = new_terms ();
  self->required = new_terms ();
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
      self->misses_phrase = self->misses_phrase || group.count == 0;
    }
  if (self->misses_phrase)
    return;

  self->languages = query->languages != 0  ? query->languages
                    : query->text != NULL ? quarry_lexical_index_tell_languages (index, query->text)
                                          : 1u;

  /* A required word must have the same forms as it has alone, whatever language the rest of the query is in. */
  for (guint i = 0; query->required != NULL && i < MIN (query->required->len, MAX_REQUIRED); i++)
    {
      QuarrySpan span = g_array_index (query->required, QuarrySpan, i);
      g_autofree char *word = g_strndup (query->text + span.start, span.end - span.start);

      self->languages |= quarry_lexical_index_tell_languages (index, word);
    }

  add_text (self, index, query);
  for (guint i = 0; query->required != NULL && i < query->required->len && n_required < MAX_REQUIRED; i++)
    if (!is_required_before (query, i))
      {
        add_requirement (self, index, query, g_array_index (query->required, QuarrySpan, i));
        n_required++;
      }
  add_exclusions (self, index, query->excluded);
}

void
quarry_lexical_plan_clear (QuarryLexicalPlan *self)
{
  free_terms (self->terms);
  free_terms (self->required);
  for (guint i = 0; i < self->excluded->len; i++)
    group_clear (&g_array_index (self->excluded, QuarryLexicalGroup, i));
  g_array_unref (self->demanded);
  g_array_unref (self->excluded);
}
