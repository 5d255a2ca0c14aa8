/* quarry-reader-recording.c: the metadata of recordings and films
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads title, artist, album, comment and lyrics: of MP3 files from ID3 tags (2.2 to 2.4, and 1), of
 * Ogg and FLAC from Vorbis comments, of MP4 files as iTunes writes them, of Windows Media from its
 * content descriptions. Sound and pictures are skipped: only those pages of the file are touched that
 * contain tags.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-text.h"

#include <string.h>

#define MAX_TAG (16u << 20)
/* What has so many bytes takes no further value: each is looked for in those before it. */
#define MAX_FIELD (128u << 10)
#define MAX_DEPTH 8u
#define MAX_PACKET (8u << 20)

typedef enum
{
  FIELD_TITLE,
  FIELD_ARTIST,
  FIELD_ALBUM,
  FIELD_COMPOSER,
  FIELD_YEAR,
  FIELD_GENRE,
  FIELD_COMMENT,
  FIELD_CHAPTERS,
  FIELD_LYRICS,
  N_FIELDS,
} Field;

typedef struct
{
  GString *fields[N_FIELDS];
} Tags;

typedef struct
{
  const guint8 *bytes;
  gsize length;
} Piece;

static guint32
read_u32 (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

static guint32
read_u32_le (const guint8 *bytes)
{
  return (guint32) bytes[3] << 24 | (guint32) bytes[2] << 16 | (guint32) bytes[1] << 8 | bytes[0];
}

static guint16
read_u16_le (const guint8 *bytes)
{
  return (guint16) (bytes[0] | bytes[1] << 8);
}

/* Adds a value, unless it is there already: files often have tags of several versions. */
static void
add_value (Tags *tags, Field field, const GString *value)
{
  g_autofree char *text = NULL;

  if (value == NULL)
    return;
  text = g_strstrip (g_strdup (value->str));
  if (*text == '\0')
    return;
  if (tags->fields[field] == NULL)
    tags->fields[field] = g_string_new (text);
  else if (tags->fields[field]->len < MAX_FIELD && strstr (tags->fields[field]->str, text) == NULL)
    g_string_append_printf (tags->fields[field], field >= FIELD_COMMENT ? "\n%s" : ", %s", text);
}

static void
add_bytes (Tags *tags, Field field, const guint8 *bytes, gsize length, const char *encoding)
{
  GString *value = encoding != NULL ? quarry_decode_from (bytes, length, encoding) : quarry_decode (bytes, length, NULL);

  add_value (tags, field, value);
  if (value != NULL)
    g_string_free (value, TRUE);
}

/* ID3 2: https://id3.org/id3v2.4.0-structure */

static const struct
{
  const char *id, *old_id;
  Field field;
} frames[] = {
  { "TIT2", "TT2", FIELD_TITLE },    { "TPE1", "TP1", FIELD_ARTIST },  { "TPE2", "TP2", FIELD_ARTIST },
  { "TALB", "TAL", FIELD_ALBUM },    { "TCOM", "TCM", FIELD_COMPOSER }, { "TDRC", "TYE", FIELD_YEAR },
  { "TYER", "TYE", FIELD_YEAR },     { "TCON", "TCO", FIELD_GENRE },   { "COMM", "COM", FIELD_COMMENT },
  { "TIT3", "TT3", FIELD_COMMENT },  { "TDES", "TDS", FIELD_COMMENT }, { "USLT", "ULT", FIELD_LYRICS },
};

static gsize
synchsafe (const guint8 *bytes)
{
  return (gsize) (bytes[0] & 0x7f) << 21 | (gsize) (bytes[1] & 0x7f) << 14 | (gsize) (bytes[2] & 0x7f) << 7
         | (bytes[3] & 0x7f);
}

/* The length of a text up to its terminating zero, or of all bytes if there is none. */
static gsize
find_zero (const guint8 *bytes, gsize length, gboolean is_wide)
{
  for (gsize i = 0; i + is_wide < length; i += 1 + (gsize) is_wide)
    if (bytes[i] == 0 && (!is_wide || bytes[i + 1] == 0))
      return i;
  return length;
}

/* Adds the text of a frame: a byte for the encoding; for comments and lyrics a language and a description; then the
 * text. */
static void
add_frame_text (Tags *tags, Field field, gboolean is_described, const guint8 *bytes, gsize length)
{
  static const char *const encodings[] = { NULL, NULL, "UTF-16BE", "UTF-8" };
  guint encoding = length > 0 ? bytes[0] : 0;
  gboolean is_wide = encoding == 1 || encoding == 2;
  gsize at = 1, n;

  if (length < 2 || encoding >= G_N_ELEMENTS (encodings))
    return;
  if (is_described)
    {
      at += 3;
      if (at >= length)
        return;
      /* Skip comments with internal data of iTunes. */
      if (memmem (bytes + at, MIN (length - at, 16), is_wide ? "i\0T\0u\0n" : "iTun", is_wide ? 7 : 4) != NULL)
        return;
      at += find_zero (bytes + at, length - at, is_wide) + 1 + (gsize) is_wide;
      if (at >= length)
        return;
    }
  /* Since 2.4 there may be several, a zero between them. */
  for (; at < length; at += n + 1 + (gsize) is_wide)
    {
      const guint8 *value = bytes + at;
      gsize mark = encoding == 1 && length - at >= 2 && (value[0] == 0xff || value[0] == 0xfe) ? 2 : 0;

      n = find_zero (value, length - at, is_wide);
      /* Genres may be numbers of a list, which nobody sees. */
      if (field == FIELD_GENRE && !is_wide && n > 0 && (value[0] == '(' || g_ascii_isdigit (value[0])))
        continue;
      /* What should be Latin-1 is in any encoding. */
      add_bytes (tags,
                 field,
                 value + MIN (mark, n),
                 n - MIN (mark, n),
                 encoding != 1 ? encodings[encoding] : mark > 0 && value[0] == 0xfe ? "UTF-16BE" : "UTF-16LE");
      if (is_described)
        return;
    }
}

/* A zero behind 0xff keeps players from taking a tag for sound. Returns the length without such. */
static gsize
drop_zeros (guint8 *bytes, gsize length)
{
  gsize kept = 0;
  gboolean after = FALSE; /* 0xff */

  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = bytes[i];

      if (byte != 0 || !after)
        bytes[kept++] = byte;
      after = byte == 0xff;
    }
  return kept;
}

/* A frame behind its head, whose last byte tells what stands before its contents. */
static void
add_frame (Tags *tags, Field field, gboolean is_described, guint version, guint flags, const guint8 *bytes, gsize length)
{
  gsize skip = ((flags & (version == 3 ? 0x20 : 0x40)) != 0 ? 1 : 0) + (version == 4 && (flags & 1) != 0 ? 4 : 0);
  g_autofree guint8 *plain = NULL;

  if (skip >= length)
    return;
  bytes += skip;
  length -= skip;
  if (version == 4 && (flags & 2) != 0)
    {
      plain = g_memdup2 (bytes, length);
      length = drop_zeros (plain, length);
      bytes = plain;
    }
  add_frame_text (tags, field, is_described, bytes, length);
}

/* Whether a frame can begin there, or the tag can end. */
static gboolean
leads_on (const guint8 *bytes, gsize length, gsize at)
{
  if (at + 4 > length)
    return at <= length;
  for (guint i = 0; i < 4 && bytes[at] != 0; i++)
    if (!g_ascii_isupper (bytes[at + i]) && !g_ascii_isdigit (bytes[at + i]))
      return FALSE;
  return TRUE;
}

/* The length of the frame at @at: iTunes wrote that of 2.4 as it was in 2.3. */
static gsize
frame_length (const guint8 *bytes, gsize length, gsize at, guint version)
{
  gsize whole, safe;

  if (version == 2)
    return read_u32 (bytes + at + 2) & 0xffffff;
  whole = read_u32 (bytes + at + 4);
  safe = synchsafe (bytes + at + 4);
  return version == 3 || (!leads_on (bytes, length, at + 10 + safe) && leads_on (bytes, length, at + 10 + whole)) ? whole : safe;
}

static void
read_frames (Tags *tags, const guint8 *bytes, gsize length, guint version, gboolean in_chapter)
{
  gsize head = version == 2 ? 6 : 10, at = 0;

  while (at + head < length && bytes[at] != 0)
    {
      const guint8 *frame = bytes + at;
      gsize n = frame_length (bytes, length, at, version);
      gboolean is_compressed = version > 2 && (frame[9] & (version == 3 ? 0xc0 : 0x0c)) != 0;

      at += head;
      if (n > length - at)
        n = length - at;
      /* A chapter: its name, four numbers, and frames inside it. */
      if (version > 2 && !in_chapter && memcmp (frame, "CHAP", 4) == 0)
        {
          gsize name = find_zero (bytes + at, n, FALSE) + 1 + 16;

          if (name < n)
            read_frames (tags, bytes + at + name, n - name, version, TRUE);
        }
      for (guint i = 0; i < G_N_ELEMENTS (frames) && !is_compressed; i++)
        if (memcmp (frame, version == 2 ? frames[i].old_id : frames[i].id, version == 2 ? 3 : 4) == 0
            && (!in_chapter || frames[i].field == FIELD_TITLE))
          {
            add_frame (tags,
                       in_chapter ? FIELD_CHAPTERS : frames[i].field,
                       memcmp (frames[i].id, "COMM", 4) == 0 || memcmp (frames[i].id, "USLT", 4) == 0,
                       version,
                       version > 2 ? frame[9] : 0,
                       bytes + at,
                       n);
            break;
          }
      at += n;
    }
}

/* Returns the length of the tag, 0 if there is none. */
static gsize
read_id3 (Tags *tags, const guint8 *bytes, gsize length)
{
  g_autofree guint8 *plain = NULL;
  gsize n, at = 0, end;

  if (length < 10 || memcmp (bytes, "ID3", 3) != 0 || bytes[3] < 2 || bytes[3] > 4)
    return 0;
  end = MIN (synchsafe (bytes + 6), length - 10);
  n = MIN (end, MAX_TAG);
  if (tags == NULL)
    return 10 + end;
  plain = g_memdup2 (bytes + 10, n);
  /* Since 2.4 each frame says it of itself. */
  if ((bytes[5] & 0x80) != 0 && bytes[3] < 4)
    n = drop_zeros (plain, n);
  if ((bytes[5] & 0x40) != 0 && bytes[3] > 2 && n > 10)
    at = bytes[3] == 3 ? (gsize) read_u32 (plain) + 4 : synchsafe (plain);
  if (at < n)
    read_frames (tags, plain + at, n - at, bytes[3], FALSE);
  return 10 + end;
}

static void
read_id3_1 (Tags *tags, const guint8 *bytes, gsize length)
{
  static const struct
  {
    guint at, length;
    Field field;
  } parts[] = { { 3, 30, FIELD_TITLE }, { 33, 30, FIELD_ARTIST }, { 63, 30, FIELD_ALBUM }, { 93, 4, FIELD_YEAR }, { 97, 28, FIELD_COMMENT } };
  const guint8 *tag = length >= 128 ? bytes + length - 128 : NULL;

  if (tag == NULL || memcmp (tag, "TAG", 3) != 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    add_bytes (tags, parts[i].field, tag + parts[i].at, find_zero (tag + parts[i].at, parts[i].length, FALSE), NULL);
}

/* Vorbis comments: https://xiph.org/vorbis/doc/v-comment.html */

static void
read_comments (Tags *tags, const guint8 *bytes, gsize length)
{
  static const struct
  {
    const char *name;
    Field field;
  } names[] = {
    { "TITLE", FIELD_TITLE },           { "ARTIST", FIELD_ARTIST },   { "ALBUMARTIST", FIELD_ARTIST },
    { "PERFORMER", FIELD_ARTIST },      { "ALBUM", FIELD_ALBUM },     { "COMPOSER", FIELD_COMPOSER },
    { "DATE", FIELD_YEAR },             { "GENRE", FIELD_GENRE },     { "COMMENT", FIELD_COMMENT },
    { "DESCRIPTION", FIELD_COMMENT },   { "LYRICS", FIELD_LYRICS },   { "UNSYNCEDLYRICS", FIELD_LYRICS },
  };
  gsize at = 0;
  guint32 n;

  if (length < 8 || read_u32_le (bytes) > length - 8)
    return;
  at = 4 + read_u32_le (bytes);
  n = read_u32_le (bytes + at);
  at += 4;
  for (; n > 0 && at + 4 <= length; n--)
    {
      gsize size = MIN (read_u32_le (bytes + at), length - at - 4);
      const guint8 *comment = bytes + at + 4;
      const guint8 *equals = memchr (comment, '=', MIN (size, 64));

      at += 4 + size;
      for (guint i = 0; equals != NULL && i < G_N_ELEMENTS (names); i++)
        if (strlen (names[i].name) == (gsize) (equals - comment)
            && g_ascii_strncasecmp ((const char *) comment, names[i].name, (gsize) (equals - comment)) == 0)
          add_bytes (tags, names[i].field, equals + 1, size - (gsize) (equals + 1 - comment), NULL);
      if (equals != NULL && size > 14 && g_ascii_strncasecmp ((const char *) comment, "CHAPTER", 7) == 0
          && g_ascii_strncasecmp ((const char *) equals - 4, "NAME", 4) == 0)
        add_bytes (tags, FIELD_CHAPTERS, equals + 1, size - (gsize) (equals + 1 - comment), NULL);
    }
}

/* Reads the metadata blocks, each with a type and size; the highest bit of the type marks the last one. */
static void
read_flac (Tags *tags, const guint8 *bytes, gsize length)
{
  gsize at = 4;

  while (at + 4 <= length)
    {
      gsize n = MIN (read_u32 (bytes + at) & 0xffffff, length - at - 4);

      if ((bytes[at] & 0x7f) == 4)
        read_comments (tags, bytes + at + 4, n);
      if ((bytes[at] & 0x80) != 0)
        return;
      at += 4 + n;
    }
}

/* Reads the comments, which are the second packet of a stream and may extend over several pages. The stream of a film's
 * pictures comes before that of its sound, and has comments as well, so the first stream is read. */
static void
read_ogg (Tags *tags, const guint8 *bytes, gsize length)
{
  static const struct
  {
    const char *magic;
    guint length;
  } heads[] = { { "\3vorbis", 7 }, { "OpusTags", 8 }, { "\201theora", 7 } };
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  gboolean is_speex = FALSE;
  guint32 serial = 0;
  gsize at = 0;
  guint n_packets = 0;

  while (at + 27 <= length && memcmp (bytes + at, "OggS", 4) == 0)
    {
      const guint8 *page = bytes + at;
      guint n_segments = page[26];
      gsize data = at + 27 + n_segments;

      if (data > length)
        return;
      if (packet->len == 0 && n_packets == 0)
        serial = read_u32_le (page + 14);
      for (guint i = 0; i < n_segments; i++)
        {
          gsize n = MIN (page[27 + i], length - data);

          if (read_u32_le (page + 14) == serial)
            {
              g_byte_array_append (packet, bytes + data, (guint) n);
              if (page[27 + i] < 255)
                {
                  n_packets++;
                  if (n_packets == 1)
                    is_speex = packet->len > 8 && memcmp (packet->data, "Speex   ", 8) == 0;
                  if (n_packets == 1 && packet->len > 8 && memcmp (packet->data, "fishead", 7) == 0)
                    n_packets = 0; /* a directory of the file's streams; continue with the next stream */
                  else if (n_packets == 2)
                    {
                      for (guint k = 0; k < G_N_ELEMENTS (heads); k++)
                        if (packet->len > heads[k].length && memcmp (packet->data, heads[k].magic, heads[k].length) == 0)
                          read_comments (tags, packet->data + heads[k].length, packet->len - heads[k].length);
                      /* In FLAC, this packet is a metadata block. */
                      if (packet->len > 4 && (packet->data[0] & 0x7f) == 4)
                        read_comments (tags, packet->data + 4, packet->len - 4);
                      if (is_speex)
                        read_comments (tags, packet->data, packet->len);
                      return;
                    }
                  g_byte_array_set_size (packet, 0);
                }
              if (packet->len > MAX_PACKET)
                return;
            }
          data += n;
        }
      at = data;
    }
}

/* MP4: nested boxes (ISO/IEC 14496-12). What iTunes writes is in moov/udta/meta/ilst. */

static void
read_boxes (Tags *tags, Piece piece, Field field, guint depth)
{
  static const char *const folders[] = { "moov", "udta", "ilst" };
  static const struct
  {
    const char *name;
    Field field;
  } names[] = {
    { "\251nam", FIELD_TITLE },  { "\251ART", FIELD_ARTIST },  { "aART", FIELD_ARTIST },
    { "\251alb", FIELD_ALBUM },  { "tvsh", FIELD_ALBUM },      { "\251wrt", FIELD_COMPOSER },
    { "\251day", FIELD_YEAR },   { "\251gen", FIELD_GENRE },   { "\251cmt", FIELD_COMMENT },
    { "desc", FIELD_COMMENT },   { "ldes", FIELD_COMMENT },    { "\251lyr", FIELD_LYRICS },
  };
  gsize at = 0;

  while (at + 8 <= piece.length)
    {
      const guint8 *box = piece.bytes + at;
      guint64 n = read_u32 (box);
      gsize head = 8;
      Piece inner;

      if (n == 1 && at + 16 <= piece.length)
        {
          n = (guint64) read_u32 (box + 8) << 32 | read_u32 (box + 12);
          head = 16;
        }
      else if (n == 0)
        n = piece.length - at;
      if (n < head || n > piece.length - at)
        return;
      inner.bytes = box + head;
      inner.length = (gsize) n - head;
      at += (gsize) n;
      if (depth >= MAX_DEPTH)
        continue;
      for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
        if (memcmp (box + 4, folders[i], 4) == 0)
          read_boxes (tags, inner, N_FIELDS, depth + 1);
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (memcmp (box + 4, names[i].name, 4) == 0)
          read_boxes (tags, inner, names[i].field, depth + 1);
      /* This box begins with a version, except in QuickTime files. */
      if (memcmp (box + 4, "meta", 4) == 0 && inner.length > 8)
        {
          gsize skip = memcmp (inner.bytes + 4, "hdlr", 4) == 0 ? 0 : 4;

          inner.bytes += skip;
          inner.length -= skip;
          read_boxes (tags, inner, N_FIELDS, depth + 1);
        }
      /* Chapters in Nero's form: a count; then for each its time, the length of its name, and the name. */
      if (memcmp (box + 4, "chpl", 4) == 0 && inner.length > 9)
        for (gsize p = 9; p + 9 <= inner.length && p + 9 + inner.bytes[p + 8] <= inner.length; p += 9 + (gsize) inner.bytes[p + 8])
          add_bytes (tags, FIELD_CHAPTERS, inner.bytes + p + 9, inner.bytes[p + 8], "UTF-8");
      /* A value: its type (1 for UTF-8, 2 for UTF-16), a country, and the text. */
      if (field < N_FIELDS && memcmp (box + 4, "data", 4) == 0 && inner.length > 8 && inner.length < MAX_TAG
          && (inner.bytes[3] == 1 || inner.bytes[3] == 2))
        add_bytes (tags, field, inner.bytes + 8, inner.length - 8, inner.bytes[3] == 1 ? "UTF-8" : "UTF-16BE");
    }
}

/* Windows Media: objects, each with an id of sixteen bytes and its size, inside a header object (Advanced Systems
 * Format, 3.1, 3.10, 3.11). */

static const char asf[] = "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c";
static const char asf_content[] = "\x33\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c";
static const char asf_more[] = "\x40\xa4\xd0\xd2\x07\xe3\xd2\x11\x97\xf0\0\xa0\xc9\x5e\xa8\x50";

static void
read_asf_more (Tags *tags, const guint8 *bytes, gsize length)
{
  static const struct
  {
    const char *name;
    Field field;
  } names[] = { { "WM/AlbumTitle", FIELD_ALBUM },   { "WM/Lyrics", FIELD_LYRICS }, { "WM/Year", FIELD_YEAR },
                { "WM/Composer", FIELD_COMPOSER },  { "WM/Genre", FIELD_GENRE },   { "WM/AlbumArtist", FIELD_ARTIST } };
  gsize at = 2;

  while (at + 2 <= length)
    {
      gsize n_name = read_u16_le (bytes + at), n;
      g_autoptr (GString) name = NULL;

      if (n_name > length - at - 2 || length - at - 2 - n_name < 4)
        return;
      name = quarry_decode_from (bytes + at + 2, n_name, "UTF-16LE");
      at += 2 + n_name;
      n = read_u16_le (bytes + at + 2);
      if (n > length - at - 4)
        return;
      for (guint i = 0; i < G_N_ELEMENTS (names) && read_u16_le (bytes + at) == 0; i++)
        if (name != NULL && g_str_has_prefix (name->str, names[i].name))
          add_bytes (tags, names[i].field, bytes + at + 4, n, "UTF-16LE");
      at += 4 + n;
    }
}

static void
read_asf (Tags *tags, const guint8 *bytes, gsize length)
{
  static const Field order[] = { FIELD_TITLE, FIELD_ARTIST, N_FIELDS, FIELD_COMMENT, N_FIELDS };
  gsize at = 30;

  while (at + 24 <= length)
    {
      gsize n = read_u32_le (bytes + at + 16), place = at + 24 + 10;

      if (n < 24 || n > length - at || read_u32_le (bytes + at + 20) != 0)
        return;
      if (memcmp (bytes + at, asf_more, 16) == 0)
        read_asf_more (tags, bytes + at + 24, n - 24);
      for (guint i = 0; i < 5 && n >= 34 && memcmp (bytes + at, asf_content, 16) == 0; i++)
        {
          gsize size = read_u16_le (bytes + at + 24 + 2 * i);

          if (size > at + n - place)
            break;
          if (order[i] != N_FIELDS)
            add_bytes (tags, order[i], bytes + place, size, "UTF-16LE");
          place += size;
        }
      at += n;
    }
}

static gboolean
is_mp4 (const QuarryInput *input)
{
  /* Some picture formats have the same boxes. */
  static const char *const pictures[] = { "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1", "avif", "avis", "crx " };

  if (input->length < 16 || memcmp (input->bytes + 4, "ftyp", 4) != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (pictures); i++)
    if (memcmp (input->bytes + 8, pictures[i], 4) == 0)
      return FALSE;
  return TRUE;
}

static const char *
find_type (const QuarryInput *input)
{
  const guint8 *bytes = input->bytes;
  gsize length = input->length;

  if (length < 32)
    return NULL;
  if (memcmp (bytes, "OggS\0", 5) == 0)
    return "audio/ogg";
  if (memcmp (bytes, "fLaC\0", 5) == 0)
    return "audio/flac";
  if (memcmp (bytes, asf, 16) == 0)
    return "video/x-ms-asf";
  if (is_mp4 (input))
    return memcmp (bytes + 8, "M4", 2) == 0 ? "audio/mp4" : "video/mp4";
  if (read_id3 (NULL, bytes, length) > 0
      || (bytes[0] == 0xff && (bytes[1] & 0xe6) == 0xe2 && quarry_format_of_name (input->name) == QUARRY_FORMAT_RECORDING))
    return "audio/mpeg";
  return NULL;
}

gboolean
quarry_sniff_recording (const QuarryInput *input)
{
  return find_type (input) != NULL;
}

/* Writes the title; a line with artist, album and date; comments; chapters; and lyrics. */
static void
write_tags (const Tags *tags, QuarryDocumentBuilder *builder)
{
  static const Field line[] = { FIELD_ARTIST, FIELD_ALBUM, FIELD_COMPOSER, FIELD_YEAR, FIELD_GENRE };
  g_autoptr (GString) about = g_string_new (NULL);

  if (tags->fields[FIELD_TITLE] != NULL)
    {
      quarry_document_builder_set_title (builder, tags->fields[FIELD_TITLE]->str);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, tags->fields[FIELD_TITLE]->str, -1);
    }
  if (tags->fields[FIELD_ARTIST] != NULL)
    quarry_document_builder_set_metadata (builder, "author", tags->fields[FIELD_ARTIST]->str);
  for (guint i = 0; i < G_N_ELEMENTS (line); i++)
    if (tags->fields[line[i]] != NULL)
      g_string_append_printf (about, "%s%s", about->len > 0 ? " · " : "", tags->fields[line[i]]->str);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, about->str, -1);
  for (Field field = FIELD_COMMENT; field <= FIELD_LYRICS; field++)
    if (tags->fields[field] != NULL)
      {
        /* The lines of lyrics may end with a carriage return, as on old Macs. */
        g_autoptr (GString) text = g_string_new (tags->fields[field]->str);

        g_string_replace (text, "\r\n", "\n", 0);
        g_string_replace (text, "\r", "\n", 0);
        quarry_text_add (builder, text, 0, FALSE);
      }
}

gboolean
quarry_read_recording (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const char *type = find_type (input);
  const Piece all = { input->bytes, input->length };
  gsize start;
  Tags tags = { 0 };

  quarry_document_builder_set_metadata (builder, "mime-type", type);
  /* An ID3 tag may also come before FLAC data. */
  start = read_id3 (&tags, input->bytes, input->length);
  if (input->length - start > 8 && memcmp (input->bytes + start, "fLaC", 4) == 0)
    read_flac (&tags, input->bytes + start, input->length - start);
  if (g_strcmp0 (type, "audio/ogg") == 0)
    read_ogg (&tags, input->bytes, input->length);
  else if (g_strcmp0 (type, "video/x-ms-asf") == 0)
    read_asf (&tags, input->bytes, input->length);
  else if (is_mp4 (input))
    read_boxes (&tags, all, N_FIELDS, 0);
  else if (tags.fields[FIELD_TITLE] == NULL && tags.fields[FIELD_ARTIST] == NULL)
    read_id3_1 (&tags, input->bytes, input->length);
  write_tags (&tags, builder);
  for (guint i = 0; i < N_FIELDS; i++)
    if (tags.fields[i] != NULL)
      g_string_free (tags.fields[i], TRUE);
  return TRUE;
}
