/* quarry-lexical-buffer.h: passages added last, before they become a segment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A log of all words as they came, each linked to the word's last one before. Adding costs a look
 * into a table a word; a search follows the links of its words.
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

typedef struct
{
  guint64 hash; /* quarry_words_hash() */
  guint32 text; /* offset */
  guint32 length;
  guint32 stems;     /* its last one, or NONE */
  guint32 languages; /* bits of those that it was stemmed in */
  guint32 last;    /* entry of the log, or NONE */
  guint32 n_entries;
  guint32 last_row;
  guint32 count;   /* passages */
  guint32 n_dead;
} QuarryLexicalBufferTerm;

/* Where a term is found: the upper half of its hash beside it, so that others are passed by without a look at them. */
typedef struct
{
  guint32 term;
  guint32 hash;
} QuarryLexicalBufferPlace;

/* A stem of a term, unless that is its own stem in English. */
typedef struct
{
  guint64 key;
  guint32 term;
  guint32 next;         /* with the same key, or NONE */
  guint32 next_of_term; /* or NONE */
} QuarryLexicalBufferStem;

typedef struct
{
  guint32 previous;
  guint32 term;
  guint32 row;
  guint32 place; /* position times 4 plus field */
} QuarryLexicalBufferEntry;

/* A word that is to be added: a few are looked up together, so that one does not wait for another's memory. */
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
  GByteArray *lengths;  /* codes */
  GByteArray *row_languages; /* numbers of quarry-lexical-languages.h */
  GArray *starts;       /* of guint32: entries of each row */
  GHashTable *rows;     /* slot -> row + 1, of living ones */
  gboolean ascending;
  GArray *dead;         /* of guint64 */
  guint32 n_dead;

  QuarryLexicalBufferEntry *log;
  guint32 n_entries;
  guint32 log_size; /* entries that there is room for */
  GArray *terms; /* of QuarryLexicalBufferTerm */
  GArray *stems; /* of QuarryLexicalBufferStem */
  guint32 languages; /* bits of those that stems are in */
  GString *texts;
  QuarryLexicalBufferPlace *by_text; /* table of terms, NONE where empty */
  guint32 table_size;
  guint32 *by_stem; /* table of stems, the same */
  guint32 stem_table_size;
  QuarryLexicalBufferWaiting waiting[QUARRY_LEXICAL_BUFFER_WAITING]; /* of the passage that is being added */
  guint n_waiting;
} QuarryLexicalBuffer;

QuarryLexicalBuffer *quarry_lexical_buffer_new (void);
void quarry_lexical_buffer_free (QuarryLexicalBuffer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalBuffer, quarry_lexical_buffer_free)

/* Forgets all passages; the memory is kept for those to come. */
void quarry_lexical_buffer_clear (QuarryLexicalBuffer *self);

/* Adds a passage in words. Between begin and end comes each word with its place. @written: as it stands
 * in the passage, which tells its stem in @language, and stays until the end; NULL where it has none. */
void quarry_lexical_buffer_begin (QuarryLexicalBuffer *self, guint32 slot, guint language);
void quarry_lexical_buffer_add (QuarryLexicalBuffer *self,
                                const char *term,
                                gsize length,
                                guint32 language,
                                const char *written,
                                gsize written_length,
                                guint32 position,
                                QuarryLexicalField field);
void quarry_lexical_buffer_end (QuarryLexicalBuffer *self, guint64 n_words);

/* FALSE where the slot is not there. *length gets the code of its length. */
gboolean quarry_lexical_buffer_bury (QuarryLexicalBuffer *self, guint32 slot, guint *length);
gboolean quarry_lexical_buffer_holds (const QuarryLexicalBuffer *self, guint32 slot);
gboolean quarry_lexical_buffer_is_full (const QuarryLexicalBuffer *self);

/* A term, or NONE. */
guint32 quarry_lexical_buffer_find (const QuarryLexicalBuffer *self,
                                    const char *term,
                                    gsize length);
/* The first of the stems with the key, or NONE. */
guint32 quarry_lexical_buffer_find_stem (const QuarryLexicalBuffer *self, guint64 key);

const char *quarry_lexical_buffer_get_term (const QuarryLexicalBuffer *self,
                                            guint32 term,
                                            gsize *length);
guint32 quarry_lexical_buffer_count (const QuarryLexicalBuffer *self, guint32 term);

/* Appends the term's postings to @rows (of guint32) and @codes, and where @positions is not NULL,
 * its positions, as a segment keeps them, and where each posting's end (of guint32). Dead passages
 * are among them. */
void quarry_lexical_buffer_list (const QuarryLexicalBuffer *self,
                                 guint32 term,
                                 GArray *rows,
                                 GByteArray *codes,
                                 GByteArray *positions,
                                 GArray *ends);

/* All of it as a segment, dead passages left out; NULL where nothing is left. @mean: words a
 * passage of the whole index. */
QuarryLexicalSegment *quarry_lexical_buffer_seal (const QuarryLexicalBuffer *self, double mean);

G_END_DECLS
