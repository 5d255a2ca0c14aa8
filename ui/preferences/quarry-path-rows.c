/* quarry-path-rows.c: a row with a button for each string of a list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/preferences/quarry-path-rows.h"

#include <glib/gi18n-lib.h>

/* How many rows are made at a time. */
#define ROWS_AT_ONCE 50

struct _QuarryPathRows
{
  GtkWidget *parent;
  const char *icon; /* static */
  char *label;
  QuarryPathRowsTitle make_title;
  QuarryPathRowsPressed pressed;
  gpointer user_data;
  char **strings;
  GPtrArray *rows; /* not owned; one for each of the first strings */
  GtkWidget *more; /* not owned: the row that asks for more rows; NULL: all strings have one */
};

static void
add (QuarryPathRows *self, GtkWidget *row)
{
  if (ADW_IS_EXPANDER_ROW (self->parent))
    adw_expander_row_add_row (ADW_EXPANDER_ROW (self->parent), row);
  else
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (self->parent), row);
}

static void
take_away (QuarryPathRows *self, GtkWidget *row)
{
  if (ADW_IS_EXPANDER_ROW (self->parent))
    adw_expander_row_remove (ADW_EXPANDER_ROW (self->parent), row);
  else
    adw_preferences_group_remove (ADW_PREFERENCES_GROUP (self->parent), row);
}

GtkWidget *
quarry_row_button_new (const char *icon, const char *label)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return button;
}

static void
pressed_cb (GtkWidget *button, QuarryPathRows *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);

  self->pressed (g_object_get_data (G_OBJECT (row), "string"), row, self->user_data);
}

static GtkWidget *
new_row (QuarryPathRows *self, const char *string)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = quarry_row_button_new (self->icon, self->label);
  g_autofree char *title = self->make_title (string);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  g_object_set_data_full (G_OBJECT (row), "string", g_strdup (string), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (pressed_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  return row;
}

static void show_more (QuarryPathRows *self);

static GtkWidget *
new_more_row (QuarryPathRows *self, guint n)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *title = g_strdup_printf (ngettext ("_Show %u More", "_Show %u More", n), n);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_signal_connect_swapped (row, "activated", G_CALLBACK (show_more), self);
  return row;
}

static void
show_more (QuarryPathRows *self)
{
  guint n = g_strv_length (self->strings), from = self->rows->len;
  guint to = MIN (n, from + ROWS_AT_ONCE);
  gboolean had_focus = self->more && gtk_widget_is_focus (self->more);

  if (self->more)
    take_away (self, self->more);
  self->more = NULL;
  for (guint i = from; i < to; i++)
    {
      GtkWidget *row = new_row (self, self->strings[i]);

      add (self, row);
      g_ptr_array_add (self->rows, row);
    }
  if (had_focus && from < to)
    gtk_widget_grab_focus (self->rows->pdata[from]);
  if (to == n)
    return;
  self->more = new_more_row (self, MIN (n - to, ROWS_AT_ONCE));
  add (self, self->more);
}

QuarryPathRows *
quarry_path_rows_new (GtkWidget *parent,
                      const char *icon,
                      const char *label,
                      QuarryPathRowsTitle make_title,
                      QuarryPathRowsPressed pressed,
                      gpointer user_data)
{
  QuarryPathRows *self = g_new0 (QuarryPathRows, 1);

  self->parent = parent;
  self->icon = icon;
  self->label = g_strdup (label);
  self->make_title = make_title;
  self->pressed = pressed;
  self->user_data = user_data;
  self->strings = g_new0 (char *, 1);
  self->rows = g_ptr_array_new ();
  return self;
}

void
quarry_path_rows_free (QuarryPathRows *self)
{
  g_free (self->label);
  g_strfreev (self->strings);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

void
quarry_path_rows_set (QuarryPathRows *self, const char *const *strings)
{
  guint n_shown = self->rows->len;

  if (g_strv_equal (strings, (const char *const *) self->strings))
    {
      /* The action of a button failed or was put off, so let all buttons be pressed again. */
      for (guint i = 0; i < self->rows->len; i++)
        gtk_widget_set_sensitive (self->rows->pdata[i], TRUE);
      return;
    }
  g_strfreev (self->strings);
  self->strings = g_strdupv ((char **) strings);
  for (guint i = 0; i < self->rows->len; i++)
    take_away (self, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  do
    show_more (self);
  while (self->more && self->rows->len < n_shown);
}

const char *const *
quarry_path_rows_get (QuarryPathRows *self)
{
  return (const char *const *) self->strings;
}
