/* quarry-stems.c: numbers for stems
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-stems.h"

#include <string.h>

#include "core/lexical/quarry-lexical-index.h"

/* A table this large is thrown away and begun again: it is a cache, and words are foreign input. */
#define MAX_WORDS (1u << 20)

struct _QuarryStems
{
  GMutex lock;
  GHashTable *words; /* folded word -> number of its stem */
  GHashTable *stems; /* stem -> number */
  GStringChunk *strings;
  guint generation;
};

static void
begin_table (QuarryStems *self)
{
  self->words = g_hash_table_new (g_str_hash, g_str_equal);
  self->stems = g_hash_table_new (g_str_hash, g_str_equal);
  self->strings = g_string_chunk_new (1 << 16);
}

static void
end_table (QuarryStems *self)
{
  g_hash_table_unref (self->words);
  g_hash_table_unref (self->stems);
  g_string_chunk_free (self->strings);
}

QuarryStems *
quarry_stems_new (void)
{
  QuarryStems *self = g_new0 (QuarryStems, 1);

  g_mutex_init (&self->lock);
  begin_table (self);

  return self;
}

void
quarry_stems_free (QuarryStems *self)
{
  end_table (self);
  g_mutex_clear (&self->lock);
  g_free (self);
}

guint
quarry_stems_number (QuarryStems *self, const char *const *folded, guint n, guint32 *ids)
{
  guint generation;

  g_mutex_lock (&self->lock);
  if (g_hash_table_size (self->words) + n > MAX_WORDS)
    {
      end_table (self);
      begin_table (self);
      self->generation++;
    }

  for (guint i = 0; i < n; i++)
    {
      gpointer number;

      if (!g_hash_table_lookup_extended (self->words, folded[i], NULL, &number))
        {
          char stem[128];

          quarry_lexical_stem (folded[i], strlen (folded[i]), stem, sizeof stem);
          if (!g_hash_table_lookup_extended (self->stems, stem, NULL, &number))
            {
              number = GUINT_TO_POINTER (g_hash_table_size (self->stems));
              g_hash_table_insert (self->stems, g_string_chunk_insert (self->strings, stem), number);
            }
          g_hash_table_insert (self->words, g_string_chunk_insert (self->strings, folded[i]), number);
        }
      ids[i] = GPOINTER_TO_UINT (number);
    }
  generation = self->generation;
  g_mutex_unlock (&self->lock);

  return generation;
}
