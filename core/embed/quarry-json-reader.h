/* quarry-json-reader.h: reads JSON text piece by piece, without building a tree
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Vocabularies of a megabyte are read at every start, and model files come from anywhere. So this reader allocates
 * memory only for strings with escapes, limits the depth of nesting, and trusts nothing. After the first fault, all
 * further calls return FALSE; the fault can be asked for with quarry_json_reader_get_fault(). Private to the room.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_JSON_MAX_DEPTH 32

typedef enum
{
  QUARRY_JSON_NONE, /* at the end, or after a fault */
  QUARRY_JSON_OBJECT,
  QUARRY_JSON_ARRAY,
  QUARRY_JSON_STRING,
  QUARRY_JSON_NUMBER,
  QUARRY_JSON_BOOLEAN,
  QUARRY_JSON_NULL,
} QuarryJsonKind;

typedef struct
{
  /*< private >*/
  const char *text;
  const char *position;
  const char *end;
  guint depth;
  gboolean first[QUARRY_JSON_MAX_DEPTH + 1];
  GString *unescaped;
  const char *fault; /* untranslated, static; NULL as long as there is none */
} QuarryJsonReader;

/* @text must outlive the reader; it need not be NUL-terminated. */
void quarry_json_reader_init (QuarryJsonReader *self, const char *text, gsize length);
void quarry_json_reader_clear (QuarryJsonReader *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryJsonReader, quarry_json_reader_clear)

/* The kind of the value that comes next. */
QuarryJsonKind quarry_json_reader_peek (QuarryJsonReader *self);

/* enter_object() and enter_array() enter a value. Each member's name or item is then announced by the `next` functions,
 * which return FALSE at the end, having left the value, and after a fault. After each announcement exactly one value
 * must be read or skipped. A name is valid until the next string is read. */
gboolean quarry_json_reader_enter_object (QuarryJsonReader *self);
gboolean quarry_json_reader_next_member (QuarryJsonReader *self, const char **name, gsize *length);
gboolean quarry_json_reader_enter_array (QuarryJsonReader *self);
gboolean quarry_json_reader_next_item (QuarryJsonReader *self);

/* Values. A string is valid UTF-8, not NUL-terminated, and valid until the next one is read. */
gboolean quarry_json_reader_string (QuarryJsonReader *self, const char **string, gsize *length);
gboolean quarry_json_reader_number (QuarryJsonReader *self, double *number);
gboolean quarry_json_reader_integer (QuarryJsonReader *self, guint64 max, guint64 *number);

/* Read a value that may be null, in which case the variable keeps its value. @text: (inout) freed and replaced; @flag:
 * set to 0 or 1. */
void quarry_json_reader_text (QuarryJsonReader *self, char **text);
void quarry_json_reader_flag (QuarryJsonReader *self, int *flag);

gboolean quarry_json_reader_skip (QuarryJsonReader *self);

/* TRUE where the whole text was one value that has been read to its end without a fault. */
gboolean quarry_json_reader_end (QuarryJsonReader *self);

/* Records a fault that the caller found in what was read. */
void quarry_json_reader_fail (QuarryJsonReader *self, const char *fault);

/* The first fault, and in @byte where it is; NULL where there was none. */
const char *quarry_json_reader_get_fault (QuarryJsonReader *self, gsize *byte);

/* Whether a string of @length bytes equals @other, which is NUL-terminated. */
gboolean quarry_json_equal (const char *string, gsize length, const char *other);

G_END_DECLS
