/* json-checks.c: JSON objects held against the contract
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/integration/json-checks.h"

#include <math.h>
#include <string.h>

static JsonObject *
parse_object (const char *line)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) error = NULL;
  JsonNode *root;

  g_assert_true (g_utf8_validate (line, -1, NULL));
  /* json-glib accepts raw control characters; other parsers do not. */
  for (const char *p = line; *p != '\0'; p++)
    g_assert_cmpint ((guchar) *p, >=, ' ');
  json_parser_load_from_data (parser, line, -1, &error);
  g_assert_no_error (error);
  root = json_parser_get_root (parser);
  g_assert_nonnull (root);
  g_assert_true (JSON_NODE_HOLDS_OBJECT (root));

  return json_node_dup_object (root);
}

GPtrArray *
assert_object_lines (const char *text)
{
  g_autoptr (GPtrArray) objects
      = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_true (g_str_has_suffix (text, "\n"));
  for (guint i = 0; lines[i + 1] != NULL; i++)
    g_ptr_array_add (objects, parse_object (lines[i]));

  return g_steal_pointer (&objects);
}

JsonObject *
assert_one_object (const char *text)
{
  g_autoptr (GPtrArray) objects = assert_object_lines (text);

  g_assert_cmpuint (objects->len, ==, 1);

  return json_object_ref (objects->pdata[0]);
}

void
assert_members (JsonObject *object, const char *first, ...)
{
  guint n = 0;
  va_list names;

  va_start (names, first);
  for (const char *name = first; name != NULL; name = va_arg (names, const char *))
    {
      if (!json_object_has_member (object, name))
        g_error ("there is no member “%s”", name);
      n++;
    }
  va_end (names);
  g_assert_cmpuint (json_object_get_size (object), ==, n);
}

/* --- Values ------------------------------------------------------------------------------------
 */

static gint64
node_int (JsonNode *node, const char *name, gint64 least, gint64 most)
{
  gint64 value;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    g_error ("“%s” is no integer", name);
  value = json_node_get_int (node);
  if (value < least || value > most)
    g_error ("“%s” is %" G_GINT64_FORMAT ", not within %" G_GINT64_FORMAT " and %" G_GINT64_FORMAT,
             name,
             value,
             least,
             most);

  return value;
}

static double
node_number (JsonNode *node, const char *name, double least, double most)
{
  double value;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || (json_node_get_value_type (node) != G_TYPE_INT64
          && json_node_get_value_type (node) != G_TYPE_DOUBLE))
    g_error ("“%s” is no number", name);
  value = json_node_get_double (node);
  if (!isfinite (value) || value < least || value > most)
    g_error ("“%s” is %g, not within %g and %g", name, value, least, most);

  return value;
}

static const char *
node_text (JsonNode *node, const char *name)
{
  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    g_error ("“%s” is no text", name);

  return json_node_get_string (node);
}

gint64
assert_int (JsonObject *object, const char *name, gint64 least, gint64 most)
{
  return node_int (json_object_get_member (object, name), name, least, most);
}

gint64
assert_int_or_null (JsonObject *object, const char *name, gint64 least, gint64 most)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_NULL (node) ? -1 : node_int (node, name, least, most);
}

double
assert_number (JsonObject *object, const char *name, double least, double most)
{
  return node_number (json_object_get_member (object, name), name, least, most);
}

const char *
assert_text (JsonObject *object, const char *name)
{
  return node_text (json_object_get_member (object, name), name);
}

JsonArray *
assert_array (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    g_error ("“%s” is no array", name);

  return json_node_get_array (node);
}

JsonObject *
assert_object (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    g_error ("“%s” is no object", name);

  return json_node_get_object (node);
}

JsonArray *
assert_texts (JsonObject *object, const char *name)
{
  JsonArray *array = assert_array (object, name);

  for (guint i = 0; i < json_array_get_length (array); i++)
    node_text (json_array_get_element (array, i), name);

  return array;
}

gint64
assert_int_element (JsonArray *array, guint index, gint64 least, gint64 most)
{
  g_assert_cmpuint (index, <, json_array_get_length (array));
  return node_int (json_array_get_element (array, index), "element", least, most);
}

double
assert_number_element (JsonArray *array, guint index, double least, double most)
{
  g_assert_cmpuint (index, <, json_array_get_length (array));
  return node_number (json_array_get_element (array, index), "element", least, most);
}

const char *
assert_text_element (JsonArray *array, guint index)
{
  g_assert_cmpuint (index, <, json_array_get_length (array));
  return node_text (json_array_get_element (array, index), "element");
}

char *
characters (const char *text, gint64 start, gint64 end)
{
  g_assert_cmpint (0, <=, start);
  g_assert_cmpint (start, <=, end);
  g_assert_cmpint (end, <=, g_utf8_strlen (text, -1));

  return g_utf8_substring (text, start, end);
}
