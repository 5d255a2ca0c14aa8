/* quarry-confidence.h: estimates how likely the library has an answer at all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A logistic regression over three features of the search results. Its weights are fitted to judged collections; see
 * quarry_confidence().
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Below this confidence, people are told that nothing is clearly about the query. */
#define QUARRY_CONFIDENCE_DOUBT 0.3

/* The upper limit of confidence, because it can hardly be known whether a library on the right topic has the answer. */
#define QUARRY_CONFIDENCE_SUREST 0.9

/* The confidence before anything is known: half of the queries that the weights are fitted to have an answer. */
#define QUARRY_CONFIDENCE_UNASKED 0.5

/* How certain it is what a word that is still being typed means, if no word in the library begins with it: it may be
 * misspelt. */
#define QUARRY_CONFIDENCE_UNFORESEEN 0.7

typedef struct
{
  double mean_cosine;   /* mean cosine of the best candidates with the query, quarry_confidence_n_best() of them */
  double idf_covered;   /* share of the query's total idf that each of the first three of these holds, with its heading
                           and title, on average */
  double words_score;   /* quarry_confidence_words_score() */
} QuarryConfidenceFeatures;

#define QUARRY_CONFIDENCE_N_FEATURES 3

/* What a library has for a query. */
typedef enum
{
  QUARRY_CONFIDENCE_ANSWER,
  QUARRY_CONFIDENCE_SUBJECT, /* passages on the subject of the query, but no answer to it */
  QUARRY_CONFIDENCE_NOTHING,
  QUARRY_CONFIDENCE_N_CASES
} QuarryConfidenceCase;

/* The distribution of features.mean_cosine for queries that are a few consecutive words from the library itself. What a
 * cosine means differs from library to library, and even more from model to model. */
typedef struct
{
  double mean, deviation;
} QuarryConfidenceNearness;

/* For a library that nothing is known about: the mean over the first five collections named below, with the shipped
 * model. */
extern const QuarryConfidenceNearness quarry_confidence_usual_nearness;

/* Estimates the nearness of a library from @n samples. The fewer there are, the more the usual nearness counts. */
void quarry_confidence_measure_nearness (const double *cosines,
                                         guint n,
                                         QuarryConfidenceNearness *nearness);

/* A logistic regression with three outcomes. For each case other than an answer, the logarithm of its odds against an
 * answer is the sum of the features times their weights, in their order, plus the bias, which is last in the row. */
typedef struct
{
  double weights[QUARRY_CONFIDENCE_N_CASES - 1][QUARRY_CONFIDENCE_N_FEATURES + 1];
} QuarryConfidenceModel;

/* How well the query is matched by words alone: the mean BM25 score of the five best passages (or as many as there
 * are), divided by what a query of @n_words can reach in a library of @n_passages. */
double quarry_confidence_words_score (double mean, guint n_words, guint n_passages);

/* features.mean_cosine is the mean over this many of the best passages of a library. */
guint quarry_confidence_n_best (guint n_passages);
/* The same where the first passage holds all content words of the query. A small library may have one passage that
 * answers, and those behind it say nothing then; from 1,000 passages on it makes no difference. */
guint quarry_confidence_n_holding (guint n_passages);
/* features.idf_covered is the mean over at most this many of those. */
#define QUARRY_CONFIDENCE_MOST_COVERING 3

/* Writes the features to an array, each scaled to the range 0 to 1; cosines are compared with @nearness. */
void quarry_confidence_get_array (const QuarryConfidenceFeatures *features,
                                  const QuarryConfidenceNearness *nearness,
                                  double *array);

/* The confidence with other weights than the shipped ones, for measurements. */
double quarry_confidence_by (const QuarryConfidenceModel *model, const double *array);

/* Fits weights to @n rows of features with their cases, in which row i counts weights[i] times. Newton's method, with a
 * slight penalty on large weights. */
void quarry_confidence_fit (const double *rows,
                            const QuarryConfidenceCase *cases,
                            const double *weights,
                            guint n,
                            QuarryConfidenceModel *model);

/* The probability that the library has an answer, 0 to 1 (never above .9, because it can hardly be known whether a
 * library on the right topic has the answer).
 *
 * It is a logistic regression on vectors of the shipped model, fitted as `quarry-cli eval confidence` does it. Each
 * query is used in its own collection (half of the weight), there with its relevant documents removed (a quarter), and
 * in the other collections (a quarter). The collections are Cranfield, CISI, CACM, LISA and TIME, and ten of 1,500
 * passages and 45 queries each, made of pairs of question and passage or of heading and paragraph: Natural Questions,
 * SelQA, PubMedQA, COVID-QA, QMSum, Stack Exchange, OpenStax, MedQuAD, and the documentation of Perl and of desktop
 * applications.
 *
 * With each collection left out of the fit in turn, the area under the ROC curve is .965 against queries of other
 * collections and .667 against removed answers; the expected calibration error over all of them is .024. With the first
 * five alone, fitted to four of them in turn: .942 (from .87 for CACM, whose subject two of the others share, to .999)
 * and .634; .03 over all of them, and .063 for a single one, of which .062 is due to chance, since a few dozen queries
 * do not allow more precision.
 *
 * What was also tried and did not improve it: about a hundred other figures of both lists and of the fused candidates
 * (the best windows, words that are near one another, words covered by the nearest word of a passage, the lead of the
 * first candidate, the likeness of the first ones among themselves; the idf of the query's rarest word distinguishes
 * removed answers .01 better and other queries .002 worse), and queries made from the library (its sentences and
 * titles, with and without the passage that they are from) as the measure of nearness. Cosines are compared with the
 * library's own (@nearness), so that a model whose vectors are all close to one another does not seem to find
 * everything. */
double quarry_confidence (const QuarryConfidenceFeatures *features,
                          const QuarryConfidenceNearness *nearness);

/* The confidence while a word is being typed. @now: the confidence computed for the words that it is taken for. Only a
 * part of it is used, in proportion to @certainty (0 to 1) and never all of it, because the word may become one that
 * the library lacks; the rest remains as it was @before the keystroke. So it does not jump with every letter, and
 * reaches @now to within a tenth of the difference with the second keystroke at full certainty. */
double quarry_confidence_while_typed (double before, double now, double certainty);

G_END_DECLS
