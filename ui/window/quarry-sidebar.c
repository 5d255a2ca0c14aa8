/* quarry-sidebar.c: what the library holds, each part of it a filter
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-sidebar.h"

#include "core/library/search/quarry-facets.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-icon.h"
#include "ui/widgets/quarry-language-label.h"
#include "ui/widgets/quarry-text-scale.h"

#include <glib/gi18n-lib.h>

/* How often the numbers are updated while documents are being imported. */
#define LOAD_MS 1000
#define WIDTH 210 /* pixels, at the usual text size */

struct _QuarrySidebar
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkBox *box;
  GtkWidget *all;
  GtkWidget *not_added;
  GPtrArray *facets; /* of QuarryFacet: what the rows show */
  GPtrArray *rows;   /* of GtkToggleButton, not owned: one for each facet */

  QuarryLibrary *library;
  gulong changed_handler;
  QuarryFilterBar *filters;
  guint load_source;
  gboolean loading;
  gboolean stale; /* to be loaded when the sidebar is next shown, or when the load that runs has ended */
};

G_DEFINE_FINAL_TYPE (QuarrySidebar, quarry_sidebar, GTK_TYPE_WIDGET)

enum
{
  EVERYTHING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- Rows -------------------------------------------------------------------------------------- */

/* @problem: what else is to be said of it, or NULL */
static void
set_number (GtkWidget *row, const char *name, guint64 n, gboolean of_files, const char *problem)
{
  GtkWidget *number = g_object_get_data (G_OBJECT (row), "quarry-number");
  g_autofree char *text = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
  g_autofree char *said = NULL;

  if (of_files)
    /* Translators: what was not added to the library, and how many files that is */
    said = g_strdup_printf (ngettext ("%s, %s file", "%s, %s files", MIN (n, G_MAXINT)), name, text);
  else
    /* Translators: a part of the library, as in "PDF", and how many documents belong to it */
    said = g_strdup_printf (ngettext ("%s, %s document", "%s, %s documents", MIN (n, G_MAXINT)), name, text);
  if (problem)
    {
      g_autofree char *counted = g_steal_pointer (&said);

      said = g_strdup_printf ("%s, %s", counted, problem);
    }
  gtk_label_set_label (GTK_LABEL (number), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
}

static void
fill_row (GtkWidget *row, const char *icon, const char *name)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *image = quarry_icon_new (icon);
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *number = gtk_label_new (NULL);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (number, "numeric");
  gtk_widget_add_css_class (number, "sidebar-number");
  gtk_box_append (GTK_BOX (content), image);
  gtk_box_append (GTK_BOX (content), label);
  gtk_box_append (GTK_BOX (content), number);
  gtk_button_set_child (GTK_BUTTON (row), content);
  gtk_widget_add_css_class (row, "flat");
  gtk_widget_add_css_class (row, "sidebar-row");
  gtk_widget_set_focus_on_click (row, FALSE);
  g_object_set_data (G_OBJECT (row), "quarry-number", number);
  g_object_set_data (G_OBJECT (row), "quarry-image", image);
}

static GtkWidget *
new_heading (const char *text)
{
  GtkWidget *heading = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_label_set_ellipsize (GTK_LABEL (heading), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (heading, "sidebar-heading");
  return heading;
}

/* --- Facets ------------------------------------------------------------------------------------ */

/* A name as it stands in a list: some languages write those of languages small in a sentence. @name: (transfer full).
 * (transfer full) */
static char *
begin_large (char *name)
{
  g_autofree char *small = name;
  GString *large = g_string_new (NULL);

  if (*small == '\0')
    return g_string_free (large, FALSE);
  g_string_append_unichar (large, g_unichar_totitle (g_utf8_get_char (small)));
  g_string_append (large, g_utf8_next_char (small));
  return g_string_free (large, FALSE);
}

/* The label of a facet. @since: the index of a date among the dates, latest first. (transfer full) */
static char *
name_facet (const QuarryFacet *facet, guint since)
{
  const char *const dates[] = { _("Past Week"), _("Past Month"), _("Past Year") };

  switch (facet->kind)
    {
    case QUARRY_QUERY_FOLDER:
      return g_path_get_basename (facet->value);
    case QUARRY_QUERY_TYPE:
      return g_ascii_strup (facet->value, -1);
    case QUARRY_QUERY_LANGUAGE:
      return begin_large (quarry_language_label_new (facet->value));
    case QUARRY_QUERY_AFTER:
    default:
      return g_strdup (dates[MIN (since, G_N_ELEMENTS (dates) - 1)]);
    }
}

/* Why nothing new comes from a folder, and its documents cannot be opened; NULL: it is there. */
static const char *
problem_of (const QuarryFacet *facet)
{
  if (facet->kind != QUARRY_QUERY_FOLDER)
    return NULL;
  switch (facet->state)
    {
    case QUARRY_FOLDER_AWAY:
      return _("out of reach: its documents stay until it is back");
    case QUARRY_FOLDER_GONE:
      return _("the folder is no longer there");
    case QUARRY_FOLDER_UNWATCHED:
    case QUARRY_FOLDER_WATCHED:
    case QUARRY_FOLDER_POLLED:
    default:
      return NULL;
    }
}

static const char *
icon_of (const QuarryFacet *facet)
{
  if (problem_of (facet))
    return "dialog-warning-symbolic";
  switch (facet->kind)
    {
    case QUARRY_QUERY_FOLDER:
      return "folder-symbolic";
    case QUARRY_QUERY_TYPE:
      return quarry_icon_for_mime_type (facet->mime_type);
    case QUARRY_QUERY_LANGUAGE:
      return "preferences-desktop-locale-symbolic";
    case QUARRY_QUERY_AFTER:
    default:
      return "x-office-calendar-symbolic";
    }
}

static const char *
heading_of (QuarryQueryFilterKind kind)
{
  switch (kind)
    {
    case QUARRY_QUERY_FOLDER:
      return _("Folders");
    case QUARRY_QUERY_TYPE:
      return _("Types");
    case QUARRY_QUERY_LANGUAGE:
      return _("Languages");
    case QUARRY_QUERY_AFTER:
    default:
      return _("Changed");
    }
}

/* A date implies all earlier ones, so only one filters at a time: removes the others than @but. */
static void
lift_dates (QuarrySidebar *self, const QuarryFacet *but)
{
  for (guint i = 0; i < self->facets->len; i++)
    {
      const QuarryFacet *facet = self->facets->pdata[i];

      if (facet != but && facet->kind == QUARRY_QUERY_AFTER)
        quarry_filter_bar_remove (self->filters, facet->filter);
    }
}

static void
toggled_cb (GtkToggleButton *button, gpointer user_data)
{
  QuarrySidebar *self = user_data;
  guint at;
  const QuarryFacet *facet;

  if (!self->filters || !g_ptr_array_find (self->rows, button, &at))
    return;
  facet = self->facets->pdata[at];
  if (!gtk_toggle_button_get_active (button))
    quarry_filter_bar_remove (self->filters, facet->filter);
  else
    {
      if (facet->kind == QUARRY_QUERY_AFTER)
        lift_dates (self, facet);
      quarry_filter_bar_add (self->filters, facet->filter);
    }
}

/* Sets the state of the rows to the filters that are set. */
static void
show_filters (QuarrySidebar *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      const QuarryFacet *facet = self->facets->pdata[i];
      GtkToggleButton *row = self->rows->pdata[i];

      g_signal_handlers_block_by_func (row, toggled_cb, self);
      gtk_toggle_button_set_active (row, self->filters && quarry_filter_bar_has (self->filters, facet->filter));
      g_signal_handlers_unblock_by_func (row, toggled_cb, self);
    }
}

static gboolean
same_rows (GPtrArray *before, GPtrArray *now)
{
  if (before->len != now->len)
    return FALSE;
  for (guint i = 0; i < now->len; i++)
    if (!g_str_equal (((QuarryFacet *) before->pdata[i])->filter, ((QuarryFacet *) now->pdata[i])->filter))
      return FALSE;
  return TRUE;
}

static void
add_row (QuarrySidebar *self, const QuarryFacet *facet, guint since)
{
  g_autofree char *name = name_facet (facet, since);
  GtkWidget *row = gtk_toggle_button_new ();

  fill_row (row, icon_of (facet), name);
  g_signal_connect (row, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_box_append (self->box, row);
  g_ptr_array_add (self->rows, row);
}

/* Folders come first; the row that offers to add a folder follows the last of them. */
static void
add_rows (QuarrySidebar *self, GPtrArray *facets)
{
  GtkWidget *add = gtk_button_new ();
  guint i = 0, since = 0;

  gtk_box_append (self->box, new_heading (heading_of (QUARRY_QUERY_FOLDER)));
  for (; i < facets->len && ((QuarryFacet *) facets->pdata[i])->kind == QUARRY_QUERY_FOLDER; i++)
    add_row (self, facets->pdata[i], 0);
  fill_row (add, "folder-new-symbolic", _("Add a Folder…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (add), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Add a Folder…"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (add), "win.import-folder");
  gtk_box_append (self->box, add);

  for (; i < facets->len; i++)
    {
      const QuarryFacet *facet = facets->pdata[i];

      if (i == 0 || ((QuarryFacet *) facets->pdata[i - 1])->kind != facet->kind)
        gtk_box_append (self->box, new_heading (heading_of (facet->kind)));
      add_row (self, facet, facet->kind == QUARRY_QUERY_AFTER ? since++ : 0);
    }
}

/* Shows what may be different from before in a row that stays. */
static void
update_row (GtkWidget *row, const QuarryFacet *facet, guint since)
{
  g_autofree char *name = name_facet (facet, since);
  const char *problem = problem_of (facet);
  g_autofree char *tooltip = problem ? g_strdup_printf ("%s\n%s", facet->filter, problem) : g_strdup (facet->filter);

  gtk_image_set_from_icon_name (g_object_get_data (G_OBJECT (row), "quarry-image"), icon_of (facet));
  gtk_widget_set_tooltip_text (row, tooltip);
  set_number (row, name, facet->n_documents, FALSE, problem);
}

static void
show_facets (QuarrySidebar *self, GPtrArray *facets)
{
  guint since = 0;

  if (!same_rows (self->facets, facets) || self->rows->len == 0)
    {
      GtkWidget *old;

      while ((old = gtk_widget_get_next_sibling (self->not_added)))
        gtk_box_remove (self->box, old);
      g_ptr_array_set_size (self->rows, 0);
      add_rows (self, facets);
    }
  g_ptr_array_unref (self->facets);
  self->facets = g_ptr_array_ref (facets);
  for (guint i = 0; i < facets->len; i++)
    {
      const QuarryFacet *facet = facets->pdata[i];

      update_row (self->rows->pdata[i], facet, facet->kind == QUARRY_QUERY_AFTER ? since++ : 0);
    }
  show_filters (self);
}

/* --- Loading ------------------------------------------------------------------------------------ */

typedef struct
{
  QuarryLibrary *library;
  GPtrArray *facets;
} Load;

static void
load_free (Load *load)
{
  g_object_unref (load->library);
  g_clear_pointer (&load->facets, g_ptr_array_unref);
  g_free (load);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;

  load->facets = quarry_library_list_facets (load->library, &error);
  if (load->facets)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void load_soon (QuarrySidebar *self);

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarrySidebar *self = QUARRY_SIDEBAR (source);
  Load *load = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  self->loading = FALSE;
  if (self->library == load->library)
    {
      if (done)
        show_facets (self, load->facets);
      else
        g_message ("%s", error->message);
    }
  if (self->stale)
    load_soon (self);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarrySidebar) self = user_data;
  g_auto (QuarryLibraryStatus) status = { 0 };

  if (!quarry_library_get_status_finish (QUARRY_LIBRARY (source), result, &status, NULL)
      || QUARRY_LIBRARY (source) != self->library)
    return;
  set_number (self->all, _("All Documents"), status.counts.documents, FALSE, NULL);
  set_number (self->not_added, _("Not Added"), status.counts.failed + status.counts.skipped, TRUE, NULL);
  gtk_widget_set_tooltip_text (self->all, _("Documents of the library. A file with attachments, or an archive, holds several."));
  gtk_widget_set_visible (self->not_added, status.counts.failed + status.counts.skipped > 0);
}

static void
load_now (QuarrySidebar *self)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  if (!self->library)
    return;
  self->stale = self->loading || !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (self->stale)
    return;
  self->loading = TRUE;
  load = g_new0 (Load, 1);
  load->library = g_object_ref (self->library);
  task = g_task_new (self, NULL, loaded_cb, NULL);
  g_task_set_source_tag (task, load_now);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  g_task_run_in_thread (task, load_thread);
  quarry_library_get_status_async (self->library, NULL, status_cb, g_object_ref (self));
}

static gboolean
load_cb (gpointer user_data)
{
  QuarrySidebar *self = user_data;

  self->load_source = 0;
  load_now (self);
  return G_SOURCE_REMOVE;
}

static void
load_soon (QuarrySidebar *self)
{
  if (self->load_source == 0)
    self->load_source = g_timeout_add (LOAD_MS, load_cb, self);
}

static void
everything_cb (GtkToggleButton *button, gpointer user_data)
{
  g_signal_emit (user_data, signals[EVERYTHING], 0);
}

/* --- The sidebar -------------------------------------------------------------------------------- */

static void
quarry_sidebar_map (GtkWidget *widget)
{
  QuarrySidebar *self = QUARRY_SIDEBAR (widget);

  GTK_WIDGET_CLASS (quarry_sidebar_parent_class)->map (widget);
  if (self->stale)
    load_now (self);
}

static void
quarry_sidebar_dispose (GObject *object)
{
  QuarrySidebar *self = QUARRY_SIDEBAR (object);

  quarry_sidebar_set_library (self, NULL);
  quarry_sidebar_set_filters (self, NULL);
  g_clear_handle_id (&self->load_source, g_source_remove);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_sidebar_parent_class)->dispose (object);
}

static void
quarry_sidebar_finalize (GObject *object)
{
  QuarrySidebar *self = QUARRY_SIDEBAR (object);

  g_ptr_array_unref (self->facets);
  g_ptr_array_unref (self->rows);
  G_OBJECT_CLASS (quarry_sidebar_parent_class)->finalize (object);
}

/* The sidebar is one stop for the Tab key; the arrow keys move between its rows. */
static gboolean
quarry_sidebar_focus (GtkWidget *widget, GtkDirectionType direction)
{
  if ((direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD) && gtk_widget_get_focus_child (widget))
    return FALSE;
  return GTK_WIDGET_CLASS (quarry_sidebar_parent_class)->focus (widget, direction);
}

static void
quarry_sidebar_class_init (QuarrySidebarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_sidebar_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_sidebar_finalize;
  widget_class->map = quarry_sidebar_map;
  widget_class->focus = quarry_sidebar_focus;

  signals[EVERYTHING] = g_signal_new ("everything", QUARRY_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "sidebar");
}

static void
quarry_sidebar_init (QuarrySidebar *self)
{
  self->facets = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_facet_free);
  self->rows = g_ptr_array_new ();

  self->box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "accessible-role",
                            GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Library"), -1);
  self->all = gtk_toggle_button_new ();
  fill_row (self->all, "text-x-generic-symbolic", _("All Documents"));
  g_signal_connect (self->all, "toggled", G_CALLBACK (everything_cb), self);
  self->not_added = gtk_button_new ();
  fill_row (self->not_added, "dialog-warning-symbolic", _("Not Added"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->not_added), "win.failures");
  gtk_widget_set_visible (self->not_added, FALSE);
  gtk_box_append (self->box, new_heading (_("Library")));
  gtk_box_append (self->box, self->all);
  gtk_box_append (self->box, self->not_added);

  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_NEVER, "child",
                                 self->box, NULL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  /* As wide as its rows, up to this maximum. It may get narrower where there is less room. */
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  quarry_text_scale_property (self->scroller, "max-content-width", WIDTH);
}

GtkWidget *
quarry_sidebar_new (void)
{
  return g_object_new (QUARRY_TYPE_SIDEBAR, NULL);
}

void
quarry_sidebar_set_library (QuarrySidebar *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_SIDEBAR (self));

  if (self->library == library)
    return;
  if (self->library)
    g_clear_signal_handler (&self->changed_handler, self->library);
  g_set_object (&self->library, library);
  if (!library)
    return;
  self->changed_handler = g_signal_connect_swapped (library, "changed", G_CALLBACK (load_soon), self);
  load_now (self);
}

void
quarry_sidebar_set_filters (QuarrySidebar *self, QuarryFilterBar *filters)
{
  g_return_if_fail (QUARRY_IS_SIDEBAR (self));

  if (self->filters == filters)
    return;
  if (self->filters)
    g_signal_handlers_disconnect_by_func (self->filters, show_filters, self);
  g_set_object (&self->filters, filters);
  if (filters)
    g_signal_connect_swapped (filters, "changed", G_CALLBACK (show_filters), self);
  show_filters (self);
}

void
quarry_sidebar_set_everything (QuarrySidebar *self, gboolean shown)
{
  g_return_if_fail (QUARRY_IS_SIDEBAR (self));

  g_signal_handlers_block_by_func (self->all, everything_cb, self);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->all), shown);
  g_signal_handlers_unblock_by_func (self->all, everything_cb, self);
}
