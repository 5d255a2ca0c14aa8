/* quarry-title-line.c: a title, and after it where in the document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-title-line.h"

#include <string.h>

#define SPACING 9
/* The title's share of the width where title and place are both too long. */
#define TITLE_SHARE 0.62
/* A place narrower than this tells nothing. */
#define LEAST_PLACE 48

enum
{
  TITLE,
  PLACE,
  PAGE,
  N_LABELS
};

struct _QuarryTitleLine
{
  GtkWidget parent_instance;

  GtkLabel *labels[N_LABELS];
};

G_DEFINE_FINAL_TYPE (QuarryTitleLine, quarry_title_line, GTK_TYPE_WIDGET)

static gboolean
is_empty (QuarryTitleLine *self, int label)
{
  return gtk_label_get_label (self->labels[label])[0] == '\0';
}

static int
natural_width (QuarryTitleLine *self, int label)
{
  int natural;

  if (is_empty (self, label))
    return 0;
  gtk_widget_measure (GTK_WIDGET (self->labels[label]), GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                      &natural, NULL, NULL);
  return natural;
}

static void
quarry_title_line_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  QuarryTitleLine *self = QUARRY_TITLE_LINE (widget);
  int above = 0, below = 0;

  *minimum = *natural = 0;
  for (int i = 0; i < N_LABELS; i++)
    {
      int least, wanted, baseline = -1;

      if (is_empty (self, i) && (i != TITLE || orientation == GTK_ORIENTATION_HORIZONTAL))
        continue;
      gtk_widget_measure (GTK_WIDGET (self->labels[i]), orientation, -1, &least, &wanted, NULL,
                          orientation == GTK_ORIENTATION_VERTICAL ? &baseline : NULL);
      if (orientation == GTK_ORIENTATION_VERTICAL)
        {
          if (baseline < 0)
            baseline = wanted;
          above = MAX (above, baseline);
          below = MAX (below, wanted - baseline);
        }
      else
        {
          if (i != PLACE)
            *minimum += least + (i > 0 ? SPACING : 0);
          *natural += wanted + (i > 0 ? SPACING : 0);
        }
    }
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = *natural = above + below;
      *minimum_baseline = *natural_baseline = above;
    }
  else
    *natural = MAX (*natural, *minimum);
}

static void
quarry_title_line_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryTitleLine *self = QUARRY_TITLE_LINE (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int title = natural_width (self, TITLE), place = natural_width (self, PLACE);
  int page = natural_width (self, PAGE);
  int rest, x = 0, widths[N_LABELS];

  if (baseline < 0)
    gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, -1, NULL, NULL, NULL, &baseline);
  rest = MAX (0, width - (page > 0 ? page + SPACING : 0));
  if (place > 0 && title + SPACING + place > rest)
    {
      title = MIN (title, MAX ((int) (rest * TITLE_SHARE), rest - SPACING - place));
      place = rest - title - SPACING;
      if (place < LEAST_PLACE)
        {
          place = 0;
          title = MIN (natural_width (self, TITLE), rest);
        }
    }
  else
    title = MIN (title, rest);
  widths[TITLE] = title;
  widths[PLACE] = place;
  widths[PAGE] = page;

  for (int i = 0; i < N_LABELS; i++)
    {
      GtkWidget *label = GTK_WIDGET (self->labels[i]);
      int least, above, shown;

      gtk_widget_set_child_visible (label, widths[i] > 0);
      if (widths[i] <= 0)
        continue;
      gtk_widget_measure (label, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, -1, NULL, &shown, NULL, &above);
      widths[i] = MAX (widths[i], least);
      if (above < 0)
        above = shown;
      gtk_widget_allocate (
          label, widths[i], shown, -1,
          gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (rtl ? width - x - widths[i] : x,
                                                               MAX (0, baseline - above))));
      x += widths[i] + SPACING;
    }
}

static void
quarry_title_line_dispose (GObject *object)
{
  QuarryTitleLine *self = QUARRY_TITLE_LINE (object);

  for (int i = 0; i < N_LABELS; i++)
    g_clear_pointer ((GtkWidget **) &self->labels[i], gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_title_line_parent_class)->dispose (object);
}

static void
quarry_title_line_class_init (QuarryTitleLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_title_line_dispose;
  widget_class->measure = quarry_title_line_measure;
  widget_class->size_allocate = quarry_title_line_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "titleline");
}

static void
quarry_title_line_init (QuarryTitleLine *self)
{
  static const char *const classes[N_LABELS][3] = {
    { "title", NULL },
    { "dim-label", NULL },
    { "dim-label", "numeric", NULL },
  };

  for (int i = 0; i < N_LABELS; i++)
    {
      self->labels[i]
          = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "css-classes", classes[i], "ellipsize",
                          i == PAGE    ? PANGO_ELLIPSIZE_NONE
                          /* The innermost heading, which says most, is the last. */
                          : i == PLACE ? PANGO_ELLIPSIZE_START
                                       : PANGO_ELLIPSIZE_END,
                          NULL);
      gtk_widget_set_parent (GTK_WIDGET (self->labels[i]), GTK_WIDGET (self));
    }
}

GtkWidget *
quarry_title_line_new (void)
{
  return g_object_new (QUARRY_TYPE_TITLE_LINE, NULL);
}

void
quarry_title_line_set (QuarryTitleLine *self, const char *title, const char *place, const char *page)
{
  const char *texts[N_LABELS] = { title, place, page };
  gboolean changed = FALSE;

  g_return_if_fail (QUARRY_IS_TITLE_LINE (self));

  for (int i = 0; i < N_LABELS; i++)
    {
      if (strcmp (gtk_label_get_label (self->labels[i]), texts[i]) != 0)
        {
          gtk_label_set_label (self->labels[i], texts[i]);
          changed = TRUE;
        }
      /* A screen reader would read an empty label as one. */
      gtk_widget_set_visible (GTK_WIDGET (self->labels[i]), texts[i][0] != '\0');
    }
  /* A label that was empty when the line had its place was never given one, and cannot ask for it by itself. */
  if (changed)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}
