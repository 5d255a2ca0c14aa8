/* quarry-vector-write-private.h: the vectors that a write transaction adds and removes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* The vectors of a write transaction. New ones are in the index before the transaction ends. Until then the locks
 * keep others from changing the vectors, because these may have to be removed again. */
typedef struct
{
  QuarryIndexes *indexes;
  GArray *added; /* of guint32: the slots of vectors added */
} QuarryVectorWrite;

void quarry_vector_write_begin (QuarryLibrary *self, QuarryVectorWrite *write);

/* Adds the vectors of a stretch's passages. @texts: maps the texts of passages being removed to their ids, so that a
 * new passage with the same text takes over the vector. */
void quarry_vector_write_add (QuarryLibrary *self,
                              QuarryVectorWrite *write,
                              const QuarryPrepared *prepared,
                              const QuarryStretch *stretch,
                              GHashTable *texts);

/* Commits the write, or rolls it back where not @done. If it is rolled back or the commit fails, the added vectors
 * are removed again; once it has succeeded, those of @gone are. */
gboolean quarry_vector_write_end (QuarryLibrary *self, QuarryVectorWrite *write, gboolean done, GArray *gone, GError **error);

G_END_DECLS
