/* quarry-confidence.h: how likely the library holds an answer at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Below this, say that nothing is clearly about the query. */
#define QUARRY_CONFIDENCE_DOUBT 0.3

/* Before anything is known: half of what it is fitted to is answered. */
#define QUARRY_CONFIDENCE_UNASKED 0.5

/* How certain a word, still typed, is where the library has none that begins so: it may be misspelt. */
#define QUARRY_CONFIDENCE_UNFORESEEN 0.7

typedef struct
{
  double mean_cosine;   /* of the first candidates with the query: the library's best twentieth, five at most */
  double idf_covered;   /* share of the query's idf mass that the first three of these hold: the mean */
  double words_score;   /* quarry_confidence_words_score() */
} QuarryConfidenceFeatures;

#define QUARRY_CONFIDENCE_N_FEATURES 3

/* What a library has for a query. */
typedef enum
{
  QUARRY_CONFIDENCE_ANSWER,
  QUARRY_CONFIDENCE_SUBJECT, /* what the query is about, but no answer to it */
  QUARRY_CONFIDENCE_NOTHING,
  QUARRY_CONFIDENCE_N_CASES
} QuarryConfidenceCase;

/* What features.mean_cosine is for a few words in a row out of the library itself: what a cosine is worth
 * differs from library to library, and more from model to model. */
typedef struct
{
  double mean, deviation;
} QuarryConfidenceNearness;

/* Of a library that nothing is known of: the mean of the first five collections below, by the shipped model. */
extern const QuarryConfidenceNearness quarry_confidence_usual_nearness;

/* The nearness of @n samples; few of them say little, and the usual one the rest. */
void quarry_confidence_measure_nearness (const double *cosines,
                                         guint n,
                                         QuarryConfidenceNearness *nearness);

/* Of a logistic regression with three outcomes: the logarithm of the odds of each other case against an
 * answer is the bias, last of its row, and the features' weights, in their order. */
typedef struct
{
  double weights[QUARRY_CONFIDENCE_N_CASES - 1][QUARRY_CONFIDENCE_N_FEATURES + 1];
} QuarryConfidenceModel;

/* How well the words alone find the query: the mean BM25 of the five best passages (or as many as
 * there are), brought to what a query of @n_words and a library of @n_passages can reach. */
double quarry_confidence_words_score (double mean, guint n_words, guint n_passages);

/* How many of a library's passages, the best ones, features.mean_cosine is the mean of. */
guint quarry_confidence_n_best (guint n_passages);
/* And of how many of these features.idf_covered is. */
#define QUARRY_CONFIDENCE_MOST_COVERING 3

/* The features as an array, each brought into 0 to 1; cosines by how they compare with @nearness. */
void quarry_confidence_get_array (const QuarryConfidenceFeatures *features,
                                  const QuarryConfidenceNearness *nearness,
                                  double *array);

/* The chance by other weights than the shipped ones: for measuring. */
double quarry_confidence_by (const QuarryConfidenceModel *model, const double *array);

/* Fits weights to @n rows of features, to the chances of their cases, each row counting weights[i]; by
 * Newton's method, with a slight pull towards 0. */
void quarry_confidence_fit (const double *rows,
                            const QuarryConfidenceCase *cases,
                            const double *weights,
                            guint n,
                            QuarryConfidenceModel *model);

/* The chance that an answer is in the library, 0 to 1 (never above .9: whether a library on the right topic
 * holds the answer can hardly be known).
 *
 * A logistic regression with the shipped model's vectors, fitted as `quarry-cli eval confidence` does it (each
 * query in its own collection, half of the weight; there with its relevant documents removed, a quarter; in the
 * other collections, a quarter) on Cranfield, CISI, CACM, LISA, TIME and ten collections of 1,500 passages and
 * 45 queries, made of pairs of question and passage or of heading and paragraph: Natural Questions, SelQA,
 * PubMedQA, COVID-QA, QMSum, Stack Exchange, OpenStax, MedQuAD, Perl's and desktop applications' documentation.
 * Each collection left out of the fit in turn: area under the ROC curve .965 against queries of other collections
 * and .667 against removed answers, expected calibration error .024 of all together. Of the five alone, fitted to
 * four of them: .942 (.87 for CACM, whose subject two of the others share, to .999) and .634; .03 of all together,
 * .063 of a single one, of which .062 is chance: of a few dozen queries more cannot be known. What was tried
 * besides, and told no more: some hundred other figures of both lists and of the candidates in their order (best
 * windows, words that stand near each other, words covered by the nearest word of a passage, how far the first is ahead,
 * how like each other the first are; the idf of the query's rarest word tells removed answers apart by .01 better and
 * other queries by .002 worse), and a library's own queries (its sentences and titles, with and without the passage that
 * they are of) as its measure. Cosines are compared with the library's own
 * (@nearness), so that a model whose vectors all lie close to each other is not taken for one that finds
 * everything. */
double quarry_confidence (const QuarryConfidenceFeatures *features,
                          const QuarryConfidenceNearness *nearness);

/* The chance while a word is typed: of @now, the chance by what the word is taken for, no more is believed than
 * that is certain (@certainty, 0 to 1), and never all, for the word may become one that the library lacks; of the
 * rest, the chance is what it was @before the key. So it does not jump with every letter, and comes within a
 * tenth of @now by the second key that leaves no doubt. */
double quarry_confidence_while_typed (double before, double now, double certainty);

G_END_DECLS
