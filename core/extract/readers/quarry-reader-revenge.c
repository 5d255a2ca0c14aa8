/* quarry-reader-revenge.c: files of WordPerfect, Works and relatives, Visio before 2013, and Publisher
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-ole.h"
#include "core/extract/office/quarry-revenge.h"

#include <string.h>
#include <glib/gi18n-lib.h>

/* The first bytes of files without a container. */
static const struct
{
  guint length;
  const char *bytes;
} works[] = {
  { 6, "\0\0\2\0\4\4" },          /* Lotus 1-2-3, 1A */
  { 6, "\0\0\2\0\6\4" },          /* WK1, Symphony */
  { 6, "\0\0\x1a\0\0\x10" },      /* WK3 */
  { 6, "\0\0\x1a\0\2\x10" },      /* WK4 */
  { 6, "\0\0\x1a\0\3\x10" },      /* 123 of 97 */
  { 6, "\0\0\x1a\0\5\x10" },      /* 123 of Millennium */
  { 6, "\377\0\2\0\4\4" },        /* Works' sheets */
  { 6, "\0\0\2\0\x20\x51" },      /* Quattro Pro, WQ1 */
  { 6, "\0\0\2\0\x21\x51" },      /* WQ2 */
  { 6, "\0\0\2\0\1\x10" },        /* WB1 */
  { 6, "\0\0\2\0\2\x10" },        /* WB2 */
  { 6, "\x31\xbe\0\0\0\xab" },    /* Write, Word for DOS */
  { 6, "\x32\xbe\0\0\0\xab" },
  { 3, "\1\376\x32" },            /* Works' texts for DOS and Windows 3 */
};

/* In WordPerfect's files, the ninth byte is the product and the tenth the type: pictures, macros and presentations have
 * the same first bytes. */
static gboolean
begins_wordperfect (const guint8 *bytes, gsize length)
{
  return bytes != NULL && length > 16 && memcmp (bytes, "\377WPC", 4) == 0 && bytes[9] == 10;
}

static gboolean
has_first_bytes (const QuarryInput *input)
{
  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    if (input->length > 64 && memcmp (input->bytes, works[i].bytes, works[i].length) == 0)
      return TRUE;
  return FALSE;
}

/* The contents of @stream, if they begin with @bytes; several of Corel's programs use a stream of the same name. */
static const guint8 *
find_in (const QuarryInput *input, const char *stream, const char *bytes, gsize length)
{
  return quarry_ole_has (input, stream) ? memmem (input->bytes, input->length, bytes, length) : NULL;
}

gboolean
quarry_sniff_wordperfect (const QuarryInput *input)
{
  const guint8 *found = find_in (input, "PerfectOffice_MAIN", "\377WPC", 4);

  return begins_wordperfect (input->bytes, input->length)
         || (found != NULL && begins_wordperfect (found, input->length - (gsize) (found - input->bytes)));
}

gboolean
quarry_sniff_works (const QuarryInput *input)
{
  return has_first_bytes (input) || quarry_ole_has (input, "MatOST") || quarry_ole_has (input, "NativeContent_MAIN")
         || find_in (input, "CONTENTS", "CHNKWKS", 7) != NULL
         || find_in (input, "PerfectOffice_MAIN", "\0\0\2\0\7\x10", 6) != NULL; /* WB3 */
}

gboolean
quarry_sniff_visio (const QuarryInput *input)
{
  return quarry_ole_has (input, "VisioDocument");
}

gboolean
quarry_sniff_publisher (const QuarryInput *input)
{
  return quarry_ole_has (input, "Quill") && quarry_ole_has (input, "Contents");
}

static gboolean
read_kind (const QuarryInput *input,
           QuarryRevengeKind kind,
           QuarryFormat format,
           QuarryDocumentBuilder *builder,
           GError **error)
{
  GsfInfile *ole = quarry_ole_open (input);
  QuarryRevengeResult result;
  gsize length;

  if (ole != NULL)
    quarry_ole_read_metadata (ole, builder);
  g_clear_object (&ole);
  result = quarry_revenge_read (kind, input->bytes, input->length, builder);
  quarry_document_builder_peek_text (builder, &length);
  if (result == QUARRY_REVENGE_ENCRYPTED)
    g_set_error (error,
                 QUARRY_EXTRACT_ERROR,
                 QUARRY_EXTRACT_ERROR_ENCRYPTED,
                 _ ("This is %s that is encrypted: open it with its password and save an "
                    "unprotected copy."),
                 quarry_format_get_noun (format));
  else if (result == QUARRY_REVENGE_MISSING)
    g_set_error (error,
                 QUARRY_EXTRACT_ERROR,
                 QUARRY_EXTRACT_ERROR_UNSUPPORTED,
                 /* Translators: %s is as "a WordPerfect document" */
                 _ ("What Quarry reads %s with is missing: install Quarry again."),
                 quarry_format_get_noun (format));
  else if (result == QUARRY_REVENGE_DAMAGED && length == 0)
    quarry_reader_set_damaged (error, format);
  else if (result == QUARRY_REVENGE_DAMAGED)
    quarry_document_builder_set_metadata (builder, "incomplete", "cut off");
  return result == QUARRY_REVENGE_READ || (result == QUARRY_REVENGE_DAMAGED && length > 0);
}

gboolean
quarry_read_wordperfect (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  return read_kind (input, QUARRY_REVENGE_WORDPERFECT, QUARRY_FORMAT_WORDPERFECT, builder, error);
}

gboolean
quarry_read_works (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  return read_kind (input, QUARRY_REVENGE_WORKS, QUARRY_FORMAT_WORKS, builder, error);
}

gboolean
quarry_read_visio (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  return read_kind (input, QUARRY_REVENGE_VISIO, QUARRY_FORMAT_VISIO, builder, error);
}

gboolean
quarry_read_publisher (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  return read_kind (input, QUARRY_REVENGE_PUBLISHER, QUARRY_FORMAT_PUBLISHER, builder, error);
}
