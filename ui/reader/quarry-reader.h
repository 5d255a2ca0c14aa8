/* quarry-reader.h: one document, read beside the hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the document of a hit with its structure, the passage marked and in view, the words that
 * matched, and beside it a strip with the document's segments. A PDF document can also be shown as its
 * pages look.
 *
 * Its buttons activate the window's actions "win.see-also" and "win.open-hit", which apply to the hit
 * that is shown (quarry_reader_get_hit()).
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_READER (quarry_reader_get_type ())

/* Property "hit" (QuarryHit, readable): the hit that is shown. */
G_DECLARE_FINAL_TYPE (QuarryReader, quarry_reader, QUARRY, READER, AdwBin)

GtkWidget *quarry_reader_new (void);

/* @library may be NULL. */
void quarry_reader_set_library (QuarryReader *self, QuarryLibrary *library);

/* Shows @hit's document at its passage; NULL clears the reader. If the document is shown already, only the marks move
 * and nothing is loaded. */
void quarry_reader_show_hit (QuarryReader *self, QuarryHit *hit);

/* (transfer none), NULL when nothing is shown. */
QuarryHit *quarry_reader_get_hit (QuarryReader *self);

/* Switches a PDF document between its text and its pages as they look. Does nothing for other documents. */
void quarry_reader_toggle_page (QuarryReader *self);

/* The query as it is typed: the strip shows each segment's similarity to it. */
void quarry_reader_set_query (QuarryReader *self, const char *query);

/* Zooms the page as quarry_page_view_zoom() does, and returns TRUE, if the page has the focus; else returns FALSE. */
gboolean quarry_reader_zoom_page (QuarryReader *self, int steps);

G_END_DECLS
