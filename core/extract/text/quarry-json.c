/* quarry-json.c: a streaming parser for JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/text/quarry-json.h"

#include <string.h>

#define MAX_DEPTH 200u

typedef struct
{
  const char *p, *end;
  const QuarryJsonHandler *handler;
  gpointer data;
  GString *key; /* the key of the next value */
  gboolean has_key;
  GString *text;
  guint depth;
  gboolean is_array[MAX_DEPTH];
} Walk;

static void
skip_blanks (Walk *self)
{
  while (self->p < self->end)
    {
      if (strchr (" \t\r\n,\036", *self->p) != NULL && *self->p != '\0')
        self->p++;
      else if (self->end - self->p >= 2 && self->p[0] == '/' && self->p[1] == '/')
        {
          const char *stop = memchr (self->p, '\n', (gsize) (self->end - self->p));

          self->p = stop != NULL ? stop : self->end;
        }
      else if (self->end - self->p >= 2 && self->p[0] == '/' && self->p[1] == '*')
        {
          const char *stop = memmem (self->p, (gsize) (self->end - self->p), "*/", 2);

          self->p = stop != NULL ? stop + 2 : self->end;
        }
      else
        return;
    }
}

/* Reads four hexadecimal digits; -1 if there are none. */
static int
take_unit (Walk *self)
{
  int unit = 0;

  if (self->end - self->p < 4)
    return -1;
  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (self->p[i]))
        return -1;
      unit = unit * 16 + g_ascii_xdigit_value (self->p[i]);
    }
  self->p += 4;
  return unit;
}

static void
take_escape (Walk *self, GString *out)
{
  static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
  const char *which;
  char c = *self->p++;

  if (c == 'u')
    {
      int unit = take_unit (self);

      if (unit >= 0xd800 && unit < 0xdc00 && self->end - self->p >= 6 && self->p[0] == '\\'
          && self->p[1] == 'u')
        {
          int low;

          self->p += 2;
          low = take_unit (self);
          unit = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                                               : 0xfffd;
        }
      if (unit > 0 && g_unichar_validate ((gunichar) unit))
        g_string_append_unichar (out, (gunichar) unit);
      return;
    }
  which = c != '\0' ? strchr (from, c) : NULL;
  g_string_append_c (out, which != NULL ? to[which - from] : c);
}

/* Reads a string behind its opening quote. FALSE if it does not end. */
static gboolean
take_string (Walk *self, GString *out)
{
  g_string_truncate (out, 0);
  while (self->p < self->end)
    {
      const char *start = self->p;

      while (self->p < self->end && *self->p != '"' && *self->p != '\\')
        self->p++;
      g_string_append_len (out, start, self->p - start);
      if (self->p >= self->end)
        return FALSE;
      if (*self->p++ == '"')
        return TRUE;
      if (self->p >= self->end)
        return FALSE;
      take_escape (self, out);
    }
  return FALSE;
}

static const char *
key_of (Walk *self)
{
  const char *key = self->has_key ? self->key->str : NULL;

  self->has_key = FALSE;
  return key;
}

/* Reads one value, key or bracket. FALSE if there is none. */
static gboolean
take_one (Walk *self)
{
  char c = *self->p;

  if (c == '{' || c == '[')
    {
      self->p++;
      if (self->depth == MAX_DEPTH)
        return FALSE;
      self->handler->begin (self->data, key_of (self), c == '[');
      self->is_array[self->depth++] = c == '[';
      return TRUE;
    }
  if (c == '}' || c == ']')
    {
      self->p++;
      if (self->depth == 0 || self->is_array[self->depth - 1] != (c == ']'))
        return FALSE;
      self->depth--;
      self->has_key = FALSE;
      self->handler->end (self->data);
      return TRUE;
    }
  if (c == '"')
    {
      gboolean is_name = self->depth > 0 && !self->is_array[self->depth - 1] && !self->has_key;

      self->p++;
      if (!take_string (self, is_name ? self->key : self->text))
        return FALSE;
      if (is_name)
        {
          skip_blanks (self);
          if (self->p >= self->end || *self->p != ':')
            return FALSE;
          self->p++;
          self->has_key = TRUE;
        }
      else
        self->handler->value (self->data, key_of (self), self->text->str, TRUE);
      return TRUE;
    }
  if (g_ascii_isalnum (c) || c == '-' || c == '+' || c == '.')
    {
      const char *start = self->p;

      while (self->p < self->end && (g_ascii_isalnum (*self->p) || strchr ("+-.", *self->p) != NULL)
             && *self->p != '\0')
        self->p++;
      g_string_truncate (self->text, 0);
      g_string_append_len (self->text, start, self->p - start);
      self->handler->value (self->data, key_of (self), self->text->str, FALSE);
      return TRUE;
    }
  return FALSE;
}

gboolean
quarry_json_walk (const char *json, gsize length, const QuarryJsonHandler *handler, gpointer data)
{
  g_autoptr (GString) key = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  Walk self = { .p = json, .end = json + length, .handler = handler, .data = data, .key = key,
                .text = text };
  gboolean ok = TRUE;

  for (;;)
    {
      skip_blanks (&self);
      if (self.p >= self.end)
        break;
      ok = take_one (&self);
      if (!ok)
        break;
    }
  ok = ok && self.depth == 0;
  while (self.depth-- > 0)
    handler->end (data);
  return ok;
}
