/* test-document.c: documents, their builder and their stored form
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/document/quarry-document.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char *
block_text (QuarryDocument *document, guint i)
{
  guint n;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n);

  g_assert_cmpuint (i, <, n);
  return g_strndup (quarry_document_get_text (document, NULL) + blocks[i].span.start,
                    blocks[i].span.end - blocks[i].span.start);
}

static void
assert_block (QuarryDocument *document, guint i, QuarryBlockKind kind, const char *expected)
{
  g_autofree char *text = block_text (document, i);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (quarry_document_get_blocks (document, NULL)[i].kind, ==, kind);
}

static QuarryDocument *
build_one (QuarryBlockKind kind, const char *text, gssize length)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  quarry_document_builder_add (builder, kind, 1, text, length);
  return quarry_document_builder_end (builder);
}

static QuarryDocument *
build_example (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  quarry_document_builder_set_title (builder, "  The\nQuarry  ");
  quarry_document_builder_set_metadata (builder, "author", "Ada Stone");
  quarry_document_builder_set_metadata (builder, "language", "en");
  quarry_document_builder_set_metadata (builder, "keywords", " \t ");
  quarry_document_builder_begin_page (builder, 1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Before all headings.", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Stone", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 3, "Marble", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Marmor hei\303\237t er,", -1);
  quarry_document_builder_begin_page (builder, 2);
  quarry_document_builder_extend (builder, "auch hier.", -1);
  quarry_document_builder_begin_page (builder, 3);
  quarry_document_builder_begin_page (builder, 4);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 2, "Slate", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_LIST_ITEM, 1, "one", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_LIST_ITEM, 2, "two", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "\346\257\233\345\210\267", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_TABLE, 0, "a \t  b  c\r\n\td\n \n", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_CODE, 0, "\n\n  if (x)\n    y ();\n\n", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_QUOTE, 0, "Fin.", -1);
  return quarry_document_builder_end (builder);
}

static void
test_structure (void)
{
  g_autoptr (QuarryDocument) document = build_example ();
  guint n;
  gsize length;
  const char *text = quarry_document_get_text (document, &length);
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n);
  const QuarryPage *pages;

  g_assert_cmpuint (n, ==, 11);
  g_assert_cmpuint (strlen (text), ==, length);
  g_assert_cmpstr (quarry_document_get_title (document), ==, "The Quarry");
  g_assert_cmpstr (quarry_document_get_metadata (document, "author"), ==, "Ada Stone");
  g_assert_null (quarry_document_get_metadata (document, "keywords"));
  assert_block (document, 0, QUARRY_BLOCK_PARAGRAPH, "Before all headings.");
  assert_block (document, 3, QUARRY_BLOCK_PARAGRAPH, "Marmor hei\303\237t er, auch hier.");
  assert_block (document, 6, QUARRY_BLOCK_LIST_ITEM, "two");
  g_assert_cmpuint (blocks[6].level, ==, 2);
  assert_block (document, 8, QUARRY_BLOCK_TABLE, "a\tb c\n\td");
  assert_block (document, 9, QUARRY_BLOCK_CODE, "  if (x)\n    y ();");
  assert_block (document, 10, QUARRY_BLOCK_QUOTE, "Fin.");
  g_assert_cmpuint (blocks[10].span.end, ==, length);

  pages = quarry_document_get_pages (document, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (pages[2].number, ==, 4);
  g_assert_cmpuint (quarry_document_page_at (document, 0), ==, 1);
  g_assert_true (g_str_has_prefix (text + pages[1].start, "auch hier."));
  g_assert_cmpuint (quarry_document_page_at (document, pages[1].start - 1), ==, 1);
  g_assert_cmpuint (quarry_document_page_at (document, pages[1].start), ==, 2);
  g_assert_cmpuint (quarry_document_page_at (document, blocks[4].span.start), ==, 4);
  g_assert_cmpuint (quarry_document_page_at (document, G_MAXUINT32), ==, 4);
}

static void
assert_path (QuarryDocument *document, guint block, const char *expected)
{
  const QuarryBlock *blocks = quarry_document_get_blocks (document, NULL);
  g_auto (GStrv) path = quarry_document_heading_path (document, blocks[block].span.start);
  g_autofree char *joined = g_strjoinv (" > ", path);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_heading_path (void)
{
  g_autoptr (QuarryDocument) document = build_example ();

  assert_path (document, 0, "");
  assert_path (document, 1, "Stone");
  assert_path (document, 2, "Stone > Marble");
  assert_path (document, 3, "Stone > Marble");
  assert_path (document, 5, "Stone > Slate");
  assert_path (document, 8, "\346\257\233\345\210\267");
}

/* Only the beginning of a text that is marked as a heading is taken as one, cut between characters. */
static void
test_long_heading (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *expected = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append (text, "\346\257\233");
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, text->str, -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Words.", -1);
  document = quarry_document_builder_end (builder);
  expected = g_strndup (text->str, 1023);
  assert_path (document, 0, expected);
  assert_path (document, 1, expected);
}

static void
test_cleaning (void)
{
  static const struct
  {
    QuarryBlockKind kind;
    const char *text;
    gssize length;
    const char *expected;
  } cases[] = {
    { QUARRY_BLOCK_PARAGRAPH, " a\t\r\n b\302\240\342\200\203c ", -1, "a b c" },
    { QUARRY_BLOCK_PARAGRAPH, "a\0b\001c\177", 6, "abc" },
    { QUARRY_BLOCK_PARAGRAPH, "soft\302\255ware", -1, "software" },
    { QUARRY_BLOCK_PARAGRAPH, "\357\273\277zero\342\200\213width", -1, "zerowidth" },
    { QUARRY_BLOCK_PARAGRAPH,
      "bad \303 and \355\240\200.",
      -1,
      "bad \357\277\275 and \357\277\275\357\277\275\357\277\275." },
    { QUARRY_BLOCK_PARAGRAPH, "Cafe\314\201", -1, "Caf\303\251" },
    { QUARRY_BLOCK_PARAGRAPH, "e \314\201x", -1, "e \314\201x" },
    { QUARRY_BLOCK_PARAGRAPH, "\342\204\253", -1, "\303\205" },
    { QUARRY_BLOCK_CODE, "a\r\nb\rc\t d  ", -1, "a\nb\nc\t d" },
    { QUARRY_BLOCK_TABLE, "a\t\t\n\t\nb\tc", -1, "a\nb\tc" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryDocument) document
          = build_one (cases[i].kind, cases[i].text, cases[i].length);

      g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, cases[i].expected);
    }
}

static void
test_empty (void)
{
  g_autoptr (QuarryDocument) document = build_one (QUARRY_BLOCK_PARAGRAPH, " \n\302\255 ", -1);
  g_autoptr (GBytes) bytes = quarry_document_serialize (document);
  g_autoptr (QuarryDocument) again = quarry_document_deserialize (bytes, NULL);
  g_auto (GStrv) path = quarry_document_heading_path (document, 0);
  guint n;

  quarry_document_get_blocks (again, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (quarry_document_page_at (again, 0), ==, 0);
  g_assert_cmpuint (g_strv_length (path), ==, 0);
}

static void
test_many_marks (void)
{
  g_autoptr (GString) string = g_string_new ("a");
  g_autoptr (QuarryDocument) document = NULL;

  /* Sorting all these marks would take minutes. */
  for (guint i = 0; i < 500000; i++)
    g_string_append (string, i % 2 ? "\314\201" : "\314\247");
  document = build_one (QUARRY_BLOCK_PARAGRAPH, string->str, (gssize) string->len);
  g_assert_cmpuint (strlen (quarry_document_get_text (document, NULL)), <, 100);
}

static void
test_full (void)
{
  gsize length = (gsize) QUARRY_DOCUMENT_MAX_TEXT / 2 - 1;
  g_autofree char *text = g_malloc (length);
  g_autoptr (QuarryDocument) document = NULL;
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  gsize total;
  guint n;

  memset (text, 'x', length);
  g_assert_true (
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, (gssize) length));
  text[1] = '\303', text[2] = '\237';
  g_assert_true (
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, (gssize) length - 4));
  /* There is room for a separator and two bytes. The letter after the first one takes two bytes itself. */
  g_assert_false (quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, 5));
  g_assert_false (quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "y", 1));
  document = quarry_document_builder_end (builder);
  quarry_document_get_text (document, &total);
  quarry_document_get_blocks (document, &n);
  g_assert_cmpuint (total, ==, QUARRY_DOCUMENT_MAX_TEXT - 1);
  g_assert_cmpuint (n, ==, 3);
}

static void
test_offsets (void)
{
  g_autoptr (GString) string = g_string_new (NULL);
  g_autoptr (QuarryDocument) document = NULL;
  const char *text;
  gsize length;
  guint32 characters = 0;

  for (guint i = 0; i < 3000; i++)
    g_string_append (string, i % 3 == 0 ? "x" : i % 3 == 1 ? "\303\244" : "\360\237\247\261");
  document = build_one (QUARRY_BLOCK_PARAGRAPH, string->str, -1);
  text = quarry_document_get_text (document, &length);
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p), characters++)
    g_assert_cmpuint (quarry_document_characters_at (document, (guint32) (p - text)), ==, characters);
  g_assert_cmpuint (quarry_document_characters_at (document, G_MAXUINT32), ==, characters);
  g_assert_cmpuint (quarry_document_characters_at (document, (guint32) length), ==, characters);
}

static void
assert_same (QuarryDocument *a, QuarryDocument *b)
{
  g_autoptr (GBytes) first = quarry_document_serialize (a);
  g_autoptr (GBytes) second = quarry_document_serialize (b);

  g_assert_true (g_bytes_equal (first, second));
}

static void
test_round_trip (void)
{
  g_autoptr (QuarryDocument) document = build_example ();
  g_autoptr (GBytes) bytes = quarry_document_serialize (document);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) again = quarry_document_deserialize (bytes, &error);

  g_assert_no_error (error);
  assert_same (document, again);
  g_assert_cmpstr (quarry_document_get_title (again), ==, "The Quarry");
  g_assert_cmpstr (quarry_document_get_metadata (again, "language"), ==, "en");
  assert_path (again, 5, "Stone > Slate");
}

/* Head and text given apart result in the same bytes, wherever the boundary lies within a word of the checksum; a text
 * that is used in place is not copied. */
static void
test_in_place (void)
{
  for (guint n = 0; n < 40; n++)
    {
      g_autofree char *title = g_strnfill (n % 11, 't');
      g_autofree char *words = g_strnfill (n, 'w');
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (QuarryDocument) again = NULL;
      g_autoptr (GBytes) whole = NULL;
      g_autoptr (GBytes) head = NULL;
      g_autoptr (GByteArray) both = g_byte_array_new ();
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;
      const char *text;
      gsize length;

      quarry_document_builder_set_title (builder, title);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, words, -1);
      document = quarry_document_builder_end (builder);
      whole = quarry_document_serialize (document);
      head = quarry_document_serialize_head (document);
      text = quarry_document_get_text (document, &length);
      g_byte_array_append (both, g_bytes_get_data (head, NULL), (guint) g_bytes_get_size (head));
      g_byte_array_append (both, (const guint8 *) text, (guint) length + 1);
      g_assert_cmpmem (both->data, both->len - 1, g_bytes_get_data (whole, NULL), g_bytes_get_size (whole));

      bytes = g_bytes_new_static (both->data, both->len - 1);
      again = quarry_document_deserialize_in_place (bytes, FALSE, &error);
      g_assert_no_error (error);
      assert_same (document, again);
      g_assert_true (quarry_document_get_text (again, NULL)
                     == (const char *) both->data + g_bytes_get_size (head));
    }
}

static void
count_cb (gpointer count)
{
  ++*(guint *) count;
}

/* A text that is kept in a file equals one in memory. If the file cannot be written, there is no document. */
static void
test_spilled (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("quarry-spill-XXXXXX", &path, NULL);
  int shut = open (path, O_RDONLY | O_CLOEXEC);
  QuarryDocumentBuilder *builders[3];
  QuarryDocument *documents[3];
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QuarryDocument) again = NULL;
  g_autoptr (GBytes) spilled_bytes = NULL;
  g_autoptr (GError) error = NULL;
  guint n_spilled = 0;
  gsize length;

  g_assert_cmpint (unlink (path), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (builders); i++)
    builders[i] = quarry_document_builder_new ();
  quarry_document_builder_spill (builders[1], fd, count_cb, &n_spilled);
  quarry_document_builder_spill (builders[2], shut, count_cb, &n_spilled);
  for (guint k = 0; k < G_N_ELEMENTS (builders); k++)
    {
      for (guint i = 0; i < 90000; i++)
        {
          g_autofree char *text = g_strdup_printf ("%u. The dog slept by the fire, größer than before, and it was "
                                                   "cold outside in the night for a while.", i * 7919 % 90001);

          quarry_document_builder_add (builders[k], i % 100 == 0 ? QUARRY_BLOCK_HEADING : QUARRY_BLOCK_PARAGRAPH,
                                       1 + i % 3, text, -1);
        }
      documents[k] = quarry_document_builder_end (builders[k]);
    }
  g_assert_cmpuint (n_spilled, >=, 2);
  g_assert_null (documents[2]);
  assert_same (documents[0], documents[1]);
  g_assert_cmpstr (quarry_document_get_metadata (documents[1], "language"), ==, "en");
  quarry_document_get_text (documents[1], &length);
  quarry_document_forget (documents[1], (QuarrySpan) { 0, (guint32) length });

  bytes = quarry_document_serialize (documents[0]);
  spilled_bytes = quarry_document_serialize (documents[1]);
  g_assert_true (g_bytes_equal (bytes, spilled_bytes));
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  {
    g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, NULL);
    g_autoptr (GBytes) mapped = g_mapped_file_get_bytes (file);

    again = quarry_document_deserialize_in_place (mapped, TRUE, &error);
    g_assert_no_error (error);
    assert_same (documents[0], again);
    quarry_document_forget (again, (QuarrySpan) { 12345, (guint32) length });
    assert_same (documents[0], again);
  }
  g_object_unref (documents[0]);
  g_object_unref (documents[1]);
  unlink (path);
  close (fd);
  close (shut);
}

/* If a document has no text, only what surrounds the text lies in a mapping. */
static void
test_mapped_without_text (void)
{
  g_autofree char *title = g_strnfill (900, 't');
  g_autofree char *path = NULL;
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarryDocument) again = NULL;
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) mapped = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("quarry-document-XXXXXX", &path, NULL);

  quarry_document_builder_set_title (builder, title);
  document = quarry_document_builder_end (builder);
  bytes = quarry_document_serialize (document);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes), NULL));
  file = g_mapped_file_new (path, FALSE, NULL);
  mapped = g_mapped_file_get_bytes (file);
  again = quarry_document_deserialize_in_place (mapped, TRUE, &error);
  g_assert_no_error (error);
  assert_same (document, again);
  unlink (path);
  close (fd);
}

static void
test_dates (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;

  quarry_document_builder_set_metadata (builder, "created", "1601-01-01T00:00:00Z");
  quarry_document_builder_set_metadata (builder, "modified", "1601-02-01");
  document = quarry_document_builder_end (builder);
  g_assert_null (quarry_document_get_metadata (document, "created"));
  g_assert_cmpstr (quarry_document_get_metadata (document, "modified"), ==, "1601-02-01");
}

/* The stretches together are the whole text, with its blocks and pages, and none is longer than allowed. */
static void
test_stretches (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (GString) long_word = g_string_new (NULL);
  g_autoptr (QuarryDocument) document = NULL;
  const char *text;
  gsize length;
  guint n_blocks;

  for (guint i = 0; i < 700; i++)
    g_string_append (long_word, "\u00e9");
  for (guint page = 1; page <= 12; page++)
    {
      quarry_document_builder_begin_page (builder, page);
      if (page % 3 == 1)
        quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "A heading", -1);
      for (guint i = 0; i < 6; i++)
        quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                                     "Some words that stand on one page of a document.", -1);
    }
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, long_word->str, -1);
  document = quarry_document_builder_end (builder);
  text = quarry_document_get_text (document, &length);
  quarry_document_get_blocks (document, &n_blocks);

  for (guint most = 8; most < 4000; most = most * 3 / 2)
    {
      guint n_here = 0, n_cut = 0;
      QuarrySpan span = { 0, 0 };

      for (; span.end < length; span.start = span.end)
        {
          g_autoptr (QuarryDocument) stretch = NULL;
          const QuarryBlock *blocks;
          const char *own;
          guint n;
          gsize own_length;

          span.end = quarry_document_end_stretch (document, span.start, most);
          g_assert_cmpuint (span.end, >, span.start);
          g_assert_cmpuint (span.end - span.start, <=, most);
          stretch = quarry_document_copy_stretch (document, span);
          own = quarry_document_get_text (stretch, &own_length);
          g_assert_cmpmem (own, own_length, text + span.start, span.end - span.start);
          g_assert_true (g_utf8_validate (own, (gssize) own_length, NULL));
          blocks = quarry_document_get_blocks (stretch, &n);
          n_here += n;
          for (guint i = 0; i < n; i++)
            {
              g_assert_cmpuint (blocks[i].span.start, <, blocks[i].span.end);
              g_assert_cmpuint (blocks[i].span.end, <=, own_length);
            }
          n_cut += span.start > 0 && n > 0 && blocks[0].span.start == 0
                   && !g_ascii_isspace (text[span.start - 1]);
          for (guint32 at = 0; at < own_length; at += 7)
            g_assert_cmpuint (quarry_document_page_at (stretch, at), ==,
                              quarry_document_page_at (document, span.start + at));
          /* If a heading is in reach, the next stretch begins with it. */
          if (most > 1200 && span.end < length - 1500)
            g_assert_true (g_str_has_prefix (text + span.end, "A heading"));
        }
      g_assert_cmpuint (n_here, >=, n_blocks);
      if (most > 100)
        g_assert_cmpuint (n_cut, <=, 1400 / most + 1);
    }
  g_assert_cmpuint (quarry_document_end_stretch (document, (guint32) length, 100), ==, length);
}

/* A stretch of short blocks is also limited by the number of blocks, so that their memory stays bounded. */
static void
test_stretches_of_short_blocks (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  QuarrySpan span = { 0, 0 };
  guint n_blocks = 0;
  gsize length;

  for (guint i = 0; i < 10000; i++)
    quarry_document_builder_add (builder, i % 2 == 0 ? QUARRY_BLOCK_HEADING : QUARRY_BLOCK_PARAGRAPH, i % 2 == 0, "a", -1);
  document = quarry_document_builder_end (builder);
  quarry_document_get_text (document, &length);
  for (; span.end < length; span.start = span.end)
    {
      g_autoptr (QuarryDocument) stretch = NULL;
      guint n;

      span.end = quarry_document_end_stretch (document, span.start, 1u << 16);
      g_assert_cmpuint (span.end, >, span.start);
      stretch = quarry_document_copy_stretch (document, span);
      quarry_document_get_blocks (stretch, &n);
      g_assert_cmpuint (n, <=, 2048);
      n_blocks += n;
    }
  g_assert_cmpuint (n_blocks, ==, 10000);
}

/* The same holds for short sentences within one block, such as the rows of a table. Stretches end between them. */
static void
test_stretches_of_short_sentences (void)
{
  static const char *const sentences[] = { "1\t2\n",       "Oh! ",          "\"Oh!\" ",     "Ah.[1] ",
                                           "\u597d\u3002", "\u0915\u0964 ", "\u0627\u061f " };

  for (gsize i = 0; i < G_N_ELEMENTS (sentences); i++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GString) block = g_string_new (NULL);
      QuarrySpan span = { 0, 0 };
      gsize length;

      for (guint j = 0; j < 10000; j++)
        g_string_append (block, sentences[i]);
      quarry_document_builder_add (builder, i == 0 ? QUARRY_BLOCK_TABLE : QUARRY_BLOCK_PARAGRAPH, 0, block->str, -1);
      document = quarry_document_builder_end (builder);
      quarry_document_get_text (document, &length);
      for (; span.end < length; span.start = span.end)
        {
          span.end = quarry_document_end_stretch (document, span.start, 1u << 16);
          g_assert_cmpuint (span.end - span.start, <=, 2048 * strlen (sentences[i]));
          g_assert_true (span.end == length || (span.end - span.start) % strlen (sentences[i]) == 0);
        }
    }
}

/* A document has only so many blocks and pages, however many are added, and loses none of their text. */
static void
test_many_blocks (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL, again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const QuarryBlock *blocks;
  const char *text;
  gsize length;
  guint n;

  for (guint i = 0; i < QUARRY_DOCUMENT_MAX_BLOCKS + 3; i++)
    {
      quarry_document_builder_begin_page (builder, i + 1);
      g_assert_true (quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "x", 1));
    }
  document = quarry_document_builder_end (builder);
  blocks = quarry_document_get_blocks (document, &n);
  text = quarry_document_get_text (document, &length);
  g_assert_cmpuint (n, ==, QUARRY_DOCUMENT_MAX_BLOCKS);
  g_assert_cmpstr (text + blocks[n - 1].span.start, ==, "x x x x");
  g_assert_cmpuint (blocks[n - 1].span.end, ==, length);
  bytes = quarry_document_serialize (document);
  again = quarry_document_deserialize (bytes, NULL);
  g_assert_nonnull (again);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/document/dates", test_dates);
  g_test_add_func ("/document/structure", test_structure);
  g_test_add_func ("/document/heading-path", test_heading_path);
  g_test_add_func ("/document/long-heading", test_long_heading);
  g_test_add_func ("/document/cleaning", test_cleaning);
  g_test_add_func ("/document/empty", test_empty);
  g_test_add_func ("/document/many-marks", test_many_marks);
  g_test_add_func ("/document/full", test_full);
  g_test_add_func ("/document/many-blocks", test_many_blocks);
  g_test_add_func ("/document/offsets", test_offsets);
  g_test_add_func ("/document/stretches", test_stretches);
  g_test_add_func ("/document/stretches-of-short-blocks", test_stretches_of_short_blocks);
  g_test_add_func ("/document/stretches-of-short-sentences", test_stretches_of_short_sentences);
  g_test_add_func ("/document/round-trip", test_round_trip);
  g_test_add_func ("/document/in-place", test_in_place);
  g_test_add_func ("/document/mapped-without-text", test_mapped_without_text);
  g_test_add_func ("/document/spilled", test_spilled);

  return g_test_run ();
}
