/* quarry-reader-epub.c: electronic books
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pages of a book, in the order of its spine, are each read as a web page.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/office/quarry-package.h"
#include "core/extract/quarry-metadata.h"
#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_ITEMS 20000u

typedef struct
{
  char *root;            /* the member with the description of the book */
  GHashTable *items;     /* id to member */
  GPtrArray *spine;      /* ids, in reading order */
  gboolean is_container; /* the container file is being read, not the description */
} BookReader;

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  BookReader *self = data;

  if (self->is_container)
    {
      if (strcmp (name, "rootfile") == 0 && self->root == NULL)
        self->root = quarry_xml_attribute (xml, "full-path");
    }
  else if (strcmp (name, "item") == 0)
    {
      g_autofree char *properties = quarry_xml_attribute (xml, "properties");
      g_autofree char *target = quarry_xml_attribute (xml, "href");
      g_autofree char *type = quarry_xml_attribute (xml, "media-type");
      char *id;

      /* Skip the table of contents, which repeats the headings. */
      if (target == NULL || type == NULL || strstr (type, "html") == NULL
          || (properties != NULL && strstr (properties, "nav") != NULL)
          || g_hash_table_size (self->items) >= MAX_ITEMS)
        return TRUE;
      id = quarry_xml_attribute (xml, "id");
      if (id != NULL)
        g_hash_table_replace (self->items, id, quarry_package_resolve (self->root, target));
    }
  else if (strcmp (name, "itemref") == 0 && self->spine->len < MAX_ITEMS)
    {
      char *id = quarry_xml_attribute (xml, "idref");

      if (id != NULL)
        g_ptr_array_add (self->spine, id);
    }
  return TRUE;
}

gboolean
quarry_sniff_epub (const QuarryInput *input)
{
  static const char type[] = "mimetypeapplication/epub+zip";
  g_autoptr (QuarryPackage) package = NULL;
  g_autoptr (GBytes) kind = NULL;
  const guint8 *data;
  gsize length;

  if (input->length < 64 || memcmp (input->bytes, "PK\3\4", 4) != 0)
    return FALSE;
  if (memcmp (input->bytes + 30, type, sizeof type - 1) == 0)
    return TRUE;
  package = quarry_package_open (input);
  if (package == NULL || !quarry_package_has (package, "META-INF/container.xml")
      || quarry_package_has (package, "content.xml"))
    return FALSE;
  /* Other packages that have a container file, such as InDesign's, state another type. */
  kind = quarry_package_get (package, "mimetype");
  data = kind != NULL ? g_bytes_get_data (kind, &length) : NULL;
  return data == NULL || memmem (data, length, "application/vnd.", 16) == NULL;
}

gboolean
quarry_read_epub (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_element, NULL, NULL };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GHashTable) items = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) spine = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GBytes) container = NULL;
  g_autoptr (GBytes) description = NULL;
  BookReader self = { .items = items, .spine = spine, .is_container = TRUE };
  guint n_read = 0;
  guint n_missing = 0;

  if (package != NULL)
    container = quarry_package_get (package, "META-INF/container.xml");
  if (container != NULL)
    quarry_xml_walk (container, &handler, &self);
  if (self.root != NULL)
    description = quarry_package_get (package, self.root);
  self.is_container = FALSE;
  if (description != NULL)
    {
      quarry_xml_walk (description, &handler, &self);
      quarry_metadata_read (description, builder);
    }

  for (guint i = 0; i < spine->len; i++)
    {
      const char *member = g_hash_table_lookup (items, g_ptr_array_index (spine, i));
      g_autoptr (GBytes) bytes = member != NULL ? quarry_package_get (package, member) : NULL;
      g_autoptr (GString) html = NULL;
      gsize length;
      const guint8 *data;

      if (bytes == NULL)
        {
          n_missing += member != NULL;
          continue;
        }
      data = g_bytes_get_data (bytes, &length);
      html = data != NULL ? quarry_decode (data, length, NULL) : NULL;
      if (html == NULL)
        continue;
      n_read++;
      if (!quarry_html_add (builder, html->str, html->len, FALSE))
        break;
    }
  g_free (self.root);
  if (n_missing > 0)
    quarry_document_builder_set_metadata (builder, "incomplete", "pages missing");

  if (n_read > 0)
    return TRUE;
  /* The pages of books that are sold are often encrypted; this file says so. */
  if (package != NULL && quarry_package_has (package, "META-INF/encryption.xml"))
    g_set_error_literal (error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_ENCRYPTED,
                         _ ("The book is locked by its seller, so that only the seller's own "
                            "programs can read it."));
  else if (package != NULL)
    quarry_package_set_error (package, QUARRY_FORMAT_EPUB, error);
  else
    quarry_reader_set_damaged (error, QUARRY_FORMAT_EPUB);
  return FALSE;
}
