/* quarry-hit.h: one passage found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"
#include "core/rank/quarry-explain.h"

G_BEGIN_DECLS

/* A word of the passage that made it match. */
typedef struct
{
  QuarrySpan span;       /* bytes of the hit's text */
  float weight;          /* its share of the similarity */
  char *query_word;      /* the word of the query that it answers to, as typed */
  QuarryMatchKind kind;
} QuarryHitWord;

#define QUARRY_TYPE_HIT (quarry_hit_get_type ())

/* Immutable once it has been handed out. Thread safe. */
G_DECLARE_FINAL_TYPE (QuarryHit, quarry_hit, QUARRY, HIT, GObject)

gint64 quarry_hit_get_passage (QuarryHit *self);
gint64 quarry_hit_get_document (QuarryHit *self);
guint quarry_hit_get_rank (QuarryHit *self);           /* from 1; 0 for a candidate that is no hit */
gboolean quarry_hit_is_listed (QuarryHit *self);       /* it stands for a document that meets the query's filters:
                                                          nothing was searched for, all about that is 0 */
const char *quarry_hit_get_path (QuarryHit *self);     /* bytes of the file system */
const char *quarry_hit_get_title (QuarryHit *self);    /* the document's title, else its file name */
const char *quarry_hit_get_mime_type (QuarryHit *self); /* may be NULL */
const char *const *quarry_hit_get_heading (QuarryHit *self); /* outermost first, may be empty */
guint quarry_hit_get_page (QuarryHit *self);           /* 0 where the document has no pages */
const char *quarry_hit_get_text (QuarryHit *self);
QuarrySpan quarry_hit_get_bytes (QuarryHit *self);     /* in the document's text */
QuarrySpan quarry_hit_get_characters (QuarryHit *self); /* the same in code points */
QuarrySpan quarry_hit_get_sentence (QuarryHit *self);  /* the best sentence, bytes of the hit's text */
gboolean quarry_hit_is_unlikely (QuarryHit *self);     /* it holds no word of the query and hardly one that is near
                                                          it, or is hardly like the passage asked for: such hits are
                                                          there behind all others. Never all are */
float quarry_hit_get_similarity (QuarryHit *self);     /* cosine with the query, -1 to 1 */
float quarry_hit_get_score (QuarryHit *self);          /* fused, before diversity */
float quarry_hit_get_context (QuarryHit *self);        /* cosine of the passages beside it in its document with what
                                                          the query says, -1 to 1; NAN where there are none, or they
                                                          were not looked at */
float quarry_hit_get_context_score (QuarryHit *self);  /* the part of its score that is owed to them; negative where
                                                          they say less of it than the passage */
guint quarry_hit_get_dense_rank (QuarryHit *self);     /* from 1, no two have the same; 0: not among the dense
                                                          candidates */
guint quarry_hit_get_lexical_rank (QuarryHit *self);   /* likewise */
guint quarry_hit_get_fused_rank (QuarryHit *self);     /* before diversity; rank − this: how far variety moved it */
gint64 quarry_hit_get_avoided (QuarryHit *self);       /* the shown passage it is most like; 0: none */
guint quarry_hit_get_avoided_rank (QuarryHit *self);   /* that one's rank; 0: none */
int quarry_hit_get_topic (QuarryHit *self);            /* a topic's id; -1: none, or not one of the
                                                          candidates that topics are found among */
/* Where else its text stands, almost word for word: the passages folded under it, the best first. They have no
 * rank and no words. (transfer none): *n_copies of them */
QuarryHit *const *quarry_hit_get_copies (QuarryHit *self, guint *n_copies);
float quarry_hit_get_angle (QuarryHit *self);          /* its direction on the map in turns, clockwise from
                                                          straight up; NAN where it is not on it */
const QuarryHitWord *quarry_hit_get_words (QuarryHit *self, guint *n_words); /* strongest first */
float quarry_hit_get_rest (QuarryHit *self);           /* the share of the similarity of all other words: with
                                                          the weights it sums to the similarity, to 1e-5 */

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
double quarry_answer_get_confidence (QuarryAnswer *self);       /* 0 to 1; while a word is typed, what is
                                                                   certain of it and was so before; 1 where
                                                                   nothing but filters was typed */

/* What words of the query were taken for that neither the library nor the model knows: as typed and
 * as meant, by turns. NULL-terminated, (transfer none) */
const char *const *quarry_answer_get_corrections (QuarryAnswer *self);

/* Where the query is still typed: the word of the library that its last word, which nothing knows, is
 * taken to become; folded. NULL: nothing is. (transfer none) */
const char *quarry_answer_get_completion (QuarryAnswer *self);

/* A sentence about what of the query was not understood, or about why nothing can be found, translated; NULL: there is
 * nothing to say. (transfer none) */
const char *quarry_answer_get_hint (QuarryAnswer *self);
GListModel *quarry_answer_get_hits (QuarryAnswer *self);        /* of QuarryHit, (transfer none) */
guint quarry_answer_get_n_likely (QuarryAnswer *self);          /* so many of the first are not unlikely */
GListModel *quarry_answer_get_topics (QuarryAnswer *self);      /* of QuarryTopicItem, (transfer none) */
/* What is on the map: all passages that the hits were chosen from, best first, of QuarryHit; those
 * that are hits are the same objects, the others have no words. Empty unless the map was asked for.
 * (transfer none) */
GListModel *quarry_answer_get_candidates (QuarryAnswer *self);

G_END_DECLS
