/* quarry-sentence-words.h: the words of a document's sentences, broken once for all who read them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words as quarry_words_next() breaks each sentence by itself. Words with the same folded form share one
 * number, so that what a reader has to know of a word (its token, its stem) is looked up once a form: a
 * text of a thousand words has about four hundred forms, one of a hundred thousand about ten thousand.
 *
 * Threads: immutable once made. Time and memory are linear in the text.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  const char *folded; /* NUL-terminated */
  guint32 length;     /* bytes of it */
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
  const QuarrySpan *sentences; /* n; not owned */
  guint n;

  QuarrySentenceWord *words; /* in the text's order */
  guint32 *first_words;      /* n + 1: where each sentence's words begin */

  QuarrySentenceForm *forms; /* by number: in the order in which they come first */
  guint32 n_forms;

  /*< private >*/
  char *letters;
} QuarrySentenceWords;

/* @sentences: @n spans of @text (UTF-8, NUL-terminated: readers look at the byte behind a word, though it be the last).
 * Both must outlive the words. */
QuarrySentenceWords *quarry_sentence_words_new (const char *text, const QuarrySpan *sentences, guint n);

/* The same of all sentences in the GArray of quarry_sentences_of_document(). */
QuarrySentenceWords *quarry_sentence_words_of_document (QuarryDocument *document, GArray *sentences);

void quarry_sentence_words_free (QuarrySentenceWords *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySentenceWords, quarry_sentence_words_free)

G_END_DECLS
