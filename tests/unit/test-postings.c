/* test-postings.c: packed postings, and the best of their sums
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-kernels.h"
#include "core/lexical/quarry-lexical-segment.h"
#include "core/lexical/quarry-maxscore.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Used by all tests, since no search may leave anything behind in it. */
static QuarryMaxscoreRoom *room;

typedef struct
{
  guint n;
  guint32 *rows;
  guint8 *codes;
  guint8 *impacts;
  guint8 *packed; /* allocated alone, so that memory checkers see reads past its end */
  gsize size;
} List;

static void
list_clear (gpointer data)
{
  List *list = data;

  g_free (list->rows);
  g_free (list->codes);
  g_free (list->impacts);
  g_free (list->packed);
}

static void
list_pack (List *list)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  quarry_postings_pack (bytes, list->rows, list->codes, list->impacts, list->n);
  list->size = bytes->len;
  g_free (list->packed);
  list->packed = g_malloc0 (list->size + QUARRY_POSTINGS_SLACK);
  memcpy (list->packed, bytes->data, list->size);
}

static void
assert_same (const List *list, const QuarryPostings *postings, gboolean plain)
{
  guint at = 0;
  guint8 highest = 0;

  g_assert_cmpuint (postings->n_postings, ==, list->n);
  for (guint b = 0; b < postings->n_blocks; b++)
    {
      QuarryPostingsBlock block;
      guint8 block_max = 0;

      g_assert_true (quarry_postings_unpack (postings, b, &block));
      g_assert_cmpuint (block.length, ==, MIN (list->n - at, QUARRY_POSTINGS_BLOCK));
      g_assert_cmpuint (quarry_postings_block_first (postings, b), ==, list->rows[at]);
      for (guint i = 0; i < block.length; i++)
        {
          g_assert_cmpuint (block.rows[i], ==, list->rows[at + i]);
          g_assert_cmpuint (block.codes[i], ==, list->codes[at + i]);
          block_max = MAX (block_max, list->impacts[at + i]);
        }
      g_assert_cmpuint (quarry_postings_block_max (postings, b), ==, plain ? 255 : block_max);
      highest = MAX (highest, block_max);
      at += block.length;
    }
  g_assert_cmpuint (at, ==, list->n);
  g_assert_cmpuint (postings->highest, ==, plain ? 255 : highest);
}

static void
assert_round_trip (const List *list)
{
  QuarryPostings postings;

  g_assert_true (
      quarry_postings_init (&postings, list->packed, list->size, list->n, G_MAXUINT32));
  assert_same (list, &postings, FALSE);
  quarry_postings_init_plain (&postings, list->rows, list->codes, list->n);
  assert_same (list, &postings, TRUE);
}

/* @n postings, about @mean rows apart, in rows below @range. */
static List
make_list (GRand *random, guint n, double mean, guint64 range)
{
  List list = { n, g_new (guint32, n), g_new (guint8, n), g_new0 (guint8, n), NULL, 0 };
  guint most = (guint) g_rand_int_range (random, 1, 17);
  guint64 row = (guint64) (g_rand_double (random) * MIN (mean, (double) range));

  for (guint i = 0; i < n; i++)
    {
      if (row >= range)
        {
          list.n = i;
          break;
        }
      list.rows[i] = (guint32) row;
      list.codes[i] = (guint8) g_rand_int_range (random, 0, (gint) most);
      list.impacts[i] = (guint8) g_rand_int (random);
      row += 1 + (guint64) (g_rand_double (random) * 2.0 * (mean - 1.0));
    }
  list_pack (&list);
  return list;
}

static void
test_round_trip (void)
{
  static const guint counts[] = { 1, 2, 127, 128, 129, 255, 256, 257, 1000, 5000 };
  static const double means[] = { 1.0, 1.5, 10.0, 1000.0, 1e6, 3e7, 1e9 };
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint c = 0; c < G_N_ELEMENTS (counts); c++)
    for (guint m = 0; m < G_N_ELEMENTS (means); m++)
      {
        List list = make_list (random, counts[c], means[m], G_MAXUINT32);

        g_assert_cmpuint (list.n, >, 0);
        assert_round_trip (&list);
        list_clear (&list);
      }
}

/* Copies @size bytes to where memory ends: reading what follows them ends the program. Never freed. */
static const guint8 *
copy_to_end (const guint8 *bytes, gsize size)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE), room_size = (size / page + 1) * page;
  guint8 *memory = mmap (NULL, room_size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  g_assert_true (memory != MAP_FAILED);
  g_assert_no_errno (mprotect (memory + room_size, page, PROT_NONE));
  return memcpy (memory + room_size - size, bytes, size);
}

/* Nothing is read behind the slack of a list. */
static void
test_end (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 200; round++)
    {
      List list = make_list (random, 1 + round * 3 / 2, 1.0 + (double) (round % 20) * 40, G_MAXUINT32);
      const guint8 *packed = copy_to_end (list.packed, list.size + QUARRY_POSTINGS_SLACK);
      QuarryPostings postings;

      g_assert_true (quarry_postings_init (&postings, packed, list.size, list.n, G_MAXUINT32));
      assert_same (&list, &postings, FALSE);
      list_clear (&list);
    }
}

static void
test_extremes (void)
{
  guint32 rows[] = { 0, G_MAXUINT32 - 1 };
  guint8 codes[] = { 1, 15 };
  List list = { 2, g_memdup2 (rows, sizeof rows), g_memdup2 (codes, sizeof codes),
                g_memdup2 (codes, sizeof codes), NULL, 0 };
  QuarryPostings postings;
  QuarryPostingsBlock block;

  list_pack (&list);
  assert_round_trip (&list);
  /* The row is above the highest one that is allowed. */
  g_assert_true (
      quarry_postings_init (&postings, list.packed, list.size, list.n, G_MAXUINT32 - 1));
  g_assert_false (quarry_postings_unpack (&postings, 0, &block));
  g_assert_cmpuint (block.length, ==, 0);
  list_clear (&list);

  /* Postings in neighbouring rows take room only for their codes. */
  list = (List) { 128, g_new (guint32, 128), g_new (guint8, 128), g_new0 (guint8, 128), NULL, 0 };
  for (guint i = 0; i < 128; i++)
    {
      list.rows[i] = 1000 + i;
      list.codes[i] = 7;
    }
  list_pack (&list);
  assert_round_trip (&list);
  g_assert_cmpuint (list.size, ==, 6 + 64);
  list_clear (&list);
}

/* A block whose rows would be greater than 32 bits can hold is refused: they would no longer ascend. */
static void
test_overflow (void)
{
  static const guint counts[] = { 2, 17, 100, 128 };
  g_autoptr (GRand) random = g_rand_new_with_seed (9);

  for (guint c = 0; c < G_N_ELEMENTS (counts); c++)
    {
      List list = make_list (random, counts[c], 1000.0, 1000000);
      guint32 first = GUINT32_TO_LE (G_MAXUINT32 - 1 - (list.rows[list.n - 1] - list.rows[0]));
      QuarryPostings postings;
      QuarryPostingsBlock block;

      memcpy (list.packed, &first, sizeof first);
      g_assert_true (quarry_postings_init (&postings, list.packed, list.size, list.n, G_MAXUINT32));
      g_assert_true (quarry_postings_unpack (&postings, 0, &block));
      first = GUINT32_TO_LE (GUINT32_FROM_LE (first) + 10);
      memcpy (list.packed, &first, sizeof first);
      g_assert_false (quarry_postings_unpack (&postings, 0, &block));
      g_assert_cmpuint (block.length, ==, 0);
      list_clear (&list);
    }
}

/* --- Weights --------------------------------------------------------------------------------- */

static void
test_codes (void)
{
  guint previous = 0;

  for (guint quarters = 4; quarters < 300; quarters++)
    {
      guint code = quarry_lexical_count_code (quarters);

      g_assert_cmpuint (code, <, QUARRY_LEXICAL_N_CODES);
      g_assert_cmpuint (code, >=, previous);
      previous = code;
    }
  for (guint code = 0; code < QUARRY_LEXICAL_N_CODES; code++)
    g_assert_cmpuint (quarry_lexical_count_code (quarry_lexical_code_quarters[code]), ==, code);
  for (guint code = 0; code < 256; code++)
    {
      guint64 words = quarry_lexical_code_words (code);

      g_assert_cmpuint (quarry_lexical_length_code (words), ==, code);
    }
  g_assert_cmpuint (quarry_lexical_length_code (0), ==, 0);
  g_assert_cmpuint (quarry_lexical_length_code (G_MAXUINT64), ==, 255);
}

/* No weight is above its bound, whatever the mean length was when the bound was stored and whatever it is now. */
static void
test_bounds (void)
{
  static const double means[] = { 1, 1.5, 7, 30, 100, 130, 5000, 1e6 };
  g_autofree QuarryLexicalWeights *then = g_new (QuarryLexicalWeights, 1);
  g_autofree QuarryLexicalWeights *now = g_new (QuarryLexicalWeights, 1);

  for (guint a = 0; a < G_N_ELEMENTS (means); a++)
    for (guint b = 0; b < G_N_ELEMENTS (means); b++)
      {
        guint16 bounds[256];

        quarry_lexical_weights_init (then, means[a]);
        quarry_lexical_weights_init (now, means[b]);
        quarry_lexical_bounds (bounds, means[a], means[b]);
        for (guint length = 0; length < 256; length++)
          for (guint code = 0; code < QUARRY_LEXICAL_N_CODES; code++)
            {
              guint8 byte = quarry_lexical_bound_byte (then->impacts[length][code]);

              g_assert_cmpuint (now->impacts[length][code], >=, 1);
              g_assert_cmpuint (now->impacts[length][code], <=, bounds[byte]);
              g_assert_cmpuint (bounds[byte], <=, QUARRY_LEXICAL_ONE);
            }
      }
}

/* All kernels compute each score as the table of impacts has it, alone and beside another list of its group. */
static void
test_impacts (void)
{
  static const double means[] = { 1, 7, 30, 61.7, 82, 130, 333, 5000 };
  enum { N = 128 };
  g_autofree QuarryMaxscoreSum *sums = g_new (QuarryMaxscoreSum, N);
  g_autofree QuarryMaxscorePlaces *has_sum = g_new0 (QuarryMaxscorePlaces, 1);
  g_autofree QuarryLexicalWeights *weights = g_new (QuarryLexicalWeights, 1);
  guint8 lengths[N + 3] = { 0 }, codes[N], none[N] = { 0 };
  guint32 rows[N];

  for (guint round = 0; round < 256 * QUARRY_LEXICAL_N_CODES / N * 2 * G_N_ELEMENTS (means); round++)
    {
      guint first = round / 2 / G_N_ELEMENTS (means) * N;
      QuarryMaxscoreAdding adding = { sums, has_sum, lengths, weights->norms, 1000, 77, quarry_lexical_code_quarters,
                                      (guint16) (round % 2) };

      quarry_lexical_weights_init (weights, means[round / 2 % G_N_ELEMENTS (means)]);
      memset (sums, 0, N * sizeof *sums);
      has_sum->n = 0;
      for (guint i = 0; i < N; i++)
        {
          rows[i] = 1000 + i;
          lengths[i] = (guint8) ((first + i) / QUARRY_LEXICAL_N_CODES);
          codes[i] = (guint8) ((first + i) % QUARRY_LEXICAL_N_CODES);
        }
      quarry_lexical_kernels ()->add (&adding, rows, codes, N);
      for (guint i = 0; i < N; i++)
        g_assert_cmpuint (sums[i].sum, ==, 77u * weights->impacts[lengths[i]][codes[i]]);
      if (adding.group != 0)
        {
          quarry_lexical_kernels ()->add (&adding, rows, none, N);
          for (guint i = 0; i < N; i++)
            g_assert_cmpuint (sums[i].sum, ==,
                              77u * quarry_lexical_impact (4u + quarry_lexical_code_quarters[codes[i]],
                                                           weights->norms[lengths[i]]));
        }
      g_assert_cmpuint (has_sum->n, ==, N);
    }
}

/* --- Sums ------------------------------------------------------------------------------------ */

#define MAX_LISTS 40

typedef struct
{
  guint n_rows;
  guint32 *slots;
  guint8 *lengths;
  guint64 *dead;
  guint64 *allowed;
  QuarryLexicalWeights weights;
  guint16 bounds[256];
  QuarryMaxscoreRows rows;

  List lists[MAX_LISTS];
  QuarryMaxscoreList views[MAX_LISTS];
  QuarryMaxscoreGroup groups[MAX_LISTS];
  QuarryMaxscoreTerm terms[QUARRY_MAXSCORE_MAX_TERMS];
  guint n_terms;
  guint n_lists;
} Query;

static void
add_list (Query *query, GRand *random)
{
  /* The number of postings is between a few and nearly the number of rows. */
  double part = g_rand_double (random);
  double mean = 1.0 + (double) query->n_rows * part * part * part * part;
  guint n = (guint) MAX (1.0, (double) query->n_rows / mean);
  List list = make_list (random, n, mean, query->n_rows);
  QuarryMaxscoreList *view = &query->views[query->n_lists];

  for (guint i = 0; i < list.n; i++)
    list.impacts[i] = quarry_lexical_bound_byte (
        query->weights.impacts[query->lengths[list.rows[i]]][list.codes[i]]);
  list_pack (&list);
  query->lists[query->n_lists++] = list;
  view->share = g_rand_int_range (random, 0, 3) == 0 ? 7 : QUARRY_MAXSCORE_WHOLE;
  if (g_rand_int_range (random, 0, 4) == 0)
    quarry_postings_init_plain (&view->postings, list.rows, list.codes, list.n);
  else
    g_assert_true (quarry_postings_init (
        &view->postings, list.packed, list.size, list.n, query->n_rows));
}

static Query *
query_new (GRand *random, guint n_rows, guint n_terms, guint most_groups, guint most_lists)
{
  Query *query = g_new0 (Query, 1);
  guint n_groups = 0;
  gboolean backwards = g_rand_int_range (random, 0, 4) == 0;
  gboolean gapless = !backwards && g_rand_boolean (random);

  query->n_rows = n_rows;
  query->n_terms = n_terms;
  query->slots = g_new (guint32, n_rows);
  query->lengths = g_new (guint8, n_rows);
  for (guint i = 0; i < n_rows; i++)
    {
      query->slots[i] = backwards ? 3 * (n_rows - i) : gapless ? i + 7 : 3 * i + 1;
      query->lengths[i] = (guint8) g_rand_int_range (random, 1, 140);
    }
  quarry_lexical_weights_init (&query->weights, 60.0);
  quarry_lexical_bounds (query->bounds, 60.0, 60.0);
  for (guint t = 0; t < n_terms; t++)
    {
      QuarryMaxscoreTerm *term = &query->terms[t];

      term->groups = &query->groups[n_groups];
      term->n_groups = (guint) g_rand_int_range (random, 1, (gint) most_groups + 1);
      for (guint g = 0; g < term->n_groups; g++)
        {
          QuarryMaxscoreGroup *group = &query->groups[n_groups++];

          group->lists = &query->views[query->n_lists];
          group->n_lists = (guint) g_rand_int_range (random, 1, (gint) most_lists + 1);
          group->weight = (guint32) g_rand_int_range (
              random, 1, g_rand_boolean (random) ? 8 : (gint) QUARRY_MAXSCORE_MAX_WEIGHT + 1);
          for (guint l = 0; l < group->n_lists; l++)
            add_list (query, random);
        }
    }
  if (g_rand_boolean (random))
    {
      query->dead = g_new0 (guint64, n_rows / 64 + 1);
      for (guint i = 0; i < n_rows / 5; i++)
        query->dead[g_rand_int_range (random, 0, (gint) (n_rows / 64 + 1))]
            |= G_GUINT64_CONSTANT (1) << g_rand_int_range (random, 0, 64);
    }
  if (g_rand_int_range (random, 0, 3) == 0)
    {
      query->allowed = g_new0 (guint64, n_rows / 64 + 1);
      for (guint w = 0; w <= n_rows / 64; w++)
        if (g_rand_boolean (random))
          query->allowed[w] = (guint64) g_rand_int (random) << 32 | g_rand_int (random);
    }
  query->rows = (QuarryMaxscoreRows) {
    .n_rows = n_rows,
    .slots = gapless ? NULL : query->slots,
    .first_slot = query->slots[0],
    .lengths = query->lengths,
    .bounds = query->bounds,
    .dead = query->dead,
    .allowed = query->allowed,
  };
  return query;
}

static void
query_free (Query *query)
{
  for (guint i = 0; i < query->n_lists; i++)
    list_clear (&query->lists[i]);
  g_free (query->slots);
  g_free (query->lengths);
  g_free (query->dead);
  g_free (query->allowed);
  g_free (query);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Query, query_free)

static int
compare_matches (gconstpointer a, gconstpointer b)
{
  const QuarryMaxscoreMatch *x = a;
  const QuarryMaxscoreMatch *y = b;

  if (x->score != y->score)
    return x->score < y->score ? 1 : -1;
  return (x->slot > y->slot) - (x->slot < y->slot);
}

static gboolean
is_set (const guint64 *bitmap, guint row)
{
  return ((bitmap[row >> 6] >> (row & 63)) & 1) != 0;
}

/* The reference: adds up all postings of each row. */
static void
add_exhaustively (const Query *query, guint32 added, GArray *matches)
{
  g_autofree guint64 *sums = g_new0 (guint64, query->n_rows);
  guint at = 0;

  for (guint t = 0; t < query->n_terms; t++)
    {
      g_autofree guint64 *best = g_new0 (guint64, query->n_rows);

      for (guint g = 0; g < query->terms[t].n_groups; g++)
        {
          const QuarryMaxscoreGroup *group = &query->terms[t].groups[g];
          g_autofree guint *quarters = g_new0 (guint, query->n_rows);

          for (guint l = 0; l < group->n_lists; l++, at++)
            for (guint i = 0; i < query->lists[at].n; i++)
              quarters[query->lists[at].rows[i]]
                  += quarry_lexical_code_quarters[query->lists[at].codes[i]]
                     * group->lists[l].share / QUARRY_MAXSCORE_WHOLE;
          for (guint row = 0; row < query->n_rows; row++)
            if (quarters[row] > 0)
              best[row] = MAX (best[row],
                               group->weight
                                   * (guint64) quarry_lexical_impact (
                                       quarters[row],
                                       query->weights.norms[query->lengths[row]]));
        }
      for (guint row = 0; row < query->n_rows; row++)
        sums[row] += best[row];
    }

  for (guint row = 0; row < query->n_rows; row++)
    {
      QuarryMaxscoreMatch match = { query->slots[row] + added, (guint32) sums[row] };

      if (sums[row] > 0 && (query->dead == NULL || !is_set (query->dead, row))
          && (query->allowed == NULL || is_set (query->allowed, row)))
        g_array_append_val (matches, match);
    }
}

/* Asks the query of one segment, or of two whose slots either follow each other or are interleaved (@mixed). */
static void
assert_exact (Query *query, guint k, guint n_segments, gboolean mixed)
{
  g_autofree QuarryMaxscoreMatch *found = g_new (QuarryMaxscoreMatch, k);
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (QuarryMaxscoreMatch));
  QuarryMaxscoreBest best;

  quarry_maxscore_best_init (&best, found, k);
  for (guint s = 0; s < n_segments; s++)
    {
      guint32 added = s == 0 ? 0 : mixed ? 1 : 4 * query->n_rows;
      g_autofree guint32 *slots = g_memdup2 (query->slots, query->n_rows * sizeof (guint32));
      QuarryMaxscoreRows rows = query->rows;

      for (guint i = 0; i < query->n_rows; i++)
        slots[i] += added;
      if (rows.slots != NULL)
        rows.slots = slots;
      rows.first_slot += added;
      add_exhaustively (query, added, wanted);
      g_assert_true (quarry_maxscore_search (
          query->terms, query->n_terms, &query->weights, &rows, room, &best, NULL, NULL));
    }
  quarry_maxscore_best_sort (&best);
  g_array_sort (wanted, compare_matches);

  g_assert_cmpuint (best.n_found, ==, MIN (k, wanted->len));
  for (guint i = 0; i < best.n_found; i++)
    {
      const QuarryMaxscoreMatch *match = &g_array_index (wanted, QuarryMaxscoreMatch, i);

      g_assert_cmpuint (found[i].slot, ==, match->slot);
      g_assert_cmpuint (found[i].score, ==, match->score);
    }
}

static void
test_exact (void)
{
  static const guint ranges[] = { 10, 300, 9000, 70000 };
  static const guint ks[] = { 1, 3, 10, 100, 1000 };
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint round = 0; round < 240; round++)
    {
      g_autoptr (Query) query
          = query_new (random, ranges[round % G_N_ELEMENTS (ranges)],
                       (guint) g_rand_int_range (random, 1, 9), round % 5 == 0 ? 2 : 1,
                       round % 3 == 0 ? 3 : 1);

      assert_exact (query, ks[round % G_N_ELEMENTS (ks)], 1 + round % 2, round % 4 == 1);
    }
}

/* Nothing is read behind the lengths, in whichever rows the lists end. */
static void
test_lengths_end (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (8);

  for (guint round = 0; round < 40; round++)
    {
      g_autoptr (Query) query = query_new (random, 200 + round, 3, 1, 1 + round % 3);

      query->rows.lengths = copy_to_end (query->lengths, query->n_rows);
      assert_exact (query, 20, 1, FALSE);
    }
}

/* Many terms of the highest weight: the sums do not overflow. */
static void
test_highest_sums (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (Query) query = query_new (random, 100, 1, 1, 1);
  guint32 rows[] = { 5, 6 };
  guint8 codes[] = { 14, 15 };
  QuarryMaxscoreList view = { .share = QUARRY_MAXSCORE_WHOLE };
  QuarryMaxscoreGroup group = { &view, 1, QUARRY_MAXSCORE_MAX_WEIGHT };
  QuarryMaxscoreTerm terms[QUARRY_MAXSCORE_MAX_TERMS];
  QuarryMaxscoreMatch found[3];
  QuarryMaxscoreBest best;

  query->rows.dead = NULL;
  query->rows.allowed = NULL;
  query->lengths[5] = query->lengths[6] = 0;
  quarry_postings_init_plain (&view.postings, rows, codes, 2);
  for (guint t = 0; t < G_N_ELEMENTS (terms); t++)
    terms[t] = (QuarryMaxscoreTerm) { &group, 1 };

  quarry_maxscore_best_init (&best, found, 3);
  quarry_maxscore_search (terms, G_N_ELEMENTS (terms), &query->weights, &query->rows, room, &best, NULL,
                          NULL);
  quarry_maxscore_best_sort (&best);
  g_assert_cmpuint (best.n_found, ==, 2);
  g_assert_cmpuint (found[0].slot, ==, query->slots[6]);
  g_assert_cmpuint (found[0].score, ==,
                    QUARRY_MAXSCORE_MAX_TERMS * QUARRY_MAXSCORE_MAX_WEIGHT
                        * query->weights.impacts[0][15]);

  quarry_maxscore_best_init (&best, found, 0);
  quarry_maxscore_search (terms, 1, &query->weights, &query->rows, room, &best, NULL, NULL);
  g_assert_cmpuint (best.n_found, ==, 0);
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
  g_autoptr (Query) query = query_new (random, 40000, 3, 1, 1);
  QuarryMaxscoreMatch found[10];
  QuarryMaxscoreBest best;
  guint n_asked = 0;

  quarry_maxscore_best_init (&best, found, 10);
  g_assert_false (quarry_maxscore_search (query->terms, 3, &query->weights, &query->rows, room, &best,
                                          stop_at_once, &n_asked));
  g_assert_cmpuint (best.n_found, ==, 0);
  g_assert_cmpuint (n_asked, ==, 1);
}

/* For damaged bytes any answer will do, as long as the search ends and does not read or write out of bounds. */
static void
test_hostile (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  g_autoptr (Query) query = query_new (random, 40000, 1, 1, 1);

  for (guint round = 0; round < 3000; round++)
    {
      guint n = (guint) g_rand_int_range (random, 1, 1200);
      List list = make_list (random, n, 30.0, 40000);
      gsize size = round % 2 == 0 ? list.size
                                  : (gsize) g_rand_int_range (random, 0, (gint) list.size + 1);
      g_autofree guint8 *copy = g_malloc0 (size + QUARRY_POSTINGS_SLACK);
      QuarryMaxscoreList view = { .share = QUARRY_MAXSCORE_WHOLE };
      QuarryMaxscoreGroup group = { &view, 1, 3 };
      QuarryMaxscoreTerm term = { &group, 1 };
      QuarryMaxscoreMatch found[20];
      QuarryMaxscoreBest best;

      for (guint i = (guint) g_rand_int_range (random, 1, 20); i > 0; i--)
        list.packed[g_rand_int_range (random, 0, (gint) list.size)] = (guint8) g_rand_int (random);
      memcpy (copy, list.packed, size);
      quarry_maxscore_best_init (&best, found, 20);
      if (list.n > 0
          && quarry_postings_init (&view.postings, copy, size, list.n, query->n_rows))
        quarry_maxscore_search (&term, 1, &query->weights, &query->rows, room, &best, NULL, NULL);
      g_assert_false (quarry_postings_init (&view.postings, copy, size, 0, query->n_rows));
      list_clear (&list);
    }
}

/* Each row's count within a group is stored with the number of the search's group. These numbers run out after
 * 65,535 groups and then start again, which must not bring old counts back. */
static void
test_many_searches (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  g_autoptr (Query) together = query_new (random, 300, 1, 1, 4);
  g_autoptr (QuarryMaxscoreRoom) kept = room;
  guint32 row = 0;
  guint8 code = 0;
  QuarryMaxscoreList view = { .share = QUARRY_MAXSCORE_WHOLE };
  QuarryMaxscoreGroup group = { &view, 1, 1 };
  QuarryMaxscoreTerm term = { &group, 1 };

  quarry_postings_init_plain (&view.postings, &row, &code, 1);
  while (together->groups[0].n_lists < 2)
    {
      query_free (together);
      together = query_new (random, 300, 1, 1, 4);
    }
  together->rows.dead = NULL;
  together->rows.allowed = NULL;
  g_clear_pointer (&together->dead, g_free);
  g_clear_pointer (&together->allowed, g_free);

  room = quarry_maxscore_room_new ();
  assert_exact (together, 300, 1, FALSE);
  for (guint i = 1; i < G_MAXUINT16; i++)
    {
      QuarryMaxscoreMatch found;
      QuarryMaxscoreBest best;

      quarry_maxscore_best_init (&best, &found, 1);
      quarry_maxscore_search (&term, 1, &together->weights, &together->rows, room, &best, NULL, NULL);
      g_assert_cmpuint (best.n_found, ==, 1);
    }
  assert_exact (together, 300, 1, FALSE);
  quarry_maxscore_room_free (room);
  room = g_steal_pointer (&kept);
}

/* Distances of every encoded length are read as they were written, and truncated ones are refused. */
static void
test_positions (void)
{
  static const guint32 distances[] = { 0,    1,    79,    80,    81,         159,       160,
                                       161,  255,  256,   1791,  1792,       1793,      65535,
                                       65536, 1u << 24, G_MAXINT32, G_MAXUINT32 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const guint8 *at, *end;

  for (guint i = 0; i < G_N_ELEMENTS (distances); i++)
    {
      for (guint last = 0; last < 2; last++)
        {
          guint8 code[QUARRY_LEXICAL_POSITION_BYTES];
          guint8 *behind = quarry_lexical_positions_put (code, distances[i], last == 1);

          g_byte_array_append (bytes, code, (guint) (behind - code));
        }
    }
  at = bytes->data;
  end = bytes->data + bytes->len;
  for (guint i = 0; i < 2 * G_N_ELEMENTS (distances); i++)
    {
      const guint8 *start = at;
      guint32 distance;
      gboolean last;

      at = quarry_lexical_positions_next (at, end, &distance, &last);
      g_assert_nonnull (at);
      g_assert_cmpuint (distance, ==, distances[i / 2]);
      g_assert_cmpint (last, ==, i % 2);
      g_assert_cmpint (at - start, <=, distance < 80 ? 1 : distance < 1792 ? 2 : 5);
      for (const guint8 *cut = start; cut < at; cut++)
        g_assert_null (quarry_lexical_positions_next (start, cut, &distance, &last));
    }
  g_assert_true (at == end);
}

/* Has a test run with a set of kernels. */
typedef struct
{
  const QuarryLexicalKernels *kernels;
  void (*test) (void);
} With;

static void
test_with (gconstpointer data)
{
  const With *with = data;

  quarry_lexical_kernels_choose (with->kernels);
  with->test ();
}

static void
add_with_all (const char *path, void (*test) (void))
{
  guint n_kernels;
  const QuarryLexicalKernels *const *kernels = quarry_lexical_kernels_list (&n_kernels);

  for (guint i = 0; i < n_kernels; i++)
    {
      g_autofree char *full = g_strdup_printf ("%s/%s", path, kernels[i]->name);
      With with = { kernels[i], test };

      g_test_add_data_func_full (full, g_memdup2 (&with, sizeof with), test_with, g_free);
    }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);

  add_with_all ("/postings/round-trip", test_round_trip);
  add_with_all ("/postings/extremes", test_extremes);
  add_with_all ("/postings/end", test_end);
  add_with_all ("/postings/overflow", test_overflow);
  add_with_all ("/postings/hostile", test_hostile);
  g_test_add_func ("/maxscore/codes", test_codes);
  g_test_add_func ("/maxscore/bounds", test_bounds);
  add_with_all ("/maxscore/impacts", test_impacts);
  add_with_all ("/maxscore/exact", test_exact);
  add_with_all ("/maxscore/lengths-end", test_lengths_end);
  add_with_all ("/maxscore/highest-sums", test_highest_sums);
  add_with_all ("/maxscore/stop", test_stop);
  add_with_all ("/maxscore/many-searches", test_many_searches);

  g_test_add_func ("/postings/positions", test_positions);

  room = quarry_maxscore_room_new ();
  result = g_test_run ();
  quarry_maxscore_room_free (room);
  return result;
}
