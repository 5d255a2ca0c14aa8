/* quarry-reader-xls.c: Excel workbooks before Excel 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in [MS-XLS]: a sequence of records. Each sheet becomes a heading and a
 * table, row by row. Before Excel 97, texts were in an encoding that the file states, and before Excel
 * 5 a file was a single sheet without a container (OpenOffice.org's Documentation of the Microsoft
 * Excel File Format, 2008).
 */
#include "core/extract/office/quarry-cell-format.h"
#include "core/extract/office/quarry-cells.h"
#include "core/extract/office/quarry-ole.h"
#include "core/extract/text/quarry-decode.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_STRINGS 4000000u
#define ROWS_PER_BLOCK 200u

enum
{
  RECORD_INTEGER_2 = 0x02,
  RECORD_NUMBER_2 = 0x03,
  RECORD_LABEL_2 = 0x04,
  RECORD_BOOLERR_2 = 0x05,
  RECORD_FORMULA = 0x06,
  RECORD_STRING_2 = 0x07,
  RECORD_BOF_2 = 0x09,
  RECORD_EOF = 0x0a,
  RECORD_NOTE = 0x1c,
  RECORD_FORMAT_2 = 0x1e,
  RECORD_DATE_1904 = 0x22,
  RECORD_FILEPASS = 0x2f,
  RECORD_CONTINUE = 0x3c,
  RECORD_CODEPAGE = 0x42,
  RECORD_BOUNDSHEET = 0x85,
  RECORD_MULRK = 0xbd,
  RECORD_RSTRING = 0xd6,
  RECORD_XF = 0xe0,
  RECORD_SST = 0xfc,
  RECORD_LABELSST = 0xfd,
  RECORD_TXO = 0x1b6,
  RECORD_NUMBER = 0x203,
  RECORD_LABEL = 0x204,
  RECORD_BOOLERR = 0x205,
  RECORD_FORMULA_3 = 0x206,
  RECORD_STRING = 0x207,
  RECORD_BOF_3 = 0x209,
  RECORD_XF_3 = 0x243,
  RECORD_RK = 0x27e,
  RECORD_FORMULA_4 = 0x406,
  RECORD_BOF_4 = 0x409,
  RECORD_FORMAT = 0x41e,
  RECORD_XF_4 = 0x443,
  RECORD_BOF = 0x809,
};

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryStream stream;
  gsize at, length; /* of the current record, without its header */
  guint16 kind;
  guint version;     /* version of the records: 2 to 5, or 8 */
  char encoding[16]; /* of texts before version 8 */
  gboolean is_1904;
  GPtrArray *strings;
  GPtrArray *sheets;
  QuarryCellFormats *formats;
  GArray *styles;    /* of guint16: the number format of each XF record */
  guint n_formats;   /* formats read so far; before version 5, they are numbered in their order */
  guint n_sheets;    /* sheets begun so far */
  guint depth;       /* a chart may be nested in a sheet */
  GString *rows;
  gsize n_text;      /* bytes of cells so far; many cells may refer to the same long text */
  guint row, n_rows;
  gboolean has_row;
  GPtrArray *notes;
} XlsReader;

/* Whether the file is a sheet from before Excel 5, or a workbook without its container. */
static gboolean
is_bare (const QuarryInput *input)
{
  const QuarryStream stream = { input->bytes, input->length };
  guint16 kind = quarry_stream_u16 (&stream, 0), length = quarry_stream_u16 (&stream, 2);
  guint16 type = quarry_stream_u16 (&stream, 6);

  return (kind == RECORD_BOF_2 || kind == RECORD_BOF_3 || kind == RECORD_BOF_4
          || kind == RECORD_BOF)
         && length >= 4 && length <= 16
         && (type == 0x05 || type == 0x10 || type == 0x40 || type == 0x100);
}

gboolean
quarry_sniff_xls (const QuarryInput *input)
{
  return is_bare (input) || quarry_ole_has (input, "Workbook") || quarry_ole_has (input, "Book");
}

/* Moves to the next record. */
static gboolean
next_record (XlsReader *self)
{
  gsize at = self->at + self->length;

  if (at + 4 > self->stream.length)
    return FALSE;
  self->kind = quarry_stream_u16 (&self->stream, at);
  self->length = quarry_stream_u16 (&self->stream, at + 2);
  self->at = at + 4;
  self->length = MIN (self->length, self->stream.length - self->at);
  return TRUE;
}

static gboolean
is_next_continued (XlsReader *self)
{
  return quarry_stream_u16 (&self->stream, self->at + self->length) == RECORD_CONTINUE
         && self->at + self->length + 4 <= self->stream.length;
}

/* Appends @n characters from *@at on. They may continue in Continue records, each of which states their width again. */
static void
append_characters (XlsReader *self, GString *out, gsize *at, gsize n, gboolean is_wide)
{
  while (n > 0)
    {
      gsize left = self->at + self->length > *at ? self->at + self->length - *at : 0;
      gsize take = MIN (n, is_wide ? left / 2 : left);

      if (is_wide)
        quarry_ole_append_wide (out, &self->stream, *at, take);
      else
        for (gsize i = 0; i < take; i++)
          if (self->stream.bytes[*at + i] != 0)
            g_string_append_unichar (out, self->stream.bytes[*at + i]);
      *at += is_wide ? 2 * take : take;
      n -= take;
      if (n == 0)
        return;
      if (!is_next_continued (self) || !next_record (self) || self->length == 0)
        return;
      is_wide = self->stream.bytes[self->at] & 1;
      *at = self->at + 1;
    }
}

/* Skips @n bytes, across Continue records. */
static void
skip (XlsReader *self, gsize *at, gsize n)
{
  while (n > 0)
    {
      gsize left = self->at + self->length > *at ? self->at + self->length - *at : 0;
      gsize take = MIN (n, left);

      *at += take;
      n -= take;
      if (n > 0)
        {
          if (!is_next_continued (self) || !next_record (self))
            return;
          *at = self->at;
        }
    }
}

/* Reads a string, whose flags come after its length. */
static char *
take_string (XlsReader *self, gsize *at, gboolean is_short)
{
  GString *out = g_string_new (NULL);
  gsize n, n_runs = 0, n_extra = 0;
  guint8 flags;

  if (*at >= self->at + self->length && is_next_continued (self) && next_record (self))
    *at = self->at;
  n = is_short ? (*at < self->stream.length ? self->stream.bytes[*at] : 0)
               : quarry_stream_u16 (&self->stream, *at);
  *at += is_short ? 1 : 2;
  flags = *at < self->stream.length ? self->stream.bytes[*at] : 0;
  *at += 1;
  if (flags & 8)
    {
      n_runs = quarry_stream_u16 (&self->stream, *at);
      *at += 2;
    }
  if (flags & 4)
    {
      n_extra = quarry_stream_u32 (&self->stream, *at);
      *at += 4;
    }
  append_characters (self, out, at, n, flags & 1);
  skip (self, at, 4 * n_runs);
  skip (self, at, MIN (n_extra, self->stream.length));
  return g_string_free (out, FALSE);
}

static void
read_strings (XlsReader *self)
{
  guint32 n = quarry_stream_u32 (&self->stream, self->at + 4);
  gsize at = self->at + 8;

  for (guint32 i = 0; i < MIN (n, MAX_STRINGS) && at < self->stream.length; i++)
    {
      if (at >= self->at + self->length && !is_next_continued (self))
        return;
      g_ptr_array_add (self->strings, take_string (self, &at, FALSE));
    }
}

static void
flush_rows (XlsReader *self)
{
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_TABLE, 0, self->rows->str, (gssize) self->rows->len);
  g_string_truncate (self->rows, 0);
  self->n_rows = 0;
}

static void
end_sheet (XlsReader *self)
{
  flush_rows (self);
  for (guint i = 0; i < self->notes->len; i++)
    quarry_document_builder_add (
        self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->notes->pdata[i], -1);
  g_ptr_array_set_size (self->notes, 0);
  self->has_row = FALSE;
}

static void
begin_sheet (XlsReader *self)
{
  end_sheet (self);
  if (self->n_sheets > 0 && self->n_sheets <= self->sheets->len)
    quarry_document_builder_add (
        self->builder, QUARRY_BLOCK_HEADING, 1, self->sheets->pdata[self->n_sheets - 1], -1);
  self->n_sheets++;
}

static void
add_cell (XlsReader *self, guint row, const char *text)
{
  if (text == NULL || *text == '\0' || self->n_text >= QUARRY_DOCUMENT_MAX_TEXT)
    return;
  if (self->has_row && row != self->row)
    {
      g_string_append_c (self->rows, '\n');
      if (++self->n_rows >= ROWS_PER_BLOCK)
        flush_rows (self);
    }
  else if (self->has_row)
    g_string_append_c (self->rows, '\t');
  self->row = row;
  self->has_row = TRUE;
  self->n_text += strlen (text);
  for (const char *p = text; *p != '\0'; p++)
    g_string_append_c (self->rows, strchr ("\t\r\n", *p) != NULL ? ' ' : *p);
}

/* The number format of a cell, NULL for the general one. @style: the cell's style; in version 2, the format itself. */
static const QuarryCellFormat *
find_format (XlsReader *self, guint style)
{
  guint number = style;
  const QuarryCellFormat *format;

  if (self->version > 2)
    number = style < self->styles->len ? g_array_index (self->styles, guint16, style) : 0;
  /* Format 0 is "General" in all versions. It is excluded since its name is in Excel's language, and the letter "d" in
   * "Standard" would look like a day. */
  format = number != 0 ? quarry_cell_formats_get (self->formats, number, self->version >= 5) : NULL;
  /* Before version 5, the decimal point, too, was in Excel's language. */
  return format != NULL && (self->version >= 5 || quarry_cell_format_is_date (format)) ? format : NULL;
}

static void
add_number (XlsReader *self, guint row, guint style, double value)
{
  g_autoptr (GString) text = g_string_new (NULL);

  quarry_cell_format_append (find_format (self, style), text, value, self->is_1904);
  add_cell (self, row, text->str);
}

/* Adds a truth value from the two bytes at @at, of which the second one says that the value is an error instead. */
static void
add_truth (XlsReader *self, guint row, gsize at)
{
  guint16 value = quarry_stream_u16 (&self->stream, at);

  if (value >> 8 == 0)
    add_cell (self, row, quarry_cells_name_truth ((value & 0xff) != 0));
}

/* Sets the encoding that the record CODEPAGE states. */
static void
set_encoding (XlsReader *self, guint page)
{
  if (page == 10000 || page == 0x8000)
    g_strlcpy (self->encoding, "macintosh", sizeof self->encoding);
  else if (page == 0x8001)
    g_strlcpy (self->encoding, "windows-1252", sizeof self->encoding);
  else
    g_snprintf (self->encoding, sizeof self->encoding, page < 900 ? "ibm-%u" : "windows-%u", page);
}

/* @n bytes of text from before version 8. (transfer full) */
static char *
take_narrow (XlsReader *self, gsize at, gsize n)
{
  GString *text;

  at = MIN (at, self->stream.length);
  n = MIN (n, self->stream.length - at);
  text = n > 0 && *self->encoding != '\0'
             ? quarry_decode_from (self->stream.bytes + at, n, self->encoding)
             : NULL;
  if (text == NULL)
    {
      text = g_string_new (NULL);
      quarry_ole_append_narrow (text, &self->stream, at, n);
    }
  return g_string_free (text, FALSE);
}

/* A text after its length, which is one or two bytes long. (transfer full) */
static char *
take_text (XlsReader *self, gsize at, gboolean is_short)
{
  if (self->version >= 8)
    return take_string (self, &at, is_short);
  if (is_short)
    return take_narrow (self, at + 1, at < self->stream.length ? self->stream.bytes[at] : 0);
  return take_narrow (self, at + 2, quarry_stream_u16 (&self->stream, at));
}

static void
read_format (XlsReader *self)
{
  guint number = self->version >= 5 ? quarry_stream_u16 (&self->stream, self->at) : self->n_formats;
  gsize at = self->at + (self->kind == RECORD_FORMAT ? 2 : 0);
  g_autofree char *format = take_text (self, at, self->version < 8);

  self->n_formats++;
  quarry_cell_formats_define (self->formats, number, format);
}

/* The text of a text box or comment is in a following Continue record. */
static void
read_box (XlsReader *self)
{
  gsize n = quarry_stream_u16 (&self->stream, self->at + 10);
  g_autoptr (GString) text = NULL;
  gsize at;

  if (n == 0 || !is_next_continued (self) || !next_record (self) || self->length == 0)
    return;
  text = g_string_new (NULL);
  at = self->at + 1;
  append_characters (self, text, &at, n, self->stream.bytes[self->at] & 1);
  g_ptr_array_add (self->notes, g_strdup (text->str));
}

/* The record that begins a part tells the version of the records in it. Newer Excels that save a workbook for Excel 95
 * give its own version in the first part alone, and in all others falsely that of Excel 97. */
static void
begin_part (XlsReader *self)
{
  if (self->kind == RECORD_BOF)
    self->version = self->version != 5 && quarry_stream_u16 (&self->stream, self->at) == 0x0600 ? 8 : 5;
  else
    self->version = self->kind == RECORD_BOF_4 ? 4 : self->kind == RECORD_BOF_3 ? 3 : 2;
  if (self->depth++ == 0)
    begin_sheet (self);
}

/* A cell with a formula. If its value is a text, that is in the next record. */
static void
read_formula (XlsReader *self, guint row, guint style, gsize at)
{
  if (quarry_stream_u16 (&self->stream, at + 6) != 0xffff)
    add_number (self, row, style, quarry_stream_double (&self->stream, at));
  else if ((quarry_stream_u16 (&self->stream, at) & 0xff) == 1)
    add_cell (self, row, quarry_cells_name_truth ((quarry_stream_u16 (&self->stream, at + 2) & 0xff) != 0));
  else if (self->has_row && row != self->row)
    {
      g_string_append_c (self->rows, '\n');
      self->has_row = FALSE;
      self->row = row;
    }
  else
    self->row = row;
}

/* A record of cells; others are passed over. */
static void
read_cells (XlsReader *self)
{
  const QuarryStream *stream = &self->stream;
  gsize at = self->at;
  guint row = quarry_stream_u16 (stream, at);
  guint style = quarry_stream_u16 (stream, at + 4);
  g_autofree char *text = NULL;
  guint32 number;

  switch (self->kind)
    {
    case RECORD_LABELSST:
      number = quarry_stream_u32 (stream, at + 6);
      if (number < self->strings->len)
        add_cell (self, row, self->strings->pdata[number]);
      break;
    case RECORD_LABEL_2:
      text = take_text (self, at + 7, TRUE);
      add_cell (self, row, text);
      break;
    case RECORD_LABEL:
    case RECORD_RSTRING:
      text = take_text (self, at + 6, FALSE);
      add_cell (self, row, text);
      break;
    case RECORD_STRING_2:
    case RECORD_STRING:
      text = take_text (self, at, self->kind == RECORD_STRING_2);
      add_cell (self, self->row, text);
      break;
    case RECORD_INTEGER_2:
      add_number (self, row, style >> 8 & 0x3f, quarry_stream_u16 (stream, at + 7));
      break;
    case RECORD_NUMBER_2:
      add_number (self, row, style >> 8 & 0x3f, quarry_stream_double (stream, at + 7));
      break;
    case RECORD_BOOLERR_2:
      add_truth (self, row, at + 7);
      break;
    case RECORD_BOOLERR:
      add_truth (self, row, at + 6);
      break;
    case RECORD_NUMBER:
      add_number (self, row, style, quarry_stream_double (stream, at + 6));
      break;
    case RECORD_FORMULA:
    case RECORD_FORMULA_3:
    case RECORD_FORMULA_4:
      if (self->version == 2)
        read_formula (self, row, style >> 8 & 0x3f, at + 7);
      else
        read_formula (self, row, style, at + 6);
      break;
    case RECORD_RK:
      add_number (self, row, style, quarry_stream_rk (quarry_stream_u32 (stream, at + 6)));
      break;
    case RECORD_MULRK:
      for (gsize k = at + 4; k + 8 <= at + self->length; k += 6)
        add_number (self,
                    row,
                    quarry_stream_u16 (stream, k),
                    quarry_stream_rk (quarry_stream_u32 (stream, k + 2)));
      break;
    default:
      break;
    }
}

/* FALSE if the workbook is encrypted. */
static gboolean
read_record (XlsReader *self)
{
  const QuarryStream *stream = &self->stream;
  gsize at = self->at;
  guint first = quarry_stream_u16 (stream, at);
  guint16 id;

  switch (self->kind)
    {
    case RECORD_FILEPASS:
      return FALSE;
    case RECORD_BOF_2:
    case RECORD_BOF_3:
    case RECORD_BOF_4:
    case RECORD_BOF:
      begin_part (self);
      break;
    case RECORD_EOF:
      self->depth -= self->depth > 0;
      break;
    case RECORD_CODEPAGE:
      set_encoding (self, first);
      break;
    case RECORD_DATE_1904:
      self->is_1904 = first == 1;
      break;
    case RECORD_BOUNDSHEET:
      g_ptr_array_add (self->sheets, take_text (self, at + 6, TRUE));
      break;
    case RECORD_XF_3:
    case RECORD_XF_4:
      id = (guint16) (first >> 8);
      g_array_append_val (self->styles, id);
      break;
    case RECORD_XF:
      id = quarry_stream_u16 (stream, at + 2);
      g_array_append_val (self->styles, id);
      break;
    case RECORD_FORMAT_2:
    case RECORD_FORMAT:
      read_format (self);
      break;
    case RECORD_SST:
      read_strings (self);
      break;
    case RECORD_NOTE:
      if (self->version < 8)
        g_ptr_array_add (
            self->notes,
            take_narrow (self, at + 6,
                         MIN (quarry_stream_u16 (stream, at + 4), self->length - MIN (self->length, 6))));
      break;
    case RECORD_TXO:
      read_box (self);
      break;
    default:
      read_cells (self);
      break;
    }
  return TRUE;
}

gboolean
quarry_read_xls (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  GsfInfile *ole = is_bare (input) ? NULL : quarry_ole_open (input);
  g_autoptr (GBytes) stream = NULL;
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) sheets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QuarryCellFormats) formats = quarry_cell_formats_new ();
  g_autoptr (GArray) styles = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_autoptr (GString) rows = g_string_new (NULL);
  XlsReader self = { .builder = builder,
                     .strings = strings,
                     .sheets = sheets,
                     .formats = formats,
                     .styles = styles,
                     .rows = rows,
                     .notes = notes };

  if (ole != NULL)
    {
      quarry_ole_read_metadata (ole, builder);
      stream = quarry_ole_get (ole, "Workbook");
      if (stream == NULL)
        stream = quarry_ole_get (ole, "Book");
      g_object_unref (ole);
    }
  else if (is_bare (input))
    stream = g_bytes_new_static (input->bytes, input->length);
  if (stream == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_XLS);
      return FALSE;
    }
  self.stream.bytes = g_bytes_get_data (stream, &self.stream.length);
  while (next_record (&self))
    if (!read_record (&self))
      {
        g_set_error_literal (
            error,
            QUARRY_EXTRACT_ERROR,
            QUARRY_EXTRACT_ERROR_ENCRYPTED,
            _ ("The Excel workbook is encrypted: open it with its password and save "
               "an unprotected copy."));
        return FALSE;
      }
  end_sheet (&self);
  return TRUE;
}
