/* quarry-tokenizer-file.c: parses a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members may come in any order, so that they are collected first and interpreted at the end.
 */
#include "core/embed/quarry-tokenizer-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-json-reader.h"
#include "core/embed/quarry-tokenizer-steps.h"

typedef struct
{
  QuarryTokenizerFile *file;
  QuarryJsonReader reader;
  char *unsupported; /* names the first thing that Quarry cannot run; NULL as long as there is none */
  char *model_type;
  char *unknown_token;
  GPtrArray *merges; /* left and right tokens alternate */
  gboolean affixes;  /* BPE with marks at the ends of words */
  gboolean has_model, vocabulary_is_list;
  guint64 unknown_id;
  gboolean has_unknown_id;
  GArray *added; /* of guint32: ids of added tokens */
} Parser;

static void
step_clear (gpointer data)
{
  QuarryNormalizeStep *step = data;

  g_free (step->pattern);
  g_free (step->content);
  g_clear_pointer (&step->regex, g_regex_unref);
  g_clear_pointer (&step->charsmap, quarry_charsmap_free);
}

static void
split_clear (gpointer data)
{
  g_clear_pointer (&((QuarrySplit *) data)->regex, g_regex_unref);
}

void
quarry_tokenizer_file_free (QuarryTokenizerFile *self)
{
  g_array_unref (self->normalizers);
  g_array_unref (self->splits);
  g_array_unref (self->scores);
  g_clear_pointer (&self->bpe, quarry_bpe_free);
  quarry_vocabulary_free (self->vocabulary);
  g_free (self->continuing);
  g_free (self);
}

static void
say_unsupported (Parser *self, const char *part, const char *what)
{
  if (self->unsupported == NULL)
    self->unsupported = g_strdup_printf ("%s “%s”", part, what);
}

/* WordPiece, WordLevel: {"token": id, …} */
static void
read_vocabulary_map (Parser *self)
{
  QuarryJsonReader *reader = &self->reader;
  const char *token;
  gsize length;

  quarry_json_reader_enter_object (reader);
  while (quarry_json_reader_next_member (reader, &token, &length))
    {
      /* The bytes of the token may be in the reader's buffer, which reading a number does not change. */
      guint64 id;

      if (!quarry_json_reader_integer (reader, QUARRY_VOCABULARY_MAX_TOKENS - 1, &id))
        return;
      if (!quarry_vocabulary_add (self->file->vocabulary, id, token, length))
        quarry_json_reader_fail (reader, "two tokens of one number, or one that is too long");
    }
}

/* Unigram: [["token", score], …] */
static void
read_vocabulary_list (Parser *self)
{
  QuarryJsonReader *reader = &self->reader;
  const char *token;
  gsize length;
  double score;

  self->vocabulary_is_list = TRUE;
  quarry_json_reader_enter_array (reader);
  while (quarry_json_reader_next_item (reader))
    {
      guint id = self->file->scores->len;

      if (!quarry_json_reader_enter_array (reader) || !quarry_json_reader_next_item (reader)
          || !quarry_json_reader_string (reader, &token, &length))
        break;
      if (!quarry_vocabulary_add (self->file->vocabulary, id, token, length))
        {
          quarry_json_reader_fail (reader, "too many tokens, or one that is too long");
          break;
        }
      if (!quarry_json_reader_next_item (reader) || !quarry_json_reader_number (reader, &score)
          || quarry_json_reader_next_item (reader))
        break;
      g_array_append_val (self->file->scores, score);
    }
  /* An item that ends too early is not a fault for the reader. */
  if (self->file->scores->len != quarry_vocabulary_get_n_tokens (self->file->vocabulary))
    quarry_json_reader_fail (reader, "a token without its score");
}

/* BPE: ["left right", …] or [["left", "right"], …] */
static void
read_merges (Parser *self)
{
  QuarryJsonReader *reader = &self->reader;
  const char *string;
  gsize length;

  quarry_json_reader_enter_array (reader);
  while (quarry_json_reader_next_item (reader))
    {
      guint before = self->merges->len;

      if (quarry_json_reader_peek (reader) == QUARRY_JSON_ARRAY)
        {
          quarry_json_reader_enter_array (reader);
          while (quarry_json_reader_next_item (reader)
                 && quarry_json_reader_string (reader, &string, &length))
            g_ptr_array_add (self->merges, g_strndup (string, length));
        }
      else if (quarry_json_reader_string (reader, &string, &length))
        {
          const char *blank = memchr (string, ' ', length);

          if (blank != NULL)
            {
              g_ptr_array_add (self->merges, g_strndup (string, (gsize) (blank - string)));
              g_ptr_array_add (self->merges,
                               g_strndup (blank + 1, length - (gsize) (blank + 1 - string)));
            }
        }
      if (self->merges->len != before + 2)
        {
          quarry_json_reader_fail (reader, "a merge that is not of two tokens");
          return;
        }
    }
}

/* A member of BPE that Quarry does not support unless it is empty. */
static void
read_affix (Parser *self)
{
  g_autofree char *affix = NULL;

  quarry_json_reader_text (&self->reader, &affix);
  self->affixes = self->affixes || (affix != NULL && *affix != '\0');
}

static void
read_model (Parser *self)
{
  QuarryJsonReader *reader = &self->reader;
  const char *name;
  gsize length;
  int flag;

  if (self->has_model)
    {
      quarry_json_reader_fail (reader, "two models");
      return;
    }
  self->has_model = TRUE;
  quarry_json_reader_enter_object (reader);
  while (quarry_json_reader_next_member (reader, &name, &length))
    {
      if (quarry_json_equal (name, length, "type"))
        quarry_json_reader_text (reader, &self->model_type);
      else if (quarry_json_equal (name, length, "unk_token"))
        quarry_json_reader_text (reader, &self->unknown_token);
      else if (quarry_json_equal (name, length, "continuing_subword_prefix"))
        quarry_json_reader_text (reader, &self->file->continuing);
      else if (quarry_json_equal (name, length, "max_input_chars_per_word"))
        {
          guint64 n;

          if (quarry_json_reader_integer (reader, G_MAXINT32, &n))
            self->file->max_characters = n;
        }
      else if (quarry_json_equal (name, length, "unk_id")
               && quarry_json_reader_peek (reader) == QUARRY_JSON_NUMBER)
        self->has_unknown_id = quarry_json_reader_integer (reader, G_MAXUINT32, &self->unknown_id);
      else if (quarry_json_equal (name, length, "byte_fallback"))
        {
          flag = 0;
          quarry_json_reader_flag (reader, &flag);
          self->file->byte_fallback = flag == 1;
        }
      else if (quarry_json_equal (name, length, "ignore_merges"))
        {
          flag = 0;
          quarry_json_reader_flag (reader, &flag);
          self->file->whole_first = flag == 1;
        }
      else if (quarry_json_equal (name, length, "merges"))
        read_merges (self);
      else if (quarry_json_equal (name, length, "end_of_word_suffix"))
        read_affix (self);
      else if (quarry_json_equal (name, length, "vocab")
               && quarry_vocabulary_get_n_tokens (self->file->vocabulary) > 0)
        quarry_json_reader_fail (reader, "two vocabularies");
      else if (quarry_json_equal (name, length, "vocab")
               && quarry_json_reader_peek (reader) == QUARRY_JSON_ARRAY)
        read_vocabulary_list (self);
      else if (quarry_json_equal (name, length, "vocab"))
        read_vocabulary_map (self);
      else
        quarry_json_reader_skip (reader);
    }
}

/* Tokens in addition to those of the model. They have rows, but never result from text. */
static void
read_added_tokens (Parser *self)
{
  QuarryJsonReader *reader = &self->reader;
  const char *name;
  gsize length;

  quarry_json_reader_enter_array (reader);
  while (quarry_json_reader_next_item (reader))
    {
      quarry_json_reader_enter_object (reader);
      while (quarry_json_reader_next_member (reader, &name, &length))
        {
          guint64 id;

          if (!quarry_json_equal (name, length, "id"))
            quarry_json_reader_skip (reader);
          else if (quarry_json_reader_integer (reader, QUARRY_VOCABULARY_MAX_TOKENS - 1, &id))
            g_array_append_vals (self->added, &(guint32) { id }, 1);
        }
    }
}

static void
understand_model (Parser *self)
{
  QuarryTokenizerFile *file = self->file;
  gboolean is_list = self->vocabulary_is_list;

  if (!self->has_model || quarry_vocabulary_get_n_tokens (file->vocabulary) == 0)
    quarry_json_reader_fail (&self->reader, "no vocabulary");
  /* Older files omit the type where it follows from the other members. */
  else if (g_strcmp0 (self->model_type, "Unigram") == 0 || (self->model_type == NULL && is_list))
    {
      file->kind = QUARRY_TOKENIZE_UNIGRAM;
      if (!is_list)
        quarry_json_reader_fail (&self->reader, "a Unigram vocabulary without scores");
      if (self->has_unknown_id && self->unknown_id >= file->scores->len)
        quarry_json_reader_fail (&self->reader, "an unknown token outside of the vocabulary");
      file->unknown = self->has_unknown_id ? self->unknown_id : QUARRY_NO_TOKEN;
    }
  else if (is_list)
    quarry_json_reader_fail (&self->reader, "a list of scored tokens for another kind of model");
  else if (g_strcmp0 (self->model_type, "WordPiece") == 0
           || (self->model_type == NULL && file->continuing != NULL))
    {
      file->kind = QUARRY_TOKENIZE_WORDPIECE;
      if (file->continuing == NULL)
        file->continuing = g_strdup ("##");
    }
  else if (g_strcmp0 (self->model_type, "WordLevel") == 0)
    file->kind = QUARRY_TOKENIZE_WORD_LEVEL;
  else if (g_strcmp0 (self->model_type, "BPE") == 0
           || (self->model_type == NULL && self->merges->len > 0))
    {
      file->kind = QUARRY_TOKENIZE_BPE;
      if (self->affixes || (file->continuing != NULL && *file->continuing != '\0'))
        say_unsupported (self, "the BPE option", "end_of_word_suffix");
    }
  else
    say_unsupported (self, "the tokenizer", self->model_type != NULL ? self->model_type : "?");
}

static gboolean
take_merges (Parser *self)
{
  self->file->bpe = quarry_bpe_new (self->file->vocabulary);
  for (guint i = 0; i + 1 < self->merges->len; i += 2)
    {
      const char *left = self->merges->pdata[i], *right = self->merges->pdata[i + 1];

      if (!quarry_bpe_add_merge (self->file->bpe, left, strlen (left), right, strlen (right)))
        return FALSE;
    }

  return TRUE;
}

static void
finish (Parser *self)
{
  QuarryTokenizerFile *file = self->file;

  understand_model (self);
  if (quarry_json_reader_get_fault (&self->reader, NULL) != NULL || self->unsupported != NULL)
    return;
  for (guint i = 0; i < self->added->len; i++)
    {
      guint32 id = g_array_index (self->added, guint32, i);

      if (id >= quarry_vocabulary_get_n_tokens (file->vocabulary))
        quarry_vocabulary_add (file->vocabulary, id, "", 0);
    }
  if (!quarry_vocabulary_seal (file->vocabulary))
    quarry_json_reader_fail (&self->reader, "a token that is there twice");
  else if (file->kind == QUARRY_TOKENIZE_BPE && !take_merges (self))
    quarry_json_reader_fail (&self->reader, "a merge of what are no tokens");
  else if (file->kind != QUARRY_TOKENIZE_UNIGRAM && self->unknown_token != NULL)
    file->unknown = quarry_vocabulary_find (
        file->vocabulary, self->unknown_token, strlen (self->unknown_token));
}

static void
read_top (Parser *self)
{
  QuarryJsonReader *reader = &self->reader;
  const char *name;
  gsize length;

  quarry_json_reader_enter_object (reader);
  while (quarry_json_reader_next_member (reader, &name, &length))
    {
      gboolean is_normalizer = quarry_json_equal (name, length, "normalizer");

      if (is_normalizer || quarry_json_equal (name, length, "pre_tokenizer"))
        {
          if (quarry_json_reader_peek (reader) == QUARRY_JSON_NULL)
            quarry_json_reader_skip (reader);
          else
            quarry_tokenizer_steps_read (self->file, reader, is_normalizer, &self->unsupported);
        }
      else if (quarry_json_equal (name, length, "model"))
        read_model (self);
      else if (quarry_json_equal (name, length, "added_tokens"))
        read_added_tokens (self);
      else
        quarry_json_reader_skip (reader);
    }
  if (quarry_json_reader_end (reader))
    finish (self);
}

QuarryTokenizerFile *
quarry_tokenizer_file_parse (const char *text, gsize length, const char *path, GError **error)
{
  g_autoptr (QuarryTokenizerFile) file = g_new0 (QuarryTokenizerFile, 1);
  Parser parser = { .file = file };
  const char *fault;
  gsize byte;

  file->normalizers = g_array_new (FALSE, FALSE, sizeof (QuarryNormalizeStep));
  g_array_set_clear_func (file->normalizers, step_clear);
  file->splits = g_array_new (FALSE, FALSE, sizeof (QuarrySplit));
  g_array_set_clear_func (file->splits, split_clear);
  file->scores = g_array_new (FALSE, FALSE, sizeof (double));
  file->vocabulary = quarry_vocabulary_new (length / 3);
  file->max_characters = 100;
  file->unknown = QUARRY_NO_TOKEN;
  parser.merges = g_ptr_array_new_with_free_func (g_free);
  parser.added = g_array_new (FALSE, FALSE, sizeof (guint32));

  quarry_json_reader_init (&parser.reader, text, length);
  read_top (&parser);
  fault = quarry_json_reader_get_fault (&parser.reader, &byte);
  if (fault != NULL)
    g_set_error (error,
                 QUARRY_EMBED_ERROR,
                 QUARRY_EMBED_ERROR_DAMAGED,
                 _ ("The tokenizer file “%s” is damaged: %s (at byte %u)"),
                 path,
                 fault,
                 (guint) MIN (byte, G_MAXUINT));
  else if (parser.unsupported != NULL)
    g_set_error (error,
                 QUARRY_EMBED_ERROR,
                 QUARRY_EMBED_ERROR_UNSUPPORTED,
                 _ ("The tokenizer file “%s” needs what Quarry cannot run: %s"),
                 path,
                 parser.unsupported);
  quarry_json_reader_clear (&parser.reader);
  g_array_unref (parser.added);
  g_ptr_array_unref (parser.merges);
  g_free (parser.model_type);
  g_free (parser.unknown_token);
  if (fault != NULL || parser.unsupported != NULL)
    {
      g_free (parser.unsupported);
      return NULL;
    }
  return g_steal_pointer (&file);
}
