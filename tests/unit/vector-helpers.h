/* vector-helpers.h: a vector index, and a plain reference to compare it with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/vector/quarry-vector-index.h"

G_BEGIN_DECLS

#define MARK "0123456789abcdef"

/* A random unit vector. */
void fill (GRand *random, float *vector, guint dims);
double cosine (const float *a, const float *b, guint dims);

/* The plain reference: vectors by slot, NULL where there is none. */
typedef struct
{
  guint dims;
  GPtrArray *vectors;
} Reference;

void reference_init (Reference *self, guint dims, guint n_slots);
void reference_set (Reference *self, guint slot, const float *vector);

/* Searches both ways and compares the results. An approximate answer may miss some of the nearest: they are counted,
 * and check_recall() fails if more than two in a hundred were missed. */
void check_search (const Reference *self,
                   QuarryVectorIndex *index,
                   const float *query,
                   guint k,
                   const guint64 *allowed,
                   gsize n_words);
void check_recall (void);

/* An index of some vectors of 48 dimensions, and a place for its file. */
#define N_SAVED 9000

typedef struct
{
  char *folder;
  char *path;
  Reference reference;
  QuarryVectorIndex *index;
  guint n_zeros; /* vectors without a direction among them */
} Saved;

void saved_set_up (Saved *self, gconstpointer data);
void saved_tear_down (Saved *self, gconstpointer data);

/* Searches of @index find what the reference has. */
void check_all (Saved *self, QuarryVectorIndex *index);

G_END_DECLS
