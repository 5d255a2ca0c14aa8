/* pool-helpers.h: pools of candidates, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/rank/quarry-diversity-private.h"

G_BEGIN_DECLS

/* A pool that owns its arrays. */
typedef struct
{
  QuarryPool pool;
  float *scores;
  float *vectors;
  QuarryTermWeight *term_weights;
  const QuarryTermWeight **terms;
  guint *n_terms;
  gboolean *holds_query;
  guint32 *documents;
} Fixture;

/* Makes @n_groups interleaved groups of equal size. Each is spread around an axis of its own and has a stem of its own.
 * Scores fall from first to last. */
void fixture_init (Fixture *self, guint n, guint dims, guint n_groups);

void fixture_clear (Fixture *self);

/* Checks that n × n @likeness is symmetric, within [0, 1], and 1 on its diagonal. */
void assert_likeness (const float *likeness, guint n);

G_END_DECLS
