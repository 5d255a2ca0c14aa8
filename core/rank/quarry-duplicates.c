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
#include "core/document/quarry-words.h"
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

/* Appends the shingles of @text, with repetition; a text shorter than a shingle is one itself. */
static void
find_shingles (const char *text, GArray *shingles)
{
  g_auto (QuarryWords) words = { 0 };
  guint64 window[SHINGLE_WORDS] = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize length;
  guint n_words = 0;
  guint64 shingle;

  quarry_words_init (&words, text != NULL ? text : "", -1);
  while (n_words < MOST_WORDS && quarry_words_next (&words, &span, &folded, &length))
    {
      memmove (window, window + 1, sizeof window - sizeof window[0]);
      window[SHINGLE_WORDS - 1] = quarry_hash_bytes (folded, length);
      if (++n_words < SHINGLE_WORDS)
        continue;
      shingle = 0;
      for (guint w = 0; w < SHINGLE_WORDS; w++)
        shingle = quarry_hash_append (shingle, window[w]);
      g_array_append_val (shingles, shingle);
    }
  if (n_words > 0 && n_words < SHINGLE_WORDS)
    {
      shingle = n_words;
      for (guint w = 0; w < SHINGLE_WORDS; w++)
        shingle = quarry_hash_append (shingle, window[w]);
      g_array_append_val (shingles, shingle);
    }
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
quarry_find_duplicates (const char *const *texts, guint n, guint *original)
{
  g_autoptr (GArray) shingles = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GArray) holders = g_array_new (FALSE, FALSE, sizeof (Holder));
  g_autofree guint *starts = g_new0 (guint, n + 1);
  g_autofree guint *n_distinct = g_new0 (guint, MAX (n, 1));
  g_autofree guint *n_shared = g_new0 (guint, MAX (n, 1));
  g_autofree Slot *slots = NULL;
  gsize n_slots = 64;

  for (guint i = 0; i < n; i++)
    {
      find_shingles (texts[i], shingles);
      starts[i + 1] = shingles->len;
    }
  while (n_slots < 2 * (gsize) shingles->len)
    n_slots *= 2;
  slots = g_new0 (Slot, n_slots);

  for (guint i = 0; i < n; i++)
    {
      original[i] = i;
      memset (n_shared, 0, i * sizeof (guint));
      for (guint s = starts[i]; s < starts[i + 1]; s++)
        {
          guint64 shingle = g_array_index (shingles, guint64, s);
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
      for (guint s = starts[i]; s < starts[i + 1] && original[i] == i; s++)
        {
          Slot *slot = find_slot (slots, n_slots, g_array_index (shingles, guint64, s));
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
