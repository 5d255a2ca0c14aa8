/* quarry-tokenizer-file.h: what a tokenizer.json says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file that the tokenizers of published models are kept in. What Quarry can run of it is
 * listed here; anything else is QUARRY_EMBED_ERROR_UNSUPPORTED and named in the message.
 * Private to the room.
 */
#pragma once

#include "core/embed/quarry-bpe.h"
#include "core/embed/quarry-charsmap.h"
#include "core/embed/quarry-vocabulary.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_NORMALIZE_NFC,
  QUARRY_NORMALIZE_NFD,
  QUARRY_NORMALIZE_NFKC,
  QUARRY_NORMALIZE_NFKD,
  QUARRY_NORMALIZE_LOWERCASE,
  QUARRY_NORMALIZE_STRIP_ACCENTS, /* marks dropped; decomposes first when within BertNormalizer */
  QUARRY_NORMALIZE_STRIP,         /* blanks at both ends */
  QUARRY_NORMALIZE_STRIP_LEFT,
  QUARRY_NORMALIZE_STRIP_RIGHT,
  QUARRY_NORMALIZE_REPLACE,       /* pattern by content */
  QUARRY_NORMALIZE_REPLACE_REGEX, /* what regex matches by content */
  QUARRY_NORMALIZE_BLANKS,        /* runs of two and more blanks by content */
  QUARRY_NORMALIZE_PREPEND,       /* content */
  QUARRY_NORMALIZE_CLEAN,         /* control characters dropped, white space to blanks */
  QUARRY_NORMALIZE_SPACE_HAN,     /* blanks around ideographs */
  QUARRY_NORMALIZE_NMT,           /* controls dropped, rare blanks and marks to blanks */
  QUARRY_NORMALIZE_PRECOMPILED,   /* by charsmap */
} QuarryNormalizeKind;

typedef struct
{
  QuarryNormalizeKind kind;
  char *pattern;
  char *content;
  GRegex *regex;
  QuarryCharsmap *charsmap;
} QuarryNormalizeStep;

typedef enum
{
  QUARRY_SPLIT_WORDS,       /* runs of letters, marks and digits, all else dropped */
  QUARRY_SPLIT_WHITESPACE,  /* at white space, which is dropped */
  QUARRY_SPLIT_PUNCTUATION, /* each punctuation character for itself */
  QUARRY_SPLIT_WORD_RUNS,   /* \w+|[^\w\s]+ */
  QUARRY_SPLIT_REGEX,
  QUARRY_SPLIT_METASPACE,   /* blanks become the mark, which starts each piece */
  QUARRY_SPLIT_BYTES,       /* each byte becomes a letter that stands for it, as in GPT-2 */
} QuarrySplitKind;

/* What becomes of the matches of a regex. */
typedef enum
{
  QUARRY_MATCH_REMOVED,
  QUARRY_MATCH_ISOLATED,   /* each is a piece */
  QUARRY_MATCH_CONTIGUOUS, /* those that touch are one piece */
  QUARRY_MATCH_TO_LEFT,    /* each ends the piece before it */
  QUARRY_MATCH_TO_RIGHT,   /* each begins the piece after it */
} QuarryMatchFate;

typedef struct
{
  QuarrySplitKind kind;
  GRegex *regex;
  QuarryMatchFate fate;
  gboolean invert; /* what does not match counts as matching */
} QuarrySplit;

typedef enum
{
  QUARRY_TOKENIZE_WORDPIECE,
  QUARRY_TOKENIZE_UNIGRAM,
  QUARRY_TOKENIZE_WORD_LEVEL,
  QUARRY_TOKENIZE_BPE,
} QuarryTokenizeKind;

typedef enum
{
  QUARRY_PREPEND_NEVER,
  QUARRY_PREPEND_FIRST,
  QUARRY_PREPEND_ALWAYS,
} QuarryPrependScheme;

typedef struct
{
  GArray *normalizers; /* QuarryNormalizeStep */
  GArray *splits;      /* QuarrySplit; METASPACE and BYTES only at the end */
  QuarryPrependScheme prepend;
  gboolean split_at_mark;
  gboolean prefix_space; /* of BYTES: a blank before a text that has none there */

  QuarryTokenizeKind kind;
  QuarryVocabulary *vocabulary; /* added tokens have ids, but are not found */
  GArray *scores;               /* double, by id: Unigram's log probabilities */
  QuarryBpe *bpe;               /* NULL for the other kinds */
  gboolean whole_first;         /* BPE: a piece that is a token is not merged */
  gboolean byte_fallback;       /* characters that are no tokens are cut into <0x00> to <0xFF> */
  char *continuing;             /* WordPiece's "##" */
  guint max_characters;         /* of a word that WordPiece looks at */
  guint32 unknown;              /* the token that stands for what is unknown, or NO_TOKEN */
} QuarryTokenizerFile;

/* The mark that stands for a blank before a word: U+2581. */
#define QUARRY_METASPACE "\xe2\x96\x81"

/* Reads @text, the content of @path (named in errors). */
QuarryTokenizerFile *
quarry_tokenizer_file_parse (const char *text, gsize length, const char *path, GError **error);
void quarry_tokenizer_file_free (QuarryTokenizerFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenizerFile, quarry_tokenizer_file_free)

/* The patterns by which the shipped model's tokenizer.json says: words as Quarry breaks them. */
#define QUARRY_WORDS_PATTERN "[^\\p{L}\\p{M}\\p{N}]+"
#define QUARRY_POSSESSIVE_PATTERN \
  "(?<=[\\p{L}\\p{M}\\p{N}])['\xe2\x80\x99]s(?![\\p{L}\\p{M}\\p{N}])"

G_END_DECLS
