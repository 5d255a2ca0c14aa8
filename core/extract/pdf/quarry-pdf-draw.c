/* quarry-pdf-draw.c: draws a page as a person sees it, with the places of its words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/pdf/quarry-pdf.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/process/quarry-extract-server.h"
#include "core/extract/quarry-page-image.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

/* Pixels per point for a page of @width × @height points that is to be @wanted pixels wide, or smaller if that exceeds
 * the limits. */
static double
find_scale (double width, double height, guint wanted)
{
  double scale = MIN (wanted, QUARRY_EXTRACT_MAX_SIDE) / width;

  scale = MIN (scale, QUARRY_EXTRACT_MAX_SIDE / height);
  return MIN (scale, sqrt (QUARRY_EXTRACT_MAX_PIXELS / width / height));
}

static gboolean
draw (PopplerPage *page, double scale, guint8 *pixels, const QuarryExtractPage *head)
{
  cairo_surface_t *surface = cairo_image_surface_create_for_data (
      pixels, CAIRO_FORMAT_ARGB32, (int) head->width, (int) head->height, (int) head->width * 4);
  cairo_t *cr = cairo_create (surface);
  gboolean ok;

  cairo_set_source_rgb (cr, 1.0, 1.0, 1.0);
  cairo_paint (cr);
  cairo_scale (cr, scale, scale);
  poppler_page_render (page, cr);
  ok = cairo_status (cr) == CAIRO_STATUS_SUCCESS;
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  ok = ok && cairo_surface_status (surface) == CAIRO_STATUS_SUCCESS;
  cairo_surface_destroy (surface);
  return ok;
}

/* The text recognized in the page's pictures, each line as one word; NULL if nothing can be recognized. (transfer
 * full) */
static GArray *
recognize_words (PopplerPage *page, guint number, GStringChunk *texts)
{
  g_autoptr (QuarryRecognizer) recognizer = quarry_recognizer_new (NULL);
  QuarryPdfPage *runs;
  GArray *words;

  if (recognizer == NULL)
    return NULL;
  runs = quarry_pdf_page_new (page, number);
  words = g_array_new (FALSE, FALSE, sizeof (QuarryPdfWord));
  quarry_pdf_recognize_page (recognizer, page, runs, FALSE);
  for (guint i = 0; i < runs->runs->len; i++)
    {
      const QuarryPdfRun *run = &g_array_index (runs->runs, QuarryPdfRun, i);
      QuarryPdfWord word = { run->box, g_string_chunk_insert (texts, run->text) };

      g_array_append_val (words, word);
    }
  quarry_pdf_page_free (runs);
  return words;
}

static float
part (double length, double whole)
{
  return (float) CLAMP (length / whole, 0.0, 1.0);
}

static void
append_words (GByteArray *out, const GArray *words, double width, double height, QuarryExtractPage *head)
{
  gsize length = 0;

  for (; head->n_words < MIN (words->len, QUARRY_EXTRACT_MAX_WORDS); head->n_words++)
    {
      const QuarryPdfWord *word = &g_array_index (words, QuarryPdfWord, head->n_words);
      QuarryPageBox box = { part (word->box.x0, width), part (word->box.y0, height),
                            part (word->box.x1, width), part (word->box.y1, height) };

      length += strlen (word->text) + 1;
      if (length > QUARRY_EXTRACT_MAX_WORDS_TEXT)
        break;
      g_byte_array_append (out, (const guint8 *) &box, sizeof box);
    }
  for (guint i = 0; i < head->n_words; i++)
    {
      const char *text = g_array_index (words, QuarryPdfWord, i).text;
      guint n = (guint) strlen (text) + 1;

      g_byte_array_append (out, (const guint8 *) text, n);
      head->text_length += n;
    }
}

/* Appends the label that the document gives the page, if that differs from its number. */
static void
append_label (GByteArray *out, PopplerPage *page, QuarryExtractPage *head)
{
  g_autofree char *label = poppler_page_get_label (page);
  g_autofree char *number = g_strdup_printf ("%u", head->number);

  if (label == NULL || strcmp (label, number) == 0)
    return;
  head->label_length = (guint32) MIN (strlen (label), QUARRY_EXTRACT_MAX_LABEL);
  g_byte_array_append (out, (const guint8 *) label, head->label_length);
}

GBytes *
quarry_pdf_draw (const QuarryInput *input, const QuarryDrawing *drawing, GError **error)
{
  g_autoptr (PopplerDocument) document = NULL;
  g_autoptr (PopplerPage) page = NULL;
  QuarryExtractPage head = { .number = drawing->page };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GStringChunk) texts = g_string_chunk_new (4096);
  g_autoptr (GArray) words = NULL;
  double width, height, scale;

  if (!quarry_sniff_pdf (input))
    {
      g_set_error_literal (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED,
                           _ ("It is no PDF file, of which alone pages can be shown."));
      return NULL;
    }
  document = quarry_pdf_open (input, error);
  if (document == NULL)
    return NULL;
  head.n_pages = (guint32) poppler_document_get_n_pages (document);
  page = head.number <= head.n_pages ? poppler_document_get_page (document, (int) head.number - 1) : NULL;
  if (page == NULL)
    {
      g_set_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED,
                   _ ("Page %u is not in it, or is damaged."), head.number);
      return NULL;
    }
  poppler_page_get_size (page, &width, &height);
  scale = width > 0.0 && height > 0.0 ? find_scale (width, height, drawing->width) : 0.0;
  if (!(width * scale >= 1.0 && height * scale >= 1.0))
    {
      g_set_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED,
                   _ ("Page %u has a size that cannot be shown."), head.number);
      return NULL;
    }

  head.width = (guint32) (width * scale + 1e-6);
  head.height = (guint32) (height * scale + 1e-6);
  g_byte_array_set_size (out, (guint) sizeof head + 4 * head.width * head.height);
  if (!draw (page, scale, out->data + sizeof head, &head))
    {
      g_set_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED,
                   _ ("Page %u cannot be drawn."), head.number);
      return NULL;
    }
  words = drawing->recognize ? recognize_words (page, head.number, texts) : NULL;
  if (words == NULL)
    words = quarry_pdf_page_list_words (page, texts);
  append_words (out, words, width, height, &head);
  append_label (out, page, &head);
  memcpy (out->data, &head, sizeof head);
  return g_byte_array_free_to_bytes (g_steal_pointer (&out));
}
