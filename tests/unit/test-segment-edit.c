/* test-segment-edit.c: a change in one place leaves the passages elsewhere as they are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/unit/segment-helpers.h"

#include "core/segment/quarry-segmenter.h"

#define N_PARAGRAPHS 400

/* An edit may change the passages that contain it and their neighbours. In text that is alike throughout, the
 * passages are windows, which take a few more until they are in step with those of before, and sometimes many more.
 * An edit of the first paragraph has effects at a greater distance, since each gap is compared with the opening of
 * the document. */
#define MOST_CHANGED 13
#define MOST_CHANGED_WINDOWS 35
#define MOST_CHANGED_OPENING 27
#define MOST_CHANGED_OPENING_WINDOWS 100
#define MEAN_CHANGED 5
#define MEAN_CHANGED_WINDOWS 10

typedef enum
{
  KIND_TOPICS,   /* another topic every few paragraphs */
  KIND_CHAPTERS, /* the same, with headings */
  KIND_WINDOWS,  /* one topic, and headings so far apart that windows follow each other */
  N_KINDS,
} Kind;

typedef enum
{
  EDIT_NONE,
  EDIT_REPLACE, /* other sentences of the same topic, more of them */
  EDIT_TOPIC,   /* sentences about something else */
  EDIT_INSERT,  /* one more paragraph before it */
  EDIT_REMOVE,
  N_EDITS,
} Edit;

/* The hashes of the document's passages, with one edit at the paragraph @at. */
static GHashTable *
passages_of (Kind kind, Edit edit, guint at, guint32 seed)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  GHashTable *hashes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GArray) segments = NULL;
  g_autoptr (GArray) passages = NULL;
  guint32 state = seed, other = ~seed;
  guint topic = 0, left = 0;
  const char *text;
  Case self;

  for (guint i = 0; i < N_PARAGRAPHS; i++)
    {
      guint n_sentences = 3 + next_random (&state) % 5;
      guint32 own = state ^ (i * 2654435761u);

      if (left-- == 0)
        {
          left = next_random (&state) % 8;
          topic = kind == KIND_WINDOWS
                      ? 2
                      : (topic + 1 + next_random (&state) % (N_TOPICS - 1)) % N_TOPICS;
        }
      if (kind == KIND_WINDOWS ? i % 36 == 0 : kind == KIND_CHAPTERS && i % 9 == 0)
        quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 2, topics[topic][i % 10], -1);
      if (i == at && edit == EDIT_REPLACE)
        add_paragraph (builder, topic, n_sentences + 2, &other);
      else if (i == at && edit == EDIT_TOPIC)
        add_paragraph (builder, (topic + 1) % N_TOPICS, n_sentences, &other);
      else if (i == at && edit == EDIT_INSERT)
        add_paragraph (builder, topic, 4, &other);
      if (i != at || edit == EDIT_NONE || edit == EDIT_INSERT)
        add_paragraph (builder, topic, n_sentences, &own);
    }

  case_init (&self, builder, TRUE);
  segments = quarry_segmenter_decode (self.segmenter, QUARRY_GRANULARITY_DEFAULT);
  passages = quarry_segmenter_passages (self.segmenter, segments);
  assert_passages (&self, segments, passages);
  text = quarry_document_get_text (self.document, NULL);
  for (guint i = 0; i < passages->len; i++)
    {
      QuarrySpan passage = g_array_index (passages, QuarryPassageSpan, i).span;

      g_hash_table_add (hashes,
                        g_compute_checksum_for_data (G_CHECKSUM_SHA256,
                                                     (const guchar *) text + passage.start,
                                                     passage.end - passage.start));
    }
  case_clear (&self);
  return hashes;
}

static void
test_edit (gconstpointer data)
{
  static const guint places[] = { 0, 1, N_PARAGRAPHS / 2, N_PARAGRAPHS - 1 };
  Kind kind = GPOINTER_TO_UINT (data);
  guint all_changed = 0, n_edits = 0;

  for (guint32 seed = 1; seed <= 4; seed++)
    {
      g_autoptr (GHashTable) before = passages_of (kind, EDIT_NONE, 0, seed);

      g_assert_cmpuint (g_hash_table_size (before), >, 60);
      for (guint p = 0; p < G_N_ELEMENTS (places); p++)
        for (Edit edit = EDIT_REPLACE; edit < N_EDITS; edit++)
          {
            g_autoptr (GHashTable) after = passages_of (kind, edit, places[p], seed);
            GHashTableIter iter;
            gpointer hash;
            guint changed = 0;

            g_hash_table_iter_init (&iter, after);
            while (g_hash_table_iter_next (&iter, &hash, NULL))
              changed += !g_hash_table_contains (before, hash);
            g_test_message ("seed %u, edit %u at %u: %u of %u passages",
                            seed,
                            edit,
                            places[p],
                            changed,
                            g_hash_table_size (after));
            if (places[p] == 0)
              {
                g_assert_cmpuint (
                    changed, <=, kind == KIND_WINDOWS ? MOST_CHANGED_OPENING_WINDOWS : MOST_CHANGED_OPENING);
                continue;
              }
            g_assert_cmpuint (
                changed, <=, kind == KIND_WINDOWS ? MOST_CHANGED_WINDOWS : MOST_CHANGED);
            all_changed += changed;
            n_edits++;
          }
    }
  g_assert_cmpuint (all_changed, <=,
                    (kind == KIND_WINDOWS ? MEAN_CHANGED_WINDOWS : MEAN_CHANGED) * n_edits);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/segment-edit/topics", GUINT_TO_POINTER (KIND_TOPICS), test_edit);
  g_test_add_data_func ("/segment-edit/chapters", GUINT_TO_POINTER (KIND_CHAPTERS), test_edit);
  g_test_add_data_func ("/segment-edit/windows", GUINT_TO_POINTER (KIND_WINDOWS), test_edit);

  return g_test_run ();
}
