/* typing.c: the time from a key to the painted hits, in the real window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     typing [--json] [--passages N] [--library DIR]
 *
 * Types queries into the window's entry, one character at a time, and measures the time from each character until the
 * frame with its hits is painted. As a floor for this machine and display, it also measures the time from a character
 * in an otherwise empty window with an entry until its frame is painted. Without --library it makes a library of about
 * N passages of made-up text.
 */
#include "quarry-config.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <math.h>

#include "tests/support/temporary-folder.h"
#include "tests/ui/widget-helpers.h"
#include "ui/window/quarry-window-private.h"

#include "core/machine/quarry-memory.h"
#include "tests/bench/times.h"

#define KEY_MS 150
#define WORDS_A_PASSAGE 130
#define PASSAGES_A_FILE 100

static const char *const queries[] = {
  "when did the oil embargo begin", "price of bread in winter",      "river water pollution",
  "history of the railway",         "how plants make sugar",         "music for small orchestra",
  "island volcano eruption",        "medical treatment of children", "laws about land and trade",
  "light and sound waves",
};

static const char *const vocabulary[] = {
  "the",     "of",       "and",      "in",       "to",       "was",      "for",     "with",
  "from",    "their",    "which",    "after",    "oil",      "embargo",  "price",   "bread",
  "winter",  "river",    "water",    "pollution", "history", "railway",  "plant",   "sugar",
  "music",   "orchestra", "island",  "volcano",  "eruption", "medical",  "treatment", "children",
  "law",     "land",     "trade",    "light",    "sound",    "wave",     "city",    "government",
  "war",     "school",   "student",  "family",   "house",    "field",    "animal",  "species",
  "energy",  "industry", "market",   "worker",   "machine",  "science",  "theory",  "language",
  "culture", "church",   "king",     "army",     "ship",     "port",     "mountain", "forest",
  "stone",   "metal",    "paper",    "book",     "author",   "novel",    "painting", "theatre",
  "film",    "game",     "team",     "player",   "season",   "weather",  "climate", "temperature",
  "disease", "doctor",   "hospital", "food",     "farm",     "village",  "region",  "border",
  "party",   "election", "president", "minister", "council", "court",    "police",  "crime",
  "bank",    "money",    "tax",      "company",  "product",  "computer", "network", "signal",
};

typedef struct
{
  GMainLoop *loop;
  GtkEditable *entry;
  GArray *times;   /* of double, milliseconds */
  GArray *answers; /* likewise, until the hits had arrived */
  guint query;
  const char *next; /* what is still to be typed */
  gint64 pressed;   /* 0: no key is waiting for its frame */
  gboolean answered;
  gboolean bare; /* only the frame is waited for, not an answer */
} Typist;

static gboolean press_cb (gpointer user_data);

static void
press_later (Typist *typist)
{
  /* A random delay, because a person's keys do not keep step with frames. */
  g_timeout_add (KEY_MS + g_random_int_range (0, 17), press_cb, typist);
}

static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  Typist *typist = user_data;
  double ms;

  if (typist->pressed == 0 || !(typist->answered || typist->bare))
    return;
  ms = (double) (g_get_monotonic_time () - typist->pressed) / 1000;
  g_array_append_val (typist->times, ms);
  typist->pressed = 0;
  press_later (typist);
}

static void
answered_cb (QuarrySearcher *searcher, QuarryAnswer *answer, guint changes, gpointer user_data)
{
  Typist *typist = user_data;

  if ((changes & QUARRY_SEARCH_CHANGED_QUERY) && typist->pressed != 0 && !typist->answered)
    {
      double ms = (double) (g_get_monotonic_time () - typist->pressed) / 1000;

      g_array_append_val (typist->answers, ms);
      typist->answered = TRUE;
    }
}

static gboolean
press_cb (gpointer user_data)
{
  Typist *typist = user_data;
  const char *key;
  int position;

  if (!typist->next || *typist->next == '\0')
    {
      if (typist->query == G_N_ELEMENTS (queries))
        {
          g_main_loop_quit (typist->loop);
          return G_SOURCE_REMOVE;
        }
      typist->next = queries[typist->query++];
      gtk_editable_set_text (typist->entry, "");
      press_later (typist);
      return G_SOURCE_REMOVE;
    }
  key = typist->next;
  typist->next = g_utf8_next_char (key);
  /* A blank changes little, as it only ends a word; its frame is not waited for. */
  if (*key != ' ')
    {
      typist->answered = FALSE;
      typist->pressed = g_get_monotonic_time ();
    }
  position = gtk_editable_get_position (typist->entry);
  gtk_editable_insert_text (typist->entry, key, typist->next - key, &position);
  gtk_editable_set_position (typist->entry, position);
  if (*key == ' ')
    press_later (typist);
  return G_SOURCE_REMOVE;
}

static double
percentile (GArray *sorted, double share)
{
  if (sorted->len == 0)
    return (double) NAN;
  return g_array_index (sorted, double, (guint) (share * (sorted->len - 1) + 0.5));
}

/* Types all queries into @entry of @window. Returns the sorted times; @answers gets the times until the answers
 * arrived. (transfer full) */
static GArray *
type_into (GtkWindow *window, GtkEditable *entry, QuarrySearcher *searcher, GArray *answers)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  Typist typist = { .loop = loop, .entry = entry, .answers = answers, .bare = searcher == NULL };
  GdkFrameClock *clock;

  typist.times = g_array_new (FALSE, FALSE, sizeof (double));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), &typist);
  if (searcher)
    g_signal_connect (searcher, "answered", G_CALLBACK (answered_cb), &typist);
  press_later (&typist);
  g_main_loop_run (loop);
  g_signal_handlers_disconnect_by_data (clock, &typist);
  if (searcher)
    g_signal_handlers_disconnect_by_data (searcher, &typist);
  g_array_sort (typist.times, compare_doubles);
  if (answers)
    g_array_sort (answers, compare_doubles);
  return typist.times;
}

static GArray *
measure_floor (void)
{
  GtkWidget *window = gtk_window_new (), *entry = gtk_entry_new ();
  GArray *times;

  gtk_window_set_child (GTK_WINDOW (window), entry);
  gtk_window_present (GTK_WINDOW (window));
  next_frame (window);
  gtk_widget_grab_focus (entry);
  times = type_into (GTK_WINDOW (window), GTK_EDITABLE (entry), NULL, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  return times;
}

/* Writes words that are rarer the later they are in the list, as in real text. */
static void
write_words (GString *text, GRand *rand, guint topic)
{
  for (guint i = 0; i < WORDS_A_PASSAGE; i++)
    {
      double r = g_rand_double (rand);
      guint word = (guint) (r * r * G_N_ELEMENTS (vocabulary));

      if (i % 5 == 4)
        word = 12 + (topic * 7 + (guint) g_rand_int_range (rand, 0, 7)) % (G_N_ELEMENTS (vocabulary) - 12);
      g_string_append (text, vocabulary[word]);
      g_string_append (text, i % 13 == 12 ? ". " : " ");
    }
  g_string_append (text, "end.\n\n");
}

static gboolean
make_library (const char *folder, guint n_passages, GError **error)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1973);
  g_autofree char *files = g_build_filename (folder, "files", NULL);
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryImport) import = NULL;

  if (g_mkdir_with_parents (files, 0700) != 0)
    {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s cannot be made", files);
      return FALSE;
    }
  for (guint i = 0; i * PASSAGES_A_FILE < n_passages; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%05u.md", files, i);
      g_autoptr (GString) text = g_string_new (NULL);

      g_string_append_printf (text, "# Document %u\n\n", i);
      for (guint j = 0; j < PASSAGES_A_FILE; j++)
        {
          g_string_append_printf (text, "## Part %u\n\n", j);
          write_words (text, rand, i + j);
        }
      if (!g_file_set_contents (name, text->str, text->len, error))
        return FALSE;
    }
  library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, error);
  if (!library)
    return FALSE;
  import = quarry_library_import (library, (const char *const[]){ files, NULL });
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  if (quarry_import_get_error (import))
    {
      g_propagate_error (error, g_error_copy (quarry_import_get_error (import)));
      return FALSE;
    }
  return TRUE;
}

int
main (int argc, char **argv)
{
  gboolean json = FALSE;
  int n_passages = 20000;
  g_autofree char *given = NULL, *made = NULL;
  const GOptionEntry entries[]
      = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
          { "passages", 0, 0, G_OPTION_ARG_INT, &n_passages, "Passages to make", "N" },
          { "library", 0, 0, G_OPTION_ARG_FILENAME, &given, "A library that is there", "DIR" },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarrySession) session = NULL;
  g_autoptr (GArray) floor = NULL, times = NULL;
  g_autoptr (GArray) answers = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (QuarryLibraryStatus) status = { 0 };
  QuarryWindow *window;

  quarry_keep_memory ();
  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (!gtk_init_check ())
    {
      g_printerr ("typing: there is no display\n");
      return 3;
    }
  adw_init ();
  if (!given)
    {
      made = temporary_folder_new ();
      if (!make_library (made, MAX (1, n_passages), &error))
        {
          g_printerr ("typing: %s\n", error->message);
          return 3;
        }
    }

  floor = measure_floor ();
  session = quarry_session_new (given ? given : made, NULL);
  window = quarry_window_new (NULL, session);
  gtk_window_present (GTK_WINDOW (window));
  while (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    g_main_context_iteration (NULL, TRUE);
  if (quarry_session_get_state (session) == QUARRY_SESSION_FAILED)
    {
      g_printerr ("typing: %s\n", quarry_session_get_error (session)->message);
      return 3;
    }
  next_frame (GTK_WIDGET (window));
  times = type_into (GTK_WINDOW (window), GTK_EDITABLE (window->entry), window->searcher,
                     answers);
  quarry_library_get_status (quarry_session_get_library (session), &status, NULL);

  if (json)
    g_print ("{\"passages\":%" G_GUINT64_FORMAT ",\"keys\":%u,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
             "\"answer_p50_ms\":%.2f,\"answer_p99_ms\":%.2f,"
             "\"floor_p50_ms\":%.2f,\"floor_p99_ms\":%.2f}\n",
             status.counts.passages, times->len, percentile (times, .5), percentile (times, .99),
             percentile (answers, .5), percentile (answers, .99),
             percentile (floor, .5), percentile (floor, .99));
  else
    g_print ("%" G_GUINT64_FORMAT " passages, %u keys: median %.1f ms, p99 %.1f ms, most %.1f ms; "
             "the answer alone %.1f and %.1f ms; floor %.1f and %.1f ms\n",
             status.counts.passages, times->len, percentile (times, .5), percentile (times, .99),
             percentile (times, 1), percentile (answers, .5), percentile (answers, .99),
             percentile (floor, .5), percentile (floor, .99));
  gtk_window_destroy (GTK_WINDOW (window));
  temporary_folder_free (g_steal_pointer (&made));
  return 0;
}
