/* test-ref.c: reading reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include <glib/gstdio.h>

#include "core/eval/quarry-ref.h"
#include "tests/support/temporary-folder.h"

/* @expected: sentences, each ended by "|", or by "#" at the end of a segment. */
static void
assert_reads (FolderFixture *self, const char *contents, const char *expected, guint n_segments)
{
  g_autofree char *path = write_file (self->folder, "a.ref", contents, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryRef) ref = quarry_ref_load (path, &error);
  g_autoptr (GString) found = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < ref->sentences->len; i++)
    {
      g_string_append (found, g_ptr_array_index (ref->sentences, i));
      g_string_append_c (found, ref->boundary[i] ? '#' : '|');
    }
  g_assert_cmpstr (found->str, ==, expected);
  g_assert_cmpuint (ref->n_segments, ==, n_segments);

  if (ref->sentences->len > 0)
    {
      g_autoptr (QuarryDocument) document = quarry_ref_to_document (ref, &error);
      guint n_blocks;

      g_assert_no_error (error);
      quarry_document_get_blocks (document, &n_blocks);
      g_assert_cmpuint (n_blocks, ==, ref->sentences->len);
    }
}

static void
test_load (FolderFixture *self, gconstpointer data)
{
  /* Separators at both ends, in a row, longer than ten; blank lines; no line end at the end. */
  assert_reads (self, "==========\na b\nc\n==========\nd\n==========\n", "a b|c#d|", 2);
  assert_reads (self, "a\n==========\n\n============\n \t\nb", "a#b|", 2);
  assert_reads (self, "a\r\n==========\r\nb  \r\n", "a#b|", 2);
  assert_reads (self, "a\n=========\nb\n", "a|=========|b|", 1);
  assert_reads (self, "a\n========== x\nb\n", "a|========== x|b|", 1);
  assert_reads (self, "a", "a|", 1);

  /* No sentence at all. */
  assert_reads (self, "", "", 0);
  assert_reads (self, "\n\n==========\n \n==========", "", 0);
  assert_reads (self, "\xe2\x80\x8b\n\x01\n", "", 0);

  /* Bytes that are not UTF-8. */
  assert_reads (self, "caf\xe9 noir\n==========\nb\n", "caf\xef\xbf\xbd noir#b|", 2);
}

/* A file that is not text is refused with its name and the line where that shows. */
static void
test_broken (FolderFixture *self, gconstpointer data)
{
  static const char bytes[] = "a\n==========\nb\0c\nd\n";
  g_autofree char *path = write_file (self->folder, "broken.ref", bytes, sizeof bytes - 1);
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_ref_load (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_nonnull (strstr (error->message, "broken.ref:3: "));
}

static void
test_missing (FolderFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "gone.ref", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryRef) ref = quarry_ref_load (path, &error);

  g_assert_null (ref);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "gone.ref"));
  g_clear_error (&error);

  g_assert_null (quarry_ref_list (path, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "gone.ref"));
}

static void
test_list (FolderFixture *self, gconstpointer data)
{
  const char *const names[] = { "b.ref", "a.ref", "notes.txt", ".hidden.ref", "set/c.ref" };
  const char *const expected[] = { "a.ref", "b.ref", "set/c.ref" };
  g_autofree char *set = g_build_filename (self->folder, "set", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = quarry_ref_list (self->folder, &error);

  g_assert_null (paths);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (set, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_free (write_file (self->folder, names[i], "a\n", -1));
  paths = quarry_ref_list (self->folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (paths->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < paths->len; i++)
    g_assert_true (g_str_has_suffix (g_ptr_array_index (paths, i), expected[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/ref/load", FolderFixture, NULL, folder_fixture_set_up, test_load, folder_fixture_tear_down);
  g_test_add ("/ref/broken", FolderFixture, NULL, folder_fixture_set_up, test_broken,
              folder_fixture_tear_down);
  g_test_add ("/ref/missing", FolderFixture, NULL, folder_fixture_set_up, test_missing,
              folder_fixture_tear_down);
  g_test_add ("/ref/list", FolderFixture, NULL, folder_fixture_set_up, test_list, folder_fixture_tear_down);

  return g_test_run ();
}
