/* quarry-reader-notebook.c: Jupyter notebooks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Markdown cells are read as Markdown, and code cells are code, followed by their output if it is
 * text. Pictures and HTML output are left out.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-json.h"

#include <string.h>

/* So many bytes of an output are kept; its beginning tells what it is. */
#define MAX_OUTPUT 4000u

typedef enum
{
  PLACE_NONE,
  PLACE_SOURCE,
  PLACE_OUTPUT,
} Place;

typedef struct
{
  QuarryDocumentBuilder *builder;
  guint depth;
  guint cell; /* nesting depth of the current cell; 0: none */
  gboolean in_cells;
  gboolean in_outputs;
  Place array; /* what the strings in the open array belong to */
  GString *type;
  GString *source;
  GString *output;
} NotebookReader;

static Place
place_of (NotebookReader *self, const char *key)
{
  if (self->cell == 0 || key == NULL)
    return PLACE_NONE;
  /* Notebooks from before 2014 use "input" and "text". */
  if (!self->in_outputs && (strcmp (key, "source") == 0 || strcmp (key, "input") == 0))
    return PLACE_SOURCE;
  if (self->in_outputs && (strcmp (key, "text") == 0 || strcmp (key, "text/plain") == 0))
    return PLACE_OUTPUT;
  return PLACE_NONE;
}

static void
begin (gpointer data, const char *key, gboolean is_array)
{
  NotebookReader *self = data;

  self->depth++;
  if (is_array && g_strcmp0 (key, "cells") == 0)
    self->in_cells = TRUE;
  else if (self->in_cells && self->cell == 0 && !is_array)
    {
      self->cell = self->depth;
      g_string_truncate (self->type, 0);
      g_string_truncate (self->source, 0);
      g_string_truncate (self->output, 0);
    }
  else if (self->cell > 0 && is_array && g_strcmp0 (key, "outputs") == 0)
    self->in_outputs = TRUE;
  self->array = is_array ? place_of (self, key) : PLACE_NONE;
}

static void
end_cell (NotebookReader *self)
{
  if (strcmp (self->type->str, "markdown") == 0)
    {
      const QuarryInput input = { .bytes = (const guint8 *) self->source->str,
                                  .length = self->source->len,
                                  .name = "cell.md" };

      quarry_read_markdown (&input, self->builder, NULL);
    }
  else
    quarry_document_builder_add (self->builder,
                                 strcmp (self->type->str, "heading") == 0 ? QUARRY_BLOCK_HEADING
                                                                          : QUARRY_BLOCK_CODE,
                                 strcmp (self->type->str, "heading") == 0 ? 1 : 0,
                                 self->source->str,
                                 (gssize) self->source->len);
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_CODE, 0, self->output->str, (gssize) self->output->len);
}

static void
end (gpointer data)
{
  NotebookReader *self = data;

  if (self->depth == self->cell)
    {
      end_cell (self);
      self->cell = 0;
    }
  else if (self->depth == self->cell + 1)
    self->in_outputs = FALSE;
  if (self->cell == 0 && self->depth <= 2)
    self->in_cells = FALSE;
  self->array = PLACE_NONE;
  self->depth--;
}

static void
add_value (gpointer data, const char *key, const char *value, gboolean is_string)
{
  NotebookReader *self = data;
  Place place = key != NULL ? place_of (self, key) : self->array;

  if (!is_string)
    return;
  if (place == PLACE_SOURCE)
    g_string_append (self->source, value);
  else if (place == PLACE_OUTPUT && self->output->len < MAX_OUTPUT)
    {
      g_string_append (self->output, value);
      if (key != NULL)
        g_string_append_c (self->output, '\n');
    }
  else if (self->depth == self->cell && self->cell > 0 && g_strcmp0 (key, "cell_type") == 0)
    g_string_assign (self->type, value);
}

gboolean
quarry_read_notebook (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryJsonHandler handler = { begin, end, add_value };
  QuarryPlainText plain;
  G_GNUC_UNUSED g_autoptr (GString) decoded = quarry_reader_borrow_text (input, &plain, error);
  g_autoptr (GString) type = g_string_new (NULL);
  g_autoptr (GString) source = g_string_new (NULL);
  g_autoptr (GString) output = g_string_new (NULL);
  NotebookReader self = { .builder = builder, .type = type, .source = source, .output = output };

  if (plain.text == NULL)
    return FALSE;
  if (!quarry_json_walk (plain.text, plain.length, &handler, &self))
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_NOTEBOOK);
      return FALSE;
    }
  return TRUE;
}
