/* quarry-failure-item.c: a file that could not be read or was passed over, as an item of a list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-failure-item.h"

#include <glib/gi18n-lib.h>

#include "core/files/quarry-path.h"

#include "ui/widgets/quarry-shown-path.h"

#include <string.h>

struct _QuarryFailureItem
{
  GObject parent_instance;

  char *path;
  char *name;
  char *folder;
  char *reason;
  gboolean skipped;
  gboolean retrying;
  guint n_files;   /* of a heading */
  gboolean opened; /* its files are shown */
};

G_DEFINE_FINAL_TYPE (QuarryFailureItem, quarry_failure_item, G_TYPE_OBJECT)

enum
{
  PROP_REASON = 1,
  PROP_SKIPPED,
  PROP_RETRYING,
  PROP_N_FILES,
  PROP_OPENED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

const char *
quarry_failure_item_get_path (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), NULL);

  return self->path;
}

const char *
quarry_failure_item_get_name (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), NULL);

  return self->name;
}

const char *
quarry_failure_item_get_folder (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), NULL);

  return self->folder;
}

const char *
quarry_failure_item_get_reason (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), NULL);

  return self->reason;
}

gboolean
quarry_failure_item_get_skipped (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), FALSE);

  return self->skipped;
}

gboolean
quarry_failure_item_get_retrying (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), FALSE);

  return self->retrying;
}

void
quarry_failure_item_set_retrying (QuarryFailureItem *self, gboolean retrying)
{
  g_return_if_fail (QUARRY_IS_FAILURE_ITEM (self));

  if (self->retrying == retrying)
    return;
  self->retrying = retrying;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRYING]);
}

gboolean
quarry_failure_item_is_heading (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), FALSE);

  return self->path == NULL;
}

guint
quarry_failure_item_get_n_files (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), 0);

  return self->n_files;
}

void
quarry_failure_item_set_n_files (QuarryFailureItem *self, guint n_files)
{
  g_return_if_fail (QUARRY_IS_FAILURE_ITEM (self));

  if (self->n_files == n_files)
    return;
  self->n_files = n_files;
  g_free (self->name);
  self->name = g_strdup_printf (ngettext ("%u file", "%u files", n_files), n_files);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_FILES]);
}

gboolean
quarry_failure_item_get_opened (QuarryFailureItem *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ITEM (self), FALSE);

  return self->opened;
}

void
quarry_failure_item_set_opened (QuarryFailureItem *self, gboolean opened)
{
  g_return_if_fail (QUARRY_IS_FAILURE_ITEM (self));

  if (self->opened == opened)
    return;
  self->opened = opened;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OPENED]);
}

void
quarry_failure_item_update (QuarryFailureItem *self, const char *reason, gboolean skipped)
{
  g_return_if_fail (QUARRY_IS_FAILURE_ITEM (self));

  g_free (self->reason);
  self->reason = g_strdup (reason);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REASON]);
  if (self->skipped != skipped)
    {
      self->skipped = skipped;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SKIPPED]);
    }
  quarry_failure_item_set_retrying (self, FALSE);
}

static void
quarry_failure_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  QuarryFailureItem *self = QUARRY_FAILURE_ITEM (object);

  switch (id)
    {
    case PROP_REASON:
      g_value_set_string (value, self->reason);
      break;
    case PROP_SKIPPED:
      g_value_set_boolean (value, self->skipped);
      break;
    case PROP_RETRYING:
      g_value_set_boolean (value, self->retrying);
      break;
    case PROP_N_FILES:
      g_value_set_uint (value, self->n_files);
      break;
    case PROP_OPENED:
      g_value_set_boolean (value, self->opened);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_failure_item_finalize (GObject *object)
{
  QuarryFailureItem *self = QUARRY_FAILURE_ITEM (object);

  g_free (self->path);
  g_free (self->name);
  g_free (self->folder);
  g_free (self->reason);
  G_OBJECT_CLASS (quarry_failure_item_parent_class)->finalize (object);
}

static void
quarry_failure_item_class_init (QuarryFailureItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = quarry_failure_item_get_property;
  object_class->finalize = quarry_failure_item_finalize;

  properties[PROP_REASON] = g_param_spec_string ("reason", NULL, NULL, NULL, flags);
  properties[PROP_SKIPPED] = g_param_spec_boolean ("skipped", NULL, NULL, FALSE, flags);
  properties[PROP_RETRYING] = g_param_spec_boolean ("retrying", NULL, NULL, FALSE, flags);
  properties[PROP_N_FILES] = g_param_spec_uint ("n-files", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_OPENED] = g_param_spec_boolean ("opened", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
quarry_failure_item_init (QuarryFailureItem *self)
{
}

QuarryFailureItem *
quarry_failure_item_new (const char *path, const char *reason, gboolean skipped)
{
  QuarryFailureItem *self = g_object_new (QUARRY_TYPE_FAILURE_ITEM, NULL);

  self->path = g_strdup (path);
  self->name = quarry_path_display_name (path);
  self->folder = quarry_shown_folder (path);
  self->reason = g_strdup (reason);
  self->skipped = skipped;
  return self;
}

QuarryFailureItem *
quarry_failure_item_new_heading (const char *reason, gboolean skipped)
{
  QuarryFailureItem *self = g_object_new (QUARRY_TYPE_FAILURE_ITEM, NULL);

  self->reason = g_strdup (reason);
  self->skipped = skipped;
  return self;
}
