/* quarry-launcher.c: a small search window over everything else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It asks the same searcher as the main window, for a handful of hits. The rows are made once and are
 * filled anew with each answer; the entry keeps the focus, and its keys select among the rows.
 */
#include "quarry-config.h"

#include "ui/launcher/quarry-launcher.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/rank/quarry-confidence.h"
#include "ui/launcher/quarry-launcher-row.h"
#include "ui/quarry-opener.h"
#include "ui/quarry-searcher.h"
#include "ui/quarry-settings.h"
#include "ui/results/quarry-result-row.h"
#include "ui/results/quarry-topic-colors.h"
#include "ui/widgets/quarry-completion.h"
#include "ui/widgets/quarry-text-scale.h"
#include "ui/widgets/quarry-wrap-layout.h"

#define MAX_HITS 8
/* So many where nothing is clearly about the query: a full list would look like an answer. */
#define DOUBTFUL_HITS 3
#define WIDTH 640 /* in pixels at the usual text size; grows with the text, up to what most screens have */
#define MOST_WIDTH 960
#define FRAME 12 /* pixels: what the window's own frame takes at most, on both sides together */
/* Also at the usual text size: where rows show fewer things; about how high one is, and entry, notice and hints are. */
#define NARROW 400
#define ROW_HEIGHT 44
#define REST_HEIGHT 160

struct _QuarryLauncher
{
  GtkWindow parent_instance;

  GtkText *entry;
  GtkLabel *completion_label;
  GtkSpinner *spinner;
  GtkLabel *notice;
  GtkListBox *list;
  GtkWidget *hints;

  QuarryLibrary *library;
  QuarrySearcher *searcher;
  QuarryCompletion *completion;
  QuarryTopicColors *colors;
  QuarryLauncherRow *rows[MAX_HITS];
  guint n_hits;
  guint most_hits; /* that the screen has room for */
  gboolean composing; /* an input method is composing a character, so keys are meant for it */
};

G_DEFINE_FINAL_TYPE (QuarryLauncher, quarry_launcher, GTK_TYPE_WINDOW)

enum
{
  SHOW_IN_WINDOW,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- The hits ------------------------------------------------------------------------------ */

static QuarryHit *
selected_hit (QuarryLauncher *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);

  return row && gtk_widget_get_visible (GTK_WIDGET (row))
             ? quarry_launcher_row_get_hit (QUARRY_LAUNCHER_ROW (row))
             : NULL;
}

static void
select_row (QuarryLauncher *self, int index)
{
  if (self->n_hits)
    gtk_list_box_select_row (self->list,
                             GTK_LIST_BOX_ROW (self->rows[CLAMP (index, 0, (int) self->n_hits - 1)]));
}

/* The entry keeps the focus, so it is there that a screen reader tells of the hit that is selected. */
static void
tell_selected (QuarryLauncher *self)
{
  QuarryHit *hit = selected_hit (self);
  g_autofree char *place = hit ? quarry_hit_describe_place (hit) : NULL;

  if (self->completion)
    quarry_completion_tell (self->completion, place);
}

static void
row_selected_cb (QuarryLauncher *self, GtkListBoxRow *selected)
{
  for (guint i = 0; i < MAX_HITS; i++)
    if (self->rows[i])
      quarry_launcher_row_set_current (self->rows[i], GTK_LIST_BOX_ROW (self->rows[i]) == selected);
  tell_selected (self);
}

static void
say (QuarryLauncher *self, const char *notice)
{
  gtk_label_set_label (self->notice, notice ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), notice != NULL);
}

static void
show_answer (QuarryLauncher *self, QuarryAnswer *answer)
{
  GListModel *hits = answer ? quarry_answer_get_hits (answer) : NULL;
  QuarryHit *before = selected_hit (self);
  gint64 passage = before ? quarry_hit_get_passage (before) : 0;
  gboolean doubtful = answer && quarry_answer_get_confidence (answer) < QUARRY_CONFIDENCE_DOUBT;
  int selected = 0;

  quarry_topic_colors_update (self->colors, answer ? quarry_answer_get_topics (answer) : NULL);
  self->n_hits = answer ? MIN (quarry_answer_get_n_likely (answer), doubtful ? DOUBTFUL_HITS : self->most_hits) : 0;
  for (guint i = 0; i < MAX_HITS; i++)
    {
      g_autoptr (QuarryHit) hit = i < self->n_hits ? g_list_model_get_item (hits, i) : NULL;

      quarry_launcher_row_set_hit (
          self->rows[i],
          hit,
          hit ? quarry_topic_colors_get_color (self->colors, quarry_hit_get_topic (hit)) : -1);
      /* If the person chose a hit with the keys, keep that passage selected; the first row is not a choice, just the
       * default. */
      if (hit && before && gtk_list_box_row_get_index (
                               gtk_list_box_get_selected_row (self->list)) > 0 &&
          quarry_hit_get_passage (hit) == passage)
        selected = (int) i;
    }
  gtk_widget_set_visible (GTK_WIDGET (self->list), self->n_hits > 0);
  if (self->completion)
    quarry_completion_show (self->completion, answer);
  select_row (self, selected);
  tell_selected (self);

  if (!answer)
    say (self, NULL);
  else if (quarry_answer_get_hint (answer))
    say (self, quarry_answer_get_hint (answer));
  else if (!self->n_hits)
    say (self, _("No passage found."));
  else if (doubtful)
    say (self, _("Nothing here is clearly about that. Closest passages:"));
  else
    say (self, NULL);
}

static void
answered_cb (QuarryLauncher *self, QuarryAnswer *answer)
{
  show_answer (self, answer);
}

static void
failed_cb (QuarryLauncher *self, const GError *error)
{
  show_answer (self, NULL);
  say (self, error->message);
}

static void
slow_cb (QuarryLauncher *self)
{
  gboolean slow = quarry_searcher_get_slow (self->searcher);

  gtk_widget_set_visible (GTK_WIDGET (self->spinner), slow);
  gtk_spinner_set_spinning (self->spinner, slow);
}

static void
changed_cb (QuarryLauncher *self)
{
  if (!self->searcher)
    return;
  quarry_searcher_set_query (self->searcher, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

/* --- What is done with a hit --------------------------------------------------------------- */

static void
hide (QuarryLauncher *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
open_hit (QuarryLauncher *self, QuarryHit *hit)
{
  if (!hit)
    return;
  hide (self);
  quarry_open_hit (hit, GTK_WINDOW (self));
}

static void
show_in_window (QuarryLauncher *self)
{
  hide (self);
  g_signal_emit (self,
                 signals[SHOW_IN_WINDOW],
                 0,
                 gtk_editable_get_text (GTK_EDITABLE (self->entry)),
                 selected_hit (self));
}

static void
activate_cb (QuarryLauncher *self)
{
  open_hit (self, selected_hit (self));
}

static void
row_activated_cb (QuarryLauncher *self, GtkListBoxRow *row)
{
  open_hit (self, quarry_launcher_row_get_hit (QUARRY_LAUNCHER_ROW (row)));
}

static void
preedit_cb (QuarryLauncher *self, const char *preedit)
{
  self->composing = preedit && *preedit;
}

static gboolean
key_cb (QuarryLauncher *self, guint key, guint code, GdkModifierType state)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  int at = row ? gtk_list_box_row_get_index (row) : -1;
  gboolean alt = (state & GDK_ALT_MASK) != 0;
  gboolean control = (state & GDK_CONTROL_MASK) != 0;

  if (self->composing)
    return FALSE;
  if (alt && !control && key >= GDK_KEY_1 && key < GDK_KEY_1 + MAX_HITS)
    {
      guint i = key - GDK_KEY_1;

      if (i < self->n_hits)
        open_hit (self, quarry_launcher_row_get_hit (self->rows[i]));
      return TRUE;
    }
  if (alt)
    return FALSE;

  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      select_row (self, at - 1);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      select_row (self, at + 1);
      return TRUE;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      select_row (self, 0);
      return TRUE;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      select_row (self, MAX_HITS);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return !control && !(state & GDK_SHIFT_MASK) && quarry_completion_take (self->completion);
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      if (control)
        show_in_window (self);
      return control; /* Enter alone is left to the entry, after an input method has had it */
    case GDK_KEY_Escape:
      hide (self);
      return TRUE;
    default:
      return FALSE;
    }
}

/* --- The window ---------------------------------------------------------------------------- */

void
quarry_launcher_set_library (QuarryLauncher *self, QuarryLibrary *library, const GError *error)
{
  g_return_if_fail (QUARRY_IS_LAUNCHER (self));
  g_return_if_fail (library == NULL || QUARRY_IS_LIBRARY (library));

  if (library != self->library)
    show_answer (self, NULL);
  if (!library)
    say (self, error ? error->message : NULL);
  g_set_object (&self->library, library);
  quarry_searcher_set_library (self->searcher, library);
}

void
quarry_launcher_fit (QuarryLauncher *self, int width, int height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int own = MIN (MIN (quarry_text_pixels (widget, WIDTH), MOST_WIDTH), width - FRAME);
  int rows = (height - quarry_text_pixels (widget, REST_HEIGHT)) / quarry_text_pixels (widget, ROW_HEIGHT);

  g_return_if_fail (QUARRY_IS_LAUNCHER (self));

  self->most_hits = (guint) CLAMP (rows, DOUBTFUL_HITS, MAX_HITS);
  gtk_widget_set_size_request (gtk_window_get_child (GTK_WINDOW (self)), own, -1);
  for (guint i = 0; i < MAX_HITS; i++)
    quarry_launcher_row_set_narrow (self->rows[i], own < quarry_text_pixels (widget, NARROW));
}

/* Which of several screens it will be on is not known, so it fits on the smallest. */
static void
fit_screens (QuarryLauncher *self)
{
  GListModel *monitors = gdk_display_get_monitors (gtk_widget_get_display (GTK_WIDGET (self)));
  int width = MOST_WIDTH + FRAME, height = G_MAXINT;

  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      GdkRectangle screen;

      gdk_monitor_get_geometry (monitor, &screen);
      width = MIN (width, screen.width);
      height = MIN (height, screen.height);
    }
  quarry_launcher_fit (self, width, height);
}

void
quarry_launcher_toggle (QuarryLauncher *self)
{
  g_return_if_fail (QUARRY_IS_LAUNCHER (self));

  if (gtk_widget_get_visible (GTK_WIDGET (self)) && gtk_window_is_active (GTK_WINDOW (self)))
    {
      hide (self);
      return;
    }
  quarry_searcher_set_variety (self->searcher,
                               quarry_settings_get_double ("variety", QUARRY_DIVERSITY_DEFAULT));
  fit_screens (self);
  gtk_window_present (GTK_WINDOW (self));
  /* Grabbing the focus also selects the text, so that typing replaces it. */
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
quarry_launcher_dispose (GObject *object)
{
  QuarryLauncher *self = QUARRY_LAUNCHER (object);

  if (self->searcher)
    g_signal_handlers_disconnect_by_data (self->searcher, self);
  g_clear_object (&self->searcher);
  g_clear_pointer (&self->completion, quarry_completion_free);
  g_clear_object (&self->colors);
  g_clear_object (&self->library);
  /* The list still emits selection changes while it is disposed of; the handler must not find rows then. */
  memset (self->rows, 0, sizeof self->rows);
  G_OBJECT_CLASS (quarry_launcher_parent_class)->dispose (object);
}

static void
quarry_launcher_class_init (QuarryLauncherClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_launcher_dispose;

  signals[SHOW_IN_WINDOW] = g_signal_new ("show-in-window",
                                          G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          2,
                                          G_TYPE_STRING,
                                          QUARRY_TYPE_HIT);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-launcher.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncher, entry);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncher, completion_label);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncher, spinner);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncher, notice);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncher, list);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncher, hints);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, preedit_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
}

static void
quarry_launcher_init (QuarryLauncher *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < MAX_HITS; i++)
    {
      self->rows[i] = QUARRY_LAUNCHER_ROW (quarry_launcher_row_new (i + 1));
      gtk_list_box_append (self->list, GTK_WIDGET (self->rows[i]));
    }
  gtk_widget_set_layout_manager (self->hints, quarry_wrap_layout_new ());
  fit_screens (self);

  self->completion = quarry_completion_new (GTK_EDITABLE (self->entry), self->completion_label);
  self->colors = quarry_topic_colors_new ();
  self->searcher = quarry_searcher_new ();
  quarry_searcher_set_limit (self->searcher, MAX_HITS);
  g_signal_connect_swapped (self->searcher, "answered", G_CALLBACK (answered_cb), self);
  g_signal_connect_swapped (self->searcher, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect_swapped (self->searcher, "notify::slow", G_CALLBACK (slow_cb), self);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

QuarryLauncher *
quarry_launcher_new (GtkApplication *application, QuarryLibrary *library)
{
  QuarryLauncher *self;

  g_return_val_if_fail (application == NULL || GTK_IS_APPLICATION (application), NULL);

  self = g_object_new (QUARRY_TYPE_LAUNCHER, "application", application, NULL);
  quarry_launcher_set_library (self, library, NULL);
  return self;
}
