/* quarry-reader-hwpx.c: documents of Hangul, Korea's word processor, in its open format
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is a standard, KS X 6101 (OWPML): a package with a part for the styles, and one for each
 * section of the text.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-office.h"
#include "core/extract/office/quarry-package.h"
#include "core/extract/text/quarry-xml.h"

#include <stdlib.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define FIRST_SECTION "Contents/section0.xml"
#define MAX_SECTIONS 10000u

typedef struct
{
  QuarryOffice *office;
  GHashTable *levels; /* id of a style to the level of its headings */
  GArray *open;       /* guint: the levels of the open paragraphs; 0 for plain ones */
  guint text_depth;
  guint n_deleted; /* stretches that are open and were deleted, with changes tracked */
} HwpxReader;

static gboolean
start_style (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  GHashTable *levels = data;
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;

  if (strcmp (name, "style") != 0)
    return TRUE;
  id = quarry_xml_attribute (xml, "id");
  title = quarry_xml_attribute (xml, "engName");
  if (id != NULL && title != NULL && g_str_has_prefix (title, "Outline "))
    g_hash_table_replace (levels, g_steal_pointer (&id), GUINT_TO_POINTER (CLAMP (atoi (title + 8), 1, 6)));
  return TRUE;
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  static const char *const skipped[] = { "header", "footer", "masterPage", "script", "parameters", "secPr", NULL };
  HwpxReader *self = data;

  if (g_strv_contains (skipped, name) || quarry_office_is_full (self->office))
    return FALSE;
  if (strcmp (name, "p") == 0)
    {
      g_autofree char *style = quarry_xml_attribute (xml, "styleIDRef");
      guint level = style != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (self->levels, style)) : 0;

      g_array_append_val (self->open, level);
      quarry_office_begin_paragraph (self->office);
    }
  else if (strcmp (name, "t") == 0)
    self->text_depth++;
  else if (strcmp (name, "tab") == 0)
    quarry_office_add_text (self->office, "\t");
  else if (strcmp (name, "lineBreak") == 0)
    quarry_office_add_text (self->office, "\n");
  else if (strcmp (name, "nbSpace") == 0 || strcmp (name, "fwSpace") == 0)
    quarry_office_add_text (self->office, " ");
  else if (strcmp (name, "hyphen") == 0)
    quarry_office_add_text (self->office, "-");
  else if (strcmp (name, "deleteBegin") == 0)
    self->n_deleted++;
  else if (strcmp (name, "deleteEnd") == 0)
    self->n_deleted -= self->n_deleted > 0;
  else if (strcmp (name, "tbl") == 0)
    quarry_office_begin_table (self->office);
  else if (strcmp (name, "tr") == 0)
    quarry_office_begin_row (self->office);
  else if (strcmp (name, "tc") == 0)
    quarry_office_begin_cell (self->office);
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  HwpxReader *self = data;

  if (strcmp (name, "t") == 0 && self->text_depth > 0)
    self->text_depth--;
  else if (strcmp (name, "tbl") == 0)
    quarry_office_end_table (self->office);
  else if (strcmp (name, "p") == 0 && self->open->len > 0)
    {
      guint level = g_array_index (self->open, guint, self->open->len - 1);

      g_array_set_size (self->open, self->open->len - 1);
      quarry_office_end_paragraph (self->office, level > 0 ? QUARRY_BLOCK_HEADING : QUARRY_BLOCK_PARAGRAPH, level);
    }
}

static void
add_text (gpointer data, const char *text)
{
  HwpxReader *self = data;

  if (self->text_depth > 0 && self->n_deleted == 0)
    quarry_office_add_text (self->office, text);
}

typedef struct
{
  QuarryDocumentBuilder *builder;
  const char *key; /* of the open element; NULL outside of one */
  GString *text;
} MetadataReader;

static gboolean
start_metadata (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  static const struct
  {
    const char *name, *key;
  } names[] = { { "title", "title" },         { "language", "language" },     { "creator", "author" },
                { "CreatedDate", "created" }, { "ModifiedDate", "modified" }, { "keyword", "keywords" } };
  MetadataReader *self = data;
  g_autofree char *attribute = strcmp (name, "meta") == 0 ? quarry_xml_attribute (xml, "name") : NULL;

  self->key = NULL;
  g_string_truncate (self->text, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (attribute != NULL ? attribute : name, names[i].name) == 0)
      self->key = names[i].key;
  return TRUE;
}

static void
end_metadata (gpointer data, const char *name)
{
  MetadataReader *self = data;

  if (self->key != NULL && self->text->len > 0 && strcmp (self->key, "title") == 0)
    quarry_document_builder_set_title (self->builder, self->text->str);
  else if (self->key != NULL && self->text->len > 0)
    quarry_document_builder_set_metadata (self->builder, self->key, self->text->str);
  self->key = NULL;
}

static void
add_metadata (gpointer data, const char *text)
{
  MetadataReader *self = data;

  if (self->key != NULL && self->text->len < 8192)
    g_string_append (self->text, text);
}

static gboolean
walk_part (QuarryPackage *package, const char *part, const QuarryXmlHandler *handler, gpointer data)
{
  g_autoptr (GBytes) bytes = quarry_package_get (package, part);

  return bytes != NULL && quarry_xml_walk (bytes, handler, data);
}

static gboolean
is_encrypted (QuarryPackage *package)
{
  g_autoptr (GBytes) bytes = quarry_package_get (package, "META-INF/manifest.xml");
  gsize length = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  return text != NULL && memmem (text, length, "encryption-data", 15) != NULL;
}

gboolean
quarry_sniff_hwpx (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package
      = quarry_package_may_name (input, FIRST_SECTION) ? quarry_package_open (input) : NULL;

  return package != NULL && quarry_package_has (package, FIRST_SECTION);
}

gboolean
quarry_read_hwpx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler metadata_handler = { start_metadata, end_metadata, add_metadata };
  const QuarryXmlHandler style_handler = { start_style, NULL, NULL };
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GHashTable) levels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GString) text = g_string_new (NULL);
  MetadataReader metadata = { .builder = builder, .text = text };
  HwpxReader self = { .levels = levels, .open = open };
  guint n_read = 0;

  if (package == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_HWPX);
      return FALSE;
    }
  if (is_encrypted (package))
    {
      g_set_error (error,
                   QUARRY_EXTRACT_ERROR,
                   QUARRY_EXTRACT_ERROR_ENCRYPTED,
                   _ ("This is %s that is encrypted: open it with its password and save an "
                      "unprotected copy."),
                   quarry_format_get_noun (QUARRY_FORMAT_HWPX));
      return FALSE;
    }
  walk_part (package, "Contents/content.hpf", &metadata_handler, &metadata);
  walk_part (package, "Contents/header.xml", &style_handler, levels);
  for (guint i = 0; i < MAX_SECTIONS; i++)
    {
      g_autofree char *part = g_strdup_printf ("Contents/section%u.xml", i);

      if (!quarry_package_has (package, part))
        break;
      /* A damaged section does not make the others fail. */
      self.office = quarry_office_new (builder);
      n_read += walk_part (package, part, &handler, &self);
      quarry_office_free (self.office);
      g_array_set_size (open, 0);
      self.text_depth = self.n_deleted = 0;
    }
  if (n_read == 0)
    quarry_package_set_error (package, QUARRY_FORMAT_HWPX, error);
  return n_read > 0;
}
