/* quarry-reader-postscript.c: PostScript and Encapsulated PostScript
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the program prints is converted to PDF and read as such. The comments at its beginning (Adobe's
 * Document Structuring Conventions) tell title and author, which Ghostscript passes on, and the date.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/pdf/quarry-ghostscript.h"

#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>

/* Printer commands may come before the program, which begins with its comments. */
#define HEADER_WINDOW 1024u
#define COMMENTS_WINDOW 8192u

/* Finds the program in the file. In the DOS form, the header of the file tells where it is. */
static gboolean
find_program (const QuarryInput *input, const guint8 **program, gsize *length)
{
  const guint8 *bytes = input->bytes;

  if (input->length > 30 && memcmp (bytes, "\305\320\323\306", 4) == 0)
    {
      gsize at = (gsize) bytes[4] | (gsize) bytes[5] << 8 | (gsize) bytes[6] << 16
                 | (gsize) bytes[7] << 24;
      gsize n = (gsize) bytes[8] | (gsize) bytes[9] << 8 | (gsize) bytes[10] << 16
                | (gsize) bytes[11] << 24;

      if (at >= input->length)
        return FALSE;
      *program = bytes + at;
      *length = MIN (n, input->length - at);
      return TRUE;
    }
  if (input->length > 1 && bytes[0] == 4) /* an end-of-file character, also from DOS */
    bytes++;
  if (input->length > 9 && memcmp (bytes, "\033%-12345X", 9) == 0)
    bytes = memmem (bytes, MIN (input->length, HEADER_WINDOW), "%!PS", 4);
  if (bytes == NULL)
    return FALSE;
  *program = bytes;
  *length = input->length - (gsize) (bytes - input->bytes);
  return *length > 4 && memcmp (bytes, "%!PS", 4) == 0;
}

gboolean
quarry_sniff_postscript (const QuarryInput *input)
{
  const guint8 *program;
  gsize length;

  return find_program (input, &program, &length);
}

/* Takes a date like "(Sat May 13 11:33:12 2023)", which most programs write; other forms are ignored. */
static void
set_date (QuarryDocumentBuilder *builder, const guint8 *program, gsize length)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  static const char key[] = "\n%%CreationDate:";
  const char *found = memmem (program, MIN (length, COMMENTS_WINDOW), key, sizeof key - 1);
  g_autofree char *line = NULL;
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;
  char month[4];
  const char *place;
  int year, day, hour, minute, second;

  if (found == NULL)
    return;
  found += sizeof key - 1;
  line = g_strndup (found, MIN (64, length - (gsize) ((const guint8 *) found - program)));
  if (sscanf (line, " %*[(]%*3s %3s %d %d:%d:%d %d", month, &day, &hour, &minute, &second, &year)
          != 6
      && sscanf (line, " %*3s %3s %d %d:%d:%d %d", month, &day, &hour, &minute, &second, &year)
             != 6)
    return;
  place = strlen (month) == 3 ? strstr (months, month) : NULL;
  if (place == NULL || (place - months) % 3 != 0)
    return;
  date = g_date_time_new_utc (year, (int) (place - months) / 3 + 1, day, hour, minute, second);
  text = date != NULL ? g_date_time_format_iso8601 (date) : NULL;
  quarry_document_builder_set_metadata (builder, "created", text);
}

gboolean
quarry_read_postscript (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (GError) reason = NULL;
  QuarryInput printed = *input;
  const guint8 *program;
  gsize length;
  gboolean is_whole = FALSE, ok;

  if (find_program (input, &program, &length))
    pdf = quarry_ghostscript_run (program, length, &is_whole);
  if (!quarry_ghostscript_load ())
    {
      g_set_error_literal (
          error,
          QUARRY_EXTRACT_ERROR,
          QUARRY_EXTRACT_ERROR_UNSUPPORTED,
          _ ("PostScript is read once Ghostscript's library is installed: the package "
             "libgs10."));
      return FALSE;
    }
  if (pdf == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_POSTSCRIPT);
      return FALSE;
    }
  /* As for a file that is unwrapped, these bytes are gone once it has been read. */
  printed.wrappings++;
  printed.is_mapped = FALSE;
  printed.format = NULL;
  printed.bytes = g_bytes_get_data (pdf, &printed.length);
  ok = quarry_read_pdf (&printed, builder, &reason);
  if (!ok && !is_whole)
    {
      g_clear_error (&reason);
      quarry_reader_set_damaged (&reason, QUARRY_FORMAT_POSTSCRIPT);
    }
  else if (!is_whole)
    quarry_document_builder_set_metadata (builder, "incomplete", "cut off");
  if (reason != NULL)
    g_propagate_error (error, g_steal_pointer (&reason));
  quarry_document_builder_set_metadata (builder, "modified", NULL);
  set_date (builder, program, length);
  return ok;
}
