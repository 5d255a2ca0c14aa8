/* test-train-segment.c: the segmenter's network from a made-up corpus
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/document/quarry-sentences.h"
#include "core/segment/quarry-segment-features.h"
#include "core/segment/quarry-segment-net.h"
#include "tests/support/temporary-folder.h"

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

static char *
train_with (const char *corpus, const char *output, const char *option, const char *other, gboolean *fine)
{
  g_autofree char *to = g_strconcat ("--output=", output, NULL);
  g_autofree char *with = g_strconcat ("--model=", model, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process
      = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, program, "segment", with, to, "--epochs=8",
                          "--teachers=0", option, other, corpus, NULL);
  char *said = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  *fine = g_subprocess_get_successful (process);
  return said;
}

static char *
train (const char *corpus, const char *output, const char *option, gboolean *fine)
{
  return train_with (corpus, output, option, "--seed=1", fine);
}

/* "Chapter" begins each section and stands nowhere else, "and" begins all other sentences; what the subjects' words tell
 * is next to nothing. */
static void
assert_counted (const QuarrySegmentCues *cues)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) sentences = NULL;
  g_autoptr (QuarrySentenceWords) words = NULL;
  g_autoptr (QuarrySegmentWording) wording = NULL;

  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "chapter and the harbour", -1);
  document = quarry_document_builder_end (builder);
  sentences = quarry_sentences_of_document (document);
  words = quarry_sentence_words_of_document (document, sentences);
  wording = quarry_segment_wording_new (words);
  g_assert_cmpint (cues->begins[wording->rows[0]], >, 32);
  g_assert_cmpint (cues->first[0][wording->rows[0]], ==, cues->begins[wording->rows[0]]);
  g_assert_cmpint (cues->ends[wording->rows[0]], <, -32);
  g_assert_cmpint (cues->begins[wording->rows[1]], <, -64);
  g_assert_cmpint (cues->first[0][wording->rows[1]], ==, cues->begins[wording->rows[1]]);
  g_assert_cmpint (cues->first[1][wording->rows[1]], ==, 0);
  g_assert_cmpint (cues->first[1][wording->rows[2]], ==, cues->begins[wording->rows[2]]);
  g_assert_cmpint (cues->pair[quarry_segment_cue_pair (wording->rows[1], wording->rows[2])], ==,
                   cues->begins[wording->rows[1]]);
  g_assert_cmpint (ABS (cues->begins[wording->rows[3]]), <, 16);
  g_assert_cmpint (cues->pair[quarry_segment_cue_pair (wording->rows[0], wording->rows[1])], ==, 0);
}

/* Writes @weights as they are but for the cues, which are to say nothing, to @path; or, with @old, as the file was before
 * there were cues. */
static void
write_without_cues (const char *path, QuarrySegmentWeights *weights, gboolean old)
{
  const guint in = old ? (QUARRY_FEATURE_CUES + 7) / 8 * 8 : QUARRY_SEGMENT_IN;
  QuarrySegmentHeader header = { QUARRY_SEGMENT_MAGIC, QUARRY_SEGMENT_N_FEATURES, QUARRY_SEGMENT_CHANNELS,
                                 QUARRY_SEGMENT_LAYERS, QUARRY_SEGMENT_OUTPUTS };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint8 *all = (const guint8 *) weights;
  gsize rest = G_STRUCT_OFFSET (QuarrySegmentWeights, input.unit);

  for (guint i = QUARRY_FEATURE_CUES; i < QUARRY_SEGMENT_IN; i++)
    {
      weights->scales.mean[i] = weights->scales.steps[i] = 0;
      for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
        weights->input.weights[i / QUARRY_SEGMENT_GROUP][c][i % QUARRY_SEGMENT_GROUP] = 0;
    }
  if (old)
    {
      memcpy (header.magic, "quarrys2", 8);
      header.features = QUARRY_FEATURE_CUES;
    }
  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  if (!old)
    g_byte_array_append (bytes, (const guint8 *) &weights->cues, sizeof weights->cues);
  g_byte_array_append (bytes, (const guint8 *) weights->scales.mean, in * sizeof (float));
  g_byte_array_append (bytes, (const guint8 *) weights->scales.steps, in * sizeof (float));
  g_byte_array_append (bytes, (const guint8 *) weights->input.weights, in * QUARRY_SEGMENT_CHANNELS);
  g_byte_array_append (bytes, all + rest, (guint) (sizeof *weights - rest));
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
}

/* A network of before there were cues is gone on from as from one in which they say nothing. */
static void
test_before_cues (void)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-train-XXXXXX", NULL);
  g_autofree char *corpus = g_build_filename (folder, "text.txt", NULL);
  g_autofree char *start = g_build_filename (folder, "start.bin", NULL);
  g_autofree char *net = g_build_filename (folder, "net.bin", NULL);
  g_autofree char *option = g_strconcat ("--start=", start, NULL);
  guint n_networks;
  g_autofree QuarrySegmentWeights *weights = g_memdup2 (quarry_segment_nets_get (&n_networks), sizeof *weights);
  g_autofree char *bytes[2] = { NULL };
  gsize length[2];

  write_corpus (corpus);
  for (guint old = 0; old < 2; old++)
    {
      g_autofree char *said = NULL;
      gboolean fine;

      write_without_cues (start, weights, old);
      said = train (corpus, net, option, &fine);
      g_test_message ("%s", said);
      g_assert_true (fine);
      g_assert_true (g_file_get_contents (net, &bytes[old], &length[old], NULL));
    }
  g_assert_cmpmem (bytes[0], length[0], bytes[1], length[1]);
  g_remove (corpus);
  g_remove (start);
  g_remove (net);
  g_rmdir (folder);
}

static void
write_network (const char *path, const QuarrySegmentWeights *weights)
{
  QuarrySegmentHeader header = { QUARRY_SEGMENT_MAGIC, QUARRY_SEGMENT_N_FEATURES, QUARRY_SEGMENT_CHANNELS,
                                 QUARRY_SEGMENT_LAYERS, QUARRY_SEGMENT_OUTPUTS };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, (const guint8 *) &header, sizeof header);
  g_byte_array_append (bytes, (const guint8 *) weights, sizeof *weights);
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
}

/* Networks in files teach as much as they say by scales of their own, all together as much as one. */
static void
test_teacher (void)
{
  char *folder = temporary_folder_new ();
  g_autofree char *corpus = g_build_filename (folder, "text.txt", NULL);
  g_autofree char *net = g_build_filename (folder, "net.bin", NULL);
  g_autofree char *teacher = g_build_filename (folder, "teacher.bin", NULL);
  g_autofree char *option = g_strconcat ("--teacher=", teacher, NULL);
  g_autofree char *none = g_strconcat ("--teacher=", corpus, NULL);
  g_autofree char *said = NULL;
  g_autofree char *bytes[4] = { NULL };
  const char *const given[4] = { "--teachers=0", option, option, option };
  guint n_networks;
  g_autofree QuarrySegmentWeights *weights = g_memdup2 (quarry_segment_nets_get (&n_networks), sizeof *weights);
  gsize length;
  gboolean fine;

  write_corpus (corpus);
  for (guint time = 0; time < 4; time++)
    {
      g_autofree char *messages = NULL;

      /* The last one takes the features for something else. */
      for (guint f = 0; f < QUARRY_SEGMENT_N_FEATURES && time == 3; f++)
        weights->scales.mean[f] += 1;
      write_network (teacher, weights);
      messages = train_with (corpus, net, given[time], time == 2 ? option : "--seed=1", &fine);
      g_test_message ("%s", messages);
      g_assert_true (fine);
      g_assert_true (g_file_get_contents (net, &bytes[time], &length, NULL));
    }
  g_assert_cmpint (memcmp (bytes[0], bytes[1], length), !=, 0);
  g_assert_cmpmem (bytes[1], length, bytes[2], length);
  g_assert_cmpint (memcmp (bytes[1], bytes[3], length), !=, 0);
  said = train (corpus, net, none, &fine);
  g_assert_false (fine);
  g_assert_nonnull (strstr (said, corpus));
  temporary_folder_free (folder);
}

/* It learns (the loss falls), and learns the same each time; without a teacher something else. */
static void
test_fit (void)
{
  char *folder = temporary_folder_new ();
  g_autofree char *corpus = g_build_filename (folder, "text.txt", NULL);
  g_autofree char *net = g_build_filename (folder, "net.bin", NULL);
  g_autofree char *bytes[3] = { NULL };
  gsize length[3];
  double last = 0;
  gboolean fine;

  write_corpus (corpus);
  for (guint time = 0; time < 3; time++)
    {
      g_autofree char *said = train (corpus, net, time < 2 ? "--teachers=1" : "--teachers=0", &fine);
      const char *loss = g_strrstr (said, "loss ");

      g_test_message ("%s", said);
      g_assert_true (fine);
      g_assert_nonnull (loss);
      /* Three variants of each of 60 documents, 60 made of several, and single sections. */
      g_assert_cmpuint (g_ascii_strtoull (strstr (said, "text.txt: ") + strlen ("text.txt: "), NULL, 10), >, 240);
      /* Boundaries are a fifth of the gaps: a guess costs .5 and the heads as much again. */
      last = g_ascii_strtod (loss + strlen ("loss "), NULL);
      g_assert_cmpfloat (last, <, .6);
      g_assert_true (g_file_get_contents (net, &bytes[time], &length[time], NULL));
      g_assert_cmpuint (length[time], ==, sizeof (QuarrySegmentHeader) + sizeof (QuarrySegmentWeights));
    }
  g_assert_cmpmem (bytes[0], length[0], bytes[1], length[1]);
  {
    g_autofree QuarrySegmentWeights *weights = g_memdup2 (bytes[0] + sizeof (QuarrySegmentHeader), sizeof *weights);

    assert_counted (&weights->cues);
  }
  g_assert_cmpint (memcmp (bytes[0], bytes[2], length[0]), !=, 0);

  /* From where it has come to it goes on: at no time is it as far off as one that begins. */
  {
    g_autofree char *from = g_strconcat ("--start=", net, NULL);
    g_autofree char *said = train (corpus, net, from, &fine);
    const char *loss = g_strrstr (said, "loss ");

    g_assert_true (fine);
    g_assert_cmpfloat (g_ascii_strtod (loss + strlen ("loss "), NULL), <, last);
  }
  {
    g_autofree char *from = g_strconcat ("--start=", corpus, NULL);
    g_autofree char *said = train (corpus, net, from, &fine);

    g_assert_false (fine);
    g_assert_nonnull (strstr (said, corpus));
  }
  {
    g_autofree char *said = train ("/nonexistent/text.txt", net, "--teachers=1", &fine);

    g_assert_false (fine);
    g_assert_nonnull (strstr (said, "/nonexistent/text.txt"));
  }
  temporary_folder_free (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 3);
  program = argv[1];
  model = argv[2];
  g_test_add_func ("/train/segment", test_fit);
  g_test_add_func ("/train/segment/before-cues", test_before_cues);
  g_test_add_func ("/train/segment/teacher", test_teacher);
  return g_test_run ();
}
