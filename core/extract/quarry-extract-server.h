/* quarry-extract-server.h: the process that reads files for an extractor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

/* How a server's children read a file. (transfer full) */
typedef QuarryDocument *(*QuarryServeFunc) (const QuarryInput *input, GError **error);

/* Loads what the libraries of readers load as they need it: encodings. Before the walls rise. */
void quarry_extract_preload (void);

/* Answers requests on the socket @fd until it is closed; one file at a time, each in a child that
 * lowers its rights before the first byte is read. The process must have one thread. Returns an
 * exit status. */
int quarry_extract_serve (int fd, QuarryServeFunc read);

G_END_DECLS
