/* quarry-html-tree.c: parses HTML and XHTML to a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stack holds the elements that are open. Each start tag first closes the elements that it
 * implicitly ends, and each end tag searches the stack for its element, as far as the scope rules of
 * the standard allow.
 */
#include "core/extract/html/quarry-html-tree.h"

#include "core/extract/html/quarry-html-tokens.h"

#include <string.h>

/* How many elements may be open within each other; browsers have the same limit. */
#define MAX_OPEN 512u
#define NONE 0u /* "not found", as an index in the stack of open elements: the root at 0 is never looked for */

struct _QuarryHtmlParser
{
  QuarryHtmlTokens tokens;
  QuarryHtmlNode *open[MAX_OPEN + 1]; /* innermost last; NULL for an element that ended before those inside it */
  guint n_open;
  guint counts[QUARRY_HTML_N_TAGS]; /* number of open elements with each tag */
  guint beyond[QUARRY_HTML_N_TAGS]; /* number of elements with each tag that were too deep to be put on the stack */
  gboolean has_beyond;
  gboolean has_body, is_xml;
  gboolean is_done;
  QuarryHtmlNode root; /* before the first piece */
};

typedef QuarryHtmlParser Parser;

const char *
quarry_html_attribute (const QuarryHtmlNode *node, QuarryHtmlKey key)
{
  for (const QuarryHtmlAttribute *attribute = node->attributes; attribute != NULL; attribute = attribute->next)
    if (attribute->key == key)
      return attribute->value;
  return NULL;
}

static inline gboolean
has_trait (const QuarryHtmlNode *node, QuarryHtmlTraits trait)
{
  return (quarry_html_get_traits (node->tag) & trait) != 0;
}

static inline QuarryHtmlNode *
innermost (const Parser *self)
{
  return self->open[self->n_open - 1];
}

/* --- What is open ------------------------------------------------------------------------------ */

/* Closes the element at index @at and all elements inside it. */
static void
end_from (Parser *self, guint at)
{
  while (self->n_open > MAX (at, 1) || (self->n_open > 1 && innermost (self) == NULL))
    {
      const QuarryHtmlNode *node = innermost (self);

      if (node != NULL)
        self->counts[node->tag]--;
      self->n_open--;
    }
  if (self->has_beyond && self->n_open < MAX_OPEN)
    {
      memset (self->beyond, 0, sizeof self->beyond);
      self->has_beyond = FALSE;
    }
}

/* Closes only the element at index @at; those inside it stay open. */
static void
end_only (Parser *self, guint at)
{
  self->counts[self->open[at]->tag]--;
  self->open[at] = NULL;
  end_from (self, self->n_open);
}

static gboolean
is_heading (QuarryHtmlTag tag)
{
  return tag >= QUARRY_HTML_H1 && tag <= QUARRY_HTML_H6;
}

/* Whether this element of SVG or MathML may contain HTML. */
static gboolean
is_integration (const QuarryHtmlNode *node)
{
  switch (node->tag)
    {
    case QUARRY_HTML_ANNOTATION_XML:
    case QUARRY_HTML_DESC:
    case QUARRY_HTML_FOREIGNOBJECT:
    case QUARRY_HTML_MI:
    case QUARRY_HTML_MN:
    case QUARRY_HTML_MO:
    case QUARRY_HTML_MS:
    case QUARRY_HTML_MTEXT:
    case QUARRY_HTML_TITLE:
      return TRUE;
    default:
      return FALSE;
    }
}

/* The index of the innermost open element with this tag that is in scope; NONE if there is none. Elements outside of an
 * open @border or @other_border are not in scope. */
static guint
find_open (const Parser *self, QuarryHtmlTag tag, QuarryHtmlTag border, QuarryHtmlTag other_border)
{
  if (self->counts[tag] == 0)
    return NONE;
  for (guint i = self->n_open; --i > 0;)
    {
      const QuarryHtmlNode *node = self->open[i];

      if (node == NULL)
        continue;
      if (node->tag == tag && !node->is_foreign)
        return i;
      if (has_trait (node, QUARRY_HTML_SCOPE) || node->tag == border || node->tag == other_border
          || (node->is_foreign && is_integration (node)))
        return NONE;
    }
  return NONE;
}

/* The same for parts of tables, whose scope ends only at a table or a template. */
static guint
find_table_part (const Parser *self, QuarryHtmlTag tag)
{
  if (self->counts[tag] == 0)
    return NONE;
  for (guint i = self->n_open; --i > 0;)
    {
      const QuarryHtmlNode *node = self->open[i];

      if (node == NULL)
        continue;
      if (node->tag == tag)
        return i;
      if (node->tag == QUARRY_HTML_TABLE || node->tag == QUARRY_HTML_TEMPLATE)
        return NONE;
    }
  return NONE;
}

static guint
find_heading (const Parser *self)
{
  for (guint i = self->n_open; --i > 0;)
    if (self->open[i] != NULL && is_heading (self->open[i]->tag))
      return i;
    else if (self->open[i] != NULL && has_trait (self->open[i], QUARRY_HTML_SCOPE))
      return NONE;
  return NONE;
}

/* --- Growing ----------------------------------------------------------------------------------- */

/* What is in a table but not in a cell is moved before the table. Returns that table; NULL if @tag is not misplaced. */
static QuarryHtmlNode *
find_table_before (const Parser *self, QuarryHtmlTag tag)
{
  guint at;

  if (!has_trait (innermost (self), QUARRY_HTML_TABLE_PART) || tag == QUARRY_HTML_BLANKS)
    return NULL;
  at = find_table_part (self, QUARRY_HTML_TABLE);
  return at != NONE ? self->open[at] : NULL;
}

static gboolean
belongs_in_table (QuarryHtmlTag tag)
{
  switch (tag)
    {
    case QUARRY_HTML_CAPTION:
    case QUARRY_HTML_COL:
    case QUARRY_HTML_COLGROUP:
    case QUARRY_HTML_FORM:
    case QUARRY_HTML_SCRIPT:
    case QUARRY_HTML_STYLE:
    case QUARRY_HTML_TBODY:
    case QUARRY_HTML_TD:
    case QUARRY_HTML_TEMPLATE:
    case QUARRY_HTML_TFOOT:
    case QUARRY_HTML_TH:
    case QUARRY_HTML_THEAD:
    case QUARRY_HTML_TR:
      return TRUE;
    default:
      return FALSE;
    }
}

static QuarryHtmlNode *
insert (Parser *self, QuarryHtmlTag tag, const char *bytes, gsize length)
{
  QuarryHtmlNode *node = quarry_arena_take (self->tokens.arena, sizeof *node);
  QuarryHtmlNode *table = belongs_in_table (tag) ? NULL : find_table_before (self, tag);
  QuarryHtmlNode *parent = table != NULL ? table->parent : innermost (self);

  *node = (QuarryHtmlNode) { .parent = parent, .bytes = bytes, .length = length, .tag = (guint8) tag };
  node->next = table;
  node->previous = table != NULL ? table->previous : parent->last;
  if (node->previous != NULL)
    node->previous->next = node;
  else
    parent->first = node;
  if (table != NULL)
    table->previous = node;
  else
    parent->last = node;
  return node;
}

static void
open_node (Parser *self, QuarryHtmlNode *node)
{
  /* At the limit, an element that contains only text may still be opened, since nothing can be nested in it. */
  if (self->n_open >= MAX_OPEN && !(self->n_open == MAX_OPEN && has_trait (node, QUARRY_HTML_RAW)))
    {
      self->beyond[node->tag]++;
      self->has_beyond = TRUE;
      return;
    }
  self->open[self->n_open++] = node;
  self->counts[node->tag]++;
}

static QuarryHtmlNode *
insert_element (Parser *self, const QuarryHtmlToken *token)
{
  QuarryHtmlNode *node = insert (self, token->tag, token->bytes, token->length);

  node->attributes = token->attributes;
  return node;
}

/* --- Drawings and formulas --------------------------------------------------------------------- */

static gboolean
is_in_foreign (const Parser *self)
{
  return innermost (self)->is_foreign && !is_integration (innermost (self));
}

/* Handles a start tag inside SVG or MathML. FALSE if it is an HTML element, which ends the SVG or MathML. */
static gboolean
start_foreign (Parser *self, const QuarryHtmlToken *token)
{
  QuarryHtmlNode *node;

  if (quarry_html_get_traits (token->tag) & QUARRY_HTML_FOREIGN_ENDS)
    {
      while (is_in_foreign (self))
        end_from (self, self->n_open - 1);
      return FALSE;
    }
  node = insert_element (self, token);
  node->is_foreign = TRUE;
  if (!token->is_closed)
    open_node (self, node);
  return TRUE;
}

static gboolean
has_name (const QuarryHtmlNode *node, const QuarryHtmlToken *token)
{
  return node->tag == token->tag && (node->tag != QUARRY_HTML_UNKNOWN
         || (node->length == token->length && g_ascii_strncasecmp (node->bytes, token->bytes, token->length) == 0));
}

/* Handles an end tag inside SVG or MathML. FALSE if it does not belong there. */
static gboolean
end_foreign (Parser *self, const QuarryHtmlToken *token)
{
  for (guint i = self->n_open; --i > 0;)
    {
      const QuarryHtmlNode *node = self->open[i];

      if (node == NULL)
        continue;
      if (!node->is_foreign)
        return FALSE;
      if (has_name (node, token))
        {
          end_from (self, i);
          return TRUE;
        }
    }
  return FALSE;
}

/* --- Ends -------------------------------------------------------------------------------------- */

static void
end_paragraph (Parser *self)
{
  guint at = find_open (self, QUARRY_HTML_P, QUARRY_HTML_BUTTON, QUARRY_HTML_BUTTON);

  if (at != NONE)
    end_from (self, at);
}

/* Handles the end tag of an inline element. */
static void
end_inline (Parser *self, const QuarryHtmlToken *token)
{
  gboolean is_free = (quarry_html_get_traits (token->tag) & QUARRY_HTML_INLINE) != 0, is_past = FALSE;

  if (self->counts[token->tag] == 0)
    return;
  for (guint i = self->n_open; --i > 0;)
    {
      const QuarryHtmlNode *node = self->open[i];

      if (node == NULL)
        continue;
      if (has_name (node, token))
        {
          if (is_past)
            end_only (self, i);
          else
            end_from (self, i);
          return;
        }
      if (has_trait (node, is_free ? QUARRY_HTML_SCOPE : QUARRY_HTML_SPECIAL))
        return;
      is_past = is_past || has_trait (node, QUARRY_HTML_SPECIAL);
    }
}

static void
end_at (Parser *self, guint at)
{
  if (at != NONE)
    end_from (self, at);
}

static void
end (Parser *self, const QuarryHtmlToken *token)
{
  QuarryHtmlTag tag = token->tag;
  guint at;

  if (self->beyond[tag] > 0)
    {
      self->beyond[tag]--;
      return;
    }
  if (innermost (self)->is_foreign && end_foreign (self, token))
    return;
  switch (tag)
    {
    case QUARRY_HTML_HTML:
    case QUARRY_HTML_HEAD:
    case QUARRY_HTML_BODY:
      break;
    case QUARRY_HTML_BR:
      insert (self, tag, token->bytes, token->length);
      break;
    case QUARRY_HTML_P:
      at = find_open (self, tag, QUARRY_HTML_BUTTON, QUARRY_HTML_BUTTON);
      if (at == NONE)
        insert (self, tag, token->bytes, token->length);
      else
        end_from (self, at);
      break;
    case QUARRY_HTML_LI:
      end_at (self, find_open (self, tag, QUARRY_HTML_OL, QUARRY_HTML_UL));
      break;
    case QUARRY_HTML_H1:
    case QUARRY_HTML_H2:
    case QUARRY_HTML_H3:
    case QUARRY_HTML_H4:
    case QUARRY_HTML_H5:
    case QUARRY_HTML_H6:
      end_at (self, find_heading (self));
      break;
    case QUARRY_HTML_FORM:
      at = find_open (self, tag, tag, tag);
      if (at != NONE)
        end_only (self, at);
      break;
    case QUARRY_HTML_CAPTION:
    case QUARRY_HTML_COLGROUP:
    case QUARRY_HTML_TABLE:
    case QUARRY_HTML_TBODY:
    case QUARRY_HTML_TD:
    case QUARRY_HTML_TFOOT:
    case QUARRY_HTML_TH:
    case QUARRY_HTML_THEAD:
    case QUARRY_HTML_TR:
      end_at (self, find_table_part (self, tag));
      break;
    default:
      if (quarry_html_get_traits (tag) & QUARRY_HTML_SPECIAL)
        end_at (self, find_open (self, tag, tag, tag));
      else
        end_inline (self, token);
      break;
    }
}

/* --- Starts ------------------------------------------------------------------------------------ */

/* Closes the open item in the same list. */
static void
end_item (Parser *self, QuarryHtmlTag tag, QuarryHtmlTag other)
{
  if (self->counts[tag] == 0 && self->counts[other] == 0)
    return;
  for (guint i = self->n_open; --i > 0;)
    {
      const QuarryHtmlNode *node = self->open[i];

      if (node == NULL)
        continue;
      if (node->tag == tag || node->tag == other)
        {
          end_from (self, i);
          return;
        }
      if (has_trait (node, QUARRY_HTML_SPECIAL) && node->tag != QUARRY_HTML_ADDRESS && node->tag != QUARRY_HTML_DIV
          && node->tag != QUARRY_HTML_P)
        return;
    }
}

/* For elements that cannot contain one of their own kind: closes the open one. */
static void
end_own (Parser *self, const QuarryHtmlToken *token)
{
  if (token->tag == QUARRY_HTML_A || token->tag == QUARRY_HTML_NOBR)
    end_inline (self, token);
  else if (innermost (self)->tag == token->tag)
    end_from (self, self->n_open - 1);
}

/* Whether the innermost open part of a table is not a cell. */
static gboolean
is_between_cells (const Parser *self)
{
  for (guint i = self->n_open; --i > 0;)
    if (self->open[i] != NULL && has_trait (self->open[i], QUARRY_HTML_TABLE_PART))
      return TRUE;
    else if (self->open[i] != NULL && has_trait (self->open[i], QUARRY_HTML_SCOPE))
      return FALSE;
  return FALSE;
}

/* Closes everything inside the open section (tbody, thead or tfoot) of the table, or inside the table if no section is
 * open. */
static void
end_rows (Parser *self, guint table)
{
  guint at = table + 1;

  while (at < self->n_open && self->open[at] == NULL)
    at++;
  if (at < self->n_open
      && (self->open[at]->tag == QUARRY_HTML_TBODY || self->open[at]->tag == QUARRY_HTML_THEAD
          || self->open[at]->tag == QUARRY_HTML_TFOOT))
    at++;
  else
    at = table + 1;
  end_from (self, at);
}

/* Handles the start tag of a part of a table: closes the elements that it cannot be in. FALSE if there is no table. */
static gboolean
begin_table_part (Parser *self, const QuarryHtmlToken *token)
{
  guint table = find_table_part (self, QUARRY_HTML_TABLE), row;

  if (table == NONE)
    return FALSE;
  switch (token->tag)
    {
    case QUARRY_HTML_TR:
      end_rows (self, table);
      break;
    case QUARRY_HTML_TD:
    case QUARRY_HTML_TH:
      row = find_table_part (self, QUARRY_HTML_TR);
      if (row != NONE)
        end_from (self, row + 1);
      else
        {
          end_rows (self, table);
          open_node (self, insert (self, QUARRY_HTML_TR, "tr", 2));
        }
      break;
    default:
      end_from (self, table + 1);
      break;
    }
  return TRUE;
}

static gboolean
is_part_of_ruby (QuarryHtmlTag tag)
{
  return tag == QUARRY_HTML_RB || tag == QUARRY_HTML_RP || tag == QUARRY_HTML_RT || tag == QUARRY_HTML_RTC;
}

/* Closes the elements that this start tag implicitly ends. FALSE if the start tag is to be ignored. */
static gboolean
make_room (Parser *self, const QuarryHtmlToken *token)
{
  guint at;

  switch (token->tag)
    {
    case QUARRY_HTML_LI:
      end_item (self, QUARRY_HTML_LI, QUARRY_HTML_LI);
      break;
    case QUARRY_HTML_DD:
    case QUARRY_HTML_DT:
      end_item (self, QUARRY_HTML_DD, QUARRY_HTML_DT);
      break;
    case QUARRY_HTML_A:
    case QUARRY_HTML_NOBR:
    case QUARRY_HTML_OPTION:
      end_own (self, token);
      break;
    case QUARRY_HTML_RB:
    case QUARRY_HTML_RP:
    case QUARRY_HTML_RT:
    case QUARRY_HTML_RTC:
      while (is_part_of_ruby (innermost (self)->tag))
        end_from (self, self->n_open - 1);
      break;
    case QUARRY_HTML_BUTTON:
    case QUARRY_HTML_INPUT:
    case QUARRY_HTML_TEXTAREA:
      at = find_open (self, token->tag == QUARRY_HTML_BUTTON ? token->tag : QUARRY_HTML_SELECT, token->tag, token->tag);
      end_at (self, at);
      break;
    /* A select inside a select is treated as its end tag, as the standard demands. */
    case QUARRY_HTML_SELECT:
      at = find_open (self, token->tag, token->tag, token->tag);
      end_at (self, at);
      return at == NONE;
    case QUARRY_HTML_TABLE:
      if (is_between_cells (self))
        end_at (self, find_table_part (self, QUARRY_HTML_TABLE));
      break;
    case QUARRY_HTML_CAPTION:
    case QUARRY_HTML_COL:
    case QUARRY_HTML_COLGROUP:
    case QUARRY_HTML_TBODY:
    case QUARRY_HTML_TD:
    case QUARRY_HTML_TFOOT:
    case QUARRY_HTML_TH:
    case QUARRY_HTML_THEAD:
    case QUARRY_HTML_TR:
      return begin_table_part (self, token);
    default:
      break;
    }
  if (quarry_html_get_traits (token->tag) & QUARRY_HTML_ENDS_P)
    end_paragraph (self);
  if (is_heading (token->tag) && is_heading (innermost (self)->tag))
    end_from (self, self->n_open - 1);
  return TRUE;
}

/* html, head and body: html and body exist only once, wherever their start tags are. FALSE if the start tag is to be
 * ignored. */
static gboolean
is_new (Parser *self, const QuarryHtmlToken *token)
{
  if (token->tag == QUARRY_HTML_HTML)
    {
      if (self->open[0]->attributes == NULL)
        self->open[0]->attributes = token->attributes;
      self->is_xml = self->is_xml || quarry_html_attribute (self->open[0], QUARRY_HTML_XMLNS) != NULL;
      return FALSE;
    }
  if (token->tag == QUARRY_HTML_HEAD)
    return FALSE;
  if (token->tag == QUARRY_HTML_BODY)
    {
      gboolean is_first = !self->has_body && self->n_open == 1;

      self->has_body = TRUE;
      return is_first;
    }
  return TRUE;
}

static void
start (Parser *self, const QuarryHtmlToken *token)
{
  QuarryHtmlTraits traits = quarry_html_get_traits (token->tag);
  gboolean is_closed = (traits & QUARRY_HTML_VOID) || (self->is_xml && token->is_closed);
  gboolean is_misplaced;
  QuarryHtmlNode *node;

  if (is_in_foreign (self) && start_foreign (self, token))
    return;
  if (!is_new (self, token) || !make_room (self, token))
    return;
  /* A noscript element without an end tag would hide the rest of the page, so ignore it. */
  if (token->tag == QUARRY_HTML_NOSCRIPT && !is_closed && !quarry_html_tokens_has_noscript_end (&self->tokens))
    return;
  /* A form between the rows of a table does not contain the cells, so it is closed at once. */
  is_misplaced = token->tag == QUARRY_HTML_FORM && has_trait (innermost (self), QUARRY_HTML_TABLE_PART);
  node = insert_element (self, token);
  if (token->tag == QUARRY_HTML_MATH || token->tag == QUARRY_HTML_SVG)
    {
      node->is_foreign = TRUE;
      is_closed = token->is_closed;
    }
  if (is_closed || is_misplaced)
    return;
  open_node (self, node);
  if (traits & QUARRY_HTML_RAW)
    self->tokens.raw = token->tag;
}

/* --- Pieces ------------------------------------------------------------------------------------ */

static QuarryHtmlAttribute *
copy_attributes (QuarryArena *arena, const QuarryHtmlAttribute *attributes)
{
  QuarryHtmlAttribute *first = NULL, **last = &first;

  for (; attributes != NULL; attributes = attributes->next)
    {
      gsize n = strlen (attributes->value) + 1;
      char *value = quarry_arena_take (arena, n);

      memcpy (value, attributes->value, n);
      *last = quarry_arena_take (arena, sizeof **last);
      **last = (QuarryHtmlAttribute) { NULL, attributes->key, value };
      last = &(*last)->next;
    }
  return first;
}

/* Begins a tree in which the elements are open that are open now. */
static void
begin_piece (Parser *self)
{
  QuarryArena *arena = quarry_arena_new ();
  QuarryHtmlNode *parent = NULL;

  for (guint i = 0; i < self->n_open; i++)
    {
      const QuarryHtmlNode *open = self->open[i];
      QuarryHtmlNode *node;

      if (open == NULL)
        continue;
      node = quarry_arena_take (arena, sizeof *node);
      *node = (QuarryHtmlNode) { .parent = parent, .bytes = open->bytes, .length = open->length, .tag = open->tag,
                                 .is_foreign = open->is_foreign,
                                 .attributes = copy_attributes (arena, open->attributes) };
      if (parent != NULL)
        parent->first = parent->last = node;
      self->open[i] = parent = node;
    }
  g_clear_pointer (&self->tokens.arena, quarry_arena_free);
  self->tokens.arena = arena;
}

/* Whether the page can be parted here: before a block, or before any tag if none comes for long. */
static gboolean
may_end_piece (const Parser *self, gsize length, gsize least)
{
  QuarryHtmlTag next;

  if (length < least || self->tokens.raw != QUARRY_HTML_UNKNOWN || innermost (self)->is_foreign
      || self->tokens.at == self->tokens.end)
    return FALSE;
  next = quarry_html_tokens_peek (&self->tokens);
  return length / 2 >= least || next == QUARRY_HTML_TR || (quarry_html_get_traits (next) & QUARRY_HTML_ENDS_P) != 0;
}

QuarryHtmlParser *
quarry_html_parser_new (const char *html, gsize length)
{
  Parser *self = g_new0 (Parser, 1);

  self->tokens.at = html;
  self->tokens.end = html + length;
  self->root = (QuarryHtmlNode) { .bytes = "html", .length = 4, .tag = QUARRY_HTML_HTML };
  self->open[0] = &self->root;
  self->n_open = 1;
  self->is_xml = length > 5 && memcmp (html, "<?xml", 5) == 0;
  return self;
}

void
quarry_html_parser_free (QuarryHtmlParser *self)
{
  g_clear_pointer (&self->tokens.arena, quarry_arena_free);
  g_free (self);
}

const QuarryHtmlNode *
quarry_html_parser_next (QuarryHtmlParser *self, gsize least)
{
  const char *begin = self->tokens.at;
  QuarryHtmlToken token;

  if (self->is_done)
    return NULL;
  begin_piece (self);
  while (!self->is_done && !may_end_piece (self, (gsize) (self->tokens.at - begin), least))
    {
      self->tokens.is_xml = self->is_xml || is_in_foreign (self);
      quarry_html_tokens_next (&self->tokens, &token);
      switch (token.kind)
        {
        case QUARRY_HTML_TOKEN_TEXT:
          insert (self, token.tag, token.bytes, token.length);
          break;
        case QUARRY_HTML_TOKEN_START:
          start (self, &token);
          break;
        case QUARRY_HTML_TOKEN_END:
          end (self, &token);
          break;
        case QUARRY_HTML_TOKEN_END_OF_PAGE:
        default:
          self->is_done = TRUE;
          break;
        }
    }
  return self->open[0];
}
