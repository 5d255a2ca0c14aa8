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
/* Only when everybody has left. */
void quarry_byte_gate_free (QuarryByteGate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryByteGate, quarry_byte_gate_free)

/* Waits until @bytes fit beside those that are inside, or, where they are more than may ever be, until nothing else
 * is. The caller must hold nothing that those inside wait for before they leave. */
void quarry_byte_gate_enter (QuarryByteGate *self, guint64 bytes);

/* Makes room again; @bytes: as entered. */
void quarry_byte_gate_leave (QuarryByteGate *self, guint64 bytes);

G_END_DECLS
