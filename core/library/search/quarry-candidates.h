/* quarry-candidates.h: the passages that a search chooses from, analysed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A candidate set stands between the two indexes, which know only numbers, and core/rank, which compares passages and
 * explains hits. It loads the candidates' texts, splits them into words and tokens, and works out their vectors, both
 * whole and without the words that they share with the query.
 */
#pragma once

#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-token-shares.h"
#include "core/rank/quarry-fusion.h"

G_BEGIN_DECLS

/* The most words that are read of a title. A title comes from a foreign file and may be of any length. */
#define QUARRY_MOST_TITLE_WORDS 50

/* A candidate that holds at least this share of the query's content (idf mass) is taken to hold all of it. */
#define QUARRY_ALL_HELD .95f

/* The number of first candidates that are taken to be relevant when the query's vector is widened. */
#define QUARRY_MOST_TRUSTED 10u

/* A word of the query. The word itself is in @asked of the set, at the same index. */
typedef struct
{
  guint stem;       /* index in @query_stems: of the word meant where it was misspelt */
  guint32 first_token, n_tokens; /* in @query_tokens */
  float mass;       /* its idf, 0 to 1 */
  gboolean content; /* not a stop word, or the query has only stop words */
  gboolean prefix;  /* still being typed: stands for every word that begins with it */
} QuarryQueryWord;

/* A stem of the query; each occurs once. */
typedef struct
{
  guint32 word;       /* index of the first word that has this stem */
  gboolean held_here; /* whether the candidate being compared holds it */
} QuarryQueryStem;

/* The number of a stem: of a word of the query itself, or of another form of that word. (Other languages have forms
 * that English stemming does not bring together.) */
typedef struct
{
  guint32 number;
  guint32 stem; /* index in @query_stems + 1; 0: a free slot */
  guint32 second; /* of a compound of two words of the query: the same of the second of them; 0: it is none */
} QuarryStemSlot;

typedef struct
{
  QuarryDocumentRecord *record;
  GArray *title; /* of QuarryWord, the first of the title; empty where the document states no title */
  char *name;    /* of its file, as it is shown */
  GArray *name_words; /* of QuarryWord, the first of @name */
  gboolean named; /* the query is its file name or stated title: quarry_candidate_set_raise_exact() */
  gboolean asked_about; /* the query asks for one of these: "what is a kiln" */
} QuarryCandidateDocument;

/* A word of a passage that matches a word of the query. */
typedef struct
{
  guint32 word; /* index in the passage's words */
  guint32 stem; /* index in @query_stems */
} QuarryWordAnswer;

typedef struct
{
  QuarryCandidate rank;
  QuarryAnalysis *analysis;
  const QuarryPassageRecord *passage;      /* owned by the analysis */
  const QuarryDocumentRecord *document;    /* owned by the set */
  const QuarryCandidateDocument *of;       /* the same document, with the words of its title */
  QuarryWordAnswer *matches;               /* in the order of the passage; a compound has two */
  guint n_matches;
  QuarryTermWeight *terms;                 /* owned by the set; without the query's stems; after comparison, .term is
                                              a number of this set's own */
  guint n_terms;
  float similarity;  /* cosine with the query; 0 where either vector is zero */
  float held_mass;   /* share of the query's content that the passage holds, 0 to 1 */
  float context;     /* cosine of its neighbours in the document with the query; NAN: not looked at */
  float context_score; /* what @context adds to its score */
  int raised_by_likeness; /* how many places its likeness to the first three moved it up; negative: down */
  gboolean exact;    /* holds the query as typed: quarry_candidate_set_raise_exact() */
  gboolean quotes;   /* "see also" only: quotes the passage asked about, or is quoted: quarry_raise_sharers() */
  gboolean unlikely; /* hardly about the query: quarry_candidate_set_find_unlikely() */
} QuarryCandidateText;

typedef struct
{
  QuarryEmbedder *embedder;
  QuarryIndexes *indexes;
  QuarryWordForms *forms;
  guint dims;

  const char *query; /* the text that is embedded */
  guint32 languages; /* the languages it may be in: quarry_lexical_index_guess_languages() */
  float *query_vector;   /* of unit length, like widened_vector */
  float *widened_vector; /* the query's, moved towards the first candidates */
  gboolean query_known; /* whether the query has a vector at all */
  GArray *asked;        /* of QuarryWord */
  GPtrArray *meant;     /* by word: the folded word it is a misspelling of; NULL for most */
  QuarryLexicalForesight *foresight; /* what the last word, still being typed, may become; NULL: not guessed */
  float certainty;      /* share of the likeliest of these guesses, 0 to 1 */
  char *completion;     /* what the last word is expected to become, folded; NULL: unknown */
  GArray *understood;   /* as @asked, with misspelt words replaced by those meant */
  GString *compounds;   /* compounds of neighbouring words that passages hold, each followed by a blank */
  GString *parts;       /* the parts of compounds that few passages hold, likewise */
  GArray *query_words;  /* of QuarryQueryWord */
  GArray *query_stems;  /* of QuarryQueryStem */
  QuarryStemSlot *stem_slots; /* open addressing */
  gsize n_stem_slots;   /* a power of two */
  guint64 stem_filter;  /* bit (number mod 64) is set for each of these numbers */
  GArray *query_tokens; /* of QuarryToken */
  GArray *query_shares; /* float: the weight of each token, 0 to 1 */
  float *query_rows;    /* rows of the query's tokens, weighted; made when first needed */
  QuarryTokenShares *token_shares; /* shares in the product with the query's vector; made when first needed */

  GArray *candidates;    /* of QuarryCandidateText, best first */
  guint n_pool;          /* how many of them hits are chosen from: quarry_candidate_set_compare() */
  guint n_unlikely;      /* how many of the first n_pool are unlikely */
  gboolean none_like;    /* "see also" only: none of the pool is like the passage asked about, as far as the model knows */
  float codes;           /* how far the query is about numbers and codes: 1 where it has no other content, 0 where at least
                            half of it is words, or where candidates are not reranked */
  gboolean any_exact;
  gboolean any_named;    /* the query is a candidate's file name or title */
  QuarryTermWeight *terms; /* of all candidates that are compared */
  float *free_vectors;   /* candidates × dims: sums of token rows without those of the query's words */
  GHashTable *documents; /* id -> QuarryCandidateDocument */
} QuarryCandidateSet;

/* Analyses the query. @typing: its last word may be unfinished. @as_typed: do not correct misspelt words. */
QuarryCandidateSet *quarry_candidate_set_new (QuarryLibrary *library,
                                              QuarryIndexes *indexes,
                                              const char *query,
                                              gboolean typing,
                                              gboolean as_typed);
void quarry_candidate_set_free (QuarryCandidateSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCandidateSet, quarry_candidate_set_free)

/* Moves the query's vector towards those of the first QUARRY_MOST_TRUSTED of @ranked (of QuarryCandidate). Returns FALSE
 * where the vector
 * stays as it was. */
gboolean quarry_candidate_set_widen (QuarryCandidateSet *self, GArray *ranked);

/* Loads the texts of @ranked (of QuarryCandidate, best first), beginning at *next, until the set holds @limit
 * candidates; *next is moved behind the last one looked at. Left out are passages that are no longer in the library
 * and those that @keep refuses. @keep may be NULL, and is called in any order. */
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

/* Analyses the passages with these ids one after another and caches that, so that quarry_candidate_set_load() finds
 * it done, until *stop becomes true. Those that cannot be read are left out: loading meets them again. Threads: any,
 * while no other uses @store. */
void quarry_candidate_set_load_ahead (const QuarryCandidateSet *self,
                                      QuarryStore *store,
                                      const gint64 *passages,
                                      guint n,
                                      const gint *stop);

/* Orders the candidates anew, also by their best windows and by their documents (quarry-rerank.c). */
void quarry_candidate_set_rerank (QuarryCandidateSet *self);

/* The index in @query_stems of the stem with @number; -1 where the query has no such stem. */
int quarry_candidate_set_find_stem (const QuarryCandidateSet *self, guint32 number);

/* The index of the second stem where the word with @number is a compound of two words of the query; else -1. */
int quarry_candidate_set_find_second_stem (const QuarryCandidateSet *self, guint32 number);

/* The index of the query's stem that a word of a passage matches; -1: none. @prefix: the form of the query's last
 * word where that is unfinished, else NULL. */
int quarry_candidate_set_match (const QuarryCandidateSet *self,
                                const QuarryWordForm *form,
                                const QuarryWordForm *prefix);
const QuarryWordForm *quarry_candidate_set_get_prefix (const QuarryCandidateSet *self);

/* Moves to the front the candidates that hold the query word for word, and those of the document whose file name or
 * title the query is: somebody who types or pastes a sentence, a code or a name wants exactly that one. It applies to
 * queries of three words or more, of two words typed without a blank, and of one word with signs ("C++"). Fewer than
 * six words that as many documents hold so, or that just name a subject ("symptoms of diabetes"), are no quotation,
 * and what holds them is raised only a little, unless they belong together ("order of magnitude"). The scores of these
 * candidates are raised above all others', the beginning of a document that is named above its other passages. Of
 * shorter queries only the beginning of the document that is named is moved, and only if no other, but a copy of it,
 * has that name. So it is for a question that asks for the name ("what is a kiln"), unless something holds it word for
 * word. The order is otherwise kept. */
void quarry_candidate_set_raise_exact (QuarryCandidateSet *self);

/* The share of the query's content that a candidate, its heading or its title holds, 0 to 1. */
float quarry_candidate_set_weigh_named (QuarryCandidateSet *self, const QuarryCandidateText *candidate);

/* What @codes of the set is to be, from the idf of each word of the query. */
float quarry_candidate_set_weigh_codes (const QuarryCandidateSet *self, const double *rarity);

/* Whether the query is a number or a code that the first candidate holds, all of it. */
gboolean quarry_candidate_set_holds_code (QuarryCandidateSet *self);

/* Whether the query is a number, a code or an address of several parts, typed without a blank or as groups of digits, and
 * no passage holds these in a row; or whether it names, beside few words, a number that none holds. */
gboolean quarry_candidate_set_lacks_code (const QuarryCandidateSet *self);

/* Compares all candidates loaded so far with the query and among each other. They become the pool that hits are
 * chosen from. Candidates loaded later are compared with the query only, by quarry_candidate_set_compare_rest(). */
void quarry_candidate_set_compare (QuarryCandidateSet *self);
void quarry_candidate_set_compare_rest (QuarryCandidateSet *self);

/* Marks those of the pool, once compared, that are hardly about the query: the passage, its heading and its title
 * hold no word of the query in any form, and neither its words nor its vector are near the query. Marks none where
 * that would be all of the pool, or where the query has many words. */
void quarry_candidate_set_find_unlikely (QuarryCandidateSet *self);

/* The same for "see also", where the query is a passage: marks those that are far from it and do not share quoted
 * text with it. */
void quarry_candidate_set_find_unlike (QuarryCandidateSet *self);

/* Where some of the pool are unlikely, marks as unlikely every candidate loaded behind it that holds no word of the
 * query. */
void quarry_candidate_set_find_unlikely_rest (QuarryCandidateSet *self);

/* Whether the query has so few content words that it may well mean several things. */
gboolean quarry_candidate_set_is_open (const QuarryCandidateSet *self);

/* Whether it pays to load more candidates to choose from. Called before they are compared. TRUE where many of them
 * hold all of the query, where many say the same, or where the query is open. */
gboolean quarry_candidate_set_leaves_choice (QuarryCandidateSet *self);

/* The words of the query that were corrected: as typed and as meant, alternating. (transfer full): NULL-terminated */
char **quarry_candidate_set_list_corrections (QuarryCandidateSet *self);

/* The BM25 idf of a word in the library. A QuarryRarityFunc; @self: the set. */
double quarry_candidate_set_get_rarity (const QuarryWordForm *form, gpointer self);

/* Explains why a candidate matched. (transfer full) */
QuarryExplanation *quarry_candidate_set_explain (QuarryCandidateSet *self,
                                                 const QuarryCandidateText *candidate);

G_END_DECLS
