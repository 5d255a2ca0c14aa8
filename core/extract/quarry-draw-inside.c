/* quarry-draw-inside.c: draws pages of a document that is inside another file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/pdf/quarry-pdf.h"

#include "core/extract/process/quarry-extract-server.h"

#include <string.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  const QuarryDrawing *drawing;
  GBytes *page;
  GError *error;
} Seeking;

/* Draws a file, unwrapping it first if it is compressed or signed, as it is when it is read. */
static GBytes *
draw_file (const QuarryInput *input, const QuarryDrawing *drawing, GError **error)
{
  g_autofree char *name = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  QuarryInput inner = { .wrappings = input->wrappings + 1 };

  if (!quarry_sniff_pdf (input) && inner.wrappings <= QUARRY_READER_MAX_WRAPPINGS)
    bytes = quarry_sniff_signed (input) ? quarry_signed_unwrap (input, &name) : quarry_archive_unwrap (input, &name);
  if (bytes == NULL || bytes->len == 0)
    return quarry_pdf_draw (input, drawing, error);
  inner.name = name;
  inner.bytes = bytes->data;
  inner.length = bytes->len;
  return draw_file (&inner, drawing, error);
}

static void
found_cb (const char *place, const guint8 *bytes, gsize length, gpointer data)
{
  Seeking *seeking = data;
  const QuarryInput input = { .bytes = bytes, .length = length, .name = place };

  seeking->page = draw_file (&input, seeking->drawing, &seeking->error);
}

GBytes *
quarry_readers_draw (const QuarryInput *input, const QuarryDrawing *drawing, GError **error)
{
  const char *place = strchr (input->name, '/');
  g_autofree char *name = place != NULL ? g_strndup (input->name, (gsize) (place - input->name)) : NULL;
  Seeking seeking = { .drawing = drawing };
  QuarryInput outer = *input;
  g_autoptr (QuarryInside) inside = NULL;
  g_autoptr (QuarryDocument) own = NULL;

  if (place == NULL)
    return draw_file (input, drawing, error);
  outer.name = name;
  outer.format = NULL;
  /* Read the outer file only to find the inner one; what else is read is dropped. */
  outer.recognize = FALSE;
  outer.inside = inside = quarry_inside_new_seeking (input->length, place + 1, found_cb, &seeking);
  own = quarry_readers_read (&outer, NULL);
  quarry_inside_do_deferred (inside);
  if (seeking.page == NULL && seeking.error == NULL)
    g_set_error_literal (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED,
                         _ ("The file is no longer there. If it has moved, add it from where it is now."));
  else if (seeking.page == NULL)
    g_propagate_error (error, seeking.error);
  return seeking.page;
}
