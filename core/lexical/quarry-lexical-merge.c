/* quarry-lexical-merge.c: merges several segments into one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * First the living rows of all segments are put in the order of their slots. Then the sorted terms of all segments
 * are merged; the postings of a term are concatenated with their new rows, and the segment writer sorts them if
 * necessary.
 */
#include "core/lexical/quarry-lexical-merge.h"

#include "core/lexical/quarry-lexical-private.h"

#include <string.h>

/* How many segments of a tier are merged at once. At most as many passages as a full buffer has are a small segment; a
 * tier's segments have MERGED_AT_ONCE times as many as those of the tier below. */
#define MERGED_AT_ONCE 4u
#define SMALL_MERGED_AT_ONCE 8u
#define SMALL_ROWS 4096u
#define N_TIERS 20u
#define MAX_MERGED_BYTES (G_GUINT64_CONSTANT (1) << 31)

/* A term's stems are prefetched this many terms ahead. */
#define AHEAD 8

typedef struct
{
  QuarryLexicalSegment *segment;
  guint32 term; /* the next one */
  const char *text; /* its text */
  gsize length;
  guint64 head; /* its first letters, as a number that compares as they do, which is enough to order most terms */
  guint32 *stems; /* index of the first stem of each term, or NONE */
  guint32 *next;  /* index of the next stem of the same term, or NONE */
} Input;

/* The list of one term as it is put together, with its positions. */
typedef struct
{
  GArray *rows;
  GByteArray *codes;
  GByteArray *positions;
  GArray *ends;
  GArray *stems; /* of guint64 */
} Postings;

static void
postings_clear (Postings *self)
{
  g_array_unref (self->rows);
  g_byte_array_unref (self->codes);
  g_byte_array_unref (self->positions);
  g_array_unref (self->ends);
  g_array_unref (self->stems);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Postings, postings_clear)

/* --- Choosing -------------------------------------------------------------------------------- */

static const QuarryLexicalSegment *
get_segment (GPtrArray *segments, guint i)
{
  return g_ptr_array_index (segments, i);
}

static guint
tier_of (const QuarryLexicalSegment *segment)
{
  guint tier = 0;

  for (guint32 n = segment->n_rows - segment->n_dead; n > SMALL_ROWS; n /= MERGED_AT_ONCE)
    tier++;
  return tier;
}

static void
add_segment (QuarryLexicalMerge *self, GPtrArray *segments, guint i)
{
  self->segments[self->n++] = quarry_lexical_segment_ref (g_ptr_array_index (segments, i));
}

/* Takes the segments from @first up to but not including @end, though no more than can be merged at once; none where
 * they are too large together. */
static void
choose_from (QuarryLexicalMerge *self, GPtrArray *segments, guint first, guint end)
{
  guint64 bytes = 0;

  end = MIN (end, first + QUARRY_LEXICAL_MAX_MERGE);
  for (guint i = first; i < end; i++)
    bytes += get_segment (segments, i)->size;
  for (guint i = first; i < end && bytes <= MAX_MERGED_BYTES; i++)
    add_segment (self, segments, i);
}

/* Chooses the first @most segments of the tier that are not too large together, with the smaller ones between them.
 * Segments that are merged should be neighbours by slot, so that each list of one is simply appended to that of the
 * other. If slots of a third segment lay between them, everything that is merged with it later would have to be
 * sorted. */
static void
choose_tier (QuarryLexicalMerge *self, GPtrArray *segments, guint tier, guint most)
{
  guint first = 0, n = 0;

  for (guint i = 0; i < segments->len && self->n == 0; i++)
    {
      guint this_tier = tier_of (get_segment (segments, i));

      if (this_tier > tier)
        n = 0;
      if (this_tier != tier)
        continue;
      if (n++ == 0)
        first = i;
      if (n < most)
        continue;
      choose_from (self, segments, first, i + 1);
      /* Where these are too large, the next run begins with the second of them. */
      n--;
      do
        first++;
      while (first < i && tier_of (get_segment (segments, first)) != tier);
    }
}

/* Chooses all segments, where that is worth it. */
static void
choose_all (QuarryLexicalMerge *self, GPtrArray *segments)
{
  guint64 n_rows = 0, most_rows = 0;

  for (guint i = 0; i < segments->len; i++)
    {
      n_rows += get_segment (segments, i)->n_rows;
      most_rows = MAX (most_rows, get_segment (segments, i)->n_rows);
    }
  if (segments->len >= 2 && n_rows - most_rows >= MAX (SMALL_ROWS, n_rows / 5))
    choose_from (self, segments, 0, segments->len);
}

gboolean
quarry_lexical_merge_choose (QuarryLexicalMerge *self, GPtrArray *segments, gboolean tidies, guint times)
{
  memset (self, 0, sizeof *self);
  /* When nothing more is expected soon, small segments are merged into the large one if together they are a fifth of
   * all, since each segment has its own copy of most words. */
  if (tidies)
    choose_all (self, segments);
  for (guint tier = 0; tier < N_TIERS && self->n == 0; tier++)
    choose_tier (self, segments, tier, times * (tier == 0 ? SMALL_MERGED_AT_ONCE : MERGED_AT_ONCE));
  /* A segment of which more than a third is dead is rewritten. */
  for (guint i = 0; i < segments->len && self->n == 0; i++)
    if (get_segment (segments, i)->n_dead > get_segment (segments, i)->n_rows / 3)
      add_segment (self, segments, i);
  return self->n > 0;
}

/* --- Merging --------------------------------------------------------------------------------- */

void
quarry_lexical_merge_clear (QuarryLexicalMerge *self)
{
  for (guint i = 0; i < self->n; i++)
    {
      quarry_lexical_segment_unref (self->segments[i]);
      g_free (self->places[i]);
    }
  g_clear_pointer (&self->result, quarry_lexical_segment_unref);
  memset (self, 0, sizeof *self);
}

/* Puts the living rows of all inputs in the order of their slots. Returns how many there are. */
static guint32
order_rows (QuarryLexicalMerge *self, guint32 *slots, guint8 *lengths, guint8 *languages)
{
  guint32 at[QUARRY_LEXICAL_MAX_MERGE] = { 0 };
  guint32 n = 0;

  for (;;)
    {
      guint least = self->n;

      for (guint i = 0; i < self->n; i++)
        if (at[i] < self->segments[i]->n_rows
            && (least == self->n
                || quarry_lexical_segment_get_slot (self->segments[i], at[i])
                       < quarry_lexical_segment_get_slot (self->segments[least], at[least])))
          least = i;
      if (least == self->n)
        return n;
      if (self->places[least][at[least]] != QUARRY_LEXICAL_NONE)
        {
          slots[n] = quarry_lexical_segment_get_slot (self->segments[least], at[least]);
          lengths[n] = self->segments[least]->lengths[at[least]];
          languages[n] = (guint8) quarry_lexical_segment_get_language (self->segments[least], at[least]);
          self->places[least][at[least]] = n++;
        }
      at[least]++;
    }
}

static void
list_stems (Input *self)
{
  const QuarryLexicalSegment *segment = self->segment;

  self->stems = g_new (guint32, segment->n_terms + 1);
  self->next = g_new (guint32, segment->n_stems + 1);
  memset (self->stems, 0xff, (segment->n_terms + 1) * sizeof (guint32));
  for (guint32 i = 0; i < segment->n_stems; i++)
    {
      guint32 term = quarry_lexical_take_number (&segment->stems[i].term);

      if (term >= segment->n_terms)
        continue;
      self->next[i] = self->stems[term];
      self->stems[term] = i;
    }
}

/* Adds the stems of the input's next term that are not in @stems yet. */
static void
append_stems (const Input *input, GArray *stems)
{
  guint32 ahead = input->term + AHEAD < input->segment->n_terms ? input->stems[input->term + AHEAD] : QUARRY_LEXICAL_NONE;

  /* Stems are sorted by key, so those of successive terms are scattered in memory. */
  if (ahead != QUARRY_LEXICAL_NONE)
    __builtin_prefetch (&input->segment->stems[ahead]);
  for (guint32 at = input->stems[input->term]; at != QUARRY_LEXICAL_NONE; at = input->next[at])
    {
      guint64 key = quarry_lexical_stem_get_key (&input->segment->stems[at]);
      gboolean known = FALSE;

      for (guint i = 0; i < stems->len && !known; i++)
        known = g_array_index (stems, guint64, i) == key;
      if (!known)
        g_array_append_val (stems, key);
    }
}

/* Appends the postings of a term in one segment. FALSE where they are damaged. */
static gboolean
append_list (const QuarryLexicalSegment *segment,
             guint32 term,
             const guint32 *places,
             Postings *to)
{
  QuarryPostings postings;

  if (!quarry_lexical_segment_get_postings (segment, term, &postings))
    return FALSE;
  for (guint32 b = 0; b < postings.n_blocks; b++)
    {
      QuarryPostingsBlock block;
      const guint8 *start, *at, *end;
      guint32 offset = to->positions->len;
      guint before = to->rows->len;
      guint32 *rows, *ends;

      if (!quarry_postings_unpack (&postings, b, &block)
          || !quarry_lexical_segment_get_positions (
              segment, term, postings.n_blocks, b, &start, &end))
        return FALSE;
      g_array_set_size (to->rows, before + block.length);
      g_array_set_size (to->ends, before + block.length);
      rows = &g_array_index (to->rows, guint32, before);
      ends = &g_array_index (to->ends, guint32, before);
      at = start;
      for (guint i = 0; i < block.length; i++)
        {
          if ((at = quarry_lexical_positions_skip_one (at, end)) == NULL)
            return FALSE;
          rows[i] = places[block.rows[i]];
          ends[i] = offset + (guint32) (at - start);
        }
      g_byte_array_append (to->codes, block.codes, block.length);
      g_byte_array_append (to->positions, start, (guint) (at - start));
    }
  return TRUE;
}

/* Writes a term that only one passage holds. FALSE where the segment is damaged. */
static gboolean
merge_single (const QuarryLexicalSegment *segment,
              guint32 term,
              const guint32 *places,
              const char *text,
              gsize length,
              const GArray *stems,
              QuarryLexicalSegmentWriter *writer)
{
  const guint8 *start, *behind, *end;
  QuarryPostings postings;
  QuarryPostingsBlock block;

  if (!quarry_lexical_segment_get_postings (segment, term, &postings)
      || !quarry_postings_unpack (&postings, 0, &block)
      || !quarry_lexical_segment_get_positions (segment, term, postings.n_blocks, 0, &start, &end)
      || (behind = quarry_lexical_positions_skip (start, end, 1)) == NULL)
    return FALSE;
  if (places[block.rows[0]] != QUARRY_LEXICAL_NONE)
    quarry_lexical_segment_writer_add_single (writer, text, length, stems, places[block.rows[0]], block.codes[0],
                                              start, (guint) (behind - start));
  return TRUE;
}

/* Reads the text of the next term, if there is one. */
static void
read_term (Input *self)
{
  guint64 head = 0;

  if (self->term >= self->segment->n_terms)
    return;
  self->text = quarry_lexical_segment_get_term (self->segment, self->term, &self->length);
  memcpy (&head, self->text, MIN (self->length, sizeof head));
  self->head = GUINT64_FROM_BE (head);
}

static inline int
compare_terms (const Input *a, const Input *b)
{
  int order;

  if (a->head != b->head)
    return a->head < b->head ? -1 : 1;
  order = memcmp (a->text, b->text, MIN (a->length, b->length));
  return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
}

/* Writes the term that comes first among the next terms of all inputs. *done becomes TRUE where there is none left.
 * FALSE where an input is damaged. */
static gboolean
merge_term (QuarryLexicalMerge *self,
            Input *inputs,
            Postings *postings,
            QuarryLexicalSegmentWriter *writer,
            gboolean *done)
{
  guint holders[QUARRY_LEXICAL_MAX_MERGE];
  guint n_holders = 0;
  const Input *first;
  const char *text;
  gsize length;

  for (guint i = 0; i < self->n; i++)
    {
      int order;

      if (inputs[i].term == inputs[i].segment->n_terms)
        continue;
      order = n_holders == 0 ? -1 : compare_terms (&inputs[i], &inputs[holders[0]]);
      if (order < 0)
        n_holders = 0;
      if (order <= 0)
        holders[n_holders++] = i;
    }
  *done = n_holders == 0;
  if (*done)
    return TRUE;

  postings->stems->len = 0;
  first = &inputs[holders[0]];
  text = first->text;
  length = first->length;
  if (n_holders == 1 && quarry_lexical_take_number (&first->segment->counts[first->term]) == 1)
    {
      append_stems (first, postings->stems);
      inputs[holders[0]].term++;
      read_term (&inputs[holders[0]]);
      return merge_single (first->segment, first->term - 1, self->places[holders[0]], text, length,
                           postings->stems, writer);
    }
  postings->rows->len = postings->ends->len = postings->codes->len = postings->positions->len = 0;
  for (guint i = 0; i < n_holders; i++)
    {
      Input *input = &inputs[holders[i]];

      if (!append_list (input->segment, input->term, self->places[holders[i]], postings))
        return FALSE;
      append_stems (input, postings->stems);
      input->term++;
      read_term (input);
    }
  quarry_lexical_segment_writer_add (writer, text, length, postings->stems, postings->rows,
                                     postings->codes, postings->positions, postings->ends);
  return TRUE;
}

static gboolean
merge_terms (QuarryLexicalMerge *self, QuarryLexicalSegmentWriter *writer, const int *stop)
{
  Input inputs[QUARRY_LEXICAL_MAX_MERGE] = { { NULL } };
  g_auto (Postings) postings = { g_array_new (FALSE, FALSE, sizeof (guint32)),
                                 g_byte_array_new (),
                                 g_byte_array_new (),
                                 g_array_new (FALSE, FALSE, sizeof (guint32)),
                                 g_array_new (FALSE, FALSE, sizeof (guint64)) };
  gboolean done = FALSE, sound = TRUE;

  for (guint i = 0; i < self->n; i++)
    {
      inputs[i].segment = self->segments[i];
      list_stems (&inputs[i]);
      read_term (&inputs[i]);
    }
  while (sound && !done && !g_atomic_int_get (stop))
    sound = merge_term (self, inputs, &postings, writer, &done);
  for (guint i = 0; i < self->n; i++)
    {
      g_free (inputs[i].stems);
      g_free (inputs[i].next);
    }
  return sound && done;
}

void
quarry_lexical_merge_run (QuarryLexicalMerge *self, const int *stop)
{
  g_autofree guint32 *slots = NULL;
  g_autofree guint8 *lengths = NULL;
  g_autofree guint8 *row_languages = NULL;
  QuarryLexicalSegmentWriter *writer;
  guint64 n_rows = 0, n_terms = 0, list_bytes = 0, position_bytes = 0;
  guint32 languages = 0;
  gboolean done;

  for (guint i = 0; i < self->n; i++)
    {
      n_rows += self->segments[i]->n_rows;
      n_terms += self->segments[i]->n_terms;
      languages |= self->segments[i]->languages;
      list_bytes += self->segments[i]->lists_size;
      position_bytes += self->segments[i]->positions_size;
    }
  slots = g_new (guint32, n_rows + 1);
  lengths = g_new (guint8, n_rows + 1);
  row_languages = g_new (guint8, n_rows + 1);
  self->n_rows = order_rows (self, slots, lengths, row_languages);
  if (self->n_rows == 0)
    {
      self->done = TRUE;
      return;
    }

  writer = quarry_lexical_segment_writer_new (slots, lengths, row_languages, self->n_rows,
                                              (guint32) MIN (n_terms, G_MAXINT32), languages, self->mean);
  quarry_lexical_segment_writer_expect (writer, list_bytes, position_bytes);
  done = merge_terms (self, writer, stop);
  self->result = quarry_lexical_segment_writer_end (writer);
  if (!done)
    g_clear_pointer (&self->result, quarry_lexical_segment_unref);
  /* If another program has overwritten part of an input, the wrong content must not get a valid checksum in the new
   * segment. */
  for (guint i = 0; i < self->n; i++)
    self->damaged = self->damaged || !quarry_lexical_segment_check_bytes (self->segments[i]);
  self->done = self->result != NULL && !self->damaged;
}
