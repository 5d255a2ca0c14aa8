/* quarry-place-label.c: where in its document a passage stands, on one line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-place-label.h"

#include <string.h>

#define SEPARATOR " › "
#define OMISSION "… › "

struct _QuarryPlaceLabel
{
  GtkWidget parent_instance;

  char *text;
  gsize n_headings;    /* so many bytes of the text are headings */
  PangoLayout *layout; /* laid out at @width with what is shown */
  int width;           /* in pixels; -1: not known */
};

G_DEFINE_FINAL_TYPE (QuarryPlaceLabel, quarry_place_label, GTK_TYPE_WIDGET)

static int
text_width (QuarryPlaceLabel *self, const char *text)
{
  int width;

  pango_layout_set_width (self->layout, -1);
  pango_layout_set_text (self->layout, text, -1);
  pango_layout_get_pixel_size (self->layout, &width, NULL);
  return width;
}

/* There is no room even for the innermost heading: show the beginning of it, then the page and what else follows. */
static void
cut (QuarryPlaceLabel *self, const char *inner, int width)
{
  const char *page = self->text + self->n_headings;
  glong low = 0, high = g_utf8_strlen (inner, page - inner);

  while (low < high)
    {
      glong middle = (low + high + 1) / 2;
      g_autofree char *heading = g_utf8_substring (inner, 0, middle);
      g_autofree char *shown = g_strconcat (g_strchomp (heading), "…", page, NULL);

      if (text_width (self, shown) <= width)
        low = middle;
      else
        high = middle - 1;
    }
  if (low > 0)
    {
      g_autofree char *heading = g_utf8_substring (inner, 0, low);
      g_autofree char *shown = g_strconcat (g_strchomp (heading), "…", page, NULL);

      text_width (self, shown);
      return;
    }
  pango_layout_set_text (self->layout, inner, -1);
  pango_layout_set_width (self->layout, MAX (width, 1) * PANGO_SCALE);
}

static void
lay_out (QuarryPlaceLabel *self, int width)
{
  const char *inner = self->text, *end = self->text + self->n_headings, *next;

  if (width == self->width)
    return;
  self->width = width;
  if (text_width (self, self->text) <= width)
    return;
  while ((next = g_strstr_len (inner, end - inner, SEPARATOR)))
    {
      g_autofree char *shown = NULL;

      inner = next + strlen (SEPARATOR);
      shown = g_strconcat (OMISSION, inner, NULL);
      if (text_width (self, shown) <= width)
        return;
    }
  cut (self, inner, width);
}

static void
quarry_place_label_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  QuarryPlaceLabel *self = QUARRY_PLACE_LABEL (widget);
  int width, height;

  /* First try all of it on one line. */
  self->width = -1;
  width = text_width (self, self->text);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 0 : height;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? width : height;
}

static void
quarry_place_label_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuarryPlaceLabel *self = QUARRY_PLACE_LABEL (widget);
  int width = gtk_widget_get_width (widget), shown, height;

  lay_out (self, width);
  pango_layout_get_pixel_size (self->layout, &shown, &height);
  gtk_snapshot_render_layout (snapshot, gtk_widget_get_style_context (widget),
                              gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? width - shown : 0,
                              (gtk_widget_get_height (widget) - height) / 2.0, self->layout);
}

static void
quarry_place_label_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  QuarryPlaceLabel *self = QUARRY_PLACE_LABEL (widget);

  GTK_WIDGET_CLASS (quarry_place_label_parent_class)->css_changed (widget, change);
  pango_layout_context_changed (self->layout);
  self->width = -1;
}

static void
quarry_place_label_finalize (GObject *object)
{
  QuarryPlaceLabel *self = QUARRY_PLACE_LABEL (object);

  g_free (self->text);
  g_object_unref (self->layout);
  G_OBJECT_CLASS (quarry_place_label_parent_class)->finalize (object);
}

static void
quarry_place_label_class_init (QuarryPlaceLabelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = quarry_place_label_finalize;
  widget_class->measure = quarry_place_label_measure;
  widget_class->snapshot = quarry_place_label_snapshot;
  widget_class->css_changed = quarry_place_label_css_changed;
  gtk_widget_class_set_css_name (widget_class, "placelabel");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
quarry_place_label_init (QuarryPlaceLabel *self)
{
  self->text = g_strdup ("");
  self->width = -1;
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_single_paragraph_mode (self->layout, TRUE);
  pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
}

GtkWidget *
quarry_place_label_new (void)
{
  return g_object_new (QUARRY_TYPE_PLACE_LABEL, NULL);
}

void
quarry_place_label_set_text (QuarryPlaceLabel *self, const char *text, gsize n_headings)
{
  g_return_if_fail (QUARRY_IS_PLACE_LABEL (self));
  g_return_if_fail (text != NULL);
  g_return_if_fail (n_headings <= strlen (text));

  if (strcmp (self->text, text) == 0 && self->n_headings == n_headings)
    return;
  self->n_headings = n_headings;
  g_free (self->text);
  self->text = g_strdup (text);
  self->width = -1;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

const char *
quarry_place_label_get_text (QuarryPlaceLabel *self)
{
  g_return_val_if_fail (QUARRY_IS_PLACE_LABEL (self), NULL);
  return self->text;
}

const char *
quarry_place_label_get_shown (QuarryPlaceLabel *self)
{
  g_return_val_if_fail (QUARRY_IS_PLACE_LABEL (self), NULL);

  lay_out (self, gtk_widget_get_width (GTK_WIDGET (self)));
  return pango_layout_get_text (self->layout);
}
