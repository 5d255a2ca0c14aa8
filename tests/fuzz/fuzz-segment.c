/* fuzz-segment.c: words as another program may have written them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input is a segment of the index of words, as if its checksum were right. Whatever is in it, it
 * is refused, or searched, thinned out and merged without harm.
 */
#include "fuzz.h"

#include "core/lexical/quarry-lexical-merge.h"
#include "core/lexical/quarry-lexical-private.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u

static QuarryLexicalSegment *
load (const uint8_t *bytes, size_t length)
{
  gsize size = (length + PAGE - 1) / PAGE * PAGE;
  guint8 *map = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  g_assert_true (map != MAP_FAILED);
  memcpy (map, bytes, length);
  return quarry_lexical_segment_new (map, length);
}

static void
search (QuarryLexicalIndex *index, const QuarryLexicalQuery *query)
{
  g_autoptr (GArray) matches = quarry_lexical_index_search (index, query, 10, NULL, 0, NULL, NULL);

  g_assert_nonnull (matches);
}

static void
search_much (QuarryLexicalIndex *index)
{
  static const char *const phrase[] = { "granite slate", NULL };
  const QuarryLexicalQuery queries[] = {
    { .text = "granite slates running" },
    { .text = "gran", .last_is_prefix = TRUE },
    { .text = "grannite limestonne" },
    { .text = "slate", .phrases = phrase },
    { .text = "slate", .excluded = phrase },
  };

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    search (index, &queries[i]);
  g_strfreev (quarry_lexical_index_suggest (index, "sl", 5));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  g_autoptr (QuarryLexicalIndex) index = NULL;
  QuarryLexicalSegment *segment = length > 0 ? load (bytes, length) : NULL;
  QuarryLexicalMerge merge = { .n = 1, .mean = 10 };
  const int stop = FALSE;

  if (segment == NULL)
    return 0;

  quarry_lexical_segment_check (segment);
  index = quarry_lexical_index_new ();
  g_ptr_array_add (index->segments, segment);
  index->n_passages = segment->n_rows;
  index->n_words = 10 * index->n_passages;
  search_much (index);

  merge.segments[0] = quarry_lexical_segment_ref (segment);
  merge.places[0] = g_new0 (guint32, segment->n_rows);
  quarry_lexical_merge_run (&merge, &stop);
  if (merge.result != NULL)
    quarry_lexical_segment_check (merge.result);
  quarry_lexical_merge_clear (&merge);

  quarry_lexical_segment_bury (segment, (const guint32[]){ 0 }, 1, NULL, 0);
  search_much (index);
  return 0;
}
