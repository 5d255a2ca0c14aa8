/* quarry-pdf-strip.c: removes from a PDF file what its text does not need
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Poppler caches nothing from one page to the next. Wherever a page names a font, it decompresses the
 * font program again to see of which kind it is, and most of them as a whole to get the names of the
 * glyphs, although these are before the outlines. And it prepares the colour profiles again on each
 * page that sets one.
 *
 * Both are streams at the top level of the file, so their dictionaries can be read where they are. The
 * font program is replaced by what is before its outlines, uncompressed, and profiles by empty
 * streams. No object is moved, so all references stay valid.
 */
#include "core/extract/pdf/quarry-pdf.h"
#include "core/extract/pdf/quarry-pdf-fonts.h"

#include <string.h>
#include <gio/gio.h>

/* Larger files consist mostly of pictures, and should not be held in memory twice. */
#define MAX_FILE (64u << 20)
#define MAX_DICTIONARY 1024u
/* Most white space before "endstream"; normally it is just a line end. */
#define MAX_BLANKS 16u
/* Most streams whose beginning is decompressed. Each of them can take the time for a whole window, however short it
 * is. */
#define MAX_UNPACKED 10000u
/* Bytes decompressed of a stream. What is before a font's outlines has 1 to 8 kB; a profile is recognized by its first bytes. */
#define WINDOW 65536u
#define PROFILE_SIGNATURE 36u

typedef struct
{
  gsize dictionary; /* offset of "<<" */
  gsize behind;     /* offset behind ">>" */
  gsize data, end;
  char keys[MAX_DICTIONARY + 1]; /* the dictionary as a string */
} Stream;

static gboolean
is_blank (guint8 c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

/* The value of a key in a dictionary without nested ones; NULL if it has no such key. */
static const char *
find_value (const char *keys, const char *key)
{
  gsize n = strlen (key);

  for (const char *p = keys; (p = strstr (p, key)) != NULL; p += n)
    if (!g_ascii_isalnum (p[n]))
      return p + n + strspn (p + n, " \r\n\t");
  return NULL;
}

/* Finds the beginning of the object's dictionary that ends at @behind; it is not looked for before @from. */
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
  /* Only simple dictionaries are accepted: without nested dictionaries, strings or comments, which would need a
   * parser. */
  return strlen (stream->keys) == behind - at && strpbrk (stream->keys + 2, "<(%#") == NULL;
}

/* Finds the end of the data: by the stream's length, if "endstream" follows there; if the length is a reference, by
 * looking for "endstream". */
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
  if (g_ascii_isdigit (*value)) /* a reference, such as "12 0 R" */
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

/* Finds the next stream from *@at on, and moves *@at behind it. FALSE if there is none. */
static gboolean
next_stream (const guint8 *bytes, gsize length, gsize *at, Stream *stream)
{
  const guint8 *found;

  while ((found = memmem (bytes + *at, length - *at, "stream", 6)) != NULL)
    {
      gsize behind = (gsize) (found - bytes);
      gsize from = *at; /* bounds the search backwards, so that no byte is looked at for many candidates */

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
      /* If no "endstream" follows, then none follows the later streams either. */
      if (stream->end == length)
        return FALSE;
    }
  return FALSE;
}

/* Whether the only filter is FlateDecode, which nearly all files use. */
static gboolean
is_deflated (const Stream *stream)
{
  const char *decode = strstr (stream->keys, "Decode");

  return decode != NULL && decode - stream->keys >= 6 && memcmp (decode - 6, "/Flate", 6) == 0
         && strstr (decode + 1, "Decode") == NULL;
}

/* Reads the first bytes of a stream into @window, decompressed. Returns their number. */
static gsize
unpack (const guint8 *bytes, const Stream *stream, guint8 *window, gsize size)
{
  g_autoptr (GConverter) inflater = NULL;
  gsize n_read = 0, n_written = 0, done = 0;
  gsize from = stream->data;

  if (find_value (stream->keys, "/Filter") == NULL)
    {
      done = MIN (stream->end - stream->data, size);
      memcpy (window, bytes + stream->data, done);
      return done;
    }
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

/* Replaces the data of a stream by other, uncompressed data. FALSE if there is not enough room. */
static gboolean
replace (guint8 *bytes, const Stream *stream, const char *keys, const guint8 *data, gsize length)
{
  /* Poppler's parser reads two tokens ahead; without the zeros it would scan all the following blanks for them. */
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

/* The key that poppler tells by what the stream of a font contains; "" for the older kinds, which have none. NULL if the
 * stream is not a font. */
static const char *
key_of_font (const Stream *stream)
{
  const char *subtype = find_value (stream->keys, "/Subtype");

  if (subtype == NULL)
    return find_value (stream->keys, "/Length1") != NULL ? "" : NULL;
  return g_str_has_prefix (subtype, "/Type1C")          ? "/Subtype/Type1C"
         : g_str_has_prefix (subtype, "/CIDFontType0C") ? "/Subtype/CIDFontType0C"
                                                        : NULL;
}

/* Unpacks a font into @window, cut to what pages need of it. Returns its length, 0 if it is not one. */
static gsize
cut_font (const guint8 *bytes, const Stream *stream, const char *key, guint8 *window)
{
  if (*key != '\0')
    return quarry_pdf_cut_cff (window, unpack (bytes, stream, window, WINDOW));
  if (find_value (stream->keys, "/Length2") != NULL)
    return quarry_pdf_cut_type1 (window, unpack (bytes, stream, window, WINDOW));
  return quarry_pdf_cut_truetype (window, unpack (bytes, stream, window, QUARRY_PDF_TRUETYPE_HEADER));
}

/* If the stream may be a colour profile, the key for its number of components; NULL if not. */
static const char *
keys_of_profile (const Stream *stream)
{
  const char *value = find_value (stream->keys, "/N");

  if (value == NULL || find_value (stream->keys, "/Type") != NULL)
    return NULL;
  return *value == '1' ? "/N 1" : *value == '3' ? "/N 3" : *value == '4' ? "/N 4" : NULL;
}

GBytes *
quarry_pdf_strip (const QuarryInput *input, gboolean *has_fonts)
{
  g_autofree guint8 *copy = NULL;
  g_autofree guint8 *window = g_malloc (WINDOW);
  Stream stream;
  gsize at = 0;
  guint n_unpacked = 0, n_fonts = 0;

  while (input->length <= MAX_FILE && n_unpacked < MAX_UNPACKED
         && next_stream (input->bytes, input->length, &at, &stream))
    {
      const char *font = key_of_font (&stream);
      const char *profile = font == NULL ? keys_of_profile (&stream) : NULL;
      gsize n = 0;

      n_unpacked += font != NULL || profile != NULL;
      if (font != NULL)
        n = cut_font (input->bytes, &stream, font, window);
      else if (profile != NULL
               && (unpack (input->bytes, &stream, window, PROFILE_SIGNATURE + 4) < PROFILE_SIGNATURE + 4
                   || memcmp (window + PROFILE_SIGNATURE, "acsp", 4) != 0))
        profile = NULL;
      if (n == 0 && profile == NULL)
        continue;
      if (copy == NULL)
        copy = g_memdup2 (input->bytes, input->length);
      n_fonts += replace (copy, &stream, n > 0 ? font : profile, window, n) && n > 0;
    }
  if (has_fonts != NULL)
    *has_fonts = n_fonts > 0;
  return copy != NULL ? g_bytes_new_take (g_steal_pointer (&copy), input->length)
                      : g_bytes_new_static (input->bytes, input->length);
}
