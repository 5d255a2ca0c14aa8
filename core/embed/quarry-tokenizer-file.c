/* quarry-tokenizer-file.c: what a tokenizer.json says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/embed/quarry-tokenizer-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-json-reader.h"

#define MAX_STEPS 64

/* A normalizer or pre-tokenizer: all members that any of them has. The order of members is free,
 * so they are gathered before they are understood. */
typedef struct
{
  char *type;
  char *pattern;
  gboolean pattern_is_regex;
  char *content;
  char *behavior;
  char *replacement;
  char *prepend_scheme;
  char *charsmap; /* in base 64 */
  int lowercase, strip_accents, clean_text, handle_chinese_chars;
  int add_prefix_space, split, invert, left, right, use_regex, individual; /* −1: not said */
  GPtrArray *children;
} Node;

typedef struct
{
  QuarryTokenizerFile *file;
  QuarryJsonReader reader;
  char *unsupported;
  char *model_type;
  char *unknown_token;
  GPtrArray *merges; /* left and right by turns */
  gboolean affixes;  /* BPE with marks at words' ends */
  gboolean has_model, vocabulary_is_list;
  guint64 unknown_id;
  gboolean has_unknown_id;
  GArray *added; /* guint32: ids of added tokens */
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
node_free (gpointer data)
{
  Node *node = data;

  g_free (node->type);
  g_free (node->pattern);
  g_free (node->content);
  g_free (node->behavior);
  g_free (node->replacement);
  g_free (node->prepend_scheme);
  g_free (node->charsmap);
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_free (node);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Node, node_free)

static void
read_string (QuarryJsonReader *reader, char **string)
{
  const char *bytes;
  gsize length;

  if (quarry_json_reader_peek (reader) == QUARRY_JSON_NULL)
    quarry_json_reader_skip (reader);
  else if (quarry_json_reader_string (reader, &bytes, &length))
    {
      g_free (*string);
      *string = g_strndup (bytes, length);
    }
}

static void
read_flag (QuarryJsonReader *reader, int *flag)
{
  gboolean value;

  if (quarry_json_reader_peek (reader) == QUARRY_JSON_NULL)
    quarry_json_reader_skip (reader);
  else if (quarry_json_reader_boolean (reader, &value))
    *flag = value;
}

/* {"Regex": "…"} or {"String": "…"} */
static void
read_pattern (QuarryJsonReader *reader, Node *node)
{
  const char *name;
  gsize length;

  quarry_json_reader_enter_object (reader);
  while (quarry_json_reader_next_member (reader, &name, &length))
    {
      node->pattern_is_regex = quarry_json_equal (name, length, "Regex");
      read_string (reader, &node->pattern);
    }
}

static Node *
read_node (QuarryJsonReader *reader)
{
  Node *node = g_new0 (Node, 1);
  const char *name;
  gsize length;
  struct
  {
    const char *name;
    char **string;
    int *flag;
  } members[] = {
    { "type", &node->type, NULL },
    { "content", &node->content, NULL },
    { "prepend", &node->content, NULL },
    { "behavior", &node->behavior, NULL },
    { "replacement", &node->replacement, NULL },
    { "prepend_scheme", &node->prepend_scheme, NULL },
    { "lowercase", NULL, &node->lowercase },
    { "strip_accents", NULL, &node->strip_accents },
    { "clean_text", NULL, &node->clean_text },
    { "handle_chinese_chars", NULL, &node->handle_chinese_chars },
    { "add_prefix_space", NULL, &node->add_prefix_space },
    { "split", NULL, &node->split },
    { "invert", NULL, &node->invert },
    { "strip_left", NULL, &node->left },
    { "strip_right", NULL, &node->right },
    { "use_regex", NULL, &node->use_regex },
    { "individual_digits", NULL, &node->individual },
    { "delimiter", &node->content, NULL },
    { "precompiled_charsmap", &node->charsmap, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (members); i++)
    if (members[i].flag != NULL)
      *members[i].flag = -1;
  quarry_json_reader_enter_object (reader);
  while (quarry_json_reader_next_member (reader, &name, &length))
    {
      guint i = 0;

      while (i < G_N_ELEMENTS (members) && !quarry_json_equal (name, length, members[i].name))
        i++;
      if (i < G_N_ELEMENTS (members) && members[i].string != NULL)
        read_string (reader, members[i].string);
      else if (i < G_N_ELEMENTS (members))
        read_flag (reader, members[i].flag);
      else if (quarry_json_equal (name, length, "pattern"))
        read_pattern (reader, node);
      else if (quarry_json_equal (name, length, "normalizers")
               || quarry_json_equal (name, length, "pretokenizers"))
        {
          g_clear_pointer (&node->children, g_ptr_array_unref);
          node->children = g_ptr_array_new_with_free_func (node_free);
          quarry_json_reader_enter_array (reader);
          while (quarry_json_reader_next_item (reader))
            g_ptr_array_add (node->children, read_node (reader));
        }
      else
        quarry_json_reader_skip (reader);
    }
  if (node->type == NULL)
    {
      quarry_json_reader_fail (reader, "a part without a type");
      node->type = g_strdup ("");
    }
  return node;
}

static void
say_unsupported (Parser *self, const char *part, const char *what)
{
  if (self->unsupported == NULL)
    self->unsupported = g_strdup_printf ("%s “%s”", part, what);
}

/* NULL, and said, where it cannot be. */
static GRegex *
make_regex (Parser *self, const char *pattern, gboolean is_regex)
{
  g_autofree char *escaped = is_regex ? NULL : g_regex_escape_string (pattern, -1);
  GRegex *regex = NULL;

  if (pattern[0] != '\0')
    regex = g_regex_new (is_regex ? pattern : escaped, 0, 0, NULL);
  if (regex == NULL)
    say_unsupported (self, "the pattern", pattern);

  return regex;
}

static void
add_step (Parser *self, QuarryNormalizeKind kind, const char *pattern, const char *content)
{
  QuarryNormalizeStep step = { kind, g_strdup (pattern), g_strdup (content), NULL, NULL };

  if (kind == QUARRY_NORMALIZE_REPLACE_REGEX)
    step.regex = make_regex (self, pattern, TRUE);

  if (self->file->normalizers->len == MAX_STEPS)
    quarry_json_reader_fail (&self->reader, "too many normalizers");
  g_array_append_val (self->file->normalizers, step);
}

/* A model whose rules change nothing has an empty map, or none. */
static void
add_charsmap (Parser *self, const char *base64)
{
  g_autofree guint8 *bytes = NULL;
  QuarryNormalizeStep *step;
  gsize length;

  if (base64 == NULL || *base64 == '\0')
    return;
  add_step (self, QUARRY_NORMALIZE_PRECOMPILED, NULL, NULL);
  step = &g_array_index (self->file->normalizers, QuarryNormalizeStep,
                         self->file->normalizers->len - 1);
  bytes = g_base64_decode (base64, &length);
  step->charsmap = quarry_charsmap_new (bytes, length);
  if (step->charsmap == NULL)
    quarry_json_reader_fail (&self->reader, "a precompiled_charsmap that is none");
}

static void
understand_normalizer (Parser *self, const Node *node)
{
  static const struct
  {
    const char *type;
    QuarryNormalizeKind kind;
  } simple[] = {
    { "NFC", QUARRY_NORMALIZE_NFC },
    { "NFD", QUARRY_NORMALIZE_NFD },
    { "NFKC", QUARRY_NORMALIZE_NFKC },
    { "NFKD", QUARRY_NORMALIZE_NFKD },
    { "Lowercase", QUARRY_NORMALIZE_LOWERCASE },
    { "StripAccents", QUARRY_NORMALIZE_STRIP_ACCENTS },
    { "Nmt", QUARRY_NORMALIZE_NMT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (simple); i++)
    if (g_str_equal (node->type, simple[i].type))
      {
        add_step (self, simple[i].kind, NULL, NULL);
        return;
      }
  if (g_str_equal (node->type, "Sequence"))
    {
      for (guint i = 0; node->children != NULL && i < node->children->len; i++)
        understand_normalizer (self, node->children->pdata[i]);
    }
  else if (g_str_equal (node->type, "BertNormalizer"))
    {
      if (node->clean_text != 0)
        add_step (self, QUARRY_NORMALIZE_CLEAN, NULL, NULL);
      if (node->handle_chinese_chars != 0)
        add_step (self, QUARRY_NORMALIZE_SPACE_HAN, NULL, NULL);
      if (node->strip_accents == 1 || (node->strip_accents == -1 && node->lowercase != 0))
        {
          add_step (self, QUARRY_NORMALIZE_NFD, NULL, NULL);
          add_step (self, QUARRY_NORMALIZE_STRIP_ACCENTS, NULL, NULL);
        }
      if (node->lowercase != 0)
        add_step (self, QUARRY_NORMALIZE_LOWERCASE, NULL, NULL);
    }
  else if (g_str_equal (node->type, "Precompiled"))
    add_charsmap (self, node->charsmap);
  else if (g_str_equal (node->type, "Strip"))
    add_step (self,
              node->right == 0  ? QUARRY_NORMALIZE_STRIP_LEFT
              : node->left == 0 ? QUARRY_NORMALIZE_STRIP_RIGHT
                                : QUARRY_NORMALIZE_STRIP,
              NULL,
              NULL);
  else if (g_str_equal (node->type, "Prepend") && node->content != NULL)
    add_step (self, QUARRY_NORMALIZE_PREPEND, NULL, node->content);
  else if (g_str_equal (node->type, "Replace") && node->pattern != NULL && node->content != NULL)
    {
      if (!node->pattern_is_regex && node->pattern[0] != '\0')
        add_step (self, QUARRY_NORMALIZE_REPLACE, node->pattern, node->content);
      else if (g_str_equal (node->pattern, " {2,}"))
        add_step (self, QUARRY_NORMALIZE_BLANKS, NULL, node->content);
      else if (!g_str_equal (node->pattern, QUARRY_POSSESSIVE_PATTERN))
        add_step (self, QUARRY_NORMALIZE_REPLACE_REGEX, node->pattern, node->content);
    }
  else
    say_unsupported (self, "the normalizer", node->type);
}

static void
append_split (Parser *self, QuarrySplit split)
{
  GArray *splits = self->file->splits;
  QuarrySplitKind last = splits->len > 0
                             ? g_array_index (splits, QuarrySplit, splits->len - 1).kind
                             : QUARRY_SPLIT_WHITESPACE;

  if (last == QUARRY_SPLIT_METASPACE || last == QUARRY_SPLIT_BYTES)
    say_unsupported (self, "the pre-tokenizer after",
                     last == QUARRY_SPLIT_METASPACE ? "Metaspace" : "ByteLevel");
  if (splits->len == MAX_STEPS)
    quarry_json_reader_fail (&self->reader, "too many pre-tokenizers");
  g_array_append_val (splits, split);
}

static void
add_split (Parser *self, QuarrySplitKind kind)
{
  append_split (self, (QuarrySplit) { .kind = kind });
}

static void
add_regex (Parser *self, GRegex *regex, QuarryMatchFate fate, gboolean invert)
{
  if (regex != NULL)
    append_split (self, (QuarrySplit) { QUARRY_SPLIT_REGEX, regex, fate, invert });
}

static QuarryMatchFate
fate_of (Parser *self, const char *behavior)
{
  static const char *const names[]
      = { "Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext" };

  for (guint i = 0; behavior != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (behavior, names[i]))
      return i;
  if (behavior != NULL)
    say_unsupported (self, "the behavior", behavior);

  return QUARRY_MATCH_ISOLATED;
}

/* GPT-2's words (Radford et al. 2019): contractions, and runs of letters, digits, signs and blanks. */
#define GPT2_PATTERN \
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"

static void
understand_byte_level (Parser *self, const Node *node)
{
  self->file->prefix_space = node->add_prefix_space != 0;
  if (node->use_regex != 0)
    add_regex (self, make_regex (self, GPT2_PATTERN, TRUE), QUARRY_MATCH_ISOLATED, FALSE);
  add_split (self, QUARRY_SPLIT_BYTES);
}

static void
understand_metaspace (Parser *self, const Node *node)
{
  QuarryTokenizerFile *file = self->file;

  if (node->replacement != NULL && !g_str_equal (node->replacement, QUARRY_METASPACE))
    say_unsupported (self, "the mark", node->replacement);
  file->split_at_mark = node->split != 0;
  if (node->prepend_scheme == NULL)
    file->prepend = node->add_prefix_space == 0 ? QUARRY_PREPEND_NEVER : QUARRY_PREPEND_ALWAYS;
  else if (g_str_equal (node->prepend_scheme, "never"))
    file->prepend = QUARRY_PREPEND_NEVER;
  else if (g_str_equal (node->prepend_scheme, "first"))
    file->prepend = QUARRY_PREPEND_FIRST;
  else
    file->prepend = QUARRY_PREPEND_ALWAYS;
  add_split (self, QUARRY_SPLIT_METASPACE);
}

static void
understand_pre_tokenizer (Parser *self, const Node *node)
{
  if (g_str_equal (node->type, "Sequence"))
    {
      for (guint i = 0; node->children != NULL && i < node->children->len; i++)
        understand_pre_tokenizer (self, node->children->pdata[i]);
    }
  else if (g_str_equal (node->type, "BertPreTokenizer"))
    {
      add_split (self, QUARRY_SPLIT_WHITESPACE);
      add_split (self, QUARRY_SPLIT_PUNCTUATION);
    }
  else if (g_str_equal (node->type, "WhitespaceSplit"))
    add_split (self, QUARRY_SPLIT_WHITESPACE);
  else if (g_str_equal (node->type, "Whitespace"))
    add_split (self, QUARRY_SPLIT_WORD_RUNS);
  else if (g_str_equal (node->type, "Punctuation")
           && (node->behavior == NULL || g_str_equal (node->behavior, "Isolated")))
    add_split (self, QUARRY_SPLIT_PUNCTUATION);
  else if (g_str_equal (node->type, "Punctuation"))
    add_regex (self, make_regex (self, "[\\p{P}$+<=>^`|~]", TRUE), fate_of (self, node->behavior), FALSE);
  else if (g_str_equal (node->type, "Digits"))
    add_regex (self, make_regex (self, node->individual == 1 ? "\\p{N}" : "\\p{N}+", TRUE),
               QUARRY_MATCH_ISOLATED, FALSE);
  else if (g_str_equal (node->type, "CharDelimiterSplit") && node->content != NULL)
    add_regex (self, make_regex (self, node->content, FALSE), QUARRY_MATCH_REMOVED, FALSE);
  else if (g_str_equal (node->type, "ByteLevel"))
    understand_byte_level (self, node);
  else if (g_str_equal (node->type, "Metaspace"))
    understand_metaspace (self, node);
  else if (g_str_equal (node->type, "Split") && node->pattern != NULL)
    {
      if (node->pattern_is_regex && g_str_equal (node->pattern, QUARRY_WORDS_PATTERN)
          && g_strcmp0 (node->behavior, "Removed") == 0 && node->invert != 1)
        add_split (self, QUARRY_SPLIT_WORDS);
      else
        add_regex (self, make_regex (self, node->pattern, node->pattern_is_regex),
                   fate_of (self, node->behavior), node->invert == 1);
    }
  else
    say_unsupported (self, "the pre-tokenizer", node->type);
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
      /* The token's bytes may lie in the reader's buffer, which a number leaves alone. */
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
  /* An item that ended early leaves no fault of its own. */
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

/* A member that BPE may have and that must say nothing. */
static void
read_affix (Parser *self)
{
  g_autofree char *affix = NULL;

  read_string (&self->reader, &affix);
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
        read_string (reader, &self->model_type);
      else if (quarry_json_equal (name, length, "unk_token"))
        read_string (reader, &self->unknown_token);
      else if (quarry_json_equal (name, length, "continuing_subword_prefix"))
        read_string (reader, &self->file->continuing);
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
          read_flag (reader, &flag);
          self->file->byte_fallback = flag == 1;
        }
      else if (quarry_json_equal (name, length, "ignore_merges"))
        {
          flag = 0;
          read_flag (reader, &flag);
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

/* Tokens beside the model's own, which have rows, but never come from text. */
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
  /* Older files leave the type out where the members tell. */
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
          g_autoptr (Node) node = NULL;

          if (quarry_json_reader_peek (reader) == QUARRY_JSON_NULL)
            {
              quarry_json_reader_skip (reader);
              continue;
            }
          node = read_node (reader);
          if (quarry_json_reader_get_fault (reader, NULL) != NULL)
            return;
          if (is_normalizer)
            understand_normalizer (self, node);
          else
            understand_pre_tokenizer (self, node);
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
