/* quarry-html.c: makes the blocks of a document from HTML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tree is walked without recursion, since pages may be nested arbitrarily deep.
 */
#include "core/extract/html/quarry-html.h"

#include "core/extract/html/quarry-html-tree.h"
#include "core/extract/html/quarry-mathml.h"

#include <string.h>

/* A table with a cell longer than this contains prose; it is only there for the layout of the page. */
#define MAX_CELL 600u
/* So many nodes of what may ask for consent are looked through. */
#define MAX_CONSENT 500u
/* A longer page than this is read in pieces. */
#define PIECE (8u << 20)

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text;  /* text of the block being collected */
  GString *table; /* rows of the table being collected */
  QuarryBlockKind kind;
  guint level;
  guint list_depth;
  guint quote_depth;
  guint pre_depth;
  guint item_depth;            /* number of open li and dd elements */
  const QuarryHtmlNode *data_table; /* the table whose rows are being collected; NULL if none are */
  guint n_breaks;              /* number of br elements since the last text */
  gboolean is_whole;
  gboolean has_title;
  gboolean go_on; /* FALSE once the document is full */
} Walker;

/* Pages that show a formula as a picture often hide the formula itself beside it, for screen readers. It is read
 * although it is hidden. */
static gboolean
holds_formula (const QuarryHtmlNode *node)
{
  return node->first != NULL && node->first == node->last && quarry_mathml_is_formula (node->first);
}

/* A link within the page whose text is only a symbol ("¶", "#", "§", "↩"): it copies the address of a heading, or leads
 * back from a note. */
static gboolean
is_jump (const QuarryHtmlNode *node)
{
  const char *target = quarry_html_attribute (node, QUARRY_HTML_HREF);
  const QuarryHtmlNode *child = node->first;
  guint n = 0;

  if (target == NULL || target[0] != '#' || child == NULL || child != node->last || child->tag != QUARRY_HTML_TEXT)
    return FALSE;
  for (const char *text = child->bytes; text < child->bytes + child->length; text = g_utf8_next_char (text), n++)
    if (n == 2 || g_unichar_isalnum (g_utf8_get_char (text)) || g_unichar_isspace (g_utf8_get_char (text)))
      return FALSE;
  return n > 0;
}

/* The node behind @node below @top, in the order of the page. */
static const QuarryHtmlNode *
next_below (const QuarryHtmlNode *top, const QuarryHtmlNode *node)
{
  if (node->first != NULL)
    return node->first;
  while (node != top && node->next == NULL)
    node = node->parent;
  return node != top ? node->next : NULL;
}

/* Whether the element asks for consent to cookies, as saved pages have it before or behind their text: it is named so,
 * and has something to push; or it is of a program that many pages use for that. */
static gboolean
asks_for_consent (const QuarryHtmlNode *node)
{
  static const char *const programs[]
      = { "onetrust-", "cybotcookiebot",       "usercentrics", "didomi-",       "qc-cmp2",
          "cmpbox",    "sp_message_container", "fc-consent",   "borlabscookie", "moove_gdpr" };
  static const char *const names[] = { "consent", "banner", "notice", "popup", "overlay", "dialog", "modal" };
  const char *id = quarry_html_attribute (node, QUARRY_HTML_ID);
  g_autofree char *lower = NULL;
  gboolean is_named = FALSE;
  guint left = MAX_CONSENT;

  if (id == NULL
      || (node->tag != QUARRY_HTML_DIV && node->tag != QUARRY_HTML_SECTION && node->tag != QUARRY_HTML_ASIDE
          && node->tag != QUARRY_HTML_DIALOG))
    return FALSE;
  lower = g_ascii_strdown (id, -1);
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    if (g_str_has_prefix (lower, programs[i]))
      return TRUE;
  if (strstr (lower, "cookie") == NULL && strstr (lower, "gdpr") == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    is_named = is_named || strstr (lower, names[i]) != NULL;
  /* A section of the text may be about such banners, and have buttons that copy its examples. */
  for (const QuarryHtmlNode *n = node->parent; is_named && n != NULL; n = n->parent)
    is_named = n->tag != QUARRY_HTML_MAIN && n->tag != QUARRY_HTML_ARTICLE;
  for (const QuarryHtmlNode *n = node; is_named && n != NULL && left > 0; n = next_below (node, n), left--)
    if (n->tag == QUARRY_HTML_BUTTON || g_strcmp0 (quarry_html_attribute (n, QUARRY_HTML_ROLE), "button") == 0)
      return TRUE;
  return FALSE;
}

/* Elements that readers of the page do not see, or that are navigation rather than content. */
static gboolean
is_skipped (const QuarryHtmlNode *node)
{
  const char *style;

  switch (node->tag)
    {
    case QUARRY_HTML_SCRIPT:
    case QUARRY_HTML_STYLE:
    case QUARRY_HTML_TEMPLATE:
    case QUARRY_HTML_NAV:
    case QUARRY_HTML_NOSCRIPT:
    case QUARRY_HTML_NOFRAMES:
    case QUARRY_HTML_NOEMBED:
    case QUARRY_HTML_IFRAME:
    case QUARRY_HTML_APPLET:
    case QUARRY_HTML_AUDIO:
    case QUARRY_HTML_VIDEO:
    case QUARRY_HTML_CANVAS:
    case QUARRY_HTML_SVG:
    case QUARRY_HTML_SELECT:
    case QUARRY_HTML_DATALIST:
    case QUARRY_HTML_BUTTON:
    case QUARRY_HTML_TEXTAREA:
    case QUARRY_HTML_RT:
    case QUARRY_HTML_RP:
    case QUARRY_HTML_TITLE:
    case QUARRY_HTML_ANNOTATION:
    case QUARRY_HTML_ANNOTATION_XML:
      return TRUE;
    default:
      break;
    }
  if (node->attributes == NULL)
    return FALSE;
  if (node->tag == QUARRY_HTML_A && is_jump (node))
    return TRUE;
  if (quarry_html_attribute (node, QUARRY_HTML_HIDDEN) != NULL
      || g_strcmp0 (quarry_html_attribute (node, QUARRY_HTML_ARIA_HIDDEN), "true") == 0
      || g_strcmp0 (quarry_html_attribute (node, QUARRY_HTML_ROLE), "navigation") == 0 || asks_for_consent (node))
    return TRUE;
  style = quarry_html_attribute (node, QUARRY_HTML_STYLE_TEXT);
  if (style != NULL && (style = strstr (style, "display")) != NULL)
    {
      style += strlen ("display");
      while (*style == ' ' || *style == ':')
        style++;
      return g_str_has_prefix (style, "none") && !holds_formula (node);
    }
  return FALSE;
}

static gboolean
is_block (QuarryHtmlTag tag)
{
  switch (tag)
    {
    case QUARRY_HTML_HTML:
    case QUARRY_HTML_HEAD:
    case QUARRY_HTML_BODY:
    case QUARRY_HTML_ARTICLE:
    case QUARRY_HTML_SECTION:
    case QUARRY_HTML_ASIDE:
    case QUARRY_HTML_HEADER:
    case QUARRY_HTML_FOOTER:
    case QUARRY_HTML_MAIN:
    case QUARRY_HTML_ADDRESS:
    case QUARRY_HTML_P:
    case QUARRY_HTML_HR:
    case QUARRY_HTML_DIV:
    case QUARRY_HTML_CENTER:
    case QUARRY_HTML_DL:
    case QUARRY_HTML_DT:
    case QUARRY_HTML_FIGURE:
    case QUARRY_HTML_FIGCAPTION:
    case QUARRY_HTML_DETAILS:
    case QUARRY_HTML_SUMMARY:
    case QUARRY_HTML_FORM:
    case QUARRY_HTML_FIELDSET:
    case QUARRY_HTML_LEGEND:
    case QUARRY_HTML_TABLE:
    case QUARRY_HTML_CAPTION:
    case QUARRY_HTML_THEAD:
    case QUARRY_HTML_TBODY:
    case QUARRY_HTML_TFOOT:
    case QUARRY_HTML_TR:
    case QUARRY_HTML_TD:
    case QUARRY_HTML_TH:
    case QUARRY_HTML_HGROUP:
    case QUARRY_HTML_DIR:
    case QUARRY_HTML_MENU:
    case QUARRY_HTML_LISTING:
    case QUARRY_HTML_PLAINTEXT:
    case QUARRY_HTML_XMP:
    case QUARRY_HTML_FRAMESET:
      return TRUE;
    default:
      return FALSE;
    }
}

static guint
heading_level (QuarryHtmlTag tag)
{
  return tag >= QUARRY_HTML_H1 && tag <= QUARRY_HTML_H6 ? (guint) (tag - QUARRY_HTML_H1) + 1 : 0;
}

/* Ends the block being collected. In a data table, the text stays in its cell. */
static void
flush (Walker *self)
{
  self->n_breaks = 0;
  if (self->data_table != NULL)
    {
      if (self->text->len > 0 && self->text->str[self->text->len - 1] != ' ')
        g_string_append_c (self->text, ' ');
      return;
    }
  if (self->text->len > 0)
    {
      QuarryBlockKind kind = self->kind;
      guint level = self->level;

      if (kind == QUARRY_BLOCK_PARAGRAPH && self->pre_depth > 0)
        kind = QUARRY_BLOCK_CODE;
      else if (kind == QUARRY_BLOCK_PARAGRAPH && self->item_depth > 0)
        {
          kind = QUARRY_BLOCK_LIST_ITEM;
          level = MAX (self->list_depth, 1);
        }
      else if (kind == QUARRY_BLOCK_PARAGRAPH && self->quote_depth > 0)
        kind = QUARRY_BLOCK_QUOTE;
      self->go_on = quarry_document_builder_add (
                        self->builder, kind, level, self->text->str, (gssize) self->text->len)
                    && self->go_on;
    }
  g_string_truncate (self->text, 0);
}

static void
flush_row (Walker *self)
{
  while (self->text->len > 0 && strchr (" \t", self->text->str[self->text->len - 1]) != NULL)
    g_string_truncate (self->text, self->text->len - 1);
  if (self->text->len > 0)
    {
      g_string_append_len (self->table, self->text->str, (gssize) self->text->len);
      g_string_append_c (self->table, '\n');
    }
  g_string_truncate (self->text, 0);
}

/* The next node within @root in document order; NULL if there is none. */
static const QuarryHtmlNode *
next_node (const QuarryHtmlNode *node, const QuarryHtmlNode *root)
{
  if (node->first != NULL)
    return node->first;
  for (; node != root; node = node->parent)
    if (node->next != NULL)
      return node->next;
  return NULL;
}

/* Whether a table holds data, rather than being used for layout: it has at least two columns, and its cells contain
 * neither blocks of prose nor other tables. */
static gboolean
is_data_table (const QuarryHtmlNode *table)
{
  guint n_cells = 0, n_rows = 0;
  gsize cell = 0;

  for (const QuarryHtmlNode *node = next_node (table, table); node != NULL; node = next_node (node, table))
    {
      switch (node->tag)
        {
        case QUARRY_HTML_TEXT:
          cell += node->length;
          if (cell > MAX_CELL)
            return FALSE;
          break;
        case QUARRY_HTML_TABLE:
        case QUARRY_HTML_PRE:
        case QUARRY_HTML_FORM:
        case QUARRY_HTML_H1:
        case QUARRY_HTML_H2:
        case QUARRY_HTML_H3:
        case QUARRY_HTML_H4:
        case QUARRY_HTML_BLOCKQUOTE:
          return FALSE;
        case QUARRY_HTML_TR:
          n_rows++;
          break;
        case QUARRY_HTML_TD:
        case QUARRY_HTML_TH:
          n_cells++;
          cell = 0;
          break;
        default:
          break;
        }
    }
  return n_rows > 0 && n_cells >= 2 * n_rows;
}

static void
enter (Walker *self, const QuarryHtmlNode *node)
{
  QuarryHtmlTag tag = node->tag;
  guint level = heading_level (tag);

  if (tag == QUARRY_HTML_BR)
    {
      if (self->pre_depth > 0)
        g_string_append_c (self->text, '\n');
      else if (self->data_table == NULL && ++self->n_breaks == 2)
        flush (self);
      else
        g_string_append_c (self->text, ' ');
      return;
    }

  if (self->data_table != NULL)
    {
      if (tag == QUARRY_HTML_TR)
        flush_row (self);
      else if (tag == QUARRY_HTML_LI || tag == QUARRY_HTML_P || tag == QUARRY_HTML_DIV)
        flush (self);
      return;
    }

  if (level > 0)
    {
      flush (self);
      self->kind = QUARRY_BLOCK_HEADING;
      self->level = level;
    }
  else if (tag == QUARRY_HTML_UL || tag == QUARRY_HTML_OL || tag == QUARRY_HTML_MENU
           || tag == QUARRY_HTML_DIR)
    {
      flush (self);
      self->list_depth++;
    }
  else if (tag == QUARRY_HTML_LI || tag == QUARRY_HTML_DD)
    {
      flush (self);
      self->item_depth++;
    }
  else if (tag == QUARRY_HTML_BLOCKQUOTE)
    {
      flush (self);
      self->quote_depth++;
    }
  else if (tag == QUARRY_HTML_PRE || tag == QUARRY_HTML_LISTING || tag == QUARRY_HTML_XMP
           || tag == QUARRY_HTML_PLAINTEXT)
    {
      flush (self);
      self->pre_depth++;
    }
  else if (tag == QUARRY_HTML_TABLE)
    {
      flush (self);
      if (is_data_table (node))
        self->data_table = node;
    }
  else if (is_block (tag))
    flush (self);
}

static void
leave (Walker *self, const QuarryHtmlNode *node)
{
  QuarryHtmlTag tag = node->tag;

  if (self->data_table != NULL)
    {
      if (node == self->data_table)
        {
          flush_row (self);
          self->data_table = NULL;
          self->go_on = quarry_document_builder_add (self->builder,
                                                     QUARRY_BLOCK_TABLE,
                                                     0,
                                                     self->table->str,
                                                     (gssize) self->table->len)
                        && self->go_on;
          g_string_truncate (self->table, 0);
        }
      else if (tag == QUARRY_HTML_TD || tag == QUARRY_HTML_TH)
        g_string_append_c (self->text, '\t');
      else if (tag == QUARRY_HTML_CAPTION)
        flush_row (self);
      return;
    }

  if (heading_level (tag) > 0)
    {
      flush (self);
      self->kind = QUARRY_BLOCK_PARAGRAPH;
      self->level = 0;
    }
  else if (tag == QUARRY_HTML_UL || tag == QUARRY_HTML_OL || tag == QUARRY_HTML_MENU
           || tag == QUARRY_HTML_DIR)
    {
      flush (self);
      self->list_depth--;
    }
  else if (tag == QUARRY_HTML_LI || tag == QUARRY_HTML_DD)
    {
      flush (self);
      self->item_depth--;
    }
  else if (tag == QUARRY_HTML_BLOCKQUOTE)
    {
      flush (self);
      self->quote_depth--;
    }
  else if (tag == QUARRY_HTML_PRE || tag == QUARRY_HTML_LISTING || tag == QUARRY_HTML_XMP
           || tag == QUARRY_HTML_PLAINTEXT)
    {
      flush (self);
      self->pre_depth--;
    }
  else if (is_block (tag))
    flush (self);
}

static void
add_text (Walker *self, const char *text, gsize length)
{
  if (self->data_table != NULL)
    {
      /* The builder would take a tab or line end as the end of a cell, so replace them. */
      gsize start = self->text->len;

      g_string_append_len (self->text, text, (gssize) length);
      for (gsize i = start; i < self->text->len; i++)
        if (strchr ("\t\n\r\f", self->text->str[i]) != NULL)
          self->text->str[i] = ' ';
      return;
    }
  self->n_breaks = 0;
  g_string_append_len (self->text, text, (gssize) length);
}

static void
add_formula (Walker *self, const QuarryHtmlNode *node)
{
  g_autoptr (GString) formula = g_string_new (NULL);

  quarry_mathml_append (formula, node);
  add_text (self, formula->str, formula->len);
}

/* The fewest words of a picture's description that say what it shows. Fewer name what it is there for ("logo", "Figure
 * 1"), or its file. */
#define LEAST_DESCRIBING 3u

/* Whether the description of a picture says what it shows. A formula's is in TeX, and a picture in a link stands for
 * where that leads. */
static gboolean
says_something (const QuarryHtmlNode *picture, const char *alt)
{
  guint n = 0;

  for (const QuarryHtmlNode *node = picture->parent; node != NULL; node = node->parent)
    if (node->tag == QUARRY_HTML_A)
      return FALSE;
  for (const char *at = alt; n < LEAST_DESCRIBING && *(at += strspn (at, " \t\n\r\f")) != '\0'; n++)
    at += strcspn (at, " \t\n\r\f");
  return n == LEAST_DESCRIBING && strchr (alt, '\\') == NULL;
}

/* Adds the description of a picture, which is read in its place where the picture cannot be seen. */
static void
add_picture (Walker *self, const QuarryHtmlNode *node)
{
  const char *alt = quarry_html_attribute (node, QUARRY_HTML_ALT);

  if (alt == NULL || !says_something (node, alt))
    return;
  add_text (self, " ", 1);
  add_text (self, alt, strlen (alt));
  add_text (self, " ", 1);
}

static void
read_meta (Walker *self, const QuarryHtmlNode *node)
{
  static const struct
  {
    const char *name;
    const char *key;
  } names[] = {
    { "author", "author" },
    { "dc.creator", "author" },
    { "dcterms.creator", "author" },
    { "article:author", "author" },
    { "keywords", "keywords" },
    { "dcterms.created", "created" },
    { "dc.date", "created" },
    { "date", "created" },
    { "article:published_time", "created" },
    { "dcterms.modified", "modified" },
    { "article:modified_time", "modified" },
  };
  const char *name = quarry_html_attribute (node, QUARRY_HTML_NAME);
  const char *content = quarry_html_attribute (node, QUARRY_HTML_CONTENT);

  if (name == NULL)
    name = quarry_html_attribute (node, QUARRY_HTML_PROPERTY);
  if (name == NULL || content == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    /* Facebook asks for the address of an author's page. */
    if (g_ascii_strcasecmp (name, names[i].name) == 0
        && (strcmp (names[i].key, "author") != 0 || strstr (content, "://") == NULL))
      quarry_document_builder_set_metadata (self->builder, names[i].key, content);
}

static void
read_title (Walker *self, const QuarryHtmlNode *node)
{
  g_autoptr (GString) title = g_string_new (NULL);

  if (node->first != NULL && !quarry_html_is_element (node->first))
    g_string_append_len (title, node->first->bytes, (gssize) node->first->length);
  quarry_document_builder_set_title (self->builder, title->str);
  self->has_title = TRUE;
}

/* Reads title and metadata of a whole page. */
static void
read_about (Walker *self, const QuarryHtmlNode *node)
{
  if (node->tag == QUARRY_HTML_META)
    read_meta (self, node);
  else if (node->tag == QUARRY_HTML_TITLE && !self->has_title)
    read_title (self, node);
  else if (node->tag == QUARRY_HTML_HTML)
    {
      const char *language = quarry_html_attribute (node, QUARRY_HTML_LANG);

      if (language == NULL)
        language = quarry_html_attribute (node, QUARRY_HTML_XML_LANG);
      quarry_document_builder_set_metadata (self->builder, "language", language);
    }
}

/* TRUE if the contents of the element are to be walked, and then its end. */
static gboolean
walk_into (Walker *self, const QuarryHtmlNode *node)
{
  if (self->is_whole)
    read_about (self, node);
  if (quarry_mathml_is_formula (node))
    add_formula (self, node);
  else if (!is_skipped (node))
    {
      enter (self, node);
      if (node->tag == QUARRY_HTML_IMG)
        add_picture (self, node);
      if (node->first != NULL)
        return TRUE;
      leave (self, node);
    }
  return FALSE;
}

static void
walk (Walker *self, const QuarryHtmlNode *root)
{
  const QuarryHtmlNode *node = root;

  while (self->go_on)
    {
      gboolean descend = FALSE;

      if (node->tag == QUARRY_HTML_TEXT)
        add_text (self, node->bytes, node->length);
      else if (node->tag != QUARRY_HTML_BLANKS)
        descend = walk_into (self, node);
      else if (self->data_table != NULL && self->text->len > 0)
        g_string_append_c (self->text, ' ');
      else if (self->text->len > 0 || self->pre_depth > 0)
        g_string_append_len (self->text, node->bytes, (gssize) node->length);

      if (descend)
        {
          node = node->first;
          continue;
        }
      while (node != root && node->next == NULL)
        {
          node = node->parent;
          leave (self, node);
        }
      if (node == root)
        break;
      node = node->next;
    }
  flush (self);
}

gboolean
quarry_html_add (QuarryDocumentBuilder *builder,
                 const char *html,
                 gsize length,
                 gboolean is_whole)
{
  g_autoptr (QuarryHtmlParser) parser = quarry_html_parser_new (html, length);
  Walker self = { .builder = builder, .is_whole = is_whole, .go_on = TRUE };
  const QuarryHtmlNode *root;

  self.text = g_string_new (NULL);
  self.table = g_string_new (NULL);
  while (self.go_on && (root = quarry_html_parser_next (parser, PIECE)) != NULL)
    walk (&self, root);
  g_string_free (self.text, TRUE);
  g_string_free (self.table, TRUE);
  return self.go_on;
}
