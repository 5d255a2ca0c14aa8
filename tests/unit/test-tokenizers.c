/* test-tokenizers.c: text cut into the tokens of every kind of tokenizer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "core/embed/quarry-charsmap.h"
#include "core/embed/quarry-pieces.h"
#include "core/embed/quarry-tokenizer.h"
#include "model-helpers.h"

static void
assert_tokens (QuarryEmbedder *embedder, const char *text, guint n, const QuarryToken *expected)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  quarry_embedder_tokenize (embedder, text, -1, tokens);
  g_assert_cmpuint (tokens->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      const QuarryToken *token = &g_array_index (tokens, QuarryToken, i);

      g_assert_cmpuint (token->id, ==, expected[i].id);
      g_assert_cmpuint (token->span.start, ==, expected[i].span.start);
      g_assert_cmpuint (token->span.end, ==, expected[i].span.end);
    }
}

/* The tokens and sums of several sentences are those of each sentence by itself. */
static void
assert_sentences_agree (QuarryEmbedder *embedder, const char *text)
{
  const QuarrySpan spans[] = { { 0, 6 }, { 6, 6 }, { 6, 19 }, { 19, (guint32) strlen (text) } };
  const guint n = G_N_ELEMENTS (spans);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_new (text, spans, n);
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint32 first[G_N_ELEMENTS (spans) + 1];
  guint dims = quarry_embedder_get_dims (embedder);

  quarry_embedder_tokenize_sentences (embedder, words, ids, first);
  g_assert_cmpuint (first[0], ==, 0);
  g_assert_cmpuint (first[n], ==, ids->len);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
      g_autofree float *sum = g_new0 (float, dims);
      g_autofree float *expected = g_new0 (float, dims);

      quarry_embedder_tokenize (embedder, text + spans[i].start, spans[i].end - spans[i].start, tokens);
      g_assert_cmpuint (first[i + 1] - first[i], ==, tokens->len);
      for (guint t = 0; t < tokens->len; t++)
        g_assert_cmpuint (g_array_index (ids, guint32, first[i] + t), ==,
                          g_array_index (tokens, QuarryToken, t).id);
      quarry_embedder_accumulate (embedder, NULL, (const QuarryToken *) (gpointer) tokens->data,
                                  tokens->len, expected);
      quarry_embedder_accumulate_ids (embedder, NULL, &g_array_index (ids, guint32, first[i]),
                                      first[i + 1] - first[i], sum);
      g_assert_cmpmem (sum, dims * sizeof *sum, expected, dims * sizeof *expected);
    }
}

static void
test_words (FolderFixture *model, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;

  put_words_model (model);
  embedder = load (model);
  g_assert_cmpuint (quarry_embedder_get_dims (embedder), ==, 2);
  g_assert_cmpuint (quarry_embedder_get_n_tokens (embedder), ==, N_WORDS);
  g_assert_cmpuint (strlen (quarry_embedder_get_fingerprint (embedder)), ==, 64);

  /* Words of the vocabulary stay whole, "stonemasons" is cut into its best pieces, and "uvw" has no pieces at all. */
  assert_tokens (
      embedder, "Stóne's quarry.", 2, (QuarryToken[]){ { 1, { 0, 6 } }, { 2, { 9, 15 } } });
  assert_tokens (embedder,
                 "(stonemasons)",
                 3,
                 (QuarryToken[]){ { 1, { 1, 12 } }, { 5, { 1, 12 } }, { 6, { 1, 12 } } });
  assert_tokens (embedder, "", 0, NULL);
  assert_tokens (embedder, " \xff\xfe ", 0, NULL);

  assert_sentences_agree (embedder,
                          "Stone quarry stonemasons. Quarry uvw stone stone! stonemasonstonemasonstonemason"
                          "stonemasonstonemasonstonemasonstonemason a\u00e7b. \xff");
}

/* A model that was made from English text has single letters of other scripts, but no words of them. */
static void
test_other_scripts (FolderFixture *model, gconstpointer data)
{
  static const char vocabulary[] = "[\"<unk>\",0],[\"▁stone\",-1],[\"▁α\",-1],[\"▁в\",-1],[\"а\",-5],"
                                   "[\"б\",-5],[\"η\",-5],[\"ба\",-6],[\"▁η\",-5],[\"s\",-5]]}}";
  const char *end = strstr (words_tokenizer, "[\"<unk>\",0]");
  g_autofree char *tokenizer = g_strdup_printf ("%.*s%s", (int) (end - words_tokenizer), words_tokenizer, vocabulary);
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  put_words_model (model);
  put_text (model, "tokenizer.json", tokenizer);
  embedder = load (model);

  /* Neither a letter by itself nor a word that is all letters says anything, though each is a token. */
  assert_tokens (embedder, "в", 0, NULL);
  assert_tokens (embedder, "ваб αη аб η", 0, NULL);
  /* Some letters of a word may be no tokens at all. */
  assert_tokens (embedder, "абгд гбд", 0, NULL);
  /* A symbol does, and so do a piece of two letters, and ASCII. */
  assert_tokens (embedder, "α", 1, (QuarryToken[]){ { 2, { 0, 2 } } });
  assert_tokens (embedder, "вба", 2, (QuarryToken[]){ { 3, { 0, 6 } }, { 7, { 0, 6 } } });
  assert_tokens (embedder, "xs", 1, (QuarryToken[]){ { 9, { 0, 2 } } });
  quarry_embedder_tokenize_word (embedder, "в", strlen ("в"), tokens);
  quarry_embedder_tokenize_word (embedder, "ваб", strlen ("ваб"), tokens);
  g_assert_cmpuint (tokens->len, ==, 0);
  assert_sentences_agree (embedder, "stone в ваб α stone. αη вба в ваб stone xs");
}

static void
test_wordpiece (FolderFixture *model, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  float rows[9 * 2];

  fill (rows, G_N_ELEMENTS (rows));
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[9,2],\"data_offsets\":[0,72]}}",
               rows,
               sizeof rows);
  put_text (model, "tokenizer.json", bert_tokenizer);
  embedder = load (model);
  assert_tokens (
      embedder,
      "Stones,CAFÉ",
      4,
      (QuarryToken[]){ { 2, { 0, 5 } }, { 3, { 5, 6 } }, { 5, { 6, 7 } }, { 4, { 7, 12 } } });
  /* An ideograph is a word of its own, "stonex" cannot be cut into pieces, and "stonessss" is too long. */
  assert_tokens (embedder,
                 "stone日日 stonex\tstonessss",
                 3,
                 (QuarryToken[]){ { 2, { 0, 5 } }, { 6, { 5, 8 } }, { 6, { 8, 11 } } });
}

static void
test_unigram (FolderFixture *model, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  float rows[6 * 2];

  fill (rows, G_N_ELEMENTS (rows));
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[6,2],\"data_offsets\":[0,48]}}",
               rows,
               sizeof rows);
  put_text (model, "tokenizer.json", metaspace_tokenizer);
  embedder = load (model);
  assert_tokens (embedder, "Stones", 2, (QuarryToken[]){ { 1, { 0, 5 } }, { 2, { 5, 6 } } });
  /* The ligature becomes two letters, and "Q" is unknown and left out. */
  assert_tokens (
      embedder,
      "Qs  \xef\xac\x81",
      4,
      (QuarryToken[]){ { 3, { 0, 0 } }, { 2, { 1, 2 } }, { 3, { 4, 4 } }, { 4, { 4, 7 } } });
  g_assert_false (quarry_embedder_breaks_words (embedder));
  assert_sentences_agree (embedder, "Stone Stones  s a. fis, Stone\xff Stones Q.");
}

/* The score of the best cut of @word, by trying all cuts: the reference for the tokenizer's Viterbi search. */
static double
best_cut (QuarryVocabulary *vocabulary, const double *scores, const char *word, gsize length)
{
  double best = -HUGE_VAL;

  if (length == 0)
    return 0;
  for (gsize n = 1; n <= length; n++)
    {
      guint32 id = quarry_vocabulary_find (vocabulary, word, n);
      double rest = best_cut (vocabulary, scores, word + n, length - n);

      if (id != QUARRY_NO_TOKEN)
        best = MAX (best, scores[id] + rest);
      else if (n == 1)
        best = MAX (best, rest - 20);
    }
  return best;
}

static void
test_viterbi (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (QuarryVocabulary) vocabulary = quarry_vocabulary_new (0);
      g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (QuarryPiece));
      char tokens[30][4];
      double scores[30], sum = 0;
      QuarryGreatestScores greatest;
      char word[11] = { 0 };
      guint n = 0, covered = 0;

      for (guint i = 0; i < 30; i++)
        {
          char *token = memset (tokens[n], 0, sizeof tokens[n]);
          gsize length = g_test_rand_int_range (1, 4);
          gboolean taken = FALSE;

          for (gsize j = 0; j < length; j++)
            token[j] = "abc"[g_test_rand_int_range (0, 3)];
          for (guint k = 0; k < n && !taken; k++)
            taken = strcmp (tokens[k], token) == 0;
          if (taken)
            continue;
          scores[n] = -g_test_rand_double_range (1, 9);
          g_assert_true (quarry_vocabulary_add (vocabulary, n++, token, length));
        }
      g_assert_true (quarry_vocabulary_seal (vocabulary));
      for (guint i = 0; i < 10; i++)
        word[i] = "abcd"[g_test_rand_int_range (0, 4)];

      quarry_pieces_find_greatest (vocabulary, scores, n, &greatest);
      quarry_pieces_unigram (vocabulary, scores, &greatest, -20, word, 10, pieces);
      for (guint i = 0; i < pieces->len; i++)
        {
          const QuarryPiece *piece = &g_array_index (pieces, QuarryPiece, i);
          const char *token = tokens[piece->id];
          gsize length = strlen (token);

          g_assert_cmpmem (token, length, word + piece->start, piece->end - piece->start);
          g_assert_cmpuint (piece->start, >=, i > 0 ? piece[-1].end : 0);
          sum += scores[piece->id];
          covered += length;
        }
      sum -= 20 * (10 - covered);
      g_assert_cmpfloat_with_epsilon (sum, best_cut (vocabulary, scores, word, 10), 1e-9);
    }
}

/* A word of a megabyte is cut in linear time and memory, without losing any of it. */
static void
test_long_word (FolderFixture *model, gconstpointer data)
{
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  g_autofree char *text = g_strnfill (1 << 20, 's');

  put_words_model (model);
  embedder = load (model);
  quarry_embedder_tokenize (embedder, text, -1, tokens);
  g_assert_cmpuint (tokens->len, ==, 1 << 20);
}

/* Makes a map of characters from the units of its trie and its texts, which end with NUL each. */
static QuarryCharsmap *
make_charsmap (guint32 trie_length, const guint32 units[3], const char *texts, gsize texts_length)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  trie_length = GUINT32_TO_LE (trie_length);
  g_byte_array_append (bytes, (const guint8 *) &trie_length, 4);
  for (guint i = 0; i < 3; i++)
    g_byte_array_append (bytes, (const guint8 *) &(guint32) { GUINT32_TO_LE (units[i]) }, 4);
  g_byte_array_append (bytes, (const guint8 *) texts, (guint) texts_length);
  return quarry_charsmap_new (bytes->data, bytes->len);
}

static void
test_charsmap (void)
{
  /* "A" leads from the first unit to the second, whose value is in the third. */
#define FIRST (0x40u << 10)
#define SECOND (3u << 10 | 1u << 8 | 'A')
#define VALUE(v) (1u << 31 | (v))
  static const struct
  {
    guint32 units[3];
    const char *with; /* what "A" becomes; NULL: it stays */
  } maps[] = {
    { { FIRST, SECOND, VALUE (0) }, "bc" },
    { { FIRST, SECOND, VALUE (3) }, "é" },
    { { FIRST, SECOND, VALUE (5) }, "" },
    { { FIRST, SECOND, VALUE (6) }, "" },
    /* Values that point into a character and past the texts, offsets that point past the units (in both sizes), a
     * unit for another byte, for no byte, and one without a value. */
    { { FIRST, SECOND, VALUE (4) }, NULL },
    { { FIRST, SECOND, VALUE (7) }, NULL },
    { { FIRST, SECOND, VALUE (0x7fffffff) }, NULL },
    { { FIRST, SECOND | 0x1ffffcu << 10, VALUE (0) }, NULL },
    { { FIRST, SECOND | 1u << 9, VALUE (0) }, NULL },
    { { 0x1fffffu << 10, SECOND, VALUE (0) }, NULL },
    { { 0x1fffffu << 10 | 1u << 9, SECOND, VALUE (0) }, NULL },
    { { FIRST, SECOND + 1, VALUE (0) }, NULL },
    { { FIRST, SECOND | 1u << 31, VALUE (0) }, NULL },
    { { FIRST, SECOND & ~(1u << 8), VALUE (0) }, NULL },
  };
  g_autofree char *many = g_strnfill (1025, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (maps); i++)
    {
      g_autoptr (QuarryCharsmap) map = make_charsmap (12, maps[i].units, "bc\0é\0", 6);

      g_assert_nonnull (map);
      g_assert_cmpstr (quarry_charsmap_find (map, "Ab", 2), ==, maps[i].with);
      g_assert_null (quarry_charsmap_find (map, "b", 1));
      g_assert_null (quarry_charsmap_find (map, "", 0));
    }

  for (guint i = 0; i < 2; i++)
    {
      /* The last text needs no NUL at its end; one that is too long is refused. */
      g_autoptr (QuarryCharsmap) map = make_charsmap (12, maps[0].units, many, 1024 + i);

      if (i == 0)
        g_assert_cmpuint (strlen (quarry_charsmap_find (map, "A", 1)), ==, 1024);
      else
        g_assert_null (map);
    }
  g_assert_null (make_charsmap (12, maps[0].units, "a\0\xc3", 3));
  g_assert_null (make_charsmap (0, maps[0].units, "a", 1));
  g_assert_null (make_charsmap (11, maps[0].units, "a", 1));
  g_assert_null (make_charsmap (16, maps[0].units, "a", 1));
  g_assert_null (make_charsmap (0xfffffffc, maps[0].units, "a", 1));
  g_assert_null (quarry_charsmap_new ((const guint8 *) "\4\0\0", 3));
}

/* Normalizers that double the text sixty times are stopped. */
static void
test_growth (FolderFixture *model, gconstpointer data)
{
  g_autoptr (GString) text
      = g_string_new ("{\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":[");
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));
  float rows[2] = { 1, 2 };

  for (guint i = 0; i < 60; i++)
    g_string_append_printf (
        text,
        "%s{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"aa\"}",
        i > 0 ? "," : "");
  g_string_append (text, "]},\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\",-1]]}}");
  put_text (model, "tokenizer.json", text->str);
  put_tensors (model,
               "{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}}",
               rows,
               sizeof rows);
  embedder = load (model);
  quarry_embedder_tokenize (embedder, "a", -1, tokens);
  g_assert_cmpuint (tokens->len, <, 10000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/embedder/words", FolderFixture, NULL, folder_fixture_set_up, test_words, folder_fixture_tear_down);
  g_test_add ("/embedder/other-scripts", FolderFixture, NULL, folder_fixture_set_up, test_other_scripts, folder_fixture_tear_down);
  g_test_add ("/embedder/wordpiece", FolderFixture, NULL, folder_fixture_set_up, test_wordpiece, folder_fixture_tear_down);
  g_test_add ("/embedder/unigram", FolderFixture, NULL, folder_fixture_set_up, test_unigram, folder_fixture_tear_down);
  g_test_add_func ("/embedder/viterbi", test_viterbi);
  g_test_add ("/embedder/long-word", FolderFixture, NULL, folder_fixture_set_up, test_long_word, folder_fixture_tear_down);
  g_test_add_func ("/embedder/charsmap", test_charsmap);
  g_test_add ("/embedder/growth", FolderFixture, NULL, folder_fixture_set_up, test_growth, folder_fixture_tear_down);
  return g_test_run ();
}
