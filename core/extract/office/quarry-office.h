/* quarry-office.h: what the documents of word processors have in common
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Paragraphs within paragraphs (text boxes, notes) come after the paragraph that holds them.
 * Tables of data become rows; tables that lay out a page give up their cells' paragraphs.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct _QuarryOffice QuarryOffice;

QuarryOffice *quarry_office_new (QuarryDocumentBuilder *builder);

/* Writes out what is still open. */
void quarry_office_free (QuarryOffice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryOffice, quarry_office_free)

void quarry_office_begin_paragraph (QuarryOffice *self);

/* Adds to the innermost paragraph; without one the text is dropped. */
void quarry_office_add_text (QuarryOffice *self, const char *text);

/* Ends the innermost paragraph, which was a block of this kind all along. */
void quarry_office_end_paragraph (QuarryOffice *self, QuarryBlockKind kind, guint level);

/* Drops the innermost paragraph. */
void quarry_office_drop_paragraph (QuarryOffice *self);

/* A paragraph of its own that follows the outermost one that is open. */
void quarry_office_add_note (QuarryOffice *self, const char *text);

void quarry_office_begin_table (QuarryOffice *self);
void quarry_office_begin_row (QuarryOffice *self);
void quarry_office_begin_cell (QuarryOffice *self);
void quarry_office_end_table (QuarryOffice *self);

/* TRUE once no more text is taken: the reader may stop. */
gboolean quarry_office_is_full (QuarryOffice *self);

G_END_DECLS
