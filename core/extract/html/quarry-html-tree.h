/* quarry-html-tree.h: parses HTML and XHTML to a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Builds what matters for the text of a browser's tree: implied end tags, parts of tables, raw text,
 * SVG and MathML. Unlike a browser, it makes no head element, no body if none is written, and does not
 * reopen formatting elements whose end tags are missing or misplaced.
 *
 * Source: HTML Living Standard, WHATWG, 13.2.6 (Tree construction).
 */
#pragma once

#include "core/extract/html/quarry-arena.h"
#include "core/extract/html/quarry-html-tags.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_HTML_UNKNOWN, /* an element with another name */
#define QUARRY_HTML_TAG_CONSTANT(constant, name, traits) QUARRY_HTML_##constant,
  QUARRY_HTML_TAGS (QUARRY_HTML_TAG_CONSTANT)
#undef QUARRY_HTML_TAG_CONSTANT
  QUARRY_HTML_N_TAGS,
  QUARRY_HTML_TEXT = QUARRY_HTML_N_TAGS, /* text, not an element */
  QUARRY_HTML_BLANKS,                    /* text that is only white space */
} QuarryHtmlTag;

/* The attributes that are kept. */
typedef enum
{
  QUARRY_HTML_ALT,
  QUARRY_HTML_ARIA_HIDDEN,
  QUARRY_HTML_CLOSE,
  QUARRY_HTML_CONTENT,
  QUARRY_HTML_HIDDEN,
  QUARRY_HTML_HREF,
  QUARRY_HTML_ID,
  QUARRY_HTML_LANG,
  QUARRY_HTML_NAME,
  QUARRY_HTML_OPEN,
  QUARRY_HTML_PROPERTY,
  QUARRY_HTML_ROLE,
  QUARRY_HTML_STYLE_TEXT,
  QUARRY_HTML_XML_LANG,
  QUARRY_HTML_XMLNS,
} QuarryHtmlKey;

typedef struct _QuarryHtmlAttribute QuarryHtmlAttribute;
struct _QuarryHtmlAttribute
{
  QuarryHtmlAttribute *next;
  QuarryHtmlKey key;
  const char *value;
};

typedef struct _QuarryHtmlNode QuarryHtmlNode;
struct _QuarryHtmlNode
{
  QuarryHtmlNode *parent, *previous, *next, *first, *last;
  const char *bytes; /* the text, or the name of the element as it is written; not NUL-terminated */
  gsize length;
  QuarryHtmlAttribute *attributes;
  guint8 tag;          /* a QuarryHtmlTag */
  guint8 is_foreign;   /* part of SVG or MathML */
};

/* A page that is parsed piece by piece: the tree takes several times as much memory as the page. */
typedef struct _QuarryHtmlParser QuarryHtmlParser;

/* @html: a page or a fragment, which must live as long as the parser. In pages that say that they are
 * XHTML, elements may be closed in their start tag, as in <title/>. (transfer full) */
QuarryHtmlParser *quarry_html_parser_new (const char *html, gsize length);

void quarry_html_parser_free (QuarryHtmlParser *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryHtmlParser, quarry_html_parser_free)

/* Parses the next piece: it ends before the first block behind @least bytes, or with the page. Elements that are open
 * there are in the trees of both pieces. Elements nested deeper than a few hundred levels are empty, and their contents
 * follow them. Time and memory are linear in the length of the piece and the attributes of open elements.
 * (transfer none): the html element, whose tree lives until the next piece is parsed; NULL if nothing is left. */
const QuarryHtmlNode *quarry_html_parser_next (QuarryHtmlParser *self, gsize least);

/* The value of an attribute; NULL if the node does not have it, or is text. */
const char *quarry_html_attribute (const QuarryHtmlNode *node, QuarryHtmlKey key);

static inline gboolean
quarry_html_is_element (const QuarryHtmlNode *node)
{
  return node->tag < QUARRY_HTML_N_TAGS;
}

G_END_DECLS
