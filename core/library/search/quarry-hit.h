/* quarry-hit.h: a passage found by a search, and the answer it is part of
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"
#include "core/rank/quarry-explain.h"

G_BEGIN_DECLS

/* A word of the passage that contributes to the match. */
typedef struct
{
  QuarrySpan span;       /* bytes in the hit's text */
  float weight;          /* its part of the similarity */
  char *query_word;      /* the word of the query that it matches, as typed; reference counted */
  QuarryMatchKind kind;
} QuarryHitWord;

#define QUARRY_TYPE_HIT (quarry_hit_get_type ())

/* Immutable once it has been handed out. Thread safe. */
G_DECLARE_FINAL_TYPE (QuarryHit, quarry_hit, QUARRY, HIT, GObject)

gint64 quarry_hit_get_passage (QuarryHit *self);
gint64 quarry_hit_get_document (QuarryHit *self);
guint quarry_hit_get_rank (QuarryHit *self);           /* from 1; 0: it is on the map or folded, no hit */
gboolean quarry_hit_is_listed (QuarryHit *self);       /* it stands for a document that meets the query's filters;
                                                          nothing was searched for, so that all scores are 0 */
const char *quarry_hit_get_path (QuarryHit *self);     /* in the file system's encoding */
const char *quarry_hit_get_title (QuarryHit *self);    /* the document's title, else its file name */
const char *quarry_hit_get_mime_type (QuarryHit *self); /* may be NULL */
const char *const *quarry_hit_get_heading (QuarryHit *self); /* outermost first, may be empty */
guint quarry_hit_get_page (QuarryHit *self);           /* 0 where the document has no pages */
const char *quarry_hit_get_text (QuarryHit *self);
QuarrySpan quarry_hit_get_bytes (QuarryHit *self);     /* in the document's text */
QuarrySpan quarry_hit_get_characters (QuarryHit *self); /* the same in code points */
QuarrySpan quarry_hit_get_sentence (QuarryHit *self);  /* the best sentence, bytes of the hit's text */
gboolean quarry_hit_is_unlikely (QuarryHit *self);     /* it holds no word of the query and hardly one close in
                                                          meaning, or is hardly like the passage asked about. Such
                                                          hits come last; never are all of them unlikely */
float quarry_hit_get_similarity (QuarryHit *self);     /* cosine with the query, -1 to 1 */
float quarry_hit_get_score (QuarryHit *self);          /* fused and reranked, before diversity */
float quarry_hit_get_context (QuarryHit *self);        /* cosine of its neighbouring passages in the document with
                                                          the query's widened vector, -1 to 1; NAN where it has none,
                                                          or they were not looked at */
float quarry_hit_get_context_score (QuarryHit *self);  /* the part of its score that its neighbours add; negative
                                                          where they are further from the query than the passage */
int quarry_hit_get_raised_by_likeness (QuarryHit *self); /* how many places its likeness to the three best moved it
                                                          up among the candidates, before diversity; negative: down */
guint quarry_hit_get_dense_rank (QuarryHit *self);     /* from 1, each rank once; 0: not in the dense list */
guint quarry_hit_get_lexical_rank (QuarryHit *self);   /* likewise, in the list of words */
guint quarry_hit_get_fused_rank (QuarryHit *self);     /* rank before diversity: rank − this is how far variety moved
                                                          it */
gint64 quarry_hit_get_avoided (QuarryHit *self);       /* the passage chosen before it that it is most like; 0: none */
guint quarry_hit_get_avoided_rank (QuarryHit *self);   /* the rank of that one; 0: none */
int quarry_hit_get_topic (QuarryHit *self);            /* a topic's id; -1: none, or it was not in the pool, among
                                                          which topics are found */
/* Its near-duplicates: other passages with almost the same text, folded under it, the best first. They have no rank
 * and no words. (transfer none): *n_copies of them */
QuarryHit *const *quarry_hit_get_copies (QuarryHit *self, guint *n_copies);
float quarry_hit_get_angle (QuarryHit *self);          /* its direction on the map in turns, clockwise from straight
                                                          up; NAN where it is not on the map */
const QuarryHitWord *quarry_hit_get_words (QuarryHit *self, guint *n_words); /* strongest first */
float quarry_hit_get_rest (QuarryHit *self);           /* the part of the similarity that comes from all other words:
                                                          added to the weights it gives the similarity, to within
                                                          1e-5 */

#define QUARRY_TYPE_TOPIC_ITEM (quarry_topic_item_get_type ())

/* A topic among the candidates. Immutable. */
G_DECLARE_FINAL_TYPE (QuarryTopicItem, quarry_topic_item, QUARRY, TOPIC_ITEM, GObject)

int quarry_topic_item_get_id (QuarryTopicItem *self);
const char *quarry_topic_item_get_label (QuarryTopicItem *self);
guint quarry_topic_item_get_count (QuarryTopicItem *self);

#define QUARRY_TYPE_ANSWER (quarry_answer_get_type ())

/* What a search gives. Immutable. */
G_DECLARE_FINAL_TYPE (QuarryAnswer, quarry_answer, QUARRY, ANSWER, GObject)

const char *quarry_answer_get_query (QuarryAnswer *self);
double quarry_answer_get_took_ms (QuarryAnswer *self);
double quarry_answer_get_confidence (QuarryAnswer *self);       /* 0 to 1; while a word is being typed, the
                                                                   confidence of the answer before and of this one,
                                                                   combined; 1 where only filters were typed; 0 for
                                                                   "see also" where nothing is like the passage */

/* Words of the query that neither the library nor the model knows and that were corrected: as typed and as meant,
 * alternating. NULL-terminated, (transfer none) */
const char *const *quarry_answer_get_corrections (QuarryAnswer *self);

/* While a query is being typed: the word of the library that its last word is expected to become, folded; NULL: none.
 * (transfer none) */
const char *quarry_answer_get_completion (QuarryAnswer *self);

/* A translated sentence that says what of the query was not understood, or why nothing can be found; NULL: there is
 * nothing to say. (transfer none) */
const char *quarry_answer_get_hint (QuarryAnswer *self);
GListModel *quarry_answer_get_hits (QuarryAnswer *self);        /* of QuarryHit, (transfer none) */
guint quarry_answer_get_n_likely (QuarryAnswer *self);          /* the number of hits before the first unlikely one */
GListModel *quarry_answer_get_topics (QuarryAnswer *self);      /* of QuarryTopicItem, (transfer none) */
/* The passages on the map, best first, of QuarryHit: all those that the hits were chosen from. Hits among them are
 * the same objects as in the list of hits; the others have no words. Empty unless the map was asked for. (transfer
 * none) */
GListModel *quarry_answer_get_candidates (QuarryAnswer *self);

G_END_DECLS
