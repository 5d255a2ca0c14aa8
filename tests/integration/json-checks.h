/* json-checks.h: JSON objects held against the contract
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each function fails the test where the member is missing, of another type or out of range.
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Checks that @text is one JSON object on one line and nothing else, and returns it. (transfer full) */
JsonObject *assert_one_object (const char *text);

/* Checks that @text is JSON objects, one a line, and returns the array of JsonObject. (transfer full) */
GPtrArray *assert_object_lines (const char *text);

/* Checks that the object has these members and no others. */
void assert_members (JsonObject *object, const char *first, ...) G_GNUC_NULL_TERMINATED;

gint64 assert_int (JsonObject *object, const char *name, gint64 least, gint64 most);
double assert_number (JsonObject *object, const char *name, double least, double most);
const char *assert_text (JsonObject *object, const char *name);
JsonArray *assert_array (JsonObject *object, const char *name);
JsonObject *assert_object (JsonObject *object, const char *name);

/* An integer in the range, or null, for which -1 is returned. */
gint64 assert_int_or_null (JsonObject *object, const char *name, gint64 least, gint64 most);

/* An array of texts. */
JsonArray *assert_texts (JsonObject *object, const char *name);

/* The same for the elements of an array. */
gint64 assert_int_element (JsonArray *array, guint index, gint64 least, gint64 most);
double assert_number_element (JsonArray *array, guint index, double least, double most);
const char *assert_text_element (JsonArray *array, guint index);

/* The text from character @start to character @end of @text. (transfer full) */
char *characters (const char *text, gint64 start, gint64 end);

G_END_DECLS
