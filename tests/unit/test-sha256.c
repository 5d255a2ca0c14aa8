/* test-sha256.c: the hash of a file's content
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib.h>

#include "core/library/quarry-sha256.h"

static void
assert_hash (const guint8 *bytes, gsize n, gsize most, gboolean plainly)
{
  g_autofree char *expected = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);
  g_autofree char *found = NULL;
  g_auto (QuarrySha256) hash = { 0 };

  quarry_sha256_init (&hash, plainly);
  for (gsize at = 0; at < n;)
    {
      gsize drawn = (gsize) g_test_rand_int_range (0, (gint32) most + 1), more = MIN (n - at, drawn);

      quarry_sha256_add (&hash, bytes + at, more);
      at += more;
    }
  found = quarry_sha256_end (&hash);
  g_assert_cmpstr (found, ==, expected);
}

/* Whatever the length, and however it comes. */
static void
test_lengths (gconstpointer plainly)
{
  guint8 bytes[1024];

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) g_test_rand_int ();
  for (gsize n = 0; n <= 300; n++)
    for (gsize most = 1; most <= 256; most *= 4)
      assert_hash (bytes, n, most, GPOINTER_TO_INT (plainly));
  assert_hash (bytes, sizeof bytes, sizeof bytes, GPOINTER_TO_INT (plainly));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sha256/fast", GINT_TO_POINTER (FALSE), test_lengths);
  g_test_add_data_func ("/sha256/plain", GINT_TO_POINTER (TRUE), test_lengths);
  return g_test_run ();
}
