/* test-follow-away.c: folders on drives that are unplugged, and on servers that do not answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/follow-helpers.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "core/files/quarry-mounts.h"
#include "core/files/quarry-open-file.h"
#include "core/library/import/quarry-import-walk.h"
#include "core/library/import/quarry-why.h"
#include "tests/support/own-mounts.h"
#include "tests/support/temporary-folder.h"

static void
remember_mount (Fixture *fixture, const char *path)
{
  QuarryStore *writer = quarry_library_begin_write (fixture->library, NULL);
  g_autoptr (GBytes) value = g_bytes_new (path, strlen (path) + 1);

  g_assert_true (quarry_store_set_value (writer, "mounts", value, NULL));
  g_assert_true (quarry_library_end_write (fixture->library, TRUE, NULL));
}

/* The documents of a drive that is not mounted stay, whatever is at its mount point. */
static void
test_away (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bees = source (fixture, "bees.txt");
  g_autofree char *copy = g_build_filename (fixture->top, "copy.txt", NULL);
  g_autofree char *text = NULL;
  gint64 id;

  import (fixture, fixture->sources);
  remember_mount (fixture, fixture->sources);
  g_assert_true (g_file_get_contents (bees, &text, NULL, NULL));
  remove_tree (fixture->sources);
  g_assert_cmpint (g_mkdir (fixture->sources, 0700), ==, 0);
  follow (fixture, SOON);
  wait_for_state (fixture, QUARRY_FOLDER_AWAY);
  import (fixture, fixture->sources);
  g_assert_cmpuint (count (fixture), ==, 4);

  /* A copy of a file that cannot be reached now is not taken for that file moved. */
  id = id_of (fixture, "bees.txt");
  g_assert_true (g_file_set_contents (copy, text, -1, NULL));
  import (fixture, copy);
  g_assert_cmpint (id_of (fixture, "bees.txt"), ==, id);
  g_assert_cmpint (id_of (fixture, "../copy.txt"), !=, 0);
  g_assert_cmpint (g_rmdir (fixture->sources), ==, 0);
  import (fixture, fixture->top);
  g_assert_cmpuint (count (fixture), ==, 5);
  {
    g_autoptr (QuarryWhy) why = quarry_library_why (fixture->library, bees, NULL, NULL, NULL);

    g_assert_cmpstr (quarry_why_state_name (why->state), ==, "away");
  }

  /* If the place where the files were is remembered as part of a mount that is there now, they count as deleted. */
  {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();
    g_autoptr (QuarryMounts) now = quarry_mounts_new (none);

    remember_mount (fixture, quarry_mounts_find (now, fixture->top));
  }
  import (fixture, fixture->top);
  g_assert_cmpuint (count (fixture), ==, 1);
}

static void
mount_and_unmount (void)
{
  Fixture fixture = { 0 };
  g_autofree char *mounted = NULL;
  g_autofree char *away = NULL;

  set_up (&fixture, NULL);
  mounted = source (&fixture, "drive");
  g_assert_cmpint (g_mkdir (mounted, 0700), ==, 0);
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (mount ("none", mounted, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  away = write_file (mounted, "far/away.txt", "On another drive.", -1);

  /* Another file system below a folder is not entered, which is reported. If its own name is given, it is read. */
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 4);
  {
    g_autoptr (QuarryWhy) why = quarry_library_why (fixture.library, mounted, NULL, NULL, NULL);

    g_autoptr (QuarryWhy) below = quarry_library_why (fixture.library, away, NULL, NULL, NULL);

    g_assert_cmpstr (quarry_why_state_name (why->state), ==, "skipped");
    /* It is not read, however often its folder is imported. */
    g_assert_cmpstr (quarry_why_state_name (below->state), ==, "skipped");
    g_assert_cmpstr (below->reason, ==, why->reason);
  }
  import (&fixture, mounted);
  g_assert_cmpuint (count (&fixture), ==, 5);

  g_assert_cmpint (umount (mounted), ==, 0);
  import (&fixture, fixture.sources);
  import (&fixture, mounted);
  g_assert_cmpuint (count (&fixture), ==, 5);

  g_assert_cmpint (mount ("none", mounted, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  import (&fixture, mounted);
  g_assert_cmpuint (count (&fixture), ==, 4);
  g_assert_cmpint (umount (mounted), ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_mount (void)
{
  if (own_mounts_in_own_process ())
    mount_and_unmount ();
}

/* --- Something else at the same place -------------------------------------------------------------- */

static void
mount_over (void)
{
  Fixture fixture = { 0 };
  g_autofree char *bees = NULL;

  set_up (&fixture, NULL);
  g_assert_true (own_mounts_begin ());
  import (&fixture, fixture.sources);
  follow (&fixture, SOON);
  wait_for_state (&fixture, QUARRY_FOLDER_WATCHED);

  /* An empty file system is mounted over the folder: its files are not gone. Whoever names the folder again does not
   * say that they are, nor does a file on what was mounted. */
  g_assert_cmpint (mount ("none", fixture.sources, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  wait_for_state (&fixture, QUARRY_FOLDER_AWAY);
  wait_until_idle (&fixture);
  g_assert_cmpuint (count (&fixture), ==, 4);
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 4);
  g_free (write_file (fixture.sources, "other.txt", "Of another drive.", -1));
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 5);
  {
    g_autoptr (QuarryWhy) why = NULL;

    bees = source (&fixture, "bees.txt");
    why = quarry_library_why (fixture.library, bees, NULL, NULL, NULL);
    g_assert_cmpstr (quarry_why_state_name (why->state), ==, "away");
  }

  /* Once it is unmounted, the folder is followed again; all of its files can be deleted at once. */
  g_assert_cmpint (umount (fixture.sources), ==, 0);
  wait_for_state (&fixture, QUARRY_FOLDER_WATCHED);
  wait_for (&fixture, "other.txt", FALSE);
  g_assert_cmpuint (count (&fixture), ==, 4);
  remove_tree (fixture.sources);
  g_assert_cmpint (g_mkdir (fixture.sources, 0700), ==, 0);
  wait_for (&fixture, "bees.txt", FALSE);
  wait_for (&fixture, "sub/deep/lava.txt", FALSE);
  tear_down (&fixture, NULL);
}

static void
test_mounted_over (void)
{
  if (own_mounts_in_own_process ())
    mount_over ();
}

/* If a person moves everything to a new disk and mounts it at the old place, the documents are those of the new disk from
 * then on. */
static void
move_to_disk (void)
{
  Fixture fixture = { 0 };
  g_autofree char *bees = NULL;
  g_autofree char *lava = NULL;

  set_up (&fixture, NULL);
  g_assert_true (own_mounts_begin ());
  import (&fixture, fixture.sources);
  g_assert_cmpint (mount ("none", fixture.sources, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  bees = write_file (fixture.sources, "bees.txt", "Honeybees gather nectar and pollen.", -1);
  lava = write_file (fixture.sources, "sub/deep/lava.txt", "Volcanoes pour lava over basalt.", -1);
  follow (&fixture, SOON);
  wait_for_state (&fixture, QUARRY_FOLDER_WATCHED);
  wait_for (&fixture, "ships.txt", FALSE);
  wait_until_idle (&fixture);
  g_assert_cmpuint (count (&fixture), ==, 2);
  g_assert_cmpint (g_unlink (bees), ==, 0);
  wait_for (&fixture, "bees.txt", FALSE);
  g_assert_cmpint (g_unlink (lava), ==, 0);
  wait_for (&fixture, "sub/deep/lava.txt", FALSE);
  wait_for_state (&fixture, QUARRY_FOLDER_WATCHED);
  g_assert_cmpint (umount (fixture.sources), ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_new_disk (void)
{
  if (own_mounts_in_own_process ())
    move_to_disk ();
}

/* Has the disks at /dev/one and /dev/two ids, as udev gives them. */
static gboolean
name_disks (void)
{
  return mount ("none", "/dev", "tmpfs", 0, "mode=755") == 0 && mknod ("/dev/null", S_IFCHR | 0666, makedev (1, 3)) == 0
         && mknod ("/dev/urandom", S_IFCHR | 0666, makedev (1, 9)) == 0
         && g_mkdir_with_parents ("/dev/disk/by-uuid", 0755) == 0
         && symlink ("../../one", "/dev/disk/by-uuid/0001") == 0 && symlink ("../../two", "/dev/disk/by-uuid/0002") == 0;
}

static void
mount_another (void)
{
  Fixture fixture = { 0 };

  set_up (&fixture, NULL);
  g_assert_true (own_mounts_begin ());
  if (!name_disks ())
    {
      g_test_skip ("no devices can be made here");
      tear_down (&fixture, NULL);
      return;
    }
  g_assert_cmpint (mount ("/dev/one", fixture.sources, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  g_free (write_file (fixture.sources, "far.txt", "On a drive.", -1));
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 1);

  /* The documents of the first drive stay while another one is mounted in its place. */
  g_assert_cmpint (umount (fixture.sources), ==, 0);
  g_assert_cmpint (mount ("/dev/two", fixture.sources, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 1);

  /* The first one again, which is empty now. */
  g_assert_cmpint (umount (fixture.sources), ==, 0);
  g_assert_cmpint (mount ("/dev/one", fixture.sources, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 0);
  g_assert_cmpint (umount (fixture.sources), ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_other_drive (void)
{
  if (own_mounts_in_own_process ())
    mount_another ();
}

/* The folders of GVfs are servers, also where that is none. */
static void
import_from_server (void)
{
  Fixture fixture = { 0 };
  g_autofree char *one = NULL;
  g_autofree char *papers = NULL;

  set_up (&fixture, NULL);
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (mount ("gvfsd-fuse", fixture.sources, "tmpfs", 0, "size=1m,mode=700"), ==, 0);
  one = write_file (fixture.sources, "server/papers/one.txt", "On a server.", -1);
  g_free (write_file (fixture.sources, "server/papers/two.txt", "On the server, too.", -1));
  papers = source (&fixture, "server/papers");
  import (&fixture, papers);
  g_assert_cmpuint (count (&fixture), ==, 2);

  g_assert_cmpint (g_unlink (one), ==, 0);
  import (&fixture, papers);
  g_assert_cmpuint (count (&fixture), ==, 1);
  /* The server's own disk is not mounted: it shows an empty folder, or none at all. */
  remove_tree (papers);
  g_assert_cmpint (g_mkdir (papers, 0700), ==, 0);
  import (&fixture, papers);
  g_assert_cmpuint (count (&fixture), ==, 1);
  g_assert_cmpint (g_rmdir (papers), ==, 0);
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), ==, 1);
  /* The folder was deleted. */
  g_free (write_file (fixture.sources, "server/other.txt", "Beside it.", -1));
  import (&fixture, fixture.sources);
  g_assert_cmpint (id_of (&fixture, "server/papers/two.txt"), ==, 0);
  g_assert_cmpint (umount (fixture.sources), ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_bare_server (void)
{
  if (own_mounts_in_own_process ())
    import_from_server ();
}

static gboolean
nothing_cb (const QuarryScanned *found, gpointer user_data)
{
  return TRUE;
}

static void
import_beside_silence (void)
{
  Fixture fixture = { 0 };
  g_autofree char *mounted = NULL;
  g_autofree char *inside = NULL;
  g_autofree char *where = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  QuarryOpened opened = { .fd = -1 };
  int fd;

  set_up (&fixture, NULL);
  mounted = source (&fixture, "server");
  inside = g_build_filename (mounted, "a.txt", NULL);
  g_assert_cmpint (g_mkdir (mounted, 0700), ==, 0);
  g_assert_true (own_mounts_begin ());
  fd = own_mounts_mount_silent (mounted);
  g_assert_cmpint (fd, >=, 0);

  /* When its folder is imported, the silent file system is not even looked at. */
  import (&fixture, fixture.sources);
  g_assert_cmpuint (count (&fixture), >, 0);
  {
    QuarryStore *reader = quarry_library_borrow (fixture.library, NULL);
    g_autoptr (QuarryFailureRecord) said = quarry_store_find_failure (reader, mounted, NULL);

    quarry_library_give_back (fixture.library, reader);
    g_assert_nonnull (said);
    g_assert_true (said->skipped);
  }
  /* Walking it, or opening a file on it, gives up after the timeout. */
  g_assert_false (quarry_walk (NULL, (const char *[]){ mounted, NULL }, NULL, NULL, 1, nothing_cb, NULL, &where));
  g_assert_cmpstr (where, ==, mounted);
  g_assert_false (quarry_open_patiently (inside, TRUE, NULL, 1, &opened));
  /* A caller that is cancelled does not wait at all. */
  g_cancellable_cancel (cancellable);
  g_assert_true (quarry_walk (NULL, (const char *[]){ mounted, NULL }, NULL, cancellable, G_MAXINT, nothing_cb, NULL,
                              &where));
  {
    g_autoptr (GPtrArray) none = g_ptr_array_new ();
    g_autoptr (QuarryMounts) mounts = quarry_mounts_new (none);

    g_assert_true (quarry_mounts_is_remote (mounts, inside));
    g_assert_false (quarry_mounts_is_remote (mounts, fixture.sources));
    g_assert_false (quarry_mounts_is_silent (mounts, inside));
    quarry_mounts_set_silent (mounts, mounted);
    g_assert_true (quarry_mounts_is_silent (mounts, inside));
    g_assert_false (quarry_mounts_is_silent (mounts, fixture.sources));
    g_assert_false (quarry_mounts_is_gone (mounts, inside));
  }

  /* Closing the file system releases the threads that wait for it. */
  close (fd);
  g_assert_cmpint (umount2 (mounted, MNT_DETACH), ==, 0);
  tear_down (&fixture, NULL);
}

static void
test_silence (void)
{
  if (own_mounts_in_own_process_silent ())
    import_beside_silence ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/follow-away/away", Fixture, NULL, set_up, test_away, tear_down);
  g_test_add_func ("/follow-away/mount", test_mount);
  g_test_add_func ("/follow-away/mounted-over", test_mounted_over);
  g_test_add_func ("/follow-away/new-disk", test_new_disk);
  g_test_add_func ("/follow-away/other-drive", test_other_drive);
  g_test_add_func ("/follow-away/bare-server", test_bare_server);
  g_test_add_func ("/follow-away/silence", test_silence);

  return g_test_run ();
}
