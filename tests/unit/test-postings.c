/* test-postings.c: packed postings, and the best of their sums
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/lexical/quarry-maxscore.h"

#include <string.h>

typedef struct
{
  guint n;
  guint32 *slots;
  guint8 *weights;
  guint8 *packed; /* in a block of its own, so that reading past its end is seen */
  gsize size;
} List;

static void
list_clear (gpointer data)
{
  List *list = data;

  g_free (list->slots);
  g_free (list->weights);
  g_free (list->packed);
}

static void
list_pack (List *list)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  quarry_postings_pack (bytes, list->slots, list->weights, list->n);
  list->size = bytes->len;
  list->packed = g_malloc0 (list->size + QUARRY_POSTINGS_SLACK);
  memcpy (list->packed, bytes->data, list->size);
}

static void
assert_round_trip (const List *list)
{
  QuarryPostings postings;
  guint at = 0;
  guint8 max = 0;

  g_assert_true (quarry_postings_init (&postings, list->packed, list->size, list->n));
  g_assert_cmpuint (postings.n_postings, ==, list->n);
  for (guint b = 0; b < postings.n_blocks; b++)
    {
      guint32 slots[QUARRY_POSTINGS_BLOCK];
      const guint8 *weights;
      guint length = quarry_postings_unpack (&postings, b, slots, &weights);
      guint8 block_max = 0;

      g_assert_cmpuint (length, ==, MIN (list->n - at, QUARRY_POSTINGS_BLOCK));
      g_assert_cmpuint (quarry_postings_block_first (&postings, b), ==, list->slots[at]);
      for (guint i = 0; i < length; i++)
        {
          g_assert_cmpuint (slots[i], ==, list->slots[at + i]);
          g_assert_cmpuint (weights[i], ==, list->weights[at + i]);
          block_max = MAX (block_max, weights[i]);
        }
      g_assert_cmpuint (quarry_postings_block_max (&postings, b), ==, block_max);
      max = MAX (max, block_max);
      at += length;
    }
  g_assert_cmpuint (at, ==, list->n);
  g_assert_cmpuint (postings.max_weight, ==, max);
}

/* @n postings whose distances are about @mean. */
static List
make_list (GRand *random, guint n, double mean, guint8 most)
{
  List list = { n, g_new (guint32, n), g_new (guint8, n), NULL, 0 };
  guint64 slot = (guint64) (g_rand_double (random) * mean);

  for (guint i = 0; i < n; i++)
    {
      if (slot > G_MAXUINT32 - 1)
        {
          list.n = i;
          break;
        }
      list.slots[i] = (guint32) slot;
      list.weights[i] = (guint8) g_rand_int_range (random, 1, most + 1);
      slot += 1 + (guint64) (g_rand_double (random) * 2.0 * (mean - 1.0));
    }
  list_pack (&list);
  return list;
}

static void
test_round_trip (void)
{
  static const guint counts[] = { 1, 2, 127, 128, 129, 255, 256, 257, 1000, 5000 };
  static const double means[] = { 1.0, 1.5, 10.0, 1000.0, 1e6 };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint c = 0; c < G_N_ELEMENTS (counts); c++)
    for (guint m = 0; m < G_N_ELEMENTS (means); m++)
      {
        List list = make_list (random, counts[c], means[m], 255);

        g_assert_cmpuint (list.n, >, 0);
        assert_round_trip (&list);
        list_clear (&list);
      }
}

static void
test_extremes (void)
{
  guint32 slots[] = { 0, G_MAXUINT32 - 1 };
  guint8 weights[] = { 1, 255 };
  List list = { 2, g_memdup2 (slots, sizeof slots), g_memdup2 (weights, sizeof weights), NULL, 0 };

  list_pack (&list);
  assert_round_trip (&list);
  list_clear (&list);

  /* Neighbours cost their weight alone. */
  list = (List){ 128, g_new (guint32, 128), g_new (guint8, 128), NULL, 0 };
  for (guint i = 0; i < 128; i++)
    {
      list.slots[i] = 1000 + i;
      list.weights[i] = 7;
    }
  list_pack (&list);
  assert_round_trip (&list);
  g_assert_cmpuint (list.size, ==, 10 + 128);
  list_clear (&list);
}

/* --- Sums ------------------------------------------------------------------------------------ */

typedef struct
{
  GArray *lists; /* of List */
  QuarryMaxscoreList *views;
  QuarryMaxscoreTerm *terms;
  guint n_terms;
} Query;

static void
query_init (Query *query, GRand *random, guint n_terms, guint n_alternatives, guint64 range)
{
  guint at = 0;

  query->lists = g_array_new (FALSE, FALSE, sizeof (List));
  g_array_set_clear_func (query->lists, list_clear);
  query->terms = g_new0 (QuarryMaxscoreTerm, n_terms);
  query->n_terms = n_terms;
  query->views = g_new0 (QuarryMaxscoreList, n_terms * n_alternatives);
  for (guint t = 0; t < n_terms; t++)
    {
      query->terms[t].lists = query->views + at;
      query->terms[t].n_lists = (guint) g_rand_int_range (random, 1, (int) n_alternatives + 1);
      for (guint l = 0; l < query->terms[t].n_lists; l++, at++)
        {
          /* From a few postings to nearly all slots. */
          double part = g_rand_double (random);
          double mean = 1.0 + (double) range * part * part * part * part;
          guint n = (guint) MAX (1.0, (double) range / mean);
          List list = make_list (random, n, mean, (guint8) g_rand_int_range (random, 1, 256));

          g_array_append_val (query->lists, list);
          query->views[at].weight
              = (guint32) g_rand_int_range (random, 1, g_rand_boolean (random) ? 8 : 20000);
        }
    }
  for (guint i = 0; i < at; i++)
    {
      const List *list = &g_array_index (query->lists, List, i);

      g_assert_true (
          quarry_postings_init (&query->views[i].postings, list->packed, list->size, list->n));
    }
}

static void
query_clear (Query *query)
{
  g_array_unref (query->lists);
  g_free (query->views);
  g_free (query->terms);
}

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  const QuarryMaxscoreMatch *x = a;
  const QuarryMaxscoreMatch *y = b;

  if (x->score != y->score)
    return x->score < y->score ? 1 : -1;
  return (x->slot > y->slot) - (x->slot < y->slot);
}

/* All postings added up, all passages sorted. */
static GArray *
exhaustive (const Query *query, const guint64 *allowed, gsize n_words)
{
  g_autoptr (GHashTable) sums = g_hash_table_new (NULL, NULL);
  GArray *matches = g_array_new (FALSE, FALSE, sizeof (QuarryMaxscoreMatch));
  GHashTableIter iter;
  gpointer slot, score;
  guint at = 0;

  for (guint t = 0; t < query->n_terms; t++)
    {
      g_autoptr (GHashTable) best = g_hash_table_new (NULL, NULL);

      for (guint l = 0; l < query->terms[t].n_lists; l++, at++)
        {
          const List *list = &g_array_index (query->lists, List, at);

          for (guint i = 0; i < list->n; i++)
            {
              gpointer key = GUINT_TO_POINTER (list->slots[i]);
              guint32 value = query->views[at].weight * list->weights[i];
              guint32 before = GPOINTER_TO_UINT (g_hash_table_lookup (best, key));

              g_hash_table_insert (best, key, GUINT_TO_POINTER (MAX (before, value)));
            }
        }
      g_hash_table_iter_init (&iter, best);
      while (g_hash_table_iter_next (&iter, &slot, &score))
        g_hash_table_insert (
            sums,
            slot,
            GUINT_TO_POINTER (GPOINTER_TO_UINT (score)
                              + GPOINTER_TO_UINT (g_hash_table_lookup (sums, slot))));
    }

  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &slot, &score))
    {
      QuarryMaxscoreMatch match = { GPOINTER_TO_UINT (slot), GPOINTER_TO_UINT (score) };

      if (allowed == NULL
          || ((match.slot >> 6) < n_words && ((allowed[match.slot >> 6] >> (match.slot & 63)) & 1)))
        g_array_append_val (matches, match);
    }
  g_array_sort (matches, compare_matches);
  return matches;
}

static void
assert_exact (const Query *query, guint k, const guint64 *allowed, gsize n_words)
{
  g_autofree QuarryMaxscoreMatch *found = g_new (QuarryMaxscoreMatch, k);
  g_autoptr (GArray) wanted = exhaustive (query, allowed, n_words);
  guint n = quarry_maxscore_search (
      query->terms, query->n_terms, k, allowed, n_words, NULL, NULL, found);

  g_assert_cmpuint (n, ==, MIN (k, wanted->len));
  for (guint i = 0; i < n; i++)
    {
      const QuarryMaxscoreMatch *match = &g_array_index (wanted, QuarryMaxscoreMatch, i);

      g_assert_cmpuint (found[i].slot, ==, match->slot);
      g_assert_cmpuint (found[i].score, ==, match->score);
    }
}

static void
test_exact (void)
{
  static const guint64 ranges[]
      = { 10, 300, 5000, 40000, 3000000, G_GUINT64_CONSTANT (0xfffffffe) };
  static const guint ks[] = { 1, 3, 10, 100, 1000 };
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint round = 0; round < 240; round++)
    {
      guint64 range = ranges[round % G_N_ELEMENTS (ranges)];
      /* Sparse lists where the slots reach far. */
      guint n_terms = (guint) g_rand_int_range (random, 1, 9);
      g_autofree guint64 *allowed = NULL;
      gsize n_words = 0;
      Query query;

      if (range > 40000)
        n_terms = MIN (n_terms, 4);
      query_init (&query, random, n_terms, round % 3 == 0 ? 4 : 1, MIN (range, 40000));
      if (round % 2 == 0)
        {
          n_words = 1 + (gsize) g_rand_int_range (random, 0, 700);
          allowed = g_new0 (guint64, n_words);
          for (gsize w = 0; w < n_words; w++)
            allowed[w] = ((guint64) g_rand_int (random) << 32 | g_rand_int (random))
                         & (round % 4 == 0 ? G_MAXUINT64 : (guint64) g_rand_int (random));
        }
      assert_exact (&query, ks[round % G_N_ELEMENTS (ks)], allowed, n_words);
      query_clear (&query);
    }
}

/* Slots that lie far apart: windows start at the postings, not at every multiple. */
static void
test_far_slots (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);

  for (guint round = 0; round < 20; round++)
    {
      QuarryMaxscoreList views[3];
      QuarryMaxscoreTerm terms[3];
      Query query = { g_array_new (FALSE, FALSE, sizeof (List)), views, terms, 3 };

      g_array_set_clear_func (query.lists, list_clear);
      for (guint t = 0; t < 3; t++)
        {
          List list = make_list (random, 700, 3e6 + 1e6 * t, 255);

          /* Common slots at both ends. */
          list.slots[0] = 0;
          list.slots[list.n - 1] = G_MAXUINT32 - 1;
          g_free (list.packed);
          list_pack (&list);
          g_array_append_val (query.lists, list);
        }
      for (guint t = 0; t < 3; t++)
        {
          const List *list = &g_array_index (query.lists, List, t);

          views[t].weight = 1 + t;
          g_assert_true (
              quarry_postings_init (&views[t].postings, list->packed, list->size, list->n));
          terms[t] = (QuarryMaxscoreTerm){ &views[t], 1 };
        }
      assert_exact (&query, 1 + round * 40, NULL, 0);
      g_array_unref (query.lists);
    }
}

/* Many terms of the highest weight: the sums do not overflow. */
static void
test_highest_sums (void)
{
  QuarryMaxscoreList views[QUARRY_MAXSCORE_MAX_TERMS];
  QuarryMaxscoreTerm terms[QUARRY_MAXSCORE_MAX_TERMS];
  QuarryMaxscoreMatch found[3];
  guint32 slots[] = { 5, 6 };
  guint8 weights[] = { 254, 255 };
  List list = { 2, g_memdup2 (slots, sizeof slots), g_memdup2 (weights, sizeof weights), NULL, 0 };

  list_pack (&list);
  for (guint t = 0; t < G_N_ELEMENTS (terms); t++)
    {
      views[t].weight = QUARRY_MAXSCORE_MAX_WEIGHT;
      g_assert_true (quarry_postings_init (&views[t].postings, list.packed, list.size, list.n));
      terms[t] = (QuarryMaxscoreTerm){ &views[t], 1 };
    }
  g_assert_cmpuint (
      quarry_maxscore_search (terms, G_N_ELEMENTS (terms), 3, NULL, 0, NULL, NULL, found), ==, 2);
  g_assert_cmpuint (found[0].slot, ==, 6);
  g_assert_cmpuint (found[0].score, ==, 128u * QUARRY_MAXSCORE_MAX_WEIGHT * 255u);
  g_assert_cmpuint (found[1].slot, ==, 5);
  g_assert_cmpuint (quarry_maxscore_search (terms, 0, 3, NULL, 0, NULL, NULL, found), ==, 0);
  g_assert_cmpuint (quarry_maxscore_search (terms, 1, 0, NULL, 0, NULL, NULL, found), ==, 0);
  list_clear (&list);
}

static gboolean
stop_at_once (gpointer user_data)
{
  ++*(guint *) user_data;
  return TRUE;
}

static void
test_stop (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  QuarryMaxscoreMatch found[10];
  guint n_asked = 0;
  Query query;

  query_init (&query, random, 3, 1, 40000);
  g_assert_cmpuint (
      quarry_maxscore_search (query.terms, 3, 10, NULL, 0, stop_at_once, &n_asked, found), ==, 0);
  g_assert_cmpuint (n_asked, ==, 1);
  query_clear (&query);
}

/* Bytes that lie: any answer, but nothing is read or written out of bounds, and it ends. */
static void
test_hostile (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);

  for (guint round = 0; round < 3000; round++)
    {
      guint n = (guint) g_rand_int_range (random, 1, 1200);
      List list = make_list (random, n, 40.0, 255);
      QuarryMaxscoreList views[2];
      QuarryMaxscoreTerm terms[2] = { { &views[0], 1 }, { &views[1], 1 } };
      QuarryMaxscoreMatch found[20];
      guint64 allowed[4] = { G_MAXUINT64, 0, G_MAXUINT64, 1 };

      for (guint i = (guint) g_rand_int_range (random, 1, 20); i > 0; i--)
        list.packed[g_rand_int_range (random, 0, (int) list.size)] = (guint8) g_rand_int (random);
      for (guint t = 0; t < 2; t++)
        {
          gsize size
              = t == 0 ? list.size : (gsize) g_rand_int_range (random, 0, (int) list.size + 1);
          guint8 *copy = g_malloc0 (size + QUARRY_POSTINGS_SLACK);

          memcpy (copy, list.packed, size);
          views[t].weight = 3;
          if (quarry_postings_init (&views[t].postings, copy, size, list.n))
            {
              quarry_maxscore_search (&terms[t], 1, 20, NULL, 0, NULL, NULL, found);
              quarry_maxscore_search (&terms[t], 1, 20, allowed, 4, NULL, NULL, found);
            }
          g_free (copy);
        }
      g_assert_false (quarry_postings_init (&views[0].postings, list.packed, list.size, 0));
      list_clear (&list);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/postings/round-trip", test_round_trip);
  g_test_add_func ("/postings/extremes", test_extremes);
  g_test_add_func ("/postings/hostile", test_hostile);
  g_test_add_func ("/maxscore/exact", test_exact);
  g_test_add_func ("/maxscore/far-slots", test_far_slots);
  g_test_add_func ("/maxscore/highest-sums", test_highest_sums);
  g_test_add_func ("/maxscore/stop", test_stop);

  return g_test_run ();
}
