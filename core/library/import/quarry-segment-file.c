/* quarry-segment-file.c: reads and segments one file, without a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/document/quarry-sentences.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/import/quarry-import-scanner.h"
#include "core/segment/quarry-segmenter.h"

static QuarryDocument *
read_document (const char *path, GError **error)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autofree char *name = quarry_path_display_name (path);
  QuarryDocument *document;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0)
    {
      int saved = errno;
      g_autofree char *problem = quarry_path_problem (saved);

      g_set_error_literal (error, G_IO_ERROR, (gint) g_io_error_from_errno (saved), problem);
      return NULL;
    }
  document = quarry_extractor_read (extractor, fd, name, NULL, error);
  close (fd);

  return document;
}

QuarryDocument *
quarry_segment_file (const char *path,
                     const char *model,
                     double granularity,
                     GArray **segments,
                     GArray **depths,
                     GError **error)
{
  g_autofree char *default_model = model == NULL ? quarry_library_default_model () : NULL;
  g_autoptr (QuarryEmbedder) embedder
      = quarry_embedder_load (model != NULL ? model : default_model, error);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) sentences = NULL;
  g_autoptr (QuarrySentenceWords) words = NULL;
  g_autoptr (QuarrySegmenter) segmenter = NULL;
  g_autofree float *sums = NULL;
  const float *found;
  guint n_gaps;

  if (embedder == NULL)
    return NULL;
  document = read_document (path, error);
  if (document == NULL)
    return NULL;

  sentences = quarry_sentences_of_document (document);
  words = quarry_sentence_words_of_document (document, sentences);
  sums = quarry_embed_sentences (embedder, NULL, words);
  segmenter = quarry_segmenter_new (document, words, sums, quarry_embedder_get_dims (embedder));
  *segments = quarry_segmenter_decode (segmenter, granularity);
  found = quarry_segmenter_get_depths (segmenter, &n_gaps);
  *depths = g_array_new (FALSE, FALSE, sizeof (float));
  if (n_gaps > 0)
    g_array_append_vals (*depths, found, n_gaps);

  return g_steal_pointer (&document);
}
