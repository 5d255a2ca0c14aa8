/* quarry-words.h: words of a text, as all rooms of the house count them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word is a maximal run of letters, marks and digits; an English "'s" (or "’s") at its end is
 * dropped. Runs of scripts written without blanks (Han, Kana, Thai, Lao, Khmer, Burmese) are cut
 * by ICU's dictionaries. A word's folded form is lower case, compatibility-decomposed and without
 * accents: "Élan's" folds to "elan". Embedder, full-text index and explanation all use this one
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
} QuarryWords;

/* @text: UTF-8 of @length bytes (-1: NUL-terminated); must outlive the iteration. Invalid bytes
 * separate words. */
void quarry_words_init (QuarryWords *self, const char *text, gssize length);

/* Goes on with another text, as if begun with it. */
void quarry_words_turn_to (QuarryWords *self, const char *text, gssize length);

/* The next word: where it stands in the text (bytes) and its folded form, which is valid until
 * the next call. FALSE at the end. @folded_length may be NULL. */
gboolean quarry_words_next (QuarryWords *self,
                            QuarrySpan *span,
                            const char **folded,
                            gsize *folded_length);

void quarry_words_clear (QuarryWords *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryWords, quarry_words_clear)

/* What is known of a word by its folded form. Forms are remembered by whoever reads many texts; one
 * form has one number, so that words are compared without their letters. */
typedef struct
{
  const char *folded; /* NUL-terminated */
  guint32 length;     /* bytes of it */
  guint32 number;     /* from 0: equal forms, equal numbers */
  guint32 stem;       /* equal stems, equal numbers */
  guint8 stop;        /* quarry_words_is_stop_word() */
  guint8 small;       /* quarry_language_is_function_word(): "*" */
  guint64 hash;       /* of the folded form: the same wherever it is remembered */
} QuarryWordForm;

/* A word where it stands in a text. */
typedef struct
{
  QuarrySpan span; /* bytes of the text */
  const QuarryWordForm *form;
} QuarryWord;

/* The number of words of @text. */
guint quarry_words_count (const char *text, gssize length);

/* A hash of a folded word, the same on every machine of one byte order. Two words of one length up to
 * QUARRY_WORDS_TOLD_APART bytes never have the same. */
#define QUARRY_WORDS_TOLD_APART 8
guint64 quarry_words_hash (const char *folded, gsize length);

/* TRUE for the function words of English ("the", "of", "who" …), given folded. */
gboolean quarry_words_is_stop_word (const char *folded, gsize length);

/* The same where the word's hash is known. */
gboolean quarry_words_is_stop_word_hashed (guint64 hash, const char *folded, gsize length);

G_END_DECLS
