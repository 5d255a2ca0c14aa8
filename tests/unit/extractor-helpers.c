/* extractor-helpers.c: what the tests of the process that reads files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "extractor-helpers.h"

#include <stdio.h>
#include <stdlib.h>
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

void
extractor_misbehave (void)
{
  g_setenv ("QUARRY_EXTRACT", QUARRY_BUILDDIR "/tests/unit/misbehaving-extract", TRUE);
}

QuarryDocument *
read_named (QuarryExtractor *extractor, const char *name, GCancellable *cancel, GError **error)
{
  int fd = open_text ("x");
  QuarryDocument *document = quarry_extractor_read (extractor, fd, name, cancel, error);

  g_assert_true ((document == NULL) == (error != NULL && *error != NULL));
  close (fd);
  return document;
}

void
assert_read (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, name);
}

void
assert_fails (QuarryExtractor *extractor, const char *name, QuarryExtractError code)
{
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_error (error, QUARRY_EXTRACT_ERROR, (gint) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), >, 5);
}

/* A process that @parent has started; 0 if there is none. */
static pid_t
find_child (pid_t parent)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *entry;

  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", entry, "stat", NULL);
      g_autofree char *stat = NULL;
      const char *rest;
      int ppid = 0;

      if (g_ascii_isdigit (*entry) && g_file_get_contents (path, &stat, NULL, NULL)
          && (rest = strrchr (stat, ')')) != NULL && sscanf (rest + 1, " %*c %d", &ppid) == 1
          && ppid == parent)
        return (pid_t) atoi (entry);
    }
  return 0;
}

pid_t
wait_for_child (pid_t *child)
{
  pid_t server;

  while ((server = find_child (getpid ())) == 0 || (*child = find_child (server)) == 0)
    g_usleep (1000);
  return server;
}
