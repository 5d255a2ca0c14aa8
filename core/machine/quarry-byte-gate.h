/* quarry-byte-gate.h: how many bytes may be in hand at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryByteGate QuarryByteGate;

QuarryByteGate *quarry_byte_gate_new (guint64 most);
/* When all have left. */
void quarry_byte_gate_free (QuarryByteGate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryByteGate, quarry_byte_gate_free)

/* Waits until @bytes more are no more than the most, or until nothing else is in hand: what is larger than
 * that goes through alone. Who waits must hold nothing that others have to let go of first. */
void quarry_byte_gate_enter (QuarryByteGate *self, guint64 bytes);

void quarry_byte_gate_leave (QuarryByteGate *self, guint64 bytes);

G_END_DECLS
