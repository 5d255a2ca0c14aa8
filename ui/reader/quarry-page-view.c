/* quarry-page-view.c: the pages of a PDF document as they look, one at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pages are drawn by another process, which also tells where the passage's words are. If they are not
 * found, the page may be a scan: it is asked for once more, with its text recognized.
 */
#include "quarry-config.h"

#include "ui/reader/quarry-page-view.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "core/library/quarry-pages.h"
#include "ui/reader/quarry-page-canvas.h"
#include "ui/widgets/quarry-text-scale.h"

/* A mark is scrolled to this fraction of the view's height, so that some of the page before it can be seen too. */
#define MARK_ALIGN 0.2
/* In milliseconds: if drawing a page takes longer, the old page is dimmed; and how long a new size has to be unchanged
 * before the page is drawn for it. */
#define PATIENCE 200
#define SETTLE 120
/* How far an arrow key scrolls, as a fraction of the view. */
#define STEP 0.1
/* A page that fits the view's width is never wider than this, in pixels at the usual text size. */
#define PAGE_WIDTH 1100
/* The factor of one zoom step, and the bounds of the zoom, in widths of the view. */
#define ZOOM_STEP 1.25
#define LEAST_ZOOM 0.4
#define MOST_ZOOM 5.0
/* A page is drawn as a whole, so its number of pixels is bounded by this width. */
#define MOST_WIDTH 3400

struct _QuarryPageView
{
  AdwBin parent_instance;

  GtkStack *stack;
  GtkScrolledWindow *scroller;
  GtkWidget *clamp;
  QuarryPageCanvas *canvas;
  AdwStatusPage *failure;
  GtkLabel *place;
  GtkWidget *previous_button;
  GtkWidget *next_button;
  GtkWidget *smaller_button;
  GtkWidget *larger_button;

  double zoom;             /* width of the page in widths of the view */
  double middle_x, middle_y; /* middle of the visible part, as fractions of the page */
  guint zooming;      /* tick callback */
  gboolean is_waiting; /* until the page has been allocated its new size */

  QuarryPages *pages; /* made when the first page is wanted */
  QuarryReading *reading;
  QuarryHit *hit;
  guint page; /* 0: none */
  guint n_pages;
  gboolean is_placed; /* the view has been scrolled to its place on this page */

  GCancellable *drawing;
  gboolean recognizes;
  guint patience, settling;
};

G_DEFINE_FINAL_TYPE (QuarryPageView, quarry_page_view, ADW_TYPE_BIN)

enum
{
  TURNED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void draw_now (QuarryPageView *self, gboolean recognize);

static void
end_drawing (QuarryPageView *self)
{
  if (self->drawing)
    g_cancellable_cancel (self->drawing);
  g_clear_object (&self->drawing);
  self->recognizes = FALSE;
  g_clear_handle_id (&self->patience, g_source_remove);
  g_clear_handle_id (&self->settling, g_source_remove);
  gtk_widget_remove_css_class (GTK_WIDGET (self->canvas), "waiting");
}

static gboolean
patience_cb (gpointer data)
{
  QuarryPageView *self = data;

  self->patience = 0;
  gtk_widget_add_css_class (GTK_WIDGET (self->canvas), "waiting");
  return G_SOURCE_REMOVE;
}

/* --- What is said ---------------------------------------------------------------------------- */

static guint
last_known_page (QuarryReading *reading)
{
  guint n_pages;
  const QuarryPage *pages = quarry_document_get_pages (quarry_reading_get_document (reading), &n_pages);

  return n_pages ? pages[n_pages - 1].number : 0;
}

/* Says which page is shown. @label: the document's own label of the page, NULL if that is just its number. @note:
 * anything else to say, or NULL. */
static void
say_place (QuarryPageView *self, const char *label, const char *note)
{
  g_autofree char *place = NULL;
  g_autofree char *all = NULL;

  if (label)
    /* Translators: the first is what the document calls the page, as in "Page iv (4 of 20)" */
    place = g_strdup_printf (_("Page %s (%u of %u)"), label, self->page, self->n_pages);
  else
    place = g_strdup_printf (_("Page %u of %u"), self->page, self->n_pages);
  all = g_strjoin (" · ", place, note, NULL);
  gtk_label_set_label (self->place, all);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->place), all);
  gtk_widget_set_sensitive (self->previous_button, self->page > 1);
  gtk_widget_set_sensitive (self->next_button, self->page < self->n_pages);
}

/* Sets the page's name for screen readers: its place in the document if it is drawn, else just "Page". */
static void
name_page (QuarryPageView *self, gboolean is_drawn)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_drawn ? gtk_label_get_label (self->place) : _("Page"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  is_drawn ? quarry_hit_get_text (self->hit) : "",
                                  -1);
}

static void
show_failure (QuarryPageView *self, const char *message)
{
  /* Status pages show markup, and a name may look like some. */
  g_autofree char *escaped = g_markup_escape_text (message, -1);

  name_page (self, FALSE);
  adw_status_page_set_description (self->failure, escaped);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

/* --- Drawing --------------------------------------------------------------------------------- */

/* Scrolls to the mark, once the page has been allocated its height. */
static gboolean
place_cb (gpointer data)
{
  QuarryPageView *self = data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double top = 0, bottom;

  if (quarry_page_canvas_get_marks (self->canvas, &top, &bottom))
    top -= MARK_ALIGN * gtk_adjustment_get_page_size (adjustment);
  gtk_adjustment_set_value (adjustment, top);
  return G_SOURCE_REMOVE;
}

static void
drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryPageView) self = user_data;
  g_autoptr (GError) error = NULL;
  QuarryPageDrawn *drawn = quarry_pages_draw_finish (QUARRY_PAGES (source), result, &error);
  const char *label;
  gboolean has_recognized = self->recognizes, is_missed;

  /* All drawings but the newest one are cancelled. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->drawing)
    {
      quarry_page_drawn_free (drawn);
      return;
    }
  end_drawing (self);
  /* If only recognition has failed, the page itself is shown, which is good enough. */
  if (!drawn && !has_recognized)
    show_failure (self, error->message);
  if (!drawn)
    {
      say_place (self, NULL, NULL);
      return;
    }

  self->n_pages = quarry_page_image_get_n_pages (drawn->image);
  label = quarry_page_image_get_label (drawn->image);
  is_missed = drawn->is_missed;
  if (is_missed && !has_recognized)
    say_place (self, label, _("looking for the passage"));
  else
    say_place (self, label, is_missed ? _("passage not found on it") : NULL);
  name_page (self, TRUE);
  quarry_page_canvas_set_drawn (self->canvas, drawn);
  gtk_stack_set_visible_child_name (self->stack, "page");
  if (!self->is_placed)
    g_idle_add_full (GTK_PRIORITY_RESIZE + 5, place_cb, g_object_ref (self), g_object_unref);
  /* If the passage was not found, the page will be drawn again with its text recognized, and scrolled to its place
   * then. */
  self->is_placed = !is_missed || has_recognized;
  if (is_missed && !has_recognized)
    draw_now (self, TRUE);
}

static void
draw_now (QuarryPageView *self, gboolean recognize)
{
  QuarrySpan passage = quarry_hit_get_bytes (self->hit), sentence = quarry_hit_get_sentence (self->hit);
  QuarryPageRequest request = { self->page,
                                quarry_page_canvas_get_pixels (self->canvas),
                                passage,
                                { passage.start + sentence.start, passage.start + sentence.end },
                                recognize };

  end_drawing (self);
  /* The size is not known yet; the page will be drawn when it is. */
  if (request.width == 0)
    return;
  if (!self->pages)
    self->pages = quarry_pages_new ();
  self->drawing = g_cancellable_new ();
  self->recognizes = recognize;
  if (!recognize)
    self->patience = g_timeout_add (PATIENCE, patience_cb, self);
  quarry_pages_draw_async (self->pages, self->reading, &request, self->drawing, drawn_cb, g_object_ref (self));
}

static gboolean
settled_cb (gpointer data)
{
  QuarryPageView *self = data;

  self->settling = 0;
  draw_now (self, FALSE);
  return G_SOURCE_REMOVE;
}

static void
resized_cb (QuarryPageView *self)
{
  if (!self->page)
    return;
  end_drawing (self);
  self->settling = g_timeout_add (self->is_placed ? SETTLE : 0, settled_cb, self);
}

void
quarry_page_view_turn_to (QuarryPageView *self, guint page)
{
  g_return_if_fail (QUARRY_IS_PAGE_VIEW (self));

  if (!self->reading || page < 1 || page > MAX (self->n_pages, last_known_page (self->reading)))
    return;
  self->page = page;
  self->is_placed = FALSE;
  say_place (self, NULL, NULL);
  draw_now (self, FALSE);
  g_signal_emit (self, signals[TURNED], 0);
}

void
quarry_page_view_turn_to_byte (QuarryPageView *self, guint32 offset)
{
  g_return_if_fail (QUARRY_IS_PAGE_VIEW (self));

  if (self->reading)
    quarry_page_view_turn_to (self, quarry_document_page_at (quarry_reading_get_document (self->reading), offset));
}

void
quarry_page_view_show_hit (QuarryPageView *self, QuarryReading *reading, QuarryHit *hit)
{
  gboolean is_other = reading != self->reading;

  g_return_if_fail (QUARRY_IS_PAGE_VIEW (self));
  g_return_if_fail ((reading == NULL) == (hit == NULL));

  end_drawing (self);
  g_set_object (&self->reading, reading);
  g_set_object (&self->hit, hit);
  if (is_other)
    {
      self->n_pages = reading ? last_known_page (reading) : 0;
      name_page (self, FALSE);
      quarry_page_canvas_set_drawn (self->canvas, NULL);
      gtk_stack_set_visible_child_name (self->stack, "page");
    }
  self->page = 0;
  if (reading)
    quarry_page_view_turn_to_byte (self, quarry_hit_get_bytes (hit).start);
}

QuarrySpan
quarry_page_view_get_span (QuarryPageView *self)
{
  g_return_val_if_fail (QUARRY_IS_PAGE_VIEW (self), ((QuarrySpan) { 0, 0 }));

  return self->reading
             ? quarry_document_span_of_page (quarry_reading_get_document (self->reading), self->page)
             : (QuarrySpan) { 0, 0 };
}

/* --- Zooming --------------------------------------------------------------------------------- */

static double
middle_of (GtkAdjustment *adjustment)
{
  return (gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment) / 2)
         / MAX (1, gtk_adjustment_get_upper (adjustment));
}

static void
move_middle (GtkAdjustment *adjustment, double middle)
{
  gtk_adjustment_set_value (adjustment, middle * gtk_adjustment_get_upper (adjustment)
                                            - gtk_adjustment_get_page_size (adjustment) / 2);
}

/* Restores the middle of the view in the next frame but one, since the page only gets its new size in the next one. */
static gboolean
zoomed_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  QuarryPageView *self = QUARRY_PAGE_VIEW (widget);

  if (self->is_waiting)
    {
      self->is_waiting = FALSE;
      return G_SOURCE_CONTINUE;
    }
  self->zooming = 0;
  move_middle (gtk_scrolled_window_get_hadjustment (self->scroller), self->middle_x);
  move_middle (gtk_scrolled_window_get_vadjustment (self->scroller), self->middle_y);
  return G_SOURCE_REMOVE;
}

/* The width of a page that fits the view's width. */
static int
fitting_width (QuarryPageView *self)
{
  return MIN (gtk_widget_get_width (GTK_WIDGET (self->scroller)),
              quarry_text_pixels (GTK_WIDGET (self), PAGE_WIDTH));
}

void
quarry_page_view_zoom (QuarryPageView *self, int steps)
{
  int fitting, width;
  double zoom;

  g_return_if_fail (QUARRY_IS_PAGE_VIEW (self));

  fitting = MAX (1, fitting_width (self));
  zoom = steps == 0 ? 1.0 : self->zoom * pow (ZOOM_STEP, steps);
  zoom = CLAMP (zoom, LEAST_ZOOM, MIN (MOST_ZOOM, (double) MOST_WIDTH / fitting));
  /* Rounding must not keep steps up and down again from returning to exactly the view's width. */
  if (fabs (zoom - 1.0) < 0.01)
    zoom = 1.0;
  if (zoom == self->zoom)
    return;
  if (self->zooming == 0)
    {
      self->middle_x = self->zoom > 1.0 ? middle_of (gtk_scrolled_window_get_hadjustment (self->scroller)) : 0.5;
      self->middle_y = middle_of (gtk_scrolled_window_get_vadjustment (self->scroller));
      self->zooming = gtk_widget_add_tick_callback (GTK_WIDGET (self), zoomed_cb, NULL, NULL);
    }
  self->is_waiting = TRUE;
  self->zoom = zoom;
  width = zoom == 1.0 ? 0 : (int) (zoom * fitting);
  gtk_scrolled_window_set_policy (self->scroller, zoom > 1.0 ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  adw_clamp_set_maximum_size (ADW_CLAMP (self->clamp), MAX (width, quarry_text_pixels (GTK_WIDGET (self), PAGE_WIDTH)));
  quarry_page_canvas_set_width (self->canvas, width);
  gtk_widget_set_sensitive (self->smaller_button, zoom > LEAST_ZOOM);
  gtk_widget_set_sensitive (self->larger_button, zoom < MIN (MOST_ZOOM, (double) MOST_WIDTH / fitting));
}

static void
smaller_cb (QuarryPageView *self)
{
  quarry_page_view_zoom (self, -1);
}

static void
larger_cb (QuarryPageView *self)
{
  quarry_page_view_zoom (self, 1);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, gpointer user_data)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if ((state & gtk_accelerator_get_default_mod_mask ()) != GDK_CONTROL_MASK || dy == 0)
    return GDK_EVENT_PROPAGATE;
  quarry_page_view_zoom (user_data, dy < 0 ? 1 : -1);
  return GDK_EVENT_STOP;
}

/* --- Turning --------------------------------------------------------------------------------- */

static void
previous_cb (QuarryPageView *self)
{
  quarry_page_view_turn_to (self, self->page - 1);
}

static void
next_cb (QuarryPageView *self)
{
  quarry_page_view_turn_to (self, self->page + 1);
}

static void
move (QuarryPageView *self, double part)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment)
                                            + part * gtk_adjustment_get_page_size (adjustment));
}

static gboolean
key_pressed_cb (QuarryPageView *self, guint keyval, guint keycode, GdkModifierType state)
{
  if ((state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      previous_cb (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      next_cb (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      quarry_page_view_turn_to (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      quarry_page_view_turn_to (self, self->n_pages);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      move (self, -STEP);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      move (self, STEP);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* --- The widget ------------------------------------------------------------------------------ */

static gboolean
quarry_page_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (QUARRY_PAGE_VIEW (widget)->canvas));
}

static void
quarry_page_view_dispose (GObject *object)
{
  QuarryPageView *self = QUARRY_PAGE_VIEW (object);

  end_drawing (self);
  g_clear_object (&self->reading);
  g_clear_object (&self->hit);
  g_clear_object (&self->pages);
  G_OBJECT_CLASS (quarry_page_view_parent_class)->dispose (object);
}

static void
quarry_page_view_class_init (QuarryPageViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_page_view_dispose;
  widget_class->grab_focus = quarry_page_view_grab_focus;

  signals[TURNED] = g_signal_new ("turned", QUARRY_TYPE_PAGE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  g_type_ensure (QUARRY_TYPE_PAGE_CANVAS);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/quarry/Quarry/quarry-page-view.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, clamp);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, canvas);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, failure);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, place);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, previous_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, next_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, smaller_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryPageView, larger_button);
  gtk_widget_class_bind_template_callback (widget_class, resized_cb);
  gtk_widget_class_bind_template_callback (widget_class, previous_cb);
  gtk_widget_class_bind_template_callback (widget_class, next_cb);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, scroll_cb);
  gtk_widget_class_bind_template_callback (widget_class, smaller_cb);
  gtk_widget_class_bind_template_callback (widget_class, larger_cb);
  gtk_widget_class_set_css_name (widget_class, "pageview");
}

static void
quarry_page_view_init (QuarryPageView *self)
{
  self->zoom = 1.0;
  gtk_widget_init_template (GTK_WIDGET (self));
  quarry_text_scale_property (self->clamp, "maximum-size", PAGE_WIDTH);
  quarry_text_scale_property (self->clamp, "tightening-threshold", PAGE_WIDTH);
  name_page (self, FALSE);
}
