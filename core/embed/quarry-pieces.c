/* quarry-pieces.c: cuts a word into the tokens of a vocabulary
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Both algorithms extend the hash of a candidate byte by byte and stop as soon as no token can begin with these
 * bytes.
 */
#include "core/embed/quarry-pieces.h"

#include <math.h>
#include <string.h>

typedef struct
{
  double score; /* of the best cut of everything before this position */
  guint32 from; /* where the last token of that cut begins */
  guint32 id;
} Node;

/* Tables for longer words are allocated on the heap. */
#define STACK_LENGTH 128

static inline gboolean
is_boundary (const char *word, gsize length, gsize at)
{
  return at == length || ((guchar) word[at] & 0xc0) != 0x80;
}

void
quarry_pieces_find_greatest (QuarryVocabulary *vocabulary,
                             const double *scores,
                             guint n,
                             QuarryGreatestScores *greatest)
{
  for (guint i = 0; i <= QUARRY_PIECES_LONG; i++)
    greatest->by_length[i] = -HUGE_VAL;
  for (guint32 id = 0; id < n; id++)
    {
      double *most = &greatest->by_length[MIN (quarry_vocabulary_get_length (vocabulary, id), QUARRY_PIECES_LONG)];

      /* Not MAX(): a foreign file may have scores that are not numbers. */
      if (scores[id] > *most)
        *most = scores[id];
    }
}

/* A place in a word where a token may stand, or the end of all such places with the same start. */
typedef struct
{
  guint64 hash;
  guint32 start, end; /* equal: no further place begins there */
  gboolean is_character; /* it holds a single character */
} Place;

/* This many places are collected before tokens are looked up there, so that the memory accesses of these look-ups
 * overlap. */
#define PLACES 128

typedef struct
{
  QuarryVocabulary *vocabulary;
  const double *scores;
  const QuarryGreatestScores *greatest;
  double unknown_score;
  const char *word;
  gsize length;
  Node *nodes;
  gboolean covered; /* a token holds the single character at the current start */
  Place places[PLACES];
  guint n_places;
} Cut;

/* Looks up the tokens at the places that were collected, which are in the order of their starts. */
static void
try_places (Cut *self)
{
  Node *nodes = self->nodes;

  for (guint i = 0; i < self->n_places; i++)
    {
      const Place *place = &self->places[i];
      gsize start = place->start, end = place->end;
      guint32 id;

      if (end == start)
        {
          do
            end++;
          while (!is_boundary (self->word, self->length, end));
          if (!self->covered && nodes[start].score + self->unknown_score > nodes[end].score)
            nodes[end] = (Node){ nodes[start].score + self->unknown_score, start, QUARRY_NO_TOKEN };
          self->covered = FALSE;
          continue;
        }
      if (self->greatest != NULL && !place->is_character
          && nodes[start].score + self->greatest->by_length[MIN (end - start, QUARRY_PIECES_LONG)] <= nodes[end].score)
        continue;
      id = quarry_vocabulary_find_hashed (self->vocabulary, place->hash, self->word + start, end - start);
      if (id == QUARRY_NO_TOKEN)
        continue;
      self->covered |= place->is_character;
      /* Of equal scores, the earlier start is kept, which means the longer token. */
      if (nodes[start].score + self->scores[id] > nodes[end].score)
        nodes[end] = (Node){ nodes[start].score + self->scores[id], start, id };
    }
  self->n_places = 0;
}

static inline void
add_place (Cut *self, Place place)
{
  self->places[self->n_places++] = place;
  if (self->n_places == PLACES)
    try_places (self);
}

/* Collects the places at @start where a token may stand. */
static inline void
add_places (Cut *self, gsize start)
{
  guint64 hash = QUARRY_HASH_START;
  gboolean is_character = TRUE;

  for (gsize end = start + 1; end <= self->length; end++)
    {
      QuarryVocabularyForecast forecast;

      hash = quarry_hash_byte (hash, self->word[end - 1]);
      forecast = quarry_vocabulary_forecast (self->vocabulary, hash);
      if ((forecast & QUARRY_VOCABULARY_BEGINS) == 0)
        break;
      if (!is_boundary (self->word, self->length, end))
        continue;
      if ((forecast & QUARRY_VOCABULARY_ENDS) != 0)
        {
          quarry_vocabulary_prefetch (self->vocabulary, hash);
          add_place (self, (Place) { hash, (guint32) start, (guint32) end, is_character });
        }
      is_character = FALSE;
    }
  add_place (self, (Place) { 0, (guint32) start, (guint32) start, FALSE });
}

void
quarry_pieces_unigram (QuarryVocabulary *vocabulary,
                       const double *scores,
                       const QuarryGreatestScores *greatest,
                       double unknown_score,
                       const char *word,
                       gsize length,
                       GArray *pieces)
{
  Node stack[STACK_LENGTH + 1];
  g_autofree Node *heap = NULL;
  Node *nodes = stack;
  Cut cut;
  guint n = 0;

  if (length > G_MAXUINT32)
    return;
  if (length > STACK_LENGTH)
    nodes = heap = g_new (Node, length + 1);
  for (gsize i = 0; i <= length; i++)
    nodes[i].score = -HUGE_VAL;
  nodes[0].score = 0;

  /* Set member by member, since clearing the places would take time and is not needed. */
  cut.vocabulary = vocabulary;
  cut.scores = scores;
  cut.greatest = greatest;
  cut.unknown_score = unknown_score;
  cut.word = word;
  cut.length = length;
  cut.nodes = nodes;
  cut.covered = FALSE;
  cut.n_places = 0;
  for (gsize start = 0; start < length; start++)
    if (is_boundary (word, length, start))
      add_places (&cut, start);
  try_places (&cut);

  /* The best cut is traced back from its end: count its tokens first, then write them backwards. */
  for (gsize end = length; end > 0; end = nodes[end].from)
    n += nodes[end].id != QUARRY_NO_TOKEN;
  g_array_set_size (pieces, pieces->len + n);
  n = pieces->len;
  for (gsize end = length; end > 0; end = nodes[end].from)
    if (nodes[end].id != QUARRY_NO_TOKEN)
      g_array_index (pieces, QuarryPiece, --n) = (QuarryPiece) { nodes[end].id, nodes[end].from, end };
}

gboolean
quarry_pieces_greedy (QuarryVocabulary *vocabulary,
                      const char *continuing,
                      const char *word,
                      gsize length,
                      GArray *pieces)
{
  guint32 first = pieces->len;
  gsize start = 0;

  while (start < length)
    {
      QuarryPiece piece = { QUARRY_NO_TOKEN };
      guint64 hash = QUARRY_HASH_START;
      gsize prefix = start > 0 ? strlen (continuing) : 0, longest;
      char buffer[QUARRY_VOCABULARY_MAX_TOKEN_LENGTH];

      /* As much of the word after the prefix as a token can hold. */
      longest = MIN (sizeof buffer, prefix + length - start);
      if (prefix >= sizeof buffer)
        break;
      memcpy (buffer, continuing, prefix);
      memcpy (buffer + prefix, word + start, longest - prefix);
      for (gsize i = 0; i < prefix; i++)
        hash = quarry_hash_byte (hash, buffer[i]);
      for (gsize end = start + 1; prefix + end - start <= longest; end++)
        {
          guint32 id;

          hash = quarry_hash_byte (hash, word[end - 1]);
          if ((quarry_vocabulary_forecast (vocabulary, hash) & QUARRY_VOCABULARY_BEGINS) == 0)
            break;
          if (!is_boundary (word, length, end))
            continue;
          id = quarry_vocabulary_find_hashed (vocabulary, hash, buffer, prefix + end - start);
          if (id != QUARRY_NO_TOKEN)
            piece = (QuarryPiece) { id, start, end };
        }
      if (piece.id == QUARRY_NO_TOKEN)
        break;
      g_array_append_val (pieces, piece);
      start = piece.end;
    }
  if (start < length)
    g_array_set_size (pieces, first);
  return start == length;
}
