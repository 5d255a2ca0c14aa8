/* test-store-texts.c: parts of texts, and the dictionaries that they are compressed with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>
#include <zstd.h>

#include "store-helpers.h"

/* A paragraph of made-up words, no two of which are the same by chance. (transfer full) */
static char *
make_paragraph (GRand *random, gsize length)
{
  GString *text = g_string_new (NULL);

  while (text->len < length)
    {
      guint word = (guint) (400 * g_rand_double (random) * g_rand_double (random));

      for (guint letter = 0; letter < 3 + word % 5; letter++)
        g_string_append_c (text, (char) ('a' + (word * 7 + letter * letter * (word / 26 + 1)) % 26));
      g_string_append_c (text, ' ');
    }
  g_string_truncate (text, length - 1);
  g_string_append_c (text, '.');
  return g_string_free (text, FALSE);
}

/* Adds a document of about @kilobytes. (transfer full): of its paragraphs */
static GPtrArray *
add_long (QuarryStore *store, const char *path, guint kilobytes, gint64 *id)
{
  GPtrArray *paragraphs = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (kilobytes);

  for (guint i = 0; i < kilobytes; i++)
    g_ptr_array_add (paragraphs, make_paragraph (random, 524 + i % 1000));
  g_ptr_array_add (paragraphs, NULL);
  *id = add_document (store, path, NULL, (const char *const *) paragraphs->pdata);
  return paragraphs;
}

static void
assert_texts (QuarryStore *store, gint64 id, const GPtrArray *paragraphs)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) passages = quarry_store_list_passages (store, id, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (passages->len, ==, paragraphs->len - 1);
  for (guint i = 0; i < passages->len; i++)
    g_assert_cmpstr (((QuarryPassageRecord *) passages->pdata[i])->text, ==, paragraphs->pdata[i]);
}

static gint64
read_number (QuarryStore *store, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 number = 0;

  quarry_store_read_number (store, sql, &number, &error);
  g_assert_no_error (error);
  return number;
}

#define COUNT_DICTIONARIES "SELECT count(*) FROM dictionaries"

/* The dictionary that the last part was compressed with; 0: none. */
static guint
last_dictionary (QuarryStore *store)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (store, "SELECT bytes FROM parts ORDER BY id DESC LIMIT 1", NULL);

  g_assert_cmpint (quarry_statement_step (statement, NULL), ==, SQLITE_ROW);
  return ZSTD_getDictID_fromFrame (sqlite3_column_blob (statement->stmt, 0),
                                   (gsize) sqlite3_column_bytes (statement->stmt, 0));
}

/* As texts become more, there are further dictionaries, even within one document; whatever a text was stored with, it
 * can be read. */
static void
test_dictionaries (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) reader = open_store (fixture, QUARRY_STORE_READ_ONLY);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) third = NULL;
  gint64 ids[3], before, after;

  first = add_long (store, "/first", 900, &ids[0]);
  g_assert_cmpint (read_number (store, COUNT_DICTIONARIES), ==, 0);
  g_assert_cmpuint (last_dictionary (store), ==, 0);
  before = read_number (store, "SELECT sum(length(bytes)) FROM parts");
  second = add_long (store, "/second", 1200, &ids[1]);
  g_assert_cmpint (read_number (store, COUNT_DICTIONARIES), ==, 1);
  g_assert_cmpuint (last_dictionary (store), ==, 1);
  assert_texts (reader, ids[0], first);
  assert_texts (reader, ids[1], second);
  g_clear_object (&store);

  store = open_store (fixture, QUARRY_STORE_WRITE);
  third = add_long (store, "/third", 9000, &ids[2]);
  g_assert_cmpint (read_number (store, COUNT_DICTIONARIES), ==, 2);
  g_assert_cmpuint (last_dictionary (store), ==, 2);
  /* Ten times as much text, in less than eight times the room. */
  after = read_number (store, "SELECT sum(length(bytes)) FROM parts WHERE id > (SELECT first_part FROM contents"
                              " ORDER BY document DESC LIMIT 1)");
  g_assert_cmpint (after, <, 8 * before);
  assert_texts (reader, ids[0], first);
  assert_texts (reader, ids[1], second);
  assert_texts (reader, ids[2], third);
  assert_sound (store);
}

/* A dictionary of a transaction that was rolled back is not used. */
static void
test_rolled_back (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) third = NULL;
  g_autoptr (GError) error = NULL;
  QuarryDocumentRecord *record;
  gint64 ids[2];

  first = add_long (store, "/first", 1000, &ids[0]);
  second = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < 400; i++)
    g_ptr_array_add (second, g_strnfill (2000, 'x'));
  g_ptr_array_add (second, NULL);
  g_assert_true (quarry_store_begin (store, &error));
  record = try_add_document (store, "/second", NULL, (const char *const *) second->pdata, &error);
  g_assert_no_error (error);
  quarry_document_record_free (record);
  g_assert_cmpint (read_number (store, COUNT_DICTIONARIES), ==, 1);
  quarry_store_rollback (store);
  g_assert_cmpint (read_number (store, COUNT_DICTIONARIES), ==, 0);

  third = add_long (store, "/third", 1000, &ids[1]);
  g_assert_cmpuint (last_dictionary (store), ==, 1);
  g_clear_object (&store);
  store = open_store (fixture, QUARRY_STORE_READ_ONLY);
  assert_texts (store, ids[0], first);
  assert_texts (store, ids[1], third);
  assert_sound (store);
}

/* One program makes the dictionary that another was about to make. */
static void
test_two_writers (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) one = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (QuarryStore) other = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GPtrArray) third = NULL;
  gint64 ids[3];

  first = add_long (one, "/one", 500, &ids[0]);
  second = add_long (other, "/other", 1500, &ids[1]);
  third = add_long (one, "/again", 50, &ids[2]);
  g_assert_cmpint (read_number (one, COUNT_DICTIONARIES), ==, 1);
  g_assert_cmpuint (last_dictionary (one), ==, 1);
  assert_texts (other, ids[0], first);
  assert_texts (other, ids[1], second);
  assert_texts (other, ids[2], third);
  assert_sound (one);
}

/* Parts of a library of version 7 are longer, and have no dictionary. They stay as they are. */
static void
test_longer_parts (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GPtrArray) first = NULL;
  g_autoptr (GPtrArray) second = NULL;
  g_autoptr (GBytes) body = NULL;
  const char *bytes;
  gint64 ids[2], n_old;
  gsize length;

  first = add_long (store, "/first", 900, &ids[0]);
  body = quarry_store_load_body (store, ids[0], NULL);
  bytes = g_bytes_get_data (body, &length);
  execute_sql (store, "DELETE FROM parts");
  for (gsize at = 0; at < length; at += 2400)
    {
      char compressed[ZSTD_COMPRESSBOUND (2400)];
      gsize n = ZSTD_compress (compressed, sizeof compressed, bytes + at, MIN (2400, length - at), 1);

      g_assert_true (quarry_store_insert_part (store, 1 + (gint64) (at / 2400), (guint8 *) compressed, n, NULL));
    }
  execute_sql (store, "ALTER TABLE contents DROP COLUMN part_bytes; DROP TABLE dictionaries; PRAGMA user_version = 7");
  g_clear_object (&store);

  assert_does_not_open (fixture, QUARRY_STORE_READ_ONLY, QUARRY_STORE_ERROR_OPEN);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  assert_texts (store, ids[0], first);
  assert_sound (store);
  n_old = read_number (store, "SELECT count(*) FROM parts");
  second = add_long (store, "/second", 1500, &ids[1]);
  g_assert_cmpint (read_number (store, COUNT_DICTIONARIES), ==, 1);
  assert_texts (store, ids[0], first);
  assert_texts (store, ids[1], second);
  assert_sound (store);
  g_assert_true (quarry_store_begin (store, NULL));
  g_assert_true (quarry_store_remove_document (store, ids[1], NULL));
  g_assert_true (quarry_store_commit (store, NULL));
  g_assert_cmpint (read_number (store, "SELECT count(*) FROM parts"), ==, n_old);
}

/* The header of a frame that says that it holds 4 GiB. */
#define HUGE_PART "x'28b52ffde000000000010000000100'"

static void
test_damaged (StoreFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *sql, *problem;
    gboolean lost; /* a dictionary, without which nothing can be read */
  } faults[] = {
    { "DELETE FROM dictionaries", "(dictionary 1, without which", TRUE },
    { "UPDATE dictionaries SET id = 2", "(dictionary 1, without which", TRUE },
    { "UPDATE dictionaries SET id = 99", "(dictionary 1, without which", TRUE },
    { "UPDATE dictionaries SET bytes = x'00'", "(dictionary 1, without which", TRUE },
    { "UPDATE dictionaries SET bytes = CAST ('' AS BLOB)", "(dictionary 1, without which", TRUE },
    { "UPDATE dictionaries SET bytes = " HUGE_PART, "(dictionary 1, without which", TRUE },
    { "UPDATE dictionaries SET bytes = CAST (substr (bytes, 1, 3000) || x'5a' || substr (bytes, 3002) AS BLOB)",
      "(dictionary 1, without which", TRUE },
    { "INSERT INTO dictionaries VALUES (2, 1, x'00')", "(dictionary 2, without which", FALSE },
    { "UPDATE parts SET bytes = " HUGE_PART " WHERE id = 1500", "The text of “/long” is missing or damaged", FALSE },
    /* Of dictionary 255. */
    { "UPDATE parts SET bytes = CAST (substr (bytes, 1, 5) || x'ff' || substr (bytes, 7) AS BLOB) WHERE id = 1500",
      "The text of “/long” is missing or damaged", FALSE },
    { "UPDATE contents SET part_bytes = 0", "The text of “/long” is missing or damaged", FALSE },
    { "UPDATE contents SET part_bytes = -9223372036854775807", "The text of “/long” is missing or damaged", FALSE },
    { "UPDATE contents SET part_bytes = 9223372036854775807", "The text of “/long” is missing or damaged", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
      g_autoptr (GPtrArray) paragraphs = NULL;
      g_autoptr (GPtrArray) passages = NULL;
      g_autoptr (GError) error = NULL;
      gint64 id;

      g_test_message ("%s", faults[i].sql);
      paragraphs = add_long (store, "/long", 2100, &id);
      g_clear_object (&store);
      store = open_store (fixture, QUARRY_STORE_WRITE);
      execute_sql (store, faults[i].sql);
      passages = quarry_store_list_passages (store, id, &error);
      g_assert_cmpint (passages == NULL, ==, faults[i].lost);
      if (faults[i].lost)
        {
          assert_store_error (error, QUARRY_STORE_ERROR_DAMAGED, fixture->file);
          g_assert_nonnull (strstr (error->message, faults[i].problem));
        }
      assert_unsound (store, faults[i].problem);

      /* Documents can still be imported, and what is damaged can be removed. */
      id = add_document (store, "/short", NULL, one_paragraph);
      g_clear_pointer (&passages, g_ptr_array_unref);
      passages = quarry_store_list_passages (store, id, NULL);
      g_assert_nonnull (passages);
      g_assert_true (quarry_store_begin (store, NULL));
      g_assert_true (quarry_store_remove_document (store, 1, NULL));
      g_assert_true (quarry_store_commit (store, NULL));
      g_clear_object (&store);
      g_unlink (fixture->file);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  STORE_TEST ("texts/dictionaries", test_dictionaries);
  STORE_TEST ("texts/rolled-back", test_rolled_back);
  STORE_TEST ("texts/two-writers", test_two_writers);
  STORE_TEST ("texts/longer-parts", test_longer_parts);
  STORE_TEST ("texts/damaged", test_damaged);

  return g_test_run ();
}
