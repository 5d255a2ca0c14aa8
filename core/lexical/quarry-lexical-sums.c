/* quarry-lexical-sums.c: checksums of a segment, block by block
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-lexical-sums.h"

#include <sys/mman.h>

/* The disk reads as much at a time: the lists of a word's forms are often side by side. */
#define READ_BYTES 32768u

guint64
quarry_lexical_checksum (gconstpointer data, gsize length)
{
  const guint64 *word = data;
  guint64 lane[8], sum = length;
  gsize n = length / 8, i = 0;

  for (guint j = 0; j < 8; j++)
    lane[j] = (j + 1) * G_GUINT64_CONSTANT (0xd1b54a32d192ed03);
  for (; i + 8 <= n; i += 8)
    for (guint j = 0; j < 8; j++)
      {
        guint64 mixed = lane[j] ^ word[i + j];

        lane[j] = (mixed << 29 | mixed >> 35) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      }
  for (; i < n; i++)
    lane[i % 8] = (lane[i % 8] ^ word[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  for (guint j = 0; j < 8; j++)
    {
      sum = (sum ^ lane[j] ^ lane[j] >> 32) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      sum ^= sum >> 33;
    }
  return sum;
}

static guint64
sum_block (const guint8 *bytes, guint64 size, gsize block)
{
  guint64 start = (guint64) block * QUARRY_LEXICAL_SUM_BLOCK;

  return quarry_lexical_checksum (bytes + start, (gsize) MIN (QUARRY_LEXICAL_SUM_BLOCK, size - start));
}

guint64 *
quarry_lexical_make_sums (const guint8 *bytes, guint64 size)
{
  gsize n = quarry_lexical_count_sums (size);
  guint64 *sums = g_new (guint64, n + 1);

  for (gsize i = 0; i < n; i++)
    sums[i] = sum_block (bytes, size, i);
  return sums;
}

QuarryLexicalSums *
quarry_lexical_sums_new (guint64 *sums, guint64 size, gboolean checked, gint *damaged)
{
  QuarryLexicalSums *self = g_new0 (QuarryLexicalSums, 1);

  self->sums = sums;
  self->size = size;
  self->n_blocks = quarry_lexical_count_sums (size);
  self->damaged = damaged;
  self->checked = g_new0 (guint, self->n_blocks / 32 + 1);
  for (gsize i = 0; checked && i <= self->n_blocks / 32; i++)
    self->checked[i] = ~0u;
  return self;
}

void
quarry_lexical_sums_free (QuarryLexicalSums *self)
{
  if (self == NULL)
    return;
  g_free (self->sums);
  g_free (self->checked);
  g_free (self);
}

static inline gboolean
is_checked (const QuarryLexicalSums *self, gsize block)
{
  return (g_atomic_int_get (&self->checked[block / 32]) >> block % 32 & 1u) != 0;
}

static gboolean
check_block (QuarryLexicalSums *self, const guint8 *bytes, gsize block)
{
  if (sum_block (bytes, self->size, block) != self->sums[block])
    {
      g_atomic_int_set (self->damaged, TRUE);
      return FALSE;
    }
  g_atomic_int_or (&self->checked[block / 32], 1u << block % 32);
  return TRUE;
}

/* Has the disk begin with what is about to be verified, and with little around it: a page that is missing when it is
 * read brings in much more. Where the system does not do so, it is read all the same. */
static void
have_read (const QuarryLexicalSums *self, const guint8 *bytes, guint64 start, guint64 end)
{
  start -= start % READ_BYTES;
  end = MIN (end + (READ_BYTES - end % READ_BYTES) % READ_BYTES, self->size);
  (void) !madvise ((gpointer) (bytes + start), (gsize) (end - start), MADV_WILLNEED);
}

gboolean
quarry_lexical_sums_check (QuarryLexicalSums *self, const guint8 *bytes, guint64 start, guint64 length)
{
  gsize first = (gsize) (start / QUARRY_LEXICAL_SUM_BLOCK);
  gsize end = quarry_lexical_count_sums (start + length);

  while (first < end && is_checked (self, first))
    first++;
  if (first < end)
    have_read (self, bytes, first * (guint64) QUARRY_LEXICAL_SUM_BLOCK, end * (guint64) QUARRY_LEXICAL_SUM_BLOCK);
  for (gsize block = first; block < end; block++)
    if (!is_checked (self, block) && !check_block (self, bytes, block))
      return FALSE;
  return TRUE;
}

gboolean
quarry_lexical_sums_check_all (const QuarryLexicalSums *self, const guint8 *bytes)
{
  for (gsize block = 0; block < self->n_blocks; block++)
    if (sum_block (bytes, self->size, block) != self->sums[block])
      return FALSE;
  return TRUE;
}
