/* quarry-docx-notes.h: footnotes, endnotes and comments of Word documents (Office Open XML)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/office/quarry-package.h"

G_BEGIN_DECLS

/* Adds the texts of the notes in the part @name ("footnotes", "endnotes", "comments") beside the part @main to @notes: a
 * table of strings, whose keys are the first letter of @name and the number of the note. */
void quarry_docx_read_notes (QuarryPackage *package, const char *main, const char *name, GHashTable *notes);

G_END_DECLS
