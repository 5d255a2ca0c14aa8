/* quarry-reader-iwork09.c: documents of Apple's Pages, Keynote and Numbers of before 2013
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Apple documented the format of Keynote 2 ("Keynote XML", technical note 2073); those of Pages, Numbers and
 * later versions are alike. A package has one XML file, in which the texts are paragraphs, in places that
 * tell what they are. The cells of a table follow one another; each says how many columns it is behind the
 * one before it, which is a number below zero where a row begins.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-cells.h"
#include "core/extract/office/quarry-office.h"
#include "core/extract/office/quarry-package.h"
#include "core/extract/text/quarry-xml.h"

#include <math.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define HISTORY "buildVersionHistory.plist"
/* The most bytes of choices that are written into cells. A cell names its choice by a few bytes, whatever that says. */
#define MAX_CHOSEN ((gsize) 16 << 20)

typedef enum
{
  PLACE_TEXT,
  PLACE_TITLE, /* the title of a slide */
  PLACE_BODY,  /* the body of a slide: a list */
} Place;

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryOffice *office;
  Place place;
  guint n_slides;
  guint n_paragraphs; /* open ones that text belongs to */
  guint level;        /* of the last paragraph that began */
  gboolean in_cells;
  guint cell_depth;
  int column;          /* of the current cell; -1 before the first one */
  GHashTable *choices; /* of the menus in cells: id to text */
  char *choice;        /* id of the one that is open */
  gsize n_chosen;      /* bytes of choices written into cells so far */
  gboolean in_choices;
  const char *key; /* of the open element of the metadata; NULL outside of one */
} Iwork09Reader;

static void
add_choice (Iwork09Reader *self, const QuarryXmlElement *xml)
{
  g_autofree char *id = quarry_xml_attribute (xml, "IDREF");
  const char *text = id != NULL ? g_hash_table_lookup (self->choices, id) : NULL;

  if (text == NULL || self->n_chosen + strlen (text) > MAX_CHOSEN)
    return;
  self->n_chosen += strlen (text);
  quarry_office_add_text (self->office, text);
}

/* Adds what an attribute says that stands in a cell. */
static void
add_cell_value (Iwork09Reader *self, const char *name, const QuarryXmlElement *xml)
{
  const char *attribute = strcmp (name, "ct") == 0 ? "s" : strcmp (name, "d") == 0 ? "cell-date" : "v";
  g_autofree char *value = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  double number;

  if (!g_strv_contains ((const char *const[]) { "ct", "d", "n", "rn", NULL }, name)
      || (value = quarry_xml_attribute (xml, attribute)) == NULL)
    return;
  number = g_ascii_strtod (value, NULL);
  if (*attribute == 's')
    g_string_assign (text, value);
  else if (*attribute == 'v')
    quarry_cells_append_number (text, number);
  else
    /* Seconds since 2001, which began 36,892 days after what that function counts from. */
    quarry_cells_append_date (text, floor (number / 86400.0) + 36892.0, FALSE);
  if (self->in_choices && self->choice != NULL)
    g_hash_table_replace (self->choices, g_steal_pointer (&self->choice), g_strdup (text->str));
  else if (!self->in_choices)
    quarry_office_add_text (self->office, text->str);
}

static void
begin_cell (Iwork09Reader *self, const QuarryXmlElement *xml)
{
  int step = (gint8) quarry_xml_number (xml, "ct", self->column >= 0);
  int column = MAX (MAX (self->column, 0) + step, 0);

  if (self->column < 0 || step <= 0)
    {
      quarry_office_begin_row (self->office);
      self->column = -1;
    }
  for (int i = self->column + 1; i < column; i++)
    quarry_office_begin_cell (self->office);
  self->column = column;
  quarry_office_begin_cell (self->office);
  quarry_office_begin_paragraph (self->office);
}

static void
start_in_cells (Iwork09Reader *self, const char *name, const QuarryXmlElement *xml)
{
  if (self->cell_depth++ == 0)
    begin_cell (self, xml);
  if (strcmp (name, "menu-choices") == 0)
    self->in_choices = TRUE;
  else if (self->in_choices && strcmp (name, "t") == 0)
    {
      g_free (self->choice);
      self->choice = quarry_xml_attribute (xml, "ID");
    }
  else if (strcmp (name, "proxied-cell-ref") == 0)
    add_choice (self, xml);
  else
    add_cell_value (self, name, xml);
}

static void
start_sheet (Iwork09Reader *self, const QuarryXmlElement *xml)
{
  g_autofree char *title = quarry_xml_attribute (xml, "workspace-name");

  if (title == NULL)
    return;
  quarry_office_begin_paragraph (self->office);
  quarry_office_add_text (self->office, title);
  quarry_office_end_paragraph (self->office, QUARRY_BLOCK_HEADING, 1);
}

static void
add_metadata (Iwork09Reader *self, const QuarryXmlElement *xml)
{
  g_autofree char *value = quarry_xml_attribute (xml, "string");

  if (value != NULL && *value != '\0' && strcmp (self->key, "title") == 0)
    quarry_document_builder_set_title (self->builder, value);
  else if (value != NULL && *value != '\0')
    quarry_document_builder_set_metadata (self->builder, self->key, value);
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  /* Styles; templates, with texts that nobody wrote; what every page has. */
  static const char *const skipped[] = { "stylesheet", "theme-list", "section-prototypes", "ghost-text", "headers",
                                         "footers", "version-history", NULL };
  Iwork09Reader *self = data;

  if (g_strv_contains (skipped, name) || quarry_office_is_full (self->office))
    return FALSE;
  if (self->in_cells)
    start_in_cells (self, name, xml);

  if (strcmp (name, "p") == 0)
    {
      self->level = (guint) CLAMP (quarry_xml_number (xml, "list-level", 0), 0, 8);
      self->n_paragraphs++;
      quarry_office_begin_paragraph (self->office);
    }
  else if (strcmp (name, "tab") == 0)
    quarry_office_add_text (self->office, "\t");
  else if (strcmp (name, "br") == 0 || strcmp (name, "lnbr") == 0 || strcmp (name, "crbr") == 0)
    quarry_office_add_text (self->office, "\n");
  else if (strcmp (name, "slide") == 0)
    quarry_document_builder_begin_page (self->builder, ++self->n_slides);
  else if (strcmp (name, "title-placeholder") == 0)
    self->place = PLACE_TITLE;
  else if (strcmp (name, "body-placeholder") == 0)
    self->place = PLACE_BODY;
  else if (strcmp (name, "workspace") == 0)
    start_sheet (self, xml);
  else if (strcmp (name, "datasource") == 0 && !self->in_cells)
    {
      self->in_cells = TRUE;
      self->cell_depth = 0;
      self->column = -1;
      quarry_office_begin_table (self->office);
    }
  else if (strcmp (name, "authors") == 0)
    self->key = "author";
  else if (strcmp (name, "title") == 0 || strcmp (name, "keywords") == 0)
    self->key = strcmp (name, "title") == 0 ? "title" : "keywords";
  else if (strcmp (name, "string") == 0 && self->key != NULL)
    add_metadata (self, xml);
  return TRUE;
}

static void
end_paragraph (Iwork09Reader *self)
{
  if (self->n_paragraphs == 0)
    return;
  self->n_paragraphs--;
  if (self->place == PLACE_TITLE)
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_HEADING, 1);
  else if (self->place == PLACE_BODY)
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_LIST_ITEM, MAX (self->level, 1));
  else
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_PARAGRAPH, 0);
}

static void
end_element (gpointer data, const char *name)
{
  Iwork09Reader *self = data;

  if (strcmp (name, "p") == 0)
    end_paragraph (self);
  else if (strcmp (name, "title-placeholder") == 0 || strcmp (name, "body-placeholder") == 0)
    self->place = PLACE_TEXT;
  else if (strcmp (name, "menu-choices") == 0)
    self->in_choices = FALSE;
  else if (strcmp (name, "authors") == 0 || strcmp (name, "title") == 0 || strcmp (name, "keywords") == 0)
    self->key = NULL;

  if (self->in_cells && self->cell_depth == 0)
    {
      self->in_cells = FALSE;
      quarry_office_end_table (self->office);
    }
  else if (self->in_cells && --self->cell_depth == 0)
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_PARAGRAPH, 0);
}

static void
add_text (gpointer data, const char *text)
{
  Iwork09Reader *self = data;

  if (self->n_paragraphs > 0)
    quarry_office_add_text (self->office, text);
}

/* With a password, members have a method of compression of Apple's own. */
static gboolean
is_encrypted (const QuarryInput *input)
{
  const guint8 *end = input->bytes + input->length, *at = input->bytes;

  while ((at = memmem (at, (gsize) (end - at), "PK\3\4", 4)) != NULL && end - at > 10)
    {
      if (at[8] == 0x6c && at[9] == 0x63)
        return TRUE;
      at += 4;
    }
  return FALSE;
}

static const char *
main_of (QuarryPackage *package)
{
  return quarry_package_has (package, "index.apxl") ? "index.apxl" : "index.xml";
}

gboolean
quarry_sniff_iwork09 (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package = quarry_package_may_name (input, HISTORY) ? quarry_package_open (input) : NULL;

  return package != NULL && quarry_package_has (package, HISTORY) && quarry_package_has (package, main_of (package));
}

gboolean
quarry_read_iwork09 (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GBytes) bytes = package != NULL ? quarry_package_get (package, main_of (package)) : NULL;
  g_autoptr (GHashTable) choices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  Iwork09Reader self = { .builder = builder, .choices = choices };
  gboolean is_whole;

  if (bytes == NULL)
    {
      if (package != NULL && is_encrypted (input))
        g_set_error (error,
                     QUARRY_EXTRACT_ERROR,
                     QUARRY_EXTRACT_ERROR_ENCRYPTED,
                     _ ("This is %s that is encrypted: open it with its password and save an "
                        "unprotected copy."),
                     quarry_format_get_noun (QUARRY_FORMAT_IWORK09));
      else if (package != NULL)
        quarry_package_set_error (package, QUARRY_FORMAT_IWORK09, error);
      else
        quarry_reader_set_damaged (error, QUARRY_FORMAT_IWORK09);
      return FALSE;
    }
  self.office = quarry_office_new (builder);
  is_whole = quarry_xml_walk (bytes, &handler, &self);
  quarry_office_free (self.office);
  g_free (self.choice);
  if (!is_whole)
    quarry_reader_set_damaged (error, QUARRY_FORMAT_IWORK09);
  return is_whole;
}
