/* quarry-duplicates.c: finds candidates that repeat what a better one says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text is represented by the set of its shingles, the runs of three folded words (Broder, On the Resemblance and
 * Containment of Documents, 1997). The sets are small and compared exactly, but only for few texts: one that repeats
 * another shares a good part of its shingles with earlier texts, which a Bloom filter detects (Bloom, Space/Time
 * Trade-offs in Hash Coding with Allowable Errors, 1970). For those, a table lists which texts hold each shingle. Only
 * texts that repeat nothing are entered into it, so that a pool of equal texts costs no more than another.
 */
#include "core/rank/quarry-diversity.h"
#include "core/rank/quarry-hash-private.h"

#include <string.h>

#define SHINGLE_WORDS 3

/* At most this many words of a text are compared; a passage has a few hundred. */
#define MOST_WORDS 4000

/* Shared shingles divided by all shingles of both texts. */
#define LEAST_RESEMBLANCE 0.8
/* The same for texts of at least this many shingles. One word in twelve may then differ, like the marks and links that
 * differ between a text and a web page made from it. In a short text, such a difference may be all that matters. */
#define LEAST_RESEMBLANCE_LONG 0.6
#define LEAST_LONG 40
/* Shared shingles divided by those of the smaller text ... */
#define LEAST_CONTAINMENT 0.9
/* ... which must have at least this many, ... */
#define LEAST_CONTAINED 5
/* ... and if the better text is the smaller one, it must be at least this part of the other: a single sentence does not
 * hide the chapter that it is in, but a passage does hide the same text cut elsewhere. */
#define LEAST_SHARE 0.3
/* Shared shingles divided by those of the larger text, for one document in two formats, which are cut at different
 * places. */
#define LEAST_SHARE_OF_TWINS 0.4

/* If a text repeats a better one, at least this part of its shingles is shared: the lowest that any of the rules
 * allows. */
#define LEAST_MET (LEAST_CONTAINMENT * LEAST_SHARE)

/* A slot of the hash table (open addressing) of all shingles of texts that may repeat others. */
typedef struct
{
  guint64 shingle;
  guint32 first_holder; /* index + 1; 0: none yet */
  gboolean taken;
} Slot;

/* An element of the list of texts that hold a shingle and repeat no other text. */
typedef struct
{
  guint32 text;
  guint32 next; /* index + 1 of the next element */
} Holder;

/* Adds @shingle to @slots (their number is a power of two; 0: free). Returns whether it was not among them before. */
static inline gboolean
add_shingle (guint64 *slots, gsize n_slots, guint64 shingle)
{
  gsize at = shingle & (n_slots - 1);

  while (slots[at] != 0 && slots[at] != shingle)
    at = (at + 1) & (n_slots - 1);
  if (slots[at] == shingle)
    return FALSE;
  slots[at] = shingle;
  return TRUE;
}

guint
quarry_find_shingles (const QuarryWord *words, guint n, guint64 *shingles)
{
  guint64 few[512];
  g_autofree guint64 *many = NULL;
  guint64 *slots = few;
  gsize n_slots = 16;
  guint run, n_found = 0;

  n = MIN (n, MOST_WORDS);
  while (n_slots < 2 * (gsize) n)
    n_slots *= 2;
  if (n_slots > G_N_ELEMENTS (few))
    slots = many = g_new (guint64, n_slots);
  memset (slots, 0, n_slots * sizeof *slots);
  run = MIN (n, SHINGLE_WORDS);
  for (guint i = run > 0 ? run - 1 : 0; i < n; i++)
    {
      guint64 shingle = run < SHINGLE_WORDS ? n : 0;

      /* A text of fewer words than a shingle is padded with zeros. */
      for (guint w = SHINGLE_WORDS; w > 0; w--)
        shingle = quarry_hash_append (shingle, i + 1 >= w ? words[i + 1 - w].form->hash : 0);
      shingle = MAX (1, shingle);
      shingles[n_found] = shingle;
      n_found += add_shingle (slots, n_slots, shingle);
    }
  return n_found;
}

/* The slot of a shingle, or the free one where it would be put. */
static Slot *
find_slot (Slot *slots, gsize n_slots, guint64 shingle)
{
  gsize at = shingle & (n_slots - 1);

  while (slots[at].taken && slots[at].shingle != shingle)
    at = (at + 1) & (n_slots - 1);
  return slots + at;
}

/* Sets @doubtful (n) for texts that share enough shingles with earlier ones to be repeats. Returns how many shingles
 * these texts have in total. */
static gsize
find_doubtful (const QuarryDuplicateText *texts, guint n, gboolean *doubtful)
{
  g_autofree guint64 *filter = NULL;
  gsize n_bits = 1024, n_shingles = 0, n_doubtful = 0;

  for (guint i = 0; i < n; i++)
    n_shingles += texts[i].n_shingles;
  while (n_bits < 8 * n_shingles)
    n_bits *= 2;
  filter = g_new0 (guint64, n_bits / 64);
  for (guint i = 0; i < n; i++)
    {
      const guint64 *own = texts[i].shingles;
      guint n_met = 0;

      for (guint s = 0; s < texts[i].n_shingles; s++)
        n_met += filter[(own[s] & (n_bits - 1)) / 64] >> (own[s] & 63) & 1;
      for (guint s = 0; s < texts[i].n_shingles; s++)
        filter[(own[s] & (n_bits - 1)) / 64] |= G_GUINT64_CONSTANT (1) << (own[s] & 63);
      doubtful[i] = n_met > 0 && n_met >= LEAST_MET * texts[i].n_shingles;
      if (doubtful[i])
        n_doubtful += texts[i].n_shingles;
    }
  return n_doubtful;
}

/* Whether these seem to be one document in two formats. */
static gboolean
are_twins (const QuarryDuplicateText *a, const QuarryDuplicateText *b)
{
  return a->format != b->format
         && ((a->title != 0 && a->title == b->title) || (a->name != 0 && a->name == b->name));
}

/* Whether a text repeats a better one, given that @n_shared of their shingles are shared. */
static gboolean
is_repeat (const QuarryDuplicateText *text, const QuarryDuplicateText *better, guint n_shared)
{
  guint n = text->n_shingles, n_better = better->n_shingles;
  guint smaller = MIN (n, n_better);

  if (smaller >= LEAST_LONG && n_shared >= LEAST_SHARE_OF_TWINS * MAX (n, n_better) && are_twins (text, better))
    return TRUE;

  if (n_shared >= (smaller >= LEAST_LONG ? LEAST_RESEMBLANCE_LONG : LEAST_RESEMBLANCE) * (n + n_better - n_shared))
    return TRUE;
  return smaller >= LEAST_CONTAINED && n_shared >= LEAST_CONTAINMENT * smaller
         && n_better >= LEAST_SHARE * n;
}

/* The better text that text @i repeats; @i where it repeats none. @n_shared: working memory for i numbers. */
static guint
find_original (const QuarryDuplicateText *texts,
               guint i,
               Slot *slots,
               gsize n_slots,
               const Holder *holders,
               guint *n_shared)
{
  memset (n_shared, 0, i * sizeof (guint));
  for (guint s = 0; s < texts[i].n_shingles; s++)
    for (guint32 next
         = find_slot (slots, n_slots, texts[i].shingles[s])->first_holder;
         next != 0; next = holders[next - 1].next)
      n_shared[holders[next - 1].text]++;
  for (guint j = 0; j < i; j++)
    if (n_shared[j] > 0 && is_repeat (texts + i, texts + j, n_shared[j]))
      return j;

  return i;
}

void
quarry_find_duplicates (const QuarryDuplicateText *texts, guint n, guint *original)
{
  g_autofree Holder *holders = NULL;
  g_autofree gboolean *doubtful = g_new0 (gboolean, MAX (n, 1));
  g_autofree guint *n_shared = g_new (guint, MAX (n, 1));
  g_autofree Slot *slots = NULL;
  gsize n_slots = 64, n_shingles = find_doubtful (texts, n, doubtful), most_holders = 0;
  guint32 n_holders = 0;

  for (guint i = 0; i < n; i++)
    original[i] = i;
  if (n_shingles == 0)
    return;

  while (n_slots < 2 * n_shingles)
    n_slots *= 2;
  slots = g_new0 (Slot, n_slots);
  for (guint i = 0; i < n; i++)
    for (guint s = 0; doubtful[i] && s < texts[i].n_shingles; s++)
      {
        guint64 shingle = texts[i].shingles[s];
        Slot *slot = find_slot (slots, n_slots, shingle);

        slot->shingle = shingle;
        slot->taken = TRUE;
      }

  for (guint i = 0; i < n; i++)
    most_holders += texts[i].n_shingles;
  holders = g_new (Holder, most_holders);
  for (guint i = 0; i < n; i++)
    {
      if (doubtful[i])
        original[i] = find_original (texts, i, slots, n_slots, holders, n_shared);
      for (guint s = 0; s < texts[i].n_shingles && original[i] == i; s++)
        {
          Slot *slot = find_slot (slots, n_slots, texts[i].shingles[s]);
          Holder holder = { .text = i, .next = slot->first_holder };

          if (!slot->taken)
            continue;
          holders[n_holders++] = holder;
          slot->first_holder = n_holders;
        }
    }
}
