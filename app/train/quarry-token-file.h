/* quarry-token-file.h: training text as token numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of 32-bit words. Each record consists of a word with kind × 2²⁴ + number of tokens, followed
 * by the tokens. A record of kind 'S', without tokens, stands before each source. One pair in 32,
 * chosen by its passage's text, is held back from all training and is used for evaluation.
 */
#pragma once

#include "app/train/quarry-corpus.h"
#include "core/embed/quarry-tokenizer.h"

G_BEGIN_DECLS

#define QUARRY_RECORD_SOURCE 'S'
#define QUARRY_RECORD_HELD_QUERY 'q'
#define QUARRY_RECORD_HELD_ANSWER 'a'
#define QUARRY_RECORD_MAX_TOKENS 0xffffff

typedef struct
{
  GMappedFile *mapping;
  const guint32 *words;
  gsize n_words;
} QuarryTokenFile;

/* One record of a token file. */
typedef struct
{
  char kind;
  guint32 n_tokens;
  const guint32 *tokens;
} QuarryTokenRecord;

/* Tokenizes the corpora @paths one after the other and writes them to @path. */
gboolean quarry_token_file_write (const char *path,
                                  QuarryTokenizer *tokenizer,
                                  char **paths,
                                  GError **error);

gboolean quarry_token_file_open (QuarryTokenFile *self,
                                 const char *path,
                                 guint n_vocabulary,
                                 GError **error);
void quarry_token_file_close (QuarryTokenFile *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryTokenFile, quarry_token_file_close)

/* Reads the record at *@position (initially 0) and moves on to the next. FALSE at the end. */
gboolean quarry_token_file_next (const QuarryTokenFile *self,
                                 gsize *position,
                                 QuarryTokenRecord *record);

G_END_DECLS
