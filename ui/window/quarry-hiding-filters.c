/* quarry-hiding-filters.c: where nothing is found, the filters that hide something
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-hiding-filters.h"

#include "ui/quarry-question.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* So many passages are counted. */
#define MOST 100

/* What would be found without a filter. */
typedef struct
{
  char *filter;
  guint place; /* among the filters of the bar */
  guint n_found;
  gboolean lists; /* documents, not passages */
} Hidden;

struct _QuarryHidingFilters
{
  GtkWidget parent_instance;

  GtkListBox *list;
  QuarryFilterBar *bar; /* weak */
  GArray *shown;        /* of Hidden: the rows */
  GArray *found;        /* of Hidden: what the searches that run have found so far */
  GCancellable *running;
  guint n_running;
};

G_DEFINE_FINAL_TYPE (QuarryHidingFilters, quarry_hiding_filters, GTK_TYPE_WIDGET)

enum
{
  LIFTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hidden_clear (gpointer data)
{
  g_free (((Hidden *) data)->filter);
}

static GArray *
new_list (void)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (Hidden));

  g_array_set_clear_func (list, hidden_clear);
  return list;
}

/* What hides most comes first. More than MOST are not told apart: then they come as they are in the bar. */
static int
compare (gconstpointer a, gconstpointer b)
{
  const Hidden *first = a, *second = b;

  if (first->n_found != second->n_found)
    return first->n_found > second->n_found ? -1 : 1;
  return first->place < second->place ? -1 : first->place > second->place;
}

static gboolean
same (GArray *before, GArray *now)
{
  if (before->len != now->len)
    return FALSE;
  for (guint i = 0; i < now->len; i++)
    {
      const Hidden *a = &g_array_index (before, Hidden, i), *b = &g_array_index (now, Hidden, i);

      if (!g_str_equal (a->filter, b->filter) || a->n_found != b->n_found || a->lists != b->lists)
        return FALSE;
    }
  return TRUE;
}

/* --- Rows ---------------------------------------------------------------------------------- */

/* (transfer full) */
static char *
say_number (const Hidden *hidden)
{
  if (hidden->n_found >= MOST)
    return g_strdup (hidden->lists ? _("Hides a hundred documents or more") : _("Hides a hundred passages or more"));
  if (hidden->lists)
    return g_strdup_printf (ngettext ("Hides %u document", "Hides %u documents", hidden->n_found), hidden->n_found);
  return g_strdup_printf (ngettext ("Hides %u passage", "Hides %u passages", hidden->n_found), hidden->n_found);
}

static void
clicked_cb (GtkButton *button, gpointer user_data)
{
  QuarryHidingFilters *self = user_data;
  g_autofree char *filter = g_strdup (g_object_get_data (G_OBJECT (button), "quarry-filter"));

  if (self->bar)
    quarry_filter_bar_remove (self->bar, filter);
  g_signal_emit (self, signals[LIFTED], 0);
}

static GtkWidget *
new_row (QuarryHidingFilters *self, const Hidden *hidden)
{
  g_autofree char *name = quarry_filter_describe (hidden->filter);
  g_autofree char *number = say_number (hidden);
  g_autofree char *said = g_strdup_printf (_("%s: take away"), name);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Remove"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), number);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_object_set_data_full (G_OBJECT (button), "quarry-filter", g_strdup (hidden->filter), g_free);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, said,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, number, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (clicked_cb), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), button);
  return row;
}

static void
show (QuarryHidingFilters *self, GArray *hidden)
{
  GtkWidget *row;

  if (same (self->shown, hidden))
    return;
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))))
    gtk_list_box_remove (self->list, row);
  g_array_unref (self->shown);
  self->shown = g_array_ref (hidden);
  for (guint i = 0; i < hidden->len; i++)
    gtk_list_box_append (self->list, new_row (self, &g_array_index (hidden, Hidden, i)));
  gtk_widget_set_visible (GTK_WIDGET (self), hidden->len > 0);
}

/* --- Searches ------------------------------------------------------------------------------ */

typedef struct
{
  QuarryHidingFilters *self;
  GCancellable *cancellable;
  char *filter;
  guint place;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->self);
  g_object_unref (search->cancellable);
  g_free (search->filter);
  g_free (search);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)

static void
stop (QuarryHidingFilters *self)
{
  if (self->running)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
  g_array_set_size (self->found, 0);
  self->n_running = 0;
}

static void
searched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Search) search = user_data;
  QuarryHidingFilters *self = search->self;
  g_autoptr (QuarryAnswer) answer = quarry_question_finish (result, NULL);
  GListModel *hits;

  if (self->running != search->cancellable)
    return;
  hits = answer ? quarry_answer_get_hits (answer) : NULL;
  if (hits && g_list_model_get_n_items (hits) > 0)
    {
      g_autoptr (QuarryHit) first = g_list_model_get_item (hits, 0);
      Hidden hidden = { g_steal_pointer (&search->filter), search->place, g_list_model_get_n_items (hits),
                        quarry_hit_is_listed (first) };

      g_array_append_val (self->found, hidden);
    }
  if (--self->n_running == 0)
    {
      g_autoptr (GArray) found = g_steal_pointer (&self->found);

      self->found = new_list ();
      g_clear_object (&self->running);
      g_array_sort (found, compare);
      show (self, found);
    }
}

void
quarry_hiding_filters_look (QuarryHidingFilters *self, QuarryLibrary *library, QuarryFilterBar *bar, const char *text)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_auto (GStrv) filters = NULL;

  g_return_if_fail (QUARRY_IS_HIDING_FILTERS (self));
  g_return_if_fail (QUARRY_IS_FILTER_BAR (bar));

  stop (self);
  g_set_weak_pointer (&self->bar, bar);
  filters = quarry_filter_bar_list (bar);
  if (!library || !filters[0])
    {
      g_autoptr (GArray) none = new_list ();

      show (self, none);
      return;
    }
  options.limit = MOST;
  options.typing = TRUE;
  self->running = g_cancellable_new ();
  self->n_running = g_strv_length (filters);
  for (guint i = 0; filters[i]; i++)
    {
      g_autofree char *query = quarry_filter_bar_write_query_without (bar, filters[i], text);
      QuarryQuestion question = { query, 0, FALSE };
      Search *search = g_new0 (Search, 1);
      g_autoptr (GTask) asked = NULL;

      search->self = g_object_ref (self);
      search->cancellable = g_object_ref (self->running);
      search->filter = g_strdup (filters[i]);
      search->place = i;
      asked = quarry_question_ask (library, &question, &options, self->running, searched_cb, search);
    }
}

guint
quarry_hiding_filters_get_n (QuarryHidingFilters *self)
{
  g_return_val_if_fail (QUARRY_IS_HIDING_FILTERS (self), 0);

  return self->shown->len;
}

/* --- The widget ---------------------------------------------------------------------------- */

static void
quarry_hiding_filters_dispose (GObject *object)
{
  QuarryHidingFilters *self = QUARRY_HIDING_FILTERS (object);

  stop (self);
  g_clear_weak_pointer (&self->bar);
  if (self->list)
    gtk_widget_unparent (GTK_WIDGET (self->list));
  self->list = NULL;
  G_OBJECT_CLASS (quarry_hiding_filters_parent_class)->dispose (object);
}

static void
quarry_hiding_filters_finalize (GObject *object)
{
  QuarryHidingFilters *self = QUARRY_HIDING_FILTERS (object);

  g_array_unref (self->shown);
  g_array_unref (self->found);
  G_OBJECT_CLASS (quarry_hiding_filters_parent_class)->finalize (object);
}

static void
quarry_hiding_filters_class_init (QuarryHidingFiltersClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = quarry_hiding_filters_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_hiding_filters_finalize;

  signals[LIFTED] = g_signal_new ("lifted", QUARRY_TYPE_HIDING_FILTERS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
quarry_hiding_filters_init (QuarryHidingFilters *self)
{
  self->shown = new_list ();
  self->found = new_list ();
  self->list = g_object_new (GTK_TYPE_LIST_BOX, "selection-mode", GTK_SELECTION_NONE, "css-classes",
                             (const char *[]){ "boxed-list", NULL }, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Filters That Hide Something"), -1);
  gtk_widget_set_parent (GTK_WIDGET (self->list), GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
quarry_hiding_filters_new (void)
{
  return g_object_new (QUARRY_TYPE_HIDING_FILTERS, NULL);
}
