/* quarry-vector-check.c: whether what lies in the file is what was written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a search looks at for the first time is read into memory that it has anyway, and looked at there:
 * the system takes several times as long to bring a page of the mapping into reach, and most of a large
 * library is looked at once at most. Of a chunk that several rows are wanted of, all are brought into reach
 * at once: a search looks at thousands, most of them in the nearest cells.
 */
#include "core/vector/quarry-vector-index-private.h"

#include "core/vector/quarry-vector-format.h"

#include <sys/mman.h>
#include <unistd.h>

/* Rows of a chunk that are read one by one. */
#define ROWS_READ_ALONE 12

/* Reads what lies at @data in the mapping. As long as there is something that has not been checked, the file
 * is the one that is mapped: a save exchanges the chunks before it closes it. */
static gboolean
read_mapped (QuarryVectorIndex *self, gconstpointer data, gsize length, gpointer copy)
{
  off_t at = (off_t)((const char *) data - (const char *) self->map);

  return pread (self->file, copy, length, at) == (gssize) length;
}

static gboolean
is_right (QuarryVectorIndex *self, gboolean right)
{
  if (!right)
    g_atomic_int_set (&self->damaged, TRUE);
  return right;
}

gboolean
quarry_vector_index_check_row (QuarryVectorIndex *self, QuarryVectorChunk *chunk, guint i)
{
  if (!is_right (self, quarry_vector_row_sum (chunk->rows + i * self->stride, self->stride, chunk->slots[i])
                           == chunk->sums[i]))
    return FALSE;
  quarry_vector_chunk_set_checked (chunk, i);
  return TRUE;
}

/* Whether the chunk's rows are better looked at where they are mapped. */
static gboolean
is_within_reach (QuarryVectorIndex *self, QuarryVectorChunk *chunk)
{
  gint n_read = g_atomic_int_add (&chunk->n_read, 1);

#ifdef MADV_POPULATE_READ
  if (n_read == ROWS_READ_ALONE)
    {
      gsize page = (gsize) sysconf (_SC_PAGESIZE);
      gsize start = (gsize) chunk->rows / page * page;
      gsize end = (gsize) (chunk->rows + chunk->n_rows * self->stride);

      /* Where the system cannot, they are when they are looked at. */
      (void) !madvise ((gpointer) start, end - start, MADV_POPULATE_READ);
    }
#endif
  return n_read >= ROWS_READ_ALONE;
}

const gint16 *
quarry_vector_index_look_at_row (QuarryVectorIndex *self, QuarryVectorChunk *chunk, guint i, gint16 *copy)
{
  const gint16 *row = chunk->rows + i * self->stride;

  if (quarry_vector_row_is_checked (chunk, i))
    return row;
  if (is_within_reach (self, chunk))
    return quarry_vector_index_check_row (self, chunk, i) ? row : NULL;
  if (!is_right (self, read_mapped (self, row, self->stride * sizeof *row, copy)
                           && quarry_vector_row_sum (copy, self->stride, chunk->slots[i])
                                  == chunk->sums[i]))
    return NULL;
  quarry_vector_chunk_set_checked (chunk, i);
  return copy;
}

gboolean
quarry_vector_index_check_codes (QuarryVectorIndex *self, QuarryVectorChunk *chunk)
{
  gsize size = quarry_vector_codes_get_size (self->rotation.n, chunk->n_rows);

  if (!is_right (self, quarry_vector_sum (chunk->codes.mean, size) == chunk->codes_sum))
    return FALSE;
  g_atomic_int_set (&chunk->codes_checked, TRUE);
  return TRUE;
}

gboolean
quarry_vector_index_look_at_codes (QuarryVectorIndex *self,
                                   QuarryVectorChunk *chunk,
                                   gpointer copy,
                                   QuarryVectorCodes *codes)
{
  gsize size = quarry_vector_codes_get_size (self->rotation.n, chunk->n_rows);

  *codes = chunk->codes;
  if (g_atomic_int_get (&chunk->codes_checked))
    return TRUE;
  if (!is_right (self, read_mapped (self, chunk->codes.mean, size, copy)
                           && quarry_vector_sum (copy, size) == chunk->codes_sum))
    return FALSE;
  g_atomic_int_set (&chunk->codes_checked, TRUE);
  quarry_vector_codes_place (codes, copy, self->rotation.n, chunk->n_rows);
  return TRUE;
}
