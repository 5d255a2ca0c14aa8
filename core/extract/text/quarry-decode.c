/* quarry-decode.c: converts bytes of unknown encoding to UTF-8
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ICU does the conversions. It contains all tables, whereas iconv would have to load modules, which
 * the sandboxed reader process cannot.
 */
#include "core/extract/text/quarry-decode.h"

#include <string.h>
#include <unicode/ucnv.h>

#include "core/extract/text/quarry-decode-guess.h"

/* How many bytes of a file are looked at to guess its encoding. */
#define SAMPLE (256u << 10)

GString *
quarry_decode_from (const guint8 *bytes, gsize length, const char *encoding)
{
  UErrorCode status = U_ZERO_ERROR;
  UConverter *source = ucnv_open (encoding, &status);
  UConverter *target;
  GString *out;
  const char *from = (const char *) bytes;
  const char *end = from + length;
  UChar pivot[4096];
  UChar *pivot_source = pivot, *pivot_target = pivot;
  gboolean reset = TRUE;

  if (U_FAILURE (status))
    return NULL;
  target = ucnv_open ("UTF-8", &status);
  if (U_FAILURE (status))
    {
      ucnv_close (source);
      return NULL;
    }

  out = g_string_sized_new (length + length / 4 + 16);
  do
    {
      char buffer[16384];
      char *to = buffer;

      status = U_ZERO_ERROR;
      ucnv_convertEx (target,
                      source,
                      &to,
                      buffer + sizeof buffer,
                      &from,
                      end,
                      pivot,
                      &pivot_source,
                      &pivot_target,
                      pivot + G_N_ELEMENTS (pivot),
                      reset,
                      TRUE,
                      &status);
      reset = FALSE;
      g_string_append_len (out, buffer, to - buffer);
    }
  while (status == U_BUFFER_OVERFLOW_ERROR);

  ucnv_close (target);
  ucnv_close (source);
  if (U_FAILURE (status))
    {
      g_string_free (out, TRUE);
      return NULL;
    }
  /* Remove the byte order mark, which is not part of the text. */
  if (g_str_has_prefix (out->str, "\357\273\277"))
    g_string_erase (out, 0, 3);
  return out;
}

static GString *
decode_utf8 (const guint8 *bytes, gsize length)
{
  GString *out;

  if (length >= 3 && memcmp (bytes, "\357\273\277", 3) == 0)
    bytes += 3, length -= 3;
  out = g_string_sized_new (length + 1);
  g_string_append_len (out, (const char *) bytes, (gssize) length);
  return out;
}

static inline guint64
word_at (const void *bytes)
{
  guint64 word;

  memcpy (&word, bytes, sizeof word);
  return word;
}

#define EACH_BYTE(value) (G_GUINT64_CONSTANT (0x0101010101010101) * (value))

/* As g_utf8_validate_len(), but accepts zero bytes. Most of most texts is ASCII, so eight bytes are checked at a
 * time. */
static gboolean
validate (const char *bytes, gsize length, const char **end)
{
  const char *stop = bytes + length;

  while (bytes < stop)
    {
      gsize n = MIN (64, (gsize) (stop - bytes));

      if (n >= 8 && (word_at (bytes) & EACH_BYTE (0x80)) == 0)
        {
          bytes += 8;
          continue;
        }
      if (*bytes == '\0')
        {
          bytes++;
          continue;
        }
      if (g_utf8_validate_len (bytes, n, end))
        {
          bytes += n;
          continue;
        }
      /* The last character of this part may continue behind it, and a zero byte ends the validation early; anything
       * else is an error. */
      if (*end == bytes || (**end != '\0' && (*end + 4 <= bytes + n || bytes + n == stop)))
        return FALSE;
      bytes = *end;
    }
  return TRUE;
}

static gboolean
is_utf8 (const guint8 *bytes, gsize length)
{
  const char *end;

  if (validate ((const char *) bytes, length, &end))
    return TRUE;
  /* A file that is cut off within its last character still is UTF-8. */
  return (const guint8 *) end + 4 > bytes + length && end > (const char *) bytes
         && g_utf8_get_char_validated (end, (const char *) bytes + length - end) == (gunichar) -2;
}

/* The 16-bit or 32-bit encoding that a text without byte order mark is in, recognized by the places of its zero
 * bytes. */
static const char *
guess_wide (const guint8 *bytes, gsize length)
{
  gsize n = MIN (length, SAMPLE) & ~(gsize) 3;
  gsize zeros[4] = { 0 };
  gsize quarter = n / 4, odd, even;

  if (n < 8 || memchr (bytes, 0, n) == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++)
    zeros[i & 3] += bytes[i] == 0;

  /* In UTF-32, two of four bytes are zero, except for rare characters. */
  if (zeros[3] == quarter && zeros[2] > quarter - quarter / 8 && zeros[0] < quarter / 8 + 1)
    return "UTF-32LE";
  if (zeros[0] == quarter && zeros[1] > quarter - quarter / 8 && zeros[3] < quarter / 8 + 1)
    return "UTF-32BE";
  /* In UTF-16, blanks, line ends and digits have a zero byte in every script; some rare letters have one on the other
   * side. */
  odd = zeros[1] + zeros[3];
  even = zeros[0] + zeros[2];
  if (odd > quarter / 8 && even <= MAX (quarter / 64, odd / 16))
    return "UTF-16LE";
  if (even > quarter / 8 && odd <= MAX (quarter / 64, even / 16))
    return "UTF-16BE";
  return NULL;
}

static GString *
decode_guessed (const guint8 *bytes, gsize length)
{
  return quarry_decode_from (bytes, length, quarry_decode_guess (bytes, length));
}

/* Whether all eight bytes are printable ASCII or blanks. */
static inline gboolean
is_visible_ascii (guint64 word)
{
  return ((word | (word - EACH_BYTE (0x20)) | (word + EACH_BYTE (1))) & EACH_BYTE (0x80)) == 0;
}

gboolean
quarry_decode_is_text (const char *text, gsize length)
{
  /* Control characters, and the first bytes of U+0080 to U+009F and of U+FFFD. Escape and backspace are not counted:
   * they make colours and bold type in logs and manual pages. */
  static const guint8 is_special[256] = {
    [0 ... '\b' - 1] = 1, [0x0e ... 0x1a] = 1, [0x1c ... 0x1f] = 1, [0x7f] = 1, [0xc2] = 1, [0xef] = 1,
  };
  gsize n = MIN (length, 4 * SAMPLE);
  gsize controls = 0, zeros = 0, replacements = 0;

  for (gsize i = 0; i < n; i++)
    {
      guchar c = (guchar) text[i];

      if (i + 8 <= n && is_visible_ascii (word_at (text + i)))
        {
          i += 7;
          continue;
        }
      if (!is_special[c])
        continue;
      zeros += c == 0;
      controls += c < 0x80;
      if (c == 0xef && i + 2 < n && memcmp (text + i, "\357\277\275", 3) == 0)
        replacements++;
      /* U+0080 to U+009F */
      if (c == 0xc2 && i + 1 < n && (guchar) text[i + 1] >= 0x80 && (guchar) text[i + 1] < 0xa0)
        controls++;
    }
  return zeros <= n / 4096 && controls <= n / 100 && replacements <= n / 20 + 2;
}

/* Replaces zero bytes, since functions that take them for the end would lose the rest of the text. */
static void
blank_zeros (GString *text)
{
  char *end = text->str + text->len;

  for (char *p = text->str; (p = memchr (p, '\0', (gsize) (end - p))) != NULL; p++)
    *p = ' ';
}

static GString *
take_text (GString *text)
{
  if (text != NULL && !quarry_decode_is_text (text->str, text->len))
    {
      g_string_free (text, TRUE);
      return NULL;
    }
  if (text != NULL)
    blank_zeros (text);
  return text;
}

gboolean
quarry_decode_begins_plain (const guint8 *bytes, gsize length)
{
  return length > 0 && memchr (bytes, 0x1b, MIN (length, SAMPLE)) == NULL
         && quarry_decode_is_text ((const char *) bytes, length);
}

GString *
quarry_decode (const guint8 *bytes, gsize length, const char *declared)
{
  const char *wide;
  gsize good = 0, bad = 0;

  if (length >= 4
      && (memcmp (bytes, "\377\376\0\0", 4) == 0 || memcmp (bytes, "\0\0\376\377", 4) == 0))
    return take_text (quarry_decode_from (bytes, length, "UTF-32"));
  if (length >= 2 && (memcmp (bytes, "\377\376", 2) == 0 || memcmp (bytes, "\376\377", 2) == 0))
    return take_text (quarry_decode_from (bytes, length, "UTF-16"));

  wide = guess_wide (bytes, length);
  if (wide != NULL)
    return take_text (quarry_decode_from (bytes, length, wide));

  /* Valid UTF-8 beyond ASCII does not come about by chance, so it is believed whatever is declared. A few zero bytes,
   * as in a log that was being written when the machine crashed, do not change that. */
  if (is_utf8 (bytes, length))
    {
      /* Except for East Asia's 7-bit encodings, which look like ASCII. */
      if (declared != NULL && g_ascii_strncasecmp (declared, "iso-2022", 8) == 0)
        {
          GString *out = quarry_decode_from (bytes, length, declared);

          if (out != NULL)
            return take_text (out);
        }
      else if (memchr (bytes, '\033', MIN (length, SAMPLE)) != NULL)
        {
          if (memmem (bytes, MIN (length, SAMPLE), "\033$)C", 4) != NULL)
            return take_text (quarry_decode_from (bytes, length, "ISO-2022-KR"));
          if (memmem (bytes, MIN (length, SAMPLE), "\033$", 2) != NULL)
            return take_text (quarry_decode_from (bytes, length, "ISO-2022-JP-2"));
        }
      return take_text (decode_utf8 (bytes, length));
    }

  if (declared != NULL && *declared != '\0' && g_ascii_strncasecmp (declared, "utf", 3) != 0)
    {
      /* Files that declare these standard names usually contain windows-1252. */
      gboolean latin = g_ascii_strcasecmp (declared, "iso-8859-1") == 0
                       || g_ascii_strcasecmp (declared, "us-ascii") == 0;
      GString *out = quarry_decode_from (bytes, length, latin ? "windows-1252" : declared);

      out = take_text (out);
      if (out != NULL)
        return out;
    }

  /* If the characters beyond ASCII are valid UTF-8 but for a few (1 in 20), the text is UTF-8 with some bad bytes. */
  for (const char *p = (const char *) bytes, *end = p + MIN (length, SAMPLE); p < end;)
    {
      if ((guchar) *p < 0x80)
        {
          p++;
          continue;
        }
      if ((gint32) g_utf8_get_char_validated (p, end - p) < 0)
        bad++, p++;
      else
        good++, p = g_utf8_next_char (p);
    }
  if (good > 20 * bad)
    {
      g_autofree char *valid = g_utf8_make_valid ((const char *) bytes, (gssize) length);

      return take_text (decode_utf8 ((const guint8 *) valid, strlen (valid)));
    }
  return take_text (decode_guessed (bytes, length));
}
