/* quarry-segment-private.h: the stages of segmentation
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * document → units (a sentence's words and vector) and gaps (what the structure says between two
 * sentences) → gains of segments → evidence and features of gaps → the network's odds → the default
 * cut → the rank of every gap in the lattice of cuts.
 */
#pragma once

#include "core/machine/quarry-wide.h"
#include "core/segment/quarry-segment-cues.h"
#include "core/segment/quarry-segmenter.h"

G_BEGIN_DECLS

/* Eight numbers at a time, at any address; the compiler makes two halves of them where registers are narrower. */
typedef float QuarrySegmentLanes __attribute__ ((vector_size (32), aligned (4), may_alias));
#define QUARRY_SEGMENT_LANES 8
typedef gint32 QuarrySegmentBits __attribute__ ((vector_size (32), aligned (4), may_alias));

/* The larger of @x and @other, lane by lane. A macro, because functions that are compiled for narrow and for wide
 * registers cannot pass such numbers to each other. */
#define QUARRY_SEGMENT_LARGER(x, other)                                                                            \
  ({                                                                                                               \
    QuarrySegmentLanes x_ = (x), other_ = (other);                                                                 \
    QuarrySegmentBits is_larger_ = x_ > other_;                                                                    \
    (QuarrySegmentLanes) (((QuarrySegmentBits) x_ & is_larger_) | ((QuarrySegmentBits) other_ & ~is_larger_));     \
  })

/* Only so many dimensions of a vector are used: the first dimensions of a model say the most. */
#define QUARRY_SEGMENT_DIMS 128

/* The longest segment, in sentences, that a cut without the network considers. */
#define QUARRY_SEGMENT_MAX_SENTENCES 200

/* How many sentences are a neighbourhood. A longer document is scored as if it had this length everywhere, so that a
 * chapter is cut in the same way alone and in its book. */
#define QUARRY_SEGMENT_NEIGHBOURHOOD 500

/* Gaps are numbered by the sentence after them: gap i, 1 to n − 1, stands between i − 1 and i. */
typedef struct
{
  float cost;   /* what a boundary here costs because of the structure, in units of gain */
  float sure;   /* from this granularity on the structure makes it a boundary; > 1: never */
  guint rank;   /* place among the ranked gaps, 0 strongest; QUARRY_GAP_UNRANKED */
  guint forbidden : 1;
  guint inside : 1;     /* within a block */
  guint in_default : 1; /* a boundary of the default cut */
  guint name : 8;       /* bytes at the beginning of the sentence that only say who speaks, in a dialogue */
} QuarryGap;

#define QUARRY_GAP_UNRANKED G_MAXUINT
#define QUARRY_GAP_NOT_SURE 2.0f

/* What a sentence looks like from outside. */
typedef struct
{
  guint32 words;
  guint16 capitals;   /* words after the first that begin with a capital */
  guint16 numbers;    /* words that begin with a digit */
  guint16 pronouns;   /* of the third person, and demonstratives */
  guint16 persons;    /* I, we, you and their other forms */
  guint16 stops;      /* function words */
  guint16 year;       /* the first number that may be one, or 0 */
  guint16 present;    /* is, are, has … */
  guint16 past;       /* was, were, had … */
  guint16 modal;      /* can, would, may … */
  guint16 ending_ed;
  guint16 commas;
  guint16 brackets;
  guint8 first;       /* QuarryCue of the first word */
  guint8 second;      /* and of the second */
  guint32 opener;     /* the first word's form */
  guint8 starts;      /* QUARRY_STARTS_… */
  guint8 ends;        /* QUARRY_ENDS_… */
} QuarrySurface;

typedef enum
{
  QUARRY_CUE_NONE,
  QUARRY_CUE_HE,
  QUARRY_CUE_IT,
  QUARRY_CUE_THEY,
  QUARRY_CUE_THIS,
  QUARRY_CUE_I,
  QUARRY_CUE_YOU,
  QUARRY_CUE_THE,
  QUARRY_CUE_A,
  QUARRY_CUE_IN,
  QUARRY_CUE_WHEN,
  QUARRY_CUE_FOR,
  QUARRY_CUE_IF,
  QUARRY_CUE_BUT,
  QUARRY_CUE_ALSO,
  QUARRY_CUE_SO,
  QUARRY_CUE_AND,
  QUARRY_CUE_WHAT,
  QUARRY_CUE_IS,
  QUARRY_CUE_WAS,
  QUARRY_CUE_CAN,
  QUARRY_CUE_THERE,
  QUARRY_CUE_TO,
  QUARRY_CUE_SOME,
  QUARRY_N_CUES,
} QuarryCue;

#define QUARRY_STARTS_LOWER (1 << 0)
#define QUARRY_STARTS_NUMBER (1 << 1)
#define QUARRY_STARTS_MARK (1 << 2)  /* neither letter, digit nor quotation mark */
#define QUARRY_STARTS_QUOTE (1 << 3)
#define QUARRY_STARTS_NAME (1 << 4)  /* a colon after one to four words */
#define QUARRY_STARTS_SECOND_NUMBER (1 << 5)  /* the second word is one */
#define QUARRY_STARTS_SECOND_CAPITAL (1 << 6) /* the second word begins with a capital */
#define QUARRY_ENDS_FULL (1 << 0)    /* . or … */
#define QUARRY_ENDS_QUESTION (1 << 1)
#define QUARRY_ENDS_COLON (1 << 2)   /* : ; or , */
#define QUARRY_ENDS_LOUD (1 << 3)
#define QUARRY_ENDS_QUOTE (1 << 4)

typedef struct
{
  guint n;
  const char *foreign; /* the language of the text or a good part of it, if known, in Latin letters and not English */
  gboolean is_personal; /* English that is what people say of themselves */
  guint dims;          /* 0 where there are no vectors */
  float *vectors;      /* n × dims: unit vectors (zero where nothing is known) */
  QuarrySurface *surface;
  guint32 *first_stem; /* n + 1: where each sentence's stems begin */
  guint32 *stems;      /* content words' stems, numbered within the document */
  QuarrySegmentWording *wording; /* all words */
  guint8 *names;       /* of each of @stems: its word begins with a capital and is not the first of its sentence */
  guint n_stems;       /* how many different stems there are */
} QuarryUnits;

/* @vectors: words->n × @dims, row-major, of any length; NULL: none. A foreign text is taken without them. (transfer
 * full) */
QuarryUnits *quarry_units_new (const QuarrySentenceWords *words, const float *vectors, guint dims);
void quarry_units_free (QuarryUnits *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryUnits, quarry_units_free)

/* Whether an English text is what people say of themselves. @surface: words->n. */
gboolean quarry_segment_is_personal (const QuarrySentenceWords *words, const QuarrySurface *surface);

/* Says what the document's blocks mean for each gap between its sentences. (transfer full): words->n entries (0
 * unused). */
QuarryGap *quarry_segment_gaps (QuarryDocument *document, const QuarrySentenceWords *words);

/* Changes the gaps' costs by what the beginnings of blocks say: who speaks, when, and the numbers of clauses, where so
 * many blocks begin so that the document is a dialogue, a log or a law. @length: of the text. */
void quarry_segment_weigh_marks (const QuarrySentenceWords *words, gsize length, QuarryGap *gaps);

/* The words of a dialogue without the names of those who speak (@gaps: see QuarryGap); NULL where there are none. It
 * points into @words and takes all but the spans from there. (transfer full) */
QuarrySentenceWords *quarry_segment_spoken_words (const QuarrySentenceWords *words, const QuarryGap *gaps);
void quarry_segment_spoken_words_free (QuarrySentenceWords *self);

/* Where lines with a date open letters, entries of a diary or mails, or where lines between paragraphs are titles,
 * lowers the cost of the gaps before them, and forbids those after them and after a salutation. */
void quarry_segment_weigh_openings (const char *text, const QuarrySpan *sentences, guint n, QuarryGap *gaps);

/* Where pages are slides, makes boundaries of the gaps between them, unless one goes on or is shown again. */
void quarry_segment_weigh_slides (QuarryDocument *document, const QuarrySentenceWords *words, QuarryGap *gaps);

/* How well a run of sentences holds together, by two models of text: the sum of its sentences' centred unit vectors,
 * |Σ v|² / length (1 for a sentence alone), and the likelihood of its words under a Dirichlet compound multinomial
 * (Eisenstein and Barzilay, EMNLP 2008). */
typedef struct _QuarryGains QuarryGains;

/* What the gains are computed from, for all runs that end at one place. */
typedef struct _QuarryRuns QuarryRuns;

/* Squared lengths are in units of 1/2¹⁴, likelihoods in 1/2²⁴ of a nat. */
#define QUARRY_RUNS_SQUARE_UNIT (1.0f / (1 << 14))
#define QUARRY_RUNS_LIKELIHOOD_UNIT (1.0 / (1 << 24))

/* @centred: n × dims, each of unit length or zero. */
QuarryRuns *quarry_runs_new (const QuarryUnits *units, const float *centred);
void quarry_runs_free (QuarryRuns *self);

/* For the runs that end before sentence @end and begin with one of the @n sentences before it (at most
 * QUARRY_SEGMENT_MAX_SENTENCES), in that order: |Σ v|², and the log likelihood of the words without the multinomial's
 * normaliser, that is the sum of ln c! over the stems, c being how often the run has the stem. (transfer none), until
 * the next call. It costs least to ask for ends in ascending order, with no run that begins before those of the call
 * before. */
void quarry_runs_end (QuarryRuns *self, guint end, guint n, const gint32 **squares, const gint64 **likelihoods);

/* Which of the two models. */
typedef enum
{
  QUARRY_GAIN_BOTH,
  QUARRY_GAIN_VECTORS,
  QUARRY_GAIN_WORDS,
} QuarryGainPart;
#define QUARRY_N_GAIN_PARTS 3

/* @units: must outlive the result. (transfer full) */
QuarryGains *quarry_gains_new (const QuarryUnits *units);
void quarry_gains_free (QuarryGains *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryGains, quarry_gains_free)

/* n × dims: each sentence's vector less the mean of its neighbourhood, of unit length or zero. */
const float *quarry_gains_get_centred (const QuarryGains *self);

/* What one more segment has to gain, by @part, to be worth it. */
double quarry_gains_get_penalty (const QuarryGains *self, QuarryGainPart part);

/* The gains of the runs of 1, 2 … @n sentences that begin with sentence @from and go forward, or end before it and go
 * backward; out[l − 1] is that of the run of length l. */
void quarry_gains_forward (QuarryGains *self, guint from, guint n, double *out);
void quarry_gains_backward (QuarryGains *self, guint from, guint n, double *out);

/* The gains, by @part, of the runs that end before sentence @end and begin with one of the @n sentences before it (at
 * most QUARRY_SEGMENT_MAX_SENTENCES), in that order. They are kept, so that each run is computed once for the evidence
 * and the cut; valid until more starts are asked for at this end, or quarry_gains_forget(). */
const float *quarry_gains_ending (QuarryGains *self, guint end, guint n, QuarryGainPart part);

/* Frees the gains that are kept for all ends. */
void quarry_gains_forget (QuarryGains *self);

/* In a document of up to this many sentences, gains are kept for all ends; in a longer one only while they are
 * needed. */
#define QUARRY_SEGMENT_KEPT_SENTENCES 32768

/* Finds the default cut by what the network says about each gap, and lowers the gaps' costs by its odds; see
 * quarry-segment-net.h. FALSE where the network cannot be used: then nothing is changed. */
gboolean quarry_segment_judge (const QuarryUnits *units, QuarryGains *gains, QuarryGap *gaps);

/* Finds the default cut without the network: of all cuts, the one with the largest gain less penalties and costs. */
void quarry_segment_cut (QuarryGains *gains, QuarryGap *gaps, guint n);

/* Ranks the gaps once the default cut is known: first its boundaries, those that matter most first, then those that
 * finer cuts add. Gaps that the structure makes boundaries have no rank. Returns the number of ranked gaps; *n_default
 * gets how many of them are in the default cut. */
guint quarry_segment_rank_gaps (QuarryGains *gains, QuarryGap *gaps, guint n, guint *n_default);

/* How much more the best cut with a boundary at each gap gains than the best one without: by vectors alone, by words
 * alone, and by both at .6, 1 and 1.7 times the usual penalty. n × QUARRY_SEGMENT_N_EVIDENCE, row-major, row 0 unused,
 * within ±20. (transfer full) */
#define QUARRY_SEGMENT_N_EVIDENCE 5
float *quarry_segment_evidence (QuarryGains *gains, const QuarryGap *gaps, guint n);

/* The features of each gap: n × QUARRY_SEGMENT_N_FEATURES, row-major, row 0 unused, not yet standardised. Needs n > 1.
 * The columns of the cues, for quarry_segment_tell_cues(), are zero. (transfer full) */
#define QUARRY_SEGMENT_N_FEATURES (158 + QUARRY_SEGMENT_N_CUE_FEATURES)
float *quarry_segment_features (const QuarryUnits *units,
                                QuarryGains *gains,
                                const QuarryGap *gaps);

/* The features of a whole document, for training, without cues. (transfer full) */
float *quarry_segment_features_of_document (QuarryDocument *document,
                                            const QuarrySentenceWords *words,
                                            const float *vectors,
                                            guint dims);

/* See quarry_segmenter_get_depths(). (transfer full) */
float *quarry_segment_depths (const QuarryUnits *units);

/* See quarry_segmenter_passages(). @sentences, @words (their numbers of words), @is_heading,
 * @gaps: one a sentence. @segments: of QuarrySegment. (transfer full): of QuarryPassageSpan */
GArray *quarry_segment_pack_passages (QuarryDocument *document,
                                      const QuarrySpan *sentences,
                                      const guint32 *words,
                                      const gboolean *is_heading,
                                      const QuarryGap *gaps,
                                      GArray *segments);

G_END_DECLS
