/* quarry-result-row.h: one hit in the list of results
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/results/quarry-result.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RESULT_ROW (quarry_result_row_get_type ())

/* Which document, where in it, how similar, what it says and why. */
G_DECLARE_FINAL_TYPE (QuarryResultRow, quarry_result_row, QUARRY, RESULT_ROW, GtkListBoxRow)

GtkWidget *quarry_result_row_new (void);

/* Shows @result from the next refresh on; NULL: none, the row waits to be used again. */
void quarry_result_row_set_result (QuarryResultRow *self, QuarryResult *result);
QuarryResult *quarry_result_row_get_result (QuarryResultRow *self); /* (transfer none) */

/* Brings the row up to date with its result; costs nothing where it is. Rows out of sight can
 * wait for it. */
void quarry_result_row_refresh (QuarryResultRow *self);
/* And what a screen reader says of it, as of the last refresh. Nobody waits for that as long as for a frame. */
void quarry_result_row_describe (QuarryResultRow *self);

gboolean quarry_result_row_get_why (QuarryResultRow *self);
void quarry_result_row_set_why (QuarryResultRow *self, gboolean why);

/* Where it is drawn, in pixels below where it stands: for rows that glide to a new place. */
void quarry_result_row_set_offset (QuarryResultRow *self, double offset);

/* The colours of the theme changed. */
void quarry_result_row_restyle (QuarryResultRow *self);

/* "Title, Chapter 2, page 12, similarity 71 percent, text", as a screen reader says it.
 * (transfer full) */
char *quarry_hit_describe (QuarryHit *hit);

G_END_DECLS
