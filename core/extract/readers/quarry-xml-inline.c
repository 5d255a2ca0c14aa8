/* quarry-xml-inline.c: which elements of an XML file stand within text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/readers/quarry-xml-inline.h"

#include "core/extract/text/quarry-xml.h"

#include <string.h>

/* So many elements and names are looked at. */
#define MAX_ELEMENTS 200000u
#define MAX_NAMES 2000u

/* The elements of one name. */
typedef struct
{
  guint n;
  guint n_within; /* those with text beside them */
  guint n_leaves; /* those without elements in them */
} Kind;

/* An open element. */
typedef struct
{
  Kind *kind;    /* NULL if it is not counted */
  Kind *last;    /* of the element that ended last in it, unless it is known to have text beside it; else NULL */
  gboolean text; /* whether there is text behind that */
  gboolean is_within, has_elements;
} Open;

typedef struct
{
  GHashTable *kinds; /* name to Kind */
  GArray *open;      /* Open */
  guint n_elements;
} Learner;

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *element)
{
  Learner *self = data;
  Open opened = { 0 };

  if (++self->n_elements <= MAX_ELEMENTS)
    opened.kind = g_hash_table_lookup (self->kinds, name);
  if (opened.kind == NULL && self->n_elements <= MAX_ELEMENTS && g_hash_table_size (self->kinds) < MAX_NAMES)
    {
      opened.kind = g_new0 (Kind, 1);
      g_hash_table_insert (self->kinds, g_strdup (name), opened.kind);
    }
  if (self->open->len > 0)
    {
      Open *parent = &g_array_index (self->open, Open, self->open->len - 1);

      opened.is_within = parent->text;
      parent->has_elements = TRUE;
      parent->last = NULL;
    }
  g_array_append_val (self->open, opened);
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  Learner *self = data;
  Open closed, *parent;

  if (self->open->len == 0)
    return;
  closed = g_array_index (self->open, Open, self->open->len - 1);
  g_array_set_size (self->open, self->open->len - 1);
  if (closed.kind != NULL)
    {
      closed.kind->n++;
      closed.kind->n_within += closed.is_within;
      closed.kind->n_leaves += !closed.has_elements;
    }
  if (self->open->len == 0)
    return;
  parent = &g_array_index (self->open, Open, self->open->len - 1);
  parent->text = FALSE;
  parent->last = closed.is_within ? NULL : closed.kind;
}

static void
add_text (gpointer data, const char *text)
{
  Learner *self = data;
  Open *parent;

  if (self->open->len == 0 || text[strspn (text, " \t\r\n")] == '\0')
    return;
  parent = &g_array_index (self->open, Open, self->open->len - 1);
  parent->text = TRUE;
  if (parent->last != NULL)
    parent->last->n_within++;
  parent->last = NULL;
}

GHashTable *
quarry_xml_find_inline (GBytes *xml, gboolean *is_whole)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (Open));
  Learner self = { .kinds = kinds, .open = open };
  GHashTableIter iter;
  gpointer name, value;

  *is_whole = quarry_xml_walk (xml, &handler, &self);
  g_hash_table_iter_init (&iter, kinds);
  while (g_hash_table_iter_next (&iter, &name, &value))
    {
      const Kind *kind = value;

      if (kind->n_within * 2 > kind->n && kind->n_leaves * 2 > kind->n)
        g_hash_table_add (names, g_strdup (name));
    }
  return names;
}
