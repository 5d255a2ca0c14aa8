/* quarry-docx-notes.c: footnotes, endnotes and comments of Word documents (Office Open XML)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/readers/quarry-docx-notes.h"

#include "core/extract/text/quarry-xml.h"

#include <string.h>

typedef struct
{
  GHashTable *notes;
  char kind;
  GString *text; /* text of the open note; NULL outside of one */
  char *id;
  guint text_depth;
} NoteReader;

static gboolean
start_note (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  NoteReader *self = data;

  if (strcmp (name, "footnote") == 0 || strcmp (name, "endnote") == 0 || strcmp (name, "comment") == 0)
    {
      g_autofree char *type = quarry_xml_attribute (xml, "type");

      /* Separators are lines, not notes. */
      if (type != NULL && strcmp (type, "normal") != 0)
        return FALSE;
      /* In a damaged file, a note may begin within another. */
      g_free (self->id);
      self->id = quarry_xml_attribute (xml, "id");
      if (self->text == NULL)
        self->text = g_string_new (NULL);
    }
  else if (strcmp (name, "del") == 0 || strcmp (name, "Fallback") == 0)
    return FALSE;
  else if (strcmp (name, "t") == 0)
    self->text_depth++;
  else if (self->text != NULL
           && (strcmp (name, "p") == 0 || strcmp (name, "br") == 0 || strcmp (name, "tab") == 0))
    g_string_append_c (self->text, ' ');
  return TRUE;
}

static void
end_note (gpointer data, const char *name)
{
  NoteReader *self = data;

  if (strcmp (name, "t") == 0 && self->text_depth > 0)
    self->text_depth--;
  if ((strcmp (name, "footnote") == 0 || strcmp (name, "endnote") == 0 || strcmp (name, "comment") == 0)
      && self->text != NULL)
    {
      g_hash_table_replace (self->notes,
                            g_strdup_printf ("%c%s", self->kind, self->id != NULL ? self->id : ""),
                            g_string_free (g_steal_pointer (&self->text), FALSE));
      g_clear_pointer (&self->id, g_free);
    }
}

static void
add_note_text (gpointer data, const char *text)
{
  NoteReader *self = data;

  if (self->text != NULL && self->text_depth > 0)
    g_string_append (self->text, text);
}

void
quarry_docx_read_notes (QuarryPackage *package, const char *main, const char *name, GHashTable *notes)
{
  const QuarryXmlHandler handler = { start_note, end_note, add_note_text };
  NoteReader self = { .notes = notes, .kind = *name };
  g_autofree char *file = g_strconcat (name, ".xml", NULL);
  g_autofree char *part = quarry_package_resolve (main, file);
  g_autoptr (GBytes) bytes = quarry_package_get (package, part);

  if (bytes != NULL)
    quarry_xml_walk (bytes, &handler, &self);
  if (self.text != NULL)
    g_string_free (self.text, TRUE);
  g_free (self.id);
}
