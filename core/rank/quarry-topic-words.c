/* quarry-topic-words.c: the words of candidates, prepared for making names
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the beginnings of titles and texts and notes for each word how it is written and what is between it and its
 * neighbours. Words are classified by lists of words.
 */
#include "core/rank/quarry-topic-words-private.h"

#include "core/document/quarry-language.h"
#include "core/rank/quarry-phrases-private.h"

#include <stdlib.h>
#include <string.h>

#define MOST_QUERY_WORDS 16

/* The number of words read of each text and its title. A text soon says what it is about. In a large pool, less of each
 * text is read, so that naming always costs about the same. */
#define MOST_READ 100
#define LEAST_READ 30
#define READ_IN_ALL 8000

/* If a smaller share of a text's words are function words, either these are not known for its language, or it has none,
 * like a table. */
#define LEAST_SMALL 0.15

/* Word forms are prefetched this many words ahead. */
#define AHEAD 8

/* A single letter. (A single character of Han is a word.) */
static gboolean
is_lone_letter (const char *folded, gsize length)
{
  gunichar letter;

  if (length > 4 || g_utf8_next_char (folded) < folded + length)
    return FALSE;
  letter = g_utf8_get_char (folded);
  return g_unichar_isalnum (letter)
         && (letter < 0x3000 || g_unichar_get_script (letter) != G_UNICODE_SCRIPT_HAN);
}

static gboolean
is_number (const char *folded, gsize length)
{
  if (is_lone_letter (folded, length))
    return TRUE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (folded[i]))
      return FALSE;
  return TRUE;
}

gboolean
quarry_topic_is_form_of (const char *a, const char *b)
{
  gsize common = 0;

  while (a[common] != '\0' && a[common] == b[common])
    common++;
  return common >= 3 && strlen (a + common) <= 2 && strlen (b + common) <= 2
         && (a[common] == '\0' || b[common] == '\0');
}

static gboolean
stands_in (const char *folded, const QuarryWord *query_words, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      const char *word = query_words[i].form->folded;

      if (strcmp (folded, word) == 0 || quarry_topic_is_form_of (folded, word))
        return TRUE;
    }
  return FALSE;
}

/* Words of letters a to z in the order of strcmp(), with the lengths that occur for each combination of the first two
 * letters. Most words that are not in the list are ruled out by these. */
typedef struct
{
  const char *const *words;
  gsize n;
  guint16 lengths[26][27]; /* the last entry is for words of one letter */
} WordList;

/* The entry of lengths for @word; NULL where the list cannot contain it. */
static guint16 *
find_lengths (WordList *self, const char *word)
{
  guint first = (guint) word[0] - 'a', second;

  if (first >= 26)
    return NULL;
  second = word[1] == '\0' ? 26 : (guint) word[1] - 'a';
  return second <= 26 ? &self->lengths[first][second] : NULL;
}

/* Makes a list that is never freed. */
static WordList *
word_list_new (const char *const *words, gsize n)
{
  WordList *self = g_new0 (WordList, 1);

  self->words = words;
  self->n = n;
  for (gsize i = 0; i < n; i++)
    *find_lengths (self, words[i]) |= (guint16) (1u << strlen (words[i]));
  return self;
}

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (a, *(const char *const *) b);
}

static gboolean
word_list_holds (WordList *self, const char *folded, gsize length)
{
  const guint16 *lengths = find_lengths (self, folded);

  return length < 16 && lengths != NULL && (*lengths >> length & 1) != 0
         && bsearch (folded, self->words, self->n, sizeof *self->words, compare_strings) != NULL;
}

static gboolean
is_empty (const char *folded, gsize length)
{
  /* Must be in the order of strcmp(). */
  static const char *const empty[] = {
    "abschnitt", "al",       "almost",     "already",   "also",         "although",   "always",
    "among",     "amp",      "another",    "became",    "become",       "becomes",    "capitulo",
    "chapitre",  "chapter",  "com",        "commonly",  "completely",   "currently",  "da",
    "das",       "de",       "del",        "della",     "den",          "der",        "des",
    "di",        "die",      "dos",        "du",        "during",       "ein",        "eine",
    "el",        "en",       "especially", "et",        "eventually",   "frequently", "fur",
    "generally", "gt",       "het",        "however",   "http",         "https",      "il",
    "include",   "included", "includes",   "including", "instead",      "kapitel",    "la",
    "largely",   "las",      "later",      "le",        "les",          "likely",     "los",
    "lt",        "mainly",   "mit",        "mostly",    "nbsp",         "nearly",     "net",
    "often",     "org",      "others",     "para",      "particularly", "perhaps",    "por",
    "pour",      "quot",     "rather",     "recently",  "several",      "simply",     "since",
    "sometimes", "still",    "such",       "sur",       "though",       "thus",       "together",
    "typically", "un",       "una",        "und",       "une",          "usually",    "van",
    "various",   "von",  "vs",       "whether",    "while",     "without",      "www",        "y",
    "yet",       "zu"
  };
  static WordList *list;

  if (g_once_init_enter (&list))
    g_once_init_leave (&list, word_list_new (empty, G_N_ELEMENTS (empty)));
  return word_list_holds (list, folded, length);
}

/* Words that mean something in a phrase ("early music", "first aid") but nothing by themselves, words used for
 * navigating pages, and those that every program or licence has ("self", "argv"). */
static gboolean
is_vague (const char *folded, gsize length)
{
  /* Must be in the order of strcmp(). */
  static const char *const vague[]
      = { "abbildung", "add", "added", "adding", "adds", "ago", "allow", "allows", "anmerkung",
          "anterior", "anzahl", "apply", "argc", "args", "argv", "ask", "avoid", "back", "based",
          "begin", "begins", "beispiel", "beispiele", "big", "bool", "boolean", "call", "called",
          "calls", "cause", "century", "certain", "char", "check", "cls", "common", "consider",
          "const", "contain", "contains", "contents", "convert", "copyright", "create", "creates",
          "def", "different", "do", "does", "early", "eight", "ejemplo", "ejemplos", "elif",
          "enable", "end", "ensure", "erste", "ersten", "example", "exemple", "exemples", "exit",
          "explain", "fact", "false", "figura", "figure", "first", "five", "fix", "fixed", "fixes",
          "follow", "following", "follows", "form", "four", "general", "generated", "gesamte",
          "gesamten", "get", "given", "gives", "go", "good", "goto", "great", "help", "high",
          "hinweis", "hinweise", "home", "identifier", "important", "index", "inhalt", "int",
          "introduction", "keep", "kind", "known", "large", "last", "late", "learn", "len", "let",
          "licence", "license", "licensed", "liefert", "ligne", "linea", "lineas", "little", "long",
          "look", "low", "made", "main", "major", "make", "manera", "maniere", "manieres", "many",
          "mean", "means", "mistake", "modern", "modified", "msg", "must", "name", "necessaire",
          "need", "needs", "neue", "neuen", "new", "next", "nine", "nombre", "nombres", "none",
          "nota", "notas", "note", "notes", "nouveau", "nouvelle", "nueva", "nuevo", "null",
          "number", "numero", "nummer", "object", "objects", "occur", "old", "one", "page",
          "pagina", "paginas", "param", "params", "part", "parte", "partie", "people", "possible",
          "precedent", "premier", "premiere", "prepend", "prev", "previous", "primer", "primera",
          "provide", "provides", "put", "read", "refer", "remove", "replace", "require", "requires",
          "result", "results", "ret", "return", "returns", "run", "same", "say", "second",
          "section", "see", "seite", "seiten", "select", "self", "set", "seven", "short", "show",
          "shows", "siguiente", "similar", "single", "six", "sizeof", "small", "spdx", "special",
          "specifies", "specify", "start", "starts", "stderr", "step", "stop", "str", "string",
          "struct", "suivant", "support", "sure", "tabelle", "tabla", "table", "tableau", "take",
          "takes", "teil", "ten", "thank", "thanks", "thing", "things", "three", "time", "times",
          "tipo", "tipos", "true", "try", "turn", "two", "type", "understand", "unsigned",
          "unstable", "update", "updated", "urgency", "use", "used", "uses", "using", "utf",
          "utilise", "utilisee", "utilisees", "valeur", "valeurs", "valor", "valores", "value",
          "values", "void", "want", "wants", "warranty", "way", "ways", "weiter", "wert", "werte",
          "wish", "work", "write", "wrong", "year", "years", "zeigt", "zeile", "zeilen", "zuruck" };

  static WordList *list;

  if (g_once_init_enter (&list))
    g_once_init_leave (&list, word_list_new (vague, G_N_ELEMENTS (vague)));
  return word_list_holds (list, folded, length);
}

/* Function words that may be inside a name with capitals: "Battle of the Somme". */
static gboolean
is_joining (const char *folded, gsize length)
{
  /* Must be in the order of strcmp(). */
  static const char *const joining[]
      = { "a", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with" };

  static WordList *list;

  if (g_once_init_enter (&list))
    g_once_init_leave (&list, word_list_new (joining, G_N_ELEMENTS (joining)));
  return word_list_holds (list, folded, length);
}

/* Abbreviations that only stand before a name, so that the point after them is inside it: "Mount St. Helens". */
static gboolean
is_before_name (const char *folded, gsize length)
{
  /* Must be in the order of strcmp(). */
  static const char *const abbreviations[] = { "dr", "ft", "mr", "mrs", "ms", "mt", "st", "ste" };
  static WordList *list;

  if (g_once_init_enter (&list))
    g_once_init_leave (&list, word_list_new (abbreviations, G_N_ELEMENTS (abbreviations)));
  return word_list_holds (list, folded, length);
}

static gboolean
is_capital (const char *word)
{
  gunichar first;

  if ((guchar) word[0] < 0x80)
    return g_ascii_isupper (word[0]) || g_ascii_isdigit (word[0]);
  first = g_utf8_get_char (word);
  return g_unichar_isupper (first) || g_unichar_istitle (first) || g_unichar_isdigit (first);
}

/* Signs that join the words on either side into one, as in commands, files, modules and addresses. */
static inline gboolean
is_compounding (char c)
{
  switch (c)
    {
    case '-':
    case '_':
    case '.':
    case '/':
    case ':':
    case '@':
    case '+':
    case '=':
    case '~':
    case '#':
    case '\\':
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
begins_amid (const char *text, guint32 start, guint32 end)
{
  /* The number of a section: "5.2. Packages", "B.3. Inside". */
  if ((text[end] == '.' || text[end] == ')')
      && (g_ascii_isdigit (text[start]) || (end == start + 1 && g_ascii_isdigit (text[end + 1]))))
    return TRUE;
  return start > 1 && is_compounding (text[start - 1])
         && g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (text + start - 1)));
}

static gboolean
ends_amid (const char *text, guint32 end)
{
  return is_compounding (text[end]) && g_unichar_isalnum (g_utf8_get_char (text + end + 1));
}

/* Whether a name may have this between two of its words: a blank, a sign within a word, the point or slash after an
 * initial, or the point after an abbreviation. A blank together with a sign is the end of one thing and the beginning
 * of another: "branch 'master'", "commit -a". */
static gboolean
joins (const char *text, guint32 from, guint32 to, const QuarryWord *previous)
{
  guint32 length = previous->span.end - previous->span.start;
  gboolean after_initial;

  if (to == from + 1 && text[from] == ' ')
    return TRUE;
  after_initial = length == 1 && to > from && (text[from] == '.' || text[from] == '/');
  if (to == from + 2 && text[from] == '.' && text[from + 1] == ' ' && is_capital (text + previous->span.start)
      && is_before_name (previous->form->folded, strlen (previous->form->folded)))
    return TRUE;

  if (to == from || after_initial)
    return to == from || to == from + 1 || (to == from + 2 && text[from + 1] == ' ');
  if (to == from + 3)
    return memcmp (text + from, "\u2019", 3) == 0;
  return to == from + 1 && strchr (" -_.'&", text[from]) != NULL;
}

/* Whether a sentence or a line ends between two words. */
static gboolean
ends_sentence (const char *text, guint32 from, guint32 to)
{
  for (guint32 at = from; at < to; at++)
    if (strchr (".!?:\n", text[at]) != NULL)
      return TRUE;
  return FALSE;
}

/* Whether the letters of the line that begins with the word at @start are all capitals, at least two of them. */
static gboolean
is_in_capitals (const char *text, guint32 start)
{
  guint n_capitals = 0;

  for (const char *p = text + start; *p != '\0' && *p != '\n'; p = g_utf8_next_char (p))
    {
      gunichar letter = (guchar) *p < 0x80 ? (gunichar) *p : g_utf8_get_char (p);

      if (g_unichar_isupper (letter))
        n_capitals++;
      else if (g_unichar_isalpha (letter))
        return FALSE;
    }
  return n_capitals > 1;
}

/* Whether a line ends between two words. */
static inline gboolean
ends_line (const char *text, guint32 from, guint32 to)
{
  return to > from && memchr (text + from, '\n', to - from) != NULL;
}

static guint32
find_word (QuarryTopicCorpus *self, const QuarryWordForm *form)
{
  gsize at = form->number & (self->n_slots - 1);

  for (; self->slots[at] != 0; at = (at + 1) & (self->n_slots - 1))
    if (self->words[self->slots[at] - 1].number == form->number)
      return self->slots[at] - 1;

  self->words[self->n_words] = (QuarryTopicWord){ .form = form, .number = form->number, .rarity = -1 };
  self->slots[at] = ++self->n_words;
  return self->n_words - 1;
}

void
quarry_topic_corpus_judge (const QuarryTopicCorpus *self, QuarryTopicWord *word)
{
  const QuarryWordForm *form = word->form;

  word->flags |= QUARRY_TOPIC_WORD_JUDGED;
  if (form->stop)
    word->flags |= QUARRY_TOPIC_WORD_STOP
                   | (is_joining (form->folded, form->length) ? QUARRY_TOPIC_WORD_JOINING : 0);
  if (is_number (form->folded, form->length))
    word->flags |= QUARRY_TOPIC_WORD_NUMBER;
  if (2 * word->n_small >= word->n_candidates || is_empty (form->folded, form->length))
    word->flags |= QUARRY_TOPIC_WORD_EMPTY | QUARRY_TOPIC_WORD_JOINING;
  if (is_vague (form->folded, form->length))
    word->flags |= QUARRY_TOPIC_WORD_VAGUE;
  if (word->flags & (QUARRY_TOPIC_WORD_STOP | QUARRY_TOPIC_WORD_EMPTY))
    word->beside = (guint8) quarry_phrase_judge_small (form->folded);
  else
    word->beside = QUARRY_BESIDE_WORD;
  if (stands_in (form->folded, self->query_words, self->n_query_words))
    word->flags |= QUARRY_TOPIC_WORD_QUERY;
}

/* Reads @n words of candidate @i. */
static void
read_text (QuarryTopicCorpus *self,
           guint i,
           const char *text,
           const QuarryWord *words,
           guint n,
           const char *language,
           gboolean is_title)
{
  gboolean is_english
      = language != NULL && g_ascii_strncasecmp (language, "en", 2) == 0; /* has stop words */
  QuarryTopicPlace *place = self->places + self->starts[i + 1];
  guint32 previous_end = 0;
  guint n_small = 0, n_shouted = 0;
  gboolean is_shouted = FALSE;

  for (guint w = 0; w < n; w++, place++)
    {
      QuarrySpan span = words[w].span;
      QuarryTopicWord *word;

      /* Word forms are scattered in memory. */
      if (w + AHEAD < n)
        __builtin_prefetch (words[w + AHEAD].form);
      place->word = find_word (self, words[w].form);
      n_small += words[w].form->stop | words[w].form->small;
      place->span = span;
      place->in_title = is_title ? 1 : 0;
      place->is_capital = is_capital (text + span.start) ? 1 : 0;
      place->goes_on
          = w > 0 && joins (text, previous_end, span.start, &words[w - 1]) ? 1 : 0;
      place->opens = w == 0 || (!place->goes_on && ends_sentence (text, previous_end, span.start)) ? 1 : 0;
      place->is_glued
          = place->goes_on && span.start == previous_end + 1 && text[previous_end] != ' ' ? 1 : 0;
      if (w == 0 || (!place->goes_on && ends_line (text, previous_end, span.start)))
        is_shouted = !is_title && place->is_capital && is_in_capitals (text, span.start);
      place->is_shouted = is_shouted ? 1 : 0;
      n_shouted += is_shouted ? 1 : 0;
      place->begins_amid = begins_amid (text, span.start, span.end) ? 1 : 0;
      place->ends_amid = ends_amid (text, span.end) ? 1 : 0;
      previous_end = span.end;
      word = self->words + place->word;
      if (word->last_candidate != i + 1)
        {
          word->last_candidate = i + 1;
          word->n_candidates++;
          if (!is_english && words[w].form->small
              && quarry_language_is_function_word (language, word->form->folded))
            word->n_small++;
          self->held[self->held_starts[i + 1]++] = place->word;
        }
    }
  /* If most of a text is in capitals, these lines are not headings. */
  for (guint w = 0; 2 * n_shouted > n && w < n; w++)
    self->places[self->starts[i + 1] + w].is_shouted = 0;
  self->starts[i + 1] += n;
  if (!is_title)
    self->is_prose[i] = n_small >= LEAST_SMALL * n ? 1 : 0;
}

void
quarry_topic_corpus_init (QuarryTopicCorpus *self,
                          const QuarryTopicText *texts,
                          guint n,
                          const QuarryWord *query_words,
                          guint n_query_words)
{
  guint most = CLAMP (READ_IN_ALL / MAX (n, 1), LEAST_READ, MOST_READ);
  gsize n_places = 0;

  for (guint i = 0; i < n; i++)
    n_places += MIN ((gsize) texts[i].n_title_words + texts[i].n_words, most);
  self->words = g_new (QuarryTopicWord, n_places + 1);
  self->n_slots = 64;
  while (self->n_slots < 2 * (n_places + 1))
    self->n_slots *= 2;
  self->slots = g_new0 (guint32, self->n_slots);
  /* A query that is a whole passage ("see also") contains words that may name its topics. */
  self->query_words = query_words;
  self->n_query_words = n_query_words <= MOST_QUERY_WORDS ? n_query_words : 0;
  self->places = g_new (QuarryTopicPlace, n_places + 1);
  self->starts = g_new0 (guint, n + 1);
  self->held = g_new (guint32, n_places + 1);
  self->held_starts = g_new0 (guint, n + 1);
  self->pairs = g_new (QuarryTopicPair, QUARRY_TOPIC_PAIRS);
  self->is_prose = g_new0 (guint8, n + 1);
  self->nouns_first = g_new0 (guint8, n + 1);
  self->capital_nouns = g_new0 (guint8, n + 1);
  for (guint i = 0; i < n; i++)
    {
      guint n_title = MIN (texts[i].n_title_words, most);

      self->nouns_first[i] = quarry_phrase_has_nouns_first (texts[i].language) ? 1 : 0;
      self->capital_nouns[i] = quarry_phrase_has_capital_nouns (texts[i].language) ? 1 : 0;
      self->starts[i + 1] = self->starts[i];
      self->held_starts[i + 1] = self->held_starts[i];
      read_text (self, i, texts[i].title, texts[i].title_words, n_title, texts[i].language, TRUE);
      read_text (self,
                 i,
                 texts[i].text,
                 texts[i].words,
                 MIN (texts[i].n_words, most - n_title),
                 texts[i].language,
                 FALSE);
    }
  self->n_places = self->starts[n];
}

void
quarry_topic_corpus_clear (QuarryTopicCorpus *self)
{
  g_clear_pointer (&self->words, g_free);
  g_clear_pointer (&self->slots, g_free);
  g_clear_pointer (&self->places, g_free);
  g_clear_pointer (&self->starts, g_free);
  g_clear_pointer (&self->held, g_free);
  g_clear_pointer (&self->held_starts, g_free);
  g_clear_pointer (&self->pairs, g_free);
  g_clear_pointer (&self->is_prose, g_free);
  g_clear_pointer (&self->nouns_first, g_free);
  g_clear_pointer (&self->capital_nouns, g_free);
}
