/* bench-search.c: how long a search takes in a person's own library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   bench-search [LIBRARY-FOLDER [QUERIES]]
 *
 * Queries are made of the library's own passages, the same each time: spans of 4 and of 12 words, and
 * a word begun, as each key of a person who types asks for it. Whole searches, with variety and
 * reasons, for 20 hits, one thread. Prints median and 99th percentile of each kind.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/library/quarry-library.h"

typedef struct
{
  const char *name;
  guint n_words;
  gboolean typing; /* the last word cut after 2 letters */
} Kind;

static const Kind kinds[] = {
  { "4 words", 4, FALSE },
  { "12 words", 12, FALSE },
  { "3 words and 2 letters", 4, TRUE },
  { "1 word begun", 1, TRUE },
};

/* A span of words from the middle of a passage; NULL where it is too short. */
static char *
make_query (const char *text, const Kind *kind)
{
  g_autoptr (GString) query = g_string_new (NULL);
  g_auto (QuarryWords) words = { 0 };
  guint n = quarry_words_count (text, -1);
  guint first = n / 3, i = 0;
  const char *folded;
  QuarrySpan span;

  if (n < first + kind->n_words)
    return NULL;
  quarry_words_init (&words, text, -1);
  while (quarry_words_next (&words, &span, &folded, NULL) && i < first + kind->n_words)
    {
      gssize length = (gssize) (span.end - span.start);

      if (i++ < first)
        continue;
      if (query->len > 0)
        g_string_append_c (query, ' ');
      if (kind->typing && i == first + kind->n_words)
        length = MIN (2, length);
      g_string_append_len (query, text + span.start, length);
    }

  return g_utf8_make_valid (query->str, -1);
}

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a, right = *(const double *) b;

  return (left > right) - (left < right);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryStore) store = NULL;
  g_autoptr (GArray) ids = NULL;
  guint n_queries = argc > 2 ? (guint) atoi (argv[2]) : 300;
  gint64 began = g_get_monotonic_time ();

  library = quarry_library_open (argc > 1 ? argv[1] : NULL, NULL, QUARRY_LIBRARY_READ, &error);
  if (library != NULL)
    store = quarry_store_open (quarry_library_get_folder (library), QUARRY_STORE_READ_ONLY, &error);
  if (store != NULL)
    ids = quarry_store_list_passage_ids (store, &error);
  if (ids == NULL || ids->len == 0 || n_queries == 0)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "An empty library cannot be measured.");
      return 1;
    }
  printf ("%u passages, opened in %.0f ms\n", ids->len,
          (double) (g_get_monotonic_time () - began) / 1000);

  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autofree double *times = g_new (double, n_queries);
      guint n = 0;

      for (guint64 i = 0; i < 20u * n_queries && n < n_queries; i++)
        {
          /* The same pseudo-random passages each time. */
          gint64 id = g_array_index (ids, gint64, i * G_GUINT64_CONSTANT (2654435761) % ids->len);
          g_autoptr (QuarryPassageRecord) passage = quarry_store_get_passage (store, id, NULL);
          g_autofree char *query = passage != NULL ? make_query (passage->text, &kinds[k]) : NULL;
          QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
          g_autoptr (QuarryAnswer) answer = NULL;
          gint64 start;

          if (query == NULL)
            continue;
          options.limit = 20;
          options.typing = kinds[k].typing;
          start = g_get_monotonic_time ();
          answer = quarry_library_search (library, query, &options, NULL, &error);
          if (answer == NULL)
            {
              g_printerr ("%s: %s\n", query, error->message);
              return 1;
            }
          times[n++] = (double) (g_get_monotonic_time () - start) / 1000;
        }
      if (n == 0)
        continue;
      qsort (times, n, sizeof *times, compare);
      printf ("%-22s p50 %6.1f ms  p99 %6.1f ms  (%u queries)\n", kinds[k].name, times[n / 2],
              times[(gsize) n * 99 / 100], n);
    }

  return 0;
}
