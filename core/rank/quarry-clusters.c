/* quarry-clusters.c: groups candidates that are alike
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By chains of nearest neighbours (Murtagh, A Survey of Recent Advances in Hierarchical Clustering Algorithms, 1983):
 * from any group go to its nearest group, from there to the nearest of that, and so on, until two groups are each
 * other's nearest. These can be joined at once, because joining others later never brings either of them nearer to a
 * third group than they are to each other. This takes n² steps instead of n³ and makes the same joins as the obvious
 * algorithm, only in another order.
 */
#include "core/rank/quarry-clusters-private.h"
#include "core/machine/quarry-wide.h"
#include "core/rank/quarry-rows-private.h"

#include <math.h>

/* What a candidate counts for in its own row. */
#define SELF 0.25f

/* Groups are joined while they are more alike, by this factor, than two candidates of the pool on average; and always
 * if they are at least this alike. */
#define MORE_THAN_MEAN 1.6
#define ALIKE 0.4

static guint
find_root (const guint *parent, guint i)
{
  while (parent[i] != i)
    i = parent[i];
  return i;
}

/* Less than any likeness. */
#define GONE -2.0f

/* The group that is most like the one whose @row this is; @previous, unless another one is more alike. @gone: n, GONE
 * for groups that have been joined to another and for the group itself, else 0. */
FOR_WIDE_REGISTERS static guint
find_nearest (const float *row, const float *gone, guint n, guint previous)
{
  QuarryWide highest = { GONE, GONE, GONE, GONE, GONE, GONE, GONE, GONE };
  float most = GONE;
  guint j = 0;

  for (; j + QUARRY_WIDE_LANES <= n; j += QUARRY_WIDE_LANES)
    {
      QuarryWide here = *(const QuarryWide *) (row + j) + *(const QuarryWide *) (gone + j);
      QuarryWideMask higher = here > highest;

      highest = (QuarryWide) ((higher & (QuarryWideMask) here) | (~higher & (QuarryWideMask) highest));
    }
  for (; j < n; j++)
    most = MAX (most, row[j] + gone[j]);
  for (guint lane = 0; lane < QUARRY_WIDE_LANES; lane++)
    most = MAX (most, highest[lane]);
  if (previous < n && row[previous] >= most)
    return previous;
  for (j = 0; row[j] + gone[j] < most;)
    j++;
  return j;
}

guint
quarry_find_clusters (const float *likeness, guint n, double stop, guint *group_of)
{
  g_autofree float *between = g_memdup2 (likeness, (gsize) n * n * sizeof (float));
  g_autofree guint *size = g_new (guint, MAX (n, 1)); /* 0: joined to another group */
  g_autofree float *gone = g_new0 (float, MAX (n, 1));
  g_autofree guint *parent = g_new (guint, MAX (n, 1));
  g_autofree guint *chain = g_new (guint, MAX (n, 1));
  guint n_chain = 0;
  guint n_groups = 0;
  guint first = 0;

  for (guint i = 0; i < n; i++)
    {
      size[i] = 1;
      parent[i] = i;
    }

  for (guint n_left = n; n_left > 1;)
    {
      guint from;
      guint nearest;

      if (n_chain == 0)
        {
          while (size[first] == 0)
            first++;
          chain[n_chain++] = first;
        }
      from = chain[n_chain - 1];
      gone[from] = GONE;
      nearest = find_nearest (between + (gsize) from * n, gone, n, n_chain > 1 ? chain[n_chain - 2] : n);
      gone[from] = 0.0f;
      if (n_chain < 2 || nearest != chain[n_chain - 2])
        {
          chain[n_chain++] = nearest;
          continue;
        }

      /* Two groups that are each other's nearest are joined; the lower number stays in use. */
      {
        guint kept = MIN (from, nearest);
        guint joined = MAX (from, nearest);
        float *kept_row = between + (gsize) kept * n;
        const float *joined_row = between + (gsize) joined * n;
        float share = (float) size[joined] / (float) (size[kept] + size[joined]);

        if ((double) kept_row[joined] >= stop)
          parent[find_root (parent, joined)] = find_root (parent, kept);
        for (guint j = 0; j < n; j++)
          if (size[j] > 0 && j != kept && j != joined)
            {
              kept_row[j] += share * (joined_row[j] - kept_row[j]);
              between[(gsize) j * n + kept] = kept_row[j];
            }
        size[kept] += size[joined];
        size[joined] = 0;
        gone[joined] = GONE;
        n_chain -= 2;
        n_left--;
      }
    }

  /* If a join was below the stop, all joins on top of it were too. So the roots are the groups. */
  for (guint i = 0; i < n; i++)
    chain[i] = G_MAXUINT;
  for (guint i = 0; i < n; i++)
    {
      guint root = find_root (parent, i);

      if (chain[root] == G_MAXUINT)
        chain[root] = n_groups++;
      group_of[i] = chain[root];
    }
  return n_groups;
}

FOR_WIDE_REGISTERS static void
multiply_rows (const float *likeness, guint n, float *shared)
{
  g_autofree float *norm = g_new (float, MAX (1, n));

  /* Most candidates are not alike at all; only those that are need be looked at. */
  for (guint i = 0; i < n; i++)
    {
      float *row = shared + (gsize) i * n;

      for (guint k = 0; k < n; k++)
        {
          float weight = k == i ? SELF : likeness[(gsize) i * n + k];
          const float *other = likeness + (gsize) k * n;

          if (!(weight > 0.0f))
            continue;
          quarry_add_scaled (row + i, other + i, weight, n - i);
          if (k >= i)
            row[k] -= weight * (other[k] - SELF);
        }
      norm[i] = sqrtf (row[i]);
    }
  for (guint i = 0; i < n; i++)
    {
      float *row = shared + (gsize) i * n;

      row[i] = 1.0f;
      for (guint j = i + 1; j < n; j++)
        {
          float cosine = row[j] / (norm[i] * norm[j]);

          row[j] = MIN (1.0f, cosine);
        }
      for (guint j = 0; j < i; j++)
        row[j] = shared[(gsize) j * n + i];
    }
}

float *
quarry_share_likeness (const float *likeness, guint n)
{
  float *shared = g_new0 (float, MAX (1, (gsize) n * n));

  multiply_rows (likeness, n, shared);
  return shared;
}

guint
quarry_find_groups (const float *likeness, guint n, guint *group_of)
{
  g_autofree float *shared = quarry_share_likeness (likeness, n);
  double mean = 0.0;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < i; j++)
      mean += (double) shared[(gsize) i * n + j];
  if (n > 1)
    mean /= (double) n * (n - 1) / 2;
  return quarry_find_clusters (shared, n, MIN (ALIKE, MORE_THAN_MEAN * mean), group_of);
}
