/* quarry-pieces.c: a document's text in the lines that a text view shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/reader/quarry-pieces.h"

#include <string.h>

static const char *const bullets[] = { "•  ", "◦  ", "▪  " };
#define BULLET_CHARACTERS 3

static const char *
bullet (guint level)
{
  return bullets[(MAX (level, 1) - 1) % G_N_ELEMENTS (bullets)];
}

/* TRUE if the text of a list item itself begins with a bullet or a number: "3.", "(b)", "–". */
static gboolean
has_own_bullet (const char *text, gsize length)
{
  gunichar c = length ? g_utf8_get_char (text) : 0;
  gsize i = 0;

  if (c == '-' || c == '*' || c == 0x2013 || c == 0x2014 || c == 0x2022 || c == 0x25e6 ||
      c == 0x25aa || c == 0x2610 || c == 0x2611 || c == 0x2612 || c == '[')
    return TRUE;
  if (i < length && text[i] == '(')
    i++;
  while (i < length && i < 5 && g_ascii_isalnum (text[i]))
    i++;
  return i > 0 && i + 1 < length && (text[i] == '.' || text[i] == ')') && text[i + 1] == ' ';
}

static gboolean
is_title (const char *title, const char *text, gsize length)
{
  g_autofree char *heading = g_strndup (text, length);
  g_autofree char *a = g_utf8_casefold (title, -1);
  g_autofree char *b = g_utf8_casefold (heading, -1);

  return g_str_equal (a, b);
}

/* Where to break @text, whose @length bytes are more than a piece may have: at the last line end within the limit, else
 * after the last sentence, else at the last blank, else between two characters. */
static gsize
break_at (const char *text, gsize length, gboolean by_lines)
{
  gsize blank = 0, sentence = 0;

  g_assert (length > QUARRY_PIECE_MAX_BYTES);
  for (gsize i = QUARRY_PIECE_MAX_BYTES; i > QUARRY_PIECE_MAX_BYTES / 4; i--)
    {
      if (text[i] == '\n')
        return i;
      if (text[i] == ' ' && !blank)
        blank = i;
      if (text[i] == ' ' && !sentence && strchr (".!?", text[i - 1]))
        sentence = i;
      if (sentence && !by_lines)
        return sentence;
    }
  if (blank)
    return blank;
  for (gsize i = QUARRY_PIECE_MAX_BYTES;; i--)
    if (((guchar) text[i] & 0xc0) != 0x80)
      return i;
}

GArray *
quarry_pieces_new (QuarryDocument *document, const char *skip_title)
{
  const char *text = quarry_document_get_text (document, NULL);
  guint n_blocks;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n_blocks);
  GArray *pieces = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
  guint32 offset = 0;
  guint i = 0;

  if (n_blocks > 1 && skip_title && blocks[0].kind == QUARRY_BLOCK_HEADING &&
      is_title (skip_title, text + blocks[0].span.start, blocks[0].span.end - blocks[0].span.start))
    i = 1;

  for (; i < n_blocks; i++)
    {
      guint32 start = blocks[i].span.start;
      gboolean by_lines = blocks[i].kind == QUARRY_BLOCK_CODE ||
                          blocks[i].kind == QUARRY_BLOCK_TABLE;

      while (start < blocks[i].span.end)
        {
          gsize left = blocks[i].span.end - start;
          gsize taken = left > QUARRY_PIECE_MAX_BYTES ? break_at (text + start, left, by_lines)
                                                      : left;
          QuarryPiece piece = { .span = { start, start + (guint32) taken },
                                .offset = offset,
                                .block = i,
                                .kind = blocks[i].kind,
                                .level = blocks[i].level,
                                .first = start == blocks[i].span.start,
                                .last = taken == left };

          if (piece.kind == QUARRY_BLOCK_LIST_ITEM && piece.first &&
              !has_own_bullet (text + start, taken))
            piece.prefix = BULLET_CHARACTERS;
          piece.length = piece.prefix + 1 +
                         (guint32) g_utf8_strlen (text + start, (gssize) taken);
          g_array_append_val (pieces, piece);
          offset += piece.length;

          start += (guint32) taken;
          /* The white space at the break is left out, since a line end is shown there. */
          if (start < blocks[i].span.end && (text[start] == ' ' || text[start] == '\n'))
            start++;
        }
    }
  return pieces;
}

typedef struct
{
  QuarryDocument *document;
  char *skip_title;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_object_unref (call->document);
  g_free (call->skip_title);
  g_free (call);
}

static void
pieces_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;

  g_task_return_pointer (task,
                         quarry_pieces_new (call->document, call->skip_title),
                         (GDestroyNotify) g_array_unref);
}

void
quarry_pieces_new_async (QuarryDocument *document,
                         const char *skip_title,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->document = g_object_ref (document);
  call->skip_title = g_strdup (skip_title);
  g_task_set_source_tag (task, quarry_pieces_new_async);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, pieces_thread);
}

GArray *
quarry_pieces_new_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
quarry_piece_append (const QuarryPiece *piece, const char *text, GString *string)
{
  if (piece->prefix)
    g_string_append (string, bullet (piece->level));
  g_string_append_len (string,
                       text + piece->span.start,
                       (gssize) (piece->span.end - piece->span.start));
  g_string_append_c (string, '\n');
}

guint
quarry_pieces_at_byte (GArray *pieces, guint32 byte)
{
  guint low = 0, high = pieces->len;

  /* Find the first piece that ends after @byte. */
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (pieces, QuarryPiece, middle).span.end > byte)
        high = middle;
      else
        low = middle + 1;
    }
  return MIN (low, pieces->len ? pieces->len - 1 : 0);
}

guint
quarry_pieces_at_offset (GArray *pieces, guint32 offset)
{
  guint low = 0, high = pieces->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const QuarryPiece *piece = &g_array_index (pieces, QuarryPiece, middle);

      if (piece->offset + piece->length > offset)
        high = middle;
      else
        low = middle + 1;
    }
  return MIN (low, pieces->len ? pieces->len - 1 : 0);
}

guint32
quarry_pieces_byte_to_offset (GArray *pieces, const char *text, guint32 byte)
{
  const QuarryPiece *piece;

  if (!pieces->len)
    return 0;
  piece = &g_array_index (pieces, QuarryPiece, quarry_pieces_at_byte (pieces, byte));
  if (byte <= piece->span.start)
    return piece->offset;
  byte = MIN (byte, piece->span.end);
  return piece->offset + piece->prefix +
         (guint32) g_utf8_strlen (text + piece->span.start, (gssize) (byte - piece->span.start));
}

guint32
quarry_pieces_end_to_offset (GArray *pieces, const char *text, guint32 end)
{
  const QuarryPiece *piece;
  guint i;

  if (!pieces->len || !end)
    return 0;
  i = quarry_pieces_at_byte (pieces, end - 1);
  piece = &g_array_index (pieces, QuarryPiece, i);
  if (end > piece->span.start)
    return piece->offset + piece->prefix +
           (guint32) g_utf8_strlen (text + piece->span.start,
                                    (gssize) (MIN (end, piece->span.end) - piece->span.start));
  return i ? piece->offset - 1 : 0;
}

guint32
quarry_pieces_offset_to_byte (GArray *pieces, const char *text, guint32 offset)
{
  const QuarryPiece *piece;
  guint32 inside;
  const char *at;

  if (!pieces->len)
    return 0;
  piece = &g_array_index (pieces, QuarryPiece, quarry_pieces_at_offset (pieces, offset));
  inside = offset > piece->offset ? offset - piece->offset : 0;
  inside = inside > piece->prefix ? inside - piece->prefix : 0;
  at = text + piece->span.start;
  while (inside-- && at < text + piece->span.end)
    at = g_utf8_next_char (at);
  return (guint32) (at - text);
}
