/* quarry-reader-subtitles.c: subtitles of films (SubRip, WebVTT, SubStation Alpha)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines are joined to sentences; numbers, times and markup are left out. Every few minutes there is a
 * heading with the time.
 */
#include "core/extract/quarry-reader.h"

#include <stdlib.h>
#include <string.h>

#define SECONDS_PER_HEADING 300u
#define MAX_PARAGRAPH 600u

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *paragraph;
  GString *previous; /* the previous line, which roll-up captions repeat */
  gint64 heading;    /* number of the current heading; -1 before the first one */
} SubtitleReader;

static void
flush (SubtitleReader *self)
{
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->paragraph->str, (gssize) self->paragraph->len);
  g_string_truncate (self->paragraph, 0);
}

/* "00:01:02,345" or "1:02.3" in seconds; -1 if this is not a time. */
static gint64
parse_time (const char *p)
{
  gint64 seconds = 0;
  guint n_colons = 0;

  while (*p == ' ')
    p++;
  for (;;)
    {
      char *stop;
      long number;

      if (!g_ascii_isdigit (*p))
        return -1;
      number = strtol (p, &stop, 10);
      if (number < 0 || number > 100000)
        return -1;
      seconds = seconds * 60 + number;
      if (*stop != ':')
        return n_colons > 0 ? seconds : -1;
      if (++n_colons > 2)
        return -1;
      p = stop + 1;
    }
}

static void
begin_cue (SubtitleReader *self, gint64 seconds)
{
  gint64 number = seconds / SECONDS_PER_HEADING;
  g_autofree char *heading = NULL;

  if (number <= self->heading)
    return;
  flush (self);
  self->heading = number;
  seconds = number * SECONDS_PER_HEADING;
  heading = g_strdup_printf ("%d:%02d:%02d",
                             (int) (seconds / 3600),
                             (int) (seconds / 60 % 60),
                             (int) (seconds % 60));
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, heading, -1);
}

/* Adds a line without tags such as "<i>" and "{\an8}". */
static void
add_line (SubtitleReader *self, const char *line)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char closing = 0;

  for (const char *p = line; *p != '\0'; p++)
    {
      if (closing != 0)
        closing = *p == closing ? 0 : closing;
      else if (*p == '<' && strchr (p, '>') != NULL)
        closing = '>';
      else if (*p == '{' && p[1] == '\\')
        closing = '}';
      else if (*p == '\\' && (p[1] == 'N' || p[1] == 'n' || p[1] == 'h'))
        {
          g_string_append_c (text, ' ');
          p++;
        }
      else
        g_string_append_c (text, *p);
    }
  g_strstrip (text->str);
  text->len = strlen (text->str);
  if (text->len == 0 || g_string_equal (text, self->previous))
    return;
  g_string_assign (self->previous, text->str);
  if (self->paragraph->len > 0)
    g_string_append_c (self->paragraph, ' ');
  g_string_append (self->paragraph, text->str);
  if (self->paragraph->len > MAX_PARAGRAPH && strchr (".!?", text->str[text->len - 1]) != NULL)
    flush (self);
}

/* Reads a line such as "Dialogue: 0,0:00:01.00,0:00:04.00,Default,,0,0,0,,Text, with commas". */
static void
read_dialogue (SubtitleReader *self, const char *line)
{
  const char *p = strchr (line, ',');

  if (p == NULL)
    return;
  begin_cue (self, parse_time (p + 1));
  for (guint i = 0; i < 8 && p != NULL; i++)
    p = strchr (p + 1, ',');
  if (p != NULL)
    add_line (self, p + 1);
}

static gboolean
is_number (const char *line)
{
  return *line != '\0' && line[strspn (line, "0123456789")] == '\0';
}

gboolean
quarry_read_subtitles (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) paragraph = g_string_new (NULL);
  g_autoptr (GString) previous = g_string_new (NULL);
  SubtitleReader self
      = { .builder = builder, .paragraph = paragraph, .previous = previous, .heading = -1 };
  gboolean in_note = FALSE, in_cue = FALSE;
  gboolean is_alpha;
  char *line, *next;

  if (text == NULL)
    return FALSE;
  is_alpha = strstr (text->str, "\nDialogue:") != NULL;
  for (line = text->str; line != NULL; line = next)
    {
      next = strpbrk (line, "\r\n");
      if (next != NULL)
        {
          gboolean is_pair = next[0] == '\r' && next[1] == '\n';

          *next = '\0';
          next += is_pair ? 2 : 1;
        }
      g_strstrip (line);
      if (is_alpha)
        {
          if (g_str_has_prefix (line, "Title:"))
            quarry_document_builder_set_title (builder, line + strlen ("Title:"));
          else if (g_str_has_prefix (line, "Dialogue:"))
            read_dialogue (&self, line);
          continue;
        }
      if (*line == '\0')
        in_note = in_cue = FALSE;
      else if (in_note || g_str_has_prefix (line, "WEBVTT") || g_str_has_prefix (line, "NOTE")
               || strcmp (line, "STYLE") == 0 || strcmp (line, "REGION") == 0)
        in_note = TRUE;
      else if (strstr (line, "-->") != NULL
               || (parse_time (line) >= 0 && strspn (line, "0123456789:.,") == strlen (line)))
        {
          in_cue = TRUE;
          begin_cue (&self, parse_time (line));
        }
      else if (in_cue || !is_number (line))
        {
          /* A cue may have a name on the line before its time. */
          if (in_cue || next == NULL || strstr (next, "-->") == NULL
              || strcspn (next, "\n") < (gsize) (strstr (next, "-->") - next))
            add_line (&self, line);
        }
    }
  flush (&self);
  return TRUE;
}
