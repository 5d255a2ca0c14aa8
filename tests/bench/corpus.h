/* corpus.h: real paragraphs to measure with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Up to @wanted paragraphs, of fifteen words or so at least, of the corpus in ../shared/data where
 * that is beside the repository; none elsewhere. (transfer full): of char *. */
GPtrArray *corpus_read (guint wanted);

G_END_DECLS
