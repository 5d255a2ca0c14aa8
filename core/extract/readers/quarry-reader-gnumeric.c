/* quarry-reader-gnumeric.c: workbooks of Gnumeric
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One XML file; as a rule it is compressed, which the reader of archives undoes. A sheet becomes a heading and a table.
 * Gnumeric keeps formulas without their values, so that these cells are empty.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-cell-format.h"
#include "core/extract/office/quarry-cells.h"
#include "core/extract/quarry-metadata.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>

/* So many empty cells are kept in a row. */
#define MAX_GAP 64u
#define MAX_FORMATS 4096u

/* The types of values, in Gnumeric's numbers. */
enum
{
  VALUE_TRUTH = 20,
  VALUE_INTEGER = 30,
  VALUE_NUMBER = 40,
  VALUE_TEXT = 60,
};

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryCellFormats *formats;
  GHashTable *format_ids; /* code to number */
  GString *table;
  GString *text; /* of the open cell, name or comment */
  gboolean in_sheet, in_text;
  int type, row, column, next_column;
  guint format;
} GnumericReader;

/* The number of a format, by which it can be asked for. */
static guint
find_format (GnumericReader *self, const char *code)
{
  guint id = GPOINTER_TO_UINT (g_hash_table_lookup (self->format_ids, code));

  if (id == 0 && g_hash_table_size (self->format_ids) < MAX_FORMATS)
    {
      id = g_hash_table_size (self->format_ids) + 1;
      g_hash_table_insert (self->format_ids, g_strdup (code), GUINT_TO_POINTER (id));
      quarry_cell_formats_define (self->formats, id, code);
    }
  return id;
}

static void
begin_cell (GnumericReader *self, const QuarryXmlElement *xml)
{
  g_autofree char *format = quarry_xml_attribute (xml, "ValueFormat");
  int row = quarry_xml_number (xml, "Row", 0);

  if (row != self->row && self->table->len > 0)
    g_string_append_c (self->table, '\n');
  if (row != self->row)
    self->next_column = 0;
  self->row = row;
  self->column = CLAMP (quarry_xml_number (xml, "Col", 0), 0, 1 << 20);
  self->type = quarry_xml_number (xml, "ValueType", 0);
  self->format = format != NULL ? find_format (self, format) : 0;
}

static void
end_cell (GnumericReader *self)
{
  const char *value = self->text->str;
  char *end;
  double number = g_ascii_strtod (value, &end);

  if (self->text->len == 0 || self->type == 0)
    return;
  for (guint i = 0; i < MAX_GAP && self->next_column + (int) i < self->column; i++)
    g_string_append_c (self->table, '\t');
  if (self->type == VALUE_TRUTH)
    quarry_cells_append_text (self->table, quarry_cells_name_truth (g_ascii_strcasecmp (value, "TRUE") == 0));
  else if ((self->type == VALUE_INTEGER || self->type == VALUE_NUMBER) && end != value)
    quarry_cell_format_append (
        self->format > 0 ? quarry_cell_formats_get (self->formats, self->format, FALSE) : NULL, self->table, number, FALSE);
  else if (self->type == VALUE_TEXT)
    quarry_cells_append_text (self->table, value);
  g_string_append_c (self->table, '\t');
  self->next_column = self->column + 1;
}

static void
end_sheet (GnumericReader *self)
{
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_TABLE, 0, self->table->str, (gssize) self->table->len);
  g_string_truncate (self->table, 0);
  self->in_sheet = FALSE;
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  GnumericReader *self = data;

  if (strcmp (name, "Sheet") == 0)
    {
      self->in_sheet = TRUE;
      self->row = -1;
    }
  else if (strcmp (name, "Cell") == 0)
    begin_cell (self, xml);
  else if (strcmp (name, "CellComment") == 0)
    {
      g_autofree char *text = quarry_xml_attribute (xml, "Text");

      if (text != NULL)
        quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
    }
  else if (strcmp (name, "Styles") == 0 || strcmp (name, "Attributes") == 0 || strcmp (name, "Names") == 0
           || strcmp (name, "document-meta") == 0 || strcmp (name, "Solver") == 0
           || strcmp (name, "Scenarios") == 0 || strcmp (name, "PrintInformation") == 0)
    return FALSE;
  if (strcmp (name, "Cell") == 0 || strcmp (name, "Name") == 0)
    {
      self->in_text = TRUE;
      g_string_truncate (self->text, 0);
    }
  return self->table->len < QUARRY_DOCUMENT_MAX_TEXT;
}

static void
end_element (gpointer data, const char *name)
{
  GnumericReader *self = data;

  if (strcmp (name, "Cell") == 0)
    end_cell (self);
  else if (strcmp (name, "Name") == 0 && self->in_sheet)
    quarry_document_builder_add (
        self->builder, QUARRY_BLOCK_HEADING, 1, self->text->str, (gssize) self->text->len);
  else if (strcmp (name, "Sheet") == 0)
    end_sheet (self);
  self->in_text = FALSE;
}

static void
add_text (gpointer data, const char *text)
{
  GnumericReader *self = data;

  if (self->in_text)
    g_string_append (self->text, text);
}

gboolean
quarry_sniff_gnumeric (const QuarryInput *input)
{
  gsize n = MIN (input->length, 1024);

  return n > 0 && memmem (input->bytes, n, ":Workbook", 9) != NULL
         && memmem (input->bytes, n, "gnumeric.org/v1", 15) != NULL;
}

gboolean
quarry_read_gnumeric (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (GBytes) bytes = g_bytes_new_static (input->bytes, input->length);
  g_autoptr (QuarryCellFormats) formats = quarry_cell_formats_new ();
  g_autoptr (GHashTable) format_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GString) table = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  GnumericReader self
      = { .builder = builder, .formats = formats, .format_ids = format_ids, .table = table, .text = text };

  quarry_metadata_read (bytes, builder);
  if (!quarry_xml_walk (bytes, &handler, &self))
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_GNUMERIC);
      return FALSE;
    }
  return TRUE;
}
