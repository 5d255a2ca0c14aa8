/* hit-helpers.h: hits and answers that are made by the test, without a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit-private.h"

G_BEGIN_DECLS

/* A hit in "The Oil Crisis", of similarity .71, whose passage and best sentence is @text. */
QuarryHit *new_hit (gint64 passage, const char *text);

/* Marks the first place of @word in the text of @hit as what the query's word @query found. */
void add_word (QuarryHit *hit, const char *word, float weight, QuarryMatchKind kind, const char *query);

/* Folds @copy, which is taken over, under @hit. */
void add_copy (QuarryHit *hit, QuarryHit *copy);

/* (transfer full) hits of the passages @first to @last, in that order, of three topics in turn. */
GPtrArray *new_hits (int first, int last);

/* (transfer full) NULL ends @labels. */
GPtrArray *new_topics (const char *const *labels);

/* An answer with the topics "Embargo", "Prices" and "Daily life". Takes over @hits. */
QuarryAnswer *new_answer (GPtrArray *hits);

G_END_DECLS
