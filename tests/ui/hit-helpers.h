/* hit-helpers.h: hits and answers that are made by the test, without a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit-private.h"

G_BEGIN_DECLS

/* A hit in "The Oil Crisis", of similarity .71, whose passage and best sentence is @text. */
QuarryHit *new_hit (gint64 passage, const char *text);

/* Marks the first occurrence of @word in the text of @hit as a match of the query's word @query. */
void add_word (QuarryHit *hit, const char *word, float weight, QuarryMatchKind kind, const char *query);

/* Folds @copy under @hit. (@copy: transfer full) */
void add_copy (QuarryHit *hit, QuarryHit *copy);

/* Hits of the passages from @first to @last, in that order, whose topics are three in turn. (transfer full) */
GPtrArray *new_hits (int first, int last);

/* @labels is NULL-terminated. (transfer full) */
GPtrArray *new_topics (const char *const *labels);

/* An answer with the topics "Embargo", "Prices" and "Daily life". (@hits: transfer full) */
QuarryAnswer *new_answer (GPtrArray *hits);

G_END_DECLS
