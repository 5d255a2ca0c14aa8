/* quarry-reader-xlsx.c: Excel workbooks (Office Open XML)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each sheet becomes a heading and a table of the values that its cells show. Formulas need not be
 * computed, since their values are stored with them.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-cell-format.h"
#include "core/extract/office/quarry-cells.h"
#include "core/extract/office/quarry-opc.h"
#include "core/extract/office/quarry-xlsb.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>

#define MAX_SHEETS 1000u
#define MAX_COLUMNS 16384u
#define MAX_GAP 64u /* so many empty cells in a row are kept; more are left out */

typedef struct
{
  GPtrArray *strings; /* char *, stored in the chunk */
  GStringChunk *chunk;
  GString *text;
  guint text_depth;
} StringReader;

static gboolean
start_string (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  StringReader *self = data;

  if (strcmp (name, "rPh") == 0)
    return FALSE;
  if (strcmp (name, "si") == 0)
    g_string_truncate (self->text, 0);
  else if (strcmp (name, "t") == 0)
    self->text_depth++;
  return TRUE;
}

static void
end_string (gpointer data, const char *name)
{
  StringReader *self = data;

  if (strcmp (name, "t") == 0 && self->text_depth > 0)
    self->text_depth--;
  else if (strcmp (name, "si") == 0)
    g_ptr_array_add (
        self->strings,
        g_string_chunk_insert_len (self->chunk, self->text->str, (gssize) self->text->len));
}

static void
add_string (gpointer data, const char *text)
{
  StringReader *self = data;

  if (self->text_depth > 0)
    g_string_append (self->text, text);
}

/* Finds out how cell styles show numbers. */
typedef struct
{
  QuarryCellFormats *formats;
  GPtrArray *styles; /* const QuarryCellFormat * for each style */
  gboolean in_styles;
} StyleReader;

static gboolean
start_style (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  StyleReader *self = data;

  if (strcmp (name, "numFmt") == 0)
    {
      g_autofree char *code = quarry_xml_attribute (xml, "formatCode");
      int id = quarry_xml_number (xml, "numFmtId", -1);

      if (code != NULL && id > 0)
        quarry_cell_formats_define (self->formats, (guint) id, code);
    }
  else if (strcmp (name, "cellXfs") == 0)
    self->in_styles = TRUE;
  else if (strcmp (name, "xf") == 0 && self->in_styles)
    {
      guint id = (guint) MAX (quarry_xml_number (xml, "numFmtId", 0), 0);

      g_ptr_array_add (self->styles, (gpointer) quarry_cell_formats_get (self->formats, id, TRUE));
    }
  return TRUE;
}

static void
end_style (gpointer data, const char *name)
{
  StyleReader *self = data;

  if (strcmp (name, "cellXfs") == 0)
    self->in_styles = FALSE;
}

typedef enum
{
  CELL_NUMBER,
  CELL_SHARED,
  CELL_TRUTH,
  CELL_TEXT,
} CellType;

typedef struct
{
  GPtrArray *strings;
  const GPtrArray *styles;
  gboolean is_1904;
  GString *table;
  GString *value;
  CellType type;
  guint style;
  guint column, next_column;
  guint value_depth;
} SheetReader;

/* The column of a reference such as "BC12", counted from 0; @otherwise if there is none. */
static guint
column_of (const char *reference, guint otherwise)
{
  guint column = 0;
  const char *p = reference;

  if (reference == NULL)
    return otherwise;
  for (; g_ascii_isalpha (*p) && column < MAX_COLUMNS; p++)
    column = column * 26 + (guint) (g_ascii_toupper (*p) - 'A') + 1;
  return p > reference && column <= MAX_COLUMNS ? column - 1 : otherwise;
}

static gboolean
start_cell (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  SheetReader *self = data;

  if (strcmp (name, "rPh") == 0 || strcmp (name, "f") == 0)
    return FALSE;
  if (strcmp (name, "row") == 0)
    self->next_column = 0;
  else if (strcmp (name, "c") == 0)
    {
      g_autofree char *reference = quarry_xml_attribute (xml, "r");
      g_autofree char *type = quarry_xml_attribute (xml, "t");

      self->column = column_of (reference, self->next_column);
      self->style = (guint) MAX (quarry_xml_number (xml, "s", 0), 0);
      if (type == NULL || strcmp (type, "n") == 0)
        self->type = CELL_NUMBER;
      else if (strcmp (type, "b") == 0)
        self->type = CELL_TRUTH;
      else
        self->type = strcmp (type, "s") == 0 ? CELL_SHARED : CELL_TEXT;
      g_string_truncate (self->value, 0);
    }
  else if (strcmp (name, "v") == 0 || strcmp (name, "t") == 0)
    self->value_depth++;
  return self->table->len < QUARRY_DOCUMENT_MAX_TEXT;
}

/* Whether a number is in the form in which it would be written anyway: at most nine digits, without superfluous
 * zeros. */
static gboolean
is_plain (const char *number)
{
  const char *p = number + (*number == '-');
  const char *digits = p, *point;

  if (*p == '0' && p[1] != '.' && p[1] != '\0')
    return FALSE;
  p += strspn (p, "0123456789");
  if (p == digits)
    return FALSE;
  point = p;
  if (*p == '.')
    {
      p++;
      p += strspn (p, "0123456789");
      if (p[-1] == '0' || p[-1] == '.')
        return FALSE;
    }
  /* For a number below 1, more digits would have to be considered. */
  return *p == '\0' && p - digits <= 9 && (*digits != '0' || (point == p && *number != '-'));
}

static void
append_value (SheetReader *self)
{
  GString *out = self->table;
  const char *value = self->value->str;
  const QuarryCellFormat *format;
  char *end;
  double number;

  if (self->type == CELL_SHARED)
    {
      guint64 index = g_ascii_strtoull (value, NULL, 10);

      value = index < self->strings->len ? g_ptr_array_index (self->strings, index) : "";
    }
  else if (self->type == CELL_TRUTH)
    value = quarry_cells_name_truth (*value == '1' || *value == 't');
  if (self->type != CELL_NUMBER)
    {
      quarry_cells_append_text (out, value);
      return;
    }

  format = self->style < self->styles->len ? self->styles->pdata[self->style] : NULL;
  if (format == NULL && is_plain (value))
    {
      g_string_append_len (out, value, (gssize) self->value->len);
      return;
    }
  number = g_ascii_strtod (value, &end);
  if (end != value)
    quarry_cell_format_append (format, out, number, self->is_1904);
}

static void
end_cell (gpointer data, const char *name)
{
  SheetReader *self = data;

  if ((strcmp (name, "v") == 0 || strcmp (name, "t") == 0) && self->value_depth > 0)
    self->value_depth--;
  else if (strcmp (name, "c") == 0)
    {
      if (self->value->len == 0)
        return;
      for (guint i = 0; i < MIN (self->column - MIN (self->next_column, self->column), MAX_GAP);
           i++)
        g_string_append_c (self->table, '\t');
      append_value (self);
      g_string_append_c (self->table, '\t');
      self->next_column = self->column + 1;
    }
  else if (strcmp (name, "row") == 0)
    g_string_append_c (self->table, '\n');
}

static void
add_value (gpointer data, const char *text)
{
  SheetReader *self = data;

  if (self->value_depth > 0)
    g_string_append (self->value, text);
}

typedef struct
{
  GHashTable *relations;
  GPtrArray *names, *parts;
  gboolean is_1904;
} BookReader;

static gboolean
start_book (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  BookReader *self = data;
  g_autofree char *title = NULL;
  g_autofree char *relation = NULL;
  const char *part;

  if (strcmp (name, "workbookPr") == 0)
    {
      g_autofree char *value = quarry_xml_attribute (xml, "date1904");

      self->is_1904 = g_strcmp0 (value, "1") == 0 || g_strcmp0 (value, "true") == 0;
    }
  if (strcmp (name, "sheet") != 0 || self->parts->len >= MAX_SHEETS)
    return TRUE;
  title = quarry_xml_attribute (xml, "name");
  relation = quarry_xml_attribute (xml, "id");
  part = relation != NULL ? g_hash_table_lookup (self->relations, relation) : NULL;
  if (part != NULL)
    {
      g_ptr_array_add (self->parts, g_strdup (part));
      g_ptr_array_add (self->names, g_strdup (title != NULL ? title : ""));
    }
  return TRUE;
}

static void
walk_related (QuarryPackage *package,
              const char *main,
              const char *type,
              const QuarryXmlHandler *handler,
              gpointer data)
{
  g_autofree char *part = quarry_opc_find_related (package, main, type);
  g_autoptr (GBytes) bytes = part != NULL ? quarry_package_get (package, part) : NULL;

  if (bytes != NULL)
    quarry_xml_walk (bytes, handler, data);
}

gboolean
quarry_sniff_xlsx (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package
      = quarry_package_may_have_folder (input, "xl") ? quarry_package_open (input) : NULL;

  return package != NULL && quarry_opc_is (package, "xl/");
}

gboolean
quarry_read_xlsx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler string_handler = { start_string, end_string, add_string };
  const QuarryXmlHandler style_handler = { start_style, end_style, NULL };
  const QuarryXmlHandler book_handler = { start_book, NULL, NULL };
  const QuarryXmlHandler cell_handler = { start_cell, end_cell, add_value };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GHashTable) relations = NULL;
  g_autoptr (QuarryCellFormats) formats = quarry_cell_formats_new ();
  g_autoptr (GPtrArray) strings = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) styles = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) table = g_string_new (NULL);
  g_autoptr (GBytes) book = NULL;
  g_autofree char *main = NULL;
  StringReader string_reader = { .strings = strings, .text = text };
  StyleReader style_reader = { .formats = formats, .styles = styles };
  BookReader book_reader = { .names = names, .parts = parts };
  guint n_read = 0;

  if (package == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_XLSX);
      return FALSE;
    }
  main = quarry_opc_find_main (package, "xl/workbook.xml");
  book = quarry_package_get (package, main);
  relations = quarry_opc_read_relations (package, main);
  book_reader.relations = relations;
  if (g_str_has_suffix (main, ".bin"))
    n_read = quarry_xlsb_read (package, main, builder);
  else if (book != NULL)
    quarry_xml_walk (book, &book_handler, &book_reader);
  quarry_opc_read_metadata (package, builder);

  string_reader.chunk = g_string_chunk_new (65536);
  walk_related (package, main, "/sharedStrings", &string_handler, &string_reader);
  walk_related (package, main, "/styles", &style_handler, &style_reader);
  for (guint i = 0; i < parts->len; i++)
    {
      g_autoptr (GBytes) bytes = quarry_package_get (package, g_ptr_array_index (parts, i));
      SheetReader sheet
          = { .strings = strings, .styles = styles, .is_1904 = book_reader.is_1904, .table = table, .value = text };

      g_string_truncate (table, 0);
      g_string_truncate (text, 0);
      if (bytes == NULL || !quarry_xml_walk (bytes, &cell_handler, &sheet))
        continue;
      n_read++;
      if (strspn (table->str, "\t\n ") == table->len)
        continue;
      quarry_document_builder_add (
          builder, QUARRY_BLOCK_HEADING, 1, g_ptr_array_index (names, i), -1);
      if (!quarry_document_builder_add (
              builder, QUARRY_BLOCK_TABLE, 0, table->str, (gssize) table->len))
        break;
    }
  g_string_chunk_free (string_reader.chunk);
  quarry_opc_read_drawings (package, "xl/comments", builder);
  quarry_opc_read_drawings (package, "xl/drawings/drawing", builder);
  quarry_opc_read_drawings (package, "xl/diagrams/data", builder);
  quarry_opc_read_drawings (package, "xl/charts/chart", builder);
  quarry_opc_read_embedded (package, input);
  if (n_read == 0)
    quarry_package_set_error (package, QUARRY_FORMAT_XLSX, error);
  return n_read > 0;
}
