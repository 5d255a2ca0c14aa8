/* quarry-reader-fb2.c: FictionBook 2
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-xml.h"

#include <string.h>

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text;
  GString *author;
  guint n_sections;
  gboolean in_description, in_author, in_title, in_quote;
} Fb2Reader;

/* Looks for the root element at the start, since a text may mention it. */
gboolean
quarry_sniff_fb2 (const QuarryInput *input)
{
  gsize n = MIN (input->length, 1024), start = 0;

  if (n >= 3 && memcmp (input->bytes, "\357\273\277", 3) == 0)
    start = 3;
  while (start < n && g_ascii_isspace (input->bytes[start]))
    start++;
  return start < n && input->bytes[start] == '<'
         && memmem (input->bytes + start, n - start, "<FictionBook", 12) != NULL;
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *reader)
{
  Fb2Reader *self = data;

  if (strcmp (name, "binary") == 0 || strcmp (name, "document-info") == 0
      || strcmp (name, "publish-info") == 0 || strcmp (name, "stylesheet") == 0)
    return FALSE;
  if (strcmp (name, "description") == 0)
    self->in_description = TRUE;
  else if (strcmp (name, "author") == 0)
    self->in_author = self->in_description;
  else if (strcmp (name, "section") == 0)
    self->n_sections++;
  else if (strcmp (name, "title") == 0)
    {
      self->in_title = TRUE;
      g_string_truncate (self->text, 0);
    }
  else if (strcmp (name, "cite") == 0 || strcmp (name, "epigraph") == 0)
    self->in_quote = TRUE;
  if (strcmp (name, "p") == 0 || strcmp (name, "v") == 0 || strcmp (name, "book-title") == 0
      || strcmp (name, "lang") == 0 || strcmp (name, "keywords") == 0
      || g_str_has_suffix (name, "-name"))
    {
      /* A title may have several lines, which are joined. */
      if (self->in_title && self->text->len > 0)
        g_string_append_c (self->text, ' ');
      else
        g_string_truncate (self->text, 0);
    }
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  Fb2Reader *self = data;

  if (strcmp (name, "description") == 0)
    self->in_description = FALSE;
  else if (strcmp (name, "author") == 0)
    {
      if (self->in_author)
        quarry_document_builder_set_metadata (self->builder, "author", self->author->str);
      self->in_author = FALSE;
    }
  else if (strcmp (name, "section") == 0)
    self->n_sections -= self->n_sections > 0;
  else if (strcmp (name, "cite") == 0 || strcmp (name, "epigraph") == 0)
    self->in_quote = FALSE;
  else if (strcmp (name, "title") == 0)
    {
      quarry_document_builder_add (self->builder,
                                   QUARRY_BLOCK_HEADING,
                                   CLAMP (self->n_sections + 1, 1, 6),
                                   self->text->str,
                                   (gssize) self->text->len);
      g_string_truncate (self->text, 0);
      self->in_title = FALSE;
    }
  else if (self->in_author && g_str_has_suffix (name, "-name"))
    {
      if (self->author->len > 0)
        g_string_append_c (self->author, ' ');
      g_string_append (self->author, self->text->str);
    }
  else if (strcmp (name, "book-title") == 0)
    quarry_document_builder_set_title (self->builder, self->text->str);
  else if (self->in_description && (strcmp (name, "lang") == 0 || strcmp (name, "keywords") == 0))
    quarry_document_builder_set_metadata (
        self->builder, *name == 'l' ? "language" : "keywords", self->text->str);
  else if ((strcmp (name, "p") == 0 || strcmp (name, "v") == 0 || strcmp (name, "subtitle") == 0
            || strcmp (name, "text-author") == 0)
           && !self->in_title)
    {
      quarry_document_builder_add (self->builder,
                                   self->in_quote ? QUARRY_BLOCK_QUOTE : QUARRY_BLOCK_PARAGRAPH,
                                   0,
                                   self->text->str,
                                   (gssize) self->text->len);
      g_string_truncate (self->text, 0);
    }
}

static void
add_text (gpointer data, const char *text)
{
  g_string_append (((Fb2Reader *) data)->text, text);
}

gboolean
quarry_read_fb2 (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (GBytes) bytes = g_bytes_new_static (input->bytes, input->length);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) author = g_string_new (NULL);
  Fb2Reader self = { .builder = builder, .text = text, .author = author };

  /* If the XML is malformed, keep what comes before that. */
  quarry_xml_walk (bytes, &handler, &self);
  return TRUE;
}
