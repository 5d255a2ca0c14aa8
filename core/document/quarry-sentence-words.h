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

/* @sentences: @n spans of @text, which is UTF-8 and must end with a NUL, since callers look at the byte behind a word
 * even if it is the last. Both must outlive the result. */
QuarrySentenceWords *quarry_sentence_words_new (const char *text, const QuarrySpan *sentences, guint n);

/* The same for all sentences of @document, in the array that quarry_sentences_of_document() returned. */
QuarrySentenceWords *quarry_sentence_words_of_document (QuarryDocument *document, GArray *sentences);

void quarry_sentence_words_free (QuarrySentenceWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySentenceWords, quarry_sentence_words_free)

G_END_DECLS
