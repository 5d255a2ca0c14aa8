/* quarry-pages.h: draws pages of PDF documents, with passages marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page is drawn from the document's file by quarry-extract, in its sandbox. The pages drawn last are cached, up to
 * 64 MiB of them.
 */
#pragma once

#include "core/extract/quarry-page-image.h"
#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* A page to be drawn, and what to mark on it. */
typedef struct
{
  guint page;          /* from 1 */
  guint width;         /* in pixels, at least 1 */
  QuarrySpan passage;  /* bytes of the document's text; empty: none. Only the part that is on the page is marked */
  QuarrySpan sentence; /* likewise: its best sentence */
  gboolean recognize;  /* recognize text in pictures, which takes seconds */
} QuarryPageRequest;

typedef struct
{
  QuarryPageImage *image;
  GArray *passage;    /* of QuarryPageBox: its lines on the page */
  GArray *sentence;   /* likewise */
  gboolean is_missed; /* some of the passage is on the page, but its place was not found */
} QuarryPageDrawn;

void quarry_page_drawn_free (QuarryPageDrawn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPageDrawn, quarry_page_drawn_free)

#define QUARRY_TYPE_PAGES (quarry_pages_get_type ())
G_DECLARE_FINAL_TYPE (QuarryPages, quarry_pages, QUARRY, PAGES, GObject)

/* Does not start a process yet. */
QuarryPages *quarry_pages_new (void);

/* TRUE for PDF documents, whose pages can be drawn. */
gboolean quarry_pages_has (QuarryReading *reading);

/* One page is drawn at a time: cancel what is no longer wanted. Error messages are whole sentences: that the file is
 * gone or has changed since it was read, or those of quarry_extractor_draw(). */
void quarry_pages_draw_async (QuarryPages *self,
                              QuarryReading *reading,
                              const QuarryPageRequest *request,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
/* (transfer full) */
QuarryPageDrawn *quarry_pages_draw_finish (QuarryPages *self, GAsyncResult *result, GError **error);

G_END_DECLS
