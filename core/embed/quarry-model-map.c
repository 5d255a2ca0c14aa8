/* quarry-model-map.c: a file of a model, mapped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/embed/quarry-model-map.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/embed/quarry-embedder.h"
#include "core/mapping/quarry-mapping.h"

GBytes *
quarry_model_map (const char *path, GError **error)
{
  /* A pipe by that name must not hold the program up. */
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  GBytes *bytes = NULL;
  struct stat status;
  gboolean absent;
  int number;

  /* Nothing of an empty file can be mapped. */
  if (fd >= 0 && fstat (fd, &status) == 0)
    bytes = status.st_size == 0 ? g_bytes_new_static ("", 0) : quarry_mapping_bytes_new (fd, (gsize) status.st_size);
  number = errno;
  if (fd >= 0)
    close (fd);
  if (bytes != NULL)
    return bytes;
  absent = number == ENOENT || number == ENOTDIR;
  g_set_error (error,
               QUARRY_EMBED_ERROR,
               absent ? QUARRY_EMBED_ERROR_MISSING : QUARRY_EMBED_ERROR_DAMAGED,
               _ ("The model file “%s” cannot be read: %s"),
               path,
               absent ? _ ("it is not there") : g_strerror (number));
  return NULL;
}
