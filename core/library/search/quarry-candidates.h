/* quarry-candidates.h: the passages that a search chooses from, taken apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Between the two indexes, which know numbers alone, and core/rank, which compares and explains:
 * loads the candidates' texts, breaks them into words and tokens, and works out their vectors with
 * and without what they owe to the query.
 */
#pragma once

#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-token-shares.h"
#include "core/rank/quarry-fusion.h"

G_BEGIN_DECLS

/* Words read of a title: it is foreign text too. */
#define QUARRY_MOST_TITLE_WORDS 50

/* Who holds so much of the query's content holds all of it. */
#define QUARRY_ALL_HELD .95f

/* A word of the query; the word itself stands in @asked of the set, at the same index. */
typedef struct
{
  guint stem;       /* index in @query_stems, of what is meant */
  guint32 first_token, n_tokens; /* in @query_tokens */
  float mass;       /* its idf, 0 to 1 */
  gboolean content; /* no stop word, or the query has nothing else */
  gboolean prefix;  /* still being typed: stands for all words that begin so */
} QuarryQueryWord;

/* A stem of the query, each once. */
typedef struct
{
  guint32 word;       /* the first that has it */
  gboolean held_here; /* by the candidate that is compared */
} QuarryQueryStem;

/* The number of a stem, of the query's word itself or of another form of it: languages have stems
 * that English does not know. */
typedef struct
{
  guint32 number;
  guint32 stem; /* index in @query_stems + 1; 0: a free slot */
} QuarryStemSlot;

typedef struct
{
  QuarryDocumentRecord *record;
  GArray *title; /* of QuarryWord, the first of them; empty where it states none */
} QuarryCandidateDocument;

/* A word of a passage that answers to one of the query. */
typedef struct
{
  guint32 word; /* of the passage */
  guint32 stem; /* index in @query_stems */
} QuarryWordAnswer;

typedef struct
{
  QuarryCandidate rank;
  QuarryAnalysis *analysis;
  const QuarryPassageRecord *passage;      /* owned by the analysis */
  const QuarryDocumentRecord *document;    /* owned by the set */
  const QuarryCandidateDocument *of;       /* the same, with its title's words */
  QuarryWordAnswer *matches;               /* as they stand in the passage */
  guint n_matches;
  QuarryTermWeight *terms;                 /* without the query's stems; once compared, with numbers of the set */
  guint n_terms;
  float similarity;  /* cosine with the query, 0 where either is nothing */
  float held_mass;   /* share of the query's content that it holds, 0 to 1 */
  float context;     /* cosine of what stands beside it in its document with the query; NAN: nothing was looked at */
  float context_score; /* what that adds to its score */
  gboolean exact;    /* holds it as it is typed: quarry_candidate_set_raise_exact() */
  gboolean quotes;   /* what others like it are asked for, or is quoted there: quarry_raise_sharers() */
  gboolean unlikely; /* hardly about it: quarry_candidate_set_find_unlikely() */
} QuarryCandidateText;

typedef struct
{
  QuarryEmbedder *embedder;
  QuarryIndexes *indexes;
  QuarryWordForms *forms;
  guint dims;

  const char *query; /* the text that is embedded */
  guint32 languages; /* that it may be in, as quarry_lexical_index_guess_languages() tells */
  float *query_vector;   /* of length 1, as widened_vector */
  float *widened_vector; /* with what the first candidates say */
  gboolean query_known; /* it has a vector at all */
  GArray *asked;        /* of QuarryWord */
  GPtrArray *meant;     /* by word: what it is misspelt from, folded; mostly NULL */
  QuarryLexicalForesight *foresight; /* what the last word, still typed, may be; NULL: known */
  float certainty;      /* of the likeliest of these, 0 to 1 */
  char *completion;     /* what the last word, still typed, is taken to become: folded; NULL: unknown */
  GArray *understood;   /* as @asked, with what is meant in place of what is misspelt */
  GArray *query_words;  /* of QuarryQueryWord */
  GArray *query_stems;  /* of QuarryQueryStem */
  QuarryStemSlot *stem_slots; /* open addressing */
  gsize n_stem_slots;   /* a power of two */
  guint64 stem_filter;  /* bit (number mod 64) of each of these */
  GArray *query_tokens; /* of QuarryToken */
  GArray *query_shares; /* float: what each token counts, 0 to 1 */
  float *query_rows;    /* of its tokens, weighted; made when first needed */
  QuarryTokenShares *token_shares; /* along the query's vector; made when first needed */

  GArray *candidates;    /* of QuarryCandidateText, best first */
  guint n_pool;          /* of them, that hits are chosen from: quarry_candidate_set_compare() */
  guint n_unlikely;      /* of these */
  gboolean any_exact;
  float *free_vectors;   /* candidates × dims: sums without the query's words */
  GHashTable *documents; /* id -> QuarryCandidateDocument */
} QuarryCandidateSet;

/* Takes the query apart. @typing: its last word is not finished. @as_typed: no word is taken for
 * one that is spelt nearly so. */
QuarryCandidateSet *quarry_candidate_set_new (QuarryLibrary *library,
                                              QuarryIndexes *indexes,
                                              const char *query,
                                              gboolean typing,
                                              gboolean as_typed);
void quarry_candidate_set_free (QuarryCandidateSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCandidateSet, quarry_candidate_set_free)

/* Widens the query by the vectors of the first of @ranked (of QuarryCandidate). FALSE where it stays
 * what it was. */
gboolean quarry_candidate_set_widen (QuarryCandidateSet *self, GArray *ranked);

/* Loads the texts of @ranked (of QuarryCandidate, best first) from *next on, which is moved behind the last that was
 * looked at; those that @keep (may be NULL) refuses, in whatever order it is asked, and passages that have gone, are
 * left out. No more are loaded once there are @limit. */
typedef gboolean (*QuarryKeepFunc) (const QuarryPassageRecord *passage, gpointer user_data);

gboolean quarry_candidate_set_load (QuarryCandidateSet *self,
                                    QuarryStore *store,
                                    GArray *ranked,
                                    guint *next,
                                    guint limit,
                                    QuarryKeepFunc keep,
                                    gpointer user_data,
                                    GCancellable *cancellable,
                                    GError **error);

/* Puts the candidates in order anew, by their best windows and by their documents as well
 * (quarry-rerank.c). */
void quarry_candidate_set_rerank (QuarryCandidateSet *self);

/* The index in @query_stems of the stem with a number; -1: none of the query. */
int quarry_candidate_set_find_stem (const QuarryCandidateSet *self, guint32 number);

/* The stem of the query, by index, that a word of a passage answers to; -1: none. @prefix: of the
 * query's last word where that is not finished, else NULL. */
int quarry_candidate_set_match (const QuarryCandidateSet *self,
                                const QuarryWordForm *form,
                                const QuarryWordForm *prefix);
const QuarryWordForm *quarry_candidate_set_get_prefix (const QuarryCandidateSet *self);

/* Brings to the front the candidates that hold the query word for word, where it is of three words
 * or more, of two that are typed without a blank, or of one with signs ("C++"), and those of the file whose name it is: who types
 * or pastes a passage, a code or a name wants that one. Their scores are raised above all
 * others'; among themselves, and behind them, the order stays. */
void quarry_candidate_set_raise_exact (QuarryCandidateSet *self);

/* Works out what all that is loaded has with the query and without it. What is loaded after that is no part of what
 * is chosen from: it is compared with the query alone. */
void quarry_candidate_set_compare (QuarryCandidateSet *self);
void quarry_candidate_set_compare_rest (QuarryCandidateSet *self);

/* Tells which of the pool, once compared, are hardly about the query: they hold no word of it, in any form, nor do
 * their heading and title, and neither their words nor their vectors are near it. None are where all would be, and of a
 * query of many words. */
void quarry_candidate_set_find_unlikely (QuarryCandidateSet *self);

/* The same where the query is a passage and others like it are asked for: those that are far from it and neither
 * quote it nor are quoted. */
void quarry_candidate_set_find_unlike (QuarryCandidateSet *self);

/* Of what is loaded behind a pool of which some are unlikely, all is that holds no word of the query. */
void quarry_candidate_set_find_unlikely_rest (QuarryCandidateSet *self);

/* Whether the query is of so few words that these may well mean several things. */
gboolean quarry_candidate_set_is_open (const QuarryCandidateSet *self);

/* Whether the candidates, before they are compared, leave open what is asked for: where many hold all of the query,
 * or say the same, there may be more of them to choose from. */
gboolean quarry_candidate_set_leaves_choice (QuarryCandidateSet *self);

/* Words of the query that were taken for others: as typed and as meant, by turns. (transfer full):
 * NULL-terminated */
char **quarry_candidate_set_list_corrections (QuarryCandidateSet *self);

/* BM25's idf of a word in the library. A QuarryRarityFunc; @self: the set. */
double quarry_candidate_set_get_rarity (const QuarryWordForm *form, gpointer self);

/* Why a candidate matched. (transfer full) */
QuarryExplanation *quarry_candidate_set_explain (QuarryCandidateSet *self,
                                                 const QuarryCandidateText *candidate);

G_END_DECLS
