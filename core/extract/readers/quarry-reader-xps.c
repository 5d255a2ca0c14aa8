/* quarry-reader-xps.c: pages that Windows printed to a file (XPS, OpenXPS)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in ECMA-388: a sequence of documents, each of them a list of pages; a page
 * consists of glyphs at positions. Consecutive glyphs on the same baseline form a line, and lines with
 * little distance form a paragraph.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-opc.h"
#include "core/extract/text/quarry-xml.h"

#include <math.h>
#include <string.h>

#define MAX_DOCUMENTS 1000u
#define MAX_PAGES 20000u
/* In multiples of the font size: the greatest difference of baselines within a line, and within a paragraph. */
#define SAME_LINE .35
#define NEXT_LINE 1.6
/* In multiples of the font size: the width of a glyph whose width is not given, and the gap from which on there is a
 * blank between glyphs. */
#define USUAL_WIDTH .55
#define BLANK .4

typedef struct
{
  const char *element; /* the element whose source is wanted */
  const char *base;
  GPtrArray *parts;
  guint most;
} ListReader;

static gboolean
start_list (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  ListReader *self = data;
  g_autofree char *source = NULL;

  if (strcmp (name, self->element) != 0 || self->parts->len >= self->most)
    return TRUE;
  source = quarry_xml_attribute (xml, "Source");
  if (source != NULL)
    g_ptr_array_add (self->parts, quarry_package_resolve (self->base, source));
  return TRUE;
}

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text; /* of the current paragraph */
  double x, y;   /* approximate end of the last glyphs, and their baseline */
  double size;
} PageReader;

static double
number_of (const QuarryXmlElement *xml, const char *name)
{
  g_autofree char *value = quarry_xml_attribute (xml, name);
  double number = value != NULL ? g_ascii_strtod (value, NULL) : 0;

  return isfinite (number) ? number : 0;
}

/* The width of the glyphs in multiples of the font size. @indices gives for each glyph its index, its width in
 * hundredths, and an offset. */
static double
width_of (const char *text, const char *indices)
{
  double width = 0;
  glong n = g_utf8_strlen (text, -1);

  for (const char *p = indices; p != NULL && *p != '\0' && n > 0; n--)
    {
      gsize length = strcspn (p, ";");
      const char *comma = memchr (p, ',', length);
      double own = comma != NULL ? g_ascii_strtod (comma + 1, NULL) / 100 : 0;

      width += own > 0 && own < 10 ? own : USUAL_WIDTH;
      p += length + (p[length] != '\0');
    }
  return width + USUAL_WIDTH * (double) n;
}

static void
end_paragraph (PageReader *self)
{
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->text->str, (gssize) self->text->len);
  g_string_truncate (self->text, 0);
}

static gboolean
start_glyphs (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  PageReader *self = data;
  g_autofree char *text = NULL;
  g_autofree char *indices = NULL;
  double x, y, size, down;

  if (strcmp (name, "Glyphs") != 0 || (text = quarry_xml_attribute (xml, "UnicodeString")) == NULL
      || *text == '\0')
    return TRUE;
  x = number_of (xml, "OriginX");
  y = number_of (xml, "OriginY");
  size = MAX (number_of (xml, "FontRenderingEmSize"), 1);
  down = (y - self->y) / MAX (size, self->size);
  if (self->text->len > 0 && (down < -SAME_LINE || down > NEXT_LINE))
    end_paragraph (self);
  else if (self->text->len > 0 && down > SAME_LINE)
    g_string_append_c (self->text, '\n');
  else if (self->text->len > 0 && (x > self->x + BLANK * size || x < self->x - size))
    g_string_append_c (self->text, ' ');
  indices = quarry_xml_attribute (xml, "Indices");
  self->x = x + size * width_of (text, indices);
  self->y = y;
  self->size = size;
  /* A text that begins with a brace is preceded by "{}", since it would otherwise be an instruction. */
  g_string_append (self->text, g_str_has_prefix (text, "{}") ? text + 2 : text);
  return TRUE;
}

static gboolean
read_list (
    QuarryPackage *package, const char *part, const char *element, GPtrArray *parts, guint most)
{
  const QuarryXmlHandler handler = { start_list, NULL, NULL };
  ListReader self = { .element = element, .base = part, .parts = parts, .most = most };
  g_autoptr (GBytes) bytes = quarry_package_get (package, part);

  return bytes != NULL && quarry_xml_walk (bytes, &handler, &self);
}

gboolean
quarry_sniff_xps (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package
      = quarry_package_may_name (input, ".fdseq") ? quarry_package_open (input) : NULL;
  g_autofree char *sequence
      = package != NULL ? quarry_opc_find_related (package, "", "/fixedrepresentation") : NULL;

  return sequence != NULL;
}

gboolean
quarry_read_xps (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_glyphs, NULL, NULL };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) pages = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *sequence
      = package != NULL ? quarry_opc_find_related (package, "", "/fixedrepresentation") : NULL;
  PageReader self = { .builder = builder, .text = text };
  guint n_read = 0;

  if (sequence == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_XPS);
      return FALSE;
    }
  quarry_opc_read_metadata (package, builder);
  read_list (package, sequence, "DocumentReference", documents, MAX_DOCUMENTS);
  for (guint i = 0; i < documents->len; i++)
    read_list (package, documents->pdata[i], "PageContent", pages, MAX_PAGES);
  for (guint i = 0; i < pages->len; i++)
    {
      g_autoptr (GBytes) bytes = quarry_package_get (package, pages->pdata[i]);

      if (bytes == NULL)
        continue;
      quarry_document_builder_begin_page (builder, i + 1);
      n_read += quarry_xml_walk (bytes, &handler, &self);
      end_paragraph (&self);
    }
  if (n_read == 0)
    quarry_package_set_error (package, QUARRY_FORMAT_XPS, error);
  return n_read > 0;
}
