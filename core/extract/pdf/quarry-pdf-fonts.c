/* quarry-pdf-fonts.c: cuts font programs to what is before their outlines
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/pdf/quarry-pdf-fonts.h"

#include <string.h>

/* In a dictionary of the Compact Font Format, the number 0 in one byte. */
#define ZERO 139u
/* Two numbers of five bytes have room in it. */
#define MAX_OPERANDS 16u

gsize
quarry_pdf_cut_type1 (const guint8 *program, gsize length)
{
  const guint8 *end;

  if (length < 2 || memcmp (program, "%!", 2) != 0)
    return 0;
  end = memmem (program, length, "eexec", 5);
  return end != NULL ? (gsize) (end - program) + 5 : 0;
}

gsize
quarry_pdf_cut_truetype (const guint8 *program, gsize length)
{
  if (length < QUARRY_PDF_TRUETYPE_HEADER || (memcmp (program, "\0\1\0\0", 4) != 0 && memcmp (program, "true", 4) != 0))
    return 0;
  return QUARRY_PDF_TRUETYPE_HEADER;
}

typedef struct
{
  guint8 *bytes;
  gsize length;
} Program;

/* Reads a number of @size bytes, the highest first. */
static gboolean
read_number (const Program *program, gsize at, gsize size, gsize *number)
{
  if (at > program->length || program->length - at < size)
    return FALSE;
  *number = 0;
  for (gsize i = 0; i < size; i++)
    *number = *number << 8 | program->bytes[at + i];
  return TRUE;
}

/* Moves *@at behind the list of objects that begins there, and gives the bounds of the first of them. */
static gboolean
skip_index (const Program *program, gsize *at, gsize *first, gsize *first_end)
{
  gsize n, size, base, end;

  if (!read_number (program, *at, 2, &n))
    return FALSE;
  if (n == 0)
    {
      *first = *first_end = *at += 2;
      return TRUE;
    }
  if (!read_number (program, *at + 2, 1, &size) || size < 1 || size > 4)
    return FALSE;
  base = *at + 3 + (n + 1) * size - 1; /* offsets count from 1 */
  if (!read_number (program, *at + 3, size, first) || !read_number (program, *at + 3 + size, size, first_end)
      || !read_number (program, *at + 3 + n * size, size, &end) || *first < 1 || *first_end < *first
      || end < *first_end || base + end > program->length)
    return FALSE;
  *first += base;
  *first_end += base;
  *at = base + end;
  return TRUE;
}

/* The length of the token at @at of a dictionary, and the number that it stands for (negative and broken ones become 0);
 * 0 if it is not valid. */
static gsize
read_token (const Program *program, gsize at, gsize end, gsize *number)
{
  guint8 b = program->bytes[at];
  gsize n = b <= 21 ? 1 + (b == 12) : b == 28 ? 3 : b == 29 ? 5 : b >= 32 && b <= 246 ? 1 : b >= 247 && b <= 254 ? 2 : 0;

  *number = 0;
  if (b == 30) /* a decimal number, which half a byte of ones ends */
    for (n = 1; at + n < end && n++ < 64;)
      if ((program->bytes[at + n - 1] & 0xf) == 0xf || program->bytes[at + n - 1] >> 4 == 0xf)
        return n;
  if (n == 0 || n > end - at || b == 30)
    return 0;
  if (b == 28 || b == 29)
    {
      read_number (program, at + 1, n - 1, number);
      if (program->bytes[at + 1] & 0x80)
        *number = 0;
    }
  else if (b >= 32 && b <= 246)
    *number = b > ZERO ? b - ZERO : 0;
  else if (b >= 247 && b <= 250)
    *number = (gsize) (b - 247) * 256 + program->bytes[at + 1] + 108;
  return n;
}

/* What of a font's first dictionary matters. */
typedef struct
{
  gsize charset, encoding, outlines;
  gboolean has_numbers; /* its glyphs have no names */
} Font;

/* Reads the dictionary between @at and @end, and takes out of it where the private one is, which is among the
 * outlines. */
static gboolean
read_dictionary (const Program *program, gsize at, gsize end, Font *font)
{
  gsize operands = at, first = 0, n_operands = 0, n;
  gboolean is_first = TRUE;

  for (; at < end; at += n)
    {
      gsize number;
      guint8 b = program->bytes[at];

      if ((n = read_token (program, at, end, &number)) == 0)
        return FALSE;
      if (b > 21)
        {
          if (n_operands++ == 0)
            first = number;
          continue;
        }
      if (b == 15)
        font->charset = first;
      else if (b == 16)
        font->encoding = first;
      else if (b == 17)
        font->outlines = first;
      else if (b == 12 && program->bytes[at + 1] == 30)
        {
          if (!is_first || n_operands != 3)
            return FALSE;
          font->has_numbers = TRUE;
        }
      else if (b == 18)
        {
          if (at - operands > MAX_OPERANDS)
            return FALSE;
          memset (program->bytes + operands, ZERO, at - operands);
        }
      is_first = FALSE;
      operands = at + n;
      first = n_operands = 0;
    }
  return TRUE;
}

gsize
quarry_pdf_cut_cff (guint8 *bytes, gsize length)
{
  Program program = { bytes, length };
  Font font = { 0 };
  gsize at, first, end, dictionary, dictionary_end, n;

  if (length < 4 || bytes[0] != 1 || bytes[1] != 0)
    return 0;
  at = bytes[2];
  if (!skip_index (&program, &at, &first, &end) /* names of fonts */
      || !skip_index (&program, &at, &dictionary, &dictionary_end)
      || !read_dictionary (&program, dictionary, dictionary_end, &font))
    return 0;
  if (font.has_numbers)
    return at;
  if (!skip_index (&program, &at, &first, &end)     /* names of glyphs */
      || !skip_index (&program, &at, &first, &end)  /* parts of outlines */
      || font.outlines < at || font.charset >= font.outlines || font.encoding >= font.outlines
      || !read_number (&program, font.outlines, 2, &n) || n == 0)
    return 0;
  /* As many outlines as before, each empty. */
  end = font.outlines + 3 + n + 1;
  if (end > length)
    return 0;
  memset (bytes + font.outlines + 2, 1, end - font.outlines - 2);
  return end;
}
