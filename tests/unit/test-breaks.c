/* test-breaks.c: words and sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/document/quarry-sentence-break.h"
#include "core/document/quarry-sentence-words.h"
#include "core/document/quarry-sentences.h"
#include "core/document/quarry-words.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

/* Shows each word as it stands and as it is folded, with "|" between words: "Élan:elan|vital:vital". */
static char *
show_words (const char *text, gssize length)
{
  g_auto (QuarryWords) words = { 0 };
  GString *out = g_string_new (NULL);
  QuarrySpan span;
  const char *folded;
  gsize n, total = length < 0 ? strlen (text) : (gsize) length;
  guint32 end = 0;

  quarry_words_init (&words, text, length);
  while (quarry_words_next (&words, &span, &folded, &n))
    {
      g_assert_cmpuint (span.start, >=, end);
      g_assert_cmpuint (span.end, >, span.start);
      g_assert_cmpuint (span.end, <=, total);
      g_assert_cmpuint (strlen (folded), ==, n);
      end = span.end;
      if (out->len > 0)
        g_string_append_c (out, '|');
      g_string_append_len (out, text + span.start, span.end - span.start);
      if (strlen (folded) != span.end - span.start || memcmp (folded, text + span.start, n) != 0)
        g_string_append_printf (out, ":%s", folded);
    }
  return g_string_free (out, FALSE);
}

static void
test_words (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } cases[] = {
    { "", "" },
    { " ,.- ", "" },
    { "The quick, brown FOX-trot 3rd", "The:the|quick|brown|FOX:fox|trot|3rd" },
    { "snake_case 3.50", "snake|case|3|50" },
    { "the dog's bone, dogs' bones", "the|dog|bone|dogs|bones" },
    { "it's it\342\200\231s don't", "it|it|don|t" },
    { "O'Shea 'sand' x'sy", "O:o|Shea:shea|sand|x|sy" },
    { "\303\211lan's d\303\251j\303\240-vu", "\303\211lan:elan|d\303\251j\303\240:deja|vu" },
    { "e\314\201te\314\201", "e\314\201te\314\201:ete" },
    { "stra\303\237e STRASSE", "stra\303\237e:strasse|STRASSE:strasse" },
    { "\305\201\303\263d\305\272 \303\206sir", "\305\201\303\263d\305\272:lodz|\303\206sir:aesir" },
    { "soft\302\255ware", "soft\302\255ware:software" },
    { "\357\254\201sh x\302\262 \342\204\242", "\357\254\201sh:fish|x\302\262:x2" },
    { "\316\243\316\231\316\243\316\245\316\246\316\237\316\243",
      "\316\243\316\231\316\243\316\245\316\246\316\237\316\243:"
      "\317\203\316\271\317\203\317\205\317\206\316\277\317\203" },
    /* Arabic, Persian and wide digits */
    { "\331\244\331\245\331\246 \333\264\333\265 \357\274\221\357\274\222",
      "\331\244\331\245\331\246:456|\333\264\333\265:45|\357\274\221\357\274\222:12" },
    { "wait\342\200\224no\342\200\246 \342\200\234yes\342\200\235", "wait|no|yes" },
    { "ab\377cd \303", "ab|cd" },
    /* Japanese: "Tokyo is a city." */
    { "\346\235\261\344\272\254\343\201\257\351\203\275\345\270\202\343\201\247\343\201\231",
      "\346\235\261\344\272\254|\343\201\257|\351\203\275\345\270\202|\343\201\247\343\201\231:"
      "\343\201\246\343\202\231\343\201\231" },
    /* Thai: "the Thai language". */
    { "\340\270\240\340\270\262\340\270\251\340\270\262\340\271\204\340\270\227\340\270\242",
      "\340\270\240\340\270\262\340\270\251\340\270\262|\340\271\204\340\270\227\340\270\242" },
    { "iPhone\347\211\210", "iPhone:iphone|\347\211\210" },
    /* Korean is written with blanks between words; its syllables are not split. */
    { "\355\225\234\352\265\255\354\226\264 \353\254\270\354\236\245",
      "\355\225\234\352\265\255\354\226\264|\353\254\270\354\236\245" },
    /* Hindi: vowel signs belong to the word, although Unicode does not call them letters. */
    { "\340\244\271\340\244\277\340\244\250\340\245\215\340\244\246\340\245\200",
      "\340\244\271\340\244\277\340\244\250\340\245\215\340\244\246\340\245\200" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = show_words (cases[i].text, -1);

      g_assert_cmpstr (shown, ==, cases[i].expected);
    }
}

static void
test_words_bounds (void)
{
  g_autofree char *shown = NULL;

  /* Nothing beyond the given length is read. */
  shown = show_words ("dog's", 4);
  g_assert_cmpstr (shown, ==, "dog");
  g_clear_pointer (&shown, g_free);
  shown = show_words ("caf\303\251s", 4);
  g_assert_cmpstr (shown, ==, "caf");
  g_assert_cmpuint (quarry_words_count ("one two's thr\303\251e", -1), ==, 3);
}

static void
test_words_random (void)
{
  static const char *const pieces[] = { "a",
                                        "B",
                                        "9",
                                        " ",
                                        "'",
                                        "s",
                                        "\342\200\231",
                                        "\303\251",
                                        "\314\201",
                                        "\343\201\202",
                                        "\345\255\227",
                                        "\377",
                                        "\342",
                                        "\342\200",
                                        "\302\255",
                                        "\340\270\201",
                                        ".",
                                        "\342\200\215" };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) string = g_string_new (NULL);
      g_autofree char *exact = NULL;
      g_autofree char *shown = NULL;

      for (guint i = 0, n = (guint) g_rand_int_range (random, 0, 14); i < n; i++)
        g_string_append (string, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      /* The copy is exactly as long as the text, so that a sanitizer notices any read past the end. */
      exact = g_memdup2 (string->str, MAX (string->len, 1));
      shown = show_words (exact, (gssize) string->len);
      g_assert_nonnull (shown);
    }
}

/* A word is the same amid a text and by itself, where what stands behind the given length does not count. The hash is
 * that of the folded form. */
static void
test_words_hashed (void)
{
  static const char *const pieces[]
      = { "a",  "Be",   "cat",       "four4", "Seven77", "eight888", "ninth9999", " ",          " ",     " ",   "'",
          "'s", "'S x", "\342\200\231s", "-",     "\303\251",  "\302\255",  "\342\200\215", "\342\200\224", "\346\227\245", "\377" };
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  guint n_words = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_auto (QuarryWords) hashed = { 0 };
      g_auto (QuarryWords) plain = { 0 };
      QuarrySpan span, other;
      const char *folded, *again;
      gsize length, other_length;
      guint64 hash;

      for (guint i = 0, n = (guint) g_rand_int_range (random, 0, 14); i < n; i++)
        g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
      quarry_words_init (&hashed, text->str, (gssize) text->len);
      quarry_words_init (&plain, text->str, (gssize) text->len);
      for (; quarry_words_next_hashed (&hashed, &span, &folded, &length, &hash); n_words++)
        {
          g_auto (QuarryWords) alone = { 0 };

          g_assert_cmpuint (hash, ==, quarry_words_hash (folded, length));
          g_assert_cmpuint (strlen (folded), ==, length);
          g_assert_true (quarry_words_next (&plain, &other, &again, NULL));
          g_assert_cmpuint (span.start, ==, other.start);
          g_assert_cmpuint (span.end, ==, other.end);
          g_assert_cmpstr (folded, ==, again);
          quarry_words_init (&alone, text->str + span.start, span.end - span.start);
          g_assert_true (quarry_words_next (&alone, &other, &again, &other_length));
          g_assert_cmpuint (other.end, ==, span.end - span.start);
          g_assert_cmpstr (folded, ==, again);
          g_assert_cmpuint (length, ==, other_length);
        }
      g_assert_false (quarry_words_next (&plain, NULL, NULL, NULL));
    }
  g_assert_cmpuint (n_words, >, 20000);
}

/* The words of many sentences are the same as those of each sentence by itself. Equal folded forms have the same
 * number, different ones do not. */
static void
test_sentence_words (void)
{
  g_autoptr (GString) text = g_string_new ("Élan, the Elan! ");
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_autoptr (QuarrySentenceWords) words = NULL;
  const QuarrySpan *sentences;

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "w%u x%u \xff \u732b\u304c. ", i * i % 2003, i % 7);
  for (guint32 at = 0, n; at < text->len; at += n)
    {
      QuarrySpan span = { at, at };

      n = MIN ((guint32) g_test_rand_int_range (0, 60), (guint32) text->len - at);
      span.end += n;
      g_array_append_val (spans, span);
    }
  sentences = (const QuarrySpan *) (gpointer) spans->data;
  words = quarry_sentence_words_new (text->str, sentences, spans->len);
  g_assert_cmpuint (words->n, ==, spans->len);

  for (guint i = 0; i < spans->len; i++)
    {
      g_auto (QuarryWords) reading = { 0 };
      guint32 w = words->first_words[i];
      const char *folded;
      QuarrySpan span;
      gsize length;

      quarry_words_init (&reading, text->str + sentences[i].start, sentences[i].end - sentences[i].start);
      for (; quarry_words_next (&reading, &span, &folded, &length); w++)
        {
          const QuarrySentenceForm *form = &words->forms[words->words[w].form];
          gpointer known;

          g_assert_cmpuint (words->words[w].form, <, words->n_forms);
          g_assert_cmpuint (words->words[w].span.start, ==, sentences[i].start + span.start);
          g_assert_cmpuint (words->words[w].span.end, ==, sentences[i].start + span.end);
          g_assert_cmpstr (form->folded, ==, folded);
          g_assert_cmpuint (form->length, ==, length);
          g_assert_cmpint (form->is_stop, ==, quarry_words_is_stop_word (folded, length));
          if (!g_hash_table_lookup_extended (numbers, folded, NULL, &known))
            {
              /* Numbers are given out in the order in which the forms come. */
              known = GUINT_TO_POINTER (g_hash_table_size (numbers));
              g_hash_table_insert (numbers, g_strdup (folded), known);
            }
          g_assert_cmpuint (words->words[w].form, ==, GPOINTER_TO_UINT (known));
        }
      g_assert_cmpuint (words->first_words[i + 1], ==, w);
    }
  g_assert_cmpuint (words->n_forms, ==, g_hash_table_size (numbers));
  g_assert_cmpuint (words->n_forms, >, 900);
}

/* The words of a part, where they are told from those of its sentences, are those of its text alone, wherever sentences
 * and part begin and end. Told are those of most parts whose sentences are parted by blanks. */
static void
assert_part_words (const QuarrySentenceWords *words, QuarrySpan part, guint *n_told)
{
  g_auto (QuarryWords) alone = { 0 };
  QuarryPartWords found;
  const char *folded;
  QuarrySpan span;
  gsize length;
  guint32 n = 0;

  if (!quarry_sentence_words_of_part (words, part, &found))
    return;
  ++*n_told;
  quarry_words_init (&alone, words->text + part.start, part.end - part.start);
  for (; quarry_words_next (&alone, &span, &folded, &length); n++)
    {
      const QuarrySentenceForm *form;

      g_assert_cmpuint (n, <, found.n);
      form = &found.forms[found.words[n].form];
      g_assert_cmpstr (form->folded, ==, folded);
      g_assert_cmpuint (form->length, ==, length);
      g_assert_cmpuint (form->hash, ==, quarry_words_hash (folded, length));
      g_assert_cmpuint (found.words[n].span.start - found.start, ==, span.start);
      g_assert_cmpuint (found.words[n].span.end - found.start, ==, span.end);
    }
  g_assert_cmpuint (n, ==, found.n);
}

static void
test_part_words_of_pieces (void)
{
  static const char *const pieces[]
      = { "a", "Elan", "Élan", "e\314\201", "'", "’", "s", "'s", "S", "7", " ", " ", " ", "\n\n", "-", ".", "\302\255",
          "\342\200\215", "\342\200\214", "。", "猫が", "อา", "ကျ", "가", "\302\240", "\377", "\303", "\251" };
  guint n_told = 0;

  for (guint round = 0; round < 20000; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      QuarrySpan sentences[8];
      g_autoptr (QuarrySentenceWords) words = NULL;
      guint32 at = 0;
      guint n = 0;

      for (gint i = g_test_rand_int_range (1, 16); i > 0; i--)
        g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
      for (; n < G_N_ELEMENTS (sentences) && at < text->len; n++)
        {
          sentences[n].start = MIN (at + (guint32) g_test_rand_int_range (0, 3) / 2, (guint32) text->len);
          at = MIN (sentences[n].start + (guint32) g_test_rand_int_range (0, 9), (guint32) text->len);
          sentences[n].end = at;
        }
      words = quarry_sentence_words_new (text->str, sentences, n);
      for (guint i = 0; i < 8; i++)
        {
          gint32 start = g_test_rand_int_range (0, (gint32) text->len + 1);
          gint32 end = g_test_rand_int_range (start, (gint32) text->len + 1);

          assert_part_words (words, (QuarrySpan) { (guint32) start, (guint32) end }, &n_told);
        }
    }
  g_assert_cmpuint (n_told, >, 40000);
}

static void
test_part_words_of_sentences (void)
{
  static const char text[]
      = "Élan’s dog isn't here. “Really?” asked Ann.[3] So be it!\n\nNo. 5 is free.猫が寝る。犬も寝る。 "
        "Der Mü\302\255ller kam. สวัสดี";
  g_autoptr (GArray) sentences = quarry_sentences_of_text (text, -1);
  const QuarrySpan *spans = (const QuarrySpan *) (gpointer) sentences->data;
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_new (text, spans, sentences->len);
  guint n_told = 0, n_parts = 0;

  g_assert_cmpuint (sentences->len, >, 6);
  for (guint first = 0; first < sentences->len; first++)
    for (guint last = first; last < sentences->len; last++, n_parts++)
      assert_part_words (words, (QuarrySpan) { spans[first].start, spans[last].end }, &n_told);
  g_assert_cmpuint (n_told, ==, n_parts);

  n_told = 0;
  for (guint32 start = 0; start < sizeof text; start++)
    for (guint32 end = start; end < sizeof text; end++)
      assert_part_words (words, (QuarrySpan) { start, end }, &n_told);
  g_assert_cmpuint (n_told, >, 1000);
}

/* The hash is the one that is documented, for every length, although it reads eight bytes at a time; nothing past the
 * end is read. */
static void
test_hash (void)
{
  for (guint i = 0; i < 20000; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, 40);
      g_autofree char *word = g_malloc (length + 1);
      guint64 expected = length + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

      for (gsize at = 0; at < length; at++)
        word[at] = (char) g_test_rand_int_range (1, 256);
      for (gsize at = 0; at < length; at += 8)
        {
          guint64 chunk = 0;

          memcpy (&chunk, word + at, MIN (8, length - at));
          expected = (expected ^ chunk) * G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
          expected ^= expected >> 32;
        }
      word[length] = (char) g_test_rand_int_range (0, 256);
      g_assert_cmpuint (quarry_words_hash (word, length), ==, expected);
    }
}

static void
test_stop_words (void)
{
  static const char *const stops[]
      = { "a", "the", "of", "who", "yourselves", "themselves", "about", "don" };
  static const char *const words[] = { "", "th", "thee", "stone", "zebra", "yourselvesx", "aa" };

  for (guint i = 0; i < G_N_ELEMENTS (stops); i++)
    g_assert_true (quarry_words_is_stop_word (stops[i], strlen (stops[i])));
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_assert_false (quarry_words_is_stop_word (words[i], strlen (words[i])));
  g_assert_true (quarry_words_is_stop_word ("theory", 3));
}

static char *
show_sentences (const char *text)
{
  g_autoptr (GArray) sentences = quarry_sentences_of_text (text, -1);
  GString *out = g_string_new (NULL);
  guint32 end = 0;

  for (guint i = 0; i < sentences->len; i++)
    {
      QuarrySpan span = g_array_index (sentences, QuarrySpan, i);

      g_assert_cmpuint (span.start, >=, end);
      g_assert_cmpuint (span.end, >, span.start);
      g_assert_cmpuint (span.end, <=, strlen (text));
      end = span.end;
      if (i > 0)
        g_string_append_c (out, '|');
      g_string_append_len (out, text + span.start, span.end - span.start);
    }
  return g_string_free (out, FALSE);
}

/* "|" marks where a sentence ends. The test puts the blank or line end after it back. */
static void
test_sentences (void)
{
  static const char *const cases[] = {
    "One is here.|Two is there!|Three?|Yes.",
    "Dr. Smith met Mr. Jones and Mrs. Brown.|They left.",
    "J. R. R. Tolkien wrote it.|C. S. Lewis read it.",
    "It was written by George W. Bush.|He left.",
    "We chose Plan B.|The rest is known.",
    "See No. 5 and p. 12 and Fig. 3 of vol. II.|No.|That is all.",
    "Use tools, e.g. Hammers, i.e. Iron ones.|Then rest.",
    "Smith et al. (2003) found it.|Later work (Doe et al. 2004) agrees.",
    "It costs 3.50 euros.|Version 2.0 is out.",
    "The U.S. Army came.|He lives in the U.S.|They know.",
    "Acme Inc. Chairman Bob spoke.|He works at Acme Inc.|The firm grew.",
    "Bring pens, paper, etc.|We will write.",
    "He left at 5 p.m.|The train was late.",
    "On Oct. 3 it rained.|It was in Oct.|Then it was dry.",
    "Am 3. Oktober kam z.B. Herr Dr. Meier, d.h. Otto.|Im 19. Jahrhundert nicht.",
    "M. Dupont est parti.|Cf. Mme. Curie.",
    "La Sra. Garc\303\255a vive con el Sr. L\303\263pez.|Bien.",
    "1. Introduction to stone.|It is hard.",
    "\"Really?\" she said.|\"Stop!\"|He ran.",
    "It is known.[3]|Then it was lost.",
    "He was 42.|She was 40.",
    "In 1990.|Then came 1991.",
    "So do I.|Then we go.",
    ("\346\210\221\346\235\245\344\272\206\343\200\202|"
     "\344\275\240\350\265\260\344\272\206\343\200\202"),
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strdelimit (g_strdup (cases[i]), "|", i % 2 ? ' ' : '\n');
      g_autofree char *shown = show_sentences (text);

      g_assert_cmpstr (shown, ==, cases[i]);
    }
}

/* Chinese and Japanese have no blanks between sentences. A comma does not end a sentence. */
static void
test_without_blanks (void)
{
  static const char *const cases[] = {
    "今日は晴れです。|明日は雨でしょう。",
    "本当ですか？|はい、本当です！|では、また。",
    "東京は日本の首都で、人口は約1400万人である。|大阪はその次に大きい。",
    "我昨天去了图书馆，借了三本书。|你呢？|我没有去。",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) parts = g_strsplit (cases[i], "|", -1);
      g_autofree char *text = g_strjoinv ("", parts);
      g_autofree char *shown = show_sentences (text);

      g_assert_cmpstr (shown, ==, cases[i]);
    }
}

static void
test_lines (void)
{
  g_autofree char *shown = NULL;

  shown = show_sentences ("  A title\n\nA line that\ngoes on. And \r\n ends\n \t\r\n\nLast  ");
  g_assert_cmpstr (shown, ==, "A title|A line that\ngoes on.|And \r\n ends|Last");
  g_clear_pointer (&shown, g_free);
  shown = show_sentences ("");
  g_assert_cmpstr (shown, ==, "");
  g_clear_pointer (&shown, g_free);
  shown = show_sentences (" \n\n ");
  g_assert_cmpstr (shown, ==, "");
}

static void
test_sentences_of_document (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) sentences = NULL;
  g_autoptr (GString) code = g_string_new (NULL);
  const char *text;
  static const char *const expected[]
      = { "A. Heading. With stops.", "No stop here", "One.", "Two.", "a\tb", "c\td" };

  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "A. Heading. With stops.", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "No stop here", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_LIST_ITEM, 1, "One. Two.", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_TABLE, 0, "a\tb\nc\td", -1);
  for (guint i = 0; i < 30; i++)
    g_string_append_printf (code, "x = %u. Y\n", i);
  quarry_document_builder_add (builder, QUARRY_BLOCK_CODE, 0, code->str, -1);
  document = quarry_document_builder_end (builder);
  text = quarry_document_get_text (document, NULL);
  sentences = quarry_sentences_of_document (document);
  g_assert_cmpuint (sentences->len, ==, G_N_ELEMENTS (expected) + 3);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      QuarrySpan span = g_array_index (sentences, QuarrySpan, i);
      g_autofree char *sentence = g_strndup (text + span.start, span.end - span.start);

      g_assert_cmpstr (sentence, ==, expected[i]);
    }
}

/* A text without sentence ends is cut into parts of a line or two, at a pause if there is one. */
static void
test_without_end (void)
{
  static const char *const pauses[] = { " ", ", ", "; " };
  guint n[G_N_ELEMENTS (pauses)];

  for (guint k = 0; k < G_N_ELEMENTS (pauses); k++)
    {
      g_autoptr (GString) text = g_string_new ("it");
      g_autoptr (GArray) sentences = NULL;

      while (text->len < 5000)
        g_string_append_printf (text, "%swent on and then they said", pauses[k]);
      sentences = quarry_sentences_of_text (text->str, -1);
      n[k] = sentences->len;
      for (guint i = 0; i < n[k]; i++)
        {
          QuarrySpan span = g_array_index (sentences, QuarrySpan, i);

          g_assert_cmpuint (span.end - span.start, >=, 60);
          g_assert_cmpuint (span.end - span.start, <=, 260);
          g_assert_cmpuint (span.start, ==, i > 0 ? g_array_index (sentences, QuarrySpan, i - 1).end + 1 : 0);
          if (i + 1 < n[k] && k > 0)
            g_assert_cmpint (text->str[span.end - 1], ==, *pauses[k]);
        }
      g_assert_cmpuint (g_array_index (sentences, QuarrySpan, n[k] - 1).end, ==, text->len);

      /* A long sentence that does end is kept whole. */
      g_string_truncate (text, 900);
      g_array_unref (sentences);
      sentences = quarry_sentences_of_text (text->str, -1);
      g_assert_cmpuint (sentences->len, ==, 1);

      /* A text without blanks is kept whole. */
      g_string_truncate (text, 0);
      for (guint i = 0; i < 5000; i++)
        g_string_append_c (text, 'x');
      g_array_unref (sentences);
      sentences = quarry_sentences_of_text (text->str, -1);
      g_assert_cmpuint (sentences->len, ==, 1);
    }
  g_assert_cmpuint (n[0], >=, 20);
  g_assert_cmpuint (n[1], >, n[0]);
  g_assert_cmpuint (n[2], >, n[1]);
}

/* A random character of any class that the rules know; the classes that matter most are the most frequent. */
static gunichar
random_character (void)
{
  static const gunichar characters[] = {
    'a', 'b', 'A', 'B', '1', '.', '.', '.', '!', '?', ' ', ' ', '\t', '\v', '\n', '\r', ',', '-', ':', ';', '(', ')', '"', '\'',
    '#', '%', '[', ']', 0xe9, 0xc9, 0x3b1, 0x391, 0x4e2d, 0x3042, 0x2018, 0x201c, 0x201d, 0xab, 0xbb, 0x301, 0x308, 0x200d,
    0xad, 0x2060, 0x85, 0x2028, 0x2029, 0xa0, 0x3000, 0x3002, 0xff0e, 0xff01, 0x2024, 0xfe52, 0xff0c, 0x660, 0x61f,
    0x1f600, 0x1d400, 0xe0100, 0x2026,
  };
  gunichar c;

  if (g_test_rand_int_range (0, 20) > 0)
    return characters[g_test_rand_int_range (0, G_N_ELEMENTS (characters))];
  do
    c = (gunichar) g_test_rand_int_range (1, 0x20000);
  while (!g_unichar_validate (c));
  return c;
}

/* The result is compared with that of ICU's own break iterator. */
static void
test_sentence_break (void)
{
  UErrorCode status = U_ZERO_ERROR;
  UBreakIterator *breaker = ubrk_open (UBRK_SENTENCE, "", NULL, 0, &status);
  UText *utext = NULL;

  g_assert_true (U_SUCCESS (status));
  for (guint i = 0; i < 30000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_test_rand_int_range (1, 24);
      gsize found = 0;
      gint32 expected;

      for (guint c = 0; c < n; c++)
        g_string_append_unichar (text, random_character ());
      utext = utext_openUTF8 (utext, text->str, (gint64) text->len, &status);
      ubrk_setUText (breaker, utext, &status);
      g_assert_true (U_SUCCESS (status));
      while ((expected = ubrk_next (breaker)) != UBRK_DONE)
        {
          found = quarry_sentence_break_next (text->str, text->len, found);
          if (found != (gsize) expected)
            g_test_message ("“%s”", text->str);
          g_assert_cmpuint (found, ==, expected);
        }
      g_assert_cmpuint (found, ==, text->len);
    }
  utext_close (utext);
  ubrk_close (breaker);

  /* Invalid bytes, and empty text, do not keep the function from returning. */
  g_assert_cmpuint (quarry_sentence_break_next ("", 0, 0), ==, 0);
  g_assert_cmpuint (quarry_sentence_break_next ("\377.\200 \303", 5, 0), ==, 2);
}

static gpointer
break_in_thread (gpointer data)
{
  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *shown = show_sentences ("Dr. A met B\303\266b. \346\210\221 went. End.");
      g_autofree char *words = show_words ("\346\235\261\344\272\254\343\201\257 B\303\266b", -1);

      g_assert_cmpstr (shown, ==, "Dr. A met B\303\266b.|\346\210\221 went.|End.");
      g_assert_cmpstr (words, ==, "\346\235\261\344\272\254|\343\201\257|B\303\266b:bob");
    }
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("breaks", break_in_thread, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Each ASCII character is tried at every position of a word and of the text. */
static void
test_words_ascii (void)
{
  static const char letters[] = "abcDEF12345ghijKLMNOPqrzAZ09x";
  gsize n = strlen (letters);

  for (int c = 1; c < 128; c++)
    for (gsize at = 0; at < n; at++)
      for (gsize length = at + 1; length <= n; length++)
        {
          char text[sizeof letters];
          g_auto (QuarryWords) words = { 0 };
          gsize start = 0;

          memcpy (text, letters, n);
          text[at] = (char) c;
          quarry_words_init (&words, text, (gssize) length);
          for (;;)
            {
              QuarrySpan span;
              const char *folded;
              gsize end, folded_length;

              while (start < length && !g_ascii_isalnum (text[start]))
                start++;
              if (start == length)
                break;
              for (end = start; end < length && g_ascii_isalnum (text[end]);)
                end++;
              g_assert_true (quarry_words_next (&words, &span, &folded, &folded_length));
              g_assert_cmpuint (span.start, ==, start);
              g_assert_cmpuint (span.end, ==, end);
              g_assert_cmpuint (folded_length, ==, end - start);
              g_assert_cmpuint (folded[folded_length], ==, '\0');
              for (gsize i = start; i < end; i++)
                g_assert_cmpint (folded[i - start], ==, g_ascii_tolower (text[i]));
              start = end;
            }
          g_assert_false (quarry_words_next (&words, NULL, NULL, NULL));
        }
}

/* Words of any length. */
static void
test_words_long (void)
{
  for (gsize n = 1; n < 1000; n += 1 + n / 16)
    {
      g_autofree char *word = g_strnfill (n, 'Q');
      g_autofree char *text = g_strdup_printf ("a %s, %s\303\211 b", word, word);
      g_autofree char *wanted = g_strnfill (n, 'q');
      g_autofree char *accented = g_strdup_printf ("%se", wanted);
      g_auto (QuarryWords) words = { 0 };
      const char *folded;

      quarry_words_init (&words, text, -1);
      g_assert_true (quarry_words_next (&words, NULL, &folded, NULL));
      g_assert_cmpstr (folded, ==, "a");
      g_assert_true (quarry_words_next (&words, NULL, &folded, NULL));
      g_assert_cmpstr (folded, ==, wanted);
      g_assert_true (quarry_words_next (&words, NULL, &folded, NULL));
      g_assert_cmpstr (folded, ==, accented);
      g_assert_true (quarry_words_next (&words, NULL, &folded, NULL));
      g_assert_cmpstr (folded, ==, "b");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/breaks/words", test_words);
  g_test_add_func ("/breaks/words-bounds", test_words_bounds);
  g_test_add_func ("/breaks/words-random", test_words_random);
  g_test_add_func ("/breaks/words-hashed", test_words_hashed);
  g_test_add_func ("/breaks/sentence-words", test_sentence_words);
  g_test_add_func ("/breaks/part-words", test_part_words_of_pieces);
  g_test_add_func ("/breaks/part-words-of-sentences", test_part_words_of_sentences);
  g_test_add_func ("/breaks/hash", test_hash);
  g_test_add_func ("/breaks/stop-words", test_stop_words);
  g_test_add_func ("/breaks/sentence-break", test_sentence_break);
  g_test_add_func ("/breaks/sentences", test_sentences);
  g_test_add_func ("/breaks/without-blanks", test_without_blanks);
  g_test_add_func ("/breaks/lines", test_lines);
  g_test_add_func ("/breaks/document", test_sentences_of_document);
  g_test_add_func ("/breaks/without-end", test_without_end);
  g_test_add_func ("/breaks/threads", test_threads);
  g_test_add_func ("/breaks/words-ascii", test_words_ascii);
  g_test_add_func ("/breaks/words-long", test_words_long);

  return g_test_run ();
}
