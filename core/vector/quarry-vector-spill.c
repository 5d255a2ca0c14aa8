/* quarry-vector-spill.c: moves vectors out of memory before the index is saved
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They are written once, in the order in which they were added; cells are found only when the index is saved.
 */
#include "core/vector/quarry-vector-file-private.h"

#include "core/mapping/quarry-file-io.h"
#include "core/mapping/quarry-mapping.h"

#include <errno.h>
#include <sys/mman.h>

#define SLOTS_SIZE (QUARRY_VECTOR_CHUNK_ROWS * sizeof (guint32))

static gsize
codes_size (const QuarryVectorIndex *self)
{
  return quarry_vector_codes_get_size (self->rotation.n, QUARRY_VECTOR_CHUNK_ROWS);
}

/* Whether a chunk is written: only full ones are, which leaves out the last vectors that were added. */
static gboolean
goes (const QuarryVectorIndex *self, const QuarryVectorChunk *chunk)
{
  return chunk->sealed && !chunk->mapped && chunk->n_rows > 0
         && chunk->memory_size == codes_size (self) + QUARRY_VECTOR_CHUNK_ROWS * self->stride * sizeof (gint16);
}

/* Writes the chunks. Returns errno or 0. */
static int
write_chunks (const QuarryVectorIndex *self, int fd, guint64 *at)
{
  int failure = 0;

  for (guint i = 0; i < self->n_chunks && failure == 0; i++)
    {
      const QuarryVectorChunk *chunk = self->chunks[i];

      if (!goes (self, chunk))
        continue;
      failure = quarry_file_write_at (fd, chunk->slots, SLOTS_SIZE, at);
      if (failure == 0)
        failure = quarry_file_write_at (fd, chunk->memory, chunk->memory_size, at);
    }
  return failure;
}

/* Makes the chunks refer to what has been written. */
static void
map_chunks (QuarryVectorIndex *self, char *map)
{
  for (guint i = 0; i < self->n_chunks; i++)
    {
      QuarryVectorChunk *chunk = self->chunks[i];
      char *codes = map + SLOTS_SIZE;

      if (!goes (self, chunk))
        continue;
      map += SLOTS_SIZE + chunk->memory_size;
      pthread_rwlock_wrlock (&self->lock);
      quarry_vector_chunk_map (chunk, (guint32 *) (gpointer) (codes - SLOTS_SIZE), codes, self->rotation.n,
                               (gint16 *) (gpointer) (codes + codes_size (self)));
      /* The codes were placed for a full chunk, although it may have lost rows since. */
      quarry_vector_codes_place (&chunk->codes, codes, self->rotation.n, QUARRY_VECTOR_CHUNK_ROWS);
      pthread_rwlock_unlock (&self->lock);
    }
}

/* Returns errno or 0. */
static int
spill (QuarryVectorIndex *self, int fd)
{
  QuarryVectorSpill spilled = { 0 };
  guint64 length = 0;
  int failure = write_chunks (self, fd, &length);

  if (failure != 0 || length == 0)
    return failure;
  spilled.length = quarry_vector_file_pages (length);
  spilled.map = mmap (NULL, spilled.length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
  if (spilled.map == MAP_FAILED)
    return errno;
  quarry_mapping_guard (spilled.map, spilled.length, &self->damaged);
  g_array_append_val (self->spills, spilled);
  map_chunks (self, spilled.map);
  return 0;
}

gboolean
quarry_vector_index_spill (QuarryVectorIndex *self, int fd)
{
  int failure;

  g_mutex_lock (&self->change);
  failure = spill (self, fd);
  g_mutex_unlock (&self->change);
  errno = failure;
  return failure == 0;
}

gsize
quarry_vector_index_get_spillable (QuarryVectorIndex *self)
{
  gsize bytes = 0;

  pthread_rwlock_rdlock (&self->lock);
  for (guint i = 0; i < self->n_chunks; i++)
    bytes += goes (self, self->chunks[i]) ? SLOTS_SIZE + self->chunks[i]->memory_size : 0;
  pthread_rwlock_unlock (&self->lock);
  return bytes;
}

void
quarry_vector_spill_clear (gpointer data)
{
  QuarryVectorSpill *self = data;

  quarry_mapping_unguard (self->map);
  munmap (self->map, self->length);
}
