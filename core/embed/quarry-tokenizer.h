/* quarry-tokenizer.h: text to tokens, as a model's tokenizer.json says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two ways. A tokenizer whose first split is QUARRY_SPLIT_WORDS reads the words of
 * core/document/quarry-words.h, so that embedder, index and explanation agree on them: a word
 * that is a token is that token, any other is cut into pieces. Every other tokenizer runs the
 * normalizers and splits of its file one after the other. Private to the room.
 *
 * Threads: immutable.
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-tokenizer-file.h"

G_BEGIN_DECLS

typedef struct _QuarryTokenizer QuarryTokenizer;

/* Errors are of QUARRY_EMBED_ERROR and name the file. */
QuarryTokenizer *quarry_tokenizer_load (const char *path, GError **error);
void quarry_tokenizer_free (QuarryTokenizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenizer, quarry_tokenizer_free)

guint quarry_tokenizer_get_n_tokens (QuarryTokenizer *self);

/* The whole file, as long as the tokenizer lives. */
const guint8 *quarry_tokenizer_get_bytes (QuarryTokenizer *self, gsize *n_bytes);

/* TRUE where the tokens of a text are those of its words (quarry_words_next()), one after another. */
gboolean quarry_tokenizer_breaks_words (QuarryTokenizer *self);

/* Appends QuarryToken: unknown tokens are left out. The pieces of a word of Quarry's own breaking
 * all have the whole word's span. */
void quarry_tokenizer_run (QuarryTokenizer *self, const char *text, gsize length, GArray *tokens);

/* The same of one word as quarry_words_next() gives it, folded; only where quarry_tokenizer_breaks_words(). Its
 * tokens' spans say nothing. */
void quarry_tokenizer_run_word (QuarryTokenizer *self, const char *folded, gsize length, GArray *tokens);

/* Appends the numbers of the tokens of each sentence to @tokens, of guint32: those of sentence i begin at
 * @first_tokens[i] (n + 1 of them). */
void quarry_tokenizer_run_sentences (QuarryTokenizer *self,
                                     const QuarrySentenceWords *words,
                                     GArray *tokens,
                                     guint32 *first_tokens);

G_END_DECLS
