/* test-readers-pdf.c: text, structure and pages of PDF files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pdf-helpers.h"
#include "read-helpers.h"

#include "core/extract/pdf/quarry-pdf.h"
#include "core/extract/pdf/quarry-pdf-fonts.h"

#include <string.h>

static void
test_paragraphs (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  add_lines (writer,
             60,
             100,
             "The first paragraph has several lines of about the same length, and a word divi-\n"
             "ded at the end of one of them, while a well-known compound keeps its own well-\n"
             "known hyphen.\n"
             "\n"
             "The second paragraph stands below a gap, and it too goes on over more than one of\n"
             "the lines that there are.\n"
             "A third one starts where the line before it was ended with room to spare on it.");
  assert_shows (writer,
                "p The first paragraph has several lines of about the same length, and a word "
                "divided at the end of one of them, while a well-known compound keeps its own "
                "well-known hyphen.\n"
                "p The second paragraph stands below a gap, and it too goes on over more than one "
                "of the lines that there are.\n"
                "p A third one starts where the line before it was ended with room to spare on "
                "it.\n");
}

static void
test_structure (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica-Bold", 20, 60, 100, "The Quarry");
  pdf_writer_text (writer, "Helvetica-Bold", 14, 60, 140, "1 Stones");
  add_lines (writer, 60, 165, "Some text that is long enough to be taken for the text of this.");
  pdf_writer_text (writer, "Helvetica-Bold", 10, 60, 195, "1.1 Marble");
  add_lines (writer, 60, 210, "More text that is long enough to be taken for the text of this:");
  add_lines (writer, 70, 230, "- white\n- black, which is found\n  in the north\n- green");
  pdf_writer_text (writer, "Courier", 10, 60, 300, "cut (stone)");
  pdf_writer_text (writer, "Courier", 10, 84, 312, "sell (stone)");
  add_lines (writer, 60, 350, "Price\nSlate\nMarble");
  add_lines (writer, 160, 350, "one\ntwo\nthree");
  assert_shows (writer,
                "h1 The Quarry\nh2 1 Stones\n"
                "p Some text that is long enough to be taken for the text of this.\n"
                "h3 1.1 Marble\n"
                "p More text that is long enough to be taken for the text of this:\n"
                "i1 white\ni1 black, which is found in the north\ni1 green\n"
                "c cut (stone)/    sell (stone)\n"
                "t Price|one/Slate|two/Marble|three\n");
}

/* A heading goes on behind a comma; a line of large type that ends in one is none. */
static void
test_heading_with_comma (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica-Bold", 20, 60, 100, "Stones: their Origins,");
  pdf_writer_text (writer, "Helvetica-Bold", 20, 60, 124, "and Uses");
  add_lines (writer, 60, 165, "Some text that is long enough to be taken for the text of this.");
  pdf_writer_text (writer, "Helvetica-Bold", 14, 60, 205, "Written by Ada,");
  add_lines (writer, 60, 240, "More text that is long enough to be taken for the text of this.");
  assert_shows (writer,
                "h1 Stones: their Origins, and Uses\n"
                "p Some text that is long enough to be taken for the text of this.\n"
                "p Written by Ada,\n"
                "p More text that is long enough to be taken for the text of this.\n");
}

static void
test_columns (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica-Bold", 18, 150, 80, "A title over both columns");
  add_lines (
      writer,
      60,
      120,
      "The left column comes first and is read to its\nvery end before anything of the right one\n"
      "is looked at, whatever stands beside it on the\nsame line of the page, and it goes on to");
  add_lines (
      writer,
      320,
      120,
      "the right one in the middle of a sentence that\nhas begun at the left. Then it comes to an "
      "end.\n"
      "Another sentence fills the last lines of it, so\nthat there are as many as at the left.");
  assert_shows (
      writer,
      "h1 A title over both columns\n"
      "p The left column comes first and is read to its very end before anything of the "
      "right one is looked at, whatever stands beside it on the same line of the page, "
      "and it goes on to the right one in the middle of a sentence that has begun at the "
      "left. Then it comes to an end. Another sentence fills the last lines of it, so that "
      "there are as many as at the left.\n");
}

/* Words at a distance from each other are separate, although poppler reports no blank between the cells of a table;
 * but a word with spaced-out letters is one word. */
static void
test_blanks (void)
{
  static const char *const titles[] = { "Introduction", "Stones and their names", "Quarries" };
  static const char spaced[] = "SPACED";
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    {
      char number[] = { (char) ('1' + i), '\0' };

      pdf_writer_text (writer, "Helvetica", 10, 60, 200 + 20 * i, number);
      pdf_writer_text (writer, "Helvetica", 10, 76, 200 + 20 * i, titles[i]);
      pdf_writer_text (writer, "Helvetica", 10, 300, 200 + 20 * i, number);
    }
  for (guint i = 0; spaced[i] != '\0'; i++)
    pdf_writer_text (writer, "Courier", 10, 60 + 9 * i, 300, (char[]) { spaced[i], '\0' });
  assert_shows (writer, "t 1 Introduction|1/2 Stones and their names|2/3 Quarries|3\nc SPACED\n");
}

/* The number in the first row of a table is not taken for a page number. */
static void
test_first_row (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  add_lines (writer, 60, 60, "1\n2\n3");
  add_lines (writer, 160, 60, "one\ntwo\nthree");
  assert_shows (writer, "t 1|one/2|two/3|three\n");
}

/* Text at the edge of a page, and text that extends beyond it, is read too. */
static void
test_edges (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica", 10, 300, 3, "At the top");
  pdf_writer_text (writer, "Helvetica", 10, -1, 100, "In the middle");
  pdf_writer_text (writer, "Helvetica", 10, 300, 797, "At the foot");
  assert_shows (writer, "p At the top\np In the middle\np At the foot\n");
}

static PdfWriter *
write_pages (guint n)
{
  PdfWriter *writer = pdf_writer_new ();

  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *header = g_strdup_printf ("%s   %u", i % 2 ? "On Stones" : "The Foot", i);
      g_autofree char *number = g_strdup_printf ("- %u -", i);
      g_autofree char *first
          = g_strdup_printf ("and goes on upon page %u, where it has its end.", i);
      g_autofree char *last = g_strdup_printf (
          "This is sentence number %u, which is begun near the foot of the page", i);

      pdf_writer_begin_page (writer);
      pdf_writer_text (writer, "Helvetica", 9, 60, 40, header);
      add_lines (writer, 60, 130, first);
      add_lines (writer, 60, 650, last);
      pdf_writer_text (writer, "Helvetica", 9, 290, 770, number);
    }
  return writer;
}

static guint
count (const char *text, const char *what)
{
  guint n = 0;

  for (const char *p = text; (p = strstr (p, what)) != NULL; p++)
    n++;
  return n;
}

/* Page headers and page numbers are not part of the text. Words that occur in a header alone are kept once, beside
 * the text. */
static void
test_pages (void)
{
  g_autoptr (QuarryDocument) document = end_and_read (write_pages (4));
  const char *text = quarry_document_get_text (document, NULL);
  guint n;
  const QuarryPage *pages = quarry_document_get_pages (document, &n);

  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpuint (count (text, "\nOn Stones 1\n"), ==, 1);
  g_assert_cmpuint (count (text, "On Stones"), ==, 1);
  /* On its own page, although a sentence continues over the end of that page. */
  g_assert_cmpint (strstr (text, "On Stones") - text, <, pages[1].start);
  g_assert_null (strstr (text, "The Foot"));
  g_assert_null (strstr (text, "- 2 -"));
  g_assert_nonnull (strstr (text, "near the foot of the page and goes on upon page 3, where"));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *start = g_strdup_printf ("and goes on upon page %u", i + 1);

      g_assert_cmpuint (pages[i].number, ==, i + 1);
      g_assert_true (g_str_has_prefix (text + pages[i].start, start));
    }
}

/* Headers are looked for again after text recognition, and those that are already noted are not noted again. */
static void
test_recognized_later (void)
{
  const guint n = 8;
  g_autoptr (GBytes) bytes = pdf_writer_end (write_pages (n), FALSE);
  g_autoptr (PopplerDocument) document = poppler_document_new_from_bytes (bytes, NULL, NULL);
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_pdf_page_free);
  g_autoptr (GArray) notes = g_array_new (FALSE, FALSE, sizeof (QuarryPdfNote));
  GArray *later[8] = { NULL };
  guint n_before[8] = { 0 };

  g_assert_nonnull (document);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PopplerPage) page = poppler_document_get_page (document, (int) i);
      QuarryPdfPage *runs = quarry_pdf_page_new (page, i + 1);

      g_ptr_array_add (pages, runs);
      if (i >= n / 2)
        {
          later[i] = runs->runs;
          runs->runs = g_array_new (FALSE, FALSE, sizeof (QuarryPdfRun));
        }
    }
  quarry_pdf_drop_running (pages, notes);
  g_assert_cmpuint (notes->len, ==, 1);

  for (guint i = n / 2; i < n; i++)
    {
      QuarryPdfPage *page = pages->pdata[i];

      g_array_unref (page->runs);
      page->runs = later[i];
      n_before[i] = page->runs->len;
    }
  quarry_pdf_drop_running (pages, notes);
  for (guint i = n / 2; i < n; i++)
    g_assert_cmpuint (((QuarryPdfPage *) pages->pdata[i])->runs->len, <, n_before[i]);
  g_assert_cmpuint (notes->len, ==, 1);
  g_assert_cmpstr (g_array_index (notes, QuarryPdfNote, 0).text, ==, "On Stones 1");
  g_free (g_array_index (notes, QuarryPdfNote, 0).text);
}

/* A footnote does not interrupt a sentence that continues on the next page. */
static void
test_footnotes (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  add_lines (writer,
             60,
             100,
             "A long sentence is begun on the first page and is not ended there, but is followed\n"
             "by a note that has no part in it, and goes on");
  pdf_writer_text (writer, "Helvetica", 7, 60, 750, "This is the note at the foot of the page.");
  pdf_writer_begin_page (writer);
  add_lines (writer, 60, 100, "on the second page, where it has an end.");
  assert_shows (writer,
                "p This is the note at the foot of the page.\n"
                "p A long sentence is begun on the first page and is not ended there, but is "
                "followed by a note that has no part in it, and goes on on the second page, where "
                "it has an end.\n");
}

static void
test_outline (void)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;

  pdf_writer_set_title (writer, "Of Stones");
  pdf_writer_begin_page (writer);
  /* Only the outline tells that this is a heading. */
  add_lines (writer, 60, 100, "2. Marble\nIt is a stone that many a sculptor likes to work with.");
  pdf_writer_outline (writer, "Marble");
  document = end_and_read (writer);
  shown = show (document);
  g_assert_cmpstr (
      shown, ==, "h1 2. Marble\np It is a stone that many a sculptor likes to work with.\n");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Of Stones");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2024-01-02T03:04:05Z");
}

static void
test_titles (void)
{
  static const char *const useless[] = { "report.doc", "untitled", "Microsoft Word - x", "(anonymous)", "PowerPoint Presentation",
                                         "C:\\\\scans\\\\page 1", "scan0001.tiff" };

  for (guint i = 0; i < G_N_ELEMENTS (useless); i++)
    {
      PdfWriter *writer = pdf_writer_new ();
      g_autoptr (QuarryDocument) document = NULL;

      pdf_writer_set_title (writer, useless[i]);
      pdf_writer_begin_page (writer);
      pdf_writer_text (writer, "Helvetica-Bold", 20, 60, 100, "The Quarry");
      add_lines (writer, 60, 140, "Some text that is long enough to be taken for the text of it.");
      document = end_and_read (writer);
      g_assert_cmpstr (quarry_document_get_title (document), ==, "The Quarry");
    }
}

/* Ends a file without text, and checks that the error says @said. */
static void
assert_textless (PdfWriter *writer, const char *said)
{
  g_autoptr (GBytes) file = pdf_writer_end (writer, FALSE);
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (file, &length);

  g_assert_null (read_bytes ("x.pdf", bytes, length, &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES);
  g_assert_nonnull (strstr (error->message, said));
}

static void
test_refusals (void)
{
  PdfWriter *writer = write_pages (2);
  g_autoptr (GBytes) encrypted = pdf_writer_end (writer, TRUE);
  g_autoptr (GBytes) whole = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (encrypted, &length);

  assert_refused ("x.pdf", bytes, length, QUARRY_EXTRACT_ERROR_ENCRYPTED);

  writer = pdf_writer_new ();
  pdf_writer_begin_page (writer);
  pdf_writer_box (writer);
  assert_textless (writer, "There is no text in it.");
  writer = pdf_writer_new ();
  pdf_writer_begin_page (writer);
  pdf_writer_begin_page (writer);
  pdf_writer_picture (writer);
  assert_textless (writer, "only pictures");

  assert_refused ("x.pdf", "%PDF-1.4\nnothing", 16, QUARRY_EXTRACT_ERROR_DAMAGED);
  assert_refused ("x.pdf", "hel\0\1\2lo", 8, QUARRY_EXTRACT_ERROR_DAMAGED);

  /* Truncated anywhere, it is refused or read as far as possible. */
  whole = pdf_writer_end (write_pages (3), FALSE);
  bytes = g_bytes_get_data (whole, &length);
  for (gsize cut = 1; cut < length; cut += 97)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryDocument) document = read_bytes ("x.pdf", bytes, cut, &error);

      g_assert_true (document != NULL || error->domain == QUARRY_EXTRACT_ERROR);
    }
}

static void
assert_reads_behind (const char *name, const char *before, gsize n_before)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;

  pdf_writer_begin_page (writer);
  add_lines (writer, 60, 100, "Marble is cut in blocks.");
  bytes = pdf_writer_end (writer, FALSE);
  g_byte_array_append (file, (const guint8 *) before, (guint) n_before);
  g_byte_array_append (file, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  document = read_bytes (name, file->data, file->len, &error);
  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p Marble is cut in blocks.\n");
}

/* A PDF header that is not at the start of the file still counts; a text that quotes one is still a text. */
static void
test_header (void)
{
  static const char written[] = "A whole one:\n\n%PDF-1.4\n1 0 obj\n<<>>\nendobj\n"
                                "startxref\n9\n%%EOF\n\nThat is all.\n";
  g_autoptr (QuarryDocument) source = NULL;
  g_autoptr (QuarryDocument) notes = NULL;

  assert_reads_behind ("x.pdf", "", 0);
  assert_reads_behind ("x.pdf", "stray words before ", 19);
  assert_reads_behind ("download", "\n \n", 3);
  assert_reads_behind ("download", "\357\273\277", 3);
  assert_reads_behind ("download", "Content-Type: application/pdf\r\n\r\n", 33);
  assert_reads_behind ("print.txt", "\033%-12345X@PJL\n", 15);
  assert_reads_behind ("download", "\0\1\2\3\4\5\6\7head", 12);

  assert_reads ("notes.md", "A PDF begins with %PDF-1.4 and a line end.\n",
                "p A PDF begins with %PDF-1.4 and a line end.\n");
  assert_reads ("notes.txt", "The header is\n%PDF-1.4\n", "p The header is %PDF-1.4\n");
  source = read_string ("reader.c", "static const char header[] = \"%PDF-\";\n");
  g_assert_nonnull (strstr (quarry_document_get_text (source, NULL), "%PDF-"));
  notes = read_string ("notes.txt", written);
  g_assert_nonnull (strstr (quarry_document_get_text (notes, NULL), "That is all."));
}

/* Words that are read from right to left, drawn from left to right as files have them. */
static void
test_right_to_left (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Hebrew", 10, 60, 100, "tsrq ponm lkji hgfe dcba");
  pdf_writer_text (writer, "Hebrew", 10, 60, 114, "baut srqp onml kjih gfed");
  assert_shows (writer, "p אבגד הוזח טיךכ לםמן נסעף דהוז חטיך כלםמ ןנסע ףפאב\n");
}

/* No font is replaced. */
static void
assert_becomes (const char *before, gsize n_before, const char *after)
{
  const QuarryInput input = { .bytes = (const guint8 *) before, .length = n_before };
  gboolean has_fonts = TRUE;
  g_autoptr (GBytes) stripped = quarry_pdf_strip (&input, &has_fonts);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (stripped, &length);

  g_assert_false (has_fonts);
  g_assert_cmpmem (bytes, length, after, n_before);
}

/* Of an embedded font only its beginning, which names the glyphs, is left, at its place in the file; everything else
 * stays as it is. */
static void
test_strip (void)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) stripped = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = NULL;
  QuarryInput input = { 0 };
  const guint8 *bytes, *place;
  gboolean has_fonts = FALSE;
  gsize length;

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Shifted", 10, 60, 100, "nbscmf jt xijuf");
  whole = pdf_writer_end (writer, FALSE);
  input.bytes = g_bytes_get_data (whole, &input.length);
  document = read_bytes ("x.pdf", input.bytes, input.length, &error);
  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p marble is white\n");

  stripped = quarry_pdf_strip (&input, &has_fonts);
  g_assert_true (has_fonts);
  bytes = g_bytes_get_data (stripped, &length);
  g_assert_cmpuint (length, ==, input.length);
  place = memmem (bytes, length, "%!PS-AdobeFont-1.0: Shifted", 27);
  g_assert_nonnull (place);
  g_assert_cmpmem (place - 7, 7, "stream\n", 7);
  place = memmem (place, length - (gsize) (place - bytes), "eexec", 5);
  g_assert_cmpmem (place, 23, "eexec\nendstream\nendobj\n", 23);
  /* What precedes and follows the font is unchanged. */
  place = memmem (bytes, length, "/FontFile", 9);
  g_assert_cmpmem (bytes, (gsize) (place - bytes), input.bytes, (gsize) (place - bytes));
  place = memmem (bytes, length, "/Type /Page /Parent", 19);
  g_assert_cmpmem (place, length - (gsize) (place - bytes), input.bytes + (place - bytes),
                   length - (gsize) (place - bytes));
}

/* What only looks like a font or a colour profile is left alone. */
static void
test_strip_nothing (void)
{
  static const char *const files[] = {
    "", "stream", "1 0 obj\n<</Length1 9/Length2 9/Length 30/Filter/FlateDecode>>\nstream\n",
    "1 0 obj\n<</Length1 9/Length2 9/Length 3/Filter/FlateDecode>>\nstream\n%!x\nendstream\n",
    "1 0 obj\n<</Length1 9/Length2 9/Length 99999999999999999999/Filter/FlateDecode>>\nstream\n%!x\nendstream\n",
    "1 0 obj\n<</Length1 9/Length2 9/Length 4 0 R/Filter/FlateDecode>>\nstream\n%!x",
    "1 0 obj\n<</N 3/Length 3/Filter/FlateDecode>>\nstream\nabc\nendstream\n",
    "1 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj <<>>\nstream\nendstream",
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    assert_becomes (files[i], strlen (files[i]), files[i]);
}

/* Puts bytes into a zlib stream without compressing them, so that they are in the file as they are. */
static gsize
store (const void *bytes, gsize length, guint8 *packed, gsize size)
{
  g_autoptr (GConverter) deflater = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 0));
  gsize n_read, n;

  g_assert_cmpint (
      g_converter_convert (deflater, bytes, length, packed, size, G_CONVERTER_INPUT_AT_END, &n_read, &n, NULL), ==,
      G_CONVERTER_FINISHED);
  return n;
}

static gsize
store_profile (guint8 *packed, gsize size)
{
  guint8 profile[128] = { 0 };

  memcpy (profile + 36, "acsp", 4);
  return store (profile, sizeof profile, packed, size);
}

/* Of a colour profile, only its number of components is left. */
static void
test_strip_profile (void)
{
  guint8 packed[256];
  gsize n = store_profile (packed, sizeof packed);

  for (guint i = 0; i < 2; i++)
    {
      /* The second names two filters, so that it is not unpacked. */
      static const char *const filters[] = { "/FlateDecode", "[/FlateDecode /LZWDecode]" };
      g_autoptr (GString) before = g_string_new (NULL);
      g_autoptr (GString) after = NULL;

      g_string_append_printf (before, "7 0 obj\r\n<< /N 3 /Alternate /DeviceRGB /Length %zu /Filter %s >>\r\n"
                                      "stream\r\n", n, filters[i]);
      g_string_append_len (before, (const char *) packed, (gssize) n);
      g_string_append (before, "\r\nendstream\r\nendobj\r\n");
      after = g_string_new_len (before->str, (gssize) before->len);
      if (i == 0)
        {
          gsize end = (gsize) (strstr (after->str, ">>") - after->str) + 2;

          memset (after->str + 9, ' ', end - 9);
          memcpy (after->str + 9, "<</N 3/Length 0>>", 17);
          memset (after->str + end + 10, ' ', n);
          memcpy (after->str + end + 10, "\nendstream\nendobj\n0 0\n", 22);
        }
      assert_becomes (before->str, before->len, after->str);
    }
}

/* A font in Adobe's compact format, uncompressed: names of the font and its glyphs, and two outlines; each number of
 * the first dictionary in five bytes. */
static const guint8 compact_font[]
    = "\1\0\4\1"                         /* header */
      "\0\1\1\1\2" "F"                    /* name */
      "\0\1\1\1\22" "\35\0\0\0\055\21"  /* outlines at 45 */
      "\35\0\0\0\3\35\0\0\0\100\22"     /* private: 3 bytes at 64 */
      "\0\1\1\1\7" "marble"              /* names of glyphs */
      "\0\0"                             /* no parts of outlines */
      "\0\2\1\1\3\11" "abcdefgh"        /* outlines */
      "private";

/* A stream of a PDF file. (transfer full) */
static GString *
write_stream (const char *keys, const void *bytes, gsize length)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "7 0 obj\n<<%s/Length %zu>>\nstream\n", keys, length);
  g_string_append_len (out, bytes, (gssize) length);
  g_string_append (out, "\nendstream\nendobj\n");
  return out;
}

/* Of fonts that are not of Type 1, too, only the beginning is left: of compact ones with as many outlines, of TrueType
 * without names. */
static void
test_strip_fonts (void)
{
  static const guint8 truetype[64] = "\0\1\0\0\0\7tables";
  guint8 unpacked[256], packed[512];
  gsize n, outlines = 45;

  memset (unpacked, 'x', sizeof unpacked);
  memcpy (unpacked, compact_font, sizeof compact_font - 1);
  for (guint i = 0; i < 3; i++)
    {
      /* The third is stored without a filter. */
      static const char *const keys[] = { "/Filter/FlateDecode/Subtype/Type1C", "/Filter/FlateDecode/Length1 64", "/Length1 64" };
      g_autoptr (GString) before = NULL;
      g_autoptr (GBytes) stripped = NULL;
      QuarryInput input = { 0 };
      gboolean has_fonts = FALSE;
      const char *bytes, *data;
      gsize length;

      n = i == 0 ? store (unpacked, sizeof unpacked, packed, sizeof packed)
                 : store (truetype, sizeof truetype, packed, sizeof packed);
      before = i < 2 ? write_stream (keys[i], packed, n) : write_stream (keys[i], truetype, sizeof truetype);
      input.bytes = (const guint8 *) before->str;
      input.length = before->len;
      stripped = quarry_pdf_strip (&input, &has_fonts);
      g_assert_true (has_fonts);
      bytes = g_bytes_get_data (stripped, &length);
      g_assert_cmpuint (length, ==, before->len);
      data = (const char *) memmem (bytes, length, "stream\n", 7) + 7;
      if (i > 0)
        {
          g_assert_cmpmem (data, 12, truetype, 12);
          g_assert_cmpmem (data + 12, 11, "\nendstream\n", 11);
          continue;
        }
      g_assert_nonnull (memmem (bytes, (gsize) (data - bytes), "/Subtype/Type1C", 15));
      /* Where the private dictionary is has become zeros. */
      g_assert_cmpmem (data, 21, compact_font, 21);
      for (guint k = 0; k < 10; k++)
        g_assert_cmpuint ((guint8) data[21 + k], ==, 139);
      g_assert_cmpmem (data + 31, outlines + 2 - 31, compact_font + 31, outlines + 2 - 31);
      g_assert_cmpmem (data + outlines + 2, 15, "\1\1\1\1\nendstream\n", 15);
    }
}

/* A font whose first dictionary, lists or offsets lead outside of it stays as it is. */
static void
test_strip_broken_fonts (void)
{
  guint8 font[256];

  for (gsize length = 0; length < sizeof compact_font - 1; length++)
    {
      memcpy (font, compact_font, sizeof compact_font - 1);
      for (guint value = 0; value < 256; value += 51)
        {
          g_autofree guint8 *exact = NULL;

          font[length] = (guint8) value;
          exact = g_memdup2 (font, sizeof compact_font - 1);
          g_assert_cmpuint (quarry_pdf_cut_cff (exact, sizeof compact_font - 1), <, sizeof compact_font);
        }
      {
        g_autofree guint8 *exact = g_memdup2 (compact_font, length + 1);

        g_assert_cmpuint (quarry_pdf_cut_cff (exact, length), <=, length);
      }
    }
  g_assert_cmpuint (quarry_pdf_cut_truetype ((const guint8 *) "OTTO        ", 12), ==, 0);
}

/* A colour profile as an object, with @end at the end of its dictionary and @gap before "endstream". (transfer full) */
static GString *
write_profile (const char *end, const char *gap)
{
  guint8 packed[256];
  gsize n = store_profile (packed, sizeof packed);
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "7 0 obj\n<</N 3/Length %zu/Filter/FlateDecode%s\nstream\n", n, end);
  g_string_append_len (out, (const char *) packed, (gssize) n);
  g_string_append_printf (out, "%sendstream\nendobj\n", gap);
  return out;
}

/* However many streams a file seems to have, each byte is looked at for a few of them only, and only a limited
 * number is unpacked. */
static void
test_strip_bounds (void)
{
  g_autofree char *blanks = g_strnfill (100, '\n');
  /* A dictionary that starts before something that may be another stream. */
  g_autoptr (GString) two = write_profile ("/X>>stream /Y>>", "\n");
  g_autoptr (GString) far = write_profile (">>", blanks);
  g_autoptr (GString) one = write_profile (">>", "\n");
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GBytes) stripped = NULL;
  QuarryInput input = { 0 };
  const char *bytes;
  gsize length;

  assert_becomes (two->str, two->len, two->str);
  assert_becomes (far->str, far->len, far->str);
  for (guint i = 0; i < 20000; i++)
    g_string_append_len (many, one->str, (gssize) one->len);
  input.bytes = (const guint8 *) many->str;
  input.length = many->len;
  stripped = quarry_pdf_strip (&input, NULL);
  bytes = g_bytes_get_data (stripped, &length);
  g_assert_cmpint (memcmp (bytes, one->str, one->len), !=, 0);
  g_assert_cmpmem (bytes + length - one->len, one->len, one->str, one->len);
}

/* What is taken for a font may contain the whole file, or its text; the file is then read unchanged. */
static void
test_strip_too_much (void)
{
  static const char page[]
      = "\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R"
        "/Resources<</Font<</F0<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n";
  static const char text[]
      = "\n4 0 obj<</Length 43>>stream\nBT /F0 12 Tf 60 700 Td (Marble.) Tj ET        \nendstream endobj\n";

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *hidden = g_strconcat ("%!eexec", i == 0 ? page : "", text, NULL);
      g_autoptr (GString) file = g_string_new ("%PDF-1.4\n");
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryDocument) document = NULL;
      g_autofree char *shown = NULL;
      guint8 packed[1024];
      gsize n = store (hidden, strlen (hidden), packed, sizeof packed);

      if (i == 1)
        g_string_append (file, page);
      g_string_append_printf (
          file, "9 0 obj\n<</Length1 7/Length2 %zu/Length %zu/Filter/FlateDecode>>\nstream\n", strlen (hidden) - 7, n);
      g_string_append_len (file, (const char *) packed, (gssize) n);
      g_string_append (file, "\nendstream\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
      document = read_bytes ("x.pdf", file->str, file->len, &error);
      g_assert_no_error (error);
      shown = show (document);
      g_assert_cmpstr (shown, ==, "p Marble.\n");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/pdf/paragraphs", test_paragraphs);
  g_test_add_func ("/readers/pdf/structure", test_structure);
  g_test_add_func ("/readers/pdf/heading-with-comma", test_heading_with_comma);
  g_test_add_func ("/readers/pdf/columns", test_columns);
  g_test_add_func ("/readers/pdf/blanks", test_blanks);
  g_test_add_func ("/readers/pdf/first-row", test_first_row);
  g_test_add_func ("/readers/pdf/edges", test_edges);
  g_test_add_func ("/readers/pdf/pages", test_pages);
  g_test_add_func ("/readers/pdf/recognized-later", test_recognized_later);
  g_test_add_func ("/readers/pdf/right-to-left", test_right_to_left);
  g_test_add_func ("/readers/pdf/strip", test_strip);
  g_test_add_func ("/readers/pdf/strip-nothing", test_strip_nothing);
  g_test_add_func ("/readers/pdf/strip-profile", test_strip_profile);
  g_test_add_func ("/readers/pdf/strip-fonts", test_strip_fonts);
  g_test_add_func ("/readers/pdf/strip-broken-fonts", test_strip_broken_fonts);
  g_test_add_func ("/readers/pdf/strip-bounds", test_strip_bounds);
  g_test_add_func ("/readers/pdf/strip-too-much", test_strip_too_much);
  g_test_add_func ("/readers/pdf/footnotes", test_footnotes);
  g_test_add_func ("/readers/pdf/outline", test_outline);
  g_test_add_func ("/readers/pdf/titles", test_titles);
  g_test_add_func ("/readers/pdf/refusals", test_refusals);
  g_test_add_func ("/readers/pdf/header", test_header);

  return g_test_run ();
}
