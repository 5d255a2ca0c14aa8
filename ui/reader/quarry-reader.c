/* quarry-reader.c: one document, read beside the hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/reader/quarry-reader-private.h"

#include <string.h>

#include "core/files/quarry-path.h"
#include "core/library/quarry-pages.h"
#include "core/segment/quarry-segmenter.h"
#include "ui/quarry-settings.h"
#include "ui/reader/quarry-document-view.h"
#include "ui/reader/quarry-page-view.h"
#include "ui/reader/quarry-view-lines.h"
#include "ui/reader/quarry-reading-place.h"
#include "ui/reader/quarry-segment-strip.h"
#include "ui/widgets/quarry-text-scale.h"
#include "ui/widgets/quarry-wrap-layout.h"

/* If loading a document takes longer than this (in milliseconds), the old one is dimmed. */
#define PATIENCE 200

G_DEFINE_FINAL_TYPE (QuarryReader, quarry_reader, ADW_TYPE_BIN)

enum
{
  PROP_HIT = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
cancel (GCancellable **cancellable)
{
  if (*cancellable)
    g_cancellable_cancel (*cancellable);
  g_clear_object (cancellable);
}

/* --- Header -------------------------------------------------------------------------------- */

static void
show_place (QuarryReader *self)
{
  gsize n_headings;
  g_autofree char *place = quarry_reading_format_place (self->reading, self->hit, &n_headings);
  g_autofree char *path = quarry_path_display (quarry_reading_get_record (self->reading)->path);
  g_autofree char *origin = quarry_reading_format_origin (self->reading);

  gtk_label_set_label (self->title, quarry_hit_get_title (self->hit));
  quarry_place_label_set_text (self->place, place, n_headings);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), path);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->place), place);
  gtk_label_set_label (self->origin, origin);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->origin), origin);
  gtk_widget_set_visible (GTK_WIDGET (self->origin), *origin != '\0');
}

/* --- Text or page -------------------------------------------------------------------------- */

static gboolean
shows_page (QuarryReader *self)
{
  return self->reading && quarry_pages_has (self->reading) && gtk_toggle_button_get_active (self->page_button);
}

/* Makes the strip show which part of the text is in view: that of the page, or of the visible lines. */
void
quarry_reader_show_view (QuarryReader *self)
{
  if (shows_page (self))
    quarry_segment_strip_set_view (self->strip, quarry_page_view_get_span (self->page_view));
  else if (self->reading)
    quarry_segment_strip_set_view (self->strip, quarry_document_view_get_visible (self->view));
}

/* Shows the text or the page. Pages are only drawn while they are visible. */
static void
show_mode (QuarryReader *self)
{
  gboolean page = shows_page (self);

  gtk_widget_set_visible (self->modes, self->reading && quarry_pages_has (self->reading));
  quarry_page_view_show_hit (self->page_view, page ? self->reading : NULL, page ? self->hit : NULL);
  gtk_stack_set_visible_child (self->mode_stack, page ? GTK_WIDGET (self->page_view) : self->scroller);
  quarry_reader_show_view (self);
}

static void
mode_toggled_cb (QuarryReader *self)
{
  gboolean has_focus = gtk_widget_get_focus_child (GTK_WIDGET (self->mode_stack)) != NULL;

  quarry_settings_set_boolean ("page", gtk_toggle_button_get_active (self->page_button));
  show_mode (self);
  if (has_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
quarry_reader_toggle_page (QuarryReader *self)
{
  g_return_if_fail (QUARRY_IS_READER (self));

  if (self->reading && quarry_pages_has (self->reading))
    gtk_toggle_button_set_active (shows_page (self) ? self->text_button : self->page_button, TRUE);
}

gboolean
quarry_reader_zoom_page (QuarryReader *self, int steps)
{
  GtkRoot *root;
  GtkWidget *focus;

  g_return_val_if_fail (QUARRY_IS_READER (self), FALSE);

  root = gtk_widget_get_root (GTK_WIDGET (self));
  focus = root ? gtk_root_get_focus (root) : NULL;
  if (!focus || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->page_view)))
    return FALSE;
  quarry_page_view_zoom (self->page_view, steps);
  return TRUE;
}

static gboolean
quarry_reader_grab_focus (GtkWidget *widget)
{
  QuarryReader *self = QUARRY_READER (widget);

  self->wants_focus = !self->reading && self->loading != 0;
  return self->reading
         && gtk_widget_grab_focus (shows_page (self) ? GTK_WIDGET (self->page_view) : GTK_WIDGET (self->view));
}

/* --- The query ----------------------------------------------------------------------------- */

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryReader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) similarities =
      quarry_library_segment_similarities_finish (QUARRY_LIBRARY (source), result, &error);

  /* All comparisons but the newest one are cancelled. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->reading)
    return;
  g_clear_object (&self->comparison);
  g_clear_pointer (&self->similarities, g_array_unref);
  self->similarities = g_steal_pointer (&similarities);
  quarry_reader_show_similarities (self);
}

void
quarry_reader_compare (QuarryReader *self)
{
  cancel (&self->comparison);
  if (!self->library || !self->reading)
    return;
  if (!self->query || !*self->query)
    {
      g_clear_pointer (&self->similarities, g_array_unref);
      quarry_reader_show_similarities (self);
      return;
    }
  self->comparison = g_cancellable_new ();
  quarry_library_segment_similarities_async (self->library,
                                             self->reading,
                                             self->query,
                                             self->comparison,
                                             compared_cb,
                                             g_object_ref (self));
}

void
quarry_reader_set_query (QuarryReader *self, const char *query)
{
  g_return_if_fail (QUARRY_IS_READER (self));

  if (g_strcmp0 (self->query, query) == 0)
    return;
  g_free (self->query);
  self->query = g_strdup (query);
  quarry_reader_compare (self);
}

/* --- Loading ------------------------------------------------------------------------------- */

static void
end_patience (QuarryReader *self)
{
  g_clear_handle_id (&self->patience, g_source_remove);
  gtk_widget_remove_css_class (self->scroller, "waiting");
}

static gboolean
patience_cb (gpointer data)
{
  QuarryReader *self = data;

  self->patience = 0;
  gtk_widget_add_css_class (self->scroller, "waiting");
  return G_SOURCE_REMOVE;
}

static void
show_failure (QuarryReader *self, const char *message)
{
  /* Status pages show markup, and a name may look like some. */
  g_autofree char *escaped = g_markup_escape_text (message, -1);

  end_patience (self);
  adw_status_page_set_description (self->failure, escaped);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

static void
show_passage (QuarryReader *self)
{
  QuarrySpan passage = quarry_hit_get_bytes (self->hit);

  show_place (self);
  quarry_document_view_set_hit (self->view, self->hit);
  quarry_segment_strip_set_passage (self->strip, passage);
  quarry_document_view_scroll_to_hit (self->view);
  show_mode (self);
}

static void
take_wanted_focus (QuarryReader *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  if (self->wants_focus && (!focus || gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    gtk_widget_grab_focus (GTK_WIDGET (self));
  self->wants_focus = FALSE;
}

static void
lines_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryReader) self = user_data;
  g_autoptr (GArray) lines = quarry_view_lines_new_finish (result, NULL);

  if (!lines)
    return;
  end_patience (self);
  g_clear_object (&self->load);
  self->loading = 0;
  cancel (&self->keeping);
  quarry_reader_take_reading (self, self->next);
  g_clear_object (&self->next);
  g_clear_pointer (&self->similarities, g_array_unref);
  quarry_reader_set_coarseness (self, 1 - quarry_reader_own_granularity (self));
  quarry_reader_end_preview (self);

  quarry_document_view_set_document (self->view,
                                     quarry_reading_get_document (self->reading),
                                     lines);
  quarry_reader_show_cut (self);
  gtk_stack_set_visible_child_name (self->stack, "document");
  show_passage (self);
  quarry_reader_compare (self);
  take_wanted_focus (self);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryReader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryReading) reading = quarry_library_read_finish (QUARRY_LIBRARY (source),
                                                                  result,
                                                                  &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->load)
    return;
  if (!reading)
    {
      g_clear_object (&self->load);
      self->loading = 0;
      show_failure (self, error->message);
      return;
    }

  g_set_object (&self->next, reading);
  quarry_view_lines_new_async (quarry_reading_get_document (reading), quarry_hit_get_title (self->hit), self->load,
                           lines_cb, g_object_ref (self));
}

static void
clear (QuarryReader *self)
{
  cancel (&self->load);
  self->loading = 0;
  cancel (&self->comparison);
  cancel (&self->keeping);
  end_patience (self);
  quarry_reader_end_preview (self);
  g_clear_object (&self->reading);
  g_clear_pointer (&self->similarities, g_array_unref);
  show_mode (self);
  quarry_document_view_set_document (self->view, NULL, NULL);
  quarry_segment_strip_set_segments (self->strip, NULL, 0);
}

void
quarry_reader_show_hit (QuarryReader *self, QuarryHit *hit)
{
  gint64 document;

  g_return_if_fail (QUARRY_IS_READER (self));
  g_return_if_fail (hit == NULL || QUARRY_IS_HIT (hit));

  if (!g_set_object (&self->hit, hit))
    return;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HIT]);
  if (!hit || !self->library)
    {
      clear (self);
      gtk_stack_set_visible_child_name (self->stack, "empty");
      return;
    }

  document = quarry_hit_get_document (hit);
  if (self->loading == document)
    return; /* it will be shown when it has been loaded */
  cancel (&self->load);
  self->loading = 0;
  if (self->reading && quarry_reading_get_record (self->reading)->id == document)
    {
      end_patience (self);
      gtk_stack_set_visible_child_name (self->stack, "document");
      show_passage (self);
      return;
    }

  self->load = g_cancellable_new ();
  self->loading = document;
  /* The old document stays until the new one has been loaded, but the page that says that there is nothing to read
   * goes. */
  if (g_str_equal (gtk_stack_get_visible_child_name (self->stack), "empty"))
    gtk_stack_set_visible_child_name (self->stack, "loading");
  if (!self->patience)
    self->patience = g_timeout_add (PATIENCE, patience_cb, self);
  quarry_library_read_async (self->library, document, self->load, read_cb, g_object_ref (self));
}

QuarryHit *
quarry_reader_get_hit (QuarryReader *self)
{
  g_return_val_if_fail (QUARRY_IS_READER (self), NULL);

  return self->hit;
}

void
quarry_reader_set_library (QuarryReader *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_READER (self));
  g_return_if_fail (library == NULL || QUARRY_IS_LIBRARY (library));

  if (library == self->library)
    return;
  quarry_reader_show_hit (self, NULL);
  g_set_object (&self->library, library);
}

/* --- Moving about -------------------------------------------------------------------------- */

static void
jump_cb (QuarryReader *self, guint segment, double fraction)
{
  guint n;
  const QuarrySpan *segments;

  if (!self->reading)
    return;
  segments = quarry_reader_shown_segments (self, &n);
  if (segment < n)
    {
      QuarrySpan span = segments[segment];
      const char *text = quarry_document_get_text (quarry_reading_get_document (self->reading), NULL);
      guint32 byte = span.start + (guint32) (fraction * (span.end - span.start));

      while (byte > span.start && ((guchar) text[byte] & 0xc0) == 0x80)
        byte--;
      while (byte < span.end && g_ascii_isspace (text[byte]))
        byte++;
      quarry_document_view_scroll_to (self->view, byte, fraction > 0 ? .5 : .08);
      if (shows_page (self))
        quarry_page_view_turn_to_byte (self->page_view, byte);
    }
}

/* --- The widget ---------------------------------------------------------------------------- */

static void
quarry_reader_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_HIT:
      g_value_set_object (value, QUARRY_READER (object)->hit);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_reader_dispose (GObject *object)
{
  QuarryReader *self = QUARRY_READER (object);

  cancel (&self->load);
  cancel (&self->comparison);
  cancel (&self->keeping);
  g_clear_handle_id (&self->patience, g_source_remove);
  if (self->preview_tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->preview_tick);
  self->preview_tick = 0;
  g_clear_pointer (&self->preview, g_array_unref);
  g_clear_pointer (&self->similarities, g_array_unref);
  g_clear_object (&self->reading);
  g_clear_object (&self->next);
  g_clear_object (&self->hit);
  g_clear_object (&self->library);
  g_clear_pointer (&self->query, g_free);
  G_OBJECT_CLASS (quarry_reader_parent_class)->dispose (object);
}

static void
quarry_reader_class_init (QuarryReaderClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = quarry_reader_get_property;
  object_class->dispose = quarry_reader_dispose;
  widget_class->grab_focus = quarry_reader_grab_focus;

  properties[PROP_HIT] =
      g_param_spec_object ("hit",
                           NULL,
                           NULL,
                           QUARRY_TYPE_HIT,
                           G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (QUARRY_TYPE_DOCUMENT_VIEW);
  g_type_ensure (QUARRY_TYPE_PAGE_VIEW);
  g_type_ensure (QUARRY_TYPE_PLACE_LABEL);
  g_type_ensure (QUARRY_TYPE_SEGMENT_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/quarry/Quarry/quarry-reader.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, see_also_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, failure);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, header_clamp);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, header);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, title);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, place);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, origin);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, modes);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, text_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, page_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, mode_stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, view);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, page_view);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, strip);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, coarseness);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, preview_revealer);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, preview_bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, preview_label);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, keep_spinner);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, reset_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryReader, keep_button);
  gtk_widget_class_bind_template_callback_full (widget_class, "show_view", G_CALLBACK (quarry_reader_show_view));
  quarry_reader_bind_cut (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, mode_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, jump_cb);
  gtk_widget_class_set_css_name (widget_class, "reader");
}

/* The arrow button has a tooltip, but no accessible name. */
static void
name_arrow (AdwSplitButton *button)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (button)); child;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      adw_split_button_get_dropdown_tooltip (button), -1);
}

static void
quarry_reader_init (QuarryReader *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_arrow (self->see_also_button);
  /* With large text, or in German, the buttons are wider than a narrow window, and those beside the title leave no room
   * for it. So let them wrap. */
  gtk_widget_set_layout_manager (self->bar, quarry_wrap_layout_new ());
  gtk_widget_set_layout_manager (self->preview_bar, quarry_wrap_layout_new ());
  gtk_widget_set_layout_manager (self->header, quarry_wrap_layout_new ());
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->keep_button))), TRUE);
  /* The header is as wide as the column of text. */
  quarry_text_scale_property (self->header_clamp, "maximum-size", QUARRY_DOCUMENT_COLUMN);
  quarry_text_scale_property (self->header_clamp, "tightening-threshold", QUARRY_DOCUMENT_COLUMN);
  quarry_reader_set_coarseness (self, 1 - QUARRY_GRANULARITY_DEFAULT);
  if (quarry_settings_get_boolean ("page", FALSE))
    gtk_toggle_button_set_active (self->page_button, TRUE);
}

GtkWidget *
quarry_reader_new (void)
{
  return g_object_new (QUARRY_TYPE_READER, NULL);
}
