/* quarry-word-forms.c: what is known of each distinct word in a library's passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A hash table from folded words to their forms. Entries are only ever added, so readers need no lock: they read
 * slots atomically, while whoever adds an entry holds the lock. Words are looked up in batches, with their slots and
 * entries prefetched.
 */
#include "core/library/search/quarry-word-forms.h"

#include <pthread.h>
#include <string.h>

#include "core/document/quarry-language.h"
#include "core/lexical/quarry-lexical-index.h"
#include "core/machine/quarry-memory.h"

#define BLOCK_BYTES (64 * 1024)
#define FIRST_SLOTS 4096

/* A form with its tokens. Its letters follow them. */
typedef struct
{
  QuarryWordForm form;
  guint32 n_tokens;
  guint32 tokens[];
} Entry;

/* A slot of the table. The hash is beside the pointer, so that other words are skipped without reading their
 * entries. */
typedef struct
{
  guint64 hash; /* written before @entry is */
  Entry *entry; /* atomic; NULL: free */
} Slot;

/* A hash table with open addressing. Entries are added under the lock and never removed, so looking one up needs no
 * lock. A table that has become too small is freed once no reader is left that may have begun with it. */
typedef struct
{
  gsize n_slots; /* a power of two, at least twice the number of entries */
  Slot slots[];
} Table;

struct _QuarryWordForms
{
  gatomicrefcount references;
  QuarryEmbedder *embedder;
  gboolean own_tokens; /* the model splits word by word, so a word has the same tokens wherever it stands */

  Table *table;     /* atomic */
  guint n_reading;  /* atomic */
  guint n_outgrown; /* atomic */

  /* Under the lock: */
  pthread_mutex_t lock;
  GPtrArray *outgrown; /* of Table: replaced by a larger one, but perhaps still being read */
  guint32 n_entries;

  GPtrArray *blocks; /* the memory that the entries are allocated from */
  char *free;
  gsize n_free;
  gsize bytes;
};

/* A hash (FNV-1a: Fowler, Noll, Vo) of the stem. Two stems in one pool get the same number in about one search of a
 * hundred; the only consequence is that they count as one word where variety is measured. */
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

static Table *
table_new (gsize n_slots)
{
  Table *table = g_malloc0 (sizeof (Table) + n_slots * sizeof (Slot));

  table->n_slots = n_slots;
  return table;
}

QuarryWordForms *
quarry_word_forms_new (QuarryEmbedder *embedder)
{
  QuarryWordForms *self = g_new0 (QuarryWordForms, 1);

  g_atomic_ref_count_init (&self->references);
  self->embedder = g_object_ref (embedder);
  self->own_tokens = quarry_embedder_breaks_words (embedder);
  pthread_mutex_init (&self->lock, NULL);
  self->outgrown = g_ptr_array_new_with_free_func (g_free);
  self->table = table_new (FIRST_SLOTS);
  self->blocks = g_ptr_array_new_with_free_func (g_free);

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
  g_ptr_array_unref (self->outgrown);
  g_free (self->table);
  pthread_mutex_destroy (&self->lock);
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

/* The slot of the entry or, where *entry is NULL, the one that it would get. */
static inline __attribute__ ((always_inline)) Slot *
find_slot (Table *table, const char *folded, gsize length, guint64 hash, Entry **entry)
{
  gsize at = hash & (table->n_slots - 1);

  for (;; at = (at + 1) & (table->n_slots - 1))
    {
      Slot *slot = &table->slots[at];

      *entry = __atomic_load_n (&slot->entry, __ATOMIC_ACQUIRE);
      if (*entry == NULL
          || (slot->hash == hash && (*entry)->form.length == length
              && (length <= QUARRY_WORDS_TOLD_APART || memcmp ((*entry)->form.folded, folded, length) == 0)))
        return slot;
    }
}

static void
fill_slot (Slot *slot, guint64 hash, Entry *entry)
{
  slot->hash = hash;
  __atomic_store_n (&slot->entry, entry, __ATOMIC_RELEASE);
}

static void
grow (QuarryWordForms *self)
{
  Table *old = self->table;
  Table *table = table_new (2 * old->n_slots);

  quarry_fault_in (table, sizeof *table + table->n_slots * sizeof (Slot));
  for (gsize i = 0; i < old->n_slots; i++)
    {
      gsize at = old->slots[i].hash & (table->n_slots - 1);

      if (old->slots[i].entry == NULL)
        continue;
      while (table->slots[at].entry != NULL)
        at = (at + 1) & (table->n_slots - 1);
      table->slots[at] = old->slots[i];
    }
  g_atomic_pointer_set (&self->table, table);
  g_ptr_array_add (self->outgrown, old);
  g_atomic_int_inc (&self->n_outgrown);
}

/* Either the reader gets the newest table, or it is counted before the table that it gets is outgrown, so that this
 * is not freed while it reads. */
static Table *
begin_reading (QuarryWordForms *self)
{
  g_atomic_int_inc (&self->n_reading);
  return g_atomic_pointer_get (&self->table);
}

static void
end_reading (QuarryWordForms *self)
{
  if (!g_atomic_int_dec_and_test (&self->n_reading) || g_atomic_int_get (&self->n_outgrown) == 0)
    return;
  pthread_mutex_lock (&self->lock);
  if (g_atomic_int_get (&self->n_reading) == 0)
    {
      g_ptr_array_set_size (self->outgrown, 0);
      g_atomic_int_set (&self->n_outgrown, 0);
    }
  pthread_mutex_unlock (&self->lock);
}

/* Makes an entry for a word with the given stem and @n tokens. Called under the lock. */
static Entry *
add_entry (QuarryWordForms *self,
           const char *folded,
           gsize length,
           guint64 hash,
           guint32 stem,
           const QuarryToken *tokens,
           guint n)
{
  Entry *entry = allocate (self, sizeof (Entry) + n * sizeof (guint32) + length + 1);
  char *letters = (char *) (entry->tokens + n);
  guint64 languages;
  gsize n_plain = 0;

  memcpy (letters, folded, length);
  letters[length] = '\0';
  while (n_plain < length && g_ascii_islower (letters[n_plain]))
    n_plain++;
  languages = quarry_language_list_of_function_word_hashed (hash, letters);
  entry->form = (QuarryWordForm) {
    .folded = letters,
    .length = (guint32) length,
    .number = self->n_entries++,
    .stem = stem,
    .stop = quarry_words_is_stop_word_hashed (hash, folded, length) ? 1 : 0,
    .small = (languages & ~quarry_language_get_bit ("en")) != 0 ? 1 : 0,
    .plain = n_plain == length ? 1 : 0,
    .hash = hash,
    .languages = languages,
  };
  entry->n_tokens = n;
  for (guint t = 0; t < n; t++)
    entry->tokens[t] = tokens[t].id;

  return entry;
}

/* The entry for a word that was not found; another thread may have added it meanwhile. @tokens: work space. */
static const Entry *
find_or_add_entry (QuarryWordForms *self, const char *folded, gsize length, guint64 hash, GArray *tokens)
{
  guint32 stem = quarry_stem_number (folded, length);
  Entry *entry;
  Slot *slot;

  g_array_set_size (tokens, 0);
  if (self->own_tokens)
    quarry_embedder_tokenize_word (self->embedder, folded, length, tokens);
  pthread_mutex_lock (&self->lock);
  slot = find_slot (self->table, folded, length, hash, &entry);
  if (entry == NULL)
    {
      entry = add_entry (self, folded, length, hash, stem, (const QuarryToken *) (gpointer) tokens->data, tokens->len);
      fill_slot (slot, hash, entry);
      if (2 * (gsize) self->n_entries > self->table->n_slots)
        grow (self);
    }
  pthread_mutex_unlock (&self->lock);
  return entry;
}

/* Words are looked up in batches: most of the time of a look-up is spent waiting for memory, and in a batch these
 * waits overlap. */
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
  const Table *table; /* the one at the beginning, used for prefetching only */
  GArray *words, *tokens, *first_tokens;
  GArray *of_word; /* work space for the tokens of a new word */
  guint32 next_token;

  Waiting waiting[BATCH_WORDS];
  guint n_waiting;
  char letters[BATCH_LETTERS + QUARRY_WORDS_TOLD_APART]; /* the folded letters of the words that wait */
  gsize n_letters;
} Reading;

/* Appends the tokens of @n words, @n_tokens in all. Where the text has been tokenized as a whole, only finds which of
 * those tokens belong to each word. */
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

/* Looks up the words that wait, and appends them. */
static void
look_up_waiting (Reading *self)
{
  QuarryWordForms *forms = self->forms;
  Table *table = g_atomic_pointer_get (&forms->table);
  const Entry *entries[BATCH_WORDS];
  guint n = self->n_waiting, first = self->words->len, n_tokens = 0;
  QuarryWord *words;

  if (n == 0)
    return;
  for (guint i = 0; i < n; i++)
    {
      const Slot *slot = &table->slots[self->waiting[i].hash & (table->n_slots - 1)];
      const Entry *entry = __atomic_load_n (&slot->entry, __ATOMIC_RELAXED);

      if (entry != NULL)
        __builtin_prefetch (entry);
    }
  g_array_set_size (self->words, first + n);
  words = &g_array_index (self->words, QuarryWord, first);
  for (guint i = 0; i < n; i++)
    {
      const Waiting *word = &self->waiting[i];
      Entry *entry;

      find_slot (table, word->folded, word->length, word->hash, &entry);
      if (entry == NULL && self->of_word == NULL)
        self->of_word = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
      entries[i] = entry != NULL
                       ? entry
                       : find_or_add_entry (forms, word->folded, word->length, word->hash, self->of_word);
      words[i] = (QuarryWord) { .span = word->span, .form = &entries[i]->form };
      n_tokens += entries[i]->n_tokens;
    }
  if (self->tokens != NULL)
    append_tokens (self, words, entries, n, n_tokens);
  self->n_waiting = 0;
  self->n_letters = 0;
}

static inline void
read_word (Reading *self, QuarrySpan span, const char *folded, gsize length, guint64 hash)
{
  Waiting *word;

  if (self->n_waiting == BATCH_WORDS || self->n_letters + length > BATCH_LETTERS)
    look_up_waiting (self);
  word = &self->waiting[self->n_waiting++];
  *word = (Waiting) { span, folded, length, hash };
  __builtin_prefetch (&self->table->slots[word->hash & (self->table->n_slots - 1)]);
  if (length > BATCH_LETTERS)
    {
      /* Its letters do not fit here, and are only valid until the next word is read. */
      look_up_waiting (self);
      return;
    }
  word->folded = self->letters + self->n_letters;
  /* A fixed number of bytes takes no call. */
  if (length <= QUARRY_WORDS_TOLD_APART)
    memcpy (self->letters + self->n_letters, folded, QUARRY_WORDS_TOLD_APART);
  else
    memcpy (self->letters + self->n_letters, folded, length);
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
  guint64 hash;

  /* Set member by member, since clearing the arrays of the batch would take time and is not needed. */
  reading.forms = self;
  reading.table = begin_reading (self);
  reading.words = words;
  reading.tokens = tokens;
  reading.first_tokens = first_tokens;
  reading.of_word = NULL;
  reading.next_token = 0;
  reading.n_waiting = 0;
  reading.n_letters = 0;

  if (tokens != NULL && !self->own_tokens)
    {
      reading.next_token = tokens->len;
      quarry_embedder_tokenize (self->embedder, text, length, tokens);
    }

  quarry_words_init (&iterator, text, length);
  for (guint n = 0; n < most && quarry_words_next_hashed (&iterator, &span, &folded, &folded_length, &hash); n++)
    read_word (&reading, span, folded, folded_length, hash);
  look_up_waiting (&reading);
  g_clear_pointer (&reading.of_word, g_array_unref);
  end_reading (self);
}

gsize
quarry_word_forms_get_bytes (QuarryWordForms *self)
{
  gsize bytes;

  pthread_mutex_lock (&self->lock);
  bytes = self->bytes + self->table->n_slots * sizeof (Slot);
  pthread_mutex_unlock (&self->lock);

  return bytes;
}
