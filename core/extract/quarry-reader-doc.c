/* quarry-reader-doc.c: Word documents of before 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As [MS-DOC] has it: the text lies in pieces; paragraphs end in it with a sign, and pages of
 * properties beside it say which of them are headings, rows of tables, hidden or deleted.
 */
#include "core/extract/quarry-office.h"
#include "core/extract/quarry-ole.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_PIECES 200000u
#define PAGE 512u

/* Properties by the place of their text in the file. */
typedef struct
{
  guint32 from, to;
  guint8 level;      /* of a heading; 0 for none */
  guint8 in_table;
  guint8 ends_row;
  guint8 is_hidden;  /* or deleted */
} Run;

typedef struct
{
  QuarryStream main, table;
  GArray *paragraphs; /* of Run, sorted */
  GArray *characters; /* likewise */
  GString *text;      /* of the paragraph at hand */
  GString *row;
  GString *rows;
  guint n_fields;    /* open ones */
  guint32 is_result; /* a bit a field: its instructions are over */
  QuarryDocumentBuilder *builder;
} DocReader;

gboolean
quarry_sniff_doc (const QuarryInput *input)
{
  return quarry_ole_has (input, "WordDocument");
}

/* Reads the properties that differ from their style's, as [MS-DOC] 2.6 numbers them. */
static void
read_properties (const QuarryStream *stream, gsize at, gsize end, Run *run)
{
  static const guint8 sizes[8] = { 1, 1, 2, 4, 2, 2, 0, 3 };

  end = MIN (end, stream->length);
  while (at + 2 <= end)
    {
      guint16 code = quarry_stream_u16 (stream, at);
      gsize size = sizes[code >> 13];
      guint8 value;

      at += 2;
      if (at >= end)
        return;
      value = stream->bytes[at];
      if (size == 0)
        size = code == 0xd608 ? (gsize) quarry_stream_u16 (stream, at) + 1 : (gsize) value + 1;
      switch (code)
        {
        case 0x2416:
          run->in_table = value;
          break;
        case 0x2417:
          run->ends_row = value;
          break;
        case 0x0800: /* deleted, with changes tracked */
        case 0x083c: /* hidden */
          run->is_hidden |= value;
          break;
        default:
          break;
        }
      at += size;
    }
}

static int
compare_runs (gconstpointer a, gconstpointer b)
{
  const Run *x = a, *y = b;

  return x->from < y->from ? -1 : x->from > y->from;
}

/* The pages of properties that the list at @at in the table stream names. */
static GArray *
read_runs (DocReader *self, gsize at, gsize length, gboolean of_paragraphs)
{
  GArray *runs = g_array_new (FALSE, TRUE, sizeof (Run));
  gsize n_pages = length >= 4 ? (length - 4) / 8 : 0;

  for (gsize i = 0; i < n_pages && i < MAX_PIECES; i++)
    {
      gsize page = (quarry_stream_u32 (&self->table, at + 4 * (n_pages + 1) + 4 * i) & 0x3fffff)
                   * (gsize) PAGE;
      gsize n, entry = of_paragraphs ? 13 : 1;

      if (page + PAGE > self->main.length)
        continue;
      n = self->main.bytes[page + PAGE - 1];
      if (4 * (n + 1) + entry * n > PAGE)
        continue;
      for (gsize k = 0; k < n; k++)
        {
          Run run = { quarry_stream_u32 (&self->main, page + 4 * k),
                      quarry_stream_u32 (&self->main, page + 4 * k + 4), 0, 0, 0, 0 };
          gsize where = page + 2 * (gsize) self->main.bytes[page + 4 * (n + 1) + entry * k];
          gsize start = where + 1, size;

          if (where > page && where < page + PAGE - 1)
            {
              size = self->main.bytes[where];
              if (of_paragraphs)
                {
                  guint style;

                  /* In words, or behind a zero in words of two bytes. */
                  if (size == 0)
                    size = 2 * (gsize) self->main.bytes[where + 1], start = where + 2;
                  else
                    size = 2 * size - 1;
                  style = quarry_stream_u16 (&self->main, start);
                  run.level = style >= 1 && style <= 9 ? MIN (style, 6) : 0;
                  start += 2;
                  size = size > 2 ? size - 2 : 0;
                }
              read_properties (&self->main, start, MIN (start + size, page + PAGE), &run);
            }
          g_array_append_val (runs, run);
        }
    }
  g_array_sort (runs, compare_runs);
  return runs;
}

static const Run *
find_run (GArray *runs, guint32 at)
{
  guint low = 0, high = runs->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const Run *run = &g_array_index (runs, Run, middle);

      if (at < run->from)
        high = middle;
      else if (at >= run->to)
        low = middle + 1;
      else
        return run;
    }
  return NULL;
}

static void
end_table (DocReader *self)
{
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_TABLE, 0, self->rows->str, (gssize) self->rows->len);
  g_string_truncate (self->rows, 0);
  g_string_truncate (self->row, 0);
}

static void
end_paragraph (DocReader *self, gunichar sign, guint32 at)
{
  const Run *run = find_run (self->paragraphs, at);

  if (sign == 7)
    {
      if (run != NULL && run->ends_row)
        {
          g_string_append (self->rows, self->row->str);
          g_string_append_c (self->rows, '\n');
          g_string_truncate (self->row, 0);
        }
      else
        {
          g_string_append (self->row, self->text->str);
          g_string_append_c (self->row, '\t');
        }
    }
  else if (run != NULL && run->in_table && sign == 0x0d)
    {
      /* A cell of several paragraphs. */
      g_string_append (self->row, self->text->str);
      g_string_append_c (self->row, ' ');
    }
  else
    {
      guint level = run != NULL ? run->level : 0;

      end_table (self);
      quarry_document_builder_add (self->builder,
                                   level > 0 ? QUARRY_BLOCK_HEADING : QUARRY_BLOCK_PARAGRAPH,
                                   level,
                                   self->text->str,
                                   (gssize) self->text->len);
    }
  g_string_truncate (self->text, 0);
}

static void
add_character (DocReader *self, gunichar c, guint32 at)
{
  const Run *run;

  switch (c)
    {
    case 0x13: /* a field: its instructions, then what it shows */
      self->is_result &= ~(1u << (self->n_fields & 31));
      self->n_fields++;
      return;
    case 0x14:
      if (self->n_fields > 0)
        self->is_result |= 1u << ((self->n_fields - 1) & 31);
      return;
    case 0x15:
      self->n_fields -= self->n_fields > 0;
      return;
    case 0x0d:
    case 0x07:
    case 0x0c:
      end_paragraph (self, c, at);
      return;
    case 0x0b:
    case 0x09:
      g_string_append_c (self->text, ' ');
      return;
    case 0x1e:
      g_string_append_c (self->text, '-');
      return;
    default:
      break;
    }
  if (c < 0x20)
    return;
  for (guint i = 0; i < MIN (self->n_fields, 32); i++)
    if ((self->is_result & 1u << i) == 0)
      return;
  run = find_run (self->characters, at);
  if (run == NULL || !run->is_hidden)
    g_string_append_unichar (self->text, c);
}

/* The characters [from, to) of the text. */
static void
read_characters (DocReader *self, gsize pieces, guint n_pieces, guint32 from, guint32 to)
{
  self->n_fields = 0;
  for (guint i = 0; i < n_pieces; i++)
    {
      guint32 start = quarry_stream_u32 (&self->table, pieces + 4 * (gsize) i);
      guint32 end = quarry_stream_u32 (&self->table, pieces + 4 * (gsize) i + 4);
      guint32 place = quarry_stream_u32 (&self->table, pieces + 4 * (gsize) (n_pieces + 1) + 8 * (gsize) i + 2);
      gboolean is_narrow = (place & 0x40000000) != 0;

      place &= 0x3fffffff;
      if (is_narrow)
        place /= 2;
      for (guint32 k = MAX (start, from); k < MIN (end, to); k++)
        {
          gsize at = place + (gsize) (k - start) * (is_narrow ? 1 : 2);
          gunichar c;

          if (at >= self->main.length)
            return;
          if (is_narrow)
            {
              g_autoptr (GString) one = NULL;

              c = self->main.bytes[at];
              if (c >= 0x80 && c < 0xa0)
                {
                  one = g_string_new (NULL);
                  quarry_ole_append_narrow (one, &self->main, at, 1);
                  c = g_utf8_get_char (one->str);
                }
            }
          else
            {
              c = quarry_stream_u16 (&self->main, at);
              if (c >= 0xd800 && c < 0xdc00 && k + 1 < MIN (end, to))
                {
                  gunichar low = quarry_stream_u16 (&self->main, at + 2);

                  k++;
                  c = low >= 0xdc00 && low < 0xe000
                          ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
                          : 0xfffd;
                }
              else if (c >= 0xd800 && c < 0xe000)
                c = 0xfffd;
            }
          add_character (self, c, (guint32) at);
        }
    }
  end_paragraph (self, 0x0c, 0);
  end_table (self);
}

/* Main text, notes, comments and text boxes; headers and footers are left out. */
static void
read_text (DocReader *self)
{
  static const gboolean wanted[] = { TRUE, TRUE, FALSE, FALSE, TRUE, TRUE, TRUE, FALSE };
  gsize at = quarry_stream_u32 (&self->main, 0x1a2);
  gsize end = MIN (at + quarry_stream_u32 (&self->main, 0x1a6), self->table.length);
  guint32 from = 0;
  guint n_pieces;

  /* Behind the properties of pieces comes their list. */
  while (at < end && self->table.bytes[at] == 1)
    at += 3 + (gsize) quarry_stream_u16 (&self->table, at + 1);
  if (at + 5 > end || self->table.bytes[at] != 2)
    return;
  n_pieces = (guint) (MIN (quarry_stream_u32 (&self->table, at + 1), end - at - 5) / 12);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++)
    {
      guint32 n = quarry_stream_u32 (&self->main, 0x4c + 4 * (gsize) i);

      n = MIN (n, G_MAXINT32 - from);
      if (wanted[i] && n > 0)
        read_characters (self, at + 5, MIN (n_pieces, MAX_PIECES), from, from + n);
      from += n;
    }
}

gboolean
quarry_read_doc (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  GsfInfile *ole = quarry_ole_open (input);
  g_autoptr (GBytes) main = ole != NULL ? quarry_ole_get (ole, "WordDocument") : NULL;
  g_autoptr (GBytes) table = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) row = g_string_new (NULL);
  g_autoptr (GString) rows = g_string_new (NULL);
  g_autoptr (GArray) paragraphs = NULL;
  g_autoptr (GArray) characters = NULL;
  DocReader self = { .builder = builder, .text = text, .row = row, .rows = rows };
  guint16 flags, version;

  if (main != NULL)
    self.main.bytes = g_bytes_get_data (main, &self.main.length);
  flags = quarry_stream_u16 (&self.main, 0x0a);
  version = quarry_stream_u16 (&self.main, 2);
  if (ole != NULL)
    {
      quarry_ole_read_metadata (ole, builder);
      table = quarry_ole_get (ole, flags & 0x0200 ? "1Table" : "0Table");
      g_object_unref (ole);
    }
  if (table != NULL)
    self.table.bytes = g_bytes_get_data (table, &self.table.length);
  if (flags & 0x0100)
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_ENCRYPTED,
                           _ ("The Word document is encrypted: open it with its password and save an "
                              "unprotected copy."));
      return FALSE;
    }
  if (quarry_stream_u16 (&self.main, 0) != 0xa5ec || (version >= 0xc1 && table == NULL))
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_DOC);
      return FALSE;
    }
  if (version >= 0xc1)
    {
      paragraphs = self.paragraphs = read_runs (
          &self, quarry_stream_u32 (&self.main, 0x102), quarry_stream_u32 (&self.main, 0x106), TRUE);
      characters = self.characters = read_runs (
          &self, quarry_stream_u32 (&self.main, 0xfa), quarry_stream_u32 (&self.main, 0xfe), FALSE);
      read_text (&self);
    }
  else
    {
      /* Word 6 and 95: one piece. */
      guint32 from = quarry_stream_u32 (&self.main, 0x18), to = quarry_stream_u32 (&self.main, 0x1c);

      paragraphs = self.paragraphs = g_array_new (FALSE, TRUE, sizeof (Run));
      characters = self.characters = g_array_new (FALSE, TRUE, sizeof (Run));
      for (guint32 at = from; at < MIN (to, self.main.length); at++)
        {
          g_autoptr (GString) one = g_string_new (NULL);

          quarry_ole_append_narrow (one, &self.main, at, 1);
          if (one->len > 0)
            add_character (&self, g_utf8_get_char (one->str), at);
        }
      end_paragraph (&self, 0x0c, 0);
    }
  return TRUE;
}
