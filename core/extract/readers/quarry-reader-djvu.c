/* quarry-reader-djvu.c: the text layer of scanned books in DjVu
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * DjVuLibre returns the text of each page as nested zones, down to lines. These are written as plain
 * text, which is then read as such. The library decodes in threads of its own, and asks for data by
 * messages.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-text.h"

#include <libdjvu/ddjvuapi.h>
#include <libdjvu/miniexp.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_PAGES 20000
#define MAX_DEPTH 8u /* page, column, region, paragraph, line, word, character */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ddjvu_context_t, ddjvu_context_release)

/* This is a macro in the library's header. */
static void
release_book (ddjvu_document_t *book)
{
  ddjvu_document_release (book);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ddjvu_document_t, release_book)

gboolean
quarry_sniff_djvu (const QuarryInput *input)
{
  return input->length > 16 && memcmp (input->bytes, "AT&TFORM", 8) == 0
         && memcmp (input->bytes + 12, "DJV", 3) == 0;
}

/* Answers the library's requests for data. Its first stream is the book itself. Parts in files beside the book are not
 * available. */
static void
handle_messages (const QuarryInput *input, ddjvu_context_t *context, gboolean wait)
{
  const ddjvu_message_t *message;

  if (wait)
    ddjvu_message_wait (context);
  while ((message = ddjvu_message_peek (context)) != NULL)
    {
      if (message->m_any.tag == DDJVU_NEWSTREAM)
        {
          int stream = message->m_newstream.streamid;
          gsize done = 0;

          while (stream == 0 && done < input->length)
            {
              gsize n = MIN (input->length - done, (gsize) 1 << 30);

              ddjvu_stream_write (
                  message->m_any.document, stream, (const char *) input->bytes + done, n);
              done += n;
            }
          ddjvu_stream_close (message->m_any.document, stream, stream != 0);
        }
      ddjvu_message_pop (context);
    }
}

/* Appends the lines of a zone, with an empty line after a paragraph: (page 0 0 2550 3300 (para … (line … "text"))). */
static void
add_zone (GString *text, miniexp_t zone, guint depth)
{
  const char *kind;

  if (depth > MAX_DEPTH || !miniexp_consp (zone) || !miniexp_symbolp (miniexp_car (zone)))
    return;
  kind = miniexp_to_name (miniexp_car (zone));
  zone = miniexp_cdr (zone);
  for (guint i = 0; i < 4 && miniexp_consp (zone); i++)
    zone = miniexp_cdr (zone);
  for (; miniexp_consp (zone); zone = miniexp_cdr (zone))
    {
      miniexp_t part = miniexp_car (zone);

      if (miniexp_stringp (part))
        g_string_append (text, miniexp_to_str (part));
      else
        add_zone (text, part, depth + 1);
    }
  if (strcmp (kind, "word") == 0)
    g_string_append_c (text, ' ');
  else if (strcmp (kind, "char") != 0)
    g_string_append (text, strcmp (kind, "line") == 0 ? "\n" : "\n\n");
}

/* Takes the book's metadata: (metadata (title "…") …). */
static void
set_metadata (ddjvu_document_t *book, QuarryDocumentBuilder *builder)
{
  static const char *const fields[][2]
      = { { "author", "author" },   { "Author", "author" },   { "keywords", "keywords" },
          { "Keywords", "keywords" }, { "year", "created" },  { "date", "created" } };
  miniexp_t notes = ddjvu_document_get_anno (book, TRUE);
  const char *title;

  if (!miniexp_consp (notes))
    return;
  title = ddjvu_anno_get_metadata (notes, miniexp_symbol ("title"));
  if (title == NULL)
    title = ddjvu_anno_get_metadata (notes, miniexp_symbol ("Title"));
  if (title != NULL)
    quarry_document_builder_set_title (builder, title);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const char *value = ddjvu_anno_get_metadata (notes, miniexp_symbol (fields[i][0]));

      if (value != NULL)
        quarry_document_builder_set_metadata (builder, fields[i][1], value);
    }
  ddjvu_miniexp_release (book, notes);
}

gboolean
quarry_read_djvu (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (ddjvu_context_t) context = ddjvu_context_create ("quarry-extract");
  g_autoptr (ddjvu_document_t) book
      = context != NULL ? ddjvu_document_create (context, NULL, FALSE) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has_text = FALSE;
  int n_pages;

  while (book != NULL && !ddjvu_document_decoding_done (book))
    handle_messages (input, context, TRUE);
  if (book == NULL || ddjvu_document_decoding_error (book))
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_DJVU);
      return FALSE;
    }

  n_pages = MIN (ddjvu_document_get_pagenum (book), MAX_PAGES);
  for (int i = 0; i < n_pages && text->len < QUARRY_DOCUMENT_MAX_TEXT; i++)
    {
      gsize before = text->len;
      miniexp_t page;

      while ((page = ddjvu_document_get_pagetext (book, i, "line")) == miniexp_dummy)
        handle_messages (input, context, TRUE);
      add_zone (text, page, 0);
      ddjvu_miniexp_release (book, page);
      has_text = has_text || text->len > before;
      g_string_append_c (text, '\f');
    }
  if (!has_text)
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_EMPTY,
                           _ ("Its pages are pictures without a text layer."));
      return FALSE;
    }
  quarry_text_add (builder, text, 0, TRUE);
  set_metadata (book, builder);
  return TRUE;
}
