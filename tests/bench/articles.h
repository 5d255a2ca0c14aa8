/* articles.h: long texts without headings, and questions whose answer is a place in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  char *query;       /* what to look for in the text */
  char *query_among; /* the same, for looking among many texts */
  QuarrySpan answer; /* bytes of the document's text */
} Question;

typedef struct
{
  QuarryDocument *document;
  GArray *questions; /* of Question */
} Article;

/* Up to @wanted articles of the corpus in ../shared/data, spread over all of it (every twentieth from number @first
 * on: with another one, other articles), each with sections enough: the headings are taken out, and asked for (among many with the article's title). None
 * where there is no corpus. (transfer full): of Article *. */
GPtrArray *articles_read_corpus (guint wanted, guint first);

/* The .ref files of @folder: the first sentence of each section is taken out, and asked for.
 * (transfer full): of Article *. */
GPtrArray *articles_read_refs (const char *folder, GError **error);

G_END_DECLS
