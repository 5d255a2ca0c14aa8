/* quarry-reader-pptx.c: PowerPoint presentations (Office Open XML)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A slide becomes a page, with its title as a heading; the speaker's notes and the comments follow it.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-office.h"
#include "core/extract/office/quarry-omml.h"
#include "core/extract/office/quarry-opc.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>

#define MAX_SLIDES 10000u

typedef enum
{
  SHAPE_TEXT,
  SHAPE_TITLE,
  SHAPE_OUTLINE, /* the body of a slide: a list */
  SHAPE_DECORATION,
} Shape;

typedef struct
{
  QuarryOffice *office;
  QuarryOmml *formulas;
  QuarryOpcGraphics graphics;
  Shape shape;
  guint level;
  guint text_depth;
  gboolean is_notes;
} SlideReader;

static Shape
shape_of_placeholder (const SlideReader *self, const char *type)
{
  if (type == NULL || strcmp (type, "body") == 0 || strcmp (type, "obj") == 0)
    return self->is_notes ? SHAPE_TEXT : SHAPE_OUTLINE;
  /* On a notes page, this shape shows the slide again. */
  if (self->is_notes)
    return SHAPE_DECORATION;
  if (strcmp (type, "title") == 0 || strcmp (type, "ctrTitle") == 0)
    return SHAPE_TITLE;
  if (strcmp (type, "dt") == 0 || strcmp (type, "ftr") == 0 || strcmp (type, "hdr") == 0
      || strcmp (type, "sldNum") == 0 || strcmp (type, "sldImg") == 0)
    return SHAPE_DECORATION;
  return SHAPE_TEXT;
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  SlideReader *self = data;

  if (strcmp (name, "Fallback") == 0 || quarry_office_is_full (self->office))
    return FALSE;
  quarry_omml_start (self->formulas, name, xml);
  if (strcmp (name, "sp") == 0)
    self->shape = SHAPE_TEXT;
  else if (strcmp (name, "ph") == 0)
    {
      g_autofree char *type = quarry_xml_attribute (xml, "type");

      self->shape = shape_of_placeholder (self, type);
    }
  else if (strcmp (name, "txBody") == 0 && self->shape == SHAPE_DECORATION)
    return FALSE;
  else if (strcmp (name, "p") == 0)
    {
      self->level = 0;
      quarry_office_begin_paragraph (self->office);
    }
  else if (strcmp (name, "pPr") == 0)
    self->level = (guint) CLAMP (quarry_xml_number (xml, "lvl", 0), 0, 8);
  else if (strcmp (name, "t") == 0)
    self->text_depth++;
  else if (strcmp (name, "br") == 0)
    quarry_office_add_text (self->office, "\n");
  else if (strcmp (name, "tbl") == 0)
    quarry_office_begin_table (self->office);
  else if (strcmp (name, "tr") == 0)
    quarry_office_begin_row (self->office);
  else if (strcmp (name, "tc") == 0)
    quarry_office_begin_cell (self->office);
  else
    quarry_opc_add_graphic (&self->graphics, name, xml);
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  SlideReader *self = data;

  quarry_omml_end (self->formulas, name);
  if (strcmp (name, "t") == 0 && self->text_depth > 0)
    self->text_depth--;
  else if (strcmp (name, "tbl") == 0)
    quarry_office_end_table (self->office);
  else if (strcmp (name, "sp") == 0)
    self->shape = SHAPE_TEXT;
  else if (strcmp (name, "p") != 0)
    return;
  else if (self->shape == SHAPE_TITLE)
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_HEADING, 1);
  else if (self->shape == SHAPE_OUTLINE)
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_LIST_ITEM, self->level + 1);
  else
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_PARAGRAPH, 0);
}

static void
add_text (gpointer data, const char *text)
{
  SlideReader *self = data;

  if (self->text_depth > 0)
    quarry_office_add_text (self->office, text);
}

typedef struct
{
  GHashTable *relations;
  GPtrArray *slides;
} OrderReader;

static gboolean
start_order (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  OrderReader *self = data;
  char *id;

  if (strcmp (name, "sldId") != 0 || self->slides->len >= MAX_SLIDES)
    return TRUE;
  /* There are two attributes with the local name "id"; the one that is found among the relations is meant. */
  for (guint n = 0; (id = quarry_xml_nth_attribute (xml, "id", n)) != NULL; n++)
    {
      const char *part = g_hash_table_lookup (self->relations, id);

      g_free (id);
      if (part != NULL)
        {
          g_ptr_array_add (self->slides, g_strdup (part));
          break;
        }
    }
  return TRUE;
}

static gboolean
read_part (QuarryPackage *package, const char *part, gboolean is_notes, QuarryOffice *office)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (QuarryOmml) formulas = quarry_omml_new (office);
  SlideReader self = { .office = office,
                       .formulas = formulas,
                       .graphics = { .package = package, .part = part, .office = office },
                       .is_notes = is_notes };
  g_autoptr (GBytes) bytes = quarry_package_get (package, part);
  gboolean is_whole = bytes != NULL && quarry_xml_walk (bytes, &handler, &self);

  quarry_opc_clear_graphics (&self.graphics);
  return is_whole;
}

gboolean
quarry_sniff_pptx (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package
      = quarry_package_may_have_folder (input, "ppt") ? quarry_package_open (input) : NULL;

  return package != NULL && quarry_opc_is (package, "ppt/");
}

gboolean
quarry_read_pptx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_order, NULL, NULL };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GHashTable) relations = NULL;
  g_autoptr (GPtrArray) slides = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *main = NULL;
  OrderReader order = { .slides = slides };
  guint n_read = 0;

  if (package == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_PPTX);
      return FALSE;
    }
  main = quarry_opc_find_main (package, "ppt/presentation.xml");
  bytes = quarry_package_get (package, main);
  relations = quarry_opc_read_relations (package, main);
  order.relations = relations;
  if (bytes != NULL)
    quarry_xml_walk (bytes, &handler, &order);

  quarry_opc_read_metadata (package, builder);
  quarry_opc_read_embedded (package, input);
  for (guint i = 0; i < slides->len; i++)
    {
      const char *slide = g_ptr_array_index (slides, i);
      g_autofree char *notes = quarry_opc_find_related (package, slide, "/notesSlide");
      g_autofree char *comments = quarry_opc_find_related (package, slide, "/comments");
      QuarryOffice *office = quarry_office_new (builder);

      quarry_document_builder_begin_page (builder, i + 1);
      n_read += read_part (package, slide, FALSE, office);
      if (notes != NULL)
        read_part (package, notes, TRUE, office);
      quarry_opc_add_part (package, comments, office);
      quarry_office_free (office);
    }
  /* A damaged slide does not make the others fail; a template may have no slides at all. */
  if (n_read > 0 || (bytes != NULL && slides->len == 0))
    return TRUE;
  quarry_package_set_error (package, QUARRY_FORMAT_PPTX, error);
  return FALSE;
}
