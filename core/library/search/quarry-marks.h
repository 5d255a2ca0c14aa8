/* quarry-marks.h: how marked passages and those opened before influence a search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-candidates.h"

G_BEGIN_DECLS

/* What marked passages change about a query. */
typedef struct
{
  float *vector;    /* dims: the query's vector, moved; NULL where the result has no direction */
  char *more_words; /* the words most typical of passages marked "more"; "" for none */
  char *less_words;
} QuarryMarks;

/* NULL where nothing is marked, and on error. Marked passages that no longer exist are ignored. */
QuarryMarks *quarry_marks_new (const QuarryCandidateSet *set,
                               QuarryStore *store,
                               const QuarrySearchOptions *options,
                               GError **error);
void quarry_marks_free (QuarryMarks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMarks, quarry_marks_free)

/* For "see also": the words most typical of @passages, folded, separated by blanks; "" where these no longer exist.
 * (transfer full); NULL on error */
char *quarry_telling_words (const QuarryCandidateSet *set,
                            QuarryStore *store,
                            const gint64 *passages,
                            guint n_passages,
                            GError **error);

/* Raises the candidates that share rare pairs of words with @passages. Passages that are only about the same subject
 * hardly share any. (N-grams as a passage's address: Bevilacqua and others, Autoregressive Search Engines, 2022.) */
gboolean quarry_raise_sharers (QuarryCandidateSet *set,
                               QuarryStore *store,
                               const gint64 *passages,
                               guint n_passages,
                               GError **error);

/* Raises slightly the candidates that are like passages opened before (quarry_library_note_opened()), the more the
 * more recently these were opened. */
gboolean quarry_raise_opened (QuarryCandidateSet *set, QuarryStore *store, GError **error);

G_END_DECLS
