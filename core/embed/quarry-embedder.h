/* quarry-embedder.h: converts texts to unit vectors by a static model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model is a folder in the layout of Model2Vec (model.safetensors, tokenizer.json, config.json). The vector of a text
 * is the normalised weighted sum of the rows of its tokens:
 *   v = Σ w(t) row(t) / ‖Σ w(t) row(t)‖, over all tokens t of the text, with repetition,
 * so that the cosine of two texts is a sum over pairs of their tokens (which core/rank uses for explanations). The
 * files are mapped, and nothing in them is trusted before it has been checked.
 *
 * Threads: immutable after loading; any number of threads may use an embedder at the same time.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"
#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

#define QUARRY_EMBED_ERROR (quarry_embed_error_quark ())

typedef enum
{
  QUARRY_EMBED_ERROR_MISSING,     /* there is no model */
  QUARRY_EMBED_ERROR_DAMAGED,     /* a file is inconsistent in itself or with another one */
  QUARRY_EMBED_ERROR_UNSUPPORTED, /* a kind of model or tokenizer that Quarry cannot run */
} QuarryEmbedError;

GQuark quarry_embed_error_quark (void);

/* A token of a text: the number of the token, and the bytes of the text that it stands for. */
typedef struct
{
  guint32 id;
  QuarrySpan span;
} QuarryToken;

#define QUARRY_TYPE_EMBEDDER (quarry_embedder_get_type ())
G_DECLARE_FINAL_TYPE (QuarryEmbedder, quarry_embedder, QUARRY, EMBEDDER, GObject)

/* @path: the folder of a model. The files are mapped for as long as the embedder lives. NULL with an error of
 * QUARRY_EMBED_ERROR, whose message names the file and says what to do, where it cannot be used. (transfer full) */
QuarryEmbedder *quarry_embedder_load (const char *path, GError **error);

/* Whether the results obtained from the model so far can be trusted. FALSE, with QUARRY_EMBED_ERROR_DAMAGED and advice
 * what to do, if the file of the model has been cut short while in use, because rows that are missing read as zeros. To
 * be asked before vectors are stored. */
gboolean quarry_embedder_check (QuarryEmbedder *self, GError **error);

/* The model's folder name, for people. */
const char *quarry_embedder_get_name (QuarryEmbedder *self);

/* Identifies the model and the tokenizer by their content, and the way in which this program makes vectors with them
 * (64 hex digits). Vectors from embedders with different fingerprints cannot be compared. (transfer none) */
const char *quarry_embedder_get_fingerprint (QuarryEmbedder *self);

guint quarry_embedder_get_dims (QuarryEmbedder *self);
guint quarry_embedder_get_n_tokens (QuarryEmbedder *self);

/* Appends the tokens of @text (UTF-8, @length bytes or -1) to @tokens, an array of QuarryToken. Tokens that the model
 * does not know are left out. Where the model splits words as core/document does (like the shipped one), all pieces of
 * a word have the whole word as their span. */
void quarry_embedder_tokenize (QuarryEmbedder *self,
                               const char *text,
                               gssize length,
                               GArray *tokens);

/* The same for one word as returned, folded, by quarry_words_next(). Allowed only where quarry_embedder_breaks_words().
 * The spans of the tokens mean nothing. */
void quarry_embedder_tokenize_word (QuarryEmbedder *self, const char *folded, gsize length, GArray *tokens);

/* Appends the numbers of the tokens of all sentences of @words to @tokens, an array of guint32. They are the tokens
 * that quarry_embedder_tokenize() finds in each sentence; those of sentence i begin at @first_tokens[i] (words->n + 1
 * entries). */
void quarry_embedder_tokenize_sentences (QuarryEmbedder *self,
                                         const QuarrySentenceWords *words,
                                         GArray *tokens,
                                         guint32 *first_tokens);

/* TRUE where the tokens of a text are the tokens of its words (quarry_words_next()) in sequence, so that the tokens of
 * a word do not depend on its context. This is so with the shipped model. */
gboolean quarry_embedder_breaks_words (QuarryEmbedder *self);

/* Writes the row of token @id (below n_tokens, as all numbers of tokens here) to @row (dims floats), not normalised and
 * without the weights of a library. */
void quarry_embedder_get_row (QuarryEmbedder *self, guint32 id, float *row);

/* Adds Σ weights[id] × row(id) over @tokens to @sum (dims floats, initialised by the caller).
 * @weights: n_tokens floats, or NULL for all 1. */
void quarry_embedder_accumulate (QuarryEmbedder *self,
                                 const float *weights,
                                 const QuarryToken *tokens,
                                 guint n_tokens,
                                 float *sum);

/* The same for each block of @block tokens (the last may be shorter): its sum is added to its own row of @sums
 * (⌈n_tokens / block⌉ × dims). */
void quarry_embedder_accumulate_blocks (QuarryEmbedder *self,
                                        const float *weights,
                                        const QuarryToken *tokens,
                                        guint n_tokens,
                                        guint block,
                                        float *sums);

/* quarry_embedder_accumulate() for the numbers of tokens. */
void quarry_embedder_accumulate_ids (QuarryEmbedder *self,
                                     const float *weights,
                                     const guint32 *ids,
                                     guint n_ids,
                                     float *sum);

/* Writes weights[id] × row(id) · @vector (dims floats) for each of @ids to @products (n floats). */
void quarry_embedder_multiply (QuarryEmbedder *self,
                               const float *weights,
                               const guint32 *ids,
                               guint n,
                               const float *vector,
                               float *products);

/* Normalises a sum of weighted rows (dims floats) to a unit vector, as quarry_embedder_embed() does. FALSE, and all
 * zeros, where its length is zero or not finite. */
gboolean quarry_embedder_make_unit (QuarryEmbedder *self, float *vector);

/* Writes the unit vector of @text (UTF-8, @length bytes or -1) to @vector (dims floats). @weights: n_tokens floats, or
 * NULL for all 1. FALSE, and all zeros, where the text has no token that the
 * model knows. */
gboolean quarry_embedder_embed (QuarryEmbedder *self,
                                const float *weights,
                                const char *text,
                                gssize length,
                                float *vector);

G_END_DECLS
