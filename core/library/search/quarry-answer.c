/* quarry-answer.c: the answer to a search, and its topics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/search/quarry-hit-private.h"

struct _QuarryTopicItem
{
  GObject parent_instance;

  int id;
  char *label;
  guint count;
};

G_DEFINE_FINAL_TYPE (QuarryTopicItem, quarry_topic_item, G_TYPE_OBJECT)

static void
quarry_topic_item_finalize (GObject *object)
{
  g_free (QUARRY_TOPIC_ITEM (object)->label);

  G_OBJECT_CLASS (quarry_topic_item_parent_class)->finalize (object);
}

static void
quarry_topic_item_class_init (QuarryTopicItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_topic_item_finalize;
}

static void
quarry_topic_item_init (QuarryTopicItem *self)
{
}

QuarryTopicItem *
quarry_topic_item_new (int id, const char *label, guint count)
{
  QuarryTopicItem *self = g_object_new (QUARRY_TYPE_TOPIC_ITEM, NULL);

  self->id = id;
  self->label = g_strdup (label);
  self->count = count;

  return self;
}

int
quarry_topic_item_get_id (QuarryTopicItem *self)
{
  return self->id;
}

const char *
quarry_topic_item_get_label (QuarryTopicItem *self)
{
  return self->label;
}

guint
quarry_topic_item_get_count (QuarryTopicItem *self)
{
  return self->count;
}

struct _QuarryAnswer
{
  GObject parent_instance;

  char *query;
  double took_ms;
  double confidence;
  char **corrections;
  char *completion;
  char *hint;
  double features[QUARRY_CONFIDENCE_N_FEATURES];
  GListStore *hits;
  GListStore *topics;
  GListStore *candidates;
  GHashTable *topic_of; /* passage (gint64 *) -> topic id + 1; may be NULL */
};

G_DEFINE_FINAL_TYPE (QuarryAnswer, quarry_answer, G_TYPE_OBJECT)

static void
quarry_answer_finalize (GObject *object)
{
  QuarryAnswer *self = QUARRY_ANSWER (object);

  g_free (self->query);
  g_strfreev (self->corrections);
  g_free (self->completion);
  g_free (self->hint);
  g_clear_object (&self->hits);
  g_clear_object (&self->topics);
  g_clear_object (&self->candidates);
  g_clear_pointer (&self->topic_of, g_hash_table_unref);

  G_OBJECT_CLASS (quarry_answer_parent_class)->finalize (object);
}

static void
quarry_answer_class_init (QuarryAnswerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_answer_finalize;
}

static void
quarry_answer_init (QuarryAnswer *self)
{
}

QuarryAnswer *
quarry_answer_new (const char *query,
                   double took_ms,
                   double confidence,
                   GPtrArray *hits,
                   GPtrArray *topics,
                   GPtrArray *candidates)
{
  QuarryAnswer *self = g_object_new (QUARRY_TYPE_ANSWER, NULL);

  self->query = g_strdup (query);
  self->took_ms = took_ms;
  self->confidence = confidence;
  self->corrections = g_new0 (char *, 1);
  self->hits = g_list_store_new (QUARRY_TYPE_HIT);
  self->topics = g_list_store_new (QUARRY_TYPE_TOPIC_ITEM);
  self->candidates = g_list_store_new (QUARRY_TYPE_HIT);
  if (hits != NULL)
    g_list_store_splice (self->hits, 0, 0, hits->pdata, hits->len);
  if (topics != NULL)
    g_list_store_splice (self->topics, 0, 0, topics->pdata, topics->len);
  if (candidates != NULL)
    g_list_store_splice (self->candidates, 0, 0, candidates->pdata, candidates->len);

  return self;
}

const char *
quarry_answer_get_query (QuarryAnswer *self)
{
  return self->query;
}

double
quarry_answer_get_took_ms (QuarryAnswer *self)
{
  return self->took_ms;
}

double
quarry_answer_get_confidence (QuarryAnswer *self)
{
  return self->confidence;
}

GListModel *
quarry_answer_get_hits (QuarryAnswer *self)
{
  return G_LIST_MODEL (self->hits);
}

guint
quarry_answer_get_n_likely (QuarryAnswer *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->hits));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (G_LIST_MODEL (self->hits), i);

      if (quarry_hit_is_unlikely (hit))
        return i;
    }
  return n;
}

GListModel *
quarry_answer_get_topics (QuarryAnswer *self)
{
  return G_LIST_MODEL (self->topics);
}

GListModel *
quarry_answer_get_candidates (QuarryAnswer *self)
{
  return G_LIST_MODEL (self->candidates);
}

void
quarry_answer_take_corrections (QuarryAnswer *self, char **corrections)
{
  g_strfreev (self->corrections);
  self->corrections = corrections;
}

const char *const *
quarry_answer_get_corrections (QuarryAnswer *self)
{
  return (const char *const *) self->corrections;
}

void
quarry_answer_set_completion (QuarryAnswer *self, const char *completion)
{
  g_free (self->completion);
  self->completion = g_strdup (completion);
}

const char *
quarry_answer_get_completion (QuarryAnswer *self)
{
  return self->completion;
}

void
quarry_answer_set_hint (QuarryAnswer *self, const char *hint)
{
  g_free (self->hint);
  self->hint = g_strdup (hint);
}

const char *
quarry_answer_get_hint (QuarryAnswer *self)
{
  return self->hint;
}

void
quarry_answer_set_features (QuarryAnswer *self,
                            const QuarryConfidenceFeatures *features,
                            const QuarryConfidenceNearness *nearness)
{
  quarry_confidence_get_array (features, nearness, self->features);
}

const double *
quarry_answer_get_features (QuarryAnswer *self)
{
  return self->features;
}

void
quarry_answer_take_topic_of (QuarryAnswer *self, GHashTable *topic_of)
{
  self->topic_of = topic_of;
}

int
quarry_answer_get_topic_of (QuarryAnswer *self, gint64 passage)
{
  gpointer found = self->topic_of != NULL ? g_hash_table_lookup (self->topic_of, &passage) : NULL;

  return GPOINTER_TO_INT (found) - 1;
}
