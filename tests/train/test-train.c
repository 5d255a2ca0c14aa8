/* test-train.c: a whole model from a made-up corpus
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/embed/quarry-embedder.h"
#include "tests/support/temporary-folder.h"

static const char *program;

/* Four subjects of twelve words each. Sentences mix the words of one subject with words that all
 * share, so that only neighbourhood tells what belongs together. */
static const char *subjects[4][12] = {
  { "anvil",
    "bellows",
    "forge",
    "hammer",
    "horseshoe",
    "iron",
    "smith",
    "tongs",
    "weld",
    "rivet",
    "furnace",
    "steel" },
  { "anchor",
    "captain",
    "harbour",
    "keel",
    "mast",
    "rudder",
    "sail",
    "sailor",
    "ship",
    "tide",
    "voyage",
    "deck" },
  { "barley",
    "dough",
    "flour",
    "loaf",
    "mill",
    "oven",
    "rye",
    "wheat",
    "yeast",
    "baker",
    "crust",
    "crumb" },
  { "bow",
    "cello",
    "chord",
    "flute",
    "melody",
    "opera",
    "quartet",
    "sonata",
    "tempo",
    "violin",
    "viola",
    "tune" },
};
static const char *shared[] = { "the", "of", "and", "with", "was", "near", "old", "new", "some" };

static guint32 state;

static guint
draw (guint n)
{
  state = state * 1664525 + 1013904223;
  return (state >> 16) % n;
}

static void
append_sentence (GString *text, guint subject, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_printf (text,
                            "%s%s",
                            i > 0 ? " " : "",
                            draw (3) == 0 ? shared[draw (G_N_ELEMENTS (shared))]
                                          : subjects[subject][draw (12)]);
}

static void
write_corpus (const char *folder)
{
  g_autofree char *text_path = g_build_filename (folder, "text.txt", NULL);
  g_autofree char *pairs_path = g_build_filename (folder, "made-up.tsv", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) pairs = g_string_new (NULL);

  state = 1;
  for (guint document = 0; document < 200; document++)
    {
      g_string_append (text, "D\t");
      append_sentence (text, document % 4, 3);
      for (guint section = 0; section < 2; section++)
        {
          if (section > 0)
            {
              g_string_append (text, "\nH\t");
              append_sentence (text, document % 4, 2);
            }
          for (guint paragraph = 0; paragraph < 2; paragraph++)
            {
              g_string_append (text, "\nP\t");
              append_sentence (text, document % 4, 40);
            }
        }
      g_string_append_c (text, '\n');
    }
  for (guint pair = 0; pair < 400; pair++)
    {
      append_sentence (pairs, pair % 4, 5);
      g_string_append_c (pairs, '\t');
      append_sentence (pairs, pair % 4, 20);
      g_string_append_c (pairs, '\n');
    }
  g_assert_true (g_file_set_contents (text_path, text->str, text->len, NULL));
  g_assert_true (g_file_set_contents (pairs_path, pairs->str, pairs->len, NULL));
}

/* Runs the program within @folder; returns what it said. */
static char *
train (const char *folder, const char *output, const char *corpus, gboolean *fine)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *said = NULL;

  g_subprocess_launcher_set_cwd (launcher, folder);
  g_subprocess_launcher_setenv (launcher, "OPENBLAS_NUM_THREADS", "1", TRUE);
  process = g_subprocess_launcher_spawn (launcher,
                                         &error,
                                         program,
                                         "--work=work",
                                         output,
                                         "--words=40",
                                         "--pieces=30",
                                         "--dims=16",
                                         "--steps=60",
                                         "--runs=2",
                                         "--batch=32",
                                         "text.txt",
                                         corpus,
                                         NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  *fine = g_subprocess_get_successful (process);
  return said;
}

static float
similarity (QuarryEmbedder *embedder, const char *one, const char *other)
{
  float a[16], b[16], sum = 0;

  g_assert_true (quarry_embedder_embed (embedder, NULL, one, -1, a));
  g_assert_true (quarry_embedder_embed (embedder, NULL, other, -1, b));
  for (guint d = 0; d < 16; d++)
    sum += a[d] * b[d];
  return sum;
}

static GBytes *
read_model (const char *folder, const char *output)
{
  g_autofree char *path = g_build_filename (folder, output, "model.safetensors", NULL);
  char *bytes;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  return g_bytes_new_take (bytes, length);
}

/* Removes what the second run left. */
static void
remove_run (const char *work)
{
  g_autoptr (GDir) dir = g_dir_open (work, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "run-2-"))
      {
        g_autofree char *path = g_build_filename (work, name, NULL);

        n += g_remove (path) == 0;
      }
  g_assert_cmpuint (n, ==, 1);
}

static void
test_whole (void)
{
  char *folder = temporary_folder_new ();
  g_autofree char *model = g_build_filename (folder, "model", NULL);
  g_autofree char *work = g_build_filename (folder, "work", NULL);
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL;
  guint right = 0, n = 0;
  gboolean fine;

  write_corpus (folder);
  {
    g_autofree char *said = train (folder, "--output=model", "made-up.tsv", &fine);

    g_test_message ("%s", said);
    g_assert_true (fine);
    g_assert_nonnull (strstr (said, "made-up"));
  }
  embedder = quarry_embedder_load (model, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (quarry_embedder_get_dims (embedder), ==, 16);
  /* A word is nearer to one of its own subject than to one of another, rare ones, which are cut
   * in pieces, among them. */
  for (guint s = 0; s < 4; s++)
    for (guint w = 0; w < 12; w++)
      {
        float own = similarity (embedder, subjects[s][w], subjects[s][(w + 1) % 12]);
        float other = similarity (embedder, subjects[s][w], subjects[(s + 1) % 4][w]);

        right += own > other;
        n++;
      }
  g_assert_cmpuint (right, >=, n * 9 / 10);
  first = read_model (folder, "model");

  /* Taken up from the work folder: the same bytes, and no run trained again. */
  {
    g_autofree char *said = train (folder, "--output=again", "made-up.tsv", &fine);
    g_autoptr (GBytes) again = read_model (folder, "again");

    g_assert_true (fine);
    g_assert_null (strstr (said, "training"));
    g_assert_true (g_bytes_equal (first, again));
  }
  /* Stages of other text are not taken up. */
  {
    g_autofree char *said = train (folder, "--output=again", "text.txt", &fine);

    g_assert_false (fine);
    g_assert_nonnull (strstr (said, "work"));
  }
  /* One stage lost is made again, and comes out the same. */
  remove_run (work);
  {
    g_autofree char *said = train (folder, "--output=again", "made-up.tsv", &fine);
    g_autoptr (GBytes) again = read_model (folder, "again");

    g_assert_true (fine);
    g_assert_nonnull (strstr (said, "training"));
    g_assert_true (g_bytes_equal (first, again));
  }
  /* From nothing, as well. */
  remove_tree (work);
  {
    G_GNUC_UNUSED g_autofree char *said = train (folder, "--output=again", "made-up.tsv", &fine);
    g_autoptr (GBytes) again = read_model (folder, "again");

    g_assert_true (fine);
    g_assert_true (g_bytes_equal (first, again));
  }
  {
    g_autofree char *said = NULL;

    remove_tree (work);
    said = train (folder, "--output=again", "nowhere.tsv", &fine);
    g_assert_false (fine);
    g_assert_nonnull (strstr (said, "nowhere.tsv"));
  }
  temporary_folder_free (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* It is run in another folder. */
  program = g_canonicalize_filename (argv[1], NULL);
  g_test_add_func ("/train/whole", test_whole);
  return g_test_run ();
}
