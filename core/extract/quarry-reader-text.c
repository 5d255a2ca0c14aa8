/* quarry-reader-text.c: plain text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/quarry-decode.h"
#include "core/extract/quarry-text.h"

#include <string.h>
#include <glib/gi18n-lib.h>

void
quarry_reader_set_no_text (GError **error, const char *name)
{
  g_set_error_literal (
      error,
      QUARRY_EXTRACT_ERROR,
      QUARRY_EXTRACT_ERROR_UNSUPPORTED,
      quarry_format_of_name (name) == QUARRY_FORMAT_NONE
          ? _ ("Quarry does not know this kind of file, and it is no plain text.")
          : _ ("This is named like text, but its contents are none: nothing in it can be read."));
}

GString *
quarry_reader_decode (const QuarryInput *input, GError **error)
{
  GString *text = quarry_decode (input->bytes, input->length, NULL);

  if (text == NULL)
    quarry_reader_set_no_text (error, input->name);
  return text;
}

gboolean
quarry_read_text (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = NULL;

  if (quarry_decode_is_plain (input->bytes, input->length))
    {
      quarry_text_add_valid (builder, (const char *) input->bytes, input->length, 0, TRUE);
      return TRUE;
    }
  text = quarry_reader_decode (input, error);
  if (text == NULL)
    return FALSE;
  quarry_text_add (builder, text, 0, TRUE);
  return TRUE;
}
