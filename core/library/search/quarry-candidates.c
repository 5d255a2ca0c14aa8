/* quarry-candidates.c: the set of passages that a search chooses from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes and frees a candidate set, and moves to the front what matches the query literally. Its other parts are in
 * quarry-candidates-query.c (the query), -load.c (texts), -compare.c, -likely.c and -likeness.c.
 */
#include "core/library/search/quarry-candidates-private.h"

#include <string.h>

#include "core/document/quarry-words.h"
#include "core/library/import/quarry-prepared.h"

/* A query of fewer words is not looked for word for word: they may stand together by chance, and ambiguous queries
 * have only one or two. Words typed without a blank between them (a code, an address) belong together, so two of
 * these are enough. */
#define LEAST_EXACT_WORDS 3
#define LEAST_JOINED_WORDS 2

/* Fewer words in a row may be an expression that many use instead of a quotation of one text ("largest desert in the",
 * "symptoms of diabetes"). What holds such an expression is moved up by this much, on the scale of fused scores. */
#define LEAST_QUOTED_WORDS 6
#define USUAL_AHEAD .25f

/* They are a name where not more than this many times as many candidates hold them apart as in a row, the first aside, which
 * may do so by chance ("order of magnitude"). */
#define MOST_APART 2

/* How far a document that a short query names is put before the first candidate, on the scale of fused scores: more than
 * what variety takes for equal (FIRST_WITHIN of quarry-coverage.c). */
#define NAMED_AHEAD .25f

/* Signs that belong to the word behind or before them: ".NET", "$HOME", "C++", "C#". */
#define SIGNS_BEFORE ".#$@~%&/\\<+"
#define SIGNS_BEHIND "+#$%&=>"

static void
clear_candidate (gpointer data)
{
  QuarryCandidateText *candidate = data;

  g_clear_pointer (&candidate->analysis, quarry_analysis_unref);
  g_clear_pointer (&candidate->matches, g_free);
}

static void
candidate_document_free (gpointer data)
{
  QuarryCandidateDocument *document = data;

  quarry_document_record_free (document->record);
  g_array_unref (document->title);
  g_array_unref (document->name_words);
  g_free (document->name);
  g_free (document);
}

QuarryCandidateSet *
quarry_candidate_set_new (QuarryLibrary *library,
                          QuarryIndexes *indexes,
                          const char *query,
                          gboolean typing,
                          gboolean as_typed)
{
  QuarryCandidateSet *self = g_new0 (QuarryCandidateSet, 1);

  self->embedder = g_object_ref (library->embedder);
  self->indexes = quarry_indexes_ref (indexes);
  self->forms = quarry_analysis_cache_get_forms (indexes->analyses);
  self->dims = quarry_embedder_get_dims (self->embedder);
  self->query = query;
  self->query_vector = g_new0 (float, self->dims);
  self->query_tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  self->certainty = 1;
  self->query_shares = g_array_new (FALSE, FALSE, sizeof (float));
  self->meant = g_ptr_array_new_with_free_func (g_free);
  self->asked = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  self->understood = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  self->compounds = g_string_new (NULL);
  self->parts = g_string_new (NULL);
  self->query_words = g_array_new (FALSE, FALSE, sizeof (QuarryQueryWord));
  self->query_stems = g_array_new (FALSE, FALSE, sizeof (QuarryQueryStem));
  self->candidates = g_array_new (FALSE, TRUE, sizeof (QuarryCandidateText));
  g_array_set_clear_func (self->candidates, clear_candidate);
  self->documents
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, candidate_document_free);

  quarry_candidate_set_read_query (self, typing, as_typed);

  return self;
}

void
quarry_candidate_set_free (QuarryCandidateSet *self)
{
  g_array_unref (self->candidates);
  g_array_unref (self->query_stems);
  g_string_free (self->compounds, TRUE);
  g_string_free (self->parts, TRUE);
  g_array_unref (self->query_words);
  g_array_unref (self->asked);
  g_array_unref (self->understood);
  g_ptr_array_unref (self->meant);
  g_array_unref (self->query_tokens);
  g_array_unref (self->query_shares);
  g_hash_table_unref (self->documents);
  g_free (self->stem_slots);
  g_free (self->completion);
  g_clear_pointer (&self->foresight, quarry_lexical_foresight_free);
  g_free (self->query_rows);
  g_clear_pointer (&self->token_shares, quarry_token_shares_free);
  g_free (self->query_vector);
  g_free (self->widened_vector);
  g_free (self->terms);
  g_free (self->free_vectors);
  quarry_word_forms_unref (self->forms);
  quarry_indexes_unref (self->indexes);
  g_object_unref (self->embedder);
  g_free (self);
}

/* Whether the query is too short to be looked for word for word. */
static gboolean
is_short (const QuarryCandidateSet *self)
{
  return self->query_words->len
         < (strpbrk (self->query, " \t\n") == NULL ? LEAST_JOINED_WORDS : LEAST_EXACT_WORDS);
}

/* Question words of English, German, French and Spanish, folded. */
static const char *const question_words[]
    = { "what",  "who",   "where",    "when",    "why",     "how",     "which", "was",   "wer",    "wo",   "wann",
        "warum", "wie",   "welche",   "welcher", "welches", "qu",      "que",   "qui",   "quoi",   "quel", "quelle",
        "ou",    "quand", "pourquoi", "comment", "quien",   "quienes", "cual",  "donde", "cuando", "como", NULL };

/* Verbs that ask for nothing but what their subject is: "how do tides work", "was bedeutet Albedo". In English they end
 * the question, in the other languages they stand behind the question word. */
static const char *const asking_verbs[]
    = { "work",     "works",    "mean",       "means",        "funktioniert", "funktionieren", "bedeutet",  "heisst",
        "signifie", "fonctionne", "fonctionnent", "marche", "marchent",     "significa",     "funciona", "funcionan",
        NULL };

static const QuarryWordForm *
get_asked (const QuarryCandidateSet *self, guint i)
{
  return g_array_index (self->asked, QuarryWord, i).form;
}

/* The number of words at the beginning of a question that are a question word, small words and a verb of asking: "what
 * is a", "wie funktioniert ein". What it asks for begins behind them, or with some of them. 0: no question. */
static guint
count_asking (const QuarryCandidateSet *self)
{
  guint n = 0;

  for (; n < self->asked->len; n++)
    {
      const QuarryWordForm *form = get_asked (self, n);

      if (n == 0)
        {
          if (!g_strv_contains (question_words, form->folded))
            break;
        }
      else if (!form->stop && form->languages == 0
               && !(n == 1 && g_strv_contains (asking_verbs, form->folded)))
        break;
    }

  return n;
}

/* The number of words at the end of a question that ask for nothing: 1 for "how do tides work", else 0. */
static guint
count_asking_behind (const QuarryCandidateSet *self)
{
  return count_asking (self) > 1
         && g_strv_contains (asking_verbs, get_asked (self, self->asked->len - 1)->folded);
}

/* Whether @words, of which there are enough, begin with the query's words in their order. A word that is still being
 * typed may be longer there, unless the query is short. */
static gboolean
is_query (const QuarryCandidateSet *self, const QuarryWord *words)
{
  for (guint j = 0; j < self->asked->len; j++)
    {
      const QuarryWordForm *form = words[j].form;
      const QuarryWordForm *asked = g_array_index (self->asked, QuarryWord, j).form;

      if (form != asked
          && !(g_array_index (self->query_words, QuarryQueryWord, j).prefix
               && g_str_has_prefix (form->folded, asked->folded) && !is_short (self)))
        return FALSE;
    }

  return TRUE;
}

/* Whether an apostrophe follows the first word of the query: a small word has been drawn into it ("what's"). */
static gboolean
begins_shortened (const QuarryCandidateSet *self)
{
  const char *behind = self->query + g_array_index (self->asked, QuarryWord, 0).span.end;

  return *behind == '\'' || g_str_has_prefix (behind, "\342\200\231");
}

/* Whether the query without its last @n_behind words asks for @words, such as "what are tides" for "Tide". A name may
 * begin with a small word itself ("The Cramps"). A question word by itself makes no question: it may be a noun ("WHO
 * report", "comment policy", "Como map"). */
static gboolean
asks_for (const QuarryCandidateSet *self, const QuarryWord *words, guint n, guint n_behind)
{
  guint end = self->asked->len - n_behind;
  guint first = end - n;

  if (n == 0 || n >= end || first > count_asking (self) || (first == 1 && !begins_shortened (self)))
    return FALSE;
  for (guint j = 0; j < n; j++)
    if (words[j].form->stem != g_array_index (self->asked, QuarryWord, first + j).form->stem)
      return FALSE;

  return TRUE;
}

/* Whether the passage holds the query's words, of which there are several, one after another. */
static gboolean
holds_word_for_word (const QuarryCandidateSet *self, const QuarryAnalysis *analysis)
{
  const QuarryWordForm *first = g_array_index (self->asked, QuarryWord, 0).form;

  /* Only the last word of a query is unfinished. */
  for (guint i = 0; i + self->asked->len <= analysis->n_words; i++)
    if (analysis->words[i].form == first && is_query (self, analysis->words + i))
      return TRUE;

  return FALSE;
}

/* Whether the query is a single word with signs. */
static gboolean
has_signs (const QuarryCandidateSet *self)
{
  QuarrySpan span;
  const char *behind;

  if (self->asked->len != 1)
    return FALSE;
  span = g_array_index (self->asked, QuarryWord, 0).span;
  behind = self->query + span.end;

  return (span.start > 0 || *behind != '\0') && strspn (self->query, SIGNS_BEFORE) == span.start
         && behind[strspn (behind, SIGNS_BEHIND)] == '\0';
}

/* Whether a letter or digit ends right before @at. */
static gboolean
follows_word (const char *text, gsize at)
{
  return at > 0 && (g_ascii_isalnum (text[at - 1]) || (guchar) text[at - 1] >= 0x80);
}

/* Whether the passage holds the query's word with the same signs before it, and exactly these behind it. The signs
 * before it belong to no other word: "java.net" does not hold ".NET". */
static gboolean
holds_with_signs (const QuarryCandidateSet *self, const QuarryAnalysis *analysis)
{
  const QuarryWord *asked = &g_array_index (self->asked, QuarryWord, 0);
  const char *behind = self->query + asked->span.end;
  const char *text = analysis->passage->text;

  for (guint i = 0; i < analysis->n_words; i++)
    {
      QuarrySpan span = analysis->words[i].span;

      if (analysis->words[i].form == asked->form && span.start >= asked->span.start
          && strncmp (text + span.start - asked->span.start, self->query, asked->span.start) == 0
          && (asked->span.start == 0 || !follows_word (text, span.start - asked->span.start))
          && strspn (text + span.end, SIGNS_BEHIND) == strlen (behind)
          && g_str_has_prefix (text + span.end, behind))
        return TRUE;
    }

  return FALSE;
}

/* Whether the query's last word ends with @ending, which begins with a dot. */
static gboolean
ends_with (const QuarryCandidateSet *self, const char *ending)
{
  guint end = self->asked->len > 0 ? g_array_index (self->asked, QuarryWord, self->asked->len - 1).span.end : 0;
  gsize length = strlen (ending);

  return end >= length && g_ascii_strncasecmp (self->query + end - length, ending, length) == 0;
}

/* Whether the query is @words, as a whole, or asks for them where @asking. */
static gboolean
are_whole_query (const QuarryCandidateSet *self, const QuarryWord *words, guint n, gboolean asking)
{
  if (asking)
    return asks_for (self, words, n, 0) || (count_asking_behind (self) > 0 && asks_for (self, words, n, 1));

  return n > 0 && n == self->asked->len && is_query (self, words);
}

static gboolean
is_whole_query (const QuarryCandidateSet *self, const char *text, gboolean asking)
{
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));

  quarry_word_forms_read (self->forms, text, -1, QUARRY_MOST_TITLE_WORDS, words, NULL, NULL);

  return are_whole_query (self, quarry_word_data (words), words->len, asking);
}

static gboolean
is_number (const QuarryWordForm *form)
{
  return strspn (form->folded, "0123456789") == form->length;
}

/* Whether the query, or what it asks for, is the name of the document's file, with or without its ending, or what follows
 * the first numbers of that: many people number their files ("03 Tides", "2019-05-07 Tides"). */
static gboolean
is_file_name (const QuarryCandidateSet *self, const QuarryCandidateDocument *document, gboolean asking)
{
  const QuarryWord *words = quarry_word_data (document->name_words);
  const char *ending = strrchr (document->name, '.');
  guint n = document->name_words->len, n_numbers = 0;

  if (ending != NULL && !ends_with (self, ending))
    while (n > 0 && words[n - 1].span.start > (guint32) (ending - document->name))
      n--;
  if (are_whole_query (self, words, n, asking))
    return TRUE;
  while (n_numbers < n && is_number (words[n_numbers].form))
    n_numbers++;

  return n_numbers > 0 && are_whole_query (self, words + n_numbers, n - n_numbers, asking);
}

static gboolean
has_name (const QuarryCandidateSet *self, const QuarryCandidateDocument *document, gboolean asking)
{
  return is_file_name (self, document, asking)
         || are_whole_query (self, quarry_word_data (document->title), document->title->len, asking);
}

static void
find_named (QuarryCandidateSet *self)
{
  gboolean asking = count_asking (self) > 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->documents);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      QuarryCandidateDocument *document = value;

      document->named = has_name (self, document, FALSE);
      document->asked_about = asking && has_name (self, document, TRUE);
    }
}

/* Whether the query, or what it asks for where @asking, is the file name or the title of the document or, where it
 * states no title, the heading that it begins with. */
static gboolean
is_named (const QuarryCandidateSet *self, const QuarryCandidateText *candidate, gboolean asking)
{
  const char *title = candidate->document->title;

  return (asking ? candidate->of->asked_about : candidate->of->named)
         || ((title == NULL || *title == '\0') && candidate->passage->ordinal == 0
             && is_whole_query (self, candidate->passage->heading, asking));
}

/* Whether two candidates are of one document, or of copies of one file. Texts that were in no file have no hash. */
static gboolean
are_of_one (const QuarryCandidateText *a, const QuarryCandidateText *b)
{
  const char *hash = a->document->content_hash;

  return a->of == b->of || (hash != NULL && *hash != '\0' && g_strcmp0 (hash, b->document->content_hash) == 0);
}

/* Moves the candidate at @from to @to, which is before it. */
static void
move_up (QuarryCandidateSet *self, guint from, guint to)
{
  QuarryCandidateText *candidates = (QuarryCandidateText *) (gpointer) self->candidates->data;
  QuarryCandidateText moved = candidates[from];

  memmove (candidates + to + 1, candidates + to, (from - to) * sizeof moved);
  candidates[to] = moved;
}

/* Moves the beginning of a document to the front whose file name or title is the query, or what it asks for where
 * @asking, if there is one such document alone, besides copies of it: a name that several share ("index",
 * "Introduction") says nothing about which is meant. A word still being typed has to be that of the name already, or
 * else every first letter would name something. */
static void
raise_named (QuarryCandidateSet *self, gboolean asking)
{
  const QuarryCandidateText *named = NULL;
  const guint none = G_MAXUINT;
  guint at = none;

  if (asking && count_asking (self) == 0)
    return;
  for (guint i = 0; i < self->candidates->len; i++)
    {
      const QuarryCandidateText *other = &g_array_index (self->candidates, QuarryCandidateText, i);

      if (!is_named (self, other, asking))
        continue;
      if (named != NULL && !are_of_one (named, other))
        return;
      named = other;
      if (at == none && other->passage->ordinal == 0)
        at = i;
    }
  if (at == none)
    return;

  self->any_named = !asking;
  g_array_index (self->candidates, QuarryCandidateText, at).rank.score
      = g_array_index (self->candidates, QuarryCandidateText, 0).rank.score + NAMED_AHEAD;
  move_up (self, at, 0);
}

/* The number of documents among the candidates that hold the query's words in a row, copies aside. @holds: for each
 * candidate, whether it does. */
static guint
count_holding (const QuarryCandidateSet *self, const gboolean *holds)
{
  guint n = 0;

  for (guint i = 0; i < self->candidates->len; i++)
    {
      gboolean is_other = holds[i];

      for (guint j = 0; is_other && j < i; j++)
        is_other = !holds[j]
                   || !are_of_one (&g_array_index (self->candidates, QuarryCandidateText, i),
                                   &g_array_index (self->candidates, QuarryCandidateText, j));
      n += is_other;
    }
  return n;
}

/* Whether the query is three words of which the second is a small one: "symptoms of diabetes". */
static gboolean
names_subject (const QuarryCandidateSet *self)
{
  const QuarryWord *words = quarry_word_data (self->asked);

  return self->asked->len == 3 && (words[1].form->stop || words[1].form->small) && !words[0].form->stop
         && !words[2].form->stop;
}

/* Whether a candidate holds each content word of the query, in any form. */
static gboolean
holds_each_word (const QuarryCandidateSet *self, const QuarryCandidateText *candidate)
{
  for (guint j = 0; j < self->query_words->len; j++)
    {
      const QuarryQueryWord *word = &g_array_index (self->query_words, QuarryQueryWord, j);
      gboolean held = !word->content;

      for (guint m = 0; m < candidate->n_matches && !held; m++)
        held = candidate->matches[m].stem == word->stem;
      if (!held)
        return FALSE;
    }
  return TRUE;
}

/* Whether the query's words belong together, as those of a name do: of the candidates that hold all of them, a good part
 * have them in a row. */
static gboolean
belong_together (const QuarryCandidateSet *self, const gboolean *holds)
{
  guint n_holding = 0, n_apart = 0;

  for (guint i = 0; i < self->candidates->len; i++)
    if (holds[i])
      n_holding++;
    else
      n_apart += holds_each_word (self, &g_array_index (self->candidates, QuarryCandidateText, i));
  return n_holding > 0 && n_apart <= MOST_APART * (n_holding - 1);
}

/* Whether the query ends with a small word, and is still being typed. */
static gboolean
lacks_end (const QuarryCandidateSet *self)
{
  guint last = self->asked->len - 1;
  const QuarryWordForm *form = g_array_index (self->asked, QuarryWord, last).form;

  return g_array_index (self->query_words, QuarryQueryWord, last).prefix && (form->stop || form->small);
}

/* Whether the query is a quotation or a name, and no usual expression. The more documents hold a few words in a row, the
 * less that says which of them is meant, unless they hardly stand otherwise. */
static gboolean
is_quotation (const QuarryCandidateSet *self, const gboolean *holds)
{
  if (self->asked->len >= LEAST_QUOTED_WORDS || strpbrk (self->query, " \t\n") == NULL)
    return TRUE;
  if (lacks_end (self))
    return FALSE;
  return (!names_subject (self) && count_holding (self, holds) < self->asked->len) || belong_together (self, holds);
}

/* Raises the candidate at @from a little, but not to one of the first @n_first places. */
static void
raise_usual (QuarryCandidateSet *self, guint from, guint n_first)
{
  const QuarryCandidateText *candidates = (const QuarryCandidateText *) (gpointer) self->candidates->data;
  float *score = &g_array_index (self->candidates, QuarryCandidateText, from).rank.score;
  guint to = from;

  *score += USUAL_AHEAD;
  while (to > n_first && candidates[to - 1].rank.score < *score)
    to--;
  move_up (self, from, to);
}

void
quarry_candidate_set_raise_exact (QuarryCandidateSet *self)
{
  gboolean with_signs = has_signs (self), quoted;
  g_autofree gboolean *holds = NULL;
  guint n_raised = 0, n_beginnings = 0;

  find_named (self);
  if (!with_signs && is_short (self))
    {
      raise_named (self, FALSE);
      if (!self->any_named)
        raise_named (self, TRUE);
      return;
    }
  holds = g_new (gboolean, self->candidates->len + 1);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      const QuarryAnalysis *analysis = g_array_index (self->candidates, QuarryCandidateText, i).analysis;

      holds[i] = with_signs ? holds_with_signs (self, analysis) : holds_word_for_word (self, analysis);
    }
  quoted = with_signs || is_quotation (self, holds);
  for (guint i = 0; i < self->candidates->len; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);
      gboolean named = is_named (self, candidate, FALSE);
      guint at;

      if (!named && holds[i] && !quoted)
        raise_usual (self, i, n_raised);
      if (!named && !(holds[i] && quoted))
        continue;
      self->any_named = self->any_named || named;
      at = n_raised++;
      candidate->rank.score += 1; /* above all others: fused scores are 0 to 1 */
      if (named && candidate->passage->ordinal == 0)
        {
          at = n_beginnings++;
          candidate->rank.score += 1;
        }
      candidate->exact = self->any_exact = TRUE;
      move_up (self, i, at);
    }
  /* A question is answered best by how the document begins that has the name of what it asks for. */
  if (n_raised == 0)
    raise_named (self, TRUE);
}
