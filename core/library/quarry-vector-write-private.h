/* quarry-vector-write-private.h: the vectors of a write
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* A write that changes vectors, too. While it lasts nobody else changes those that may have to be taken back;
 * those that are new stand in the index before it ends. */
typedef struct
{
  QuarryIndexes *indexes;
  GArray *added; /* slots */
} QuarryVectorWrite;

void quarry_vector_write_begin (QuarryLibrary *self, QuarryVectorWrite *write);

/* @texts: those of passages that go, whose vectors may be taken over by passages that say the same. */
void quarry_vector_write_add (QuarryLibrary *self,
                              QuarryVectorWrite *write,
                              const QuarryPrepared *prepared,
                              const QuarryStretch *stretch,
                              GHashTable *texts);

/* Ends the write, by rollback where not @done. What has come goes again then, and if the commit fails; @gone
 * leave once it has succeeded. */
gboolean quarry_vector_write_end (QuarryLibrary *self, QuarryVectorWrite *write, gboolean done, GArray *gone, GError **error);

G_END_DECLS
