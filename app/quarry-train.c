/* quarry-train.c: makes a static model from raw text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stages run one after the other. Each saves its result in the work folder, where the next start
 * of the program takes it up: tokenizer.json, text.tokens, pairs.tokens, start.safetensors, and a
 * run-….safetensors for each run of training. The model is the mean of these runs, mixed with a share
 * of the start.
 */
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <locale.h>

#include "app/train/quarry-cooccurrence.h"
#include "app/train/quarry-contrast.h"
#include "app/train/quarry-corpus.h"
#include "app/train/quarry-factor.h"
#include "app/train/quarry-lexicon.h"
#include "app/train/quarry-model-file.h"
#include "app/train/quarry-token-file.h"
#include "app/train/quarry-train-segment.h"
#include "core/document/quarry-words.h"

/* The weight of a pair's tokens when counting: there are few pairs compared with running text, but they are closer to
 * what the model is used for. */
#define PAIR_COUNT_WEIGHT 3
/* The share of the start in the final model. It pulls back rows that training moved too far. */
#define START_SHARE .2f

static char *work = NULL;
static char *output = NULL;
static int n_words = 38000;
static int n_pieces = 6000;
static int dims = 256;
static int seed = 1;
static int n_steps = 1700;
static int n_runs = 3;
static int batch = 1024;
static double learning_rate = 2.5e-3;
static char *weights = NULL;
static char **corpora = NULL;

static const GOptionEntry options[] = {
  { "work", 'w', 0, G_OPTION_ARG_FILENAME, &work, "Folder for the results of the stages", "DIR" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Folder of the model", "DIR" },
  { "words", 0, 0, G_OPTION_ARG_INT, &n_words, "Words with a row of their own (38000)", "N" },
  { "pieces", 0, 0, G_OPTION_ARG_INT, &n_pieces, "Pieces for all other words (6000)", "N" },
  { "dims", 0, 0, G_OPTION_ARG_INT, &dims, "Length of a row (256)", "N" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Start of the random numbers (1)", "N" },
  { "steps", 0, 0, G_OPTION_ARG_INT, &n_steps, "Steps of a training run (1700; 0: none)", "N" },
  { "runs", 0, 0, G_OPTION_ARG_INT, &n_runs, "Training runs to take the mean of (3)", "N" },
  { "batch", 0, 0, G_OPTION_ARG_INT, &batch, "Examples of a step (1024)", "N" },
  { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &learning_rate, "Largest step of training (.0025)", "X" },
  { "weights", 0, 0, G_OPTION_ARG_FILENAME, &weights, "Weights of the sources of pairs", "FILE" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &corpora, NULL, "CORPUS…" },
  G_OPTION_ENTRY_NULL,
};

static gint64 started;

static void
say (const char *what)
{
  g_printerr ("%6.1f s  %s\n", (g_get_monotonic_time () - started) / 1e6, what);
}

static char *
work_path (const char *name)
{
  return g_build_filename (work, name, NULL);
}

/* A work folder belongs to one corpus and one set of settings. What an earlier start left there is used only if both
 * are still the same. */
static gboolean
claim_work (GError **error)
{
  g_autofree char *path = work_path ("settings.txt");
  g_autofree char *before = NULL;
  g_autoptr (GString) settings = g_string_new (NULL);

  g_string_append_printf (
      settings, "words %d pieces %d dims %d seed %d\n", n_words, n_pieces, dims, seed);
  for (guint i = 0; corpora[i] != NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (corpora[i]);
      GStatBuf status;

      if (g_stat (corpora[i], &status) != 0)
        {
          g_set_error (error,
                       G_IO_ERROR,
                       g_io_error_from_errno (errno),
                       "“%s”: %s",
                       corpora[i],
                       g_strerror (errno));
          return FALSE;
        }
      g_string_append_printf (
          settings, "%s %" G_GUINT64_FORMAT "\n", name, (guint64) status.st_size);
    }
  if (!g_file_get_contents (path, &before, NULL, NULL))
    return g_file_set_contents (path, settings->str, settings->len, error);
  if (g_str_equal (before, settings->str))
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_EXISTS,
               "The work folder “%s” holds stages of other text or settings: name another one",
               work);
  return FALSE;
}

/* The file name of a training run: its seed, and a checksum of all other settings that influence it. */
static char *
name_run (const QuarryContrastSettings *settings, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *subjects = NULL;
  g_autofree char *text = NULL;

  if (weights != NULL && !g_file_get_contents (weights, &subjects, NULL, error))
    return NULL;
  text = g_strdup_printf ("%u %u %.9g\n%s",
                          settings->n_steps,
                          settings->batch,
                          settings->learning_rate,
                          subjects != NULL ? subjects : "");
  g_checksum_update (checksum, (const guchar *) text, -1);
  return g_strdup_printf (
      "run-%u-%.8s.safetensors", settings->seed, g_checksum_get_string (checksum));
}

static void
count_words (QuarryRecordKind kind, const char *text, gsize length, gpointer data)
{
  QuarryCounter *counter = data;
  g_auto (QuarryWords) words = { 0 };
  gboolean pair = kind == QUARRY_RECORD_QUERY || kind == QUARRY_RECORD_ANSWER;
  QuarrySpan span;
  const char *folded;
  gsize folded_length;

  quarry_words_init (&words, text, length);
  while (quarry_words_next (&words, &span, &folded, &folded_length))
    quarry_counter_add (counter, folded, folded_length, pair ? PAIR_COUNT_WEIGHT : 1);
}

static gboolean
make_lexicon (const char *path, GError **error)
{
  g_autoptr (QuarryCounter) counter = quarry_counter_new ();
  QuarryLexiconSettings settings = { n_words, n_pieces };

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  say ("counting words");
  for (guint i = 0; corpora[i] != NULL; i++)
    if (!quarry_corpus_read (corpora[i], count_words, counter, error))
      return FALSE;
  say ("choosing words and pieces");
  return quarry_lexicon_write (counter, &settings, path, error);
}

/* The corpora that hold pairs, or those that do not. (transfer container) */
static char **
choose_corpora (gboolean pairs)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (guint i = 0; corpora[i] != NULL; i++)
    if (quarry_corpus_holds_pairs (corpora[i]) == pairs)
      g_ptr_array_add (paths, corpora[i]);
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

static gboolean
make_tokens (const char *path, gboolean pairs, QuarryTokenizer *tokenizer, GError **error)
{
  g_autofree char **paths = choose_corpora (pairs);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  say (pairs ? "tokenizing pairs" : "tokenizing text");
  return quarry_token_file_write (path, tokenizer, paths, error);
}

static gboolean
make_start (const char *path, const QuarryTokenFile files[2], guint n, GError **error)
{
  g_autoptr (QuarryPpmi) ppmi = NULL;
  g_autofree double *counts = NULL;
  g_autofree float *rows = NULL;
  g_autofree char *message = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  say ("counting neighbours");
  ppmi = quarry_ppmi_new (files, 2, n);
  message
      = g_strdup_printf ("factorising %u × %u, %.1f million cells", n, n, ppmi->starts[n] / 1e6);
  say (message);
  rows = quarry_factorise (ppmi, dims, seed);
  counts = quarry_count_tokens (files, 2, n);
  quarry_weigh_rows (rows, counts, n, dims, seed);
  return quarry_rows_save (path, rows, n, dims, error);
}

/* The mean of several training runs from one start, each with its own seed. (transfer full) */
static float *
train (const char *start_path,
       const QuarryTokenFile *text,
       const QuarryTokenFile *pairs,
       guint n,
       GError **error)
{
  g_autofree char **paths = choose_corpora (TRUE);
  g_autoptr (GKeyFile) subjects = g_key_file_new ();
  g_autoptr (QuarryMixture) all = NULL;
  g_autofree float *start = quarry_rows_load (start_path, n, dims, error);
  g_autofree char *report = NULL;
  float *mean;
  gsize n_items = (gsize) n * dims;

  if (start == NULL || n_steps == 0)
    return g_steal_pointer (&start);
  if (weights != NULL && !g_key_file_load_from_file (subjects, weights, 0, error))
    return NULL;
  all = quarry_mixture_new (text, pairs, paths, subjects, error);
  if (all == NULL)
    return NULL;

  mean = g_new (float, n_items);
  for (gsize i = 0; i < n_items; i++)
    mean[i] = START_SHARE * start[i];
  for (guint run = 0; run < (guint) n_runs; run++)
    {
      QuarryContrastSettings settings = { n_steps, batch, learning_rate, seed + run };
      g_autofree char *name = name_run (&settings, error);
      g_autofree char *path = name != NULL ? work_path (name) : NULL;
      g_autofree float *rows = NULL;

      if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
        rows = quarry_rows_load (path, n, dims, error);
      else if (path != NULL)
        {
          g_autofree char *message = g_strdup_printf ("training, run %u of %d", run + 1, n_runs);
          /* A new mixture for each run, so that the result does not depend on whether other runs came before it. */
          g_autoptr (QuarryMixture) mixture
              = quarry_mixture_new (text, pairs, paths, subjects, NULL);

          say (message);
          rows = g_memdup2 (start, n_items * sizeof *rows);
          quarry_contrast (rows, n, dims, mixture, &settings, say);
          if (!quarry_rows_save (path, rows, n, dims, error))
            g_clear_pointer (&rows, g_free);
        }
      if (rows == NULL)
        {
          g_free (mean);
          return NULL;
        }
      for (gsize i = 0; i < n_items; i++)
        mean[i] += (1 - START_SHARE) / n_runs * rows[i];
    }
  g_printerr ("pairs held back, MRR@10: %.4f\n",
              quarry_contrast_measure (mean, dims, all, &report));
  g_printerr ("%s", report);
  return mean;
}

static gboolean
run (GError **error)
{
  g_autofree char *lexicon = work_path ("tokenizer.json");
  g_autofree char *text = work_path ("text.tokens");
  g_autofree char *pairs = work_path ("pairs.tokens");
  g_autofree char *start = work_path ("start.safetensors");
  g_autoptr (QuarryTokenizer) tokenizer = NULL;
  g_auto (QuarryTokenFile) text_tokens = { 0 };
  g_auto (QuarryTokenFile) pair_tokens = { 0 };
  g_autofree float *rows = NULL;
  guint n;

  if (!claim_work (error) || !make_lexicon (lexicon, error))
    return FALSE;
  tokenizer = quarry_tokenizer_load (lexicon, error);
  if (tokenizer == NULL || !make_tokens (text, FALSE, tokenizer, error)
      || !make_tokens (pairs, TRUE, tokenizer, error))
    return FALSE;
  n = quarry_tokenizer_get_n_tokens (tokenizer);
  if (!quarry_token_file_open (&text_tokens, text, n, error)
      || !quarry_token_file_open (&pair_tokens, pairs, n, error)
      || !make_start (start, (QuarryTokenFile[]){ text_tokens, pair_tokens }, n, error))
    return FALSE;
  rows = train (start, &text_tokens, &pair_tokens, n, error);
  if (rows == NULL || !quarry_model_write (output, lexicon, rows, n, dims, error))
    return FALSE;
  say ("done");
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "");
  started = g_get_monotonic_time ();
  if (argc > 1 && g_str_equal (argv[1], "segment"))
    return quarry_train_segment (argc - 1, argv + 1);
  g_option_context_set_summary (context,
                                "Makes a static model from text (lines of D, H or P, a tab and "
                                "text) and pairs (*.tsv).");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || work == NULL || output == NULL
      || corpora == NULL || n_words < 1 || n_pieces < 1 || dims < 1 || n_steps < 0 || n_runs < 1
      || batch < 2)
    {
      g_printerr ("quarry-train: %s\n",
                  error != NULL ? error->message : "--work, --output and a corpus are needed");
      return 2;
    }
  if (g_mkdir_with_parents (work, 0755) != 0 || g_mkdir_with_parents (output, 0755) != 0)
    {
      g_printerr ("quarry-train: a folder cannot be made: %s\n", g_strerror (errno));
      return 1;
    }
  if (!run (&error))
    {
      g_printerr ("quarry-train: %s\n", error->message);
      return 1;
    }
  return 0;
}
