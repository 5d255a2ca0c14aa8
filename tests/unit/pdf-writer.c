/* pdf-writer.c: writes small PDF files for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pdf-writer.h"

#include <string.h>
#include <gio/gio.h>

#define N_FONTS 6

static const char *const fonts[N_FONTS] = { "Helvetica", "Helvetica-Bold", "Courier", "Hebrew", "Shifted", "Numbered" };

typedef struct
{
  char *title;
  guint page; /* counted from 0 */
} Entry;

struct _PdfWriter
{
  GPtrArray *pages; /* GString */
  GArray *outline;  /* Entry */
  char *title;
  gboolean is_shifted; /* some text is in the font "Shifted" */
};

static void
free_page (gpointer page)
{
  g_string_free (page, TRUE);
}

static void
clear_entry (gpointer entry)
{
  g_free (((Entry *) entry)->title);
}

PdfWriter *
pdf_writer_new (void)
{
  PdfWriter *self = g_new0 (PdfWriter, 1);

  self->pages = g_ptr_array_new_with_free_func (free_page);
  self->outline = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->outline, clear_entry);
  return self;
}

void
pdf_writer_begin_page (PdfWriter *self)
{
  g_ptr_array_add (self->pages, g_string_new (NULL));
}

static GString *
last_page (PdfWriter *self)
{
  return g_ptr_array_index (self->pages, self->pages->len - 1);
}

void
pdf_writer_text (
    PdfWriter *self, const char *font, double size, double x, double y, const char *text)
{
  guint index = 0;

  while (strcmp (fonts[index], font) != 0)
    index++;
  self->is_shifted |= strcmp (font, "Shifted") == 0;
  g_string_append_printf (last_page (self),
                          "BT /F%u %d Tf %d %d Td (%s) Tj ET\n",
                          index,
                          (int) size,
                          (int) x,
                          (int) (800 - y),
                          text);
}

void
pdf_writer_box (PdfWriter *self)
{
  g_string_append (last_page (self), "100 100 200 200 re f\n");
}

void
pdf_writer_picture (PdfWriter *self)
{
  g_string_append (last_page (self), "q 400 0 0 400 100 200 cm BI /W 1 /H 1 /CS /G /BPC 8 ID z EI Q\n");
}

void
pdf_writer_set_title (PdfWriter *self, const char *title)
{
  self->title = g_strdup (title);
}

void
pdf_writer_outline (PdfWriter *self, const char *title)
{
  Entry entry = { g_strdup (title), self->pages->len - 1 };

  g_array_append_val (self->outline, entry);
}

/* Objects: 1 catalog, 2 pages, 3 information, 4 outline, 5 encryption, then the fonts, the descriptor and the
 * program of the last one, then a page and its contents by turns, then the entries of the outline. */
#define FIRST_FONT 6u
#define DESCRIPTOR (FIRST_FONT + N_FONTS)
#define PROGRAM (DESCRIPTOR + 1)
#define MAP (PROGRAM + 1)
#define FIRST_PAGE (MAP + 1)

static void
begin_object (GString *out, GArray *offsets, guint number)
{
  gsize offset = out->len;

  g_assert_cmpuint (number, ==, offsets->len + 1);
  g_array_append_val (offsets, offset);
  g_string_append_printf (out, "%u 0 obj\n", number);
}

/* Appends four arbitrary bytes and @bytes, all encrypted (Adobe Type 1 Font Format, 1990, chapter 7). */
static void
append_encrypted (GString *out, guint16 key, const GString *bytes)
{
  for (gsize i = 0; i < 4 + bytes->len; i++)
    {
      guint8 c = (guint8) ((i < 4 ? 0 : bytes->str[i - 4]) ^ (key >> 8));

      key = (guint16) ((c + key) * 52845u + 22719u);
      g_string_append_c (out, (char) c);
    }
}

static void
append_number (GString *out, int number)
{
  int rest = ABS (number) - 108;

  if (rest < 0)
    g_string_append_c (out, (char) (number + 139));
  else
    g_string_append_printf (out, "%c%c", (number > 0 ? 247 : 251) + (rest >> 8), rest & 255);
}

/* Appends the outline of a glyph: a box of the given height. */
static void
append_glyph (GString *out, const char *name, int height)
{
  enum { HLINETO = 6, VLINETO = 7, CLOSEPATH = 9, HSBW = 13, ENDCHAR = 14, HMOVETO = 22 };
  const struct { int number; char command; } steps[]
      = { { 500, HSBW }, { 0, HMOVETO }, { 400, HLINETO }, { height, VLINETO }, { -400, HLINETO } };
  g_autoptr (GString) outline = g_string_new (NULL);

  append_number (outline, 50);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      append_number (outline, steps[i].number);
      g_string_append_c (outline, steps[i].command);
    }
  g_string_append_printf (outline, "%c%c", CLOSEPATH, ENDCHAR);
  g_string_append_printf (out, "/%s %zu RD ", name, outline->len + 4);
  append_encrypted (out, 4330, outline);
  g_string_append (out, " ND\n");
}

/* Appends a Type 1 font. Which letters it shows can only be told from its program, whose glyphs are boxes of different
 * heights. */
static void
append_program (GString *out)
{
  g_autoptr (GString) program
      = g_string_new ("%!PS-AdobeFont-1.0: Shifted 1.0\n/FontName /Shifted def\n/FontType 1 def\n"
                      "/FontMatrix [0.001 0 0 0.001 0 0] def\n/FontBBox {0 0 500 800} def\n"
                      "/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\ndup 32 /space put\n");
  g_autoptr (GString) outlines
      = g_string_new ("dup /Private 5 dict dup begin\n/RD {string currentfile exch readstring pop} def\n"
                      "/ND {def} def\n/BlueValues [] def\n/password 5839 def\n2 index /CharStrings 27 dict dup begin\n");
  g_autoptr (GConverter) deflater = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9));
  guint8 packed[16384];
  gsize clear, n_read, n_written;

  append_glyph (outlines, ".notdef", 50);
  append_glyph (outlines, "space", 0);
  for (char c = 'a'; c < 'z'; c++)
    {
      const char name[] = { c, '\0' };

      g_string_append_printf (program, "dup %d /%c put\n", c + 1, c);
      append_glyph (outlines, name, 200 + 20 * (c - 'a'));
    }
  g_string_append (outlines, "end end readonly put put\nmark currentfile closefile\n");
  g_string_append (program, "readonly def\ncurrentfile eexec\n");
  clear = program->len;
  append_encrypted (program, 55665, outlines);
  g_assert_cmpint (g_converter_convert (deflater, program->str, program->len, packed, sizeof packed,
                                        G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL),
                   ==, G_CONVERTER_FINISHED);
  g_string_append_printf (out, "<<\n/Length1 %zu\n/Length2 %zu\n/Length3 0\n/Length %zu\n", clear,
                          program->len - clear, n_written);
  g_string_append (out, "/Filter /FlateDecode\n>>\nstream\n");
  g_string_append_len (out, (const char *) packed, (gssize) n_written);
  g_string_append (out, "\nendstream\nendobj\n");
}

/* The objects 1 to 5: catalog, pages, information, outline, encryption. */
static void
append_document (const PdfWriter *self, GString *out, GArray *offsets)
{
  guint n_pages = self->pages->len, n_entries = self->outline->len;
  guint first_entry = FIRST_PAGE + 2 * n_pages;

  begin_object (out, offsets, 1);
  g_string_append_printf (out,
                          "<< /Type /Catalog /Pages 2 0 R%s >>\nendobj\n",
                          n_entries > 0 ? " /Outlines 4 0 R" : "");
  begin_object (out, offsets, 2);
  g_string_append_printf (out, "<< /Type /Pages /Count %u /Kids [", n_pages);
  for (guint i = 0; i < n_pages; i++)
    g_string_append_printf (out, "%u 0 R ", FIRST_PAGE + 2 * i);
  g_string_append (out, "] >>\nendobj\n");
  begin_object (out, offsets, 3);
  g_string_append_printf (out,
                          "<< %s%s%s /CreationDate (D:20240102030405Z) >>\nendobj\n",
                          self->title != NULL ? "/Title (" : "",
                          self->title != NULL ? self->title : "",
                          self->title != NULL ? ")" : "");
  begin_object (out, offsets, 4);
  if (n_entries > 0)
    g_string_append_printf (out,
                            "<< /Type /Outlines /First %u 0 R /Last %u 0 R /Count %u >>",
                            first_entry,
                            first_entry + n_entries - 1,
                            n_entries);
  else
    g_string_append (out, "<< >>");
  g_string_append (out, "\nendobj\n");
  begin_object (out, offsets, 5);
  g_string_append_printf (out,
                          "<< /Filter /Standard /V 1 /R 2 /P -4 /O <%064d> /U <%064d> >>\n"
                          "endobj\n",
                          7,
                          9);
}

/* A font that calls its codes characters. */
static void
append_numbered (GString *out)
{
  g_string_append_printf (out, "<< /Type /Font /Subtype /Type1 /BaseFont /Times /ToUnicode %u 0 R"
                               " /FirstChar 0 /LastChar 255 /Widths [", MAP);
  for (guint code = 0; code < 256; code++)
    g_string_append (out, "500 ");
  g_string_append (out, "] >>\nendobj\n");
}

static void
append_map (GString *out)
{
  static const char map[] = "1 begincodespacerange <00> <ff> endcodespacerange\n"
                            "1 beginbfrange <00> <ff> <0000> endbfrange\n";

  g_string_append_printf (out, "<< /Length %zu >>\nstream\n%sendstream\nendobj\n", sizeof map - 1, map);
}

static void
append_fonts (const PdfWriter *self, GString *out, GArray *offsets)
{
  for (guint i = 0; i < N_FONTS; i++)
    {
      begin_object (out, offsets, FIRST_FONT + i);
      if (strcmp (fonts[i], "Shifted") == 0)
        {
          g_string_append_printf (out, "<< /Type /Font /Subtype /Type1 /BaseFont /Shifted /FontDescriptor %u 0 R"
                                       " /FirstChar 32 /LastChar 122 /Widths [", DESCRIPTOR);
          for (guint letter = ' '; letter <= 'z'; letter++)
            g_string_append (out, "500 ");
          g_string_append (out, "] >>\nendobj\n");
          continue;
        }
      if (strcmp (fonts[i], "Numbered") == 0)
        {
          append_numbered (out);
          continue;
        }
      g_string_append_printf (out,
                              "<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding ",
                              strcmp (fonts[i], "Hebrew") == 0 ? "Helvetica" : fonts[i]);
      if (strcmp (fonts[i], "Hebrew") == 0)
        {
          g_string_append (out, "<< /Type /Encoding /Differences [97");
          for (guint letter = 0; letter < 27; letter++)
            g_string_append_printf (out, " /afii%u", 57664 + letter);
          g_string_append (out, "] >> >>\nendobj\n");
        }
      else
        g_string_append (out, "/WinAnsiEncoding >>\nendobj\n");
    }
  begin_object (out, offsets, DESCRIPTOR);
  g_string_append_printf (out, "<< /Type /FontDescriptor /FontName /Shifted /Flags 4 /FontFile %u 0 R >>\nendobj\n",
                          PROGRAM);
  begin_object (out, offsets, PROGRAM);
  /* The program holds NUL bytes. Files without that font get an empty one, so that they can be used as strings. */
  if (self->is_shifted)
    append_program (out);
  else
    g_string_append (out, "<< /Length 0 >>\nstream\n\nendstream\nendobj\n");
  begin_object (out, offsets, MAP);
  append_map (out);
}

static void
append_pages (const PdfWriter *self, GString *out, GArray *offsets)
{
  for (guint i = 0; i < self->pages->len; i++)
    {
      GString *page = g_ptr_array_index (self->pages, i);

      begin_object (out, offsets, FIRST_PAGE + 2 * i);
      g_string_append (out, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << /Font <<");
      for (guint font = 0; font < N_FONTS; font++)
        g_string_append_printf (out, " /F%u %u 0 R", font, FIRST_FONT + font);
      g_string_append_printf (out, " >> >> /Contents %u 0 R >>\nendobj\n", FIRST_PAGE + 2 * i + 1);
      begin_object (out, offsets, FIRST_PAGE + 2 * i + 1);
      g_string_append_printf (
          out, "<< /Length %zu >>\nstream\n%sendstream\nendobj\n", page->len, page->str);
    }
}

static void
append_outline (const PdfWriter *self, GString *out, GArray *offsets)
{
  guint n_entries = self->outline->len, first_entry = FIRST_PAGE + 2 * self->pages->len;

  for (guint i = 0; i < n_entries; i++)
    {
      const Entry *entry = &g_array_index (self->outline, Entry, i);

      begin_object (out, offsets, first_entry + i);
      g_string_append_printf (out,
                              "<< /Title (%s) /Parent 4 0 R /Dest [%u 0 R /Fit]",
                              entry->title,
                              FIRST_PAGE + 2 * entry->page);
      if (i + 1 < n_entries)
        g_string_append_printf (out, " /Next %u 0 R", first_entry + i + 1);
      g_string_append (out, " >>\nendobj\n");
    }
}

/* Appends the table of where all objects are, and the number of the root object. */
static void
append_trailer (GString *out, GArray *offsets, gboolean encrypted)
{
  gsize table = out->len;

  g_string_append_printf (out, "xref\n0 %u\n0000000000 65535 f \n", offsets->len + 1);
  for (guint i = 0; i < offsets->len; i++)
    g_string_append_printf (out, "%010zu 00000 n \n", g_array_index (offsets, gsize, i));
  g_string_append_printf (out,
                          "trailer\n<< /Size %u /Root 1 0 R /Info 3 0 R /ID [<00> <00>]%s >>\n"
                          "startxref\n%zu\n%%%%EOF\n",
                          offsets->len + 1,
                          encrypted ? " /Encrypt 5 0 R" : "",
                          table);
}

GBytes *
pdf_writer_end (PdfWriter *self, gboolean encrypted)
{
  GString *out = g_string_new ("%PDF-1.4\n");
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));

  append_document (self, out, offsets);
  append_fonts (self, out, offsets);
  append_pages (self, out, offsets);
  append_outline (self, out, offsets);
  append_trailer (out, offsets, encrypted);

  g_ptr_array_unref (self->pages);
  g_array_unref (self->outline);
  g_free (self->title);
  g_free (self);
  return g_string_free_to_bytes (out);
}
