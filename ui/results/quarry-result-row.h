/* quarry-result-row.h: one hit in the list of results
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/results/quarry-result.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RESULT_ROW (quarry_result_row_get_type ())

/* Shows a hit: its document, its place in that, its similarity, its text and the reasons for it. */
G_DECLARE_FINAL_TYPE (QuarryResultRow, quarry_result_row, QUARRY, RESULT_ROW, GtkListBoxRow)

GtkWidget *quarry_result_row_new (void);

/* Shows @result from the next refresh on. NULL: none, so that the row can be kept for later use. */
void quarry_result_row_set_result (QuarryResultRow *self, QuarryResult *result);
QuarryResult *quarry_result_row_get_result (QuarryResultRow *self); /* (transfer none) */

/* Brings the row up to date with its result; costs nothing if it is. Rows out of sight can wait for it. */
void quarry_result_row_refresh (QuarryResultRow *self);
/* Updates the description for screen readers, as of the last refresh. This is not urgent, so it is kept out of the
 * frame. */
void quarry_result_row_describe (QuarryResultRow *self);

gboolean quarry_result_row_get_why (QuarryResultRow *self);
void quarry_result_row_set_why (QuarryResultRow *self, gboolean why);

/* Draws the row @offset pixels below its place, for rows that glide to a new place. */
void quarry_result_row_set_offset (QuarryResultRow *self, double offset);

/* To be called when the colours of the theme have changed. */
void quarry_result_row_restyle (QuarryResultRow *self);

/* "Title, Chapter 2, page 12, similarity 71 percent", for screen readers; the second one goes on with the text.
 * (transfer full) */
char *quarry_hit_describe_place (QuarryHit *hit);
char *quarry_hit_describe (QuarryHit *hit);

G_END_DECLS
