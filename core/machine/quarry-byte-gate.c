/* quarry-byte-gate.c: bounds how many bytes several threads hold at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A counter under a lock, and a condition on which threads wait until others have given bytes back.
 */
#include "core/machine/quarry-byte-gate.h"

struct _QuarryByteGate
{
  guint64 most;

  GMutex lock;
  GCond changed;
  guint64 in_hand;
  guint n_waiting;
};

QuarryByteGate *
quarry_byte_gate_new (guint64 most)
{
  QuarryByteGate *self = g_new0 (QuarryByteGate, 1);

  self->most = most;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);

  return self;
}

void
quarry_byte_gate_free (QuarryByteGate *self)
{
  g_assert (self->in_hand == 0);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

void
quarry_byte_gate_enter (QuarryByteGate *self, guint64 bytes)
{
  g_mutex_lock (&self->lock);
  self->n_waiting++;
  while (self->in_hand > 0 && self->in_hand + bytes > self->most)
    g_cond_wait (&self->changed, &self->lock);
  self->n_waiting--;
  self->in_hand += bytes;
  g_mutex_unlock (&self->lock);
}

void
quarry_byte_gate_leave (QuarryByteGate *self, guint64 bytes)
{
  g_mutex_lock (&self->lock);
  self->in_hand -= bytes;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}
