/* quarry-reader-mobi.c: books in the formats of Mobipocket and the Kindle
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libmobi unpacks them. The text is HTML, both in the old format and in the new one (KF8).
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-text.h"

#include <mobi.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_TEXT ((gsize) 256 << 20)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MOBIData, mobi_free)

gboolean
quarry_sniff_mobi (const QuarryInput *input)
{
  return input->length > 78
         && (memcmp (input->bytes + 60, "BOOKMOBI", 8) == 0
             || memcmp (input->bytes + 60, "TEXtREAd", 8) == 0);
}

/* Checks that the records are in ascending order within the file, since libmobi allocates as much memory as the offsets
 * of two records say. */
static gboolean
has_sound_records (const QuarryInput *input)
{
  const guint8 *p = input->bytes + 76;
  guint n = (guint) p[0] << 8 | p[1];
  gsize last = 78 + (gsize) n * 8;

  if (n == 0 || last > input->length)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const guint8 *place = p + 2 + i * 8;
      gsize start
          = (gsize) place[0] << 24 | (gsize) place[1] << 16 | (gsize) place[2] << 8 | place[3];

      if (start < last || start > input->length)
        return FALSE;
      last = start;
    }
  return TRUE;
}

/* @value: (transfer full), as libmobi returns it. */
static void
set_metadata (QuarryDocumentBuilder *builder, const char *key, char *value)
{
  if (value != NULL && *value != '\0')
    {
      g_autofree char *valid = g_utf8_make_valid (value, -1);

      if (key == NULL)
        quarry_document_builder_set_title (builder, valid);
      else
        quarry_document_builder_set_metadata (builder, key, valid);
    }
  free (value);
}

/* NULL if the book does not state it. */
static const char *
encoding_of (const MOBIData *book)
{
  if (book->mh == NULL || book->mh->text_encoding == NULL)
    return NULL;
  return *book->mh->text_encoding == MOBI_CP1252 ? "windows-1252" : "UTF-8";
}

/* Books of Palm's are plain text, those of Mobipocket HTML. */
static void
add_text (GString *text, QuarryDocumentBuilder *builder)
{
  gboolean is_html = memmem (text->str, MIN (text->len, 65536), "<p", 2) != NULL
                     || memmem (text->str, MIN (text->len, 65536), "<html", 5) != NULL
                     || memmem (text->str, MIN (text->len, 65536), "<div", 4) != NULL;

  if (is_html)
    quarry_html_add (builder, text->str, text->len, FALSE);
  else
    quarry_text_add (builder, text, 0, FALSE);
}

gboolean
quarry_read_mobi (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (MOBIData) book = mobi_init ();
  FILE *file = fmemopen ((void *) input->bytes, input->length, "r");
  g_autofree char *raw = NULL;
  g_autoptr (GString) text = NULL;
  gsize length;
  MOBI_RET result;

  if (file == NULL || book == NULL || !has_sound_records (input))
    {
      if (file != NULL)
        fclose (file);
      quarry_reader_set_damaged (error, QUARRY_FORMAT_MOBI);
      return FALSE;
    }
  result = mobi_load_file (book, file);
  fclose (file);
  if (result == MOBI_SUCCESS && mobi_is_encrypted (book))
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_ENCRYPTED,
                           _ ("The book is locked to the device or account that it was sold for: "
                              "Quarry cannot read it."));
      return FALSE;
    }
  if (result != MOBI_SUCCESS || (length = mobi_get_text_maxsize (book)) == 0 || length > MAX_TEXT)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_MOBI);
      return FALSE;
    }
  raw = g_malloc (length + 1);
  if (mobi_get_rawml (book, raw, &length) != MOBI_SUCCESS)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_MOBI);
      return FALSE;
    }

  set_metadata (builder, NULL, mobi_meta_get_title (book));
  set_metadata (builder, "author", mobi_meta_get_author (book));
  set_metadata (builder, "keywords", mobi_meta_get_subject (book));
  set_metadata (builder, "language", mobi_meta_get_language (book));
  set_metadata (builder, "created", mobi_meta_get_publishdate (book));
  text = quarry_decode ((const guint8 *) raw, length, encoding_of (book));
  if (text == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_MOBI);
      return FALSE;
    }
  add_text (text, builder);
  return TRUE;
}
