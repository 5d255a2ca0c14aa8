/* quarry-lexical-sums.h: checksums of a segment, block by block
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * To read all of a large file takes longer than a person should have to wait for the first search. So each block of a
 * segment has a checksum of its own, and is verified before it is first used. What is needed of most searches is
 * verified when the file is opened; lists and positions, by far the most of it, are not.
 *
 * Threads: any number may verify blocks at the same time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Most lists that a search reads are far shorter, and what is verified for their sake takes longer than they do. */
#define QUARRY_LEXICAL_SUM_BLOCK 8192u

typedef struct
{
  guint64 *sums; /* of each block */
  gsize n_blocks;
  guint64 size;   /* of all blocks, in bytes */
  guint *checked; /* atomic: a bitmap of the blocks that need not be looked at again */
  gint *damaged;  /* atomic: becomes TRUE where a block does not match its checksum */
} QuarryLexicalSums;

/* Eight sums side by side, in the manner of Yann Collet's xxHash. It detects accidental damage at the speed of memory,
 * but is no protection against forgery. @length: a multiple of 8. */
guint64 quarry_lexical_checksum (gconstpointer data, gsize length);

static inline gsize
quarry_lexical_count_sums (guint64 size)
{
  return (gsize) ((size + QUARRY_LEXICAL_SUM_BLOCK - 1) / QUARRY_LEXICAL_SUM_BLOCK);
}

/* The checksums of @size bytes, a multiple of 8: an array of count_sums(). (transfer full) */
guint64 *quarry_lexical_make_sums (const guint8 *bytes, guint64 size);

/* Takes ownership of @sums. @checked: whether all blocks are known to match. @damaged must stay valid. */
QuarryLexicalSums *quarry_lexical_sums_new (guint64 *sums, guint64 size, gboolean checked, gint *damaged);
void quarry_lexical_sums_free (QuarryLexicalSums *self);

/* Verifies the blocks that hold @length bytes from offset @start on, where that has not been done. @bytes: all that
 * the checksums are of. FALSE where a block does not match. */
gboolean quarry_lexical_sums_check (QuarryLexicalSums *self, const guint8 *bytes, guint64 start, guint64 length);

/* Verifies all blocks, whether that has been done or not. */
gboolean quarry_lexical_sums_check_all (const QuarryLexicalSums *self, const guint8 *bytes);

G_END_DECLS
