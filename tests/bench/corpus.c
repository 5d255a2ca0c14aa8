/* corpus.c: real paragraphs to measure with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "corpus.h"

static void
read_file (const char *file, GPtrArray *passages, guint wanted)
{
  g_autoptr (GSubprocess) xz = NULL;
  g_autoptr (GDataInputStream) lines = NULL;

  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return;
  xz = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "xz", "-dc", file, NULL);
  if (xz == NULL)
    return;
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (xz));
  while (passages->len < wanted)
    {
      gsize length;
      g_autofree char *line = g_data_input_stream_read_line (lines, &length, NULL, NULL);

      if (line == NULL)
        break;
      if (length > 100 && line[0] == 'P' && line[1] == '\t')
        g_ptr_array_add (passages, g_utf8_make_valid (line + 2, (gssize) length - 2));
    }
  g_subprocess_force_exit (xz);
}

GPtrArray *
corpus_read (guint wanted)
{
  static const char *const names[] = { "wikipedia-articles.txt.xz", "wikipedia-2019-leads.txt.xz" };
  GPtrArray *passages = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *file
          = g_build_filename (QUARRY_SOURCEDIR, "..", "shared", "data", "corpus", names[i], NULL);
      g_autofree char *found = g_file_test (file, G_FILE_TEST_EXISTS)
                                   ? g_strdup (file)
                                   : g_build_filename ("..", "shared", "data", "corpus", names[i], NULL);

      read_file (found, passages, wanted);
    }
  return passages;
}
