/* quarry-lexical-private.h: what the files of core/lexical share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The index's own structure with what guards each member, and the functions by which its files call one another: its
 * file, its vocabulary, and phrases.
 */
#pragma once

#include <pthread.h>

#include "core/lexical/quarry-lexical-buffer.h"
#include "core/lexical/quarry-lexical-form-cache.h"
#include "core/lexical/quarry-lexical-index.h"
#include "core/lexical/quarry-lexical-languages.h"
#include "core/lexical/quarry-lexical-segment.h"
#include "core/lexical/quarry-lexical-terms.h"
#include "core/lexical/quarry-maxscore.h"

G_BEGIN_DECLS

/* The working memory of a search, and the weights, which rarely change from one search to the next. */
typedef struct
{
  QuarryMaxscoreRoom *room;
  QuarryLexicalWeights weights;
  double bounds_mean; /* the mean of the segment that @bounds are of, for the mean of @weights; 0: none */
  guint16 bounds[256];
} QuarryLexicalDesk;

void quarry_lexical_desk_free (QuarryLexicalDesk *self);

struct _QuarryLexicalIndex
{
  gatomicrefcount references;

  pthread_mutex_t change; /* held by whoever changes the index */

  pthread_rwlock_t lock; /* held for reading during a search, for writing for the moment in which a change takes
                          * effect */
  GPtrArray *segments;   /* of QuarryLexicalSegment, in the order of their first slots */
  QuarryLexicalBuffer *buffer;
  guint64 n_passages;
  guint64 n_words; /* of all passages, as the codes of their lengths give it */

  GThread *merger; /* guarded by change */
  gboolean merging;
  gboolean fills;  /* buffers have been filling up one after another */
  gboolean tidies; /* small segments may be merged into large ones */
  gboolean unsaved_merge; /* a merge has ended since the file was written */
  pthread_cond_t merged;
  int stop; /* atomic */
  QuarryLexicalDesk *desk; /* atomic: left by the last search for the next one, or NULL */
  QuarryLexicalFormCache *forms; /* cleared with every change, under lock */
  int damaged; /* atomic: a page of the file could not be read, or does not match its checksum */

  /* Guarded by change: */
  char *mark;
  int file; /* -1: none */
  guint64 file_end;
};

/* The length of a word cut to QUARRY_LEXICAL_MAX_WORD bytes, at a character boundary. */
gsize quarry_lexical_word_length (const char *word, gsize length);

/* Makes a segment of the buffer. Called with change held. */
void quarry_lexical_index_seal (QuarryLexicalIndex *self);

/* Opens a file. Where it is larger than @most_at_once bytes, lists and positions are verified before their first use,
 * else at once. */
QuarryLexicalIndex *quarry_lexical_index_open_at_once (const char *path, guint64 most_at_once, GError **error);

/* The mean length in words of the living passages. */
double quarry_lexical_index_get_mean (const QuarryLexicalIndex *self);

/* --- Words of the index, called with lock held ----------------------------------------------- */

typedef struct
{
  char *text;
  guint32 count;  /* living passages that hold it */
  guint distance; /* in edits from the word that was looked for, where it is a correction */
  guint32 known;  /* its term number in the segment, plus 1, where there is only one segment; else 0 */
} QuarryLexicalWord;

/* (transfer full): an array of QuarryLexicalWord; it owns their text. */
GArray *quarry_lexical_word_list_new (void);

/* Adds a word with its count, unless it is in @seen already or no living passage holds it. @term: its number in the
 * first segment, or NONE where that is not known. @seen: a set of char *, which owns them. */
void quarry_lexical_word_list_add (const QuarryLexicalIndex *self,
                                   GArray *list,
                                   GHashTable *seen,
                                   const char *text,
                                   gsize length,
                                   guint32 term,
                                   guint distance);

/* Sorts by distance, then by descending frequency, then by text, and keeps the first @most. */
void quarry_lexical_word_list_keep_best (GArray *list, guint most);

/* Writes the word's term number in each segment and, after these, in the buffer to @places (may be NULL); NONE where it
 * is not there. Returns how many passages hold the word. */
guint32 quarry_lexical_index_find_word (const QuarryLexicalIndex *self,
                                        const char *word,
                                        gsize length,
                                        guint32 *places);

/* The same for a word whose term number in the only segment is known. */
guint32 quarry_lexical_index_find_known (const QuarryLexicalIndex *self,
                                         guint32 term,
                                         const char *word,
                                         gsize length,
                                         guint32 *places);

/* The forms of a word: the word itself (folded, NUL-terminated), words with the same stem in English, and words with
 * the same stem in another of those @languages whose passages hold the word (in any of them, where no passage holds
 * it). Most frequent first, at most QUARRY_LEXICAL_MOST_FORMS; the distance of all but the word itself is 1. @written:
 * the word as it was written, or NULL. The list may be shared and must not be changed. (transfer full) */
GArray *quarry_lexical_index_list_forms (const QuarryLexicalIndex *self,
                                         const char *folded,
                                         const char *written,
                                         guint32 languages);

/* quarry_lexical_index_guess_languages() for callers that hold the lock. */
guint32 quarry_lexical_index_tell_languages (const QuarryLexicalIndex *self, const char *text);

/* Words that begin with @prefix and are longer than it, without function words, most frequent first. */
GArray *quarry_lexical_index_complete (const QuarryLexicalIndex *self,
                                       const char *prefix,
                                       guint most);

/* The guesses of quarry_lexical_index_foresee(). (transfer full): of QuarryLexicalGuess */
GArray *quarry_lexical_index_list_guesses (const QuarryLexicalIndex *self, const char *prefix);

/* All words and pairs of characters that begin with @prefix, including those that no living passage holds. */
GArray *quarry_lexical_index_list_beginning (const QuarryLexicalIndex *self, const char *prefix);

/* Words whose edit distance from @word is as small as its length demands: none for a word of fewer than four letters,
 * one edit for fewer than eight, else two. An edit inserts, deletes or replaces a letter or swaps two neighbours.
 * Numbers, codes and words that are not spelt with letters are never corrected. Sorted by distance, then by descending
 * frequency. */
GArray *quarry_lexical_index_correct (const QuarryLexicalIndex *self,
                                      const char *word,
                                      guint most);

/* --- Phrases --------------------------------------------------------------------------------- */

/* Finds the rows of one segment, or of the buffer (@segment G_MAXUINT), in which the words of a phrase stand at the
 * distances that their @offsets give. Appends them to @rows (of guint32) and @codes. @places: the term number of each
 * word, sorted by offset; NONE is never found. Words with the same offset are alternatives. */
void quarry_lexical_index_find_phrase (const QuarryLexicalIndex *self,
                                       guint segment,
                                       const guint32 *places,
                                       const guint32 *offsets,
                                       guint n_places,
                                       GArray *rows,
                                       GByteArray *codes);

G_END_DECLS
