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
#include "core/library/import/quarry-cut-stretch.h"
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

/* Cuts one stretch of the document, as an import does. */
static void
segment_stretch (QuarryEmbedder *embedder,
                 QuarryDocument *document,
                 QuarrySpan span,
                 double granularity,
                 guint *n_sentences,
                 GArray *segments,
                 GArray *depths)
{
  g_autoptr (QuarryDocument) stretch = quarry_document_copy_stretch (document, span);
  g_autoptr (GArray) sentences = quarry_sentences_of_document (stretch);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (stretch, sentences);
  g_autofree float *sums = quarry_embed_sentences (embedder, words);
  g_autoptr (QuarrySegmenter) segmenter
      = quarry_segmenter_new (stretch, words, sums, quarry_embedder_get_dims (embedder));
  g_autoptr (GArray) found = quarry_segmenter_decode (segmenter, granularity);
  const float *found_depths;
  const float none = 0;
  guint n_gaps;

  for (guint i = 0; i < found->len; i++)
    {
      QuarrySegment segment = g_array_index (found, QuarrySegment, i);

      segment.span.start += span.start;
      segment.span.end += span.start;
      segment.sentence += *n_sentences;
      g_array_append_val (segments, segment);
    }
  found_depths = quarry_segmenter_get_depths (segmenter, &n_gaps);
  if (*n_sentences > 0 && sentences->len > 0)
    g_array_append_val (depths, none);
  if (n_gaps > 0)
    g_array_append_vals (depths, found_depths, n_gaps);
  *n_sentences += sentences->len;
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
  QuarrySpan span = { 0 };
  guint n_sentences = 0;
  gsize length;

  if (embedder == NULL)
    return NULL;
  document = read_document (path, error);
  if (document == NULL)
    return NULL;

  *segments = g_array_new (FALSE, FALSE, sizeof (QuarrySegment));
  *depths = g_array_new (FALSE, FALSE, sizeof (float));
  quarry_document_get_text (document, &length);
  do
    {
      span = (QuarrySpan) { span.end, quarry_document_end_stretch (document, span.end, QUARRY_STRETCH_BYTES) };
      segment_stretch (embedder, document, span, granularity, &n_sentences, *segments, *depths);
    }
  while (span.end < length);

  return g_steal_pointer (&document);
}
