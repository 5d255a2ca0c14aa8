/* quarry-sha256.h: the SHA-256 of bytes that come piece by piece
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As defined in FIPS 180-4. GLib's GChecksum computes it, except where the processor has instructions for it, with
 * which it takes less than a third of the time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarrySha256 QuarrySha256;

QuarrySha256 *quarry_sha256_new (void);
void quarry_sha256_free (QuarrySha256 *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySha256, quarry_sha256_free)

void quarry_sha256_add (QuarrySha256 *self, const guint8 *data, gsize length);

/* Of all that was added, in 64 hexadecimal digits. Nothing more may be added then. (transfer full) */
char *quarry_sha256_end (QuarrySha256 *self);

/* Of these bytes alone. (transfer full) */
char *quarry_sha256_of (const guint8 *data, gsize length);

G_END_DECLS
