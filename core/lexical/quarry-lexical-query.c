/* quarry-lexical-query.c: from a person's words to an expression of FTS5
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nothing that a person types gets into an expression but folded words in quotation marks.
 *
 * FTS5 scores every passage that matches. So words that stand in many passages only score those
 * that rarer words have found: "(rare) AND (rare OR frequent)", where the second half is always
 * true, and FTS5 leaps through the long lists rather than reading them.
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-private.h"

#include "core/document/quarry-words.h"

#include <string.h>

#define MAX_PHRASES 16
#define MAX_PHRASE_WORDS 64
#define MAX_EXCLUDED 32
#define MAX_WORDS 40 /* different ones, of the text */
#define MAX_SCANNED 1000
#define MAX_FORMS 32
#define MAX_COMPLETIONS 32

G_STATIC_ASSERT (MAX_PHRASES + MAX_WORDS + 1 <= QUARRY_LEXICAL_MAX_GROUPS);

/* From so many passages on, and for words in more than this part of them, it pays. */
#define MIN_PASSAGES 2000
#define FREQUENT 0.1

/* A word that a query repeats counts as often, up to this. */
#define MAX_TIMES 8

/* Completions are taken until they stand in this part of the passages. */
#define COMPLETED 0.2

/* One word of the query, or a phrase, or the completions of the last word. */
typedef struct
{
  char *expression; /* terms joined by OR; or one phrase */
  guint n_terms;
  guint frequency;
  gint16 rival;
  guint8 times; /* it stands in the query */
} Group;

static void
group_clear (gpointer data)
{
  g_free (((Group *) data)->expression);
}

static gboolean
check_result (QuarryLexicalIndex *index, int rc, GError **error)
{
  if (rc == SQLITE_OK || rc == SQLITE_DONE || rc == SQLITE_ROW)
    return TRUE;
  quarry_lexical_set_error (index->db, rc, error);
  return FALSE;
}

/* --- Counts ---------------------------------------------------------------------------------- */

static gboolean
read_number (QuarryLexicalIndex *index, sqlite3_stmt *stmt, gint64 *number, GError **error)
{
  int rc = sqlite3_step (stmt);

  *number = rc == SQLITE_ROW ? sqlite3_column_int64 (stmt, 0) : 0;
  sqlite3_reset (stmt);
  return check_result (index, rc, error);
}

/* Forgets what was counted where this or another connection has changed the file since. */
static gboolean
refresh (QuarryLexicalIndex *index, GError **error)
{
  gint64 changes = sqlite3_total_changes64 (index->db);
  gint64 version, n_passages;

  if (!read_number (index, index->data_version, &version, error))
    return FALSE;
  if (version == index->seen_version && changes == index->seen_changes)
    return TRUE;

  if (!read_number (index, index->count_passages, &n_passages, error))
    return FALSE;
  g_hash_table_remove_all (index->frequencies);
  g_hash_table_remove_all (index->completions);
  index->n_passages = n_passages;
  index->seen_version = version;
  index->seen_changes = changes;
  return TRUE;
}

/* The number of passages that match @expression. */
static gboolean
count_matches (QuarryLexicalIndex *index, const char *expression, guint *count, GError **error)
{
  gpointer known;
  gint64 number;

  if (g_hash_table_lookup_extended (index->frequencies, expression, NULL, &known))
    {
      *count = GPOINTER_TO_UINT (known);
      return TRUE;
    }

  sqlite3_bind_text (index->count_matches, 1, expression, -1, SQLITE_STATIC);
  if (!read_number (index, index->count_matches, &number, error))
    {
      sqlite3_clear_bindings (index->count_matches);
      return FALSE;
    }
  sqlite3_clear_bindings (index->count_matches);
  *count = (guint) number;
  g_hash_table_insert (index->frequencies, g_strdup (expression), GUINT_TO_POINTER (*count));
  return TRUE;
}

/* --- Expressions ----------------------------------------------------------------------------- */

static void
append_term (GString *expression, const char *word, gsize length)
{
  g_string_append_c (expression, '"');
  for (gsize i = 0; i < length; i++)
    {
      if (word[i] == '"')
        g_string_append_c (expression, '"');
      g_string_append_c (expression, word[i]);
    }
  g_string_append_c (expression, '"');
}

static void
append_alternative (GString *expression, guint *n_terms, const char *word)
{
  if ((*n_terms)++ > 0)
    g_string_append (expression, " OR ");
  append_term (expression, word, strlen (word));
}

/* A phrase as it stands; its number of words. */
static guint
append_phrase (GString *expression, const char *phrase)
{
  g_auto (QuarryWords) words = { NULL };
  QuarrySpan span;
  const char *folded;
  gsize length;
  guint n_words = 0;

  quarry_words_init (&words, phrase, -1);
  while (n_words < MAX_PHRASE_WORDS && quarry_words_next (&words, &span, &folded, &length))
    {
      if (n_words++ > 0)
        g_string_append (expression, " + ");
      append_term (expression, folded, quarry_lexical_word_length (folded, length));
    }
  return n_words;
}

/* All words that share @stem, joined by OR. */
static gboolean
append_forms (QuarryLexicalIndex *index,
              GString *expression,
              guint *n_terms,
              const char *stem,
              GError **error)
{
  char again[QUARRY_LEXICAL_MAX_WORD + 1];
  int rc;

  quarry_lexical_stem (stem, strlen (stem), again, sizeof again);
  if (strcmp (again, stem) == 0)
    append_alternative (expression, n_terms, stem);

  sqlite3_bind_text (index->list_forms, 1, stem, -1, SQLITE_STATIC);
  while ((rc = sqlite3_step (index->list_forms)) == SQLITE_ROW && *n_terms < MAX_FORMS)
    append_alternative (
        expression, n_terms, (const char *) sqlite3_column_text (index->list_forms, 0));
  sqlite3_reset (index->list_forms);
  sqlite3_clear_bindings (index->list_forms);
  return check_result (index, rc, error);
}

/* --- Groups ---------------------------------------------------------------------------------- */

static gboolean
add_phrases (QuarryLexicalIndex *index, GArray *groups, const char *const *phrases, GError **error)
{
  for (guint i = 0; phrases != NULL && phrases[i] != NULL && groups->len < MAX_PHRASES; i++)
    {
      g_autoptr (GString) expression = g_string_new (NULL);
      Group group = { NULL, 1, 0, -1, 1 };

      if (append_phrase (expression, phrases[i]) == 0)
        continue;
      if (!count_matches (index, expression->str, &group.frequency, error))
        return FALSE;
      group.expression = g_string_free (g_steal_pointer (&expression), FALSE);
      g_array_append_val (groups, group);
    }
  return TRUE;
}

/* Adds the words that share @stem, where there are any in the index. */
static gboolean
add_stem (
    QuarryLexicalIndex *index, GArray *groups, const char *stem, guint8 times, GError **error)
{
  g_autoptr (GString) expression = g_string_new (NULL);
  Group group = { NULL, 0, 0, -1, times };

  if (!append_forms (index, expression, &group.n_terms, stem, error))
    return FALSE;
  if (group.n_terms == 0)
    return TRUE;
  if (!count_matches (index, expression->str, &group.frequency, error))
    return FALSE;
  if (group.frequency == 0)
    return TRUE;

  group.expression = g_string_free (g_steal_pointer (&expression), FALSE);
  g_array_append_val (groups, group);
  return TRUE;
}

typedef struct
{
  char *word;
  guint frequency;
} Completion;

static void
completion_clear (gpointer data)
{
  g_free (((Completion *) data)->word);
}

static int
compare_completions (gconstpointer a, gconstpointer b)
{
  const Completion *x = a;
  const Completion *y = b;

  if (x->frequency != y->frequency)
    return x->frequency < y->frequency ? 1 : -1;
  return strcmp (x->word, y->word);
}

/* The words that begin with @prefix and stand in most passages; function words left out. */
static GArray *
find_completions (QuarryLexicalIndex *index, const char *prefix, GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Completion));
  g_autofree char *end = g_strdup (prefix);
  gsize length = strlen (prefix);
  guint least = 0;
  int rc;

  g_array_set_clear_func (found, completion_clear);
  /* A byte of UTF-8 is never 0xff. */
  end[length - 1] = (char) ((guchar) end[length - 1] + 1);
  sqlite3_bind_text (index->complete, 1, prefix, -1, SQLITE_STATIC);
  sqlite3_bind_text (index->complete, 2, end, -1, SQLITE_STATIC);
  while ((rc = sqlite3_step (index->complete)) == SQLITE_ROW)
    {
      const char *word = (const char *) sqlite3_column_text (index->complete, 0);
      Completion completion = { NULL, (guint) sqlite3_column_int64 (index->complete, 1) };

      if (word == NULL || completion.frequency <= least || strcmp (word, prefix) == 0
          || quarry_words_is_stop_word (word, strlen (word)))
        continue;
      completion.word = g_strdup (word);
      g_array_append_val (found, completion);
      if (found->len == 4 * MAX_COMPLETIONS)
        {
          g_array_sort (found, compare_completions);
          g_array_set_size (found, MAX_COMPLETIONS);
          /* Words come in their order, so that a later equal one stands behind. */
          least = g_array_index (found, Completion, MAX_COMPLETIONS - 1).frequency;
        }
    }
  sqlite3_reset (index->complete);
  sqlite3_clear_bindings (index->complete);
  if (!check_result (index, rc, error))
    return NULL;

  g_array_sort (found, compare_completions);
  if (found->len > MAX_COMPLETIONS)
    g_array_set_size (found, MAX_COMPLETIONS);
  return g_steal_pointer (&found);
}

/* Adds what @prefix may become. @rival: the group of the word as it stands, or -1. */
static gboolean
add_completions (
    QuarryLexicalIndex *index, GArray *groups, const char *prefix, gint16 rival, GError **error)
{
  GArray *completions = g_hash_table_lookup (index->completions, prefix);
  g_autoptr (GString) expression = g_string_new (NULL);
  Group group = { NULL, 0, 0, rival, 1 };
  guint64 frequency = 0;
  guint64 most;

  if (completions == NULL)
    {
      completions = find_completions (index, prefix, error);
      if (completions == NULL)
        return FALSE;
      g_hash_table_insert (index->completions, g_strdup (prefix), completions);
    }
  if (completions->len == 0)
    return TRUE;

  /* A letter or two begin words of most passages; all of these would be scored. */
  most = MAX (MIN_PASSAGES, (guint64) (COMPLETED * (double) index->n_passages));
  for (guint i = 0; i < completions->len && frequency < most; i++)
    {
      const Completion *completion = &g_array_index (completions, Completion, i);

      append_alternative (expression, &group.n_terms, completion->word);
      frequency += completion->frequency;
    }
  group.frequency = (guint) MIN (frequency, index->n_passages);
  group.expression = g_string_free (g_steal_pointer (&expression), FALSE);
  g_array_append_val (groups, group);
  return TRUE;
}

/* A word of the text. */
typedef struct
{
  char *stem;
  gboolean is_stop_word;
  guint8 times; /* it stands in the text */
} Word;

static void
word_clear (gpointer data)
{
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
      word.is_stop_word = quarry_words_is_stop_word (folded, length);
      if (g_hash_table_lookup_extended (seen, stem, NULL, &place))
        {
          Word *known = &g_array_index (list, Word, GPOINTER_TO_UINT (place));

          known->times = MIN (known->times + 1, MAX_TIMES);
          continue;
        }
      word.stem = g_strdup (stem);
      word.times = 1;
      g_hash_table_insert (seen, word.stem, GUINT_TO_POINTER (list->len));
      g_array_append_val (list, word);
    }
  return list;
}

static gboolean
add_words (
    QuarryLexicalIndex *index, GArray *groups, GArray *words, gboolean stop_words, GError **error)
{
  guint n_added = 0;

  for (guint i = 0; i < words->len && n_added < MAX_WORDS - 1; i++)
    {
      const Word *word = &g_array_index (words, Word, i);

      if (word->is_stop_word != stop_words)
        continue;
      if (!add_stem (index, groups, word->stem, word->times, error))
        return FALSE;
      n_added++;
    }
  return TRUE;
}

/* The last word counts as it stands or as what it may become, whichever is better. */
static gboolean
add_prefix (QuarryLexicalIndex *index, GArray *groups, const char *prefix, GError **error)
{
  char stem[QUARRY_LEXICAL_MAX_WORD + 1];
  gint16 rival = -1;

  if (!quarry_words_is_stop_word (prefix, strlen (prefix)))
    {
      guint before = groups->len;

      quarry_lexical_stem (prefix, strlen (prefix), stem, sizeof stem);
      if (!add_stem (index, groups, stem, 1, error))
        return FALSE;
      if (groups->len > before)
        rival = (gint16) before;
    }
  return add_completions (index, groups, prefix, rival, error);
}

static gboolean
add_text (QuarryLexicalIndex *index,
          GArray *groups,
          const QuarryLexicalQuery *query,
          GError **error)
{
  g_autofree char *prefix = NULL;
  g_autoptr (GArray) words = NULL;
  gboolean has_words = FALSE;

  if (query->text == NULL)
    return TRUE;

  words = list_words (query->text, query->last_is_prefix ? &prefix : NULL);
  for (guint i = 0; i < words->len; i++)
    has_words |= !g_array_index (words, Word, i).is_stop_word;
  if (!add_words (index, groups, words, FALSE, error)
      || (prefix != NULL && !add_prefix (index, groups, prefix, error)))
    return FALSE;

  /* Function words count where the query has no others: neither a word nor a phrase. */
  if (!has_words && groups->len == 0)
    {
      if (!add_words (index, groups, words, TRUE, error))
        return FALSE;
      if (prefix != NULL && quarry_words_is_stop_word (prefix, strlen (prefix)))
        {
          char stem[QUARRY_LEXICAL_MAX_WORD + 1];

          quarry_lexical_stem (prefix, strlen (prefix), stem, sizeof stem);
          return add_stem (index, groups, stem, 1, error);
        }
    }
  return TRUE;
}

/* --- Plan ------------------------------------------------------------------------------------ */

/* Appends those of @groups from @first on whose frequency is at most @most, joined by OR.
 * @numbers gets what each phrase counts for. */
static void
append_groups (GString *expression,
               GArray *groups,
               guint first,
               guint most,
               gboolean counts,
               GArray *numbers,
               gboolean *any)
{
  for (guint i = first; i < groups->len; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);
      gint16 number = counts ? (gint16) i : -1;

      if (group->frequency > most)
        continue;
      if (*any)
        g_string_append (expression, " OR ");
      *any = TRUE;
      g_string_append (expression, group->expression);
      for (guint j = 0; j < group->n_terms; j++)
        g_array_append_val (numbers, number);
    }
}

/* One OR over all words; with phrases, these are demanded and the words only count. */
static char *
make_wide (GArray *groups, guint n_phrases, GArray *numbers)
{
  g_autoptr (GString) expression = g_string_new (NULL);
  gboolean any = FALSE;

  for (guint i = 0; i < n_phrases; i++)
    {
      gint16 number = (gint16) i;

      g_string_append_printf (
          expression, "%s(%s)", i > 0 ? " AND " : "", g_array_index (groups, Group, i).expression);
      g_array_append_val (numbers, number);
    }
  if (n_phrases > 0 && groups->len > n_phrases)
    {
      gint16 none = -1;

      g_string_append_printf (expression, " AND (%s", g_array_index (groups, Group, 0).expression);
      g_array_append_val (numbers, none);
      any = TRUE;
    }
  append_groups (expression, groups, n_phrases, G_MAXUINT, TRUE, numbers, &any);
  if (n_phrases > 0 && groups->len > n_phrases)
    g_string_append_c (expression, ')');
  return g_string_free (g_steal_pointer (&expression), FALSE);
}

static char *
make_narrow (GArray *groups, guint most, GArray *numbers)
{
  g_autoptr (GString) expression = g_string_new ("(");
  gboolean any = FALSE;

  append_groups (expression, groups, 0, most, FALSE, numbers, &any);
  g_string_append (expression, ") AND (");
  any = FALSE;
  append_groups (expression, groups, 0, G_MAXUINT, TRUE, numbers, &any);
  g_string_append_c (expression, ')');
  return g_string_free (g_steal_pointer (&expression), FALSE);
}

static char *
make_exclusion (QuarryLexicalIndex *index, const char *const *excluded, GError **error)
{
  g_autoptr (GString) expression = g_string_new (NULL);

  for (guint i = 0; excluded != NULL && excluded[i] != NULL && i < MAX_EXCLUDED; i++)
    {
      g_autoptr (GString) part = g_string_new (NULL);
      g_autoptr (GArray) words = list_words (excluded[i], NULL);
      guint n_words = append_phrase (part, excluded[i]);

      if (n_words == 0)
        continue;
      if (n_words == 1)
        {
          guint n_terms = 0;

          g_string_truncate (part, 0);
          if (!append_forms (index, part, &n_terms, g_array_index (words, Word, 0).stem, error))
            return NULL;
          if (n_terms == 0)
            continue;
        }
      g_string_append_printf (expression, "%s%s", expression->len > 0 ? " OR " : "", part->str);
    }
  return g_string_free (g_steal_pointer (&expression), FALSE);
}

static char *
exclude (char *expression, const char *exclusion)
{
  char *both;

  if (*exclusion == '\0')
    return expression;
  both = g_strdup_printf ("(%s) NOT (%s)", expression, exclusion);
  g_free (expression);
  return both;
}

gboolean
quarry_lexical_plan_init (QuarryLexicalPlan *self,
                          QuarryLexicalIndex *index,
                          const QuarryLexicalQuery *query,
                          GError **error)
{
  g_autoptr (GArray) groups = g_array_new (FALSE, FALSE, sizeof (Group));
  g_autofree char *exclusion = NULL;
  guint n_phrases, n_rare = 0, n_frequent = 0;
  guint most;

  memset (self, 0, sizeof *self);
  self->groups = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->wide_groups = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->frequencies = g_array_new (FALSE, FALSE, sizeof (guint));
  self->rivals = g_array_new (FALSE, FALSE, sizeof (gint16));
  self->times = g_array_new (FALSE, FALSE, sizeof (guint8));
  g_array_set_clear_func (groups, group_clear);

  if (!refresh (index, error) || !add_phrases (index, groups, query->phrases, error))
    return FALSE;
  n_phrases = groups->len;
  if (!add_text (index, groups, query, error))
    return FALSE;
  if (groups->len == 0)
    return TRUE;

  exclusion = make_exclusion (index, query->excluded, error);
  if (exclusion == NULL)
    return FALSE;

  most = (guint) (FREQUENT * (double) index->n_passages);
  for (guint i = 0; i < groups->len; i++)
    {
      const Group *group = &g_array_index (groups, Group, i);

      g_array_append_val (self->frequencies, group->frequency);
      g_array_append_val (self->rivals, group->rival);
      g_array_append_val (self->times, group->times);
      if (group->frequency > most)
        n_frequent++;
      else
        n_rare++;
    }

  if (n_phrases == 0 && n_rare > 0 && n_frequent > 0 && index->n_passages >= MIN_PASSAGES)
    {
      self->expression = exclude (make_narrow (groups, most, self->groups), exclusion);
      self->wide = exclude (make_wide (groups, 0, self->wide_groups), exclusion);
    }
  else
    self->expression = exclude (make_wide (groups, n_phrases, self->groups), exclusion);
  return TRUE;
}

void
quarry_lexical_plan_clear (QuarryLexicalPlan *self)
{
  g_clear_pointer (&self->expression, g_free);
  g_clear_pointer (&self->wide, g_free);
  g_clear_pointer (&self->groups, g_array_unref);
  g_clear_pointer (&self->wide_groups, g_array_unref);
  g_clear_pointer (&self->frequencies, g_array_unref);
  g_clear_pointer (&self->rivals, g_array_unref);
  g_clear_pointer (&self->times, g_array_unref);
}
