/* quarry-describe.c: answers as GVariants, in the structure that JSON and D-Bus share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/search/quarry-describe.h"

#include <math.h>

/* Neither JSON nor most readers of a D-Bus message can deal with NAN and infinity: they become 0. */
static GVariant *
new_number (double value)
{
  return g_variant_new_double (isfinite (value) ? value : 0);
}

static void
add (GVariantBuilder *builder, const char *name, GVariant *value)
{
  g_variant_builder_add (builder, "{sv}", name, value);
}

/* For values of which 0 means that there is none: adds nothing then. */
static void
add_positive (GVariantBuilder *builder, const char *name, guint value)
{
  if (value > 0)
    add (builder, name, g_variant_new_uint32 (value));
}

/* Adds which passage it is, and its place in the document. */
static void
add_place (GVariantBuilder *builder, QuarryHit *hit)
{
  const char *path = quarry_hit_get_path (hit);
  g_autofree char *shown = g_filename_display_name (path);
  QuarrySpan characters = quarry_hit_get_characters (hit);

  add (builder, "passage", g_variant_new_int64 (quarry_hit_get_passage (hit)));
  add (builder, "path", g_variant_new_string (shown));
  if (!g_utf8_validate (path, -1, NULL))
    add (builder, "path-bytes", g_variant_new_bytestring (path));
  add (builder, "title", g_variant_new_string (quarry_hit_get_title (hit)));
  add (builder, "heading", g_variant_new_strv (quarry_hit_get_heading (hit), -1));
  add_positive (builder, "page", quarry_hit_get_page (hit));
  add (builder, "start", g_variant_new_uint32 (characters.start));
  add (builder, "end", g_variant_new_uint32 (characters.end));
}

static GVariant *
describe_copies (QuarryHit *const *copies, guint n)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n; i++)
    {
      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      add_place (&builder, copies[i]);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
describe_words (QuarryHit *hit)
{
  const char *text = quarry_hit_get_text (hit);
  GVariantBuilder builder;
  guint n;
  const QuarryHitWord *words = quarry_hit_get_words (hit, &n);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sdss)"));
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *word = g_strndup (text + words[i].span.start, words[i].span.end - words[i].span.start);

      g_variant_builder_add (&builder, "(s@dss)", word, new_number ((double) words[i].weight), words[i].query_word,
                             words[i].kind == QUARRY_MATCH_LITERAL ? "literal" : "meaning");
    }
  return g_variant_builder_end (&builder);
}

static void
add_hit (GVariantBuilder *builder, QuarryHit *hit)
{
  const char *text = quarry_hit_get_text (hit);
  QuarrySpan characters = quarry_hit_get_characters (hit);
  QuarrySpan sentence = quarry_hit_get_sentence (hit);
  guint n_copies;
  QuarryHit *const *copies = quarry_hit_get_copies (hit, &n_copies);

  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  add (builder, "rank", g_variant_new_uint32 (quarry_hit_get_rank (hit)));
  add (builder, "unlikely", g_variant_new_boolean (quarry_hit_is_unlikely (hit)));
  add_place (builder, hit);
  add (builder, "similarity", new_number ((double) quarry_hit_get_similarity (hit)));
  add (builder, "score", new_number ((double) quarry_hit_get_score (hit)));
  if (!isnan (quarry_hit_get_context (hit)))
    add (builder, "context", new_number ((double) quarry_hit_get_context (hit)));
  add (builder, "context_score", new_number ((double) quarry_hit_get_context_score (hit)));
  add (builder, "raised_by_likeness", g_variant_new_int32 (quarry_hit_get_raised_by_likeness (hit)));
  add_positive (builder, "dense_rank", quarry_hit_get_dense_rank (hit));
  add_positive (builder, "lexical_rank", quarry_hit_get_lexical_rank (hit));
  add (builder, "fused_rank", g_variant_new_uint32 (quarry_hit_get_fused_rank (hit)));
  if (quarry_hit_get_avoided (hit) > 0)
    add (builder, "most_like", g_variant_new_int64 (quarry_hit_get_avoided (hit)));
  if (quarry_hit_get_topic (hit) >= 0)
    add (builder, "topic", g_variant_new_uint32 ((guint32) quarry_hit_get_topic (hit)));
  add (builder, "duplicates", g_variant_new_uint32 (n_copies));
  add (builder, "copies", describe_copies (copies, n_copies));
  add (builder, "text", g_variant_new_string (text));
  /* In characters of the document's text, like start and end. */
  add (builder, "sentence",
       g_variant_new ("(uu)", characters.start + (guint32) g_utf8_strlen (text, sentence.start),
                      characters.start + (guint32) g_utf8_strlen (text, sentence.end)));
  add (builder, "words", describe_words (hit));
  add (builder, "rest", new_number ((double) quarry_hit_get_rest (hit)));
  g_variant_builder_close (builder);
}

static GVariant *
describe_hits (GListModel *hits)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      add_hit (&builder, hit);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
describe_topics (GListModel *topics)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < g_list_model_get_n_items (topics); i++)
    {
      g_autoptr (QuarryTopicItem) topic = g_list_model_get_item (topics, i);

      g_variant_builder_open (&builder, G_VARIANT_TYPE_VARDICT);
      add (&builder, "id", g_variant_new_uint32 ((guint32) quarry_topic_item_get_id (topic)));
      add (&builder, "label", g_variant_new_string (quarry_topic_item_get_label (topic)));
      add (&builder, "count", g_variant_new_uint32 (quarry_topic_item_get_count (topic)));
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
describe_corrections (const char *const *corrections)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{ss}"));
  for (guint i = 0; corrections[i] != NULL; i += 2)
    {
      g_variant_builder_open (&builder, G_VARIANT_TYPE ("a{ss}"));
      g_variant_builder_add (&builder, "{ss}", "typed", corrections[i]);
      g_variant_builder_add (&builder, "{ss}", "meant", corrections[i + 1]);
      g_variant_builder_close (&builder);
    }
  return g_variant_builder_end (&builder);
}

GVariant *
quarry_describe_answer (QuarryAnswer *answer)
{
  const char *hint = quarry_answer_get_hint (answer);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  add (&builder, "took_ms", new_number (quarry_answer_get_took_ms (answer)));
  add (&builder, "confidence", new_number (quarry_answer_get_confidence (answer)));
  add (&builder, "corrections", describe_corrections (quarry_answer_get_corrections (answer)));
  if (hint != NULL)
    add (&builder, "hint", g_variant_new_string (hint));
  add (&builder, "hits", describe_hits (quarry_answer_get_hits (answer)));
  add (&builder, "topics", describe_topics (quarry_answer_get_topics (answer)));
  return g_variant_builder_end (&builder);
}
