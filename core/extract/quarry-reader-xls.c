/* quarry-reader-xls.c: Excel workbooks of before 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As [MS-XLS] has it: records one after the other; a sheet is a heading and a table, row by row.
 */
#include "core/extract/quarry-ole.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_STRINGS 4000000u
#define ROWS_PER_BLOCK 200u

enum
{
  RECORD_FORMULA = 0x06,
  RECORD_EOF = 0x0a,
  RECORD_FILEPASS = 0x2f,
  RECORD_CONTINUE = 0x3c,
  RECORD_BOUNDSHEET = 0x85,
  RECORD_MULRK = 0xbd,
  RECORD_XF = 0xe0,
  RECORD_SST = 0xfc,
  RECORD_LABELSST = 0xfd,
  RECORD_TXO = 0x1b6,
  RECORD_NUMBER = 0x203,
  RECORD_LABEL = 0x204,
  RECORD_STRING = 0x207,
  RECORD_RK = 0x27e,
  RECORD_FORMAT = 0x41e,
  RECORD_BOF = 0x809,
};

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryStream stream;
  gsize at, length; /* of the record at hand, without its head */
  guint16 kind;
  GPtrArray *strings;
  GPtrArray *sheets;
  GHashTable *dates; /* numbers of formats that are dates */
  GArray *formats;   /* of guint16: that of each XF */
  guint n_sheets;    /* begun */
  guint depth;       /* a chart may stand within a sheet */
  GString *rows;
  guint row, n_rows;
  gboolean has_row;
  GPtrArray *notes;
} XlsReader;

gboolean
quarry_sniff_xls (const QuarryInput *input)
{
  return quarry_ole_has (input, "Workbook") || quarry_ole_has (input, "Book");
}

/* Moves to the record behind the one at hand. */
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

/* Characters from @*at on, which may go on in records that continue: each says anew how wide. */
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

/* Moves over @n bytes, through records that continue. */
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

/* A string with its flags behind its length. */
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
    quarry_document_builder_add (self->builder,
                                 QUARRY_BLOCK_HEADING,
                                 1,
                                 self->sheets->pdata[self->n_sheets - 1],
                                 -1);
  self->n_sheets++;
}

static void
add_cell (XlsReader *self, guint row, const char *text)
{
  if (text == NULL || *text == '\0')
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
  for (const char *p = text; *p != '\0'; p++)
    g_string_append_c (self->rows, strchr ("\t\r\n", *p) != NULL ? ' ' : *p);
}

static gboolean
is_date (XlsReader *self, guint format)
{
  guint16 number = format < self->formats->len ? g_array_index (self->formats, guint16, format) : 0;

  return (number >= 14 && number <= 22) || (number >= 45 && number <= 47)
         || g_hash_table_contains (self->dates, GUINT_TO_POINTER (number));
}

static void
add_number (XlsReader *self, guint row, guint format, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    return;
  if (value >= 1 && value < 2958466 && is_date (self, format))
    {
      GDate date;

      /* Day 1 is the first of January 1900; a 29th of February of that year is counted too. */
      g_date_clear (&date, 1);
      g_date_set_julian (&date, 693594 + (guint32) value + (value < 61));
      g_snprintf (buffer, sizeof buffer, "%04d-%02d-%02d", g_date_get_year (&date),
                  g_date_get_month (&date), g_date_get_day (&date));
    }
  else
    g_ascii_formatd (buffer, sizeof buffer, "%.12g", value);
  add_cell (self, row, buffer);
}

static double
rk_value (guint32 rk)
{
  double value;

  if (rk & 2)
    value = (double) ((gint32) rk >> 2);
  else
    {
      guint64 bits = (guint64) (rk & ~3u) << 32;

      memcpy (&value, &bits, sizeof value);
    }
  return rk & 1 ? value / 100 : value;
}

static double
double_at (const QuarryStream *stream, gsize at)
{
  guint64 bits = quarry_stream_u32 (stream, at) | (guint64) quarry_stream_u32 (stream, at + 4) << 32;
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static void
read_format (XlsReader *self)
{
  gsize at = self->at + 2;
  guint16 number = quarry_stream_u16 (&self->stream, self->at);
  g_autofree char *format = take_string (self, &at, FALSE);
  gboolean quoted = FALSE;

  for (const char *p = format; *p != '\0'; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      else if (*p == '[')
        p += strcspn (p, "]") - (strchr (p, ']') == NULL);
      else if (!quoted && strchr ("ydYD", *p) != NULL)
        {
          g_hash_table_add (self->dates, GUINT_TO_POINTER (number));
          return;
        }
    }
}

/* The text of a box or a comment goes on in a record behind it. */
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

/* FALSE where the workbook is encrypted. */
static gboolean
read_record (XlsReader *self, gboolean is_old)
{
  const QuarryStream *stream = &self->stream;
  gsize at = self->at;
  guint row = quarry_stream_u16 (stream, at);

  switch (self->kind)
    {
    case RECORD_FILEPASS:
      return FALSE;
    case RECORD_BOF:
      if (self->depth++ == 0)
        begin_sheet (self);
      break;
    case RECORD_EOF:
      self->depth -= self->depth > 0;
      break;
    case RECORD_BOUNDSHEET:
      at += 6;
      if (is_old)
        {
          g_autoptr (GString) name = g_string_new (NULL);

          if (at < stream->length)
            quarry_ole_append_narrow (name, stream, at + 1, stream->bytes[at]);
          g_ptr_array_add (self->sheets, g_strdup (name->str));
        }
      else
        g_ptr_array_add (self->sheets, take_string (self, &at, TRUE));
      break;
    case RECORD_XF:
      {
        guint16 number = quarry_stream_u16 (stream, at + 2);

        g_array_append_val (self->formats, number);
        break;
      }
    case RECORD_FORMAT:
      if (!is_old)
        read_format (self);
      break;
    case RECORD_SST:
      read_strings (self);
      break;
    case RECORD_LABELSST:
      {
        guint32 number = quarry_stream_u32 (stream, at + 6);

        if (number < self->strings->len)
          add_cell (self, row, self->strings->pdata[number]);
        break;
      }
    case RECORD_LABEL:
    case RECORD_STRING:
      {
        g_autofree char *text = NULL;

        if (self->kind == RECORD_LABEL)
          at += 6;
        else
          row = self->row;
        if (is_old)
          {
            GString *narrow = g_string_new (NULL);

            quarry_ole_append_narrow (narrow, stream, at + 2, quarry_stream_u16 (stream, at));
            text = g_string_free (narrow, FALSE);
          }
        else
          text = take_string (self, &at, FALSE);
        add_cell (self, row, text);
        break;
      }
    case RECORD_NUMBER:
      add_number (self, row, quarry_stream_u16 (stream, at + 4), double_at (stream, at + 6));
      break;
    case RECORD_FORMULA:
      /* Where its value is a text, that follows. */
      if (quarry_stream_u16 (stream, at + 12) != 0xffff)
        add_number (self, row, quarry_stream_u16 (stream, at + 4), double_at (stream, at + 6));
      else if (self->has_row && row != self->row)
        {
          g_string_append_c (self->rows, '\n');
          self->has_row = FALSE;
          self->row = row;
        }
      else
        self->row = row;
      break;
    case RECORD_RK:
      add_number (self, row, quarry_stream_u16 (stream, at + 4),
                  rk_value (quarry_stream_u32 (stream, at + 6)));
      break;
    case RECORD_MULRK:
      for (gsize k = at + 4; k + 8 <= at + self->length; k += 6)
        add_number (self, row, quarry_stream_u16 (stream, k),
                    rk_value (quarry_stream_u32 (stream, k + 2)));
      break;
    case RECORD_TXO:
      read_box (self);
      break;
    default:
      break;
    }
  return TRUE;
}

gboolean
quarry_read_xls (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  GsfInfile *ole = quarry_ole_open (input);
  g_autoptr (GBytes) stream = NULL;
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) sheets = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) dates = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) formats = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_autoptr (GString) rows = g_string_new (NULL);
  XlsReader self = { .builder = builder, .strings = strings, .sheets = sheets, .dates = dates,
                     .formats = formats, .rows = rows, .notes = notes };
  gboolean is_old = FALSE;

  if (ole != NULL)
    {
      quarry_ole_read_metadata (ole, builder);
      stream = quarry_ole_get (ole, "Workbook");
      if (stream == NULL)
        {
          stream = quarry_ole_get (ole, "Book");
          is_old = TRUE;
        }
      g_object_unref (ole);
    }
  if (stream == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_XLS);
      return FALSE;
    }
  self.stream.bytes = g_bytes_get_data (stream, &self.stream.length);
  while (next_record (&self))
    if (!read_record (&self, is_old))
      {
        g_set_error_literal (error,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_ENCRYPTED,
                             _ ("The Excel workbook is encrypted: open it with its password and save "
                                "an unprotected copy."));
        return FALSE;
      }
  end_sheet (&self);
  return TRUE;
}
