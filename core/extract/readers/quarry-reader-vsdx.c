/* quarry-reader-vsdx.c: Visio drawings
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in [MS-VSDX]. Each page becomes a heading with its name and a paragraph for
 * the text of each shape, in the order in which the shapes are drawn. Pages that are the background of
 * others are read once, as pages of their own.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-opc.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>

#define MAX_PAGES 10000u

typedef struct
{
  GHashTable *relations;
  GPtrArray *names, *parts;
  char *name; /* name of the current page */
} PagesReader;

static gboolean
start_page (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  PagesReader *self = data;

  if (strcmp (name, "Page") == 0)
    {
      g_free (self->name);
      self->name = quarry_xml_attribute (xml, "Name");
    }
  else if (strcmp (name, "Rel") == 0 && self->parts->len < MAX_PAGES)
    {
      g_autofree char *id = quarry_xml_attribute (xml, "id");
      const char *part = id != NULL ? g_hash_table_lookup (self->relations, id) : NULL;

      if (part != NULL)
        {
          g_ptr_array_add (self->parts, g_strdup (part));
          g_ptr_array_add (self->names, g_strdup (self->name != NULL ? self->name : ""));
        }
    }
  return TRUE;
}

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text;
  gboolean in_text;
} ShapeReader;

static gboolean
start_shape (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  ShapeReader *self = data;

  if (strcmp (name, "Text") == 0)
    {
      self->in_text = TRUE;
      g_string_truncate (self->text, 0);
    }
  return TRUE;
}

static void
end_shape (gpointer data, const char *name)
{
  ShapeReader *self = data;

  if (strcmp (name, "Text") != 0)
    return;
  self->in_text = FALSE;
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->text->str, (gssize) self->text->len);
}

static void
add_text (gpointer data, const char *text)
{
  ShapeReader *self = data;

  if (self->in_text)
    g_string_append (self->text, text);
}

gboolean
quarry_sniff_vsdx (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package
      = quarry_package_may_name (input, "visio/") ? quarry_package_open (input) : NULL;

  return package != NULL && quarry_opc_is (package, "visio/");
}

gboolean
quarry_read_vsdx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler pages_handler = { start_page, NULL, NULL };
  const QuarryXmlHandler shape_handler = { start_shape, end_shape, add_text };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) relations = NULL;
  g_autoptr (GBytes) list = NULL;
  g_autofree char *main = NULL;
  g_autofree char *part = NULL;
  PagesReader pages = { .names = names, .parts = parts };
  ShapeReader shapes = { .builder = builder, .text = text };
  guint n_read = 0;

  if (package == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_VSDX);
      return FALSE;
    }
  quarry_opc_read_metadata (package, builder);
  main = quarry_opc_find_related (package, "", "/document");
  part = quarry_opc_find_related (package, main != NULL ? main : "visio/document.xml", "/pages");
  if (part == NULL)
    part = g_strdup ("visio/pages/pages.xml");
  relations = quarry_opc_read_relations (package, part);
  pages.relations = relations;
  list = quarry_package_get (package, part);
  if (list != NULL)
    quarry_xml_walk (list, &pages_handler, &pages);
  g_free (pages.name);

  for (guint i = 0; i < parts->len; i++)
    {
      g_autoptr (GBytes) bytes = quarry_package_get (package, parts->pdata[i]);

      if (bytes == NULL)
        continue;
      quarry_document_builder_begin_page (builder, i + 1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, names->pdata[i], -1);
      shapes.in_text = FALSE;
      n_read += quarry_xml_walk (bytes, &shape_handler, &shapes);
    }
  quarry_opc_read_embedded (package, input);
  if (n_read == 0)
    quarry_package_set_error (package, QUARRY_FORMAT_VSDX, error);
  return n_read > 0;
}
