/* quarry-vocabulary.h: the tokens of a model, found by their bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An open hash over tokens that lie one after the other. The hash grows byte by byte, so that all
 * tokens that begin at a place of a text are found in one pass over it. Private to the room.
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

/* @n_bytes: about how much is going to be added; may be 0. */
QuarryVocabulary *quarry_vocabulary_new (gsize n_bytes);
void quarry_vocabulary_free (QuarryVocabulary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryVocabulary, quarry_vocabulary_free)

/* FALSE when @id is too large or taken, or the token too long. An empty token takes its id and
 * is never found. */
gboolean quarry_vocabulary_add (QuarryVocabulary *self,
                                guint32 id,
                                const char *token,
                                gsize length);

/* Ends the adding; tokens can be found from here on. FALSE when a token is there twice. */
gboolean quarry_vocabulary_seal (QuarryVocabulary *self);

/* One more than the largest id. */
guint quarry_vocabulary_get_n_tokens (QuarryVocabulary *self);

typedef enum
{
  QUARRY_VOCABULARY_BEGINS = 1 << 0, /* a token may begin so, or be it */
  QUARRY_VOCABULARY_ENDS = 1 << 1,   /* a token may be just that */
} QuarryVocabularyForecast;

/* What may be found of bytes with a hash, and of those that begin with them: without it there is nothing,
 * with it there mostly is. It looks at little memory. */
QuarryVocabularyForecast quarry_vocabulary_forecast (QuarryVocabulary *self, guint64 hash);

const char *quarry_vocabulary_get (QuarryVocabulary *self, guint32 id, gsize *length);

/* The token of these bytes, or QUARRY_NO_TOKEN. @hash: quarry_hash_byte() over them from
 * QUARRY_HASH_START on. */
guint32 quarry_vocabulary_find_hashed (QuarryVocabulary *self,
                                       guint64 hash,
                                       const char *token,
                                       gsize length);

/* Fetches what quarry_vocabulary_find_hashed() will look at. */
void quarry_vocabulary_prefetch (QuarryVocabulary *self, guint64 hash);

guint32 quarry_vocabulary_find (QuarryVocabulary *self, const char *token, gsize length);

G_END_DECLS
