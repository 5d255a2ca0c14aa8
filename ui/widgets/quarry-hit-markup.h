/* quarry-hit-markup.h: a hit's text as a label shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Chooses the part of the passage that is most worth showing (the best sentence, and in it the words
 * that made it match), replaces runs of white space by blanks, and marks words: literal matches are
 * bold, matches by meaning tinted and underlined.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

/* Characters that fit into the three lines of a result row, and into the one line of a launcher row. */
#define QUARRY_HIT_MARKUP_ROW 340
#define QUARRY_HIT_MARKUP_LINE 110

typedef struct _QuarryHitMarkup QuarryHitMarkup;

/* @max_characters: roughly the greatest length of the text. @tint: the colour of matches by meaning; NULL: these are
 * only underlined. (transfer full) */
QuarryHitMarkup *quarry_hit_markup_new (QuarryHit *hit, guint max_characters, const GdkRGBA *tint);
/* For whoever shows the text alone and marks words of the query in it by itself, as GNOME Shell does: it begins so that
 * such a word is in view, if the passage has one. (transfer full) */
QuarryHitMarkup *quarry_hit_markup_new_plain (QuarryHit *hit, guint max_characters);
void quarry_hit_markup_free (QuarryHitMarkup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryHitMarkup, quarry_hit_markup_free)

/* The plain text, and the attributes to be set on the label with it. (transfer none) */
const char *quarry_hit_markup_get_text (QuarryHitMarkup *self);
PangoAttrList *quarry_hit_markup_get_attributes (QuarryHitMarkup *self);

/* The hit's word that covers the byte at @index of the text, or NULL. Owned by the markup. */
const QuarryHitWord *quarry_hit_markup_word_at (QuarryHitMarkup *self, guint index);

/* "p. 12"; "" in a document without pages. (transfer full) */
char *quarry_hit_format_page (QuarryHit *hit);

/* The headings that a passage stands under, outermost first, without the outermost one if that repeats the document's
 * title ("git-log(1) Manual Page"). NULL-terminated, owned by @hit; may be NULL. */
const char *const *quarry_hit_get_inner_headings (QuarryHit *hit);

/* The passage's text without the headings that it begins with. (transfer none) */
const char *quarry_hit_get_body (QuarryHit *hit);

/* "Chapter 2 › The embargo", without the document's title; "" without headings. (transfer full) */
char *quarry_hit_format_headings (QuarryHit *hit);

/* The place of the passage in its document: "Chapter 2 › The embargo · p. 12"; "" if it is not known. (transfer
 * full) */
char *quarry_hit_format_place (QuarryHit *hit);

/* The passage's file with its folder, and the page: "Archive/report.pdf · p. 12". (transfer full) */
char *quarry_hit_format_file (QuarryHit *hit);

/* TRUE if the title of the document at @path is only its file's name. @title may be NULL. */
gboolean quarry_title_is_file_name (const char *title, const char *path);

/* What the title does not say about where the document is: "Archive/report.pdf", or "Archive" if the title is the
 * file's name. Many documents have the same title, such as "Slide 1". (transfer full) */
char *quarry_hit_format_source (QuarryHit *hit);

/* Other places with the same text: "also in Archive/report.pdf", "… and 2 other places"; "" if there are none.
 * (transfer full) */
char *quarry_hit_format_copies (QuarryHit *hit);

/* The name of the icon for @mime_type, which may be NULL. */
const char *quarry_icon_for_mime_type (const char *mime_type);

/* The usual name of a format: the file name's suffix ("PDF"), else the desktop's description of @mime_type, which may
 * be NULL; "" if neither is known. (transfer full) */
char *quarry_format_type (const char *path, const char *mime_type);

G_END_DECLS
