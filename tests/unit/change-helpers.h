/* change-helpers.h: what the tests of changed libraries share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-why.h"
#include "core/library/quarry-library-private.h"
#include "library-helpers.h"

G_BEGIN_DECLS

/* The document at @path; NULL and 0 where there is none. (transfer full) */
QuarryDocumentRecord *record_of (QuarryLibrary *library, const char *path);
gint64 id_of (QuarryLibrary *library, const char *path);

/* What is said of the file at @path holds @part. */
void assert_why (QuarryLibrary *library, const char *path, QuarryWhyState state, const char *part);

/* Makes the folder too. */
void write_text (const char *path, const char *text);

/* A mail with two attachments, tea.txt and orchid.md, to be read as what is inside a file. */
void write_mail (const char *path);

/* A mailbox of mails on "1" tea, "2" lava, "3" orchids and "4" glass, as @which lists them. */
void write_mailbox (const char *path, const char *which);

G_END_DECLS
