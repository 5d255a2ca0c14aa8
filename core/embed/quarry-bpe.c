/* quarry-bpe.c: cuts a piece of text into tokens by merging
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The symbols of a word are a linked list, which begins with its characters. Possible merges of neighbours are kept in
 * a heap by rank; each merge that is done may make others possible.
 */
#include "core/embed/quarry-bpe.h"

#include <string.h>

/* The token that two tokens are merged into, and the rank of the merge. */
typedef struct
{
  guint64 pair; /* left << 32 | right */
  guint32 rank;
  guint32 token;
} Merge;

struct _QuarryBpe
{
  QuarryVocabulary *vocabulary;
  GHashTable *merges; /* of Merge, by pair */
};

QuarryBpe *
quarry_bpe_new (QuarryVocabulary *vocabulary)
{
  QuarryBpe *self = g_new0 (QuarryBpe, 1);

  self->vocabulary = vocabulary;
  self->merges = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);

  return self;
}

void
quarry_bpe_free (QuarryBpe *self)
{
  g_hash_table_unref (self->merges);
  g_free (self);
}

static guint64
pair_of (guint32 left, guint32 right)
{
  return (guint64) left << 32 | right;
}

gboolean
quarry_bpe_add_merge (
    QuarryBpe *self, const char *left, gsize left_length, const char *right, gsize right_length)
{
  g_autofree char *both = g_malloc (left_length + right_length + 1);
  guint32 a = quarry_vocabulary_find (self->vocabulary, left, left_length);
  guint32 b = quarry_vocabulary_find (self->vocabulary, right, right_length);
  guint32 token;
  guint64 pair = pair_of (a, b);

  memcpy (both, left, left_length);
  memcpy (both + left_length, right, right_length);
  token = quarry_vocabulary_find (self->vocabulary, both, left_length + right_length);
  if (a == QUARRY_NO_TOKEN || b == QUARRY_NO_TOKEN || token == QUARRY_NO_TOKEN)
    return FALSE;
  /* Of two merges of the same pair, the first one counts. */
  if (g_hash_table_lookup (self->merges, &pair) == NULL)
    {
      Merge *merge = g_new (Merge, 1);

      *merge = (Merge) { pair, g_hash_table_size (self->merges), token };
      g_hash_table_insert (self->merges, &merge->pair, merge);
    }

  return TRUE;
}

/* A part of the word: a token, and the indices of its neighbours in symbols (-1: none). */
typedef struct
{
  QuarryPiece piece;
  int before, after;
  gboolean gone;
} Symbol;

/* A merge that was possible when it was added to the heap. */
typedef struct
{
  guint32 rank;
  guint32 left; /* index of the symbol */
  guint64 pair;
  guint32 token;
} Chance;

static gboolean
comes_first (const Chance *a, const Chance *b)
{
  return a->rank != b->rank ? a->rank < b->rank : a->left < b->left;
}

/* The heap; its first element is the merge to be done next. */
static void
push (GArray *heap, Chance chance)
{
  guint at = heap->len;

  g_array_append_val (heap, chance);
  while (at > 0)
    {
      guint parent = (at - 1) / 2;
      Chance *lower = &g_array_index (heap, Chance, at);
      Chance *upper = &g_array_index (heap, Chance, parent);
      Chance swap = *upper;

      if (!comes_first (lower, upper))
        break;
      *upper = *lower;
      *lower = swap;
      at = parent;
    }
}

static Chance
pop (GArray *heap)
{
  Chance first = g_array_index (heap, Chance, 0);
  guint at = 0;

  g_array_index (heap, Chance, 0) = g_array_index (heap, Chance, heap->len - 1);
  g_array_set_size (heap, heap->len - 1);
  for (;;)
    {
      guint child = 2 * at + 1;
      Chance swap;

      if (child >= heap->len)
        break;
      if (child + 1 < heap->len
          && comes_first (&g_array_index (heap, Chance, child + 1),
                          &g_array_index (heap, Chance, child)))
        child++;
      if (!comes_first (&g_array_index (heap, Chance, child), &g_array_index (heap, Chance, at)))
        break;
      swap = g_array_index (heap, Chance, at);
      g_array_index (heap, Chance, at) = g_array_index (heap, Chance, child);
      g_array_index (heap, Chance, child) = swap;
      at = child;
    }

  return first;
}

static void
consider (const QuarryBpe *self, GArray *symbols, GArray *heap, int left)
{
  const Symbol *symbol;
  const Merge *merge;
  guint64 pair;

  if (left < 0)
    return;
  symbol = &g_array_index (symbols, Symbol, left);
  if (symbol->after < 0)
    return;
  pair = pair_of (symbol->piece.id, g_array_index (symbols, Symbol, symbol->after).piece.id);
  merge = g_hash_table_lookup (self->merges, &pair);
  if (merge != NULL)
    push (heap, (Chance) { merge->rank, (guint32) left, pair, merge->token });
}

void
quarry_bpe_run (const QuarryBpe *self, const char *word, gsize length, GArray *pieces)
{
  g_autoptr (GArray) symbols = g_array_new (FALSE, FALSE, sizeof (Symbol));
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Chance));
  int before = -1;

  for (gsize at = 0, end; at < length; at = end)
    {
      Symbol symbol = { .before = before, .after = -1 };

      end = MIN (length, at + g_utf8_skip[(guchar) word[at]]);
      symbol.piece = (QuarryPiece) { quarry_vocabulary_find (self->vocabulary, word + at, end - at),
                                     (guint32) at, (guint32) end };
      if (symbol.piece.id == QUARRY_NO_TOKEN)
        {
          before = -1;
          continue;
        }
      if (before >= 0)
        g_array_index (symbols, Symbol, before).after = (int) symbols->len;
      before = (int) symbols->len;
      g_array_append_val (symbols, symbol);
    }

  for (guint i = 0; i < symbols->len; i++)
    consider (self, symbols, heap, (int) i);
  while (heap->len > 0)
    {
      Chance chance = pop (heap);
      Symbol *left = &g_array_index (symbols, Symbol, chance.left);
      Symbol *right;

      /* One of the two symbols may have been merged with another one since. */
      if (left->gone || left->after < 0)
        continue;
      right = &g_array_index (symbols, Symbol, left->after);
      if (pair_of (left->piece.id, right->piece.id) != chance.pair)
        continue;
      left->piece.id = chance.token;
      left->piece.end = right->piece.end;
      left->after = right->after;
      right->gone = TRUE;
      if (left->after >= 0)
        g_array_index (symbols, Symbol, left->after).before = (int) chance.left;
      consider (self, symbols, heap, left->before);
      consider (self, symbols, heap, (int) chance.left);
    }

  for (guint i = 0; i < symbols->len; i++)
    if (!g_array_index (symbols, Symbol, i).gone)
      g_array_append_val (pieces, g_array_index (symbols, Symbol, i).piece);
}
