/* driver.c: runs a fuzz target over files and folders of them, without libFuzzer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include <glib.h>
#include <string.h>

#define N_CUTS 40u
#define N_SHAKES 400u /* unless --shakes N says otherwise */
#define ROOM 64u      /* by how much a target's own changes may lengthen an input */

#pragma weak LLVMFuzzerCustomMutator

static guint32 seed;

static guint32
next_random (void)
{
  seed = seed * 1664525u + 1013904223u;
  return seed;
}

static void
run (const guint8 *bytes, gsize length)
{
  /* A copy exactly as long as the input, so that a sanitizer notices reads beyond its end. */
  g_autofree guint8 *copy = g_memdup2 (bytes, length);

  LLVMFuzzerTestOneInput (copy != NULL ? copy : (const guint8 *) "", length);
}

static void
shake (guint8 *bytes, gsize length, guint i)
{
  static const char signs[] = "<>{}[]()\\\"'`*_=#:/\n\r\t\0\377\200";
  guint n = 1 + i % 8;

  for (guint k = 0; k < n; k++)
    {
      guint32 random = next_random ();

      bytes[(random >> 8) % length]
          = (guint8) (i % 2 == 0 ? signs[(random >> 3) % sizeof signs] : (char) (random >> 24));
    }
}

size_t
LLVMFuzzerMutate (uint8_t *bytes, size_t length, size_t most)
{
  if (length > 0)
    shake (bytes, length, next_random () >> 16);
  return length;
}

static void
run_file (const char *path, guint n_shakes)
{
  g_autofree char *bytes = NULL;
  g_autofree guint8 *shaken = NULL;
  gsize length;

  if (!g_file_get_contents (path, &bytes, &length, NULL))
    g_error ("%s cannot be read", path);
  run ((const guint8 *) bytes, length);
  for (guint i = 0; i < N_CUTS; i++)
    run ((const guint8 *) bytes, length * i / N_CUTS);
  seed = 1;
  shaken = g_malloc (length + ROOM);
  for (guint i = 0; i < n_shakes && length > 0; i++)
    {
      gsize n = length;

      memcpy (shaken, bytes, length);
      /* Half of the changes are the target's own, if it has some. */
      if (LLVMFuzzerCustomMutator != NULL && i % 2 == 0)
        n = LLVMFuzzerCustomMutator (shaken, length, length + ROOM, next_random ());
      else
        shake (shaken, length, i);
      run (shaken, n);
    }
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Runs the files of a folder, in the same order everywhere. It is closed before, since a target may count the open
 * descriptors. Returns how many files these are. */
static guint
run_folder (GDir *dir, const char *folder, guint n_shakes)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (paths, g_build_filename (folder, name, NULL));
  g_dir_close (dir);
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++)
    run_file (paths->pdata[i], n_shakes);
  return paths->len;
}

int
main (int argc, char **argv)
{
  guint n = 0, n_shakes = N_SHAKES;
  int first = 1;

  if (argc > 2 && strcmp (argv[1], "--shakes") == 0)
    {
      n_shakes = (guint) g_ascii_strtoull (argv[2], NULL, 10);
      first = 3;
    }
  for (int i = first; i < argc; i++)
    {
      GDir *dir = g_dir_open (argv[i], 0, NULL);

      if (dir != NULL)
        n += run_folder (dir, argv[i], n_shakes);
      else
        run_file (argv[i], n_shakes), n++;
    }
  g_print ("1..1\nok 1 - %u files\n", n);
  return n > 0 ? 0 : 1;
}
