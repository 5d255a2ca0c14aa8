/* quarry-lexical-buffer.h: the passages that were added last, in memory, before they become a segment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A log of all words in the order in which they were added. Each entry is linked to the previous entry of the same
 * word. Adding a word costs one look-up in a hash table; a search follows the links of the words that it looks for.
 */
#pragma once

#include "core/lexical/quarry-lexical-segment.h"
#include "core/lexical/quarry-lexical-terms.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_LEXICAL_FIELD_TITLE,
  QUARRY_LEXICAL_FIELD_HEADING,
  QUARRY_LEXICAL_FIELD_TEXT,
} QuarryLexicalField;

/* As small as it can be, since most of a buffer's terms are outside of the processor's nearest cache. */
typedef struct
{
  guint64 hash; /* quarry_words_hash() */
  guint32 text; /* offset into texts */
  guint32 stems;     /* its stem that was added last, or NONE */
  guint32 languages; /* bits of the languages that it has been stemmed in */
  guint32 last;      /* its last entry in the log, or NONE */
  guint16 length;
  guint16 count;     /* passages that hold it, dead ones too */
  guint16 n_dead;
  guint16 last_row;  /* of the passages; NO_ROW: none yet */
} QuarryLexicalBufferTerm;

/* An entry of the hash table of terms. The upper half of the term's hash is kept beside its number, so that most other
 * terms are skipped without reading them. */
typedef struct
{
  guint32 term;
  guint32 hash;
} QuarryLexicalBufferPlace;

/* A stem of a term. A term that is its own stem in English has no entry for that. */
typedef struct
{
  guint64 key;
  guint32 term;
  guint32 next;         /* the next stem with the same key, or NONE */
  guint32 next_of_term; /* the next stem of the same term, or NONE */
} QuarryLexicalBufferStem;

typedef struct
{
  guint32 previous;
  guint32 term;
  guint32 row;
  guint32 place; /* position times 4 plus field */
} QuarryLexicalBufferEntry;

/* A word that is about to be added. Several words are collected and then looked up together, so that their memory
 * accesses overlap instead of each waiting for the one before. */
#define QUARRY_LEXICAL_BUFFER_WAITING 16u

typedef struct
{
  guint64 hash;
  const char *written;
  gsize written_length;
  guint32 language;
  guint32 place;
  guint32 length;
  char text[QUARRY_LEXICAL_MAX_WORD + 1];
} QuarryLexicalBufferWaiting;

typedef struct
{
  GArray *slots;        /* of guint32 */
  GByteArray *lengths;  /* length codes, as in quarry-lexical-weights.h */
  GByteArray *row_languages; /* numbers of languages, as in quarry-lexical-languages.h */
  GArray *starts;       /* of guint32: the first entry of each row in the log */
  GHashTable *rows;     /* slot -> row + 1, of living passages */
  gboolean ascending;
  GArray *dead;         /* of guint64: a bitmap of rows */
  guint32 n_dead;

  QuarryLexicalBufferEntry *log;
  guint32 n_entries;
  guint32 log_size; /* entries that there is room for */
  GArray *terms; /* of QuarryLexicalBufferTerm */
  GArray *stems; /* of QuarryLexicalBufferStem */
  guint32 languages; /* bits of the languages that the stems are in */
  GString *texts;
  QuarryLexicalBufferPlace *by_text; /* hash table of terms; NONE where empty */
  guint32 table_size;
  guint32 *by_stem; /* hash table of stems; NONE where empty */
  guint32 stem_table_size;
  QuarryLexicalBufferWaiting waiting[QUARRY_LEXICAL_BUFFER_WAITING]; /* words of the passage that is being added */
  guint n_waiting;
} QuarryLexicalBuffer;

QuarryLexicalBuffer *quarry_lexical_buffer_new (void);
void quarry_lexical_buffer_free (QuarryLexicalBuffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalBuffer, quarry_lexical_buffer_free)

/* Removes all passages, but keeps the memory for those that will be added next. */
void quarry_lexical_buffer_clear (QuarryLexicalBuffer *self);

/* A passage is added by begin(), then add() for each of its terms, then end(). @written: the word as
 * it is written in the passage, from which its stem in @language is made; it must stay valid until end(). NULL for
 * terms that have no stem. */
void quarry_lexical_buffer_begin (QuarryLexicalBuffer *self, guint32 slot, guint language);
void quarry_lexical_buffer_add (QuarryLexicalBuffer *self,
                                const QuarryLexicalTermRead *term,
                                guint32 language,
                                const char *written,
                                gsize written_length,
                                QuarryLexicalField field);
void quarry_lexical_buffer_end (QuarryLexicalBuffer *self, guint64 n_words);

/* Marks the passage in @slot as dead. FALSE where there is none. *length gets the code of its length. */
gboolean quarry_lexical_buffer_bury (QuarryLexicalBuffer *self, guint32 slot, guint *length);
gboolean quarry_lexical_buffer_holds (const QuarryLexicalBuffer *self, guint32 slot);
gboolean quarry_lexical_buffer_is_full (const QuarryLexicalBuffer *self);

/* The number of a term, or NONE. */
guint32 quarry_lexical_buffer_find (const QuarryLexicalBuffer *self,
                                    const char *term,
                                    gsize length);
/* The first stem with this key, or NONE. */
guint32 quarry_lexical_buffer_find_stem (const QuarryLexicalBuffer *self, guint64 key);

const char *quarry_lexical_buffer_get_term (const QuarryLexicalBuffer *self,
                                            guint32 term,
                                            gsize *length);
guint32 quarry_lexical_buffer_count (const QuarryLexicalBuffer *self, guint32 term);

/* Appends the term's postings to @rows (of guint32) and @codes. Where @positions is not NULL, also appends its
 * positions, encoded as in a segment, and to @ends (of guint32) where each posting's positions end. Dead passages are
 * included. */
void quarry_lexical_buffer_list (const QuarryLexicalBuffer *self,
                                 guint32 term,
                                 GArray *rows,
                                 GByteArray *codes,
                                 GByteArray *positions,
                                 GArray *ends);

/* Makes a segment of all living passages; NULL where there are none. @mean: the mean length in words of the passages of
 * the whole index. */
QuarryLexicalSegment *quarry_lexical_buffer_seal (const QuarryLexicalBuffer *self, double mean);

G_END_DECLS
