/* quarry-sentences.c: sentences of a text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unicode's rules propose the ends; here each end after a full stop is looked at again. A full stop that
 * belongs to an abbreviation, an initial or an ordinal number ends no sentence unless what follows
 * can hardly be anything but the start of one.
 */
#include "core/document/quarry-sentences.h"

#include "core/document/quarry-sentence-break.h"
#include "core/document/quarry-words.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define MAX_CODE_LINES 12u

/* A sentence longer than LONGEST_SENTENCE bytes (transcribed speech, text without punctuation, an enumeration in a law)
 * is cut into parts: after a semicolon or colon, after a comma, or before any word, each once the part has at least the
 * bytes given here. */
#define LONGEST_SENTENCE 1000u
#define PART_WITH_SEMICOLON 60u
#define PART_WITH_COMMA 120u
#define PART_OF_WORDS 180u

typedef enum
{
  ABBREVIATION_NONE,
  ABBREVIATION_ALWAYS, /* never ends a sentence: "Dr.", "e.g." */
  ABBREVIATION_NUMBER, /* is an abbreviation only before a number: "No. 5", "p. 12", "Oct. 3" */
  ABBREVIATION_MAYBE,  /* may end a sentence: "Inc.", "U.S.", "etc." */
} Abbreviation;

/* Abbreviations, folded and without the last full stop; sorted, for a binary search. */
static const struct
{
  const char *word;
  guint8 kind;
} abbreviations[] = {
#define ALWAYS ABBREVIATION_ALWAYS
#define NUMBER ABBREVIATION_NUMBER
#define MAYBE ABBREVIATION_MAYBE
  { "a.d", MAYBE },     { "a.k.a", ALWAYS }, { "a.m", MAYBE },     { "abb", NUMBER },
  { "abs", NUMBER },    { "adm", ALWAYS },   { "al", MAYBE },      { "apr", NUMBER },
  { "approx", ALWAYS }, { "apt", NUMBER },   { "art", NUMBER },    { "aug", NUMBER },
  { "ave", MAYBE },     { "b.c", MAYBE },    { "b.c.e", MAYBE },   { "bd", NUMBER },
  { "bldg", MAYBE },    { "blvd", MAYBE },   { "brig", ALWAYS },   { "bros", MAYBE },
  { "bspw", ALWAYS },   { "bzgl", ALWAYS },  { "bzw", ALWAYS },    { "c.f", ALWAYS },
  { "ca", ALWAYS },     { "cap", NUMBER },   { "capt", ALWAYS },   { "cf", ALWAYS },
  { "ch", NUMBER },     { "chap", NUMBER },  { "cmdr", ALWAYS },   { "co", MAYBE },
  { "col", ALWAYS },    { "comdr", ALWAYS }, { "corp", MAYBE },    { "cpl", ALWAYS },
  { "d.c", MAYBE },     { "d.h", ALWAYS },   { "dec", NUMBER },    { "dept", MAYBE },
  { "dir", MAYBE },     { "dist", MAYBE },   { "dr", ALWAYS },     { "dra", ALWAYS },
  { "e.g", ALWAYS },    { "ed", MAYBE },     { "eds", MAYBE },     { "ee.uu", MAYBE },
  { "eg", ALWAYS },     { "ej", ALWAYS },    { "eq", NUMBER },     { "eqs", NUMBER },
  { "esp", ALWAYS },    { "est", NUMBER },   { "etc", MAYBE },     { "evtl", ALWAYS },
  { "feb", NUMBER },    { "fig", NUMBER },   { "figs", NUMBER },   { "fn", NUMBER },
  { "fr", ALWAYS },     { "geb", ALWAYS },   { "gen", ALWAYS },    { "gest", ALWAYS },
  { "ggf", ALWAYS },    { "gov", ALWAYS },   { "hon", ALWAYS },    { "hr", ALWAYS },
  { "hrsg", ALWAYS },   { "i.d.r", ALWAYS }, { "i.e", ALWAYS },    { "ibid", MAYBE },
  { "ie", ALWAYS },     { "inc", MAYBE },    { "incl", ALWAYS },   { "inkl", ALWAYS },
  { "jan", NUMBER },    { "jr", MAYBE },     { "jul", NUMBER },    { "jun", NUMBER },
  { "kap", NUMBER },    { "lt", ALWAYS },    { "ltd", MAYBE },     { "maj", ALWAYS },
  { "mar", NUMBER },    { "max", NUMBER },   { "messrs", ALWAYS }, { "min", NUMBER },
  { "mio", MAYBE },     { "mlle", ALWAYS },  { "mm", ALWAYS },     { "mme", ALWAYS },
  { "mr", ALWAYS },     { "mrd", MAYBE },    { "mrs", ALWAYS },    { "ms", ALWAYS },
  { "mt", ALWAYS },     { "no", NUMBER },    { "nos", NUMBER },    { "nov", NUMBER },
  { "nr", NUMBER },     { "num", NUMBER },   { "o.a", MAYBE },     { "oct", NUMBER },
  { "okt", NUMBER },    { "op", NUMBER },    { "p", NUMBER },      { "p.a", MAYBE },
  { "p.ej", ALWAYS },   { "p.ex", ALWAYS },  { "p.m", MAYBE },     { "p.s", ALWAYS },
  { "pag", NUMBER },    { "para", NUMBER },  { "ph.d", MAYBE },    { "pl", NUMBER },
  { "pp", NUMBER },     { "prof", ALWAYS },  { "pt", NUMBER },     { "pvt", ALWAYS },
  { "ref", NUMBER },    { "refs", NUMBER },  { "rep", ALWAYS },    { "rev", ALWAYS },
  { "s", NUMBER },      { "sec", NUMBER },   { "sect", NUMBER },   { "sen", ALWAYS },
  { "sep", NUMBER },    { "sept", NUMBER },  { "sgt", ALWAYS },    { "sig", NUMBER },
  { "sog", ALWAYS },    { "sr", ALWAYS },    { "sra", ALWAYS },    { "srta", ALWAYS },
  { "st", ALWAYS },     { "supt", ALWAYS },  { "tab", NUMBER },    { "tel", NUMBER },
  { "u.a", MAYBE },     { "u.k", MAYBE },    { "u.n", MAYBE },     { "u.s", MAYBE },
  { "u.s.a", MAYBE },   { "u.u", ALWAYS },   { "ud", ALWAYS },     { "uds", ALWAYS },
  { "usf", MAYBE },     { "usw", MAYBE },    { "v", NUMBER },      { "vgl", ALWAYS },
  { "viz", ALWAYS },    { "vol", NUMBER },   { "vols", NUMBER },   { "vs", ALWAYS },
  { "z.b", ALWAYS },    { "z.t", ALWAYS },   { "zb", ALWAYS },     { "ziff", NUMBER },
#undef ALWAYS
#undef NUMBER
#undef MAYBE
};

static Abbreviation
find_abbreviation (const char *word)
{
  gsize low = 0, high = G_N_ELEMENTS (abbreviations);

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;
      int order = strcmp (word, abbreviations[middle].word);

      if (order == 0)
        return abbreviations[middle].kind;
      if (order > 0)
        low = middle + 1;
      else
        high = middle;
    }
  return ABBREVIATION_NONE;
}

static inline UChar32
next_character (const char *text, gsize end, gsize *position)
{
  UChar32 c;
  gsize i = *position;

  U8_NEXT (text, i, end, c);
  *position = i;
  return c;
}

static inline UChar32
previous_character (const char *text, gsize start, gsize *position)
{
  UChar32 c;
  gint32 first = (gint32) start;
  gint32 i = (gint32) *position;

  U8_PREV (text, first, i, c);
  *position = (gsize)i;
  return c;
}

static inline gboolean
is_space (UChar32 c)
{
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || (c > 0x7f && u_isUWhiteSpace (c));
}

static inline gboolean
is_closer (UChar32 c)
{
  return c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201d || c == 0x2019 || c == 0xbb
         || c == 0x201c || c == 0x203a;
}

/* The longest token looked at. A token is what ends before the full stop at @stop: letters, digits and full stops, as
 * "e.g", "3.5" or "J". A longer one is treated as none. */
#define MAX_TOKEN 24u

static gsize
token_start (const char *text, gsize start, gsize stop)
{
  gsize i = stop;

  while (i > start && stop - i < MAX_TOKEN)
    {
      gsize before = i;
      UChar32 c = previous_character (text, start, &before);

      if (c < 0 || !(u_isalnum (c) || c == '.' || (U_GET_GC_MASK (c) & U_GC_M_MASK) != 0))
        break;
      i = before;
    }
  return i;
}

/* Lower case without accents; full stops are kept. */
static void
fold_token (const char *text, gsize start, gsize end, char *out, gsize size)
{
  gsize n = 0;

  while (start < end && n + 8 < size)
    {
      g_auto (QuarryWords) words = { 0 };
      const char *folded;
      gsize stop = start;

      if (text[start] == '.')
        {
          out[n++] = '.';
          start++;
          continue;
        }
      while (stop < end && text[stop] != '.')
        stop++;
      quarry_words_init (&words, text + start, (gssize) (stop - start));
      if (quarry_words_next (&words, NULL, &folded, NULL))
        n += g_strlcpy (out + n, folded, size - n);
      n = MIN (n, size - 1);
      start = stop;
    }
  out[n] = '\0';
}

/* What follows a proposed end, after blanks and opening quotes and brackets. */
typedef struct
{
  UChar32 first;
  gboolean opened; /* a quote or bracket stands before it */
  gboolean is_number;
  gboolean is_stop_word; /* such as "The" or "It", which often start sentences */
  char folded[32];
} Follower;

static void
look_at_follower (const char *text, gsize position, gsize end, Follower *follower)
{
  g_auto (QuarryWords) words = { 0 };
  const char *folded;
  gsize length, next;
  UChar32 c = -1;

  memset (follower, 0, sizeof *follower);
  while (position < end)
    {
      next = position;
      c = next_character (text, end, &next);
      if (!is_space (c) && c >= 0 && u_isalnum (c))
        break;
      if (!is_space (c))
        {
          if (!is_closer (c) && c != '(' && c != '[' && c != 0x2018 && c != 0xab && c != 0x201e)
            return;
          follower->opened = TRUE;
        }
      position = next;
    }
  if (position >= end)
    return;

  follower->first = c;
  follower->is_number = u_isdigit (c);
  quarry_words_init (&words, text + position, (gssize) MIN (end - position, 64));
  if (quarry_words_next (&words, NULL, &folded, &length))
    {
      g_strlcpy (follower->folded, folded, sizeof follower->folded);
      follower->is_stop_word = quarry_words_is_stop_word (folded, length);
    }
}

static gboolean
is_roman (const char *word)
{
  return *word != '\0' && strspn (word, "ivxlc") == strlen (word);
}

/* Whether a word usually follows an ordinal number, as in "am 3. Oktober", "im 19. Jahrhundert". */
static gboolean
follows_ordinal (const char *word)
{
  static const char *const words[]
      = { "januar",      "februar",      "marz",          "april",     "mai",        "juni",
          "juli",        "august",       "september",     "oktober",   "november",   "dezember",
          "jahrhundert", "jahrhunderts", "jahrhunderten", "weltkrieg", "weltkriegs", NULL };

  return g_strv_contains (words, word);
}

/* Whether the full stop at @stop ends the sentence that starts at @start, given that @follower comes next. */
static gboolean
stop_ends_sentence (const char *text, gsize start, gsize stop, const Follower *follower)
{
  gsize from = token_start (text, start, stop);
  gsize first_end = from;
  gboolean is_first = TRUE;
  char token[64];
  UChar32 first;

  if (from == stop)
    return TRUE;
  fold_token (text, from, stop, token, sizeof token);
  first = next_character (text, stop, &first_end);
  for (gsize i = start; i < from; i++)
    is_first = is_first && (is_space ((guchar) text[i]) || text[i] == '(');

  if (u_isdigit (first))
    {
      gboolean is_short = strspn (token, "0123456789.") == strlen (token) && strlen (token) <= 8;

      /* "1. Introduction", "2.3. Methods": the number belongs to what it counts. */
      if (is_first && is_short)
        return FALSE;
      return !(strlen (token) <= 2 && follows_ordinal (follower->folded));
    }

  /* A single letter is an initial, or the letter of a list item. */
  if (first_end == stop && u_isalpha (first))
    {
      if (is_first)
        return FALSE;
      if (u_isupper (first))
        {
          gsize before = from;

          if (follower->is_stop_word && strcmp (follower->folded, "i") != 0)
            return TRUE;
          if (!u_isupper (follower->first))
            return first != 'S' && first != 'P' ? TRUE : !follower->is_number;
          /* In "Plan B. Peter went" and "than I. Mary left" the letter ends a sentence: after a lower-case word it is
           * not an initial. */
          while (before > start && is_space ((guchar) text[before - 1]))
            before--;
          if (first == 'I' && before > start && text[before - 1] != '.')
            {
              gsize word = token_start (text, start, before);

              return word == before || !u_isupper (next_character (text, before, &word));
            }
          return FALSE;
        }
    }

  switch (find_abbreviation (token))
    {
    case ABBREVIATION_ALWAYS:
      return FALSE;
    case ABBREVIATION_NUMBER:
      return !follower->is_number
             && !(is_roman (follower->folded) && strcmp (follower->folded, "i") != 0
                  && strcmp (token, "no") != 0);
    case ABBREVIATION_MAYBE:
      if (strcmp (token, "al") == 0 && follower->opened)
        return FALSE;
      if (strcmp (token, "etc") == 0 || strcmp (token, "usw") == 0)
        return TRUE;
      return follower->is_stop_word || follower->first == 0;
    case ABBREVIATION_NONE:
    default:
      break;
    }

  /* "U.N.E.S.C.O. Director": letters that each have a full stop. */
  if (strlen (token) >= 3 && token[1] == '.')
    {
      for (gsize i = 0; token[i] != '\0'; i++)
        if ((i % 2 == 1) != (token[i] == '.'))
          return TRUE;
      return follower->is_stop_word || follower->first == 0;
    }
  return TRUE;
}

/* In "word.[3] Next" the rules end the sentence at the bracket. Returns its true end behind the references; @end if
 * there are none. */
static gsize
skip_references (const char *text, gsize end, gsize limit)
{
  gsize position = end - 1;

  while (position < limit && text[position] == '[')
    {
      gsize i = position + 1;

      while (i < limit && i - position < 12 && (g_ascii_isalnum (text[i]) || text[i] == ','))
        i++;
      if (i >= limit || text[i] != ']' || i == position + 1)
        break;
      position = i + 1;
    }
  if (position < end || (position < limit && !is_space ((guchar) text[position])))
    return 0;
  return position;
}

/* Whether a sentence that starts at @start ends at @end, as the rules propose. Returns its end, which may be later than
 * @end, or 0 if it does not end there. */
static gsize
check_end (const char *text, gsize start, gsize end, gsize limit)
{
  gsize last = end;
  gboolean closed = FALSE;
  Follower follower;
  UChar32 c = 0;

  if (end >= limit)
    return limit;
  if (text[end - 1] == '[')
    return skip_references (text, end, limit);

  while (last > start)
    {
      gsize before = last;

      c = previous_character (text, start, &before);
      if (!is_space (c) && !is_closer (c))
        break;
      closed = closed || is_closer (c);
      last = before;
    }
  if (c != '.' && c != '!' && c != '?')
    return end;

  look_at_follower (text, end, limit, &follower);
  /* After "!" or "?", only a closing quote followed by a lower-case word continues the sentence: "'Really?' she
   * said." */
  if (c != '.')
    return closed && !follower.opened && u_islower (follower.first) ? 0 : end;
  return stop_ends_sentence (text, start, last - 1, &follower) ? end : 0;
}

static void
append_trimmed (GArray *sentences, const char *text, gsize start, gsize end, gsize base)
{
  QuarrySpan span;

  while (start < end)
    {
      gsize next = start;

      if (!is_space (next_character (text, end, &next)))
        break;
      start = next;
    }
  while (end > start)
    {
      gsize before = end;

      if (!is_space (previous_character (text, start, &before)))
        break;
      end = before;
    }
  if (start == end)
    return;
  span.start = (guint32) (base + start);
  span.end = (guint32) (base + end);
  g_array_append_val (sentences, span);
}

/* Appends a sentence, cut into parts if it is too long. Text without blanks (such as ciphers) is never cut. */
static void
append_sentence (GArray *sentences, const char *text, gsize start, gsize end, gsize base)
{
  gsize from = start;

  if (end - start > LONGEST_SENTENCE)
    for (gsize i = start + 1; i + PART_WITH_SEMICOLON < end; i++)
      {
        gsize length = i - from;
        char before = text[i - 1];

        if (text[i] == ' '
            && (length >= PART_OF_WORDS || (length >= PART_WITH_COMMA && before == ',')
                || (length >= PART_WITH_SEMICOLON && (before == ';' || before == ':'))))
          {
            append_trimmed (sentences, text, from, i, base);
            from = i;
          }
      }
  append_trimmed (sentences, text, from, end, base);
}

/* Breaks one paragraph, which contains no empty line. @base is added to every span. */
static void
break_paragraph (GArray *sentences, const char *text, gsize length, gsize base)
{
  g_autofree char *flat = NULL; /* a copy with line ends replaced by blanks; offsets stay the same */
  gsize start = 0, proposed = 0;

  /* Unicode's rules end a sentence at every line end, so hide them. */
  if (memchr (text, '\n', length) != NULL || memchr (text, '\r', length) != NULL)
    {
      flat = g_malloc (length);
      for (gsize i = 0; i < length; i++)
        flat[i] = text[i] == '\n' || text[i] == '\r' ? ' ' : text[i];
      text = flat;
    }

  while (proposed < length)
    {
      gsize end;

      proposed = quarry_sentence_break_next (text, length, proposed);
      if (proposed <= start)
        continue;
      end = check_end (text, start, proposed, length);
      if (end == 0)
        continue;
      append_sentence (sentences, text, start, end, base);
      start = end;
    }
  append_sentence (sentences, text, start, length, base);
}

/* The start of the first empty line at or after @position, or the text's end if there is none. @next is set to the
 * offset behind that line. */
static gsize
find_empty_line (const char *text, gsize length, gsize position, gsize *next)
{
  const char *line;

  while (position < length && (line = memchr (text + position, '\n', length - position)) != NULL)
    {
      gsize start = (gsize) (line - text);
      gsize i = start + 1;
      gboolean found = FALSE;

      for (; i < length && strchr (" \t\r\n", text[i]) != NULL && text[i] != '\0'; i++)
        found = found || text[i] == '\n';
      if (found)
        {
          *next = i;
          return start;
        }
      position = i;
    }
  *next = length;
  return length;
}

static void
break_text (GArray *sentences, const char *text, gsize length, gsize base)
{
  gsize position = 0;

  while (position < length)
    {
      gsize next;
      gsize end = find_empty_line (text, length, position, &next);

      if (end > position)
        break_paragraph (sentences, text + position, end - position, base + position);
      position = next;
    }
}

GArray *
quarry_sentences_of_text (const char *text, gssize length)
{
  GArray *sentences = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));

  g_return_val_if_fail (text != NULL, sentences);

  break_text (sentences, text, length < 0 ? strlen (text) : (gsize) length, 0);
  return sentences;
}

/* Makes a unit of every @n_lines lines. */
static void
break_lines (GArray *sentences, const char *text, gsize start, gsize end, guint n_lines)
{
  guint lines = 0;
  gsize from = start;

  for (gsize i = start; i < end; i++)
    if (text[i] == '\n' && ++lines % n_lines == 0)
      {
        append_trimmed (sentences, text, from, i, 0);
        from = i + 1;
      }
  append_trimmed (sentences, text, from, end, 0);
}

GArray *
quarry_sentences_of_document (QuarryDocument *document)
{
  GArray *sentences = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  const QuarryBlock *blocks;
  const char *text;
  guint n_blocks;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (document), sentences);

  text = quarry_document_get_text (document, NULL);
  blocks = quarry_document_get_blocks (document, &n_blocks);
  for (guint i = 0; i < n_blocks; i++)
    {
      QuarrySpan span = blocks[i].span;

      switch ((QuarryBlockKind) blocks[i].kind)
        {
        case QUARRY_BLOCK_HEADING:
          append_trimmed (sentences, text, span.start, span.end, 0);
          break;
        case QUARRY_BLOCK_TABLE:
          break_lines (sentences, text, span.start, span.end, 1);
          break;
        case QUARRY_BLOCK_CODE:
          break_lines (sentences, text, span.start, span.end, MAX_CODE_LINES);
          break;
        case QUARRY_BLOCK_PARAGRAPH:
        case QUARRY_BLOCK_LIST_ITEM:
        case QUARRY_BLOCK_QUOTE:
        default:
          break_text (sentences, text + span.start, span.end - span.start, span.start);
          break;
        }
    }
  return sentences;
}
