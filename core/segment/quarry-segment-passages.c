/* quarry-segment-passages.c: segments to passages of a useful length
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small neighbouring segments are put together; a segment that is too long becomes overlapping windows of sentences.
 * Where a window ends depends on the costs of boundaries around its end.
 */
#include "quarry-config.h"

#include "core/document/quarry-words.h"
#include "core/segment/quarry-segment-private.h"
#include "core/segment/quarry-segmenter.h"

/* Small neighbouring segments become one passage of up to this many words. */
#define TOGETHER_WORDS 120

/* Consecutive windows of one segment share about this part of their words. */
#define OVERLAP 0.2

/* A window is at least this long, where the sentences allow it; somewhat shorter only where it ends
 * with a paragraph and could not otherwise. */
#define LEAST_WINDOW_WORDS 150
#define LEAST_PARAGRAPH_WORDS 90

/* Costs that no other cost makes up for: a window ends within a sentence only where it cannot end after one, and within
 * a paragraph only where it cannot end with one. */
#define WITHIN_SENTENCE 1e6f
#define WITHIN_PARAGRAPH 1e3f

/* A word rarely takes more bytes than this. Text with hardly any words (ciphers, rows of dots) is measured by its
 * bytes. */
#define BYTES_PER_WORD 16

/* What a passage takes whole or not at all: a sentence, or a part of one that is too long for a passage. */
typedef struct
{
  QuarrySpan span;
  guint32 size;     /* in words, or the words that its bytes stand for */
  float cost;       /* of a boundary before it */
  gboolean heading; /* no passage ends with it */
} Piece;

static guint32
size_of (guint32 words, QuarrySpan span)
{
  return MAX (MAX (words, (span.end - span.start) / BYTES_PER_WORD), 1);
}

static void
add_piece (GArray *pieces, const char *text, QuarrySpan span, guint32 words)
{
  Piece piece;

  while (span.start < span.end && g_ascii_isspace (text[span.start]))
    span.start++;
  while (span.end > span.start && g_ascii_isspace (text[span.end - 1]))
    span.end--;
  if (span.start == span.end)
    return;
  piece = (Piece){ span, size_of (words, span), WITHIN_SENTENCE, FALSE };
  g_array_append_val (pieces, piece);
}

/* Cuts a sentence that is too long into parts, before a word or, where no word begins for long, before a character. */
static void
add_parts (GArray *pieces, const char *text, QuarrySpan sentence)
{
  const guint32 most_words = QUARRY_PASSAGE_MAX_WORDS / 5;
  const guint32 most_bytes = most_words * BYTES_PER_WORD;
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan part = { sentence.start, sentence.start };
  QuarrySpan word;
  guint32 n_words = 0;
  const char *folded;
  gboolean more;

  quarry_words_init (&words, text + sentence.start, sentence.end - sentence.start);
  do
    {
      guint32 word_start = sentence.end;

      more = quarry_words_next (&words, &word, &folded, NULL);
      if (more)
        word_start = sentence.start + word.start;

      while (word_start - part.start > most_bytes)
        {
          part.end = part.start + most_bytes;
          while (part.end > part.start + 1 && ((guchar) text[part.end] & 0xc0) == 0x80)
            part.end--;
          add_piece (pieces, text, part, n_words);
          part.start = part.end;
          n_words = 0;
        }
      if (!more || n_words == most_words)
        {
          part.end = word_start;
          add_piece (pieces, text, part, n_words);
          part.start = part.end;
          n_words = 0;
        }
      n_words++;
    }
  while (more);
}

static void
add_passage (GArray *passages, const Piece *first, const Piece *last, guint segment)
{
  QuarryPassageSpan passage = { { first->span.start, last->span.end }, segment };

  g_array_append_val (passages, passage);
}

/* Finds where a window ends that begins with piece @start: among the ends that make it long enough, and leave enough
 * for the next one, where a boundary costs least. That depends on the text there and not on the length of the whole
 * segment, so that an edit changes the windows around it and not all that follow. */
static guint
window_end (const Piece *pieces, guint n, guint start, guint32 size)
{
  guint end = start, best = 0;
  float least = G_MAXFLOAT;
  guint32 length = 0;

  while (end < n && (end == start || length + pieces[end].size <= QUARRY_PASSAGE_MAX_WORDS))
    {
      float cost;

      length += pieces[end++].size;
      if (end == n || pieces[end - 1].heading || length < LEAST_PARAGRAPH_WORDS
          || size - length < QUARRY_PASSAGE_MIN_WORDS)
        continue;
      cost = pieces[end].cost;
      if (length < LEAST_WINDOW_WORDS && cost >= WITHIN_PARAGRAPH / 2)
        continue;
      if (length < LEAST_WINDOW_WORDS)
        cost += WITHIN_PARAGRAPH / 2;
      if (cost <= least)
        {
          best = end;
          least = cost;
        }
    }
  if (best > 0)
    return best;
  while (end > start + 1 && pieces[end - 1].heading)
    end--;
  return end;
}

/* Makes one window after the other, each sharing some pieces with the one before. @size: the size of all pieces. */
static void
add_windows (GArray *passages, const Piece *pieces, guint n, guint32 size, guint segment)
{
  guint start = 0;

  while (size > QUARRY_PASSAGE_MAX_WORDS)
    {
      guint end = window_end (pieces, n, start, size), fresh = end;
      guint32 length = 0, shared = 0;

      for (guint i = start; i < end; i++)
        length += pieces[i].size;
      add_passage (passages, &pieces[start], &pieces[end - 1], segment);

      /* The next one begins with the last pieces of this one, but after its first. */
      while (fresh - 1 > start && shared + pieces[fresh - 1].size <= 1.5 * OVERLAP * length
             && shared < OVERLAP * length)
        shared += pieces[--fresh].size;
      size -= length - shared;
      start = fresh;
      if (end == n)
        return;
    }
  add_passage (passages, &pieces[start], &pieces[n - 1], segment);
}

/* Whether @segment is nothing but headings on one page with the segment after it: alone it says nothing. */
static gboolean
only_heads (QuarryDocument *document, const QuarrySpan *sentences, const gboolean *is_heading,
            const QuarrySegment *segment)
{
  guint end = segment->sentence + segment->n_sentences;

  for (guint s = segment->sentence; s < end; s++)
    if (!is_heading[s])
      return FALSE;
  return segment->n_sentences > 0
         && quarry_document_page_at (document, sentences[segment->sentence].start)
                == quarry_document_page_at (document, segment->span.end);
}

GArray *
quarry_segment_pack_passages (QuarryDocument *document,
                              const QuarrySpan *sentences,
                              const guint32 *words,
                              const gboolean *is_heading,
                              const QuarryGap *gaps,
                              GArray *segments)
{
  g_autoptr (GArray) passages = g_array_new (FALSE, FALSE, sizeof (QuarryPassageSpan));
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_autofree guint32 *size = g_new0 (guint32, MAX (segments->len, 1));
  const char *text = quarry_document_get_text (document, NULL);

  for (guint i = 0; i < segments->len; i++)
    {
      const QuarrySegment *segment = &g_array_index (segments, QuarrySegment, i);

      for (guint s = segment->sentence; s < segment->sentence + segment->n_sentences; s++)
        size[i] += size_of (words[s], sentences[s]);
    }

  for (guint i = 0, next; i < segments->len; i = next)
    {
      const QuarrySegment *segment = &g_array_index (segments, QuarrySegment, i);
      gboolean heads = only_heads (document, sentences, is_heading, segment);
      guint32 total = size[i];
      guint last;

      /* Adds the segments that follow as long as one of the two is too small to stand alone and no heading comes
       * between; and to headings without text what follows them. */
      for (next = i + 1; next < segments->len; next++)
        {
          const QuarrySegment *following = &g_array_index (segments, QuarrySegment, next);

          if (heads ? total > TOGETHER_WORDS
                    : (following->n_sentences > 0 && is_heading[following->sentence])
                          || MIN (total, size[next]) >= QUARRY_PASSAGE_MIN_WORDS || total + size[next] > TOGETHER_WORDS)
            break;
          total += size[next];
          heads = heads && only_heads (document, sentences, is_heading, following);
        }

      segment = &g_array_index (segments, QuarrySegment, next - 1);
      last = segment->sentence + segment->n_sentences;
      segment = &g_array_index (segments, QuarrySegment, i);
      g_array_set_size (pieces, 0);
      total = 0;
      for (guint s = segment->sentence; s < last; s++)
        {
          guint first = pieces->len;

          if (size_of (words[s], sentences[s]) > QUARRY_PASSAGE_MAX_WORDS)
            add_parts (pieces, text, sentences[s]);
          else
            add_piece (pieces, text, sentences[s], words[s]);
          if (first < pieces->len)
            g_array_index (pieces, Piece, first).cost
                = gaps[s].cost + (gaps[s].inside ? WITHIN_PARAGRAPH : 0);
          if (pieces->len > 0 && is_heading[s])
            g_array_index (pieces, Piece, pieces->len - 1).heading = TRUE;
        }
      for (guint p = 0; p < pieces->len; p++)
        total += g_array_index (pieces, Piece, p).size;

      if (pieces->len == 0)
        continue;
      if (total <= QUARRY_PASSAGE_MAX_WORDS)
        add_passage (passages,
                     &g_array_index (pieces, Piece, 0),
                     &g_array_index (pieces, Piece, pieces->len - 1),
                     i);
      else
        add_windows (passages, &g_array_index (pieces, Piece, 0), pieces->len, total, i);
    }
  return g_steal_pointer (&passages);
}
