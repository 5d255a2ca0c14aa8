/* quarry-json.h: a streaming parser for JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Accepts JSON as in RFC 8259 and what is often called JSON: several values in a row, with or without
 * line breaks between them, comments, and trailing commas. It does not recurse: nesting is limited by
 * a constant, not by the stack.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  /* An object or array begins. @key is its name in the surrounding object, NULL in an array. */
  void (*begin) (gpointer data, const char *key, gboolean is_array);
  void (*end) (gpointer data);
  /* A string, decoded; or a number, a truth value or null as written. */
  void (*value) (gpointer data, const char *key, const char *value, gboolean is_string);
} QuarryJsonHandler;

/* @json: UTF-8. FALSE if it is malformed; everything before that has been reported, and all objects and arrays have
 * been ended. */
gboolean
quarry_json_walk (const char *json, gsize length, const QuarryJsonHandler *handler, gpointer data);

G_END_DECLS
