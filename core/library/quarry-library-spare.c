/* quarry-library-spare.c: writes what an import adds to the indexes to files, to save memory
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

/* The index of words is written once more of it than this is in memory only. */
#define MOST_WORDS (G_GUINT64_CONSTANT (24) << 20)
/* The same for vectors. */
#define MOST_VECTORS ((gsize) 16 << 20)

void
quarry_library_spare_vectors (QuarryLibrary *self, QuarryVectorIndex *vectors)
{
  int fd;

  if (self->mode != QUARRY_LIBRARY_WRITE || quarry_vector_index_get_spillable (vectors) <= MOST_VECTORS)
    return;
  /* The vectors go to a nameless file: the library's vector file must agree with a state of the database. */
  fd = quarry_nameless_file_open (self->folder);
  if (fd < 0 || !quarry_vector_index_spill (vectors, fd))
    g_debug ("vectors stay in memory: %s", g_strerror (errno));
  if (fd >= 0)
    close (fd);
}

void
quarry_library_spare_memory (QuarryLibrary *self, QuarryIndexes *indexes)
{
  /* This may also write passages of a document that is still being stored. The file is then marked as belonging to no
   * state of the database, so that whoever opens it compares the two. */
  if (quarry_lexical_index_get_unsaved (indexes->words) > MOST_WORDS)
    quarry_library_save_words (self, self->writer, indexes, NULL);
  quarry_library_spare_vectors (self, indexes->vectors);
}
