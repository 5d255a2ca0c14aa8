/* quarry-segment-units.c: the words and the vector of each sentence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts and notes what a sentence looks like from outside (its QuarrySurface), numbers the stems of its content words,
 * and takes its vector, cut to the first dimensions and scaled to unit length.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-language.h"
#include "core/document/quarry-words.h"
#include "core/segment/quarry-segment-private.h"

/* The first letters of a word stand for its stem. That is good enough for counting, in any language that inflects at
 * the end: in measurements it was within a thousandth or two of a real stemmer. */
#define STEM_CHARACTERS 6

/* A text counts as written in capitals from this share of words with a capital on, first words of sentences left
 * out. */
#define IN_CAPITALS 0.7

static gsize
stem_length (const char *folded, gsize length)
{
  const char *end = folded;

  for (guint i = 0; i < STEM_CHARACTERS && end < folded + length; i++)
    end = g_utf8_next_char (end);
  return MIN ((gsize) (end - folded), length);
}

static const struct
{
  QuarryCue cue;
  const char *words;
} cues[] = {
  { QUARRY_CUE_HE, " he she his her him himself herself " },
  { QUARRY_CUE_IT, " it its itself " },
  { QUARRY_CUE_THEY, " they their them themselves both " },
  { QUARRY_CUE_THIS, " this these that those such " },
  { QUARRY_CUE_I, " i me my we us our mine myself ours " },
  { QUARRY_CUE_YOU, " you your yours " },
  { QUARRY_CUE_THE, " the " },
  { QUARRY_CUE_A, " a an " },
  { QUARRY_CUE_IN, " in on at by from within between among " },
  { QUARRY_CUE_WHEN, " after during before since until when while once following " },
  { QUARRY_CUE_FOR, " for with as like unlike of about under over through " },
  { QUARRY_CUE_IF, " if although though because unless whether despite " },
  { QUARRY_CUE_BUT, " however but nevertheless instead still yet rather otherwise even only " },
  { QUARRY_CUE_ALSO, " also moreover furthermore additionally besides similarly likewise again too another other " },
  { QUARRY_CUE_SO, " thus therefore so hence consequently then finally indeed meanwhile later now " },
  { QUARRY_CUE_AND, " and or nor " },
  { QUARRY_CUE_WHAT, " what why how who where which whose " },
  { QUARRY_CUE_IS, " is are am do does have has " },
  { QUARRY_CUE_WAS, " was were did had been " },
  { QUARRY_CUE_CAN, " can could will would may might must should shall cannot " },
  { QUARRY_CUE_THERE, " there here " },
  { QUARRY_CUE_TO, " to " },
  { QUARRY_CUE_SOME, " some many most several few all each every one two three any no much more " },
};

/* Returns a table of the words that are cues. */
static GHashTable *
get_cues (void)
{
  static GHashTable *made = NULL;

  if (g_once_init_enter (&made))
    {
      GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      for (guint c = 0; c < G_N_ELEMENTS (cues); c++)
        {
          g_auto (GStrv) words = g_strsplit (cues[c].words + 1, " ", -1);

          for (guint w = 0; words[w] != NULL; w++)
            if (*words[w] != '\0')
              g_hash_table_insert (table, g_strdup (words[w]), GUINT_TO_POINTER (cues[c].cue));
        }
      g_once_init_leave (&made, table);
    }
  return made;
}

static gboolean
is_quote (gunichar c)
{
  return c == '"' || c == '\'' || c == '`' || (c >= 0x2018 && c <= 0x201f) || c == 0xab || c == 0xbb;
}

/* Looks at the characters at both ends of a sentence. */
static void
look_at_ends (QuarrySurface *surface, const char *text, QuarrySpan sentence)
{
  const char *start = text + sentence.start, *end = text + sentence.end;
  gunichar first, last;

  while (start < end && g_ascii_isspace (*start))
    start++;
  while (end > start && g_ascii_isspace (end[-1]))
    end--;
  if (start == end)
    return;
  first = g_utf8_get_char (start);
  if (g_unichar_islower (first))
    surface->starts |= QUARRY_STARTS_LOWER;
  else if (g_unichar_isdigit (first))
    surface->starts |= QUARRY_STARTS_NUMBER;
  else if (is_quote (first))
    surface->starts |= QUARRY_STARTS_QUOTE;
  else if (!g_unichar_isalnum (first))
    surface->starts |= QUARRY_STARTS_MARK;

  end = g_utf8_prev_char (end);
  last = g_utf8_get_char (end);
  if (is_quote (last) || last == ')' || last == ']')
    {
      if (is_quote (last))
        surface->ends |= QUARRY_ENDS_QUOTE;
      last = end > start ? g_utf8_get_char (g_utf8_prev_char (end)) : 0;
    }
  if (last == '.' || last == 0x2026 || last == 0x3002)
    surface->ends |= QUARRY_ENDS_FULL;
  else if (last == '?' || last == 0xff1f)
    surface->ends |= QUARRY_ENDS_QUESTION;
  else if (last == ':' || last == ';' || last == ',')
    surface->ends |= QUARRY_ENDS_COLON;
  else if (last == '!' || last == 0xff01)
    surface->ends |= QUARRY_ENDS_LOUD;
}

/* What is known of a form of a word. */
typedef struct
{
  guint8 cue;     /* its QuarryCue; only looked up for function words and for words that begin a sentence */
  guint8 has_cue; /* the cue has been looked up */
  guint8 is_stop;
  guint8 ending_ed;
  guint32 stem;   /* 1 + its number */
} Form;

static QuarryCue
find_cue (GHashTable *table, const QuarrySentenceForm *form, Form *known)
{
  if (!known->has_cue)
    {
      known->cue = (guint8) GPOINTER_TO_UINT (g_hash_table_lookup (table, form->folded));
      known->has_cue = TRUE;
    }
  return known->cue;
}

static gboolean
begins_with_capital (const char *at)
{
  return g_ascii_isupper (*at) || ((guchar) *at >= 0x80 && g_unichar_isupper (g_utf8_get_char (at)));
}

/* The year that the four characters at @at stand for, or 0. */
static guint16
year_of (const char *at)
{
  guint year = 0;

  for (guint i = 0; i < 4; i++)
    {
      if (!g_ascii_isdigit (at[i]))
        return 0;
      year = year * 10 + (guint) (at[i] - '0');
    }
  return year >= 1000 && year < 2100 ? (guint16) year : 0;
}

/* What is counted of a sentence's words. */
typedef struct
{
  guint32 cues[QUARRY_N_CUES];
  guint32 capitals, numbers, stops, ending_ed, commas, brackets;
} Counts;

/* Looks at the @nth word of a sentence, from 0 on, and counts it. */
static inline void
look_at_word (QuarrySurface *surface,
              Counts *counts,
              guint32 nth,
              const char *at,
              const char *after,
              gboolean is_capital,
              QuarryCue cue)
{
  gboolean is_number = g_ascii_isdigit (*at);

  if (nth == 0)
    surface->first = cue;
  else
    counts->capitals += is_capital;
  if (nth == 1)
    {
      surface->second = cue;
      surface->starts |= (is_number ? QUARRY_STARTS_SECOND_NUMBER : 0) | (is_capital ? QUARRY_STARTS_SECOND_CAPITAL : 0);
    }
  if (nth < 4 && *after == ':')
    surface->starts |= QUARRY_STARTS_NAME;
  if (is_number && surface->year == 0 && after - at == 4)
    surface->year = year_of (at);
  counts->cues[cue]++;
  counts->numbers += is_number;
  counts->commas += *after == ',';
  counts->brackets += *after == ')';
}

static guint16
at_most_16_bits (guint32 count)
{
  return (guint16) MIN (count, G_MAXUINT16);
}

static void
take_counts (QuarrySurface *surface, const Counts *counts)
{
  const guint32 *by_cue = counts->cues;

  surface->capitals = at_most_16_bits (counts->capitals);
  surface->numbers = at_most_16_bits (counts->numbers);
  surface->pronouns = at_most_16_bits (by_cue[QUARRY_CUE_HE] + by_cue[QUARRY_CUE_IT] + by_cue[QUARRY_CUE_THEY]
                                       + by_cue[QUARRY_CUE_THIS]);
  surface->persons = at_most_16_bits (by_cue[QUARRY_CUE_I] + by_cue[QUARRY_CUE_YOU]);
  surface->stops = at_most_16_bits (counts->stops);
  surface->present = at_most_16_bits (by_cue[QUARRY_CUE_IS]);
  surface->past = at_most_16_bits (by_cue[QUARRY_CUE_WAS]);
  surface->modal = at_most_16_bits (by_cue[QUARRY_CUE_CAN]);
  surface->ending_ed = at_most_16_bits (counts->ending_ed);
  surface->commas = at_most_16_bits (counts->commas);
  surface->brackets = at_most_16_bits (counts->brackets);
}

/* A hash table of stems by their letters, at most half full. */
typedef struct
{
  guint64 hash;
  const char *letters;
  guint32 length;
  guint32 number; /* 1 + the stem's; 0: free */
} Stem;

/* Returns 1 + the number of a stem; a new stem gets the next number. @n: a power of two. */
static guint32
number_stem (Stem *stems, gsize n, const char *letters, gsize length, guint32 *n_stems)
{
  guint64 hash = quarry_words_hash (letters, length);
  gsize at = hash & (n - 1);

  for (; stems[at].number != 0; at = (at + 1) & (n - 1))
    if (stems[at].hash == hash && stems[at].length == length
        && (length <= QUARRY_WORDS_TOLD_APART || memcmp (stems[at].letters, letters, length) == 0))
      return stems[at].number;
  stems[at] = (Stem) { hash, letters, (guint32) length, ++*n_stems };
  return stems[at].number;
}

/* Numbers the stems of all forms that are no function words, in the order in which they first occur. */
static Form *
look_at_forms (QuarryUnits *self, const QuarrySentenceWords *words)
{
  gsize n = (gsize) 1 << g_bit_storage (2 * (gsize) words->n_forms);
  g_autofree Stem *stems = g_new0 (Stem, n);
  Form *forms = g_new0 (Form, words->n_forms);
  guint64 language = self->foreign != NULL ? quarry_language_get_bit (self->foreign) : 0;

  for (guint32 i = 0; i < words->n_forms; i++)
    {
      const QuarrySentenceForm *form = &words->forms[i];

      forms[i].is_stop = form->length < 2 || form->is_stop;
      if (language != 0 && !forms[i].is_stop)
        forms[i].is_stop = (quarry_language_list_of_function_word (form->folded) & language) != 0;
      if (forms[i].is_stop)
        continue;
      forms[i].ending_ed = form->length > 4 && strcmp (form->folded + form->length - 2, "ed") == 0;
      forms[i].stem
          = number_stem (stems, n, form->folded, stem_length (form->folded, form->length), &self->n_stems);
    }
  return forms;
}

static void
count_words (QuarryUnits *self, const QuarrySentenceWords *words)
{
  GHashTable *table = get_cues ();
  g_autofree Form *forms = look_at_forms (self, words);
  guint32 n_stems = 0;

  self->stems = g_new (guint32, MAX (words->first_words[words->n], 1));
  self->names = g_new (guint8, MAX (words->first_words[words->n], 1));
  for (guint i = 0; i < self->n; i++)
    {
      QuarrySurface *surface = &self->surface[i];
      guint32 first = words->first_words[i], end = words->first_words[i + 1];
      Counts counts = { 0 };

      self->first_stem[i] = n_stems;
      surface->words = end - first;
      look_at_ends (surface, words->text, words->sentences[i]);
      if (end > first)
        surface->opener = 1 + words->words[first].form;
      for (guint32 w = first; w < end; w++)
        {
          const QuarrySentenceWord *word = &words->words[w];
          Form *form = &forms[word->form];
          gboolean is_capital = begins_with_capital (words->text + word->span.start);
          QuarryCue cue = QUARRY_CUE_NONE;

          if (form->is_stop || w <= first + 1)
            cue = find_cue (table, &words->forms[word->form], form);
          look_at_word (surface, &counts, w - first, words->text + word->span.start, words->text + word->span.end,
                        is_capital, cue);
          counts.stops += form->is_stop;
          counts.ending_ed += form->ending_ed;
          if (!form->is_stop)
            {
              self->names[n_stems] = is_capital && w > first;
              self->stems[n_stems++] = form->stem - 1;
            }
        }
      take_counts (surface, &counts);
    }
  self->first_stem[self->n] = n_stems;
}

/* In a text that is written in capitals, a capital says nothing: the text is treated as if it were in small letters. */
static void
forget_capitals (QuarryUnits *self)
{
  guint64 words = 0, capitals = 0;

  for (guint i = 0; i < self->n; i++)
    {
      words += self->surface[i].words > 0 ? self->surface[i].words - 1 : 0;
      capitals += self->surface[i].capitals;
    }
  if (capitals <= words * IN_CAPITALS)
    return;
  for (guint i = 0; i < self->n; i++)
    {
      QuarrySurface *surface = &self->surface[i];

      surface->capitals = 0;
      surface->starts &= ~QUARRY_STARTS_SECOND_CAPITAL;
      if (surface->words > 0 && (surface->starts & (QUARRY_STARTS_NUMBER | QUARRY_STARTS_MARK | QUARRY_STARTS_QUOTE)) == 0)
        surface->starts |= QUARRY_STARTS_LOWER;
    }
  memset (self->names, 0, self->first_stem[self->n]);
}

/* Adding up a vector's numbers in their order, each addition has to wait for the one before. So this many vectors take
 * turns, and the processor works on all of them at the same time. */
#define TURNS 4

static void
square_lengths (const float *const *vectors, guint dims, double *squares)
{
  for (guint v = 0; v < TURNS; v++)
    squares[v] = 0;
  for (guint d = 0; d < dims; d++)
    for (guint v = 0; v < TURNS; v++)
      squares[v] += (double) vectors[v][d] * (double) vectors[v][d];
}

FOR_WIDE_REGISTERS static void
scale (float *to, const float *from, guint dims, double factor)
{
  for (guint d = 0; d < dims; d++)
    to[d] = (float) ((double) from[d] * factor);
}

static void
take_vectors (QuarryUnits *self, const float *vectors, guint dims)
{
  guint known = 0;

  self->dims = MIN (dims, QUARRY_SEGMENT_DIMS);
  self->vectors = g_new (float, (gsize) self->n * self->dims);

  for (guint i = 0; i < self->n; i += TURNS)
    {
      const float *from[TURNS];
      double squares[TURNS];

      for (guint v = 0; v < TURNS; v++)
        from[v] = vectors + (gsize) MIN (i + v, self->n - 1) * dims;
      square_lengths (from, self->dims, squares);
      for (guint v = 0; v < TURNS && i + v < self->n; v++)
        {
          float *to = self->vectors + (gsize) (i + v) * self->dims;

          if (squares[v] > 0 && isfinite (squares[v]))
            {
              known++;
              scale (to, from[v], self->dims, 1 / sqrt (squares[v]));
            }
          else
            memset (to, 0, self->dims * sizeof *to);
        }
    }

  if (known == 0)
    {
      g_clear_pointer (&self->vectors, g_free);
      self->dims = 0;
    }
}

/* Whether most words begin with a letter of ASCII: letters with marks are folded to these. */
static gboolean
is_in_latin_letters (const QuarrySentenceWords *words)
{
  guint32 n = words->first_words[words->n], latin = 0;

  for (guint32 w = 0; w < n; w++)
    latin += g_ascii_isalpha (*words->forms[words->words[w].form].folded);
  return latin > n / 2;
}

/* The language of a text that is in Latin letters but not in English, or not all of it. The language model knows
 * English: of such a text it has short pieces of words, and what these add up to hides what the words themselves say. Of
 * other scripts it has nothing, so that what has a vector there is a name or an English word. */
static const char *
find_foreign_language (const QuarrySentenceWords *words)
{
  guint32 start, end;
  const char *language;

  if (words->n == 0)
    return NULL;
  start = words->sentences[0].start;
  end = words->sentences[words->n - 1].end;
  language = quarry_language_recognize (words->text + start, end - start);
  if (language == NULL || strcmp (language, "en") == 0)
    language = quarry_language_of_part (words->text + start, end - start);
  return language != NULL && is_in_latin_letters (words) ? language : NULL;
}

QuarryUnits *
quarry_units_new (const QuarrySentenceWords *words, const float *vectors, guint dims)
{
  QuarryUnits *self = g_new0 (QuarryUnits, 1);

  self->n = words->n;
  self->foreign = find_foreign_language (words);
  self->surface = g_new0 (QuarrySurface, self->n);
  self->first_stem = g_new0 (guint32, self->n + 1);
  self->wording = quarry_segment_wording_new (words);
  count_words (self, words);
  forget_capitals (self);
  self->is_personal = self->foreign == NULL && quarry_segment_is_personal (words, self->surface);
  if (vectors != NULL && dims > 0 && self->n > 0 && self->foreign == NULL)
    take_vectors (self, vectors, dims);
  return self;
}

void
quarry_units_free (QuarryUnits *self)
{
  if (self == NULL)
    return;
  g_free (self->vectors);
  g_free (self->surface);
  g_free (self->first_stem);
  g_free (self->stems);
  g_free (self->names);
  quarry_segment_wording_free (self->wording);
  g_free (self);
}
