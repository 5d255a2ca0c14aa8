/* quarry-result.c: a place in the list of results, and the hit that stands in it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-result.h"

#include <string.h>

struct _QuarryResult
{
  GObject parent_instance;

  QuarryHit *hit;
  gint64 passage;
  guint position;
  char *topic;
  int color;
  int moved;
};

G_DEFINE_FINAL_TYPE (QuarryResult, quarry_result, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
quarry_result_finalize (GObject *object)
{
  QuarryResult *self = QUARRY_RESULT (object);

  g_clear_object (&self->hit);
  g_free (self->topic);
  G_OBJECT_CLASS (quarry_result_parent_class)->finalize (object);
}

static void
quarry_result_class_init (QuarryResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_result_finalize;

  signals[CHANGED] = g_signal_new ("changed", QUARRY_TYPE_RESULT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
quarry_result_init (QuarryResult *self)
{
  self->topic = g_strdup ("");
  self->color = -1;
}

QuarryResult *
quarry_result_new (void)
{
  return g_object_new (QUARRY_TYPE_RESULT, NULL);
}

void
quarry_result_set (QuarryResult *self,
                   QuarryHit *hit,
                   guint position,
                   const char *topic,
                   int color,
                   int moved)
{
  gboolean other;

  g_return_if_fail (QUARRY_IS_RESULT (self));
  g_return_if_fail (QUARRY_IS_HIT (hit));

  other = self->passage != quarry_hit_get_passage (hit) || !self->hit;
  self->position = position;
  if (self->hit == hit && strcmp (self->topic, topic) == 0 && self->color == color && self->moved == moved)
    return;
  g_set_object (&self->hit, hit);
  self->passage = quarry_hit_get_passage (hit);
  if (strcmp (self->topic, topic) != 0)
    {
      g_free (self->topic);
      self->topic = g_strdup (topic);
    }
  self->color = color;
  self->moved = moved;
  g_signal_emit (self, signals[CHANGED], 0, other);
}

QuarryHit *
quarry_result_get_hit (QuarryResult *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT (self), NULL);
  return self->hit;
}

gint64
quarry_result_get_passage (QuarryResult *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT (self), 0);
  return self->passage;
}

guint
quarry_result_get_position (QuarryResult *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT (self), 0);
  return self->position;
}

const char *
quarry_result_get_topic (QuarryResult *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT (self), "");
  return self->topic;
}

int
quarry_result_get_color (QuarryResult *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT (self), -1);
  return self->color;
}

int
quarry_result_get_moved (QuarryResult *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT (self), 0);
  return self->moved;
}
