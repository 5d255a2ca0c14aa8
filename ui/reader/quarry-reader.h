/* quarry-reader.h: one document, read beside the hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the document of a hit with its structure, the passage marked and in view, the words that
 * matched, and beside it the strip of the document's segments. Of PDF a person may have the page itself
 * instead of the text.
 *
 * Its buttons activate the window's actions "win.see-also" and "win.open-hit", which stand for
 * the hit that is shown (quarry_reader_get_hit()).
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_READER (quarry_reader_get_type ())

/* Property "hit" (QuarryHit, readable): what is shown. */
G_DECLARE_FINAL_TYPE (QuarryReader, quarry_reader, QUARRY, READER, AdwBin)

GtkWidget *quarry_reader_new (void);

/* @library may be NULL. */
void quarry_reader_set_library (QuarryReader *self, QuarryLibrary *library);

/* Shows @hit's document at its passage; NULL clears. A hit of the document that is shown already
 * moves the mark without loading again. */
void quarry_reader_show_hit (QuarryReader *self, QuarryHit *hit);

/* (transfer none), NULL when nothing is shown. */
QuarryHit *quarry_reader_get_hit (QuarryReader *self);

/* Of a PDF document: its page as it looks, or its text. Does nothing to others. */
void quarry_reader_toggle_page (QuarryReader *self);

/* What is being typed: the strip shows each segment's similarity to it. */
void quarry_reader_set_query (QuarryReader *self, const char *query);

/* Zooms the page where that has the focus, as quarry_page_view_zoom(); else FALSE. */
gboolean quarry_reader_zoom_page (QuarryReader *self, int steps);

G_END_DECLS
