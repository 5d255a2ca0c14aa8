/* quarry-html-tokens.h: splits HTML into tags and text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Source: HTML Living Standard, WHATWG, 13.2.5 (Tokenization).
 */
#pragma once

#include "core/extract/html/quarry-html-tree.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_HTML_VOID = 1 << 0,         /* has neither contents nor an end tag */
  QUARRY_HTML_RAW = 1 << 1,          /* its contents are plain text up to its end tag */
  QUARRY_HTML_REFERENCES = 1 << 2,   /* as RAW, but with character references */
  QUARRY_HTML_SPECIAL = 1 << 3,      /* an end tag of another block does not close elements beyond it */
  QUARRY_HTML_SCOPE = 1 << 4,        /* no end tag closes elements beyond it */
  QUARRY_HTML_ENDS_P = 1 << 5,       /* its start closes an open paragraph */
  QUARRY_HTML_INLINE = 1 << 6,       /* formatting: may end while elements inside it are still open */
  QUARRY_HTML_TABLE_PART = 1 << 7,   /* may only contain parts of a table */
  QUARRY_HTML_FOREIGN_ENDS = 1 << 8, /* its start ends a drawing or formula (SVG, MathML) */
} QuarryHtmlTraits;

typedef enum
{
  QUARRY_HTML_TOKEN_END_OF_PAGE,
  QUARRY_HTML_TOKEN_TEXT,
  QUARRY_HTML_TOKEN_START,
  QUARRY_HTML_TOKEN_END,
} QuarryHtmlTokenKind;

typedef struct
{
  QuarryHtmlTokenKind kind;
  QuarryHtmlTag tag;
  const char *bytes; /* the text, or the name of the tag */
  gsize length;
  QuarryHtmlAttribute *attributes;
  gboolean is_closed; /* a start tag that ends with "/>" */
} QuarryHtmlToken;

typedef struct
{
  QuarryArena *arena;
  const char *at, *end;
  QuarryHtmlTag raw; /* the element whose plain-text contents come next; UNKNOWN for none */
  gboolean is_xml;   /* XML, or inside SVG or MathML, where CDATA sections are allowed */
  gboolean is_past_noscript; /* no </noscript> follows */
} QuarryHtmlTokens;

QuarryHtmlTraits quarry_html_get_traits (QuarryHtmlTag tag);

/* Reads the next token. Comments and declarations are skipped. */
void quarry_html_tokens_next (QuarryHtmlTokens *self, QuarryHtmlToken *token);

/* The tag that comes next, if it is a start tag; else UNKNOWN. */
QuarryHtmlTag quarry_html_tokens_peek (const QuarryHtmlTokens *self);

/* Whether a </noscript> follows. */
gboolean quarry_html_tokens_has_noscript_end (QuarryHtmlTokens *self);

G_END_DECLS
