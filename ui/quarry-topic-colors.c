/* quarry-topic-colors.c: which colour each topic has
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-topic-colors.h"
#include "ui/quarry-similarity-bar.h"

#include <string.h>

typedef struct
{
  int id;
  char *label;
  int color;
  guint wish;
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
  self->topics = g_array_new (FALSE, FALSE, sizeof (Topic));
  g_array_set_clear_func (self->topics, topic_clear);
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

static int
compare_wishes (gconstpointer a, gconstpointer b)
{
  const Topic *left = *(const Topic *const *) a, *right = *(const Topic *const *) b;

  if (left->wish != right->wish)
    return left->wish < right->wish ? -1 : 1;
  return strcmp (left->label, right->label);
}

/* Gives the first topics, as many as there are colours, the colour that each one's name wishes for, or
 * the next free one. Who comes first with a wish is up to the names, too: what a topic gets depends on
 * which topics there are and on nothing else, neither on their order nor on those before. */
static void
give_colors (GArray *topics)
{
  g_autoptr (GPtrArray) wishing = g_ptr_array_new ();
  gboolean taken[QUARRY_N_TOPIC_COLORS] = { FALSE };

  for (guint i = 0; i < MIN (topics->len, QUARRY_N_TOPIC_COLORS); i++)
    g_ptr_array_add (wishing, &g_array_index (topics, Topic, i));
  g_ptr_array_sort (wishing, compare_wishes);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < wishing->len; i++)
      {
        Topic *topic = wishing->pdata[i];
        guint color = topic->wish % QUARRY_N_TOPIC_COLORS;

        if (topic->color >= 0 || (round == 0 && taken[color]))
          continue;
        while (taken[color])
          color = (color + 1) % QUARRY_N_TOPIC_COLORS;
        topic->color = (int) color;
        taken[color] = TRUE;
      }
}

void
quarry_topic_colors_update (QuarryTopicColors *self, GListModel *topics)
{
  guint n;

  g_return_if_fail (QUARRY_IS_TOPIC_COLORS (self));
  g_return_if_fail (topics == NULL || G_IS_LIST_MODEL (topics));

  g_array_set_size (self->topics, 0);
  n = topics ? g_list_model_get_n_items (topics) : 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryTopicItem) item = g_list_model_get_item (topics, i);
      Topic topic = { quarry_topic_item_get_id (item),
                      g_strdup (quarry_topic_item_get_label (item)), -1, 0 };
      g_autofree char *folded = g_utf8_casefold (topic.label, -1);

      topic.wish = g_str_hash (folded);
      g_array_append_val (self->topics, topic);
    }
  give_colors (self->topics);
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
