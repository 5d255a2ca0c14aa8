/* quarry-extract-client.h: one quarry-extract server, as the extractor sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-extractor.h"

G_BEGIN_DECLS

typedef struct _QuarryExtractClient QuarryExtractClient;

/* Does not start the server yet. To be used by one thread at a time. */
QuarryExtractClient *quarry_extract_client_new (void);

/* Kills the server and its child. */
void quarry_extract_client_free (QuarryExtractClient *self);

/* Kills the server and its child; the next file that is read starts another. */
void quarry_extract_client_stop (QuarryExtractClient *self);

/* As quarry_extractor_open(), with all arguments given. @spills: two empty files, used by nobody else, for the text
 * that is read; NULL: it is kept in memory. */
QuarryExtraction *quarry_extract_client_read (QuarryExtractClient *self,
                                              int fd,
                                              const int *spills,
                                              const char *name,
                                              gboolean recognize,
                                              guint deadline_ms,
                                              guint64 memory_limit,
                                              GCancellable *cancellable,
                                              GError **error);

/* As quarry_extractor_draw(), with all arguments given. */
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
