/* quarry-candidates-query.c: the query of a search, analysed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Splits the query into words and tokens, corrects what is misspelt, completes a last word that is still being typed,
 * and makes the query's vector of all that.
 */
#include "core/library/search/quarry-candidates-private.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-language.h"
#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-languages.h"

/* The weight of the mean of the first candidates beside the query's vector. */
#define TRUST .3f

/* The number of words of a query whose other forms are looked up, and of forms that the index lists for each. */
#define MOST_FORMED 40
#define MOST_FORMS QUARRY_LEXICAL_MOST_FORMS

/* The number of words of a query whose compounds are looked up, and of compounds of two words. */
#define MOST_COMPOUNDED 6
#define MOST_COMPOUNDS 7

/* The fewest letters of a part of a compound, and the fewest passages that have to hold it: one (their number is worked
 * out from the idf, and not quite whole). A compound in as many passages as a page shows is not split. */
#define SHORTEST_PART 4
#define FEWEST_HELD .75
#define COMMON 10

/* Words of this many bytes or more are neither completed nor corrected, nor are the words behind this many tokens of
 * a query. */
#define MOST_UNDERSTOOD 64

/* The idf of a query word, 0 to 1, from the weights of its tokens (which are idf^.5). A word without tokens counts as
 * the rarest possible. */
static float
word_mass (QuarryCandidateSet *self, const QuarryQueryWord *word)
{
  float mass = 0;

  for (guint t = 0; t < word->n_tokens; t++)
    {
      guint32 id = g_array_index (self->query_tokens, QuarryToken, word->first_token + t).id;
      float weight = self->indexes->weights != NULL ? self->indexes->weights[id] : 1;

      mass = MAX (mass, weight * weight);
    }

  return word->n_tokens > 0 ? mass : 1;
}

static QuarryStemSlot *
find_slot (const QuarryCandidateSet *self, guint32 number)
{
  gsize at = number & (self->n_stem_slots - 1);

  while (self->stem_slots[at].stem != 0 && self->stem_slots[at].number != number)
    at = (at + 1) & (self->n_stem_slots - 1);
  return &self->stem_slots[at];
}

int
quarry_candidate_set_find_stem (const QuarryCandidateSet *self, guint32 number)
{
  if ((self->stem_filter >> (number & 63) & 1) == 0)
    return -1;
  return (int) find_slot (self, number)->stem - 1;
}

int
quarry_candidate_set_find_second_stem (const QuarryCandidateSet *self, guint32 number)
{
  if ((self->stem_filter >> (number & 63) & 1) == 0)
    return -1;
  return (int) find_slot (self, number)->second - 1;
}

/* Makes @number stand for the query's stem @stem, and for @second too where that is not the same, unless it stands for one
 * already. */
static void
name_stem (QuarryCandidateSet *self, guint32 number, guint stem, guint second)
{
  QuarryStemSlot *slot = find_slot (self, number);

  if (slot->stem == 0)
    *slot = (QuarryStemSlot) { number, stem + 1, second != stem ? second + 1 : 0 };
  self->stem_filter |= G_GUINT64_CONSTANT (1) << (number & 63);
}

/* Adds a stem, or finds it. @word: the index of the word that it is of. Returns the stem's index. */
static guint
add_stem (QuarryCandidateSet *self, guint32 number, guint32 word)
{
  const QuarryQueryStem fresh = { .word = word };
  int known = quarry_candidate_set_find_stem (self, number);

  if (known >= 0)
    return (guint) known;
  g_array_append_val (self->query_stems, fresh);
  name_stem (self, number, self->query_stems->len - 1, self->query_stems->len - 1);

  return self->query_stems->len - 1;
}

/* Makes the other forms of word @i that occur in the passages stand for its stem, too. */
static void
add_forms (QuarryCandidateSet *self, guint i)
{
  QuarrySpan span = g_array_index (self->asked, QuarryWord, i).span;
  const QuarryWordForm *form = g_array_index (self->understood, QuarryWord, i).form;
  gboolean is_meant = form != g_array_index (self->asked, QuarryWord, i).form;
  g_autofree char *written = g_strndup (self->query + span.start, span.end - span.start);
  g_auto (GStrv) forms = quarry_lexical_index_dup_forms (self->indexes->words, form->folded,
                                                         is_meant ? NULL : written, self->languages);
  guint stem = g_array_index (self->query_words, QuarryQueryWord, i).stem;

  for (guint f = 0; forms[f] != NULL; f++)
    name_stem (self, quarry_stem_number (forms[f], strlen (forms[f])), stem, stem);
}

/* Whether the query may be in a language that writes compounds as one word. */
static gboolean
may_compound (const QuarryCandidateSet *self)
{
  static const char *const compounding[] = { "de", "nl", "sv", "da", "nb", "fi", "hu" };

  for (guint i = 0; i < G_N_ELEMENTS (compounding); i++)
    {
      guint language = quarry_lexical_find_language (compounding[i]);

      if (language > 0 && (self->languages >> language & 1) != 0)
        return TRUE;
    }
  return FALSE;
}

/* Whether passages hold @joined, but none its two parts in a row. */
static gboolean
is_only_joined (const QuarryCandidateSet *self, const char *joined, QuarrySpan first, QuarrySpan second)
{
  g_autofree char *apart = g_strndup (self->query + first.start, second.end - first.start);

  return quarry_lexical_index_count_holding (self->indexes->words, joined) > 0
         && quarry_lexical_index_count_holding (self->indexes->words, apart) == 0;
}

/* Adds the compounds of words @first and @second that passages hold: "Druckereinrichtung" for "Drucker einrichten", or
 * "database" for "data base". They stand for the stems of both. @linked: letters may be put between the two; otherwise
 * they are joined only if no passage has them apart. */
static void
add_compounds (QuarryCandidateSet *self, guint first, guint second, gboolean linked)
{
  static const char *const links[] = { "", "s", "n", "en", "es", "e", "er" };
  QuarrySpan before = g_array_index (self->asked, QuarryWord, first).span;
  QuarrySpan behind = g_array_index (self->asked, QuarryWord, second).span;

  for (guint l = 0; l < (linked ? G_N_ELEMENTS (links) : 1); l++)
    {
      g_autofree char *joined = g_strdup_printf ("%.*s%s%.*s", (int) (before.end - before.start),
                                                 self->query + before.start, links[l],
                                                 (int) (behind.end - behind.start), self->query + behind.start);
      g_autofree char *written = g_utf8_strdown (joined, -1);
      g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
      g_auto (GStrv) forms = NULL;

      quarry_word_forms_read (self->forms, written, -1, 2, words, NULL, NULL);
      if (words->len != 1
          || (!linked
              && !is_only_joined (self, g_array_index (words, QuarryWord, 0).form->folded, before, behind)))
        continue;
      forms = quarry_lexical_index_dup_forms (self->indexes->words,
                                              g_array_index (words, QuarryWord, 0).form->folded, written,
                                              self->languages);
      for (guint f = 0; forms[f] != NULL; f++)
        name_stem (self, quarry_stem_number (forms[f], strlen (forms[f])),
                   g_array_index (self->query_words, QuarryQueryWord, first).stem,
                   g_array_index (self->query_words, QuarryQueryWord, second).stem);
      if (forms[0] != NULL)
        g_string_append_printf (self->compounds, "%s ", written);
    }
}

/* The number of passages that hold a folded word, from its idf. */
static double
count_passages (const QuarryCandidateSet *self, const char *folded)
{
  double n_all = quarry_lexical_index_get_count (self->indexes->words);

  return (n_all + 1) / exp (quarry_lexical_index_get_rarity (self->indexes->words, folded, self->languages)) - .5;
}

/* Adds the two words that a rare compound is made of: "Paket" and "Verwaltung" for "Paketverwaltung", which a passage
 * may name as "Verwaltung von Paketen". Of all ways to split it, the one is taken whose parts are in the most passages
 * (geometric mean), if these are more than those that hold the compound (Koehn and Knight, "Empirical Methods for
 * Compound Splitting", EACL 2003). Letters that link the parts are taken off as endings by stemming. The parts are only
 * looked up in the word index: they are no words of the query, so that what holds the compound itself stays ahead. */
static void
add_parts (QuarryCandidateSet *self, guint i)
{
  const char *folded = g_array_index (self->asked, QuarryWord, i).form->folded;
  const char *end = folded + strlen (folded), *split = NULL;
  double n_whole = count_passages (self, folded), best = MAX (n_whole, FEWEST_HELD);

  if (n_whole >= COMMON || end - folded >= MOST_UNDERSTOOD || !g_utf8_validate (folded, -1, NULL)
      || g_utf8_strlen (folded, -1) < 2 * SHORTEST_PART)
    return;
  for (const char *at = g_utf8_offset_to_pointer (folded, SHORTEST_PART);
       g_utf8_strlen (at, -1) >= SHORTEST_PART; at = g_utf8_next_char (at))
    {
      g_autofree char *head = g_strndup (folded, (gsize) (at - folded));
      double n_tail = count_passages (self, at);
      double n = n_tail < FEWEST_HELD ? 0 : sqrt (n_tail * MAX (0, count_passages (self, head)));

      if (n > best)
        {
          best = n;
          split = at;
        }
    }
  if (split != NULL)
    g_string_append_printf (self->parts, "%.*s %s ", (int) (split - folded), folded, split);
}

static void
find_compounds (QuarryCandidateSet *self)
{
  const QuarryQueryWord *words = (const QuarryQueryWord *) (gpointer) self->query_words->data;
  guint n = MIN (self->query_words->len, MOST_COMPOUNDED);
  gboolean linked = may_compound (self);

  for (guint i = 0; i + 1 < n; i++)
    if (words[i].content && words[i + 1].content && !words[i + 1].prefix)
      add_compounds (self, i, i + 1, linked);
  for (guint i = 0; linked && i < n; i++)
    if (words[i].content && !words[i].prefix)
      add_parts (self, i);
}

/* Word @i of the query, with the form of the word that is meant where it was misspelt. */
static QuarryWord
understand (const QuarryCandidateSet *self, guint i)
{
  QuarryWord word = g_array_index (self->asked, QuarryWord, i);
  const char *meant = i < self->meant->len ? self->meant->pdata[i] : NULL;
  g_autoptr (GArray) words = NULL;

  if (meant == NULL)
    return word;
  words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  quarry_word_forms_read (self->forms, meant, -1, 1, words, NULL, NULL);
  if (words->len == 1)
    word.form = g_array_index (words, QuarryWord, 0).form;

  return word;
}

static void
read_query_words (QuarryCandidateSet *self, gboolean typing)
{
  gsize length = strlen (self->query);
  guint64 spoken = quarry_language_of_query (self->query);
  gboolean any_content = FALSE;
  guint32 token = 0;
  guint n_formed;

  self->languages = quarry_lexical_index_guess_languages (self->indexes->words, self->query);
  quarry_word_forms_read (self->forms, self->query, -1, G_MAXUINT, self->asked, NULL, NULL);
  n_formed = MIN (self->asked->len, MOST_FORMED);
  self->n_stem_slots = 16;
  while (self->n_stem_slots < 2 * ((gsize) self->asked->len + (n_formed + MOST_COMPOUNDED * MOST_COMPOUNDS) * MOST_FORMS))
    self->n_stem_slots *= 2;
  self->stem_slots = g_new0 (QuarryStemSlot, self->n_stem_slots);

  for (guint i = 0; i < self->asked->len; i++)
    {
      const QuarryWord *asked = &g_array_index (self->asked, QuarryWord, i);
      QuarryWord understood = understand (self, i);
      QuarryQueryWord word = {
        .stem = add_stem (self, understood.form->stem, i),
        .prefix = typing && asked->span.end == length,
        .content = !asked->form->stop && (asked->form->languages & spoken) == 0,
      };

      while (token < self->query_tokens->len
             && g_array_index (self->query_tokens, QuarryToken, token).span.start < asked->span.start)
        token++;
      word.first_token = token;
      while (token < self->query_tokens->len
             && g_array_index (self->query_tokens, QuarryToken, token).span.end <= asked->span.end)
        token++;
      word.n_tokens = token - word.first_token;
      word.mass = word_mass (self, &word) * (word.prefix ? self->certainty : 1);
      any_content = any_content || word.content;
      g_array_append_val (self->understood, understood);
      g_array_append_val (self->query_words, word);
    }
  for (guint i = 0; !any_content && i < self->query_words->len; i++)
    g_array_index (self->query_words, QuarryQueryWord, i).content = TRUE;

  /* Other forms come after all stems of the query's own words, which take precedence. */
  for (guint i = 0; i < n_formed; i++)
    if (g_array_index (self->query_words, QuarryQueryWord, i).content)
      add_forms (self, i);
  find_compounds (self);
}

static void
add_token (QuarryCandidateSet *self, QuarryToken token, float share)
{
  g_array_append_val (self->query_tokens, token);
  g_array_append_val (self->query_shares, share);
}

/* Adds the tokens of @word, which replaces what the query says at @span. */
static void
add_meant (QuarryCandidateSet *self, const char *word, QuarrySpan span, float share)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  quarry_embedder_tokenize (self->embedder, word, -1, tokens);
  for (guint i = 0; i < tokens->len; i++)
    add_token (self, (QuarryToken) { g_array_index (tokens, QuarryToken, i).id, span }, share);
}

/* Adds, for a last word that is still being typed, the words of the library that it may be or become, each weighted
 * by its probability. The query's vector is then the one to be expected once the word is finished. FALSE where the
 * library has no such word. */
static gboolean
foresee (QuarryCandidateSet *self, const char *word, QuarrySpan span)
{
  g_autoptr (QuarryLexicalForesight) foresight = quarry_lexical_index_foresee (self->indexes->words, word);
  const QuarryLexicalGuess *guesses = (const QuarryLexicalGuess *) (gpointer) foresight->guesses->data;

  if (foresight->guesses->len == 0)
    return FALSE;
  for (guint i = 0; i < foresight->guesses->len; i++)
    add_meant (self, guesses[i].word, span, (float) guesses[i].share);
  self->certainty = (float) guesses[0].share;
  self->foresight = g_steal_pointer (&foresight);

  return TRUE;
}

/* Makes the query's tokens. The model splits a word that is half typed or misspelt into pieces that mean something
 * else, so such a word is replaced by the words of the library that it may stand for. */
static void
read_query_tokens (QuarryCandidateSet *self, gboolean typing, gboolean as_typed)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  QuarrySpan span;
  gsize length;
  guint next = 0;

  quarry_embedder_tokenize (self->embedder, self->query, -1, tokens);
  quarry_words_init (&words, self->query, -1);
  while (quarry_words_next (&words, &span, &folded, &length))
    {
      g_autofree char *word = NULL;
      g_autofree char *meant = NULL;
      gboolean is_last = typing && self->query[span.end] == '\0';
      gboolean completes, is_other;
      guint first, end;

      for (first = next; first < tokens->len; first++)
        if (g_array_index (tokens, QuarryToken, first).span.start >= span.start)
          break;
      for (guint i = next; i < first; i++)
        add_token (self, g_array_index (tokens, QuarryToken, i), 1);
      for (next = end = first; end < tokens->len; end++)
        if (g_array_index (tokens, QuarryToken, end).span.end > span.end)
          break;

      /* Long queries are pasted rather than typed, and need no such help. */
      if ((is_last || end - first != 1) && length < MOST_UNDERSTOOD
          && self->query_tokens->len < MOST_UNDERSTOOD)
        {
          word = g_strndup (folded, length);
          /* A number is not a misspelling of another number. */
          if (strpbrk (word, "0123456789") == NULL)
            meant = quarry_lexical_index_understand (self->indexes->words, word);
        }
      completes = meant != NULL && g_str_has_prefix (meant, word);
      is_other = meant != NULL && strcmp (meant, word) != 0 && end - first != 1 && (!as_typed || completes);
      if (is_last && completes && foresee (self, word, span))
        next = end;
      else if (is_other)
        {
          add_meant (self, meant, span, 1);
          next = end;
        }
      for (; next < end; next++)
        add_token (self, g_array_index (tokens, QuarryToken, next), 1);
      if (is_last && completes && strcmp (meant, word) != 0)
        self->completion = g_strdup (meant);
      /* A word that only lacks its end is not misspelt. */
      g_ptr_array_add (self->meant, is_other && !completes ? g_steal_pointer (&meant) : NULL);
    }
  for (; next < tokens->len; next++)
    add_token (self, g_array_index (tokens, QuarryToken, next), 1);
}

/* The sum of share × weight × row over the query's tokens. Runs of equal shares are added up in one call. */
static void
embed_query (QuarryCandidateSet *self)
{
  const QuarryToken *tokens = quarry_token_data (self->query_tokens);
  const float *shares = (const float *) (gpointer) self->query_shares->data;
  g_autofree float *sum = g_new (float, self->dims);

  for (guint i = 0, end; i < self->query_tokens->len; i = end)
    {
      for (end = i + 1; end < self->query_tokens->len && !(shares[end] > shares[i] || shares[end] < shares[i]);)
        end++;
      memset (sum, 0, sizeof (float) * self->dims);
      quarry_embedder_accumulate (self->embedder, self->indexes->weights, tokens + i, end - i, sum);
      for (guint d = 0; d < self->dims; d++)
        self->query_vector[d] += shares[i] * sum[d];
    }
}

void
quarry_candidate_set_read_query (QuarryCandidateSet *self, gboolean typing, gboolean as_typed)
{
  float norm;

  read_query_tokens (self, typing, as_typed);
  embed_query (self);
  norm = sqrtf (quarry_dot (self->query_vector, self->query_vector, self->dims));
  self->query_known = norm > 0;
  for (guint i = 0; self->query_known && i < self->dims; i++)
    self->query_vector[i] /= norm;
  self->widened_vector = g_memdup2 (self->query_vector, sizeof (float) * self->dims);
  read_query_words (self, typing);
}

/* Pseudo-relevance feedback after Rocchio, "Relevance Feedback in Information Retrieval", 1971: the first candidates
 * are taken to be relevant without asking anybody. */
gboolean
quarry_candidate_set_widen (QuarryCandidateSet *self, GArray *ranked)
{
  g_autofree float *first = g_new0 (float, self->dims);
  g_autofree float *vector = g_new (float, self->dims);
  float norm;

  for (guint i = 0; i < MIN (QUARRY_MOST_TRUSTED, ranked->len); i++)
    if (quarry_vector_index_get (self->indexes->vectors,
                                 g_array_index (ranked, QuarryCandidate, i).slot, vector))
      for (guint j = 0; j < self->dims; j++)
        first[j] += vector[j];
  norm = sqrtf (quarry_dot (first, first, self->dims));
  if (!self->query_known || !(norm > 0))
    return FALSE;

  for (guint i = 0; i < self->dims; i++)
    self->widened_vector[i] = self->query_vector[i] + TRUST / norm * first[i];
  norm = sqrtf (quarry_dot (self->widened_vector, self->widened_vector, self->dims));
  for (guint i = 0; norm > 0 && i < self->dims; i++)
    self->widened_vector[i] /= norm;

  return norm > 0;
}

const QuarryWordForm *
quarry_candidate_set_get_prefix (const QuarryCandidateSet *self)
{
  guint n = self->query_words->len;

  /* Only the last word can be unfinished. */
  return n > 0 && g_array_index (self->query_words, QuarryQueryWord, n - 1).prefix
             ? g_array_index (self->asked, QuarryWord, n - 1).form
             : NULL;
}

int
quarry_candidate_set_match (const QuarryCandidateSet *self,
                            const QuarryWordForm *form,
                            const QuarryWordForm *prefix)
{
  int stem = quarry_candidate_set_find_stem (self, form->stem);

  if (stem < 0 && prefix != NULL && !form->stop && g_str_has_prefix (form->folded, prefix->folded))
    stem = quarry_candidate_set_find_stem (self, prefix->stem);

  return stem;
}

char **
quarry_candidate_set_list_corrections (QuarryCandidateSet *self)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < MIN (self->asked->len, self->meant->len); i++)
    {
      QuarrySpan span = g_array_index (self->asked, QuarryWord, i).span;

      if (self->meant->pdata[i] == NULL)
        continue;
      g_ptr_array_add (list, g_strndup (self->query + span.start, span.end - span.start));
      g_ptr_array_add (list, g_strdup (self->meant->pdata[i]));
    }
  g_ptr_array_add (list, NULL);

  return (char **) g_ptr_array_free (list, FALSE);
}
