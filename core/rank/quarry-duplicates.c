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

#include <string.h>

#define SHINGLE_WORDS 3

/* Shared shingles over all shingles of both. */
#define LEAST_RESEMBLANCE 0.8
/* Shared shingles over those of the smaller text ... */
#define LEAST_CONTAINMENT 0.9
/* ... which has so many at least, ... */
#define LEAST_CONTAINED 5
/* ... and where the better one is the smaller one, it makes up so much of the other: a single
 * sentence does not hide the chapter that it stands in. */
#define LEAST_SHARE 0.5

/* The texts that hold a shingle, in a list through the pool of holders. */
typedef struct
{
  guint64 shingle;
  guint32 first_holder; /* index + 1 */
} Slot;

typedef struct
{
  guint32 text;
  guint32 next; /* index + 1 */
} Holder;

typedef struct
{
  Slot *slots;
  gsize n_slots; /* a power of two */
  gsize n_used;
  GArray *holders;
} Table;

static guint64
mix (guint64 hash)
{
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  hash ^= hash >> 32;
  return hash;
}

static guint64
hash_word (const char *word, gsize length)
{
  guint64 hash = length;

  while (length >= 8)
    {
      guint64 chunk;

      memcpy (&chunk, word, 8);
      hash = mix (hash ^ chunk);
      word += 8;
      length -= 8;
    }
  if (length > 0)
    {
      guint64 chunk = 0;

      memcpy (&chunk, word, length);
      hash = mix (hash ^ chunk);
    }
  return mix (hash + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
}

static int
compare_hashes (gconstpointer a, gconstpointer b)
{
  guint64 left = *(const guint64 *)a;
  guint64 right = *(const guint64 *)b;

  return left < right ? -1 : left > right;
}

/* The distinct shingles of @text; a text shorter than a shingle is one itself. */
static void
find_shingles (const char *text, GArray *shingles)
{
  g_auto (QuarryWords) words = { 0 };
  guint64 window[SHINGLE_WORDS] = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize length;
  guint n_words = 0;
  guint n_kept = 0;

  g_array_set_size (shingles, 0);
  quarry_words_init (&words, text != NULL ? text : "", -1);
  while (quarry_words_next (&words, &span, &folded, &length))
    {
      guint64 shingle = 0;

      memmove (window, window + 1, sizeof window - sizeof window[0]);
      window[SHINGLE_WORDS - 1] = hash_word (folded, length);
      if (++n_words < SHINGLE_WORDS)
        continue;
      for (guint w = 0; w < SHINGLE_WORDS; w++)
        shingle = mix (shingle * 31 + window[w]);
      g_array_append_val (shingles, shingle);
    }
  if (n_words > 0 && n_words < SHINGLE_WORDS)
    {
      guint64 shingle = n_words;

      for (guint w = 0; w < SHINGLE_WORDS; w++)
        shingle = mix (shingle * 31 + window[w]);
      g_array_append_val (shingles, shingle);
    }

  g_array_sort (shingles, compare_hashes);
  for (guint s = 0; s < shingles->len; s++)
    {
      guint64 shingle = g_array_index (shingles, guint64, s);

      if (n_kept == 0 || g_array_index (shingles, guint64, n_kept - 1) != shingle)
        g_array_index (shingles, guint64, n_kept++) = shingle;
    }
  g_array_set_size (shingles, n_kept);
}

static Slot *
find_slot (const Table *table, guint64 shingle)
{
  gsize mask = table->n_slots - 1;
  gsize at = shingle & mask;

  while (table->slots[at].first_holder != 0 && table->slots[at].shingle != shingle)
    at = (at + 1) & mask;
  return table->slots + at;
}

static void
grow (Table *table)
{
  Table larger = *table;

  larger.n_slots *= 2;
  larger.slots = g_new0 (Slot, larger.n_slots);
  for (gsize at = 0; at < table->n_slots; at++)
    if (table->slots[at].first_holder != 0)
      *find_slot (&larger, table->slots[at].shingle) = table->slots[at];
  g_free (table->slots);
  *table = larger;
}

static void
add_holder (Table *table, guint64 shingle, guint32 text)
{
  Slot *slot;
  Holder holder = { .text = text };

  if (2 * table->n_used >= table->n_slots)
    grow (table);
  slot = find_slot (table, shingle);
  if (slot->first_holder == 0)
    table->n_used++;
  slot->shingle = shingle;
  holder.next = slot->first_holder;
  g_array_append_val (table->holders, holder);
  slot->first_holder = table->holders->len;
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
  g_autofree guint *n_shingles = g_new0 (guint, MAX (n, 1));
  g_autofree guint *n_shared = g_new0 (guint, MAX (n, 1));
  Table table = { .n_slots = 4096 };

  table.slots = g_new0 (Slot, table.n_slots);
  table.holders = g_array_new (FALSE, FALSE, sizeof (Holder));

  for (guint i = 0; i < n; i++)
    {
      original[i] = i;
      find_shingles (texts[i], shingles);
      n_shingles[i] = shingles->len;
      if (shingles->len == 0)
        continue;

      memset (n_shared, 0, i * sizeof (guint));
      for (guint s = 0; s < shingles->len; s++)
        {
          guint32 next = find_slot (&table, g_array_index (shingles, guint64, s))->first_holder;

          while (next != 0)
            {
              const Holder *holder = &g_array_index (table.holders, Holder, next - 1);

              n_shared[holder->text]++;
              next = holder->next;
            }
        }
      for (guint j = 0; j < i && original[i] == i; j++)
        if (n_shared[j] > 0 && is_repeat (n_shingles[i], n_shingles[j], n_shared[j]))
          original[i] = j;
      if (original[i] == i)
        for (guint s = 0; s < shingles->len; s++)
          add_holder (&table, g_array_index (shingles, guint64, s), i);
    }

  g_array_unref (table.holders);
  g_free (table.slots);
}
