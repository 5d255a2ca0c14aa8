/* quarry-token-memory.c: the tokens of passages that have just come
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-token-memory.h"

/* Tokens lie in blocks, so that nothing is copied when there are more. */
#define BLOCK_TOKENS (1u << 20)

typedef struct
{
  const guint16 *tokens;
  guint32 n_tokens;
} Remembered;

struct _QuarryTokenMemory
{
  gsize most;
  gsize n_tokens; /* room taken */
  GPtrArray *blocks;
  guint16 *next; /* free room in the last block */
  guint n_free;
  gboolean is_over; /* more has come than there is room for */
  GHashTable *places; /* slot -> index in @remembered, from 1 */
  GArray *remembered;
};

QuarryTokenMemory *
quarry_token_memory_new (gsize most)
{
  QuarryTokenMemory *self = g_new0 (QuarryTokenMemory, 1);

  self->most = most;
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->places = g_hash_table_new (NULL, NULL);
  self->remembered = g_array_new (FALSE, FALSE, sizeof (Remembered));
  return self;
}

void
quarry_token_memory_free (QuarryTokenMemory *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->blocks);
  g_hash_table_unref (self->places);
  g_array_unref (self->remembered);
  g_free (self);
}

static void
forget (QuarryTokenMemory *self)
{
  g_ptr_array_set_size (self->blocks, 0);
  g_hash_table_remove_all (self->places);
  g_array_unref (self->remembered);
  self->remembered = g_array_new (FALSE, FALSE, sizeof (Remembered));
  self->next = NULL;
  self->n_free = 0;
  self->n_tokens = 0;
}

/* Room for so many; FALSE where there is none left. */
static gboolean
make_room (QuarryTokenMemory *self, guint n_tokens)
{
  guint n = MAX (BLOCK_TOKENS, n_tokens);

  if (n_tokens <= self->n_free)
    return TRUE;
  if (self->n_tokens + n > self->most)
    {
      self->is_over = TRUE;
      forget (self);
      return FALSE;
    }
  self->n_tokens += n;
  self->next = g_new (guint16, n);
  self->n_free = n;
  g_ptr_array_add (self->blocks, self->next);
  return TRUE;
}

void
quarry_token_memory_add (QuarryTokenMemory *self, guint32 slot, const guint32 *tokens, guint n_tokens)
{
  Remembered remembered = { NULL, n_tokens };

  if (self->is_over || !make_room (self, n_tokens))
    return;
  for (guint i = 0; i < n_tokens; i++)
    {
      if (tokens[i] > G_MAXUINT16)
        return;
      self->next[i] = (guint16) tokens[i];
    }
  remembered.tokens = self->next;
  self->next += n_tokens;
  self->n_free -= n_tokens;
  g_array_append_val (self->remembered, remembered);
  g_hash_table_insert (self->places, GUINT_TO_POINTER (slot), GUINT_TO_POINTER (self->remembered->len));
}

gboolean
quarry_token_memory_find (QuarryTokenMemory *self, guint32 slot, GArray *tokens)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (self->places, GUINT_TO_POINTER (slot)));
  const Remembered *remembered;

  if (place == 0)
    return FALSE;
  remembered = &g_array_index (self->remembered, Remembered, place - 1);
  g_array_set_size (tokens, remembered->n_tokens);
  for (guint i = 0; i < remembered->n_tokens; i++)
    g_array_index (tokens, guint32, i) = remembered->tokens[i];
  return TRUE;
}

void
quarry_token_memory_clear (QuarryTokenMemory *self)
{
  forget (self);
  self->is_over = FALSE;
}
