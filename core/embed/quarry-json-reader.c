/* quarry-json-reader.c: reads JSON text piece by piece, without building a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A recursive-descent parser for RFC 8259, whose caller drives it: each function consumes one token or value.
 */
#include "core/embed/quarry-json-reader.h"

#include <math.h>
#include <string.h>

void
quarry_json_reader_init (QuarryJsonReader *self, const char *text, gsize length)
{
  *self = (QuarryJsonReader){ .text = text, .position = text, .end = text + length };
}

void
quarry_json_reader_clear (QuarryJsonReader *self)
{
  if (self->unescaped != NULL)
    g_string_free (self->unescaped, TRUE);
  self->unescaped = NULL;
}

void
quarry_json_reader_fail (QuarryJsonReader *self, const char *fault)
{
  if (self->fault == NULL)
    self->fault = fault;
}

const char *
quarry_json_reader_get_fault (QuarryJsonReader *self, gsize *byte)
{
  if (byte != NULL)
    *byte = self->position - self->text;
  return self->fault;
}

gboolean
quarry_json_equal (const char *string, gsize length, const char *other)
{
  return strlen (other) == length && memcmp (string, other, length) == 0;
}

static gboolean
fail (QuarryJsonReader *self, const char *fault)
{
  quarry_json_reader_fail (self, fault);
  return FALSE;
}

static inline void
skip_blanks (QuarryJsonReader *self)
{
  while (self->position < self->end
         && (*self->position == ' ' || *self->position == '\n' || *self->position == '\r'
             || *self->position == '\t'))
    self->position++;
}

/* Skips blanks, then consumes @c if it comes next. */
static gboolean
accept (QuarryJsonReader *self, char c)
{
  if (self->fault != NULL)
    return FALSE;
  skip_blanks (self);
  if (self->position == self->end || *self->position != c)
    return FALSE;
  self->position++;
  return TRUE;
}

QuarryJsonKind
quarry_json_reader_peek (QuarryJsonReader *self)
{
  if (self->fault != NULL)
    return QUARRY_JSON_NONE;
  skip_blanks (self);
  if (self->position == self->end)
    return QUARRY_JSON_NONE;
  switch (*self->position)
    {
    case '{':
      return QUARRY_JSON_OBJECT;
    case '[':
      return QUARRY_JSON_ARRAY;
    case '"':
      return QUARRY_JSON_STRING;
    case 't':
    case 'f':
      return QUARRY_JSON_BOOLEAN;
    case 'n':
      return QUARRY_JSON_NULL;
    default:
      return *self->position == '-' || g_ascii_isdigit (*self->position) ? QUARRY_JSON_NUMBER
                                                                         : QUARRY_JSON_NONE;
    }
}

static gboolean
enter (QuarryJsonReader *self, char bracket)
{
  if (!accept (self, bracket))
    return fail (self, bracket == '{' ? "an object was expected" : "an array was expected");
  if (self->depth == QUARRY_JSON_MAX_DEPTH)
    return fail (self, "nested too deeply");
  self->first[++self->depth] = TRUE;
  return TRUE;
}

/* Consumes the separator before the next item, or the closing @bracket. */
static gboolean
next (QuarryJsonReader *self, char bracket)
{
  if (self->fault != NULL)
    return FALSE;
  if (accept (self, bracket))
    {
      self->depth--;
      return FALSE;
    }
  if (!self->first[self->depth] && !accept (self, ','))
    return fail (self, "a comma or a closing bracket was expected");
  self->first[self->depth] = FALSE;
  return TRUE;
}

gboolean
quarry_json_reader_enter_object (QuarryJsonReader *self)
{
  return enter (self, '{');
}

gboolean
quarry_json_reader_next_member (QuarryJsonReader *self, const char **name, gsize *length)
{
  if (!next (self, '}') || !quarry_json_reader_string (self, name, length))
    return FALSE;
  return accept (self, ':') || fail (self, "a colon was expected");
}

gboolean
quarry_json_reader_enter_array (QuarryJsonReader *self)
{
  return enter (self, '[');
}

gboolean
quarry_json_reader_next_item (QuarryJsonReader *self)
{
  return next (self, ']');
}

static gboolean
read_hex (const char *text, const char *end, guint *value)
{
  if (end - text < 4)
    return FALSE;
  *value = 0;
  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
      *value = *value << 4 | g_ascii_xdigit_value (text[i]);
    }
  return TRUE;
}

/* Reads an escape sequence after its backslash. */
static gboolean
read_escape (QuarryJsonReader *self)
{
  static const char plain[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
  const char *found;
  guint high, low;

  if (self->position == self->end)
    return fail (self, "a string does not end");
  if (*self->position != 'u')
    {
      found = *self->position != '\0' ? strchr (plain, *self->position) : NULL;
      if (found == NULL)
        return fail (self, "an unknown escape in a string");
      g_string_append_c (self->unescaped, meaning[found - plain]);
      self->position++;
      return TRUE;
    }
  if (!read_hex (self->position + 1, self->end, &high))
    return fail (self, "a broken \\u escape in a string");
  self->position += 5;
  if (high >= 0xd800 && high < 0xdc00)
    {
      if (self->end - self->position < 6 || self->position[0] != '\\' || self->position[1] != 'u'
          || !read_hex (self->position + 2, self->end, &low) || low < 0xdc00 || low > 0xdfff)
        return fail (self, "half a surrogate pair in a string");
      self->position += 6;
      high = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    }
  else if (high >= 0xdc00 && high <= 0xdfff)
    return fail (self, "half a surrogate pair in a string");
  if (high == 0)
    return fail (self, "a NUL character in a string");
  g_string_append_unichar (self->unescaped, high);
  return TRUE;
}

gboolean
quarry_json_reader_string (QuarryJsonReader *self, const char **string, gsize *length)
{
  const char *start;
  gboolean escapes = FALSE;

  if (!accept (self, '"'))
    return fail (self, "a string was expected");
  start = self->position;
  for (;;)
    {
      const char *run = self->position;

      while (self->position < self->end && *self->position != '"' && *self->position != '\\'
             && (guchar) *self->position >= 0x20)
        self->position++;
      if (self->position == self->end)
        return fail (self, "a string does not end");
      if (*self->position == '\\' && !escapes)
        {
          escapes = TRUE;
          if (self->unescaped == NULL)
            self->unescaped = g_string_new (NULL);
          g_string_truncate (self->unescaped, 0);
        }
      if (escapes)
        g_string_append_len (self->unescaped, run, self->position - run);
      if (*self->position == '"')
        break;
      if (*self->position != '\\')
        return fail (self, "a control character in a string");
      self->position++;
      if (!read_escape (self))
        return FALSE;
    }
  *string = escapes ? self->unescaped->str : start;
  *length = escapes ? self->unescaped->len : (gsize)(self->position - start);
  self->position++;
  return g_utf8_validate_len (*string, *length, NULL) || fail (self, "a string is not UTF-8");
}

static guint
skip_digits (QuarryJsonReader *self)
{
  const char *start = self->position;

  while (self->position < self->end && g_ascii_isdigit (*self->position))
    self->position++;
  return self->position - start;
}

/* Converts a number with few digits and no exponent by one exact division. Nearly all numbers in a vocabulary are of
 * this kind, and this is much faster than the general conversion. */
static gboolean
read_short_number (const char *start, const char *end, double *number)
{
  static const double powers[]
      = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
  gboolean negative = *start == '-', fraction = FALSE;
  guint64 digits = 0;
  guint n_fraction = 0;

  if (end - start > 15)
    return FALSE;
  for (const char *p = start + negative; p < end; p++)
    {
      if (*p == '.')
        fraction = TRUE;
      else if (!g_ascii_isdigit (*p))
        return FALSE;
      else
        {
          digits = digits * 10 + (*p - '0');
          n_fraction += fraction;
        }
    }
  *number = (double)digits / powers[n_fraction];
  if (negative)
    *number = -*number;
  return TRUE;
}

gboolean
quarry_json_reader_number (QuarryJsonReader *self, double *number)
{
  char copy[64];
  const char *start;

  if (quarry_json_reader_peek (self) != QUARRY_JSON_NUMBER)
    return fail (self, "a number was expected");
  start = self->position;
  if (*self->position == '-')
    self->position++;
  if (skip_digits (self) == 0)
    return fail (self, "a broken number");
  if (self->position < self->end && *self->position == '.')
    {
      self->position++;
      if (skip_digits (self) == 0)
        return fail (self, "a broken number");
    }
  if (self->position < self->end && (*self->position == 'e' || *self->position == 'E'))
    {
      self->position++;
      if (self->position < self->end && (*self->position == '+' || *self->position == '-'))
        self->position++;
      if (skip_digits (self) == 0)
        return fail (self, "a broken number");
    }
  if (read_short_number (start, self->position, number))
    return TRUE;
  if ((gsize) (self->position - start) >= sizeof copy)
    return fail (self, "a number is too long");
  memcpy (copy, start, self->position - start);
  copy[self->position - start] = '\0';
  *number = g_ascii_strtod (copy, NULL);
  return isfinite (*number) || fail (self, "a number is too large");
}

gboolean
quarry_json_reader_integer (QuarryJsonReader *self, guint64 max, guint64 *number)
{
  if (quarry_json_reader_peek (self) != QUARRY_JSON_NUMBER || !g_ascii_isdigit (*self->position))
    return fail (self, "a whole number was expected");
  *number = 0;
  for (; self->position < self->end && g_ascii_isdigit (*self->position); self->position++)
    {
      guint digit = *self->position - '0';

      if (*number > (max - MIN (digit, max)) / 10)
        return fail (self, "a number is too large");
      *number = *number * 10 + digit;
    }
  if (self->position < self->end
      && (*self->position == '.' || *self->position == 'e' || *self->position == 'E'))
    return fail (self, "a whole number was expected");
  return TRUE;
}

static gboolean
read_literal (QuarryJsonReader *self, const char *literal)
{
  gsize length = strlen (literal);

  if ((gsize) (self->end - self->position) < length || memcmp (self->position, literal, length) != 0)
    return fail (self, "an unknown word");
  self->position += length;
  return TRUE;
}

static gboolean
read_boolean (QuarryJsonReader *self, gboolean *value)
{
  if (quarry_json_reader_peek (self) != QUARRY_JSON_BOOLEAN)
    return fail (self, "true or false was expected");
  *value = *self->position == 't';
  return read_literal (self, *value ? "true" : "false");
}

void
quarry_json_reader_text (QuarryJsonReader *self, char **text)
{
  const char *bytes;
  gsize length;

  if (quarry_json_reader_peek (self) == QUARRY_JSON_NULL)
    quarry_json_reader_skip (self);
  else if (quarry_json_reader_string (self, &bytes, &length))
    {
      g_free (*text);
      *text = g_strndup (bytes, length);
    }
}

void
quarry_json_reader_flag (QuarryJsonReader *self, int *flag)
{
  gboolean value;

  if (quarry_json_reader_peek (self) == QUARRY_JSON_NULL)
    quarry_json_reader_skip (self);
  else if (read_boolean (self, &value))
    *flag = value;
}

gboolean
quarry_json_reader_skip (QuarryJsonReader *self)
{
  const char *string;
  gsize length;
  double number;
  gboolean value;

  switch (quarry_json_reader_peek (self))
    {
    case QUARRY_JSON_OBJECT:
      quarry_json_reader_enter_object (self);
      while (quarry_json_reader_next_member (self, &string, &length))
        quarry_json_reader_skip (self);
      return self->fault == NULL;
    case QUARRY_JSON_ARRAY:
      quarry_json_reader_enter_array (self);
      while (quarry_json_reader_next_item (self))
        quarry_json_reader_skip (self);
      return self->fault == NULL;
    case QUARRY_JSON_STRING:
      return quarry_json_reader_string (self, &string, &length);
    case QUARRY_JSON_NUMBER:
      return quarry_json_reader_number (self, &number);
    case QUARRY_JSON_BOOLEAN:
      return read_boolean (self, &value);
    case QUARRY_JSON_NULL:
      return read_literal (self, "null");
    case QUARRY_JSON_NONE:
    default:
      return fail (self, "a value was expected");
    }
}

gboolean
quarry_json_reader_end (QuarryJsonReader *self)
{
  if (self->fault != NULL)
    return FALSE;
  skip_blanks (self);
  if (self->depth != 0 || self->position != self->end)
    return fail (self, "something follows the end");
  return TRUE;
}
