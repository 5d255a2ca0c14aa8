/* quarry-reader-text.c: plain text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-text.h"

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

/* How many bytes are looked at before the file's pages are given back. */
#define WINDOW (4u << 20)

gboolean
quarry_reader_is_plain (const QuarryInput *input, QuarryPlainText *plain)
{
  const char *text = (const char *) input->bytes;
  /* Skip the byte order mark, which is not part of the text. */
  gsize start = input->length > 3 && memcmp (input->bytes, "\357\273\277", 3) == 0 ? 3 : 0;

  *plain = (QuarryPlainText) { text + start, input->length - start, FALSE };
  if (!quarry_decode_begins_plain (input->bytes + start, input->length - start))
    return FALSE;
  for (gsize i = start; i < input->length;)
    {
      gsize end = MIN (input->length, i + WINDOW);

      while (end < input->length && end > i + 4 && ((guchar) text[end] & 0xc0) == 0x80)
        end--;
      /* This function does not accept NUL either. */
      if (!g_utf8_validate_len (text + i, end - i, NULL))
        return FALSE;
      plain->has_pages = plain->has_pages || memchr (text + i, '\f', end - i) != NULL;
      if (input->length > WINDOW)
        quarry_input_forget (input);
      i = end;
    }
  return TRUE;
}

GString *
quarry_reader_borrow_text (const QuarryInput *input, QuarryPlainText *plain, GError **error)
{
  GString *text;

  if (quarry_reader_is_plain (input, plain))
    return NULL;
  text = quarry_reader_decode (input, error);
  *plain = (QuarryPlainText) { text != NULL ? text->str : NULL, text != NULL ? text->len : 0, FALSE };
  return text;
}

gboolean
quarry_read_text (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = NULL;
  QuarryPlainText plain;

  if (quarry_reader_is_plain (input, &plain))
    {
      quarry_text_add_valid (builder, plain.text, plain.length, 0, TRUE, plain.has_pages);
      return TRUE;
    }
  text = quarry_reader_decode (input, error);
  if (text == NULL)
    return FALSE;
  quarry_text_add (builder, text, 0, TRUE);
  return TRUE;
}
