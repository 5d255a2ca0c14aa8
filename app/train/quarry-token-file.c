/* quarry-token-file.c: training text as token numbers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-token-file.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>

/* One pair in this many is held back, chosen by the text of its passage. */
#define HOLD_BACK 32

typedef struct
{
  QuarryTokenizer *tokenizer;
  GArray *tokens;
  GArray *words; /* the tokens of a query wait here until its answer has been read */
  FILE *file;
} Writer;

/* Looks at the letters and digits of the passage only. So the choice does not depend on the vocabulary, and is the same
 * for texts that differ in punctuation only. */
static gboolean
is_held_back (const char *text, gsize length)
{
  guint64 hash = QUARRY_HASH_START;

  for (gsize i = 0; i < length; i++)
    if (g_ascii_isalnum (text[i]))
      hash = quarry_hash_byte (hash, g_ascii_tolower (text[i]));
  return (hash >> 32) % HOLD_BACK == 0;
}

static void
take_record (QuarryRecordKind kind, const char *text, gsize length, gpointer data)
{
  Writer *writer = data;
  guint32 head;

  g_array_set_size (writer->tokens, 0);
  quarry_tokenizer_run (writer->tokenizer, text, length, writer->tokens);
  g_array_set_size (writer->tokens, MIN (writer->tokens->len, QUARRY_RECORD_MAX_TOKENS));
  head = (guint32) kind << 24 | writer->tokens->len;
  if (kind == QUARRY_RECORD_ANSWER && is_held_back (text, length))
    {
      guint32 *query = &g_array_index (writer->words, guint32, 0);

      *query = (guint32)QUARRY_RECORD_HELD_QUERY << 24 | (*query & QUARRY_RECORD_MAX_TOKENS);
      head = (guint32) QUARRY_RECORD_HELD_ANSWER << 24 | writer->tokens->len;
    }
  g_array_append_val (writer->words, head);
  for (guint i = 0; i < writer->tokens->len; i++)
    g_array_append_val (writer->words, g_array_index (writer->tokens, QuarryToken, i).id);
  if (kind == QUARRY_RECORD_QUERY)
    return;
  fwrite (writer->words->data, sizeof (guint32), writer->words->len, writer->file);
  g_array_set_size (writer->words, 0);
}

gboolean
quarry_token_file_write (const char *path, QuarryTokenizer *tokenizer, char **paths, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_autoptr (GArray) words = g_array_new (FALSE, FALSE, sizeof (guint32));
  const guint32 source = (guint32) QUARRY_RECORD_SOURCE << 24;
  Writer writer = { tokenizer, tokens, words, g_fopen (part, "wb") };
  gboolean fine = writer.file != NULL;

  for (guint i = 0; fine && paths[i] != NULL; i++)
    {
      fwrite (&source, sizeof source, 1, writer.file);
      if (!quarry_corpus_read (paths[i], take_record, &writer, error))
        {
          fclose (writer.file);
          return FALSE;
        }
    }
  if (fine)
    {
      fine = !ferror (writer.file);
      fine = fclose (writer.file) == 0 && fine;
    }
  if (!fine || g_rename (part, path) != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "“%s” cannot be written", path);
      return FALSE;
    }
  return TRUE;
}

gboolean
quarry_token_file_open (QuarryTokenFile *self, const char *path, guint n_vocabulary, GError **error)
{
  gsize i = 0;

  self->mapping = g_mapped_file_new (path, FALSE, error);
  if (self->mapping == NULL)
    return FALSE;
  self->words = (const guint32 *) (gconstpointer)g_mapped_file_get_contents (self->mapping);
  self->n_words = g_mapped_file_get_length (self->mapping) / sizeof (guint32);
  while (i < self->n_words)
    {
      guint32 n = self->words[i++] & QUARRY_RECORD_MAX_TOKENS;

      if (n > self->n_words - i)
        break;
      for (; n > 0 && self->words[i] < n_vocabulary; n--)
        i++;
      if (n > 0)
        break;
    }
  if (i < self->n_words)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_DATA,
                   "“%s” is damaged, or made with another vocabulary: remove it",
                   path);
      return FALSE;
    }
  return TRUE;
}

void
quarry_token_file_close (QuarryTokenFile *self)
{
  g_clear_pointer (&self->mapping, g_mapped_file_unref);
}

gboolean
quarry_token_file_next (const QuarryTokenFile *self, gsize *position, QuarryTokenRecord *record)
{
  if (*position >= self->n_words)
    return FALSE;
  record->kind = self->words[*position] >> 24;
  record->n_tokens = self->words[*position] & QUARRY_RECORD_MAX_TOKENS;
  record->tokens = self->words + *position + 1;
  *position += 1 + record->n_tokens;
  return TRUE;
}
