/* quarry-lexical-private.h: what the files of core/lexical share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
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

/* What a search writes to, and what stays the same from one to the next. */
typedef struct
{
  QuarryMaxscoreRoom *room;
  QuarryLexicalWeights weights;
} QuarryLexicalDesk;

void quarry_lexical_desk_free (QuarryLexicalDesk *self);

struct _QuarryLexicalIndex
{
  gatomicrefcount references;

  pthread_mutex_t change; /* held by whoever changes the index */

  pthread_rwlock_t lock; /* for reading while searching, for writing for a moment */
  GPtrArray *segments;   /* of QuarryLexicalSegment, by their first slots */
  QuarryLexicalBuffer *buffer;
  guint64 n_passages;
  guint64 n_words; /* by length codes */

  GThread *checker; /* atomic: of what was opened; NULL: all is checked */
  pthread_mutex_t checking; /* held by whoever waits for it */

  GThread *merger; /* under change */
  gboolean merging;
  gboolean fills;  /* one buffer after another is full */
  gboolean tidies; /* small segments may go into large ones */
  gboolean unsaved_merge; /* one has ended since the file was written */
  pthread_cond_t merged;
  int stop; /* atomic */
  QuarryLexicalDesk *desk; /* atomic: of the last search, for the next, or NULL */
  QuarryLexicalFormCache *forms; /* cleared with every change under lock */
  int damaged; /* atomic: a page of the file was not there, or has been written over */

  /* Under change: */
  char *mark;
  int file; /* -1: none */
  guint64 file_end;
};

/* Cut at QUARRY_LEXICAL_MAX_WORD bytes, between characters. */
gsize quarry_lexical_word_length (const char *word, gsize length);

/* Makes a segment of the buffer, called with change held. */
void quarry_lexical_index_seal (QuarryLexicalIndex *self);

/* A checksum as those in the file. @length: a multiple of 8. */
guint64 quarry_lexical_checksum (const void *data, gsize length);

/* The checksum of a segment's bytes as they are. */
guint64 quarry_lexical_segment_sum (const QuarryLexicalSegment *self);

/* Opens a file of which a thread checks what the lists hold, where it is of more than @most_at_once bytes. */
QuarryLexicalIndex *quarry_lexical_index_open_at_once (const char *path, guint64 most_at_once, GError **error);

/* Has the segments of an index that nobody else has yet compared with their checksums by a thread; waits
 * until it has done so. */
void quarry_lexical_index_begin_check (QuarryLexicalIndex *self);
void quarry_lexical_index_end_check (QuarryLexicalIndex *self);

/* Living passages' mean length in words. */
double quarry_lexical_index_get_mean (const QuarryLexicalIndex *self);

/* --- Words of the index, called with lock held ----------------------------------------------- */

typedef struct
{
  char *text;
  guint32 count;  /* passages that hold it */
  guint distance; /* edits, where it is a correction */
  guint32 known;  /* its term in the only segment, plus 1; 0: not known */
} QuarryLexicalWord;

/* (transfer full): of QuarryLexicalWord, which are freed with it. */
GArray *quarry_lexical_word_list_new (void);

/* Adds a word once, with its count; words that no passage holds any more are left out, and what is
 * none. @term: its number in the first segment, or NONE where that is not known. @seen: of char *, which are
 * freed with it. */
void quarry_lexical_word_list_add (const QuarryLexicalIndex *self,
                                   GArray *list,
                                   GHashTable *seen,
                                   const char *text,
                                   gsize length,
                                   guint32 term,
                                   guint distance);

/* Nearest first, then most frequent, then by letters. */
void quarry_lexical_word_list_keep_best (GArray *list, guint most);

/* Its place in each segment and, behind these, in the buffer; NONE where it is not. @places may be
 * NULL. Returns how many passages hold it. */
guint32 quarry_lexical_index_find_word (const QuarryLexicalIndex *self,
                                        const char *word,
                                        gsize length,
                                        guint32 *places);

/* The same of a word whose term in the only segment is known. */
guint32 quarry_lexical_index_find_known (const QuarryLexicalIndex *self,
                                         guint32 term,
                                         const char *word,
                                         gsize length,
                                         guint32 *places);

/* The word itself (folded, NUL-terminated), words with the same stem in English, and words with the same
 * stem in another one of @languages whose passages hold the word (in any, where no passage does); most
 * frequent first, at most QUARRY_LEXICAL_MOST_FORMS. The distance of all but the word itself is 1. @written: the word as
 * it was written, or NULL. The list may be others' too, and is not changed. (transfer full) */
GArray *quarry_lexical_index_list_forms (const QuarryLexicalIndex *self,
                                         const char *folded,
                                         const char *written,
                                         guint32 languages);

/* quarry_lexical_index_guess_languages(), by whoever has the lock. */
guint32 quarry_lexical_index_tell_languages (const QuarryLexicalIndex *self, const char *text);

/* Words that begin with @prefix and are longer, function words left out, most frequent first. */
GArray *quarry_lexical_index_complete (const QuarryLexicalIndex *self,
                                       const char *prefix,
                                       guint most);

/* The guesses of quarry_lexical_index_foresee(). (transfer full): of QuarryLexicalGuess */
GArray *quarry_lexical_index_list_guesses (const QuarryLexicalIndex *self, const char *prefix);

/* All words and pairs of characters that begin with @prefix, also those that no passage holds any
 * more. */
GArray *quarry_lexical_index_list_beginning (const QuarryLexicalIndex *self, const char *prefix);

/* Words within a distance of @word that its length allows: none below four letters, one edit
 * (letter more, less or other, or two changed about) below eight, two from there on; none of numbers
 * and codes, and of words that are not spelt with letters. Nearest first, then most frequent. */
GArray *quarry_lexical_index_correct (const QuarryLexicalIndex *self,
                                      const char *word,
                                      guint most);

/* --- Phrases --------------------------------------------------------------------------------- */

/* Rows of one segment, or of the buffer (@segment G_MAXUINT), where the words stand as far from each
 * other as their @offsets, appended to @rows (of guint32) and @codes. @places: of each word, by
 * offset; NONE is nowhere. Of words with the same offset any will do. */
void quarry_lexical_index_find_phrase (const QuarryLexicalIndex *self,
                                       guint segment,
                                       const guint32 *places,
                                       const guint32 *offsets,
                                       guint n_places,
                                       GArray *rows,
                                       GByteArray *codes);

G_END_DECLS
