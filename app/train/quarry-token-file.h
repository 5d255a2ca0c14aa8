/* quarry-token-file.h: training text as numbers of tokens
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file of 32-bit words: for each record one of kind × 2²⁴ + number of tokens, then its tokens.
 * Before each source stands a record of kind 'S', without tokens. One pair in 32, by its
 * passage's text, is held back from all training, to measure with.
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

/* Tokenizes the corpora @paths one after the other into @path. */
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

/* Reads the record at *@position (0 at first) and moves on. FALSE at the end. */
gboolean quarry_token_file_next (const QuarryTokenFile *self,
                                 gsize *position,
                                 QuarryTokenRecord *record);

G_END_DECLS
