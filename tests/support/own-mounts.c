/* own-mounts.c: file systems that only a test sees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/support/own-mounts.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

gboolean
own_mounts_begin (void)
{
  return unshare (CLONE_NEWNS) == 0 && mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

int
own_mounts_mount_silent (const char *path)
{
  int fd = open ("/dev/fuse", O_RDWR | O_CLOEXEC);
  g_autofree char *options = g_strdup_printf ("fd=%d,rootmode=40000,user_id=0,group_id=0", fd);

  if (fd >= 0 && mount ("silent", path, "fuse", MS_NOSUID | MS_NODEV, options) != 0)
    {
      close (fd);
      return -1;
    }
  return fd;
}

static gboolean
may_mount (gboolean silent)
{
  const char *path = g_get_tmp_dir ();
  int status = 1;
  pid_t child = fork ();

  if (child == 0)
    _exit (own_mounts_begin ()
                   && (silent ? own_mounts_mount_silent (path) >= 0 : mount ("none", path, "tmpfs", 0, "size=1m") == 0)
               ? 0
               : 1);
  return child > 0 && waitpid (child, &status, 0) == child && status == 0;
}

gboolean
own_mounts_may_mount_silent (void)
{
  return may_mount (TRUE);
}

static gboolean
in_own_process (gboolean silent)
{
  if (g_test_subprocess ())
    return TRUE;
  if (!may_mount (silent))
    {
      g_test_skip (silent ? "a file system that does not answer cannot be mounted here"
                          : "a file system of our own cannot be mounted here");
      return FALSE;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
  return FALSE;
}

gboolean
own_mounts_in_own_process (void)
{
  return in_own_process (FALSE);
}

gboolean
own_mounts_in_own_process_silent (void)
{
  return in_own_process (TRUE);
}
