/* quarry-maxscore-setting.c: the terms of a search, and the most that they can add to a score
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bounds come from the greatest impacts of lists and of their blocks. Occurrences in several lists of a group add up
 * before saturation is applied, and so do their bounds.
 */
#include "core/lexical/quarry-maxscore-private.h"

#include <math.h>

/* An impact is c / (c + norm) for a count c, so that its odds, i / (1 - i), are c / norm. If counts are added, their
 * odds add up. This returns an upper bound of the impact that has these odds. */
static guint32
impact_of_odds (float odds)
{
  float impact = 1.0f - 1.0f / (1.0f + odds);

  /* Allow for rounding. */
  return MIN (QUARRY_LEXICAL_ONE, (guint32) (impact * QUARRY_LEXICAL_ONE) + 4);
}

static void
set_odds (QuarryMaxscoreSetting *self, const guint16 *bounds)
{
  for (guint byte = 0; byte < 256; byte++)
    {
      float impact = MIN (1.0f, (float) bounds[byte] / (QUARRY_LEXICAL_ONE - 1));

      self->odds[byte] = impact < 1.0f ? impact / (1.0f - impact) : INFINITY;
    }
}

static inline float
share_odds (const QuarryMaxscoreSetting *self, const QuarryMaxscoreCursor *cursor, guint8 highest)
{
  return self->odds[highest] * cursor->share / QUARRY_MAXSCORE_WHOLE;
}

guint32
quarry_maxscore_setting_enter (const QuarryMaxscoreSetting *self,
                               QuarryMaxscoreSetGroup *group,
                               guint64 start,
                               guint64 end)
{
  float odds = 0.0f;
  guint8 highest = 0;

  group->n_active = 0;
  group->n_blocks = 0;
  for (guint c = 0; c < group->n_cursors; c++)
    {
      QuarryMaxscoreCursor *cursor = &group->cursors[c];
      const QuarryPostings *postings = cursor->postings;
      guint32 block;

      if (quarry_maxscore_cursor_seek (cursor, start) >= end)
        continue;
      highest = 0;
      for (block = cursor->block; block < postings->n_blocks; block++)
        {
          if (block > cursor->block && quarry_postings_block_first (postings, block) >= end)
            break;
          highest = MAX (highest, quarry_postings_block_max (postings, block));
        }
      group->n_blocks += block - cursor->block;
      group->active[group->n_active++] = cursor;
      odds += share_odds (self, cursor, highest);
    }
  if (group->n_active == 0)
    return 0;
  if (group->n_active == 1 && group->active[0]->share == QUARRY_MAXSCORE_WHOLE)
    return group->weight * self->bounds[highest];
  return group->weight * impact_of_odds (odds);
}

static int
compare_terms (gconstpointer a, gconstpointer b, gpointer user_data)
{
  guint32 x = ((const QuarryMaxscoreSetTerm *) a)->bound;
  guint32 y = ((const QuarryMaxscoreSetTerm *) b)->bound;

  return (x > y) - (x < y);
}

void
quarry_maxscore_setting_clear (QuarryMaxscoreSetting *self)
{
  g_free (self->terms);
  g_free (self->groups);
  g_free (self->cursors);
  g_free (self->active);
}

void
quarry_maxscore_setting_init (QuarryMaxscoreSetting *self,
                              const QuarryMaxscoreTerm *terms,
                              guint n_terms,
                              const guint16 *bounds)
{
  guint n_groups = 0, n_cursors = 0;

  for (guint t = 0; t < n_terms; t++)
    for (guint g = 0; g < terms[t].n_groups; g++, n_groups++)
      n_cursors += terms[t].groups[g].n_lists;
  set_odds (self, bounds);
  self->bounds = bounds;
  self->n_terms = n_terms;
  self->terms = g_new0 (QuarryMaxscoreSetTerm, n_terms);
  self->groups = g_new (QuarryMaxscoreSetGroup, n_groups + 1);
  self->cursors = g_new (QuarryMaxscoreCursor, n_cursors + 1);
  self->active = g_new (QuarryMaxscoreCursor *, n_cursors + 1);

  n_groups = n_cursors = 0;
  for (guint t = 0; t < n_terms; t++)
    {
      self->terms[t].groups = self->groups + n_groups;
      self->terms[t].n_groups = terms[t].n_groups;
      for (guint g = 0; g < terms[t].n_groups; g++)
        {
          const QuarryMaxscoreGroup *from = &terms[t].groups[g];
          QuarryMaxscoreSetGroup *group = &self->groups[n_groups++];
          float odds = 0.0f;
          guint32 impact;

          group->cursors = self->cursors + n_cursors;
          group->active = self->active + n_cursors;
          group->n_cursors = from->n_lists;
          group->weight = MIN (from->weight, QUARRY_MAXSCORE_MAX_WEIGHT);
          for (guint l = 0; l < from->n_lists; l++)
            {
              QuarryMaxscoreCursor *cursor = &self->cursors[n_cursors++];

              cursor->postings = &from->lists[l].postings;
              cursor->share = from->lists[l].share;
              for (guint i = 0; i < QUARRY_LEXICAL_N_CODES; i++)
                cursor->quarters[i] = quarry_lexical_code_quarters[i] * cursor->share / QUARRY_MAXSCORE_WHOLE;
              cursor->block = 0;
              cursor->at = 0;
              cursor->unpacked = FALSE;
              cursor->next = quarry_maxscore_cursor_find (cursor, 0);
              odds += share_odds (self, cursor, cursor->postings->highest);
            }
          impact = group->n_cursors == 1 && group->cursors->share == QUARRY_MAXSCORE_WHOLE
                       ? bounds[group->cursors->postings->highest]
                       : impact_of_odds (odds);
          self->terms[t].bound = MAX (self->terms[t].bound, group->weight * impact);
        }
    }
  g_qsort_with_data (self->terms, (int) n_terms, sizeof (QuarryMaxscoreSetTerm), compare_terms, NULL);
}
