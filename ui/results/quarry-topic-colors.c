/* quarry-topic-colors.c: which colour each topic has
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-topic-colors.h"
#include "ui/widgets/quarry-similarity-bar.h"

#include <string.h>

typedef struct
{
  int id;
  char *label;
  int color;
} Topic;

struct _QuarryTopicColors
{
  GObject parent_instance;

  GArray *topics; /* of Topic */
};

G_DEFINE_FINAL_TYPE (QuarryTopicColors, quarry_topic_colors, G_TYPE_OBJECT)

static void
topic_clear (gpointer data)
{
  g_free (((Topic *) data)->label);
}

static GArray *
new_topics (void)
{
  GArray *topics = g_array_new (FALSE, FALSE, sizeof (Topic));

  g_array_set_clear_func (topics, topic_clear);
  return topics;
}

static void
quarry_topic_colors_finalize (GObject *object)
{
  g_array_unref (QUARRY_TOPIC_COLORS (object)->topics);
  G_OBJECT_CLASS (quarry_topic_colors_parent_class)->finalize (object);
}

static void
quarry_topic_colors_class_init (QuarryTopicColorsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_topic_colors_finalize;
}

static void
quarry_topic_colors_init (QuarryTopicColors *self)
{
  self->topics = new_topics ();
}

QuarryTopicColors *
quarry_topic_colors_new (void)
{
  return g_object_new (QUARRY_TYPE_TOPIC_COLORS, NULL);
}

static const Topic *
find_label (GArray *topics, const char *label)
{
  for (guint i = 0; i < topics->len; i++)
    if (strcmp (g_array_index (topics, Topic, i).label, label) == 0)
      return &g_array_index (topics, Topic, i);
  return NULL;
}

static const Topic *
find_id (QuarryTopicColors *self, int id)
{
  for (guint i = 0; i < self->topics->len; i++)
    if (g_array_index (self->topics, Topic, i).id == id)
      return &g_array_index (self->topics, Topic, i);
  return NULL;
}

void
quarry_topic_colors_update (QuarryTopicColors *self, GListModel *topics)
{
  g_autoptr (GArray) before = NULL;
  gboolean taken[QUARRY_N_TOPIC_COLORS] = { FALSE };
  guint n;

  g_return_if_fail (QUARRY_IS_TOPIC_COLORS (self));
  g_return_if_fail (topics == NULL || G_IS_LIST_MODEL (topics));

  before = self->topics;
  self->topics = new_topics ();
  n = topics ? g_list_model_get_n_items (topics) : 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryTopicItem) item = g_list_model_get_item (topics, i);
      Topic topic = { quarry_topic_item_get_id (item),
                      g_strdup (quarry_topic_item_get_label (item)), -1 };
      const Topic *old = find_label (before, topic.label);

      if (old && old->color >= 0 && !taken[old->color])
        {
          topic.color = old->color;
          taken[topic.color] = TRUE;
        }
      g_array_append_val (self->topics, topic);
    }
  for (guint i = 0; i < self->topics->len; i++)
    {
      Topic *topic = &g_array_index (self->topics, Topic, i);

      for (int color = 0; topic->color < 0 && color < QUARRY_N_TOPIC_COLORS; color++)
        if (!taken[color])
          {
            topic->color = color;
            taken[color] = TRUE;
          }
    }
}

int
quarry_topic_colors_get_color (QuarryTopicColors *self, int topic)
{
  const Topic *found;

  g_return_val_if_fail (QUARRY_IS_TOPIC_COLORS (self), -1);
  found = find_id (self, topic);
  return found ? found->color : -1;
}

const char *
quarry_topic_colors_get_label (QuarryTopicColors *self, int topic)
{
  const Topic *found;

  g_return_val_if_fail (QUARRY_IS_TOPIC_COLORS (self), "");
  found = find_id (self, topic);
  return found ? found->label : "";
}

int
quarry_topic_colors_find (QuarryTopicColors *self, const char *label)
{
  const Topic *found;

  g_return_val_if_fail (QUARRY_IS_TOPIC_COLORS (self), -1);
  g_return_val_if_fail (label != NULL, -1);
  found = find_label (self->topics, label);
  return found ? found->id : -1;
}
