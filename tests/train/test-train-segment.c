/* test-train-segment.c: the segmenter's network from a made-up corpus
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/segment/quarry-segment-net.h"

static const char *program;
static const char *model;

static const char *const subjects[][6] = {
  { "harbour", "sail", "anchor", "tide", "keel", "captain" },
  { "flour", "oven", "yeast", "dough", "crust", "butter" },
  { "planet", "orbit", "comet", "telescope", "moon", "galaxy" },
};

static guint32 state = 1;

static guint
draw (guint n)
{
  state = state * 1664525 + 1013904223;
  return (state >> 16) % n;
}

/* Documents of four sections; a section is of one subject and begins with "Chapter". */
static void
write_corpus (const char *path)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint document = 0; document < 60; document++)
    {
      g_string_append (text, "D\tMade up\n");
      for (guint section = 0; section < 4; section++)
        {
          g_string_append (text, "H\tHeading\nP\t");
          for (guint sentence = 0; sentence < 4 + draw (5); sentence++)
            {
              g_string_append (text, sentence == 0 ? "Chapter" : "And the");
              for (guint w = 0; w < 8; w++)
                g_string_append_printf (text, " %s", subjects[(document + section) % 3][draw (6)]);
              g_string_append (text, ". ");
            }
          g_string_append_c (text, '\n');
        }
    }
  g_assert_true (g_file_set_contents (path, text->str, text->len, NULL));
}

/* @how: teachers, or that it goes on. */
static char *
train (const char *corpus, const char *output, const char *how, const char *epochs, gboolean *fine)
{
  g_autofree char *to = g_strconcat ("--output=", output, NULL);
  g_autofree char *with = g_strconcat ("--model=", model, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, program, "segment", with, to, epochs, how, corpus, NULL);
  char *said = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  *fine = g_subprocess_get_successful (process);
  return said;
}

/* It learns (the loss falls), and learns the same each time; without a teacher something else. */
static void
test_fit (void)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-train-XXXXXX", NULL);
  g_autofree char *corpus = g_build_filename (folder, "text.txt", NULL);
  g_autofree char *net = g_build_filename (folder, "net.bin", NULL);
  g_autofree char *bytes[3] = { NULL };
  gsize length[3];
  gboolean fine;

  write_corpus (corpus);
  for (guint time = 0; time < 3; time++)
    {
      g_autofree char *said = train (corpus, net, time < 2 ? "--teachers=1" : "--teachers=0", "--epochs=8", &fine);
      const char *loss = g_strrstr (said, "loss ");

      g_test_message ("%s", said);
      g_assert_true (fine);
      g_assert_nonnull (loss);
      /* Boundaries are a fifth of the gaps: a guess costs .5 and the heads as much again. */
      g_assert_cmpfloat (g_ascii_strtod (loss + strlen ("loss "), NULL), <, .6);
      g_assert_true (g_file_get_contents (net, &bytes[time], &length[time], NULL));
      g_assert_cmpuint (length[time], ==, sizeof (QuarrySegmentHeader) + sizeof (QuarrySegmentWeights));
    }
  g_assert_cmpmem (bytes[0], length[0], bytes[1], length[1]);
  g_assert_cmpint (memcmp (bytes[0], bytes[2], length[0]), !=, 0);

  {
    g_autofree char *said = train ("/nonexistent/text.txt", net, "--teachers=1", "--epochs=8", &fine);

    g_assert_false (fine);
    g_assert_nonnull (strstr (said, "/nonexistent/text.txt"));
  }
  g_remove (corpus);
  g_remove (net);
  g_rmdir (folder);
}

/* What goes on from a network begins as it is: after a single step, with a rate that is still next to nothing, it
 * says the same but for how its inputs are rounded. */
static void
test_go_on (void)
{
  enum { GAPS = 300 };
  g_autofree char *folder = g_dir_make_tmp ("quarry-train-XXXXXX", NULL);
  g_autofree char *corpus = g_build_filename (folder, "text.txt", NULL);
  g_autofree char *net = g_build_filename (folder, "net.bin", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *said = NULL;
  g_autofree char *how = g_strconcat ("--start=", model, "/segmenter.bin", NULL);
  g_autofree QuarrySegmentWeights *weights = g_new (QuarrySegmentWeights, 1);
  g_autofree float *features = g_new0 (float, GAPS * QUARRY_SEGMENT_N_FEATURES);
  g_autofree float *before = g_new0 (float, GAPS * QUARRY_SEGMENT_OUTPUTS);
  g_autofree float *after = g_new0 (float, GAPS * QUARRY_SEGMENT_OUTPUTS);
  const QuarrySegmentWeights *shipped = quarry_segment_net_get ();
  float bias[QUARRY_SEGMENT_CHANNELS];
  double different = 0;
  gboolean fine;

  write_corpus (corpus);
  said = train (corpus, net, how, "--epochs=.001", &fine);
  g_test_message ("%s", said);
  g_assert_true (fine);
  g_assert_null (strstr (said, "teacher"));
  g_assert_true (g_file_get_contents (net, &bytes, NULL, NULL));
  memcpy (weights, bytes + sizeof (QuarrySegmentHeader), sizeof *weights);
  g_assert_cmpmem (&weights->scales, sizeof weights->scales, &shipped->scales, sizeof shipped->scales);

  for (guint i = 0; i < GAPS; i++)
    for (guint f = 0; f < QUARRY_SEGMENT_N_FEATURES; f++)
      features[i * QUARRY_SEGMENT_N_FEATURES + f]
          = shipped->scales.mean[f] + ((float) draw (200) - 100) / 8 / MAX (shipped->scales.steps[f], 1e-3f);
  quarry_segment_net_run (shipped, NULL, features, GAPS, before);
  quarry_segment_net_run (weights, NULL, features, GAPS, after);
  for (guint i = 1; i < GAPS; i++)
    different += ABS ((double) (after[i * QUARRY_SEGMENT_OUTPUTS] - before[i * QUARRY_SEGMENT_OUTPUTS])) / GAPS;
  g_test_message ("log odds differ by %.3f", different);
  g_assert_cmpfloat (different, <, .4);
  memcpy (bias, weights->layers[1].bias, sizeof bias);

  /* Of both of them the mean. */
  for (guint time = 0; time < 2; time++)
    {
      g_autofree char *to = g_build_filename (folder, "mean.bin", NULL);
      g_autofree char *first = g_build_filename (model, "segmenter.bin", NULL);
      g_autofree char *mean = NULL;
      g_autofree char *option = g_strconcat ("--output=", to, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "segment", "--mean",
                                                          option, first, time == 0 ? net : corpus, NULL);

      g_assert_no_error (error);
      g_subprocess_wait (process, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_subprocess_get_successful (process), ==, time == 0);
      if (time == 0)
        {
          g_assert_true (g_file_get_contents (to, &mean, NULL, NULL));
          memcpy (weights, mean + sizeof (QuarrySegmentHeader), sizeof *weights);
          for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
            g_assert_cmpfloat_with_epsilon (weights->layers[1].bias[c],
                                            (shipped->layers[1].bias[c] + bias[c]) / 2, 1e-5);
        }
      g_remove (to);
    }

  g_remove (corpus);
  g_remove (net);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  program = argv[1];
  model = argv[2];
  g_test_add_func ("/train/segment", test_fit);
  g_test_add_func ("/train/segment/go-on", test_go_on);
  return g_test_run ();
}
