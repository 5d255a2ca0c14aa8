/* quarry-vocabulary.c: the tokens of a model, found by their bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hash table with open addressing, and a small table of forecasts that rules out most look-ups before they are
 * made.
 */
#include "core/embed/quarry-vocabulary.h"

#include <string.h>

/* Limits and estimates for reserving memory. */
#define MAX_RESERVE (4u << 20)
#define TYPICAL_LENGTH 8

/* Longer sequences of probes occur only with a vocabulary that is constructed to collide. */
#define MAX_PROBES 4096

/* This many tokens are put into the table together, so that their memory accesses overlap instead of each waiting for
 * the one before. */
#define GROUP 16

typedef struct
{
  guint32 offset;
  guint32 length;
  gboolean taken;
} Entry;

/* Everything that a comparison needs, so that a probe costs one cache line. */
typedef struct
{
  guint32 tag;
  guint32 id; /* QUARRY_NO_TOKEN: the slot is free */
  guint32 offset;
  guint32 length;
} Slot;

/* Two flags (QuarryVocabularyForecast) for each hash value. They are found by the highest bits of the hash, in a table
 * that has FORECASTS_A_BYTE entries for each byte of all tokens. */
#define FORECAST_BITS 2
#define FORECASTS_A_BYTE 4
#define LEAST_FORECASTS_LOG 6

struct _QuarryVocabulary
{
  GByteArray *bytes;
  GArray *entries; /* of Entry, by id */
  Slot *slots;
  guint32 mask;
  guint8 *forecasts; /* FORECAST_BITS bits each */
  guint forecasts_log; /* logarithm of their number */
};

QuarryVocabulary *
quarry_vocabulary_new (gsize n_bytes)
{
  QuarryVocabulary *self = g_new0 (QuarryVocabulary, 1);

  n_bytes = MIN (n_bytes, MAX_RESERVE);
  self->bytes = g_byte_array_sized_new (n_bytes);
  self->entries = g_array_sized_new (FALSE, TRUE, sizeof (Entry), n_bytes / TYPICAL_LENGTH);
  return self;
}

void
quarry_vocabulary_free (QuarryVocabulary *self)
{
  g_byte_array_unref (self->bytes);
  g_array_unref (self->entries);
  g_free (self->slots);
  g_free (self->forecasts);
  g_free (self);
}

gboolean
quarry_vocabulary_add (QuarryVocabulary *self, guint32 id, const char *token, gsize length)
{
  Entry *entry;

  if (id >= QUARRY_VOCABULARY_MAX_TOKENS || length > QUARRY_VOCABULARY_MAX_TOKEN_LENGTH
      || self->bytes->len > G_MAXINT32)
    return FALSE;
  if (id >= self->entries->len)
    g_array_set_size (self->entries, id + 1);
  entry = &g_array_index (self->entries, Entry, id);
  if (entry->taken)
    return FALSE;
  *entry = (Entry){ self->bytes->len, length, TRUE };
  g_byte_array_append (self->bytes, (const guint8 *) token, length);
  return TRUE;
}

static inline guint64
hash_bytes (const char *token, gsize length)
{
  guint64 hash = QUARRY_HASH_START;

  for (gsize i = 0; i < length; i++)
    hash = quarry_hash_byte (hash, token[i]);
  return hash;
}

/* Whether a taken slot holds this token. */
static inline gboolean
is_at (QuarryVocabulary *self, const Slot *slot, guint64 hash, const char *token, gsize length)
{
  return slot->tag == (guint32) (hash >> 16) && slot->length == length
         && memcmp (self->bytes->data + slot->offset, token, length) == 0;
}

QuarryVocabularyForecast
quarry_vocabulary_forecast (QuarryVocabulary *self, guint64 hash)
{
  guint64 at = hash >> (64 - self->forecasts_log);

  return self->forecasts[at / FORECASTS_A_BYTE] >> (at % FORECASTS_A_BYTE * FORECAST_BITS) & 3;
}

/* Sets the forecasts of a token and of all its beginnings. Returns the hash of the token. */
static guint64
foretell (QuarryVocabulary *self, const char *token, gsize length)
{
  guint64 hash = QUARRY_HASH_START;

  for (gsize i = 0; i < length; i++)
    {
      QuarryVocabularyForecast forecast
          = QUARRY_VOCABULARY_BEGINS | (i + 1 == length ? QUARRY_VOCABULARY_ENDS : 0);
      guint64 at;

      hash = quarry_hash_byte (hash, token[i]);
      at = hash >> (64 - self->forecasts_log);
      self->forecasts[at / FORECASTS_A_BYTE] |= (guint8) (forecast << (at % FORECASTS_A_BYTE * FORECAST_BITS));
    }
  return hash;
}

/* Puts a token into the table. FALSE where it is already there. */
static gboolean
take_slot (QuarryVocabulary *self, guint32 id, guint64 hash)
{
  const Entry *entry = &g_array_index (self->entries, Entry, id);
  const char *token = (const char *) self->bytes->data + entry->offset;
  guint32 slot, probes = 0;

  if (entry->length == 0)
    return TRUE;
  for (slot = (hash >> 32) & self->mask; self->slots[slot].id != QUARRY_NO_TOKEN; slot = (slot + 1) & self->mask)
    if (++probes > MAX_PROBES || is_at (self, &self->slots[slot], hash, token, entry->length))
      return FALSE;
  self->slots[slot] = (Slot) { hash >> 16, id, entry->offset, entry->length };
  return TRUE;
}

gboolean
quarry_vocabulary_seal (QuarryVocabulary *self)
{
  guint64 hashes[GROUP];
  guint32 n_slots = 16;

  while (n_slots < 2 * self->entries->len)
    n_slots *= 2;
  self->mask = n_slots - 1;
  self->forecasts_log = LEAST_FORECASTS_LOG;
  while (G_GUINT64_CONSTANT (1) << self->forecasts_log < (guint64) FORECASTS_A_BYTE * self->bytes->len)
    self->forecasts_log++;
  self->forecasts = g_new0 (guint8, (gsize) (G_GUINT64_CONSTANT (1) << self->forecasts_log) / FORECASTS_A_BYTE);
  self->slots = g_new (Slot, n_slots);
  for (guint32 i = 0; i < n_slots; i++)
    self->slots[i].id = QUARRY_NO_TOKEN;

  for (guint32 start = 0; start < self->entries->len; start += GROUP)
    {
      guint32 n = MIN (GROUP, self->entries->len - start);

      for (guint32 i = 0; i < n; i++)
        {
          const Entry *entry = &g_array_index (self->entries, Entry, start + i);

          hashes[i] = foretell (self, (const char *) self->bytes->data + entry->offset, entry->length);
          quarry_vocabulary_prefetch (self, hashes[i]);
        }
      for (guint32 i = 0; i < n; i++)
        if (!take_slot (self, start + i, hashes[i]))
          return FALSE;
    }
  return TRUE;
}

guint
quarry_vocabulary_get_n_tokens (QuarryVocabulary *self)
{
  return self->entries->len;
}

gsize
quarry_vocabulary_get_length (QuarryVocabulary *self, guint32 id)
{
  return g_array_index (self->entries, Entry, id).length;
}

guint32
quarry_vocabulary_find_hashed (QuarryVocabulary *self,
                               guint64 hash,
                               const char *token,
                               gsize length)
{
  for (guint32 slot = (hash >> 32) & self->mask;; slot = (slot + 1) & self->mask)
    {
      const Slot *found = &self->slots[slot];

      if (found->id == QUARRY_NO_TOKEN || is_at (self, found, hash, token, length))
        return found->id;
    }
}

void
quarry_vocabulary_prefetch (QuarryVocabulary *self, guint64 hash)
{
  __builtin_prefetch (&self->slots[(hash >> 32) & self->mask]);
}

guint32
quarry_vocabulary_find (QuarryVocabulary *self, const char *token, gsize length)
{
  return quarry_vocabulary_find_hashed (self, hash_bytes (token, length), token, length);
}
