/* change-helpers.h: what the tests of changed libraries share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-why.h"
#include "core/library/quarry-library-private.h"
#include "library-helpers.h"

G_BEGIN_DECLS

/* Checks that the file at @path is in @state, and that the reason given holds @part. */
void assert_why (QuarryLibrary *library, const char *path, QuarryWhyState state, const char *part);

/* Makes the file's folder too. */
void write_text (const char *path, const char *text);

/* Writes a mail with two attachments, tea.txt and orchid.md, which are read as files inside a file. */
void write_mail (const char *path);

/* Writes a mailbox of the mails that @which lists: "1" is about tea, "2" about lava, "3" about orchids, "4" about
 * glass. */
void write_mailbox (const char *path, const char *which);

G_END_DECLS
