/* quarry-reader-odf.c: documents, presentations and spreadsheets of OpenDocument
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They are ZIP files, or single XML files ("flat"). Also reads the files of OpenOffice.org 1 and
 * StarOffice 6, the predecessors of OpenDocument, in which some elements have other names
 * ("OpenOffice.org XML File Format 1.0", 2002).
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-mathml.h"
#include "core/extract/office/quarry-office.h"
#include "core/extract/office/quarry-package.h"
#include "core/extract/quarry-metadata.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_REPEAT 64
#define MAX_SPACES 64
#define MAX_STYLE_CHAIN 16u
#define MAX_FORMULAS 2000u
#define MAX_FORMULA_SIZE 65536u

typedef struct
{
  char *parent;
  char *display_name;
} Style;

typedef struct
{
  QuarryBlockKind kind;
  guint level;
} Open;

typedef struct
{
  QuarryOffice *office;
  QuarryDocumentBuilder *builder;
  QuarryPackage *package; /* NULL for a flat file */
  GHashTable *styles;     /* name to Style */
  GHashTable *formulas;   /* name of a member to its text; NULL until one is asked for */
  GArray *open;       /* Open */
  guint list_depth;
  guint n_formulas;
  guint page; /* number of the slide */
  int repeat; /* how often the open cell is repeated */
  gboolean is_spreadsheet;
  gboolean is_slide_title; /* this frame */
  gboolean is_formula;     /* this frame */
} OdfReader;

static void
style_free (gpointer data)
{
  Style *style = data;

  g_free (style->parent);
  g_free (style->display_name);
  g_free (style);
}

static void
read_style (OdfReader *self, const QuarryXmlElement *xml)
{
  char *name = quarry_xml_attribute (xml, "name");
  Style *style;

  if (name == NULL)
    return;
  style = g_new0 (Style, 1);
  style->parent = quarry_xml_attribute (xml, "parent-style-name");
  style->display_name = quarry_xml_attribute (xml, "display-name");
  g_hash_table_replace (self->styles, name, style);
}

/* The kind of block that a paragraph is according to its style, or the styles that this is derived from. */
static QuarryBlockKind
kind_of_style (OdfReader *self, const char *id, gboolean *is_title)
{
  g_autofree char *name = g_strdup (id);

  *is_title = FALSE;
  for (guint i = 0; i < MAX_STYLE_CHAIN && name != NULL; i++)
    {
      const Style *style = g_hash_table_lookup (self->styles, name);

      if (strcmp (name, "Title") == 0 || g_str_has_prefix (name, "Title_"))
        {
          *is_title = TRUE;
          return QUARRY_BLOCK_HEADING;
        }
      if (strcmp (name, "Subtitle") == 0)
        return QUARRY_BLOCK_HEADING;
      if (strcmp (name, "Quotations") == 0 || strcmp (name, "Quote") == 0)
        return QUARRY_BLOCK_QUOTE;
      if (g_str_has_prefix (name, "Preformatted"))
        return QUARRY_BLOCK_CODE;
      g_free (name);
      name = style != NULL ? g_strdup (style->parent) : NULL;
    }
  return QUARRY_BLOCK_PARAGRAPH;
}

static void
begin_paragraph (OdfReader *self, gboolean is_heading, const QuarryXmlElement *xml)
{
  g_autofree char *style = quarry_xml_attribute (xml, "style-name");
  gboolean is_title;
  Open open = { .kind = kind_of_style (self, style, &is_title) };

  if (self->is_slide_title)
    open = (Open){ QUARRY_BLOCK_HEADING, 1 };
  else if (is_heading)
    {
      open.kind = QUARRY_BLOCK_HEADING;
      open.level = (guint) CLAMP (
          quarry_xml_number (xml, "outline-level", quarry_xml_number (xml, "level", 1)), 1, 6);
    }
  else if (open.kind == QUARRY_BLOCK_HEADING)
    open.level = is_title ? 1 : 2;
  else if (open.kind == QUARRY_BLOCK_PARAGRAPH && self->list_depth > 0)
    {
      open.kind = QUARRY_BLOCK_LIST_ITEM;
      open.level = self->list_depth;
    }
  g_array_append_val (self->open, open);
  quarry_office_begin_paragraph (self->office);
}

static void
add_sheet_name (OdfReader *self, const QuarryXmlElement *xml)
{
  g_autofree char *name = quarry_xml_attribute (xml, "name");

  if (name == NULL)
    return;
  quarry_office_begin_paragraph (self->office);
  quarry_office_add_text (self->office, name);
  quarry_office_end_paragraph (self->office, QUARRY_BLOCK_HEADING, 1);
}

/* Whether the element gives author or date of a comment. */
static gboolean
is_of_comment (const char *name, const QuarryXmlElement *xml)
{
  return ((strcmp (name, "creator") == 0 || strcmp (name, "date") == 0) && quarry_xml_is_of (xml, "purl.org/dc"))
         || strcmp (name, "creator-initials") == 0 || strcmp (name, "date-string") == 0;
}

/* Begins the alternative text of a picture: its title or its description. */
static void
begin_alternative (OdfReader *self)
{
  const Open open = { QUARRY_BLOCK_PARAGRAPH, 0 };

  g_array_append_val (self->open, open);
  quarry_office_begin_paragraph (self->office);
}

/* Reads the embedded objects that are formulas, in the order of the file: in that of the text, the file would have to be
 * opened again for nearly each of them. */
static GHashTable *
read_formulas (QuarryPackage *package)
{
  GHashTable *formulas = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const GPtrArray *names = quarry_package_list (package);
  guint n_read = 0;

  for (guint i = 0; i < names->len && n_read < MAX_FORMULAS; i++)
    {
      const char *name = names->pdata[i];
      g_autoptr (GBytes) bytes = NULL;
      char *formula = NULL;

      if (!g_str_has_suffix (name, "/content.xml") || g_hash_table_contains (formulas, name))
        continue;
      n_read++;
      bytes = quarry_package_get (package, name);
      if (bytes != NULL && g_bytes_get_size (bytes) <= MAX_FORMULA_SIZE)
        formula = quarry_mathml_read (bytes);
      g_hash_table_insert (formulas, g_strdup (name), formula);
    }
  return formulas;
}

/* Adds the embedded object that the element shows if it is a formula. */
static void
add_formula (OdfReader *self, const QuarryXmlElement *xml)
{
  g_autofree char *target = quarry_xml_attribute (xml, "href");
  g_autofree char *object = target != NULL ? quarry_package_resolve ("content.xml", target) : NULL;
  g_autofree char *member = object != NULL ? g_strconcat (object, "/content.xml", NULL) : NULL;
  const char *formula;

  if (self->package == NULL || member == NULL || ++self->n_formulas > MAX_FORMULAS)
    return;
  if (self->formulas == NULL)
    self->formulas = read_formulas (self->package);
  formula = g_hash_table_lookup (self->formulas, member);
  if (formula == NULL)
    return;
  quarry_office_add_text (self->office, formula);
  self->is_formula = TRUE;
}

static gboolean
is_list (const char *name)
{
  return strcmp (name, "list") == 0 || strcmp (name, "unordered-list") == 0 || strcmp (name, "ordered-list") == 0;
}

/* Elements whose contents are not the text. */
static const char *const skipped[] = {
  "tracked-changes", /* it contains deleted text */
  "ruby-text",
  "table-of-content",
  "illustration-index",
  "table-index",
  "alphabetical-index",
  "note-citation",
  "footnote-citation",
  "endnote-citation",
  "sequence-decls",
  "forms",
  "scripts",
  "font-face-decls",
  "font-decls",
  "master-styles",
  "binary-data",
  "settings",
  "content-validations",
  "named-expressions",
  "database-ranges",
  "object",
  NULL
};

/* A space that stands for several. */
static void
add_spaces (OdfReader *self, const QuarryXmlElement *xml)
{
  int n = CLAMP (quarry_xml_number (xml, "c", 1), 1, MAX_SPACES);

  while (n-- > 0)
    quarry_office_add_text (self->office, " ");
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  OdfReader *self = data;

  if (quarry_office_is_full (self->office))
    return FALSE;
  if (strcmp (name, "object") == 0)
    add_formula (self, xml);
  if (g_strv_contains (skipped, name) || is_of_comment (name, xml))
    return FALSE;
  if (strcmp (name, "title") == 0 || strcmp (name, "desc") == 0)
    {
      /* Other elements with this name are not part of the text; that of a formula is the word "formula". */
      if (self->is_formula || !quarry_xml_is_of (xml, "svg"))
        return FALSE;
      begin_alternative (self);
      return TRUE;
    }

  if (strcmp (name, "p") == 0)
    begin_paragraph (self, FALSE, xml);
  else if (strcmp (name, "h") == 0)
    begin_paragraph (self, TRUE, xml);
  else if (strcmp (name, "s") == 0)
    add_spaces (self, xml);
  /* In styles, an element of the same name is a tab stop. */
  else if (strcmp (name, "tab") == 0 || (strcmp (name, "tab-stop") == 0 && self->open->len > 0))
    quarry_office_add_text (self->office, "\t");
  else if (strcmp (name, "line-break") == 0)
    quarry_office_add_text (self->office, "\n");
  else if (is_list (name))
    self->list_depth++;
  else if (strcmp (name, "table") == 0)
    {
      if (self->is_spreadsheet)
        add_sheet_name (self, xml);
      quarry_office_begin_table (self->office);
    }
  else if (strcmp (name, "table-row") == 0)
    quarry_office_begin_row (self->office);
  else if (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0)
    {
      quarry_office_begin_cell (self->office);
      self->repeat = CLAMP (quarry_xml_number (xml, "number-columns-repeated", 1), 1, MAX_REPEAT);
    }
  else if (strcmp (name, "page") == 0)
    quarry_document_builder_begin_page (self->builder, ++self->page);
  else if (strcmp (name, "frame") == 0 || (strcmp (name, "text-box") == 0 && !self->is_slide_title))
    {
      g_autofree char *class = quarry_xml_attribute (xml, "class");

      self->is_slide_title = g_strcmp0 (class, "title") == 0;
      self->is_formula = FALSE;
    }
  else if (strcmp (name, "style") == 0)
    read_style (self, xml);
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  OdfReader *self = data;

  if ((strcmp (name, "p") == 0 || strcmp (name, "h") == 0 || strcmp (name, "title") == 0
       || strcmp (name, "desc") == 0)
      && self->open->len > 0)
    {
      Open open = g_array_index (self->open, Open, self->open->len - 1);

      g_array_set_size (self->open, self->open->len - 1);
      quarry_office_end_paragraph (self->office, open.kind, open.level);
    }
  else if (strcmp (name, "table-cell") == 0 || strcmp (name, "covered-table-cell") == 0)
    /* The text of a repeated cell is written once; the repetitions stay empty, so that columns are kept. */
    for (; self->repeat > 1; self->repeat--)
      quarry_office_begin_cell (self->office);
  else if (is_list (name) && self->list_depth > 0)
    self->list_depth--;
  else if (strcmp (name, "frame") == 0 || strcmp (name, "text-box") == 0)
    self->is_slide_title = self->is_formula = FALSE;
  else if (strcmp (name, "table") == 0)
    quarry_office_end_table (self->office);
}

static void
add_text (gpointer data, const char *text)
{
  OdfReader *self = data;

  quarry_office_add_text (self->office, text);
}

/* ---- Headers and footers ---- */

typedef struct
{
  QuarryOffice *office;
  GString *text; /* of the paragraph */
  guint depth;   /* of open headers and footers */
} HeaderReader;

/* Whether an element is a header or footer: "header", "header-left" or "header-first". */
static gboolean
is_running (const char *name)
{
  return (g_str_has_prefix (name, "header") || g_str_has_prefix (name, "footer"))
         && (name[6] == '\0' || strcmp (name + 6, "-left") == 0 || strcmp (name + 6, "-first") == 0);
}

static gboolean
start_header (gpointer data, const char *name, const QuarryXmlElement *xml)
{
  HeaderReader *self = data;

  /* In a flat file, the text follows, which is read apart. */
  if (strcmp (name, "body") == 0 || strcmp (name, "annotation") == 0 || strcmp (name, "tracked-changes") == 0)
    return FALSE;
  if (is_running (name))
    self->depth++;
  else if (strcmp (name, "s") == 0 || strcmp (name, "tab") == 0 || strcmp (name, "line-break") == 0)
    g_string_append_c (self->text, ' ');
  return TRUE;
}

static void
end_header (gpointer data, const char *name)
{
  HeaderReader *self = data;

  if (is_running (name))
    self->depth--;
  else if (strcmp (name, "p") == 0 || strcmp (name, "h") == 0)
    {
      quarry_office_add_running (self->office, self->text->str);
      g_string_truncate (self->text, 0);
    }
}

static void
add_header_text (gpointer data, const char *text)
{
  HeaderReader *self = data;

  if (self->depth > 0)
    g_string_append (self->text, text);
}

static void
read_headers (GBytes *styles, QuarryOffice *office)
{
  const QuarryXmlHandler handler = { start_header, end_header, add_header_text };
  g_autoptr (GString) text = g_string_new (NULL);
  HeaderReader self = { .office = office, .text = text };

  quarry_xml_walk (styles, &handler, &self);
}

/* The kind of OpenDocument that a MIME type stands for. */
static const char *
match_kind (const guint8 *type, gsize length)
{
  static const struct
  {
    const char *type;
    const char *kind;
  } kinds[] = {
    { "application/vnd.oasis.opendocument.text", "text" },
    { "application/vnd.oasis.opendocument.presentation", "presentation" },
    { "application/vnd.oasis.opendocument.graphics", "graphics" },
    { "application/vnd.oasis.opendocument.spreadsheet", "spreadsheet" },
    { "application/vnd.sun.xml.writer", "text" },
    { "application/vnd.sun.xml.impress", "presentation" },
    { "application/vnd.sun.xml.draw", "graphics" },
    { "application/vnd.sun.xml.calc", "spreadsheet" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (length >= strlen (kinds[i].type) && memcmp (type, kinds[i].type, strlen (kinds[i].type)) == 0)
      return kinds[i].kind;
  return NULL;
}

/* The kind of OpenDocument file: "text", "presentation", "graphics", "spreadsheet"; NULL if it is none. In a package,
 * the member "mimetype" tells, which should come first. */
static const char *
find_kind (const QuarryInput *input)
{
  static const char content_types[] = "[Content_Types].xml", prefix[] = "application/vnd.oasis.opendocument.";
  gsize window = MIN (input->length, 8192);
  const guint8 *type;

  if (input->length > 64 && memcmp (input->bytes, "PK\3\4", 4) == 0)
    {
      g_autoptr (QuarryPackage) package = NULL;
      g_autoptr (GBytes) bytes = NULL;
      const guint8 *data;
      gsize length;

      if (memcmp (input->bytes + 30, "mimetypeapplication", 19) == 0)
        return match_kind (input->bytes + 38, input->length - 38);
      /* The packages of Microsoft's formats begin like this. */
      if (memcmp (input->bytes + 30, content_types, sizeof content_types - 1) == 0)
        return NULL;
      package = quarry_package_open (input);
      bytes = package != NULL ? quarry_package_get (package, "mimetype") : NULL;
      data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
      if (data != NULL)
        return match_kind (data, length);
      /* The oldest files only state it in their list of members, as the type of the first entry. */
      bytes = package != NULL ? quarry_package_get (package, "META-INF/manifest.xml") : NULL;
      data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;
      type = data != NULL ? memmem (data, length, "application/vnd.", 16) : NULL;
      return type != NULL ? match_kind (type, (gsize) (data + length - type)) : NULL;
    }

  if (memmem (input->bytes, window, "<office:document", 16) == NULL
      || (type = memmem (input->bytes, window, prefix, sizeof prefix - 1)) == NULL)
    return NULL;
  return match_kind (type, (gsize) (input->bytes + input->length - type));
}

gboolean
quarry_sniff_odt (const QuarryInput *input)
{
  return g_strcmp0 (find_kind (input), "text") == 0;
}

gboolean
quarry_sniff_odp (const QuarryInput *input)
{
  return g_strcmp0 (find_kind (input), "presentation") == 0;
}

gboolean
quarry_sniff_odg (const QuarryInput *input)
{
  return g_strcmp0 (find_kind (input), "graphics") == 0;
}

gboolean
quarry_sniff_ods (const QuarryInput *input)
{
  return g_strcmp0 (find_kind (input), "spreadsheet") == 0;
}

static QuarryFormat
format_of (const QuarryInput *input)
{
  const char *kind = find_kind (input);

  if (g_strcmp0 (kind, "presentation") == 0)
    return QUARRY_FORMAT_ODP;
  if (g_strcmp0 (kind, "graphics") == 0)
    return QUARRY_FORMAT_ODG;
  return g_strcmp0 (kind, "spreadsheet") == 0 ? QUARRY_FORMAT_ODS : QUARRY_FORMAT_ODT;
}

static gboolean
is_encrypted (QuarryPackage *package)
{
  g_autoptr (GBytes) manifest = quarry_package_get (package, "META-INF/manifest.xml");
  gsize length;
  const char *bytes = manifest != NULL ? g_bytes_get_data (manifest, &length) : NULL;

  return bytes != NULL && memmem (bytes, length, "encryption-data", 15) != NULL;
}

gboolean
quarry_read_odf (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  const QuarryFormat format = format_of (input);
  gboolean is_flat = input->length < 4 || memcmp (input->bytes, "PK\3\4", 4) != 0;
  g_autoptr (QuarryPackage) package = is_flat ? NULL : quarry_package_open (input);
  g_autoptr (GHashTable) styles
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, style_free);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (Open));
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GBytes) meta = NULL;
  /* Has the headers and footers. Those of slides and sheets are hardly ever more than placeholders. */
  g_autoptr (GBytes) pages = NULL;
  OdfReader self = { .builder = builder,
                     .package = package,
                     .styles = styles,
                     .open = open,
                     .is_spreadsheet = format == QUARRY_FORMAT_ODS };
  gboolean is_whole;

  if (is_flat)
    {
      content = g_bytes_new_static (input->bytes, input->length);
      meta = g_bytes_ref (content);
      pages = format == QUARRY_FORMAT_ODT ? g_bytes_ref (content) : NULL;
    }
  else if (package == NULL)
    {
      quarry_reader_set_damaged (error, format);
      return FALSE;
    }
  else
    {
      if (is_encrypted (package))
        {
          g_set_error (error,
                       QUARRY_EXTRACT_ERROR,
                       QUARRY_EXTRACT_ERROR_ENCRYPTED,
                       _ ("This is %s that is encrypted: open it with its password and save an "
                          "unprotected copy."),
                       quarry_format_get_noun (format));
          return FALSE;
        }
      content = quarry_package_get (package, "content.xml");
      if (content == NULL)
        {
          quarry_package_set_error (package, format, error);
          return FALSE;
        }
      meta = quarry_package_get (package, "meta.xml");
      if (format == QUARRY_FORMAT_ODT)
        pages = quarry_package_get (package, "styles.xml");
    }

  if (meta != NULL)
    quarry_metadata_read (meta, builder);
  self.office = quarry_office_new (builder);
  is_whole = quarry_xml_walk (content, &handler, &self);
  if (pages != NULL)
    read_headers (pages, self.office);
  quarry_office_free (self.office);
  g_clear_pointer (&self.formulas, g_hash_table_unref);
  if (!is_whole)
    quarry_reader_set_damaged (error, format);
  return is_whole;
}
