/* quarry-token-memory.c: remembers the tokens of passages that were just imported
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-token-memory.h"

#include <errno.h>
#include <unistd.h>

#include "core/mapping/quarry-file-io.h"
#include "core/place/quarry-nameless-file.h"

/* Tokens are stored in blocks, so that growing copies nothing. The tokens of a passage are all in one block. */
#define BLOCK_TOKENS (1u << 20)
#define BLOCK_BYTES (BLOCK_TOKENS * sizeof (guint16))

typedef struct
{
  guint32 slot;
  guint32 block;
  guint32 start; /* index within the block */
  guint32 n_tokens;
} Remembered;

struct _QuarryTokenMemory
{
  gsize most; /* the number of full blocks to keep in memory */
  char *folder;
  GPtrArray *blocks; /* of guint16: the blocks in memory, which are the first @most and the last one; all others are
                        in the file */
  guint n_blocks;
  guint n_used; /* tokens used in the last block */
  int fd;       /* the file; -1: none yet */
  gboolean is_over; /* writing failed, and nothing more is remembered */
  GArray *remembered; /* of Remembered, by ascending slot */
};

QuarryTokenMemory *
quarry_token_memory_new (gsize most, const char *folder)
{
  QuarryTokenMemory *self = g_new0 (QuarryTokenMemory, 1);

  self->most = MAX (1, most / BLOCK_TOKENS);
  self->folder = g_strdup (folder);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->fd = -1;
  self->remembered = g_array_new (FALSE, FALSE, sizeof (Remembered));
  return self;
}

void
quarry_token_memory_clear (QuarryTokenMemory *self)
{
  g_ptr_array_set_size (self->blocks, 0);
  self->n_blocks = self->n_used = 0;
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->is_over = FALSE;
  g_array_unref (self->remembered);
  self->remembered = g_array_new (FALSE, FALSE, sizeof (Remembered));
}

void
quarry_token_memory_free (QuarryTokenMemory *self)
{
  if (self == NULL)
    return;
  quarry_token_memory_clear (self);
  g_ptr_array_unref (self->blocks);
  g_array_unref (self->remembered);
  g_free (self->folder);
  g_free (self);
}

/* The offset of a block in the file. */
static guint64
place_of (const QuarryTokenMemory *self, guint block)
{
  return (guint64) (block - self->most) * BLOCK_BYTES;
}

static guint16 *
last_block (const QuarryTokenMemory *self)
{
  return self->blocks->pdata[self->blocks->len - 1];
}

/* Writes the last block to the file. */
static gboolean
spill (QuarryTokenMemory *self)
{
  guint64 place = place_of (self, self->n_blocks - 1);

  if (self->fd < 0)
    self->fd = quarry_nameless_file_open (self->folder);
  return self->fd >= 0 && quarry_file_write_at (self->fd, last_block (self), BLOCK_BYTES, &place) == 0;
}

/* Makes room for @n_tokens in the last block, by starting a new one if necessary. FALSE where the file cannot be
 * written. */
static gboolean
make_room (QuarryTokenMemory *self, guint n_tokens)
{
  if (self->n_blocks > 0 && n_tokens <= BLOCK_TOKENS - self->n_used)
    return TRUE;
  if (self->n_blocks <= self->most)
    g_ptr_array_add (self->blocks, g_malloc0 (BLOCK_BYTES));
  else if (!spill (self))
    {
      g_debug ("the tokens of what is imported are not remembered: %s", g_strerror (errno));
      quarry_token_memory_clear (self);
      self->is_over = TRUE;
      return FALSE;
    }
  self->n_blocks++;
  self->n_used = 0;
  return TRUE;
}

void
quarry_token_memory_add (QuarryTokenMemory *self, guint32 slot, const guint32 *tokens, guint n_tokens)
{
  guint n = self->remembered->len;
  Remembered remembered = { .slot = slot, .n_tokens = n_tokens };
  guint16 *to;

  if (self->is_over || n_tokens > BLOCK_TOKENS
      || (n > 0 && slot <= g_array_index (self->remembered, Remembered, n - 1).slot) || !make_room (self, n_tokens))
    return;
  to = last_block (self) + self->n_used;
  for (guint i = 0; i < n_tokens; i++)
    {
      if (tokens[i] > G_MAXUINT16)
        return;
      to[i] = (guint16) tokens[i];
    }
  remembered.block = self->n_blocks - 1;
  remembered.start = self->n_used;
  self->n_used += n_tokens;
  g_array_append_val (self->remembered, remembered);
}

static int
compare_slots (gconstpointer a, gconstpointer b)
{
  const Remembered *x = a, *y = b;

  return (x->slot > y->slot) - (x->slot < y->slot);
}

/* Reads the tokens of a passage from the file. FALSE on error. */
static gboolean
read_back (const QuarryTokenMemory *self, const Remembered *remembered, guint16 *tokens)
{
  return quarry_file_read_at (self->fd, tokens, remembered->n_tokens * sizeof *tokens,
                              place_of (self, remembered->block) + remembered->start * sizeof *tokens);
}

gboolean
quarry_token_memory_find (QuarryTokenMemory *self, guint32 slot, GArray *tokens)
{
  const Remembered wanted = { .slot = slot };
  /* The data pointer of an array that never held anything is NULL, which bsearch() must not get. */
  const Remembered *remembered = self->remembered->len > 0
                                     ? bsearch (&wanted, self->remembered->data, self->remembered->len, sizeof wanted,
                                                compare_slots)
                                     : NULL;
  guint n = remembered != NULL ? remembered->n_tokens : 0;
  g_autofree guint16 *read = NULL;
  const guint16 *from;

  if (remembered == NULL)
    return FALSE;
  if (remembered->block < self->most)
    from = (const guint16 *) self->blocks->pdata[remembered->block] + remembered->start;
  else if (remembered->block + 1 == self->n_blocks)
    from = last_block (self) + remembered->start;
  else
    {
      from = read = g_new (guint16, n);
      if (!read_back (self, remembered, read))
        return FALSE;
    }
  g_array_set_size (tokens, n);
  for (guint i = 0; i < n; i++)
    g_array_index (tokens, guint32, i) = from[i];
  return TRUE;
}
