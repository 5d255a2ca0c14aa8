/* quarry-passage-label.c: a few lines of a passage
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-passage-label.h"
#include "ui/widgets/quarry-similarity-bar.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LINES 3
#define LINE_SPACING 1.2f
#define MIN_WIDTH 48
/* How many times as many characters are laid out as the lines hold on average, in case its letters are narrow. */
#define SPARE_TEXT 1.4

struct _QuarryPassageLabel
{
  GtkWidget parent_instance;

  QuarryHitMarkup *markup;
  PangoLayout *layout;
  int laid_out; /* how many bytes of the text the layout has */
  int char_width; /* average width in Pango units; 0: not known yet */
};

G_DEFINE_FINAL_TYPE (QuarryPassageLabel, quarry_passage_label, GTK_TYPE_WIDGET)

static void
set_text (QuarryPassageLabel *self, int length)
{
  if (length == self->laid_out)
    return;
  pango_layout_set_text (self->layout, quarry_hit_markup_get_text (self->markup), length);
  self->laid_out = length;
}

/* How many bytes of @text are almost certainly enough to fill the lines at a width of @width pixels. */
static int
sufficient (QuarryPassageLabel *self, const char *text, int width)
{
  const char *p = text;

  if (self->char_width == 0)
    {
      PangoFontMetrics *metrics
          = pango_context_get_metrics (gtk_widget_get_pango_context (GTK_WIDGET (self)), NULL, NULL);

      self->char_width = MAX (pango_font_metrics_get_approximate_char_width (metrics), 1);
      pango_font_metrics_unref (metrics);
    }
  for (int n = (int) (SPARE_TEXT * LINES * width * PANGO_SCALE / self->char_width); n > 0 && *p; n--)
    p = g_utf8_next_char (p);
  return (int) (p - text);
}

/* Pango gives the ellipsis the attributes of the first word that it replaces, which is not visible; remove them. The
 * line is requested as read-only since Pango drops the cached extents of lines that may be modified; this change
 * affects none. */
static void
unmark_ellipsis (PangoLayout *layout)
{
  PangoLayoutLine *last
      = pango_layout_get_line_readonly (layout, pango_layout_get_line_count (layout) - 1);

  for (GSList *l = last ? last->runs : NULL; l; l = l->next)
    {
      PangoAnalysis *analysis = &((PangoGlyphItem *) l->data)->item->analysis;

      if (analysis->flags & PANGO_ANALYSIS_FLAG_IS_ELLIPSIS)
        {
          g_slist_free_full (analysis->extra_attrs, (GDestroyNotify) pango_attribute_destroy);
          analysis->extra_attrs = NULL;
        }
    }
}

/* The text laid out at a width of @width pixels. Pango keeps the layout until something changes, but it shapes the
 * whole text even if only some lines are shown. So it only gets as much text as fills them. */
static PangoLayout *
lay_out (QuarryPassageLabel *self, int width)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  width = MAX (width, 1);
  if (!self->layout)
    {
      self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
      pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_height (self->layout, -LINES);
      pango_layout_set_line_spacing (self->layout, LINE_SPACING);
      if (self->markup)
        pango_layout_set_attributes (self->layout,
                                     quarry_hit_markup_get_attributes (self->markup));
      self->laid_out = -1;
    }
  /* Text of the other direction than the window's then stands on the other side: each is flush where it begins. */
  pango_layout_set_alignment (self->layout, rtl ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
  if (pango_layout_get_width (self->layout) != width * PANGO_SCALE || self->laid_out < 0)
    {
      pango_layout_set_width (self->layout, width * PANGO_SCALE);
      if (self->markup)
        {
          const char *text = quarry_hit_markup_get_text (self->markup);
          int length = (int) strlen (text), enough = sufficient (self, text, width);

          set_text (self, enough);
          /* The letters are so narrow that the text did not fill the lines; lay out all of it. */
          if (enough < length && !pango_layout_is_ellipsized (self->layout))
            set_text (self, length);
          unmark_ellipsis (self->layout);
        }
    }
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
  /* The label uses whatever width it is given. */
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
  QuarryPassageLabel *self = QUARRY_PASSAGE_LABEL (widget);

  GTK_WIDGET_CLASS (quarry_passage_label_parent_class)->css_changed (widget, change);
  if (self->layout)
    pango_layout_context_changed (self->layout);
  self->laid_out = -1;
  self->char_width = 0;
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
  g_autoptr (QuarryHitMarkup) old = NULL;
  const char *text;
  gboolean same_text;

  g_return_if_fail (QUARRY_IS_PASSAGE_LABEL (self));
  g_return_if_fail (markup != NULL);

  old = g_steal_pointer (&self->markup);
  self->markup = markup;
  text = quarry_hit_markup_get_text (markup);
  same_text = old && strcmp (quarry_hit_markup_get_text (old), text) == 0;
  /* Between two keys most passages stay the same, and laying out lines is expensive. */
  if (same_text
      && pango_attr_list_equal (quarry_hit_markup_get_attributes (old),
                                quarry_hit_markup_get_attributes (markup)))
    return;
  if (self->layout)
    pango_layout_set_attributes (self->layout, quarry_hit_markup_get_attributes (markup));
  self->laid_out = -1;
  if (!same_text)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
