/* quarry-xlsb.c: Excel's binary workbooks (.xlsb)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The package is like that of an XLSX file, but its parts consist of binary records, described in
 * [MS-XLSB], instead of XML. The constants below are the record types of section 2.3.1 there.
 */
#include "core/extract/office/quarry-xlsb.h"

#include "core/extract/office/quarry-cell-format.h"
#include "core/extract/office/quarry-cells.h"
#include "core/extract/office/quarry-ole.h"

#include <string.h>

#define MAX_SHEETS 1000u
#define MAX_GAP 64u /* so many empty cells in a row are kept; more are left out */

enum
{
  BRT_ROW_HDR = 0,
  BRT_CELL_BLANK = 1,
  BRT_CELL_RK = 2,
  BRT_CELL_BOOL = 4,
  BRT_CELL_REAL = 5,
  BRT_CELL_ST = 6,
  BRT_CELL_ISST = 7,
  BRT_FMLA_STRING = 8,
  BRT_FMLA_NUM = 9,
  BRT_FMLA_BOOL = 10,
  BRT_FMLA_ERROR = 11,
  BRT_SHORT_BLANK = 12, /* 12 to 18 correspond to 1 to 7, but without a column number: it is the next column */
  BRT_SHORT_ISST = 18,
  BRT_SST_ITEM = 19,
  BRT_FMT = 44,
  BRT_XF = 47,
  BRT_CELL_R_STRING = 62,
  BRT_WB_PROP = 153,
  BRT_BUNDLE_SH = 156,
  BRT_BEGIN_CELL_XFS = 617,
  BRT_END_CELL_XFS = 618,
  BRT_COMMENT_TEXT = 637,
};

typedef struct
{
  QuarryDocumentBuilder *builder;
  GPtrArray *strings;
  QuarryCellFormats *formats;
  GPtrArray *styles; /* const QuarryCellFormat * for each style */
  GPtrArray *names, *parts;
  GHashTable *relations;
  GString *table;
  guint32 column;      /* column of the current cell; behind a cell, that of the next one */
  guint32 next_column; /* column behind the last cell that shows something */
  gboolean is_1904, in_styles;
} XlsbReader;

typedef struct
{
  QuarryStream stream; /* its contents */
  guint kind;
} Record;

/* A little-endian number with seven bits per byte. */
static gboolean
take_number (const QuarryStream *stream, gsize *at, guint most, guint *number)
{
  *number = 0;
  for (guint i = 0; i < most; i++)
    {
      guint8 byte;

      if (*at >= stream->length)
        return FALSE;
      byte = stream->bytes[(*at)++];
      *number |= (guint) (byte & 0x7f) << 7 * i;
      if ((byte & 0x80) == 0)
        break;
    }
  return TRUE;
}

static gboolean
take_record (const QuarryStream *stream, gsize *at, Record *record)
{
  guint length;

  if (!take_number (stream, at, 2, &record->kind) || !take_number (stream, at, 4, &length))
    return FALSE;
  record->stream.bytes = stream->bytes + *at;
  record->stream.length = MIN (length, stream->length - *at);
  *at += record->stream.length;
  return TRUE;
}

/* A text with its length before it. (transfer full) */
static char *
take_text (const QuarryStream *stream, gsize *at)
{
  GString *text = g_string_new (NULL);
  guint32 n = quarry_stream_u32 (stream, *at);

  *at += 4;
  /* A null text is written with the length 0xffffffff. */
  if (n != G_MAXUINT32 && *at < stream->length)
    {
      n = (guint32) MIN (n, (stream->length - *at) / 2);
      quarry_ole_append_wide (text, stream, *at, n);
      *at += 2 * (gsize) n;
    }
  return g_string_free (text, FALSE);
}

static void
walk (QuarryPackage *package,
      const char *part,
      void (*read) (XlsbReader *self, const Record *record),
      XlsbReader *self)
{
  g_autoptr (GBytes) bytes = quarry_package_get (package, part);
  QuarryStream stream = { 0 };
  Record record;
  gsize at = 0;

  if (bytes != NULL)
    stream.bytes = g_bytes_get_data (bytes, &stream.length);
  while (take_record (&stream, &at, &record))
    read (self, &record);
}

static void
walk_related (QuarryPackage *package,
              const char *main,
              const char *type,
              void (*read) (XlsbReader *self, const Record *record),
              XlsbReader *self)
{
  g_autofree char *part = quarry_opc_find_related (package, main, type);

  if (part != NULL)
    walk (package, part, read, self);
}

static void
read_book (XlsbReader *self, const Record *record)
{
  g_autofree char *relation = NULL;
  const char *part;
  gsize at = 8;

  if (record->kind == BRT_WB_PROP)
    self->is_1904 = quarry_stream_u32 (&record->stream, 0) & 1;
  if (record->kind != BRT_BUNDLE_SH || self->parts->len >= MAX_SHEETS)
    return;
  relation = take_text (&record->stream, &at);
  part = g_hash_table_lookup (self->relations, relation);
  if (part == NULL)
    return;
  g_ptr_array_add (self->parts, g_strdup (part));
  g_ptr_array_add (self->names, take_text (&record->stream, &at));
}

static void
read_string (XlsbReader *self, const Record *record)
{
  gsize at = 1;

  if (record->kind == BRT_SST_ITEM)
    g_ptr_array_add (self->strings, take_text (&record->stream, &at));
}

static void
read_style (XlsbReader *self, const Record *record)
{
  guint format = quarry_stream_u16 (&record->stream, 2);

  if (record->kind == BRT_FMT)
    {
      gsize at = 2;
      g_autofree char *code = take_text (&record->stream, &at);

      quarry_cell_formats_define (self->formats, quarry_stream_u16 (&record->stream, 0), code);
    }
  else if (record->kind == BRT_BEGIN_CELL_XFS || record->kind == BRT_END_CELL_XFS)
    self->in_styles = record->kind == BRT_BEGIN_CELL_XFS;
  else if (record->kind == BRT_XF && self->in_styles)
    g_ptr_array_add (self->styles, (gpointer) quarry_cell_formats_get (self->formats, format, TRUE));
}

/* Appends the value of a cell of @kind, behind its style at @at; FALSE if it has none. */
static gboolean
append_value (XlsbReader *self, guint kind, const QuarryStream *stream, gsize at)
{
  guint32 style = quarry_stream_u32 (stream, at) & 0xffffff;
  const QuarryCellFormat *format = style < self->styles->len ? self->styles->pdata[style] : NULL;
  g_autofree char *text = NULL;
  guint32 number;

  at += kind == BRT_CELL_R_STRING ? 5 : 4;
  switch (kind)
    {
    case BRT_CELL_RK:
      quarry_cell_format_append (format, self->table, quarry_stream_rk (quarry_stream_u32 (stream, at)), self->is_1904);
      return TRUE;
    case BRT_CELL_REAL:
    case BRT_FMLA_NUM:
      quarry_cell_format_append (format, self->table, quarry_stream_double (stream, at), self->is_1904);
      return TRUE;
    case BRT_CELL_BOOL:
    case BRT_FMLA_BOOL:
      /* A truth value is a single byte, which a damaged record may lack. */
      quarry_cells_append_text (self->table, quarry_cells_name_truth (at < stream->length && stream->bytes[at] != 0));
      return TRUE;
    case BRT_CELL_ISST:
      number = quarry_stream_u32 (stream, at);
      if (number < self->strings->len)
        quarry_cells_append_text (self->table, self->strings->pdata[number]);
      return TRUE;
    case BRT_CELL_ST:
    case BRT_FMLA_STRING:
    case BRT_CELL_R_STRING:
      text = take_text (stream, &at);
      quarry_cells_append_text (self->table, text);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
read_sheet (XlsbReader *self, const Record *record)
{
  guint kind = record->kind;
  gboolean is_short = kind >= BRT_SHORT_BLANK && kind <= BRT_SHORT_ISST;
  gsize before = self->table->len;
  guint32 column;

  if (before >= QUARRY_DOCUMENT_MAX_TEXT)
    return;
  if (kind == BRT_ROW_HDR)
    {
      if (before > 0)
        g_string_append_c (self->table, '\n');
      self->column = self->next_column = 0;
      return;
    }
  if (!is_short && (kind < BRT_CELL_BLANK || kind > BRT_FMLA_ERROR) && kind != BRT_CELL_R_STRING)
    return;
  column = is_short ? self->column : quarry_stream_u32 (&record->stream, 0);
  self->column = column + 1;
  if (is_short)
    kind -= BRT_SHORT_BLANK - BRT_CELL_BLANK;
  if (!append_value (self, kind, &record->stream, is_short ? 0 : 4) || self->table->len == before)
    return;
  for (guint i = 0; i < MIN (column - MIN (self->next_column, column), MAX_GAP); i++)
    g_string_insert_c (self->table, (gssize) before, '\t');
  g_string_append_c (self->table, '\t');
  self->next_column = column + 1;
}

static void
read_comment (XlsbReader *self, const Record *record)
{
  g_autofree char *text = NULL;
  gsize at = 1;

  if (record->kind != BRT_COMMENT_TEXT)
    return;
  text = take_text (&record->stream, &at);
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
}

guint
quarry_xlsb_read (QuarryPackage *package, const char *main, QuarryDocumentBuilder *builder)
{
  g_autoptr (GHashTable) relations = quarry_opc_read_relations (package, main);
  g_autoptr (QuarryCellFormats) formats = quarry_cell_formats_new ();
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) styles = g_ptr_array_new ();
  g_autoptr (GString) table = g_string_new (NULL);
  XlsbReader self = { .builder = builder,
                      .strings = strings,
                      .formats = formats,
                      .styles = styles,
                      .names = names,
                      .parts = parts,
                      .relations = relations,
                      .table = table };
  guint n_read = 0;

  walk (package, main, read_book, &self);
  walk_related (package, main, "/sharedStrings", read_string, &self);
  walk_related (package, main, "/styles", read_style, &self);
  for (guint i = 0; i < parts->len; i++)
    {
      g_string_truncate (table, 0);
      walk (package, parts->pdata[i], read_sheet, &self);
      n_read += quarry_package_has (package, parts->pdata[i]);
      if (strspn (table->str, "\t\n ") == table->len)
        continue;
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, names->pdata[i], -1);
      if (!quarry_document_builder_add (
              builder, QUARRY_BLOCK_TABLE, 0, table->str, (gssize) table->len))
        break;
    }
  for (guint i = 0; i < quarry_package_list (package)->len; i++)
    if (g_str_has_prefix (quarry_package_list (package)->pdata[i], "xl/comments"))
      walk (package, quarry_package_list (package)->pdata[i], read_comment, &self);
  return n_read;
}
