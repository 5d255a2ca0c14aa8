/* quarry-query.c: parses what a person typed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the query from its beginning to its end, word by word: filters, phrases, required and excluded words, AND,
 * and everything else as text. The first thing that is probably not what the person meant gives a hint.
 */
#include "quarry-config.h"

#include "core/library/search/quarry-query.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-terms.h"

/* Longer queries express nothing more, and a pasted book must not hold up a search. */
#define MAX_QUERY_BYTES 8192

/* The most characters of the query that a hint repeats. */
#define MAX_REPEATED 30

typedef struct
{
  const char *name;
  gsize list; /* offset of a GPtrArray in Parts */
  QuarryQueryFilterKind kind;
  gboolean parted; /* commas part its values: no value has one */
} FilterKey;

typedef struct
{
  GString *text;
  GArray *required;
  QuarrySpan last_word; /* in @text, where it ends with a word that AND may follow; else empty */
  gboolean joined;      /* AND stands before what comes next */
  GPtrArray *phrases, *excluded, *types, *folders, *authors, *titles, *languages;
  gint64 after_ns, before_ns;
  GArray *filters;
  const char *typed;
  char *hint;
  gboolean hint_at_end;
} Parts;

static const FilterKey filter_keys[] = {
  { "type:", G_STRUCT_OFFSET (Parts, types), QUARRY_QUERY_TYPE, TRUE },
  { "in:", G_STRUCT_OFFSET (Parts, folders), QUARRY_QUERY_FOLDER },
  { "author:", G_STRUCT_OFFSET (Parts, authors), QUARRY_QUERY_AUTHOR },
  { "title:", G_STRUCT_OFFSET (Parts, titles), QUARRY_QUERY_TITLE },
  { "lang:", G_STRUCT_OFFSET (Parts, languages), QUARRY_QUERY_LANGUAGE, TRUE },
};

/* Notes a filter that was typed from @start to @end. */
static void
note_filter (Parts *parts, QuarryQueryFilterKind kind, const char *value, const char *start, const char *end)
{
  QuarryQueryFilter filter = { kind, g_strdup (value), (gsize) (start - parts->typed), (gsize) (end - parts->typed) };

  g_array_append_val (parts->filters, filter);
}

static void
filter_clear (gpointer data)
{
  g_free (((QuarryQueryFilter *) data)->value);
}

/* Sets the hint, unless there is one already. @hint: (transfer full). @behind: what follows the part of the query
 * that the hint is about. */
static void
give_hint (Parts *parts, char *hint, const char *behind)
{
  if (parts->hint != NULL)
    {
      g_free (hint);
      return;
    }
  while (g_unichar_isspace (g_utf8_get_char (behind)))
    behind = g_utf8_next_char (behind);
  parts->hint = hint;
  parts->hint_at_end = *behind == '\0';
}

/* A part of the query, shortened for a hint. (transfer full) */
static char *
shorten (const char *start, const char *end)
{
  g_autofree char *text = g_strndup (start, (gsize) (end - start));

  return g_utf8_substring (text, 0, MIN (MAX_REPEATED, g_utf8_strlen (text, -1)));
}

#define NS_PER_SECOND G_GINT64_CONSTANT (1000000000)

/* Parses "2024", "2024-06" or "2024-06-15", in local time. Gives the first moment of that period or, with @end, the
 * first moment after it. */
static gboolean
parse_date (const char *text, gboolean end, gint64 *ns)
{
  int year = 0, month = 1, day = 1, used = 0, parts;
  g_autoptr (GDateTime) date = NULL;
  g_autoptr (GDateTime) after = NULL;

  parts = sscanf (text, "%4d-%2d-%2d%n", &year, &month, &day, &used);
  if (parts == 1)
    used = (int) strspn (text, "0123456789");
  else if (parts == 2)
    used = (int) strspn (text, "0123456789-");
  if (parts < 1 || text[used] != '\0' || year < 1000 || year > 9998)
    return FALSE;

  date = g_date_time_new_local (year, month, day, 0, 0, 0);
  if (date == NULL)
    return FALSE;
  if (end)
    after = parts == 1   ? g_date_time_add_years (date, 1)
            : parts == 2 ? g_date_time_add_months (date, 1)
                         : g_date_time_add_days (date, 1);

  /* Nanoseconds in 64 bits reach from 1677 to 2262; a file's time beyond that cannot be represented either. 0 would
   * mean that there is no date. */
  *ns = CLAMP (g_date_time_to_unix (end ? after : date), -(G_MAXINT64 / NS_PER_SECOND), G_MAXINT64 / NS_PER_SECOND)
        * NS_PER_SECOND;
  if (*ns == 0)
    *ns = -1;
  return TRUE;
}

/* Takes a value at @cursor, up to white space or, if it begins with a quote, up to the closing one. */
static char *
take_value (const char **cursor)
{
  const char *start = *cursor;
  const char *end;

  if (*start == '"')
    {
      end = strchr (start + 1, '"');
      if (end == NULL)
        end = start + strlen (start);
      *cursor = *end != '\0' ? end + 1 : end;
      return g_strndup (start + 1, (gsize) (end - start - 1));
    }

  for (end = start; *end != '\0' && !g_unichar_isspace (g_utf8_get_char (end));)
    end = g_utf8_next_char (end);
  *cursor = end;
  return g_strndup (start, (gsize) (end - start));
}

/* Adds a filter's value to @list, or each of several that commas part, as in "pdf,odt", where @parted. Returns FALSE
 * where there is none. */
static gboolean
add_values (GPtrArray *list, const char *value, gboolean parted)
{
  g_auto (GStrv) values = g_strsplit (value, ",", parted ? -1 : 1);
  guint before = list->len;

  for (guint i = 0; values[i] != NULL; i++)
    if (*values[i] != '\0')
      g_ptr_array_add (list, g_strdup (values[i]));
  return list->len > before;
}

static QuarrySpan
append_text (Parts *parts, const char *text)
{
  gsize start;

  if (parts->text->len > 0)
    g_string_append_c (parts->text, ' ');
  start = parts->text->len;
  g_string_append (parts->text, text);
  return (QuarrySpan) { (guint32) start, (guint32) parts->text->len };
}

static gboolean
has_word (const char *text)
{
  return quarry_words_count (text, -1) > 0;
}

static void
require (Parts *parts, QuarrySpan word)
{
  const QuarrySpan *last = parts->required->len > 0
                               ? &g_array_index (parts->required, QuarrySpan, parts->required->len - 1)
                               : NULL;

  if (last == NULL || last->start != word.start)
    g_array_append_val (parts->required, word);
}

/* Takes "AND" between two words as the operator. FALSE where it is no operator: it is another word, nothing stands
 * before it, or all of the query is in capitals. */
static gboolean
take_and (Parts *parts, const char *word, gboolean in_capitals)
{
  if (in_capitals || strcmp (word, "AND") != 0 || parts->filters->len + parts->text->len == 0)
    return FALSE;
  if (parts->last_word.end > 0)
    require (parts, parts->last_word);
  parts->joined = TRUE;
  return TRUE;
}

/* Takes a word of the text, which may match or, where @required or joined by AND, must. */
static void
take_word (Parts *parts, const char *word, gboolean required)
{
  QuarrySpan span = append_text (parts, word);
  gboolean is_word = has_word (word);

  if (is_word && (required || (parts->joined && strcmp (word, "NOT") != 0)))
    require (parts, span);
  parts->last_word = is_word ? span : (QuarrySpan) { 0, 0 };
  parts->joined = FALSE;
}

/* Takes a filter, if there is one at @cursor. A filter without a value, or with an impossible one, is skipped with a
 * hint: its letters are most likely not what is searched for. */
static gboolean
take_filter (Parts *parts, const char **cursor)
{
  static const char *const dates[] = { "after:", "before:" };
  const char *start = *cursor;

  for (gsize i = 0; i < G_N_ELEMENTS (filter_keys); i++)
    if (g_ascii_strncasecmp (start, filter_keys[i].name, strlen (filter_keys[i].name)) == 0)
      {
        g_autofree char *value = NULL;

        *cursor += strlen (filter_keys[i].name);
        value = take_value (cursor);
        if (add_values (G_STRUCT_MEMBER (GPtrArray *, parts, filter_keys[i].list), value, filter_keys[i].parted))
          note_filter (parts, filter_keys[i].kind, value, start, *cursor);
        else
          {
            g_autofree char *shown = shorten (start, *cursor);

            /* Translators: %s is a filter of a query, as in “type:”. */
            give_hint (parts, g_strdup_printf (_("“%s” is passed over: its value stands right behind the colon."), shown),
                       *cursor);
          }
        return TRUE;
      }

  for (gsize i = 0; i < G_N_ELEMENTS (dates); i++)
    if (g_ascii_strncasecmp (start, dates[i], strlen (dates[i])) == 0)
      {
        g_autofree char *value = NULL;

        *cursor += strlen (dates[i]);
        value = take_value (cursor);
        if (parse_date (value, FALSE, i == 0 ? &parts->after_ns : &parts->before_ns))
          note_filter (parts, i == 0 ? QUARRY_QUERY_AFTER : QUARRY_QUERY_BEFORE, value, start, *cursor);
        else
          {
            g_autofree char *shown = shorten (start, *cursor);

            /* Translators: %s is a filter of a query, as in “after:yesterday”. */
            give_hint (parts,
                       g_strdup_printf (_("“%s” is passed over: a date is 2024, 2024-06 or 2024-06-15."), shown),
                       *cursor);
          }
        return TRUE;
      }

  return FALSE;
}

/* Whether a word looks like a filter: at least two letters, a colon, and a letter. Addresses ("http://") and
 * qualified names in code ("std::list") do not. */
static gboolean
is_like_filter (const char *word)
{
  gsize n = 0;

  while (g_ascii_isalpha (word[n]))
    n++;
  return n > 1 && word[n] == ':' && g_unichar_isalpha (g_utf8_get_char (word + n + 1));
}

/* Gives a hint where a word means something in other search programs but nothing here. @in_capitals: all of the query
 * is in capitals, so that "NOT" is a word like the others. */
static void
hint_at_word (Parts *parts, const char *word, gboolean in_capitals, const char *behind)
{
  const char *colon = strchr (word, ':');

  if (is_like_filter (word))
    {
      g_autofree char *shown = shorten (word, colon + 1);

      /* Translators: %s is what looks like a filter, as in “size:”. The words behind are typed as they are. */
      give_hint (parts,
                 g_strdup_printf (_("“%s” is searched for as text. Filters are type: in: author: title: lang: after: before:"),
                                  shown),
                 behind);
    }
  else if (strcmp (word, "NOT") == 0 && !in_capitals)
    give_hint (parts, g_strdup (_("“NOT” leaves nothing out here: write -word.")), behind);
}

static char **
end_list (GPtrArray *list)
{
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

/* Takes a phrase in quotes. Returns FALSE where there is no closing quote, as while it is being typed: its words are
 * then only text. */
static gboolean
take_phrase (Parts *parts, const char **cursor)
{
  const char *start = *cursor;
  g_autofree char *value = NULL;
  gboolean closed;

  *cursor += *start == '+';
  closed = strchr (*cursor + 1, '"') != NULL;
  value = take_value (cursor);
  append_text (parts, value);
  parts->last_word = (QuarrySpan) { 0, 0 };
  parts->joined = FALSE;
  if (!closed && has_word (value))
    give_hint (parts, g_strdup (_("A quote is missing: the words are searched for in any order.")), *cursor);
  if (closed && has_word (value))
    {
      note_filter (parts, QUARRY_QUERY_PHRASE, value, start, *cursor);
      g_ptr_array_add (parts->phrases, g_steal_pointer (&value));
    }
  return closed;
}

/* Takes "-word" or "-\"a phrase\"". */
static gboolean
take_excluded (Parts *parts, const char **cursor)
{
  const char *start = *cursor, *after = start + 1;
  g_autofree char *value = NULL;

  if (*start != '-' || start[1] == '\0' || start[1] == '-' || g_ascii_isspace (start[1]))
    return FALSE;
  value = take_value (&after);
  if (!has_word (value))
    return FALSE;
  note_filter (parts, QUARRY_QUERY_EXCLUDED, value, start, after);
  *cursor = after;
  g_ptr_array_add (parts->excluded, g_steal_pointer (&value));
  parts->last_word = (QuarrySpan) { 0, 0 };
  parts->joined = FALSE;
  return TRUE;
}

/* Whether a plus before @text makes it required: before a word or a year it does. "+49" is the beginning of a
 * telephone number, "++i" is source code. */
static gboolean
can_be_required (const char *text)
{
  gsize n_digits = strspn (text, "0123456789");
  const char *c = text;

  if (*c == '+' || *c == '-' || *c == '"')
    return FALSE;
  while (*c != '\0' && !g_unichar_isspace (g_utf8_get_char (c)) && !g_unichar_isalpha (g_utf8_get_char (c)))
    c = g_utf8_next_char (c);
  return g_unichar_isalpha (g_utf8_get_char (c)) || (n_digits == 4 && c == text + n_digits);
}

/* Takes "+word". */
static gboolean
take_required (Parts *parts, const char **cursor)
{
  const char *start = *cursor, *after = start + 1;
  g_autofree char *value = NULL;

  if (*start != '+' || !can_be_required (after))
    return FALSE;
  value = take_value (&after);
  note_filter (parts, QUARRY_QUERY_REQUIRED, value, start, after);
  *cursor = after;
  take_word (parts, value, TRUE);
  return TRUE;
}

/* Whether all of the query is in capitals, so that these mean nothing. Queries without any capital letter, such as
 * numbers or words of a script without capitals, are not; operators do not count as capitals. */
static gboolean
is_in_capitals (const char *typed)
{
  g_auto (GStrv) words = g_strsplit (typed, " ", -1);
  gboolean has_capital = FALSE;

  for (guint i = 0; words[i] != NULL; i++)
    {
      gboolean is_operator = strcmp (words[i], "AND") == 0 || strcmp (words[i], "OR") == 0 || strcmp (words[i], "NOT") == 0;

      for (const char *c = words[i]; *c != '\0'; c = g_utf8_next_char (c))
        {
          if (g_unichar_islower (g_utf8_get_char (c)))
            return FALSE;
          has_capital = has_capital || (!is_operator && g_unichar_isupper (g_utf8_get_char (c)));
        }
    }
  return has_capital;
}

QuarryQuery *
quarry_query_parse (const char *typed)
{
  g_autofree char *valid = g_utf8_make_valid (typed, (gssize) strnlen (typed, MAX_QUERY_BYTES));
  const char *cursor = valid, *behind_text = valid;
  Parts parts = {
    .text = g_string_new (NULL),
    .required = g_array_new (FALSE, FALSE, sizeof (QuarrySpan)),
    .phrases = g_ptr_array_new (),
    .excluded = g_ptr_array_new (),
    .types = g_ptr_array_new (),
    .folders = g_ptr_array_new (),
    .authors = g_ptr_array_new (),
    .titles = g_ptr_array_new (),
    .languages = g_ptr_array_new (),
    .filters = g_array_new (FALSE, FALSE, sizeof (QuarryQueryFilter)),
    .typed = valid,
  };
  QuarryQuery *self = g_new0 (QuarryQuery, 1);
  QuarryStoreFilter filter;
  gboolean in_capitals = is_in_capitals (valid);

  while (*cursor != '\0')
    {
      g_autofree char *value = NULL;

      if (g_unichar_isspace (g_utf8_get_char (cursor)))
        {
          cursor = g_utf8_next_char (cursor);
          continue;
        }
      if (take_filter (&parts, &cursor))
        continue;

      if (*cursor == '"' || (cursor[0] == '+' && cursor[1] == '"'))
        {
          if (!take_phrase (&parts, &cursor))
            behind_text = cursor;
          continue;
        }
      if (take_excluded (&parts, &cursor))
        continue;

      if (take_required (&parts, &cursor))
        {
          behind_text = cursor;
          continue;
        }
      value = take_value (&cursor);
      if (take_and (&parts, value, in_capitals))
        continue;
      take_word (&parts, value, FALSE);
      behind_text = cursor;
      hint_at_word (&parts, value, in_capitals, cursor);
    }

  self->text = g_string_free (parts.text, FALSE);
  self->ended = *behind_text != '\0';
  self->required = parts.required;
  self->phrases = end_list (parts.phrases);
  self->excluded = end_list (parts.excluded);
  self->types = end_list (parts.types);
  self->folders = end_list (parts.folders);
  self->authors = end_list (parts.authors);
  self->titles = end_list (parts.titles);
  self->languages = end_list (parts.languages);
  self->after_ns = parts.after_ns;
  self->before_ns = parts.before_ns;
  g_array_set_clear_func (parts.filters, filter_clear);
  self->filters = parts.filters;
  self->lists = !has_word (self->text) && quarry_query_get_filter (self, &filter);
  if (!has_word (self->text) && !self->lists)
    give_hint (&parts,
               g_strdup (self->excluded[0] != NULL
                             ? _("There are only words to leave out: say what to search for, too.")
                             : _("There is no word to search for.")),
               " .");
  self->hint = parts.hint;
  self->hint_at_end = parts.hint_at_end;

  return self;
}

void
quarry_query_free (QuarryQuery *self)
{
  g_free (self->text);
  g_array_unref (self->required);
  g_strfreev (self->phrases);
  g_strfreev (self->excluded);
  g_strfreev (self->types);
  g_strfreev (self->folders);
  g_strfreev (self->authors);
  g_strfreev (self->titles);
  g_strfreev (self->languages);
  g_array_unref (self->filters);
  g_free (self->hint);
  g_free (self);
}

char *
quarry_query_write_filter (QuarryQueryFilterKind kind, const char *value)
{
  static const char *const keys[] = {
    [QUARRY_QUERY_TYPE] = "type:",     [QUARRY_QUERY_FOLDER] = "in:",  [QUARRY_QUERY_AUTHOR] = "author:",
    [QUARRY_QUERY_TITLE] = "title:",   [QUARRY_QUERY_LANGUAGE] = "lang:", [QUARRY_QUERY_AFTER] = "after:",
    [QUARRY_QUERY_BEFORE] = "before:", [QUARRY_QUERY_PHRASE] = "",     [QUARRY_QUERY_REQUIRED] = "+",
    [QUARRY_QUERY_EXCLUDED] = "-",
  };
  gboolean quoted = kind == QUARRY_QUERY_PHRASE || value[0] == '"';
  g_autofree char *written = NULL;
  g_autoptr (QuarryQuery) read = NULL;

  g_return_val_if_fail (kind < G_N_ELEMENTS (keys), NULL);

  for (const char *c = value; *c != '\0' && !quoted; c = g_utf8_next_char (c))
    quoted = g_unichar_isspace (g_utf8_get_char (c));
  written = quoted ? g_strdup_printf ("%s\"%s\"", keys[kind], value) : g_strconcat (keys[kind], value, NULL);

  read = quarry_query_parse (written);
  if (read->filters->len != 1 || strcmp (g_array_index (read->filters, QuarryQueryFilter, 0).value, value) != 0
      || g_array_index (read->filters, QuarryQueryFilter, 0).kind != kind)
    return NULL;
  return g_steal_pointer (&written);
}

static const char *const *
list_or_null (char **list)
{
  return list[0] != NULL ? (const char *const *) list : NULL;
}

gboolean
quarry_query_get_filter (const QuarryQuery *self, QuarryStoreFilter *filter)
{
  filter->extensions = list_or_null (self->types);
  filter->folders = list_or_null (self->folders);
  filter->authors = list_or_null (self->authors);
  filter->titles = list_or_null (self->titles);
  filter->languages = list_or_null (self->languages);
  filter->after_ns = self->after_ns;
  filter->before_ns = self->before_ns;

  return filter->extensions != NULL || filter->folders != NULL || filter->authors != NULL
         || filter->titles != NULL || filter->languages != NULL || filter->after_ns != 0
         || filter->before_ns != 0;
}

static gboolean
add_term (const QuarryLexicalTermRead *term, gpointer user_data)
{
  if (term->kind != QUARRY_LEXICAL_PART && term->kind != QUARRY_LEXICAL_RUN_WORD
      && term->kind != QUARRY_LEXICAL_SIGNED)
    g_ptr_array_add (user_data, g_strndup (term->text, term->length));
  return TRUE;
}

/* The terms of a text, as the word index reads them: its words, and for runs without blanks (as in Chinese) pairs of
 * characters, one for each position. */
static GPtrArray *
list_terms (const char *text)
{
  GPtrArray *terms = g_ptr_array_new_with_free_func (g_free);

  quarry_lexical_read_terms (text, 0, NULL, add_term, terms);
  return terms;
}

/* The last character of a phrase's run stands alone, but in the text other characters may follow it, so that it need
 * only be the beginning of a pair. */
static gboolean
is_term (const char *term, const char *wanted)
{
  return wanted[0] == QUARRY_LEXICAL_PAIR ? g_str_has_prefix (term, wanted)
                                          : strcmp (term, wanted) == 0;
}

gboolean
quarry_text_holds_phrase (const char *text, const char *phrase)
{
  g_autoptr (GPtrArray) terms = list_terms (text);
  g_autoptr (GPtrArray) wanted = list_terms (phrase);

  if (wanted->len == 0)
    return TRUE;
  for (guint i = 0; i + wanted->len <= terms->len; i++)
    {
      guint j = 0;

      while (j < wanted->len && is_term (terms->pdata[i + j], wanted->pdata[j]))
        j++;
      if (j == wanted->len)
        return TRUE;
    }

  return FALSE;
}
