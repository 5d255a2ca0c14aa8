/* quarry-mailbox.h: where mails begin in a mailbox (mbox, RFC 4155)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The start of the next mail after the one that starts at @mail: "From " at the start of a line, below an empty line
 * and above a header field. (Not all programs mark a sentence of a mail that begins so.) @end, where the mailbox ends,
 * if there is none. */
const char *quarry_mailbox_next (const char *mail, const char *end);

/* Whether a mailbox starts like this: "From somebody day month…", and below it a header field. */
gboolean quarry_mailbox_begins (const char *bytes, gsize length);

G_END_DECLS
