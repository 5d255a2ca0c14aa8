/* quarry-vector-check.c: verifies that the content of the file is what was written
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows and codes that a search looks at for the first time are read into memory that the search has anyway, verified
 * and used there. The system takes several times as long to map in a page on first access, and most of a large library
 * is never looked at a second time. But if several rows of a chunk are wanted, all of them are mapped in at once: a
 * search looks at thousands of rows, most of them in the nearest cells.
 */
#include "core/vector/quarry-vector-index-private.h"

#include "core/vector/quarry-vector-format.h"

#include <sys/mman.h>
#include <unistd.h>

/* This many rows of a chunk are read one by one. */
#define ROWS_READ_ALONE 12

/* Reads what is at @data in the mapping from the file. As long as anything is unverified, self->file is the file that
 * is mapped, because a save exchanges the chunks before it closes that file. */
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

/* Whether it is better to access the chunk's rows in the mapping. Maps them in on the first occasion. */
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

      /* If the system does not support this, pages are mapped in on first access. */
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
