/* quarry-opc.c: what the packages of Microsoft's formats share (Open Packaging Conventions)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-opc.h"

#include "core/extract/office/quarry-ole.h"

#include "core/extract/quarry-metadata.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>

/* The most paragraphs, and the most lists of labels, of a drawing. */
#define MAX_TEXTS 1000000u

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
  GPtrArray *texts;
  GPtrArray *labels; /* of a chart's series and axes; NULL if they are not wanted */
  GHashTable *known; /* the same labels */
  GString *text;
  gboolean is_text;
  gboolean is_list; /* within a list of labels */
  gboolean begins_name; /* the last element to begin is that of a series' name */
  gboolean is_name;     /* within a name that is not that of a cell, which is a list of one label */
} DrawingReader;

/* The texts of cells as they were when the chart was made, or texts of a chart that no workbook is behind. */
static gboolean
is_list_of_labels (const char *name)
{
  return strcmp (name, "strCache") == 0 || strcmp (name, "multiLvlStrCache") == 0 || strcmp (name, "strLit") == 0;
}

static gboolean
start_drawing (gpointer data, const char *name, const QuarryXmlElement *reader)
{
  DrawingReader *self = data;

  if (strcmp (name, "Fallback") == 0)
    return FALSE;
  self->is_name = self->labels != NULL && self->begins_name && strcmp (name, "v") == 0;
  self->begins_name = strcmp (name, "tx") == 0;
  if (self->is_name || (self->labels != NULL && is_list_of_labels (name)))
    self->is_list = TRUE;
  self->is_text = strcmp (name, "t") == 0 || strcmp (name, "text") == 0
                  || (self->is_list && strcmp (name, "v") == 0);
  if (self->is_list && self->is_text && self->text->len > 0)
    g_string_append (self->text, ", ");
  return TRUE;
}

static void
end_drawing (gpointer data, const char *name)
{
  DrawingReader *self = data;
  GPtrArray *texts = self->texts;

  self->is_text = FALSE;
  if (self->is_list && (self->is_name || is_list_of_labels (name)))
    {
      self->is_list = FALSE;
      texts = self->labels;
      /* Every series has the labels of its axis again. */
      if (g_hash_table_contains (self->known, self->text->str))
        g_string_truncate (self->text, 0);
    }
  else if (strcmp (name, "p") != 0 && strcmp (name, "text") != 0)
    return;
  if (self->text->len > 0 && texts->len < MAX_TEXTS)
    {
      g_ptr_array_add (texts, g_strndup (self->text->str, self->text->len));
      if (texts == self->labels)
        g_hash_table_add (self->known, texts->pdata[texts->len - 1]);
    }
  g_string_truncate (self->text, 0);
}

static void
add_drawn_text (gpointer data, const char *text)
{
  DrawingReader *self = data;

  if (self->is_text)
    g_string_append (self->text, text);
}

/* The texts of a member. A workbook's charts show what is in its cells, so that their labels are not wanted. */
static GPtrArray *
list_texts (QuarryPackage *package, const char *part, gboolean is_workbook)
{
  const QuarryXmlHandler handler = { start_drawing, end_drawing, add_drawn_text };
  g_autoptr (GBytes) bytes = quarry_package_get (package, part);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) labels = is_workbook ? NULL : g_ptr_array_new_null_terminated (0, g_free, TRUE);
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  DrawingReader self = { .texts = texts, .labels = labels, .known = known, .text = text };

  if (bytes != NULL)
    quarry_xml_walk (bytes, &handler, &self);
  if (labels != NULL && labels->len > 0)
    g_ptr_array_add (texts, g_strjoinv ("; ", (char **) labels->pdata));
  return texts;
}

void
quarry_opc_read_drawings (QuarryPackage *package,
                          const char *drawings,
                          QuarryDocumentBuilder *builder)
{
  const GPtrArray *names = quarry_package_list (package);

  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GPtrArray) texts = NULL;

      if (!g_str_has_prefix (names->pdata[i], drawings) || !g_str_has_suffix (names->pdata[i], ".xml"))
        continue;
      texts = list_texts (package, names->pdata[i], TRUE);
      for (guint n = 0; n < texts->len; n++)
        quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, texts->pdata[n], -1);
    }
}

void
quarry_opc_add_part (QuarryPackage *package, const char *part, QuarryOffice *office)
{
  g_autoptr (GPtrArray) texts = part != NULL ? list_texts (package, part, FALSE) : NULL;

  for (guint i = 0; texts != NULL && i < texts->len; i++)
    quarry_office_add_note (office, texts->pdata[i]);
}

void
quarry_opc_add_graphic (QuarryOpcGraphics *self, const char *name, const QuarryXmlElement *xml)
{
  g_autofree char *id = NULL;
  const char *part;

  if (strcmp (name, "chart") == 0)
    id = quarry_xml_attribute (xml, "id");
  else if (strcmp (name, "relIds") == 0)
    id = quarry_xml_attribute (xml, "dm");
  if (id == NULL)
    return;
  if (self->relations == NULL)
    {
      self->relations = quarry_opc_read_relations (self->package, self->part);
      self->shown = g_hash_table_new (g_str_hash, g_str_equal);
    }
  part = g_hash_table_lookup (self->relations, id);
  /* A file may show a part thousands of times, and unpacking it each time would use up what may be unpacked. */
  if (part != NULL && g_hash_table_add (self->shown, (gpointer) part))
    quarry_opc_add_part (self->package, part, self->office);
}

void
quarry_opc_clear_graphics (QuarryOpcGraphics *self)
{
  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_clear_pointer (&self->relations, g_hash_table_unref);
}
