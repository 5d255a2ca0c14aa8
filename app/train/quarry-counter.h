/* quarry-counter.h: strings and how much of each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An open hash over an arena: corpora have millions of different words and their parts.
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

/* @hash: of the bytes, by quarry_hash_byte() from QUARRY_HASH_START on. */
void quarry_counter_add_hashed (QuarryCounter *self,
                                guint64 hash,
                                const char *bytes,
                                gsize length,
                                double count);
void quarry_counter_add (QuarryCounter *self, const char *bytes, gsize length, double count);

/* The bytes that are counted: @count->length of them, without a NUL; valid until the next addition. */
const char *quarry_counter_get_bytes (QuarryCounter *self, const QuarryCount *count);

/* What is counted, largest @key first, equals by their bytes: (transfer container). @key may be
 * NULL: the count itself. */
typedef double (*QuarryCountKey) (const char *bytes, gsize length, double count);
GPtrArray *quarry_counter_sort (QuarryCounter *self, QuarryCountKey key);

G_END_DECLS
