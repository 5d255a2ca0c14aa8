/* quarry-nameless-file.c: temporary files without a name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/place/quarry-nameless-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

int
quarry_nameless_file_open (const char *folder)
{
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  g_autofree char *path = NULL;

  if (fd >= 0)
    return fd;
  /* Not every file system knows O_TMPFILE. Where it does not, the file has a name for the moment until it is
   * unlinked. */
  path = g_build_filename (folder, "nameless-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 && g_unlink (path) != 0)
    {
      int error = errno;

      close (fd);
      errno = error;
      fd = -1;
    }
  return fd;
}
