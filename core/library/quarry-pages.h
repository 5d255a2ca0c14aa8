/* quarry-pages.h: the pages of PDF documents as they look, with passages marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page is drawn from the document's file by quarry-extract, behind its walls. The pages drawn last are kept,
 * up to 64 MiB of them.
 */
#pragma once

#include "core/extract/quarry-page-image.h"
#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* What is wanted of a page. */
typedef struct
{
  guint page;          /* counted from 1 */
  guint width;         /* pixels, 1 and more */
  QuarrySpan passage;  /* bytes of the document's text; empty for none. Only what stands on the page counts */
  QuarrySpan sentence; /* likewise: the best sentence of it */
  gboolean recognize;  /* the words are looked for in pictures, which takes seconds */
} QuarryPageRequest;

typedef struct
{
  QuarryPageImage *image;
  GArray *passage;    /* of QuarryPageBox: its lines on the page */
  GArray *sentence;   /* likewise */
  gboolean is_missed; /* there is something of the passage on the page, but where is not found */
} QuarryPageDrawn;

void quarry_page_drawn_free (QuarryPageDrawn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPageDrawn, quarry_page_drawn_free)

#define QUARRY_TYPE_PAGES (quarry_pages_get_type ())
G_DECLARE_FINAL_TYPE (QuarryPages, quarry_pages, QUARRY, PAGES, GObject)

/* Starts nothing yet. */
QuarryPages *quarry_pages_new (void);

/* TRUE for PDF documents, whose pages can be drawn. */
gboolean quarry_pages_has (QuarryReading *reading);

/* One page is drawn at a time: cancel what is wanted no more. Errors are sentences: the file is gone or has
 * changed since it was read; those of quarry_extractor_draw(). */
void quarry_pages_draw_async (QuarryPages *self,
                              QuarryReading *reading,
                              const QuarryPageRequest *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* (transfer full) */
QuarryPageDrawn *quarry_pages_draw_finish (QuarryPages *self, GAsyncResult *result, GError **error);

G_END_DECLS
