/* quarry-safetensors.h: the tensors of a .safetensors file, mapped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format: 8 bytes with a length (little endian), a JSON header of that length, then the data. Nothing in the
 * header is trusted: lengths, offsets, types and shapes are checked against the file and against one another before
 * a tensor is returned. If another program cuts the file short afterwards, the missing part reads as zeros
 * (quarry_model_map()). Private to the room.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_TENSOR_MAX_AXES 4

typedef enum
{
  QUARRY_DTYPE_F64,
  QUARRY_DTYPE_F32,
  QUARRY_DTYPE_F16,
  QUARRY_DTYPE_BF16,
  QUARRY_DTYPE_I64,
  QUARRY_DTYPE_I32,
  QUARRY_DTYPE_I8,
  QUARRY_DTYPE_U8,
} QuarryDtype;

typedef struct
{
  char *name;
  QuarryDtype dtype;
  guint n_axes;
  guint64 shape[QUARRY_TENSOR_MAX_AXES];
  gsize n_items;
  gsize n_bytes;
  const guint8 *data; /* in the mapping, aligned for its type */
} QuarryTensor;

typedef struct _QuarrySafetensors QuarrySafetensors;

/* Errors are from QUARRY_EMBED_ERROR and name the file. */
QuarrySafetensors *quarry_safetensors_open (const char *path, GError **error);
void quarry_safetensors_free (QuarrySafetensors *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySafetensors, quarry_safetensors_free)

/* NULL where there is no tensor with that name, of a type that is listed above. Valid as long as @self. */
const QuarryTensor *quarry_safetensors_find (QuarrySafetensors *self, const char *name);

/* The whole file, as quarry_model_map() gives it. (transfer none) */
GBytes *quarry_safetensors_get_file (QuarrySafetensors *self);

/* Item @i as a double; integers above 2⁵³ lose precision. */
double quarry_tensor_get (const QuarryTensor *tensor, gsize i);

/* FALSE where an item of a tensor of floats is infinite or not a number. */
gboolean quarry_tensor_is_finite (const QuarryTensor *tensor);

G_END_DECLS
