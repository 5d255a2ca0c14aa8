/* quarry-model-file.h: rows and models as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Saves rows in full precision, for the work folder: n × dims floats in the tensor "embeddings". */
gboolean quarry_rows_save (const char *path,
                           const float *rows,
                           guint n,
                           guint dims,
                           GError **error);

/* Loads such rows. (transfer full): NULL with an error if the file does not have the expected shape. */
float *quarry_rows_load (const char *path, guint n, guint dims, GError **error);

/* Writes the folder of a model in the Model2Vec layout: rows of int8, and for each token a weight that restores the
 * length of its row. @tokenizer is copied. */
gboolean quarry_model_write (const char *folder,
                             const char *tokenizer,
                             const float *rows,
                             guint n,
                             guint dims,
                             GError **error);

G_END_DECLS
