/* test-readers-encodings.c: texts in encodings that they do not name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/text/quarry-decode.h"

#include <string.h>

/* A sentence of each language, and the encodings that files in that language commonly have. */
static const struct
{
  const char *encodings;
  const char *sentence;
} cases[] = {
  { "CP949 EUC-KR", "오늘 아침에는 비가 많이 와서 우리는 집에서 책을 읽고 음악을 들었습니다." },
  { "CP1250 ISO-8859-2 CP852", "Wczoraj wieczorem ktoś zostawił w sieni mokrą parasolkę i żółtą kopertę." },
  { "CP1250 ISO-8859-2 CP852", "Včera večer někdo nechal v síni mokrý deštník a žlutou obálku." },
  { "CP1250 ISO-8859-2 CP852", "Tegnap este valaki egy nedves esernyőt és egy sárga borítékot hagyott a küszöbön." },
  { "CP1250 ISO-8859-2", "Aseară cineva a lăsat în hol o umbrelă udă şi un plic galben, fără să bată la uşă." },
  { "KOI8-R CP1251 CP866 ISO-8859-5 MAC-CYRILLIC",
    "Вчера вечером кто-то оставил в сенях мокрый зонт и жёлтый конверт." },
  { "KOI8-U CP1251", "Учора ввечері хтось залишив у сінях мокру парасольку і жовтий конверт." },
  { "CP1253 ISO-8859-7 CP737 CP869", "Χθες το βράδυ κάποιος άφησε στην είσοδο μια βρεγμένη ομπρέλα." },
  { "CP1254 ISO-8859-9 CP857", "Dün akşam birisi girişe ıslak bir şemsiye ile sarı bir zarf bıraktı." },
  { "CP1255 ISO-8859-8 CP862", "אתמול בערב מישהו השאיר בכניסה מטרייה רטובה ומעטפה צהובה." },
  { "CP1256 ISO-8859-6", "ترك شخص ما مساء أمس مظلة مبللة وظرفا أصفر عند المدخل." },
  { "TIS-620", "เมื่อวานตอนเย็นมีคนลืมร่มเปียกไว้ที่หน้าประตู" },
  { "SHIFT_JIS EUC-JP ISO-2022-JP", "昨日の夜、だれかが玄関に濡れた傘と黄色い封筒を置いていきました。" },
  { "GBK GB18030 GB2312", "昨天晚上有人在门口留下了一把湿的雨伞和一个黄色的信封。" },
  { "BIG5", "昨天晚上有人在門口留下了一把濕的雨傘和一個黃色的信封。" },
  { "CP1252 CP850 MACINTOSH ISO-8859-15",
    "Gestern Abend ließ jemand einen nassen Schirm und einen größeren Umschlag im Flur zurück." },
  { "CP1252 ISO-8859-15", "Cela coûtait trente francs. L'œuvre complète a été publiée par le même éditeur." },
  { "CP1252 ISO-8859-1", "Man nehme ½kg Mehl, ¼l Öl und ½TL Salz." },
  { "CP1252 ISO-8859-1", "Add ½cup sugar and ¼tsp salt, and stir it for ten minutes." },
  { "CP1252 CP850 MACINTOSH", "Hier soir, quelqu'un a laissé un parapluie mouillé à l'entrée de l'hôtel." },
  { "CP1252 CP850", "Anoche alguien dejó un paraguas mojado en la entrada, y también un sobre pequeño." },
  { "CP1252 CP850", "Ontem à noite alguém deixou um guarda-chuva molhado e um cartão na recepção." },
  { "CP1252 CP850", "I går kväll lämnade någon ett vått paraply och ett gult kuvert i hallen." },
  { "CP1252", "“We don’t know whose it is,” she said – “nobody’s asked for it yet.”" },
  { "CP1252", "The café's résumé of the day: soup for £3, and the naïve painter's picture." },
};

static void
assert_read (const char *text, const char *encoding)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) read = NULL;
  gsize length;
  g_autofree char *bytes = g_convert (text, -1, encoding, "UTF-8", NULL, &length, &error);

  g_assert_no_error (error);
  g_test_message ("%s", encoding);
  read = quarry_decode ((const guint8 *) bytes, length, NULL);
  g_assert_nonnull (read);
  g_assert_cmpstr (read->str, ==, text);
}

/* Each sentence by itself, and repeated until it fills a page. */
static void
test_languages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) encodings = g_strsplit (cases[i].encodings, " ", -1);
      g_autoptr (GString) page = g_string_new (NULL);

      while (page->len < 1000)
        g_string_append_printf (page, "%s\n", cases[i].sentence);
      for (guint j = 0; encodings[j] != NULL; j++)
        {
          assert_read (cases[i].sentence, encodings[j]);
          assert_read (page->str, encodings[j]);
        }
    }
}

/* A single letter beyond ASCII is found wherever it is in a long plain text. */
static void
test_rare_letters (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < 20000)
    g_string_append (text, "Plain lines of a long letter, with nothing in them.\n");
  g_string_append (text, "Yours, Anaïs\n");
  assert_read (text->str, "CP1252");
}

/* Text behind a long plain part whose lines end with CR, as on the old Macintosh, or that has no line ends at all. */
static void
test_line_ends (void)
{
  static const char japanese[] = "或日の暮方の事である。一人の下人が、羅生門の下で雨やみを待つてゐた。";

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      while (text->len < 20000)
        g_string_append (text, i == 0 ? "Plain.\r" : "Plain words of a long letter. ");
      for (guint k = 0; k < 10; k++)
        g_string_append_printf (text, "%s%s", japanese, i == 0 ? "\r" : " ");
      assert_read (text->str, "SHIFT_JIS");
    }
}

/* In UTF-16, rare letters have zero bytes where common letters have none, which must not hide the byte order. */
static void
test_wide_letters (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (text->len < 3000)
    g_string_append (text, "Old Italic letters, as here in “𐌀𐌁”, have zeros in both halves, which no letters of plain words have.\n");
  assert_read (text->str, "UTF-16LE");
  assert_read (text->str, "UTF-16BE");
}

/* A machine that crashed while a log was being written leaves zero bytes in it. */
static void
test_zeros (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) read = NULL;

  while (text->len < 20000)
    g_string_append (text, "Die B\303\274cher \303\274ber V\303\266lker der S\303\274dsee.\n");
  text->str[10000] = '\0';
  read = quarry_decode ((const guint8 *) text->str, text->len, NULL);
  g_assert_nonnull (read);
  /* The zeros do not end the text. If they were kept, most readers would drop everything after them. */
  text->str[10000] = ' ';
  g_assert_cmpmem (read->str, read->len, text->str, text->len);
  g_string_free (read, TRUE);

  /* The zeros may interrupt a character of several bytes. */
  text->str[10000] = '\xc3';
  text->str[10001] = text->str[10002] = '\0';
  read = quarry_decode ((const guint8 *) text->str, text->len, NULL);
  g_assert_nonnull (read);
  g_assert_true (g_utf8_validate (read->str, (gssize) read->len, NULL));
  g_assert_true (g_str_has_prefix (read->str, "Die B\303\274cher"));
  g_assert_nonnull (g_strrstr (read->str, "V\303\266lker"));
}

/* Bytes in no language are decoded somehow, and quickly. */
static void
test_no_language (void)
{
  guint8 bytes[4096];
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (GString) read = NULL;

      for (guint i = 0; i < sizeof bytes; i++)
        bytes[i] = (guint8) g_rand_int_range (random, 32, 256);
      read = quarry_decode (bytes, sizeof bytes, NULL);
      g_assert_true (read == NULL || g_utf8_validate (read->str, (gssize) read->len, NULL));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/encodings/languages", test_languages);
  g_test_add_func ("/readers/encodings/rare-letters", test_rare_letters);
  g_test_add_func ("/readers/encodings/line-ends", test_line_ends);
  g_test_add_func ("/readers/encodings/wide-letters", test_wide_letters);
  g_test_add_func ("/readers/encodings/zeros", test_zeros);
  g_test_add_func ("/readers/encodings/no-language", test_no_language);
  return g_test_run ();
}
