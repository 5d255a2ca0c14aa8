/* pool-helpers.c: pools of candidates, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pool-helpers.h"

void
fixture_init (Fixture *self, guint n, guint dims, guint n_groups)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (17);

  self->scores = g_new (float, n);
  self->vectors = g_new0 (float, n *dims);
  self->term_weights = g_new (QuarryTermWeight, 2 * n);
  self->terms = g_new (const QuarryTermWeight *, n);
  self->n_terms = g_new (guint, n);
  self->holds_query = g_new (gboolean, n);
  self->documents = g_new (guint32, n);
  for (guint i = 0; i < n; i++)
    {
      guint group = i % n_groups;

      self->scores[i] = 5.0f - (float) i / n;
      for (guint d = 0; d < dims; d++)
        self->vectors[i * dims + d] = (float) g_rand_double_range (rand, -0.05, 0.05);
      self->vectors[i * dims + group % dims] += 3.0f;
      self->term_weights[2 * i] = (QuarryTermWeight) { group, 2.0f };
      self->term_weights[2 * i + 1] = (QuarryTermWeight) { 1000 + i, 1.0f };
      self->terms[i] = self->term_weights + 2 * i;
      self->n_terms[i] = 2;
      self->holds_query[i] = TRUE;
      self->documents[i] = i;
    }
  self->pool = (QuarryPool) { n,           dims,          self->scores,      self->vectors,
                             self->terms, self->n_terms, self->holds_query, self->documents };
}

void
fixture_clear (Fixture *self)
{
  g_free (self->scores);
  g_free (self->vectors);
  g_free (self->term_weights);
  g_free (self->terms);
  g_free (self->n_terms);
  g_free (self->holds_query);
  g_free (self->documents);
}

void
assert_likeness (const float *likeness, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpfloat (likeness[i * n + i], ==, 1.0f);
      for (guint j = 0; j < n; j++)
        {
          g_assert_cmpfloat (likeness[i * n + j], ==, likeness[j * n + i]);
          g_assert_cmpfloat (likeness[i * n + j], >=, 0.0f);
          g_assert_cmpfloat (likeness[i * n + j], <=, 1.0f);
        }
    }
}
