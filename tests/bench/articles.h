/* articles.h: long texts without headings, and questions whose answer is a place in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  char *query;       /* to search this article for the answer */
  char *query_among; /* to search all articles for it */
  QuarrySpan answer; /* bytes of the document's text */
} Question;

typedef struct
{
  QuarryDocument *document;
  GArray *questions; /* of Question */
} Article;

/* Reads up to @wanted articles, spread over the corpus in ../shared/data: every twentieth from number @first on, so
 * that another @first gives other articles. Each has enough sections. The headings are taken out of the text and are
 * the queries, among many articles with the article's title before them. Empty if there is no corpus. (transfer
 * full): of Article *. */
GPtrArray *articles_read_corpus (guint wanted, guint first);

/* Reads the .ref files in @folder. The first sentence of each section is taken out of the text and is the query.
 * (transfer full): of Article *. */
GPtrArray *articles_read_refs (const char *folder, GError **error);

G_END_DECLS
