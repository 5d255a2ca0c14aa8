/* reading.h: how much of an answer is read by who reads the first hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "tests/bench/articles.h"

G_BEGIN_DECLS

/* So many words are read from the first hit on. */
#define READING_WORDS 400u

/* A place in an article: bytes of its text. */
typedef struct
{
  guint article;
  QuarrySpan span;
} Place;

/* An article's words. (transfer full): of QuarrySpan. */
GArray *reading_words (QuarryDocument *document);

/* Of each article. (transfer full): of GArray of QuarrySpan. */
GPtrArray *reading_words_of_all (GPtrArray *articles);

/* Bytes that two spans share. */
guint32 reading_overlap (QuarrySpan a, QuarrySpan b);

/* The part of @answer, 0 to 1, that is read by who reads READING_WORDS words of @hits (n of them, best first); an
 * answer longer than that counts as so many. What has been read once is passed over. @words: of all articles. */
double reading_share (GPtrArray *words, const Place *hits, guint n, Place answer);

G_END_DECLS
