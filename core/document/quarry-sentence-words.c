/* quarry-sentence-words.c: the words of a document's sentences, broken once for all who read them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/document/quarry-sentence-words.h"

#include <string.h>

#include "core/document/quarry-words.h"

#define FIRST_SLOTS 1024
#define FIRST_WORDS 256u
#define NO_FORM G_MAXUINT32

/* A slot of the hash table of forms. The tag is a part of the form's hash, so that most other forms are rejected
 * without looking at them. */
typedef struct
{
  guint32 tag;
  guint32 form; /* NO_FORM: free */
} Slot;

/* A form while words are being read. Its letters are known by their offset, since the string that holds them still
 * grows and moves. */
typedef struct
{
  guint64 hash;
  gsize offset;
  guint32 length;
} Form;

typedef struct
{
  Slot *slots;   /* open addressing */
  gsize n_slots; /* a power of two, at least twice the forms */
  GArray *forms; /* Form */
  GString *letters;
} Forms;

static void
clear_slots (Forms *self, gsize n_slots)
{
  self->n_slots = n_slots;
  self->slots = g_renew (Slot, self->slots, n_slots);
  memset (self->slots, 0xff, n_slots * sizeof *self->slots);
}

static void
grow (Forms *self)
{
  clear_slots (self, 2 * self->n_slots);
  for (guint32 i = 0; i < self->forms->len; i++)
    {
      guint64 hash = g_array_index (self->forms, Form, i).hash;
      gsize at = hash & (self->n_slots - 1);

      while (self->slots[at].form != NO_FORM)
        at = (at + 1) & (self->n_slots - 1);
      self->slots[at] = (Slot) { (guint32) (hash >> 32), i };
    }
}

static guint32
find_form (Forms *self, const char *folded, gsize length, guint64 hash)
{
  guint32 tag = (guint32) (hash >> 32);
  gsize at = hash & (self->n_slots - 1);
  Form form = { hash, self->letters->len, (guint32) length };

  for (; self->slots[at].form != NO_FORM; at = (at + 1) & (self->n_slots - 1))
    if (self->slots[at].tag == tag)
      {
        const Form *found = &g_array_index (self->forms, Form, self->slots[at].form);

        if (found->hash == hash && found->length == length
            && (length <= QUARRY_WORDS_TOLD_APART
                || memcmp (self->letters->str + found->offset, folded, length) == 0))
          return self->slots[at].form;
      }

  self->slots[at] = (Slot) { tag, self->forms->len };
  g_array_append_val (self->forms, form);
  g_string_append_len (self->letters, folded, (gssize) length);
  g_string_append_c (self->letters, '\0');
  if (2 * (gsize) self->forms->len > self->n_slots)
    grow (self);

  return self->forms->len - 1;
}

/* Turns the forms into the final array and takes over the string that holds their letters. */
static void
take_forms (QuarrySentenceWords *self, Forms *forms)
{
  self->letters = g_string_free (forms->letters, FALSE);
  self->n_forms = forms->forms->len;
  self->forms = g_new (QuarrySentenceForm, self->n_forms);
  for (guint32 i = 0; i < self->n_forms; i++)
    {
      const Form *form = &g_array_index (forms->forms, Form, i);
      const char *folded = self->letters + form->offset;

      self->forms[i] = (QuarrySentenceForm) {
        folded, form->length, quarry_words_is_stop_word_hashed (form->hash, folded, form->length), form->hash
      };
    }
}

QuarrySentenceWords *
quarry_sentence_words_new (const char *text, const QuarrySpan *sentences, guint n)
{
  QuarrySentenceWords *self = g_new0 (QuarrySentenceWords, 1);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Form));
  Forms forms = { .forms = all, .letters = g_string_new (NULL) };
  g_auto (QuarryWords) reading = { 0 };
  guint32 n_words = 0, room = 0;

  clear_slots (&forms, FIRST_SLOTS);
  quarry_words_init (&reading, text, 0);
  self->text = text;
  self->sentences = sentences;
  self->n = n;
  self->first_words = g_new (guint32, (gsize) n + 1);

  for (guint i = 0; i < n; i++)
    {
      QuarrySentenceWord word;
      const char *folded;
      gsize length;
      guint64 hash;

      self->first_words[i] = n_words;
      quarry_words_turn_to (&reading, text + sentences[i].start, sentences[i].end - sentences[i].start);
      while (quarry_words_next_hashed (&reading, &word.span, &folded, &length, &hash))
        {
          word.span.start += sentences[i].start;
          word.span.end += sentences[i].start;
          word.form = find_form (&forms, folded, length, hash);
          if (n_words == room)
            {
              room = MAX (2 * room, FIRST_WORDS);
              self->words = g_renew (QuarrySentenceWord, self->words, room);
            }
          self->words[n_words++] = word;
        }
    }
  self->first_words[n] = n_words;
  take_forms (self, &forms);
  g_free (forms.slots);

  return self;
}

QuarrySentenceWords *
quarry_sentence_words_of_document (QuarryDocument *document, GArray *sentences)
{
  return quarry_sentence_words_new (quarry_document_get_text (document, NULL),
                                    (const QuarrySpan *) (gpointer) sentences->data, sentences->len);
}

/* The first of the words that ends behind @place. */
static guint32
find_word (const QuarrySentenceWords *self, guint32 place)
{
  guint32 low = 0, high = self->first_words[self->n];

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (self->words[middle].span.end <= place)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* The first of the sentences that ends behind @place. */
static guint
find_sentence (const QuarrySentenceWords *self, guint32 place)
{
  guint low = 0, high = self->n;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->sentences[middle].end <= place)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
quarry_sentence_words_of_part (const QuarrySentenceWords *self, QuarrySpan part, QuarryPartWords *words)
{
  guint32 at = part.start, first;

  /* Each place where the part and its sentences are not broken alike has to be one that no word reaches over. */
  for (guint i = find_sentence (self, part.start); i < self->n && self->sentences[i].start < part.end; i++)
    {
      QuarrySpan sentence = self->sentences[i];
      guint32 until = MAX (at, sentence.start);

      if (sentence.start < at && at > part.start)
        return FALSE;
      if (sentence.start != part.start && !quarry_words_are_parted (self->text, sentence.end, at, until))
        return FALSE;
      at = MIN (sentence.end, part.end);
      if (sentence.end > part.end && !quarry_words_are_parted (self->text, sentence.end, part.end, part.end))
        return FALSE;
    }
  if (at < part.end && !quarry_words_are_parted (self->text, part.end, at, part.end))
    return FALSE;

  first = find_word (self, part.start);
  *words = (QuarryPartWords) { self->words + first, find_word (self, part.end) - first, part.start, self->forms };
  return TRUE;
}

void
quarry_sentence_words_free (QuarrySentenceWords *self)
{
  if (self == NULL)
    return;
  g_free (self->words);
  g_free (self->first_words);
  g_free (self->forms);
  g_free (self->letters);
  g_free (self);
}
