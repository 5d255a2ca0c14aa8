/* quarry-pdf-strip.c: takes out of a PDF file what its text does not need
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Poppler keeps nothing from one page to the next. Of each Type 1 font it unpacks the whole program anew
 * wherever a page names it, for the names of its letters, which stand in the clear text before the encrypted
 * outlines; colours are prepared from their profile on each page that sets one. Both are streams of the
 * file's uppermost level, so their dictionaries are to be read where they stand: the font's clear text takes
 * its program's place, unpacked, and profiles become empty. No object moves, so that all references hold.
 */
#include "core/extract/pdf/quarry-pdf.h"

#include <string.h>
#include <gio/gio.h>

/* Larger files are pictures for the most part, and not to be in memory twice. */
#define MAX_FILE (64u << 20)
#define MAX_DICTIONARY 1024u
/* White space before "endstream": a line end, as a rule. */
#define MAX_BLANKS 16u
/* Each takes up to a window's unpacking, however few its bytes. */
#define MAX_UNPACKED 10000u
/* A font's clear text has 1 to 8 kB; a profile is known by its first bytes. */
#define WINDOW 65536u
#define PROFILE_SIGNATURE 36u

typedef struct
{
  gsize dictionary; /* where "<<" stands */
  gsize behind;     /* ">>" */
  gsize data, end;
  char keys[MAX_DICTIONARY + 1]; /* the dictionary as a string */
} Stream;

static gboolean
is_blank (guint8 c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

/* Behind the key in a dictionary without others inside; NULL where it has none such. */
static const char *
find_value (const char *keys, const char *key)
{
  gsize n = strlen (key);

  for (const char *p = keys; (p = strstr (p, key)) != NULL; p += n)
    if (!g_ascii_isalnum (p[n]))
      return p + n + strspn (p + n, " \r\n\t");
  return NULL;
}

/* Where the dictionary begins that ends at @behind, that of an object; not before @from. */
static gboolean
find_dictionary (const guint8 *bytes, gsize from, gsize behind, Stream *stream)
{
  gsize at = behind;

  if (behind > MAX_DICTIONARY)
    from = MAX (from, behind - MAX_DICTIONARY);
  while (at > from && !(at + 4 < behind && memcmp (bytes + at, "obj", 3) == 0))
    at--;
  if (at == from || !(g_ascii_isdigit (bytes[at - 1]) || is_blank (bytes[at - 1])))
    return FALSE;
  at += 3;
  while (at < behind && is_blank (bytes[at]))
    at++;
  if (behind - at < 4 || memcmp (bytes + at, "<<", 2) != 0)
    return FALSE;
  stream->dictionary = at;
  stream->behind = behind;
  memcpy (stream->keys, bytes + at, behind - at);
  stream->keys[behind - at] = '\0';
  /* Nothing in it that would have to be taken apart: others in it, strings, comments. */
  return strlen (stream->keys) == behind - at && strpbrk (stream->keys + 2, "<(%#") == NULL;
}

/* The data end where their length says so, and what must stand there does; or where they end by themselves. */
static gboolean
find_end (const guint8 *bytes, gsize length, Stream *stream)
{
  const char *value = find_value (stream->keys, "/Length");
  gsize n = 0, at;

  if (value == NULL)
    return FALSE;
  while (g_ascii_isdigit (*value) && n < MAX_FILE)
    n = 10 * n + (gsize) (*value++ - '0');
  value += strspn (value, " \r\n\t");
  if (g_ascii_isdigit (*value)) /* "12 0 R" */
    {
      const guint8 *end = memmem (bytes + stream->data, length - stream->data, "endstream", 9);

      stream->end = end != NULL ? (gsize) (end - bytes) : length;
      return end != NULL;
    }
  if (n > length - stream->data)
    return FALSE;
  stream->end = at = stream->data + n;
  while (at < length && at - stream->end < MAX_BLANKS && is_blank (bytes[at]))
    at++;
  return length - at >= 9 && memcmp (bytes + at, "endstream", 9) == 0;
}

/* The next stream from @at on, which moves on. FALSE where there is none any more. */
static gboolean
next_stream (const guint8 *bytes, gsize length, gsize *at, Stream *stream)
{
  const guint8 *found;

  while ((found = memmem (bytes + *at, length - *at, "stream", 6)) != NULL)
    {
      gsize behind = (gsize) (found - bytes);
      gsize from = *at; /* so that no byte is looked at for many that may be streams */

      stream->data = behind + 6;
      *at = stream->data;
      while (behind > from && is_blank (bytes[behind - 1]))
        behind--;
      if (stream->data < length && bytes[stream->data] == '\r')
        stream->data++;
      if (behind < from + 2 || memcmp (bytes + behind - 2, ">>", 2) != 0 || stream->data >= length
          || bytes[stream->data++] != '\n')
        continue;
      if (!find_dictionary (bytes, from, behind, stream))
        continue;
      stream->end = *at;
      if (find_end (bytes, length, stream))
        {
          *at = stream->end;
          return TRUE;
        }
      /* Where one has no end, none behind it has. */
      if (stream->end == length)
        return FALSE;
    }
  return FALSE;
}

/* Whether the data are packed in the one way that nearly all are. */
static gboolean
is_deflated (const Stream *stream)
{
  const char *decode = strstr (stream->keys, "Decode");

  return decode != NULL && decode - stream->keys >= 6 && memcmp (decode - 6, "/Flate", 6) == 0
         && strstr (decode + 1, "Decode") == NULL;
}

/* The first bytes of a stream, unpacked into @window. Returns how many. */
static gsize
unpack (const guint8 *bytes, const Stream *stream, guint8 *window, gsize size)
{
  g_autoptr (GConverter) inflater = NULL;
  gsize n_read = 0, n_written = 0, done = 0;
  gsize from = stream->data;

  if (!is_deflated (stream))
    return 0;
  inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  while (done < size && from < stream->end)
    {
      GConverterResult result
          = g_converter_convert (inflater, bytes + from, stream->end - from, window + done, size - done,
                                 G_CONVERTER_NO_FLAGS, &n_read, &n_written, NULL);

      if (result == G_CONVERTER_ERROR)
        break;
      from += n_read;
      done += n_written;
      if (result == G_CONVERTER_FINISHED)
        break;
    }
  return done;
}

/* Puts other data, as they are, in the place of the stream's. FALSE where they have no room there. */
static gboolean
replace (guint8 *bytes, const Stream *stream, const char *keys, const guint8 *data, gsize length)
{
  /* Poppler looks two words ahead, and would look through all the blanks for them. */
  static const char tail[] = "\nendstream\nendobj\n0 0\n";
  g_autofree char *dictionary = g_strdup_printf ("<<%s/Length %" G_GSIZE_FORMAT ">>", keys, length);
  gsize room = stream->behind - stream->dictionary;
  gsize n = strlen (dictionary);

  if (n > room || length + strlen (tail) > stream->end - stream->data)
    return FALSE;
  memset (bytes + stream->dictionary, ' ', room);
  memcpy (bytes + stream->dictionary, dictionary, n);
  memset (bytes + stream->data, ' ', stream->end - stream->data);
  memcpy (bytes + stream->data, data, length);
  memcpy (bytes + stream->data + length, tail, strlen (tail));
  return TRUE;
}

/* How much of a Type 1 font's program is clear text; 0 where it is none. */
static gsize
measure_clear_text (const guint8 *program, gsize length)
{
  const guint8 *end;

  if (length < 2 || memcmp (program, "%!", 2) != 0)
    return 0;
  end = memmem (program, length, "eexec", 5);
  return end != NULL ? (gsize) (end - program) + 5 : 0;
}

static gboolean
is_font (const Stream *stream)
{
  return find_value (stream->keys, "/Length1") != NULL && find_value (stream->keys, "/Length2") != NULL
         && find_value (stream->keys, "/Subtype") == NULL;
}

/* The number of colours of what may be a profile, as a key; NULL for none. */
static const char *
keys_of_profile (const Stream *stream)
{
  const char *value = find_value (stream->keys, "/N");

  if (value == NULL || find_value (stream->keys, "/Type") != NULL)
    return NULL;
  return *value == '1' ? "/N 1" : *value == '3' ? "/N 3" : *value == '4' ? "/N 4" : NULL;
}

GBytes *
quarry_pdf_strip (const QuarryInput *input)
{
  g_autofree guint8 *copy = NULL;
  g_autofree guint8 *window = g_malloc (WINDOW);
  Stream stream;
  gsize at = 0;
  guint n_unpacked = 0;

  while (input->length <= MAX_FILE && n_unpacked < MAX_UNPACKED
         && next_stream (input->bytes, input->length, &at, &stream))
    {
      const char *profile = keys_of_profile (&stream);
      gsize n = 0;

      n_unpacked += is_font (&stream) || profile != NULL;
      if (is_font (&stream))
        n = measure_clear_text (window, unpack (input->bytes, &stream, window, WINDOW));
      else if (profile != NULL
               && (unpack (input->bytes, &stream, window, PROFILE_SIGNATURE + 4) < PROFILE_SIGNATURE + 4
                   || memcmp (window + PROFILE_SIGNATURE, "acsp", 4) != 0))
        profile = NULL;
      if (n == 0 && profile == NULL)
        continue;
      if (copy == NULL)
        copy = g_memdup2 (input->bytes, input->length);
      replace (copy, &stream, n > 0 ? "" : profile, window, n);
    }
  return copy != NULL ? g_bytes_new_take (g_steal_pointer (&copy), input->length)
                      : g_bytes_new_static (input->bytes, input->length);
}
