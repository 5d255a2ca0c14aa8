/* quarry-segment-texts.c: documents whose topics are known to change where they do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-segment-texts.h"

#include <string.h>

#include "app/train/quarry-corpus.h"
#include "core/document/quarry-sentences.h"
#include "core/document/quarry-words.h"
#include "core/library/import/quarry-embed-sentences.h"
#include "core/library/quarry-library-private.h"
#include "core/segment/quarry-segment-private.h"

/* A section with fewer sentences, or words, is a stub or what remains of a list, and is left out. */
#define LEAST_SENTENCES 2
#define LEAST_WORDS 12
/* Of a longer document, only an excerpt of this length is used. */
#define MOST_SENTENCES 1200
/* How many pairs make up a document. */
#define LEAST_PAIRS 4
#define MOST_PAIRS 16
/* The greatest number of variants made of one document. */
#define MOST_PASSES 4

/* A sentence, and whether it begins a section or a paragraph. */
typedef struct
{
  char *text;
  guint section : 1;
  guint paragraph : 1;
} Line;

typedef struct
{
  GPtrArray *documents; /* of GArray of Line */
  GArray *lines;        /* of the document being read */
  gsize section;        /* index of the line where its current section began */
  guint n_pairs;
  guint wanted_pairs;
  gboolean in_section;
  guint section_words;
  guint64 seen;
  guint64 total;  /* approximate number of documents in the file */
  guint64 most;   /* how many of them are used */
  gboolean taken; /* the current one is used */
  QuarryRandom *random;
} Reader;

static void
line_clear (gpointer data)
{
  g_free (((Line *) data)->text);
}

static GArray *
new_lines (void)
{
  GArray *lines = g_array_new (FALSE, TRUE, sizeof (Line));

  g_array_set_clear_func (lines, line_clear);
  return lines;
}

void
quarry_segment_text_free (QuarrySegmentText *self)
{
  g_free (self->features);
  g_free (self->boundary);
  g_free (self->taught);
  quarry_segment_wording_free (self->wording);
  g_free (self);
}

/* --- Reading --------------------------------------------------------------------------------- */

static void
end_section (Reader *self)
{
  if (self->lines->len - self->section < LEAST_SENTENCES || self->section_words < LEAST_WORDS)
    g_array_set_size (self->lines, self->section);
  self->section = self->lines->len;
  self->in_section = FALSE;
  self->section_words = 0;
}

static void
end_document (Reader *self)
{
  guint sections = 0;

  end_section (self);
  for (guint i = 0; i < self->lines->len; i++)
    sections += g_array_index (self->lines, Line, i).section;
  if (sections >= 2)
    {
      g_ptr_array_add (self->documents, self->lines);
      self->lines = new_lines ();
    }
  g_array_set_size (self->lines, 0);
  self->section = 0;
  self->n_pairs = 0;

  /* Choose the documents evenly over the whole file. */
  self->taken = self->total <= self->most
                || self->seen * self->most / self->total != (self->seen + 1) * self->most / self->total;
  self->seen++;
}

static void
add_paragraph (Reader *self, const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, length);
  g_autoptr (GArray) sentences = quarry_sentences_of_text (valid, -1);

  for (guint i = 0; i < sentences->len; i++)
    {
      QuarrySpan span = g_array_index (sentences, QuarrySpan, i);
      Line line = { g_strndup (valid + span.start, span.end - span.start), 0, i == 0 };

      line.section = !self->in_section;
      self->in_section = TRUE;
      self->section_words += quarry_words_count (line.text, -1);
      g_array_append_val (self->lines, line);
    }
}

static void
read_record (QuarryRecordKind kind, const char *text, gsize length, gpointer data)
{
  Reader *self = data;

  switch (kind)
    {
    case QUARRY_RECORD_DOCUMENT:
      end_document (self);
      break;
    case QUARRY_RECORD_HEADING:
    case QUARRY_RECORD_QUERY:
      end_section (self);
      if (kind == QUARRY_RECORD_QUERY && self->n_pairs++ == self->wanted_pairs)
        {
          end_document (self);
          self->n_pairs = 1;
          self->wanted_pairs = LEAST_PAIRS + quarry_random_below (self->random, MOST_PAIRS - LEAST_PAIRS);
        }
      break;
    case QUARRY_RECORD_PARAGRAPH:
    case QUARRY_RECORD_ANSWER:
      if (self->taken)
        add_paragraph (self, text, length);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
count_documents (QuarryRecordKind kind, const char *text, gsize length, gpointer data)
{
  Reader *self = data;

  if (kind == QUARRY_RECORD_DOCUMENT)
    self->total++;
  else if (kind == QUARRY_RECORD_QUERY)
    self->n_pairs++;
}

/* --- Varying --------------------------------------------------------------------------------- */

typedef enum
{
  UNITS_SENTENCES,  /* each a unit of its own */
  UNITS_LAID_OUT,   /* sentences in paragraphs */
  UNITS_PARAGRAPHS, /* each a unit */
  UNITS_RANDOM,     /* groups of sentences, cut at random within a section */
} Units;

static void
strip_case (char *text)
{
  g_autofree char *lower = g_utf8_strdown (text, -1);

  if (strlen (lower) <= strlen (text))
    strcpy (text, lower);
}

static void
strip_marks (char *text)
{
  for (char *p = text; *p != '\0'; p++)
    if (g_ascii_ispunct (*p) && *p != '\'')
      *p = ' ';
}

/* Adds the lines from @from to @to to a document, as blocks of the given kind of @units. For each block, appends to
 * @starts whether it begins a section. */
static QuarryDocument *
lay_out (GArray *lines, guint from, guint to, Units units, gboolean bare, QuarryRandom *random, GArray *starts)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (GString) unit = g_string_new (NULL);
  guint mean = 2 + quarry_random_below (random, 6);
  gboolean begins = FALSE, no_case = bare, no_marks = bare;

  if (bare && quarry_random_below (random, 3) == 0)
    {
      no_case = quarry_random_below (random, 2) == 0;
      no_marks = !no_case;
    }
  for (guint i = from; i <= to; i++)
    {
      const Line *line = i < to ? &g_array_index (lines, Line, i) : NULL;
      gboolean ends = TRUE;

      if (line != NULL && !line->section && i > from)
        switch (units)
          {
          case UNITS_SENTENCES:
            break;
          case UNITS_LAID_OUT:
          case UNITS_PARAGRAPHS:
            ends = line->paragraph;
            break;
          case UNITS_RANDOM:
            ends = quarry_random_below (random, mean) == 0;
            break;
          }
      if (ends && unit->len > 0)
        {
          guint8 start = begins;

          if (quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, unit->str, -1))
            {
              g_array_append_val (starts, start);
              begins = FALSE;
            }
          g_string_truncate (unit, 0);
        }
      if (line != NULL)
        {
          g_autofree char *text = g_strdup (line->text);

          if (no_case)
            strip_case (text);
          if (no_marks)
            strip_marks (text);
          if (unit->len > 0)
            g_string_append_c (unit, ' ');
          g_string_append (unit, text);
          begins |= line->section;
        }
    }
  return quarry_document_builder_end (builder);
}

/* Makes a text of the lines and appends it to @texts. Returns whether its units are sentences. */
static gboolean
add_text (GArray *lines, guint fold, QuarryEmbedder *embedder, QuarryRandom *random, GPtrArray *texts)
{
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, 1);
  g_autoptr (GArray) sentences = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarrySentenceWords) words = NULL;
  g_autofree float *vectors = NULL;
  QuarrySegmentText *text;
  const QuarryBlock *blocks;
  guint from = 0, to = lines->len, kind = quarry_random_below (random, 100), n_blocks, block = 0;
  Units units = kind < 55 ? UNITS_SENTENCES : kind < 72 ? UNITS_LAID_OUT
                : kind < 82 ? UNITS_PARAGRAPHS : UNITS_RANDOM;
  gboolean bare = quarry_random_below (random, 100) < 18 && units != UNITS_LAID_OUT;
  const QuarrySpan *spans;

  if (to > MOST_SENTENCES)
    {
      from = quarry_random_below (random, to - MOST_SENTENCES);
      to = from + MOST_SENTENCES;
    }
  document = lay_out (lines, from, to, units, bare, random, starts);
  blocks = quarry_document_get_blocks (document, &n_blocks);
  if (n_blocks != starts->len)
    return FALSE;
  if (units == UNITS_LAID_OUT)
    {
      g_array_unref (sentences);
      sentences = quarry_sentences_of_document (document);
    }
  else
    for (guint i = 0; i < n_blocks; i++)
      g_array_append_val (sentences, blocks[i].span);
  if (sentences->len < 4)
    return FALSE;

  text = g_new0 (QuarrySegmentText, 1);
  text->n = sentences->len;
  text->boundary = g_new0 (guint8, text->n);
  spans = (const QuarrySpan *) (gpointer) sentences->data;
  for (guint i = 0; i < text->n; i++)
    {
      gboolean first = FALSE;

      while (block < n_blocks && blocks[block].span.end <= spans[i].start)
        block++;
      first = block < n_blocks && (i == 0 || spans[i - 1].start < blocks[block].span.start);
      text->boundary[i] = i > 0 && first && g_array_index (starts, guint8, block);
    }
  words = quarry_sentence_words_of_document (document, sentences);
  vectors = quarry_embed_sentences (embedder, words);
  text->features = quarry_segment_features_of_document (document, words, vectors,
                                                        quarry_embedder_get_dims (embedder));
  text->wording = quarry_segment_wording_new (words);
  text->fold = fold;
  g_ptr_array_add (texts, text);
  return units == UNITS_SENTENCES || units == UNITS_LAID_OUT;
}

/* Concatenates excerpts of several documents; the topic changes where one follows another. */
static GArray *
catenate (GPtrArray *documents, QuarryRandom *random)
{
  GArray *lines = new_lines ();
  /* From 4 to 150, uniformly distributed on a logarithmic scale. */
  guint mean = (guint) (4 * exp (quarry_random_double (random) * log (150 / 4.0)));
  guint parts = 3 + quarry_random_below (random, 12);

  for (guint p = 0; p < parts; p++)
    {
      GArray *document = g_ptr_array_index (documents, quarry_random_below (random, documents->len));
      guint n = MAX (2, mean / 2 + quarry_random_below (random, mean));
      guint from = 0;

      n = MIN (n, document->len);
      from = quarry_random_below (random, document->len - n + 1);
      for (guint i = from; i < from + n; i++)
        {
          Line line = g_array_index (document, Line, i);

          line.text = g_strdup (line.text);
          line.section = i == from;
          line.paragraph |= i == from;
          g_array_append_val (lines, line);
        }
    }
  return lines;
}

/* A section of the document, chosen at random, as a document of its own: of one topic, so that it has no boundary. */
static GArray *
take_section (GArray *document, QuarryRandom *random)
{
  GArray *lines = new_lines ();
  guint from = quarry_random_below (random, document->len);

  while (from > 0 && !g_array_index (document, Line, from).section)
    from--;
  for (guint i = from; i < document->len && (i == from || !g_array_index (document, Line, i).section); i++)
    {
      Line line = g_array_index (document, Line, i);

      line.text = g_strdup (line.text);
      line.section = i == from;
      g_array_append_val (lines, line);
    }
  return lines;
}

gboolean
quarry_segment_texts_read (const char *path,
                           guint most,
                           QuarryEmbedder *embedder,
                           QuarryRandom *random,
                           GPtrArray *texts,
                           GError **error)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  Reader reader = { .documents = documents, .most = most, .random = random, .wanted_pairs = 8 };
  gboolean read;
  g_autofree gboolean *counted = NULL;
  guint passes;

  if (!quarry_corpus_read (path, count_documents, &reader, error))
    return FALSE;
  reader.total += reader.n_pairs / ((LEAST_PAIRS + MOST_PAIRS) / 2);
  reader.n_pairs = 0;
  reader.lines = new_lines ();
  end_document (&reader);
  read = quarry_corpus_read (path, read_record, &reader, error);
  if (read)
    end_document (&reader);
  g_array_unref (reader.lines);
  if (!read)
    return FALSE;
  /* If the source is small, make several variants of each document. */
  passes = CLAMP (most / MAX (2 * documents->len, 1), 1, MOST_PASSES);
  counted = g_new0 (gboolean, MAX (documents->len, 1));
  for (guint i = 0; i < passes * documents->len; i++)
    {
      guint document = i % documents->len, fold = document % QUARRY_SEGMENT_FOLDS;

      if (add_text (g_ptr_array_index (documents, document), fold, embedder, random, texts) && !counted[document])
        {
          counted[document] = TRUE;
          ((QuarrySegmentText *) g_ptr_array_index (texts, texts->len - 1))->counts = TRUE;
        }
      if (i % 3 == 0)
        {
          g_autoptr (GArray) lines = catenate (documents, random);

          add_text (lines, fold, embedder, random, texts);
        }
      if (i % 6 == 2)
        {
          g_autoptr (GArray) lines = take_section (g_ptr_array_index (documents, document), random);

          add_text (lines, fold, embedder, random, texts);
        }
    }
  return TRUE;
}
