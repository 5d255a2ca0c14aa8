/* quarry-reader-info.c: manuals in GNU's Info format
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The text is divided into nodes. Between two nodes there are a separator character and a line with
 * links to other nodes. What comes before the first node describes the file, and what comes after the
 * last one are tables of offsets.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-text.h"

#include <string.h>

#define SEPARATOR "\037\nFile: "
#define DECODED_SEPARATOR "\f\nFile: "

gboolean
quarry_sniff_info (const QuarryInput *input)
{
  return memchr (input->bytes, '\037', MIN (input->length, 16384)) != NULL
         && memmem (input->bytes, MIN (input->length, 16384), SEPARATOR, strlen (SEPARATOR)) != NULL
         && memmem (input->bytes, MIN (input->length, 16384), "Node: ", 6) != NULL;
}

/* Sets the title to the name of the manual, from the first line and the lines with links. */
static void
set_title (QuarryDocumentBuilder *builder, const char *node)
{
  const char *end = node + strcspn (node, ",\n");
  g_autofree char *name = g_strndup (node, (gsize) (end - node));

  if (g_str_has_suffix (name, ".info"))
    name[strlen (name) - 5] = '\0';
  quarry_document_builder_set_title (builder, name);
}

/* Removes the lists of nodes that come next. */
static void
drop_menus (GString *part)
{
  char *out = part->str;

  for (char *line = part->str, *next; line != NULL && *line != '\0'; line = next)
    {
      char *end = strchr (line, '\n');
      gsize n = end != NULL ? (gsize) (end - line) + 1 : strlen (line);

      next = line + n;
      if (g_str_has_prefix (line, "* Menu:")
          || (g_str_has_prefix (line, "* ") && memmem (line, n, "::", 2) != NULL))
        continue;
      memmove (out, line, n);
      out += n;
    }
  g_string_truncate (part, (gsize) (out - part->str));
}

gboolean
quarry_read_info (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autofree guint8 *bytes = g_memdup2 (input->bytes, input->length);
  QuarryInput tame = *input;
  g_autoptr (GString) text = NULL;
  const char *node;

  /* Replace the separators, since control characters would make the file look like binary data. */
  for (gsize i = 0; i < input->length; i++)
    bytes[i] = bytes[i] == '\037' ? '\f' : bytes[i] == 0x7f ? ' ' : bytes[i];
  tame.bytes = bytes;
  tame.format = NULL;
  tame.is_mapped = FALSE;
  text = quarry_reader_decode (&tame, error);

  if (text == NULL)
    return FALSE;
  node = strstr (text->str, DECODED_SEPARATOR);
  if (node != NULL)
    set_title (builder, node + strlen (DECODED_SEPARATOR));
  while (node != NULL)
    {
      const char *next = strstr (node + 1, "\f\n");
      const char *start = strchr (node + 2, '\n');
      g_autoptr (GString) part = NULL;

      if (start == NULL || !g_str_has_prefix (node, DECODED_SEPARATOR))
        break;
      part = next != NULL && next > start ? g_string_new_len (start, next - start)
                                          : g_string_new (start);
      /* References are written "*note Name: Node." */
      g_string_replace (part, "*note ", "", 0);
      g_string_replace (part, "*Note ", "", 0);
      g_string_replace (part, "::.", ".", 0);
      drop_menus (part);
      quarry_text_add (builder, part, 0, FALSE);
      node = next;
    }
  return TRUE;
}
