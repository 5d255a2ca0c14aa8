/* extractor-helpers.h: what the tests of the process that reads files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-extractor.h"

#include <sys/types.h>

G_BEGIN_DECLS

/* Opens a file without a name that holds @text. (transfer full) */
int open_text (const char *text);

/* From now on the servers are misbehaving-extract, whose reader does what a file's name asks for. */
void extractor_misbehave (void);

/* Reads a file of that name. NULL, with an error, where it fails. (transfer full) */
QuarryDocument *read_named (QuarryExtractor *extractor, const char *name, GCancellable *cancel, GError **error);

/* It is read, and its text is its name. */
void assert_read (QuarryExtractor *extractor, const char *name);
void assert_fails (QuarryExtractor *extractor, const char *name, QuarryExtractError code);

/* Waits until the server of this process has a child, which then has the file. Returns the server. */
pid_t wait_for_child (pid_t *child);

G_END_DECLS
