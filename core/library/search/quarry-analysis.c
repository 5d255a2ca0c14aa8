/* quarry-analysis.c: analyses of passages' texts, kept for the next search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An analysis is made once for a passage: its words and tokens, stems with their frequencies, shingles, and the sums
 * of its tokens' rows. All its arrays lie in one block of memory. The cache keeps the analyses used last, up to a
 * number of bytes.
 */
#include "core/library/search/quarry-analysis.h"

#include <math.h>
#include <pthread.h>
#include <string.h>

#include "core/document/quarry-sentences.h"
#include "core/machine/quarry-memory.h"
#include "core/machine/quarry-wide.h"

/* Up to this many stems are sorted by sort_stems() itself, more by the C library. */
#define FEW_STEMS 1024

/* A stem of a word together with the word's idf: equal stems in the order of their idf. An idf is not negative, so that its
 * bits ascend with it. */
static inline guint64
join_stem (guint32 stem, float idf)
{
  guint32 bits;

  memcpy (&bits, &idf, sizeof bits);
  return (guint64) stem << 32 | bits;
}

static inline float
idf_of (guint64 stem)
{
  guint32 bits = (guint32) stem;
  float idf;

  memcpy (&idf, &bits, sizeof idf);
  return idf;
}

static int
compare_stems (gconstpointer a, gconstpointer b)
{
  guint64 left = *(const guint64 *) a;
  guint64 right = *(const guint64 *) b;

  return (left > right) - (left < right);
}

/* Sorts stems. Their numbers are hashes, so distributing them by their highest byte puts them nearly in order, and
 * insertion sort does the rest. @room: for n stems. */
static void
sort_stems (guint64 *stems, guint n, guint64 *room)
{
  guint starts[257] = { 0 };

  if (n > FEW_STEMS)
    {
      qsort (stems, n, sizeof *stems, compare_stems);
      return;
    }
  for (guint i = 0; i < n; i++)
    starts[(stems[i] >> 56) + 1]++;
  for (guint i = 1; i < 256; i++)
    starts[i] += starts[i - 1];
  for (guint i = 0; i < n; i++)
    room[starts[stems[i] >> 56]++] = stems[i];
  for (guint i = 0; i < n; i++)
    {
      guint64 stem = room[i];
      guint at = i;

      for (; at > 0 && stems[at - 1] > stem; at--)
        stems[at] = stems[at - 1];
      stems[at] = stem;
    }
}

/* The idf of a word, 0 to 1, from the weights of its tokens (which are idf^.5): as rare as can be where it has none. */
static float
find_idf (const QuarryAnalysis *self, const float *weights, guint word)
{
  guint32 first = self->first_tokens[word], end = self->first_tokens[word + 1];
  float weight = first == end || weights == NULL ? 1 : 0;

  for (guint32 t = first; t < end && weights != NULL; t++)
    weight = MAX (weight, weights[self->tokens[t].id]);
  return weight * weight;
}

/* Sets the keys of the words. @stems gets the stems of those that are no function words; returns their number. */
static guint
read_keys (QuarryAnalysis *self, const float *weights, guint64 *stems)
{
  guint n = 0;

  for (guint i = 0; i < self->n_words; i++)
    {
      const QuarryWordForm *form = self->words[i].form;

      self->keys[i] = (QuarryWordKey) { .stem = form->stem, .head = quarry_word_head (form->folded, form->length) };
      if (!form->stop)
        stems[n++] = join_stem (form->stem, find_idf (self, weights, i));
    }
  return n;
}

/* Sets the keys of the passage's words, sorts their stems, and makes one term of each with its frequency. */
static void
count_stems (QuarryAnalysis *self, const float *weights)
{
  guint64 few[2 * FEW_STEMS];
  g_autofree guint64 *many = NULL;
  guint64 *stems = few;
  guint n;

  if (self->n_words > FEW_STEMS)
    stems = many = g_new (guint64, 2 * (gsize) self->n_words);
  n = read_keys (self, weights, stems);
  sort_stems (stems, n, stems + self->n_words);

  for (guint i = 0; i < n;)
    {
      guint j = i + 1;

      while (j < n && stems[j] >> 32 == stems[i] >> 32)
        j++;
      self->stem_idfs[self->n_stems] = idf_of (stems[j - 1]);
      self->stems[self->n_stems++]
          = (QuarryTermWeight) { (guint32) (stems[i] >> 32), j - i > 1 ? 1 + logf ((float) (j - i)) : 1 };
      i = j;
    }
}

/* The number of blocks that are summed in one call. */
#define BLOCKS 8

/* A wide register holds two of QuarryLanes, so that sums are added in the same order and are the same to the last
 * bit. */
#define WIDE_LANES (2 * QUARRY_LANES)
#define WIDE_REGISTERS (QUARRY_REGISTERS / 2)
typedef float WideLanes __attribute__ ((vector_size (WIDE_LANES * sizeof (float)), aligned (4)));

/* Does in one pass what quarry_add (sum, block, dims) and quarry_dot() of the block with itself and with the block
 * before it would do. */
static inline __attribute__ ((always_inline)) void
add_block (const float *before, const float *block, guint dims, float *sum, float *square, float *cross)
{
  WideLanes squares[WIDE_REGISTERS] = { 0 }, crosses[WIDE_REGISTERS] = { 0 };
  float square_behind = 0, cross_behind = 0;
  guint i = 0;

  for (; i + QUARRY_STRIDE <= dims; i += QUARRY_STRIDE)
#pragma GCC unroll 2
    for (guint r = 0; r < WIDE_REGISTERS; r++)
      {
        guint at = i + r * WIDE_LANES;
        WideLanes here = *(const WideLanes *) (block + at);

        squares[r] += here * here;
        crosses[r] += *(const WideLanes *) (before + at) * here;
        *(WideLanes *) (sum + at) += here;
      }
  for (; i < dims; i++)
    {
      square_behind += block[i] * block[i];
      cross_behind += before[i] * block[i];
      sum[i] += block[i];
    }
  for (guint r = 0; r < WIDE_REGISTERS; r++)
    for (guint lane = 0; lane < WIDE_LANES; lane++)
      {
        square_behind += squares[r][lane];
        cross_behind += crosses[r][lane];
      }
  *square = square_behind;
  *cross = cross_behind;
}

/* Adds @n_blocks blocks to @sum, and computes the norm of the sum of each block and the one before it. The block
 * before the first stands in front of it in @blocks. */
FOR_WIDE_REGISTERS static void
add_blocks (const float *blocks, guint n_blocks, guint dims, float *square_before, float *sum, float *norms)
{
  for (guint i = 0; i < n_blocks; i++)
    {
      const float *before = blocks + (gsize) i * dims;
      float square, cross;

      add_block (before, before + dims, dims, sum, &square, &cross);
      norms[i] = sqrtf (MAX (0, *square_before + square + 2 * cross));
      *square_before = square;
    }
}

/* Computes the sum of all tokens' rows, and the norms of the sums of the windows. */
static void
add_up (QuarryAnalysis *self, QuarryEmbedder *embedder, const float *weights, GArray *room)
{
  guint dims = quarry_embedder_get_dims (embedder);
  guint n_blocks = (self->n_tokens + QUARRY_WINDOW_BLOCK - 1) / QUARRY_WINDOW_BLOCK;
  float square_before = 0;
  float *blocks;

  /* There is one more block in front: the last of the call before. */
  g_array_set_size (room, (MIN (n_blocks, BLOCKS) + 1) * dims);
  blocks = (float *) (gpointer) room->data;
  memset (self->sum, 0, dims * sizeof *self->sum);
  memset (blocks, 0, dims * sizeof *blocks);
  for (guint first = 0; first < n_blocks; first += BLOCKS)
    {
      guint n = MIN (BLOCKS, n_blocks - first);
      guint token = first * QUARRY_WINDOW_BLOCK;
      float norms[BLOCKS]; /* norm of the sum of each block and the one before it */

      memset (blocks + dims, 0, n * sizeof (float) * dims);
      quarry_embedder_accumulate_blocks (embedder, weights, self->tokens + token,
                                         MIN (n * QUARRY_WINDOW_BLOCK, self->n_tokens - token),
                                         QUARRY_WINDOW_BLOCK, blocks + dims);
      add_blocks (blocks, n, dims, &square_before, self->sum, norms);
      /* The very first block has none before it; it is a window only if it is the only block. */
      if (first > 0)
        memcpy (self->window_norms + first - 1, norms, n * sizeof *norms);
      else if (n_blocks == 1)
        self->window_norms[0] = norms[0];
      else
        memcpy (self->window_norms, norms + 1, (n - 1) * sizeof *norms);
      memcpy (blocks, blocks + (gsize) n * dims, sizeof (float) * dims);
    }
  self->norm = sqrtf (quarry_dot (self->sum, self->sum, dims));
}

void
quarry_analysis_room_init (QuarryAnalysisRoom *self)
{
  self->words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  self->tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  self->first_tokens = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->blocks = g_array_new (FALSE, FALSE, sizeof (float));
}

void
quarry_analysis_room_clear (QuarryAnalysisRoom *self)
{
  g_clear_pointer (&self->words, g_array_unref);
  g_clear_pointer (&self->tokens, g_array_unref);
  g_clear_pointer (&self->first_tokens, g_array_unref);
  g_clear_pointer (&self->blocks, g_array_unref);
}

/* The arrays lie behind the analysis in one allocation, each aligned to this many bytes. */
#define ALIGNMENT 8
#define N_ARRAYS 9

static gpointer
take (QuarryAnalysis *self, gsize n, gsize size)
{
  gpointer taken = (char *) self + self->bytes;

  self->bytes += (n * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  return taken;
}

/* Allocates an analysis with room for all arrays. Their contents are not set. */
static QuarryAnalysis *
allocate (guint n_words, guint n_tokens, guint dims)
{
  guint n_blocks = (n_tokens + QUARRY_WINDOW_BLOCK - 1) / QUARRY_WINDOW_BLOCK;
  guint n_windows = n_blocks > 1 ? n_blocks - 1 : n_blocks;
  QuarryAnalysis *self;

  self = g_malloc (sizeof *self
                   + ((gsize) n_words + 1)
                         * (sizeof *self->words + sizeof *self->keys + sizeof *self->stems
                            + sizeof *self->stem_idfs + sizeof *self->first_tokens + sizeof *self->shingles)
                   + n_tokens * sizeof *self->tokens + ((gsize) n_windows + dims) * sizeof (float)
                   + N_ARRAYS * ALIGNMENT);
  *self = (QuarryAnalysis) {
    .bytes = sizeof *self,
    .n_words = n_words,
    .n_tokens = n_tokens,
    .n_windows = n_windows,
  };
  g_atomic_ref_count_init (&self->references);
  self->words = take (self, n_words, sizeof *self->words);
  self->keys = take (self, n_words, sizeof *self->keys);
  self->tokens = take (self, n_tokens, sizeof *self->tokens);
  self->first_tokens = take (self, (gsize) n_words + 1, sizeof *self->first_tokens);
  self->stems = take (self, n_words, sizeof *self->stems);
  self->stem_idfs = take (self, n_words, sizeof *self->stem_idfs);
  self->shingles = take (self, n_words, sizeof *self->shingles);
  self->sum = take (self, dims, sizeof *self->sum);
  self->window_norms = take (self, n_windows, sizeof *self->window_norms);

  return self;
}

static void
copy (gpointer to, const GArray *from, gsize size)
{
  if (from->len > 0)
    memcpy (to, from->data, from->len * size);
}

QuarryAnalysis *
quarry_analysis_new (QuarryPassageRecord *passage,
                     QuarryWordForms *forms,
                     QuarryEmbedder *embedder,
                     const float *weights,
                     QuarryAnalysisRoom *room)
{
  QuarryAnalysis *self;

  g_array_set_size (room->words, 0);
  g_array_set_size (room->tokens, 0);
  g_array_set_size (room->first_tokens, 0);
  quarry_word_forms_read (forms, passage->text, -1, G_MAXUINT, room->words, room->tokens, room->first_tokens);
  g_array_append_val (room->first_tokens, room->tokens->len);

  self = allocate (room->words->len, room->tokens->len, quarry_embedder_get_dims (embedder));
  self->forms = quarry_word_forms_ref (forms);
  self->passage = passage;
  copy (self->words, room->words, sizeof *self->words);
  copy (self->tokens, room->tokens, sizeof *self->tokens);
  copy (self->first_tokens, room->first_tokens, sizeof *self->first_tokens);
  count_stems (self, weights);
  self->n_shingles = quarry_find_shingles (self->words, self->n_words, self->shingles);
  add_up (self, embedder, weights, room->blocks);

  return self;
}

const GArray *
quarry_analysis_get_sentences (QuarryAnalysis *self)
{
  GArray *sentences = g_atomic_pointer_get (&self->sentences);

  if (sentences != NULL)
    return sentences;
  sentences = quarry_sentences_of_text (self->passage->text, -1);
  if (g_atomic_pointer_compare_and_exchange (&self->sentences, NULL, sentences))
    return sentences;
  g_array_unref (sentences);
  return g_atomic_pointer_get (&self->sentences);
}

static QuarryAnalysis *
analysis_ref (QuarryAnalysis *self)
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
  g_clear_pointer (&self->sentences, g_array_unref);
  quarry_word_forms_unref (self->forms);
  g_free (self);
}

static gsize
analysis_bytes (const QuarryAnalysis *self)
{
  return self->bytes + sizeof *self->passage + strlen (self->passage->text);
}

typedef struct
{
  QuarryAnalysis *analysis;
  gsize bytes;
  GList link; /* in @used of the cache */
} Entry;

struct _QuarryAnalysisCache
{
  pthread_mutex_t lock;
  QuarryEmbedder *embedder;
  QuarryWordForms *forms; /* of all analyses that are kept */
  GHashTable *entries;    /* id of the passage -> Entry */
  GQueue used;            /* of Entry, the last used first */
  gsize bytes;
  gsize most_bytes;
  gsize faulted_in; /* bytes of the cache up to which memory has been faulted in */
};

/* The bytes of heap that are faulted in at a time while the cache fills, and the number of bytes that it may grow by
 * until the next time. The first is larger, because the memory that a search works with lies between what is kept. */
#define HEAP_STEP (4 << 20)
#define GROWTH_STEP (2 << 20)

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

  pthread_mutex_init (&self->lock, NULL);
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
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

QuarryWordForms *
quarry_analysis_cache_get_forms (QuarryAnalysisCache *self)
{
  QuarryWordForms *forms;

  pthread_mutex_lock (&self->lock);
  if (quarry_word_forms_get_bytes (self->forms) > self->most_bytes)
    {
      g_hash_table_remove_all (self->entries);
      g_queue_init (&self->used);
      self->bytes = 0;
      quarry_word_forms_unref (self->forms);
      self->forms = quarry_word_forms_new (self->embedder);
    }
  forms = quarry_word_forms_ref (self->forms);
  pthread_mutex_unlock (&self->lock);

  return forms;
}

QuarryAnalysis *
quarry_analysis_cache_get (QuarryAnalysisCache *self, QuarryWordForms *forms, gint64 passage)
{
  QuarryAnalysis *analysis = NULL;
  Entry *entry;

  pthread_mutex_lock (&self->lock);
  entry = forms == self->forms ? g_hash_table_lookup (self->entries, &passage) : NULL;
  if (entry != NULL)
    {
      g_queue_unlink (&self->used, &entry->link);
      g_queue_push_head_link (&self->used, &entry->link);
      analysis = analysis_ref (entry->analysis);
    }
  pthread_mutex_unlock (&self->lock);

  return analysis;
}

void
quarry_analysis_cache_add (QuarryAnalysisCache *self, QuarryAnalysis *analysis)
{
  gboolean grows;
  Entry *entry;

  pthread_mutex_lock (&self->lock);
  if (analysis->forms == self->forms
      && !g_hash_table_contains (self->entries, &analysis->passage->id))
    {
      entry = g_new0 (Entry, 1);
      entry->analysis = analysis_ref (analysis);
      entry->bytes = analysis_bytes (analysis);
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
  grows = self->bytes > self->faulted_in && self->faulted_in + GROWTH_STEP < self->most_bytes;
  if (grows)
    self->faulted_in = self->bytes + GROWTH_STEP;
  pthread_mutex_unlock (&self->lock);
  if (grows)
    quarry_fault_in_heap (HEAP_STEP);
}
