/* quarry-safetensors.c: the tensors of a .safetensors file, mapped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parses the header into a list of tensors, and checks that they are inside the file, aligned, and do not overlap.
 */
#include "core/embed/quarry-safetensors.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-half.h"
#include "core/embed/quarry-json-reader.h"
#include "core/embed/quarry-model-map.h"

/* The limit that the format itself sets. */
#define MAX_HEADER 100000000
#define MAX_TENSORS 65536

struct _QuarrySafetensors
{
  GBytes *file;
  GArray *tensors; /* of QuarryTensor, sorted by the start of their data */
};

static const struct
{
  const char *name;
  gsize size;
} dtypes[] = {
  [QUARRY_DTYPE_F64] = { "F64", 8 }, [QUARRY_DTYPE_F32] = { "F32", 4 },
  [QUARRY_DTYPE_F16] = { "F16", 2 }, [QUARRY_DTYPE_BF16] = { "BF16", 2 },
  [QUARRY_DTYPE_I64] = { "I64", 8 }, [QUARRY_DTYPE_I32] = { "I32", 4 },
  [QUARRY_DTYPE_I8] = { "I8", 1 },   [QUARRY_DTYPE_U8] = { "U8", 1 },
};

static void
tensor_clear (gpointer data)
{
  g_free (((QuarryTensor *) data)->name);
}

void
quarry_safetensors_free (QuarrySafetensors *self)
{
  g_clear_pointer (&self->file, g_bytes_unref);
  g_clear_pointer (&self->tensors, g_array_unref);
  g_free (self);
}

static void
read_dtype (QuarryJsonReader *reader, QuarryTensor *tensor, gboolean *known)
{
  const char *name;
  gsize length;

  *known = FALSE;
  if (!quarry_json_reader_string (reader, &name, &length))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (quarry_json_equal (name, length, dtypes[i].name))
      {
        tensor->dtype = i;
        *known = TRUE;
      }
}

static void
read_shape (QuarryJsonReader *reader, QuarryTensor *tensor)
{
  guint64 n;

  tensor->n_items = 1;
  if (!quarry_json_reader_enter_array (reader))
    return;
  while (quarry_json_reader_next_item (reader))
    {
      if (!quarry_json_reader_integer (reader, G_MAXINT64, &n))
        return;
      if (tensor->n_axes == QUARRY_TENSOR_MAX_AXES)
        {
          quarry_json_reader_fail (reader, "a tensor has too many axes");
          return;
        }
      tensor->shape[tensor->n_axes++] = n;
      if (!g_size_checked_mul (&tensor->n_items, tensor->n_items, n))
        quarry_json_reader_fail (reader, "a tensor is too large");
    }
}

static void
read_offsets (QuarryJsonReader *reader, guint64 offsets[2])
{
  guint n = 0;

  if (!quarry_json_reader_enter_array (reader))
    return;
  while (quarry_json_reader_next_item (reader))
    {
      if (n == 2)
        quarry_json_reader_fail (reader, "a tensor has more than two offsets");
      else if (quarry_json_reader_integer (reader, G_MAXINT64, &offsets[n]))
        n++;
    }
  if (n != 2)
    quarry_json_reader_fail (reader, "a tensor has not two offsets");
}

/* Reads the entry of one tensor. A tensor of a type that Quarry does not know is no fault, since it may not be one that
 * is needed. */
static void
read_tensor (QuarrySafetensors *self,
             QuarryJsonReader *reader,
             const char *name,
             gsize length,
             const guint8 *data,
             gsize n_bytes)
{
  QuarryTensor tensor = { .name = g_strndup (name, length) };
  guint64 offsets[2] = { 1, 0 };
  gboolean known = FALSE, shaped = FALSE, stated = FALSE;
  gsize expected;

  if (!quarry_json_reader_enter_object (reader))
    goto out;
  while (quarry_json_reader_next_member (reader, &name, &length))
    {
      if (quarry_json_equal (name, length, "dtype"))
        {
          read_dtype (reader, &tensor, &known);
          stated = TRUE;
        }
      else if (quarry_json_equal (name, length, "shape") && !shaped)
        {
          read_shape (reader, &tensor);
          shaped = TRUE;
        }
      else if (quarry_json_equal (name, length, "data_offsets"))
        read_offsets (reader, offsets);
      else
        quarry_json_reader_skip (reader);
    }
  if (quarry_json_reader_get_fault (reader, NULL) != NULL)
    goto out;
  if (!stated || !shaped)
    quarry_json_reader_fail (reader, "a tensor lacks its type or shape");
  else if (offsets[0] > offsets[1] || offsets[1] > n_bytes)
    quarry_json_reader_fail (reader, "a tensor lies outside the file");
  else if (known
           && (!g_size_checked_mul (&expected, tensor.n_items, dtypes[tensor.dtype].size)
               || expected != offsets[1] - offsets[0]))
    quarry_json_reader_fail (reader, "a tensor's shape does not fit its length");
  else if (self->tensors->len == MAX_TENSORS)
    quarry_json_reader_fail (reader, "too many tensors");
  else
    {
      tensor.data = data + offsets[0];
      tensor.n_bytes = offsets[1] - offsets[0];
      if (known && (gsize) tensor.data % dtypes[tensor.dtype].size != 0)
        quarry_json_reader_fail (reader, "a tensor is not aligned");
      else
        {
          /* It cannot be found without a name, but its bytes are still checked for overlaps. */
          if (!known)
            g_clear_pointer (&tensor.name, g_free);
          g_array_append_val (self->tensors, tensor);
          return;
        }
    }
out:
  g_free (tensor.name);
}

static int
compare_tensors (gconstpointer a, gconstpointer b)
{
  const QuarryTensor *ta = a, *tb = b;

  if (ta->data != tb->data)
    return ta->data < tb->data ? -1 : 1;
  return (ta->n_bytes > tb->n_bytes) - (ta->n_bytes < tb->n_bytes);
}

static void
read_header (QuarrySafetensors *self, QuarryJsonReader *reader, const guint8 *data, gsize n_bytes)
{
  const char *name;
  gsize length;

  if (!quarry_json_reader_enter_object (reader))
    return;
  while (quarry_json_reader_next_member (reader, &name, &length))
    {
      if (quarry_json_equal (name, length, "__metadata__"))
        quarry_json_reader_skip (reader);
      else
        read_tensor (self, reader, name, length, data, n_bytes);
    }
  if (!quarry_json_reader_end (reader))
    return;

  g_array_sort (self->tensors, compare_tensors);
  for (guint i = 1; i < self->tensors->len; i++)
    {
      const QuarryTensor *before = &g_array_index (self->tensors, QuarryTensor, i - 1);
      const QuarryTensor *here = &g_array_index (self->tensors, QuarryTensor, i);

      if (before->data + before->n_bytes > here->data)
        quarry_json_reader_fail (reader, "tensors overlap");
    }
}

QuarrySafetensors *
quarry_safetensors_open (const char *path, GError **error)
{
  g_autoptr (QuarrySafetensors) self = g_new0 (QuarrySafetensors, 1);
  g_auto (QuarryJsonReader) reader = { 0 };
  const guint8 *bytes;
  const char *fault;
  guint64 header;
  gsize n_bytes;

  self->tensors = g_array_new (FALSE, FALSE, sizeof (QuarryTensor));
  g_array_set_clear_func (self->tensors, tensor_clear);
  self->file = quarry_model_map (path, error);
  if (self->file == NULL)
    return NULL;
  bytes = g_bytes_get_data (self->file, &n_bytes);
  if (n_bytes < sizeof header)
    {
      g_set_error (error,
                   QUARRY_EMBED_ERROR,
                   QUARRY_EMBED_ERROR_DAMAGED,
                   _ ("The model file “%s” is damaged: it is too short"),
                   path);
      return NULL;
    }
  memcpy (&header, bytes, sizeof header);
  header = GUINT64_FROM_LE (header);
  if (header > MIN (n_bytes - sizeof header, MAX_HEADER))
    {
      g_set_error (error,
                   QUARRY_EMBED_ERROR,
                   QUARRY_EMBED_ERROR_DAMAGED,
                   _ ("The model file “%s” is damaged: its header reaches beyond its end"),
                   path);
      return NULL;
    }
  bytes += sizeof header;
  n_bytes -= sizeof header;
  quarry_json_reader_init (&reader, (const char *) bytes, header);
  read_header (self, &reader, bytes + header, n_bytes - header);
  fault = quarry_json_reader_get_fault (&reader, NULL);
  if (fault != NULL)
    {
      g_set_error (error,
                   QUARRY_EMBED_ERROR,
                   QUARRY_EMBED_ERROR_DAMAGED,
                   _ ("The model file “%s” is damaged: %s in its header"),
                   path,
                   fault);
      return NULL;
    }
  return g_steal_pointer (&self);
}

GBytes *
quarry_safetensors_get_file (QuarrySafetensors *self)
{
  return self->file;
}

const QuarryTensor *
quarry_safetensors_find (QuarrySafetensors *self, const char *name)
{
  for (guint i = 0; i < self->tensors->len; i++)
    {
      const QuarryTensor *tensor = &g_array_index (self->tensors, QuarryTensor, i);

      if (g_strcmp0 (tensor->name, name) == 0)
        return tensor;
    }
  return NULL;
}

double
quarry_tensor_get (const QuarryTensor *tensor, gsize i)
{
  const void *data = tensor->data;

  switch (tensor->dtype)
    {
    case QUARRY_DTYPE_F64:
      return ((const double *) data)[i];
    case QUARRY_DTYPE_F32:
      return (double) ((const float *) data)[i];
    case QUARRY_DTYPE_F16:
      return (double) quarry_half_to_float (((const guint16 *) data)[i]);
    case QUARRY_DTYPE_BF16:
      return (double) quarry_bfloat_to_float (((const guint16 *) data)[i]);
    case QUARRY_DTYPE_I64:
      return (double) ((const gint64 *) data)[i];
    case QUARRY_DTYPE_I32:
      return ((const gint32 *) data)[i];
    case QUARRY_DTYPE_I8:
      return ((const gint8 *) data)[i];
    case QUARRY_DTYPE_U8:
    default:
      return ((const guint8 *) data)[i];
    }
}

gboolean
quarry_tensor_is_finite (const QuarryTensor *tensor)
{
  const void *data = tensor->data;
  gboolean finite = TRUE;

  /* Infinite or not a number: all bits of the exponent are set. The loops do not stop early, so that they can be
   * vectorised and run at the speed of memory. */
  switch (tensor->dtype)
    {
    case QUARRY_DTYPE_F64:
      for (gsize i = 0; i < tensor->n_items; i++)
        finite &= isfinite (((const double *) data)[i]) != 0;
      return finite;
    case QUARRY_DTYPE_F32:
      for (gsize i = 0; i < tensor->n_items; i++)
        finite &= (((const guint32 *) data)[i] & 0x7f800000) != 0x7f800000;
      return finite;
    case QUARRY_DTYPE_F16:
      for (gsize i = 0; i < tensor->n_items; i++)
        finite &= (((const guint16 *) data)[i] & 0x7c00) != 0x7c00;
      return finite;
    case QUARRY_DTYPE_BF16:
      for (gsize i = 0; i < tensor->n_items; i++)
        finite &= (((const guint16 *) data)[i] & 0x7f80) != 0x7f80;
      return finite;
    case QUARRY_DTYPE_I64:
    case QUARRY_DTYPE_I32:
    case QUARRY_DTYPE_I8:
    case QUARRY_DTYPE_U8:
    default:
      return TRUE;
    }
}
