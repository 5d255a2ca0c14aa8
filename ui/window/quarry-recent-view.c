/* quarry-recent-view.c: what is shown while nothing is searched for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/files/quarry-path.h"
#include "ui/quarry-settings.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-icon.h"
#include "ui/widgets/quarry-shown-path.h"
#include "ui/widgets/quarry-text-scale.h"
#include "ui/widgets/quarry-tab-stop.h"
#include "ui/widgets/quarry-wrap-layout.h"
#include "ui/window/quarry-recent-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define N_RECENT 8
#define N_OPENED 4
#define N_TOPICS 12
#define COLUMN 640 /* pixels, at the usual text size */

struct _QuarryRecentView
{
  GtkWidget parent_instance;

  GtkStack *stack;
  GtkWidget *offers;
  GtkWidget *clamp;
  GtkWidget *opened_box;
  GtkListBox *opened;
  GtkListBox *list;
  GtkLabel *summary;
  GtkWidget *topics_box;
  GtkBox *topics;

  QuarryLibrary *library;
  gulong changed_handler;
  GCancellable *cancellable;
  gboolean stale; /* to be loaded when the view is next shown */
  gboolean writable;
};

G_DEFINE_FINAL_TYPE (QuarryRecentView, quarry_recent_view, GTK_TYPE_WIDGET)

enum
{
  OPENED,
  OPENED_AGAIN,
  TOPIC,
  LISTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* When a document was added: the time if today, else the date. (transfer full) */
static char *
display_time (gint64 microseconds)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (microseconds / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (!then)
    return g_strdup ("");
  if (g_date_time_get_year (then) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    /* Translators: a time of today, as of strftime() */
    return g_date_time_format (then, _("%H:%M"));
  if (g_date_time_get_year (then) == g_date_time_get_year (now))
    /* Translators: a day of this year, as of strftime() */
    return g_date_time_format (then, _("%-d %B"));
  /* Translators: a day of another year, as of strftime() */
  return g_date_time_format (then, _("%-d %B %Y"));
}

static GtkWidget *
new_label (const char *text, const char *class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (class)
    {
      gtk_widget_add_css_class (label, class);
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "numeric");
    }
  return label;
}

/* A row for a document. @detail is shown behind the folder, which includes the file's name if @title does not tell it;
 * @when is shown at the end of the row; both may be "". */
static GtkWidget *
new_row (const char *path, const char *title, const char *mime_type, const char *detail, const char *when)
{
  g_autofree char *name = quarry_path_display_name (path);
  g_autofree char *where
      = quarry_title_is_file_name (title, path) ? quarry_shown_folder (path) : quarry_shown_path (path);
  g_autofree char *subtitle = g_strconcat (where, detail[0] != '\0' ? " · " : "", detail, NULL);
  g_autofree char *said = g_strconcat (title, ", ", subtitle, when[0] != '\0' ? ", " : "", when, NULL);
  GtkWidget *row = gtk_list_box_row_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *place = new_label (subtitle, "caption");

  /* Not an AdwActionRow: in libadwaita 1.2 its labels print a warning for titles of one letter. */
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (lines), new_label (title, NULL));
  /* Where there is little room, the outer folders give way to the file's name and the detail. */
  gtk_label_set_ellipsize (GTK_LABEL (place), PANGO_ELLIPSIZE_MIDDLE);
  gtk_box_append (GTK_BOX (lines), place);
  gtk_box_append (GTK_BOX (content), quarry_icon_new (quarry_icon_for_mime_type (mime_type)));
  gtk_box_append (GTK_BOX (content), lines);
  gtk_box_append (GTK_BOX (content), new_label (when, "caption"));
  gtk_widget_add_css_class (content, "recent-document");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), content);
  gtk_widget_set_tooltip_text (row, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
  return row;
}

static char *
format_passages (guint64 n)
{
  g_autofree char *number = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);

  /* Translators: %s is the number. */
  return g_strdup_printf (ngettext ("%s passage", "%s passages", MIN (n, G_MAXINT)), number);
}

static GtkWidget *
new_added_row (const QuarryDocumentRecord *record)
{
  g_autofree char *name = quarry_path_display_name (record->path);
  g_autofree char *passages = format_passages (record->n_passages);
  g_autofree char *added = display_time (record->imported_at);
  GtkWidget *row = new_row (record->path, record->title && record->title[0] != '\0' ? record->title : name,
                            record->mime_type, passages, added);

  g_object_set_data_full (G_OBJECT (row), "quarry-path", g_strdup (record->path), g_free);
  g_object_set_data_full (G_OBJECT (row), "quarry-mime-type", g_strdup (record->mime_type), g_free);
  return row;
}

static GtkWidget *
new_opened_row (QuarryHit *hit)
{
  g_autofree char *place = quarry_hit_format_place (hit);
  GtkWidget *row = new_row (quarry_hit_get_path (hit), quarry_hit_get_title (hit), quarry_hit_get_mime_type (hit), place, "");

  g_object_set_data_full (G_OBJECT (row), "quarry-hit", g_object_ref (hit), g_object_unref);
  return row;
}

static void
empty_list (GtkListBox *list)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (list))))
    gtk_list_box_remove (list, row);
}

static void
show_documents (QuarryRecentView *self, GPtrArray *documents)
{
  empty_list (self->list);
  for (guint i = 0; i < documents->len; i++)
    gtk_list_box_append (self->list, new_added_row (documents->pdata[i]));
  gtk_stack_set_visible_child_name (self->stack, documents->len > 0 ? "recent" : self->writable ? "first" : "unwritable");
  g_signal_emit (self, signals[LISTED], 0);
}

static void
documents_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryRecentView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) documents
      = quarry_library_list_documents_finish (QUARRY_LIBRARY (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || QUARRY_LIBRARY (source) != self->library)
    return;
  if (documents)
    show_documents (self, documents);
  else
    g_message ("%s", error->message);
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryRecentView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = quarry_library_list_opened_finish (QUARRY_LIBRARY (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || QUARRY_LIBRARY (source) != self->library)
    return;
  if (error)
    g_message ("%s", error->message);
  empty_list (self->opened);
  /* The person may have switched personal search off in the meantime. */
  if (hits && !quarry_settings_get_boolean ("personal", TRUE))
    g_ptr_array_set_size (hits, 0);
  for (guint i = 0; hits && i < hits->len; i++)
    gtk_list_box_append (self->opened, new_opened_row (hits->pdata[i]));
  gtk_widget_set_visible (self->opened_box, hits && hits->len > 0);
}

static void
topic_clicked_cb (GtkButton *chip, gpointer user_data)
{
  g_signal_emit (user_data, signals[TOPIC], 0,
                 gtk_label_get_label (GTK_LABEL (gtk_button_get_child (chip))));
}

static void
show_topics (QuarryRecentView *self, GPtrArray *topics)
{
  GtkWidget *chip;

  while ((chip = gtk_widget_get_first_child (GTK_WIDGET (self->topics))))
    gtk_box_remove (self->topics, chip);
  for (guint i = 0; i < topics->len; i++)
    {
      GtkWidget *label = gtk_label_new (quarry_topic_item_get_label (topics->pdata[i]));

      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
      chip = gtk_button_new ();
      gtk_button_set_child (GTK_BUTTON (chip), label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      gtk_label_get_label (GTK_LABEL (label)), -1);
      gtk_widget_add_css_class (chip, "library-topic");
      g_signal_connect_object (chip, "clicked", G_CALLBACK (topic_clicked_cb), self, 0);
      gtk_box_append (self->topics, chip);
    }
  gtk_widget_set_visible (self->topics_box, topics->len > 0);
}

static void
topics_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryRecentView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) topics
      = quarry_library_list_topics_finish (QUARRY_LIBRARY (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || QUARRY_LIBRARY (source) != self->library)
    return;
  if (topics)
    show_topics (self, topics);
  else
    g_message ("%s", error->message);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryRecentView) self = user_data;
  g_auto (QuarryLibraryStatus) status = { 0 };
  g_autofree char *n_documents = NULL, *documents = NULL, *passages = NULL, *text = NULL;

  if (!quarry_library_get_status_finish (QUARRY_LIBRARY (source), result, &status, NULL)
      || QUARRY_LIBRARY (source) != self->library)
    return;
  n_documents = g_strdup_printf ("%'" G_GUINT64_FORMAT, status.counts.documents);
  /* Translators: %s is the number. */
  documents = g_strdup_printf (ngettext ("%s document", "%s documents", MIN (status.counts.documents, G_MAXINT)),
                               n_documents);
  passages = format_passages (status.counts.passages);
  /* Translators: "12 documents, 340 passages" in the library */
  text = g_strdup_printf (_("%s, %s"), documents, passages);
  gtk_label_set_label (self->summary, text);
}

/* There is no signal for a document being opened, so the list is loaded each time the view is shown. */
static void
load_opened (QuarryRecentView *self)
{
  if (self->library && quarry_settings_get_boolean ("personal", TRUE))
    quarry_library_list_opened_async (self->library, N_OPENED, self->cancellable, opened_cb, g_object_ref (self));
}

static void
list_documents (QuarryRecentView *self)
{
  quarry_library_list_documents_async (self->library, N_RECENT, self->cancellable, documents_cb, g_object_ref (self));
}

static void
load (QuarryRecentView *self)
{
  if (!self->library)
    return;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->stale = TRUE;
      return;
    }
  self->stale = FALSE;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  list_documents (self);
  quarry_library_get_status_async (self->library, self->cancellable, status_cb,
                                   g_object_ref (self));
  quarry_library_list_topics_async (self->library, N_TOPICS, self->cancellable, topics_cb,
                                    g_object_ref (self));
  load_opened (self);
}

static void
changed_cb (QuarryLibrary *library, gpointer user_data)
{
  load (user_data);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  g_signal_emit (user_data, signals[OPENED], 0, g_object_get_data (G_OBJECT (row), "quarry-path"),
                 g_object_get_data (G_OBJECT (row), "quarry-mime-type"));
}

static void
opened_activated_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  g_signal_emit (user_data, signals[OPENED_AGAIN], 0, g_object_get_data (G_OBJECT (row), "quarry-hit"));
}

static void
quarry_recent_view_map (GtkWidget *widget)
{
  QuarryRecentView *self = QUARRY_RECENT_VIEW (widget);

  GTK_WIDGET_CLASS (quarry_recent_view_parent_class)->map (widget);
  if (self->stale)
    load (self);
  else
    load_opened (self);
}

static void
quarry_recent_view_dispose (GObject *object)
{
  QuarryRecentView *self = QUARRY_RECENT_VIEW (object);

  quarry_recent_view_set_library (self, NULL);
  g_clear_pointer ((GtkWidget **) &self->stack, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_recent_view_parent_class)->dispose (object);
}

static void
quarry_recent_view_class_init (QuarryRecentViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_recent_view_dispose;
  widget_class->map = quarry_recent_view_map;

  signals[OPENED] = g_signal_new ("opened", QUARRY_TYPE_RECENT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  signals[OPENED_AGAIN] = g_signal_new ("opened-again", QUARRY_TYPE_RECENT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, QUARRY_TYPE_HIT);

  signals[LISTED] = g_signal_new ("listed", QUARRY_TYPE_RECENT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);

  signals[TOPIC] = g_signal_new ("topic", QUARRY_TYPE_RECENT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  g_type_ensure (QUARRY_TYPE_TAB_STOP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-recent-view.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, offers);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, clamp);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, opened_box);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, opened);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, list);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, summary);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, topics_box);
  gtk_widget_class_bind_template_child (widget_class, QuarryRecentView, topics);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_activated_cb);
}

static void
quarry_recent_view_init (QuarryRecentView *self)
{
  self->writable = TRUE;
  gtk_widget_init_template (GTK_WIDGET (self));
  quarry_text_scale_property (self->clamp, "maximum-size", COLUMN);
  /* With large text, or in German, the buttons are wider than a narrow window, so let their labels wrap. */
  for (GtkWidget *button = gtk_widget_get_first_child (self->offers); button; button = gtk_widget_get_next_sibling (button))
    g_object_set (gtk_button_get_child (GTK_BUTTON (button)), "wrap", TRUE, "justify", GTK_JUSTIFY_CENTER, NULL);
  gtk_widget_set_layout_manager (GTK_WIDGET (self->topics), quarry_wrap_layout_new ());
}

GtkWidget *
quarry_recent_view_new (void)
{
  return g_object_new (QUARRY_TYPE_RECENT_VIEW, NULL);
}

void
quarry_recent_view_set_library (QuarryRecentView *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_RECENT_VIEW (self));

  if (self->library == library)
    return;
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  if (self->library)
    g_clear_signal_handler (&self->changed_handler, self->library);
  g_set_object (&self->library, library);
  if (!library)
    return;
  self->changed_handler = g_signal_connect (library, "changed", G_CALLBACK (changed_cb), self);
  load (self);
  /* Load even while something else is shown, since others ask whether the library has documents. */
  if (self->stale)
    list_documents (self);
}

void
quarry_recent_view_set_writable (QuarryRecentView *self, gboolean writable)
{
  g_return_if_fail (QUARRY_IS_RECENT_VIEW (self));

  self->writable = writable;
}

void
quarry_recent_view_forget_opened (QuarryRecentView *self)
{
  g_return_if_fail (QUARRY_IS_RECENT_VIEW (self));

  empty_list (self->opened);
  gtk_widget_set_visible (self->opened_box, FALSE);
}

gboolean
quarry_recent_view_is_empty (QuarryRecentView *self)
{
  const char *page;

  g_return_val_if_fail (QUARRY_IS_RECENT_VIEW (self), FALSE);

  page = gtk_stack_get_visible_child_name (self->stack);
  return g_strcmp0 (page, "first") == 0 || g_strcmp0 (page, "unwritable") == 0;
}
