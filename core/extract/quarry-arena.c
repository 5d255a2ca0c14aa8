/* quarry-arena.c: many small pieces of memory, freed together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-arena.h"

#define ALIGNMENT 16u
#define BLOCK_BYTES (64u << 10)
/* Larger pieces have memory of their own. */
#define LARGEST 1024u
#define N_SIZES (LARGEST / ALIGNMENT + 1)

/* A block, or a large piece. */
typedef struct _Block Block;
struct _Block
{
  Block *previous, *next;
};

/* What stands before a piece. */
typedef union
{
  gsize n;         /* its size in units of ALIGNMENT; 0: a large one */
  char room[ALIGNMENT];
} Head;

/* A piece that has been given back. */
typedef struct _Piece Piece;
struct _Piece
{
  Piece *next;
};

struct _QuarryArena
{
  Block blocks; /* their ends' neighbour */
  char *next;   /* free in the last block */
  gsize left;
  Piece *free[N_SIZES];
};

G_STATIC_ASSERT (sizeof (Block) % ALIGNMENT == 0 && sizeof (Head) == ALIGNMENT);

static Block *
add_block (QuarryArena *self, gsize size)
{
  Block *block = g_malloc (sizeof *block + size);

  block->previous = &self->blocks;
  block->next = self->blocks.next;
  block->next->previous = block;
  self->blocks.next = block;
  return block;
}

static void
remove_block (Block *block)
{
  block->previous->next = block->next;
  block->next->previous = block->previous;
  g_free (block);
}

QuarryArena *
quarry_arena_new (void)
{
  QuarryArena *self = g_new0 (QuarryArena, 1);

  self->blocks.previous = self->blocks.next = &self->blocks;
  return self;
}

void
quarry_arena_free (QuarryArena *self)
{
  while (self->blocks.next != &self->blocks)
    remove_block (self->blocks.next);
  g_free (self);
}

void *
quarry_arena_take (void *arena, size_t size)
{
  QuarryArena *self = arena;
  gsize n = MAX (1, (size + ALIGNMENT - 1) / ALIGNMENT);
  Head *head;

  if (size > LARGEST)
    {
      if (size > G_MAXSIZE - sizeof (Block) - sizeof *head)
        g_error ("no room for %" G_GSIZE_FORMAT " bytes", (gsize) size);
      head = (Head *) (gpointer) (add_block (self, sizeof *head + size) + 1);
      head->n = 0;
      return head + 1;
    }
  if (self->free[n] != NULL)
    {
      Piece *piece = self->free[n];

      self->free[n] = piece->next;
      return piece;
    }
  if (self->left < (n + 1) * ALIGNMENT)
    {
      self->next = (char *) (add_block (self, BLOCK_BYTES) + 1);
      self->left = BLOCK_BYTES;
    }
  head = (Head *) (gpointer) self->next;
  head->n = n;
  self->next += (n + 1) * ALIGNMENT;
  self->left -= (n + 1) * ALIGNMENT;
  return head + 1;
}

void
quarry_arena_give_back (void *arena, void *memory)
{
  QuarryArena *self = arena;
  Piece *piece = memory;
  Head *head;

  if (memory == NULL)
    return;
  head = (Head *) memory - 1;
  if (head->n == 0)
    {
      remove_block ((Block *) (gpointer) head - 1);
      return;
    }
  piece->next = self->free[head->n];
  self->free[head->n] = piece;
}
