/* quarry-tokenizer-steps.c: reads the normalizers and pre-tokenizers of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads each into a node with all its members, then translates the nodes into steps that Quarry can run.
 */
#include "core/embed/quarry-tokenizer-steps.h"

#define MAX_STEPS 64

/* A normalizer or pre-tokenizer, with all members that any of them has. Members may come in any order, so they are
 * collected before they are interpreted. */
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
  int add_prefix_space, split, invert, left, right, use_regex, individual; /* -1: not given */
  GPtrArray *children;
} Node;

typedef struct
{
  QuarryTokenizerFile *file;
  QuarryJsonReader *reader;
  char **unsupported;
} Steps;

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
      quarry_json_reader_text (reader, &node->pattern);
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
        quarry_json_reader_text (reader, members[i].string);
      else if (i < G_N_ELEMENTS (members))
        quarry_json_reader_flag (reader, members[i].flag);
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
say_unsupported (Steps *self, const char *part, const char *what)
{
  if (*self->unsupported == NULL)
    *self->unsupported = g_strdup_printf ("%s “%s”", part, what);
}

/* NULL where the pattern cannot be compiled, which is then recorded as unsupported. */
static GRegex *
make_regex (Steps *self, const char *pattern, gboolean is_regex)
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
add_step (Steps *self, QuarryNormalizeKind kind, const char *pattern, const char *content)
{
  QuarryNormalizeStep step = { kind, g_strdup (pattern), g_strdup (content), NULL, NULL };

  if (kind == QUARRY_NORMALIZE_REPLACE_REGEX)
    step.regex = make_regex (self, pattern, TRUE);

  if (self->file->normalizers->len == MAX_STEPS)
    quarry_json_reader_fail (self->reader, "too many normalizers");
  g_array_append_val (self->file->normalizers, step);
}

/* A model whose rules change nothing has an empty map or none. */
static void
add_charsmap (Steps *self, const char *base64)
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
    quarry_json_reader_fail (self->reader, "a precompiled_charsmap that is none");
}

static void
understand_normalizer (Steps *self, const Node *node)
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
append_split (Steps *self, QuarrySplit split)
{
  GArray *splits = self->file->splits;
  QuarrySplitKind last = splits->len > 0
                             ? g_array_index (splits, QuarrySplit, splits->len - 1).kind
                             : QUARRY_SPLIT_WHITESPACE;

  if (last == QUARRY_SPLIT_METASPACE || last == QUARRY_SPLIT_BYTES)
    say_unsupported (self, "the pre-tokenizer after",
                     last == QUARRY_SPLIT_METASPACE ? "Metaspace" : "ByteLevel");
  if (splits->len == MAX_STEPS)
    quarry_json_reader_fail (self->reader, "too many pre-tokenizers");
  g_array_append_val (splits, split);
}

static void
add_split (Steps *self, QuarrySplitKind kind)
{
  append_split (self, (QuarrySplit) { .kind = kind });
}

static void
add_regex (Steps *self, GRegex *regex, QuarryMatchFate fate, gboolean invert)
{
  if (regex != NULL)
    append_split (self, (QuarrySplit) { QUARRY_SPLIT_REGEX, regex, fate, invert });
}

static QuarryMatchFate
fate_of (Steps *self, const char *behavior)
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

/* The words of GPT-2 (Radford et al. 2019): contractions, and runs of letters, of digits, of signs and of blanks. */
#define GPT2_PATTERN \
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"

static void
understand_byte_level (Steps *self, const Node *node)
{
  self->file->prefix_space = node->add_prefix_space != 0;
  if (node->use_regex != 0)
    add_regex (self, make_regex (self, GPT2_PATTERN, TRUE), QUARRY_MATCH_ISOLATED, FALSE);
  add_split (self, QUARRY_SPLIT_BYTES);
}

static void
understand_metaspace (Steps *self, const Node *node)
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
understand_pre_tokenizer (Steps *self, const Node *node)
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

void
quarry_tokenizer_steps_read (QuarryTokenizerFile *file,
                             QuarryJsonReader *reader,
                             gboolean normalizers,
                             char **unsupported)
{
  Steps steps = { file, reader, unsupported };
  g_autoptr (Node) node = read_node (reader);

  if (quarry_json_reader_get_fault (reader, NULL) != NULL)
    return;
  if (normalizers)
    understand_normalizer (&steps, node);
  else
    understand_pre_tokenizer (&steps, node);
}
