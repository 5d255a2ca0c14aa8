/* test-embedder.c: text embedded, the kernels that add rows, what tells models apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-rows.h"
#include "model-helpers.h"

static void
test_vectors (FolderFixture *model, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  float weights[N_WORDS] = { 0, 2, .5f, 1, 1, 1, 1, 1, 1, 1 };
  float vector[2], stone[2], quarry[2], expected[2], norm;

  put_words_model (model);
  embedder = load (model);
  quarry_embedder_get_row (embedder, 1, stone);
  quarry_embedder_get_row (embedder, 2, quarry);
  g_assert_cmpfloat (stone[0], ==, -.5f);
  g_assert_cmpfloat (stone[1], ==, .5f);

  g_assert_true (quarry_embedder_embed (embedder, weights, "stone stone quarry", -1, vector));
  for (guint d = 0; d < 2; d++)
    expected[d] = 2 * 2 * stone[d] + .5f * quarry[d];
  norm = hypotf (expected[0], expected[1]);
  for (guint d = 0; d < 2; d++)
    g_assert_cmpfloat_with_epsilon (vector[d], expected[d] / norm, 1e-6f);

  vector[0] = vector[1] = 7;
  g_assert_false (quarry_embedder_embed (embedder, NULL, "日本", -1, vector));
  g_assert_cmpfloat (vector[0], ==, 0);
  g_assert_cmpfloat (vector[1], ==, 0);
}

static void
test_kernels (void)
{
  enum
  {
    DIMS = 128,
    N_ROWS = 40,
    N = 70
  };
  g_autofree float *floats = g_new (float, N_ROWS *DIMS);
  g_autofree gint8 *bytes = g_new (gint8, N_ROWS * DIMS);
  guint32 which[N];
  float weights[N];

  for (guint i = 0; i < N_ROWS * DIMS; i++)
    {
      floats[i] = g_test_rand_double_range (-1, 1);
      bytes[i] = g_test_rand_int_range (-128, 128);
    }
  for (guint i = 0; i < N; i++)
    {
      which[i] = g_test_rand_int_range (0, N_ROWS);
      weights[i] = g_test_rand_double_range (0, 2);
    }
  for (guint type = 0; type < 2; type++)
    {
      QuarryRows rows = { type == 0 ? (void *) floats : bytes,
                          type == 0 ? QUARRY_DTYPE_F32 : QUARRY_DTYPE_I8,
                          N_ROWS,
                          DIMS };
      float one[DIMS] = { 0 };
      float products[N];

      quarry_rows_add (QUARRY_ROWS_PORTABLE, &rows, which, weights, N, one);
      g_assert_cmpfloat (fabsf (one[5]), >, 0);
      quarry_rows_multiply (QUARRY_ROWS_PORTABLE, &rows, which, N, floats, products);
      for (guint i = 0; i < N; i++)
        {
          float row[DIMS] = { 0 };
          const float weight = 1;
          double product = 0;

          quarry_rows_add (QUARRY_ROWS_PORTABLE, &rows, which + i, &weight, 1, row);
          for (guint d = 0; d < DIMS; d++)
            product += (double) row[d] * (double) floats[d];
          g_assert_cmpfloat_with_epsilon (products[i], product, 1e-3);
        }
      for (QuarryRowsKernel kernel = QUARRY_ROWS_AVX2; kernel <= quarry_rows_best_kernel ();
           kernel++)
        {
          float other[DIMS] = { 0 };
          float other_products[N];

          quarry_rows_add (kernel, &rows, which, weights, N, other);
          g_assert_cmpmem (one, sizeof one, other, sizeof other);
          quarry_rows_multiply (kernel, &rows, which, N, floats, other_products);
          g_assert_cmpmem (products, sizeof products, other_products, sizeof other_products);
        }
    }
}

static void
test_fingerprint (FolderFixture *model, gconstpointer data)
{
  g_autofree char *first = NULL;
  float rows[N_WORDS * 2];

  put_words_model (model);
  {
    g_autoptr (QuarryEmbedder) embedder = load (model);
    g_autoptr (QuarryEmbedder) again = load (model);

    first = g_strdup (quarry_embedder_get_fingerprint (embedder));
    g_assert_cmpstr (quarry_embedder_get_fingerprint (again), ==, first);
  }
  fill (rows, G_N_ELEMENTS (rows));
  rows[19] += 1;
  put_tensors (model, tensors_10_by_2, rows, sizeof rows);
  {
    g_autoptr (QuarryEmbedder) embedder = load (model);

    g_assert_cmpstr (quarry_embedder_get_fingerprint (embedder), !=, first);
  }
  rows[19] -= 1;
  put_tensors (model, tensors_10_by_2, rows, sizeof rows);
  {
    g_autoptr (GString) text = g_string_new (words_tokenizer);
    g_autoptr (QuarryEmbedder) embedder = NULL;

    g_string_replace (text, "mason", "nosam", 1);
    put_text (model, "tokenizer.json", text->str);
    embedder = load (model);
    g_assert_cmpstr (quarry_embedder_get_fingerprint (embedder), !=, first);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/embedder/vectors", FolderFixture, NULL, folder_fixture_set_up, test_vectors, folder_fixture_tear_down);
  g_test_add_func ("/embedder/kernels", test_kernels);
  g_test_add ("/embedder/fingerprint", FolderFixture, NULL, folder_fixture_set_up, test_fingerprint, folder_fixture_tear_down);
  return g_test_run ();
}
