/* quarry-candidates-likely.c: which candidates of a search are hardly about the query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In a small library even the nearest passages are mostly not near at all. A candidate that holds a word of the query
 * always counts as likely. The others are judged by whether they hold words close in meaning to the query's words,
 * and by how near they are to the query as a whole.
 */
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/search/quarry-candidates-private.h"

#include <math.h>
#include <string.h>

/* A passage without a word of the query is unlikely where its cosine with the query and cover() of its words add up
 * to less than this. (Measured with 44 one-word queries on 50 and on 300 articles of Wikipedia: of the first hundred
 * passages without the word, .77 are below it; of those that hold, twice or more, a word close in meaning, such as
 * "vessel" for "ship" or "school" for "teacher", .26 are. No relevant passage is lost among the first ten for 466
 * queries of five judged collections: each of these 1,362 holds a word of its query.) */
#define LEAST_LIKELY .6f

/* A cosine of two passages below which one is hardly like the other, unless it quotes it. (Of 540 passages that are
 * relevant to the same query as the one asked about, in five judged collections, .05 are below it in CACM, whose
 * documents are mostly titles, and .00 to .01 in the others. Of the first thirty for 40 passages of 50 articles, .65
 * are.) */
#define LEAST_LIKE .35f

/* With more content words than this in the query, no candidate is marked unlikely: a passage that holds none of so
 * many words hardly becomes a candidate. */
#define MOST_ASKED 8u

typedef struct
{
  QuarryCandidateSet *set;
  guint n_asked;
  float mass[MOST_ASKED]; /* of each content word of the query: its share of the mass of all */
  float *asked;           /* n_asked × dims: the unit vectors of these words; zeros where the model does not know one */
  float *vector;          /* dims: room for the vector of a passage's word */
  guint8 *known;          /* one bit for each token: whether its cosines are computed */
  float *cosines;         /* tokens × n_asked, valid where known */
} Asking;

static void
asking_clear (Asking *self)
{
  g_free (self->asked);
  g_free (self->vector);
  g_free (self->known);
  g_free (self->cosines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Asking, asking_clear)

/* Adds up the unit vector of a word of the query, or of what an unfinished word may become. */
static void
embed_asked (const QuarryCandidateSet *set, const QuarryQueryWord *word, float *vector)
{
  g_autofree float *row = g_new (float, set->dims);
  float norm;

  for (guint32 t = word->first_token; t < word->first_token + word->n_tokens; t++)
    {
      memset (row, 0, sizeof (float) * set->dims);
      quarry_embedder_accumulate (set->embedder, set->indexes->weights, quarry_token_data (set->query_tokens) + t, 1, row);
      for (guint d = 0; d < set->dims; d++)
        vector[d] += g_array_index (set->query_shares, float, t) * row[d];
    }
  norm = sqrtf (quarry_dot (vector, vector, set->dims));
  for (guint d = 0; norm > 0 && d < set->dims; d++)
    vector[d] /= norm;
}

/* FALSE where the query has too many content words, or none that the model knows. */
static gboolean
asking_init (Asking *self, QuarryCandidateSet *set)
{
  float mass = 0;

  *self = (Asking) { .set = set, .asked = g_new0 (float, MOST_ASKED * set->dims), .vector = g_new (float, set->dims) };
  for (guint j = 0; j < set->query_words->len; j++)
    {
      const QuarryQueryWord *word = &g_array_index (set->query_words, QuarryQueryWord, j);

      if (!word->content)
        continue;
      if (self->n_asked == MOST_ASKED)
        return FALSE;
      self->mass[self->n_asked] = word->mass;
      mass += word->mass;
      embed_asked (set, word, self->asked + (gsize) self->n_asked++ * set->dims);
    }
  for (guint q = 0; mass > 0 && q < self->n_asked; q++)
    self->mass[q] /= mass;
  self->known = g_new0 (guint8, quarry_embedder_get_n_tokens (set->embedder) / 8 + 1);
  self->cosines = g_new (float, MAX (1, (gsize) quarry_embedder_get_n_tokens (set->embedder) * self->n_asked));

  return set->query_known && mass > 0;
}

/* The cosines of a passage's word, of @n_tokens, with each word of the query. */
static void
compare_word (Asking *self, const QuarryToken *tokens, guint n_tokens, float *cosines)
{
  QuarryCandidateSet *set = self->set;
  float norm;

  memset (self->vector, 0, sizeof (float) * set->dims);
  quarry_embedder_accumulate (set->embedder, set->indexes->weights, tokens, n_tokens, self->vector);
  norm = sqrtf (quarry_dot (self->vector, self->vector, set->dims));
  for (guint q = 0; q < self->n_asked; q++)
    cosines[q]
        = norm > 0 ? quarry_dot (self->vector, self->asked + (gsize) q * set->dims, set->dims) / norm : 0;
}

/* The same for a word of one token, from a table: nearly all words are one token, and most occur again. */
static const float *
compare_token (Asking *self, const QuarryToken *token)
{
  float *cosines = self->cosines + (gsize) token->id * self->n_asked;
  guint8 bit = (guint8) (1u << (token->id & 7));

  if ((self->known[token->id >> 3] & bit) == 0)
    {
      self->known[token->id >> 3] |= bit;
      compare_word (self, token, 1, cosines);
    }
  return cosines;
}

/* How far words cover those of the query, 0 to 1: the cosines of the nearest, weighted by the mass of the query's. */
static float
cover (const Asking *self, const float *nearest)
{
  float covered = 0;

  for (guint q = 0; q < self->n_asked; q++)
    covered += self->mass[q] * nearest[q];
  return covered;
}

/* Whether @similarity and how far the passage's words cover the query's add up to @least. Each word that is looked at
 * can only add to that, so the first few mostly tell. */
static gboolean
covers (Asking *self, const QuarryAnalysis *analysis, float similarity, float least)
{
  float nearest[MOST_ASKED] = { 0 }, of_pieces[MOST_ASKED];

  for (guint i = 0; i < analysis->n_words; i++)
    {
      const QuarryToken *tokens = analysis->tokens + analysis->first_tokens[i];
      guint n_tokens = analysis->first_tokens[i + 1] - analysis->first_tokens[i];
      const float *cosines = of_pieces;
      gboolean is_nearer = FALSE;

      if (n_tokens == 0 || analysis->words[i].form->stop)
        continue;
      if (n_tokens == 1)
        cosines = compare_token (self, tokens);
      else
        compare_word (self, tokens, n_tokens, of_pieces);
      for (guint q = 0; q < self->n_asked; q++)
        if (cosines[q] > nearest[q])
          {
            nearest[q] = cosines[q];
            is_nearer = TRUE;
          }
      if (is_nearer && similarity + cover (self, nearest) >= least)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_content (const QuarryCandidateSet *set, int stem)
{
  return stem >= 0
         && g_array_index (set->query_words, QuarryQueryWord,
                           g_array_index (set->query_stems, QuarryQueryStem, stem).word)
                .content;
}

/* Whether a heading or a title holds a content word of the query. */
static gboolean
names_a_word (const QuarryCandidateSet *set, const char *name)
{
  const QuarryWordForm *prefix = quarry_candidate_set_get_prefix (set);
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));

  quarry_word_forms_read (set->forms, name, -1, QUARRY_MOST_TITLE_WORDS, words, NULL, NULL);
  for (guint i = 0; i < words->len; i++)
    if (is_content (set, quarry_candidate_set_match (set, g_array_index (words, QuarryWord, i).form, prefix)))
      return TRUE;
  return FALSE;
}

/* Whether the title or the heading of a candidate holds a word of the query. The word index covers both, but a
 * candidate may hold a word and still be missing from its list, which is of limited length and is not made at all in
 * dense search. */
static gboolean
is_named (const QuarryCandidateSet *set, const QuarryCandidateText *candidate)
{
  g_autofree char *title = quarry_indexed_title (candidate->document);
  g_autofree char *heading = quarry_indexed_heading (candidate->passage, candidate->document);

  return names_a_word (set, title) || names_a_word (set, heading);
}

static gboolean
holds_a_word (const QuarryCandidateSet *set, const QuarryCandidateText *candidate)
{
  if (candidate->exact || candidate->rank.lexical_rank > 0)
    return TRUE;
  for (guint m = 0; m < candidate->n_matches; m++)
    if (is_content (set, (int) candidate->matches[m].stem))
      return TRUE;
  return FALSE;
}

/* Counts the unlikely candidates of the pool. Where all are, the marks are taken back, so that the nearest passages
 * are shown as they stand, and TRUE is returned. */
static gboolean
count_unlikely (QuarryCandidateSet *self)
{
  QuarryCandidateText *candidates = (QuarryCandidateText *) (gpointer) self->candidates->data;

  self->n_unlikely = 0;
  for (guint i = 0; i < self->n_pool; i++)
    self->n_unlikely += candidates[i].unlikely;
  if (self->n_unlikely < self->n_pool)
    return FALSE;
  for (guint i = 0; i < self->n_pool; i++)
    candidates[i].unlikely = FALSE;
  self->n_unlikely = 0;
  return TRUE;
}

void
quarry_candidate_set_find_unlike (QuarryCandidateSet *self)
{
  for (guint i = 0; i < self->n_pool; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      candidate->unlikely = !candidate->quotes && candidate->similarity < LEAST_LIKE;
    }
  self->none_like = count_unlikely (self) && self->query_known;
}

void
quarry_candidate_set_find_unlikely (QuarryCandidateSet *self)
{
  g_auto (Asking) asking = { 0 };

  if (!asking_init (&asking, self))
    return;
  for (guint i = 0; i < self->n_pool; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      candidate->unlikely = !holds_a_word (self, candidate) && candidate->similarity < LEAST_LIKELY
                            && !covers (&asking, candidate->analysis, candidate->similarity, LEAST_LIKELY)
                            && !is_named (self, candidate);
    }
  count_unlikely (self);
}

void
quarry_candidate_set_find_unlikely_rest (QuarryCandidateSet *self)
{
  for (guint i = self->n_pool; i < self->candidates->len && self->n_unlikely > 0; i++)
    {
      QuarryCandidateText *candidate = &g_array_index (self->candidates, QuarryCandidateText, i);

      candidate->unlikely = !holds_a_word (self, candidate) && !is_named (self, candidate);
    }
}
