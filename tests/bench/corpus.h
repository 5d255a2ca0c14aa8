/* corpus.h: real paragraphs to measure with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads up to @wanted paragraphs, of about fifteen words or more, from the corpus in ../shared/data. Empty if that
 * is not beside the repository. (transfer full): of char *. */
GPtrArray *corpus_read (guint wanted);

G_END_DECLS
