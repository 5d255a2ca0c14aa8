/* quarry-marks.h: marked passages, and what was opened before, in a search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-candidates.h"

G_BEGIN_DECLS

/* What a search asks for once passages are marked. */
typedef struct
{
  float *vector;    /* dims: the query's, moved; NULL where nothing with a direction comes of it */
  char *more_words; /* what the passages that shall be more say most of; "" for none */
  char *less_words;
} QuarryMarks;

/* NULL where nothing is marked, or with an error. Marked passages that are gone count for nothing. */
QuarryMarks *quarry_marks_new (const QuarryCandidateSet *set,
                               QuarryStore *store,
                               const QuarrySearchOptions *options,
                               GError **error);
void quarry_marks_free (QuarryMarks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryMarks, quarry_marks_free)

/* For "see also" from @passages: the words that say most of what they are about, as they are indexed, one
 * after another. (transfer full); NULL with an error. "" where they are gone. */
char *quarry_telling_words (const QuarryCandidateSet *set,
                            QuarryStore *store,
                            const gint64 *passages,
                            guint n_passages,
                            GError **error);

/* Raises the candidates that share rare pairs of words with @passages, which those that only are about
 * the same hardly do (n-grams as a passage's address: Bevilacqua and others, Autoregressive Search
 * Engines, 2022). */
gboolean quarry_raise_sharers (QuarryCandidateSet *set,
                               QuarryStore *store,
                               const gint64 *passages,
                               guint n_passages,
                               GError **error);

/* Raises, a little, the candidates that are like what was opened before (quarry_library_note_opened()),
 * the more the later it was. */
gboolean quarry_raise_opened (QuarryCandidateSet *set, QuarryStore *store, GError **error);

G_END_DECLS
