/* quarry-tokenizer.h: converts text to tokens as a model's tokenizer.json describes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * There are two ways. A tokenizer whose first split is QUARRY_SPLIT_WORDS uses the words of
 * core/document/quarry-words.h, so that embedder, index and explanation agree on what a word is: a word that is a token
 * becomes that token, any other is cut into pieces. Words of a script that the model does not know have no tokens: those
 * with letters beyond ASCII that would be cut into nothing but single letters, and such letters by themselves, but for
 * Greek ones as formulas use them. Every other tokenizer runs the normalizers and splits of its file
 * in sequence. Private to the room.
 *
 * Threads: immutable.
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-tokenizer-file.h"

G_BEGIN_DECLS

typedef struct _QuarryTokenizer QuarryTokenizer;

/* Errors are from QUARRY_EMBED_ERROR and name the file. */
QuarryTokenizer *quarry_tokenizer_load (const char *path, GError **error);
void quarry_tokenizer_free (QuarryTokenizer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenizer, quarry_tokenizer_free)

guint quarry_tokenizer_get_n_tokens (QuarryTokenizer *self);

/* The whole file, as quarry_model_map() gives it. (transfer none) */
GBytes *quarry_tokenizer_get_file (QuarryTokenizer *self);

/* TRUE where the tokens of a text are the tokens of its words (quarry_words_next()) in sequence. */
gboolean quarry_tokenizer_breaks_words (QuarryTokenizer *self);

/* Appends the tokens of @text to @tokens, of QuarryToken; unknown ones are left out. Where the tokenizer uses Quarry's
 * words, all pieces of a word have the whole word as their span. */
void quarry_tokenizer_run (QuarryTokenizer *self, const char *text, gsize length, GArray *tokens);

/* The same for one word as returned, folded, by quarry_words_next(). Allowed only where
 * quarry_tokenizer_breaks_words(). The spans of the tokens mean nothing. */
void quarry_tokenizer_run_word (QuarryTokenizer *self, const char *folded, gsize length, GArray *tokens);

/* Appends the numbers of the tokens of each sentence to @tokens, of guint32; those of sentence i begin at
 * @first_tokens[i] (words->n + 1 entries). */
void quarry_tokenizer_run_sentences (QuarryTokenizer *self,
                                     const QuarrySentenceWords *words,
                                     GArray *tokens,
                                     guint32 *first_tokens);

G_END_DECLS
