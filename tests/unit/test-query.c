/* test-query.c: what a person typed, taken apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/search/quarry-query.h"

#include <string.h>

static void
assert_list (char **list, const char *expected)
{
  g_autofree char *joined = g_strjoinv ("|", list);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_plain (void)
{
  g_autoptr (QuarryQuery) query = quarry_query_parse ("when did  the oil\tembargo begin?");
  QuarryStoreFilter filter;

  g_assert_cmpstr (query->text, ==, "when did the oil embargo begin?");
  assert_list (query->phrases, "");
  assert_list (query->excluded, "");
  g_assert_false (quarry_query_get_filter (query, &filter));
}

/* Whether the last word of the text is complete, or may be typed on. */
static void
test_ended (void)
{
  static const struct
  {
    const char *typed;
    gboolean ended;
  } cases[] = {
    { "wing", FALSE },         { "wing ", TRUE },        { "wing\xe3\x80\x80", TRUE }, { "a wing\t\t", TRUE },
    { "type:pdf wing", FALSE }, { "wing type:pdf", TRUE }, { "wing -tip", TRUE },     { "\"the wing\"", TRUE },
    { "a +wing", FALSE },      { "a +wing ", TRUE },      { "wing AND", TRUE },       { "a AND wing", FALSE },
    { "\"the wing", FALSE },   { "wing.", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryQuery) query = quarry_query_parse (cases[i].typed);

      g_assert_cmpint (query->ended, ==, cases[i].ended);
    }
}

static void
test_filters (void)
{
  g_autoptr (QuarryQuery) query = quarry_query_parse (
      "type:pdf TYPE:md in:\"my reports\" author:smith title:minutes lang:de oil after:2024 before:2024-06");
  QuarryStoreFilter filter;
  g_autoptr (GDateTime) first = g_date_time_new_local (2024, 1, 1, 0, 0, 0);
  g_autoptr (GDateTime) june = g_date_time_new_local (2024, 6, 1, 0, 0, 0);

  g_assert_cmpstr (query->text, ==, "oil");
  g_assert_true (quarry_query_get_filter (query, &filter));
  assert_list (query->types, "pdf|md");
  assert_list (query->folders, "my reports");
  assert_list (query->authors, "smith");
  assert_list (query->titles, "minutes");
  assert_list (query->languages, "de");
  g_assert_cmpint (filter.after_ns, ==, g_date_time_to_unix (first) * 1000000000);
  g_assert_cmpint (filter.before_ns, ==, g_date_time_to_unix (june) * 1000000000);
}

/* Commas part types and languages, but not names. */
static void
test_several (void)
{
  g_autoptr (QuarryQuery) query = quarry_query_parse ("oil type:pdf,,md, lang:de,fr author:\"Smith, J.\" type:,");

  g_assert_cmpstr (query->text, ==, "oil");
  assert_list (query->types, "pdf|md");
  assert_list (query->languages, "de|fr");
  assert_list (query->authors, "Smith, J.");
  g_assert_nonnull (strstr (query->hint, "“type:,” is passed over"));
}

/* Nanoseconds in 64 bits end in the year 2262: later dates become the last one that can be represented. */
static void
test_far_dates (void)
{
  g_autoptr (QuarryQuery) query = quarry_query_parse ("oil after:2261 before:9998");
  QuarryStoreFilter filter;

  g_assert_true (quarry_query_get_filter (query, &filter));
  g_assert_cmpint (filter.after_ns, >, 0);
  g_assert_cmpint (filter.before_ns, >, filter.after_ns);
}

/* Files may be older than 1970. The beginning of that year is 0 ns, which otherwise stands for no date. */
static void
test_early_dates (void)
{
  static const struct
  {
    const char *typed;
    gint64 least, most;
  } cases[] = {
    { "after:1970", -86400, 86400 },
    { "after:1970-01-01", -86400, 86400 },
    { "after:1969-12-31", -2 * 86400, 0 },
    { "after:1950", -631238400, -631065600 },
    { "after:1000", G_MININT64 / 1000000000, -9000000000 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *typed = g_strconcat (cases[i].typed, " before", strchr (cases[i].typed, ':'), NULL);
      g_autoptr (QuarryQuery) query = quarry_query_parse (typed);
      QuarryStoreFilter filter;

      g_test_message ("%s", typed);
      g_assert_null (query->hint);
      g_assert_true (quarry_query_get_filter (query, &filter));
      g_assert_cmpint (filter.after_ns, !=, 0);
      g_assert_cmpint (filter.after_ns, ==, filter.before_ns);
      g_assert_cmpint (filter.after_ns / 1000000000, >=, cases[i].least);
      g_assert_cmpint (filter.after_ns / 1000000000, <=, cases[i].most);
    }
  /* A year that has not been typed in full. */
  {
    g_autoptr (QuarryQuery) query = quarry_query_parse ("after:202");

    g_assert_nonnull (query->hint);
    g_assert_cmpint (query->after_ns, ==, 0);
  }
}

static void
test_phrases (void)
{
  g_autoptr (QuarryQuery) query
      = quarry_query_parse ("\"oil embargo\" crisis -draft -\"first version\" - -- -1.5");

  g_assert_cmpstr (query->text, ==, "oil embargo crisis - --");
  assert_list (query->phrases, "oil embargo");
  assert_list (query->excluded, "draft|first version|1.5");
}

static void
assert_filter (const QuarryQuery *query, const char *typed, guint i, QuarryQueryFilterKind kind, const char *text)
{
  const QuarryQueryFilter *filter = &g_array_index (query->filters, QuarryQueryFilter, i);
  g_autofree char *there = g_strndup (typed + filter->start, filter->end - filter->start);
  g_autofree char *written = quarry_query_write_filter (filter->kind, filter->value);

  g_assert_cmpint (filter->kind, ==, kind);
  g_assert_cmpstr (there, ==, text);
  g_assert_cmpstr (written, ==, text);
}

/* Each filter's place is where it was typed, and writing the filter gives what was typed. */
static void
test_filter_places (void)
{
  const char *typed = "öl type:pdf in:\"my reports\" \"oil embargo\" -draft -\"first version\" after:2024-06 "
                      "before: after:soon lang:de +embargo \"open";
  g_autoptr (QuarryQuery) query = quarry_query_parse (typed);

  g_assert_cmpuint (query->filters->len, ==, 8);
  assert_filter (query, typed, 0, QUARRY_QUERY_TYPE, "type:pdf");
  assert_filter (query, typed, 1, QUARRY_QUERY_FOLDER, "in:\"my reports\"");
  assert_filter (query, typed, 2, QUARRY_QUERY_PHRASE, "\"oil embargo\"");
  assert_filter (query, typed, 3, QUARRY_QUERY_EXCLUDED, "-draft");
  assert_filter (query, typed, 4, QUARRY_QUERY_EXCLUDED, "-\"first version\"");
  assert_filter (query, typed, 5, QUARRY_QUERY_AFTER, "after:2024-06");
  assert_filter (query, typed, 6, QUARRY_QUERY_LANGUAGE, "lang:de");
  assert_filter (query, typed, 7, QUARRY_QUERY_REQUIRED, "+embargo");
}

/* Words that must match: those after a plus, and those on both sides of AND. */
static void
test_required (void)
{
  static const struct
  {
    const char *typed, *text;
    const char *required; /* separated by "|" */
  } cases[] = {
    { "oil water", "oil water", "" },
    { "+oil water", "oil water", "oil" },
    { "water +oil +gas", "water oil gas", "oil|gas" },
    { "+\303\266l", "\303\266l", "\303\266l" },
    { "+oil-water, x", "oil-water, x", "oil-water," },
    { "oil AND water gas", "oil water gas", "oil|water" },
    { "oil AND water AND gas", "oil water gas", "oil|water|gas" },
    { "+oil AND +water", "oil water", "oil|water" },
    { "crude oil AND gas", "crude oil gas", "oil|gas" },
    { "\"oil embargo\" AND gas x", "oil embargo gas x", "gas" },
    { "oil AND \"gas price\" x", "oil gas price x", "oil" },
    { "oil AND -gas x", "oil x", "oil" },
    { "oil AND NOT gas", "oil NOT gas", "oil" },
    { "type:pdf AND oil", "oil", "oil" },
    { "oil AND", "oil", "oil" },
    { "AND oil", "AND oil", "" },
    { "oil - AND gas", "oil - gas", "gas" },
    { "oil -draft AND gas", "oil gas", "gas" },
    { "oil AND type:pdf gas", "oil gas", "oil|gas" },
    { "æ±äº¬ AND å¤§éª", "æ±äº¬ å¤§éª",
      "æ±äº¬|å¤§éª" },
    { "2024 AND 2025", "2024 2025", "2024|2025" },
    { "+2024 +.NET +4x4 ab", "2024 .NET 4x4 ab", "2024|.NET|4x4" },
    { "OIL AND GAS", "OIL AND GAS", "" },
    { "oil and gas", "oil and gas", "" },
    { "+49 C++ a+b + ++x +", "+49 C++ a+b + ++x +", "" },
    { "+\"oil\" +\"gas", "oil gas", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryQuery) query = quarry_query_parse (cases[i].typed);
      g_autoptr (GString) required = g_string_new (NULL);

      for (guint r = 0; r < query->required->len; r++)
        {
          QuarrySpan span = g_array_index (query->required, QuarrySpan, r);

          g_string_append_printf (required, "%s%.*s", r > 0 ? "|" : "", (int) (span.end - span.start),
                                  query->text + span.start);
        }
      g_test_message ("%s", cases[i].typed);
      g_assert_cmpstr (query->text, ==, cases[i].text);
      g_assert_cmpstr (required->str, ==, cases[i].required);
      g_assert_cmpint (query->hint != NULL, ==,
                       g_str_has_suffix (cases[i].typed, "\"gas") || strstr (cases[i].typed, "NOT") != NULL);
      assert_list (query->phrases, strstr (cases[i].typed, "+\"oil\"") != NULL         ? "oil"
                                   : strstr (cases[i].typed, "\"oil embargo\"") != NULL ? "oil embargo"
                                   : strstr (cases[i].typed, "\"gas price\"") != NULL   ? "gas price"
                                                                                        : "");
    }
}

static void
test_write_filter (void)
{
  static const struct { QuarryQueryFilterKind kind; const char *value; } odd[] = {
    { QUARRY_QUERY_FOLDER, "/a \"b\"" }, { QUARRY_QUERY_FOLDER, "" }, { QUARRY_QUERY_AFTER, "soon" },
    { QUARRY_QUERY_PHRASE, "a\"b" }, { QUARRY_QUERY_EXCLUDED, "-" }, { QUARRY_QUERY_REQUIRED, "a b" },
    { QUARRY_QUERY_REQUIRED, "49" },
  };
  g_autofree char *folder = quarry_query_write_filter (QUARRY_QUERY_FOLDER, "/home/a/My \302\240Papers");
  g_autofree char *quote = quarry_query_write_filter (QUARRY_QUERY_FOLDER, "/home/5\"disks");

  g_assert_cmpstr (folder, ==, "in:\"/home/a/My \302\240Papers\"");
  g_assert_cmpstr (quote, ==, "in:/home/5\"disks");
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    g_assert_null (quarry_query_write_filter (odd[i].kind, odd[i].value));
}

/* Nothing that is typed is an error, and nothing that may be meant as text is lost. */
static void
test_odd (void)
{
  static const char *const odd[] = {
    "", " ", "\"", "\"\"", "\"open phrase", "type:", "after:yesterday", "before:2024-13-41", "-", "-\"",
    "\" OR NEAR( * : - ", "'); DROP TABLE x; --", "\u202e\U0001f600", "in:\"", "\xff\xfe", ":", "type:\"\"",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      g_autoptr (QuarryQuery) query = quarry_query_parse (odd[i]);

      g_assert_true (g_utf8_validate (query->text, -1, NULL));
    }

  {
    g_autoptr (QuarryQuery) query = quarry_query_parse ("after:yesterday \"open phrase");

    g_assert_cmpstr (query->text, ==, "open phrase");
    assert_list (query->phrases, "");
    g_assert_cmpint (query->after_ns, ==, 0);
  }
  {
    g_autofree char *long_text = g_strnfill (20000, 'a');
    g_autoptr (QuarryQuery) query = quarry_query_parse (long_text);

    g_assert_cmpuint (strlen (query->text), <, 20000);
  }
}

/* What was not understood gives one hint, and the rest is searched for all the same. */
static void
test_hints (void)
{
  static const struct
  {
    const char *typed;
    const char *text;
    const char *hint; /* a part of it; NULL: there is none */
    gboolean at_end;
  } cases[] = {
    { "oil embargo", "oil embargo", NULL, FALSE },
    { "\"oil embargo\" -draft type:pdf", "oil embargo", NULL, FALSE },
    { "crisis \"oil embargo", "crisis oil embargo", "A quote is missing", TRUE },
    { "oil - water", "oil - water", NULL, FALSE },
    { "-", "-", "no word to search for", FALSE },
    { "\"\"", "", "no word to search for", FALSE },
    { "-draft", "", "only words to leave out", FALSE },
    { "type:pdf after:2024", "", NULL, FALSE },
    { "type:pdf -draft", "", NULL, FALSE },
    { "type:pdf after:x", "", "“after:x” is passed over", TRUE },
    { "type:", "", "“type:” is passed over", TRUE },
    { "type: oil", "oil", "“type:” is passed over", FALSE },
    { "oil IN:  ", "oil", "“IN:” is passed over", TRUE },
    { "in:\"\" oil", "oil", "“in:\"\"” is passed over", FALSE },
    { "after:yesterday oil", "oil", "“after:yesterday” is passed over", FALSE },
    { "oil before:2024-13", "oil", "“before:2024-13” is passed over", TRUE },
    { "after: oil", "oil", "“after:” is passed over", FALSE },
    { "foo:bar oil", "foo:bar oil", "“foo:” is searched for as text", FALSE },
    { "oil größe:klein", "oil größe:klein", NULL, FALSE },
    { "std::vector https://a.example at 10:30 c:\\x", "std::vector https://a.example at 10:30 c:\\x", NULL, FALSE },
    { "oil OR water", "oil OR water", NULL, FALSE },
    { "oil AND water", "oil water", NULL, FALSE },
    { "oil and water", "oil and water", NULL, FALSE },
    { "oil NOT water", "oil NOT water", "write -word", FALSE },
    { "DO NOT ENTER AND STAY", "DO NOT ENTER AND STAY", NULL, FALSE },
    { "+oil water", "oil water", NULL, FALSE },
    { "C++ +49 a+b", "C++ +49 a+b", NULL, FALSE },
    { "foo:bar after:yesterday", "foo:bar", "“foo:”", FALSE },
  };
  g_autofree char *long_value = g_strnfill (5000, 'x');
  g_autofree char *typed = g_strconcat ("after:", long_value, NULL);
  g_autoptr (QuarryQuery) long_query = quarry_query_parse (typed);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryQuery) query = quarry_query_parse (cases[i].typed);

      g_test_message ("%s: %s", cases[i].typed, query->hint != NULL ? query->hint : "(none)");
      g_assert_cmpstr (query->text, ==, cases[i].text);
      g_assert_cmpint (query->hint != NULL, ==, cases[i].hint != NULL);
      if (cases[i].hint != NULL)
        {
          g_assert_nonnull (strstr (query->hint, cases[i].hint));
          g_assert_cmpint (query->hint_at_end, ==, cases[i].at_end);
        }
    }

  /* A hint is short, whatever was typed. */
  g_assert_cmpuint (strlen (long_query->hint), <, 200);
}

/* A query that has filters of documents but no word lists documents. */
static void
test_lists (void)
{
  static const struct
  {
    const char *typed;
    gboolean lists;
  } cases[] = {
    { "type:pdf", TRUE },     { "lang:de after:2024", TRUE }, { "type:pdf -draft", TRUE }, { "in:reports - ?", TRUE },
    { "type:pdf oil", FALSE }, { "-draft", FALSE },           { "type:", FALSE },          { "", FALSE },
    { "\"oil\" type:pdf", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryQuery) query = quarry_query_parse (cases[i].typed);

      g_test_message ("%s", cases[i].typed);
      g_assert_cmpint (query->lists, ==, cases[i].lists);
    }
}

static void
test_holds_phrase (void)
{
  g_assert_true (quarry_text_holds_phrase ("The Oil-Embargo of 1973", "oil embargo"));
  g_assert_true (quarry_text_holds_phrase ("À la carte", "a la Carte"));
  g_assert_false (quarry_text_holds_phrase ("an embargo on oil", "oil embargo"));
  g_assert_false (quarry_text_holds_phrase ("oil embargoes", "oil embargo"));
  g_assert_false (quarry_text_holds_phrase ("", "oil"));
  /* Scripts without blanks: a phrase is found also where a dictionary would break the words elsewhere. */
  g_assert_true (quarry_text_holds_phrase ("東京都の天気", "京都"));
  g_assert_true (quarry_text_holds_phrase ("東京都の天気", "都の天"));
  g_assert_true (quarry_text_holds_phrase ("iPhone15発売", "発"));
  g_assert_true (quarry_text_holds_phrase ("iPhone15発売", "iphone15 発"));
  g_assert_false (quarry_text_holds_phrase ("東京。都の天気", "京都"));
  g_assert_false (quarry_text_holds_phrase ("iPhone15発売", "iphone15売"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/query/plain", test_plain);
  g_test_add_func ("/query/ended", test_ended);
  g_test_add_func ("/query/filters", test_filters);
  g_test_add_func ("/query/several", test_several);
  g_test_add_func ("/query/far-dates", test_far_dates);
  g_test_add_func ("/query/early-dates", test_early_dates);
  g_test_add_func ("/query/phrases", test_phrases);
  g_test_add_func ("/query/filter-places", test_filter_places);
  g_test_add_func ("/query/required", test_required);
  g_test_add_func ("/query/write-filter", test_write_filter);
  g_test_add_func ("/query/odd", test_odd);
  g_test_add_func ("/query/hints", test_hints);
  g_test_add_func ("/query/lists", test_lists);
  g_test_add_func ("/query/holds-phrase", test_holds_phrase);

  return g_test_run ();
}
