/* test-readers-recording.c: what recordings and films say of themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

static void
put (GByteArray *out, const void *bytes, gsize length)
{
  g_byte_array_append (out, bytes, (guint) length);
}

/* A number in four bytes, the least significant first where @is_little. */
static void
put_u32 (GByteArray *out, guint32 value, gboolean is_little)
{
  value = is_little ? GUINT32_TO_LE (value) : GUINT32_TO_BE (value);
  put (out, &value, sizeof value);
}

static void
assert_shows (const char *name, GByteArray *file, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_bytes (name, file->data, file->len, &error);
  g_autofree char *shown = document != NULL ? show (document) : NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (shown, ==, expected);
  g_byte_array_unref (file);
}

static void
put_frame (GByteArray *out, guint version, const char *id, const void *bytes, gsize length)
{
  put (out, id, strlen (id));
  if (version == 2)
    {
      const guint8 size[] = { 0, (guint8) (length >> 8), (guint8) length };

      put (out, size, sizeof size);
    }
  else
    {
      put_u32 (out, (guint32) length, FALSE);
      put (out, "\0\0", 2);
    }
  put (out, bytes, length);
}

/* @frames (transfer full) as a tag of at most 16,383 bytes, with a little sound after it. (transfer full) */
static GByteArray *
write_id3 (guint version, guint flags, GByteArray *frames)
{
  GByteArray *out = g_byte_array_new ();
  const guint8 head[] = { 'I', 'D', '3', (guint8) version, 0, (guint8) flags, 0, 0, (guint8) (frames->len >> 7), frames->len & 0x7f };

  put (out, head, sizeof head);
  put (out, frames->data, frames->len);
  put (out, "\377\373\220\144sound sound sound sound sound sound", 39);
  g_byte_array_unref (frames);
  return out;
}

static void
test_id3 (void)
{
  GByteArray *frames = g_byte_array_new ();

  put_frame (frames, 3, "TIT2", "\1\377\376M\0a\0r\0b\0l\0e\0", 15);
  put_frame (frames, 3, "TPE1", "\0The M\374llers", 12);
  put_frame (frames, 3, "TALB", "\3St\303\266ne", 7);
  put_frame (frames, 3, "TYER", "\0001998", 5);
  put_frame (frames, 3, "TCON", "\0(17)", 5);
  put_frame (frames, 3, "COMM", "\0engiTunNORM\0 00000000", 22);
  put_frame (frames, 3, "COMM", "\0eng\0Cut in winter.", 19);
  put_frame (frames, 3, "USLT", "\0eng\0Stone on stone\rwe lay.", 27);
  put_frame (frames, 3, "CHAP", "c1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0TIT2\0\0\0\10\0\0\0First p", 37);
  put (frames, "\0\0\0\0", 4);
  assert_shows ("song.mp3",
                write_id3 (3, 0, frames),
                "h1 Marble\np The Müllers · Stöne · 1998\np Cut in winter.\np First p\np Stone on stone we lay.\n");
}

/* Version 2 has names and sizes of three bytes. "Unsynchronisation" puts a zero after each 0xff; these zeros are not
 * part of the text. */
static void
test_id3_2 (void)
{
  GByteArray *frames = g_byte_array_new ();

  put_frame (frames, 2, "TT2", "\1\377\0\376M\0a\0r\0b\0l\0e\0", 16);
  frames->data[5] = 15;
  put_frame (frames, 2, "TP1", "\0Mason", 6);
  assert_shows ("song.mp3", write_id3 (2, 0x80, frames), "h1 Marble\np Mason\n");
}

/* Version 4 has sizes with seven bits in each byte, except where iTunes wrote them, with eight. A frame may have
 * several texts. The flags of a frame say whether its text's length precedes it, and whether a zero follows each
 * 0xff. */
static void
test_id3_4 (void)
{
  GByteArray *frames = g_byte_array_new ();
  g_autoptr (GString) comment = g_string_new_len ("\3eng\0", 5);

  put_frame (frames, 4, "TPE1", "\3Ann\0Ben", 8);
  put_frame (frames, 4, "TALB", "\0\0\0\6\3Stone", 10);
  frames->data[18 + 9] = 1;
  put_frame (frames, 4, "TIT2", "\1\377\0\376M\0a\0", 8);
  frames->data[38 + 9] = 2;
  for (guint i = 0; i < 40; i++)
    g_string_append (comment, "Cut. ");
  put_frame (frames, 4, "COMM", comment->str, comment->len);
  put_frame (frames, 4, "TDRC", "\0001998", 5);
  g_string_erase (comment, 0, 5);
  g_string_truncate (comment, comment->len - 1);
  g_string_prepend (comment, "h1 Ma\np Ann, Ben · Stone · 1998\np ");
  g_string_append_c (comment, '\n');
  assert_shows ("song.mp3", write_id3 (4, 0, frames), comment->str);
}

/* Each new value is compared with those before it; a limit keeps a tag with very many values from taking too long. */
static void
test_many_values (void)
{
  GByteArray *frames = g_byte_array_new ();
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  guint length;
  gsize n;

  for (guint i = 0; i < 30000; i++)
    {
      g_autofree char *value = g_strdup_printf ("?eng?%06u", i);

      value[0] = value[4] = '\0';
      put_frame (frames, 3, "COMM", value, 11);
    }
  length = frames->len;
  file = write_id3 (3, 0, frames);
  for (guint i = 0; i < 4; i++)
    file->data[9 - i] = length >> 7 * i & 0x7f;
  document = read_bytes ("song.mp3", file->data, file->len, &error);
  g_assert_no_error (error);
  quarry_document_get_text (document, &n);
  g_assert_cmpuint (n, >, 100000);
  g_assert_cmpuint (n, <, 150000);
}

static void
test_id3_1 (void)
{
  GByteArray *file = g_byte_array_new ();
  guint8 tag[128] = "TAGMarble";

  memcpy (tag + 33, "Mason", 5);
  memcpy (tag + 93, "1998", 4);
  put (file, "\377\373\220\144sound sound sound sound sound sound", 39);
  put (file, tag, sizeof tag);
  assert_shows ("song.mp3", file, "h1 Marble\np Mason · 1998\n");
}

/* @comments: "NAME=value" each, NULL at the end. */
static void
put_comments (GByteArray *out, const char *const *comments)
{
  guint n = g_strv_length ((char **) comments);

  put_u32 (out, 4, TRUE);
  put (out, "libX", 4);
  put_u32 (out, n, TRUE);
  for (guint i = 0; i < n; i++)
    {
      put_u32 (out, (guint32) strlen (comments[i]), TRUE);
      put (out, comments[i], strlen (comments[i]));
    }
}

static const char *const comments[]
    = { "title=Marble", "ARTIST=Mason", "ALBUM=Stones", "CHAPTER001=00:00:00", "CHAPTER001NAME=First cut",
        "LYRICS=Stone on stone", "ENCODER=x", NULL };
#define SHOWN "h1 Marble\np Mason · Stones\np First cut\np Stone on stone\n"

static void
test_flac (void)
{
  GByteArray *file = g_byte_array_new ();
  g_autoptr (GByteArray) block = g_byte_array_new ();

  put_comments (block, comments);
  put (file, "fLaC\0\0\0\42", 8);
  put (file, (guint8[34]){ 0 }, 34);
  put_u32 (file, 0x84000000u | block->len, FALSE);
  put (file, block->data, block->len);
  put (file, "sound", 5);
  assert_shows ("song.flac", file, SHOWN);
}

static void
put_page (GByteArray *out, guint serial, const guint8 *bytes, gsize length, gboolean goes_on)
{
  gsize n = length / 255 + (goes_on ? 0 : 1);

  put (out, "OggS\0\0\0\0\0\0\0\0\0\0", 14);
  put_u32 (out, serial, TRUE);
  put (out, "\0\0\0\0\0\0\0\0", 8);
  put (out, &(guint8){ (guint8) n }, 1);
  for (gsize i = 0; i < n; i++)
    put (out, &(guint8){ (guint8) (i < length / 255 ? 255 : length % 255) }, 1);
  put (out, bytes, length);
}

/* The comments continue over several pages, with pages of another stream between them. */
static void
test_ogg (void)
{
  GByteArray *file = g_byte_array_new ();
  g_autoptr (GByteArray) packet = g_byte_array_new ();
  g_autofree char *note = g_strnfill (600, 'n');
  g_autofree char *comment = g_strconcat ("NOTE=", note, NULL);
  const char *const all[] = { comment, comments[0], comments[1], comments[2], comments[4], comments[5], NULL };

  put (packet, "OpusTags", 8);
  put_comments (packet, all);
  put_page (file, 7, (const guint8 *) "OpusHead\1\2...........", 21, FALSE);
  put_page (file, 8, (const guint8 *) "\201theora", 7, FALSE);
  put_page (file, 7, packet->data, 510, TRUE);
  put_page (file, 8, (const guint8 *) "\202theora", 7, FALSE);
  put_page (file, 7, packet->data + 510, packet->len - 510, FALSE);
  assert_shows ("song.opus", file, SHOWN);
}

/* A box with @head and then @inner (transfer full) in it. (transfer full) */
static GByteArray *
box (const char *name, const void *head, gsize n_head, GByteArray *inner)
{
  GByteArray *out = g_byte_array_new ();

  put_u32 (out, (guint32) (8 + n_head + inner->len), FALSE);
  put (out, name, 4);
  put (out, head, n_head);
  put (out, inner->data, inner->len);
  g_byte_array_unref (inner);
  return out;
}

static GByteArray *
text_of (const char *text)
{
  return g_byte_array_append (g_byte_array_new (), (const guint8 *) text, (guint) strlen (text));
}

static void
test_mp4 (void)
{
  GByteArray *file = box ("ftyp", "M4A \0\0\0\0", 8, text_of ("isom"));
  GByteArray *list = g_byte_array_new ();
  static const char *const items[][2] = { { "\251nam", "Marble" }, { "\251ART", "Mason" }, { "\251lyr", "Stone on stone" }, { "covr", "no text" } };
  GByteArray *rest;

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      GByteArray *item = box (items[i][0], NULL, 0, box ("data", "\0\0\0\1\0\0\0\0", 8, text_of (items[i][1])));

      put (list, item->data, item->len);
      g_byte_array_unref (item);
    }
  rest = box ("mdat", NULL, 0, text_of ("sound"));
  put (file, rest->data, rest->len);
  g_byte_array_unref (rest);
  rest = box ("moov", NULL, 0, box ("udta", NULL, 0, box ("meta", "\0\0\0\0", 4, box ("ilst", NULL, 0, list))));
  put (file, rest->data, rest->len);
  g_byte_array_unref (rest);
  assert_shows ("song.m4a", file, "h1 Marble\np Mason\np Stone on stone\n");
}

static void
test_asf (void)
{
  GByteArray *file = g_byte_array_new ();

  put (file, "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c\0\0\0\0\0\0\0\0\1\0\0\0\1\2", 30);
  put (file, "\x33\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c", 16);
  put (file, "\x36\0\0\0\0\0\0\0\14\0\10\0\0\0\0\0\0\0M\0a\0r\0b\0l\0e\0J\0o\0e\0\0\0", 38);
  assert_shows ("song.wma", file, "h1 Marble\np Joe\n");
}

static void
test_silent (void)
{
  static const char silent[] = "\377\373\220\144sound sound sound sound sound sound";
  static const char picture[] = "\0\0\0\x18" "ftypheic\0\0\0\0mif1heic\0\0\0\0\0\0\0\0";

  assert_refused ("song.mp3", silent, sizeof silent, QUARRY_EXTRACT_ERROR_EMPTY);
  assert_refused ("picture", picture, sizeof picture, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  g_assert_true (quarry_extractor_may_read ("song.opus"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/recording/id3", test_id3);
  g_test_add_func ("/readers/recording/id3-2", test_id3_2);
  g_test_add_func ("/readers/recording/id3-4", test_id3_4);
  g_test_add_func ("/readers/recording/many-values", test_many_values);
  g_test_add_func ("/readers/recording/id3-1", test_id3_1);
  g_test_add_func ("/readers/recording/flac", test_flac);
  g_test_add_func ("/readers/recording/ogg", test_ogg);
  g_test_add_func ("/readers/recording/mp4", test_mp4);
  g_test_add_func ("/readers/recording/asf", test_asf);
  g_test_add_func ("/readers/recording/silent", test_silent);

  return g_test_run ();
}
