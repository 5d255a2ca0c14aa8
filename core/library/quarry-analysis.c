/* quarry-analysis.c: a passage's text taken apart, and kept for the next search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-analysis.h"

#include <math.h>
#include <string.h>

static int
compare_stems (gconstpointer a, gconstpointer b)
{
  guint32 left = *(const guint32 *) a;
  guint32 right = *(const guint32 *) b;

  return (left > right) - (left < right);
}

/* The passage's stems with their frequencies. */
static void
count_stems (QuarryAnalysis *self)
{
  g_autofree guint32 *stems = g_new (guint32, MAX (1, self->n_words));
  guint n = 0;

  for (guint i = 0; i < self->n_words; i++)
    if (!self->words[i].form->stop)
      stems[n++] = self->keys[i].stem;
  qsort (stems, n, sizeof *stems, compare_stems);

  self->stems = g_new (QuarryTermWeight, MAX (1, n));
  for (guint i = 0; i < n;)
    {
      guint j = i;

      while (j < n && stems[j] == stems[i])
        j++;
      self->stems[self->n_stems++]
          = (QuarryTermWeight) { stems[i], j - i > 1 ? 1 + logf ((float) (j - i)) : 1 };
      i = j;
    }
}

static void
read_keys (QuarryAnalysis *self)
{
  self->keys = g_new (QuarryWordKey, MAX (1, self->n_words));
  for (guint i = 0; i < self->n_words; i++)
    {
      const QuarryWordForm *form = self->words[i].form;

      self->keys[i] = (QuarryWordKey) { form->stem, quarry_word_head (form->folded) };
    }
}

/* Blocks that are added up at a time. */
#define BLOCKS 32

/* The sum of all tokens, and how long the sums of the windows are. */
static void
add_up (QuarryAnalysis *self, QuarryEmbedder *embedder, const float *weights)
{
  guint dims = quarry_embedder_get_dims (embedder);
  guint n_blocks = (self->n_tokens + QUARRY_WINDOW_BLOCK - 1) / QUARRY_WINDOW_BLOCK;
  /* One more in front: the last of those before. */
  g_autofree float *blocks = g_new (float, (MIN (n_blocks, BLOCKS) + 1) * (gsize) dims);
  float square_before = 0;

  self->sum = g_new0 (float, dims);
  self->n_windows = n_blocks > 1 ? n_blocks - 1 : n_blocks;
  self->window_norms = g_new (float, MAX (1, self->n_windows));
  for (guint first = 0; first < n_blocks; first += BLOCKS)
    {
      guint n = MIN (BLOCKS, n_blocks - first);
      guint token = first * QUARRY_WINDOW_BLOCK;

      memset (blocks + dims, 0, n * sizeof (float) * dims);
      quarry_embedder_accumulate_blocks (embedder, weights, self->tokens + token,
                                         MIN (n * QUARRY_WINDOW_BLOCK, self->n_tokens - token),
                                         QUARRY_WINDOW_BLOCK, blocks + dims);
      for (guint i = 0; i < n; i++)
        {
          const float *before = blocks + (gsize) i * dims, *block = before + dims;
          float square = quarry_dot (block, block, dims);

          quarry_add (self->sum, block, dims);
          if (first + i > 0)
            self->window_norms[first + i - 1] = sqrtf (
                MAX (0, square_before + square + 2 * quarry_dot (before, block, dims)));
          else if (n_blocks == 1)
            self->window_norms[0] = sqrtf (square);
          square_before = square;
        }
      memcpy (blocks, blocks + (gsize) n * dims, sizeof (float) * dims);
    }
  self->norm = sqrtf (quarry_dot (self->sum, self->sum, dims));
}

QuarryAnalysis *
quarry_analysis_new (QuarryPassageRecord *passage,
                     QuarryWordForms *forms,
                     QuarryEmbedder *embedder,
                     const float *weights)
{
  QuarryAnalysis *self = g_new0 (QuarryAnalysis, 1);
  gsize about = strlen (passage->text) / 6 + 8;
  GArray *words = g_array_sized_new (FALSE, FALSE, sizeof (QuarryWord), (guint) about);
  GArray *tokens = g_array_sized_new (FALSE, FALSE, sizeof (QuarryToken), (guint) about);
  GArray *first_tokens = g_array_sized_new (FALSE, FALSE, sizeof (guint32), (guint) about);

  g_atomic_ref_count_init (&self->references);
  self->forms = quarry_word_forms_ref (forms);
  self->passage = passage;
  quarry_word_forms_read (forms, passage->text, -1, G_MAXUINT, words, tokens, first_tokens);
  self->n_words = words->len;
  self->n_tokens = tokens->len;
  g_array_append_val (first_tokens, self->n_tokens);

  self->words = (QuarryWord *) (gpointer) g_array_free (words, FALSE);
  self->tokens = (QuarryToken *) (gpointer) g_array_free (tokens, FALSE);
  self->first_tokens = (guint32 *) (gpointer) g_array_free (first_tokens, FALSE);
  read_keys (self);
  count_stems (self);
  self->shingles = quarry_find_shingles (self->words, self->n_words);
  add_up (self, embedder, weights);

  return self;
}

QuarryAnalysis *
quarry_analysis_ref (QuarryAnalysis *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
quarry_analysis_unref (QuarryAnalysis *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  quarry_passage_record_free (self->passage);
  g_free (self->tokens);
  g_free (self->first_tokens);
  g_free (self->words);
  g_free (self->keys);
  g_free (self->stems);
  g_array_unref (self->shingles);
  quarry_word_forms_unref (self->forms);
  g_free (self->sum);
  g_free (self->window_norms);
  g_free (self);
}

static gsize
analysis_bytes (const QuarryAnalysis *self, guint dims)
{
  return sizeof *self + sizeof *self->passage + strlen (self->passage->text)
         + self->n_tokens * sizeof *self->tokens
         + (self->n_words + 1)
               * (sizeof *self->words + sizeof *self->keys + sizeof *self->first_tokens)
         + self->n_words * sizeof *self->stems + self->shingles->len * sizeof (guint64)
         + (dims + self->n_windows) * sizeof (float);
}

typedef struct
{
  QuarryAnalysis *analysis;
  gsize bytes;
  GList link; /* in the order of use */
} Entry;

struct _QuarryAnalysisCache
{
  GMutex lock;
  QuarryEmbedder *embedder;
  QuarryWordForms *forms; /* of all that is kept */
  GHashTable *entries;    /* id of the passage -> Entry */
  GQueue used;            /* of Entry, last used first */
  gsize bytes;
  gsize most_bytes;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  quarry_analysis_unref (entry->analysis);
  g_free (entry);
}

QuarryAnalysisCache *
quarry_analysis_cache_new (QuarryEmbedder *embedder, gsize most_bytes)
{
  QuarryAnalysisCache *self = g_new0 (QuarryAnalysisCache, 1);

  g_mutex_init (&self->lock);
  self->embedder = g_object_ref (embedder);
  self->forms = quarry_word_forms_new (embedder);
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  g_queue_init (&self->used);
  self->most_bytes = most_bytes;

  return self;
}

void
quarry_analysis_cache_free (QuarryAnalysisCache *self)
{
  g_hash_table_unref (self->entries);
  quarry_word_forms_unref (self->forms);
  g_object_unref (self->embedder);
  g_mutex_clear (&self->lock);
  g_free (self);
}

QuarryWordForms *
quarry_analysis_cache_get_forms (QuarryAnalysisCache *self)
{
  QuarryWordForms *forms;

  g_mutex_lock (&self->lock);
  if (quarry_word_forms_get_bytes (self->forms) > self->most_bytes)
    {
      g_hash_table_remove_all (self->entries);
      g_queue_init (&self->used);
      self->bytes = 0;
      quarry_word_forms_unref (self->forms);
      self->forms = quarry_word_forms_new (self->embedder);
    }
  forms = quarry_word_forms_ref (self->forms);
  g_mutex_unlock (&self->lock);

  return forms;
}

QuarryAnalysis *
quarry_analysis_cache_get (QuarryAnalysisCache *self, QuarryWordForms *forms, gint64 passage)
{
  QuarryAnalysis *analysis = NULL;
  Entry *entry;

  g_mutex_lock (&self->lock);
  entry = forms == self->forms ? g_hash_table_lookup (self->entries, &passage) : NULL;
  if (entry != NULL)
    {
      g_queue_unlink (&self->used, &entry->link);
      g_queue_push_head_link (&self->used, &entry->link);
      analysis = quarry_analysis_ref (entry->analysis);
    }
  g_mutex_unlock (&self->lock);

  return analysis;
}

void
quarry_analysis_cache_add (QuarryAnalysisCache *self, QuarryAnalysis *analysis, guint dims)
{
  Entry *entry;

  g_mutex_lock (&self->lock);
  if (analysis->forms == self->forms
      && !g_hash_table_contains (self->entries, &analysis->passage->id))
    {
      entry = g_new0 (Entry, 1);
      entry->analysis = quarry_analysis_ref (analysis);
      entry->bytes = analysis_bytes (analysis, dims);
      entry->link.data = entry;
      self->bytes += entry->bytes;
      g_hash_table_insert (self->entries, &analysis->passage->id, entry);
      g_queue_push_head_link (&self->used, &entry->link);
    }
  while (self->bytes > self->most_bytes)
    {
      entry = g_queue_peek_tail (&self->used);
      g_queue_unlink (&self->used, &entry->link);
      self->bytes -= entry->bytes;
      g_hash_table_remove (self->entries, &entry->analysis->passage->id);
    }
  g_mutex_unlock (&self->lock);
}
