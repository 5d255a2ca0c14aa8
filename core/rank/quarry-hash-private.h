/* quarry-hash-private.h: hashes of sequences of words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * 64 bits, the same on every machine of one byte order. Not to be stored, and no protection against texts that are
 * constructed to collide: these only cost time, within limits set by the size of passages.
 */
#pragma once

#include <glib.h>

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

G_END_DECLS
