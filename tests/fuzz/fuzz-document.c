/* fuzz-document.c: a serialized document, as a hostile process may have written it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input is what follows the header of the format. A valid header with the right checksum is put before it, so that
 * the code after the checks of the header is reached.
 */
#include "fuzz.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/quarry-extraction.h"

#include <string.h>

static void
read_extraction (GBytes *bytes)
{
  g_autoptr (QuarryExtraction) extraction = quarry_extraction_new (bytes, FALSE, NULL);
  QuarryDocument *document;
  const char *place;

  while (extraction != NULL && quarry_extraction_next (extraction, &place, &document, NULL))
    g_clear_object (&document);
}

/* The checksum of quarry-document-format.c. */
static guint64
checksum (const guint8 *bytes, gsize length)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);

  for (gsize i = 0; i <= length / 8; i++)
    {
      guint64 word = 0;

      memcpy (&word, bytes + 8 * i, MIN (8, length - 8 * i));
      hash = (hash ^ GUINT64_FROM_LE (word)) * G_GUINT64_CONSTANT (1099511628211);
      hash ^= hash >> 32;
    }
  return (hash ^ length) * G_GUINT64_CONSTANT (1099511628211);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  const QuarryExtractRecord record = { .magic = QUARRY_EXTRACT_MAGIC, .length = 24 + length };
  g_autoptr (GByteArray) whole = g_byte_array_new ();
  g_autoptr (GByteArray) answer = g_byte_array_new ();
  g_autoptr (GBytes) bare = NULL;
  g_autoptr (GBytes) framed = NULL;
  g_autoptr (GBytes) raw = g_bytes_new (bytes, length);
  g_autoptr (QuarryDocument) document = NULL;
  guint64 numbers[2] = { GUINT64_TO_LE (24 + length), GUINT64_TO_LE (checksum (bytes, length)) };

  g_byte_array_append (whole, (const guint8 *) "QDOC\1\0\0\0", 8);
  g_byte_array_append (whole, (const guint8 *) numbers, sizeof numbers);
  g_byte_array_append (whole, bytes, (guint) length);
  bare = g_bytes_new (whole->data, whole->len);
  document = quarry_document_deserialize (bare, NULL);
  if (document != NULL)
    {
      g_autoptr (GBytes) again = quarry_document_serialize (document);
      g_autoptr (QuarryDocument) same = quarry_document_deserialize (again, NULL);

      g_assert_nonnull (same);
    }

  g_byte_array_append (answer, (const guint8 *) &record, sizeof record);
  g_byte_array_append (answer, whole->data, whole->len);
  framed = g_bytes_new (answer->data, answer->len);
  read_extraction (framed);
  read_extraction (raw);
  return 0;
}
