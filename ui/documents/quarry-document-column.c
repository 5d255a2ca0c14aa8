/* quarry-document-column.c: what a column of the list of documents shows, and how it sorts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-document-column.h"
#include "core/files/quarry-path.h"

#include "ui/documents/quarry-document-item.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-icon.h"

#include <glib/gi18n-lib.h>

/* --- Cells ------------------------------------------------------------------------------------- */

/* (transfer full) */
static char *
format_size (QuarryDocumentItem *item)
{
  gint64 size = quarry_document_item_get_size (item);

  return size < 0 ? g_strdup ("") : g_format_size ((guint64) size);
}

/* (transfer full) */
static char *
format_date (QuarryDocumentItem *item)
{
  g_autoptr (GDateTime) then
      = g_date_time_new_from_unix_local (quarry_document_item_get_modified (item) / (G_USEC_PER_SEC * 1000));

  return then ? g_date_time_format (then, "%x") : g_strdup ("");
}

/* (transfer full) */
static char *
format_cell (QuarryDocumentItem *item, QuarryDocumentColumn column)
{
  switch (column)
    {
    case QUARRY_DOCUMENT_COLUMN_TYPE:
      return g_strdup (quarry_document_item_get_type_name (item));
    case QUARRY_DOCUMENT_COLUMN_SIZE:
      return format_size (item);
    case QUARRY_DOCUMENT_COLUMN_DATE:
      return format_date (item);
    case QUARRY_DOCUMENT_COLUMN_PASSAGES:
      /* For a file that was not added, a zero would say nothing. */
      return quarry_document_item_get_state (item) == QUARRY_DOCUMENT_ADDED
                 ? g_strdup_printf ("%'u", quarry_document_item_get_n_passages (item))
                 : g_strdup ("");
    case QUARRY_DOCUMENT_COLUMN_STATE:
      return g_strdup (quarry_document_item_get_state_name (item));
    case QUARRY_DOCUMENT_COLUMN_NAME:
    default:
      return g_strdup (quarry_document_item_get_name (item));
    }
}

static QuarryDocumentColumn
column_of (GtkListItemFactory *factory)
{
  return (QuarryDocumentColumn) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (factory), "quarry-column"));
}

/* The file's name, if the document has a title beside it; else "". Many documents share a title. (transfer full) */
static char *
format_file (QuarryDocumentItem *item)
{
  const char *path = quarry_document_item_get_path (item);

  return quarry_title_is_file_name (quarry_document_item_get_name (item), path) ? g_strdup ("")
                                                                                : quarry_path_display_name (path);
}

/* GTK 4.8 gives rows no accessible name made from their contents. */
static void
name_row (GtkWidget *cell, QuarryDocumentItem *item)
{
  GtkWidget *parent = gtk_widget_get_parent (cell);
  GtkWidget *row = parent ? gtk_widget_get_parent (parent) : NULL;
  g_autofree char *size = format_size (item), *date = format_date (item), *passages = NULL, *said = NULL;
  g_autofree char *file = format_file (item);

  if (!row)
    return;
  if (quarry_document_item_get_state (item) == QUARRY_DOCUMENT_ADDED)
    passages = g_strdup_printf (ngettext ("%u passage", "%u passages", quarry_document_item_get_n_passages (item)),
                                quarry_document_item_get_n_passages (item));
  else
    passages = g_strdup_printf ("%s: %s", quarry_document_item_get_state_name (item),
                                quarry_document_item_get_reason (item));
  said = g_strdup_printf ("%s%s%s, %s, %s, %s, %s", quarry_document_item_get_name (item), file[0] != '\0' ? ", " : "",
                          file, quarry_document_item_get_type_name (item), size, date, passages);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
}

static void
show_cell (QuarryDocumentItem *item, GtkListItem *list_item)
{
  GtkWidget *cell = gtk_list_item_get_child (list_item);
  GtkLabel *label = g_object_get_data (G_OBJECT (cell), "quarry-label");
  QuarryDocumentColumn column = (QuarryDocumentColumn) GPOINTER_TO_INT (g_object_get_data (G_OBJECT (cell), "quarry-column"));
  g_autofree char *text = format_cell (item, column);

  gtk_label_set_label (label, text);
  if (column == QUARRY_DOCUMENT_COLUMN_NAME)
    {
      g_autofree char *path = quarry_path_display (quarry_document_item_get_path (item));
      g_autofree char *file = format_file (item);
      GtkLabel *file_label = g_object_get_data (G_OBJECT (cell), "quarry-file");
      gboolean added = quarry_document_item_get_state (item) == QUARRY_DOCUMENT_ADDED;

      gtk_image_set_from_icon_name (g_object_get_data (G_OBJECT (cell), "quarry-icon"),
                                    added ? quarry_icon_for_mime_type (quarry_document_item_get_mime_type (item))
                                          : "dialog-warning-symbolic");
      gtk_label_set_label (file_label, file);
      gtk_widget_set_visible (GTK_WIDGET (file_label), file[0] != '\0');
      (added ? gtk_widget_remove_css_class : gtk_widget_add_css_class) (GTK_WIDGET (label), "dim-label");
      gtk_widget_set_tooltip_text (cell, path);
      name_row (cell, item);
    }
  else if (column == QUARRY_DOCUMENT_COLUMN_STATE)
    gtk_widget_set_tooltip_text (cell, quarry_document_item_get_reason (item));
}

static void
setup_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  QuarryDocumentColumn column = column_of (factory);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *cell = label;

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), column == QUARRY_DOCUMENT_COLUMN_SIZE || column == QUARRY_DOCUMENT_COLUMN_PASSAGES ? 1 : 0);
  switch (column)
    {
    case QUARRY_DOCUMENT_COLUMN_NAME:
      {
        GtkWidget *icon = quarry_icon_new (NULL);
        GtkWidget *file = gtk_label_new (NULL);

        cell = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
        gtk_box_append (GTK_BOX (cell), icon);
        gtk_box_append (GTK_BOX (cell), label);
        gtk_box_append (GTK_BOX (cell), file);
        gtk_label_set_ellipsize (GTK_LABEL (file), PANGO_ELLIPSIZE_MIDDLE);
        gtk_widget_add_css_class (file, "caption");
        gtk_widget_add_css_class (file, "dim-label");
        g_object_set_data (G_OBJECT (cell), "quarry-icon", icon);
        g_object_set_data (G_OBJECT (cell), "quarry-file", file);
        break;
      }
    case QUARRY_DOCUMENT_COLUMN_TYPE:
      /* Fixed, so that the column's width does not change with the rows that are visible. */
      gtk_label_set_width_chars (GTK_LABEL (label), 6);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 10);
      break;
    case QUARRY_DOCUMENT_COLUMN_STATE:
      gtk_label_set_width_chars (GTK_LABEL (label), 12);
      gtk_widget_add_css_class (label, "dim-label");
      break;
    case QUARRY_DOCUMENT_COLUMN_SIZE:
    case QUARRY_DOCUMENT_COLUMN_DATE:
    case QUARRY_DOCUMENT_COLUMN_PASSAGES:
    default:
      gtk_label_set_width_chars (GTK_LABEL (label), 9);
      gtk_widget_add_css_class (label, "numeric");
      gtk_widget_add_css_class (label, "dim-label");
      break;
    }
  g_object_set_data (G_OBJECT (cell), "quarry-label", label);
  g_object_set_data (G_OBJECT (cell), "quarry-column", GINT_TO_POINTER (column));
  g_object_set_data (G_OBJECT (cell), "quarry-list-item", list_item);
  gtk_list_item_set_child (list_item, cell);
}

static void
bind_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  QuarryDocumentItem *item = gtk_list_item_get_item (list_item);

  g_signal_connect (item, "changed", G_CALLBACK (show_cell), list_item);
  show_cell (item, list_item);
}

static void
unbind_cb (GtkListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  g_signal_handlers_disconnect_by_func (gtk_list_item_get_item (list_item), show_cell, list_item);
}

/* --- Order ------------------------------------------------------------------------------------- */

static int
compare_names (gconstpointer a, gconstpointer b, gpointer data)
{
  return quarry_document_item_compare_names ((QuarryDocumentItem *) a, (QuarryDocumentItem *) b);
}

static int
compare_types (gconstpointer a, gconstpointer b, gpointer data)
{
  int order = g_strcmp0 (quarry_document_item_get_type_name ((QuarryDocumentItem *) a),
                         quarry_document_item_get_type_name ((QuarryDocumentItem *) b));

  return order ? order : compare_names (a, b, data);
}

static int
compare_numbers (gint64 a, gint64 b)
{
  return a < b ? -1 : a > b;
}

static int
compare_sizes (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_numbers (quarry_document_item_get_size ((QuarryDocumentItem *) a),
                          quarry_document_item_get_size ((QuarryDocumentItem *) b));
}

static int
compare_dates (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_numbers (quarry_document_item_get_modified ((QuarryDocumentItem *) a),
                          quarry_document_item_get_modified ((QuarryDocumentItem *) b));
}

static int
compare_passages (gconstpointer a, gconstpointer b, gpointer data)
{
  return compare_numbers (quarry_document_item_get_n_passages ((QuarryDocumentItem *) a),
                          quarry_document_item_get_n_passages ((QuarryDocumentItem *) b));
}

static int
compare_states (gconstpointer a, gconstpointer b, gpointer data)
{
  int order = compare_numbers (quarry_document_item_get_state ((QuarryDocumentItem *) a),
                               quarry_document_item_get_state ((QuarryDocumentItem *) b));

  return order ? order : compare_names (a, b, data);
}

void
quarry_document_column_set_up (GtkColumnViewColumn *self, QuarryDocumentColumn column)
{
  static const GCompareDataFunc orders[] = {
    [QUARRY_DOCUMENT_COLUMN_NAME] = compare_names,         [QUARRY_DOCUMENT_COLUMN_TYPE] = compare_types,
    [QUARRY_DOCUMENT_COLUMN_SIZE] = compare_sizes,         [QUARRY_DOCUMENT_COLUMN_DATE] = compare_dates,
    [QUARRY_DOCUMENT_COLUMN_PASSAGES] = compare_passages,  [QUARRY_DOCUMENT_COLUMN_STATE] = compare_states,
  };
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkSorter) sorter = NULL;

  g_return_if_fail (GTK_IS_COLUMN_VIEW_COLUMN (self));
  g_return_if_fail (column < G_N_ELEMENTS (orders));

  sorter = GTK_SORTER (gtk_custom_sorter_new (orders[column], NULL, NULL));
  g_object_set_data (G_OBJECT (factory), "quarry-column", GINT_TO_POINTER (column));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  gtk_column_view_column_set_factory (self, factory);
  gtk_column_view_column_set_sorter (self, sorter);
}

GtkListItem *
quarry_document_column_row_of (GtkWidget *widget)
{
  /* The widget may be the row, whose child is a cell, whose child is the widget that setup_cb() made. */
  for (guint depth = 0; widget && depth < 3; depth++, widget = gtk_widget_get_first_child (widget))
    {
      GtkListItem *row = g_object_get_data (G_OBJECT (widget), "quarry-list-item");

      if (row)
        return row;
    }
  return NULL;
}
