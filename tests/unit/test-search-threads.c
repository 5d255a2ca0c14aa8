/* test-search-threads.c: searches that have a second processor do a part, on several threads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include "core/library/search/quarry-word-forms.h"
#include "core/machine/quarry-aside.h"
#include "tests/unit/library-helpers.h"

#define N_THREADS 4

static void
add_one (gpointer data)
{
  ++*(guint *) data;
}

static gpointer
do_aside (gpointer data)
{
  for (guint i = 0; i < 2000; i++)
    {
      guint n = 0, nested = 0;
      QuarryAside *aside = quarry_aside_begin (add_one, &n);
      QuarryAside *other = quarry_aside_begin (add_one, &nested);

      if (i % 100 == 0)
        g_usleep (100);
      quarry_aside_end (other);
      quarry_aside_end (aside);
      g_assert_cmpuint (n, ==, 1);
      g_assert_cmpuint (nested, ==, 1);
    }
  return NULL;
}

static void
run_all (GThreadFunc func, gpointer data)
{
  GThread *threads[N_THREADS];

  for (guint i = 0; i < N_THREADS; i++)
    threads[i] = g_thread_new ("search", func, data);
  for (guint i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
}

/* Whichever thread does the work, it is done once, and done when the wait for it ends. */
static void
test_aside (void)
{
  quarry_aside_set_alone (TRUE);
  do_aside (NULL);
  quarry_aside_set_alone (FALSE);
  run_all (do_aside, NULL);
}

#define N_WORDS 30000

typedef struct
{
  QuarryWordForms *forms;
  char *text;
  const QuarryWordForm *first[N_WORDS]; /* as the first thread got it; atomic */
} Forms;

static gpointer
read_forms (gpointer data)
{
  Forms *shared = data;
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));

  /* In pieces, so that the shared tables grow both between two reads and during one. */
  for (const char *at = shared->text; *at != '\0';)
    {
      const char *end = strlen (at) > 5000 ? strchr (at + 5000, ' ') : at + strlen (at);

      quarry_word_forms_read (shared->forms, at, end - at, G_MAXUINT, words, NULL, NULL);
      at = end;
    }
  g_assert_cmpuint (words->len, ==, N_WORDS);
  for (guint i = 0; i < N_WORDS; i++)
    {
      const QuarryWordForm *form = g_array_index (words, QuarryWord, i).form;
      const QuarryWordForm *first = NULL;

      if (!g_atomic_pointer_compare_and_exchange (&shared->first[i], NULL, (gpointer) form))
        first = g_atomic_pointer_get (&shared->first[i]);
      g_assert_true (first == NULL || first == form);
      g_assert_cmpuint (form->number, <, N_WORDS);
    }
  return NULL;
}

/* A word has one form, whichever thread meets it first. */
static void
test_forms (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = quarry_embedder_load (QUARRY_SOURCEDIR "/data/model", &error);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree Forms *shared = g_new0 (Forms, 1);

  g_assert_no_error (error);
  for (guint i = 0; i < N_WORDS; i++)
    g_string_append_printf (text, "w%cx%u ", 'a' + (char) (i % 26), i);
  shared->text = text->str;
  shared->forms = quarry_word_forms_new (embedder);
  run_all (read_forms, shared);
  quarry_word_forms_unref (shared->forms);
}

#define N_PASSAGES 60

typedef struct
{
  QuarryLibrary *library;
  char *expected[N_PASSAGES]; /* what is found for each query */
} Searches;

/* Passages with their scores, topics and words. (transfer full) */
static char *
ask (QuarryLibrary *library, guint i)
{
  g_autofree char *query = g_strdup_printf ("harbour %u winter ship number%u", i, i);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  GString *found = g_string_new (NULL);
  GListModel *hits;

  options.typing = i % 2 == 0;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  hits = quarry_answer_get_hits (answer);
  for (guint h = 0; h < g_list_model_get_n_items (hits); h++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, h);
      guint n_words;

      quarry_hit_get_words (hit, &n_words);
      g_string_append_printf (found, "%" G_GINT64_FORMAT " %a %d %u\n", quarry_hit_get_passage (hit),
                              (double) quarry_hit_get_score (hit), quarry_hit_get_topic (hit), n_words);
    }
  g_assert_cmpuint (g_list_model_get_n_items (hits), >, 5);
  return g_string_free (found, FALSE);
}

static gpointer
search_much (gpointer data)
{
  const Searches *shared = data;

  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < N_PASSAGES; i += 7)
      {
        g_autofree char *found = ask (shared->library, i);

        g_assert_cmpstr (found, ==, shared->expected[i]);
      }
  return NULL;
}

/* Several searches at the same time find what each finds alone. At most one of them has the second processor's help. */
static void
test_searches (LibraryFixture *fixture, gconstpointer data)
{
  Searches shared = { NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) fresh = NULL;

  for (guint i = 0; i < N_PASSAGES; i++)
    {
      g_autofree char *path = g_strdup_printf ("/made/up/%u.txt", i);
      g_autofree char *text = g_strdup_printf (
          "The ship number%u lay in harbour %u for the winter of %u, with a crew of %u who mended sails, told each "
          "other of the islands word%u and word%u, and waited for wind from the %s.",
          i, i % 7, 1800 + i, i % 11, i * 3, i * 3 + 1, i % 2 == 0 ? "north" : "south");

      add_text (library, path, text);
    }
  for (guint i = 0; i < N_PASSAGES; i += 7)
    shared.expected[i] = ask (library, i);
  /* A library opened anew has nothing cached from the searches above. */
  fresh = open_library (fixture, QUARRY_LIBRARY_READ);
  shared.library = fresh;
  run_all (search_much, &shared);
  for (guint i = 0; i < N_PASSAGES; i++)
    g_free (shared.expected[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/search-threads/aside", test_aside);
  g_test_add_func ("/search-threads/forms", test_forms);
  g_test_add ("/search-threads/searches", LibraryFixture, NULL, library_set_up, test_searches, library_tear_down);

  return g_test_run ();
}
