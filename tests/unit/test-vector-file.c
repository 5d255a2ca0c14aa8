/* test-vector-file.c: the vector index's file: kept, refused, appended to, and cut short
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-codes.h"
#include "core/vector/quarry-vector-format.h"
#include "tests/support/temporary-folder.h"
#include "vector-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void
change (Saved *self, QuarryVectorIndex *index, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  float vector[48];

  for (guint i = 0; i < 3000; i++)
    {
      guint slot = g_rand_int_range (random, 0, N_SAVED);

      fill (random, vector, 48);
      if (i % 3 == 0)
        quarry_vector_index_remove (index, slot);
      else
        quarry_vector_index_add (index, slot, vector);
      reference_set (&self->reference, slot, i % 3 == 0 ? NULL : vector);
    }
}

static void
test_save (Saved *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gsize bytes = quarry_vector_index_get_bytes (self->index);
  static const float other[48] = { 1 };

  g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (quarry_vector_index_get_bytes (self->index), <, bytes / 2);
  check_all (self, self->index);

  /* Changes after opening or saving do not affect the file until the index is saved again. */
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (
          quarry_vector_index_get_count (index), ==, quarry_vector_index_get_count (self->index));
      check_all (self, index);
      quarry_vector_index_add (index, 1, other);

      change (self, self->index, round);
      check_all (self, self->index);
      g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, &error));
      g_assert_no_error (error);
      check_all (self, self->index);
    }

  /* An empty index can be saved and opened too. */
  g_autoptr (QuarryVectorIndex) empty = quarry_vector_index_new (5);
  g_assert_true (quarry_vector_index_save (empty, self->path, "", &error));
  g_autoptr (QuarryVectorIndex) opened = quarry_vector_index_open (self->path, 5, "", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (quarry_vector_index_get_count (opened), ==, 0);
}

static void
assert_refused (const char *path, guint dims, const char *mark, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_vector_index_open (path, dims, mark, &error));
  g_assert_error (error, QUARRY_VECTOR_ERROR, code);
  g_assert_nonnull (strstr (error->message, path));
}

/* 48 dimensions, padded to 64, of 16 bits each. */
#define ROW_SIZE 128

typedef enum
{
  NOTHING,
  CODES,
  A_ROW,
} Damaged;

/* Searches of a damaged index notice the damage when they reach it. What they find is still right, apart from a
 * damaged row. */
static void
check_damaged (Saved *self, QuarryVectorIndex *index, Damaged what)
{
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, N_SAVED);
  g_autofree guint32 *slots = g_new (guint32, N_SAVED);
  g_autofree char *copy = g_strconcat (self->path, ".copy", NULL);
  g_autoptr (GError) error = NULL;
  static const float query[48] = { 1 };
  guint n_lost = what == A_ROW;
  float vector[48];
  guint n;

  g_assert_false (quarry_vector_index_is_damaged (index));
  n = quarry_vector_index_search (index, query, 5, NULL, 0, found);
  g_assert_cmpuint (n, ==, 5);
  if (what == CODES)
    g_assert_true (quarry_vector_index_is_damaged (index));
  for (guint i = 0; i < n; i++)
    g_assert_cmpfloat_with_epsilon (
        (double) found[i].score,
        cosine (query, self->reference.vectors->pdata[found[i].slot], 48), 1e-4);
  /* Searches that look at chosen rows, and at all rows. */
  for (guint i = 0; i < N_SAVED; i++)
    slots[i] = i;
  n = quarry_vector_index_search_among (index, query, N_SAVED, slots, N_SAVED, found);
  g_assert_cmpint (quarry_vector_index_is_damaged (index), ==, what != NOTHING);
  g_assert_cmpuint (n, ==, quarry_vector_index_get_count (self->index) - self->n_zeros - n_lost);
  n = quarry_vector_index_search_exact (index, query, N_SAVED, NULL, 0, found);
  g_assert_cmpint (quarry_vector_index_is_damaged (index), ==, what != NOTHING);
  g_assert_cmpuint (n, ==, quarry_vector_index_get_count (self->index) - self->n_zeros - n_lost);
  n = 0;
  for (guint i = 0; i < N_SAVED; i++)
    n += quarry_vector_index_has (index, i) && !quarry_vector_index_get (index, i, vector);
  if (what == CODES)
    g_assert_cmpuint (n, >, 0);
  else
    g_assert_cmpuint (n, ==, n_lost);
  g_assert_cmpint (quarry_vector_index_save (index, copy, MARK, &error), ==, what == NOTHING);
  if (what != NOTHING)
    {
      g_assert_error (error, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_DAMAGED);
      g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
    }
  g_unlink (copy);
}

/* The part of the file that byte @at belongs to, for bytes after what is checked on opening. */
static Damaged
find_part (Saved *self, const char *content, gsize at, const QuarryVectorLayout *layout)
{
  const QuarryVectorFileHeader *header = (const QuarryVectorFileHeader *) (gconstpointer) content;
  const QuarryVectorFileChunk *chunks
      = (const QuarryVectorFileChunk *) (gconstpointer) (content + QUARRY_VECTOR_FILE_PAGE);
  gsize end = layout->codes;

  if (at >= layout->rows)
    return (at - layout->rows) / ROW_SIZE < header->n_rows ? A_ROW : NOTHING;
  for (guint i = 0; i < header->n_chunks; i++)
    end += quarry_vector_codes_get_size (64, chunks[i].n_rows);
  return at < end ? CODES : NOTHING;
}

static void
test_refused (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  g_autofree char *content = NULL;
  g_autofree char *copy = NULL;
  QuarryVectorLayout layout;
  gsize length;
  guint n_opened = 0, n_codes = 0;

  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_FILE);
  assert_refused (self->folder, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);
  g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, NULL));
  assert_refused (self->path, 49, MARK, QUARRY_VECTOR_ERROR_STALE);
  assert_refused (self->path, 48, "another", QUARRY_VECTOR_ERROR_STALE);
  assert_refused (self->path, 48, "", QUARRY_VECTOR_ERROR_STALE);

  g_assert_true (g_file_get_contents (self->path, &content, &length, NULL));
  copy = g_memdup2 (content, length);
  layout = quarry_vector_lay_out ((const QuarryVectorFileHeader *) (gconstpointer) content,
                                  ROW_SIZE / sizeof (gint16));
  g_assert_cmpuint (layout.length, ==, length);

  /* Cut short or too long. */
  static const gsize cuts[] = { 0, 1, 100, 4095, 4096, 4097, 8192, 50000 };
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_assert_true (g_file_set_contents (self->path, content, cuts[i], NULL));
      assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);
    }
  g_assert_true (g_file_set_contents (self->path, content, length - 1, NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);

  /* A file with one changed bit anywhere, except in the header's padding, is refused, or the damage is noticed by
   * the first search that looks at that part, and by saving. */
  for (guint i = 0; i < 600; i++)
    {
      gsize at = i < 300 ? i : 4096 + g_rand_double (random) * (length - 4096);
      int bit = 1 << g_rand_int_range (random, 0, 8);
      g_autoptr (GError) error = NULL;

      copy[at] ^= bit;
      replace_file (self->path, copy, length);
      copy[at] ^= bit;

      g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, &error);

      if (at < layout.codes)
        g_assert_null (index);
      if (index == NULL)
        {
          g_assert_nonnull (error);
          continue;
        }
      n_opened++;
      n_codes += find_part (self, content, at, &layout) == CODES;
      check_damaged (self, index, find_part (self, content, at, &layout));
    }
  g_assert_cmpuint (n_opened, >, 100);
  g_assert_cmpuint (n_codes, >, 10);

  /* A file of another byte order, and one of another version. */
  static const gsize strangers[] = { 8, 12 };
  for (guint i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      g_autofree char *other = g_memdup2 (content, length);

      for (guint j = 0; j < 2; j++)
        {
          char byte = other[strangers[i] + j];

          other[strangers[i] + j] = other[strangers[i] + 3 - j];
          other[strangers[i] + 3 - j] = byte;
        }
      g_assert_true (g_file_set_contents (self->path, other, length, NULL));
      assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_STALE);
    }

  /* Other files. */
  g_autofree char *zeros = g_malloc0 (100000);
  g_assert_true (g_file_set_contents (self->path, zeros, 100000, NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);
  g_assert_true (g_file_set_contents (self->path, "SQLite format 3", -1, NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_DAMAGED);

  /* A file that cannot be written is reported, and nothing is left behind. */
  g_autofree char *nowhere = g_build_filename (self->folder, "none", "vectors", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (quarry_vector_index_save (self->index, nowhere, MARK, &error));
  g_assert_error (error, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_FILE);
  check_all (self, self->index);
}

/* The log */

static guint64
file_of (const char *path, goffset *size)
{
  GStatBuf status;

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  *size = status.st_size;
  return status.st_ino;
}

static void
save (Saved *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, &error));
  g_assert_no_error (error);
}

static void
check_opened (Saved *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (
      quarry_vector_index_get_count (index), ==, quarry_vector_index_get_count (self->index));
  check_all (self, index);
  g_assert_false (quarry_vector_index_is_damaged (index));
}

/* A few changes are appended to the file's log; many make it be written anew. Whoever opened the file last continues
 * its log. */
static void
test_log (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  guint n_appended = 0, n_anew = 0;
  goffset first_size, size, last_size;
  guint64 file;

  save (self);
  file = file_of (self->path, &first_size);
  save (self);
  g_assert_cmpuint (file_of (self->path, &size), ==, file);
  g_assert_cmpint (size, ==, first_size);

  for (guint round = 0; round < 60; round++)
    {
      guint n = g_rand_int_range (random, 1, 400);

      for (guint i = 0; i < n; i++)
        {
          guint slot = g_rand_int_range (random, 0, N_SAVED);
          float vector[48] = { 0 };
          int kind = g_rand_int_range (random, 0, 5);

          if (kind > 0)
            fill (random, vector, 48);
          if (kind == 1)
            quarry_vector_index_remove (self->index, slot);
          else
            quarry_vector_index_add (self->index, slot, vector);
          reference_set (&self->reference, slot, kind == 1 ? NULL : vector);
        }
      last_size = size;
      save (self);
      if (file_of (self->path, &size) == file)
        {
          g_assert_cmpint (size, >, last_size);
          g_assert_cmpint (size, <, last_size + 64 * 1024);
          n_appended++;
        }
      else
        {
          file = file_of (self->path, &size);
          n_anew++;
        }
      if (round % 8 == 0)
        check_opened (self);
      if (round % 16 == 5)
        {
          quarry_vector_index_free (self->index);
          self->index = quarry_vector_index_open (self->path, 48, MARK, NULL);
          g_assert_nonnull (self->index);
        }
    }
  g_assert_cmpuint (n_appended, >, 50);
  g_assert_cmpuint (n_anew, >, 0);
  check_opened (self);

  /* With another mark, with the file gone, and where another file is in its place, the file is written anew. */
  static const float vector[48] = { 1 };
  quarry_vector_index_add (self->index, 2, vector);
  reference_set (&self->reference, 2, vector);
  g_assert_true (quarry_vector_index_save (self->index, self->path, "other", NULL));
  assert_refused (self->path, 48, MARK, QUARRY_VECTOR_ERROR_STALE);
  save (self);
  check_opened (self);
  g_unlink (self->path);
  save (self);
  check_opened (self);
  g_assert_true (g_file_set_contents (self->path, "another", -1, NULL));
  save (self);
  check_opened (self);
}

static void
change_some (Saved *self, GRand *random, guint n, gboolean goes)
{
  guint first = g_rand_int_range (random, 0, N_SAVED - n);
  float vector[48];

  for (guint slot = first; slot < first + n; slot++)
    {
      fill (random, vector, 48);
      if (goes)
        quarry_vector_index_remove (self->index, slot);
      else
        quarry_vector_index_add (self->index, slot, vector);
      reference_set (&self->reference, slot, goes ? NULL : vector);
    }
}

/* After each step of a random sequence of changes, saves and restarts, searches find what the reference has. */
static void
test_sequence (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (17);
  guint64 allowed[N_SAVED / 64 + 1];
  float vector[48];

  for (guint step = 0; step < 200; step++)
    {
      guint part = 1u << g_rand_int_range (random, 1, 9);

      switch (g_rand_int_range (random, 0, 6))
        {
        case 0:
          change_some (self, random, g_rand_int_range (random, 1, 600), TRUE);
          break;
        case 1:
          change_some (self, random, g_rand_int_range (random, 1, 900), FALSE);
          break;
        case 2:
          save (self);
          break;
        case 3: /* so that the file is written anew, and what is left of each cell is compacted */
          g_unlink (self->path);
          save (self);
          break;
        case 4:
          save (self);
          quarry_vector_index_free (self->index);
          self->index = quarry_vector_index_open (self->path, 48, MARK, NULL);
          g_assert_nonnull (self->index);
          break;
        default:
          change_some (self, random, 1, g_rand_boolean (random));
        }

      memset (allowed, 0, sizeof allowed);
      for (guint slot = 0; slot < N_SAVED; slot += g_rand_int_range (random, 1, (gint32) (2 * part)))
        allowed[slot / 64] |= G_GUINT64_CONSTANT (1) << slot % 64;
      fill (random, vector, 48);
      check_search (&self->reference, self->index, vector, 10, NULL, 0);
      check_search (&self->reference, self->index, vector, 10, allowed, G_N_ELEMENTS (allowed));
    }
  check_recall ();
}

/* A block of the log that is incomplete or has a wrong bit is ignored. The blocks before it count, and the next save
 * goes on after them. */
static void
test_torn_log (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  g_autofree char *content = NULL;
  goffset before, after;
  gsize length;
  guint count = quarry_vector_index_get_count (self->index);
  float vector[48];

  save (self);
  file_of (self->path, &before);
  fill (random, vector, 48);
  for (guint i = 0; i < 20; i++)
    quarry_vector_index_add (self->index, N_SAVED + i, vector);
  save (self);
  file_of (self->path, &after);
  g_assert_true (g_file_get_contents (self->path, &content, &length, NULL));
  for (guint i = 0; i < 300; i++)
    {
      gsize at = before + g_rand_int_range (random, 0, after - before);
      gsize cut = i % 2 == 0 ? at : length;
      g_autoptr (QuarryVectorIndex) index = NULL;
      g_autoptr (QuarryVectorIndex) again = NULL;

      content[at] ^= 1 << i % 8;
      replace_file (self->path, content, cut);
      content[at] ^= 1 << i % 8;
      index = quarry_vector_index_open (self->path, 48, MARK, NULL);
      g_assert_cmpuint (quarry_vector_index_get_count (index), ==, count);
      quarry_vector_index_add (index, N_SAVED + 1, vector);
      g_assert_true (quarry_vector_index_save (index, self->path, MARK, NULL));
      again = quarry_vector_index_open (self->path, 48, MARK, NULL);
      g_assert_cmpuint (quarry_vector_index_get_count (again), ==, count + 1);
      g_assert_true (quarry_vector_index_has (again, N_SAVED + 1));
      g_assert_false (quarry_vector_index_is_damaged (again));
    }
}

/* Crashes */

/* Wrappers of the system calls that change files. The process dies in the call with number dies_at, when part of the
 * write has been done. */
static int dies_at = -1;

static gboolean
is_last_call (void)
{
  return dies_at >= 0 && dies_at-- == 0;
}

int
fsync (int fd)
{
  if (is_last_call ())
    raise (SIGKILL);
  return (int) syscall (SYS_fsync, fd);
}

int
fdatasync (int fd)
{
  if (is_last_call ())
    raise (SIGKILL);
  return (int) syscall (SYS_fdatasync, fd);
}

int
ftruncate (int fd, off_t length)
{
  if (is_last_call ())
    raise (SIGKILL);
  return (int) syscall (SYS_ftruncate, fd, length);
}

int
rename (const char *from, const char *to)
{
  if (is_last_call ())
    raise (SIGKILL);
  return renameat (AT_FDCWD, from, AT_FDCWD, to);
}

ssize_t
pwrite (int fd, const void *data, size_t length, off_t at)
{
  gboolean last = is_last_call ();
  ssize_t n = syscall (SYS_pwrite64, fd, data, last ? length / 64 : length, at);

  if (last)
    raise (SIGKILL);
  return n;
}

/* Saves in a child process that dies at call @number. Returns FALSE if it finished before. */
static gboolean
save_and_die (Saved *self, int number)
{
  int status;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      dies_at = number;
      _exit (quarry_vector_index_save (self->index, self->path, MARK, NULL) ? 0 : 1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGKILL : WEXITSTATUS (status) == 0);
  return WIFSIGNALED (status);
}

/* A save that is killed at any call that changes a file leaves either the old contents or all of the new. */
static void
test_crashes (Saved *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (13);
  g_autofree char *beside = g_strconcat (self->path, ".new", NULL);
  guint count = quarry_vector_index_get_count (self->index);
  guint n_old = 0, n_new = 0, n_before = 0, n_after = 0;
  goffset size;
  float vector[48];

  /* With another mark, so that the child writes the file anew. */
  g_assert_true (quarry_vector_index_save (self->index, self->path, "other", NULL));
  fill (random, vector, 48);
  quarry_vector_index_add (self->index, N_SAVED + 1, vector);
  for (int i = 0; save_and_die (self, i); i++)
    {
      g_autoptr (QuarryVectorIndex) old = quarry_vector_index_open (self->path, 48, "other", NULL);
      g_autoptr (QuarryVectorIndex) new = quarry_vector_index_open (self->path, 48, MARK, NULL);

      /* Either the old or the new file is there, and once it is the new one, it stays. */
      g_assert_true ((old == NULL) != (new == NULL));
      g_assert_true (new != NULL || n_new == 0);
      n_old += old != NULL;
      n_new += new != NULL;
      if (old != NULL)
        g_assert_cmpuint (quarry_vector_index_get_count (old), ==, count);
      else
        g_assert_cmpuint (quarry_vector_index_get_count (new), ==, count + 1);
      g_assert_cmpint (g_file_test (beside, G_FILE_TEST_EXISTS), ==, old != NULL);
    }
  g_assert_cmpuint (n_old, >, 40);
  g_assert_cmpuint (n_new, ==, 1); /* killed before the folder was synced */
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));

  /* The same for a block that is appended to the log. */
  save (self);
  file_of (self->path, &size);
  for (guint i = 0; i < 50; i++)
    quarry_vector_index_add (self->index, N_SAVED + 2 + i, vector);
  for (int i = 0; save_and_die (self, i); i++)
    {
      g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, NULL);
      guint n = quarry_vector_index_get_count (index);

      g_assert_true (n == count + 1 || n == count + 51);
      n_before += n == count + 1;
      n_after += n == count + 51;
      g_assert_cmpint (truncate (self->path, size), ==, 0);
    }
  g_assert_cmpuint (n_before, ==, 1);
  g_assert_cmpuint (n_after, ==, 1); /* killed before the block was synced */
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_open (self->path, 48, MARK, NULL);
  g_assert_cmpuint (quarry_vector_index_get_count (index), ==, count + 51);
}

/* Saves the same vectors and changes, in memory that is filled with @byte when it is allocated: once with new cells,
 * and once with cells that are kept. Returns the files' contents. (transfer full) */
static GBytes *
save_in_dirty_memory (guint8 byte)
{
  Saved saved;
  g_autoptr (GByteArray) files = g_byte_array_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  float vector[48];

  mallopt (M_PERTURB, byte);
  saved_set_up (&saved, NULL);
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *file = NULL;
      gsize size;

      /* So few changes that the vectors join existing cells. */
      for (guint i = 0; i < round * 1000; i++)
        {
          fill (random, vector, 48);
          quarry_vector_index_add (saved.index, N_SAVED + i, vector);
          quarry_vector_index_remove (saved.index, i * 7);
        }
      /* With another mark the file is written anew. */
      g_assert_true (quarry_vector_index_save (saved.index, saved.path, round > 0 ? "other" : MARK, &error));
      g_assert_no_error (error);
      g_assert_true (g_file_get_contents (saved.path, &file, &size, NULL));
      g_byte_array_append (files, (const guint8 *) file, (guint) size);
    }
  saved_tear_down (&saved, NULL);
  mallopt (M_PERTURB, 0);
  return g_byte_array_free_to_bytes (g_steal_pointer (&files));
}

/* The file has no bytes of uninitialised memory in it. */
static void
test_same_file (void)
{
  g_autoptr (GBytes) one = save_in_dirty_memory (0x55), other = save_in_dirty_memory (0xa3);
  gsize size, other_size;
  const guint8 *bytes = g_bytes_get_data (one, &size), *others = g_bytes_get_data (other, &other_size);

  g_assert_cmpuint (size, ==, other_size);
  for (gsize i = 0; i < size; i++)
    if (bytes[i] != others[i])
      g_error ("at byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, i, size);
}

#define ADD(name, function) g_test_add (name, Saved, NULL, saved_set_up, function, saved_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/vector/save", test_save);
  g_test_add_func ("/vector/same-file", test_same_file);
  ADD ("/vector/refused", test_refused);
  ADD ("/vector/log", test_log);
  ADD ("/vector/sequence", test_sequence);
  ADD ("/vector/torn-log", test_torn_log);
  ADD ("/vector/crashes", test_crashes);
  return g_test_run ();
}
