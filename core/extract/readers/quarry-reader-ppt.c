/* quarry-reader-ppt.c: PowerPoint presentations before PowerPoint 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in [MS-PPT]: a tree of records, which are found through a directory of where
 * each was last saved. A slide becomes a page, with its title as a heading, then its texts, then the
 * speaker's notes.
 */
#include "core/extract/office/quarry-ole.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_DEPTH 16u
#define MAX_EDITS 1000u

enum
{
  RECORD_SLIDE_PERSIST = 0x3f3,
  RECORD_TEXT_HEADER = 0xf9f,
  RECORD_TEXT_CHARS = 0xfa0,
  RECORD_TEXT_BYTES = 0xfa8,
  RECORD_SLIDE_LIST = 0xff0,
  RECORD_USER_EDIT = 0xff5,
  RECORD_PERSIST_DIRECTORY = 0x1772,
};

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryStream stream;
  GHashTable *places; /* number of a record -> its offset */
  gsize n_left;       /* bytes of slides and notes that may still be read: each is read once in a sound file */
  guint kind;         /* kind of the next text */
  guint n_slides;
} PptReader;

typedef struct
{
  guint16 kind;
  guint16 instance;
  gboolean is_container;
  gsize at, end; /* of the contents */
} Record;

gboolean
quarry_sniff_ppt (const QuarryInput *input)
{
  return quarry_ole_has (input, "PowerPoint Document");
}

static gboolean
take_record (const QuarryStream *stream, gsize *at, gsize end, Record *record)
{
  guint16 head;

  if (*at + 8 > MIN (end, stream->length))
    return FALSE;
  head = quarry_stream_u16 (stream, *at);
  record->instance = head >> 4;
  record->is_container = (head & 15) == 15;
  record->kind = quarry_stream_u16 (stream, *at + 2);
  record->at = *at + 8;
  record->end = MIN (record->at + (gsize) quarry_stream_u32 (stream, *at + 4), MIN (end, stream->length));
  *at = record->end;
  return TRUE;
}

/* Adds a text, whose paragraphs end with 0x0d and lines with 0x0b. */
static void
add_text (PptReader *self, const Record *record)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (GStrv) paragraphs = NULL;
  gboolean is_title = self->kind == 0 || self->kind == 6;

  if (record->kind == RECORD_TEXT_CHARS)
    quarry_ole_append_wide (text, &self->stream, record->at, (record->end - record->at) / 2);
  else
    quarry_ole_append_narrow (text, &self->stream, record->at, record->end - record->at);
  g_strdelimit (text->str, "\v", ' ');
  if (is_title)
    {
      g_strdelimit (text->str, "\r", ' ');
      quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, text->str, -1);
      return;
    }
  paragraphs = g_strsplit (text->str, "\r", -1);
  /* An asterisk stands for the date or the slide's number, which PowerPoint puts in its place. */
  for (guint i = 0; paragraphs[i] != NULL; i++)
    if (strcmp (paragraphs[i], "*") != 0)
      quarry_document_builder_add (self->builder,
                                   self->kind == 1 ? QUARRY_BLOCK_LIST_ITEM : QUARRY_BLOCK_PARAGRAPH,
                                   self->kind == 1 ? 1 : 0,
                                   paragraphs[i],
                                   -1);
}

/* Adds all texts in the range [at, end). */
static void
read_texts (PptReader *self, gsize at, gsize end, guint depth)
{
  Record record;

  while (take_record (&self->stream, &at, end, &record))
    {
      if (record.kind == RECORD_TEXT_HEADER)
        self->kind = quarry_stream_u32 (&self->stream, record.at);
      else if (record.kind == RECORD_TEXT_CHARS || record.kind == RECORD_TEXT_BYTES)
        add_text (self, &record);
      else if (record.is_container && depth < MAX_DEPTH)
        read_texts (self, record.at, record.end, depth + 1);
    }
}

/* Reads the slide, or the notes, with this number. */
static void
read_saved (PptReader *self, guint32 number)
{
  gpointer place;
  Record record;
  gsize at;

  if (!g_hash_table_lookup_extended (self->places, GUINT_TO_POINTER (number), NULL, &place))
    return;
  at = GPOINTER_TO_SIZE (place);
  self->kind = 4;
  if (!take_record (&self->stream, &at, self->stream.length, &record) || !record.is_container
      || record.end - record.at > self->n_left)
    return;
  self->n_left -= record.end - record.at;
  read_texts (self, record.at, record.end, 0);
}

/* Reads a list of slides or notes, which refers to the saved record of each and, before it, has the texts of its
 * outline. */
static void
read_list (PptReader *self, const Record *list, gboolean are_slides)
{
  gsize at = list->at;
  guint32 number = 0;
  gboolean has_slide = FALSE;
  Record record;

  while (take_record (&self->stream, &at, list->end, &record))
    {
      if (record.kind == RECORD_SLIDE_PERSIST)
        {
          if (has_slide)
            read_saved (self, number);
          number = quarry_stream_u32 (&self->stream, record.at);
          has_slide = TRUE;
          if (are_slides)
            quarry_document_builder_begin_page (self->builder, ++self->n_slides);
        }
      else if (record.kind == RECORD_TEXT_HEADER)
        self->kind = quarry_stream_u32 (&self->stream, record.at);
      else if (record.kind == RECORD_TEXT_CHARS || record.kind == RECORD_TEXT_BYTES)
        add_text (self, &record);
    }
  if (has_slide)
    read_saved (self, number);
}

/* Reads where each record was last saved. Returns the number of the document's record. */
static guint32
read_places (PptReader *self, gsize edit)
{
  guint32 document = 0;

  for (guint i = 0; i < MAX_EDITS && edit > 0; i++)
    {
      Record record;
      gsize at = edit;
      gsize directory;

      if (!take_record (&self->stream, &at, self->stream.length, &record)
          || record.kind != RECORD_USER_EDIT)
        break;
      edit = quarry_stream_u32 (&self->stream, record.at + 8);
      directory = quarry_stream_u32 (&self->stream, record.at + 12);
      if (document == 0)
        document = quarry_stream_u32 (&self->stream, record.at + 16);
      if (!take_record (&self->stream, &directory, self->stream.length, &record)
          || record.kind != RECORD_PERSIST_DIRECTORY)
        continue;
      for (gsize k = record.at; k + 4 <= record.end;)
        {
          guint32 head = quarry_stream_u32 (&self->stream, k);
          guint32 first = head & 0xfffff, n = head >> 20;

          k += 4;
          for (guint32 j = 0; j < n && k + 4 <= record.end; j++, k += 4)
            if (!g_hash_table_contains (self->places, GUINT_TO_POINTER (first + j)))
              g_hash_table_insert (self->places,
                                   GUINT_TO_POINTER (first + j),
                                   GSIZE_TO_POINTER (quarry_stream_u32 (&self->stream, k)));
        }
    }
  return document;
}

gboolean
quarry_read_ppt (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  GsfInfile *ole = quarry_ole_open (input), *newer = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) user = NULL;
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
  PptReader self = { .builder = builder, .places = places };
  QuarryStream current = { 0 };
  Record document, record;
  gpointer place;
  gboolean is_95 = FALSE;
  guint32 number;
  gsize at;

  if (ole != NULL)
    {
      quarry_ole_read_metadata (ole, builder);
      /* In files that PowerPoint 95 can read too, the presentation of PowerPoint 97 is in a folder ([MS-PPT] 2.1.6). */
      newer = quarry_ole_get_folder (ole, "PP97_DUALSTORAGE");
      is_95 = newer == NULL && quarry_ole_has (input, "Text_Content");
      if (newer != NULL)
        {
          g_object_unref (ole);
          ole = newer;
        }
      bytes = quarry_ole_get (ole, "PowerPoint Document");
      user = quarry_ole_get (ole, "Current User");
      g_object_unref (ole);
    }
  if (is_95)
    {
      g_set_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED, _ ("Quarry does not read %s."),
                   _ ("presentations of PowerPoint 95 (save them with a newer program)"));
      return FALSE;
    }
  if (bytes == NULL || user == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_PPT);
      return FALSE;
    }
  self.stream.bytes = g_bytes_get_data (bytes, &self.stream.length);
  self.n_left = self.stream.length;
  current.bytes = g_bytes_get_data (user, &current.length);
  if (quarry_stream_u32 (&current, 12) == 0xf3d1c4df)
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_ENCRYPTED,
                           _ ("The PowerPoint presentation is encrypted: open it with its password and "
                              "save an unprotected copy."));
      return FALSE;
    }
  number = read_places (&self, quarry_stream_u32 (&current, 16));
  if (!g_hash_table_lookup_extended (places, GUINT_TO_POINTER (number), NULL, &place))
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_PPT);
      return FALSE;
    }
  at = GPOINTER_TO_SIZE (place);
  if (take_record (&self.stream, &at, self.stream.length, &document))
    for (at = document.at; take_record (&self.stream, &at, document.end, &record);)
      if (record.kind == RECORD_SLIDE_LIST && (record.instance == 0 || record.instance == 2))
        read_list (&self, &record, record.instance == 0);
  return TRUE;
}
