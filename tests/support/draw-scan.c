/* draw-scan.c: pictures of words, as a scanner makes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/support/draw-scan.h"

#include <cairo-pdf.h>
#include <unistd.h>

static cairo_surface_t *
draw_words (const char *words)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 1000, 500);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_select_font_face (cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, 44);
  cairo_move_to (cr, 80, 200);
  cairo_show_text (cr, words);
  cairo_destroy (cr);
  return surface;
}

static cairo_status_t
write_bytes (void *data, const guchar *bytes, guint length)
{
  return write (GPOINTER_TO_INT (data), bytes, length) == (ssize_t) length
             ? CAIRO_STATUS_SUCCESS
             : CAIRO_STATUS_WRITE_ERROR;
}

void
draw_scan (int fd, const char *words, gboolean in_pdf, const char *title)
{
  cairo_surface_t *picture = draw_words (words);

  if (in_pdf)
    {
      cairo_surface_t *pdf
          = cairo_pdf_surface_create_for_stream (write_bytes, GINT_TO_POINTER (fd), 500, 250);
      cairo_t *cr = cairo_create (pdf);

      if (title != NULL)
        cairo_pdf_surface_set_metadata (pdf, CAIRO_PDF_METADATA_TITLE, title);
      cairo_scale (cr, 0.5, 0.5);
      cairo_set_source_surface (cr, picture, 0, 0);
      cairo_paint (cr);
      cairo_destroy (cr);
      cairo_surface_destroy (pdf);
    }
  else
    cairo_surface_write_to_png_stream (picture, write_bytes, GINT_TO_POINTER (fd));
  cairo_surface_destroy (picture);
}

void
draw_turned (int fd, const char *const *lines, guint quarter_turns)
{
  const int side = 1100;
  cairo_surface_t *picture = cairo_image_surface_create (CAIRO_FORMAT_RGB24, side, side);
  cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream (write_bytes, GINT_TO_POINTER (fd), side / 2, side / 2);
  cairo_t *cr = cairo_create (picture);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_translate (cr, side / 2, side / 2);
  cairo_rotate (cr, quarter_turns * G_PI / 2);
  cairo_translate (cr, -side / 2, -side / 2);
  cairo_set_source_rgb (cr, 0, 0, 0);
  cairo_select_font_face (cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, 32);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      cairo_move_to (cr, 60, 100 + 60 * i);
      cairo_show_text (cr, lines[i]);
    }
  cairo_destroy (cr);

  cr = cairo_create (pdf);
  cairo_scale (cr, 0.5, 0.5);
  cairo_set_source_surface (cr, picture, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (pdf);
  cairo_surface_destroy (picture);
}
