/* quarry-sentence-words.h: the words of a document's sentences, broken once for all who read them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each sentence is broken on its own, as quarry_words_next() does it. Words with the same folded form
 * share one number, so that callers look up what they need to know of a word (its token, its stem)
 * once per form: a text of a thousand words has about four hundred forms, one of a hundred thousand
 * about ten thousand.
 *
 * Threads: immutable once made. Time and memory are linear in the text.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  const char *folded; /* NUL-terminated */
  guint32 length;     /* in bytes */
  gboolean is_stop;   /* quarry_words_is_stop_word() */
  guint64 hash;       /* quarry_words_hash() */
} QuarrySentenceForm;

typedef struct
{
  QuarrySpan span; /* bytes of the text */
  guint32 form;    /* below n_forms */
} QuarrySentenceWord;

typedef struct
{
  const char *text;            /* not owned; a NUL stands behind it */
  const QuarrySpan *sentences; /* @n of them; not owned */
  guint n;

  QuarrySentenceWord *words; /* in the text's order */
  guint32 *first_words;      /* n + 1 entries: index of each sentence's first word */

  QuarrySentenceForm *forms; /* by number, which is the order of their first occurrence */
  guint32 n_forms;

  /*< private >*/
  char *letters;
} QuarrySentenceWords;

/* The words of a part of the text, for those who would otherwise break that part again. */
typedef struct
{
  const QuarrySentenceWord *words; /* @n of them */
  guint32 n;
  guint32 start; /* where the part begins: their spans are of the text that it is a part of */
  const QuarrySentenceForm *forms;
} QuarryPartWords;

/* @sentences: @n spans of @text, which is UTF-8 and must end with a NUL, since callers look at the byte behind a word
 * even if it is the last. Both must outlive the result. */
QuarrySentenceWords *quarry_sentence_words_new (const char *text, const QuarrySpan *sentences, guint n);

/* The same for all sentences of @document, in the array that quarry_sentences_of_document() returned. */
QuarrySentenceWords *quarry_sentence_words_of_document (QuarryDocument *document, GArray *sentences);

/* Finds the words that quarry_words_next() would give for text[part) alone; valid as long as @self. FALSE where they
 * cannot be told from the words of the sentences: where sentences touch, or the part begins or ends, within what would
 * be one word, and where words stand outside of sentences. */
gboolean quarry_sentence_words_of_part (const QuarrySentenceWords *self, QuarrySpan part, QuarryPartWords *words);

void quarry_sentence_words_free (QuarrySentenceWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySentenceWords, quarry_sentence_words_free)

G_END_DECLS
