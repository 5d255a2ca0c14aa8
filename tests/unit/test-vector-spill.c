/* test-vector-spill.c: vectors out of memory before the index is saved
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "vector-helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static int
open_nameless (const Saved *self, int flags)
{
  g_autofree char *path = g_strconcat (self->path, ".spilled", NULL);
  int fd = open (path, O_CREAT | O_EXCL | flags, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (unlink (path), ==, 0);
  return fd;
}

static void
spill (Saved *self)
{
  int fd = open_nameless (self, O_RDWR);

  g_assert_true (quarry_vector_index_spill (self->index, fd));
  close (fd);
}

/* Removes some vectors, replaces others, and adds new ones. */
static void
change (Saved *self, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  float vector[48];

  for (guint i = 0; i < 4000; i++)
    {
      guint slot = (guint) g_rand_int_range (random, 0, N_SAVED);

      fill (random, vector, 48);
      if (i % 3 == 0)
        quarry_vector_index_remove (self->index, slot);
      else
        quarry_vector_index_add (self->index, slot, vector);
      reference_set (&self->reference, slot, i % 3 == 0 ? NULL : vector);
    }
}

static GBytes *
save (Saved *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *file = NULL;
  gsize size;

  g_assert_true (quarry_vector_index_save (self->index, self->path, MARK, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (self->path, &file, &size, NULL));
  return g_bytes_new_take (g_steal_pointer (&file), size);
}

/* After vectors were spilled to a file, searches and changes give the same results as before, and the saved file has
 * the same bytes in the end. */
static void
test_spill (Saved *self, gconstpointer data)
{
  Saved other;
  Saved *const both[] = { self, &other };

  saved_set_up (&other, NULL);
  for (guint32 round = 0; round < 3; round++)
    {
      gsize bytes = quarry_vector_index_get_bytes (self->index);

      g_assert_cmpuint (quarry_vector_index_get_spillable (self->index), >, 50000);
      spill (self);
      g_assert_cmpuint (quarry_vector_index_get_spillable (self->index), ==, 0);
      g_assert_cmpuint (quarry_vector_index_get_bytes (self->index), <, bytes - 50000);
      check_all (self, self->index);
      for (guint i = 0; i < G_N_ELEMENTS (both); i++)
        {
          if (round == 1)
            g_bytes_unref (save (both[i]));
          change (both[i], round);
        }
      check_all (self, self->index);
    }
  /* There is nothing left to spill. */
  spill (self);
  spill (self);
  {
    g_autoptr (GBytes) spilled = save (self), plain = save (&other);

    g_assert_true (g_bytes_equal (spilled, plain));
    g_assert_false (quarry_vector_index_is_damaged (self->index));
    check_all (self, self->index);
  }
  saved_tear_down (&other, NULL);
}

static void
test_refused (Saved *self, gconstpointer data)
{
  gsize bytes = quarry_vector_index_get_bytes (self->index);
  gsize spillable = quarry_vector_index_get_spillable (self->index);
  int fd = open_nameless (self, O_RDONLY);

  g_assert_false (quarry_vector_index_spill (self->index, fd));
  g_assert_cmpint (errno, ==, EBADF);
  close (fd);
  g_assert_cmpuint (quarry_vector_index_get_bytes (self->index), ==, bytes);
  g_assert_cmpuint (quarry_vector_index_get_spillable (self->index), ==, spillable);
  check_all (self, self->index);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/vector/spill", Saved, NULL, saved_set_up, test_spill, saved_tear_down);
  g_test_add ("/vector/spill/refused", Saved, NULL, saved_set_up, test_refused, saved_tear_down);
  return g_test_run ();
}
