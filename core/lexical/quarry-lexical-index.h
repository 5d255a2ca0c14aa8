/* quarry-lexical-index.h: finds the best passages by the words that they hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A BM25 index over the title, headings and text of passages, with stemming. It is the counterpart of core/vector, and
 * like it plain C over arrays. Each passage is in a slot, a number that the caller chooses; slots may have gaps. Words
 * are split as in core/document/quarry-words.h. They are stored as they are (folded) and found by their stem in the
 * passage's language (Snowball). The parts of a word like parseHeader are found too. In Chinese and Japanese, any
 * adjacent characters are found, however a dictionary would split them into words. Document frequencies and the mean
 * length are those of the passages that are in the index at the moment of a search.
 *
 * Threads: any number of searches may run beside one change at a time; the index does its own locking. Segments are
 * merged on a separate thread, which does not change the results of any search.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

/* Excluded words or phrases beyond this number are ignored. */
#define QUARRY_LEXICAL_MAX_EXCLUDED 32

#define QUARRY_LEXICAL_ERROR (quarry_lexical_error_quark ())

typedef enum
{
  QUARRY_LEXICAL_ERROR_MISSING, /* there is no such file */
  QUARRY_LEXICAL_ERROR_DAMAGED, /* it is not an index, is cut short, or does not match its checksums */
  QUARRY_LEXICAL_ERROR_STALE,   /* it was made by another version or on another kind of machine */
  QUARRY_LEXICAL_ERROR_FILE,    /* it could not be read or written */
} QuarryLexicalError;

GQuark quarry_lexical_error_quark (void);

typedef struct
{
  guint32 slot;
  float score; /* BM25, greater is better, above 0 */
} QuarryLexicalMatch;

/* A word that one still being typed may become. */
typedef struct
{
  char *word;   /* folded */
  double share; /* its probability, 0 to 1, including that of the other possible words with the same stem */
} QuarryLexicalGuess;

/* What a word that is still being typed may be: the typed word itself or longer words that passages hold, one for each
 * English stem, most likely first. Probabilities are in proportion to the number of passages that hold each word, with
 * a greater weight for the typed word itself. The list has about eight words. The shares add up to less than 1 where
 * there are further, less likely words, or function words, which are considered only once they are typed in full. */
typedef struct
{
  char *typed;     /* folded */
  GArray *guesses; /* of QuarryLexicalGuess */
} QuarryLexicalForesight;

void quarry_lexical_foresight_free (QuarryLexicalForesight *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalForesight, quarry_lexical_foresight_free)

/* A query, already taken apart: nothing in it is ever parsed as syntax. Stop words of the text do not rank, unless the
 * query has no other words. A word of the text stands for all forms of its stem, in whatever languages the passages
 * are. A word that no passage holds stands for words that are spelt similarly, or, where it is a code (contains a
 * digit), for words that begin with it; where such a word is required, a passage has to hold one of these. A phrase
 * (even of one word) matches only literally. An excluded word excludes everything that it would have found.
 * Identifiers, addresses and file names count both for their words and as a whole. */
typedef struct
{
  const char *text;            /* free words; a passage may match any of them */
  const GArray *required;      /* of QuarrySpan, or NULL: parts of text (in bytes), each of which has to match */
  const char *const *phrases;  /* NULL-terminated or NULL: a passage has to hold each of them literally */
  const char *const *excluded; /* NULL-terminated or NULL: words or phrases that a passage must not hold */
  gboolean last_is_prefix;     /* the last word of text is still being typed */
  gboolean as_typed;           /* words that no passage holds are not replaced by similar ones */
  const QuarryLexicalForesight *foresight; /* what that last word may become, where it was already computed; or NULL */
  guint32 languages;           /* the languages of the text, where they were already computed by
                                * quarry_lexical_index_guess_languages(); or 0 */
} QuarryLexicalQuery;

typedef struct _QuarryLexicalIndex QuarryLexicalIndex;

/* An empty index, which is in no file until it is saved. (transfer full) */
QuarryLexicalIndex *quarry_lexical_index_new (void);
QuarryLexicalIndex *quarry_lexical_index_ref (QuarryLexicalIndex *self);
void quarry_lexical_index_unref (QuarryLexicalIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalIndex, quarry_lexical_index_unref)

/* Puts a passage into @slot (below 2^32 - 1), replacing what was there. Strings may be NULL. @language: a BCP 47 tag;
 * English is assumed where it is not known. */
void quarry_lexical_index_add (QuarryLexicalIndex *self,
                               guint32 slot,
                               const char *title,
                               const char *heading,
                               const char *text,
                               const char *language);

/* The same, with the words of @text, as quarry_sentence_words_of_part() gives them, so that it need not be broken again.
 * NULL: not known. */
void quarry_lexical_index_add_broken (QuarryLexicalIndex *self,
                                      guint32 slot,
                                      const char *title,
                                      const char *heading,
                                      const char *text,
                                      const QuarryPartWords *words,
                                      const char *language);

/* Empties @slot; once this has returned, no search finds the passage. Does nothing where the slot is empty. It is fast
 * where it is given the strings that were added; without them (all NULL) it costs as much as remove_all(). */
void quarry_lexical_index_remove (QuarryLexicalIndex *self,
                                  guint32 slot,
                                  const char *title,
                                  const char *heading,
                                  const char *text);

/* The same for any number of slots. Reads all posting lists once to find the words of the passages. */
void quarry_lexical_index_remove_all (QuarryLexicalIndex *self, const guint32 *slots, guint n);

/* TRUE where @slot is taken. */
gboolean quarry_lexical_index_holds (QuarryLexicalIndex *self, guint32 slot);
/* How many slots are taken. */
guint quarry_lexical_index_get_count (QuarryLexicalIndex *self);

/* All slots that are taken, in ascending order. (transfer full): of guint32 */
GArray *quarry_lexical_index_list_slots (QuarryLexicalIndex *self);

/* Starts merging small segments on the index's own thread, where there are many of them, since every search takes
 * some time for each segment. To be called when no more passages are expected soon. FALSE where there is nothing to
 * merge. */
gboolean quarry_lexical_index_tidy (QuarryLexicalIndex *self);

/* Waits until all merging has ended. TRUE where a merged segment has not been saved to the file yet. */
gboolean quarry_lexical_index_settle (QuarryLexicalIndex *self);

/* The size of what has left the buffer (quarry_lexical_index_tidy()): all bytes, how many of them hold positions, and how
 * many postings there are. */
void quarry_lexical_index_get_size (QuarryLexicalIndex *self,
                                    guint64 *bytes,
                                    guint64 *position_bytes,
                                    guint64 *postings);

/* The @k best passages, best first, ties by lower slot. @allowed and @n_words: a bitmap of slots as in
 * quarry_vector_index_search(), or NULL. Cancelling ends the search with G_IO_ERROR_CANCELLED, which is the only
 * possible error. (transfer full): an array of QuarryLexicalMatch, empty where nothing matches; NULL on error. */
GArray *quarry_lexical_index_search (QuarryLexicalIndex *self,
                                     const QuarryLexicalQuery *query,
                                     guint k,
                                     const guint64 *allowed,
                                     gsize n_words,
                                     GCancellable *cancellable,
                                     GError **error);

/* The passages that satisfy the conditions of @query: those among @allowed (NULL: all) that hold everything it requires
 * and all its phrases, and nothing that it excludes, whether its other words match or not. (transfer full): a bitmap of
 * slots, of guint64 */
GArray *quarry_lexical_index_filter (QuarryLexicalIndex *self,
                                     const QuarryLexicalQuery *query,
                                     const guint64 *allowed,
                                     gsize n_words);

/* Completions of the last word of @text, or, where there are none, corrections of its spelling: words that passages
 * hold, folded, most likely first, at most @n. (transfer full): NULL-terminated */
char **quarry_lexical_index_suggest (QuarryLexicalIndex *self, const char *text, guint n);

#define QUARRY_LEXICAL_ALL_LANGUAGES G_MAXUINT32

/* The languages that a query may be in, as bits by quarry_lexical_find_language(): each word of the query counts for
 * the languages that it mainly belongs to, and the languages that the most words count for are returned. English, bit
 * 0, is always among them. A word mainly belongs to a language if the share of that language's passages that hold it is
 * at least a quarter of the highest such share among all languages. So a German text that quotes "latest" does not make
 * that a German word. */
guint32 quarry_lexical_index_guess_languages (QuarryLexicalIndex *self, const char *text);

/* How rare a folded word of a query is, counting the passages that hold any of its forms in @languages: the idf of
 * BM25, above 0. */
double quarry_lexical_index_get_rarity (QuarryLexicalIndex *self, const char *folded, guint32 languages);

/* The number of passages that hold the words of @text in a row, as they are written; of a single word: that hold it. */
guint32 quarry_lexical_index_count_holding (QuarryLexicalIndex *self, const char *text);

#define QUARRY_LEXICAL_MOST_FORMS 32

/* The forms, folded, in which passages hold a word of a query, most frequent first: the word itself, and words that
 * have the same stem in one of those @languages whose passages hold it. @written: the word as it was typed, or NULL.
 * (transfer full): NULL-terminated */
char **quarry_lexical_index_dup_forms (QuarryLexicalIndex *self,
                                       const char *folded,
                                       const char *written,
                                       guint32 languages);

/* What the word may be or become. (transfer full) */
QuarryLexicalForesight *quarry_lexical_index_foresee (QuarryLexicalIndex *self, const char *folded);

/* The word of the passages that a folded word of a query is taken for: itself where they hold it, else the most
 * frequent word that begins with it, else the word nearest in spelling. NULL where there is none. (transfer full) */
char *quarry_lexical_index_understand (QuarryLexicalIndex *self, const char *folded);

/* Writes to @path what is not there yet, together with @mark (any text of at most 255 bytes that identifies what the
 * index was made from). The previous content of the file stays readable until the new list at its end is written, so
 * that a crash loses only what was new. FALSE with QUARRY_LEXICAL_ERROR_FILE: the index in memory stays as
 * it was. */
gboolean quarry_lexical_index_save (QuarryLexicalIndex *self,
                                    const char *path,
                                    const char *mark,
                                    GError **error);

/* About how many bytes of memory saving would free now. What has been saved already is mapped from the file. */
guint64 quarry_lexical_index_get_unsaved (QuarryLexicalIndex *self);

/* Opens the last state that was saved completely. What is needed to find anything in the file is verified at once, the
 * rest of a large file block by block, each before its first use. NULL with an error of QUARRY_LEXICAL_ERROR. (transfer full) */
QuarryLexicalIndex *quarry_lexical_index_open (const char *path, GError **error);

/* The mark that it was opened or saved with; "" where there is none. (transfer full) */
char *quarry_lexical_index_dup_mark (QuarryLexicalIndex *self);

/* Whether what has been read of the file that the index was opened from or saved to is damaged: it does not match its
 * checksums, or the file has been cut short since. Callers ask this after a search; where it is TRUE, the index has to be
 * rebuilt. What another program overwrites after it was verified is noticed only by a merge or once it is next opened; until then searches may
 * return wrong results, but nothing worse. */
gboolean quarry_lexical_index_is_damaged (QuarryLexicalIndex *self);

/* Reads everything; FALSE with DAMAGED where the content is inconsistent. */
gboolean quarry_lexical_index_check (QuarryLexicalIndex *self, GError **error);

/* Writes the English stem of a folded word, as the index keeps it, to @stem (NUL-terminated, cut to fit @size bytes).
 * Thread safe. */
void quarry_lexical_stem (const char *folded, gsize length, char *stem, gsize size);

G_END_DECLS
