/* quarry-tokenizer.c: converts text to tokens as a model's tokenizer.json describes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words of Quarry's own are looked up several at a time, and are cut into pieces only if they are not tokens. Text of
 * other tokenizers goes through quarry_normalize(), and each piece through the algorithm of the model.
 */
#include "core/embed/quarry-tokenizer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/embed/quarry-model-map.h"
#include "core/embed/quarry-normalize.h"
#include "core/embed/quarry-pieces.h"

#define MARK_LENGTH 3 /* of QUARRY_METASPACE */
#define UNKNOWN_PENALTY 10

struct _QuarryTokenizer
{
  GBytes *bytes;
  QuarryTokenizerFile *file;
  double unknown_score;
  QuarryGreatestScores greatest; /* only of a Unigram model */
  gboolean own_words; /* uses the words of quarry-words.h */
  guint64 mark_hash;  /* hash of the bytes of QUARRY_METASPACE */
};

/* The working memory of a run. */
typedef struct
{
  QuarryTokenizer *tokenizer;
  GArray *pieces; /* of QuarryPiece */
  GString *word;
  GArray *tokens;
} Run;

void
quarry_tokenizer_free (QuarryTokenizer *self)
{
  g_clear_pointer (&self->file, quarry_tokenizer_file_free);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static gboolean
check_own_words (QuarryTokenizer *self, const char *path, GError **error)
{
  const GArray *splits = self->file->splits;

  for (guint i = 0; i < splits->len; i++)
    if (g_array_index (splits, QuarrySplit, i).kind == QUARRY_SPLIT_WORDS)
      self->own_words = TRUE;
  if (!self->own_words)
    return TRUE;
  if (splits->len == 2 && g_array_index (splits, QuarrySplit, 0).kind == QUARRY_SPLIT_WORDS
      && g_array_index (splits, QuarrySplit, 1).kind == QUARRY_SPLIT_METASPACE
      && self->file->prepend == QUARRY_PREPEND_ALWAYS
      && self->file->kind == QUARRY_TOKENIZE_UNIGRAM)
    return TRUE;
  g_set_error (error,
               QUARRY_EMBED_ERROR,
               QUARRY_EMBED_ERROR_UNSUPPORTED,
               _ ("The tokenizer file “%s” needs what Quarry cannot run: %s"),
               path,
               QUARRY_WORDS_PATTERN);
  return FALSE;
}

QuarryTokenizer *
quarry_tokenizer_load (const char *path, GError **error)
{
  g_autoptr (QuarryTokenizer) self = g_new0 (QuarryTokenizer, 1);
  double least = 0;
  const char *text;
  gsize length;

  self->bytes = quarry_model_map (path, error);
  if (self->bytes == NULL)
    return NULL;
  text = g_bytes_get_data (self->bytes, &length);
  self->file = quarry_tokenizer_file_parse (text, length, path, error);
  if (self->file == NULL || !check_own_words (self, path, error))
    return NULL;

  for (guint i = 0; i < self->file->scores->len; i++)
    least = MIN (least, g_array_index (self->file->scores, double, i));
  self->unknown_score = least - UNKNOWN_PENALTY;
  if (self->file->kind == QUARRY_TOKENIZE_UNIGRAM)
    quarry_pieces_find_greatest (self->file->vocabulary, (gconstpointer) self->file->scores->data,
                                 self->file->scores->len, &self->greatest);
  self->mark_hash = QUARRY_HASH_START;
  for (guint i = 0; i < MARK_LENGTH; i++)
    self->mark_hash = quarry_hash_byte (self->mark_hash, QUARRY_METASPACE[i]);
  return g_steal_pointer (&self);
}

guint
quarry_tokenizer_get_n_tokens (QuarryTokenizer *self)
{
  return quarry_vocabulary_get_n_tokens (self->file->vocabulary);
}

GBytes *
quarry_tokenizer_get_file (QuarryTokenizer *self)
{
  return self->bytes;
}

gboolean
quarry_tokenizer_breaks_words (QuarryTokenizer *self)
{
  return self->own_words;
}

/* Words with the mark before them. Several are looked up together, so that their memory accesses overlap instead of
 * each waiting for the one before. */
#define GROUP 16
#define GROUP_LENGTH 64

typedef struct
{
  guint n;
  char words[GROUP][GROUP_LENGTH];
  guint8 lengths[GROUP];
  guint64 hashes[GROUP];
  QuarrySpan spans[GROUP];
} Group;

/* Whether a word that is a token (after its mark) is a single letter that says nothing by itself: one beyond ASCII, but
 * for the Greek ones that formulas use. (η and ο are articles.) */
static gboolean
is_mute_letter (const char *word, gsize length)
{
  const char *letter = word + MARK_LENGTH;
  gunichar character;

  if ((guchar) *letter < 0x80 || length - MARK_LENGTH != (gsize) g_utf8_skip[(guchar) *letter])
    return FALSE;
  character = g_utf8_get_char (letter);
  return character < 0x3b1 || character > 0x3c9 || character == 0x3b7 || character == 0x3bf;
}

/* Whether a word of a script that the model does not know was cut: into single letters, some of which may be missing.
 * They say nothing of the word, but would make all texts of that script alike. */
static gboolean
is_spelt (const char *word, gsize length, const GArray *pieces)
{
  gboolean is_ascii = TRUE;

  for (gsize i = MARK_LENGTH; i < length && is_ascii; i++)
    is_ascii = (guchar) word[i] < 0x80;
  for (guint i = 0; i < pieces->len && !is_ascii; i++)
    {
      const QuarryPiece *piece = &g_array_index (pieces, QuarryPiece, i);
      gsize start = MAX (piece->start, MARK_LENGTH);

      if (piece->end > start && piece->end - start > (gsize) g_utf8_skip[(guchar) word[start]])
        return FALSE;
    }
  return !is_ascii;
}

static void
cut_word (Run *run, const char *word, gsize length, QuarrySpan span)
{
  QuarryTokenizer *self = run->tokenizer;
  guint n = run->tokens->len;

  g_array_set_size (run->pieces, 0);
  quarry_pieces_unigram (self->file->vocabulary,
                         (gconstpointer) self->file->scores->data,
                         &self->greatest,
                         self->unknown_score,
                         word,
                         length,
                         run->pieces);
  if (is_spelt (word, length, run->pieces))
    return;
  g_array_set_size (run->tokens, n + run->pieces->len);
  for (guint i = 0; i < run->pieces->len; i++)
    {
      QuarryToken token = { g_array_index (run->pieces, QuarryPiece, i).id, span };

      if (token.id != self->file->unknown)
        g_array_index (run->tokens, QuarryToken, n++) = token;
    }
  g_array_set_size (run->tokens, n);
}

static void
flush_group (Run *run, Group *group)
{
  QuarryVocabulary *vocabulary = run->tokenizer->file->vocabulary;
  QuarryToken found[GROUP];
  guint n = 0;

  for (guint i = 0; i < group->n; i++)
    {
      guint32 id = quarry_vocabulary_find_hashed (
          vocabulary, group->hashes[i], group->words[i], group->lengths[i]);

      if (id != QUARRY_NO_TOKEN)
        {
          if (!is_mute_letter (group->words[i], group->lengths[i]))
            found[n++] = (QuarryToken) { id, group->spans[i] };
          continue;
        }
      g_array_append_vals (run->tokens, found, n);
      n = 0;
      cut_word (run, group->words[i], group->lengths[i], group->spans[i]);
    }
  g_array_append_vals (run->tokens, found, n);
  group->n = 0;
}

static void
run_word (Run *run, Group *group, const char *folded, gsize length, QuarrySpan span)
{
  QuarryTokenizer *self = run->tokenizer;
  guint64 hash = self->mark_hash;
  char *word;

  if (length > GROUP_LENGTH - MARK_LENGTH)
    {
      flush_group (run, group);
      g_string_assign (run->word, QUARRY_METASPACE);
      g_string_append_len (run->word, folded, length);
      /* The word is too long for a group, but may still be a token; cut_word() finds that, as the best cut. */
      cut_word (run, run->word->str, run->word->len, span);
      return;
    }
  word = group->words[group->n];
  memcpy (word, QUARRY_METASPACE, MARK_LENGTH);
  for (gsize i = 0; i < length; i++)
    {
      word[MARK_LENGTH + i] = folded[i];
      hash = quarry_hash_byte (hash, folded[i]);
    }
  quarry_vocabulary_prefetch (self->file->vocabulary, hash);
  group->lengths[group->n] = MARK_LENGTH + length;
  group->hashes[group->n] = hash;
  group->spans[group->n] = span;
  if (++group->n == GROUP)
    flush_group (run, group);
}

static void
run_own_words (Run *run, const char *text, gsize length)
{
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  gsize folded_length;
  QuarrySpan span;
  Group group;

  group.n = 0;
  quarry_words_init (&words, text, length);
  while (quarry_words_next (&words, &span, &folded, &folded_length))
    run_word (run, &group, folded, folded_length, span);
  flush_group (run, &group);
}

static void
append_whole (QuarryTokenizer *self, const char *piece, gsize length, GArray *pieces)
{
  QuarryPiece whole = { quarry_vocabulary_find (self->file->vocabulary, piece, length), 0, length };

  if (whole.id != QUARRY_NO_TOKEN)
    g_array_append_val (pieces, whole);
}

/* What is not covered by any piece becomes one token for each byte. */
static void
fall_back_to_bytes (QuarryTokenizer *self, const char *piece, gsize length, GArray *pieces)
{
  g_autoptr (GArray) all = NULL;
  gsize covered = 0;

  for (guint i = 0; i < pieces->len; i++)
    covered += g_array_index (pieces, QuarryPiece, i).end - g_array_index (pieces, QuarryPiece, i).start;
  if (covered == length)
    return;
  all = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
  for (guint i = 0, at = 0; at < length; at++)
    {
      char name[8];
      QuarryPiece byte = { 0, at, at + 1 };

      if (i < pieces->len && g_array_index (pieces, QuarryPiece, i).start == at)
        {
          g_array_append_val (all, g_array_index (pieces, QuarryPiece, i));
          at = g_array_index (pieces, QuarryPiece, i++).end - 1;
          continue;
        }
      g_snprintf (name, sizeof name, "<0x%02X>", (guchar) piece[at]);
      byte.id = quarry_vocabulary_find (self->file->vocabulary, name, strlen (name));
      if (byte.id != QUARRY_NO_TOKEN)
        g_array_append_val (all, byte);
    }
  g_array_set_size (pieces, 0);
  g_array_append_vals (pieces, all->data, all->len);
}

/* Cuts one piece of normalized text into tokens by the model's algorithm. */
static void
run_piece (const char *piece, gsize length, const QuarrySpan *spans, gpointer data)
{
  Run *run = data;
  QuarryTokenizer *self = run->tokenizer;
  QuarryTokenizerFile *file = self->file;

  g_array_set_size (run->pieces, 0);
  switch (file->kind)
    {
    case QUARRY_TOKENIZE_UNIGRAM:
      quarry_pieces_unigram (file->vocabulary,
                             (gconstpointer) file->scores->data,
                             &self->greatest,
                             self->unknown_score,
                             piece,
                             length,
                             run->pieces);
      break;
    case QUARRY_TOKENIZE_WORDPIECE:
      if (g_utf8_strlen (piece, length) <= (glong) file->max_characters)
        quarry_pieces_greedy (file->vocabulary, file->continuing, piece, length, run->pieces);
      break;
    case QUARRY_TOKENIZE_BPE:
      if (file->whole_first)
        append_whole (self, piece, length, run->pieces);
      if (run->pieces->len == 0)
        quarry_bpe_run (file->bpe, piece, length, run->pieces);
      break;
    case QUARRY_TOKENIZE_WORD_LEVEL:
    default:
      append_whole (self, piece, length, run->pieces);
      break;
    }
  if (file->byte_fallback)
    fall_back_to_bytes (self, piece, length, run->pieces);
  for (guint i = 0; i < run->pieces->len; i++)
    {
      const QuarryPiece *found = &g_array_index (run->pieces, QuarryPiece, i);
      QuarryToken token = { found->id, { spans[found->start].start, spans[found->end - 1].end } };

      if (token.id != file->unknown)
        g_array_append_val (run->tokens, token);
    }
}

void
quarry_tokenizer_run (QuarryTokenizer *self, const char *text, gsize length, GArray *tokens)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
  g_autoptr (GString) word = g_string_new (NULL);
  Run run = { self, pieces, word, tokens };

  if (self->own_words)
    run_own_words (&run, text, length);
  else
    quarry_normalize (self->file, text, length, run_piece, &run);
}

void
quarry_tokenizer_run_word (QuarryTokenizer *self, const char *folded, gsize length, GArray *tokens)
{
  g_autoptr (GArray) pieces = NULL;
  g_autofree char *many = NULL;
  char few[GROUP_LENGTH];
  char *word = few;
  QuarryToken token = { QUARRY_NO_TOKEN, { 0, 0 } };
  guint64 hash = self->mark_hash;

  g_return_if_fail (self->own_words);

  if (length > GROUP_LENGTH - MARK_LENGTH)
    word = many = g_malloc (MARK_LENGTH + length);
  memcpy (word, QUARRY_METASPACE, MARK_LENGTH);
  memcpy (word + MARK_LENGTH, folded, length);
  for (gsize i = 0; i < length && many == NULL; i++)
    hash = quarry_hash_byte (hash, folded[i]);
  /* As in run_word(), a word that is too long is not looked up as a whole. */
  if (many == NULL && (quarry_vocabulary_forecast (self->file->vocabulary, hash) & QUARRY_VOCABULARY_ENDS) != 0)
    token.id = quarry_vocabulary_find_hashed (self->file->vocabulary, hash, word, MARK_LENGTH + length);
  if (token.id != QUARRY_NO_TOKEN)
    {
      if (!is_mute_letter (word, MARK_LENGTH + length))
        g_array_append_val (tokens, token);
      return;
    }
  pieces = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
  cut_word (&(Run) { .tokenizer = self, .pieces = pieces, .tokens = tokens }, word, MARK_LENGTH + length,
            token.span);
}

/* Each form is looked up only once; the spans of its tokens hold the number of the form. */
static void
run_forms (Run *run, const QuarrySentenceWords *words, guint32 *first_tokens)
{
  GArray *tokens = run->tokens;
  guint32 next = 0;
  Group group;

  group.n = 0;
  for (guint32 i = 0; i < words->n_forms; i++)
    run_word (run, &group, words->forms[i].folded, words->forms[i].length, (QuarrySpan) { i, i });
  flush_group (run, &group);
  for (guint32 i = 0; i <= words->n_forms; i++)
    {
      while (next < tokens->len && g_array_index (tokens, QuarryToken, next).span.start < i)
        next++;
      first_tokens[i] = next;
    }
}

/* Appends the tokens of each word, which are those of its form: @found from of_forms[form] up to of_forms[form + 1]. */
static void
append_words (const GArray *found, const guint32 *of_forms, const QuarrySentenceWord *words, guint32 n, GArray *tokens)
{
  const QuarryToken *token = (const QuarryToken *) (gpointer) found->data;
  guint at = tokens->len, n_tokens = 0;
  guint32 *ids;

  for (guint32 w = 0; w < n; w++)
    n_tokens += of_forms[words[w].form + 1] - of_forms[words[w].form];
  g_array_set_size (tokens, at + n_tokens);
  ids = &g_array_index (tokens, guint32, at);
  for (guint32 w = 0; w < n; w++)
    for (guint32 t = of_forms[words[w].form]; t < of_forms[words[w].form + 1]; t++)
      *ids++ = token[t].id;
}

void
quarry_tokenizer_run_sentences (QuarryTokenizer *self,
                                const QuarrySentenceWords *words,
                                GArray *tokens,
                                guint32 *first_tokens)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
  g_autoptr (GString) word = g_string_new (NULL);
  g_autofree guint32 *of_forms = g_new (guint32, (gsize) words->n_forms + 1);
  Run run = { self, pieces, word, found };

  if (self->own_words)
    run_forms (&run, words, of_forms);
  for (guint i = 0; i < words->n; i++)
    {
      QuarrySpan sentence = words->sentences[i];

      first_tokens[i] = tokens->len;
      if (!self->own_words)
        {
          g_array_set_size (found, 0);
          quarry_normalize (self->file, words->text + sentence.start, sentence.end - sentence.start,
                            run_piece, &run);
          for (guint t = 0; t < found->len; t++)
            g_array_append_val (tokens, g_array_index (found, QuarryToken, t).id);
          continue;
        }
      append_words (found, of_forms, words->words + words->first_words[i],
                    words->first_words[i + 1] - words->first_words[i], tokens);
    }
  first_tokens[words->n] = tokens->len;
}
