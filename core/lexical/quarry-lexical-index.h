/* quarry-lexical-index.h: best passages by the words they hold
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BM25 over title, headings and text of passages, stemmed: the twin of core/vector, plain C over
 * arrays. A passage lives in a slot, a number that the caller chooses; slots may have gaps. Words
 * are those of core/document/quarry-words.h, kept as they stand (folded) and found by their stems in
 * the passage's language (Snowball); the parts of a word like parseHeader are found too, and in Chinese and Japanese any
 * characters that stand together, however a dictionary would cut them. Counts and mean length are those
 * of the passages that are there at the moment of a search.
 *
 * Threads: any number of searches beside one change at a time; the index locks itself. Segments are
 * merged on a thread of its own, which changes no answer.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* What is excluded beyond so many is not looked at. */
#define QUARRY_LEXICAL_MAX_EXCLUDED 32

#define QUARRY_LEXICAL_ERROR (quarry_lexical_error_quark ())

typedef enum
{
  QUARRY_LEXICAL_ERROR_MISSING, /* there is no such file */
  QUARRY_LEXICAL_ERROR_DAMAGED, /* a file that is no index, is cut short, or fails its checksum */
  QUARRY_LEXICAL_ERROR_STALE,   /* made by another version or on another kind of machine */
  QUARRY_LEXICAL_ERROR_FILE,    /* could not be read or written */
} QuarryLexicalError;

GQuark quarry_lexical_error_quark (void);

typedef struct
{
  guint32 slot;
  float score; /* BM25, greater is better, above 0 */
} QuarryLexicalMatch;

/* What a word still typed may be. */
typedef struct
{
  char *word;   /* folded */
  double share; /* how likely, 0 to 1; of all of its stem that are possible */
} QuarryLexicalGuess;

/* What the passages know a folded word, as far as it is typed, to be or to become: words with different
 * English stems, the likeliest first. How likely goes by how many passages hold each; what is left to 1
 * is words of less likelihood than the eight or so that stand there, and function words, which do only where they
 * are typed in full. */
typedef struct
{
  char *typed;     /* folded */
  GArray *guesses; /* of QuarryLexicalGuess */
} QuarryLexicalForesight;

void quarry_lexical_foresight_free (QuarryLexicalForesight *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalForesight, quarry_lexical_foresight_free)

/* A query, taken apart: nothing in it is ever read as syntax. Words that are stop words do not
 * rank unless the query has no others. A word of the text stands for all forms of its stem, in
 * whatever language that passages are in; a word
 * that no passage holds for those that are spelt nearly so, a code (with a digit) for those that begin
 * so: where it is required, one of these has to be there. A phrase (of one word, too) stands for itself alone; an excluded word excludes what it would
 * have found. Identifiers, addresses and names of files count for their words, and as a whole. */
typedef struct
{
  const char *text;            /* free words, any of which may match */
  const GArray *required;      /* of QuarrySpan, or NULL: parts of text (bytes) each of which has to match */
  const char *const *phrases;  /* NULL-terminated or NULL: each must stand as it is */
  const char *const *excluded; /* NULL-terminated or NULL: words or phrases that must not */
  gboolean last_is_prefix;     /* the last word of text is still being typed */
  gboolean as_typed;           /* words that no passage holds stand for no others */
  const QuarryLexicalForesight *foresight; /* of that last word, where it was asked for before; or NULL */
  guint32 languages;           /* of the text, where it was asked for before: quarry_lexical_index_guess_languages();
                                  or 0 */
} QuarryLexicalQuery;

typedef struct _QuarryLexicalIndex QuarryLexicalIndex;

QuarryLexicalIndex *quarry_lexical_index_new (void);
QuarryLexicalIndex *quarry_lexical_index_ref (QuarryLexicalIndex *self);
void quarry_lexical_index_unref (QuarryLexicalIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLexicalIndex, quarry_lexical_index_unref)

/* Puts a passage into @slot (below 2^32 - 1), over what was there. Strings may be NULL. @language: a
 * BCP 47 tag; English where it is not known. */
void quarry_lexical_index_add (QuarryLexicalIndex *self,
                               guint32 slot,
                               const char *title,
                               const char *heading,
                               const char *text,
                               const char *language);

/* Empties @slot; once this has returned, no search finds it. Nothing happens where it is empty. The
 * strings that were added make it quick; without them (all NULL) it is as remove_all(). */
void quarry_lexical_index_remove (QuarryLexicalIndex *self,
                                  guint32 slot,
                                  const char *title,
                                  const char *heading,
                                  const char *text);

/* The same for any number of slots. Looks through all lists once for the words of the passages. */
void quarry_lexical_index_remove_all (QuarryLexicalIndex *self, const guint32 *slots, guint n);

/* TRUE where @slot is taken. */
gboolean quarry_lexical_index_holds (QuarryLexicalIndex *self, guint32 slot);
/* How many slots are taken. */
guint quarry_lexical_index_get_count (QuarryLexicalIndex *self);

/* All slots that are taken, ascending. (transfer full): of guint32 */
GArray *quarry_lexical_index_list_slots (QuarryLexicalIndex *self);

/* Begins to merge small segments where these are many, on a thread of the index's own: each takes its time
 * in every search. For when nothing more is expected soon. FALSE where there is nothing to merge. */
gboolean quarry_lexical_index_tidy (QuarryLexicalIndex *self);

/* Waits until there is nothing left to merge. TRUE where what has been merged is not in the file yet. */
gboolean quarry_lexical_index_settle (QuarryLexicalIndex *self);

/* What it takes: bytes, those of them that are positions, and postings. */
void quarry_lexical_index_get_size (QuarryLexicalIndex *self,
                                    guint64 *bytes,
                                    guint64 *position_bytes,
                                    guint64 *postings);

/* The @k best, best first, ties by lower slot. @allowed and @n_words: a bitmap of slots as in
 * quarry_vector_index_search(), or NULL. Cancelling ends the search (G_IO_ERROR_CANCELLED), the
 * only error there is. (transfer full): an array of QuarryLexicalMatch, empty where nothing
 * matches; NULL on error. */
GArray *quarry_lexical_index_search (QuarryLexicalIndex *self,
                                     const QuarryLexicalQuery *query,
                                     guint k,
                                     const guint64 *allowed,
                                     gsize n_words,
                                     GCancellable *cancellable,
                                     GError **error);

/* The passages that may be found: those among the @allowed (NULL: all) that hold what @query requires and its
 * phrases, and nothing that it excludes, whether its other words match or not. (transfer full): a bitmap of slots, of
 * guint64 */
GArray *quarry_lexical_index_filter (QuarryLexicalIndex *self,
                                     const QuarryLexicalQuery *query,
                                     const guint64 *allowed,
                                     gsize n_words);

/* What the last word of @text may become or may have meant: words of the passages, folded, most
 * likely first, at most @n. (transfer full): NULL-terminated */
char **quarry_lexical_index_suggest (QuarryLexicalIndex *self, const char *text, guint n);

#define QUARRY_LEXICAL_ALL_LANGUAGES G_MAXUINT32

/* The languages that a query may be in: those that as many of its words are mainly of as are of any other, as
 * bits by quarry_lexical_find_language(). English, bit 0, is always among them. A word is mainly of the
 * languages whose passages hold it about as often as those of the language that holds it most: a German
 * text that quotes "latest" does not make German of it. */
guint32 quarry_lexical_index_guess_languages (QuarryLexicalIndex *self, const char *text);

/* How rare a folded word of a query is among the passages in any of its forms in @languages: BM25's idf,
 * over 0. */
double quarry_lexical_index_get_rarity (QuarryLexicalIndex *self, const char *folded, guint32 languages);

#define QUARRY_LEXICAL_MOST_FORMS 32

/* The forms, folded, in which passages hold a word of a query, most frequent first: the word and those
 * with the same stem in one of @languages whose passages hold it. @written: as it was typed, or NULL.
 * (transfer full): NULL-terminated */
char **quarry_lexical_index_dup_forms (QuarryLexicalIndex *self,
                                       const char *folded,
                                       const char *written,
                                       guint32 languages);

/* (transfer full) */
QuarryLexicalForesight *quarry_lexical_index_foresee (QuarryLexicalIndex *self, const char *folded);

/* What a folded word of a query stands for in the passages: itself where they hold it, else the most
 * frequent word that it begins, else the nearest in spelling. NULL where there is none. (transfer
 * full) */
char *quarry_lexical_index_understand (QuarryLexicalIndex *self, const char *folded);

/* Writes to @path what is not there yet, marked with @mark (any text of at most 255 bytes that names
 * what the index was made from). What the file held before stays readable until the new end is
 * written: a crash loses what was new, no more. */
gboolean quarry_lexical_index_save (QuarryLexicalIndex *self,
                                    const char *path,
                                    const char *mark,
                                    GError **error);

/* About how many bytes of memory would be given back by saving now: what has been saved lies in the file. */
guint64 quarry_lexical_index_get_unsaved (QuarryLexicalIndex *self);

/* Opens what was saved last and whole. All that is needed to find the way in it is checked; what else a large file
 * holds is compared with its checksums by a thread, for which quarry_lexical_index_is_damaged() waits. */
QuarryLexicalIndex *quarry_lexical_index_open (const char *path, GError **error);

/* The mark that it was opened or saved with; "" for none. (transfer full) */
char *quarry_lexical_index_dup_mark (QuarryLexicalIndex *self);

/* Whether the file, in which the index lies once it was saved or opened, is damaged: it does not match
 * its checksums, or has been cut short since. So ask after a search: where it is TRUE, the index has to be made anew.
 * What another program writes over later is noticed by a merge and by who opens the file the next time; until then it
 * makes answers wrong, no more. */
gboolean quarry_lexical_index_is_damaged (QuarryLexicalIndex *self);

/* Reads everything; FALSE with DAMAGED where it does not hold together. */
gboolean quarry_lexical_index_check (QuarryLexicalIndex *self, GError **error);

/* The English stem of a folded word, as the index keeps it, written to @stem (NUL-terminated, cut at
 * @size bytes). Thread safe. */
void quarry_lexical_stem (const char *folded, gsize length, char *stem, gsize size);

G_END_DECLS
