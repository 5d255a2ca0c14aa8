/* quarry-hit-private.h: how the library fills in hits and answers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit.h"
#include "core/rank/quarry-confidence.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* Filled in by the searching thread before the hit is handed out. */
struct _QuarryHit
{
  GObject parent_instance;

  gint64 passage;
  gint64 document;
  guint rank;
  gboolean is_listed;
  gboolean is_unlikely;
  char *path;
  char *title;
  char *mime_type;
  char **heading;
  guint page;
  char *text;
  QuarrySpan bytes;
  QuarrySpan characters;
  QuarrySpan sentence;
  float similarity;
  float score;
  float context;
  float context_score;
  int raised_by_likeness;
  guint dense_rank;
  guint lexical_rank;
  guint fused_rank;
  gint64 avoided;
  guint avoided_rank;
  int topic;
  GPtrArray *copies; /* of QuarryHit */
  float angle;
  GArray *words; /* of QuarryHitWord */
  float rest;
};

QuarryHit *quarry_hit_new (void);

/* A hit with all that describes its passage and document, and nothing that depends on a query. (transfer full) */
QuarryHit *quarry_hit_new_of (const QuarryPassageRecord *passage, const QuarryDocumentRecord *document);

/* @query_word: of @n_bytes (-1: NUL-terminated) */
void quarry_hit_add_word (QuarryHit *self,
                          QuarrySpan span,
                          float weight,
                          QuarryMatchKind kind,
                          const char *query_word,
                          gssize n_bytes);

QuarryTopicItem *quarry_topic_item_new (int id, const char *label, guint count);

/* @hits, @candidates: of QuarryHit, @topics: of QuarryTopicItem; each may be NULL. */
QuarryAnswer *quarry_answer_new (const char *query,
                                 double took_ms,
                                 double confidence,
                                 GPtrArray *hits,
                                 GPtrArray *topics,
                                 GPtrArray *candidates);

/* These are called before the answer is handed out. */
void quarry_answer_take_corrections (QuarryAnswer *self, char **corrections);
void quarry_answer_set_completion (QuarryAnswer *self, const char *completion);
void quarry_answer_set_hint (QuarryAnswer *self, const char *hint);

/* Sets the topic of each passage of the pool: passage -> id + 1. (transfer full). Called before the answer is handed
 * out. */
void quarry_answer_take_topic_of (QuarryAnswer *self, GHashTable *topic_of);
int quarry_answer_get_topic_of (QuarryAnswer *self, gint64 passage); /* -1: none */

/* The features that the confidence was computed from, in the order of quarry_confidence_get_array(), for
 * measurements. Set before the answer is handed out. */
void quarry_answer_set_features (QuarryAnswer *self,
                                 const QuarryConfidenceFeatures *features,
                                 const QuarryConfidenceNearness *nearness);
const double *quarry_answer_get_features (QuarryAnswer *self);

G_END_DECLS
