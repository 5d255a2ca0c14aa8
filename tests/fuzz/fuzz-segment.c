/* fuzz-segment.c: a segment of the index of words, as another program may have written it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first two bytes of an input say how many bytes a valid segment is truncated by. Each byte after them is XORed
 * into the byte of the segment at that place. Checksums are not in the way. Whatever the segment becomes, it must be
 * refused, or be searched, pruned and merged without harm.
 */
#include "fuzz.h"

#include "core/lexical/quarry-lexical-buffer.h"
#include "core/lexical/quarry-lexical-merge.h"
#include "core/lexical/quarry-lexical-private.h"

#include <string.h>
#include <sys/mman.h>

#define PAGE 4096u

/* A valid segment. It is made here, since one from a file would be refused once the layout changes. */
static const QuarryLexicalSegment *
get_right (void)
{
  static QuarryLexicalSegment *right;

  if (right == NULL)
    {
      g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_new ();

      for (guint32 i = 0; i < 150; i++)
        {
          g_autofree char *text = g_strdup_printf ("granite slate running number%u %s", i,
                                                   i % 3 == 0 ? "limestones parseHeader" : "and limestone of the caf\303\251");

          quarry_lexical_index_add (index, i < 100 ? i : 2 * i, "Title", "Head", text, i % 11 == 0 ? "fr" : "en");
        }
      right = quarry_lexical_buffer_seal (index->buffer, 7.0);
      g_assert_true (quarry_lexical_segment_check (right));
    }
  return right;
}

static QuarryLexicalSegment *
load (const uint8_t *bytes, size_t length)
{
  const QuarryLexicalSegment *right = get_right ();
  gsize size = (right->size + PAGE - 1) / PAGE * PAGE;
  guint8 *map = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  gsize missing, here, kept;

  g_assert_true (map != MAP_FAILED);
  memcpy (map, right->bytes, right->size);
  for (gsize i = 0; i < right->size && i + 2 < length; i++)
    map[i] ^= bytes[i + 2];
  missing = length >= 2 ? bytes[0] | (gsize) bytes[1] << 8 : 0;
  here = right->size - MIN (missing, right->size - 1);
  /* The pages after the segment are unmapped, so that a read beyond its end crashes. */
  kept = (here + PAGE - 1) / PAGE * PAGE;
  if (kept < size)
    munmap (map + kept, size - kept);
  return quarry_lexical_segment_new (map, here);
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
  QuarryLexicalSegment *segment = load (bytes, length);
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
