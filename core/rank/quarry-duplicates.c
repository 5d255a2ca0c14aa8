/* quarry-duplicates.c: candidates that say what a better one has said
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text is the set of its shingles, the runs of three folded words (Broder, On the Resemblance
 * and Containment of Documents, 1997). Sets are small and compared exactly, through one table of
 * who holds which shingle; as only those that repeat nobody enter it, a pool of equal texts costs
 * no more than one of different ones.
 */
#include "core/rank/quarry-diversity.h"
#include "core/rank/quarry-hash-private.h"

#include <string.h>

#define SHINGLE_WORDS 3

/* Words compared of a text; a passage has a few hundred. */
#define MOST_WORDS 4000

/* Shared shingles over all shingles of both. */
#define LEAST_RESEMBLANCE 0.8
/* Shared shingles over those of the smaller text ... */
#define LEAST_CONTAINMENT 0.9
/* ... which has so many at least, ... */
#define LEAST_CONTAINED 5
/* ... and where the better one is the smaller one, it makes up so much of the other: a single
 * sentence does not hide the chapter that it stands in. */
#define LEAST_SHARE 0.5

/* A table holds each shingle that has been met, by open addressing. */
typedef struct
{
  guint64 shingle;
  guint32 last_text;    /* that met it, index + 1; 0: a free slot */
  guint32 first_holder; /* index + 1 */
} Slot;

/* The texts that hold a shingle and repeat nobody, in a list. */
typedef struct
{
  guint32 text;
  guint32 next; /* index + 1 */
} Holder;

GArray *
quarry_find_shingles (const QuarryWord *words, guint n)
{
  GArray *shingles
      = g_array_sized_new (FALSE, FALSE, sizeof (guint64), MIN (n, MOST_WORDS));
  guint64 window[SHINGLE_WORDS] = { 0 };
  guint run;

  n = MIN (n, MOST_WORDS);
  run = MIN (n, SHINGLE_WORDS);
  for (guint i = 0; i < n; i++)
    {
      guint64 shingle = run < SHINGLE_WORDS ? n : 0;

      memmove (window, window + 1, sizeof window - sizeof window[0]);
      window[SHINGLE_WORDS - 1] = words[i].form->hash;
      if (i + 1 < run)
        continue;
      for (guint w = 0; w < SHINGLE_WORDS; w++)
        shingle = quarry_hash_append (shingle, window[w]);
      g_array_append_val (shingles, shingle);
    }

  return shingles;
}

static Slot *
find_slot (Slot *slots, gsize n_slots, guint64 shingle)
{
  gsize at = shingle & (n_slots - 1);

  while (slots[at].last_text != 0 && slots[at].shingle != shingle)
    at = (at + 1) & (n_slots - 1);
  return slots + at;
}

/* TRUE where a text of @n shingles repeats a better one of @n_better, with @n_shared in common. */
static gboolean
is_repeat (guint n, guint n_better, guint n_shared)
{
  guint smaller = MIN (n, n_better);

  if (n_shared >= LEAST_RESEMBLANCE * (n + n_better - n_shared))
    return TRUE;
  return smaller >= LEAST_CONTAINED && n_shared >= LEAST_CONTAINMENT * smaller
         && n_better >= LEAST_SHARE * n;
}

void
quarry_find_duplicates (GArray *const *shingles, guint n, guint *original)
{
  g_autoptr (GArray) holders = g_array_new (FALSE, FALSE, sizeof (Holder));
  g_autofree guint *n_distinct = g_new0 (guint, MAX (n, 1));
  g_autofree guint *n_shared = g_new0 (guint, MAX (n, 1));
  g_autofree Slot *slots = NULL;
  gsize n_slots = 64, n_shingles = 0;

  for (guint i = 0; i < n; i++)
    n_shingles += shingles[i]->len;
  while (n_slots < 2 * n_shingles)
    n_slots *= 2;
  slots = g_new0 (Slot, n_slots);

  for (guint i = 0; i < n; i++)
    {
      original[i] = i;
      memset (n_shared, 0, i * sizeof (guint));
      for (guint s = 0; s < shingles[i]->len; s++)
        {
          guint64 shingle = g_array_index (shingles[i], guint64, s);
          Slot *slot = find_slot (slots, n_slots, shingle);

          if (slot->last_text == i + 1)
            continue;
          slot->shingle = shingle;
          slot->last_text = i + 1;
          n_distinct[i]++;
          for (guint32 next = slot->first_holder; next != 0;)
            {
              const Holder *holder = &g_array_index (holders, Holder, next - 1);

              n_shared[holder->text]++;
              next = holder->next;
            }
        }

      for (guint j = 0; j < i && original[i] == i; j++)
        if (n_shared[j] > 0 && is_repeat (n_distinct[i], n_distinct[j], n_shared[j]))
          original[i] = j;
      for (guint s = 0; s < shingles[i]->len && original[i] == i; s++)
        {
          Slot *slot = find_slot (slots, n_slots, g_array_index (shingles[i], guint64, s));
          Holder holder = { .text = i, .next = slot->first_holder };

          /* Met twice in this text, it has this text as its first holder already. */
          if (slot->first_holder != 0
              && g_array_index (holders, Holder, slot->first_holder - 1).text == i)
            continue;
          g_array_append_val (holders, holder);
          slot->first_holder = holders->len;
        }
    }
}
