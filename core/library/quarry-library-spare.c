/* quarry-library-spare.c: what an import has made, out of memory before its end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <errno.h>
#include <unistd.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/place/quarry-nameless-file.h"

/* While so much of it is not in its file, the index of words is not written: it lies in memory. */
#define MOST_WORDS (G_GUINT64_CONSTANT (24) << 20)
/* So much of the vectors. */
#define MOST_VECTORS ((gsize) 16 << 20)

void
quarry_library_spare_vectors (QuarryLibrary *self, QuarryVectorIndex *vectors)
{
  int fd;

  if (self->mode != QUARRY_LIBRARY_WRITE || quarry_vector_index_get_spillable (vectors) <= MOST_VECTORS)
    return;
  /* The file of the library agrees with a state of the database, or says less. */
  fd = quarry_nameless_file_open (self->folder);
  if (fd < 0 || !quarry_vector_index_spill (vectors, fd))
    g_debug ("vectors stay in memory: %s", g_strerror (errno));
  if (fd >= 0)
    close (fd);
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
