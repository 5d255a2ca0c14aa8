/* quarry-segment-gaps.c: what a document's structure says about its gaps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A boundary at a heading is sure, at least from some granularity on; one right after a heading is forbidden; elsewhere
 * it costs something, the more the closer the text on both sides belongs together.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/segment/quarry-segment-private.h"

/* Costs of a boundary, in units of gain. For comparison: one more segment costs about 2. */
#define COST_INSIDE_PARAGRAPH 0.75f
#define COST_INSIDE_TIGHT 3.0f /* within a list item, a table, code: not cut without need */
#define COST_BETWEEN_ITEMS 2.0f
#define COST_BEFORE_TIGHT 1.5f /* a list, table or code belongs to the words before it */

/* Where the items of a list are at least this long on average, they count as paragraphs. */
#define LONG_ITEM_BYTES 150u

/* Headings of the outermost level that makes a boundary are boundaries at every granularity. Those of each deeper level
 * are so from a granularity on that is larger by SURE_STEP, up to SURE_MOST, well below the default. */
#define SURE_STEP 0.1f
#define SURE_MOST 0.3f

#define MAX_LEVELS 256

/* Returns the kinds of the blocks as a person sees them: the items of a list that are as long as paragraphs, such as
 * the points of an agenda with what was said of each, count as paragraphs. (transfer full): one a block. */
static guint8 *
find_kinds (const QuarryBlock *blocks, guint n_blocks)
{
  guint8 *kinds = g_new (guint8, MAX (n_blocks, 1));
  guint end;

  for (guint block = 0; block < n_blocks; block = end)
    {
      gsize bytes = 0;

      for (end = block; end < n_blocks && blocks[end].kind == blocks[block].kind; end++)
        {
          kinds[end] = blocks[end].kind;
          bytes += blocks[end].span.end - blocks[end].span.start;
        }
      if (blocks[block].kind == QUARRY_BLOCK_LIST_ITEM && bytes >= (gsize) (end - block) * LONG_ITEM_BYTES)
        memset (kinds + block, QUARRY_BLOCK_PARAGRAPH, end - block);
    }
  return kinds;
}

static gboolean
is_tight (guint8 kind)
{
  return kind == QUARRY_BLOCK_LIST_ITEM || kind == QUARRY_BLOCK_TABLE || kind == QUARRY_BLOCK_CODE;
}

/* @before and @after: the kinds of the blocks on either side; twice that of the one block where the gap is @inside
 * it. */
static float
gap_cost (guint8 before, guint8 after, gboolean inside)
{
  if (inside)
    return is_tight (after) ? COST_INSIDE_TIGHT : COST_INSIDE_PARAGRAPH;
  if (is_tight (after))
    {
      if (before == after)
        return after == QUARRY_BLOCK_LIST_ITEM ? COST_BETWEEN_ITEMS : COST_INSIDE_TIGHT;
      return COST_BEFORE_TIGHT;
    }
  return 0;
}

/* A boundary within a paragraph costs something only as far as there are gaps between paragraphs to cut at instead: in
 * a text that is one paragraph there are no others. */
static void
weigh_paragraphs (QuarryGap *gaps, guint n, guint n_inside, guint n_between)
{
  float share = n_inside + n_between > 0 ? (float) n_between / (n_inside + n_between) : 0;
  float factor = MIN (1.0f, share * 8);

  for (guint i = 1; i < n; i++)
    if (gaps[i].cost == COST_INSIDE_PARAGRAPH)
      gaps[i].cost *= factor;
}

QuarryGap *
quarry_segment_gaps (QuarryDocument *document, const QuarrySentenceWords *words)
{
  const QuarrySpan *sentences = words->sentences;
  guint n_sentences = words->n;
  QuarryGap *gaps = g_new0 (QuarryGap, MAX (n_sentences, 1));
  float sure_from[MAX_LEVELS];
  gboolean cuts[MAX_LEVELS] = { FALSE };
  guint n_blocks, block = 0, n_inside = 0, n_between = 0;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n_blocks);
  const QuarryBlock *before = NULL;
  g_autofree guint8 *kinds = find_kinds (blocks, n_blocks);
  g_autofree guint8 *heading_level = g_new0 (guint8, MAX (n_sentences, 1));
  const char *text;
  gsize length;
  float sure = 0;

  for (guint i = 0; i < n_sentences; i++)
    {
      const QuarryBlock *after = NULL;

      gaps[i].rank = QUARRY_GAP_UNRANKED;
      gaps[i].sure = QUARRY_GAP_NOT_SURE;

      while (block < n_blocks && blocks[block].span.end <= sentences[i].start)
        block++;
      if (block < n_blocks && blocks[block].span.start <= sentences[i].start)
        after = &blocks[block];

      if (i > 0 && before != NULL && after != NULL)
        {
          gboolean from_heading = before->kind == QUARRY_BLOCK_HEADING;
          gboolean to_heading = after->kind == QUARRY_BLOCK_HEADING;

          if (to_heading && before != after
              && !(from_heading && before->level < after->level))
            {
              heading_level[i] = after->level;
              cuts[after->level] = TRUE;
            }
          else if (from_heading || to_heading)
            {
              gaps[i].forbidden = TRUE;
              gaps[i].inside = before == after;
            }
          else
            {
              gaps[i].cost = gap_cost (kinds[before - blocks], kinds[after - blocks], before == after);
              gaps[i].inside = before == after;
              if (before == after)
                n_inside++;
              else
                n_between++;
            }
        }
      before = after;
    }
  weigh_paragraphs (gaps, n_sentences, n_inside, n_between);
  text = quarry_document_get_text (document, &length);
  quarry_segment_weigh_marks (words, length, gaps);

  for (guint level = 0; level < MAX_LEVELS; level++)
    {
      sure_from[level] = sure;
      if (cuts[level])
        sure = MIN (sure + SURE_STEP, SURE_MOST);
    }
  for (guint i = 1; i < n_sentences; i++)
    if (heading_level[i] > 0)
      gaps[i].sure = sure_from[heading_level[i]];
  quarry_segment_weigh_openings (text, sentences, n_sentences, gaps);
  quarry_segment_weigh_slides (document, words, gaps);
  return gaps;
}
