/* quarry-window-layout.c: where sidebar and entry stand, depending on the window's width
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-window-private.h"

#include "ui/quarry-settings.h"
#include "ui/widgets/quarry-text-scale.h"

/* From this width on, at the usual text size, the sidebar stands beside the panes. It is the width of a window of 1,100
 * pixels without its frame. */
#define SIDEBAR_WIDE 1080
/* From this width on, at the usual text size, the entry stands in the header, beside its buttons. */
#define HEADER_WIDE 520

/* In a narrow window the sidebar is hidden, and lies over the panes when it is called up. */
void
quarry_window_fold_sidebar (QuarryWindow *self)
{
  adw_flap_set_fold_policy (self->flap, self->narrow ? ADW_FLAP_FOLD_POLICY_ALWAYS : ADW_FLAP_FOLD_POLICY_AUTO);
  adw_flap_set_reveal_flap (self->flap, !self->narrow && quarry_settings_get_boolean ("sidebar", TRUE));
}

/* In a slim window the entry gets a row of its own below the header. Moving it must not lose its text, cursor and
 * focus. */
static void
place_entry (QuarryWindow *self)
{
  g_autoptr (GtkWidget) clamp = g_object_ref (self->entry_clamp); /* keep it alive between its two places */
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean has_focus = focus && gtk_widget_is_ancestor (focus, clamp);
  int start, end;

  if (self->slim == gtk_widget_get_visible (GTK_WIDGET (self->entry_row)))
    return;
  if (!gtk_editable_get_selection_bounds (GTK_EDITABLE (self->entry), &start, &end))
    start = end = gtk_editable_get_position (GTK_EDITABLE (self->entry));
  if (self->slim)
    {
      /* There is no room for the window's title, so put an empty widget in its place. */
      adw_header_bar_set_title_widget (self->header, gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0));
      adw_bin_set_child (self->entry_row, clamp);
      gtk_widget_add_css_class (GTK_WIDGET (self->header), "above-entry");
    }
  else
    {
      adw_bin_set_child (self->entry_row, NULL);
      adw_header_bar_set_title_widget (self->header, clamp);
      gtk_widget_remove_css_class (GTK_WIDGET (self->header), "above-entry");
    }
  gtk_widget_set_visible (GTK_WIDGET (self->entry_row), self->slim);
  if (has_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), start, end);
}

static gboolean
fold_cb (gpointer user_data)
{
  QuarryWindow *self = user_data;

  self->fold_source = 0;
  quarry_window_fold_sidebar (self);
  place_entry (self);
  return G_SOURCE_REMOVE;
}

/* Notes the new width. The widgets are changed in an idle source, since changes made during allocation would be
 * lost. */
void
quarry_window_follow_width (QuarryWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean narrow, slim;

  narrow = gtk_widget_get_width (GTK_WIDGET (self->flap)) < quarry_text_pixels (widget, SIDEBAR_WIDE);
  slim = gtk_widget_get_width (GTK_WIDGET (self->flap)) < quarry_text_pixels (widget, HEADER_WIDE);
  if (narrow == self->narrow && slim == self->slim)
    return;
  self->narrow = narrow;
  self->slim = slim;
  if (self->fold_source == 0)
    self->fold_source = g_idle_add_full (G_PRIORITY_HIGH, fold_cb, self, NULL);
}

void
quarry_window_sidebar_revealed (AdwFlap *flap, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  if (!self->narrow && self->fold_source == 0)
    quarry_settings_set_boolean ("sidebar", adw_flap_get_reveal_flap (flap));
}

void
quarry_window_toggle_sidebar (QuarryWindow *self)
{
  adw_flap_set_reveal_flap (self->flap, !adw_flap_get_reveal_flap (self->flap));
}

void
quarry_window_leave_sidebar (QuarryWindow *self)
{
  if (self->narrow)
    adw_flap_set_reveal_flap (self->flap, FALSE);
}

void
quarry_window_show_filters (QuarryWindow *self)
{
  adw_flap_set_reveal_flap (self->flap, TRUE);
  gtk_widget_child_focus (GTK_WIDGET (self->sidebar), GTK_DIR_TAB_FORWARD);
}
