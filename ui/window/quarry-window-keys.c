/* quarry-window-keys.c: the main window's keys
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys that move through the hits must work while the search entry has the focus, so they are handled
 * in the capture phase, before the entry sees them. Letters typed elsewhere are handled last, if no
 * other widget wanted them. Shortcuts that only activate an action are listed in quarry-application.c.
 */
#include "quarry-config.h"

#include "ui/results/quarry-result-row.h"
#include "ui/window/quarry-window-private.h"

/* Where the keyboard focus is, as far as it matters for keys. */
typedef enum
{
  FOCUS_ENTRY,
  FOCUS_LIST,
  FOCUS_ELSEWHERE, /* in the reader, a button, a slider: these handle their keys themselves */
} Focus;

static Focus
where_is_focus (QuarryWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (!focus || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->entry)))
    return FOCUS_ENTRY;
  if (QUARRY_IS_RESULT_ROW (focus) || GTK_IS_LIST_BOX (focus))
    return FOCUS_LIST;
  return FOCUS_ELSEWHERE;
}

static gboolean
entry_has_selection (QuarryWindow *self)
{
  return gtk_editable_get_selection_bounds (GTK_EDITABLE (self->entry), NULL, NULL);
}

static gboolean
cursor_at_end (QuarryWindow *self)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);

  return !entry_has_selection (self)
         && gtk_editable_get_position (editable)
                == g_utf8_strlen (gtk_editable_get_text (editable), -1);
}

static gboolean
activate (QuarryWindow *self, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (self), action, NULL);
  return GDK_EVENT_STOP;
}

static gboolean
move (QuarryWindow *self, int rows)
{
  if (quarry_results_view_get_n_hits (self->results) == 0)
    return GDK_EVENT_PROPAGATE;
  quarry_results_view_move (self->results, rows);
  return GDK_EVENT_STOP;
}

/* Opens the menu of the selected hit, from the entry and from wherever in the results the focus is. */
static gboolean
open_menu (QuarryWindow *self, Focus focus)
{
  GtkWidget *widget = gtk_root_get_focus (GTK_ROOT (self));

  if (!quarry_results_view_get_selected (self->results)
      || (focus == FOCUS_ELSEWHERE && !gtk_widget_is_ancestor (widget, GTK_WIDGET (self->results))))
    return GDK_EVENT_PROPAGATE;
  quarry_results_view_open_menu (self->results);
  return GDK_EVENT_STOP;
}

/* TRUE if the clipboard holds files: pasting then imports them instead of inserting their names. */
static gboolean
files_on_clipboard (QuarryWindow *self)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));

  return gdk_content_formats_contain_gtype (gdk_clipboard_get_formats (clipboard),
                                            GDK_TYPE_FILE_LIST);
}

/* Puts back the document that was taken out last, while all documents are listed, wherever the focus is: the last of
 * them takes it along. An entry that has text keeps the key, for that. */
static gboolean
put_back (QuarryWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (!self->lists || (GTK_IS_EDITABLE (focus) && *gtk_editable_get_text (GTK_EDITABLE (focus)) != '\0'))
    return GDK_EVENT_PROPAGATE;
  return quarry_documents_view_put_back (self->documents) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
}

static gboolean
control_pressed (QuarryWindow *self, guint keyval, Focus focus)
{
  switch (keyval)
    {
    case GDK_KEY_c:
    case GDK_KEY_C:
      /* If text is selected in an entry or in the reader, Ctrl+C copies it as usual. */
      if (focus == FOCUS_ELSEWHERE || (focus == FOCUS_ENTRY && entry_has_selection (self))
          || !quarry_results_view_get_selected (self->results))
        return GDK_EVENT_PROPAGATE;
      return activate (self, "win.copy-hit");
    case GDK_KEY_v:
    case GDK_KEY_V:
      return files_on_clipboard (self) ? activate (self, "win.paste-files") : GDK_EVENT_PROPAGATE;
    case GDK_KEY_z:
    case GDK_KEY_Z:
      return put_back (self);
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      return quarry_window_documents_focused (self) ? GDK_EVENT_PROPAGATE : activate (self, "win.reveal-hit");
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
alt_pressed (QuarryWindow *self, guint keyval)
{
  if (keyval >= GDK_KEY_1 && keyval <= GDK_KEY_9)
    {
      quarry_results_view_select (self->results, keyval - GDK_KEY_1);
      return GDK_EVENT_STOP;
    }
  switch (keyval)
    {
    case GDK_KEY_Left:
      if (!quarry_panes_get_folded (self->panes) || !quarry_panes_get_show_second (self->panes))
        return GDK_EVENT_PROPAGATE;
      quarry_window_step_back (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
plain_pressed (QuarryWindow *self, guint keyval, Focus focus)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  if (keyval == GDK_KEY_Escape)
    return quarry_window_step_back (self) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_Menu)
    return open_menu (self, focus);
  if (focus == FOCUS_ELSEWHERE)
    return GDK_EVENT_PROPAGATE;

  switch (keyval)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      return move (self, -1);
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      return move (self, 1);
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      return move (self, -quarry_results_view_get_page (self->results));
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      return move (self, quarry_results_view_get_page (self->results));
    case GDK_KEY_BackSpace:
      if (focus != FOCUS_ENTRY || entry_has_selection (self)
          || gtk_editable_get_position (GTK_EDITABLE (self->entry)) > 0)
        return GDK_EVENT_PROPAGATE;
      return quarry_window_edit_filter (self) ? GDK_EVENT_STOP : GDK_EVENT_PROPAGATE;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      return activate (self, "win.open-hit");
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      if (focus != FOCUS_LIST)
        return GDK_EVENT_PROPAGATE;
      quarry_window_show_reader (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      /* The arrow that points to the reader opens it. In the entry it only does so at the end of the text, and if a
       * completion is offered there, it takes that first. */
      if ((keyval == GDK_KEY_Left || keyval == GDK_KEY_KP_Left) != rtl
          || (focus == FOCUS_ENTRY && !cursor_at_end (self)))
        return GDK_EVENT_PROPAGATE;
      if (focus == FOCUS_ENTRY && quarry_completion_take (self->completion))
        return GDK_EVENT_STOP;
      if (!quarry_results_view_get_selected (self->results))
        return GDK_EVENT_PROPAGATE;
      quarry_window_show_reader (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                gpointer user_data)
{
  QuarryWindow *self = user_data;
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  /* Popovers handle their keys themselves. */
  if (focus && gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER))
    return GDK_EVENT_PROPAGATE;
  if (modifiers == GDK_CONTROL_MASK)
    return control_pressed (self, keyval, where_is_focus (self));
  if (modifiers == GDK_ALT_MASK)
    return alt_pressed (self, keyval);
  if (modifiers == GDK_SHIFT_MASK && keyval == GDK_KEY_F10)
    return open_menu (self, where_is_focus (self));
  if (modifiers == 0)
    return plain_pressed (self, keyval, where_is_focus (self));
  return GDK_EVENT_PROPAGATE;
}

/* TRUE for a key that begins a word, including dead keys (accents that wait for their letter). */
static gboolean
begins_text (guint keyval)
{
  return g_unichar_isgraph (gdk_keyval_to_unicode (keyval)) || keyval == GDK_KEY_Multi_key
         || (keyval >= GDK_KEY_dead_grave && keyval <= GDK_KEY_dead_greek);
}

/* A letter that no widget handled is inserted into the entry, which gets the focus, so that blanks and whatever else
 * follows are typed there. */
static gboolean
letter_pressed_cb (GtkEventControllerKey *controller,
                   guint keyval,
                   guint keycode,
                   GdkModifierType state,
                   gpointer user_data)
{
  QuarryWindow *self = user_data;
  GdkModifierType modifiers = state & gtk_accelerator_get_default_mod_mask ();
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));
  GtkEditable *editable = GTK_EDITABLE (self->entry);

  if ((modifiers & ~GDK_SHIFT_MASK) != 0 || !begins_text (keyval))
    return GDK_EVENT_PROPAGATE;
  if (focus && (gtk_widget_is_ancestor (focus, GTK_WIDGET (self->entry))
                || gtk_widget_get_ancestor (focus, GTK_TYPE_POPOVER)))
    return GDK_EVENT_PROPAGATE;
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_set_position (editable, -1);
  return gtk_event_controller_key_forward (controller, GTK_WIDGET (gtk_editable_get_delegate (editable)));
}

void
quarry_window_add_keys (QuarryWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *letters = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect (letters, "key-pressed", G_CALLBACK (letter_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), letters);
}

/* While a page is shown, Ctrl with + and − zooms, as in other programs, instead of marking a hit as More Like This. */
static gboolean
page_key_pressed_cb (GtkEventControllerKey *controller,
                     guint keyval,
                     guint keycode,
                     GdkModifierType state,
                     gpointer user_data)
{
  QuarryWindow *self = user_data;

  if ((state & gtk_accelerator_get_default_mod_mask () & ~GDK_SHIFT_MASK) != GDK_CONTROL_MASK)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      return quarry_reader_zoom_page (self->reader, 1);
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      return quarry_reader_zoom_page (self->reader, -1);
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      return quarry_reader_zoom_page (self->reader, 0);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

void
quarry_window_add_page_keys (QuarryWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (page_key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
