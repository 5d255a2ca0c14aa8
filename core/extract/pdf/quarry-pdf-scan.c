/* quarry-pdf-scan.c: a page that is a picture -> runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The recognized lines replace the page's own runs. So columns, headings and running headers are found
 * in the same way as in other files.
 */
#include "core/extract/pdf/quarry-pdf.h"

#include <string.h>

#define RESOLUTION 300.0
#define MAX_SIDE 5000.0
/* A page counts as a picture if pictures cover at least this fraction of it, and it has no text. */
#define MIN_COVER 0.25
/* The height of a recognized line depends on the letters in it. Lines that differ from the usual height by less than
 * this factor get the usual size. */
#define SAME_SIZE 1.45

/* Looks at the pictures on a page, once. */
static void
look_at_pictures (PopplerPage *page, QuarryPdfPage *runs)
{
  GList *images;

  if (runs->is_looked_at)
    return;
  images = poppler_page_get_image_mapping (page);
  for (GList *l = images; l != NULL; l = l->next)
    {
      const PopplerRectangle *box = &((PopplerImageMapping *) l->data)->area;

      runs->cover += ABS ((box->x2 - box->x1) * (box->y2 - box->y1));
    }
  runs->has_pictures = images != NULL;
  runs->is_looked_at = TRUE;
  poppler_page_free_image_mapping (images);
}

gboolean
quarry_pdf_page_has_pictures (PopplerPage *page, QuarryPdfPage *runs)
{
  look_at_pictures (page, runs);
  return runs->has_pictures;
}

gboolean
quarry_pdf_page_is_picture (PopplerPage *page, QuarryPdfPage *runs)
{
  double area = runs->width * runs->height;

  if (runs->runs->len > 0 || !(area > 0.0))
    return FALSE;
  look_at_pictures (page, runs);
  return runs->cover >= MIN_COVER * area;
}

/* Converts 32-bit pixels to one byte each, in place. */
static void
make_grey (guint8 *pixels, int width, int height, int stride)
{
  for (int y = 0; y < height; y++)
    {
      const guint32 *in = (const guint32 *) (gpointer) (pixels + (gsize) y * (gsize) stride);
      guint8 *out = pixels + (gsize) y * (gsize) width;

      for (int x = 0; x < width; x++)
        {
          guint32 p = in[x];

          out[x] = (guint8) ((77 * ((p >> 16) & 0xff) + 151 * ((p >> 8) & 0xff) + 28 * (p & 0xff))
                             >> 8);
        }
    }
}

static int
compare_heights (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return first < second ? -1 : first > second;
}

static void
add_runs (const GArray *lines, double points_per_pixel, QuarryPdfPage *page)
{
  g_autofree double *heights = g_new (double, lines->len);
  double usual;

  for (guint i = 0; i < lines->len; i++)
    {
      const QuarryRecognizedLine *line = &g_array_index (lines, QuarryRecognizedLine, i);

      heights[i] = (line->y1 - line->y0) * points_per_pixel;
    }
  qsort (heights, lines->len, sizeof (double), compare_heights);
  usual = heights[lines->len / 2];
  for (guint i = 0; i < lines->len; i++)
    {
      const QuarryRecognizedLine *line = &g_array_index (lines, QuarryRecognizedLine, i);
      double height = (line->y1 - line->y0) * points_per_pixel;
      QuarryPdfRun run = { .box = { line->x0 * points_per_pixel,
                                    line->y0 * points_per_pixel,
                                    line->x1 * points_per_pixel,
                                    line->y1 * points_per_pixel },
                           .size = height < SAME_SIZE * usual ? usual : height,
                           .n_characters = (guint) g_utf8_strlen (line->text, -1),
                           .text = g_string_chunk_insert (page->texts, line->text) };

      g_array_append_val (page->runs, run);
    }
}

/* How most lines are turned. */
static guint
find_turns (const GArray *lines)
{
  guint counts[4] = { 0 }, turns = 0;

  for (guint i = 0; i < lines->len; i++)
    counts[g_array_index (lines, QuarryRecognizedLine, i).quarter_turns]++;
  for (guint i = 1; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > counts[turns])
      turns = i;
  return turns;
}

/* Turns the lines on a page of @width and @height so that most of them are upright. */
static void
turn_upright (GArray *lines, guint turns, int width, int height)
{
  for (guint i = 0; i < lines->len; i++)
    {
      QuarryRecognizedLine *line = &g_array_index (lines, QuarryRecognizedLine, i);
      const QuarryRecognizedLine was = *line;

      if (turns == 2)
        {
          line->x0 = width - was.x1;
          line->x1 = width - was.x0;
          line->y0 = height - was.y1;
          line->y1 = height - was.y0;
        }
      else
        {
          line->x0 = turns == 1 ? was.y0 : height - was.y1;
          line->x1 = turns == 1 ? was.y1 : height - was.y0;
          line->y0 = turns == 1 ? width - was.x1 : was.x0;
          line->y1 = turns == 1 ? width - was.x0 : was.x1;
        }
    }
}

void
quarry_pdf_recognize_page (QuarryRecognizer *recognizer, PopplerPage *page, QuarryPdfPage *runs, gboolean upright)
{
  double side = MAX (runs->width, runs->height);
  double scale = MIN (RESOLUTION / 72.0, MAX_SIDE / MAX (side, 1.0));
  int width = (int) (runs->width * scale), height = (int) (runs->height * scale);
  cairo_surface_t *surface;
  cairo_t *cr;
  g_autoptr (GArray) lines = NULL;

  if (width < 8 || height < 8)
    return;
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1.0, 1.0, 1.0);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  poppler_page_render (page, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  if (cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS)
    {
      guint8 *pixels = cairo_image_surface_get_data (surface);

      make_grey (pixels, width, height, cairo_image_surface_get_stride (surface));
      lines = quarry_recognizer_read_grey (
          recognizer, pixels, width, height, width, (int) (72.0 * scale));
    }
  cairo_surface_destroy (surface);
  if (lines != NULL && lines->len > 0)
    {
      guint turns = upright ? find_turns (lines) : 0;

      if (turns != 0)
        turn_upright (lines, turns, width, height);
      if (turns % 2 == 1)
        {
          double before = runs->width;

          runs->width = runs->height;
          runs->height = before;
        }
      g_array_set_size (runs->runs, 0);
      add_runs (lines, 1.0 / scale, runs);
    }
}
