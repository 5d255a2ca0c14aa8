/* quarry-lexicon.c: chooses the tokens of a new model: words, and pieces for all other words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-lexicon.h"

#include <math.h>
#include <string.h>

#include "core/embed/quarry-pieces.h"
#include "core/embed/quarry-tokenizer-file.h"

#define MARK QUARRY_METASPACE
#define MARK_LENGTH 3

/* The most frequent words, up to this rank, are always tokens and never cut, so the pieces are not learned from
 * them. */
#define FIRST_CUT_RANK 10000
#define MIN_WORD_COUNT 3
#define WORD_POWER .75
#define N_SEEDS 60000
#define MAX_PIECE_CHARACTERS 10
#define KEEP .6
#define EM_STEPS 2
/* Rarer characters are treated as unknown. */
#define MIN_CHARACTER_WEIGHT 30
/* How much the score of a word exceeds that of its best cut into pieces. */
#define WORD_MARGIN .01

typedef struct
{
  char *bytes;
  gsize length;
  double score;
  gboolean single; /* a single character, with or without the mark: never pruned */
} Token;

static void
token_clear (gpointer data)
{
  g_free (((Token *) data)->bytes);
}

static GArray *
token_array_new (void)
{
  GArray *array = g_array_new (FALSE, FALSE, sizeof (Token));

  g_array_set_clear_func (array, token_clear);
  return array;
}

/* The number of characters of a piece, not counting its mark. */
static guint
count_characters (const char *bytes, gsize length)
{
  guint n = 0;

  if (length >= MARK_LENGTH && memcmp (bytes, MARK, MARK_LENGTH) == 0)
    {
      bytes += MARK_LENGTH;
      length -= MARK_LENGTH;
    }
  for (gsize i = 0; i < length; i++)
    n += ((guchar) bytes[i] & 0xc0) != 0x80;
  return n;
}

static double
seed_key (const char *bytes, gsize length, double count)
{
  return count * count_characters (bytes, length);
}

static double
prune_key (const char *bytes, gsize length, double count)
{
  guint n = count_characters (bytes, length);

  return n > 0 ? count * (n - 1) : 0;
}

/* Counts all substrings of a marked word that could be pieces. */
static void
count_substrings (QuarryCounter *counter, const char *word, gsize length, double weight)
{
  for (gsize start = 0; start < length; start++)
    {
      guint64 hash = QUARRY_HASH_START;
      guint n = 0;
      gsize end = start;

      if (((guchar) word[start] & 0xc0) == 0x80)
        continue;
      if (start == 0)
        for (; end < MARK_LENGTH; end++)
          hash = quarry_hash_byte (hash, word[end]);
      while (end < length && n < MAX_PIECE_CHARACTERS)
        {
          do
            hash = quarry_hash_byte (hash, word[end++]);
          while (end < length && ((guchar) word[end] & 0xc0) == 0x80);
          n++;
          quarry_counter_add_hashed (counter, hash, word + start, end - start, weight);
        }
    }
}

/* The best @n of @counter by @key, and all single characters; their scores are the logarithms of their shares. */
static GArray *
choose (QuarryCounter *counter, QuarryCountKey key, guint n)
{
  g_autoptr (GPtrArray) sorted = quarry_counter_sort (counter, key);
  GArray *chosen = token_array_new ();
  double sum = 0;
  guint n_others = 0;

  for (guint i = 0; i < sorted->len; i++)
    {
      const QuarryCount *count = sorted->pdata[i];
      const char *bytes = quarry_counter_get_bytes (counter, count);
      Token token = { NULL, count->length, count->count };

      token.single = count_characters (bytes, count->length) == 1;
      if (token.single ? count->count < MIN_CHARACTER_WEIGHT : n_others >= n)
        continue;
      n_others += !token.single;
      token.bytes = g_strndup (bytes, count->length);
      sum += count->count;
      g_array_append_val (chosen, token);
    }
  for (guint i = 0; i < chosen->len; i++)
    {
      Token *token = &g_array_index (chosen, Token, i);

      token->score = log (token->score / sum);
    }
  return chosen;
}

static QuarryVocabulary *
index_tokens (GArray *tokens, double **scores)
{
  QuarryVocabulary *vocabulary = quarry_vocabulary_new (0);

  *scores = g_new (double, tokens->len);
  for (guint i = 0; i < tokens->len; i++)
    {
      const Token *token = &g_array_index (tokens, Token, i);

      quarry_vocabulary_add (vocabulary, i, token->bytes, token->length);
      (*scores)[i] = token->score;
    }
  quarry_vocabulary_seal (vocabulary);
  return vocabulary;
}

#define UNKNOWN_SCORE -30

/* How often each token is used when every word is cut in its best way. */
static QuarryCounter *
count_uses (GArray *tokens, GArray *words)
{
  g_autofree double *scores = NULL;
  g_autoptr (QuarryVocabulary) vocabulary = index_tokens (tokens, &scores);
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
  QuarryCounter *counter = quarry_counter_new ();

  /* Single characters are kept even if unused, with the lowest count. */
  for (guint i = 0; i < tokens->len; i++)
    {
      const Token *token = &g_array_index (tokens, Token, i);

      if (token->single)
        quarry_counter_add (counter, token->bytes, token->length, MIN_CHARACTER_WEIGHT);
    }
  for (guint i = 0; i < words->len; i++)
    {
      const Token *word = &g_array_index (words, Token, i);

      g_array_set_size (pieces, 0);
      quarry_pieces_unigram (vocabulary, scores, NULL, UNKNOWN_SCORE, word->bytes, word->length, pieces);
      for (guint j = 0; j < pieces->len; j++)
        {
          const Token *token
              = &g_array_index (tokens, Token, g_array_index (pieces, QuarryPiece, j).id);

          quarry_counter_add (counter, token->bytes, token->length, word->score);
        }
    }
  return counter;
}

static GArray *
learn_pieces (GArray *words, guint n_pieces)
{
  g_autoptr (QuarryCounter) substrings = quarry_counter_new ();
  GArray *tokens;
  guint n = N_SEEDS;

  for (guint i = 0; i < words->len; i++)
    {
      const Token *word = &g_array_index (words, Token, i);

      count_substrings (substrings, word->bytes, word->length, word->score);
    }
  tokens = choose (substrings, seed_key, n);
  while (n > n_pieces)
    {
      n = MAX (n_pieces, (guint) (KEEP * n));
      for (guint step = 0; step < EM_STEPS; step++)
        {
          g_autoptr (QuarryCounter) uses = count_uses (tokens, words);

          g_array_unref (tokens);
          tokens = choose (uses, prune_key, step + 1 < EM_STEPS ? G_MAXUINT : n);
        }
    }
  {
    g_autoptr (QuarryCounter) uses = count_uses (tokens, words);

    g_array_unref (tokens);
    tokens = choose (uses, prune_key, G_MAXUINT);
  }
  return tokens;
}

static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  const Token *one = a, *other = b;

  if (one->length != other->length)
    return one->length < other->length ? -1 : 1;
  return memcmp (one->bytes, other->bytes, one->length);
}

/* The words, with the scores that they have as pieces (@pieces, @scores; -∞ where they are none). */
static GArray *
take_words (GPtrArray *sorted, QuarryCounter *counter, guint n_words, QuarryVocabulary *pieces, const double *scores)
{
  GArray *tokens = token_array_new ();

  for (guint i = 0; i < n_words; i++)
    {
      const QuarryCount *count = sorted->pdata[i];
      Token token
          = { g_strdup_printf (
                  MARK "%.*s", (int) count->length, quarry_counter_get_bytes (counter, count)),
              MARK_LENGTH + count->length,
              -HUGE_VAL };
      guint32 piece = quarry_vocabulary_find (pieces, token.bytes, token.length);

      if (piece != QUARRY_NO_TOKEN)
        token.score = scores[piece];
      g_array_append_val (tokens, token);
    }
  return tokens;
}

/* Adds the pieces that are not words. Returns the least score of a piece. */
static double
add_pieces (GArray *tokens, const GArray *pieces)
{
  guint n_words = tokens->len;
  double least = 0;

  for (guint i = 0; i < pieces->len; i++)
    {
      const Token *piece = &g_array_index (pieces, Token, i);
      Token token = { NULL, piece->length, piece->score };
      gboolean word = FALSE;

      least = MIN (least, piece->score);
      /* A piece that is also a word has its place among the words already. */
      if (memcmp (piece->bytes, MARK, MIN (MARK_LENGTH, piece->length)) == 0)
        for (guint j = 0; j < n_words && !word; j++)
          {
            const Token *other = &g_array_index (tokens, Token, j);

            word = other->length == piece->length
                   && memcmp (other->bytes, piece->bytes, piece->length) == 0;
          }
      if (word)
        continue;
      token.bytes = g_strndup (piece->bytes, piece->length);
      g_array_append_val (tokens, token);
    }
  return least;
}

/* The sum of the scores of the best cut of a word into other tokens; @least where they do not cover it. @id: its own
 * number, which is left out. @cut: working memory. */
static double
score_parts (QuarryVocabulary *vocabulary, double *scores, double least, const Token *word, guint id, GArray *cut)
{
  double own = scores[id], sum = 0;
  gsize covered = 0;

  g_array_set_size (cut, 0);
  scores[id] = -HUGE_VAL;
  quarry_pieces_unigram (vocabulary, scores, NULL, -1e6, word->bytes, word->length, cut);
  scores[id] = own;
  for (guint i = 0; i < cut->len; i++)
    {
      const QuarryPiece *piece = &g_array_index (cut, QuarryPiece, i);

      sum += scores[piece->id];
      covered += piece->end - piece->start;
    }
  return covered < word->length ? least : sum;
}

/* Computes the scores of the words, shorter ones first, since the best cut of a word may contain a shorter word. In the
 * result, the words come before the pieces. */
static GArray *
join_words (GPtrArray *sorted, QuarryCounter *counter, guint n_words, GArray *pieces)
{
  g_autofree double *piece_scores = NULL;
  g_autoptr (QuarryVocabulary) piece_index = index_tokens (pieces, &piece_scores);
  GArray *tokens = take_words (sorted, counter, n_words, piece_index, piece_scores);
  double least = add_pieces (tokens, pieces);
  g_autofree double *scores = NULL;
  g_autoptr (QuarryVocabulary) vocabulary = index_tokens (tokens, &scores);
  g_autoptr (GArray) by_length = g_array_new (FALSE, FALSE, sizeof (Token));
  g_autoptr (GArray) cut = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));

  /* Sort the words by length together with their numbers, which are kept in `score` in the meantime. */
  for (guint i = 0; i < n_words; i++)
    {
      Token token = g_array_index (tokens, Token, i);

      token.score = i;
      g_array_append_val (by_length, token);
    }
  g_array_sort (by_length, compare_lengths);
  for (guint i = 0; i < by_length->len; i++)
    {
      const Token *word = &g_array_index (by_length, Token, i);
      guint id = word->score;
      double parts = score_parts (vocabulary, scores, least, word, id, cut);

      scores[id] = MAX (scores[id], parts + WORD_MARGIN);
    }
  for (guint i = 0; i < tokens->len; i++)
    g_array_index (tokens, Token, i).score = scores[i];
  return tokens;
}

static void
append_json_string (GString *json, const char *string, gssize length)
{
  gsize n = length < 0 ? strlen (string) : (gsize) length;

  g_string_append_c (json, '"');
  for (gsize i = 0; i < n; i++)
    {
      if (string[i] == '"' || string[i] == '\\')
        g_string_append_c (json, '\\');
      g_string_append_c (json, string[i]);
    }
  g_string_append_c (json, '"');
}

/* Describes how Quarry normalizes and breaks words, in the terms of tokenizer.json, for other programs. Letters that
 * have no decomposition in Unicode are listed, as core/document folds them. */
static void
append_head (GString *json)
{
  static const char *letters[][2]
      = { { "æ", "ae" }, { "ð", "d" }, { "đ", "d" },  { "ø", "o" }, { "þ", "th" }, { "ħ", "h" },
          { "ı", "i" },  { "ł", "l" }, { "œ", "oe" }, { "ŧ", "t" }, { "ß", "ss" }, { "ς", "σ" } };

  g_string_append (json,
                   "{\"version\":\"1.0\",\"truncation\":null,\"padding\":null,\n"
                   "\"added_tokens\":[{\"id\":0,\"content\":\"<unk>\",\"single_word\":false,"
                   "\"lstrip\":false,\"rstrip\":false,\"normalized\":false,\"special\":true}],\n"
                   "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[{\"type\":\"NFKD\"},"
                   "{\"type\":\"StripAccents\"},{\"type\":\"Lowercase\"}");
  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    g_string_append_printf (
        json,
        ",\n{\"type\":\"Replace\",\"pattern\":{\"String\":\"%s\"},\"content\":\"%s\"}",
        letters[i][0],
        letters[i][1]);
  g_string_append (json, ",\n{\"type\":\"Replace\",\"pattern\":{\"Regex\":");
  append_json_string (json, QUARRY_POSSESSIVE_PATTERN, -1);
  g_string_append (json,
                   "},\"content\":\"\"}]},\n"
                   "\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":["
                   "{\"type\":\"Split\",\"pattern\":{\"Regex\":");
  append_json_string (json, QUARRY_WORDS_PATTERN, -1);
  g_string_append (json,
                   "},\"behavior\":\"Removed\",\"invert\":false},"
                   "{\"type\":\"Metaspace\",\"replacement\":\"" MARK "\","
                   "\"prepend_scheme\":\"always\",\"split\":true}]},\n"
                   "\"post_processor\":null,\n\"decoder\":null,\n"
                   "\"model\":{\"type\":\"Unigram\",\"unk_id\":0,\"byte_fallback\":false,"
                   "\"vocab\":[\n[\"<unk>\",0]");
}

gboolean
quarry_lexicon_write (QuarryCounter *words,
                      const QuarryLexiconSettings *settings,
                      const char *path,
                      GError **error)
{
  g_autoptr (GPtrArray) sorted = quarry_counter_sort (words, NULL);
  g_autoptr (GArray) rare = token_array_new ();
  g_autoptr (GArray) pieces = NULL;
  g_autoptr (GArray) tokens = NULL;
  g_autoptr (GString) json = g_string_new (NULL);
  guint n_words = MIN (settings->n_words, sorted->len);

  for (guint i = MIN (FIRST_CUT_RANK, sorted->len / 4); i < sorted->len; i++)
    {
      const QuarryCount *count = sorted->pdata[i];
      Token word = { NULL, MARK_LENGTH + count->length, pow (count->count, WORD_POWER) };

      if (count->count < MIN_WORD_COUNT)
        break;
      word.bytes = g_strdup_printf (
          MARK "%.*s", (int) count->length, quarry_counter_get_bytes (words, count));
      g_array_append_val (rare, word);
    }
  pieces = learn_pieces (rare, settings->n_pieces);
  tokens = join_words (sorted, words, n_words, pieces);

  append_head (json);
  for (guint i = 0; i < tokens->len; i++)
    {
      const Token *token = &g_array_index (tokens, Token, i);
      char score[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append (json, ",\n[");
      append_json_string (json, token->bytes, token->length);
      g_string_append_printf (
          json, ",%s]", g_ascii_formatd (score, sizeof score, "%.4f", token->score));
    }
  g_string_append (json, "\n]}}\n");
  return g_file_set_contents (path, json->str, json->len, error);
}
