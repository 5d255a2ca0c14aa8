/* quarry-lexical-sort.c: sorts terms and stems when a segment is made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A radix sort, byte by byte from the lowest on (Knuth, The Art of Computer Programming 3, 5.2.5). All bytes are
 * counted in one pass, and those that are the same in all keys are passed over.
 */
#include "core/lexical/quarry-lexical-sort.h"

#include <string.h>

#define N_BYTES sizeof (guint64)
#define N_VALUES 256u

/* Fewer keys are sorted before the counters would be set up. */
#define FEW 48u

static void
sort_few (QuarryLexicalKey *keys, guint32 n)
{
  for (guint32 i = 1; i < n; i++)
    {
      QuarryLexicalKey key = keys[i];
      guint32 at = i;

      for (; at > 0 && keys[at - 1].key > key.key; at--)
        keys[at] = keys[at - 1];
      keys[at] = key;
    }
}

static inline guint
byte_of (guint64 key, guint i)
{
  return (guint) (key >> 8 * i) & (N_VALUES - 1);
}

static void
count_bytes (const QuarryLexicalKey *keys, guint32 n, guint32 counts[N_BYTES][N_VALUES])
{
  for (guint32 k = 0; k < n; k++)
    for (guint i = 0; i < N_BYTES; i++)
      counts[i][byte_of (keys[k].key, i)]++;
}

static void
sort_many (QuarryLexicalKey *keys, guint32 n)
{
  guint32 counts[N_BYTES][N_VALUES] = { { 0 } };
  g_autofree QuarryLexicalKey *room = g_new (QuarryLexicalKey, n);
  QuarryLexicalKey *from = keys, *to = room;

  count_bytes (keys, n, counts);
  for (guint i = 0; i < N_BYTES; i++)
    {
      guint32 *places = counts[i], at = 0;
      QuarryLexicalKey *sorted = to;

      if (places[byte_of (from[0].key, i)] == n)
        continue;
      for (guint value = 0; value < N_VALUES; value++)
        {
          guint32 count = places[value];

          places[value] = at;
          at += count;
        }
      for (guint32 k = 0; k < n; k++)
        to[places[byte_of (from[k].key, i)]++] = from[k];
      to = from;
      from = sorted;
    }
  if (from != keys)
    memcpy (keys, from, n * sizeof *keys);
}

void
quarry_lexical_sort (QuarryLexicalKey *keys, guint32 n)
{
  if (n < FEW)
    sort_few (keys, n);
  else
    sort_many (keys, n);
}
