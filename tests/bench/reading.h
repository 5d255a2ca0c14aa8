/* reading.h: how much of an answer a person reads in the first hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "tests/bench/articles.h"

G_BEGIN_DECLS

/* The person reads so many words, from the first hit on. */
#define READING_WORDS 400u

/* A place in an article: bytes of its text. */
typedef struct
{
  guint article;
  QuarrySpan span;
} Place;

/* An article's words. (transfer full): of QuarrySpan. */
GArray *reading_words (QuarryDocument *document);

/* The same for each article. (transfer full): of GArray of QuarrySpan. */
GPtrArray *reading_words_of_all (GPtrArray *articles);

/* The number of bytes that two spans have in common. */
guint32 reading_overlap (QuarrySpan a, QuarrySpan b);

/* The share of @answer, 0 to 1, that a person reads in the first READING_WORDS words of the @n @hits, best first. An
 * answer longer than that counts as READING_WORDS words. Text that has been read once is not read again. @words: the
 * words of all articles. */
double reading_share (GPtrArray *words, const Place *hits, guint n, Place answer);

G_END_DECLS
