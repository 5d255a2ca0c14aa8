/* test-index-files.c: what other programs do to files of the indexes that are in use
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file that is mapped changes when somebody writes over it or cuts it short. Nothing that is found
 * then is worth anything, but the process goes on, and notices what can be noticed.
 */
#include "core/lexical/quarry-lexical-format.h"
#include "core/lexical/quarry-lexical-private.h"
#include "core/mapping/quarry-mapping.h"
#include "core/vector/quarry-vector-index.h"
#include "tests/support/temporary-folder.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct
{
  char *folder;
  char *file;
} Folder;

static void
folder_set_up (Folder *self, gconstpointer data)
{
  self->folder = temporary_folder_new ();
  self->file = g_build_filename (self->folder, "file", NULL);
}

static void
folder_tear_down (Folder *self, gconstpointer data)
{
  g_free (self->file);
  temporary_folder_free (self->folder);
}

static gsize
size_of (const char *path)
{
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  return length;
}

/* --- Mappings -------------------------------------------------------------------------------- */

static char *
map_file (Folder *self, gsize length)
{
  g_autofree char *bytes = g_strnfill (length, 'x');
  char *map;
  int fd;

  g_assert_true (g_file_set_contents (self->file, bytes, length, NULL));
  fd = open (self->file, O_RDONLY);
  g_assert_cmpint (fd, >=, 0);
  map = mmap (NULL, length, PROT_READ, MAP_SHARED, fd, 0);
  g_assert_true (map != MAP_FAILED);
  close (fd);
  return map;
}

/* Runs @function in a child process. Returns the child's exit status as waitpid() reports it. */
static int
run_child (void (*function) (gpointer data), gpointer data)
{
  struct rlimit no_core = { 0, 0 };
  int status;
  pid_t child = fork ();

  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      setrlimit (RLIMIT_CORE, &no_core);
      function (data);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return status;
}

static void
read_byte (gpointer data)
{
  _exit (*(volatile char *) data == 'x');
}

static void
send_sigbus (gpointer data)
{
  raise (SIGBUS);
}

static void
assert_killed (int status)
{
#if defined(__SANITIZE_ADDRESS__)
  g_assert_true (!WIFEXITED (status) || WEXITSTATUS (status) > 1);
#else
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGBUS);
#endif
}

static void
test_guard (Folder *self, gconstpointer data)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  char *map = map_file (self, 4 * page);
  char *other = map_file (self, 4 * page); /* another file in the same place: the first has no name */
  gint damaged = FALSE, others = FALSE;

  quarry_mapping_guard (other, 4 * page, &others);
  quarry_mapping_unguard (other);
  quarry_mapping_guard (map, 4 * page, &damaged);
  quarry_mapping_guard (other, 2 * page, &others);
  g_assert_cmpint (truncate (self->file, page), ==, 0);
  g_assert_cmpint (*(volatile char *) (other + page - 1), ==, 'x');
  g_assert_false (g_atomic_int_get (&others));
  g_assert_cmpint (*(volatile char *) (other + page), ==, 0);
  g_assert_true (g_atomic_int_get (&others));
  g_assert_false (g_atomic_int_get (&damaged));
  g_assert_cmpint (*(volatile char *) (map + 3 * page), ==, 'x');

  /* A fault outside every guarded mapping, one after the mapping is no longer guarded, and a SIGBUS that another
   * process sent still end the process. */
  assert_killed (run_child (read_byte, other + 2 * page));
  quarry_mapping_unguard (other);
  assert_killed (run_child (read_byte, other + 3 * page));
  assert_killed (run_child (send_sigbus, NULL));
  quarry_mapping_unguard (map);
  quarry_mapping_unguard (map);
  munmap (map, 4 * page);
  munmap (other, 4 * page);
}

/* Reads bytes of a file that is truncated while they are in use. */
static void
test_mapped_bytes (Folder *self, gconstpointer data)
{
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  g_autofree char *text = g_strnfill (3 * page, 'x');
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) part = NULL;
  const char *start;
  int fd;

  g_assert_true (g_file_set_contents (self->file, text, 3 * page, NULL));
  fd = open (self->file, O_RDONLY);
  bytes = quarry_mapping_bytes_new (fd, 3 * page);
  close (fd);
  g_assert_nonnull (bytes);
  part = g_bytes_new_from_bytes (bytes, page, page);
  start = g_bytes_get_data (part, NULL);
  g_assert_cmpint (*start, ==, 'x');
  g_assert_false (quarry_mapping_is_damaged (start));

  g_assert_cmpint (truncate (self->file, 0), ==, 0);
  g_assert_cmpint (*(volatile const char *) start, ==, 0);
  g_assert_true (quarry_mapping_is_damaged (start));
  g_assert_true (quarry_mapping_is_damaged (g_bytes_get_data (bytes, NULL)));
  g_assert_false (quarry_mapping_is_damaged (text));
  g_clear_pointer (&bytes, g_bytes_unref);
  g_assert_true (quarry_mapping_is_damaged (start));
  g_clear_pointer (&part, g_bytes_unref);
  g_assert_false (quarry_mapping_is_damaged (start));

  g_assert_null (quarry_mapping_bytes_new (-1, page));
}

/* --- Harm ------------------------------------------------------------------------------------ */

/* Overwrites a place in the file with zeros, with ones, or with random bytes. */
static void
scribble (int fd, gsize length, guint64 random)
{
  guint8 bytes[256];
  guint64 state = random;
  gsize n = (random >> 56) % 4 == 0 ? sizeof bytes : 4;
  gsize at = length > n ? (random >> 8) % (length - n) : 0;

  for (guint i = 0; i < n; i++)
    {
      state = state * G_GUINT64_CONSTANT (6364136223846793005) + 1442695040888963407;
      bytes[i] = random % 3 == 0 ? 0 : random % 3 == 1 ? 0xff : (guint8) (state >> 56);
    }
  if (pwrite (fd, bytes, n, (off_t) (at / 4 * 4)) < 0)
    _exit (1);
}

/* Starts a process that overwrites places in @file until it is ended. This overwrites @at_once of them itself before it
 * returns. */
static pid_t
start_scribbling (const char *file, gsize length, guint at_once)
{
  int fd = open (file, O_WRONLY);
  guint64 i = 1;
  pid_t child;

  g_assert_cmpint (fd, >=, 0);
  for (; i <= at_once; i++)
    scribble (fd, length, i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    for (;; i++)
      {
        scribble (fd, length, i * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
        if (i % 8 == 0)
          usleep (100);
      }
  close (fd);
  return child;
}

/* Starts a process that makes @file shorter and shorter until it is ended. */
static pid_t
start_cutting (const char *file, gsize length)
{
  int fd = open (file, O_WRONLY);
  pid_t child;

  g_assert_cmpint (fd, >=, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      for (guint i = 20; i > 0; i--)
        {
          usleep (5000);
          if (ftruncate (fd, (off_t) (length * (i - 1) / 20)) != 0)
            _exit (1);
        }
      _exit (0);
    }
  close (fd);
  return child;
}

static void
end_child (pid_t child)
{
  int status;

  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_false (WIFEXITED (status) && WEXITSTATUS (status) != 0);
}

/* --- Vectors --------------------------------------------------------------------------------- */

enum
{
  DIMS = 40,
  N_VECTORS = 5000,
  N_IN_CELLS = 33000,
  K = 20
};

static void
fill (GRand *random, float *vector)
{
  for (guint i = 0; i < DIMS; i++)
    vector[i] = g_rand_double_range (random, -1, 1);
}

/* An index of @n vectors, which is put into cells if there are many. */
static QuarryVectorIndex *
open_vectors (Folder *self, guint n)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autoptr (QuarryVectorIndex) index = quarry_vector_index_new (DIMS);
  QuarryVectorIndex *opened;
  g_autoptr (GError) error = NULL;
  float vector[DIMS];

  for (guint i = 0; i < n; i++)
    {
      fill (random, vector);
      quarry_vector_index_add (index, i, vector);
    }
  g_assert_true (quarry_vector_index_save (index, self->file, "mark", &error));
  g_assert_no_error (error);
  opened = quarry_vector_index_open (self->file, DIMS, "mark", &error);
  g_assert_no_error (error);
  return opened;
}

/* Does everything that can be done to an index, @n_rounds times. In an index with cells, most vectors have slots beyond
 * those that are changed. */
static void
use_vectors (QuarryVectorIndex *index, GRand *random, guint n_rounds)
{
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, N_VECTORS);
  guint64 allowed[N_VECTORS / 64] = { 0 };
  float vector[DIMS];

  for (guint round = 0; round < n_rounds; round++)
    {
      guint32 slot = g_rand_int_range (random, 0, N_VECTORS + 100);
      guint n;

      fill (random, vector);
      allowed[g_rand_int_range (random, 0, G_N_ELEMENTS (allowed))] = g_rand_int (random);
      n = quarry_vector_index_search (index, vector, K, NULL, 0, found);
      g_assert_cmpuint (n, <=, K);
      for (guint i = 0; i < n; i++)
        g_assert_true (found[i].score >= -1 && found[i].score <= 1);
      n = quarry_vector_index_search (index, vector, K, allowed, G_N_ELEMENTS (allowed), found);
      g_assert_cmpuint (n, <=, K);
      if (round % 16 == 0)
        n = quarry_vector_index_search_exact (index, vector, N_VECTORS, NULL, 0, found);
      g_assert_cmpuint (n, <=, N_VECTORS);
      if (round % 3 == 0)
        quarry_vector_index_remove (index, slot);
      else if (round % 3 == 1)
        quarry_vector_index_add (index, slot, vector);
      else
        quarry_vector_index_get (index, slot, vector);
    }
}

static void
save_vectors (Folder *self, QuarryVectorIndex *index, gboolean sound)
{
  g_autofree char *copy = g_strconcat (self->file, ".copy", NULL);
  g_autoptr (GError) error = NULL;
  gboolean saved = quarry_vector_index_save (index, copy, "mark", &error);

  if (!sound)
    {
      g_assert_false (saved);
      g_assert_error (error, QUARRY_VECTOR_ERROR, QUARRY_VECTOR_ERROR_DAMAGED);
    }
  unlink (copy);
}

static void
test_vectors_overwritten (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  g_autoptr (QuarryVectorIndex) index = open_vectors (self, N_VECTORS);
  pid_t child = start_scribbling (self->file, size_of (self->file), 1000);

  use_vectors (index, random, 1200);
  /* Every slot is removed, whatever is left of the table that says where its vector is. */
  for (guint32 slot = 0; slot < N_VECTORS + 100; slot++)
    quarry_vector_index_remove (index, slot);
  g_assert_cmpuint (quarry_vector_index_get_count (index), ==, 0);
  use_vectors (index, random, 100);
  save_vectors (self, index, TRUE);
  end_child (child);
}

/* In an index with cells, vectors are moved within a cell, taken out of one, and sorted anew. */
static void
test_cells_overwritten (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autoptr (QuarryVectorIndex) index = open_vectors (self, N_IN_CELLS);
  gsize length = size_of (self->file);
  pid_t child = start_scribbling (self->file, length, 3000);

  use_vectors (index, random, 60);
  end_child (child);
  /* Overwrites the slot numbers so often that none of them is right any more. */
  child = start_scribbling (self->file, N_IN_CELLS * 4 + 4096, 30000);
  use_vectors (index, random, 30);
  g_assert_true (quarry_vector_index_is_damaged (index));
  save_vectors (self, index, FALSE);
  for (guint32 slot = 0; slot < N_IN_CELLS; slot += 50)
    quarry_vector_index_remove (index, slot);
  end_child (child);
}

/* The file is overwritten while it is being saved and opened: whatever the result is, the process goes on. */
static void
test_cells_saved (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (10);
  g_autoptr (QuarryVectorIndex) index = open_vectors (self, N_IN_CELLS);
  g_autofree char *copy = g_strconcat (self->file, ".copy", NULL);
  float vector[DIMS];
  int fd = open (self->file, O_WRONLY);

  /* A slot number is overwritten with that of another vector before anything has been checked. Saving must not give the
   * wrong data a valid checksum. */
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "\1\0\0\0", 4, 4096 + 4096), ==, 4);
  g_assert_cmpint (pwrite (fd, "\1\0\0\0", 4, 4096 + 4096 + 4), ==, 4);
  close (fd);
  fill (random, vector);
  quarry_vector_index_add (index, N_IN_CELLS, vector);
  g_assert_false (quarry_vector_index_save (index, copy, "mark", NULL));
  g_assert_true (quarry_vector_index_is_damaged (index));
}

static void
test_cells_cut (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autoptr (QuarryVectorIndex) index = open_vectors (self, N_IN_CELLS);

  g_assert_cmpint (truncate (self->file, (off_t) size_of (self->file) / 2), ==, 0);
  use_vectors (index, random, 30);
  g_assert_cmpint (truncate (self->file, 0), ==, 0);
  use_vectors (index, random, 30);
  g_assert_true (quarry_vector_index_is_damaged (index));
  save_vectors (self, index, FALSE);
}

static void
test_vectors_cut (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autoptr (QuarryVectorIndex) index = open_vectors (self, N_VECTORS);
  pid_t child = start_cutting (self->file, size_of (self->file));
  int status;

  while (waitpid (child, &status, WNOHANG) == 0)
    use_vectors (index, random, 10);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  use_vectors (index, random, 100);
  g_assert_true (quarry_vector_index_is_damaged (index));
  save_vectors (self, index, FALSE);
}

/* The file is opened while another process writes into it. */
static void
test_vectors_opened (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (4);
  g_autofree char *content = NULL;
  gsize length;
  guint n_opened = 0;

  quarry_vector_index_free (open_vectors (self, N_VECTORS));
  g_assert_true (g_file_get_contents (self->file, &content, &length, NULL));
  for (guint i = 0; i < 30; i++)
    {
      pid_t child;
      g_autoptr (QuarryVectorIndex) index = NULL;

      replace_file (self->file, content, length);
      child = i % 2 == 0 ? start_scribbling (self->file, length, 0) : start_cutting (self->file, length);
      index = quarry_vector_index_open (self->file, DIMS, "mark", NULL);
      if (index != NULL)
        use_vectors (index, random, 5);
      n_opened += index != NULL;
      end_child (child);
    }
  g_assert_cmpuint (n_opened, >, 0);
}

/* --- Words ----------------------------------------------------------------------------------- */

enum
{
  N_PASSAGES = 1200
};

static char *
any_text (GRand *random)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < 30; i++)
    {
      guint number = g_rand_int_range (random, 0, g_rand_int_range (random, 1, 900));

      g_string_append_printf (text, "%s%u ", number % 3 == 0 ? "granite" : "sla", number);
      if (number % 5 == 0)
        g_string_append (text, "granites and slates 花崗岩石 parseHeader ");
    }
  return g_string_free (text, FALSE);
}

/* @step is the distance between the slots. */
static QuarryLexicalIndex *
open_words (Folder *self, guint step)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_new ();
  QuarryLexicalIndex *opened;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_PASSAGES; i++)
    {
      g_autofree char *text = any_text (random);

      quarry_lexical_index_add (index, i * step, "title", NULL, text, i % 2 == 0 ? "en" : "de");
      if (i % 300 == 299)
        {
          g_assert_true (quarry_lexical_index_save (index, self->file, "mark", &error));
          g_assert_cmpuint (quarry_lexical_index_get_unsaved (index), ==, 0);
        }
    }
  quarry_lexical_index_settle (index);
  g_assert_true (quarry_lexical_index_save (index, self->file, "mark", &error));
  g_assert_no_error (error);
  opened = quarry_lexical_index_open (self->file, &error);
  g_assert_no_error (error);
  return opened;
}

static void
use_words (QuarryLexicalIndex *index, GRand *random, guint n_rounds)
{
  static const char *const phrase[] = { "granites and slates", NULL };
  static const char *const excluded[] = { "granite3", NULL };
  guint64 allowed[N_PASSAGES / 64] = { 0 };

  for (guint round = 0; round < n_rounds; round++)
    {
      guint32 slot = g_rand_int_range (random, 0, N_PASSAGES + 100);
      g_autofree char *text = any_text (random);
      g_autofree char *word = g_strdup_printf ("granite%u", g_rand_int_range (random, 0, 900));
      const QuarryLexicalQuery queries[] = {
        { .text = text },
        { .text = "granite", .last_is_prefix = TRUE },
        { .text = word, .phrases = phrase, .excluded = excluded },
        { .text = "granittes 崗岩 parse" },
        { .text = word, .excluded = phrase },
      };
      const QuarryLexicalQuery *query = &queries[round % G_N_ELEMENTS (queries)];
      g_autoptr (GArray) found = NULL;
      g_autoptr (GArray) slots = NULL;
      g_auto (GStrv) suggestions = quarry_lexical_index_suggest (index, "grani", 10);
      g_auto (GStrv) forms = quarry_lexical_index_dup_forms (index, "granit", NULL, QUARRY_LEXICAL_ALL_LANGUAGES);
      g_autofree char *meant = quarry_lexical_index_understand (index, "granitees");

      for (guint i = 0; suggestions[i] != NULL; i++)
        g_assert_true (g_utf8_validate (suggestions[i], -1, NULL));
      for (guint i = 0; forms[i] != NULL; i++)
        g_assert_true (g_utf8_validate (forms[i], -1, NULL));
      g_assert_true (meant == NULL || g_utf8_validate (meant, -1, NULL));
      allowed[g_rand_int_range (random, 0, G_N_ELEMENTS (allowed))] = g_rand_int (random);
      found = quarry_lexical_index_search (index, query, K, round % 2 == 0 ? allowed : NULL,
                                           G_N_ELEMENTS (allowed), NULL, NULL);
      g_assert_cmpuint (found->len, <=, K);
      g_assert_true (isfinite (quarry_lexical_index_get_rarity (index, word, QUARRY_LEXICAL_ALL_LANGUAGES)));
      if (round % 4 == 0)
        quarry_lexical_index_remove (index, slot, NULL, NULL, round % 8 == 0 ? text : NULL);
      else if (round % 4 == 1)
        quarry_lexical_index_add (index, slot, NULL, word, text, NULL);
      if (round % 50 == 0)
        {
          slots = quarry_lexical_index_list_slots (index);
          quarry_lexical_index_check (index, NULL);
          quarry_lexical_index_holds (index, slot);
        }
    }
}

/* Data that another process has overwritten never gets a valid checksum, neither when segments are merged nor when they
 * are copied. */
static void
assert_not_believed (Folder *self, QuarryLexicalIndex *index)
{
  g_autofree char *copy = g_strconcat (self->file, ".copy", NULL);
  g_autoptr (QuarryLexicalIndex) opened = NULL;
  g_autoptr (GError) error = NULL;

  quarry_lexical_index_settle (index);
  if (quarry_lexical_index_save (index, copy, "mark", NULL))
    {
      opened = quarry_lexical_index_open (copy, &error);
      g_assert_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_DAMAGED);
      g_assert_null (opened);
    }
}

static void
test_words_overwritten (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (6);
  g_autoptr (QuarryLexicalIndex) index = open_words (self, GPOINTER_TO_UINT (data));
  pid_t child = start_scribbling (self->file, size_of (self->file), 1000);

  use_words (index, random, 800);
  end_child (child);
  assert_not_believed (self, index);
}

/* Changes a single byte, of the positions, where only the checksum shows it. */
static void
test_words_changed (Folder *self, gconstpointer data)
{
  g_autoptr (QuarryLexicalIndex) index = open_words (self, GPOINTER_TO_UINT (data));
  g_autofree char *other = g_strconcat (self->file, ".other", NULL);
  const QuarryLexicalSegment *segment;
  off_t at;
  char byte;
  int fd;

  /* Makes a file that holds nothing outdated. */
  g_assert_cmpint (unlink (self->file), ==, 0);
  g_assert_true (quarry_lexical_index_save (index, self->file, "mark", NULL));
  fd = open (self->file, O_RDWR);
  g_assert_cmpint (fd, >=, 0);
  segment = g_ptr_array_index (index->segments, 1);
  at = (off_t) (segment->file_place + quarry_lexical_record_head (QUARRY_LEXICAL_FILE_SEGMENT, segment->size)
                + (gsize) (segment->positions - segment->bytes) + segment->positions_size / 2);
  g_assert_cmpint (pread (fd, &byte, 1, at), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, at), ==, 1);
  close (fd);
  g_assert_false (quarry_lexical_index_check (index, NULL));
  assert_not_believed (self, index);
  g_assert_false (quarry_lexical_index_is_damaged (index));

  for (guint i = 0; i < 10; i++)
    {
      quarry_lexical_index_add (index, N_PASSAGES + i, NULL, NULL, "marble", NULL);
      g_assert_true (quarry_lexical_index_save (index, other, "mark", NULL));
    }
  quarry_lexical_index_settle (index);
  g_assert_true (quarry_lexical_index_is_damaged (index));
}

static void
test_words_cut (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (QuarryLexicalIndex) index = open_words (self, GPOINTER_TO_UINT (data));
  pid_t child = start_cutting (self->file, size_of (self->file));
  int status;

  while (waitpid (child, &status, WNOHANG) == 0)
    use_words (index, random, 10);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  use_words (index, random, 100);
  g_assert_true (quarry_lexical_index_is_damaged (index));
  assert_not_believed (self, index);
}

static void
test_words_opened (Folder *self, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  g_autofree char *content = NULL;
  gsize length;
  guint n_opened = 0;

  quarry_lexical_index_unref (open_words (self, GPOINTER_TO_UINT (data)));
  g_assert_true (g_file_get_contents (self->file, &content, &length, NULL));
  for (guint i = 0; i < 30; i++)
    {
      pid_t child;
      g_autoptr (QuarryLexicalIndex) index = NULL;

      replace_file (self->file, content, length);
      child = i % 2 == 0 ? start_scribbling (self->file, length, 0) : start_cutting (self->file, length);
      index = quarry_lexical_index_open (self->file, NULL);
      if (index != NULL)
        use_words (index, random, 5);
      n_opened += index != NULL;
      end_child (child);
    }
  g_assert_cmpuint (n_opened, >, 0);
}

/* --- Kills ----------------------------------------------------------------------------------- */

typedef struct
{
  const char *file;
  gsize limit; /* the first write past it ends the process */
  gboolean anew;
} Killed;

/* Saves an index of what was there and one more passage. The process is killed at the first write past the limit. */
static void
save_and_die (gpointer data)
{
  const Killed *killed = data;
  struct rlimit room = { killed->limit, killed->limit };
  QuarryLexicalIndex *index
      = killed->anew ? quarry_lexical_index_new () : quarry_lexical_index_open (killed->file, NULL);

  for (guint32 slot = killed->anew ? 0 : 50; slot <= 50; slot++)
    quarry_lexical_index_add (index, slot, NULL, NULL, "granite and slate", "en");
  signal (SIGXFSZ, SIG_DFL);
  setrlimit (RLIMIT_FSIZE, &room);
  _exit (quarry_lexical_index_save (index, killed->file, "new", NULL) ? 0 : 1);
}

/* A save that is killed at any write leaves either what was there before, or all of what is new. */
static void
test_words_killed (Folder *self, gconstpointer data)
{
  Killed killed = { self->file, 0, GPOINTER_TO_INT (data) };
  g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_new ();
  g_autofree char *content = NULL;
  gsize length, larger;
  guint n_killed = 0;

  for (guint32 slot = 0; slot < 50; slot++)
    quarry_lexical_index_add (index, slot, NULL, NULL, "granite and slate", "en");
  g_assert_true (quarry_lexical_index_save (index, self->file, "old", NULL));
  g_assert_true (g_file_get_contents (self->file, &content, &length, NULL));
  killed.limit = 1 << 30;
  g_assert_cmpint (run_child (save_and_die, &killed), ==, 0);
  larger = size_of (self->file);
  g_assert_true (killed.anew || larger > length);

  /* The limits lie at the ends of pages and between them, so each is the end of a write or lies inside one. */
  for (killed.limit = killed.anew ? 0 : length; killed.limit <= larger; killed.limit += 512)
    {
      g_autoptr (QuarryLexicalIndex) left = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *mark = NULL;
      int status;

      replace_file (self->file, content, length);
      status = run_child (save_and_die, &killed);
      g_assert_true (WIFSIGNALED (status) ? WTERMSIG (status) == SIGXFSZ : WEXITSTATUS (status) == 0);
      n_killed += WIFSIGNALED (status);
      left = quarry_lexical_index_open (self->file, &error);
      g_assert_no_error (error);
      mark = quarry_lexical_index_dup_mark (left);
      g_assert_cmpstr (mark, ==, WIFSIGNALED (status) ? "old" : "new");
      g_assert_cmpuint (quarry_lexical_index_get_count (left), ==, WIFSIGNALED (status) ? 50 : 51);
      g_assert_true (quarry_lexical_index_check (left, NULL));

      /* The next save works on what was left. */
      quarry_lexical_index_add (left, 60, NULL, NULL, "marble", "en");
      g_assert_true (quarry_lexical_index_save (left, self->file, "next", &error));
      g_assert_no_error (error);
    }
  g_assert_cmpuint (n_killed, >, 10);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, data, function) \
  g_test_add ("/index-files/" name, Folder, data, folder_set_up, function, folder_tear_down)
  ADD ("guard", NULL, test_guard);
  ADD ("mapped-bytes", NULL, test_mapped_bytes);
  ADD ("vectors-overwritten", NULL, test_vectors_overwritten);
  ADD ("cells-overwritten", NULL, test_cells_overwritten);
  ADD ("cells-saved", NULL, test_cells_saved);
  ADD ("cells-cut", NULL, test_cells_cut);
  ADD ("vectors-cut", NULL, test_vectors_cut);
  ADD ("vectors-opened", NULL, test_vectors_opened);
  ADD ("words-overwritten", GUINT_TO_POINTER (1), test_words_overwritten);
  ADD ("words-overwritten-gaps", GUINT_TO_POINTER (3), test_words_overwritten);
  ADD ("words-changed", GUINT_TO_POINTER (1), test_words_changed);
  ADD ("words-changed-gaps", GUINT_TO_POINTER (3), test_words_changed);
  ADD ("words-cut", GUINT_TO_POINTER (1), test_words_cut);
  ADD ("words-cut-gaps", GUINT_TO_POINTER (3), test_words_cut);
  ADD ("words-opened", GUINT_TO_POINTER (1), test_words_opened);
  ADD ("words-opened-gaps", GUINT_TO_POINTER (3), test_words_opened);
  ADD ("words-killed", NULL, test_words_killed);
  ADD ("words-killed-anew", GINT_TO_POINTER (1), test_words_killed);
  return g_test_run ();
}
