/* quarry-page-canvas.c: a page of paper with a passage's lines marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/reader/quarry-page-canvas.h"

#include <math.h>

/* Space around the page, for the bar beside a mark that begins at the page's edge. */
#define MARGIN 12
#define BAR 3
#define LEAST_WIDTH 120
/* The shape of a page that has not been drawn yet: that of ISO 216 paper (A4). */
#define ASPECT 1.4142f

struct _QuarryPageCanvas
{
  GtkWidget parent_instance;

  QuarryPageDrawn *drawn;
  GdkTexture *texture;
  float aspect; /* height divided by width */
  guint pixels;
  int width; /* the requested width; 0: the available one */
};

G_DEFINE_FINAL_TYPE (QuarryPageCanvas, quarry_page_canvas, GTK_TYPE_WIDGET)

enum
{
  RESIZED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The colour @name of the style, for use on white paper, which is not the background that widgets have. */
static GdkRGBA
color (GtkWidget *widget, const char *name)
{
  GdkRGBA rgba = { 0 };

  (void) gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &rgba);
  return rgba;
}

static float
page_width (QuarryPageCanvas *self)
{
  return (float) gtk_widget_get_width (GTK_WIDGET (self)) - 2 * MARGIN;
}

/* The place of the box on the widget. */
static graphene_rect_t
place (QuarryPageCanvas *self, const QuarryPageBox *box)
{
  float width = page_width (self), height = width * self->aspect;

  return GRAPHENE_RECT_INIT (MARGIN + box->x0 * width, MARGIN + box->y0 * height, (box->x1 - box->x0) * width,
                             (box->y1 - box->y0) * height);
}

static void
draw_boxes (QuarryPageCanvas *self, GtkSnapshot *snapshot, const GArray *boxes, const char *name)
{
  GdkRGBA rgba = color (GTK_WIDGET (self), name);

  for (guint i = 0; i < boxes->len; i++)
    {
      graphene_rect_t rect = place (self, &g_array_index (boxes, QuarryPageBox, i));

      gtk_snapshot_append_color (snapshot, &rgba, graphene_rect_inset (&rect, -2, 0));
    }
}

/* Draws a bar beside each marked line, so that the mark does not depend on colour alone. */
static void
draw_bars (QuarryPageCanvas *self, GtkSnapshot *snapshot, const GArray *boxes)
{
  GdkRGBA rgba = color (GTK_WIDGET (self), "accent_bg_color");
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  for (guint i = 0; i < boxes->len; i++)
    {
      graphene_rect_t rect = place (self, &g_array_index (boxes, QuarryPageBox, i));

      rect.origin.x += rtl ? rect.size.width + 4 : -4 - BAR;
      rect.size.width = BAR;
      gtk_snapshot_append_color (snapshot, &rgba, &rect);
    }
}

static void
quarry_page_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuarryPageCanvas *self = QUARRY_PAGE_CANVAS (widget);
  graphene_rect_t page = place (self, &(QuarryPageBox) { 0, 0, 1, 1 });
  graphene_rect_t edge;
  GdkRGBA rgba = color (widget, "page_edge_color");

  if (page.size.width <= 0)
    return;
  graphene_rect_inset_r (&page, -1, -1, &edge);
  gtk_snapshot_append_color (snapshot, &rgba, &edge);
  gtk_snapshot_append_color (snapshot, &(GdkRGBA) { 1, 1, 1, 1 }, &page);
  if (!self->texture)
    return;
  gtk_snapshot_append_texture (snapshot, self->texture, &page);
  draw_boxes (self, snapshot, self->drawn->passage, "page_passage_color");
  draw_boxes (self, snapshot, self->drawn->sentence, "page_sentence_color");
  draw_bars (self, snapshot, self->drawn->passage);
}

static GtkSizeRequestMode
quarry_page_canvas_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
quarry_page_canvas_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  QuarryPageCanvas *self = QUARRY_PAGE_CANVAS (widget);
  /* With a requested width narrower than the parent, the page does not get all of @for_size. */
  int width = self->width > 0 ? self->width : for_size;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = self->width > 0 ? self->width : LEAST_WIDTH;
  else
    *minimum = *natural
        = (int) ceilf ((float) MAX (width - 2 * MARGIN, LEAST_WIDTH - 2 * MARGIN) * self->aspect) + 2 * MARGIN;
}

static void
find_pixels (QuarryPageCanvas *self)
{
  float width = page_width (self) * (float) gtk_widget_get_scale_factor (GTK_WIDGET (self));
  guint pixels = width >= 1 ? (guint) width : 0;

  if (pixels == self->pixels)
    return;
  self->pixels = pixels;
  g_signal_emit (self, signals[RESIZED], 0);
}

static void
quarry_page_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  find_pixels (QUARRY_PAGE_CANVAS (widget));
}

static void
quarry_page_canvas_finalize (GObject *object)
{
  QuarryPageCanvas *self = QUARRY_PAGE_CANVAS (object);

  g_clear_object (&self->texture);
  g_clear_pointer (&self->drawn, quarry_page_drawn_free);
  G_OBJECT_CLASS (quarry_page_canvas_parent_class)->finalize (object);
}

static void
quarry_page_canvas_class_init (QuarryPageCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = quarry_page_canvas_finalize;
  widget_class->snapshot = quarry_page_canvas_snapshot;
  widget_class->measure = quarry_page_canvas_measure;
  widget_class->get_request_mode = quarry_page_canvas_get_request_mode;
  widget_class->size_allocate = quarry_page_canvas_size_allocate;

  signals[RESIZED] = g_signal_new ("resized", QUARRY_TYPE_PAGE_CANVAS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "page");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
quarry_page_canvas_init (QuarryPageCanvas *self)
{
  self->aspect = ASPECT;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "notify::scale-factor", G_CALLBACK (find_pixels), NULL);
}

void
quarry_page_canvas_set_drawn (QuarryPageCanvas *self, QuarryPageDrawn *drawn)
{
  GBytes *pixels;
  guint width, height;

  g_return_if_fail (QUARRY_IS_PAGE_CANVAS (self));

  g_clear_object (&self->texture);
  g_clear_pointer (&self->drawn, quarry_page_drawn_free);
  self->drawn = drawn;
  if (drawn)
    {
      pixels = quarry_page_image_get_pixels (drawn->image, &width, &height);
      self->texture = gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_DEFAULT, pixels, 4 * (gsize) width);
      self->aspect = (float) height / (float) width;
    }
  gtk_widget_queue_resize (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
quarry_page_canvas_set_width (QuarryPageCanvas *self, int width)
{
  g_return_if_fail (QUARRY_IS_PAGE_CANVAS (self));

  if (self->width == width)
    return;
  self->width = width;
  gtk_widget_set_halign (GTK_WIDGET (self), width > 0 ? GTK_ALIGN_CENTER : GTK_ALIGN_FILL);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

guint
quarry_page_canvas_get_pixels (QuarryPageCanvas *self)
{
  g_return_val_if_fail (QUARRY_IS_PAGE_CANVAS (self), 0);

  return self->pixels;
}

gboolean
quarry_page_canvas_get_marks (QuarryPageCanvas *self, double *top, double *bottom)
{
  g_return_val_if_fail (QUARRY_IS_PAGE_CANVAS (self), FALSE);

  if (!self->drawn || self->drawn->passage->len == 0)
    return FALSE;
  *top = G_MAXDOUBLE;
  *bottom = 0;
  for (guint i = 0; i < self->drawn->passage->len; i++)
    {
      graphene_rect_t rect = place (self, &g_array_index (self->drawn->passage, QuarryPageBox, i));
      double y = (double) rect.origin.y;

      *top = MIN (*top, y);
      *bottom = MAX (*bottom, y + (double) rect.size.height);
    }
  return TRUE;
}
