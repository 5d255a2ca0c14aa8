/* quarry-extraction.c: what was found in one file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-extraction.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/quarry-extractor.h"
#include "core/files/quarry-open-file.h"

#include <string.h>
#include <glib/gi18n-lib.h>

typedef struct
{
  char *place;
  guint32 code;
  gsize start, length; /* offset and size of the contents */
} Part;

struct _QuarryExtraction
{
  GBytes *bytes;
  gboolean is_mapped;
  GArray *parts; /* of Part */
  guint next;
  GError *error; /* returned after all parts */
};

static void
clear_part (gpointer data)
{
  g_free (((Part *) data)->place);
}

/* A place has to lead into the file, and must not lead out of it. */
static gboolean
is_place (const char *place)
{
  g_auto (GStrv) parts = g_strsplit (place, "/", -1);

  if (*place == '\0')
    return TRUE;
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || strcmp (parts[i], ".") == 0 || strcmp (parts[i], "..") == 0)
      return FALSE;
  return TRUE;
}

/* Reads the header of the record at @offset. FALSE if there is no complete record. */
static gboolean
read_record (const char *data, gsize length, gsize *offset, Part *part)
{
  QuarryExtractRecord record;

  if (length - *offset < sizeof record)
    return FALSE;
  memcpy (&record, data + *offset, sizeof record);
  if (record.magic != QUARRY_EXTRACT_MAGIC || record.code > QUARRY_EXTRACT_ERROR_PROCESS + 1
      || record.place_length > QUARRY_EXTRACT_MAX_NAME || record.length == 0
      || (record.code > 0 && record.length > QUARRY_EXTRACT_MAX_MESSAGE)
      || record.place_length > length - *offset - sizeof record
      || record.length >= length - *offset - sizeof record - record.place_length)
    return FALSE;
  *offset += sizeof record;
  if (!g_utf8_validate_len (data + *offset, record.place_length, NULL))
    return FALSE;
  part->place = g_strndup (data + *offset, record.place_length);
  part->code = record.code;
  part->start = *offset + record.place_length;
  part->length = (gsize) record.length;
  *offset = part->start + part->length + 1;
  if (data[*offset - 1] == '\0' && is_place (part->place))
    return TRUE;
  g_free (part->place);
  return FALSE;
}

QuarryExtraction *
quarry_extraction_new (GBytes *bytes, gboolean is_mapped, GError *error)
{
  QuarryExtraction *self = g_new0 (QuarryExtraction, 1);
  gsize length, offset = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  self->bytes = g_bytes_ref (bytes);
  self->is_mapped = is_mapped;
  self->error = error;
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_array_set_clear_func (self->parts, clear_part);
  while (offset < length)
    {
      Part part;

      if (self->parts->len >= QUARRY_EXTRACT_MAX_RECORDS || !read_record (data, length, &offset, &part))
        {
          /* A reader that was killed may leave half a record; keep those before it. */
          if (error != NULL && self->parts->len > 0)
            break;
          quarry_extraction_free (self);
          return NULL;
        }
      g_array_append_val (self->parts, part);
    }
  return self;
}

void
quarry_extraction_free (QuarryExtraction *self)
{
  if (self == NULL)
    return;
  g_bytes_unref (self->bytes);
  g_array_unref (self->parts);
  g_clear_error (&self->error);
  g_free (self);
}

gboolean
quarry_extraction_has_inside (QuarryExtraction *self)
{
  for (guint i = 0; i < self->parts->len; i++)
    if (*g_array_index (self->parts, Part, i).place != '\0')
      return TRUE;
  return FALSE;
}

gsize
quarry_extraction_next_length (QuarryExtraction *self)
{
  return self->next < self->parts->len ? g_array_index (self->parts, Part, self->next).length : 0;
}

gboolean
quarry_extraction_next (QuarryExtraction *self,
                        const char **place,
                        QuarryDocument **document,
                        GError **error)
{
  const Part *part;
  g_autoptr (GBytes) bytes = NULL;

  *document = NULL;
  if (self->next >= self->parts->len)
    {
      if (self->error == NULL)
        return FALSE;
      *place = "";
      g_propagate_error (error, g_steal_pointer (&self->error));
      return TRUE;
    }
  part = &g_array_index (self->parts, Part, self->next++);
  *place = part->place;
  bytes = g_bytes_new_from_bytes (self->bytes, part->start, part->length);
  if (part->code > 0)
    {
      const char *sentence = g_bytes_get_data (bytes, NULL);
      g_autofree char *valid = g_utf8_make_valid (sentence, (gssize) part->length);

      g_set_error_literal (error, QUARRY_EXTRACT_ERROR, (gint) part->code - 1, valid);
    }
  else
    {
      *document = quarry_document_deserialize_in_place (bytes, self->is_mapped, NULL);
      if (*document == NULL)
        g_set_error_literal (error,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_CRASHED,
                             _ ("The program that reads files answered nonsense on it: the file may "
                                "be damaged."));
    }
  return TRUE;
}

char *
quarry_extraction_hash (QuarryExtraction *self)
{
  const Part *part;
  const guint8 *data = g_bytes_get_data (self->bytes, NULL);

  g_return_val_if_fail (self->next > 0, NULL);

  part = &g_array_index (self->parts, Part, self->next - 1);
  return quarry_hash_bytes (data + part->start, part->length);
}
