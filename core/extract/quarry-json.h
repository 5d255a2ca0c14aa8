/* quarry-json.h: a walk through JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON as RFC 8259 has it, and what goes by its name: several values in a row, one a line or not,
 * comments, commas behind the last. No recursion: nesting is bounded, not by the stack.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  /* An object or array begins: @key is its name in its object, NULL in an array. */
  void (*begin) (gpointer data, const char *key, gboolean is_array);
  void (*end) (gpointer data);
  /* A string, decoded; or a number, a truth value or null, as it is written. */
  void (*value) (gpointer data, const char *key, const char *value, gboolean is_string);
} QuarryJsonHandler;

/* @json: UTF-8. FALSE where it is broken; all before the break has been told, and all that was
 * begun has been ended. */
gboolean
quarry_json_walk (const char *json, gsize length, const QuarryJsonHandler *handler, gpointer data);

G_END_DECLS
