/* quarry-arena.c: many small pieces of memory, freed together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/html/quarry-arena.h"

#define ALIGNMENT 16u
#define BLOCK_BYTES (64u << 10)
/* Larger pieces have a block of their own. */
#define LARGEST 4096u

typedef struct _Block Block;
struct _Block
{
  Block *previous;
  char room[ALIGNMENT - sizeof (Block *)];
};

struct _QuarryArena
{
  Block *blocks;
  char *next; /* free memory in the last shared block */
  gsize left;
};

G_STATIC_ASSERT (sizeof (Block) == ALIGNMENT);

static char *
add_block (QuarryArena *self, gsize size)
{
  Block *block;

  if (size > G_MAXSIZE - sizeof *block)
    g_error ("no room for %" G_GSIZE_FORMAT " bytes", size);
  block = g_malloc (sizeof *block + size);
  block->previous = self->blocks;
  self->blocks = block;
  return (char *) (block + 1);
}

QuarryArena *
quarry_arena_new (void)
{
  return g_new0 (QuarryArena, 1);
}

void
quarry_arena_free (QuarryArena *self)
{
  while (self->blocks != NULL)
    {
      Block *block = self->blocks;

      self->blocks = block->previous;
      g_free (block);
    }
  g_free (self);
}

void *
quarry_arena_take (QuarryArena *self, gsize size)
{
  gsize n = (size + ALIGNMENT - 1) & ~(gsize) (ALIGNMENT - 1);
  char *piece;

  if (size > LARGEST)
    return add_block (self, size);
  if (self->left < n)
    {
      self->next = add_block (self, BLOCK_BYTES);
      self->left = BLOCK_BYTES;
    }
  piece = self->next;
  self->next += n;
  self->left -= n;
  return piece;
}
