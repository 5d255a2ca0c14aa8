/* extractor-helpers.c: what the tests of the process that reads files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "extractor-helpers.h"

#include <string.h>
#include <unistd.h>

int
open_text (const char *text)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("quarry-extractor-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  return fd;
}
