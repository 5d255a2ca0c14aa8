/* quarry-embedder.h: text to unit vectors by a static model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model is a folder in the Model2Vec layout (model.safetensors, tokenizer.json, config.json).
 * A text's vector is the normalised weighted sum of its tokens' rows:
 *   v = Σ w(t) row(t) / ‖Σ w(t) row(t)‖, over all tokens t of the text, with repetition,
 * so that the cosine of two texts is a sum over pairs of their tokens (explained in core/rank).
 * The files are mapped, and nothing in them is believed before it has been checked.
 *
 * Threads: immutable after loading; any number may use one embedder at a time.
 */
#pragma once

#include <gio/gio.h>

#include "core/document/quarry-document.h"
#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

#define QUARRY_EMBED_ERROR (quarry_embed_error_quark ())

typedef enum
{
  QUARRY_EMBED_ERROR_MISSING,     /* no model there */
  QUARRY_EMBED_ERROR_DAMAGED,     /* files that contradict themselves or each other */
  QUARRY_EMBED_ERROR_UNSUPPORTED, /* a kind of model or tokenizer that Quarry cannot run */
} QuarryEmbedError;

GQuark quarry_embed_error_quark (void);

/* One token of a text: a row of the model and the bytes it stands for. */
typedef struct
{
  guint32 id;
  QuarrySpan span;
} QuarryToken;

#define QUARRY_TYPE_EMBEDDER (quarry_embedder_get_type ())
G_DECLARE_FINAL_TYPE (QuarryEmbedder, quarry_embedder, QUARRY, EMBEDDER, GObject)

/* @path: a model's folder. The message of an error names the file. */
QuarryEmbedder *quarry_embedder_load (const char *path, GError **error);

/* Whether what came of the model so far can be believed. FALSE, and QUARRY_EMBED_ERROR_DAMAGED with what to
 * do, once the model's file was cut short while it was in use: rows that are gone are all zeros. To be asked
 * before vectors are kept. */
gboolean quarry_embedder_check (QuarryEmbedder *self, GError **error);

/* The model's folder name, for people. */
const char *quarry_embedder_get_name (QuarryEmbedder *self);

/* Names model and tokenizer by their content (64 hex digits): vectors made by embedders with
 * different fingerprints cannot be compared. */
const char *quarry_embedder_get_fingerprint (QuarryEmbedder *self);

guint quarry_embedder_get_dims (QuarryEmbedder *self);
guint quarry_embedder_get_n_tokens (QuarryEmbedder *self);

/* Appends the tokens of @text (UTF-8, @length bytes or -1) to @tokens, an array of QuarryToken.
 * Tokens that the model does not know are left out. All pieces of one word have the whole word as
 * their span where the model breaks words as core/document does (the shipped one). */
void quarry_embedder_tokenize (QuarryEmbedder *self,
                               const char *text,
                               gssize length,
                               GArray *tokens);

/* The same of one word as quarry_words_next() gives it, folded; only where quarry_embedder_breaks_words(). Its
 * tokens' spans say nothing. */
void quarry_embedder_tokenize_word (QuarryEmbedder *self, const char *folded, gsize length, GArray *tokens);

/* Appends the numbers of the tokens of all sentences of @words to @tokens, an array of guint32, as
 * quarry_embedder_tokenize() finds them in each sentence; those of sentence i begin at @first_tokens[i]
 * (words->n + 1 entries). */
void quarry_embedder_tokenize_sentences (QuarryEmbedder *self,
                                         const QuarrySentenceWords *words,
                                         GArray *tokens,
                                         guint32 *first_tokens);

/* TRUE where the tokens of a text are those of its words (quarry_words_next()), one after another, so
 * that the tokens of a word are the same wherever it stands. So it is with the shipped model. */
gboolean quarry_embedder_breaks_words (QuarryEmbedder *self);

/* Writes row @id to @row (dims floats), not normalised, without the weights of a library. */
void quarry_embedder_get_row (QuarryEmbedder *self, guint32 id, float *row);

/* Adds Σ weights[id] × row(id) over @tokens to @sum (dims floats, initialised by the caller).
 * @weights: n_tokens floats, or NULL for all 1. */
void quarry_embedder_accumulate (QuarryEmbedder *self,
                                 const float *weights,
                                 const QuarryToken *tokens,
                                 guint n_tokens,
                                 float *sum);

/* The same for runs of @block tokens (the last may be shorter): the sum of each is added to its own
 * row of @sums (⌈n_tokens / block⌉ × dims). */
void quarry_embedder_accumulate_blocks (QuarryEmbedder *self,
                                        const float *weights,
                                        const QuarryToken *tokens,
                                        guint n_tokens,
                                        guint block,
                                        float *sums);

/* quarry_embedder_accumulate() of tokens by their numbers. */
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

/* Makes a sum of weighted rows (dims floats) what quarry_embedder_embed() gives of the same tokens: a unit
 * vector. FALSE, and all zeros, where it has no length. */
gboolean quarry_embedder_make_unit (QuarryEmbedder *self, float *vector);

/* Writes the unit vector of @text to @vector (dims floats). FALSE, and all zeros, where the text
 * has no token that the model knows. */
gboolean quarry_embedder_embed (QuarryEmbedder *self,
                                const float *weights,
                                const char *text,
                                gssize length,
                                float *vector);

G_END_DECLS
