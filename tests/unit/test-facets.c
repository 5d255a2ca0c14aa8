/* test-facets.c: the filters that a library offers, each with how much it lets through
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <utime.h>

#include "core/document/quarry-language.h"
#include "core/library/search/quarry-facets.h"
#include "tests/support/temporary-folder.h"
#include "tests/unit/library-helpers.h"

#define DAY (24 * 60 * 60)

#define ENGLISH "The captain reads the wind and the tide, and it is the crew that hauls on the ropes of the ship."
#define GERMAN "Der Kapitän liest den Wind und die Flut, und es ist die Mannschaft, die an den Seilen des Schiffes zieht."

static void
write_aged (const char *folder, const char *name, const char *text, int days)
{
  g_autofree char *path = write_file (folder, name, text, -1);
  time_t then = time (NULL) - (time_t) days * DAY;
  struct utimbuf times = { then, then };

  g_assert_cmpint (g_utime (path, &times), ==, 0);
}

static const QuarryFacet *
find (GPtrArray *facets, QuarryQueryFilterKind kind, const char *value)
{
  for (guint i = 0; i < facets->len; i++)
    {
      const QuarryFacet *facet = facets->pdata[i];

      if (facet->kind == kind && (value == NULL || g_str_equal (facet->value, value)))
        return facet;
    }
  return NULL;
}

static guint
count_kind (GPtrArray *facets, QuarryQueryFilterKind kind)
{
  guint n = 0;

  for (guint i = 0; i < facets->len; i++)
    n += ((QuarryFacet *) facets->pdata[i])->kind == kind;
  return n;
}

/* Checks that each filter lets through as many documents as the facet says. */
static void
assert_true_number (QuarryLibrary *library, const QuarryFacet *facet)
{
  g_autofree char *typed = g_strdup_printf ("the crew Mannschaft %s", facet->filter);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GListModel *hits;

  options.limit = 100;
  options.diversity = 0;
  answer = quarry_library_search (library, typed, &options, NULL, &error);
  g_assert_no_error (error);
  hits = quarry_answer_get_hits (answer);
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      g_hash_table_add (paths, g_strdup (quarry_hit_get_path (hit)));
    }
  g_test_message ("%s: %u", facet->filter, facet->n_documents);
  g_assert_cmpuint (g_hash_table_size (paths), ==, facet->n_documents);
}

/* The type of a compressed file is that of its contents, if the name tells it. */
static void
test_types (void)
{
  static const struct
  {
    const char *name, *type;
  } cases[] = {
    { "/a/Report.PDF", "pdf" },   { "README", NULL },         { "/b.c/README", NULL },
    { "/a/.hidden", NULL },       { "end.", NULL },           { "/a/notes.txt.gz", "txt" },
    { "a.tar.xz", "tar" },        { "data.gz", "gz" },        { ".gz", NULL },
    { "/a/.txt.gz", "gz" },       { "a..gz", "gz" },          { "a.longname.bz2", "bz2" },
    { "/man/man1/ls.1.gz", "man" }, { "/de/man3/Pod.3pm.GZ", "man" }, { "man1/ls.3.gz", "gz" },
    { "/log/syslog.2.gz", "gz" }, { "/log/dpkg.log.10.gz", "log" }, { "v1.2.gz", "gz" },
    { "/man/man1/ls.1", "1" },    { "x.tar.gz.txt", "txt" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *type = quarry_store_dup_type (cases[i].name);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpstr (type, ==, cases[i].type);
    }
}

static void
write_compressed (const char *folder, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) packed = g_converter_input_stream_new (plain, converter);
  char buffer[4096];
  gsize length;

  g_assert_true (g_input_stream_read_all (packed, buffer, sizeof buffer, &length, NULL, NULL));
  g_assert_true (g_file_set_contents (path, buffer, (gssize) length, NULL));
}

static void
test_facets (void)
{
  char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *ships = g_build_filename (top, "My ships", NULL);
  g_autofree char *one = g_build_filename (top, "one", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_autoptr (GPtrArray) none = NULL, facets = NULL;

  g_assert_no_error (error);
  none = quarry_library_list_facets (library, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);

  write_aged (ships, "new.TXT", ENGLISH " Today.", 0);
  write_aged (ships, "newer.txt", ENGLISH " A few days ago.", 3);
  write_aged (ships, "month.txt", ENGLISH " Weeks ago.", 20);
  write_aged (ships, "old.md", ENGLISH " Years ago.", 2000);
  write_aged (ships, "README", ENGLISH " Its name has no end.", 2000);
  write_aged (one, "schiff.md", GERMAN, 300);
  write_compressed (ships, "packed.txt.gz", ENGLISH " Packed.");
  write_compressed (ships, "PACKED.GZ", ENGLISH " Nobody says as what.");
  import_path (library, ships);
  import_path (library, one);

  facets = quarry_library_list_facets (library, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < facets->len; i++)
    assert_true_number (library, facets->pdata[i]);
  g_assert_cmpuint (find (facets, QUARRY_QUERY_FOLDER, ships)->n_documents, ==, 7);
  g_assert_cmpuint (find (facets, QUARRY_QUERY_FOLDER, one)->n_documents, ==, 1);
  g_assert_cmpuint (count_kind (facets, QUARRY_QUERY_TYPE), ==, 3);
  g_assert_cmpstr (find (facets, QUARRY_QUERY_TYPE, NULL)->value, ==, "txt");
  g_assert_cmpstr (find (facets, QUARRY_QUERY_TYPE, NULL)->mime_type, ==, "text/plain");
  g_assert_cmpuint (find (facets, QUARRY_QUERY_TYPE, "txt")->n_documents, ==, 4);
  g_assert_cmpuint (find (facets, QUARRY_QUERY_TYPE, "gz")->n_documents, ==, 2);
  g_assert_cmpuint (find (facets, QUARRY_QUERY_TYPE, "md")->n_documents, ==, 2);
  g_assert_cmpuint (find (facets, QUARRY_QUERY_LANGUAGE, "en")->n_documents, ==, 7);
  g_assert_cmpuint (find (facets, QUARRY_QUERY_LANGUAGE, "de")->n_documents, ==, 1);
  g_assert_cmpuint (count_kind (facets, QUARRY_QUERY_AFTER), ==, 3);

  /* A folder that is named inside another one is a facet of its own; a file that was added although rules pass it over
   * is not. */
  {
    g_autofree char *inner = g_build_filename (ships, "inner", NULL);
    g_autofree char *hidden = g_build_filename (ships, ".hidden.txt", NULL);

    write_aged (inner, "boat.txt", ENGLISH " A boat.", 0);
    write_aged (ships, ".hidden.txt", ENGLISH " Hidden.", 0);
    import_path (library, inner);
    import_path (library, hidden);
    g_clear_pointer (&facets, g_ptr_array_unref);
    facets = quarry_library_list_facets (library, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (count_kind (facets, QUARRY_QUERY_FOLDER), ==, 3);
    g_assert_cmpuint (find (facets, QUARRY_QUERY_FOLDER, ships)->n_documents, ==, 9);
    g_assert_cmpuint (find (facets, QUARRY_QUERY_FOLDER, inner)->n_documents, ==, 1);
  }

  /* When the last file of a folder goes, so do the facets that only it had. */
  g_assert_true (quarry_library_remove (library, one, NULL, &error));
  g_assert_no_error (error);
  g_clear_pointer (&facets, g_ptr_array_unref);
  facets = quarry_library_list_facets (library, &error);
  g_assert_null (find (facets, QUARRY_QUERY_LANGUAGE, NULL)); /* all remaining documents are in English */
  g_assert_null (find (facets, QUARRY_QUERY_FOLDER, one));

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&library));
  temporary_folder_free (top);
}

#define N_TEXTS 400

static gpointer
add_texts_thread (gpointer library)
{
  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/made/%u.txt", i);

      add_text (library, path, ENGLISH);
    }
  return NULL;
}

/* While documents are added, no filter is taken for one that all documents meet. */
static void
test_while_adding (void)
{
  char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  GThread *thread;
  guint n = 0;

  g_assert_no_error (error);
  add_text (library, "/made/one.md", GERMAN);
  add_text (library, "/made/one.txt", ENGLISH);
  thread = g_thread_new ("add", add_texts_thread, library);
  while (n < N_TEXTS + 1)
    {
      g_autoptr (GPtrArray) facets = quarry_library_list_facets (library, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (count_kind (facets, QUARRY_QUERY_TYPE), ==, 2);
      g_assert_cmpuint (count_kind (facets, QUARRY_QUERY_LANGUAGE), ==, 2);
      n = find (facets, QUARRY_QUERY_TYPE, "txt")->n_documents;
    }
  g_thread_join (thread);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (g_steal_pointer (&library));
  temporary_folder_free (top);
}

static void
test_language_names (void)
{
  g_autofree char *german = quarry_language_dup_name ("de", "de_AT.UTF-8");
  g_autofree char *english = quarry_language_dup_name ("de", "en_GB.UTF-8");
  g_autofree char *unknown = quarry_language_dup_name ("qqz", "C");

  g_assert_cmpstr (german, ==, "Deutsch");
  g_assert_cmpstr (english, ==, "German");
  g_assert_cmpstr (unknown, ==, "qqz");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/facets/types", test_types);
  g_test_add_func ("/facets/library", test_facets);
  g_test_add_func ("/facets/while-adding", test_while_adding);
  g_test_add_func ("/facets/language-names", test_language_names);
  return g_test_run ();
}
