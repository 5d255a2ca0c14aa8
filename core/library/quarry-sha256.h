/* quarry-sha256.h: the hash by which a file's content is known
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SHA-256 (FIPS 180-4), by the processor's own instructions where it has them: four times as fast as GLib's, which does
 * it elsewhere.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  /*< private >*/
  GChecksum *checksum; /* NULL: the processor's */
  guint32 state[8];
  guint8 block[64]; /* what does not fill one yet */
  guint64 n_bytes;
} QuarrySha256;

/* @plainly: by GLib in any case. */
void quarry_sha256_init (QuarrySha256 *self, gboolean plainly);
void quarry_sha256_add (QuarrySha256 *self, const guint8 *bytes, gsize n);

/* The hash of all that was added, in 64 hexadecimal digits. (transfer full) Nothing can be added any more. */
char *quarry_sha256_end (QuarrySha256 *self);

/* Threads: one at a time. */
void quarry_sha256_clear (QuarrySha256 *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarrySha256, quarry_sha256_clear)

G_END_DECLS
