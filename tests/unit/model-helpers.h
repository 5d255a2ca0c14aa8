/* model-helpers.h: the files of a small model, made by the test, and what becomes of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "tests/support/temporary-folder.h"

G_BEGIN_DECLS

/* Writes a file into the model's folder. */
void put (FolderFixture *model, const char *name, const void *bytes, gsize length);
void put_text (FolderFixture *model, const char *name, const char *text);

/* Writes a safetensors file: the header, padded with blanks to a multiple of 8 bytes, and the data. */
void put_tensors (FolderFixture *model, const char *header, const void *data, gsize n_bytes);

/* Fills @n rows of a model with numbers. */
void fill (float *rows, guint n);

/* Of the same kind as the shipped model's: words, and pieces of them. */
extern const char words_tokenizer[];
#define N_WORDS 10
/* WordPiece, as BERT uses it: beginnings of words, and pieces that continue them; 9 tokens. */
extern const char bert_tokenizer[];
/* Pieces in which a mark stands for the blank before a word; 6 tokens. */
extern const char metaspace_tokenizer[];

/* The header of a safetensors file of 10 rows, one for each token of words_tokenizer, of two numbers. */
extern const char tensors_10_by_2[];

/* Writes all files of a model that uses words_tokenizer. */
void put_words_model (FolderFixture *model);

/* (transfer full) */
QuarryEmbedder *load (FolderFixture *model);

/* Checks that loading the model fails with @code and a message that names @file. */
void assert_refused (FolderFixture *model, QuarryEmbedError code, const char *file);

G_END_DECLS
