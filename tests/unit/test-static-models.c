/* test-static-models.c: vectors of every kind of static model against what Python makes of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <json-glib/json-glib.h>
#include <math.h>

#include "core/embed/quarry-embedder.h"
#include "tests/support/temporary-folder.h"

static char *models; /* a folder of models, made by model-reference.py */

static void
check_line (QuarryEmbedder *embedder, const char *line)
{
  g_autoptr (JsonNode) node = json_from_string (line, NULL);
  JsonArray *row = json_node_get_array (node);
  const char *text = json_array_get_string_element (row, 0);
  guint dims = quarry_embedder_get_dims (embedder);
  g_autofree float *vector = g_new (float, dims);
  gboolean known = quarry_embedder_embed (embedder, NULL, text, -1, vector);
  double length = 0;

  g_test_message ("“%s”", text);
  g_assert_cmpuint (json_array_get_length (row), ==, dims + 1);
  for (guint d = 0; d < dims; d++)
    {
      double expected = json_array_get_double_element (row, d + 1);

      g_assert_cmpfloat_with_epsilon ((double) vector[d], expected, 2e-5);
      length += expected * expected;
    }
  g_assert_cmpint (known, ==, length > 0);
}

static void
test_model (gconstpointer name)
{
  g_autofree char *path = NULL;
  g_autofree char *expected = NULL;
  g_autofree char *lines = NULL;
  g_auto (GStrv) list = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEmbedder) embedder = NULL;
  guint n = 0;

  if (models == NULL)
    {
      g_test_skip ("there is no python3");
      return;
    }
  path = g_build_filename (models, name, NULL);
  expected = g_build_filename (path, "expected", NULL);
  embedder = quarry_embedder_load (path, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (expected, &lines, NULL, NULL));
  list = g_strsplit (lines, "\n", -1);
  for (; list[n] != NULL && *list[n] != '\0'; n++)
    check_line (embedder, list[n]);
  g_assert_cmpuint (n, >=, 20);
}

static void
make_models (void)
{
  g_autofree char *python = g_find_program_in_path ("python3");
  g_autofree char *script = g_test_build_filename (G_TEST_DIST, "model-reference.py", NULL);
  const char *command[] = { "python3", script, NULL, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  if (python == NULL)
    return;
  models = temporary_folder_new ();
  command[2] = models;
  g_assert_true (g_spawn_sync (NULL, (char **) command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                               NULL, &status, &error));
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

int
main (int argc, char **argv)
{
  static const char *const names[]
      = { "wordpiece-f32",  "wordpiece-f16-weights", "wordpiece-i8-mapping", "word-level-bf16",
          "unigram",        "unigram-bytes",         "unigram-charsmap",
        "bpe-bytes",
          "bpe-bytes-prefix", "bpe-fallback" };
  int status;

  g_test_init (&argc, &argv, NULL);
  make_models ();
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strconcat ("/static-models/", names[i], NULL);

      g_test_add_data_func (path, names[i], test_model);
    }
  status = g_test_run ();
  if (models != NULL)
    temporary_folder_free (models);

  return status;
}
