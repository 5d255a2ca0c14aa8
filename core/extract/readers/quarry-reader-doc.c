/* quarry-reader-doc.c: Word documents before Word 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in [MS-DOC]. The text is stored in pieces. Paragraphs end with a special
 * character, and separate pages of properties tell which of them are headings, rows of tables, hidden
 * or deleted. Word 6 and 95 use the same format with shorter numbers, with everything in one stream,
 * and in the encoding of the machine they ran on ("Word for Windows 6.0 Binary File Format",
 * Microsoft, in the MSDN Library of 1996).
 */
#include "core/extract/office/quarry-office.h"
#include "core/extract/office/quarry-ole.h"
#include "core/extract/text/quarry-decode-guess.h"
#include "core/extract/text/quarry-decode.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_PIECES 200000u
#define PAGE 512u
#define MAX_INSTRUCTIONS 4000u /* so many bytes of a field's instructions are looked at */

/* Offsets in the file's header, and sizes that depend on the version. */
typedef struct
{
  gsize lengths; /* of the parts of the text, in characters */
  gsize pieces, characters, paragraphs;
  gsize page_number;     /* size in bytes of a page's number */
  gsize paragraph_entry; /* size in bytes of an entry on a page of properties */
} Layout;

static const Layout layout_97 = { 0x4c, 0x1a2, 0xfa, 0x102, 4, 13 };
static const Layout layout_6 = { 0x34, 0x160, 0xb8, 0xc0, 2, 7 };

/* A part of the text that is stored contiguously. */
typedef struct
{
  guint32 from, to; /* in characters of the whole text */
  gsize place;
  gsize width; /* bytes per character */
} Piece;

/* The properties of a range of text, given by its offsets in the file. */
typedef struct
{
  guint32 from, to;
  guint8 level; /* of a heading; 0 if it is none */
  guint8 in_table;
  guint8 ends_row;
  guint8 is_hidden; /* hidden or deleted */
} Run;

typedef struct
{
  QuarryStream main, table;
  const Layout *layout;
  gsize n_left;          /* limit on characters to come: a sound file stores each once */
  gunichar letters[128]; /* the characters for the bytes from 0x80 on, in text with one byte per character */
  GArray *pieces;
  GArray *paragraphs; /* of Run, sorted */
  GArray *characters; /* likewise */
  GString *text;      /* of the current paragraph */
  GString *row;
  GString *rows;
  guint n_fields;        /* number of open fields */
  guint32 is_result;     /* a bit for each field: its instructions have ended, and its result follows */
  GString *instructions; /* of the innermost field */
  QuarryDocumentBuilder *builder;
  QuarryOffice *running; /* takes the paragraphs, which are of headers and footers; NULL for those of all other parts */
} DocReader;

gboolean
quarry_sniff_doc (const QuarryInput *input)
{
  return quarry_ole_has (input, "WordDocument");
}

/* Reads the properties that differ from those of the style, by their numbers in [MS-DOC] 2.6. */
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
        case 0x083c: /* hidden; 0x80 means relative to the style (ToggleOperand) */
          run->is_hidden |= value & 1;
          break;
        default:
          break;
        }
      at += size;
    }
}

/* The same for Word 6, whose codes are a byte long. The size of some codes is not known here, but they come after those
 * that are of interest. */
static void
read_properties_6 (const QuarryStream *stream, gsize at, gsize end, Run *run)
{
  enum
  {
    UNKNOWN,
    COUNTED = 9
  };
  static const guint8 sizes[] = {
    [2] = 2, COUNTED, 1,        1,        1, 1,       1, 1, 1, 1, COUNTED,
    1,       1,       COUNTED,  2,        2, 2,       2, 4, 2, 2, COUNTED,
    1,       1,       [65] = 1, 1,        1, COUNTED, 2, 4, 1, 2, 3,
    COUNTED, 1,       [80] = 2, [85] = 1, 1, 1,       1, 1, 1, 1, 1,
  };

  end = MIN (end, stream->length);
  while (at + 1 < end)
    {
      guint8 code = stream->bytes[at++];
      guint8 size = code < G_N_ELEMENTS (sizes) ? sizes[code] : UNKNOWN;

      if (size == UNKNOWN)
        return;
      if (code == 24)
        run->in_table = stream->bytes[at];
      else if (code == 25)
        run->ends_row = stream->bytes[at];
      else if (code == 65 || code == 92)
        run->is_hidden |= stream->bytes[at] & 1;
      at += size == COUNTED ? (gsize) stream->bytes[at] + 1 : size;
    }
}

static int
compare_runs (gconstpointer a, gconstpointer b)
{
  const Run *x = a, *y = b;

  return x->from < y->from ? -1 : x->from > y->from;
}

/* Reads the pages of properties, each only once. The list of the pages is in the table stream; the file's header gives
 * its place at @head. */
static GArray *
read_runs (DocReader *self, gsize head, gboolean of_paragraphs)
{
  GArray *runs = g_array_new (FALSE, TRUE, sizeof (Run));
  const Layout *layout = self->layout;
  gsize at = quarry_stream_u32 (&self->main, head);
  gsize length = quarry_stream_u32 (&self->main, head + 4);
  gsize n_pages = length >= 4 ? (length - 4) / (4 + layout->page_number) : 0;

  for (gsize i = 0; i < MIN (n_pages, self->main.length / PAGE); i++)
    {
      gsize number = at + 4 * (n_pages + 1) + layout->page_number * i;
      gsize page
          = PAGE
            * (gsize) (layout == &layout_6 ? quarry_stream_u16 (&self->table, number)
                                           : quarry_stream_u32 (&self->table, number) & 0x3fffff);
      gsize n, entry = of_paragraphs ? layout->paragraph_entry : 1;

      if (page + PAGE > self->main.length)
        continue;
      n = self->main.bytes[page + PAGE - 1];
      if (4 * (n + 1) + entry * n > PAGE)
        continue;
      for (gsize k = 0; k < n; k++)
        {
          Run run = { quarry_stream_u32 (&self->main, page + 4 * k),
                      quarry_stream_u32 (&self->main, page + 4 * k + 4),
                      0,
                      0,
                      0,
                      0 };
          gsize where = page + 2 * (gsize) self->main.bytes[page + 4 * (n + 1) + entry * k];
          gsize start = where + 1, size;

          if (where > page && where < page + PAGE - 1)
            {
              size = self->main.bytes[where];
              if (of_paragraphs)
                {
                  guint style;

                  /* The size in words; or, if zero, the next byte gives it in words of two bytes. */
                  if (size == 0)
                    size = 2 * (gsize) self->main.bytes[where + 1], start = where + 2;
                  else
                    size = 2 * size - 1;
                  style = quarry_stream_u16 (&self->main, start);
                  run.level = style >= 1 && style <= 9 ? MIN (style, 6) : 0;
                  start += 2;
                  size = size > 2 ? size - 2 : 0;
                }
              if (layout == &layout_6)
                read_properties_6 (&self->main, start, MIN (start + size, page + PAGE), &run);
              else
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
  /* The end of this row is not marked. */
  g_string_append (self->rows, self->row->str);
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_TABLE, 0, self->rows->str, (gssize) self->rows->len);
  g_string_truncate (self->rows, 0);
  g_string_truncate (self->row, 0);
}

static void
end_paragraph (DocReader *self, gunichar sign, guint32 at)
{
  const Run *run = find_run (self->paragraphs, at);

  if (self->running != NULL)
    quarry_office_add_running (self->running, self->text->str);
  else if (sign == 7)
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
      /* A cell with several paragraphs: join them. */
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

/* A phonetic guide for East Asian text is a field without a result. Its instructions contain the guide and, last, the
 * text, as in EQ \* jc2 \o\ad(\s\up 10(guide),text). Appends the text. */
static void
add_guided_text (DocReader *self)
{
  const char *comma = strrchr (self->instructions->str, ',');
  const char *end = comma != NULL ? strrchr (comma, ')') : NULL;

  if (end != NULL && strstr (self->instructions->str, "\\* jc") != NULL)
    g_string_append_len (self->text, comma + 1, end - comma - 1);
}

static void
add_character (DocReader *self, gunichar c, guint32 at)
{
  const Run *run;

  switch (c)
    {
    case 0x13: /* begins a field: its instructions, then its result */
      self->is_result &= ~(1u << (self->n_fields & 31));
      self->n_fields++;
      g_string_truncate (self->instructions, 0);
      return;
    case 0x14:
      if (self->n_fields > 0)
        self->is_result |= 1u << ((self->n_fields - 1) & 31);
      return;
    case 0x15:
      if (self->n_fields == 1 && (self->is_result & 1) == 0)
        add_guided_text (self);
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
      {
        if (self->instructions->len < MAX_INSTRUCTIONS)
          g_string_append_unichar (self->instructions, c);
        return;
      }
  run = find_run (self->characters, at);
  if (run == NULL || !run->is_hidden)
    g_string_append_unichar (self->text, c);
}

/* Reads the characters [from, to) of the text. */
static void
read_characters (DocReader *self, guint32 from, guint32 to)
{
  self->n_fields = 0;
  for (guint i = 0; i < self->pieces->len; i++)
    {
      const Piece *piece = &g_array_index (self->pieces, Piece, i);
      guint32 end = MIN (piece->to, to);

      for (guint32 k = MAX (piece->from, from); k < end; k++)
        {
          gsize at = piece->place + (gsize) (k - piece->from) * piece->width;
          gunichar c;

          if (at >= self->main.length || self->n_left == 0)
            return;
          self->n_left--;
          if (piece->width == 1)
            {
              c = self->main.bytes[at];
              if (c >= 0x80)
                c = self->letters[c - 0x80];
            }
          else
            {
              c = quarry_stream_u16 (&self->main, at);
              if (c >= 0xd800 && c < 0xdc00 && k + 1 < end)
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

/* Reads the list of pieces. Word 6 and 95 only write one if text was inserted. */
static void
read_pieces (DocReader *self, gboolean is_wide)
{
  gboolean is_old = self->layout == &layout_6;
  gsize at = quarry_stream_u32 (&self->main, self->layout->pieces);
  gsize end
      = MIN (at + quarry_stream_u32 (&self->main, self->layout->pieces + 4), self->table.length);
  gsize n;

  /* The list comes after the properties of pieces; skip those. */
  while (at < end && self->table.bytes[at] == 1)
    at += 3 + (gsize) quarry_stream_u16 (&self->table, at + 1);
  if (at + 5 > end || self->table.bytes[at] != 2)
    {
      const Piece all = { 0, G_MAXINT32, quarry_stream_u32 (&self->main, 0x18), is_wide ? 2 : 1 };

      if (is_old)
        g_array_append_val (self->pieces, all);
      return;
    }
  n = MIN (quarry_stream_u32 (&self->table, at + 1), end - at - 5) / 12;
  at += 5;
  for (gsize i = 0; i < MIN (n, MAX_PIECES); i++)
    {
      guint32 place = quarry_stream_u32 (&self->table, at + 4 * (n + 1) + 8 * i + 2);
      Piece piece = { quarry_stream_u32 (&self->table, at + 4 * i),
                      quarry_stream_u32 (&self->table, at + 4 * i + 4),
                      place,
                      is_wide ? 2 : 1 };

      if (!is_old)
        {
          piece.width = place & 0x40000000 ? 1 : 2;
          piece.place = (place & 0x3fffffff) / (place & 0x40000000 ? 2 : 1);
        }
      g_array_append_val (self->pieces, piece);
    }
}

/* Chooses the encoding of text with one byte per character. It is windows-1252 from Word 97 on. Word 6 and 95 do not
 * state it, so it is guessed. */
static void
choose_letters (DocReader *self)
{
  g_autoptr (GByteArray) text = g_byte_array_new ();
  const char *encoding = "windows-1252";

  for (guint i = 0; i < self->pieces->len && self->layout == &layout_6; i++)
    {
      const Piece *piece = &g_array_index (self->pieces, Piece, i);
      gsize most = MIN (quarry_stream_u32 (&self->main, 0x1c), self->main.length);

      if (piece->width == 1 && piece->place < most && piece->to > piece->from)
        g_byte_array_append (text,
                             self->main.bytes + piece->place,
                             (guint) MIN (piece->to - piece->from, most - piece->place));
      if (text->len > self->main.length)
        break;
    }
  if (text->len > 0)
    encoding = quarry_decode_guess (text->data, text->len);
  for (guint i = 0; i < G_N_ELEMENTS (self->letters); i++)
    {
      const guint8 byte = (guint8) (0x80 + i);
      const QuarryStream one = { &byte, 1 };
      g_autoptr (GString) latin = g_string_new (NULL);
      g_autoptr (GString) letter = quarry_decode_from (&byte, 1, encoding);

      quarry_ole_append_narrow (latin, &one, 0, 1);
      self->letters[i] = letter != NULL ? g_utf8_get_char (letter->str) : 0xfffd;
      if (self->letters[i] == 0xfffd)
        self->letters[i] = g_utf8_get_char (latin->str);
    }
}

/* Reads the parts of the text: the main text, notes, comments and text boxes; or, while headers and footers are taken,
 * these and the text boxes in them. */
static void
read_text (DocReader *self)
{
  enum
  {
    HEADERS = 2,
    MACROS = 3,
    HEADER_BOXES = 7,
    N_PARTS
  };
  guint32 from = 0;

  for (guint i = 0; i < N_PARTS; i++)
    {
      guint32 n = quarry_stream_u32 (&self->main, self->layout->lengths + 4 * (gsize) i);
      gboolean is_running = i == HEADERS || i == HEADER_BOXES;

      n = MIN (n, G_MAXINT32 - from);
      if (n > 0 && i != MACROS && is_running == (self->running != NULL))
        read_characters (self, from, from + n);
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
  g_autoptr (GString) instructions = g_string_new (NULL);
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_autoptr (GArray) paragraphs = NULL;
  g_autoptr (GArray) characters = NULL;
  DocReader self = { .builder = builder,
                     .text = text,
                     .row = row,
                     .rows = rows,
                     .instructions = instructions,
                     .pieces = pieces };
  guint16 flags;

  if (main != NULL)
    self.main.bytes = g_bytes_get_data (main, &self.main.length);
  flags = quarry_stream_u16 (&self.main, 0x0a);
  self.layout = quarry_stream_u16 (&self.main, 2) >= 0xc1 ? &layout_97 : &layout_6;
  if (ole != NULL)
    {
      quarry_ole_read_metadata (ole, builder);
      if (self.layout == &layout_6 && main != NULL)
        table = g_bytes_ref (main);
      else
        table = quarry_ole_get (ole, flags & 0x0200 ? "1Table" : "0Table");
      g_object_unref (ole);
    }
  if (table != NULL)
    self.table.bytes = g_bytes_get_data (table, &self.table.length);
  if (flags & 0x0100)
    {
      g_set_error_literal (
          error,
          QUARRY_EXTRACT_ERROR,
          QUARRY_EXTRACT_ERROR_ENCRYPTED,
          _ ("The Word document is encrypted: open it with its password and save an "
             "unprotected copy."));
      return FALSE;
    }
  /* The magic number: 0xa5ec; 0xa5dc before Word 97; others in East Asian versions. */
  if (self.main.length < 0x200 || self.main.bytes[1] < 0xa5 || self.main.bytes[1] > 0xa6
      || table == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_DOC);
      return FALSE;
    }
  paragraphs = self.paragraphs = read_runs (&self, self.layout->paragraphs, TRUE);
  characters = self.characters = read_runs (&self, self.layout->characters, FALSE);
  read_pieces (&self, (flags & 0x1000) != 0);
  choose_letters (&self);
  self.n_left = self.main.length;
  read_text (&self);
  self.running = quarry_office_new (builder);
  read_text (&self);
  quarry_office_free (self.running);
  return TRUE;
}
