/* quarry-circle.c: chooses the direction of each candidate on a map around the query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Orders the topics round the circle, gives each a sector by its size, turns all sectors together so that candidates
 * move as little as possible, and then places the candidates in their sectors.
 */
#include "core/rank/quarry-circle.h"

#include <math.h>

/* The part of the circle that all sectors take, with the rest as gaps between them; and the most that one sector
 * takes. */
#define FILLED 0.8
#define WIDEST 0.3
/* A larger topic gets a larger sector, but less than in proportion. */
#define ROOM_EXPONENT 0.7
/* A candidate that is outside its sector by no more than this stays where it was. */
#define SLACK 0.01
/* The number of rotations that are tried. */
#define STEPS 360
/* How far a new candidate is placed at most from the one that it is most like. */
#define BESIDE 0.02
#define GOLDEN 0.6180339887498949

/* The sector of a topic. */
typedef struct
{
  guint topic;
  guint n_members;
  double middle; /* where its members were on the previous map; NAN where none of them was there */
  double start;
  double width;
} Sector;

/* The state of one layout. */
typedef struct
{
  guint n;
  guint n_topics;
  const gint *topic_of;
  const float *likeness;
  const float *before; /* or NULL */
  float *angles;
  Sector *sectors; /* in their order round the circle */
  guint *sector_of_topic;
} Circle;

static double
wrap (double turns)
{
  turns -= floor (turns);
  return turns < 1.0 ? turns : 0.0;
}

/* The way from @from to @to in the shorter direction, -.5 to .5. */
static double
turn (double from, double to)
{
  double way = wrap (to - from);

  return way > 0.5 ? way - 1.0 : way;
}

static gboolean
was_there (const Circle *circle, guint i)
{
  return circle->before != NULL && isfinite (circle->before[i]);
}

/* How far @angle is outside the sector: 0 inside, negative before its start. */
static double
outside (const Sector *sector, double angle)
{
  double from_middle = turn (sector->start + sector->width / 2, angle);

  if (fabs (from_middle) <= sector->width / 2)
    return 0.0;
  return from_middle > 0 ? from_middle - sector->width / 2 : from_middle + sector->width / 2;
}

/* The previous position of the member with the least total distance to all others (a median). If two topics have become
 * one, it is among the larger part. */
static double
find_middle (const Circle *circle, gint topic)
{
  double middle = (double) NAN;
  double least = G_MAXDOUBLE;

  for (guint i = 0; i < circle->n; i++)
    {
      double sum = 0.0;

      if (circle->topic_of[i] != topic || !was_there (circle, i))
        continue;
      for (guint j = 0; j < circle->n && sum < least; j++)
        if (circle->topic_of[j] == topic && was_there (circle, j))
          sum += fabs (turn ((double) circle->before[i], (double) circle->before[j]));
      if (sum < least)
        {
          least = sum;
          middle = wrap ((double) circle->before[i]);
        }
    }
  return middle;
}

/* The sums of likeness between the members of any two topics, n_topics × n_topics. (transfer full) */
static double *
compare_topics (const Circle *circle)
{
  double *sums = g_new0 (double, (gsize) circle->n_topics * circle->n_topics);

  for (guint i = 0; i < circle->n; i++)
    for (guint j = 0; j < circle->n && circle->topic_of[i] >= 0; j++)
      if (circle->topic_of[j] >= 0)
        sums[(gsize) circle->topic_of[i] * circle->n_topics + (guint) circle->topic_of[j]]
            += (double) circle->likeness[(gsize) i * circle->n + j];
  return sums;
}

static double
mean_likeness (const Circle *circle, const double *sums, const Sector *a, const Sector *b)
{
  return sums[(gsize) a->topic * circle->n_topics + b->topic]
         / MAX (1.0, (double) a->n_members * b->n_members);
}

static int
compare_middles (gconstpointer a, gconstpointer b)
{
  const Sector *left = a;
  const Sector *right = b;

  /* Topics without a middle come last. */
  if (isnan (left->middle) != isnan (right->middle))
    return isnan (left->middle) ? 1 : -1;
  if (left->middle < right->middle || left->middle > right->middle)
    return left->middle < right->middle ? -1 : 1;
  return left->topic < right->topic ? -1 : left->topic > right->topic;
}

/* Moves the sector at index @from to the lower index @to, and those between up by one. */
static void
move_sector (Sector *sectors, guint from, guint to)
{
  Sector moved = sectors[from];

  for (guint i = from; i > to; i--)
    sectors[i] = sectors[i - 1];
  sectors[to] = moved;
}

/* Topics that were there keep their order, and a new topic is put after the one that it is most like. Without a
 * previous map, each topic is followed by the one most like it among the rest. */
static void
order_sectors (Circle *circle)
{
  g_autofree double *sums = compare_topics (circle);
  guint n_placed = 0;

  qsort (circle->sectors, circle->n_topics, sizeof (Sector), compare_middles);
  while (n_placed < circle->n_topics && !isnan (circle->sectors[n_placed].middle))
    n_placed++;
  if (n_placed > 0)
    {
      for (; n_placed < circle->n_topics; n_placed++)
        {
          guint nearest = 0;

          for (guint i = 1; i < n_placed; i++)
            if (mean_likeness (circle, sums, &circle->sectors[n_placed], &circle->sectors[i])
                > mean_likeness (circle, sums, &circle->sectors[n_placed], &circle->sectors[nearest]))
              nearest = i;
          move_sector (circle->sectors, n_placed, nearest + 1);
        }
      return;
    }
  for (guint i = 1; i + 1 < circle->n_topics; i++)
    {
      const Sector *last = &circle->sectors[i - 1];
      guint nearest = i;

      for (guint j = i + 1; j < circle->n_topics; j++)
        if (mean_likeness (circle, sums, last, &circle->sectors[j])
            > mean_likeness (circle, sums, last, &circle->sectors[nearest]))
          nearest = j;
      move_sector (circle->sectors, nearest, i);
    }
}

static void
measure_sectors (Circle *circle)
{
  double total = 0.0;
  double taken = 0.0;
  double at = 0.0;
  double gap;

  for (guint s = 0; s < circle->n_topics; s++)
    {
      circle->sectors[s].width = pow (circle->sectors[s].n_members, ROOM_EXPONENT);
      total += circle->sectors[s].width;
    }
  for (guint s = 0; s < circle->n_topics; s++)
    {
      circle->sectors[s].width = MIN (WIDEST, FILLED * circle->sectors[s].width / MAX (total, 1.0));
      taken += circle->sectors[s].width;
    }
  gap = (1.0 - taken) / circle->n_topics;
  /* Without a previous map, the first topic, which is the largest, is centred at the top. */
  at = -circle->sectors[0].width / 2;
  for (guint s = 0; s < circle->n_topics; s++)
    {
      circle->sectors[s].start = at;
      at += circle->sectors[s].width + gap;
    }
}

/* Turns all sectors together so that candidates of the previous map have to move as little as possible. */
static void
turn_sectors (Circle *circle)
{
  double least = G_MAXDOUBLE;
  double best = 0.0;

  if (circle->before == NULL)
    return;
  for (guint step = 0; step < STEPS; step++)
    {
      double rotation = (double) step / STEPS;
      double way = 0.0;

      for (guint i = 0; i < circle->n && way < least; i++)
        if (circle->topic_of[i] >= 0 && was_there (circle, i))
          {
            const Sector *sector
                = &circle->sectors[circle->sector_of_topic[circle->topic_of[i]]];

            way += fabs (outside (sector, (double) circle->before[i] - rotation));
            /* Of several equally good rotations, prefer the one that leaves room on both sides. */
            way += 1e-3 * fabs (turn (sector->start + sector->width / 2 + rotation,
                                      (double) circle->before[i]));
          }
      if (way < least)
        {
          least = way;
          best = rotation;
        }
    }
  for (guint s = 0; s < circle->n_topics; s++)
    circle->sectors[s].start += best;
}

static guint
find_most_alike (const Circle *circle, guint i, const gboolean *placed, gint topic)
{
  const float *row = circle->likeness + (gsize) i * circle->n;
  guint most = circle->n;

  for (guint j = 0; j < circle->n; j++)
    if (placed[j] && (topic < 0 || circle->topic_of[j] == topic)
        && (most == circle->n || row[j] > row[most]))
      most = j;
  return most;
}

/* A member of a sector, and how much more it is like the next sector than the previous one. */
typedef struct
{
  guint candidate;
  double lean;
} Member;

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const Member *left = a;
  const Member *right = b;

  if (left->lean < right->lean || left->lean > right->lean)
    return left->lean < right->lean ? -1 : 1;
  return left->candidate < right->candidate ? -1 : left->candidate > right->candidate;
}

static double
likeness_to (const Circle *circle, guint i, const Sector *sector)
{
  double sum = 0.0;

  for (guint j = 0; j < circle->n; j++)
    if (circle->topic_of[j] == (gint) sector->topic)
      sum += (double) circle->likeness[(gsize) i * circle->n + j];
  return sum / MAX (1, sector->n_members);
}

/* Spreads members that are all new over their sector, each on the side of the neighbouring sector that it is more
 * like. */
static void
spread_members (Circle *circle, guint s, gboolean *placed)
{
  const Sector *sector = &circle->sectors[s];
  const Sector *next = &circle->sectors[(s + 1) % circle->n_topics];
  const Sector *last = &circle->sectors[(s + circle->n_topics - 1) % circle->n_topics];
  g_autofree Member *members = g_new (Member, sector->n_members);
  guint n = 0;

  for (guint i = 0; i < circle->n && n < sector->n_members; i++)
    if (circle->topic_of[i] == (gint) sector->topic)
      members[n++]
          = (Member){ i, likeness_to (circle, i, next) - likeness_to (circle, i, last) };
  if (n > 1)
    qsort (members, n, sizeof (Member), compare_members);
  for (guint m = 0; m < n; m++)
    {
      circle->angles[members[m].candidate]
          = (float) wrap (sector->start + sector->width * (m + 0.5) / n);
      placed[members[m].candidate] = TRUE;
    }
}

static void
place_members (Circle *circle, guint s, gboolean *placed)
{
  const Sector *sector = &circle->sectors[s];
  gboolean any = FALSE;

  for (guint i = 0; i < circle->n; i++)
    {
      double angle, way;

      if (circle->topic_of[i] != (gint) sector->topic || !was_there (circle, i))
        continue;
      angle = wrap ((double) circle->before[i]);
      way = outside (sector, angle);
      circle->angles[i] = (float) (fabs (way) <= SLACK ? angle : wrap (angle - way));
      placed[i] = any = TRUE;
    }
  if (!any)
    {
      spread_members (circle, s, placed);
      return;
    }
  for (guint i = 0; i < circle->n; i++)
    {
      guint beside;
      double angle;

      if (circle->topic_of[i] != (gint) sector->topic || placed[i])
        continue;
      beside = find_most_alike (circle, i, placed, (gint) sector->topic);
      angle = (double) circle->angles[beside] + BESIDE * (2 * wrap (i * GOLDEN) - 1);
      circle->angles[i] = (float) wrap (angle - outside (sector, angle));
      placed[i] = TRUE;
    }
}

/* Candidates without a topic stay where they were, or are placed beside the one that they are most like. */
static void
place_loose (Circle *circle, gboolean *placed)
{
  for (guint i = 0; i < circle->n; i++)
    if (circle->topic_of[i] < 0 && was_there (circle, i))
      {
        circle->angles[i] = (float) wrap ((double) circle->before[i]);
        placed[i] = TRUE;
      }
  for (guint i = 0; i < circle->n; i++)
    {
      guint beside;
      double aside = wrap (i * GOLDEN);

      if (placed[i])
        continue;
      beside = find_most_alike (circle, i, placed, -1);
      if (beside < circle->n && circle->likeness[(gsize) i * circle->n + beside] > 0)
        aside = (double) circle->angles[beside] + 2 * BESIDE * (2 * aside - 1);
      circle->angles[i] = (float) wrap (aside);
      placed[i] = TRUE;
    }
}

void
quarry_lay_out_circle (guint n,
                       const gint *topic_of,
                       guint n_topics,
                       const float *likeness,
                       const float *before,
                       float *angles)
{
  g_autofree Sector *sectors = g_new0 (Sector, MAX (1, n_topics));
  g_autofree guint *sector_of_topic = g_new (guint, MAX (1, n_topics));
  g_autofree gboolean *placed = g_new0 (gboolean, MAX (1, n));
  Circle circle = { n, n_topics, topic_of, likeness, before, angles, sectors, sector_of_topic };

  if (n_topics > 0)
    {
      for (guint t = 0; t < n_topics; t++)
        sectors[t] = (Sector){ .topic = t, .middle = find_middle (&circle, (gint) t) };
      for (guint i = 0; i < n; i++)
        if (topic_of[i] >= 0)
          sectors[topic_of[i]].n_members++;
      order_sectors (&circle);
      for (guint s = 0; s < n_topics; s++)
        sector_of_topic[sectors[s].topic] = s;
      measure_sectors (&circle);
      turn_sectors (&circle);
      for (guint s = 0; s < n_topics; s++)
        place_members (&circle, s, placed);
    }
  place_loose (&circle, placed);
  /* As a float, the angle may have been rounded up to a whole turn. */
  for (guint i = 0; i < n; i++)
    if (!(angles[i] < 1.0f))
      angles[i] = 0.0f;
}
