/* quarry-passage-label.c: a few lines of a passage
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-passage-label.h"
#include "ui/quarry-similarity-bar.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LINES 3
#define LINE_SPACING 1.2f
#define MIN_WIDTH 48

struct _QuarryPassageLabel
{
  GtkWidget parent_instance;

  QuarryHitMarkup *markup;
  PangoLayout *layout;
};

G_DEFINE_FINAL_TYPE (QuarryPassageLabel, quarry_passage_label, GTK_TYPE_WIDGET)

/* The lines at @width pixels. Pango keeps them until something changes. */
static PangoLayout *
lay_out (QuarryPassageLabel *self, int width)
{
  if (!self->layout)
    {
      self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
      pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_height (self->layout, -LINES);
      pango_layout_set_line_spacing (self->layout, LINE_SPACING);
      if (self->markup)
        {
          pango_layout_set_text (self->layout, quarry_hit_markup_get_text (self->markup), -1);
          pango_layout_set_attributes (self->layout,
                                       quarry_hit_markup_get_attributes (self->markup));
        }
    }
  pango_layout_set_width (self->layout, MAX (width, 1) * PANGO_SCALE);
  return self->layout;
}

static void
quarry_passage_label_measure (GtkWidget *widget,
                              GtkOrientation orientation,
                              int for_size,
                              int *minimum,
                              int *natural,
                              int *minimum_baseline,
                              int *natural_baseline)
{
  /* It takes what width there is. */
  *minimum = *natural = MIN_WIDTH;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      pango_layout_get_pixel_size (lay_out (QUARRY_PASSAGE_LABEL (widget),
                                            for_size < 0 ? MIN_WIDTH : for_size),
                                   NULL, natural);
      *minimum = *natural;
    }
}

static GtkSizeRequestMode
quarry_passage_label_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
quarry_passage_label_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GdkRGBA color;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gtk_snapshot_append_layout (
      snapshot, lay_out (QUARRY_PASSAGE_LABEL (widget), gtk_widget_get_width (widget)), &color);
}

static gboolean
quarry_passage_label_query_tooltip (GtkWidget *widget,
                                    int x,
                                    int y,
                                    gboolean keyboard,
                                    GtkTooltip *tooltip)
{
  QuarryPassageLabel *self = QUARRY_PASSAGE_LABEL (widget);
  const QuarryHitWord *word;
  g_autofree char *share = NULL, *text = NULL;
  int index, trailing;

  if (keyboard || !self->markup
      || !pango_layout_xy_to_index (lay_out (self, gtk_widget_get_width (widget)), x * PANGO_SCALE,
                                    y * PANGO_SCALE, &index, &trailing))
    return FALSE;
  word = quarry_hit_markup_word_at (self->markup, index);
  if (!word)
    return FALSE;
  share = quarry_similarity_to_string ((double) word->weight);
  text = g_strdup_printf (word->kind == QUARRY_MATCH_LITERAL
                              /* Translators: %s is a word of the query, then its share of the
                               * similarity, such as .12 */
                              ? _("matches “%s” literally · %s")
                              : _("answers to “%s” by meaning · %s"),
                          word->query_word ? word->query_word : "", share);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static void
quarry_passage_label_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (quarry_passage_label_parent_class)->css_changed (widget, change);
  if (QUARRY_PASSAGE_LABEL (widget)->layout)
    pango_layout_context_changed (QUARRY_PASSAGE_LABEL (widget)->layout);
}

static void
quarry_passage_label_dispose (GObject *object)
{
  QuarryPassageLabel *self = QUARRY_PASSAGE_LABEL (object);

  g_clear_object (&self->layout);
  g_clear_pointer (&self->markup, quarry_hit_markup_free);
  G_OBJECT_CLASS (quarry_passage_label_parent_class)->dispose (object);
}

static void
quarry_passage_label_class_init (QuarryPassageLabelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_passage_label_dispose;
  widget_class->measure = quarry_passage_label_measure;
  widget_class->get_request_mode = quarry_passage_label_get_request_mode;
  widget_class->snapshot = quarry_passage_label_snapshot;
  widget_class->query_tooltip = quarry_passage_label_query_tooltip;
  widget_class->css_changed = quarry_passage_label_css_changed;

  gtk_widget_class_set_css_name (widget_class, "passagelabel");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
quarry_passage_label_init (QuarryPassageLabel *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
quarry_passage_label_new (void)
{
  return g_object_new (QUARRY_TYPE_PASSAGE_LABEL, NULL);
}

void
quarry_passage_label_take_markup (QuarryPassageLabel *self, QuarryHitMarkup *markup)
{
  g_return_if_fail (QUARRY_IS_PASSAGE_LABEL (self));
  g_return_if_fail (markup != NULL);

  g_clear_pointer (&self->markup, quarry_hit_markup_free);
  self->markup = markup;
  if (self->layout)
    {
      pango_layout_set_text (self->layout, quarry_hit_markup_get_text (markup), -1);
      pango_layout_set_attributes (self->layout, quarry_hit_markup_get_attributes (markup));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  quarry_hit_markup_get_text (markup), -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
