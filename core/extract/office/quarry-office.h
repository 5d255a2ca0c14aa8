/* quarry-office.h: what the documents of word processors have in common
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Paragraphs inside paragraphs (text boxes, notes) are put after the paragraph that contains them.
 * Tables with data become rows; tables used for layout are replaced by the paragraphs in their cells.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct _QuarryOffice QuarryOffice;

QuarryOffice *quarry_office_new (QuarryDocumentBuilder *builder);

/* Writes what is still open, and frees @self. */
void quarry_office_free (QuarryOffice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryOffice, quarry_office_free)

void quarry_office_begin_paragraph (QuarryOffice *self);

/* Adds text to the innermost open paragraph; if none is open, the text is dropped. */
void quarry_office_add_text (QuarryOffice *self, const char *text);

/* Ends the innermost open paragraph and makes it a block of @kind and @level. */
void quarry_office_end_paragraph (QuarryOffice *self, QuarryBlockKind kind, guint level);

/* Drops the innermost open paragraph. */
void quarry_office_drop_paragraph (QuarryOffice *self);

/* Adds a separate paragraph after the outermost open one. */
void quarry_office_add_note (QuarryOffice *self, const char *text);

/* Adds a paragraph of a header or footer. It comes at the document's end, and only once, on however many pages or in
 * however many sections it stands; nowhere if it is only a page's number. */
void quarry_office_add_running (QuarryOffice *self, const char *text);

void quarry_office_begin_table (QuarryOffice *self);
void quarry_office_begin_row (QuarryOffice *self);
void quarry_office_begin_cell (QuarryOffice *self);
void quarry_office_end_table (QuarryOffice *self);

/* TRUE once the document is full, so that the reader can stop. */
gboolean quarry_office_is_full (QuarryOffice *self);

G_END_DECLS
