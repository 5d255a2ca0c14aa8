/* quarry-segment-slides.c: pages that are slides
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A presentation that was saved as PDF has no kind of block that says where a slide begins, and often no heading that
 * can be told from its other lines. But its pages hold few words each, and what is said on one ends there, whereas in a
 * book with small pages nearly every page begins in the middle of something.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/segment/quarry-segment-private.h"

/* Pages are slides where there are so many, of which at least half have at most so many words, and at most one in so
 * many runs over into the next. */
#define LEAST_SLIDES 4u
#define SLIDE_WORDS 80u
#define RUNS_OVER_SHARE 2u
/* A line that is as long as this and has no end goes on where the next page begins with a small letter. */
#define LONG_LINE_WORDS 8u
/* A page with no more is the title of what follows. */
#define TITLE_WORDS 6u
/* Like a heading of an inner level: far below the default granularity. */
#define SURE_FROM 0.3f

typedef struct
{
  guint sentence; /* the first one that begins on the page */
  guint n_words;  /* of the sentences that begin on it */
} Slide;

static guint
words_of (const QuarrySentenceWords *words, guint sentence)
{
  return words->first_words[sentence + 1] - words->first_words[sentence];
}

static GArray *
find_slides (const QuarryPage *pages, guint n_pages, const QuarrySentenceWords *words)
{
  GArray *slides = g_array_new (FALSE, FALSE, sizeof (Slide));
  guint page = 0;

  for (guint i = 0; i < words->n; i++)
    {
      gboolean begins = i == 0;

      for (; page < n_pages && pages[page].start <= words->sentences[i].start; page++)
        begins = TRUE;
      if (begins)
        g_array_append_val (slides, ((Slide){ i, 0 }));
      g_array_index (slides, Slide, slides->len - 1).n_words += words_of (words, i);
    }
  return slides;
}

/* Whether what stands before @sentence, the first one of its page, goes on there. */
static gboolean
runs_over (const QuarrySentenceWords *words, const QuarryGap *gaps, guint sentence)
{
  QuarrySpan before = words->sentences[sentence - 1];
  const char *text = words->text;

  if (gaps[sentence].inside)
    return TRUE;
  return words_of (words, sentence - 1) >= LONG_LINE_WORDS && strchr (".!?:;", text[before.end - 1]) == NULL
         && g_unichar_islower (g_utf8_get_char (text + words->sentences[sentence].start));
}

static gboolean
are_slides (GArray *slides, const QuarrySentenceWords *words, const QuarryGap *gaps, guint n_pages)
{
  /* Pages on which no sentence begins: those before them run over. */
  guint n_over = n_pages - MIN (slides->len, n_pages), n_small = 0;

  for (guint i = 0; i < slides->len; i++)
    {
      const Slide *slide = &g_array_index (slides, Slide, i);

      n_small += slide->n_words <= SLIDE_WORDS;
      n_over += i > 0 && runs_over (words, gaps, slide->sentence);
    }
  return slides->len >= LEAST_SLIDES && n_small * 2 >= slides->len && n_over * RUNS_OVER_SHARE <= slides->len;
}

/* A slide that is shown again with more on it, as where its points appear one by one, begins as it did before. */
static gboolean
begins_alike (const QuarrySentenceWords *words, guint sentence, guint other)
{
  QuarrySpan a = words->sentences[sentence], b = words->sentences[other];

  return a.end - a.start == b.end - b.start
         && memcmp (words->text + a.start, words->text + b.start, a.end - a.start) == 0;
}

void
quarry_segment_weigh_slides (QuarryDocument *document, const QuarrySentenceWords *words, QuarryGap *gaps)
{
  guint n_pages;
  const QuarryPage *pages = quarry_document_get_pages (document, &n_pages);
  g_autoptr (GArray) slides = NULL;

  if (n_pages < LEAST_SLIDES)
    return;
  slides = find_slides (pages, n_pages, words);
  if (!are_slides (slides, words, gaps, n_pages))
    return;
  for (guint i = 1; i < slides->len; i++)
    {
      const Slide *before = &g_array_index (slides, Slide, i - 1), *slide = before + 1;
      QuarryGap *gap = &gaps[slide->sentence];

      if (before->n_words > TITLE_WORDS && !gap->forbidden && gap->sure > SURE_FROM
          && !runs_over (words, gaps, slide->sentence) && !begins_alike (words, slide->sentence, before->sentence))
        gap->sure = SURE_FROM;
    }
}
