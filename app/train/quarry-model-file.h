/* quarry-model-file.h: rows on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Rows as they are, for the work folder: n × dims floats in the tensor "embeddings". */
gboolean quarry_rows_save (const char *path,
                           const float *rows,
                           guint n,
                           guint dims,
                           GError **error);

/* (transfer full): NULL when the file is not as expected. */
float *quarry_rows_load (const char *path, guint n, guint dims, GError **error);

/* A model's folder in the Model2Vec layout: rows of int8, a weight a token that gives a row its
 * length back; @tokenizer is copied. */
gboolean quarry_model_write (const char *folder,
                             const char *tokenizer,
                             const float *rows,
                             guint n,
                             guint dims,
                             GError **error);

G_END_DECLS
