/* quarry-hyphens.h: joins lines to paragraphs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word divided at the end of a line is joined again, but a compound keeps its hyphen. Which of the
 * two it is depends on how the word is written elsewhere in the document.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryHyphens QuarryHyphens;

/* @undo: whether to remove a hyphen if the rest of the document does not tell. TRUE for typeset text, in which words
 * are divided; FALSE for typed text, in which they hardly are. */
QuarryHyphens *quarry_hyphens_new (gboolean undo);
void quarry_hyphens_free (QuarryHyphens *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryHyphens, quarry_hyphens_free)

/* Remembers the words of a line. */
void quarry_hyphens_learn (QuarryHyphens *self, const char *line, gsize length);

/* Appends a line to a paragraph, with what belongs between them. The line must have no white space at its ends. */
void
quarry_hyphens_append (QuarryHyphens *self, GString *paragraph, const char *line, gsize length);

G_END_DECLS
