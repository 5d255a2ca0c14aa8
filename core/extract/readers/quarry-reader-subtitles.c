/* quarry-reader-subtitles.c: subtitles of films (SubRip, WebVTT, SubStation Alpha)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines are joined to sentences; numbers, times and markup are left out. Every few minutes there is a
 * heading with the time, where a sentence ends, at best before a pause: a heading is a boundary for those who cut the
 * text by its topics.
 */
#include "core/extract/quarry-reader.h"

#include <stdlib.h>
#include <string.h>

/* A heading is due so long after the last one. It waits for the end of a sentence with a pause, or for a longer pause,
 * then for the end of a sentence alone, and at last for nothing. */
#define SECONDS_PER_HEADING 300
#define PAUSE_SECONDS 2
#define LONG_PAUSE_SECONDS 5
#define LATE_SECONDS 30
#define TOO_LATE_SECONDS 90
#define MAX_PARAGRAPH 600u

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *paragraph;
  GString *previous; /* the previous line, which roll-up captions repeat */
  gint64 heading;    /* seconds at the last heading; -1 before the first one */
  gint64 silent;     /* seconds when the cue before ended; -1 where it does not say so */
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

static gboolean
ends_sentence (const GString *text)
{
  const char *end = text->str + text->len;
  gunichar last = 0;

  while (end > text->str)
    {
      end = g_utf8_prev_char (end);
      last = g_utf8_get_char (end);
      if (g_utf8_strchr ("\"')]”’»", -1, last) == NULL)
        break;
    }
  return text->len == 0 || g_utf8_strchr (".!?…。！？", -1, last) != NULL;
}

static gboolean
needs_heading (const SubtitleReader *self, gint64 seconds)
{
  gint64 late = seconds - self->heading - SECONDS_PER_HEADING;
  gint64 pause = self->silent >= 0 ? seconds - self->silent : 0;

  if (self->heading < 0)
    return TRUE;
  if (late < 0)
    return FALSE;
  return late >= TOO_LATE_SECONDS || pause >= LONG_PAUSE_SECONDS
         || (ends_sentence (self->paragraph) && (late >= LATE_SECONDS || pause >= PAUSE_SECONDS));
}

/* @end: a time, too; what follows it does not matter. */
static void
begin_cue (SubtitleReader *self, gint64 seconds, const char *end)
{
  if (seconds >= 0 && needs_heading (self, seconds))
    {
      g_autofree char *heading = NULL;

      flush (self);
      /* What comes first begins with the film. */
      self->heading = self->heading < 0 && seconds < SECONDS_PER_HEADING ? 0 : seconds;
      heading = g_strdup_printf ("%d:%02d:%02d",
                                 (int) (self->heading / 3600),
                                 (int) (self->heading / 60 % 60),
                                 (int) (self->heading % 60));
      quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, heading, -1);
    }
  self->silent = end != NULL ? parse_time (end) : -1;
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
  const char *p = strchr (line, ','), *end;

  if (p == NULL)
    return;
  end = strchr (p + 1, ',');
  begin_cue (self, parse_time (p + 1), end != NULL ? end + 1 : NULL);
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
      = { .builder = builder, .paragraph = paragraph, .previous = previous, .heading = -1, .silent = -1 };
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
          const char *arrow = strstr (line, "-->");

          in_cue = TRUE;
          begin_cue (&self, parse_time (line), arrow != NULL ? arrow + strlen ("-->") : NULL);
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
