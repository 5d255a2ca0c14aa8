/* quarry-html-tree.h: HTML and XHTML -> a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a browser's tree has that shows in a text: implied ends, parts of tables, raw text, drawings and formulas. No
 * head is made of what stands in one, no body where none is written, no formatting is carried on where its end is
 * missing or misplaced.
 *
 * Source: HTML Living Standard, WHATWG, 13.2.6 (Tree construction).
 */
#pragma once

#include "core/extract/html/quarry-html-tags.h"
#include "core/extract/quarry-arena.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_HTML_UNKNOWN, /* an element of another name */
#define QUARRY_HTML_TAG_CONSTANT(constant, name, traits) QUARRY_HTML_##constant,
  QUARRY_HTML_TAGS (QUARRY_HTML_TAG_CONSTANT)
#undef QUARRY_HTML_TAG_CONSTANT
  QUARRY_HTML_N_TAGS,
  QUARRY_HTML_TEXT = QUARRY_HTML_N_TAGS, /* no element */
  QUARRY_HTML_BLANKS,                    /* no element: white space alone */
} QuarryHtmlTag;

/* The attributes that are kept. */
typedef enum
{
  QUARRY_HTML_ARIA_HIDDEN,
  QUARRY_HTML_CLOSE,
  QUARRY_HTML_CONTENT,
  QUARRY_HTML_HIDDEN,
  QUARRY_HTML_HREF,
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
  const char *bytes; /* a text, or the name of an element as it is written; not ended by a NUL */
  gsize length;
  QuarryHtmlAttribute *attributes;
  guint8 tag;          /* a QuarryHtmlTag */
  guint8 is_foreign;   /* part of a drawing or a formula */
};

/* Parses a page or a fragment, which has to stay as long as the tree. (transfer none): the element html, which is
 * @arena's. A page that says that it is XHTML may end elements in their tag, as in <title/>. Elements deeper than a few
 * hundred are empty, and what is in them stands beside them; it takes time and memory in proportion to @length. */
const QuarryHtmlNode *quarry_html_parse (QuarryArena *arena, const char *html, gsize length);

/* NULL where the element has none; of text too. */
const char *quarry_html_attribute (const QuarryHtmlNode *node, QuarryHtmlKey key);

static inline gboolean
quarry_html_is_element (const QuarryHtmlNode *node)
{
  return node->tag < QUARRY_HTML_N_TAGS;
}

G_END_DECLS
