/* quarry-extract-client.h: one quarry-extract server, as the extractor sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-extractor.h"

G_BEGIN_DECLS

typedef struct _QuarryExtractClient QuarryExtractClient;

/* Starts nothing yet. Used by one thread at a time. */
QuarryExtractClient *quarry_extract_client_new (void);

/* Ends the server with its child. */
void quarry_extract_client_free (QuarryExtractClient *self);

/* As quarry_extractor_open(), with all given. @spills: two empty files, which nobody else has, for what is read;
 * NULL: memory. */
QuarryExtraction *quarry_extract_client_read (QuarryExtractClient *self,
                                              int fd,
                                              const int *spills,
                                              const char *name,
                                              gboolean recognize,
                                              guint deadline_ms,
                                              guint64 memory_limit,
                                              GCancellable *cancellable,
                                              GError **error);

/* As quarry_extractor_draw(), with all given. */
QuarryPageImage *quarry_extract_client_draw (QuarryExtractClient *self,
                                             int fd,
                                             const char *name,
                                             guint page,
                                             guint width,
                                             gboolean recognize,
                                             guint deadline_ms,
                                             guint64 memory_limit,
                                             GCancellable *cancellable,
                                             GError **error);

G_END_DECLS
