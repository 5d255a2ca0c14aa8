/* quarry-hyphens.h: joins lines to paragraphs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word divided at a line's end is made whole, a compound keeps its hyphen: which of the two it
 * is, the rest of the document tells, where the word stands undivided.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryHyphens QuarryHyphens;

/* @undo: whether a hyphen goes where the document does not tell: TRUE for typeset text, which
 * divides words; FALSE for typed text, which hardly does. */
QuarryHyphens *quarry_hyphens_new (gboolean undo);
void quarry_hyphens_free (QuarryHyphens *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryHyphens, quarry_hyphens_free)

/* Remembers the words of a line. */
void quarry_hyphens_learn (QuarryHyphens *self, const char *line, gsize length);

/* Appends a line to a paragraph of lines, with what belongs between them. The line has no white
 * space at its ends. */
void
quarry_hyphens_append (QuarryHyphens *self, GString *paragraph, const char *line, gsize length);

G_END_DECLS
