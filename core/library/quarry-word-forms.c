/* quarry-word-forms.c: the words of a library's passages, each looked into once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-word-forms.h"

#include <string.h>

#include "core/lexical/quarry-lexical-index.h"
#include "core/library/quarry-memory-private.h"

#define BLOCK_BYTES (64 * 1024)
#define FIRST_SLOTS 4096

/* A form with its tokens; its letters stand behind them. */
typedef struct
{
  QuarryWordForm form;
  guint32 n_tokens;
  guint32 tokens[];
} Entry;

/* Where a form is found: its hash beside it, so that others are passed by without a look at them. */
typedef struct
{
  guint64 hash;
  Entry *entry; /* NULL: free */
} Slot;

struct _QuarryWordForms
{
  gatomicrefcount references;
  QuarryEmbedder *embedder;
  gboolean own_tokens; /* those of a word are the same wherever it stands */

  GMutex lock;
  Slot *slots;       /* by hash, open addressing */
  gsize n_slots;     /* a power of two, at least twice the entries */
  guint32 n_entries;

  GPtrArray *blocks; /* what the entries stand in */
  char *free;
  gsize n_free;
  gsize bytes;

  GArray *tokens; /* of the form that is looked into */
};

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

QuarryWordForms *
quarry_word_forms_new (QuarryEmbedder *embedder)
{
  QuarryWordForms *self = g_new0 (QuarryWordForms, 1);

  g_atomic_ref_count_init (&self->references);
  self->embedder = g_object_ref (embedder);
  self->own_tokens = quarry_embedder_breaks_words (embedder);
  g_mutex_init (&self->lock);
  self->n_slots = FIRST_SLOTS;
  self->slots = g_new0 (Slot, self->n_slots);
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  return self;
}

QuarryWordForms *
quarry_word_forms_ref (QuarryWordForms *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
quarry_word_forms_unref (QuarryWordForms *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_object_unref (self->embedder);
  g_ptr_array_unref (self->blocks);
  g_array_unref (self->tokens);
  g_free (self->slots);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gpointer
allocate (QuarryWordForms *self, gsize size)
{
  gpointer place;

  size = (size + 7) & ~(gsize) 7;
  if (size > self->n_free)
    {
      self->n_free = MAX (BLOCK_BYTES, size);
      self->free = g_malloc (self->n_free);
      quarry_fault_in (self->free, self->n_free);
      g_ptr_array_add (self->blocks, self->free);
      self->bytes += self->n_free;
    }
  place = self->free;
  self->free += size;
  self->n_free -= size;

  return place;
}

static void
grow (QuarryWordForms *self)
{
  Slot *slots = g_steal_pointer (&self->slots);
  gsize n_slots = self->n_slots;

  self->n_slots *= 2;
  self->slots = g_new0 (Slot, self->n_slots);
  quarry_fault_in (self->slots, self->n_slots * sizeof (Slot));
  for (gsize i = 0; i < n_slots; i++)
    {
      gsize at = slots[i].hash & (self->n_slots - 1);

      if (slots[i].entry == NULL)
        continue;
      while (self->slots[at].entry != NULL)
        at = (at + 1) & (self->n_slots - 1);
      self->slots[at] = slots[i];
    }
  g_free (slots);
}

static Entry *
add_entry (QuarryWordForms *self, const char *folded, gsize length, guint64 hash)
{
  Entry *entry;
  char *letters;

  g_array_set_size (self->tokens, 0);
  if (self->own_tokens)
    quarry_embedder_tokenize_word (self->embedder, folded, length, self->tokens);

  entry = allocate (self, sizeof (Entry) + self->tokens->len * sizeof (guint32) + length + 1);
  letters = (char *) (entry->tokens + self->tokens->len);
  memcpy (letters, folded, length);
  letters[length] = '\0';
  entry->form = (QuarryWordForm) {
    .folded = letters,
    .length = (guint32) length,
    .number = self->n_entries++,
    .stem = quarry_stem_number (folded, length),
    .stop = quarry_words_is_stop_word (folded, length),
    .hash = hash,
  };
  entry->n_tokens = self->tokens->len;
  for (guint t = 0; t < self->tokens->len; t++)
    entry->tokens[t] = g_array_index (self->tokens, QuarryToken, t).id;

  return entry;
}

static const Entry *
find_entry (QuarryWordForms *self, const char *folded, gsize length, guint64 hash)
{
  gsize at = hash & (self->n_slots - 1);
  Entry *entry;

  for (; (entry = self->slots[at].entry) != NULL; at = (at + 1) & (self->n_slots - 1))
    if (self->slots[at].hash == hash && entry->form.length == length
        && (length <= QUARRY_WORDS_TOLD_APART || memcmp (entry->form.folded, folded, length) == 0))
      return entry;

  entry = add_entry (self, folded, length, hash);
  self->slots[at] = (Slot) { hash, entry };
  if (2 * (gsize) self->n_entries > self->n_slots)
    grow (self);

  return entry;
}

/* Words are looked up some at a time: most of a look-up is waiting for memory, and the words of a
 * batch wait together. */
#define BATCH_WORDS 32
#define BATCH_LETTERS 512

typedef struct
{
  QuarrySpan span;
  const char *folded;
  gsize length;
  guint64 hash;
} Waiting;

typedef struct
{
  QuarryWordForms *forms;
  GArray *words, *tokens, *first_tokens;
  guint32 next_token;

  Waiting waiting[BATCH_WORDS];
  guint n_waiting;
  char letters[BATCH_LETTERS]; /* of those that wait */
  gsize n_letters;
} Reading;

/* Appends the tokens of @n words, @n_tokens in all, or tells which of those that are there are theirs. */
static void
append_tokens (Reading *self, const QuarryWord *words, const Entry *const *entries, guint n, guint n_tokens)
{
  GArray *tokens = self->tokens, *first_tokens = self->first_tokens;
  guint32 *first = NULL;
  QuarryToken *token;

  if (first_tokens != NULL)
    {
      g_array_set_size (first_tokens, first_tokens->len + n);
      first = &g_array_index (first_tokens, guint32, first_tokens->len - n);
    }
  if (!self->forms->own_tokens)
    {
      for (guint i = 0; i < n && first != NULL; i++)
        {
          while (self->next_token < tokens->len
                 && g_array_index (tokens, QuarryToken, self->next_token).span.start < words[i].span.start)
            self->next_token++;
          first[i] = self->next_token;
        }
      return;
    }
  self->next_token = tokens->len;
  g_array_set_size (tokens, tokens->len + n_tokens);
  token = &g_array_index (tokens, QuarryToken, self->next_token);
  for (guint i = 0; i < n; i++)
    {
      if (first != NULL)
        first[i] = self->next_token;
      self->next_token += entries[i]->n_tokens;
      for (guint32 t = 0; t < entries[i]->n_tokens; t++)
        *token++ = (QuarryToken) { entries[i]->tokens[t], words[i].span };
    }
}

/* Finds the words that wait. */
static void
look_up_waiting (Reading *self)
{
  QuarryWordForms *forms = self->forms;
  const Entry *entries[BATCH_WORDS];
  guint n = self->n_waiting, first = self->words->len, n_tokens = 0;
  QuarryWord *words;

  for (guint i = 0; i < n; i++)
    {
      const Slot *slot = &forms->slots[self->waiting[i].hash & (forms->n_slots - 1)];

      if (slot->entry != NULL)
        __builtin_prefetch (slot->entry);
    }
  g_array_set_size (self->words, first + n);
  words = &g_array_index (self->words, QuarryWord, first);
  for (guint i = 0; i < n; i++)
    {
      const Waiting *word = &self->waiting[i];

      entries[i] = find_entry (forms, word->folded, word->length, word->hash);
      words[i] = (QuarryWord) { .span = word->span, .form = &entries[i]->form };
      n_tokens += entries[i]->n_tokens;
    }
  if (self->tokens != NULL)
    append_tokens (self, words, entries, n, n_tokens);
  self->n_waiting = 0;
  self->n_letters = 0;
}

static void
read_word (Reading *self, QuarrySpan span, const char *folded, gsize length)
{
  Waiting *word;

  if (self->n_waiting == BATCH_WORDS || self->n_letters + length > BATCH_LETTERS)
    look_up_waiting (self);
  word = &self->waiting[self->n_waiting++];
  *word = (Waiting) { span, folded, length, quarry_words_hash (folded, length) };
  __builtin_prefetch (&self->forms->slots[word->hash & (self->forms->n_slots - 1)]);
  if (length > BATCH_LETTERS)
    {
      /* Its letters are there until the next one is read. */
      look_up_waiting (self);
      return;
    }
  word->folded = memcpy (self->letters + self->n_letters, folded, length);
  self->n_letters += length;
}

void
quarry_word_forms_read (QuarryWordForms *self,
                        const char *text,
                        gssize length,
                        guint most,
                        GArray *words,
                        GArray *tokens,
                        GArray *first_tokens)
{
  g_auto (QuarryWords) iterator = { 0 };
  Reading reading;
  const char *folded;
  gsize folded_length;
  QuarrySpan span;

  /* Its batch need not be cleared. */
  reading.forms = self;
  reading.words = words;
  reading.tokens = tokens;
  reading.first_tokens = first_tokens;
  reading.next_token = 0;
  reading.n_waiting = 0;
  reading.n_letters = 0;

  if (tokens != NULL && !self->own_tokens)
    {
      reading.next_token = tokens->len;
      quarry_embedder_tokenize (self->embedder, text, length, tokens);
    }

  g_mutex_lock (&self->lock);
  quarry_words_init (&iterator, text, length);
  for (guint n = 0; n < most && quarry_words_next (&iterator, &span, &folded, &folded_length); n++)
    read_word (&reading, span, folded, folded_length);
  look_up_waiting (&reading);
  g_mutex_unlock (&self->lock);
}

gsize
quarry_word_forms_get_bytes (QuarryWordForms *self)
{
  gsize bytes;

  g_mutex_lock (&self->lock);
  bytes = self->bytes + self->n_slots * sizeof (Slot);
  g_mutex_unlock (&self->lock);

  return bytes;
}
