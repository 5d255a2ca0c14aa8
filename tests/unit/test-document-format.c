/* test-document-format.c: a stored document is taken only if it is valid to the last byte
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/document/quarry-document.h"

#include <string.h>

/* What is written as a document, valid or not. */
typedef struct
{
  QuarryBlock blocks[3];
  QuarryPage pages[2];
  const char *keys[2], *values[2];
  const char *title, *text;
  guint n_more_keys;
} Contents;

static const Contents sound = {
  .blocks = { { { 0, 7 }, QUARRY_BLOCK_HEADING, 6 }, { { 8, 13 }, QUARRY_BLOCK_LIST_ITEM, 32 }, { { 15, 25 }, QUARRY_BLOCK_QUOTE, 0 } },
  .pages = { { 0, 1 }, { 15, 2 } },
  .keys = { "author", "keywords" },
  .values = { "Ada Stone", "marble" },
  .title = "Size",
  .text = "Gr\303\266\303\237e\nStein\n\nMehr \303\274ber",
  .n_more_keys = 30,
};

/* Writes the length and the checksum into the header, so that what comes behind them is checked. */
static void
mend_header (guint8 *bytes, gsize length)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);
  guint64 word;

  for (gsize i = 24; i <= length - (length - 24) % 8; i += 8)
    {
      word = 0;
      memcpy (&word, bytes + i, MIN (8, length - i));
      hash = (hash ^ GUINT64_FROM_LE (word)) * G_GUINT64_CONSTANT (1099511628211);
      hash ^= hash >> 32;
    }
  hash = (hash ^ (length - 24)) * G_GUINT64_CONSTANT (1099511628211);
  hash = GUINT64_TO_LE (hash);
  memcpy (bytes + 16, &hash, 8);
  word = GUINT64_TO_LE ((guint64) length);
  memcpy (bytes + 8, &word, 8);
}

static void
add_number (GByteArray *out, gsize number)
{
  guint32 value = GUINT32_TO_LE ((guint32) number);

  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static void
add_string (GByteArray *out, const char *string)
{
  g_byte_array_append (out, (const guint8 *) string, (guint) strlen (string));
}

static void
add_metadata (GByteArray *out, const char *key, const char *value)
{
  add_number (out, strlen (key));
  add_number (out, strlen (value));
  add_string (out, key);
  add_string (out, value);
}

static GByteArray *
write_document (const Contents *contents)
{
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, (const guint8 *) "QDOC\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24);
  add_number (out, strlen (contents->text));
  add_number (out, G_N_ELEMENTS (contents->blocks));
  add_number (out, G_N_ELEMENTS (contents->pages));
  add_number (out, G_N_ELEMENTS (contents->keys) + contents->n_more_keys);
  add_number (out, strlen (contents->title));
  for (guint i = 0; i < G_N_ELEMENTS (contents->blocks); i++)
    {
      add_number (out, contents->blocks[i].span.start);
      add_number (out, contents->blocks[i].span.end);
      g_byte_array_append (out, &contents->blocks[i].kind, 1);
      g_byte_array_append (out, &contents->blocks[i].level, 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (contents->pages); i++)
    {
      add_number (out, contents->pages[i].start);
      add_number (out, contents->pages[i].number);
    }
  for (guint i = 0; i < G_N_ELEMENTS (contents->keys); i++)
    add_metadata (out, contents->keys[i], contents->values[i]);
  for (guint i = 0; i < contents->n_more_keys; i++)
    {
      g_autofree char *key = g_strdup_printf ("number %02u", i);

      add_metadata (out, key, "value");
    }
  add_string (out, contents->title);
  add_string (out, contents->text);
  mend_header (out->data, out->len);
  return out;
}

static gboolean
is_taken (const guint8 *data, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = quarry_document_deserialize (bytes, &error);

  g_assert_true ((document == NULL) == (error != NULL));
  return document != NULL;
}

static void
assert_taken (const Contents *contents, gboolean taken)
{
  g_autoptr (GByteArray) out = write_document (contents);

  g_assert_cmpint (is_taken (out->data, out->len), ==, taken);
}

static void
test_structure (void)
{
  Contents bad[18];
  guint n = 0;

  assert_taken (&sound, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = sound;
  bad[n++].blocks[2].kind = QUARRY_BLOCK_QUOTE + 1;
  bad[n++].blocks[0].level = 0;
  bad[n++].blocks[0].level = 7;
  bad[n++].blocks[1].level = 0;
  bad[n++].blocks[1].level = 33;
  bad[n++].blocks[2].level = 1;
  /* Blocks that overlap, are empty, leave out letters, or end within a letter or behind the text. */
  bad[n++].blocks[1].span.start = 6;
  bad[n].blocks[2].span = (QuarrySpan) { 14, 14 };
  bad[n++].text = "Gr\303\266\303\237e\nStein\n\n";
  bad[n++].blocks[1].span.start = 9;
  bad[n++].blocks[2].span.end = 24;
  bad[n++].blocks[2].span.end = 21;
  bad[n++].blocks[2].span.end = 26;
  bad[n++].pages[0].start = 16;
  bad[n++].pages[1].start = 21;
  bad[n++].pages[1].start = 26;
  bad[n++].pages[0].number = 0;
  bad[n++].pages[0].number = 2;
  bad[n++].text = "Gr\303\266\377\237e\nStein\n\nMehr \303\274ber";
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (bad));
  for (guint i = 0; i < n; i++)
    {
      g_test_message ("%u", i);
      assert_taken (&bad[i], FALSE);
    }
}

static void
test_strings (void)
{
  g_autofree char *long_title = g_strnfill (1025, 'a');
  g_autofree char *long_value = g_strnfill (4097, 'a');
  Contents longest = sound, bad[11];
  guint n = 0;

  longest.title = longest.keys[0] = long_title + 1;
  longest.values[0] = long_value + 1;
  assert_taken (&longest, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    bad[i] = sound;
  bad[n++].title = long_title;
  bad[n++].keys[0] = long_title;
  bad[n++].values[0] = long_value;
  bad[n++].title = "Si\377e";
  bad[n++].keys[0] = "auth\377r";
  bad[n++].values[0] = "Ada St\377ne";
  bad[n++].keys[0] = "";
  bad[n++].values[0] = "";
  bad[n++].keys[0] = "keywords";
  bad[n++].keys[0] = "title";
  bad[n++].n_more_keys = 31;
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (bad));
  for (guint i = 0; i < n; i++)
    {
      g_test_message ("%u", i);
      assert_taken (&bad[i], FALSE);
    }
}

/* A document of nothing but white space, which is longer than a text may be. */
static void
test_long (void)
{
  const gsize length = 24 + 20 + (gsize) QUARRY_DOCUMENT_MAX_TEXT + 1;
  guint8 *data = g_malloc (length);
  const guint32 n_text = GUINT32_TO_LE (QUARRY_DOCUMENT_MAX_TEXT + 1);
  g_autoptr (GBytes) bytes = g_bytes_new_take (data, length);

  memset (data, 0, 44);
  memcpy (data, "QDOC\1", 5);
  memcpy (data + 24, &n_text, sizeof n_text);
  memset (data + 44, ' ', length - 44);
  mend_header (data, length);
  g_assert_null (quarry_document_deserialize_in_place (bytes, FALSE, NULL));
}

/* A document of which any byte was damaged, or that has one too many. */
static void
test_damage (void)
{
  g_autoptr (GByteArray) out = write_document (&sound);

  for (guint i = 0; i < out->len; i++)
    {
      out->data[i] ^= 1;
      g_assert_false (is_taken (out->data, out->len));
      out->data[i] ^= 1;
    }
  g_byte_array_append (out, (const guint8 *) "\n", 1);
  g_assert_false (is_taken (out->data, out->len));
  mend_header (out->data, out->len);
  g_assert_false (is_taken (out->data, out->len));
}

static void
test_version (void)
{
  g_autoptr (GByteArray) out = write_document (&sound);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  out->data[4] = 99;
  bytes = g_bytes_new (out->data, out->len);
  g_assert_null (quarry_document_deserialize (bytes, &error));
  g_assert_error (error, QUARRY_DOCUMENT_ERROR, QUARRY_DOCUMENT_ERROR_VERSION);
  g_assert_nonnull (strstr (error->message, "99"));
}

static void
use_all_of (QuarryDocument *document)
{
  guint n_blocks, n_pages;
  gsize length;
  const char *text = quarry_document_get_text (document, &length);
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n_blocks);
  const QuarryPage *pages = quarry_document_get_pages (document, &n_pages);
  const char *title = quarry_document_get_title (document);
  const char *author = quarry_document_get_metadata (document, "author");
  guint32 end = 0;

  g_assert_true (g_utf8_validate (text, (gssize) length, NULL));
  g_assert_true (title == NULL || g_utf8_validate (title, -1, NULL));
  g_assert_true (author == NULL || g_utf8_validate (author, -1, NULL));
  for (guint i = 0; i < n_pages; i++)
    {
      g_assert_cmpuint (pages[i].start, <=, length);
      g_assert_true (i == 0 || (pages[i].start >= pages[i - 1].start && pages[i].number > pages[i - 1].number));
      g_assert_true (g_utf8_validate (text + pages[i].start, (gssize) (length - pages[i].start), NULL));
    }
  for (guint i = 0; i < n_blocks; i++)
    {
      G_GNUC_UNUSED g_auto (GStrv) path = quarry_document_heading_path (document, blocks[i].span.start);

      g_assert_true (g_utf8_validate (text + blocks[i].span.start, blocks[i].span.end - blocks[i].span.start, NULL));
      g_assert_cmpuint (blocks[i].span.start, >=, end);
      g_assert_cmpuint (blocks[i].span.end, >, blocks[i].span.start);
      g_assert_cmpuint (strspn (text + end, " \t\n"), >=, blocks[i].span.start - end);
      g_assert_cmpuint (blocks[i].kind, <=, QUARRY_BLOCK_QUOTE);
      if (blocks[i].kind == QUARRY_BLOCK_HEADING || blocks[i].kind == QUARRY_BLOCK_LIST_ITEM)
        g_assert_cmpuint (blocks[i].level, >=, 1);
      else
        g_assert_cmpuint (blocks[i].level, ==, 0);
      end = blocks[i].span.end;
      quarry_document_page_at (document, end);
    }
  g_assert_cmpuint (end, <=, length);
  g_assert_cmpuint (quarry_document_characters_at (document, (guint32) length), <=, length);
}

static void
test_mutations (void)
{
  g_autoptr (GByteArray) whole = write_document (&sound);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  const guint8 *data = whole->data;
  gsize length = whole->len;
  guint n_accepted = 0, n_refused = 0;

  for (gsize cut = 0; cut < length; cut++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, MAX (cut, 1));
      g_autoptr (GBytes) less = NULL;
      g_autoptr (GError) error = NULL;

      if (cut >= 24)
        mend_header (copy, cut);
      less = g_bytes_new (copy, cut);
      g_assert_null (quarry_document_deserialize (less, &error));
      g_assert_error (error, QUARRY_DOCUMENT_ERROR, QUARRY_DOCUMENT_ERROR_DAMAGED);
    }

  for (guint round = 0; round < 60000; round++)
    {
      g_autofree guint8 *copy = g_memdup2 (data, length);
      guint n = 1 + (guint) g_rand_int_range (random, 0, 3);
      g_autoptr (GBytes) changed = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryDocument) again = NULL;

      for (guint i = 0; i < n; i++)
        {
          static const guint8 telling[] = { 0, 1, 0x7f, 0x80, 0xff };
          gsize at = (gsize) g_rand_int_range (
              random, round % 2 ? 24 : 0, round % 4 == 1 ? 200 : (gint32) length);

          copy[at] = g_rand_boolean (random)
                         ? telling[g_rand_int_range (random, 0, G_N_ELEMENTS (telling))]
                         : (guint8) g_rand_int (random);
        }
      if (round % 2)
        mend_header (copy, length);
      changed = g_bytes_new_take (g_steal_pointer (&copy), length);
      again = quarry_document_deserialize (changed, &error);
      g_assert_true ((again == NULL) == (error != NULL));
      if (again != NULL)
        {
          n_accepted++;
          use_all_of (again);
        }
      else
        n_refused++;
    }
  /* Replacing a letter with another one still gives a document; most other changes do not. */
  g_assert_cmpuint (n_accepted, >, 1000);
  g_assert_cmpuint (n_refused, >, 30000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/document-format/structure", test_structure);
  g_test_add_func ("/document-format/strings", test_strings);
  g_test_add_func ("/document-format/long", test_long);
  g_test_add_func ("/document-format/damage", test_damage);
  g_test_add_func ("/document-format/version", test_version);
  g_test_add_func ("/document-format/mutations", test_mutations);

  return g_test_run ();
}
