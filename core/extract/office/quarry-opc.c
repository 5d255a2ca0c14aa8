/* quarry-opc.c: what the packages of Microsoft's formats share (Open Packaging Conventions)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-opc.h"

#include "core/extract/office/quarry-ole.h"

#include "core/extract/quarry-metadata.h"
#include "core/extract/quarry-xml.h"

#include <string.h>

gboolean
quarry_opc_is (QuarryPackage *package, const char *folder)
{
  const GPtrArray *names = quarry_package_list (package);
  gboolean has_types = FALSE, has_folder = FALSE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      has_types = has_types || strcmp (name, "[Content_Types].xml") == 0;
      has_folder = has_folder || g_str_has_prefix (name, folder);
    }
  return has_types && has_folder;
}

typedef struct
{
  const char *part;
  const char *type; /* the type looked for; NULL for all */
  char *found;
  GHashTable *relations; /* NULL when looking for a single one */
} RelationReader;

static gboolean
start_relation (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  RelationReader *self = data;
  g_autofree char *target = NULL;
  g_autofree char *mode = NULL;

  if (strcmp (name, "Relationship") != 0)
    return TRUE;
  target = quarry_xml_attribute (xml, "Target");
  mode = quarry_xml_attribute (xml, "TargetMode");
  if (target == NULL || g_strcmp0 (mode, "External") == 0)
    return TRUE;

  if (self->relations != NULL)
    {
      char *id = quarry_xml_attribute (xml, "Id");

      if (id != NULL)
        g_hash_table_replace (self->relations, id, quarry_package_resolve (self->part, target));
    }
  else if (self->found == NULL)
    {
      g_autofree char *type = quarry_xml_attribute (xml, "Type");

      if (type != NULL && g_str_has_suffix (type, self->type))
        self->found = quarry_package_resolve (self->part, target);
    }
  return TRUE;
}

static void
walk_relations (QuarryPackage *package, RelationReader *reader)
{
  const QuarryXmlHandler handler = { start_relation, NULL, NULL };
  const char *slash = strrchr (reader->part, '/');
  g_autofree char *folder = slash != NULL
                                ? g_strndup (reader->part, (gsize) (slash + 1 - reader->part))
                                : g_strdup ("");
  g_autofree char *name
      = g_strconcat (folder, "_rels/", slash != NULL ? slash + 1 : reader->part, ".rels", NULL);
  g_autoptr (GBytes) bytes = quarry_package_get (package, name);

  if (bytes != NULL)
    quarry_xml_walk (bytes, &handler, reader);
}

char *
quarry_opc_find_related (QuarryPackage *package, const char *part, const char *type)
{
  RelationReader reader = { .part = part, .type = type };

  walk_relations (package, &reader);
  return reader.found;
}

char *
quarry_opc_find_main (QuarryPackage *package, const char *otherwise)
{
  char *found = quarry_opc_find_related (package, "", "/officeDocument");

  return found != NULL ? found : g_strdup (otherwise);
}

GHashTable *
quarry_opc_read_relations (QuarryPackage *package, const char *part)
{
  RelationReader reader = { .part = part };

  reader.relations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  walk_relations (package, &reader);
  return reader.relations;
}

void
quarry_opc_read_metadata (QuarryPackage *package, QuarryDocumentBuilder *builder)
{
  g_autofree char *part = quarry_opc_find_related (package, "", "/core-properties");
  g_autoptr (GBytes) bytes
      = quarry_package_get (package, part != NULL ? part : "docProps/core.xml");

  if (bytes != NULL)
    quarry_metadata_read (bytes, builder);
}

void
quarry_opc_read_embedded (QuarryPackage *package, const QuarryInput *input)
{
  const GPtrArray *names = quarry_package_list (package);

  for (guint i = 0; input->inside != NULL && i < names->len; i++)
    {
      const char *name = names->pdata[i];
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *base = NULL;
      const guint8 *data;
      gsize length;

      if (strstr (name, "/embeddings/") == NULL)
        continue;
      bytes = quarry_package_get (package, name);
      if (bytes == NULL)
        continue;
      data = g_bytes_get_data (bytes, &length);
      base = g_path_get_basename (name);
      if (g_str_has_suffix (base, ".bin"))
        quarry_ole_read_object (input->inside, data, length);
      else if (quarry_extractor_may_read (base) && quarry_inside_account (input->inside, length))
        quarry_inside_read (input->inside, base, data, length);
    }
}

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text;
  gboolean is_text;
} DrawingReader;

static gboolean
start_drawing (gpointer data, const char *name, const QuarryXmlElement *reader)
{
  DrawingReader *self = data;

  self->is_text = strcmp (name, "t") == 0;
  return TRUE;
}

static void
end_drawing (gpointer data, const char *name)
{
  DrawingReader *self = data;

  self->is_text = FALSE;
  if (strcmp (name, "p") != 0 && strcmp (name, "text") != 0)
    return;
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->text->str, (gssize) self->text->len);
  g_string_truncate (self->text, 0);
}

static void
add_drawn_text (gpointer data, const char *text)
{
  DrawingReader *self = data;

  if (self->is_text)
    g_string_append (self->text, text);
}

void
quarry_opc_read_drawings (QuarryPackage *package,
                          const char *drawings,
                          QuarryDocumentBuilder *builder)
{
  const QuarryXmlHandler handler = { start_drawing, end_drawing, add_drawn_text };
  const GPtrArray *names = quarry_package_list (package);
  g_autoptr (GString) text = g_string_new (NULL);
  DrawingReader self = { .builder = builder, .text = text };

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GBytes) bytes = NULL;

      if (!g_str_has_prefix (names->pdata[i], drawings) || !g_str_has_suffix (names->pdata[i], ".xml"))
        continue;
      bytes = quarry_package_get (package, names->pdata[i]);
      if (bytes != NULL)
        quarry_xml_walk (bytes, &handler, &self);
      g_string_truncate (text, 0);
    }
}
