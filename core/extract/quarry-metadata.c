/* quarry-metadata.c: metadata in Dublin Core's terms, as office formats and books keep it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-metadata.h"

#include "core/extract/text/quarry-xml.h"

#include <string.h>

/* Maps elements to keys. If several elements have the same key, the first one found is used. */
static const struct
{
  const char *element;
  const char *key;
} elements[] = {
  { "title", "title" },      { "initial-creator", "author" }, { "creator", "author" },
  { "created", "created" },  { "creation-date", "created" },  { "modified", "modified" },
  { "date", "modified" },    { "language", "language" },      { "keywords", "keywords" },
  { "keyword", "keywords" },
};

GDateTime *
quarry_metadata_get_windows_time (guint64 time)
{
  return time > 0 ? g_date_time_new_from_unix_utc ((gint64) (time / 10000000) - G_GINT64_CONSTANT (11644473600)) : NULL;
}

gboolean
quarry_metadata_is_told (const char *key, const char *text)
{
  static const char *const titles[]
      = { "untitled", "untitled document", "untitled presentation", "untitled spreadsheet", "title", "unknown",
          "presentation", "powerpoint presentation", "powerpoint-präsentation", "présentation powerpoint",
          "presentación de powerpoint", "slide 1", "folie 1", "word document", NULL };
  static const char *const authors[] = { "python-docx", "python-pptx", "openpyxl", "apache poi", "microsoft office user",
                                         "windows user", "unknown", "unspecified", NULL };
  g_autofree char *lower = g_utf8_strdown (text, -1);

  return !g_strv_contains (strcmp (key, "title") == 0 ? titles : authors, g_strstrip (lower));
}

typedef struct
{
  GHashTable *found; /* key to GString */
  GString *text;     /* text of the open element; NULL outside of one */
  const char *key;
} MetadataReader;

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  MetadataReader *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (elements) && self->text == NULL; i++)
    if (strcmp (name, elements[i].element) == 0)
      {
        self->key = elements[i].key;
        self->text = g_string_new (NULL);
      }
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  MetadataReader *self = data;
  GString *before;

  if (self->text == NULL)
    return;
  g_strstrip (self->text->str);
  self->text->len = strlen (self->text->str);
  before = g_hash_table_lookup (self->found, self->key);
  if (self->text->len == 0 || (before != NULL && strcmp (self->key, "title") == 0))
    g_string_free (self->text, TRUE);
  else if (before != NULL)
    {
      /* Several authors or keywords are joined. */
      if ((strcmp (self->key, "author") == 0 || strcmp (self->key, "keywords") == 0)
          && strstr (before->str, self->text->str) == NULL && before->len < 4096)
        g_string_append_printf (before, ", %s", self->text->str);
      g_string_free (self->text, TRUE);
    }
  else
    g_hash_table_insert (self->found, (gpointer) self->key, self->text);
  self->text = NULL;
}

static void
add_text (gpointer data, const char *text)
{
  MetadataReader *self = data;

  if (self->text != NULL && self->text->len < 8192)
    g_string_append (self->text, text);
}

static void
string_free (gpointer string)
{
  g_string_free (string, TRUE);
}

void
quarry_metadata_read (GBytes *xml, QuarryDocumentBuilder *builder)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, string_free);
  MetadataReader self = { .found = found };
  GHashTableIter iter;
  gpointer key, value;

  quarry_xml_walk (xml, &handler, &self);
  if (self.text != NULL)
    g_string_free (self.text, TRUE);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *text = ((GString *) value)->str;

      /* An author that is a program's default is dropped. Such a title is kept, since there may be no other text. */
      if (strcmp (key, "author") == 0 && !quarry_metadata_is_told (key, text))
        continue;
      if (strcmp (key, "title") == 0)
        quarry_document_builder_set_title (builder, text);
      else
        quarry_document_builder_set_metadata (builder, key, text);
    }
}
