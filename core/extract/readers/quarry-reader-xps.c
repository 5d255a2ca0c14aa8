/* quarry-reader-xps.c: pages that Windows printed into a file (XPS, OpenXPS)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As ECMA-388 has it: a sequence of documents, each a list of pages; a page is glyphs at their
 * places. What stands on a line are glyphs with the same baseline that follow each other; a
 * paragraph are lines a little below each other.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-opc.h"
#include "core/extract/quarry-xml.h"

#include <math.h>
#include <string.h>

#define MAX_DOCUMENTS 1000u
#define MAX_PAGES 20000u
/* In sizes of the font: how far baselines of one line differ, and those of lines of one paragraph.
 */
#define SAME_LINE .35
#define NEXT_LINE 1.6
/* What a glyph is wide whose width nothing tells, in sizes of the font, and how much further on the
 * next glyphs begin where a blank is left between. */
#define USUAL_WIDTH .55
#define BLANK .4

typedef struct
{
  const char *element; /* whose source is wanted */
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
  GString *text; /* of the paragraph at hand */
  double x, y;   /* where its last glyphs end, about, and their baseline */
  double size;
} PageReader;

static double
number_of (const QuarryXmlElement *xml, const char *name)
{
  g_autofree char *value = quarry_xml_attribute (xml, name);
  double number = value != NULL ? g_ascii_strtod (value, NULL) : 0;

  return isfinite (number) ? number : 0;
}

/* How wide glyphs are, in sizes of the font: of each its index, its width in hundredths, and where
 * it is moved. */
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
  /* A brace would begin an instruction: an empty one stands before it. */
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
