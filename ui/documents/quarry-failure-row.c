/* quarry-failure-row.c: a row of the failures window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-failure-row.h"

#include <glib/gi18n-lib.h>

struct _QuarryFailureRow
{
  GtkWidget parent_instance;

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *reason;
  GtkLabel *folder;
  GtkSpinner *spinner;
  GtkWidget *reveal_button;
  GtkWidget *retry_button;
  GtkWidget *arrow;

  QuarryFailureItem *item;
};

G_DEFINE_FINAL_TYPE (QuarryFailureRow, quarry_failure_row, GTK_TYPE_WIDGET)

enum
{
  RETRY,
  REVEAL,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* GTK 4.8 gives rows no accessible name made from their contents. */
static void
name_row (QuarryFailureRow *self)
{
  GtkWidget *row = gtk_widget_get_parent (GTK_WIDGET (self));
  const char *reason = quarry_failure_item_get_reason (self->item);
  g_autofree char *label = g_strdup_printf ("%s, %s", quarry_failure_item_get_name (self->item), reason ? reason : "");

  if (!row)
    return;
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  if (quarry_failure_item_is_heading (self->item))
    gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_EXPANDED,
                                 quarry_failure_item_get_opened (self->item), -1);
  else
    gtk_accessible_reset_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_EXPANDED);
}

static void
update (QuarryFailureRow *self)
{
  gboolean skipped = quarry_failure_item_get_skipped (self->item);
  gboolean retrying = quarry_failure_item_get_retrying (self->item);
  const char *reason = quarry_failure_item_get_reason (self->item);

  gtk_image_set_from_icon_name (self->icon,
                                skipped ? "action-unavailable-symbolic"
                                        : "dialog-warning-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->icon), skipped ? _("Passed over") : _("Failed"));
  gtk_label_set_label (self->reason,
                       reason && *reason ? reason : _("It could not be read; no reason is known."));
  gtk_spinner_set_spinning (self->spinner, retrying);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), retrying);
  gtk_widget_set_sensitive (self->retry_button, !retrying);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->arrow),
                                quarry_failure_item_get_opened (self->item) ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_label_set_label (self->name, quarry_failure_item_get_name (self->item));
  name_row (self);
}

void
quarry_failure_row_set_item (QuarryFailureRow *self, QuarryFailureItem *item, gboolean is_folded)
{
  gboolean is_heading;

  g_return_if_fail (QUARRY_IS_FAILURE_ROW (self));
  g_return_if_fail (item == NULL || QUARRY_IS_FAILURE_ITEM (item));

  if (self->item)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (!item)
    return;

  g_signal_connect_swapped (item, "notify", G_CALLBACK (update), self);
  is_heading = quarry_failure_item_is_heading (item);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !is_folded);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), !is_folded);
  gtk_widget_set_margin_start (GTK_WIDGET (self), is_folded ? 28 : 0);
  gtk_widget_set_visible (GTK_WIDGET (self->folder), !is_heading);
  gtk_widget_set_visible (self->reveal_button, !is_heading);
  gtk_widget_set_visible (self->arrow, is_heading);
  gtk_label_set_label (self->folder, quarry_failure_item_get_folder (item));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), is_heading ? NULL : quarry_failure_item_get_name (item));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->folder), quarry_failure_item_get_folder (item));
  update (self);
}

QuarryFailureItem *
quarry_failure_row_get_item (QuarryFailureRow *self)
{
  g_return_val_if_fail (QUARRY_IS_FAILURE_ROW (self), NULL);

  return self->item;
}

static void
retry_cb (QuarryFailureRow *self)
{
  g_signal_emit (self, signals[RETRY], 0);
}

static void
reveal_cb (QuarryFailureRow *self)
{
  g_signal_emit (self, signals[REVEAL], 0);
}

static void
quarry_failure_row_dispose (GObject *object)
{
  GtkWidget *child;

  quarry_failure_row_set_item (QUARRY_FAILURE_ROW (object), NULL, FALSE);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (quarry_failure_row_parent_class)->dispose (object);
}

static void
quarry_failure_row_class_init (QuarryFailureRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const char *const names[N_SIGNALS] = { "retry", "reveal" };

  object_class->dispose = quarry_failure_row_dispose;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i],
                               G_TYPE_FROM_CLASS (klass),
                               G_SIGNAL_RUN_LAST,
                               0,
                               NULL,
                               NULL,
                               NULL,
                               G_TYPE_NONE,
                               0);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-failure-row.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, icon);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, name);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, reason);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, folder);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, spinner);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, reveal_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailureRow, arrow);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, reveal_cb);
}

static void
quarry_failure_row_init (QuarryFailureRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->retry_button))), TRUE);
}

GtkWidget *
quarry_failure_row_new (void)
{
  return g_object_new (QUARRY_TYPE_FAILURE_ROW, NULL);
}
