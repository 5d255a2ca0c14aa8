/* test-extraction.c: what comes from another process is taken only if it is valid to the last byte
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/quarry-extraction.h"
#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-page-image.h"

#include <math.h>
#include <string.h>

/* --- Records ----------------------------------------------------------------------------------- */

/* A record that is valid but for what is added to its header's numbers, and for the byte behind it. */
typedef struct
{
  const char *place;
  guint32 magic, code, place_length;
  guint64 length;
  guint8 end;
} Change;

static void
add_record (GByteArray *out, const Change *change, const void *contents, gsize length)
{
  const char *place = change->place != NULL ? change->place : "";
  QuarryExtractRecord record = { .magic = QUARRY_EXTRACT_MAGIC + change->magic,
                                 .code = change->code,
                                 .place_length = (guint32) strlen (place) + change->place_length,
                                 .length = length + change->length };

  g_byte_array_append (out, (const guint8 *) &record, sizeof record);
  g_byte_array_append (out, (const guint8 *) place, (guint) strlen (place));
  g_byte_array_append (out, contents, (guint) length);
  g_byte_array_append (out, &change->end, 1);
}

static gboolean
is_taken (const Change *change, const void *contents, gsize length)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QuarryExtraction) extraction = NULL;

  add_record (out, change, contents, length);
  bytes = g_bytes_new (out->data, out->len);
  extraction = quarry_extraction_new (bytes, FALSE, NULL);
  return extraction != NULL;
}

static void
test_records (void)
{
  static const guint32 message = QUARRY_EXTRACT_ERROR_DAMAGED + 1;
  g_autofree char *long_name = g_strnfill (QUARRY_EXTRACT_MAX_NAME + 1, 'a');
  g_autofree char *long_message = g_strnfill (QUARRY_EXTRACT_MAX_MESSAGE + 1, 'a');
  const Change good[] = { { .code = message }, { .place = "a/b.txt", .code = message }, { .place = long_name + 1 } };
  const Change bad[] = { { .magic = 1 },
                         { .code = QUARRY_EXTRACT_ERROR_PROCESS + 2 },
                         { .place = long_name },
                         { .place = "a.txt", .place_length = 100 },
                         { .place = "a.txt", .place_length = (guint32) -1 },
                         { .length = 1 },
                         { .length = (guint64) -1 },
                         { .length = G_MAXUINT64 / 2 },
                         { .end = 1 },
                         { .place = "a\377.txt" },
                         { .place = ".." },
                         { .place = "a/../../b.txt" },
                         { .place = "./a.txt" },
                         { .place = "/a.txt" },
                         { .place = "a//b.txt" },
                         { .place = "a/" } };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (is_taken (&good[i], "It is locked.", 13));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%u", i);
      g_assert_false (is_taken (&bad[i], "It is locked.", 13));
    }
  g_assert_false (is_taken (&good[0], "", 0));
  g_assert_true (is_taken (&good[0], long_message, QUARRY_EXTRACT_MAX_MESSAGE));
  g_assert_false (is_taken (&good[0], long_message, QUARRY_EXTRACT_MAX_MESSAGE + 1));
}

/* Of what a reader wrote that was killed, the whole records count; of one that was not killed, none. */
static void
test_half (void)
{
  const Change change = { .place = "a.txt", .code = QUARRY_EXTRACT_ERROR_DAMAGED + 1 };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint whole;

  add_record (out, &change, "It is in pieces.", 16);
  whole = out->len;
  add_record (out, &change, "So is this.", 11);
  for (guint n = 0; n <= out->len; n++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (out->data, n);
      g_autoptr (QuarryExtraction) sound = quarry_extraction_new (bytes, FALSE, NULL);
      g_autoptr (QuarryExtraction) killed = quarry_extraction_new (
          bytes, FALSE, g_error_new_literal (QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_CRASHED, "It crashed."));

      g_assert_cmpint (sound != NULL, ==, n == 0 || n == whole || n == out->len);
      g_assert_cmpint (killed != NULL, ==, n == 0 || n >= whole);
    }
}

/* An answer may be long, but each record takes memory of its own. */
static void
test_many (void)
{
  const Change change = { .code = QUARRY_EXTRACT_ERROR_DAMAGED + 1 };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  for (guint i = 0; i < QUARRY_EXTRACT_MAX_RECORDS; i++)
    add_record (out, &change, "x", 1);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (out->data, out->len);
      g_autoptr (QuarryExtraction) extraction = quarry_extraction_new (bytes, FALSE, NULL);

      g_assert_cmpint (extraction != NULL, ==, i == 0);
      add_record (out, &change, "x", 1);
    }
}

/* --- Pages ------------------------------------------------------------------------------------- */

static const QuarryExtractPage two_words
    = { .number = 1, .n_pages = 3, .width = 2, .height = 1, .n_words = 2, .text_length = 9, .label_length = 2 };
static const QuarryPageBox boxes[] = { { 0, 0, .5f, .5f }, { .5f, .5f, 1, 1 } };

/* Whether a page is taken of these words, of which the rest is @fill, with @n_more bytes than its header says. */
static gboolean
is_page_of (const QuarryExtractPage *page, const QuarryPageBox *first, const char *words, char fill, guint n_more)
{
  const guint given = MIN (9, page->text_length);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (QuarryPageImage) image = NULL;
  guint at;

  g_byte_array_append (out, (const guint8 *) page, sizeof *page);
  g_byte_array_set_size (out, (guint) (out->len + 4 * page->width * page->height));
  at = out->len;
  g_byte_array_set_size (out, (guint) (at + page->n_words * sizeof boxes[0] + page->text_length + page->label_length));
  memset (out->data + sizeof *page, 0, out->len - sizeof *page);
  for (guint i = 0; i < page->n_words; i++)
    memcpy (out->data + at + i * sizeof boxes[0], i == 0 ? first : &boxes[1], sizeof boxes[0]);
  at += page->n_words * (guint) sizeof boxes[0];
  if (page->text_length > 0)
    memset (out->data + at, fill, page->text_length - 1);
  memcpy (out->data + at, words, given);
  g_byte_array_set_size (out, out->len + n_more);
  bytes = g_bytes_new (out->data, out->len);
  image = quarry_page_image_new (bytes);
  return image != NULL;
}

static gboolean
is_page (const QuarryExtractPage *page, const QuarryPageBox *first, const char *words)
{
  return is_page_of (page, first, words, '\0', 0);
}

static void
test_pages (void)
{
  static const QuarryPageBox bad_boxes[]
      = { { -.1f, 0, 1, 1 }, { 0, -.1f, 1, 1 }, { .5f, 0, .4f, 1 }, { 0, .5f, 1, .4f },
          { 0, 0, 1.1f, 1 }, { 0, 0, 1, 1.1f }, { NAN, 0, 1, 1 },   { 0, 0, NAN, NAN } };
  static const char *const bad_words[] = { "Stone\0isX", "Stone\0\0is", "St\377ne\0is\0", "Stone is\0" };
  const QuarryExtractPage one_word
      = { .number = 1, .n_pages = 1, .width = 1, .height = 1, .n_words = 1, .text_length = QUARRY_EXTRACT_MAX_WORDS_TEXT };
  QuarryExtractPage long_word = one_word, bad[10];

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = two_words;
  bad[0].number = 0;
  bad[1].number = 4;
  bad[2].n_pages = (guint32) G_MAXINT + 1;
  bad[3].width = 0;
  bad[4].height = 0;
  bad[5].width = QUARRY_EXTRACT_MAX_SIDE + 1;
  bad[6].height = QUARRY_EXTRACT_MAX_SIDE + 1;
  bad[7].label_length = QUARRY_EXTRACT_MAX_LABEL + 1;
  bad[8].n_words = bad[8].text_length = QUARRY_EXTRACT_MAX_WORDS + 1;
  bad[9].width = QUARRY_EXTRACT_MAX_SIDE;
  bad[9].height = QUARRY_EXTRACT_MAX_PIXELS / QUARRY_EXTRACT_MAX_SIDE + 1;

  g_assert_true (is_page (&two_words, &boxes[0], "Stone\0is"));
  g_assert_false (is_page_of (&two_words, &boxes[0], "Stone\0is", '\0', 1));
  g_assert_true (is_page_of (&one_word, &boxes[0], "Limestone", 's', 0));
  long_word.text_length++;
  g_assert_false (is_page_of (&long_word, &boxes[0], "Limestone", 's', 0));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_test_message ("%u", i);
      g_assert_false (is_page (&bad[i], &boxes[0], i == 8 ? "\0\0\0\0\0\0\0\0" : "Stone\0is"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad_boxes); i++)
    g_assert_false (is_page (&two_words, &bad_boxes[i], "Stone\0is"));
  for (guint i = 0; i < G_N_ELEMENTS (bad_words); i++)
    g_assert_false (is_page (&two_words, &boxes[0], bad_words[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/extraction/records", test_records);
  g_test_add_func ("/extraction/half", test_half);
  g_test_add_func ("/extraction/many", test_many);
  g_test_add_func ("/extraction/pages", test_pages);
  return g_test_run ();
}
