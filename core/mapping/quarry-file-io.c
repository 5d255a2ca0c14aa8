/* quarry-file-io.c: reads and writes at a place of a file that are done as a whole
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/mapping/quarry-file-io.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

gboolean
quarry_file_read_at (int fd, gpointer data, gsize length, guint64 at)
{
  char *bytes = data;

  while (length > 0)
    {
      gssize n = pread (fd, bytes, length, (off_t) at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      length -= (gsize) n;
      at += (guint64) n;
    }
  return TRUE;
}

int
quarry_file_write_at (int fd, gconstpointer data, gsize length, guint64 *at)
{
  const char *bytes = data;

  while (length > 0)
    {
      gssize n = pwrite (fd, bytes, length, (off_t) *at);

      if (n < 0 && errno != EINTR)
        return errno;
      if (n > 0)
        {
          bytes += n;
          length -= (gsize) n;
          *at += (guint64) n;
        }
    }
  return 0;
}

void
quarry_file_sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
}
