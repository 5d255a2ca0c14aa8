/* quarry-train-segment.c: makes the segmenter's network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-train-segment.h"

#include <gio/gio.h>
#include <string.h>

#include "app/train/quarry-segment-count.h"
#include "app/train/quarry-segment-fit.h"
#include "app/train/quarry-segment-texts.h"
#include "core/segment/quarry-segment-features.h"

static char *model = NULL;
static char *output = NULL;
static char *start = NULL;
static int most = 400;
static int seed = 1;
static int n_teachers = 4;
static double epochs = 3;
static double rate = 3e-3;
static char **teacher_files = NULL;
static char **corpora = NULL;

/* Teachers are smaller networks, so that fitting several of them takes no longer than fitting the one they teach. */
#define TEACHER_CHANNELS 64
#define TEACHER_LAYERS 3

/* Networks of before there were cues (commit 8600ff2). */
#define MAGIC_BEFORE_CUES "quarrys2"

static const GOptionEntry options[] = {
  { "model", 'm', 0, G_OPTION_ARG_FILENAME, &model, "Folder of the language model", "DIR" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "The network's file", "FILE" },
  { "start", 0, 0, G_OPTION_ARG_FILENAME, &start, "A network's file to begin with", "FILE" },
  { "documents", 0, 0, G_OPTION_ARG_INT, &most, "Documents of a corpus, at most (400)", "N" },
  { "epochs", 0, 0, G_OPTION_ARG_DOUBLE, &epochs, "Times through all documents (3)", "X" },
  { "rate", 0, 0, G_OPTION_ARG_DOUBLE, &rate, "Largest step of training (.003)", "X" },
  { "teachers", 0, 0, G_OPTION_ARG_INT, &n_teachers, "Networks that are fitted first, to learn from as well (4)", "N" },
  { "teacher", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &teacher_files, "A network's file to learn from as well", "FILE" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "Start of the random numbers (1)", "N" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &corpora, NULL, "CORPUS[:N]…" },
  G_OPTION_ENTRY_NULL,
};

static gint64 started;

static void
say (const char *what)
{
  g_printerr ("%6.1f s  %s\n", (g_get_monotonic_time () - started) / 1e6, what);
}

/* Reads a corpus. Its name may be followed by a colon and the number of documents to use. */
static gboolean
read_corpus (const char *name, QuarryEmbedder *embedder, guint number, GPtrArray *texts, GError **error)
{
  const char *colon = strrchr (name, ':');
  QuarryRandom random = quarry_random ((guint64) seed * 1000 + number);
  g_autofree char *path = g_strdup (name);
  g_autofree char *message = NULL;
  guint64 wanted = most;
  guint before = texts->len;

  if (colon != NULL && g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT, &wanted, NULL))
    path[colon - name] = '\0';
  if (!quarry_segment_texts_read (path, (guint) wanted, embedder, &random, texts, error))
    return FALSE;
  message = g_strdup_printf ("%s: %u documents", path, texts->len - before);
  say (message);
  return TRUE;
}

static gboolean
save (const QuarrySegmentWeights *weights, GError **error)
{
  QuarrySegmentHeader header = { QUARRY_SEGMENT_MAGIC, QUARRY_SEGMENT_N_FEATURES, QUARRY_SEGMENT_CHANNELS,
                                 QUARRY_SEGMENT_LAYERS, QUARRY_SEGMENT_OUTPUTS };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  g_byte_array_append (bytes, (const guint8 *) weights, sizeof *weights);
  return g_file_set_contents (output, (const char *) bytes->data, bytes->len, error);
}

/* Reads a network's file. One of before there were cues has no tables of them and fewer features: what it says is the
 * same with weights of zero for those. */
static QuarrySegmentWeights *
read_weights (const char *path, GError **error)
{
  const gsize in = (QUARRY_FEATURE_CUES + 7) / 8 * 8;
  const gsize first_layers_unit = G_STRUCT_OFFSET (QuarrySegmentWeights, input.unit);
  const gsize parts[] = { in * sizeof (float), in * sizeof (float), in * QUARRY_SEGMENT_CHANNELS,
                          sizeof (QuarrySegmentWeights) - first_layers_unit };
  g_autofree QuarrySegmentWeights *weights = g_new0 (QuarrySegmentWeights, 1);
  void *places[] = { weights->scales.mean, weights->scales.steps, weights->input.weights,
                     (char *) weights + first_layers_unit };
  g_autofree char *bytes = NULL;
  const char *at;
  gsize size;

  if (!g_file_get_contents (path, &bytes, &size, error))
    return NULL;
  at = bytes + sizeof (QuarrySegmentHeader);
  if (size == sizeof (QuarrySegmentHeader) + sizeof *weights && memcmp (bytes, QUARRY_SEGMENT_MAGIC, 8) == 0)
    memcpy (weights, at, sizeof *weights);
  else if (size == sizeof (QuarrySegmentHeader) + parts[0] + parts[1] + parts[2] + parts[3]
           && memcmp (bytes, MAGIC_BEFORE_CUES, 8) == 0)
    for (guint i = 0; i < G_N_ELEMENTS (parts); at += parts[i++])
      memcpy (places[i], at, parts[i]);
  else
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s: this is no network of Quarry's", path);
      return NULL;
    }
  return g_steal_pointer (&weights);
}

/* Fits the teachers, from different initial weights and with the texts in different orders, and has them and those of
 * the files teach the texts. */
static gboolean
teach (GPtrArray *texts, const QuarrySegmentScales *scales, GError **error)
{
  g_autoptr (GPtrArray) fitted = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_segment_fitted_free);
  guint n_files = teacher_files != NULL ? g_strv_length (teacher_files) : 0;
  float share = 1.0f / MAX (1, n_files + (guint) n_teachers);

  for (int i = 0; i < n_teachers; i++)
    {
      g_autofree char *message = g_strdup_printf ("teacher %d of %d", i + 1, n_teachers);

      say (message);
      g_ptr_array_add (fitted, quarry_segment_fitted_new (TEACHER_CHANNELS, TEACHER_LAYERS));
      quarry_segment_start (fitted->pdata[i], seed + i + 1);
      quarry_segment_fit (fitted->pdata[i], scales, texts, epochs, rate, seed + i + 1, say);
    }
  for (guint i = 0; i < fitted->len; i++)
    quarry_segment_teach (texts, scales, fitted->pdata[i], share);
  for (guint i = 0; i < n_files; i++)
    {
      g_autofree QuarrySegmentWeights *weights = read_weights (teacher_files[i], error);
      g_autoptr (QuarrySegmentFitted) net = quarry_segment_fitted_new (QUARRY_SEGMENT_CHANNELS, QUARRY_SEGMENT_LAYERS);

      if (weights == NULL)
        return FALSE;
      quarry_segment_unpack (weights, net);
      quarry_segment_teach (texts, &weights->scales, net, share);
      say (teacher_files[i]);
    }
  return TRUE;
}

/* Starts from the weights of an existing network, and takes over its scales of the features that it knew. */
static gboolean
load (QuarrySegmentFitted *net, QuarrySegmentScales *scales, GError **error)
{
  g_autofree QuarrySegmentWeights *weights = read_weights (start, error);

  if (weights == NULL)
    return FALSE;
  quarry_segment_unpack (weights, net);
  for (guint f = 0; f < QUARRY_SEGMENT_N_FEATURES; f++)
    if (weights->scales.steps[f] > 0)
      {
        scales->mean[f] = weights->scales.mean[f];
        scales->steps[f] = weights->scales.steps[f];
      }
  return TRUE;
}

static gboolean
run (GError **error)
{
  g_autoptr (QuarryEmbedder) embedder = quarry_embedder_load (model, error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_segment_text_free);
  g_autofree QuarrySegmentWeights *weights = g_new0 (QuarrySegmentWeights, 1);
  g_autoptr (QuarrySegmentFitted) net = quarry_segment_fitted_new (QUARRY_SEGMENT_CHANNELS, QUARRY_SEGMENT_LAYERS);
  QuarrySegmentRanges ranges;

  if (embedder == NULL)
    return FALSE;
  for (guint i = 0; corpora[i] != NULL; i++)
    if (!read_corpus (corpora[i], embedder, i, texts, error))
      return FALSE;
  if (texts->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           "No corpus has a document of two sections: they need headings (H) or pairs");
      return FALSE;
    }
  quarry_segment_count_cues (texts, &weights->cues);
  say ("words counted");
  quarry_segment_learn_scales (&weights->scales, texts);
  quarry_segment_start (net, seed);
  if (start != NULL && !load (net, &weights->scales, error))
    return FALSE;
  if (!teach (texts, &weights->scales, error))
    return FALSE;
  quarry_segment_fit (net, &weights->scales, texts, epochs, rate, seed, say);
  quarry_segment_find_ranges (ranges, net, &weights->scales, texts);
  quarry_segment_pack (net, ranges, weights);
  if (!save (weights, error))
    return FALSE;
  say ("done");
  return TRUE;
}

int
quarry_train_segment (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  started = g_get_monotonic_time ();
  g_option_context_set_summary (context, "Makes the segmenter's network from documents with headings (lines of "
                                         "D, H or P, a tab and text) and pairs (*.tsv).");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || model == NULL || output == NULL
      || corpora == NULL || most < 1 || n_teachers < 0 || !(epochs > 0) || !(rate > 0))
    {
      g_printerr ("quarry-train segment: %s\n",
                  error != NULL ? error->message : "--model, --output and a corpus are needed");
      return 2;
    }
  if (!run (&error))
    {
      g_printerr ("quarry-train segment: %s\n", error->message);
      return 1;
    }
  return 0;
}
