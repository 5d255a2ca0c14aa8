/* quarry-office.c: what the documents of word processors have in common
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Paragraphs that are open are on a stack, as are tables. A block that ends inside another paragraph
 * is deferred until the outermost one ends; a table is collected as a whole, and is then written as
 * rows or as paragraphs.
 */
#include "core/extract/office/quarry-office.h"

#include "core/extract/text/quarry-page-number.h"

#include <string.h>

/* A table that has a longer cell, or one with more blocks, does not hold data. */
#define MAX_CELL 600u
#define MAX_CELL_BLOCKS 4u
/* The greatest number of blocks in a table before it is written. */
#define MAX_TABLE_BLOCKS 2000000u
/* The most digits of the number of a page, or of two. */
#define MAX_NUMBER 6u
/* The most different paragraphs of headers and footers that are kept. */
#define MAX_RUNNING 1000u

typedef struct
{
  GString *text;
  QuarryBlockKind kind;
  guint level;
} Block;

typedef struct
{
  GPtrArray *blocks; /* Block; NULL marks the start of a cell */
  GArray *rows;      /* guint: index in @blocks at which each row starts */
  GPtrArray *open;   /* the open and deferred lists outside the table, if the table is in a text box in a paragraph */
  GPtrArray *deferred;
} Table;

struct _QuarryOffice
{
  QuarryDocumentBuilder *builder;
  GPtrArray *open;     /* GString: open paragraphs, outermost first */
  GPtrArray *deferred; /* Block: those that follow the outermost open paragraph */
  GPtrArray *tables;   /* Table */
  GPtrArray *running;  /* char *: paragraphs of headers and footers */
  GHashTable *known;   /* the same */
  gsize n_noted;       /* bytes of notes, headers and footers so far */
  gboolean is_full;
  gboolean last_is_code;
};

static void
block_free (gpointer data)
{
  Block *block = data;

  if (block == NULL)
    return;
  g_string_free (block->text, TRUE);
  g_free (block);
}

static Block *
block_new (GString *text, QuarryBlockKind kind, guint level)
{
  Block *block = g_new0 (Block, 1);

  block->text = text;
  block->kind = kind;
  block->level = level;
  return block;
}

static void
table_free (gpointer data)
{
  Table *table = data;

  g_ptr_array_unref (table->blocks);
  g_array_unref (table->rows);
  g_clear_pointer (&table->open, g_ptr_array_unref);
  g_clear_pointer (&table->deferred, g_ptr_array_unref);
  g_free (table);
}

static void
string_free (gpointer string)
{
  g_string_free (string, TRUE);
}

QuarryOffice *
quarry_office_new (QuarryDocumentBuilder *builder)
{
  QuarryOffice *self = g_new0 (QuarryOffice, 1);

  self->builder = builder;
  self->open = g_ptr_array_new_with_free_func (string_free);
  self->deferred = g_ptr_array_new_with_free_func (block_free);
  self->tables = g_ptr_array_new_with_free_func (table_free);
  self->running = g_ptr_array_new_with_free_func (g_free);
  self->known = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

static void
write_block (QuarryOffice *self, const Block *block)
{
  gboolean is_code = block->kind == QUARRY_BLOCK_CODE;

  /* In word processors each line of a program is a paragraph of its own; join them. */
  if (is_code && self->last_is_code)
    self->is_full = !quarry_document_builder_extend (
        self->builder, block->text->str, (gssize) block->text->len);
  else
    self->is_full = !quarry_document_builder_add (
        self->builder, block->kind, block->level, block->text->str, (gssize) block->text->len);
  self->last_is_code = is_code;
}

/* Adds a block to the table or the document, and takes it over. */
static void
put_block (QuarryOffice *self, Block *block)
{
  if (self->tables->len > 0)
    {
      Table *table = g_ptr_array_index (self->tables, self->tables->len - 1);

      if (table->blocks->len < MAX_TABLE_BLOCKS)
        g_ptr_array_add (table->blocks, block);
      else
        block_free (block);
      return;
    }
  write_block (self, block);
  block_free (block);
}

/* The same, but within a paragraph the block is deferred until the outermost open paragraph ends. */
static void
place_block (QuarryOffice *self, Block *block)
{
  if (self->open->len > 0)
    g_ptr_array_add (self->deferred, block);
  else
    put_block (self, block);
}

static void
put_deferred (QuarryOffice *self)
{
  g_autoptr (GPtrArray) deferred = g_steal_pointer (&self->deferred);

  self->deferred = g_ptr_array_new_with_free_func (block_free);
  for (guint i = 0; i < deferred->len; i++)
    put_block (self, g_steal_pointer (&g_ptr_array_index (deferred, i)));
}

void
quarry_office_begin_paragraph (QuarryOffice *self)
{
  g_ptr_array_add (self->open, g_string_new (NULL));
}

void
quarry_office_add_text (QuarryOffice *self, const char *text)
{
  if (self->open->len > 0 && !self->is_full)
    g_string_append (g_ptr_array_index (self->open, self->open->len - 1), text);
}

void
quarry_office_end_paragraph (QuarryOffice *self, QuarryBlockKind kind, guint level)
{
  GString *text;

  if (self->open->len == 0)
    return;
  text = g_ptr_array_steal_index (self->open, self->open->len - 1);
  if (text->len == 0)
    g_string_free (text, TRUE);
  else if (self->open->len > 0)
    g_ptr_array_add (self->deferred, block_new (text, kind, level));
  else
    put_block (self, block_new (text, kind, level));
  if (self->open->len == 0)
    put_deferred (self);
}

void
quarry_office_drop_paragraph (QuarryOffice *self)
{
  if (self->open->len == 0)
    return;
  g_ptr_array_remove_index (self->open, self->open->len - 1);
  if (self->open->len == 0)
    put_deferred (self);
}

void
quarry_office_add_note (QuarryOffice *self, const char *text)
{
  gsize length = text != NULL ? strlen (text) : 0;

  /* One paragraph may refer to a note as often as it likes; no more is kept than a document can have. */
  if (length > 0 && self->n_noted + length <= QUARRY_DOCUMENT_MAX_TEXT)
    {
      self->n_noted += length;
      g_ptr_array_add (self->deferred, block_new (g_string_new_len (text, (gssize) length), QUARRY_BLOCK_PARAGRAPH, 0));
    }
  if (self->open->len == 0)
    put_deferred (self);
}

void
quarry_office_add_running (QuarryOffice *self, const char *text)
{
  g_autofree char *stripped = g_strstrip (g_utf8_make_valid (text, -1));
  gsize length = strlen (stripped);

  if (self->running->len >= MAX_RUNNING || self->n_noted + length > QUARRY_DOCUMENT_MAX_TEXT
      || quarry_is_page_number (stripped, MAX_NUMBER) || g_hash_table_contains (self->known, stripped))
    return;
  g_hash_table_add (self->known, stripped);
  self->n_noted += length;
  g_hash_table_add (self->known, stripped);
  g_ptr_array_add (self->running, g_steal_pointer (&stripped));
}

void
quarry_office_begin_table (QuarryOffice *self)
{
  Table *table = g_new0 (Table, 1);

  table->blocks = g_ptr_array_new_with_free_func (block_free);
  table->rows = g_array_new (FALSE, FALSE, sizeof (guint));
  table->open = g_steal_pointer (&self->open);
  table->deferred = g_steal_pointer (&self->deferred);
  self->open = g_ptr_array_new_with_free_func (string_free);
  self->deferred = g_ptr_array_new_with_free_func (block_free);
  g_ptr_array_add (self->tables, table);
}

void
quarry_office_begin_row (QuarryOffice *self)
{
  Table *table;

  if (self->tables->len == 0)
    return;
  table = g_ptr_array_index (self->tables, self->tables->len - 1);
  g_array_append_val (table->rows, table->blocks->len);
}

void
quarry_office_begin_cell (QuarryOffice *self)
{
  Table *table;

  if (self->tables->len == 0)
    return;
  table = g_ptr_array_index (self->tables, self->tables->len - 1);
  if (table->blocks->len < MAX_TABLE_BLOCKS)
    g_ptr_array_add (table->blocks, NULL);
}

/* Whether a table holds data, rather than being used for layout. */
static gboolean
is_data (const Table *table)
{
  guint n_cells = 0, n_blocks = 0, n_wide = 0;
  gsize length = 0;

  for (guint i = 0, row = 0; i < table->blocks->len; i++)
    {
      const Block *block = g_ptr_array_index (table->blocks, i);

      if (row < table->rows->len && g_array_index (table->rows, guint, row) == i)
        {
          n_cells = 0;
          row++;
        }
      if (block == NULL)
        {
          n_wide += ++n_cells == 2;
          n_blocks = 0;
          length = 0;
          continue;
        }
      n_blocks++;
      length += block->text->len;
      if (block->kind == QUARRY_BLOCK_HEADING || length > MAX_CELL || n_blocks > MAX_CELL_BLOCKS)
        return FALSE;
    }
  return n_wide > 0;
}

static GString *
join_rows (const Table *table, const char *between_rows, const char *between_cells)
{
  GString *out = g_string_new (NULL);
  gboolean cell_starts = FALSE;

  for (guint i = 0, row = 0; i < table->blocks->len; i++)
    {
      const Block *block = g_ptr_array_index (table->blocks, i);
      gboolean row_starts = FALSE;

      while (row < table->rows->len && g_array_index (table->rows, guint, row) <= i)
        {
          row_starts = TRUE;
          row++;
        }
      if (row_starts && out->len > 0)
        g_string_append (out, between_rows);
      if (block == NULL)
        {
          if (!row_starts)
            g_string_append (out, between_cells);
          cell_starts = TRUE;
          continue;
        }
      if (!cell_starts)
        g_string_append_c (out, ' ');
      cell_starts = FALSE;
      for (const char *p = block->text->str; *p != '\0'; p++)
        g_string_append_c (out, *p == '\t' || *p == '\n' ? ' ' : *p);
    }
  return out;
}

void
quarry_office_end_table (QuarryOffice *self)
{
  Table *table;

  if (self->tables->len == 0)
    return;
  while (self->open->len > 0)
    quarry_office_end_paragraph (self, QUARRY_BLOCK_PARAGRAPH, 0);
  table = g_ptr_array_steal_index (self->tables, self->tables->len - 1);
  g_ptr_array_unref (self->open);
  g_ptr_array_unref (self->deferred);
  self->open = g_steal_pointer (&table->open);
  self->deferred = g_steal_pointer (&table->deferred);
  if (self->tables->len > 0)
    /* A table within a cell becomes part of the cell's text. */
    place_block (self, block_new (join_rows (table, "; ", " "), QUARRY_BLOCK_PARAGRAPH, 0));
  else if (is_data (table))
    place_block (self, block_new (join_rows (table, "\n", "\t"), QUARRY_BLOCK_TABLE, 0));
  else
    for (guint i = 0; i < table->blocks->len; i++)
      if (g_ptr_array_index (table->blocks, i) != NULL)
        place_block (self, g_steal_pointer (&g_ptr_array_index (table->blocks, i)));
  table_free (table);
}

gboolean
quarry_office_is_full (QuarryOffice *self)
{
  return self->is_full;
}

void
quarry_office_free (QuarryOffice *self)
{
  if (self == NULL)
    return;
  while (self->tables->len > 0)
    quarry_office_end_table (self);
  while (self->open->len > 0)
    quarry_office_end_paragraph (self, QUARRY_BLOCK_PARAGRAPH, 0);
  for (guint i = 0; i < self->running->len && !self->is_full; i++)
    quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->running->pdata[i], -1);
  g_hash_table_unref (self->known);
  g_ptr_array_unref (self->running);
  g_ptr_array_unref (self->open);
  g_ptr_array_unref (self->deferred);
  g_ptr_array_unref (self->tables);
  g_free (self);
}
