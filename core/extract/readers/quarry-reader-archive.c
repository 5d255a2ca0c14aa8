/* quarry-reader-archive.c: archives, and files that are compressed on their own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files in an archive are documents inside it. A file that is only compressed is unpacked and read
 * as the file that it is.
 */
#include "core/extract/quarry-reader.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <glib/gi18n-lib.h>

/* A compressed file may contain another compressed file, but a file made to contain itself would never end. */

static const struct
{
  guint offset;
  guint length;
  const char *bytes;
} signatures[] = {
  { 0, 4, "PK\3\4" },
  { 0, 4, "PK\5\6" },
  { 0, 6, "7z\274\257\047\034" },
  { 0, 6, "Rar!\032\007" },
  { 257, 5, "ustar" },
  { 0, 2, "\037\213" },           /* gzip */
  { 0, 2, "\037\235" },           /* compress */
  { 0, 3, "BZh" },
  { 0, 6, "\3757zXZ\0" },
  { 0, 4, "\050\265\057\375" },   /* Zstandard */
  { 0, 4, "\004\042\115\030" },   /* LZ4 */
  { 0, 4, "LZIP" },
  { 0, 6, "070701" },             /* cpio */
  { 0, 6, "070707" },
  { 0, 4, "MSCF" },               /* Microsoft's cabinet files */
  { 0, 8, "!<arch>\n" },
  { 2, 3, "-lh" },
  { 32769, 5, "CD001" },          /* CD images */
};

/* A tar file of before POSIX has no signature, but the sum of the bytes in its first header. */
static gboolean
is_old_tar (const QuarryInput *input)
{
  const gsize from = 148, to = 156, header = 512;
  guint64 sum = 0, stated = 0;
  gsize at = from;

  if (input->length < header || input->bytes[0] == '\0')
    return FALSE;
  while (at < to && input->bytes[at] == ' ')
    at++;
  for (; at < to && input->bytes[at] >= '0' && input->bytes[at] <= '7'; at++)
    stated = stated * 8 + (input->bytes[at] - '0');
  if (stated == 0)
    return FALSE;
  for (gsize i = 0; i < header; i++)
    sum += i >= from && i < to ? ' ' : input->bytes[i];
  return sum == stated;
}

gboolean
quarry_sniff_archive (const QuarryInput *input)
{
  for (guint i = 0; i < G_N_ELEMENTS (signatures); i++)
    if (input->length >= signatures[i].offset + signatures[i].length
        && memcmp (input->bytes + signatures[i].offset, signatures[i].bytes, signatures[i].length)
               == 0)
      return TRUE;
  return is_old_tar (input);
}

gboolean
quarry_sniff_gzip (const QuarryInput *input)
{
  return input->length >= 2 && memcmp (input->bytes, "\037\213", 2) == 0;
}

/* Without those for which libarchive would start another program. */
static void
support_all (struct archive *archive)
{
  archive_read_support_filter_bzip2 (archive);
  archive_read_support_filter_xz (archive);
  archive_read_support_filter_lzma (archive);
  archive_read_support_filter_lzip (archive);
  archive_read_support_filter_compress (archive);
  archive_read_support_filter_zstd (archive);
  archive_read_support_filter_lz4 (archive);
  archive_read_support_format_zip (archive);
  archive_read_support_format_7zip (archive);
  archive_read_support_format_tar (archive);
  archive_read_support_format_rar (archive);
  archive_read_support_format_rar5 (archive);
  archive_read_support_format_cpio (archive);
  archive_read_support_format_cab (archive);
  archive_read_support_format_ar (archive);
  archive_read_support_format_lha (archive);
  archive_read_support_format_iso9660 (archive);
}

/* Opens an archive. A process that reads several files only unpacks what gzip has packed: the other formats' parsers
 * are many, and a file that took one over would read the files after it. */
static struct archive *
open_archive (const QuarryInput *input)
{
  struct archive *archive = archive_read_new ();

  archive_read_support_filter_gzip (archive);
  archive_read_support_format_raw (archive);
  if (quarry_inside_get_company (input->inside) == QUARRY_COMPANY_NONE)
    support_all (archive);
  if (archive_read_open_memory (archive, input->bytes, input->length) == ARCHIVE_OK)
    return archive;
  archive_read_free (archive);
  return NULL;
}

/* NULL if the file is damaged or too large; *is_too_large is set to which of these it is. */
static GByteArray *
unpack (const QuarryInput *input, struct archive *archive, gboolean *is_too_large)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 buffer[65536];
  la_ssize_t n;

  *is_too_large = FALSE;
  while ((n = archive_read_data (archive, buffer, sizeof buffer)) > 0)
    {
      if (out->len + (gsize) n > QUARRY_INSIDE_MAX_FILE
          || (input->inside != NULL && !quarry_inside_account (input->inside, (gsize) n)))
        {
          *is_too_large = TRUE;
          return NULL;
        }
      g_byte_array_append (out, buffer, (guint) n);
    }
  /* If the file is damaged, what was unpacked before that is kept. */
  return n >= 0 || out->len > 0 ? g_steal_pointer (&out) : NULL;
}

static void
set_too_large (GError **error)
{
  g_set_error_literal (error,
                       QUARRY_EXTRACT_ERROR,
                       QUARRY_EXTRACT_ERROR_TOO_LARGE,
                       _ ("It is larger than 128 MiB once it is unpacked: unpack it, and divide it."));
}

/* The name of the file inside a compressed file: "notes.txt" for "notes.txt.gz". */
static char *
inner_name (const char *name)
{
  static const char *const endings[] = { "gz", "bz2", "xz", "zst", "lz4", "lz", "lzma", "z" };
  const char *dot = strrchr (name, '.');

  for (guint i = 0; dot != NULL && i < G_N_ELEMENTS (endings); i++)
    if (g_ascii_strcasecmp (dot + 1, endings[i]) == 0)
      return g_strndup (name, (gsize) (dot - name));
  return g_strdup (name);
}

static gboolean
read_compressed (const QuarryInput *input,
                 struct archive *archive,
                 QuarryDocumentBuilder *builder,
                 GError **error)
{
  g_autofree char *name = inner_name (input->name);
  g_autoptr (GByteArray) bytes = NULL;
  gboolean is_too_large;
  QuarryCompany own = quarry_inside_get_company (input->inside);
  QuarryFormat format = QUARRY_FORMAT_NONE;
  QuarryInput inner
      = { .name = name, .inside = input->inside, .wrappings = input->wrappings + 1, .format = &format };

  if (inner.wrappings > QUARRY_READER_MAX_WRAPPINGS)
    {
      quarry_reader_set_wrapped (error);
      return FALSE;
    }
  bytes = unpack (input, archive, &is_too_large);
  if (is_too_large)
    {
      set_too_large (error);
      return FALSE;
    }
  if (bytes == NULL || bytes->len == 0)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_ARCHIVE);
      return FALSE;
    }
  inner.bytes = bytes->data;
  inner.length = bytes->len;
  if (own != QUARRY_COMPANY_NONE && quarry_readers_get_company (&inner, own) == QUARRY_COMPANY_NONE)
    {
      quarry_inside_leave_company (input->inside);
      quarry_reader_set_damaged (error, QUARRY_FORMAT_ARCHIVE); /* seen by nobody: it is read once more */
      return FALSE;
    }
  return quarry_readers_read_into (&inner, builder, error);
}

GByteArray *
quarry_archive_unwrap (const QuarryInput *input, char **name)
{
  struct archive *archive
      = input->wrappings < QUARRY_READER_MAX_WRAPPINGS && quarry_sniff_archive (input) ? open_archive (input) : NULL;
  struct archive_entry *entry;
  GByteArray *bytes = NULL;
  gboolean is_too_large;

  if (archive == NULL)
    return NULL;
  if (archive_read_next_header (archive, &entry) == ARCHIVE_OK && archive_format (archive) == ARCHIVE_FORMAT_RAW)
    bytes = unpack (input, archive, &is_too_large);
  archive_read_free (archive);
  if (bytes != NULL)
    *name = inner_name (input->name);
  return bytes;
}

/* Reads a member. FALSE once no more are taken. */
static gboolean
read_member (const QuarryInput *input, struct archive *archive, struct archive_entry *entry)
{
  const char *name = archive_entry_pathname_utf8 (entry);
  g_autoptr (GError) error = NULL;
  g_autoptr (GByteArray) bytes = NULL;
  gboolean is_too_large = FALSE;

  if (name == NULL)
    name = archive_entry_pathname (entry);
  if (archive_entry_filetype (entry) != AE_IFREG || name == NULL
      || quarry_inside_passes_over (name)
      || (archive_entry_size_is_set (entry) && archive_entry_size (entry) == 0))
    return TRUE;
  if (!quarry_inside_wants (input->inside, name))
    return quarry_inside_refuse (input->inside, name, NULL);
  if (archive_entry_is_encrypted (entry))
    g_set_error_literal (&error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_ENCRYPTED,
                         _ ("It is encrypted in its archive: unpack it with its password."));
  else if (!quarry_extractor_may_read (name))
    g_set_error_literal (&error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_UNSUPPORTED,
                         _ ("Quarry has no reader for files of this kind."));
  else if (archive_entry_size_is_set (entry)
           && archive_entry_size (entry) > (la_int64_t) QUARRY_INSIDE_MAX_FILE)
    set_too_large (&error);
  else
    {
      bytes = unpack (input, archive, &is_too_large);
      if (is_too_large)
        set_too_large (&error);
      else if (bytes == NULL)
        g_set_error_literal (&error,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_DAMAGED,
                             _ ("It is damaged in its archive: get the archive again from where "
                                "it came."));
    }
  return error != NULL ? quarry_inside_refuse (input->inside, name, error)
                       : quarry_inside_read (input->inside, name, bytes->data, bytes->len);
}

/* Whether gzip has packed an empty file, which libarchive does not open: checksum and length at the end are zero. */
static gboolean
holds_nothing (const QuarryInput *input)
{
  static const guint8 end[8];

  return quarry_sniff_gzip (input) && input->length >= 18
         && memcmp (input->bytes + input->length - sizeof end, end, sizeof end) == 0;
}

gboolean
quarry_read_archive (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  struct archive *archive = open_archive (input);
  struct archive_entry *entry;
  guint before = quarry_inside_count (input->inside);
  guint n_members = 0;
  gboolean ok = TRUE, is_encrypted;
  int status = ARCHIVE_FATAL;

  while (archive != NULL
         && ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK
             || status == ARCHIVE_WARN || status == ARCHIVE_RETRY))
    {
      if (status == ARCHIVE_RETRY)
        continue;
      if (archive_format (archive) == ARCHIVE_FORMAT_RAW)
        {
          ok = read_compressed (input, archive, builder, error);
          archive_read_free (archive);
          return ok;
        }
      n_members++;
      if (input->inside == NULL || !read_member (input, archive, entry))
        {
          status = ARCHIVE_EOF;
          break;
        }
    }
  if (archive == NULL && holds_nothing (input))
    return TRUE;
  is_encrypted = archive != NULL && archive_read_has_encrypted_entries (archive) > 0;
  if (archive != NULL)
    archive_read_free (archive);
  if (status == ARCHIVE_EOF || quarry_inside_count (input->inside) > before)
    {
      if (n_members == 0)
        g_set_error_literal (error,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_EMPTY,
                             _ ("The archive is empty."));
      return n_members > 0;
    }
  if (is_encrypted)
    g_set_error_literal (error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_ENCRYPTED,
                         _ ("The archive is encrypted: unpack it with its password."));
  else
    quarry_reader_set_damaged (error, QUARRY_FORMAT_ARCHIVE);
  return FALSE;
}
