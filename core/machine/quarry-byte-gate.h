/* quarry-byte-gate.h: bounds how many bytes several threads hold at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryByteGate QuarryByteGate;

/* @most: bytes that may be inside at a time. (transfer full) */
QuarryByteGate *quarry_byte_gate_new (guint64 most);
/* To be called only when all bytes that entered have left. */
void quarry_byte_gate_free (QuarryByteGate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryByteGate, quarry_byte_gate_free)

/* Waits until @bytes more are within the limit, and counts them as inside. A request above the limit waits until
 * nothing else is inside and then passes alone. The caller must hold nothing that those inside need before they can
 * leave, or all would wait forever. */
void quarry_byte_gate_enter (QuarryByteGate *self, guint64 bytes);

/* Gives @bytes back, as many as entered. */
void quarry_byte_gate_leave (QuarryByteGate *self, guint64 bytes);

G_END_DECLS
