/* quarry-segment-strip.c: a whole document as a strip of its segments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/reader/quarry-segment-strip.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ui/widgets/quarry-similarity-bar.h"

#define WIDTH 14
#define GAP 2.0
/* Blocks lower than this are drawn without a gap between them. */
#define MIN_BLOCK 4.0
/* The least height of the frame around what is in view, and the least distance between the lines of two chapters. */
#define MIN_FRAME 14.0
#define MIN_CHAPTER 4.0
/* The cosine from which on a block is drawn at full strength. */
#define STRONGEST 0.8

struct _QuarrySegmentStrip
{
  GtkWidget parent_instance;

  GArray *segments;     /* of QuarrySpan */
  GArray *similarities; /* of float, one for each segment; or empty */
  char **labels;
  char **chapters;
  QuarrySpan view;
  QuarrySpan passage;
  int cursor; /* the segment that the keys have moved to, -1: none */

  GArray *edges; /* of double: n + 1 boundaries of the segments on the widget's height */
  double edges_height;
};

G_DEFINE_FINAL_TYPE (QuarrySegmentStrip, quarry_segment_strip, GTK_TYPE_WIDGET)

enum
{
  JUMP,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static QuarrySpan
segment (QuarrySegmentStrip *self, guint i)
{
  return g_array_index (self->segments, QuarrySpan, i);
}

/* --- Places -------------------------------------------------------------------------------- */

/* Computes the edges. Blocks are as long as their segments, but none gets too short to be seen or clicked, as far as
 * the height allows. */
static void
layout (QuarrySegmentStrip *self)
{
  guint n = self->segments->len;
  double height = gtk_widget_get_height (GTK_WIDGET (self));
  double least, total, at = 0;

  if (self->edges->len == n + 1 && fabs (self->edges_height - height) < .5)
    return;
  self->edges_height = height;
  g_array_set_size (self->edges, n + 1);
  if (!n)
    return;

  least = MIN (MIN_BLOCK + GAP, height / n * .6);
  total = MAX (segment (self, n - 1).end - segment (self, 0).start, 1);
  for (guint i = 0; i < n; i++)
    {
      g_array_index (self->edges, double, i) = at;
      at += least +
            (height - least * n) * (segment (self, i).end - segment (self, i).start) / total;
    }
  g_array_index (self->edges, double, n) = height;
}

static double
edge (QuarrySegmentStrip *self, guint i)
{
  return g_array_index (self->edges, double, i);
}

int
quarry_segment_strip_segment_at (QuarrySegmentStrip *self, double y)
{
  guint low = 0, high;

  g_return_val_if_fail (QUARRY_IS_SEGMENT_STRIP (self), -1);

  layout (self);
  high = self->segments->len;
  if (!high || y < 0 || y > edge (self, high))
    return -1;
  while (low + 1 < high)
    {
      guint middle = low + (high - low) / 2;

      if (edge (self, middle) <= y)
        low = middle;
      else
        high = middle;
    }
  return (int) low;
}

static guint
segment_of_byte (QuarrySegmentStrip *self, guint32 byte)
{
  guint low = 0, high = self->segments->len;

  while (low + 1 < high)
    {
      guint middle = low + (high - low) / 2;

      if (segment (self, middle).start <= byte)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static double
y_of_byte (QuarrySegmentStrip *self, guint32 byte)
{
  guint i = segment_of_byte (self, byte);
  QuarrySpan span = segment (self, i);
  double part = span.end > span.start
                    ? ((double) byte - span.start) / (double) (span.end - span.start)
                    : 0;

  return edge (self, i) + CLAMP (part, 0, 1) * (edge (self, i + 1) - edge (self, i));
}

/* --- What it says -------------------------------------------------------------------------- */

static float
similarity (QuarrySegmentStrip *self, guint i)
{
  return self->similarities->len ? g_array_index (self->similarities, float, i) : 0;
}

static char *
describe (QuarrySegmentStrip *self, guint i)
{
  const char *label = self->labels ? self->labels[i] : NULL;
  g_autofree char *place = NULL;
  g_autofree char *number = NULL;
  g_autofree char *both = NULL;

  if (!label || !*label)
    label = place = g_strdup_printf (_("Part %u of %u"), i + 1, self->segments->len);
  if (self->chapters && *self->chapters[i] && strcmp (self->chapters[i], label) != 0)
    /* Translators: a chapter and the label of a segment in it. */
    label = both = g_strdup_printf (_("%s › %s"), self->chapters[i], label);
  if (!self->similarities->len)
    return g_strdup (label);
  number = quarry_similarity_to_string ((double) similarity (self, i));
  /* Translators: a segment's label and its similarity to the query. */
  return g_strdup_printf (_("%s · similarity %s"), label, number);
}

static void
update_accessible (QuarrySegmentStrip *self)
{
  guint n = self->segments->len;
  guint at = self->cursor >= 0 ? (guint) self->cursor : 0;
  g_autofree char *text = n ? describe (self, MIN (at, n - 1)) : g_strdup ("");

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN,
                                  1.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                  (double) MAX (n, 1),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  (double) (at + 1),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text,
                                  -1);
}

void
quarry_segment_strip_set_segments (QuarrySegmentStrip *self,
                                   const QuarrySpan *segments,
                                   guint n_segments)
{
  g_return_if_fail (QUARRY_IS_SEGMENT_STRIP (self));
  g_return_if_fail (segments != NULL || n_segments == 0);

  g_array_set_size (self->segments, 0);
  if (n_segments)
    g_array_append_vals (self->segments, segments, n_segments);
  g_array_set_size (self->similarities, 0);
  g_array_set_size (self->edges, 0);
  g_clear_pointer (&self->labels, g_strfreev);
  g_clear_pointer (&self->chapters, g_strfreev);
  self->cursor = -1;
  gtk_widget_set_sensitive (GTK_WIDGET (self), n_segments > 0);
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
quarry_segment_strip_get_n_segments (QuarrySegmentStrip *self)
{
  g_return_val_if_fail (QUARRY_IS_SEGMENT_STRIP (self), 0);

  return self->segments->len;
}

/* Copies @n strings, of which any may be NULL; g_strdupv() would stop there. */
static char **
copy_texts (const char *const *texts, guint n)
{
  char **copy = texts ? g_new0 (char *, n + 1) : NULL;

  for (guint i = 0; texts && i < n; i++)
    copy[i] = g_strdup (texts[i] ? texts[i] : "");
  return copy;
}

void
quarry_segment_strip_set_labels (QuarrySegmentStrip *self, const char *const *labels)
{
  g_return_if_fail (QUARRY_IS_SEGMENT_STRIP (self));

  g_strfreev (self->labels);
  self->labels = copy_texts (labels, self->segments->len);
  update_accessible (self);
}

void
quarry_segment_strip_set_chapters (QuarrySegmentStrip *self, const char *const *chapters)
{
  g_return_if_fail (QUARRY_IS_SEGMENT_STRIP (self));

  g_strfreev (self->chapters);
  self->chapters = copy_texts (chapters, self->segments->len);
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
quarry_segment_strip_set_similarities (QuarrySegmentStrip *self,
                                       const float *similarities,
                                       guint n)
{
  g_return_if_fail (QUARRY_IS_SEGMENT_STRIP (self));

  if (similarities && n != self->segments->len)
    return;
  g_array_set_size (self->similarities, 0);
  if (similarities && n)
    g_array_append_vals (self->similarities, similarities, n);
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
quarry_segment_strip_set_view (QuarrySegmentStrip *self, QuarrySpan span)
{
  g_return_if_fail (QUARRY_IS_SEGMENT_STRIP (self));

  if (span.start == self->view.start && span.end == self->view.end)
    return;
  self->view = span;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
quarry_segment_strip_set_passage (QuarrySegmentStrip *self, QuarrySpan span)
{
  g_return_if_fail (QUARRY_IS_SEGMENT_STRIP (self));

  self->passage = span;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- Drawing ------------------------------------------------------------------------------- */

static GdkRGBA
color (QuarrySegmentStrip *self, const char *name, double alpha)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  GdkRGBA rgba;

  if (!gtk_style_context_lookup_color (context, name, &rgba))
    gtk_style_context_get_color (context, &rgba);
  rgba.alpha *= (float) alpha;
  return rgba;
}

static void
block (GtkSnapshot *snapshot, const GdkRGBA *rgba, double x, double y, double width, double height)
{
  GskRoundedRect rect;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height);

  if (height >= 6)
    {
      gsk_rounded_rect_init_from_rect (&rect, &bounds, 2);
      gtk_snapshot_push_rounded_clip (snapshot, &rect);
      gtk_snapshot_append_color (snapshot, rgba, &bounds);
      gtk_snapshot_pop (snapshot);
    }
  else
    gtk_snapshot_append_color (snapshot, rgba, &bounds);
}

static void
outline (GtkSnapshot *snapshot, const GdkRGBA *rgba, double x, double y, double width, double height)
{
  GskRoundedRect rect;
  GdkRGBA colors[4] = { *rgba, *rgba, *rgba, *rgba };
  const float widths[4] = { 1.5f, 1.5f, 1.5f, 1.5f };

  gsk_rounded_rect_init_from_rect (
      &rect,
      &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height),
      (float) CLAMP (height / 6, 2, 4));
  gtk_snapshot_append_border (snapshot, &rect, widths, colors);
}

static void
quarry_segment_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuarrySegmentStrip *self = QUARRY_SEGMENT_STRIP (widget);
  GdkRGBA ground = color (self, "window_fg_color", .11);
  GdkRGBA frame = color (self, "window_fg_color", .6);
  GdkRGBA mark = color (self, "accent_bg_color", 1);
  double width = gtk_widget_get_width (widget);
  double x = 3, w = width - 6;
  double chapter = 0;
  guint n = self->segments->len;
  gboolean dense;

  if (!n)
    return;
  layout (self);
  dense = edge (self, n) / n < MIN_BLOCK + GAP;

  for (guint i = 0; i < n; i++)
    {
      double y = edge (self, i);
      double h = edge (self, i + 1) - y - (dense ? 0 : GAP);
      double strength = CLAMP ((double) similarity (self, i) / STRONGEST, 0, 1);

      /* If many segments share a pixel, show the most similar one. */
      while (dense && i + 1 < n && h < 1)
        {
          i++;
          h = edge (self, i + 1) - y;
          strength = MAX (strength, CLAMP ((double) similarity (self, i) / STRONGEST, 0, 1));
        }
      block (snapshot, &ground, x, y, w, h);
      if (strength > 0)
        {
          GdkRGBA fill = color (self, "accent_bg_color", strength * strength);

          block (snapshot, &fill, x, y, w, h);
        }
    }

  for (guint i = 1; self->chapters && i < n; i++)
    if (strcmp (self->chapters[i - 1], self->chapters[i]) != 0 && edge (self, i) - chapter >= MIN_CHAPTER)
      {
        chapter = edge (self, i);
        block (snapshot, &frame, 0, MAX (chapter - 1.5, 0), width, 1);
      }

  if (self->passage.end > self->passage.start)
    {
      double top = y_of_byte (self, self->passage.start);
      double bottom = MAX (y_of_byte (self, self->passage.end), top + 3);

      block (snapshot, &mark, 0, top, 2, bottom - top);
      block (snapshot, &mark, width - 2, top, 2, bottom - top);
    }
  /* Where all of the document is in view, a frame would say nothing. */
  if (self->view.end > self->view.start
      && (self->view.start > segment (self, 0).start || self->view.end < segment (self, n - 1).end))
    {
      double top = y_of_byte (self, self->view.start) - 1, bottom = y_of_byte (self, self->view.end) + 1;
      double height = MIN (MAX (bottom - top, MIN_FRAME), edge (self, n));

      top = CLAMP ((top + bottom - height) / 2, 0, edge (self, n) - height);
      outline (snapshot, &frame, .5, top, width - 1, height);
    }
  if (self->cursor >= 0 && gtk_widget_has_visible_focus (widget))
    {
      double top = edge (self, (guint) self->cursor);
      double bottom = edge (self, (guint) self->cursor + 1);

      outline (snapshot, &mark, 1, top, width - 2, MAX (bottom - top, 6));
    }
}

/* --- Pointer and keys ---------------------------------------------------------------------- */

static void
jump_to_y (QuarrySegmentStrip *self, double y)
{
  int i = quarry_segment_strip_segment_at (self, CLAMP (y, 0, self->edges_height));
  double length;

  if (i < 0)
    return;
  length = edge (self, (guint) i + 1) - edge (self, (guint) i);
  self->cursor = i;
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self,
                 signals[JUMP],
                 0,
                 (guint) i,
                 length > 0 ? CLAMP ((y - edge (self, (guint) i)) / length, 0, 1) : 0.0);
}

static void
pressed_cb (QuarrySegmentStrip *self, double x, double y)
{
  int i = quarry_segment_strip_segment_at (self, y);

  /* A click goes to the beginning of the segment; dragging goes through the text continuously. */
  if (i < 0)
    return;
  self->cursor = i;
  update_accessible (self);
  g_signal_emit (self, signals[JUMP], 0, (guint) i, 0.0);
}

static void
dragged_cb (QuarrySegmentStrip *self, double dx, double dy, GtkGestureDrag *drag)
{
  double x, y;

  if (fabs (dy) < 4 || !gtk_gesture_drag_get_start_point (drag, &x, &y))
    return;
  jump_to_y (self, y + dy);
}

static gboolean
key_cb (QuarrySegmentStrip *self, guint key, guint code, GdkModifierType state)
{
  int n = (int) self->segments->len;
  int at = self->cursor >= 0 ? self->cursor : (int) segment_of_byte (self, self->view.start);

  if (!n || state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  switch (key)
    {
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      at--;
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      at++;
      break;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      at -= 10;
      break;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      at += 10;
      break;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      at = 0;
      break;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      at = n - 1;
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      break;
    default:
      return FALSE;
    }
  self->cursor = CLAMP (at, 0, n - 1);
  update_accessible (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[JUMP], 0, (guint) self->cursor, 0.0);
  return TRUE;
}

static gboolean
quarry_segment_strip_query_tooltip (GtkWidget *widget,
                                    int x,
                                    int y,
                                    gboolean keyboard,
                                    GtkTooltip *tooltip)
{
  QuarrySegmentStrip *self = QUARRY_SEGMENT_STRIP (widget);
  int i = keyboard ? self->cursor : quarry_segment_strip_segment_at (self, y);
  g_autofree char *text = NULL;

  if (i < 0)
    return FALSE;
  text = describe (self, (guint) i);
  gtk_tooltip_set_text (tooltip, text);
  gtk_tooltip_set_tip_area (tooltip,
                            &(GdkRectangle) { 0,
                                              (int) edge (self, (guint) i),
                                              gtk_widget_get_width (widget),
                                              (int) (edge (self, (guint) i + 1) -
                                                     edge (self, (guint) i)) + 1 });
  return TRUE;
}

/* --- The widget ---------------------------------------------------------------------------- */

static void
quarry_segment_strip_measure (GtkWidget *widget,
                              GtkOrientation orientation,
                              int for_size,
                              int *minimum,
                              int *natural,
                              int *minimum_baseline,
                              int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 48;
  *natural = *minimum;
}

static void
quarry_segment_strip_finalize (GObject *object)
{
  QuarrySegmentStrip *self = QUARRY_SEGMENT_STRIP (object);

  g_array_unref (self->segments);
  g_array_unref (self->similarities);
  g_array_unref (self->edges);
  g_strfreev (self->labels);
  g_strfreev (self->chapters);
  G_OBJECT_CLASS (quarry_segment_strip_parent_class)->finalize (object);
}

static void
quarry_segment_strip_class_init (QuarrySegmentStripClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = quarry_segment_strip_finalize;
  widget_class->measure = quarry_segment_strip_measure;
  widget_class->snapshot = quarry_segment_strip_snapshot;
  widget_class->query_tooltip = quarry_segment_strip_query_tooltip;

  signals[JUMP] = g_signal_new ("jump",
                                G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                2,
                                G_TYPE_UINT,
                                G_TYPE_DOUBLE);

  gtk_widget_class_set_css_name (widget_class, "segmentstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_SLIDER);
}

static void
quarry_segment_strip_init (QuarrySegmentStrip *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->segments = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  self->similarities = g_array_new (FALSE, FALSE, sizeof (float));
  self->edges = g_array_new (FALSE, FALSE, sizeof (double));
  self->cursor = -1;

  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (pressed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (dragged_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Segments"),
                                  -1);
}

GtkWidget *
quarry_segment_strip_new (void)
{
  return g_object_new (QUARRY_TYPE_SEGMENT_STRIP, NULL);
}
