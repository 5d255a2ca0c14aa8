/* quarry-reader-json.c: JSON, with one value or many
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What people look for in it are names and values. The simple values of an object become a paragraph
 * of "name: value"; a long text becomes a paragraph of its own.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/readers/quarry-json-chat.h"
#include "core/extract/text/quarry-json.h"

#include <string.h>

#define LONG_TEXT 200u
/* At most so many numbers of a list are kept, since more of them say nothing. */
#define MAX_NUMBERS 20u

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *line;
  guint n_numbers; /* consecutive numbers so far */
  guint n_values;
} JsonReader;

static void
flush (JsonReader *self)
{
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->line->str, (gssize) self->line->len);
  g_string_truncate (self->line, 0);
  self->n_numbers = 0;
}

static void
begin (gpointer data, const char *key, gboolean is_array)
{
  JsonReader *self = data;

  flush (self);
  if (key != NULL)
    g_string_append_printf (self->line, "%s: ", key);
}

static void
end (gpointer data)
{
  flush (data);
}

static void
add_value (gpointer data, const char *key, const char *value, gboolean is_string)
{
  JsonReader *self = data;

  self->n_values++;
  if (is_string && strlen (value) > LONG_TEXT)
    {
      flush (self);
      if (key != NULL)
        g_string_append_printf (self->line, "%s: ", key);
      g_string_append (self->line, value);
      flush (self);
      return;
    }
  self->n_numbers = is_string || key != NULL ? 0 : self->n_numbers + 1;
  if (self->n_numbers > MAX_NUMBERS)
    return;
  if (self->line->len > 0 && !g_str_has_suffix (self->line->str, ": "))
    g_string_append (self->line, "; ");
  if (key != NULL)
    g_string_append_printf (self->line, "%s: ", key);
  g_string_append (self->line, value);
  if (self->line->len > 4 * LONG_TEXT)
    flush (self);
}

static gboolean
begins_as_json (const char *text, gsize length)
{
  gsize i = 0;

  while (i < length && strchr (" \t\r\n", text[i]) != NULL)
    i++;
  return i == length || strchr ("{[\"/", text[i]) != NULL;
}

gboolean
quarry_read_json (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryJsonHandler handler = { begin, end, add_value };
  QuarryPlainText plain;
  G_GNUC_UNUSED g_autoptr (GString) decoded = quarry_reader_borrow_text (input, &plain, error);
  g_autoptr (GString) line = g_string_new (NULL);
  JsonReader self = { .builder = builder, .line = line };

  if (plain.text == NULL)
    return FALSE;
  if (quarry_json_chat_read (builder, plain.text, plain.length))
    return TRUE;
  if (!begins_as_json (plain.text, plain.length)
      || (!quarry_json_walk (plain.text, plain.length, &handler, &self) && self.n_values == 0))
    return quarry_read_text (input, builder, error);
  flush (&self);
  return TRUE;
}
