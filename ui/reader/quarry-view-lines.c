/* quarry-view-lines.c: a document's text in the lines that a text view shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/reader/quarry-view-lines.h"

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

/* Where to break @text, whose @length bytes are more than a line may have: at the last line end within the limit, else
 * after the last sentence, else at the last blank, else between two characters. */
static gsize
break_at (const char *text, gsize length, gboolean by_lines)
{
  gsize blank = 0, sentence = 0;

  g_assert (length > QUARRY_VIEW_LINE_MAX_BYTES);
  for (gsize i = QUARRY_VIEW_LINE_MAX_BYTES; i > QUARRY_VIEW_LINE_MAX_BYTES / 4; i--)
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
  for (gsize i = QUARRY_VIEW_LINE_MAX_BYTES;; i--)
    if (((guchar) text[i] & 0xc0) != 0x80)
      return i;
}

GArray *
quarry_view_lines_new (QuarryDocument *document, const char *skip_title)
{
  const char *text = quarry_document_get_text (document, NULL);
  guint n_blocks;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n_blocks);
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (QuarryViewLine));
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
          gsize taken = left > QUARRY_VIEW_LINE_MAX_BYTES ? break_at (text + start, left, by_lines)
                                                      : left;
          QuarryViewLine line = { .span = { start, start + (guint32) taken },
                                .offset = offset,
                                .block = i,
                                .kind = blocks[i].kind,
                                .level = blocks[i].level,
                                .first = start == blocks[i].span.start,
                                .last = taken == left };

          if (line.kind == QUARRY_BLOCK_LIST_ITEM && line.first &&
              !has_own_bullet (text + start, taken))
            line.prefix = BULLET_CHARACTERS;
          line.length = line.prefix + 1 +
                         (guint32) g_utf8_strlen (text + start, (gssize) taken);
          g_array_append_val (lines, line);
          offset += line.length;

          start += (guint32) taken;
          /* The white space at the break is left out, since a line end is shown there. */
          if (start < blocks[i].span.end && (text[start] == ' ' || text[start] == '\n'))
            start++;
        }
    }
  return lines;
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
lines_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Call *call = data;

  g_task_return_pointer (task,
                         quarry_view_lines_new (call->document, call->skip_title),
                         (GDestroyNotify) g_array_unref);
}

void
quarry_view_lines_new_async (QuarryDocument *document,
                         const char *skip_title,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);

  call->document = g_object_ref (document);
  call->skip_title = g_strdup (skip_title);
  g_task_set_source_tag (task, quarry_view_lines_new_async);
  g_task_set_task_data (task, call, call_free);
  g_task_run_in_thread (task, lines_thread);
}

GArray *
quarry_view_lines_new_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
quarry_view_line_append (const QuarryViewLine *line, const char *text, GString *string)
{
  if (line->prefix)
    g_string_append (string, bullet (line->level));
  g_string_append_len (string,
                       text + line->span.start,
                       (gssize) (line->span.end - line->span.start));
  g_string_append_c (string, '\n');
}

guint
quarry_view_lines_at_byte (GArray *lines, guint32 byte)
{
  guint low = 0, high = lines->len;

  /* Find the first line that ends after @byte. */
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (lines, QuarryViewLine, middle).span.end > byte)
        high = middle;
      else
        low = middle + 1;
    }
  return MIN (low, lines->len ? lines->len - 1 : 0);
}

guint
quarry_view_lines_at_offset (GArray *lines, guint32 offset)
{
  guint low = 0, high = lines->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const QuarryViewLine *line = &g_array_index (lines, QuarryViewLine, middle);

      if (line->offset + line->length > offset)
        high = middle;
      else
        low = middle + 1;
    }
  return MIN (low, lines->len ? lines->len - 1 : 0);
}

guint32
quarry_view_lines_byte_to_offset (GArray *lines, const char *text, guint32 byte)
{
  const QuarryViewLine *line;

  if (!lines->len)
    return 0;
  line = &g_array_index (lines, QuarryViewLine, quarry_view_lines_at_byte (lines, byte));
  if (byte <= line->span.start)
    return line->offset;
  byte = MIN (byte, line->span.end);
  return line->offset + line->prefix +
         (guint32) g_utf8_strlen (text + line->span.start, (gssize) (byte - line->span.start));
}

guint32
quarry_view_lines_end_to_offset (GArray *lines, const char *text, guint32 end)
{
  const QuarryViewLine *line;
  guint i;

  if (!lines->len || !end)
    return 0;
  i = quarry_view_lines_at_byte (lines, end - 1);
  line = &g_array_index (lines, QuarryViewLine, i);
  if (end > line->span.start)
    return line->offset + line->prefix +
           (guint32) g_utf8_strlen (text + line->span.start,
                                    (gssize) (MIN (end, line->span.end) - line->span.start));
  return i ? line->offset - 1 : 0;
}

guint32
quarry_view_lines_offset_to_byte (GArray *lines, const char *text, guint32 offset)
{
  const QuarryViewLine *line;
  guint32 inside;
  const char *at;

  if (!lines->len)
    return 0;
  line = &g_array_index (lines, QuarryViewLine, quarry_view_lines_at_offset (lines, offset));
  inside = offset > line->offset ? offset - line->offset : 0;
  inside = inside > line->prefix ? inside - line->prefix : 0;
  at = text + line->span.start;
  while (inside-- && at < text + line->span.end)
    at = g_utf8_next_char (at);
  return (guint32) (at - text);
}
