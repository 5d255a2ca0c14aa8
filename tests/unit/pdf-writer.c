/* pdf-writer.c: writes small PDF files for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pdf-writer.h"

#include <string.h>

#define N_FONTS 4

static const char *const fonts[N_FONTS] = { "Helvetica", "Helvetica-Bold", "Courier", "Hebrew" };

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
};

static void
free_page (gpointer page)
{
  g_string_free (page, TRUE);
}

PdfWriter *
pdf_writer_new (void)
{
  PdfWriter *self = g_new0 (PdfWriter, 1);

  self->pages = g_ptr_array_new_with_free_func (free_page);
  self->outline = g_array_new (FALSE, FALSE, sizeof (Entry));
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

/* Objects: 1 catalog, 2 pages, 3 information, 4 outline, 5 encryption, then the fonts, then a page
 * and its contents by turns, then the entries of the outline. */
#define FIRST_FONT 6u
#define FIRST_PAGE (FIRST_FONT + N_FONTS)

static void
begin_object (GString *out, GArray *offsets, guint number)
{
  gsize offset = out->len;

  g_assert_cmpuint (number, ==, offsets->len + 1);
  g_array_append_val (offsets, offset);
  g_string_append_printf (out, "%u 0 obj\n", number);
}

GBytes *
pdf_writer_end (PdfWriter *self, gboolean encrypted)
{
  GString *out = g_string_new ("%PDF-1.4\n");
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (gsize));
  guint n_pages = self->pages->len, n_entries = self->outline->len;
  guint first_entry = FIRST_PAGE + 2 * n_pages;
  gsize table;

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
  for (guint i = 0; i < N_FONTS; i++)
    {
      begin_object (out, offsets, FIRST_FONT + i);
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
  for (guint i = 0; i < n_pages; i++)
    {
      GString *page = g_ptr_array_index (self->pages, i);

      begin_object (out, offsets, FIRST_PAGE + 2 * i);
      g_string_append_printf (out,
                              "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Resources << "
                              "/Font << /F0 %u 0 R /F1 %u 0 R /F2 %u 0 R /F3 %u 0 R >> >> /Contents %u 0 R "
                              ">>\nendobj\n",
                              FIRST_FONT,
                              FIRST_FONT + 1,
                              FIRST_FONT + 2,
                              FIRST_FONT + 3,
                              FIRST_PAGE + 2 * i + 1);
      begin_object (out, offsets, FIRST_PAGE + 2 * i + 1);
      g_string_append_printf (
          out, "<< /Length %zu >>\nstream\n%sendstream\nendobj\n", page->len, page->str);
    }
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
      g_free (entry->title);
    }

  table = out->len;
  g_string_append_printf (out, "xref\n0 %u\n0000000000 65535 f \n", offsets->len + 1);
  for (guint i = 0; i < offsets->len; i++)
    g_string_append_printf (out, "%010zu 00000 n \n", g_array_index (offsets, gsize, i));
  g_string_append_printf (out,
                          "trailer\n<< /Size %u /Root 1 0 R /Info 3 0 R /ID [<00> <00>]%s >>\n"
                          "startxref\n%zu\n%%%%EOF\n",
                          offsets->len + 1,
                          encrypted ? " /Encrypt 5 0 R" : "",
                          table);

  g_ptr_array_unref (self->pages);
  g_array_unref (self->outline);
  g_free (self->title);
  g_free (self);
  return g_string_free_to_bytes (out);
}
