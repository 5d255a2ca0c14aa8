/* quarry-library-spare.c: what an import has made, out of memory before its end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <glib/gstdio.h>

/* While so much of it is not in its file, the index of words is not written: it lies in memory. */
#define MOST_WORDS (G_GUINT64_CONSTANT (24) << 20)
/* So much of the vectors, or a quarter of those there are: each time all of them are written. */
#define MOST_VECTORS ((gsize) 48 << 20)

#define SPILL "vectors.spill"

void
quarry_library_remove_spilled (QuarryLibrary *self)
{
  g_autofree char *whole = g_build_filename (self->folder, SPILL, NULL);
  g_autofree char *begun = g_strconcat (whole, ".new", NULL);

  g_unlink (whole);
  g_unlink (begun);
}

void
quarry_library_spare_vectors (QuarryLibrary *self, QuarryVectorIndex *vectors)
{
  gsize all = (gsize) quarry_vector_index_get_count (vectors) * quarry_vector_index_get_dims (vectors) * 2;
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  if (self->mode != QUARRY_LIBRARY_WRITE || quarry_vector_index_get_bytes (vectors) <= MAX (MOST_VECTORS, all / 4))
    return;
  /* Into a file that nobody opens: that of the library agrees with a state of the database, or says less. */
  path = g_build_filename (self->folder, SPILL, NULL);
  if (!quarry_vector_index_save (vectors, path, "spill", &error))
    g_debug ("vectors stay in memory: %s", error->message);
  g_unlink (path);
}

void
quarry_library_spare_memory (QuarryLibrary *self, QuarryIndexes *indexes)
{
  /* What it holds of a document on its way belongs to no state of the database yet, which its mark says: whoever
   * opens the file compares them. */
  if (quarry_lexical_index_get_unsaved (indexes->words) > MOST_WORDS)
    quarry_library_save_words (self, self->writer->store, indexes);
  quarry_library_spare_vectors (self, indexes->vectors);
}
