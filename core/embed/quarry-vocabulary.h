/* quarry-vocabulary.h: the tokens of a model, found by their bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hash table with open addressing; the texts of the tokens are stored one after another. The hash is computed byte by
 * byte, so that all tokens that begin at some position of a text are found in one pass. Private to the room.
 *
 * Threads: immutable once it is sealed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_NO_TOKEN G_MAXUINT32
#define QUARRY_VOCABULARY_MAX_TOKENS (4u << 20)
#define QUARRY_VOCABULARY_MAX_TOKEN_LENGTH 1024

#define QUARRY_HASH_START G_GUINT64_CONSTANT (0xcbf29ce484222325)

static inline guint64
quarry_hash_byte (guint64 hash, guint8 byte)
{
  return (hash ^ byte) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
}

typedef struct _QuarryVocabulary QuarryVocabulary;

/* @n_bytes: about how many bytes will be added; may be 0. */
QuarryVocabulary *quarry_vocabulary_new (gsize n_bytes);
void quarry_vocabulary_free (QuarryVocabulary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryVocabulary, quarry_vocabulary_free)

/* FALSE where @id is too large or already taken, or the token is too long. An empty token takes its id and is never
 * found. */
gboolean quarry_vocabulary_add (QuarryVocabulary *self,
                                guint32 id,
                                const char *token,
                                gsize length);

/* Ends adding; from now on, tokens can be found. FALSE where a token was added twice. */
gboolean quarry_vocabulary_seal (QuarryVocabulary *self);

/* One more than the largest id. */
guint quarry_vocabulary_get_n_tokens (QuarryVocabulary *self);

/* The length in bytes of the token with this id. */
gsize quarry_vocabulary_get_length (QuarryVocabulary *self, guint32 id);

typedef enum
{
  QUARRY_VOCABULARY_BEGINS = 1 << 0, /* a token may begin with these bytes, or be equal to them */
  QUARRY_VOCABULARY_ENDS = 1 << 1,   /* a token may be equal to these bytes */
} QuarryVocabularyForecast;

/* What can be expected of bytes with this hash, and of longer ones that begin with them, as in a Bloom filter: if a
 * flag is not set, there is certainly no such token; if it is set, there usually is one. It needs only little memory,
 * so that it stays in the cache. */
QuarryVocabularyForecast quarry_vocabulary_forecast (QuarryVocabulary *self, guint64 hash);

/* The token that is equal to these bytes, or QUARRY_NO_TOKEN. @hash: the result of quarry_hash_byte() over them,
 * beginning with QUARRY_HASH_START. */
guint32 quarry_vocabulary_find_hashed (QuarryVocabulary *self,
                                       guint64 hash,
                                       const char *token,
                                       gsize length);

/* The same, with the hash computed here. */
guint32 quarry_vocabulary_find (QuarryVocabulary *self, const char *token, gsize length);

/* Prefetches the memory that quarry_vocabulary_find_hashed() will read. */
void quarry_vocabulary_prefetch (QuarryVocabulary *self, guint64 hash);

G_END_DECLS
