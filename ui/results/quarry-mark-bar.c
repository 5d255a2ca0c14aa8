/* quarry-mark-bar.c: the passages that hits are to be more, or less, like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-mark-bar.h"
#include "ui/widgets/quarry-icon.h"

#include <glib/gi18n-lib.h>

struct _QuarryMarkBar
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkBox *box;
  GHashTable *pills; /* passage -> button, not owned */
};

G_DEFINE_FINAL_TYPE (QuarryMarkBar, quarry_mark_bar, GTK_TYPE_WIDGET)

enum
{
  REMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* TRUE if there was a pill for @passage. */
static gboolean
remove_pill (QuarryMarkBar *self, gint64 passage)
{
  GtkWidget *pill = g_hash_table_lookup (self->pills, &passage);

  if (!pill)
    return FALSE;
  g_hash_table_remove (self->pills, &passage);
  gtk_box_remove (self->box, pill);
  gtk_widget_set_visible (GTK_WIDGET (self), g_hash_table_size (self->pills) > 0);
  return TRUE;
}

static void
clicked_cb (GtkButton *button, gpointer user_data)
{
  QuarryMarkBar *self = user_data;
  gint64 passage = *(gint64 *) g_object_get_data (G_OBJECT (button), "quarry-passage");

  remove_pill (self, passage);
  g_signal_emit (self, signals[REMOVED], 0, passage);
}

static void
quarry_mark_bar_dispose (GObject *object)
{
  QuarryMarkBar *self = QUARRY_MARK_BAR (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_mark_bar_parent_class)->dispose (object);
}

static void
quarry_mark_bar_finalize (GObject *object)
{
  g_hash_table_unref (QUARRY_MARK_BAR (object)->pills);
  G_OBJECT_CLASS (quarry_mark_bar_parent_class)->finalize (object);
}

static void
quarry_mark_bar_class_init (QuarryMarkBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_mark_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_mark_bar_finalize;

  signals[REMOVED] = g_signal_new ("removed", QUARRY_TYPE_MARK_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "markbar");
}

static void
quarry_mark_bar_init (QuarryMarkBar *self)
{
  self->pills = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->box = g_object_new (GTK_TYPE_BOX, "spacing", 6, "accessible-role",
                            GTK_ACCESSIBLE_ROLE_GROUP, "css-classes",
                            (const char *[]){ "marks", NULL }, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Marked passages"), -1);
  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_EXTERNAL,
                                 "vscrollbar-policy", GTK_POLICY_NEVER, "child", self->box, NULL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
quarry_mark_bar_new (void)
{
  return g_object_new (QUARRY_TYPE_MARK_BAR, NULL);
}

void
quarry_mark_bar_add (QuarryMarkBar *self, gint64 passage, const char *title, gboolean more)
{
  GtkWidget *pill, *content, *label;
  g_autofree char *text = NULL, *said = NULL;
  gint64 *key;

  g_return_if_fail (QUARRY_IS_MARK_BAR (self));
  g_return_if_fail (title != NULL);

  remove_pill (self, passage);
  /* Translators: %s is a document's title. */
  text = g_strdup_printf (more ? _("More like “%s”") : _("Less like “%s”"), title);
  /* Translators: what a click on the pill "More like …" does. */
  said = g_strdup_printf (_("%s: take back"), text);
  label = gtk_label_new (text);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (GTK_BOX (content), quarry_icon_new (more ? "list-add-symbolic" : "list-remove-symbolic"));
  gtk_box_append (GTK_BOX (content), label);
  gtk_box_append (GTK_BOX (content), quarry_icon_new ("window-close-symbolic"));
  pill = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (pill), content);
  gtk_widget_add_css_class (pill, "chip");
  gtk_widget_set_focus_on_click (pill, FALSE);
  gtk_widget_set_tooltip_text (pill, _("Take back"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
  key = g_memdup2 (&passage, sizeof passage);
  g_object_set_data_full (G_OBJECT (pill), "quarry-passage", g_memdup2 (&passage, sizeof passage),
                          g_free);
  g_signal_connect (pill, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (self->box, pill);
  g_hash_table_insert (self->pills, key, pill);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

gboolean
quarry_mark_bar_clear (QuarryMarkBar *self)
{
  GHashTableIter iter;
  gpointer pill;
  gboolean any;

  g_return_val_if_fail (QUARRY_IS_MARK_BAR (self), FALSE);

  any = g_hash_table_size (self->pills) > 0;
  g_hash_table_iter_init (&iter, self->pills);
  while (g_hash_table_iter_next (&iter, NULL, &pill))
    gtk_box_remove (self->box, pill);
  g_hash_table_remove_all (self->pills);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return any;
}
