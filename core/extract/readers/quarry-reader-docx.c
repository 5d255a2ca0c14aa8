/* quarry-reader-docx.c: Word documents (Office Open XML)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The styles are read first, since they tell which paragraphs are headings or list items, then notes
 * and comments, then the text, then headers and footers.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-office.h"
#include "core/extract/office/quarry-omml.h"
#include "core/extract/office/quarry-opc.h"
#include "core/extract/office/quarry-package.h"
#include "core/extract/readers/quarry-docx-notes.h"
#include "core/extract/text/quarry-xml.h"

#include <stdlib.h>
#include <string.h>

#define MAX_STYLE_CHAIN 16u
/* In bytes; a longer bold paragraph is no heading. */
#define MAX_BY_HAND 160u
#define MAX_HEADERS 1000u /* references to headers and footers that are followed */

typedef enum
{
  STYLE_PLAIN,
  STYLE_HEADING,
  STYLE_TITLE,
  STYLE_QUOTE,
  STYLE_CODE,
  STYLE_LIST,
  STYLE_CONTENTS, /* a row of the table of contents, which repeats the headings */
} StyleKind;

typedef struct
{
  char *based_on;
  StyleKind kind;
  guint level;
  gboolean is_known; /* the style itself says what kind it is */
} Style;

typedef struct
{
  StyleKind kind;
  guint level; /* of a heading or a list item */
  int list;    /* number of its numbering: -1 not set, 0 none */
  guint list_level;
  guint n_bold, n_plain; /* bytes of its text, without blanks at the ends of runs */
  char last;             /* of these */
  gboolean has_letters;
} Properties;

typedef struct
{
  QuarryOffice *office;
  QuarryOpcGraphics graphics;
  QuarryDocumentBuilder *builder;
  GHashTable *styles; /* id to Style */
  GHashTable *notes;  /* "f1", "e1", "c1" (a comment) to text */
  GPtrArray *headers; /* relations of the headers and footers that are in use */
  GArray *open;       /* properties of the open paragraphs */
  guint run_depth;
  gboolean is_hidden;   /* this run */
  gboolean is_bold;     /* likewise */
  gboolean has_headings; /* some paragraph has the style of one */
  guint table_depth;
  guint n_bold, n_plain; /* paragraphs so far: bold ones that were taken for headings, and others */
  gboolean is_contents; /* this content control is a table of contents */
  guint text_depth;     /* depth of open w:t and similar elements */
  QuarryOmml *formulas;
  gboolean has_title;
} DocxReader;

static void
style_free (gpointer data)
{
  Style *style = data;

  g_free (style->based_on);
  g_free (style);
}

/* ---- Styles ---- */

typedef struct
{
  GHashTable *styles;
  Style *current;
} StyleReader;

static void
judge_name (Style *style, const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (g_str_has_prefix (lower, "heading ") && g_ascii_isdigit (lower[8]))
    {
      style->kind = STYLE_HEADING;
      style->level = (guint) CLAMP (atoi (lower + 8), 1, 6);
    }
  else if (strcmp (lower, "title") == 0)
    style->kind = STYLE_TITLE;
  else if (strcmp (lower, "subtitle") == 0)
    {
      style->kind = STYLE_HEADING;
      style->level = 2;
    }
  else if (g_str_has_prefix (lower, "toc ") || strcmp (lower, "toc heading") == 0
           || strcmp (lower, "table of figures") == 0)
    style->kind = STYLE_CONTENTS;
  else if (strstr (lower, "quote") != NULL || strcmp (lower, "block text") == 0)
    style->kind = STYLE_QUOTE;
  else if (strstr (lower, "preformatted") != NULL || strstr (lower, "source code") != NULL
           || strcmp (lower, "plain code") == 0 || strcmp (lower, "code") == 0)
    style->kind = STYLE_CODE;
  else if (g_str_has_prefix (lower, "list bullet") || g_str_has_prefix (lower, "list number"))
    {
      style->kind = STYLE_LIST;
      style->level = (guint) CLAMP (atoi (lower + 11), 1, 9);
    }
  style->is_known = style->kind != STYLE_PLAIN;
}

static gboolean
start_style (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  StyleReader *self = data;

  if (strcmp (name, "style") == 0)
    {
      char *id = quarry_xml_attribute (xml, "styleId");

      self->current = NULL;
      if (id != NULL)
        {
          self->current = g_new0 (Style, 1);
          g_hash_table_replace (self->styles, id, self->current);
        }
    }
  else if (self->current == NULL)
    return TRUE;
  else if (strcmp (name, "name") == 0)
    {
      g_autofree char *value = quarry_xml_attribute (xml, "val");

      if (value != NULL)
        judge_name (self->current, value);
    }
  else if (strcmp (name, "basedOn") == 0)
    {
      g_free (self->current->based_on);
      self->current->based_on = quarry_xml_attribute (xml, "val");
    }
  else if (strcmp (name, "outlineLvl") == 0 && !self->current->is_known)
    {
      int level = quarry_xml_number (xml, "val", 9);

      if (level >= 0 && level < 9)
        {
          self->current->kind = STYLE_HEADING;
          self->current->level = (guint) MIN (level + 1, 6);
        }
      self->current->is_known = TRUE;
    }
  else if (strcmp (name, "numId") == 0 && !self->current->is_known
           && quarry_xml_number (xml, "val", 0) > 0)
    {
      self->current->kind = STYLE_LIST;
      self->current->level = 1;
      self->current->is_known = TRUE;
    }
  return TRUE;
}

static const Style *
find_style (const DocxReader *self, const char *id)
{
  const Style *style = NULL;

  for (guint i = 0; i < MAX_STYLE_CHAIN && id != NULL; i++)
    {
      style = g_hash_table_lookup (self->styles, id);
      if (style == NULL || style->is_known)
        return style;
      id = style->based_on;
    }
  return style;
}

/* ---- Text ---- */

static Properties *
innermost (DocxReader *self)
{
  return self->open->len > 0 ? &g_array_index (self->open, Properties, self->open->len - 1) : NULL;
}

static void
add_note (DocxReader *self, char kind, const QuarryXmlElement *xml)
{
  g_autofree char *id = quarry_xml_attribute (xml, "id");
  g_autofree char *key = id != NULL ? g_strdup_printf ("%c%s", kind, id) : NULL;

  if (key != NULL && self->notes != NULL)
    quarry_office_add_note (self->office, g_hash_table_lookup (self->notes, key));
}

static gboolean
is_off (const QuarryXmlElement *xml)
{
  g_autofree char *value = quarry_xml_attribute (xml, "val");

  return value != NULL
         && (strcmp (value, "0") == 0 || strcmp (value, "false") == 0
             || strcmp (value, "off") == 0);
}

/* Adds the alternative text of a picture. */
static void
add_alternative (DocxReader *self, const QuarryXmlElement *xml)
{
  g_autofree char *description = quarry_xml_attribute (xml, "descr");

  if (description != NULL && *description != '\0')
    quarry_office_add_note (self->office, description);
}

static void
read_paragraph_property (DocxReader *self, Properties *properties, const char *name, const QuarryXmlElement *xml)
{
  if (strcmp (name, "pStyle") == 0)
    {
      g_autofree char *id = quarry_xml_attribute (xml, "val");
      const Style *style = find_style (self, id);

      if (style != NULL)
        {
          properties->kind = style->kind;
          properties->level = style->level;
        }
    }
  else if (strcmp (name, "outlineLvl") == 0)
    {
      int level = quarry_xml_number (xml, "val", 9);

      if (level >= 0 && level < 9)
        {
          properties->kind = STYLE_HEADING;
          properties->level = (guint) MIN (level + 1, 6);
        }
    }
  else if (strcmp (name, "numId") == 0)
    properties->list = quarry_xml_number (xml, "val", -1);
  else if (strcmp (name, "ilvl") == 0)
    properties->list_level = (guint) CLAMP (quarry_xml_number (xml, "val", 0), 0, 8);
}

/* Remembers a header or footer, which is a file of its own. */
static void
add_header (DocxReader *self, const QuarryXmlElement *xml)
{
  char *id = quarry_xml_attribute (xml, "id");

  if (id != NULL && self->headers->len < MAX_HEADERS)
    g_ptr_array_add (self->headers, id);
  else
    g_free (id);
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  static const char *const skipped[]
      = { "del",                                    /* deleted, with changes tracked */
          "moveFrom",                               /* moved away, likewise */
          "delText",   "instrText", "delInstrText", /* codes of fields */
          "Fallback",                               /* the same contents again for older programs */
          "rt",                                     /* pronunciation above a word */
          "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", NULL };
  DocxReader *self = data;
  Properties *properties = innermost (self);

  if (g_strv_contains (skipped, name) || quarry_office_is_full (self->office))
    return FALSE;

  quarry_omml_start (self->formulas, name, xml);
  if (strcmp (name, "p") == 0)
    {
      Properties none = { STYLE_PLAIN, 0, -1, 0 };

      g_array_append_val (self->open, none);
      quarry_office_begin_paragraph (self->office);
    }
  else if (strcmp (name, "r") == 0)
    {
      self->run_depth++;
      self->is_hidden = self->is_bold = FALSE;
    }
  else if (strcmp (name, "t") == 0)
    self->text_depth++;
  else if (strcmp (name, "tab") == 0 || strcmp (name, "ptab") == 0)
    {
      /* Within the properties of a paragraph, the element is a tab stop instead. */
      if (self->run_depth > 0 && !self->is_hidden)
        quarry_office_add_text (self->office, "\t");
    }
  else if (strcmp (name, "br") == 0 || strcmp (name, "cr") == 0)
    quarry_office_add_text (self->office, "\n");
  else if (strcmp (name, "noBreakHyphen") == 0)
    quarry_office_add_text (self->office, "-");
  else if (strcmp (name, "b") == 0)
    self->is_bold = self->run_depth > 0 && !is_off (xml);
  else if (strcmp (name, "vanish") == 0)
    self->is_hidden = self->is_hidden || (self->run_depth > 0 && !is_off (xml));
  else if (strcmp (name, "footnoteReference") == 0)
    add_note (self, 'f', xml);
  else if (strcmp (name, "endnoteReference") == 0)
    add_note (self, 'e', xml);
  else if (strcmp (name, "commentReference") == 0)
    add_note (self, 'c', xml);
  else if (strcmp (name, "docPr") == 0)
    add_alternative (self, xml);
  else if (strcmp (name, "tbl") == 0)
    {
      self->table_depth++;
      quarry_office_begin_table (self->office);
    }
  else if (strcmp (name, "tr") == 0)
    quarry_office_begin_row (self->office);
  else if (strcmp (name, "tc") == 0)
    quarry_office_begin_cell (self->office);
  else if (strcmp (name, "docPartGallery") == 0)
    {
      g_autofree char *gallery = quarry_xml_attribute (xml, "val");

      self->is_contents = g_strcmp0 (gallery, "Table of Contents") == 0;
    }
  else if (strcmp (name, "sdtContent") == 0 && self->is_contents)
    {
      self->is_contents = FALSE;
      return FALSE;
    }
  else if (strcmp (name, "chart") == 0 || strcmp (name, "relIds") == 0)
    quarry_opc_add_graphic (&self->graphics, name, xml);
  else if (strcmp (name, "headerReference") == 0 || strcmp (name, "footerReference") == 0)
    add_header (self, xml);
  else if (properties != NULL && self->run_depth == 0)
    read_paragraph_property (self, properties, name, xml);
  return TRUE;
}

/* Many people make headings by hand: short paragraphs in bold type. Where a document has no others, these are its
 * headings, as long as most paragraphs are different. */
static gboolean
is_made_by_hand (DocxReader *self, const Properties *properties)
{
  gboolean is_bold = properties->n_plain == 0 && properties->n_bold >= 3 && properties->has_letters;

  if (self->has_headings || self->table_depth > 0 || self->open->len > 0 || properties->kind != STYLE_PLAIN)
    return FALSE;
  if (is_bold && properties->n_bold <= MAX_BY_HAND && strchr (".,;:!?", properties->last) == NULL
      && self->n_bold <= self->n_plain + 3)
    {
      self->n_bold++;
      return TRUE;
    }
  self->n_plain += properties->n_plain > 0;
  return FALSE;
}

static void
end_paragraph (DocxReader *self)
{
  Properties properties = *innermost (self);

  g_array_set_size (self->open, self->open->len - 1);
  /* A numbered heading stays a heading; a list paragraph without numbering is not a list item. */
  if ((properties.kind == STYLE_PLAIN || properties.kind == STYLE_LIST) && properties.list > 0)
    {
      properties.kind = STYLE_LIST;
      properties.level = MAX (properties.list_level + 1, properties.level);
    }
  else if (properties.kind == STYLE_LIST && properties.list == 0)
    properties.kind = STYLE_PLAIN;

  if (is_made_by_hand (self, &properties))
    {
      properties.kind = STYLE_HEADING;
      properties.level = 2;
    }
  switch (properties.kind)
    {
    case STYLE_HEADING:
      quarry_office_end_paragraph (self->office, QUARRY_BLOCK_HEADING, properties.level);
      break;
    case STYLE_TITLE:
      quarry_office_end_paragraph (self->office, QUARRY_BLOCK_HEADING, 1);
      break;
    case STYLE_QUOTE:
      quarry_office_end_paragraph (self->office, QUARRY_BLOCK_QUOTE, 0);
      break;
    case STYLE_CODE:
      quarry_office_end_paragraph (self->office, QUARRY_BLOCK_CODE, 0);
      break;
    case STYLE_LIST:
      quarry_office_end_paragraph (self->office, QUARRY_BLOCK_LIST_ITEM, properties.level);
      break;
    case STYLE_CONTENTS:
      quarry_office_drop_paragraph (self->office);
      break;
    case STYLE_PLAIN:
    default:
      quarry_office_end_paragraph (self->office, QUARRY_BLOCK_PARAGRAPH, 0);
      break;
    }
}

static void
end_element (gpointer data, const char *name)
{
  DocxReader *self = data;

  quarry_omml_end (self->formulas, name);
  if (strcmp (name, "p") == 0 && self->open->len > 0)
    end_paragraph (self);
  else if (strcmp (name, "r") == 0 && self->run_depth > 0)
    {
      self->run_depth--;
      self->is_hidden = FALSE;
    }
  else if (strcmp (name, "t") == 0 && self->text_depth > 0)
    self->text_depth--;
  else if (strcmp (name, "tbl") == 0)
    {
      self->table_depth -= self->table_depth > 0;
      quarry_office_end_table (self->office);
    }
}

/* Counts how much of the paragraph is bold. */
static void
note_weight (DocxReader *self, const char *text)
{
  Properties *properties = innermost (self);
  gsize n = strlen (text);

  while (n > 0 && text[n - 1] == ' ')
    n--;
  if (properties == NULL || n == 0)
    return;
  *(self->is_bold ? &properties->n_bold : &properties->n_plain) += (guint) n;
  properties->last = text[n - 1];
  for (gsize i = 0; i < n && !properties->has_letters; i++)
    properties->has_letters = g_ascii_isalpha (text[i]) || (guchar) text[i] >= 0x80;
}

static void
add_text (gpointer data, const char *text)
{
  DocxReader *self = data;

  if (self->text_depth == 0 || self->is_hidden)
    return;
  quarry_office_add_text (self->office, text);
  note_weight (self, text);
}

/* Whether any paragraph has the style of a heading. */
static gboolean
uses_headings (DocxReader *self, GBytes *xml)
{
  static const char mark[] = "pStyle w:val=";
  gsize length;
  const char *p = g_bytes_get_data (xml, &length), *end = p + length;

  if (length == 0)
    return FALSE;
  while ((p = memmem (p, (gsize) (end - p), mark, sizeof mark - 1)) != NULL && p + sizeof mark < end)
    {
      const char *id = p + sizeof mark; /* behind the quotation mark */
      const char *quote = memchr (id, id[-1], MIN ((gsize) (end - id), 128));
      g_autofree char *name = quote != NULL ? g_strndup (id, (gsize) (quote - id)) : NULL;
      const Style *style = name != NULL ? find_style (self, name) : NULL;

      if (style != NULL && style->kind == STYLE_HEADING)
        return TRUE;
      p = id;
    }
  return FALSE;
}

/* ---- Headers and footers ---- */

typedef struct
{
  QuarryOffice *office;
  GString *text; /* of the paragraph */
  guint text_depth;
} HeaderReader;

static gboolean
start_header (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  HeaderReader *self = data;

  if (strcmp (name, "del") == 0 || strcmp (name, "Fallback") == 0)
    return FALSE;
  if (strcmp (name, "t") == 0)
    self->text_depth++;
  else if (strcmp (name, "br") == 0 || strcmp (name, "tab") == 0)
    g_string_append_c (self->text, ' ');
  return TRUE;
}

static void
end_header (gpointer data, const char *name)
{
  HeaderReader *self = data;

  if (strcmp (name, "t") == 0 && self->text_depth > 0)
    self->text_depth--;
  else if (strcmp (name, "p") == 0)
    {
      quarry_office_add_running (self->office, self->text->str);
      g_string_truncate (self->text, 0);
    }
}

static void
add_header_text (gpointer data, const char *text)
{
  HeaderReader *self = data;

  if (self->text_depth > 0)
    g_string_append (self->text, text);
}

/* Reads each header and footer in use once, although many sections may show it; in the order of the package, which need
 * not be opened again for each of them then. */
static void
read_headers (QuarryPackage *package, const char *main, const DocxReader *docx)
{
  const QuarryXmlHandler handler = { start_header, end_header, add_header_text };
  const GPtrArray *names = quarry_package_list (package);
  g_autoptr (GHashTable) relations = docx->headers->len > 0 ? quarry_opc_read_relations (package, main) : NULL;
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < docx->headers->len; i++)
    {
      char *part = g_hash_table_lookup (relations, docx->headers->pdata[i]);

      if (part != NULL)
        g_hash_table_add (wanted, part);
    }
  for (guint i = 0; i < names->len && g_hash_table_size (wanted) > 0; i++)
    {
      g_autoptr (GBytes) bytes
          = g_hash_table_remove (wanted, names->pdata[i]) ? quarry_package_get (package, names->pdata[i]) : NULL;
      g_autoptr (GString) text = g_string_new (NULL);
      HeaderReader self = { .office = docx->office, .text = text };

      if (bytes != NULL)
        quarry_xml_walk (bytes, &handler, &self);
    }
}

gboolean
quarry_sniff_docx (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package
      = quarry_package_may_have_folder (input, "word") ? quarry_package_open (input) : NULL;

  return package != NULL && quarry_opc_is (package, "word/");
}

gboolean
quarry_read_docx (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler style_handler = { start_style, NULL, NULL };
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GHashTable) styles
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, style_free);
  g_autoptr (GHashTable) notes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GPtrArray) headers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (Properties));
  g_autoptr (GBytes) style_bytes = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *main = NULL;
  g_autofree char *style_part = NULL;
  StyleReader style_reader = { .styles = styles };
  DocxReader self = { .builder = builder, .styles = styles, .notes = notes, .headers = headers, .open = open };
  gboolean is_whole;

  if (package == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_DOCX);
      return FALSE;
    }
  main = quarry_opc_find_main (package, "word/document.xml");
  bytes = quarry_package_get (package, main);
  if (bytes == NULL)
    {
      quarry_package_set_error (package, QUARRY_FORMAT_DOCX, error);
      return FALSE;
    }

  style_part = quarry_package_resolve (main, "styles.xml");
  style_bytes = quarry_package_get (package, style_part);
  if (style_bytes != NULL)
    quarry_xml_walk (style_bytes, &style_handler, &style_reader);
  quarry_docx_read_notes (package, main, "footnotes", notes);
  quarry_docx_read_notes (package, main, "endnotes", notes);
  quarry_docx_read_notes (package, main, "comments", notes);

  quarry_opc_read_metadata (package, builder);
  quarry_opc_read_embedded (package, input);
  self.office = quarry_office_new (builder);
  self.formulas = quarry_omml_new (self.office);
  self.has_headings = uses_headings (&self, bytes);
  self.graphics = (QuarryOpcGraphics) { .package = package, .part = main, .office = self.office };
  is_whole = quarry_xml_walk (bytes, &handler, &self);
  quarry_opc_clear_graphics (&self.graphics);
  quarry_omml_free (self.formulas);
  read_headers (package, main, &self);
  quarry_office_free (self.office);
  if (!is_whole)
    quarry_reader_set_damaged (error, QUARRY_FORMAT_DOCX);
  return is_whole;
}
