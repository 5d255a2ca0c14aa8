/* quarry-hit-markup.h: a hit's text as a label shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chooses the part of the passage that is worth seeing (the best sentence, in it the words that
 * made it match), brings white space to single blanks, and marks words: literal matches bold,
 * matches by meaning tinted and underlined.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

/* Room for three lines of a result row, for one line of the launcher. */
#define QUARRY_HIT_MARKUP_ROW 340
#define QUARRY_HIT_MARKUP_LINE 110

typedef struct _QuarryHitMarkup QuarryHitMarkup;

/* @max_characters: about how long the text may get. @tint: the colour of matches by meaning;
 * NULL: underlined alone. (transfer full) */
QuarryHitMarkup *quarry_hit_markup_new (QuarryHit *hit, guint max_characters, const GdkRGBA *tint);
void quarry_hit_markup_free (QuarryHitMarkup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryHitMarkup, quarry_hit_markup_free)

/* Plain text, and the attributes to set on the label beside it. (transfer none) */
const char *quarry_hit_markup_get_text (QuarryHitMarkup *self);
PangoAttrList *quarry_hit_markup_get_attributes (QuarryHitMarkup *self);

/* The word of the hit that covers the byte at @index of the text, or NULL. It lives as long as
 * the markup. */
const QuarryHitWord *quarry_hit_markup_word_at (QuarryHitMarkup *self, guint index);

/* The same as one string for gtk_label_set_markup(). (transfer full) */
char *quarry_hit_markup_to_pango (QuarryHitMarkup *self);

/* "p. 12"; "" in a document without pages. (transfer full) */
char *quarry_hit_format_page (QuarryHit *hit);

/* The headings that a passage stands under, outermost first, without the outermost where that is the document's
 * title or says it once more ("git-log(1) Manual Page"). NULL-terminated, of the hit; may be NULL */
const char *const *quarry_hit_get_inner_headings (QuarryHit *hit);

/* "Chapter 2 › The embargo", without the document's title; "" without headings. (transfer full) */
char *quarry_hit_format_headings (QuarryHit *hit);

/* Where in its document the passage stands: "Chapter 2 › The embargo · p. 12"; "" where nothing
 * is known. (transfer full) */
char *quarry_hit_format_place (QuarryHit *hit);

/* The file that a passage is in, with its folder, and the page: "Archive/report.pdf · p. 12". (transfer full) */
char *quarry_hit_format_file (QuarryHit *hit);

/* Where else the hit's text stands: "also in Archive/report.pdf", "… and 2 other places"; "" where nowhere.
 * (transfer full) */
char *quarry_hit_format_copies (QuarryHit *hit);

/* The named icon for @mime_type (which may be NULL). */
const char *quarry_icon_for_mime_type (const char *mime_type);

/* What people call a format: the end of the file's name ("PDF"), else as the desktop calls @mime_type, which may be
 * NULL; "" where nobody knows. (transfer full) */
char *quarry_format_type (const char *path, const char *mime_type);

G_END_DECLS
