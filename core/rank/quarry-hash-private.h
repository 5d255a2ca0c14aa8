/* quarry-hash-private.h: hashes of words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 64 bits, the same on every machine of one byte order. Not to be stored, and no protection against texts that are
 * constructed to collide: these only cost time, within limits set by the size of passages.
 */
#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

static inline guint64
quarry_hash_mix (guint64 hash)
{
  hash ^= hash >> 32;
  hash *= G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  hash ^= hash >> 32;
  return hash;
}

/* Appends an element to the hash of a sequence. */
static inline guint64
quarry_hash_append (guint64 hash, guint64 element)
{
  return quarry_hash_mix (hash * 31 + element);
}

static inline guint64
quarry_hash_bytes (const char *bytes, gsize length)
{
  guint64 hash = length + G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  for (; length > 0; bytes += MIN (length, 8), length -= MIN (length, 8))
    {
      guint64 chunk = 0;

      memcpy (&chunk, bytes, MIN (length, 8));
      hash = quarry_hash_mix (hash ^ chunk);
    }
  return quarry_hash_mix (hash);
}

G_END_DECLS
