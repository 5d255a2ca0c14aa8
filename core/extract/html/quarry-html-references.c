/* quarry-html-references.c: character references in HTML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/html/quarry-html-references.h"

#include <stdlib.h>
#include <string.h>

#define LONGEST_NAME 32u

typedef struct
{
  char name[LONGEST_NAME];
  char text[7];
  guint8 stands_alone; /* valid without a semicolon too */
} Reference;

/* Sorted by name. */
static const Reference references[] = {
#include "core/extract/html/html-references.inc"
};

/* The longest name that is valid without a semicolon. */
#define LONGEST_ALONE 6u

static int
compare_name (gconstpointer name, gconstpointer reference)
{
  return strcmp (name, ((const Reference *) reference)->name);
}

static const Reference *
find (const char *bytes, gsize length)
{
  char name[LONGEST_NAME];

  if (length >= sizeof name)
    return NULL;
  memcpy (name, bytes, length);
  name[length] = '\0';
  return bsearch (name, references, G_N_ELEMENTS (references), sizeof *references, compare_name);
}

/* The character for the number of a reference. As the standard demands, the control characters from 0x80 on are taken
 * as windows-1252. */
static gunichar
character_of (guint32 number)
{
  static const guint16 windows[32]
      = { 0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160,
          0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
          0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e, 0x178 };

  if (number >= 0x80 && number < 0xa0)
    return windows[number - 0x80];
  return number == 0 || number > 0x10ffff || (number >= 0xd800 && number < 0xe000) ? 0xfffd : number;
}

/* Reads a numeric reference, behind its "&": writes the character to *@to, which is advanced. Returns the length of the
 * reference, 0 if it is none. */
static gsize
read_number (const char *bytes, gsize length, char **to)
{
  gboolean is_hex = length > 1 && (bytes[1] == 'x' || bytes[1] == 'X');
  gsize start = is_hex ? 2 : 1, i;
  guint32 number = 0;

  for (i = start; i < length; i++)
    {
      int digit = is_hex ? g_ascii_xdigit_value (bytes[i]) : g_ascii_digit_value (bytes[i]);

      if (digit < 0)
        break;
      number = MIN (number * (is_hex ? 16 : 10) + (guint32) digit, 0x110000);
    }
  if (i == start)
    return 0;
  *to += g_unichar_to_utf8 (character_of (number), *to);
  return i < length && bytes[i] == ';' ? i + 1 : i;
}

/* The same for a named reference. */
static gsize
read_name (const char *bytes, gsize length, gboolean is_attribute, char **to)
{
  const Reference *found = NULL;
  gsize n = 0;

  while (n < MIN (length, LONGEST_NAME) && g_ascii_isalnum (bytes[n]))
    n++;
  if (n < length && bytes[n] == ';' && (found = find (bytes, n)) != NULL)
    {
      *to = g_stpcpy (*to, found->text);
      return n + 1;
    }
  for (n = MIN (n, LONGEST_ALONE); n > 1; n--)
    {
      found = find (bytes, n);
      if (found == NULL || !found->stands_alone)
        continue;
      /* In an attribute this may be part of an address, as in "?a=1&copy=1", so leave it as it is. */
      if (is_attribute && n < length && (bytes[n] == '=' || g_ascii_isalnum (bytes[n])))
        return 0;
      *to = g_stpcpy (*to, found->text);
      return n;
    }
  return 0;
}

const char *
quarry_html_dereference (QuarryArena *arena, const char *bytes, gsize length, gboolean is_attribute, gsize *n_out)
{
  const char *end = bytes + length, *p = bytes;
  gsize most = length + 1;
  char *out, *to;

  *n_out = length;
  if (memchr (bytes, '&', length) == NULL && memchr (bytes, '\0', length) == NULL)
    return bytes;
  /* Some references become a byte longer than they are, so reserve one byte for each. */
  for (gsize i = 0; i < length; i++)
    most += bytes[i] == '&';
  out = to = quarry_arena_take (arena, most);
  while (p < end)
    {
      gsize left = (gsize) (end - p - 1), n = 0;

      if (*p == '&' && left > 0)
        n = p[1] == '#' ? read_number (p + 1, left, &to) : read_name (p + 1, left, is_attribute, &to);
      if (n == 0 && *p != '\0')
        *to++ = *p;
      p += n + 1;
    }
  *n_out = (gsize) (to - out);
  return out;
}
