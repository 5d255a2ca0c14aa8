/* quarry-html.c: HTML -> blocks of a document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tree is walked without recursion: pages nest as deep as they like.
 */
#include "core/extract/quarry-html.h"

#include "core/extract/quarry-arena.h"
#include "core/extract/quarry-mathml.h"

#include <string.h>
#include <gumbo.h>

/* Cells longer than this hold prose, and their table only lays out a page. */
#define MAX_CELL 600u

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text;  /* of the block being collected */
  GString *table; /* rows of the table being collected */
  QuarryBlockKind kind;
  guint level;
  guint list_depth;
  guint quote_depth;
  guint pre_depth;
  guint item_depth;            /* open li and dd */
  const GumboNode *data_table; /* whose rows are being collected; NULL outside */
  guint n_breaks;              /* br since the last text */
  gboolean is_whole;
  gboolean has_title;
  gboolean go_on; /* FALSE once the document is full */
} Walker;

static const char *
attribute (const GumboNode *node, const char *name)
{
  const GumboAttribute *found = gumbo_get_attribute (&node->v.element.attributes, name);

  return found != NULL ? found->value : NULL;
}

static gboolean
is_element (const GumboNode *node, GumboTag tag)
{
  return (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE)
         && node->v.element.tag == tag;
}

/* Pages that show a formula as a picture hide it beside that for those who cannot see. */
static gboolean
holds_formula (const GumboNode *node)
{
  const GumboVector *children = &node->v.element.children;

  return children->length == 1 && quarry_mathml_is_formula (children->data[0]);
}

/* What copies the address of a heading, or leads back from a note: a link within the page that is no more
 * than a mark ("¶", "#", "§", "↩"). */
static gboolean
is_jump (const GumboNode *node)
{
  const GumboVector *children = &node->v.element.children;
  const char *target = attribute (node, "href"), *text;
  const GumboNode *child;
  guint n = 0;

  if (target == NULL || target[0] != '#' || children->length != 1)
    return FALSE;
  child = children->data[0];
  if (child->type != GUMBO_NODE_TEXT)
    return FALSE;
  for (text = child->v.text.text; *text != '\0'; text = g_utf8_next_char (text), n++)
    if (n == 2 || g_unichar_isalnum (g_utf8_get_char (text)) || g_unichar_isspace (g_utf8_get_char (text)))
      return FALSE;
  return n > 0;
}

/* What no reader of the page sees, or what leads around it instead of being it. */
static gboolean
is_skipped (const GumboNode *node)
{
  const char *style;

  switch (node->v.element.tag)
    {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_SVG:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_DATALIST:
    case GUMBO_TAG_BUTTON:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_RT:
    case GUMBO_TAG_RP:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_ANNOTATION_XML:
      return TRUE;
    case GUMBO_TAG_UNKNOWN:
      {
        GumboStringPiece name = node->v.element.original_tag;

        gumbo_tag_from_original_text (&name);
        return name.length == 10 && g_ascii_strncasecmp (name.data, "annotation", 10) == 0;
      }
    default:
      break;
    }
  if (is_element (node, GUMBO_TAG_A) && is_jump (node))
    return TRUE;
  if (attribute (node, "hidden") != NULL || g_strcmp0 (attribute (node, "aria-hidden"), "true") == 0
      || g_strcmp0 (attribute (node, "role"), "navigation") == 0)
    return TRUE;
  style = attribute (node, "style");
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
is_block (GumboTag tag)
{
  switch (tag)
    {
    case GUMBO_TAG_HTML:
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_BODY:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_P:
    case GUMBO_TAG_HR:
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_LEGEND:
    case GUMBO_TAG_TABLE:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_THEAD:
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_HGROUP:
    case GUMBO_TAG_DIR:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_PLAINTEXT:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_FRAMESET:
      return TRUE;
    default:
      return FALSE;
    }
}

static guint
heading_level (GumboTag tag)
{
  return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6 ? (guint) (tag - GUMBO_TAG_H1) + 1 : 0;
}

/* Ends the block that is being collected. In a data table its text stays in the cell. */
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

static const GumboNode *
next_node (const GumboNode *node, const GumboNode *root, gboolean descend)
{
  if (descend && node->type != GUMBO_NODE_TEXT && node->type != GUMBO_NODE_COMMENT
      && node->type != GUMBO_NODE_CDATA && node->type != GUMBO_NODE_WHITESPACE
      && node->v.element.children.length > 0)
    return node->v.element.children.data[0];
  while (node != root)
    {
      const GumboVector *siblings = &node->parent->v.element.children;

      if (node->index_within_parent + 1 < siblings->length)
        return siblings->data[node->index_within_parent + 1];
      node = node->parent;
    }
  return NULL;
}

/* A table that holds data, not the layout of a page: two columns and more, no block of prose and
 * no other table in its cells. */
static gboolean
is_data_table (const GumboNode *table)
{
  guint n_cells = 0, n_rows = 0;
  gsize cell = 0;

  for (const GumboNode *node = next_node (table, table, TRUE); node != NULL;
       node = next_node (node, table, TRUE))
    {
      if (node->type == GUMBO_NODE_TEXT)
        {
          cell += strlen (node->v.text.text);
          if (cell > MAX_CELL)
            return FALSE;
        }
      if (node->type != GUMBO_NODE_ELEMENT)
        continue;
      switch (node->v.element.tag)
        {
        case GUMBO_TAG_TABLE:
        case GUMBO_TAG_PRE:
        case GUMBO_TAG_FORM:
        case GUMBO_TAG_H1:
        case GUMBO_TAG_H2:
        case GUMBO_TAG_H3:
        case GUMBO_TAG_H4:
        case GUMBO_TAG_BLOCKQUOTE:
          return FALSE;
        case GUMBO_TAG_TR:
          n_rows++;
          break;
        case GUMBO_TAG_TD:
        case GUMBO_TAG_TH:
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
enter (Walker *self, const GumboNode *node)
{
  GumboTag tag = node->v.element.tag;
  guint level = heading_level (tag);

  if (tag == GUMBO_TAG_BR)
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
      if (tag == GUMBO_TAG_TR)
        flush_row (self);
      else if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_P || tag == GUMBO_TAG_DIV)
        flush (self);
      return;
    }

  if (level > 0)
    {
      flush (self);
      self->kind = QUARRY_BLOCK_HEADING;
      self->level = level;
    }
  else if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_MENU
           || tag == GUMBO_TAG_DIR)
    {
      flush (self);
      self->list_depth++;
    }
  else if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DD)
    {
      flush (self);
      self->item_depth++;
    }
  else if (tag == GUMBO_TAG_BLOCKQUOTE)
    {
      flush (self);
      self->quote_depth++;
    }
  else if (tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_LISTING || tag == GUMBO_TAG_XMP
           || tag == GUMBO_TAG_PLAINTEXT)
    {
      flush (self);
      self->pre_depth++;
    }
  else if (tag == GUMBO_TAG_TABLE)
    {
      flush (self);
      if (is_data_table (node))
        self->data_table = node;
    }
  else if (is_block (tag))
    flush (self);
}

static void
leave (Walker *self, const GumboNode *node)
{
  GumboTag tag = node->v.element.tag;

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
      else if (tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH)
        g_string_append_c (self->text, '\t');
      else if (tag == GUMBO_TAG_CAPTION)
        flush_row (self);
      return;
    }

  if (heading_level (tag) > 0)
    {
      flush (self);
      self->kind = QUARRY_BLOCK_PARAGRAPH;
      self->level = 0;
    }
  else if (tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_MENU
           || tag == GUMBO_TAG_DIR)
    {
      flush (self);
      self->list_depth--;
    }
  else if (tag == GUMBO_TAG_LI || tag == GUMBO_TAG_DD)
    {
      flush (self);
      self->item_depth--;
    }
  else if (tag == GUMBO_TAG_BLOCKQUOTE)
    {
      flush (self);
      self->quote_depth--;
    }
  else if (tag == GUMBO_TAG_PRE || tag == GUMBO_TAG_LISTING || tag == GUMBO_TAG_XMP
           || tag == GUMBO_TAG_PLAINTEXT)
    {
      flush (self);
      self->pre_depth--;
    }
  else if (is_block (tag))
    flush (self);
}

static void
add_text (Walker *self, const char *text)
{
  if (self->data_table != NULL)
    {
      /* The builder takes a tab or line end for the end of a cell. */
      gsize start = self->text->len;

      g_string_append (self->text, text);
      for (gsize i = start; i < self->text->len; i++)
        if (strchr ("\t\n\r\f", self->text->str[i]) != NULL)
          self->text->str[i] = ' ';
      return;
    }
  self->n_breaks = 0;
  g_string_append (self->text, text);
}

static void
add_formula (Walker *self, const GumboNode *node)
{
  g_autoptr (GString) formula = g_string_new (NULL);

  quarry_mathml_append (formula, node);
  add_text (self, formula->str);
}

static void
read_meta (Walker *self, const GumboNode *node)
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
  const char *name = attribute (node, "name");
  const char *content = attribute (node, "content");

  if (name == NULL)
    name = attribute (node, "property");
  if (name == NULL || content == NULL)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i].name) == 0)
      quarry_document_builder_set_metadata (self->builder, names[i].key, content);
}

static void
read_title (Walker *self, const GumboNode *node)
{
  g_autoptr (GString) title = g_string_new (NULL);

  for (guint i = 0; i < node->v.element.children.length; i++)
    {
      const GumboNode *child = node->v.element.children.data[i];

      if (child->type == GUMBO_NODE_TEXT)
        g_string_append (title, child->v.text.text);
    }
  quarry_document_builder_set_title (self->builder, title->str);
  self->has_title = TRUE;
}

static void
walk (Walker *self, const GumboNode *root)
{
  const GumboNode *node = root;

  while (node != NULL && self->go_on)
    {
      gboolean descend = FALSE;

      switch (node->type)
        {
        case GUMBO_NODE_TEXT:
        case GUMBO_NODE_CDATA:
          add_text (self, node->v.text.text);
          break;
        case GUMBO_NODE_WHITESPACE:
          if (self->text->len > 0 || self->pre_depth > 0)
            g_string_append (self->text, self->data_table != NULL ? " " : node->v.text.text);
          break;
        case GUMBO_NODE_ELEMENT:
          if (is_element (node, GUMBO_TAG_META) && self->is_whole)
            read_meta (self, node);
          else if (is_element (node, GUMBO_TAG_TITLE) && self->is_whole && !self->has_title)
            read_title (self, node);
          else if (is_element (node, GUMBO_TAG_HTML) && self->is_whole)
            quarry_document_builder_set_metadata (
                self->builder, "language", attribute (node, "lang"));
          if (quarry_mathml_is_formula (node))
            add_formula (self, node);
          else if (!is_skipped (node))
            {
              enter (self, node);
              descend = node->v.element.children.length > 0;
              if (!descend)
                leave (self, node);
            }
          break;
        case GUMBO_NODE_TEMPLATE:
        case GUMBO_NODE_COMMENT:
        case GUMBO_NODE_DOCUMENT:
        default:
          break;
        }

      if (descend)
        {
          node = node->v.element.children.data[0];
          continue;
        }
      while (node != root)
        {
          const GumboVector *siblings = &node->parent->v.element.children;

          if (node->index_within_parent + 1 < siblings->length)
            {
              node = siblings->data[node->index_within_parent + 1];
              break;
            }
          node = node->parent;
          leave (self, node);
        }
      if (node == root)
        break;
    }
  flush (self);
}

gboolean
quarry_html_add (QuarryDocumentBuilder *builder,
                 const char *html,
                 gsize length,
                 gboolean is_whole)
{
  QuarryArena *arena = quarry_arena_new ();
  GumboOptions options = kGumboDefaultOptions;
  GumboOutput *output;
  Walker self = { .builder = builder, .is_whole = is_whole, .go_on = TRUE };

  options.max_errors = 0;
  /* gumbo frees its tree by recursion, which a deep one does not survive: the arena is freed instead. */
  options.allocator = quarry_arena_take;
  options.deallocator = quarry_arena_give_back;
  options.userdata = arena;
  output = gumbo_parse_with_options (&options, html, length);
  self.text = g_string_new (NULL);
  self.table = g_string_new (NULL);
  walk (&self, output->root);
  g_string_free (self.text, TRUE);
  g_string_free (self.table, TRUE);
  quarry_arena_free (arena);
  return self.go_on;
}
