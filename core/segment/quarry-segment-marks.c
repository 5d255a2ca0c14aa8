/* quarry-segment-marks.c: dialogues, logs and numbered clauses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain text has no kind of block for a speaker's turn, an entry of a log or a clause, but their beginnings show what
 * they are. Here costs are added where one of them goes on, and taken off where something new begins. A document counts
 * as a dialogue, a log or numbered clauses only where many of its blocks begin in that way.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/document/quarry-line-start.h"
#include "core/segment/quarry-segment-private.h"

/* How many bytes at the beginning of a block are looked at. */
#define MARK_BYTES 160u

/* Costs of a boundary, in units of gain. For comparison: one more segment costs about 2. */
#define COST_WITHIN_TURN 1.0f   /* the same speaker goes on */
#define COST_BEFORE_ANSWER 4.0f
#define GAIN_OTHER_SPEAKER 0.1f /* makes up for these, so that a dialogue has hardly fewer boundaries than other texts */
#define COST_SHORT_TURN 1.0f    /* such as "Yes.", which begins no topic */
#define COST_WITHIN_ENTRY 3.0f  /* within an entry of a log */
#define COST_BEFORE_POINT 2.0f  /* before (a), (b): points of one clause */
#define COST_WITHIN_POINT 3.0f
#define GAIN_OUTER_CLAUSE 1.5f
#define GAIN_FIRST_BRACKET 2.5f /* before (1), where others of a law have been before */
#define GAIN_LONG_PAUSE 2.0f

/* A document is of one of these kinds where at least so many of its blocks begin in that way and, for dialogues and
 * logs, at least one block in so many. */
#define LEAST_MARKS 4u
#define SPEAKERS_SHARE 4u
#define TIMES_SHARE 2u
#define SHORT_TURN_WORDS 5u /* with the speaker's name */

/* A pause is long if it is at least ten times the median one, and at least ten minutes. */
#define LONG_PAUSE_TIMES 10
#define LONG_PAUSE_SECONDS 600

typedef struct
{
  guint sentence;       /* the first sentence of the block */
  gboolean is_short;    /* the whole block is a few words */
  gboolean short_first; /* its first sentence is a few words, such as "HAMLET.", and more follow */
  gboolean is_heading;  /* the next block is right below it */
  QuarryLineStart mark;
} Start;

/* Looks at all blocks. A block that must not be parted from the one before is right below a heading, as far as is known
 * yet. */
static GArray *
find_starts (const QuarrySentenceWords *words, gsize length, const QuarryGap *gaps)
{
  const char *text = words->text;
  const QuarrySpan *sentences = words->sentences;
  GArray *starts = g_array_new (FALSE, FALSE, sizeof (Start));

  for (guint i = 0; i < words->n; i++)
    {
      Start start = { .sentence = i };
      gsize from = sentences[i].start, to = MIN (from + MARK_BYTES, length);

      if (i > 0 && gaps[i].inside)
        continue;
      if (gaps[i].forbidden && starts->len > 0)
        g_array_index (starts, Start, starts->len - 1).is_heading = TRUE;
      while (to > from && to < length && ((guchar) text[to] & 0xc0) == 0x80)
        to--;
      start.mark = quarry_line_start (text + from, to - from);
      if (sentences[i].end - from < MARK_BYTES
          && words->first_words[i + 1] - words->first_words[i] <= SHORT_TURN_WORDS)
        {
          start.short_first = i + 1 < words->n && gaps[i + 1].inside;
          start.is_short = !start.short_first;
        }
      g_array_append_val (starts, start);
    }
  return starts;
}

/* --- Who speaks ------------------------------------------------------------------------------ */

static gboolean
is_dialogue (GArray *starts)
{
  g_autoptr (GHashTable) speakers = g_hash_table_new (NULL, NULL);
  guint n = 0, different;

  for (guint i = 0; i < starts->len; i++)
    {
      guint32 speaker = g_array_index (starts, Start, i).mark.speaker;

      if (speaker != 0)
        {
          n++;
          g_hash_table_add (speakers, GUINT_TO_POINTER (speaker));
        }
    }
  /* A glossary looks similar, but each of its words comes only once; speakers come again. */
  different = g_hash_table_size (speakers);
  return n >= LEAST_MARKS && n * SPEAKERS_SHARE >= starts->len && different >= 2 && different * 2 <= n;
}

static gboolean
ends_as_question (const char *text, QuarrySpan sentence)
{
  while (sentence.end > sentence.start && strchr (" \t\n\"')", text[sentence.end - 1]) != NULL)
    sentence.end--;
  return sentence.end > sentence.start && text[sentence.end - 1] == '?';
}

static void
weigh_turns (GArray *starts, const char *text, const QuarrySpan *sentences, QuarryGap *gaps)
{
  guint32 speaking = 0;

  for (guint i = 0; i < starts->len; i++)
    {
      const Start *start = &g_array_index (starts, Start, i);
      QuarryGap *gap = &gaps[start->sentence];
      guint32 speaker = start->mark.speaker;

      if (start->sentence > 0)
        {
          if (speaker == 0 || speaker == speaking)
            gap->cost += speaking != 0 ? COST_WITHIN_TURN : 0;
          else if (ends_as_question (text, sentences[start->sentence - 1]))
            gap->cost += COST_BEFORE_ANSWER;
          else
            gap->cost -= GAIN_OTHER_SPEAKER;
          if (start->is_short)
            gap->cost += COST_SHORT_TURN;
        }
      if (speaker == 0)
        continue;
      speaking = speaker;
      gap->name = MIN (start->mark.spoken, sentences[start->sentence].end - sentences[start->sentence].start);
      if (start->short_first)
        gaps[start->sentence + 1].forbidden = TRUE;
    }
}

/* Who speaks says little of what is spoken of. To the networks, which have learned from meetings without names, each
 * turn would begin with the same few words, and none would seem to begin a topic. */
QuarrySentenceWords *
quarry_segment_spoken_words (const QuarrySentenceWords *words, const QuarryGap *gaps)
{
  QuarrySentenceWords *self;
  QuarrySpan *sentences;
  guint32 n_words = 0;
  guint named = 0;

  while (named < words->n && gaps[named].name == 0)
    named++;
  if (named == words->n)
    return NULL;

  self = g_memdup2 (words, sizeof *words);
  self->sentences = sentences = g_memdup2 (words->sentences, words->n * sizeof *sentences);
  self->words = g_new (QuarrySentenceWord, MAX (words->first_words[words->n], 1));
  self->first_words = g_new (guint32, (gsize) words->n + 1);
  for (guint i = 0; i < words->n; i++)
    {
      sentences[i].start += gaps[i].name;
      self->first_words[i] = n_words;
      for (guint32 w = words->first_words[i]; w < words->first_words[i + 1]; w++)
        if (words->words[w].span.start >= sentences[i].start)
          self->words[n_words++] = words->words[w];
    }
  self->first_words[words->n] = n_words;
  return self;
}

void
quarry_segment_spoken_words_free (QuarrySentenceWords *self)
{
  if (self == NULL)
    return;
  g_free ((gpointer) self->sentences);
  g_free (self->words);
  g_free (self->first_words);
  g_free (self);
}

/* --- When ------------------------------------------------------------------------------------ */

static int
compare_seconds (gconstpointer a, gconstpointer b)
{
  const gint64 *x = a, *y = b;

  return (*x > *y) - (*x < *y);
}

static gint64
pause_between (const QuarryLineStart *before, const QuarryLineStart *after)
{
  gint64 pause = after->seconds - before->seconds;

  /* Without a date, a time that is earlier than the one before it is the next day's. */
  if (pause < 0 && !after->dated)
    pause += 24 * 60 * 60;
  return MAX (pause, 0);
}

static void
weigh_times (GArray *starts, QuarryGap *gaps)
{
  g_autoptr (GArray) pauses = g_array_new (FALSE, FALSE, sizeof (gint64));
  const QuarryLineStart *before = NULL;
  gint64 long_pause;

  for (guint i = 0; i < starts->len; i++)
    {
      const QuarryLineStart *mark = &g_array_index (starts, Start, i).mark;

      if (mark->seconds < 0)
        continue;
      if (before != NULL)
        {
          gint64 pause = pause_between (before, mark);

          g_array_append_val (pauses, pause);
        }
      before = mark;
    }
  if (pauses->len + 1 < LEAST_MARKS || (pauses->len + 1) * TIMES_SHARE < starts->len)
    return;

  g_array_sort (pauses, compare_seconds);
  long_pause = MAX (g_array_index (pauses, gint64, pauses->len / 2) * LONG_PAUSE_TIMES, LONG_PAUSE_SECONDS);
  before = NULL;
  for (guint i = 0; i < starts->len; i++)
    {
      const Start *start = &g_array_index (starts, Start, i);

      if (start->mark.seconds >= 0)
        {
          if (before != NULL && pause_between (before, &start->mark) >= long_pause)
            gaps[start->sentence].cost -= GAIN_LONG_PAUSE;
          before = &start->mark;
        }
      else if (before != NULL)
        gaps[start->sentence].cost += COST_WITHIN_ENTRY;
    }
}

/* --- Clauses --------------------------------------------------------------------------------- */

/* A kind of numbering counts where at least two thirds of its numbers go on by one or begin anew with 1. */
static void
find_numberings (GArray *starts, gboolean *counts)
{
  guint n[QUARRY_N_NUMBERINGS] = { 0 }, steps[QUARRY_N_NUMBERINGS] = { 0 }, last[QUARRY_N_NUMBERINGS] = { 0 };

  for (guint i = 0; i < starts->len; i++)
    {
      const QuarryLineStart *mark = &g_array_index (starts, Start, i).mark;

      n[mark->numbering]++;
      steps[mark->numbering] += mark->number == last[mark->numbering] + 1 || mark->number == 1;
      last[mark->numbering] = mark->number;
    }
  counts[QUARRY_NUMBERING_NONE] = FALSE;
  for (guint k = QUARRY_NUMBERING_NONE + 1; k < QUARRY_N_NUMBERINGS; k++)
    counts[k] = n[k] >= LEAST_MARKS && steps[k] * 3 >= n[k] * 2;
}

/* Whether a kind of numbering begins with 1 so often that it numbers the parts of sections, whose own numbers or titles
 * are not known as such. */
static gboolean
begins_often (GArray *starts, QuarryNumbering numbering)
{
  guint ones = 0;

  for (guint i = 0; i < starts->len; i++)
    {
      const QuarryLineStart *mark = &g_array_index (starts, Start, i).mark;

      ones += mark->numbering == numbering && mark->number == 1;
    }
  return ones >= LEAST_MARKS;
}

/* Whether the block that begins at @i is a line of a table of contents: numbered, one sentence, and no mark at
 * its end. */
static gboolean
is_entry (GArray *starts, guint i, const gboolean *counts, const char *text, const QuarrySpan *sentences, guint n_sentences)
{
  const Start *start;
  QuarrySpan line;

  if (i >= starts->len)
    return FALSE;
  start = &g_array_index (starts, Start, i);
  if (start->is_heading || !counts[start->mark.numbering]
      || (i + 1 < starts->len ? g_array_index (starts, Start, i + 1).sentence : n_sentences) != start->sentence + 1)
    return FALSE;
  line = sentences[start->sentence];
  while (line.end > line.start && g_ascii_isspace (text[line.end - 1]))
    line.end--;
  return line.end > line.start && strchr (".;:,!?", text[line.end - 1]) == NULL;
}

static void
weigh_clauses (GArray *starts, const char *text, const QuarrySpan *sentences, guint n_sentences, QuarryGap *gaps)
{
  gboolean counts[QUARRY_N_NUMBERINGS];
  QuarryNumbering outermost = QUARRY_NUMBERING_ARTICLE;
  gboolean begins_anew;

  find_numberings (starts, counts);
  while (outermost < QUARRY_N_NUMBERINGS && !counts[outermost])
    outermost++;
  /* Articles are the sections themselves: those of several laws, or of chapters, begin anew as well. */
  begins_anew = outermost != QUARRY_NUMBERING_ARTICLE && begins_often (starts, outermost);
  for (guint i = 0; i < starts->len; i++)
    {
      const Start *start = &g_array_index (starts, Start, i);
      QuarryNumbering numbering = start->mark.numbering;
      /* Lines of a table of contents: titles one below the other, without text of their own. */
      gboolean after_entry = i > 0 && is_entry (starts, i - 1, counts, text, sentences, n_sentences);
      gboolean in_contents = is_entry (starts, i, counts, text, sentences, n_sentences)
                             && (after_entry || is_entry (starts, i + 1, counts, text, sentences, n_sentences));
      guint end = i + 1 < starts->len ? g_array_index (starts, Start, i + 1).sentence : n_sentences;

      if (!counts[numbering])
        continue;
      if (numbering <= QUARRY_NUMBERING_BRACKET)
        {
          if (in_contents && after_entry)
            gaps[start->sentence].cost += COST_BEFORE_POINT;
          else if (!in_contents && numbering == outermost && (!begins_anew || start->mark.number == 1))
            gaps[start->sentence].cost -= begins_anew && numbering == QUARRY_NUMBERING_BRACKET ? GAIN_FIRST_BRACKET
                                                                                            : GAIN_OUTER_CLAUSE;
        }
      else
        {
          gaps[start->sentence].cost += COST_BEFORE_POINT;
          for (guint s = start->sentence + 1; s < end; s++)
            gaps[s].cost = MAX (gaps[s].cost, COST_WITHIN_POINT);
        }
      /* A short "Article 5" by itself belongs to what follows. */
      if (start->short_first)
        gaps[start->sentence + 1].forbidden = TRUE;
      if (start->is_short && numbering == QUARRY_NUMBERING_ARTICLE && end < n_sentences && gaps[end].sure > 1)
        gaps[end].forbidden = TRUE;
    }
}

void
quarry_segment_weigh_marks (const QuarrySentenceWords *words, gsize length, QuarryGap *gaps)
{
  g_autoptr (GArray) starts = find_starts (words, length, gaps);

  if (is_dialogue (starts))
    weigh_turns (starts, words->text, words->sentences, gaps);
  weigh_times (starts, gaps);
  weigh_clauses (starts, words->text, words->sentences, words->n, gaps);
}
