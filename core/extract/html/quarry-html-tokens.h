/* quarry-html-tokens.h: HTML -> tags and text
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
  QUARRY_HTML_VOID = 1 << 0,         /* has no contents and no end */
  QUARRY_HTML_RAW = 1 << 1,          /* its contents are text up to its end */
  QUARRY_HTML_REFERENCES = 1 << 2,   /* but for references to characters */
  QUARRY_HTML_SPECIAL = 1 << 3,      /* an end of what is around it does not go past it */
  QUARRY_HTML_SCOPE = 1 << 4,        /* nor does any other */
  QUARRY_HTML_ENDS_P = 1 << 5,       /* ends an open paragraph */
  QUARRY_HTML_INLINE = 1 << 6,       /* formatting: may end where others are still open in it */
  QUARRY_HTML_TABLE_PART = 1 << 7,   /* holds parts of a table alone */
  QUARRY_HTML_FOREIGN_ENDS = 1 << 8, /* stands in no drawing or formula */
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
  const char *bytes; /* the text, or the tag's name */
  gsize length;
  QuarryHtmlAttribute *attributes;
  gboolean is_closed; /* a start that ends with "/>" */
} QuarryHtmlToken;

typedef struct
{
  QuarryArena *arena;
  const char *at, *end;
  QuarryHtmlTag raw; /* whose contents are to come; UNKNOWN for none */
  gboolean is_xml;   /* or foreign: there may be sections of CDATA */
  gboolean is_past_noscript; /* no end of one is to come */
} QuarryHtmlTokens;

QuarryHtmlTraits quarry_html_get_traits (QuarryHtmlTag tag);

/* The next token. Comments and declarations are passed over. */
void quarry_html_tokens_next (QuarryHtmlTokens *self, QuarryHtmlToken *token);

/* Whether an end of noscript is to come. */
gboolean quarry_html_tokens_has_noscript_end (QuarryHtmlTokens *self);

G_END_DECLS
