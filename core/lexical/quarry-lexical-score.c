/* quarry-lexical-score.c: BM25 over three fields, as a function of FTS5
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009):
 * occurrences are weighted by field before they saturate.
 */
#include "core/lexical/quarry-lexical-private.h"

#include <math.h>
#include <string.h>

#define K1 1.5
#define B 0.6

/* What a word may become counts less than the word where that is one. */
#define COMPLETION 0.6

static const double field_weights[3] = { 1.5, 1.25, 1.0 }; /* title, heading, text */

static void
get_ready (QuarryLexicalScorer *scorer, const Fts5ExtensionApi *api, Fts5Context *fts)
{
  sqlite3_int64 n_passages = 0;
  sqlite3_int64 n_tokens = 0;

  api->xRowCount (fts, &n_passages);
  api->xColumnTotalSize (fts, -1, &n_tokens);
  scorer->mean_length = n_passages > 0 ? MAX (1.0, (double)n_tokens / (double)n_passages) : 1.0;
  for (guint i = 0; i < scorer->n_groups; i++)
    {
      double n = MIN ((double)scorer->frequencies[i], (double)n_passages);

      scorer->weights[i]
          = scorer->times[i] * log (1.0 + ((double)n_passages - n + 0.5) / (n + 0.5));
      if (scorer->rivals[i] >= 0)
        scorer->weights[i] *= COMPLETION;
    }
  scorer->ready = TRUE;
}

static void
score_passage (const Fts5ExtensionApi *api,
               Fts5Context *fts,
               sqlite3_context *context,
               int n_values,
               sqlite3_value **values)
{
  QuarryLexicalScorer *scorer
      = n_values == 1 ? sqlite3_value_pointer (values[0], QUARRY_LEXICAL_SCORER) : NULL;
  double counts[QUARRY_LEXICAL_MAX_GROUPS];
  double parts[QUARRY_LEXICAL_MAX_GROUPS];
  double score = 0.0;
  double norm;
  int length = 0;
  int n_phrases;
  sqlite3_int64 slot;

  if (scorer == NULL)
    {
      sqlite3_result_null (context);
      return;
    }

  slot = api->xRowid (fts);
  if (scorer->allowed != NULL
      && ((guint64)slot >> 6 >= scorer->n_words
          || ((scorer->allowed[slot >> 6] >> (slot & 63)) & 1) == 0))
    {
      sqlite3_result_null (context);
      return;
    }
  if (!scorer->ready)
    get_ready (scorer, api, fts);

  memset (counts, 0, scorer->n_groups * sizeof counts[0]);
  n_phrases = MIN (api->xPhraseCount (fts), (int)scorer->n_phrases);
  for (int i = 0; i < n_phrases; i++)
    {
      Fts5PhraseIter iter;
      int column, offset;

      if (scorer->groups[i] < 0)
        continue;
      if (api->xPhraseFirst (fts, i, &iter, &column, &offset) != SQLITE_OK)
        continue;
      for (; column >= 0 && column < 3; api->xPhraseNext (fts, &iter, &column, &offset))
        counts[scorer->groups[i]] += field_weights[column];
    }

  api->xColumnSize (fts, -1, &length);
  norm = K1 * (1.0 - B + B * length / scorer->mean_length);
  for (guint i = 0; i < scorer->n_groups; i++)
    {
      parts[i] = scorer->weights[i] * counts[i] * (K1 + 1.0) / (counts[i] + norm);
      if (scorer->rivals[i] < 0)
        score += parts[i];
      else
        score += MAX (0.0, parts[i] - parts[scorer->rivals[i]]);
    }
  sqlite3_result_double (context, score);
}

gboolean
quarry_lexical_register_score (sqlite3 *db, gpointer fts5, GError **error)
{
  fts5_api *api = fts5;
  int rc = api->xCreateFunction (api, "quarry_score", NULL, score_passage, NULL);

  if (rc == SQLITE_OK)
    return TRUE;
  quarry_lexical_set_error (db, rc, error);
  return FALSE;
}
