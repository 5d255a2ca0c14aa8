/* quarry-segment-labels.c: names for segments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-segment-labels.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-language.h"
#include "core/document/quarry-line-start.h"
#include "core/document/quarry-words.h"

#define LABEL_WORDS 3

/* A segment with fewer distinct words, each occurring once, is named by its beginning, of at most BEGINNING_LETTERS
 * characters: no three of its words would say more. */
#define FEW_WORDS 8
#define BEGINNING_LETTERS 48

/* A numbered clause's title is at most this long, in characters. */
#define TITLE_LETTERS 70

/* Longer "words", in bytes, are keys, checksums and the like, not words of any language. */
#define LONGEST_LABEL_WORD 60

/* Two words are forms of one if they have the first LEAST_ROOT_LETTERS letters or more in common, and differ only in
 * endings of at most ENDING_LETTERS. */
#define ENDING_LETTERS 3
#define LEAST_ROOT_LETTERS 4

/* This many of the words that are best within the document are then also weighted by their rarity in the library. */
#define LABEL_CANDIDATES (4 * LABEL_WORDS)

/* The factor for a word that the document has only at the beginning of sentences. More often than not it is a word
 * that introduces a sentence (Moving on, Historically), not what the sentence is about. */
#define LEADING_WORD 0.3

/* The factor for a word that stands within the first OPENING_BYTES of a segment: what is written about is mostly named
 * at once. */
#define OPENING_WORD 1.8
#define OPENING_BYTES 100u

/* Two words are one name if, in at least this share of their occurrences, they stand together. */
#define LEAST_BESIDE 0.7

/* What is added to the number of segments for each that has a word, before the logarithm is taken: the lower, the less
 * a word counts that most of them have. How rare a word is in the library counts less than how rare it is in the
 * document, by this power. */
#define SHARED_WORD 0.6
#define RARITY_POWER 0.5

/* "Anna: …" names a speaker, and "Note: …" is of that kind, where at least so many blocks begin in that way. At most
 * so many bytes of a block are looked at for it. */
#define LEAST_TURNS 3
#define NAME_BYTES 160u

/* A document in which at least one in so many blocks begins so is a dialogue. */
#define BLOCKS_PER_TURN 4

typedef struct
{
  char *word;     /* as written in the text */
  const char *folded;
  guint count;   /* occurrences in this segment */
  guint32 first; /* offset of the first occurrence */
  double weight; /* how well it distinguishes the segment from others */
} WordCount;

/* The words of the whole document. */
typedef struct
{
  GHashTable *frequency; /* folded word → number of segments that contain it */
  GHashTable *within;    /* set: folded words that occur other than at the beginning of a sentence */
  GArray *names;         /* of QuarrySpan, in order: where the text only says who speaks */
  gboolean is_dialogue;
} Vocabulary;

static void
word_count_free (gpointer data)
{
  WordCount *count = data;

  g_free (count->word);
  g_free (count);
}

/* The heading that a segment begins with; NULL: none. @block: index of the document's block to start from, advanced
 * from segment to segment. */
static char *
heading_of_segment (QuarryDocument *document, QuarrySpan segment, guint *block)
{
  const QuarryBlock *blocks;
  const char *text = quarry_document_get_text (document, NULL);
  guint n_blocks;

  blocks = quarry_document_get_blocks (document, &n_blocks);
  while (*block < n_blocks && blocks[*block].span.start < segment.start)
    ++*block;
  if (*block < n_blocks && blocks[*block].span.start < segment.end
      && blocks[*block].kind == QUARRY_BLOCK_HEADING)
    return g_strndup (text + blocks[*block].span.start, blocks[*block].span.end - blocks[*block].span.start);

  return NULL;
}

static int
compare_weights (gconstpointer a, gconstpointer b)
{
  const WordCount *left = *(const WordCount *const *) a;
  const WordCount *right = *(const WordCount *const *) b;

  if (left->weight != right->weight)
    return left->weight < right->weight ? 1 : -1;
  return left->first < right->first ? -1 : left->first > right->first;
}

static gboolean
is_form_of (const char *word, const char *other)
{
  guint root = 0;

  while (*word != '\0' && g_utf8_get_char (word) == g_utf8_get_char (other))
    {
      word = g_utf8_next_char (word);
      other = g_utf8_next_char (other);
      root++;
    }
  return root >= LEAST_ROOT_LETTERS && g_utf8_strlen (word, -1) <= ENDING_LETTERS
         && g_utf8_strlen (other, -1) <= ENDING_LETTERS;
}

/* Whether a word is part of an address, or in speech (@is_spoken) one of those that are said of anything. */
static gboolean
names_nothing (const char *folded, gboolean is_spoken)
{
  static const char *const words[] = { "http", "https", "www", "html", "com", "org", NULL };
  static const char *const spoken[]
      = { "actually", "basically", "bit", "get", "going", "gonna", "got", "guess", "hmm", "kind", "know", "like", "look",
          "lot", "maybe", "mean", "okay", "really", "right", "say", "something", "sort", "stuff", "thing", "things",
          "think", "wanna", "want", "way", "well", "yeah", "yep", "yes", NULL };

  return g_strv_contains (words, folded) || (is_spoken && g_strv_contains (spoken, folded));
}

/* Whether the word at @at begins a sentence, and may have its capital for that reason. @before: the end of the word
 * before it; NULL: there is none. */
static gboolean
leads_sentence (const char *before, const char *at)
{
  if (!g_unichar_isupper (g_utf8_get_char (at)))
    return FALSE;
  if (before == NULL)
    return TRUE;
  for (; before < at; before++)
    if (*before != '\0' && strchr (".!?:\n", *before) != NULL)
      return TRUE;
  return FALSE;
}

static guint
count_of (GHashTable *counts, gpointer key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (counts, key));
}

static QuarryLineStart
start_of_block (const char *text, QuarrySpan block)
{
  gsize length = MIN (block.end - block.start, NAME_BYTES);

  while (length < block.end - block.start && ((guchar) text[block.start + length] & 0xc0) == 0x80)
    length--;
  return quarry_line_start (text + block.start, length);
}

/* Finds where blocks begin with who speaks. (transfer full) */
static GArray *
find_names (QuarryDocument *document)
{
  g_autoptr (GHashTable) turns = g_hash_table_new (NULL, NULL);
  GArray *names = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  const char *text = quarry_document_get_text (document, NULL);
  const QuarryBlock *blocks;
  guint n;

  blocks = quarry_document_get_blocks (document, &n);
  for (guint counted = 0; counted < 2; counted++)
    for (guint i = 0; i < n; i++)
      {
        QuarryLineStart start = start_of_block (text, blocks[i].span);
        gpointer speaker = GUINT_TO_POINTER (start.speaker);

        if (start.speaker == 0)
          continue;
        if (!counted)
          g_hash_table_insert (turns, speaker, GUINT_TO_POINTER (count_of (turns, speaker) + 1));
        else if (count_of (turns, speaker) >= LEAST_TURNS)
          {
            QuarrySpan name = { blocks[i].span.start, blocks[i].span.start + (guint32) start.spoken };

            g_array_append_val (names, name);
          }
      }
  return names;
}

/* Counts the words of a segment. Those that occur other than at the beginning of a sentence are added to
 * vocabulary->within. @name: index into vocabulary->names to start from, advanced from segment to segment.
 * @language: of the text, or NULL. */
static GHashTable *
count_words (const char *text, QuarrySpan segment, const char *language, const Vocabulary *vocabulary, guint *name)
{
  GHashTable *counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, word_count_free);
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan span;
  const char *folded;
  const char *before = NULL;
  gsize length;

  quarry_words_init (&words, text + segment.start, segment.end - segment.start);
  while (quarry_words_next (&words, &span, &folded, &length))
    {
      const char *at = text + segment.start + span.start;
      guint32 end = segment.start + span.end;
      gboolean leads;
      WordCount *count;

      while (*name < vocabulary->names->len && g_array_index (vocabulary->names, QuarrySpan, *name).end < end)
        ++*name;
      if (*name < vocabulary->names->len && g_array_index (vocabulary->names, QuarrySpan, *name).start < end)
        {
          before = NULL;
          continue;
        }
      leads = leads_sentence (before, at);
      before = text + segment.start + span.end;
      if (length < 3 || length > LONGEST_LABEL_WORD || g_ascii_isdigit (*folded)
          || quarry_words_is_stop_word (folded, length) || names_nothing (folded, vocabulary->is_dialogue)
          || (language != NULL && quarry_language_is_function_word (language, folded)))
        continue;
      count = g_hash_table_lookup (counts, folded);
      if (count == NULL)
        {
          count = g_new0 (WordCount, 1);
          count->word = g_strndup (at, span.end - span.start);
          count->folded = g_strdup (folded);
          count->first = span.start;
          g_hash_table_insert (counts, (char *) count->folded, count);
        }
      /* The capital was only that of a sentence's beginning. */
      else if (g_unichar_isupper (g_utf8_get_char (count->word))
               && g_unichar_islower (g_utf8_get_char (at)))
        {
          g_free (count->word);
          count->word = g_strndup (at, span.end - span.start);
        }
      count->count++;
      if (!leads)
        g_hash_table_add (vocabulary->within, (char *) count->folded);
    }

  return counts;
}

/* Whether a title or a sentence may begin at @at. */
static gboolean
may_begin (const char *at, const char *end)
{
  return at < end && !g_unichar_islower (g_utf8_get_char (at)) && !g_ascii_isdigit (*at);
}

/* The title of a numbered clause with which a segment begins, such as "2. Basic Permissions." or "§ 5 Costs": all of a
 * short line, or a short first sentence. (transfer full): NULL where there is none. */
static char *
title_of_clause (const char *text, QuarrySpan segment)
{
  const char *at = text + segment.start, *end = text + segment.end;
  QuarryLineStart start = start_of_block (text, segment);
  const char *stop;

  if (start.numbering == QUARRY_NUMBERING_NONE || start.numbering > QUARRY_NUMBERING_THREE)
    return NULL;
  while (at < end && g_ascii_isspace (*at))
    at++;
  stop = memchr (at, '\n', (gsize) (end - at));
  end = stop != NULL ? stop : end;
  /* The first word or two are the number, which may end with a full stop itself. */
  stop = memchr (at, ' ', (gsize) (end - at));
  if (stop != NULL && start.numbering == QUARRY_NUMBERING_ARTICLE)
    stop = memchr (stop + 1, ' ', (gsize) (end - stop - 1));
  /* Neither "3.5 million people" nor "Section 7 of the act" is a title. */
  if (stop == NULL || !may_begin (stop + 1, end))
    return NULL;
  for (const char *p = stop; p + 1 < end; p++)
    if (*p == '.' && p[1] == ' ' && may_begin (p + 2, end)) /* not "§ 5 Abs. 2" */
      end = p + 1;
  return g_utf8_strlen (at, end - at) <= TITLE_LETTERS ? g_strchomp (g_strndup (at, (gsize) (end - at))) : NULL;
}

/* The first words of a segment, as written. (transfer full) */
static char *
beginning_of (const char *text, QuarrySpan segment)
{
  g_autofree char *all = g_strndup (text + segment.start, segment.end - segment.start);
  g_autoptr (GString) beginning = g_string_new (NULL);
  g_auto (GStrv) words = NULL;
  glong letters = 0;

  words = g_strsplit_set (g_strstrip (all), " \t\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      glong more = g_utf8_strlen (words[i], -1);

      if (more == 0)
        continue;
      if (beginning->len > 0 && letters + more > BEGINNING_LETTERS)
        {
          while (beginning->len > 1 && strchr (",;:.", beginning->str[beginning->len - 1]) != NULL)
            g_string_truncate (beginning, beginning->len - 1);
          g_string_append (beginning, "…");
          break;
        }
      if (beginning->len > 0)
        g_string_append_c (beginning, ' ');
      g_string_append (beginning, words[i]);
      letters += more + 1;
    }
  return g_string_free (g_steal_pointer (&beginning), FALSE);
}

/* Whether a segment has so few words, each occurring once, that none of them says more than another. */
static gboolean
says_little (GHashTable *counts)
{
  GHashTableIter iter;
  gpointer word;

  if (g_hash_table_size (counts) >= FEW_WORDS)
    return FALSE;
  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, NULL, &word))
    if (((WordCount *) word)->count > 1)
      return FALSE;
  return TRUE;
}

/* Whether @name, which consists of both words, occurs nearly as often as the more frequent of them. */
static gboolean
is_name (const char *text, QuarrySpan segment, const char *name, const WordCount *word, const WordCount *other)
{
  const char *end = text + segment.end;
  guint n = 0;

  for (const char *at = text + segment.start; (at = g_strstr_len (at, end - at, name)) != NULL; at++)
    n++;
  return n > 0 && n >= LEAST_BESIDE * MAX (word->count, other->count);
}

/* If @word always stands beside one of the @chosen words, or beside what has been joined to that already, joins them
 * to one name in @best ("Paso Doble"). FALSE where there is no such word. */
static gboolean
join_names (const char *text, QuarrySpan segment, const WordCount *word, GPtrArray *chosen, GPtrArray *best)
{
  for (guint i = 0; i < chosen->len; i++)
    for (guint leads = 0; leads < 2; leads++)
      {
        const char *name = best->pdata[i];
        g_autofree char *both = g_strjoin (" ", leads ? word->word : name, leads ? name : word->word, NULL);

        if (!is_name (text, segment, both, word, chosen->pdata[i]))
          continue;
        g_free (best->pdata[i]);
        best->pdata[i] = g_steal_pointer (&both);
        return TRUE;
      }
  return FALSE;
}

/* A name made of the most distinctive words of @counts, which are of @segment. @n: the number of segments in the
 * document. (transfer full) */
static char *
name_by_words (GHashTable *counts,
               const char *text,
               QuarrySpan segment,
               const Vocabulary *vocabulary,
               guint n,
               QuarryLexicalIndex *index)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();
  g_autoptr (GPtrArray) best = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer folded, value;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &folded, &value))
    {
      WordCount *word = value;
      double n_with = GPOINTER_TO_UINT (g_hash_table_lookup (vocabulary->frequency, folded));

      word->weight = word->count * log (SHARED_WORD + n / n_with);
      if (word->first < OPENING_BYTES)
        word->weight *= OPENING_WORD;
      if (!g_hash_table_contains (vocabulary->within, folded))
        word->weight *= LEADING_WORD;
      g_ptr_array_add (words, word);
    }
  g_ptr_array_sort (words, compare_weights);
  g_ptr_array_set_size (words, (gint) MIN (LABEL_CANDIDATES, words->len));
  for (guint j = 0; j < words->len; j++)
    {
      WordCount *word = words->pdata[j];

      word->weight *= pow (quarry_lexical_index_get_rarity (index, word->folded, QUARRY_LEXICAL_ALL_LANGUAGES),
                           RARITY_POWER);
    }
  g_ptr_array_sort (words, compare_weights);
  for (guint j = 0; j < words->len && chosen->len < LABEL_WORDS; j++)
    {
      WordCount *word = words->pdata[j];
      gboolean is_new = TRUE;

      for (guint k = 0; k < chosen->len && is_new; k++)
        is_new = !is_form_of (word->folded, ((WordCount *) chosen->pdata[k])->folded);
      if (!is_new || join_names (text, segment, word, chosen, best))
        continue;
      g_ptr_array_add (chosen, word);
      g_ptr_array_add (best, g_strdup (word->word));
    }
  g_ptr_array_add (best, NULL);
  return g_strjoinv (", ", (char **) best->pdata);
}

GPtrArray *
quarry_segment_labels (QuarryDocument *document,
                       GArray *segments,
                       const char *language,
                       QuarryLexicalIndex *index)
{
  const char *text = quarry_document_get_text (document, NULL);
  GPtrArray *labels = g_ptr_array_new_with_free_func (g_free);
  guint n = segments->len, block = 0;
  g_autoptr (GPtrArray) counts = g_ptr_array_new_with_free_func ((GDestroyNotify) g_hash_table_unref);
  g_autoptr (GHashTable) frequency = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) within = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GArray) names = find_names (document);
  guint n_blocks, name = 0;
  const Vocabulary vocabulary = {
    .frequency = frequency,
    .within = within,
    .names = names,
    .is_dialogue = quarry_document_get_blocks (document, &n_blocks) != NULL && names->len > 0
                   && names->len * (gsize) BLOCKS_PER_TURN >= n_blocks,
  };

  for (guint i = 0; i < n; i++)
    {
      GHashTable *words = count_words (text, g_array_index (segments, QuarrySpan, i), language, &vocabulary, &name);
      GHashTableIter iter;
      gpointer folded;

      g_ptr_array_add (counts, words);
      g_hash_table_iter_init (&iter, words);
      while (g_hash_table_iter_next (&iter, &folded, NULL))
        g_hash_table_insert (frequency, folded,
                             GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (frequency, folded)) + 1));
    }

  for (guint i = 0; i < n; i++)
    {
      QuarrySpan segment = g_array_index (segments, QuarrySpan, i);
      char *label = heading_of_segment (document, segment, &block);

      if (label == NULL)
        label = title_of_clause (text, segment);
      if (label == NULL && says_little (counts->pdata[i]))
        label = beginning_of (text, segment);
      else if (label == NULL)
        label = name_by_words (counts->pdata[i], text, segment, &vocabulary, n, index);
      g_ptr_array_add (labels, label);
    }
  return labels;
}
