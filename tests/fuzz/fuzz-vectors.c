/* fuzz-vectors.c: a file of the vector index, as another program may have written it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input says how many rows a file of the vector index has and what else is in the file and its log, whose checksums
 * are then made right. Whatever the file becomes, it must be refused, or be searched, changed and saved without harm.
 */
#include "fuzz.h"

#include "core/vector/quarry-vector-format.h"
#include "core/vector/quarry-vector-index-private.h"
#include "tests/support/temporary-folder.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define DIMS 40u
#define MARK "fuzz"

typedef struct
{
  const uint8_t *bytes;
  size_t length;
  size_t at;
} Input;

static void
take (Input *self, gpointer data, gsize length)
{
  guint8 *bytes = data;

  for (gsize i = 0; i < length; i++)
    bytes[i] = self->length > 0 ? self->bytes[self->at++ % self->length] : 0;
}

static guint64
take_number (Input *self, guint64 below)
{
  guint32 number;

  take (self, &number, sizeof number);
  return number % below;
}

/* Writes a block of the log whose counts may be wrong. */
static gsize
write_log (Input *input, char *log, guint64 place, gsize room)
{
  QuarryVectorLogBlock block
      = { .magic = QUARRY_VECTOR_LOG_MAGIC, .place = place, .n_records = take_number (input, 12) };
  gsize rows = take_number (input, 8) * 64 * sizeof (gint16);

  block.size = sizeof block + (block.n_records * sizeof (QuarryVectorLogRecord) + 63) / 64 * 64 + rows;
  g_assert_cmpuint (block.size, <=, room);
  take (input, log + sizeof block, block.size - sizeof block);
  for (guint64 i = 0; i < block.n_records; i++)
    ((QuarryVectorLogRecord *) (gpointer) (log + sizeof block))[i].state %= 4;
  memcpy (log, &block, sizeof block);
  block.sum = quarry_vector_sum (log, block.size);
  memcpy (log, &block, sizeof block);
  return block.size;
}

static GBytes *
make_file (Input *input)
{
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (DIMS);
  QuarryVectorFileHeader header = { .magic = QUARRY_VECTOR_FILE_MAGIC,
                                    .version = QUARRY_VECTOR_FILE_VERSION,
                                    .byte_order = QUARRY_VECTOR_FILE_BYTE_ORDER,
                                    .dims = DIMS,
                                    .chunk_rows = QUARRY_VECTOR_CHUNK_ROWS,
                                    .n_rows = take_number (input, 2300),
                                    .n_zeros = take_number (input, 3),
                                    .effort = { 2, { .25f, .5f, .5f } },
                                    .mark = MARK };
  const gsize log_room = 4096;
  guint kinds = take_number (input, 16);
  QuarryVectorLayout layout;
  g_autofree char *file = NULL;

  /* Chunks of up to three hundred rows; if bit 0 of the kinds is set, one states a wrong number of them. */
  g_autofree QuarryVectorFileChunk *chunks = g_new (QuarryVectorFileChunk, header.n_rows + 1);
  for (guint64 n = 0, rows; n < header.n_rows; n += rows)
    {
      rows = MIN (1 + take_number (input, 300), header.n_rows - n);
      chunks[header.n_chunks++]
          = (QuarryVectorFileChunk) { .n_rows = (guint32) rows, .cell = (guint32) take_number (input, 2) };
      header.codes_length += quarry_vector_codes_get_size (index->rotation.n, (guint) rows);
    }
  header.codes_length = (header.codes_length + QUARRY_VECTOR_FILE_PAGE - 1) / QUARRY_VECTOR_FILE_PAGE
                        * QUARRY_VECTOR_FILE_PAGE;
  if ((kinds & 1) != 0 && header.n_chunks > 0)
    chunks[take_number (input, header.n_chunks)].n_rows = take_number (input, 1024);
  layout = quarry_vector_lay_out (&header, index->stride);
  file = g_malloc0 (layout.length + log_room);
  take (input, file + QUARRY_VECTOR_FILE_PAGE, layout.length - QUARRY_VECTOR_FILE_PAGE);

  /* Unique slots, and right checksums of rows and codes, are needed to get past the checks to the code after them. */
  for (guint64 i = 0; (kinds & 2) != 0 && i < header.n_rows; i++)
    {
      guint32 *slot = (guint32 *) (gpointer) (file + layout.slots) + i;

      *slot = *slot % 16 * 8192 + i;
      ((guint32 *) (gpointer) (file + layout.sums))[i] = quarry_vector_row_sum (
          (gint16 *) (gpointer) (file + layout.rows) + i * index->stride, index->stride, *slot);
    }
  for (guint64 i = 0, at = layout.codes; (kinds & 4) != 0 && i < header.n_chunks; i++)
    {
      gsize size = quarry_vector_codes_get_size (index->rotation.n, chunks[i].n_rows);

      if (size > layout.rows - at)
        break;
      chunks[i].sum = quarry_vector_sum (file + at, size);
      at += size;
    }
  if (header.n_chunks > 0)
    memcpy (file + QUARRY_VECTOR_FILE_PAGE, chunks, header.n_chunks * sizeof *chunks);
  for (guint64 i = 0; i < header.n_zeros; i++)
    ((guint32 *) (gpointer) (file + layout.zeros))[i] += 1u << 30;

  header.body_sum = quarry_vector_sum (file + QUARRY_VECTOR_FILE_PAGE,
                                       layout.codes - QUARRY_VECTOR_FILE_PAGE);
  header.header_sum = quarry_vector_header_sum (&header);
  memcpy (file, &header, sizeof header);
  gsize log = (kinds & 8) != 0 ? write_log (input, file + layout.length, layout.length, log_room) : 0;
  return g_bytes_new (file, layout.length + log);
}

static void
use (QuarryVectorIndex *index)
{
  static const guint64 allowed[] = { 0x5555555555555555, 0, 0xff };
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, 2400);
  float query[DIMS] = { 1, 0, -.5f };
  guint32 met[100];
  guint n, n_met = G_N_ELEMENTS (met);

  n = quarry_vector_index_search_met (index, query, 10, NULL, 0, found, met, &n_met);
  quarry_vector_index_search_among (index, query, 10, met, n_met, found + n);
  for (guint i = 0; i < n; i++)
    g_assert_true (quarry_vector_index_has (index, found[i].slot));
  quarry_vector_index_search (index, query, 10, allowed, G_N_ELEMENTS (allowed), found);
  quarry_vector_index_search_exact (index, query, 2400, NULL, 0, found);
  for (guint i = 0; i < 40; i++)
    {
      query[i] += .25f;
      quarry_vector_index_add (index, i * 8193, query);
      quarry_vector_index_remove (index, i * 4096);
    }
  quarry_vector_index_search (index, query, 10, NULL, 0, found);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  Input input = { bytes, length, 0 };
  g_autoptr (GBytes) file = make_file (&input);
  int fd = memfd_create ("vectors", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (QuarryVectorIndex) index = NULL;
  g_autoptr (GError) error = NULL;

  /* Clearing huge pages, of which little is used, would take most of the time. */
  prctl (PR_SET_THP_DISABLE, 1, 0, 0, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, g_bytes_get_data (file, NULL), g_bytes_get_size (file)), ==,
                   g_bytes_get_size (file));
  index = quarry_vector_index_open (path, DIMS, MARK, &error);
  g_assert_true ((index == NULL) == (error != NULL));
  if (index != NULL)
    {
      char *folder = temporary_folder_new ();
      g_autofree char *saved = g_build_filename (folder, "vectors", NULL);

      use (index);
      if (quarry_vector_index_save (index, saved, MARK, NULL))
        {
          g_autoptr (QuarryVectorIndex) again = quarry_vector_index_open (saved, DIMS, MARK, &error);

          g_assert_no_error (error);
          g_assert_cmpuint (quarry_vector_index_get_count (again), ==,
                            quarry_vector_index_get_count (index));
        }
      else
        g_assert_true (quarry_vector_index_is_damaged (index));
      temporary_folder_free (folder);
    }
  close (fd);
  return 0;
}
