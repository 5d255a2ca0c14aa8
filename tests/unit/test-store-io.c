/* test-store-io.c: disks that fail, copies, and processes that die while the library is brought up to date
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A layer between SQLite and the files fails from a chosen operation on, as a broken disk or a used-up
 * quota does. Whatever the moment: what was committed is there, the library is sound, and goes on.
 */
#include "tests/unit/store-helpers.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/support/own-mounts.h"

/* --- A file system that fails ----------------------------------------------------------------------------- */

/* A file of the real layer (VFS), wrapped. */
typedef struct
{
  sqlite3_file base;
  sqlite3_file *real;
  gboolean has_failed;
} ShimFile;

static struct
{
  sqlite3_vfs vfs;
  sqlite3_vfs *real;
  int left;  /* how many more operations succeed; -1: all */
  int error; /* the result of those that fail */
  guint n_failed;
  gboolean once; /* only one operation fails */
  int system_error; /* errno that the file then reports as the reason, if only it failed; 0: none */
  gboolean shares;  /* whether processes can share memory */
} shim;

static gboolean
fails (sqlite3_file *file)
{
  if (shim.left < 0)
    return FALSE;
  if (shim.left > 0)
    {
      shim.left--;
      return FALSE;
    }
  shim.n_failed++;
  ((ShimFile *) file)->has_failed = TRUE;
  if (shim.once)
    shim.left = -1;
  return TRUE;
}

#define REAL(file) (((ShimFile *) (file))->real)

static int
shim_close (sqlite3_file *file)
{
  int rc = REAL (file)->pMethods != NULL ? REAL (file)->pMethods->xClose (REAL (file)) : SQLITE_OK;

  sqlite3_free (REAL (file));
  return rc;
}

static int
shim_read (sqlite3_file *file, void *data, int n, sqlite3_int64 at)
{
  return REAL (file)->pMethods->xRead (REAL (file), data, n, at);
}

static int
shim_write (sqlite3_file *file, const void *data, int n, sqlite3_int64 at)
{
  if (fails (file))
    {
      /* A disk that breaks has written half of it. */
      REAL (file)->pMethods->xWrite (REAL (file), data, n / 2, at);
      return shim.error;
    }
  return REAL (file)->pMethods->xWrite (REAL (file), data, n, at);
}

static int
shim_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return fails (file) ? SQLITE_IOERR_TRUNCATE : REAL (file)->pMethods->xTruncate (REAL (file), size);
}

static int
shim_sync (sqlite3_file *file, int flags)
{
  return fails (file) ? SQLITE_IOERR_FSYNC : REAL (file)->pMethods->xSync (REAL (file), flags);
}

static int
shim_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return REAL (file)->pMethods->xFileSize (REAL (file), size);
}

static int
shim_lock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xLock (REAL (file), level);
}

static int
shim_unlock (sqlite3_file *file, int level)
{
  return REAL (file)->pMethods->xUnlock (REAL (file), level);
}

static int
shim_check_lock (sqlite3_file *file, int *locked)
{
  return REAL (file)->pMethods->xCheckReservedLock (REAL (file), locked);
}

static int
shim_control (sqlite3_file *file, int what, void *data)
{
  if (what == SQLITE_FCNTL_LAST_ERRNO && shim.system_error != 0 && ((ShimFile *) file)->has_failed)
    {
      *(int *) data = shim.system_error;
      return SQLITE_OK;
    }
  return REAL (file)->pMethods->xFileControl (REAL (file), what, data);
}

static int
shim_sector (sqlite3_file *file)
{
  return REAL (file)->pMethods->xSectorSize (REAL (file));
}

static int
shim_characteristics (sqlite3_file *file)
{
  return REAL (file)->pMethods->xDeviceCharacteristics (REAL (file));
}

static int
shim_map (sqlite3_file *file, int region, int size, int extend, void volatile **memory)
{
  if (!shim.shares)
    {
      errno = ENODEV;
      return SQLITE_IOERR_SHMMAP;
    }
  return REAL (file)->pMethods->xShmMap (REAL (file), region, size, extend, memory);
}

static int
shim_shm_lock (sqlite3_file *file, int offset, int n, int flags)
{
  return REAL (file)->pMethods->xShmLock (REAL (file), offset, n, flags);
}

static void
shim_barrier (sqlite3_file *file)
{
  REAL (file)->pMethods->xShmBarrier (REAL (file));
}

static int
shim_unmap (sqlite3_file *file, int remove)
{
  return REAL (file)->pMethods->xShmUnmap (REAL (file), remove);
}

static const sqlite3_io_methods methods = {
  .iVersion = 2,
  .xClose = shim_close,
  .xRead = shim_read,
  .xWrite = shim_write,
  .xTruncate = shim_truncate,
  .xSync = shim_sync,
  .xFileSize = shim_size,
  .xLock = shim_lock,
  .xUnlock = shim_unlock,
  .xCheckReservedLock = shim_check_lock,
  .xFileControl = shim_control,
  .xSectorSize = shim_sector,
  .xDeviceCharacteristics = shim_characteristics,
  .xShmMap = shim_map,
  .xShmLock = shim_shm_lock,
  .xShmBarrier = shim_barrier,
  .xShmUnmap = shim_unmap,
};

static int
shim_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  ShimFile *self = (ShimFile *) file;
  int rc;

  self->has_failed = FALSE;
  self->real = sqlite3_malloc (shim.real->szOsFile);
  memset (self->real, 0, (gsize) shim.real->szOsFile);
  rc = shim.real->xOpen (shim.real, name, self->real, flags, out_flags);
  self->base.pMethods = rc == SQLITE_OK ? &methods : NULL;
  if (rc != SQLITE_OK)
    sqlite3_free (self->real);
  return rc;
}

static void
use_shim (void)
{
  shim.real = sqlite3_vfs_find (NULL);
  shim.vfs = *shim.real;
  shim.vfs.zName = "failing";
  shim.vfs.szOsFile = sizeof (ShimFile);
  shim.vfs.xOpen = shim_open;
  shim.left = -1;
  shim.shares = TRUE;
  sqlite3_vfs_register (&shim.vfs, 1);
}

/* --- Failing disks ----------------------------------------------------------------------------------------- */

/* Adds documents until one fails or there are @most, and returns how many were committed. */
static guint
add_until (QuarryStore *store, guint round, guint most, GError **error)
{
  g_autofree char *large = g_strnfill (20000, 'x');
  const char *paragraphs[] = { large, NULL };
  guint n = 0;

  for (; n < most; n++)
    {
      g_autofree char *path = g_strdup_printf ("/%u/%u", round, n);
      g_autoptr (QuarryDocumentRecord) record = NULL;

      if (!quarry_store_begin (store, error))
        return n;
      record = try_add_document (store, path, NULL, paragraphs, error);
      if (record == NULL || !quarry_store_commit (store, error))
        {
          quarry_store_rollback (store);
          return n;
        }
    }
  return n;
}

typedef struct
{
  int error;
  gboolean once;
  QuarryStoreError wanted;
  int system_error;
} Failing;

static const Failing failings[] = {
  { SQLITE_IOERR_WRITE, FALSE, QUARRY_STORE_ERROR_FAILED }, /* the disk is broken from now on */
  { SQLITE_IOERR_WRITE, TRUE, QUARRY_STORE_ERROR_FAILED },  /* the disk fails once */
  { SQLITE_FULL, FALSE, QUARRY_STORE_ERROR_FULL },          /* no space left */
  { SQLITE_IOERR_WRITE, FALSE, QUARRY_STORE_ERROR_FULL, EDQUOT }, /* no quota left, which SQLite does not know */
};

static void
test_failing_disk (StoreFixture *fixture, gconstpointer data)
{
  const Failing *failing = data;
  guint64 committed = 0;
  guint n_failures = 0;

  /* Each round lets one more operation succeed, so that each kind fails in some round: begin, pages, log, commit,
   * checkpoint. */
  for (guint after = 0; after < 60; after++)
    {
      g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
      g_autoptr (QuarryStore) again = NULL;
      g_autoptr (GError) error = NULL;

      /* Checkpoints are frequent, so that one is among what fails. */
      execute_sql (store, "PRAGMA wal_autocheckpoint = 20");
      shim.error = failing->error;
      shim.once = failing->once;
      shim.system_error = failing->system_error;
      shim.n_failed = 0;
      shim.left = (int) after;
      committed += add_until (store, after, 6, &error);
      shim.left = -1;
      shim.system_error = 0;
      if (error != NULL && failing->system_error != 0)
        g_assert_error (error, QUARRY_STORE_ERROR, (int) failing->wanted);
      if (error != NULL)
        {
          n_failures++;
          g_assert_cmpuint (shim.n_failed, >, 0);
          g_assert_cmpint (error->domain, ==, QUARRY_STORE_ERROR);
          g_assert_nonnull (strstr (error->message, fixture->file));
          g_assert_true (g_str_has_suffix (error->message, "."));
          if (failing->wanted == QUARRY_STORE_ERROR_FULL)
            g_assert_true (error->code == QUARRY_STORE_ERROR_FULL || error->code == QUARRY_STORE_ERROR_FAILED);
        }
      /* Both this connection, once the disk works again, and a new one have what was committed. */
      assert_counts (store, committed, committed);
      g_clear_object (&store);
      again = open_store (fixture, QUARRY_STORE_WRITE);
      assert_counts (again, committed, committed);
      if (after % 10 == 0)
        assert_sound (again);
    }
  g_test_message ("%u of 60 met a failure, %u documents", n_failures, (guint) committed);
  g_assert_cmpuint (n_failures, >, 10);
  {
    g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);

    assert_sound (store);
    add_document (store, "/afterwards", NULL, one_paragraph);
    assert_counts (store, committed + 1, committed + 1);
  }
}

/* Some network file systems let processes share no memory; the error says so. */
static void
test_no_sharing (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  g_autoptr (GError) error = NULL;

  g_clear_object (&store);
  shim.shares = FALSE;
  g_assert_null (quarry_store_open (fixture->folder, QUARRY_STORE_WRITE, &error));
  assert_store_error (error, QUARRY_STORE_ERROR_OPEN, fixture->file);
  g_assert_nonnull (strstr (error->message, "share memory"));
  shim.shares = TRUE;
  store = open_store (fixture, QUARRY_STORE_WRITE);
}

/* A file system that has no room for another file (no inodes) is reported as full, although there is room in
 * existing files. */
static void
test_no_more_files (StoreFixture *fixture, gconstpointer data)
{
  guint n_refused = 0;

  if (!own_mounts_in_own_process ())
    return;
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  /* One each for the folder itself, the database, its log, and the memory shared with readers. */
  for (guint n = 1; n <= 4; n++)
    {
      g_autofree char *options = g_strdup_printf ("size=16m,mode=700,nr_inodes=%u", n);
      g_autoptr (QuarryStore) store = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (mount ("none", fixture->folder, "tmpfs", 0, options), ==, 0);
      store = quarry_store_open (fixture->folder, QUARRY_STORE_WRITE, &error);
      g_test_message ("%u files: %s", n, error != NULL ? error->message : "enough");
      if (store == NULL)
        {
          n_refused++;
          assert_store_error (error, QUARRY_STORE_ERROR_FULL, fixture->file);
        }
      g_clear_object (&store);
      g_assert_cmpint (umount2 (fixture->folder, MNT_DETACH), ==, 0);
    }
  g_assert_cmpuint (n_refused, >=, 2);
}

/* --- Death in a migration -------------------------------------------------------------------------------------- */

static gboolean
keep (QuarryStore *store, GError **error)
{
  return TRUE;
}

static gboolean
die_half_way (QuarryStore *store, GError **error)
{
  execute_sql (store, "PRAGMA cache_size = 1");
  execute_sql (store, "CREATE TABLE half (a)");
  execute_sql (store, "INSERT INTO half SELECT randomblob (4000) FROM documents");
  execute_sql (store, "DELETE FROM passages");
  _exit (0);
}

static gint64
user_version (QuarryStore *store)
{
  sqlite3_stmt *stmt = NULL;
  gint64 version;

  g_assert_cmpint (sqlite3_prepare_v2 (quarry_store_get_handle (store), "PRAGMA user_version", -1, &stmt, NULL), ==,
                   SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  version = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return version;
}

static void
migrate_and_die (StoreFixture *fixture)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  gint64 version = user_version (store);
  g_autofree QuarryStoreMigration *table = g_new (QuarryStoreMigration, version + 1);

  for (gint64 i = 0; i < version; i++)
    table[i] = keep;
  table[version] = die_half_way;
  quarry_store_migrate (store, table, (guint) version + 1, NULL);
  g_assert_not_reached ();
}

static void
test_death_in_migration (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  gint64 version = user_version (store);

  add_many (store, 100);
  g_clear_object (&store);
  run_in_child (migrate_and_die, fixture);
  store = open_store (fixture, QUARRY_STORE_WRITE);
  g_assert_cmpint (user_version (store), ==, version);
  assert_counts (store, 100, 200);
  assert_sound (store);
}

/* --- Copies -------------------------------------------------------------------------------------------------- */

static void
copy_folder (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);
      g_autofree char *bytes = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (source, &bytes, &length, NULL));
      g_assert_true (g_file_set_contents (target, bytes, (gssize) length, NULL));
    }
}

/* A copy of the folder of a library that is open, made while nothing is being added, is complete, as the log is
 * copied too. */
static void
test_copy (StoreFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryStore) store = open_store (fixture, QUARRY_STORE_WRITE);
  StoreFixture copy = { NULL, g_build_filename (fixture->parent, "copy", NULL), NULL };
  g_autofree char *log = g_strconcat (fixture->file, "-wal", NULL);
  g_autoptr (QuarryStore) copied = NULL;

  copy.file = g_build_filename (copy.folder, "library.db", NULL);
  add_many (store, 20);
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
  copy_folder (fixture->folder, copy.folder);
  add_document (store, "/later", NULL, one_paragraph);

  copied = open_store (&copy, QUARRY_STORE_WRITE);
  assert_counts (copied, 20, 40);
  assert_sound (copied);
  assert_counts (store, 21, 41);
  g_free (copy.folder);
  g_free (copy.file);
}

typedef struct
{
  StoreFixture *fixture;
  gint stop;
  gint n_added;
} Adder;

static gpointer
add_thread (gpointer data)
{
  Adder *adder = data;
  g_autoptr (QuarryStore) store = open_store (adder->fixture, QUARRY_STORE_WRITE);

  while (!g_atomic_int_get (&adder->stop))
    {
      g_autofree char *path = g_strdup_printf ("/%d", adder->n_added);

      add_document (store, path, NULL, two_paragraphs);
      g_atomic_int_inc (&adder->n_added);
    }
  return NULL;
}

/* While documents are being added, only SQLite's backup makes a sound copy. */
static void
test_copy_while_adding (StoreFixture *fixture, gconstpointer data)
{
  Adder adder = { fixture, FALSE, 0 };
  StoreFixture copy = { NULL, g_build_filename (fixture->parent, "copy", NULL), NULL };
  g_autoptr (QuarryStore) copied = NULL;
  char *sql;
  sqlite3 *db = NULL;
  QuarryStoreCounts counts;
  GThread *thread;
  gint n_before;

  copy.file = g_build_filename (copy.folder, "library.db", NULL);
  thread = g_thread_new ("add", add_thread, &adder);
  while (g_atomic_int_get (&adder.n_added) < 20)
    g_usleep (1000);
  n_before = g_atomic_int_get (&adder.n_added);
  g_assert_cmpint (g_mkdir_with_parents (copy.folder, 0700), ==, 0);
  sql = sqlite3_mprintf ("VACUUM INTO %Q", copy.file);
  g_assert_cmpint (sqlite3_open (fixture->file, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
  g_atomic_int_set (&adder.stop, TRUE);
  g_thread_join (thread);

  copied = open_store (&copy, QUARRY_STORE_WRITE);
  assert_sound (copied);
  g_assert_true (quarry_store_count (copied, &counts, NULL));
  g_assert_cmpuint (counts.documents, >=, n_before);
  g_assert_cmpuint (counts.documents, <=, adder.n_added);
  g_assert_cmpuint (counts.passages, ==, 2 * counts.documents);
  g_free (copy.folder);
  g_free (copy.file);
  sqlite3_free (sql);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  use_shim ();

  g_test_add ("/store/io/broken", StoreFixture, &failings[0], store_set_up, test_failing_disk, store_tear_down);
  g_test_add ("/store/io/once", StoreFixture, &failings[1], store_set_up, test_failing_disk, store_tear_down);
  g_test_add ("/store/io/full", StoreFixture, &failings[2], store_set_up, test_failing_disk, store_tear_down);
  STORE_TEST ("io/no-sharing", test_no_sharing);
  STORE_TEST ("io/no-more-files", test_no_more_files);
  g_test_add ("/store/io/quota", StoreFixture, &failings[3], store_set_up, test_failing_disk, store_tear_down);
  STORE_TEST ("io/death-in-migration", test_death_in_migration);
  STORE_TEST ("io/copy", test_copy);
  STORE_TEST ("io/copy-while-adding", test_copy_while_adding);

  return g_test_run ();
}
