/* test-place.c: files without a name, where the system cannot make one at once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/place/quarry-nameless-file.h"

static gboolean knows_tmpfile;

/* Stands in the place of the C library's, and refuses as a file system does that does not know O_TMPFILE. */
int
open (const char *path, int flags, ...)
{
  static int (*open_really) (const char *, int, ...);
  va_list arguments;
  mode_t mode;

  va_start (arguments, flags);
  mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg (arguments, mode_t) : 0;
  va_end (arguments);
  if ((flags & O_TMPFILE) == O_TMPFILE && !knows_tmpfile)
    {
      errno = EOPNOTSUPP;
      return -1;
    }
  if (open_really == NULL)
    *(void **) &open_really = dlsym (RTLD_NEXT, "open");
  return open_really (path, flags, mode);
}

static guint
count_names (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* @data: whether the file system knows O_TMPFILE. */
static void
test_nameless (gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-place-XXXXXX", NULL);
  char byte = 0;
  struct stat info;
  int fd;

  knows_tmpfile = GPOINTER_TO_INT (data);
  fd = quarry_nameless_file_open (folder);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpuint (count_names (folder), ==, 0);
  g_assert_cmpint (fstat (fd, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpint (pwrite (fd, "x", 1, 0), ==, 1);
  g_assert_cmpint (pread (fd, &byte, 1, 0), ==, 1);
  g_assert_cmpint (byte, ==, 'x');
  close (fd);
  g_assert_cmpint (g_rmdir (folder), ==, 0);

  g_assert_cmpint (quarry_nameless_file_open (folder), ==, -1);
  g_assert_cmpint (errno, ==, ENOENT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/place/nameless", GINT_TO_POINTER (TRUE), test_nameless);
  g_test_add_data_func ("/place/nameless-after-all", GINT_TO_POINTER (FALSE), test_nameless);
  return g_test_run ();
}
