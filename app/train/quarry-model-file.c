/* quarry-model-file.c: rows and models as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-model-file.h"

#include <gio/gio.h>
#include <math.h>
#include <string.h>

#include "core/embed/quarry-safetensors.h"

/* The header of a safetensors file, padded so that the data are aligned, with room for @n_bytes behind it. */
static GByteArray *
begin_tensors (const char *header, gsize n_bytes)
{
  gsize padded = (strlen (header) + 15) / 8 * 8;
  guint64 length = GUINT64_TO_LE (padded);
  GByteArray *file = g_byte_array_sized_new (sizeof length + padded + n_bytes);

  g_byte_array_append (file, (const guint8 *) &length, sizeof length);
  g_byte_array_append (file, (const guint8 *) header, strlen (header));
  while (file->len < sizeof length + padded)
    g_byte_array_append (file, (const guint8 *) " ", 1);
  return file;
}

gboolean
quarry_rows_save (const char *path, const float *rows, guint n, guint dims, GError **error)
{
  gsize n_bytes = (gsize) n * dims * sizeof (float);
  g_autofree char *header = g_strdup_printf ("{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[%u,%u],"
                                             "\"data_offsets\":[0,%" G_GSIZE_FORMAT "]}}",
                                             n,
                                             dims,
                                             n_bytes);
  g_autoptr (GByteArray) file = begin_tensors (header, n_bytes);

  g_byte_array_append (file, (const guint8 *) rows, n_bytes);
  return g_file_set_contents (path, (const char *) file->data, file->len, error);
}

float *
quarry_rows_load (const char *path, guint n, guint dims, GError **error)
{
  g_autoptr (QuarrySafetensors) tensors = quarry_safetensors_open (path, error);
  const QuarryTensor *tensor;

  if (tensors == NULL)
    return NULL;
  tensor = quarry_safetensors_find (tensors, "embeddings");
  if (tensor == NULL || tensor->dtype != QUARRY_DTYPE_F32 || tensor->n_axes != 2
      || tensor->shape[0] != n || tensor->shape[1] != dims || !quarry_tensor_is_finite (tensor))
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_DATA,
                   "“%s” was made with other settings: remove it",
                   path);
      return NULL;
    }
  return g_memdup2 (tensor->data, tensor->n_bytes);
}

gboolean
quarry_model_write (const char *folder,
                    const char *tokenizer,
                    const float *rows,
                    guint n,
                    guint dims,
                    GError **error)
{
  g_autofree char *model_path = g_build_filename (folder, "model.safetensors", NULL);
  g_autofree char *tokenizer_path = g_build_filename (folder, "tokenizer.json", NULL);
  g_autofree char *config_path = g_build_filename (folder, "config.json", NULL);
  g_autofree char *config = NULL;
  g_autofree char *header = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GByteArray) file = NULL;
  gsize length, row_bytes = (gsize) n * dims;
  g_autofree float *scales = g_new (float, n);
  g_autofree gint8 *codes = g_new (gint8, dims);

  header = g_strdup_printf ("{\"weights\":{\"dtype\":\"F32\",\"shape\":[%u],"
                            "\"data_offsets\":[0,%" G_GSIZE_FORMAT "]},"
                            "\"embeddings\":{\"dtype\":\"I8\",\"shape\":[%u,%u],"
                            "\"data_offsets\":[%" G_GSIZE_FORMAT ",%" G_GSIZE_FORMAT "]}}",
                            n,
                            n * sizeof (float),
                            n,
                            dims,
                            n * sizeof (float),
                            n * sizeof (float) + row_bytes);
  file = begin_tensors (header, n * sizeof (float) + row_bytes);
  for (guint i = 0; i < n; i++)
    {
      float largest = 0;

      for (guint d = 0; d < dims; d++)
        largest = MAX (largest, fabsf (rows[(gsize) i * dims + d]));
      scales[i] = largest / 127;
    }
  g_byte_array_append (file, (const guint8 *) scales, n * sizeof *scales);
  for (guint i = 0; i < n; i++)
    {
      for (guint d = 0; d < dims; d++)
        codes[d] = scales[i] > 0 ? lrintf (rows[(gsize) i * dims + d] / scales[i]) : 0;
      g_byte_array_append (file, (const guint8 *) codes, dims);
    }

  config = g_strdup_printf ("{\"model_type\":\"model2vec\",\"architectures\":[\"StaticModel\"],"
                            "\"hidden_dim\":%u,\"normalize\":true,\"seq_length\":1000000}\n",
                            dims);
  return g_file_get_contents (tokenizer, &text, &length, error)
         && g_file_set_contents (tokenizer_path, text, length, error)
         && g_file_set_contents (config_path, config, -1, error)
         && g_file_set_contents (model_path, (const char *) file->data, file->len, error);
}
