/* quarry-window-search.c: what the main window searches for, and how it shows the answers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-window-private.h"

#include "core/library/search/quarry-query.h"
#include "ui/quarry-settings.h"
#include "ui/results/quarry-result-row.h"

#include <glib/gi18n-lib.h>

/* How many hits are asked for at first, and how many more whenever the list is scrolled to its end. */
#define FIRST_HITS 20
#define MORE_HITS 30
/* When a topic is chosen, so many hits are asked for: all passages of a topic are among the first 100. */
#define TOPIC_HITS 100

/* --- Answers ------------------------------------------------------------------------------- */

static void
notice_link_cb (QuarryResultsView *results, gpointer user_data)
{
  QuarryWindow *self = user_data;

  if (quarry_searcher_get_similar_to (self->searcher) > 0)
    quarry_searcher_set_similar_to (self->searcher, 0);
  else
    quarry_searcher_set_as_typed (self->searcher, TRUE);
}

/* Shows the page for a search that found nothing; if the library is empty, the page that says how to add documents. */
static void
show_nothing (QuarryWindow *self)
{
  quarry_window_show_page (self, quarry_recent_view_is_empty (self->recent) ? "recent" : "nothing");
}

static void
documents_listed_cb (QuarryRecentView *recent, gpointer user_data)
{
  QuarryWindow *self = user_data;

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "nothing") == 0)
    show_nothing (self);
}

/* The entry keeps the focus while hits come and are gone through, so it is there that a screen reader tells of them. */
static void
tell_selected (QuarryWindow *self)
{
  QuarryHit *hit = quarry_results_view_get_selected (self->results);
  const char *shown = gtk_stack_get_visible_child_name (self->stack);
  g_autofree char *place = hit ? quarry_hit_describe_place (hit) : NULL;

  if (!self->completion)
    return;
  if (!hit && g_strcmp0 (shown, "nothing") == 0)
    place = g_strdup (adw_status_page_get_title (self->nothing_page));
  quarry_completion_tell (self->completion, place);
}

/* Whether nothing but filters is asked for. */
static gboolean
lists_documents (QuarryWindow *self)
{
  g_autofree char *typed = quarry_filter_bar_write_query (self->filters, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_autoptr (QuarryQuery) query = quarry_query_parse (typed);

  return query->lists;
}

static void
answered_cb (QuarrySearcher *searcher, QuarryAnswer *answer, guint changes, gpointer user_data)
{
  QuarryWindow *self = user_data;
  g_autofree char *notice = answer ? quarry_window_make_notice (self, answer) : NULL;
  guint n_hits = answer ? g_list_model_get_n_items (quarry_answer_get_hits (answer)) : 0;
  gboolean wants_reader = self->wants_reader;

  self->wants_reader = FALSE;
  quarry_results_view_update (self->results, n_hits > 0 ? answer : NULL, changes, notice);
  if (self->wanted_passage > 0 && n_hits > 0)
    {
      quarry_results_view_select_passage (self->results, self->wanted_passage);
      self->wanted_passage = 0;
    }
  if (!answer)
    {
      quarry_panes_set_show_second (self->panes, FALSE);
      quarry_window_show_page (self, self->lists ? "documents" : "recent");
    }
  else
    {
      gboolean filtered = !quarry_filter_bar_is_empty (self->filters);
      const char *why = quarry_answer_get_hint (answer);
      g_autofree char *hint = NULL;

      if (!why && filtered)
        why = lists_documents (self) ? _("No document meets all of the filters.")
                                     : _("No passage that the filters let through is about that.");
      hint = g_markup_escape_text (why ?: "", -1);
      gtk_widget_set_visible (self->lift_button, filtered);
      quarry_hiding_filters_look (self->hiding, n_hits == 0 ? quarry_session_get_library (self->session) : NULL,
                                  self->filters, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
      adw_status_page_set_description (self->nothing_page, hint);
      if (n_hits > 0)
        quarry_window_show_page (self, "results");
      else
        show_nothing (self);
    }
  quarry_completion_show (self->completion, answer);
  tell_selected (self);
  if (wants_reader && n_hits > 0)
    {
      quarry_results_view_select (self->results, 0);
      quarry_window_show_reader (self);
    }
  else
    quarry_window_follow_soon (self);
  quarry_window_update_actions (self);
}

static void
failed_cb (QuarrySearcher *searcher, const GError *error, gpointer user_data)
{
  QuarryWindow *self = user_data;

  self->wants_reader = FALSE;
  /* Keep showing the hits of an earlier query, and tell the error in a toast. */
  if (quarry_results_view_get_n_hits (self->results) > 0)
    quarry_window_toast (self, error->message);
  else
    quarry_window_show_error (self, _("The Search Failed"), error);
}

static void
slow_cb (QuarrySearcher *searcher, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_results_view_set_slow (self->results, quarry_searcher_get_slow (searcher));
}

static void
selected_cb (QuarryResultsView *results, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_window_follow_soon (self);
  tell_selected (self);
  quarry_window_update_actions (self);
}

static void
update_limit (QuarryWindow *self)
{
  quarry_searcher_set_limit (self->searcher,
                             quarry_results_view_get_topic (self->results) ? TOPIC_HITS : FIRST_HITS);
}

static void
topic_cb (QuarryResultsView *results, GParamSpec *pspec, gpointer user_data)
{
  update_limit (user_data);
}

static void
chosen_cb (QuarryResultsView *results, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_window_follow_now (self);
  if (quarry_panes_get_folded (self->panes))
    quarry_panes_set_show_second (self->panes, TRUE);
}

static void
opened_cb (QuarryResultsView *results, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (user_data), "win.open-hit", NULL);
}

static void
more_wanted_cb (QuarryResultsView *results, gpointer user_data)
{
  QuarryWindow *self = user_data;
  guint limit = quarry_searcher_get_limit (self->searcher);

  /* If there are fewer hits than were asked for, there are no more. */
  if (quarry_results_view_get_n_hits (results) >= limit)
    quarry_searcher_set_limit (self->searcher, limit + MORE_HITS);
}

/* --- What is asked ------------------------------------------------------------------------- */

static void
ask (QuarryWindow *self)
{
  g_autofree char *query = quarry_filter_bar_write_query (self->filters,
                                                          gtk_editable_get_text (GTK_EDITABLE (self->entry)));

  self->wants_reader = FALSE;
  quarry_window_follow_documents (self, query);
  quarry_results_view_clear_marks (self->results);
  update_limit (self);
  quarry_searcher_set_query (self->searcher, query);
}

static void
filters_changed_cb (QuarryFilterBar *filters, gpointer user_data)
{
  ask (user_data);
}

static gboolean
take_filters_cb (gpointer user_data)
{
  QuarryWindow *self = user_data;
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  int cursor = gtk_editable_get_position (editable);
  g_autofree char *rest = NULL;

  self->take_source = 0;
  /* Block the handler, which would search at once: setting the remaining text below starts the search. */
  g_signal_handlers_block_by_func (self->filters, filters_changed_cb, self);
  rest = quarry_filter_bar_take (self->filters, gtk_editable_get_text (editable), &cursor);
  g_signal_handlers_unblock_by_func (self->filters, filters_changed_cb, self);
  if (rest)
    {
      gtk_editable_set_text (editable, rest);
      gtk_editable_set_position (editable, cursor);
    }
  return G_SOURCE_REMOVE;
}

/* The text must not be changed inside its own change signal, so filters are taken out of it in an idle source. */
static void
entry_changed_cb (GtkEditable *editable, gpointer user_data)
{
  QuarryWindow *self = user_data;

  ask (self);
  if (self->take_source == 0)
    self->take_source = g_idle_add_full (G_PRIORITY_HIGH, take_filters_cb, self, NULL);
}

static void
lift_cb (GtkButton *button, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_filter_bar_clear (self->filters);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
lifted_cb (QuarryHidingFilters *hiding, gpointer user_data)
{
  gtk_widget_grab_focus (GTK_WIDGET (QUARRY_WINDOW (user_data)->entry));
}

gboolean
quarry_window_edit_filter (QuarryWindow *self)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  g_autofree char *filter = NULL;
  g_autofree char *before = NULL;
  int end = 0;

  /* Block the handler: it would search without the filter before its text is back in the entry. */
  g_signal_handlers_block_by_func (self->filters, filters_changed_cb, self);
  filter = quarry_filter_bar_pop (self->filters);
  g_signal_handlers_unblock_by_func (self->filters, filters_changed_cb, self);
  if (!filter)
    return FALSE;
  before = g_strconcat (filter, gtk_editable_get_text (editable)[0] != '\0' ? " " : "", NULL);
  gtk_editable_insert_text (editable, before, -1, &end);
  gtk_editable_set_position (editable, (int) g_utf8_strlen (filter, -1));
  return TRUE;
}

static void
unmarked_cb (QuarryResultsView *results, gint64 passage, gpointer user_data)
{
  quarry_searcher_unmark (QUARRY_WINDOW (user_data)->searcher, passage);
}

void
quarry_window_mark (QuarryWindow *self, QuarryHit *hit, gboolean more)
{
  quarry_panes_set_show_second (self->panes, FALSE);
  quarry_results_view_add_mark (self->results, hit, more);
  quarry_searcher_mark (self->searcher, quarry_hit_get_passage (hit), more);
}

static void
variety_changed_cb (QuarryWindow *self, GtkAdjustment *adjustment)
{
  double variety = gtk_adjustment_get_value (adjustment);

  quarry_searcher_set_variety (self->searcher, variety);
  quarry_settings_set_double ("variety", variety);
}

static void
map_toggled_cb (GtkToggleButton *button, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;
  gboolean map = gtk_toggle_button_get_active (button);

  quarry_searcher_set_map (self->searcher, map);
  quarry_results_view_set_map (self->results, map);
  quarry_settings_set_boolean ("map", map);
  quarry_window_update_actions (self);
}

void
quarry_window_see_also (QuarryWindow *self, QuarryHit *hit, gboolean document)
{
  g_free (self->similar_title);
  self->similar_title = g_strdup (quarry_hit_get_title (hit));
  quarry_results_view_clear_marks (self->results);
  quarry_panes_set_show_second (self->panes, FALSE);
  if (document)
    quarry_searcher_set_similar_to_document (self->searcher, quarry_hit_get_passage (hit));
  else
    quarry_searcher_set_similar_to (self->searcher, quarry_hit_get_passage (hit));
}

/* Whether the person went from the entry to the reader or the sidebar. Then a step back only returns to the entry and
 * keeps the search. (But a document opened from the list of all documents is left together with the reader.) */
static gboolean
is_beside_entry (QuarryWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  return focus && !self->from_documents
         && (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->reader))
             || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->sidebar)));
}

gboolean
quarry_window_step_back (QuarryWindow *self)
{
  if (self->narrow && adw_flap_get_reveal_flap (self->flap))
    {
      adw_flap_set_reveal_flap (self->flap, FALSE);
      gtk_widget_grab_focus (GTK_WIDGET (self->entry));
    }
  else if (quarry_panes_get_folded (self->panes) && quarry_panes_get_show_second (self->panes))
    quarry_window_show_list (self);
  else if (is_beside_entry (self))
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else if (quarry_window_leave_documents (self))
    return TRUE;
  else if (quarry_results_view_close_why (self->results))
    return TRUE;
  else if (quarry_results_view_widen (self->results))
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else if (quarry_results_view_clear_marks (self->results))
    quarry_searcher_unmark (self->searcher, 0);
  else if (quarry_searcher_get_similar_to (self->searcher) > 0)
    quarry_searcher_set_similar_to (self->searcher, 0);
  else if (!quarry_filter_bar_is_empty (self->filters))
    g_free (quarry_filter_bar_pop (self->filters));
  else if (gtk_editable_get_text (GTK_EDITABLE (self->entry))[0] != '\0')
    {
      gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
      gtk_widget_grab_focus (GTK_WIDGET (self->entry));
    }
  else
    return FALSE;
  return TRUE;
}

void
quarry_window_search (QuarryWindow *self, const char *query, gint64 passage)
{
  g_return_if_fail (QUARRY_IS_WINDOW (self));
  g_return_if_fail (query != NULL);

  self->wanted_passage = passage;
  quarry_filter_bar_clear (self->filters);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), query);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/* If the person no longer wants personal search, what was remembered for it is deleted. */
static void
personal_cb (GSettings *settings, const char *key, gpointer user_data)
{
  QuarryWindow *self = user_data;
  gboolean personal = quarry_settings_get_boolean ("personal", TRUE);

  quarry_searcher_set_personal (self->searcher, personal);
  if (!personal && self->session)
    {
      quarry_session_forget_opened (self->session);
      quarry_recent_view_forget_opened (self->recent);
    }
}

/* --- The window ---------------------------------------------------------------------------- */

void
quarry_window_bind_search (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, entry_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, filters_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, lift_cb);
  gtk_widget_class_bind_template_callback (widget_class, lifted_cb);
  gtk_widget_class_bind_template_callback (widget_class, map_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, topic_cb);
  gtk_widget_class_bind_template_callback (widget_class, documents_listed_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, unmarked_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_wanted_cb);
  gtk_widget_class_bind_template_callback (widget_class, notice_link_cb);
}

void
quarry_window_start_search (QuarryWindow *self)
{
  quarry_searcher_set_limit (self->searcher, FIRST_HITS);
  g_signal_connect (self->searcher, "answered", G_CALLBACK (answered_cb), self);
  g_signal_connect (self->searcher, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect (self->searcher, "notify::slow", G_CALLBACK (slow_cb), self);

  gtk_adjustment_set_value (self->variety,
                            quarry_settings_get_double ("variety", QUARRY_DIVERSITY_DEFAULT));
  quarry_searcher_set_variety (self->searcher, gtk_adjustment_get_value (self->variety));
  personal_cb (NULL, NULL, self);
  if (quarry_settings_get ())
    g_signal_connect_object (quarry_settings_get (), "changed::personal", G_CALLBACK (personal_cb), self, 0);
  g_signal_connect_object (self->variety, "value-changed", G_CALLBACK (variety_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_toggle_button_set_active (self->map_button, quarry_settings_get_boolean ("map", FALSE));
}
