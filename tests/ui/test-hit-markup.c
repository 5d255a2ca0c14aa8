/* test-hit-markup.c: the text of a hit: what is shown of it, what is marked in it, what is read aloud
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "tests/ui/hit-helpers.h"
#include "tests/ui/widget-helpers.h"
#include "ui/results/quarry-result-row.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-shown-path.h"

static void
test_markup_marks (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "In <1973> they \n\t proclaimed an oil embargo & more.");
  g_autoptr (QuarryHitMarkup) markup = NULL;
  g_autofree char *marks = NULL;
  const char *text;
  const GdkRGBA tint = { 0, 0, 1, 1 };

  add_word (hit, "embargo", 0.2f, QUARRY_MATCH_LITERAL, "embargo");
  add_word (hit, "proclaimed", 0.1f, QUARRY_MATCH_MEANING, "begin");
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, &tint);
  text = quarry_hit_markup_get_text (markup);
  g_assert_cmpstr (text, ==, "In <1973> they proclaimed an oil embargo & more.");

  g_assert_null (quarry_hit_markup_word_at (markup, 0));
  g_assert_cmpstr (quarry_hit_markup_word_at (markup, strstr (text, "procl") - text)->query_word, ==,
                   "begin");
  g_assert_cmpint (quarry_hit_markup_word_at (markup, strstr (text, "mbargo") - text)->kind, ==,
                   QUARRY_MATCH_LITERAL);
  g_assert_null (quarry_hit_markup_word_at (markup, strstr (text, " &") - text));

  marks = pango_attr_list_to_string (quarry_hit_markup_get_attributes (markup));
  g_assert_cmpstr (marks, ==,
                   "15 25 underline single\n15 25 foreground #00000000ffff\n15 25 foreground-alpha 65535\n33 40 weight bold");
}

/* The words are kept with the markup, so they remain valid after the hit is gone. */
static void
test_markup_outlives_hit (void)
{
  QuarryHit *hit = new_hit (1, "oil embargo");
  g_autoptr (QuarryHitMarkup) markup = NULL;

  add_word (hit, "oil", 0.2f, QUARRY_MATCH_LITERAL, "oil");
  markup = quarry_hit_markup_new (hit, 100, NULL);
  g_object_unref (hit);
  g_assert_cmpstr (quarry_hit_markup_word_at (markup, 1)->query_word, ==, "oil");
}

static void
test_markup_sentence (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryHitMarkup) markup = NULL;
  const char *shown;

  for (int i = 0; i < 12; i++)
    g_string_append (text, "A sentence that says nothing of any use. ");
  g_string_append (text, "Here prices rose.");
  hit = new_hit (1, text->str);
  hit->sentence.start = strstr (text->str, "Here") - text->str;
  hit->sentence.end = text->len;
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, NULL);
  shown = quarry_hit_markup_get_text (markup);
  g_assert_cmpstr (shown, ==, "… Here prices rose.");
}

/* If a sentence is longer than there is room for, the part that holds the matching words is shown. */
static void
test_markup_long_sentence (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryHitMarkup) markup = NULL;
  const char *shown;

  for (int i = 0; i < 80; i++)
    g_string_append (text, "und wörter ");
  g_string_append (text, "embargo ");
  for (int i = 0; i < 80; i++)
    g_string_append (text, "noch mehr ");
  hit = new_hit (1, text->str);
  add_word (hit, "embargo", 0.2f, QUARRY_MATCH_LITERAL, "embargo");
  markup = quarry_hit_markup_new (hit, 100, NULL);
  shown = quarry_hit_markup_get_text (markup);
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_true (g_str_has_prefix (shown, "… "));
  g_assert_true (g_str_has_suffix (shown, "…"));
  g_assert_nonnull (strstr (shown, "embargo"));
  g_assert_cmpint (strstr (shown, "embargo") - shown, <, 50);
  g_assert_cmpint (g_utf8_strlen (shown, -1), <=, 104);
  g_assert_nonnull (quarry_hit_markup_word_at (markup, strstr (shown, "embargo") - shown));
}

/* Who can mark only words of the query is shown one, also where words that match by meaning weigh more. */
static void
test_markup_plain (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryHitMarkup) markup = NULL, plain = NULL;

  for (int i = 0; i < 20; i++)
    g_string_append (text, "said little ");
  g_string_append (text, "boycott ");
  for (int i = 0; i < 20; i++)
    g_string_append (text, "noch mehr ");
  g_string_append (text, "embargo ");
  for (int i = 0; i < 20; i++)
    g_string_append (text, "und so weiter ");
  hit = new_hit (1, text->str);
  add_word (hit, "boycott", 0.9f, QUARRY_MATCH_MEANING, "embargo");
  add_word (hit, "embargo", 0.2f, QUARRY_MATCH_LITERAL, "embargo");
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_LINE, NULL);
  g_assert_nonnull (strstr (quarry_hit_markup_get_text (markup), "boycott"));
  plain = quarry_hit_markup_new_plain (hit, QUARRY_HIT_MARKUP_LINE);
  g_assert_nonnull (strstr (quarry_hit_markup_get_text (plain), "embargo"));
  g_assert_cmpint (strstr (quarry_hit_markup_get_text (plain), "embargo") - quarry_hit_markup_get_text (plain), <, 55);

  /* The best sentence may hold none. */
  hit->sentence.end = strstr (text->str, "boycott") - text->str + strlen ("boycott");
  quarry_hit_markup_free (plain);
  plain = quarry_hit_markup_new_plain (hit, QUARRY_HIT_MARKUP_LINE);
  g_assert_nonnull (strstr (quarry_hit_markup_get_text (plain), "embargo"));
}

static void
test_markup_heading (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "The embargo\nIt began in October.");
  g_autoptr (QuarryHitMarkup) markup = NULL;
  g_autofree char *place = NULL;

  g_strfreev (hit->heading);
  hit->heading = g_strsplit ("The Oil Crisis|Chapter 2|The embargo", "|", -1);
  hit->page = 12;
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, NULL);
  g_assert_cmpstr (quarry_hit_markup_get_text (markup), ==, "It began in October.");
  place = quarry_hit_format_place (hit);
  g_assert_cmpstr (place, ==, "Chapter 2 › The embargo · p. 12");
}

/* The row shows a heading if the heading alone holds the words of the query. */
static void
test_markup_telling_heading (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "The Oil Crisis\nThe embargo\nIt began in October.");
  g_autoptr (QuarryHitMarkup) markup = NULL, other = NULL;

  g_strfreev (hit->heading);
  hit->heading = g_strsplit ("The Oil Crisis|The embargo", "|", -1);
  hit->sentence.start = strstr (hit->text, "It") - hit->text;
  hit->sentence.end = strlen (hit->text);
  add_word (hit, "embargo", 0.2f, QUARRY_MATCH_LITERAL, "embargo");
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, NULL);
  g_assert_cmpstr (quarry_hit_markup_get_text (markup), ==, "The embargo It began in October.");
  g_assert_nonnull (quarry_hit_markup_word_at (markup, strlen ("The ")));

  add_word (hit, "October", 0.2f, QUARRY_MATCH_LITERAL, "autumn");
  other = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, NULL);
  g_assert_cmpstr (quarry_hit_markup_get_text (other), ==, "It began in October.");
}

/* The outermost heading is left out if it only repeats the title. */
static void
test_headings (void)
{
  static const struct
  {
    const char *headings, *shown;
  } cases[] = {
    { "The Oil Crisis", "" },
    { "The Oil Crisis|Prices", "Prices" },
    { "The Oil Crisis: a history|Prices", "Prices" },
    { "The Oil Crisis: a history", "The Oil Crisis: a history" },
    { "Oil|Prices", "Oil › Prices" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryHit) hit = new_hit (1, "It began in October.");
      g_autofree char *shown = NULL;
      g_autofree char *said = NULL;
      g_auto (GStrv) inner = g_strsplit (cases[i].shown, " › ", -1);
      g_autofree char *listed = g_strjoinv (", ", inner);
      g_autofree char *wanted = g_strconcat ("The Oil Crisis", *listed != '\0' ? ", " : "", listed,
                                             ", similarity 71 percent, It began in October., papers/oil.pdf", NULL);

      g_strfreev (hit->heading);
      hit->heading = g_strsplit (cases[i].headings, "|", -1);
      if (inner[0])
        {
          g_free (hit->text);
          hit->text = g_strconcat (inner[g_strv_length (inner) - 1], "\n\nIt began in October.", NULL);
        }
      shown = quarry_hit_format_headings (hit);
      g_assert_cmpstr (shown, ==, cases[i].shown);
      /* A screen reader is told the same headings, and none of them twice. */
      said = quarry_hit_describe (hit);
      g_assert_cmpstr (said, ==, wanted);
    }
}

/* The file is named beside a title, and only its folder beside its own name. */
static void
test_source (void)
{
  static const struct
  {
    const char *path;
    const char *title;
    const char *source;
  } cases[] = {
    { "/talks/2024/spring.pptx", "Slide 1", "2024/spring.pptx" },
    { "/talks/2024/spring.pptx", "spring.pptx", "2024" },
    { "/spring.pptx", "Slide 1", "/spring.pptx" },
    { "/spring.pptx", "spring.pptx", "/" },
    { "/mails/old.mbox/3/caf\xe9.txt", "caf\xef\xbf\xbd.txt", "3" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryHit) hit = new_hit (1, "It began in October.");
      g_autofree char *source = NULL;

      g_free (hit->path);
      g_free (hit->title);
      hit->path = g_strdup (cases[i].path);
      hit->title = g_strdup (cases[i].title);
      source = quarry_hit_format_source (hit);
      g_assert_cmpstr (source, ==, cases[i].source);
    }
}

static void
test_markup_odd (void)
{
  const char *const texts[] = { "", " ", "\n\n", "x", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint room = 1; room < 12; room++)
      {
        g_autoptr (QuarryHit) hit = new_hit (1, texts[i]);
        g_autoptr (QuarryHitMarkup) markup = quarry_hit_markup_new (hit, room, NULL);

        g_assert_true (g_utf8_validate (quarry_hit_markup_get_text (markup), -1, NULL));
      }
}

static void
test_describe (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "It began\nin October.");
  g_autofree char *said = NULL;

  g_strfreev (hit->heading);
  hit->heading = g_strsplit ("Chapter 2", "|", -1);
  hit->page = 12;
  said = quarry_hit_describe (hit);
  g_assert_cmpstr (said, ==,
                   "The Oil Crisis, Chapter 2, page 12, similarity 71 percent, It began in October., papers/oil.pdf");
}

/* A format is named by the file name's extension, unless that only says that the file is compressed. */
static void
test_format_type (void)
{
  g_autofree char *pdf = quarry_format_type ("/a/Report.pdf", "application/pdf");
  g_autofree char *inner = quarry_format_type ("/a/notes.txt.gz", "text/plain");
  g_autofree char *packed = quarry_format_type ("/a/notes.gz", "text/plain");
  g_autofree char *none = quarry_format_type ("/a/README", "text/plain");
  g_autofree char *failed = quarry_format_type ("/a/notes.gz", NULL);
  g_autofree char *nothing = quarry_format_type ("/a/README", NULL);

  g_assert_cmpstr (pdf, ==, "PDF");
  g_assert_cmpstr (inner, ==, "TXT");
  g_assert_cmpstr (packed, !=, "GZ");
  g_assert_cmpstr (packed, ==, none);
  g_assert_cmpstr (failed, ==, "GZ");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_icons (void)
{
  g_assert_cmpstr (quarry_icon_for_mime_type ("application/pdf"), ==, "quarry-pdf-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), ==,
                   "quarry-office-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type ("application/vnd.ms-powerpoint"), ==, "quarry-office-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type ("application/vnd.ms-outlook"), ==, "quarry-mail-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type ("text/csv"), ==, "quarry-text-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type ("image/png"), ==, "image-x-generic-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type ("image/vnd.djvu"), ==, "quarry-text-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type ("audio/mpeg"), ==, "audio-x-generic-symbolic");
  g_assert_cmpstr (quarry_icon_for_mime_type (NULL), ==, "quarry-text-symbolic");
}

/* A name that is made to read as another is shown as what it is, and still is the title of its file. */
static void
test_misleading_name (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "A text.");
  g_autofree char *file = NULL, *folder = NULL, *path = NULL;

  g_free (hit->path);
  hit->path = g_strdup ("/papers/\u202egpj.exe");
  file = quarry_hit_format_file (hit);
  folder = quarry_shown_folder ("/a\nb/c.txt");
  path = quarry_shown_path (hit->path);
  g_assert_true (g_str_has_prefix (file, "papers/\ufffdgpj.exe"));
  g_assert_cmpstr (folder, ==, "/a\ufffdb");
  g_assert_cmpstr (path, ==, "/papers/\ufffdgpj.exe");
  g_assert_true (quarry_title_is_file_name ("\ufffdgpj.exe", hit->path));
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/hit-markup/marks", test_markup_marks);
  g_test_add_func ("/hit-markup/outlives-hit", test_markup_outlives_hit);
  g_test_add_func ("/hit-markup/sentence", test_markup_sentence);
  g_test_add_func ("/hit-markup/long-sentence", test_markup_long_sentence);
  g_test_add_func ("/hit-markup/plain", test_markup_plain);
  g_test_add_func ("/hit-markup/heading", test_markup_heading);
  g_test_add_func ("/hit-markup/heading/telling", test_markup_telling_heading);
  g_test_add_func ("/hit-markup/headings", test_headings);
  g_test_add_func ("/hit-markup/source", test_source);
  g_test_add_func ("/hit-markup/odd", test_markup_odd);
  g_test_add_func ("/hit-markup/misleading-name", test_misleading_name);
  g_test_add_func ("/hit/describe", test_describe);
  g_test_add_func ("/hit/format-type", test_format_type);
  g_test_add_func ("/hit/icons", test_icons);
  return g_test_run ();
}
