/* quarry-analysis.c: a passage's text taken apart, and kept for the next search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-analysis.h"

#include <string.h>

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-index.h"
#include "core/rank/quarry-diversity.h"

/* FNV-1a (Fowler, Noll, Vo) of the stem: two stems of one pool that meet in a number, about one
 * search in a hundred, count as one word for variety, no more. */
guint32
quarry_stem_number (const char *folded, gsize length)
{
  guint32 hash = 2166136261u;
  char stem[128];

  quarry_lexical_stem (folded, length, stem, sizeof stem);
  for (const char *c = stem; *c != '\0'; c++)
    hash = (hash ^ (guchar) *c) * 16777619u;

  return hash;
}

QuarryAnalysis *
quarry_analysis_new (QuarryPassageRecord *passage, QuarryEmbedder *embedder, const float *weights)
{
  QuarryAnalysis *self = g_new0 (QuarryAnalysis, 1);
  g_autoptr (GArray) tokens = g_array_sized_new (FALSE, FALSE, sizeof (QuarryToken), 256);
  g_autoptr (GArray) list = g_array_sized_new (FALSE, TRUE, sizeof (QuarryAnalysisWord), 256);
  g_autoptr (GByteArray) folded_forms = g_byte_array_sized_new (1024);
  g_autofree const char **forms = NULL;
  QuarryAnalysisWord word = { 0 };
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  gsize length;

  g_atomic_ref_count_init (&self->references);
  self->passage = passage;
  quarry_embedder_tokenize (embedder, passage->text, -1, tokens);

  quarry_words_init (&words, passage->text, -1);
  while (quarry_words_next (&words, &word.span, &folded, &length))
    {
      while (word.first_token < tokens->len
             && g_array_index (tokens, QuarryToken, word.first_token).span.start < word.span.start)
        word.first_token++;
      word.folded = folded_forms->len;
      word.stem = quarry_stem_number (folded, length);
      word.stop = quarry_words_is_stop_word (folded, length);
      g_array_append_val (list, word);
      g_byte_array_append (folded_forms, (const guint8 *) folded, (guint) length);
      g_byte_array_append (folded_forms, (const guint8 *) "", 1);
    }
  self->n_words = list->len;
  word = (QuarryAnalysisWord) { .first_token = tokens->len };
  g_array_append_val (list, word);

  self->folded = g_memdup2 (folded_forms->data, folded_forms->len);
  self->words = g_memdup2 (list->data, list->len * sizeof (QuarryAnalysisWord));
  self->n_tokens = tokens->len;
  self->tokens = g_memdup2 (tokens->data, tokens->len * sizeof (QuarryToken));
  self->sum = g_new0 (float, quarry_embedder_get_dims (embedder));
  quarry_embedder_accumulate (embedder, weights, self->tokens, self->n_tokens, self->sum);

  forms = g_new (const char *, MAX (1, self->n_words));
  for (guint i = 0; i < self->n_words; i++)
    forms[i] = self->folded + self->words[i].folded;
  self->shingles = quarry_find_shingles (forms, self->n_words);

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
  g_free (self->words);
  g_free (self->folded);
  g_array_unref (self->shingles);
  g_free (self->sum);
  g_free (self);
}

static gsize
analysis_bytes (const QuarryAnalysis *self, guint dims)
{
  return sizeof *self + sizeof *self->passage + 2 * strlen (self->passage->text)
         + self->n_tokens * sizeof *self->tokens + (self->n_words + 1) * sizeof *self->words
         + self->shingles->len * sizeof (guint64) + dims * sizeof (float);
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
  GHashTable *entries; /* id of the passage -> Entry */
  GQueue used;         /* of Entry, last used first */
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
quarry_analysis_cache_new (gsize most_bytes)
{
  QuarryAnalysisCache *self = g_new0 (QuarryAnalysisCache, 1);

  g_mutex_init (&self->lock);
  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, entry_free);
  g_queue_init (&self->used);
  self->most_bytes = most_bytes;

  return self;
}

void
quarry_analysis_cache_free (QuarryAnalysisCache *self)
{
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

QuarryAnalysis *
quarry_analysis_cache_get (QuarryAnalysisCache *self, gint64 passage)
{
  QuarryAnalysis *analysis = NULL;
  Entry *entry;

  g_mutex_lock (&self->lock);
  entry = g_hash_table_lookup (self->entries, &passage);
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
  if (!g_hash_table_contains (self->entries, &analysis->passage->id))
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
