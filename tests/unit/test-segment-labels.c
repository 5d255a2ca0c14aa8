/* test-segment-labels.c: what segments are called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-segment-labels.h"

/* A library of a few passages, all of which say "garden". */
static QuarryLexicalIndex *
make_index (void)
{
  static const char *const passages[] = {
    "The garden has a gate.", "A garden is dug in spring.", "Every garden wants rain.", "The garden lies behind the house.",
  };
  QuarryLexicalIndex *index = quarry_lexical_index_new ();

  for (guint32 i = 0; i < G_N_ELEMENTS (passages); i++)
    quarry_lexical_index_add (index, i, NULL, NULL, passages[i], "en");
  return index;
}

/* Names the segments of @document that begin with the texts @starts (NULL-terminated). */
static GPtrArray *
label (QuarryDocument *document, const char *const *starts, const char *language)
{
  g_autoptr (QuarryLexicalIndex) index = make_index ();
  g_autoptr (GArray) segments = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  gsize length;
  const char *text = quarry_document_get_text (document, &length);

  for (guint i = 0; starts[i] != NULL; i++)
    {
      const char *from = strstr (text, starts[i]);
      const char *to = starts[i + 1] != NULL ? strstr (text, starts[i + 1]) : text + length;
      QuarrySpan segment = { (guint32) (from - text), (guint32) (to - text) };

      g_assert_true (from != NULL && to > from);
      g_array_append_val (segments, segment);
    }
  return quarry_segment_labels (document, segments, language, index);
}

static void
add (QuarryDocumentBuilder *builder, const char *text)
{
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
}

/* Names segments that consist of one paragraph each (NULL-terminated). */
static GPtrArray *
label_paragraphs (const char *const *paragraphs, const char *language)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryLexicalIndex) index = make_index ();
  g_autoptr (GArray) segments = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  g_autoptr (QuarryDocument) document = NULL;
  const QuarryBlock *blocks;
  guint n;
  gsize length;

  for (guint i = 0; paragraphs[i] != NULL; i++)
    add (builder, paragraphs[i]);
  document = quarry_document_builder_end (builder);
  blocks = quarry_document_get_blocks (document, &n);
  quarry_document_get_text (document, &length);
  for (guint i = 0; i < n; i++)
    {
      QuarrySpan segment = { blocks[i].span.start, i + 1 < n ? blocks[i + 1].span.start : (guint32) length };

      g_array_append_val (segments, segment);
    }
  return quarry_segment_labels (document, segments, language, index);
}

static const char *
name (GPtrArray *labels, guint i)
{
  return g_ptr_array_index (labels, i);
}

/* A segment is named by the heading that it begins with, not by one within it or by that of the segment before. */
static void
test_heading (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GPtrArray) labels = NULL;

  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Of Bees", -1);
  add (builder, "Hives stand in a row, and hives are warm. The swarm leaves its hives in May, a swarm of thousands.");
  add (builder, "Honey is taken from combs in autumn, combs of wax, when honey is ripe and combs are full of honey.");
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 2, "Wasps", -1);
  add (builder, "Wasps build of paper.");
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Of Ants", -1);
  add (builder, "Ants dig.");
  document = quarry_document_builder_end (builder);
  labels = label (document, (const char *const[]){ "Of Bees", "Honey is", "Of Ants", NULL }, "en");

  g_assert_cmpuint (labels->len, ==, 3);
  g_assert_cmpstr (name (labels, 0), ==, "Of Bees");
  g_test_message ("%s", name (labels, 1));
  g_assert_nonnull (strstr (name (labels, 1), "combs"));
  g_assert_nonnull (strstr (name (labels, 1), "honey"));
  g_assert_null (strstr (name (labels, 1), "Wasps"));
  g_assert_cmpstr (name (labels, 2), ==, "Of Ants");
}

/* Three words that the segment has often and the others do not. Words that are rare in the library come before those
 * that it has everywhere; there are no function words, and no two forms of one word. */
static void
test_words (void)
{
  const char *paragraphs[] = {
    "In the harbour a schooner waits, and the schooners beside it, old schooners, have an anchor each. The schooner "
    "like other schooners has an anchor of iron in this garden of masts, a garden where the tide brings the tide. "
    "With the weather comes a letter to the schooner.",
    "To the oven goes the dough, and the dough in the oven rises by its yeast. The yeast makes it, as in "
    "every garden there is a garden of herbs for the weather. With it comes a letter.",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, "en");
  g_auto (GStrv) first = NULL;
  g_auto (GStrv) second = NULL;

  first = g_strsplit (name (labels, 0), ", ", -1);
  second = g_strsplit (name (labels, 1), ", ", -1);
  g_test_message ("%s; %s", name (labels, 0), name (labels, 1));
  g_assert_cmpuint (g_strv_length (first), ==, 3);
  g_assert_true (g_strv_contains ((const char *const *) first, "schooner")
                 != g_strv_contains ((const char *const *) first, "schooners"));
  g_assert_true (g_strv_contains ((const char *const *) first, "anchor"));
  g_assert_true (g_strv_contains ((const char *const *) first, "tide"));
  g_assert_cmpuint (g_strv_length (second), ==, 3);
  g_assert_true (g_strv_contains ((const char *const *) second, "oven"));
  g_assert_true (g_strv_contains ((const char *const *) second, "dough"));
  g_assert_true (g_strv_contains ((const char *const *) second, "yeast"));
}

/* Two words are equally frequent here, but one is used all over the document or the library: the other one names the
 * segment. */
static void
test_rarity (void)
{
  const char *paragraphs[] = {
    "By day the boats and the garden have colours: here a lantern, there the kettle, the basket. By night the boats, "
    "the garden, a lantern, the kettle and the basket look alike, and so does a river.",
    "By day a river runs, a river of mud, under boats. By night a river sleeps under boats, a river of fog.",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, "en");

  g_test_message ("%s; %s", name (labels, 0), name (labels, 1));
  g_assert_cmpstr (name (labels, 0), ==, "lantern, kettle, basket");
  g_assert_true (g_str_has_prefix (name (labels, 1), "river"));
}

/* Two words that always occur together as a name count as one; two that occur together once do not. */
static void
test_joined (void)
{
  const char *paragraphs[] = {
    "The Paso Doble is danced in Spain, and the Paso Doble has a cape, a cape of red. With Paso Doble comes a "
    "bull, a bull and a cape in the garden.",
    "By day a river carries salt. A river freezes, salt does not; to the river salt is thrown. It may well be "
    "that salt of the river in the garden is danced on.",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, "en");

  g_test_message ("%s; %s", name (labels, 0), name (labels, 1));
  g_assert_cmpstr (name (labels, 0), ==, "Paso Doble, cape, bull");
  g_assert_true (g_str_has_prefix (name (labels, 1), "river, salt, "));
}

/* The same holds for names of three words, whichever of them is the most telling. */
static void
test_joined_three (void)
{
  const char *paragraphs[] = {
    "Here came Martin Luther King to the river, and to the river Martin Luther King went from a river. "
    "A river is what Martin Luther King saw, a river and a boat.",
    "By day a wagon carries salt. A wagon stops, salt does not; in the wagon salt is thrown.",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, "en");

  g_test_message ("%s", name (labels, 0));
  g_assert_nonnull (strstr (name (labels, 0), "Martin Luther King"));
}

/* Where each of a few words occurs once and none tells more than another, the name is how the segment begins. */
static void
test_beginning (void)
{
  const char *paragraphs[] = {
    "Called her at noon.",
    "  Quinces and medlars, which nobody eats raw,\n  ripen at the very last.",
    "是非善恶",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, NULL);

  g_assert_cmpstr (name (labels, 0), ==, "Called her at noon.");
  g_assert_cmpstr (name (labels, 1), ==, "Quinces and medlars, which nobody eats raw…");
  g_assert_cmpstr (name (labels, 2), ==, "是非善恶");
}

/* A numbered clause has a title where its first line or sentence is short. */
static void
test_clauses (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GPtrArray) labels = NULL;

  add (builder, "2. Basic Permissions. All rights are granted for the term of copyright. Rights end with it.");
  add (builder, "§ 5 Costs of the garden");
  add (builder, "Whoever has a garden bears its costs. Costs are borne in spring.");
  add (builder, "3.1 Whoever opens the gate of the garden shall close the gate behind him, and shall do so softly.");
  add (builder, "Section 7");
  add (builder, "The hinges are oiled, and oiled hinges do not creak; hinges that creak are oiled again.");
  add (builder, "(a) Rakes. A rake is no toy, and rakes lie in the shed, where rakes belong.");
  add (builder, "3.5 million bees live here. Bees are fed in winter, for in winter bees find nothing.");
  add (builder, "§ 6 Abs. 2 Nr. 1 Wege. Wege werden geharkt. Wer Wege harkt, harkt Wege bis zum Zaun.");
  document = quarry_document_builder_end (builder);
  labels = label (document, (const char *const[]){ "2. Basic", "§ 5", "3.1", "Section 7", "(a) Rakes", "3.5", "§ 6", NULL },
                  "en");

  g_assert_cmpstr (name (labels, 0), ==, "2. Basic Permissions.");
  g_assert_cmpstr (name (labels, 1), ==, "§ 5 Costs of the garden");
  g_assert_true (g_str_has_prefix (name (labels, 2), "gate, "));
  g_assert_nonnull (strstr (name (labels, 3), "hinges, "));
  g_assert_nonnull (strstr (name (labels, 4), ", "));
  g_assert_true (g_str_has_prefix (name (labels, 5), "bees, "));
  g_assert_cmpstr (name (labels, 6), ==, "§ 6 Abs. 2 Nr. 1 Wege.");
}

/* Who speaks names nothing, nor does what is said without a meaning; somebody who is spoken of does. */
static void
test_speakers (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GPtrArray) labels = NULL;

  add (builder, "[12:30] <emil> The kettle boils, yeah, and a kettle sings.");
  add (builder, "[12:31] <emil> Yeah, a kettle of copper, the copper of old.");
  add (builder, "[12:31] <emil> Yeah, copper, not iron, said Carla, and Carla knows.");
  add (builder, "[12:31] <emil> So she does.");
  add (builder, "[12:50] <dora> The garden is wet, like, and wet, like, is its gate.");
  add (builder, "[12:51] <dora> Yeah, its gate creaks, and a hinge of the gate is loose.");
  add (builder, "[12:51] <dora> It is old.");
  document = quarry_document_builder_end (builder);
  labels = label (document, (const char *const[]){ "[12:30]", "[12:50]", NULL }, "en");

  for (guint i = 0; i < labels->len; i++)
    {
      g_test_message ("%s", name (labels, i));
      g_assert_null (strstr (name (labels, i), "dora"));
      g_assert_null (strstr (name (labels, i), "emil"));
      g_assert_null (strcasestr (name (labels, i), "yeah"));
      g_assert_null (strstr (name (labels, i), "like"));
    }
  g_assert_nonnull (strstr (name (labels, 0), "kettle"));
  g_assert_nonnull (strstr (name (labels, 0), "Carla"));
  g_assert_nonnull (strstr (name (labels, 1), "gate"));
}

/* A text with a few notes is no dialogue: what is said of anything there may be what is written about here. */
static void
test_notes (void)
{
  const char *paragraphs[] = {
    "A merge sort parts the cards, and this sort joins them again; to sort cards costs little room on the table.",
    "Note: the cards are of paper.",
    "The mean of the weights is their sum by their number; a mean hides how far the weights lie from the mean.",
    "Note: the weights are of lead.",
    "The kettle boils on the stove, and the kettle sings when the stove is hot under the kettle.",
    "Note: the stove is of iron.",
    "The gate creaks by the hedge, and the gate hangs askew where the hedge presses on the gate.",
    "The oven is built of clay, and the oven dries where clay meets straw in the oven.",
    "The ferry crosses by rope, and the ferry waits where the rope is tied to the ferry.",
    "The lantern is lit by a match, and the lantern smokes if the match was damp in the lantern.",
    "The anchor holds in mud, and the anchor drags when mud is thin under the anchor.",
    "The loom stands by a window, and the loom rattles as the window shakes over the loom.",
    "The anvil rings in the forge, and the anvil wears where the forge is hot around the anvil.",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, "en");

  g_test_message ("%s; %s", name (labels, 0), name (labels, 2));
  g_assert_nonnull (strstr (name (labels, 0), "sort"));
  g_assert_nonnull (strstr (name (labels, 2), "mean"));
}

/* What stands before a colon once or twice does not make a dialogue, in which such words would name nothing. */
static void
test_no_speakers (void)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GPtrArray) labels = NULL;

  add (builder, "Hint: A way through the marsh is a way of planks, and that way is dry in summer; reeds, herons and frogs "
                "live beside it.");
  add (builder, "Hint: Boots are kept by the door of the mill, and boots of the miller are no boots for guests, who "
                "come in slippers.");
  document = quarry_document_builder_end (builder);
  labels = label (document, (const char *const[]){ "Hint: A", "Hint: B", NULL }, "en");

  g_assert_nonnull (strstr (name (labels, 0), "way, "));
  g_assert_nonnull (strcasestr (name (labels, 1), "boots"));
}

/* Of words that are equally frequent, those with which a segment begins name it; what all segments have does not. */
static void
test_opening (void)
{
  const char *paragraphs[] = {
    "A lantern is lit by the river. Whoever goes out at night on the river needs more than luck and a pair of boots; "
    "there are holes in the planks of the bridge, and the lantern shows the holes, holes and planks, in the river.",
    "An oven is built by the river. Whoever has clay from the river needs more than straw and a pair of hands; there "
    "is a draught for a chimney of bricks, and the oven has its draught, a draught through bricks, from the river.",
    "A ferry is kept on the river. Whoever comes late to the river needs more than a call and a pair of lungs; there "
    "is a bell for a keeper of ropes, and the ferry has its bell, a bell on ropes, by the river.",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, "en");

  for (guint i = 0; i < labels->len; i++)
    g_test_message ("%s", name (labels, i));
  g_assert_true (g_str_has_prefix (name (labels, 0), "lantern"));
  g_assert_true (g_str_has_prefix (name (labels, 1), "oven"));
  g_assert_true (g_str_has_prefix (name (labels, 2), "ferry"));
}

/* Function words of the text's language name nothing. */
static void
test_language (void)
{
  const char *paragraphs[] = {
    "Am Hafen werden Netze nicht geflickt, Netze werden dort nicht verkauft, und Kutter werden auch nicht mehr "
    "gebaut, nicht einmal Kutter aus Eiche vom Hafen.",
    "Im Ofen werden Brote nicht schwarz, weil Brote nicht lange im Ofen sind.",
    NULL,
  };
  g_autoptr (GPtrArray) labels = label_paragraphs (paragraphs, "de");

  g_test_message ("%s; %s", name (labels, 0), name (labels, 1));
  for (guint i = 0; i < labels->len; i++)
    {
      g_assert_null (strstr (name (labels, i), "nicht"));
      g_assert_null (strstr (name (labels, i), "werden"));
    }
  g_assert_nonnull (strstr (name (labels, 0), "Netze"));
  g_assert_nonnull (strstr (name (labels, 0), "Kutter"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/segment-labels/heading", test_heading);
  g_test_add_func ("/segment-labels/words", test_words);
  g_test_add_func ("/segment-labels/clauses", test_clauses);
  g_test_add_func ("/segment-labels/speakers", test_speakers);
  g_test_add_func ("/segment-labels/notes", test_notes);
  g_test_add_func ("/segment-labels/no-speakers", test_no_speakers);
  g_test_add_func ("/segment-labels/opening", test_opening);
  g_test_add_func ("/segment-labels/rarity", test_rarity);
  g_test_add_func ("/segment-labels/joined", test_joined);
  g_test_add_func ("/segment-labels/joined-three", test_joined_three);
  g_test_add_func ("/segment-labels/beginning", test_beginning);
  g_test_add_func ("/segment-labels/language", test_language);

  return g_test_run ();
}
