/* quarry-text-scale.c: layouts that follow the size of the text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-text-scale.h"

#include <math.h>

#define USUAL_POINTS 11.0
#define USUAL_DPI 96.0

double
quarry_text_scale (GtkWidget *widget)
{
  GtkSettings *settings = gtk_widget_get_settings (widget);
  g_autofree char *name = NULL;
  PangoFontDescription *font;
  double points;
  int dpi; /* in 1024ths of a dot per inch; negative if not set */

  g_object_get (settings, "gtk-font-name", &name, "gtk-xft-dpi", &dpi, NULL);
  font = pango_font_description_from_string (name ? name : "");
  points = pango_font_description_get_size (font) / (double) PANGO_SCALE;
  if (pango_font_description_get_size_is_absolute (font))
    points *= 72.0 / USUAL_DPI;
  else if (dpi > 0)
    points *= dpi / 1024.0 / USUAL_DPI;
  pango_font_description_free (font);
  return MAX (1.0, points / USUAL_POINTS);
}

int
quarry_text_pixels (GtkWidget *widget, int pixels)
{
  return (int) round (pixels * quarry_text_scale (widget));
}

typedef struct
{
  char *property;
  int pixels;
} Scaled;

static void
scaled_clear (gpointer data)
{
  g_free (((Scaled *) data)->property);
}

static const char *const scaled_key = "quarry-text-scaled";

static void
scale_all_cb (GtkWidget *widget)
{
  GArray *all = g_object_get_data (G_OBJECT (widget), scaled_key);

  for (guint i = 0; i < all->len; i++)
    {
      const Scaled *scaled = &g_array_index (all, Scaled, i);

      g_object_set (widget, scaled->property, quarry_text_pixels (widget, scaled->pixels), NULL);
    }
}

void
quarry_text_scale_property (GtkWidget *widget, const char *property, int pixels)
{
  GArray *all = g_object_get_data (G_OBJECT (widget), scaled_key);
  Scaled scaled = { g_strdup (property), pixels };

  if (!all)
    {
      GtkSettings *settings = gtk_widget_get_settings (widget);

      all = g_array_new (FALSE, FALSE, sizeof (Scaled));
      g_array_set_clear_func (all, scaled_clear);
      g_object_set_data_full (G_OBJECT (widget), scaled_key, all, (GDestroyNotify) g_array_unref);
      g_signal_connect_object (settings, "notify::gtk-xft-dpi", G_CALLBACK (scale_all_cb), widget, G_CONNECT_SWAPPED);
      g_signal_connect_object (settings, "notify::gtk-font-name", G_CALLBACK (scale_all_cb), widget, G_CONNECT_SWAPPED);
    }
  g_array_append_val (all, scaled);
  scale_all_cb (widget);
}
