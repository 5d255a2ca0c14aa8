/* test-library-numbers.c: files of the indexes that another state of the library left, or another library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They know passages by numbers: where the same number has come to stand for another passage, nothing else tells.
 */
#include "library-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"

#define LAVA "Volcanoes pour lava over basalt plains."
#define TEA "Tea is brewed from withered leaves."
#define BREAD "Kneading develops the gluten of a dough."
#define SHIPS "A schooner carries fore and aft sails on two masts."

/* Files of one folder, by the name that they have there. */
static void
copy_file (const char *from, const char *to, const char *name)
{
  g_autofree char *source = g_build_filename (from, name, NULL);
  g_autofree char *target = g_build_filename (to, name, NULL);
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (source, &bytes, &length, NULL));
  g_assert_true (g_file_set_contents (target, bytes, (gssize) length, NULL));
}

static void
add_one (const char *folder, const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);

  g_assert_no_error (error);
  add_text (library, path, text);
}

static gboolean
check_vector_cb (const QuarryPassageRecord *passage, const char *title, gpointer user_data)
{
  QuarryLibrary *library = user_data;
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
  guint dims = quarry_embedder_get_dims (library->embedder);
  g_autofree float *kept = g_new (float, dims);
  g_autofree float *right = g_new (float, dims);
  float cosine = 0;

  g_assert_true (quarry_vector_index_get (indexes->vectors, (guint32) passage->id, kept));
  g_assert_true (quarry_embedder_embed (library->embedder, indexes->weights, passage->text, -1, right));
  for (guint i = 0; i < dims; i++)
    cosine += kept[i] * right[i];
  g_assert_cmpfloat (cosine, >, .99);
  return TRUE;
}

/* Checks that each passage has its own vector. */
static void
assert_vectors (QuarryLibrary *library)
{
  QuarryStore *reader = quarry_library_borrow (library, NULL);
  g_autoptr (GError) error = NULL;

  quarry_store_foreach_passage (reader, 0, check_vector_cb, library, &error);
  g_assert_no_error (error);
  quarry_library_give_back (library, reader);
}

/* @path is that of the first hit by words; NULL if there is none. */
static void
assert_finds (LibraryFixture *fixture, const char *query, const char *path)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_READ);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  options.mode = QUARRY_SEARCH_LEXICAL;
  answer = quarry_library_search (library, query, &options, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (hit != NULL ? quarry_hit_get_path (hit) : NULL, ==, path);
  assert_vectors (library);
  assert_sound (library);
}

/* The index files hold passages that the database has lost, because the machine crashed before they were on the disk or
 * an older database was restored. New documents that get the same numbers are not mistaken for them, even if the
 * process that added these was killed before it wrote the index files. */
static void
leave_behind (LibraryFixture *fixture, const char *name, const char *other_name)
{
  g_autofree char *other = g_build_filename (fixture->folder, other_name, NULL);
  g_autofree char *later = g_build_filename (fixture->sources, "later", NULL);

  g_assert_cmpint (g_mkdir (later, 0700), ==, 0);
  add_one (fixture->folder, "/tea", TEA);
  copy_file (fixture->folder, fixture->sources, "library.db");
  add_one (fixture->folder, "/lava", LAVA);
  copy_file (fixture->folder, later, name);
  copy_file (fixture->sources, fixture->folder, "library.db");
  g_assert_cmpint (g_remove (other), ==, 0);

  add_one (fixture->folder, "/bread", BREAD);
  copy_file (later, fixture->folder, name);
  assert_finds (fixture, "kneading", "/bread");
  assert_finds (fixture, "basalt", NULL);

  /* The next process that writes finds the same files. */
  add_one (fixture->folder, "/ships", SHIPS);
  assert_finds (fixture, "schooner", "/ships");
  assert_finds (fixture, "kneading", "/bread");
}

static void
test_words_left_behind (LibraryFixture *fixture, gconstpointer data)
{
  leave_behind (fixture, "words.index", "vectors.index");
}

static void
test_vectors_left_behind (LibraryFixture *fixture, gconstpointer data)
{
  leave_behind (fixture, "vectors.index", "words.index");
}

/* The same if the index of words was written while a document was being added that was then rolled back. */
static void
test_rolled_back (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *later = g_build_filename (fixture->sources, "later", NULL);

  g_assert_cmpint (g_mkdir (later, 0700), ==, 0);
  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
    g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
    QuarryStore *writer;
    QuarryPassageRecord passage = { .text = (char *) LAVA, .heading = (char *) "" };
    QuarryDocumentRecord record = { .path = (char *) "/lava", .content_hash = (char *) "" };
    g_autoptr (GPtrArray) passages = g_ptr_array_new ();
    g_autoptr (QuarryDocument) document = NULL;
    QuarryDocumentBuilder *builder = quarry_document_builder_new ();
    g_autoptr (GError) error = NULL;
    gsize length;

    add_text (library, "/tea", TEA);
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, LAVA, -1);
    document = quarry_document_builder_end (builder);
    quarry_document_get_text (document, &length);
    passage.bytes.end = passage.characters.end = (guint32) length;
    g_ptr_array_add (passages, &passage);
    writer = quarry_library_begin_write (library, &error);
    g_assert_no_error (error);
    quarry_store_add_document (writer, &record, document, &passage.bytes, 1, passages, &error);
    g_assert_no_error (error);
    quarry_lexical_index_add (indexes->words, (guint32) passage.id, "lava", "", LAVA, NULL);
    quarry_library_save_words (library, writer, indexes, NULL);
    copy_file (fixture->folder, later, "words.index");
    quarry_library_end_write (library, FALSE, NULL);
    quarry_library_restore_words (library);
    add_text (library, "/bread", BREAD);
  }
  copy_file (later, fixture->folder, "words.index");
  assert_finds (fixture, "kneading", "/bread");
  assert_finds (fixture, "basalt", NULL);
}

/* The database is replaced by that of another library with the same number of passages. */
static void
test_other_library (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_build_filename (fixture->sources, "other", NULL);

  add_one (fixture->folder, "/tea", TEA);
  add_one (fixture->folder, "/lava", LAVA);
  add_one (other, "/ships", SHIPS);
  add_one (other, "/bread", BREAD);
  copy_file (other, fixture->folder, "library.db");
  assert_finds (fixture, "kneading", "/bread");
  assert_finds (fixture, "schooner", "/ships");
  assert_finds (fixture, "basalt", NULL);
}

/* A library without an identity gets one, and so do its index files, which are not made anew. */
static void
test_first_name (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *name = NULL;

  add_one (fixture->folder, "/tea", TEA);
  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
    QuarryStore *store = library->writer;

    g_assert_true (quarry_store_begin (store, NULL) && quarry_store_set_value (store, "identity", NULL, NULL)
                   && quarry_store_commit (store, NULL));
    library->indexes_dirty = TRUE;
  }
  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    name = quarry_library_dup_identity (library->writer, NULL);
    g_assert_cmpstr (name, !=, "");
  }
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, i == 0 ? "vectors.index" : "words.index", NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
      g_assert_nonnull (memmem (bytes, length, name, strlen (name)));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("numbers/words-left-behind", test_words_left_behind);
  LIBRARY_TEST ("numbers/vectors-left-behind", test_vectors_left_behind);
  LIBRARY_TEST ("numbers/rolled-back", test_rolled_back);
  LIBRARY_TEST ("numbers/other-library", test_other_library);
  LIBRARY_TEST ("numbers/first-name", test_first_name);

  return g_test_run ();
}
