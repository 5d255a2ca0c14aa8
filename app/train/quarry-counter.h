/* quarry-counter.h: counts strings, by weight
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hash table with open addressing, whose strings are in one arena, since corpora have millions of
 * different words and substrings.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gsize offset; /* of its bytes in the arena */
  guint32 length;
  guint32 tag;
  double count;
} QuarryCount;

typedef struct _QuarryCounter QuarryCounter;

QuarryCounter *quarry_counter_new (void);
void quarry_counter_free (QuarryCounter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryCounter, quarry_counter_free)

/* @hash: of the bytes, computed with quarry_hash_byte() starting from QUARRY_HASH_START. */
void quarry_counter_add_hashed (QuarryCounter *self,
                                guint64 hash,
                                const char *bytes,
                                gsize length,
                                double count);
void quarry_counter_add (QuarryCounter *self, const char *bytes, gsize length, double count);

/* The string that was counted: @count->length bytes, without a NUL; valid until the next addition. */
const char *quarry_counter_get_bytes (QuarryCounter *self, const QuarryCount *count);

/* All counts, with the largest @key first, and by their bytes if keys are equal. (transfer container) @key: NULL for
 * the count itself. */
typedef double (*QuarryCountKey) (const char *bytes, gsize length, double count);
GPtrArray *quarry_counter_sort (QuarryCounter *self, QuarryCountKey key);

G_END_DECLS
