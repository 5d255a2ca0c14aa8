/* quarry-words.h: the words of a text, as all parts of Quarry count them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word is a maximal run of letters, marks and digits; an English "'s" (or "’s") at its end is
 * dropped. Runs of scripts written without blanks (Han, Kana, Thai, Lao, Khmer, Burmese) are cut by
 * ICU's dictionaries. A word's folded form is lower case, compatibility-decomposed and without
 * accents, digits of any script are those of ASCII: "Élan's" folds to "elan". Embedder, full-text index and explanation all use this one
 * breaker, so that their words agree.
 *
 * ASCII text is broken without ICU. Threads: an iterator belongs to one thread.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  /*< private >*/
  const char *text;
  gsize length;
  gsize position;
  GString *folded;
  gpointer breaker;
  GArray *pending;
  guint next_pending;
  char few[8]; /* the folded form of a short word, which needs no other room */
} QuarryWords;

/* @text: UTF-8 of @length bytes (-1: NUL-terminated); must outlive the iteration. Invalid bytes
 * separate words. */
void quarry_words_init (QuarryWords *self, const char *text, gssize length);

/* Turns the iterator to the start of another text, reusing its buffers. */
void quarry_words_turn_to (QuarryWords *self, const char *text, gssize length);

/* The next word: where it stands in the text (bytes) and its folded form, which is valid until
 * the next call. FALSE at the end. @folded_length may be NULL. */
gboolean quarry_words_next (QuarryWords *self,
                            QuarrySpan *span,
                            const char **folded,
                            gsize *folded_length);

/* The same with quarry_words_hash() of the folded form, which costs next to nothing here. Of @folded,
 * QUARRY_WORDS_TOLD_APART bytes may be read at least. */
gboolean quarry_words_next_hashed (QuarryWords *self,
                                   QuarrySpan *span,
                                   const char **folded,
                                   gsize *length,
                                   guint64 *hash);

void quarry_words_clear (QuarryWords *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryWords, quarry_words_clear)

/* What is known of a word by its folded form. Whoever reads many texts keeps these; each form has one number, so that
 * words can be compared without comparing their letters. */
typedef struct
{
  const char *folded; /* NUL-terminated */
  guint32 length;     /* in bytes */
  guint32 number;     /* counts from 0; equal forms have equal numbers */
  guint32 stem;       /* equal stems have equal numbers */
  guint8 stop;        /* quarry_words_is_stop_word() */
  guint8 small;       /* quarry_language_is_function_word() with "*" */
  guint8 plain;       /* nothing but ASCII letters */
  guint64 hash;       /* quarry_words_hash() of the folded form */
  guint64 languages;  /* quarry_language_list_of_function_word() */
} QuarryWordForm;

/* A word at its place in a text. */
typedef struct
{
  QuarrySpan span; /* bytes of the text */
  const QuarryWordForm *form;
} QuarryWord;

/* TRUE where text[start, end) parts the words before it from those behind it and holds none itself, so that the text
 * before @start and that from @end on, each broken on its own, have the words of the whole. With @start = @end this is
 * asked of a place between two characters. Never of one within a character. @length: of the whole, in
 * bytes. */
gboolean quarry_words_are_parted (const char *text, gsize length, gsize start, gsize end);

/* The number of words of @text. */
guint quarry_words_count (const char *text, gssize length);

/* A hash of a folded word, the same on all machines of one byte order. Two different words of equal length up to
 * QUARRY_WORDS_TOLD_APART bytes never have the same hash. */
#define QUARRY_WORDS_TOLD_APART 8
guint64 quarry_words_hash (const char *folded, gsize length);

/* TRUE for the function words of English ("the", "of", "who" …), given folded. */
gboolean quarry_words_is_stop_word (const char *folded, gsize length);

/* The same for a word whose hash is known already. */
gboolean quarry_words_is_stop_word_hashed (guint64 hash, const char *folded, gsize length);

G_END_DECLS
