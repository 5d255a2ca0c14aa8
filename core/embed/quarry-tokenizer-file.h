/* quarry-tokenizer-file.h: the content of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The file format in which published models store their tokenizers. The structures below list what Quarry can run;
 * anything else is QUARRY_EMBED_ERROR_UNSUPPORTED and named in the message. Private to the room.
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
  QUARRY_NORMALIZE_STRIP_ACCENTS, /* drops combining marks; BertNormalizer decomposes the text first */
  QUARRY_NORMALIZE_STRIP,         /* removes blanks at both ends */
  QUARRY_NORMALIZE_STRIP_LEFT,
  QUARRY_NORMALIZE_STRIP_RIGHT,
  QUARRY_NORMALIZE_REPLACE,       /* replaces pattern by content */
  QUARRY_NORMALIZE_REPLACE_REGEX, /* replaces what regex matches by content */
  QUARRY_NORMALIZE_BLANKS,        /* replaces runs of two or more blanks by content */
  QUARRY_NORMALIZE_PREPEND,       /* puts content before the text */
  QUARRY_NORMALIZE_CLEAN,         /* drops control characters, turns white space into blanks */
  QUARRY_NORMALIZE_SPACE_HAN,     /* puts blanks around ideographs */
  QUARRY_NORMALIZE_NMT,           /* drops control characters, turns rare blanks and marks into blanks */
  QUARRY_NORMALIZE_PRECOMPILED,   /* replaces by charsmap */
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
  QUARRY_SPLIT_WORDS,       /* runs of letters, marks and digits; everything else is dropped */
  QUARRY_SPLIT_WHITESPACE,  /* at white space, which is dropped */
  QUARRY_SPLIT_PUNCTUATION, /* each punctuation character by itself */
  QUARRY_SPLIT_WORD_RUNS,   /* \w+|[^\w\s]+ */
  QUARRY_SPLIT_REGEX,
  QUARRY_SPLIT_METASPACE,   /* blanks become the mark (QUARRY_METASPACE), and each piece begins with one */
  QUARRY_SPLIT_BYTES,       /* each byte becomes a letter that represents it, as in GPT-2 */
} QuarrySplitKind;

/* What happens to the matches of a regex. */
typedef enum
{
  QUARRY_MATCH_REMOVED,
  QUARRY_MATCH_ISOLATED,   /* each is a piece of its own */
  QUARRY_MATCH_CONTIGUOUS, /* adjacent ones form one piece */
  QUARRY_MATCH_TO_LEFT,    /* each ends the piece before it */
  QUARRY_MATCH_TO_RIGHT,   /* each begins the piece after it */
} QuarryMatchFate;

typedef struct
{
  QuarrySplitKind kind;
  GRegex *regex;
  QuarryMatchFate fate;
  gboolean invert; /* the parts that do not match are treated as matches */
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
  GArray *normalizers; /* of QuarryNormalizeStep */
  GArray *splits;      /* of QuarrySplit; METASPACE and BYTES can only be the last */
  QuarryPrependScheme prepend;
  gboolean split_at_mark;
  gboolean prefix_space; /* for BYTES: a blank is put before a text that does not begin with one */

  QuarryTokenizeKind kind;
  QuarryVocabulary *vocabulary; /* added tokens have ids in it, but are never found */
  GArray *scores;               /* of double, by id: the log probabilities of a Unigram model */
  QuarryBpe *bpe;               /* NULL for other kinds */
  gboolean whole_first;         /* for BPE: a piece that is a token as a whole is not merged from characters */
  gboolean byte_fallback;       /* characters that are not tokens are cut into bytes, <0x00> to <0xFF> */
  char *continuing;             /* the prefix "##" of WordPiece */
  guint max_characters;         /* the longest word that WordPiece tries to cut */
  guint32 unknown;              /* the token for unknown text, or QUARRY_NO_TOKEN */
} QuarryTokenizerFile;

/* The mark that stands for a blank before a word: U+2581. */
#define QUARRY_METASPACE "\xe2\x96\x81"

/* Parses @text, the content of @path (for error messages). */
QuarryTokenizerFile *
quarry_tokenizer_file_parse (const char *text, gsize length, const char *path, GError **error);
void quarry_tokenizer_file_free (QuarryTokenizerFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenizerFile, quarry_tokenizer_file_free)

/* The patterns in the shipped model's tokenizer.json that mean: words as Quarry splits them. */
#define QUARRY_WORDS_PATTERN "[^\\p{L}\\p{M}\\p{N}]+"
#define QUARRY_POSSESSIVE_PATTERN \
  "(?<=[\\p{L}\\p{M}\\p{N}])['\xe2\x80\x99]s(?![\\p{L}\\p{M}\\p{N}])"

G_END_DECLS
