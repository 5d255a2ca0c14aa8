/* test-library.c: libraries as a whole: documents in, hits out, and the derived files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/library/quarry-nearness.h"
#include "core/mapping/quarry-mapping.h"

static void
test_import_and_search (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  QuarryImportProgress progress = import_sources (fixture, library);
  const QuarryHitWord *words;
  guint n_words;
  gboolean literal = FALSE;

  g_assert_cmpuint (progress.imported, ==, 3);
  g_assert_cmpuint (progress.failed + progress.skipped, ==, 0);
  assert_best (library, "queen of the hive", "bees");
  assert_best (library, "how is a loaf baked", "bread");
  assert_best (library, "wind and masts", "ships");
  assert_best (library, "type:md kneading", "bread");
  assert_best (library, "type:pdf kneading", "");
  assert_best (library, "\"honeybees lives\"", "bees");
  assert_best (library, "\"lives honeybees\"", "");
  assert_best (library, "colony wind -queen", "ships");
  assert_sound (library);

  answer = quarry_library_search (library, "who makes honey from flowers", NULL, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_title (hit), ==, "Keeping bees");
  g_assert_cmpuint (quarry_hit_get_rank (hit), ==, 1);
  g_assert_cmpfloat (quarry_hit_get_similarity (hit), >, 0.f);
  g_assert_cmpfloat (quarry_hit_get_similarity (hit), <=, 1.f);
  g_assert_nonnull (strstr (quarry_hit_get_text (hit), "honey"));
  words = quarry_hit_get_words (hit, &n_words);
  for (guint i = 0; i < n_words; i++)
    {
      g_autofree char *word = g_strndup (quarry_hit_get_text (hit) + words[i].span.start,
                                         words[i].span.end - words[i].span.start);

      literal = literal
                || (words[i].kind == QUARRY_MATCH_LITERAL && strcmp (word, "honey") == 0
                    && strcmp (words[i].query_word, "honey") == 0);
    }
  g_assert_true (literal);
}

static void
test_unchanged_and_changed (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  QuarryImportProgress progress;
  g_autoptr (GFile) file = g_file_new_for_path (bees);
  guint n_removed;

  import_sources (fixture, library);
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 3);
  g_assert_cmpuint (progress.imported, ==, 0);

  /* Touched, but not changed. */
  g_assert_true (g_file_set_attribute_uint64 (file, "time::modified", 1000000000, 0, NULL, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.unchanged, ==, 3);

  g_assert_true (g_file_set_contents (bees, "Glaciers carve valleys out of granite mountains.\n", -1, NULL));
  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 1);
  assert_best (library, "glaciers", "bees");
  assert_best (library, "\"queen lays eggs\"", "");
  assert_sound (library);

  g_assert_true (quarry_library_remove (library, bees, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 1);
  assert_best (library, "\"Glaciers carve\"", "");
  g_assert_true (quarry_library_remove (library, fixture->sources, &n_removed, NULL));
  g_assert_cmpuint (n_removed, ==, 2);
  assert_best (library, "wind", "");
  assert_sound (library);
}

static void
test_failures (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *pdf = g_build_filename (fixture->sources, "broken.pdf", NULL);
  g_autofree char *binary = g_build_filename (fixture->sources, "binary.txt", NULL);
  g_autofree char *empty = g_build_filename (fixture->sources, "empty.txt", NULL);
  g_autofree char *odd_name = g_build_filename (fixture->sources, "caf\xe9.txt", NULL);
  g_autofree char *huge = g_build_filename (fixture->sources, "huge.txt", NULL);
  g_autoptr (GPtrArray) failures = NULL;
  QuarryImportProgress progress;
  char bytes[4096];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (char) (i * 7 % 256);
  g_assert_true (g_file_set_contents (pdf, "%PDF-1.4\nnothing of a PDF follows", -1, NULL));
  g_assert_true (g_file_set_contents (binary, bytes, sizeof bytes, NULL));
  g_assert_true (g_file_set_contents (empty, "", 0, NULL));
  g_assert_true (g_file_set_contents (odd_name, "Volcanoes pour lava over basalt plains.\n", -1, NULL));
  g_assert_true (g_file_set_contents (huge, "x", 1, NULL));
  g_assert_cmpint (truncate (huge, G_GINT64_CONSTANT (2) << 30), ==, 0);

  progress = import_sources (fixture, library);
  g_assert_cmpuint (progress.imported, ==, 4);
  g_assert_cmpuint (progress.failed, ==, 1);
  g_assert_cmpuint (progress.skipped, ==, 3);
  assert_best (library, "lava", "caf\xe9");

  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 4);
  for (guint i = 0; i < failures->len; i++)
    {
      const QuarryFailureRecord *failure = failures->pdata[i];

      g_assert_nonnull (failure->reason);
      g_assert_cmpuint (strlen (failure->reason), >, 5);
      g_assert_true (g_str_has_suffix (failure->path, ".pdf") != failure->skipped);
    }
  assert_sound (library);

  /* After the file was mended it does not count as failed any more. */
  g_assert_true (g_file_set_contents (binary, "Orchids grow on branches of trees.\n", -1, NULL));
  import_sources (fixture, library);
  g_clear_pointer (&failures, g_ptr_array_unref);
  failures = quarry_library_list_failures (library, NULL);
  g_assert_cmpuint (failures->len, ==, 3);
}

/* The next search sees what another process has committed, and does not find what it has removed. */
static void
test_two_processes (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) one = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) two = NULL;

  add_text (one, "/bees", subjects[0][1]);
  two = open_library (fixture, QUARRY_LIBRARY_READ);
  assert_best (two, "queen of the hive", "bees");

  add_text (one, "/ships", subjects[1][1]);
  assert_best (two, "schooner", "ships");
  g_assert_true (quarry_library_remove (one, "/bees", NULL, NULL));
  assert_best (two, "\"queen lays eggs\"", "");

  /* Of two processes that write, each takes over the other's changes before it adds its own. */
  {
    g_autoptr (QuarryLibrary) three = open_library (fixture, QUARRY_LIBRARY_WRITE);

    add_text (three, "/bread", subjects[2][1]);
    add_text (one, "/bees", subjects[0][1]);
    assert_best (one, "kneading", "bread");
    assert_best (three, "queen of the hive", "bees");
    assert_best (two, "queen of the hive", "bees");
    assert_sound (three);
  }
  assert_sound (one);
}

/* The vectors' file is derived. Whatever happens to it, a search finds the same. */
static void
test_vectors_file (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "vectors.index", NULL);
  g_autofree char *sound = NULL;
  gsize length;

  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    import_sources (fixture, library);
  }
  g_assert_true (g_file_get_contents (path, &sound, &length, NULL));

  for (guint i = 0; i < 5; i++)
    {
      if (i == 0)
        g_remove (path);
      else if (i == 1)
        g_assert_true (g_file_set_contents (path, sound, (gssize) length / 2, NULL));
      else if (i == 2)
        g_assert_true (g_file_set_contents (path, "nothing of an index", -1, NULL));
      else
        {
          /* In what is checked at once, and in the first vector, which only searches look at: the
           * file ends with a page of a few rows of 256 numbers of 16 bits. */
          gsize at = i == 3 ? 4100 : length - 4096 + 100;

          sound[at] ^= 0x40;
          g_assert_true (g_file_set_contents (path, sound, (gssize) length, NULL));
          sound[at] ^= 0x40;
        }
      {
        g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_READ);
        QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
        g_autoptr (QuarryAnswer) answer = NULL;

        options.mode = QUARRY_SEARCH_DENSE;
        answer = quarry_library_search (library, "queen of the hive", &options, NULL, NULL);
        g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), ==, 3);
        assert_best (library, "queen of the hive", "bees");
        assert_sound (library);
      }
    }
}

/* Files are truncated while they are in use. The next search notices and finds the same. */
static void
test_files_cut (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "words.index", "vectors.index" };
  g_autoptr (QuarryLibrary) again = NULL;

  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    import_sources (fixture, library);
  }
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        {
          g_autofree char *path = g_build_filename (fixture->folder, names[i], NULL);
          QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
          g_autoptr (QuarryAnswer) answer = NULL;

          g_assert_cmpint (truncate (path, 0), ==, 0);
          options.mode = i == 0 ? QUARRY_SEARCH_LEXICAL : QUARRY_SEARCH_DENSE;
          answer = quarry_library_search (library, "queen of the hive", &options, NULL, NULL);
          g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), >, 0);
          assert_best (library, "queen of the hive", "bees");
          assert_sound (library);
        }
      add_text (library, "/bread", subjects[2][1]);
      assert_best (library, "kneading", "bread");
    }
  again = open_library (fixture, QUARRY_LIBRARY_READ);
  assert_best (again, "kneading", "bread");
  assert_sound (again);
}

/* A process that only reads rebuilds a missing index of words and keeps it, so that it is not rebuilt each time. */
static void
test_words_kept_by_reader (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "words.index", NULL);
  struct stat before, after;

  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    import_sources (fixture, library);
  }
  g_assert_cmpint (g_remove (path), ==, 0);
  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_READ);

    assert_best (library, "queen of the hive", "bees");
  }
  g_assert_cmpint (stat (path, &before), ==, 0);
  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_READ);
    g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
    g_autofree char *mark = quarry_lexical_index_dup_mark (indexes->words);

    /* The mark names the library's state, so nothing had to be compared. */
    g_assert_cmpstr (mark, !=, "");
    assert_best (library, "how is a loaf baked", "bread");
    assert_sound (library);
  }
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpint (before.st_mtim.tv_nsec, ==, after.st_mtim.tv_nsec);

  /* A process that writes goes on with that file. */
  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    add_text (library, "Lava", "Volcanoes pour lava over basalt plains.");
    assert_best (library, "lava basalt", "Lava");
    assert_sound (library);
  }
}

/* An index that cannot be opened may be of use to others, and in another user's folder nothing is written. */
static void
test_words_of_others (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "words.index", NULL);

  {
    g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

    add_text (library, "Lava", "Volcanoes pour lava over basalt plains.");
  }
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (symlink ("words.index", path), ==, 0);
  {
    g_autoptr (QuarryLibrary) reader = open_library (fixture, QUARRY_LIBRARY_READ);

    assert_best (reader, "lava basalt", "Lava");
  }
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_SYMLINK));

  g_assert_cmpint (g_remove (path), ==, 0);
  if (chown (fixture->folder, geteuid () + 1, (gid_t) -1) != 0)
    {
      g_test_skip ("Only root gives folders away.");
      return;
    }
  {
    g_autoptr (QuarryLibrary) reader = open_library (fixture, QUARRY_LIBRARY_READ);

    assert_best (reader, "lava basalt", "Lava");
  }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* The part of the index that an import has written so far belongs to the import, even though it is behind. A process
 * that only reads adds nothing to that file. */
static void
test_words_left_to_import (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "words.index", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (library);
  struct stat before, after;

  add_text (library, "Tea", "Tea is brewed from withered leaves.");
  quarry_library_save_words (library, library->writer, indexes, NULL);
  add_text (library, "Lava", "Volcanoes pour lava over basalt plains.");
  g_assert_cmpint (stat (path, &before), ==, 0);
  {
    g_autoptr (QuarryLibrary) reader = open_library (fixture, QUARRY_LIBRARY_READ);

    assert_best (reader, "lava basalt", "Lava");
  }
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpint (before.st_size, ==, after.st_size);
  g_assert_cmpint (before.st_mtim.tv_nsec, ==, after.st_mtim.tv_nsec);
}

static QuarryPrepared *
prepare (QuarryLibrary *library, const char *path, QuarryDocument *document)
{
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);

  record->path = g_strdup (path);
  record->content_hash = g_strdup ("");
  return quarry_library_prepare (library, record, document, QUARRY_GRANULARITY_DEFAULT);
}

static QuarryPrepared *
prepare_text (QuarryLibrary *library, const char *path, const char *text)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;

  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
  document = quarry_document_builder_end (builder);
  return prepare (library, path, document);
}

/* The text of a large document lies in a file, and the disk may fail while it is cut. Then the document is not stored
 * in part. */
static void
test_text_cut_short (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *path = g_build_filename (fixture->sources, "text", NULL);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) whole = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) mapped = NULL;
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  int fd;

  for (guint i = 0; i < 2000; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Volcanoes pour lava over basalt plains.", -1);
  whole = quarry_document_builder_end (builder);
  bytes = quarry_document_serialize (whole);
  length = g_bytes_get_size (bytes);
  g_assert_true (g_file_set_contents (path, g_bytes_get_data (bytes, NULL), (gssize) length, NULL));
  g_assert_cmpint (truncate (path, (off_t) length + 1), ==, 0);
  fd = open (path, O_RDONLY);
  file = quarry_mapping_bytes_new (fd, length + 1);
  close (fd);
  mapped = g_bytes_new_from_bytes (file, 0, length);
  document = quarry_document_deserialize_in_place (mapped, TRUE, &error);
  g_assert_no_error (error);

  g_assert_cmpint (truncate (path, 0), ==, 0);
  g_assert_false (quarry_library_add_document (library, "Lava", document, &error));
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FAILED);
  assert_best (library, "lava basalt", "");
  assert_sound (library);
  g_clear_error (&error);

  /* Documents that were to be stored with it are not stored either, and can be stored later. */
  {
    g_autoptr (QuarryPrepared) tea = prepare_text (library, "Tea", "Tea is brewed from withered leaves.");
    g_autoptr (QuarryPrepared) lava = prepare (library, "Lava", document);
    QuarryPrepared *const both[] = { tea, lava };

    g_assert_false (quarry_library_put_all (library, both, 2, &error));
    g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FAILED);
    assert_best (library, "withered leaves", "");
    assert_sound (library);
    g_clear_error (&error);
  }
  {
    g_autoptr (QuarryPrepared) tea = prepare_text (library, "Tea", "Tea is brewed from withered leaves.");
    g_autoptr (QuarryPrepared) ice = prepare_text (library, "Ice", "Glaciers carve valleys out of granite.");
    QuarryPrepared *const both[] = { tea, ice };

    g_assert_true (quarry_library_put_all (library, both, 2, &error));
    assert_best (library, "withered leaves", "Tea");
    assert_best (library, "glaciers granite", "Ice");
    assert_sound (library);
  }
  add_text (library, "Lava", "Volcanoes pour lava over basalt plains.");
  assert_best (library, "lava basalt", "Lava");
  assert_sound (library);
}

/* A copy of the folder is a backup, even while the library is open, and so is one without the derived files. */
static void
test_backup (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  gboolean derived_too = GPOINTER_TO_INT (data);
  g_autofree char *above = g_path_get_dirname (fixture->folder);
  g_autofree char *backup = g_build_filename (above, "backup", NULL);
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  g_autoptr (QuarryLibrary) copy = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  import_sources (fixture, library);
  g_assert_cmpint (g_mkdir (backup, 0700), ==, 0);
  g_dir_rewind (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *from = g_build_filename (fixture->folder, name, NULL);
      g_autofree char *to = g_build_filename (backup, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      if (!derived_too && g_str_has_suffix (name, ".index"))
        continue;
      g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
      g_assert_true (g_file_set_contents (to, bytes, (gssize) length, NULL));
    }
  add_text (library, "/later", "Orchids flower in the greenhouse.");

  copy = quarry_library_open (backup, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  assert_sound (copy);
  assert_best (copy, "queen of the hive", "bees");
  assert_best (copy, "kneading", "bread");
  add_text (copy, "/tea", "Tea leaves wither on racks.");
  assert_best (copy, "tea leaves", "tea");
  assert_sound (copy);
  assert_best (library, "orchids", "later");
}

/* Beyond a hundred passages, words are weighted by how common they are in the library. */
static void
test_weights (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *path = g_strdup_printf ("/filler-%u", i);
      g_autofree char *text
          = g_strdup_printf ("The committee met and approved item %u of the yearly budget report.", i);

      add_text (library, path, text);
    }
  add_text (library, "/bees", subjects[0][1]);
  other = open_library (fixture, QUARRY_LIBRARY_READ);
  g_assert_null (library->indexes->weights);

  quarry_library_finish_adding (library, &error);
  g_assert_no_error (error);
  g_assert_nonnull (library->indexes->weights);
  assert_best (library, "committee of the hive", "bees");
  assert_best (other, "committee of the hive", "bees");
  g_assert_nonnull (other->indexes->weights);
  assert_sound (library);
  assert_sound (other);

  g_assert_true (quarry_library_rebuild (library, &error));
  g_assert_no_error (error);
  assert_best (library, "committee of the hive", "bees");
  assert_best (other, "committee of the hive", "bees");
  assert_sound (other);
}

static const char *const various_words[]
    = { "granite", "sailor", "bread", "violin", "glacier", "tax", "orchid", "engine", "kidney", "parliament", "wolf",
        "copper", "novel", "harvest", "comet", "bridge", "sugar", "desert", "painter", "virus", "tunnel", "carpet",
        "monk", "valley", "radio", "cotton", "judge", "whale", "mirror", "candle", "border", "piano" };
#define N_VARIOUS_WORDS G_N_ELEMENTS (various_words)

/* A rebuild leaves the index of words as small as an import does: merged, and saved so. */
static void
test_rebuild_merges (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 8400; i++)
    {
      g_autofree char *heading = g_strdup_printf ("Item %u", i);

      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, heading, -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, various_words[i % N_VARIOUS_WORDS], -1);
    }
  document = quarry_document_builder_end (builder);
  quarry_library_add_document (library, "/items", document, &error);
  g_assert_no_error (error);
  /* So many that they fill two segments. */
  g_assert_cmpuint (quarry_lexical_index_get_count (library->indexes->words), >, 8192);

  g_assert_true (quarry_library_rebuild (library, &error));
  g_assert_no_error (error);
  g_assert_false (quarry_lexical_index_settle (library->indexes->words));
  assert_sound (library);
}

/* The promised recall is stored in the library, and outlives the files that are derived from it. */
static void
test_recall (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

      file = file != NULL ? file : g_build_filename (library->folder, "vectors.index", NULL);
      if (round == 0)
        {
          add_text (library, "/bees", subjects[0][1]);
          g_assert_true (quarry_library_set_recall (library, .75, &error));
          g_assert_no_error (error);
          g_assert_true (quarry_library_rebuild (library, &error));
          g_assert_no_error (error);
        }
      g_assert_cmpfloat ((double) quarry_vector_index_get_promised_recall (library->indexes->vectors), ==, .75);
      assert_sound (library);
      g_clear_object (&library);
      if (round == 1)
        g_assert_cmpint (g_unlink (file), ==, 0);
    }
}

static char *
read_nearness (QuarryLibrary *library)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (GBytes) value = quarry_store_get_value (connection, "nearness", NULL);

  quarry_library_give_back (library, connection);
  return value != NULL ? g_strndup (g_bytes_get_data (value, NULL), g_bytes_get_size (value)) : NULL;
}

static void
load_nearness (QuarryLibrary *library, QuarryConfidenceNearness *nearness)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);

  quarry_nearness_load (library, library->indexes, connection, nearness);
  quarry_library_give_back (library, connection);
}

static void
add_reports (QuarryLibrary *library, guint from, guint to)
{
  for (guint i = from; i < to; i++)
    {
      g_autofree char *path = g_strdup_printf ("/report-%u", i);
      g_autofree char *text
          = g_strdup_printf ("The committee met and approved item %u of the yearly budget report.", i);

      add_text (library, path, text);
    }
}

/* The distribution of cosines in the library is measured when it has grown, and only then; a stored value that makes no
 * sense is ignored. */
static void
test_nearness (LibraryFixture *fixture, gconstpointer data)
{
  const char *const bad[] = { "", "nonsense", "x 1 2 3", NULL };
  QuarryConfidenceNearness nearness;
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  quarry_library_measure_nearness (library);
  g_assert_null (read_nearness (library));
  load_nearness (library, &nearness);
  g_assert_cmpfloat_with_epsilon (nearness.mean, quarry_confidence_usual_nearness.mean, 1e-9);

  add_reports (library, 0, 60);
  quarry_library_measure_nearness (library);
  first = read_nearness (library);
  g_assert_nonnull (first);
  load_nearness (library, &nearness);
  /* All passages say the same. */
  g_assert_cmpfloat (nearness.mean, >, quarry_confidence_usual_nearness.mean + .1);

  add_reports (library, 60, 70);
  quarry_library_measure_nearness (library);
  second = read_nearness (library);
  g_assert_cmpstr (second, ==, first);
  add_reports (library, 70, 80);
  quarry_library_measure_nearness (library);
  third = read_nearness (library);
  g_assert_cmpstr (third, !=, first);

  for (guint i = 0; i <= G_N_ELEMENTS (bad); i++)
    {
      QuarryStore *writer = quarry_library_begin_write (library, NULL);
      g_autofree char *text = i < G_N_ELEMENTS (bad) && bad[i] != NULL
                                  ? g_strdup (bad[i])
                                  : g_strdup_printf ("%.*s 80 nan -1",
                                                     (int) (strchr (first, ' ') - first), first);
      g_autoptr (GBytes) value = g_bytes_new (text, strlen (text));

      g_assert_true (quarry_store_set_value (writer, "nearness", value, NULL));
      g_assert_true (quarry_library_end_write (library, TRUE, NULL));
      load_nearness (library, &nearness);
      g_assert_cmpfloat_with_epsilon (nearness.mean, quarry_confidence_usual_nearness.mean, 1e-9);
    }
}

/* The library's text counts, not its number of passages: many short titles do not decide the measurement. */
static void
test_nearness_titles (LibraryFixture *fixture, gconstpointer data)
{
  QuarryConfidenceNearness nearness;
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *path = g_strdup_printf ("/long-%u", i);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint word = 0; word < 150; word++)
        g_string_append_printf (text, "%s ", various_words[(word * 7 + i * 13 + word * word % 11) % N_VARIOUS_WORDS]);
      add_text (library, path, text->str);
    }
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *path = g_strdup_printf ("/title-%u", i);

      add_text (library, path, "Yearly budget report");
    }
  quarry_library_measure_nearness (library);
  load_nearness (library, &nearness);
  g_assert_cmpfloat (nearness.mean, <, 0.75);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("import-and-search", test_import_and_search);
  LIBRARY_TEST ("unchanged-and-changed", test_unchanged_and_changed);
  LIBRARY_TEST ("failures", test_failures);
  LIBRARY_TEST ("two-processes", test_two_processes);
  LIBRARY_TEST ("vectors-file", test_vectors_file);
  LIBRARY_TEST ("files-cut", test_files_cut);
  LIBRARY_TEST ("words-kept-by-reader", test_words_kept_by_reader);
  LIBRARY_TEST ("words-left-to-import", test_words_left_to_import);
  LIBRARY_TEST ("words-of-others", test_words_of_others);
  LIBRARY_TEST ("text-cut-short", test_text_cut_short);
  LIBRARY_TEST ("backup", test_backup);
  g_test_add ("/library/backup-with-derived", LibraryFixture, GINT_TO_POINTER (TRUE), library_set_up, test_backup,
              library_tear_down);
  LIBRARY_TEST ("weights", test_weights);
  LIBRARY_TEST ("rebuild-merges", test_rebuild_merges);
  LIBRARY_TEST ("recall", test_recall);
  LIBRARY_TEST ("nearness", test_nearness);
  LIBRARY_TEST ("nearness-titles", test_nearness_titles);

  return g_test_run ();
}
