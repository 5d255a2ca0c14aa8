/* model-helpers.h: the files of a small model, made by the test, and what becomes of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "tests/support/temporary-folder.h"

G_BEGIN_DECLS

/* Into the folder of the model. */
void put (FolderFixture *model, const char *name, const void *bytes, gsize length);
void put_text (FolderFixture *model, const char *name, const char *text);

/* A safetensors file: the header, padded with blanks to 8 bytes, and the data. */
void put_tensors (FolderFixture *model, const char *header, const void *data, gsize n_bytes);

/* Numbers for the rows of a model. */
void fill (float *rows, guint n);

/* As the shipped model's: words, and pieces of them. */
extern const char words_tokenizer[];
#define N_WORDS 10
/* Of words and what they go on with; 9 tokens. */
extern const char bert_tokenizer[];
/* Of pieces that begin with a mark for the blank; 6 tokens. */
extern const char metaspace_tokenizer[];

/* The header of as many rows as the first of them has tokens, of two numbers. */
extern const char tensors_10_by_2[];

/* All files of a model of words_tokenizer. */
void put_words_model (FolderFixture *model);

/* (transfer full) */
QuarryEmbedder *load (FolderFixture *model);

/* Fails to load, in the way @code, with a message that names @file. */
void assert_refused (FolderFixture *model, QuarryEmbedError code, const char *file);

G_END_DECLS
