/* quarry-reader-iwork.c: documents of Apple's Pages, Keynote and Numbers since 2013
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Apple does not document the format. A package contains archives, which consist of blocks compressed
 * with Snappy. In these, each object follows a header; both are Protocol Buffers. The objects that
 * store text are read, and the texts in the cells of tables, but not the numbers.
 */
#include "core/extract/office/quarry-package.h"
#include "core/extract/office/quarry-snappy.h"

#include <string.h>

#define DOCUMENT "Index/Document.iwa"
#define MAX_ARCHIVE ((gsize) 64 << 20)

enum
{
  TYPE_TEXT = 2001,
  TYPE_TEXT_OF_OLD = 2005,
  TYPE_LIST = 6005, /* of the contents of cells */
};

enum
{
  KIND_HEADER = 1, /* a header or footer */
  LIST_OF_TEXTS = 1,
};

/* A Protocol Buffers message, with its current field. */
typedef struct
{
  const guint8 *bytes;
  gsize length, at;
  guint field;
  guint64 value;          /* the value of a number, or the length of the contents */
  const guint8 *contents; /* NULL if the field is a number */
} Message;

static gboolean
take_number (Message *self, guint64 *number)
{
  *number = 0;
  for (guint i = 0; i < 10 && self->at < self->length; i++)
    {
      guint8 byte = self->bytes[self->at++];

      *number |= (guint64) (byte & 0x7f) << 7 * i;
      if ((byte & 0x80) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
take_field (Message *self)
{
  guint64 tag;
  gsize n;

  if (self->at >= self->length || !take_number (self, &tag))
    return FALSE;
  self->field = (guint) (tag >> 3);
  self->contents = NULL;
  switch (tag & 7)
    {
    case 0:
      return take_number (self, &self->value);
    case 2:
      if (!take_number (self, &self->value) || self->value > self->length - self->at)
        return FALSE;
      self->contents = self->bytes + self->at;
      self->at += (gsize) self->value;
      return TRUE;
    case 1:
    case 5:
      n = (tag & 7) == 1 ? 8 : 4;
      self->value = 0;
      self->at += MIN (n, self->length - self->at);
      return TRUE;
    default:
      return FALSE;
    }
}

/* The current field as a message. */
static Message
open_field (const Message *self)
{
  Message inner
      = { .bytes = self->contents, .length = self->contents != NULL ? (gsize) self->value : 0 };

  return inner;
}

static void
add_text (QuarryDocumentBuilder *builder, const Message *field)
{
  g_autofree char *text = NULL;

  if (field->contents == NULL)
    return;
  text = g_utf8_make_valid ((const char *) field->contents, (gssize) field->value);
  for (const char *p = text, *end; p != NULL; p = end != NULL ? end + 1 : NULL)
    {
      end = strchr (p, '\n');
      if (!quarry_document_builder_add (
              builder, QUARRY_BLOCK_PARAGRAPH, 0, p, end != NULL ? end - p : -1))
        return;
    }
}

static void
read_text (Message message, QuarryDocumentBuilder *builder)
{
  while (take_field (&message))
    if (message.field == 1 && message.contents == NULL && message.value == KIND_HEADER)
      return;
    else if (message.field == 3)
      add_text (builder, &message);
}

/* The texts of cells with their numbers; they were written in the order of these. */
typedef struct
{
  guint64 number;
  Message text;
} Entry;

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *x = a, *y = b;

  return x->number < y->number ? -1 : x->number > y->number;
}

static void
read_list (Message message, QuarryDocumentBuilder *builder)
{
  g_autoptr (GArray) entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  while (take_field (&message))
    if (message.field == 1 && message.contents == NULL && message.value != LIST_OF_TEXTS)
      return;
    else if (message.field == 3)
      {
        Message inner = open_field (&message);
        Entry entry = { 0 };

        while (take_field (&inner))
          if (inner.field == 1)
            entry.number = inner.value;
          else if (inner.field == 3)
            entry.text = inner;
        g_array_append_val (entries, entry);
      }
  g_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++)
    add_text (builder, &g_array_index (entries, Entry, i).text);
}

/* Reads the objects of an archive. The header of each tells the lengths of the parts that follow it. */
static void
read_objects (const GByteArray *archive, QuarryDocumentBuilder *builder)
{
  Message all = { .bytes = archive->data, .length = archive->len };
  guint64 length;

  while (all.at < all.length && take_number (&all, &length) && length <= all.length - all.at)
    {
      Message head = { .bytes = all.bytes + all.at, .length = (gsize) length };

      all.at += (gsize) length;
      while (take_field (&head))
        {
          guint64 type = 0;
          Message object = { .bytes = all.bytes + all.at };

          if (head.field != 2)
            continue;
          for (Message part = open_field (&head); take_field (&part);)
            if (part.field == 1)
              type = part.value;
            else if (part.field == 3)
              object.length = (gsize) MIN (part.value, all.length - all.at);
          all.at += object.length;
          if (type == TYPE_TEXT || type == TYPE_TEXT_OF_OLD)
            read_text (object, builder);
          else if (type == TYPE_LIST)
            read_list (object, builder);
        }
    }
}

/* Decompresses an archive of blocks. Each block follows a zero byte and its length in three bytes. */
static gboolean
read_archive (GBytes *bytes, QuarryDocumentBuilder *builder)
{
  g_autoptr (GByteArray) archive = g_byte_array_new ();
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gboolean is_whole = data != NULL;

  for (gsize at = 0; is_whole && at + 4 <= length;)
    {
      gsize n = data[at + 1] | (gsize) data[at + 2] << 8 | (gsize) data[at + 3] << 16;

      at += 4;
      is_whole = n <= length - at && quarry_snappy_unpack (data + at, n, MAX_ARCHIVE, archive);
      at += MIN (n, length - at);
    }
  read_objects (archive, builder);
  return is_whole;
}

gboolean
quarry_sniff_iwork (const QuarryInput *input)
{
  g_autoptr (QuarryPackage) package
      = quarry_package_may_name (input, DOCUMENT) ? quarry_package_open (input) : NULL;

  return package != NULL && quarry_package_has (package, DOCUMENT);
}

/* The main text comes before what is embedded in it, such as tables. */
static int
compare_names (gconstpointer a, gconstpointer b)
{
  gboolean first = strcmp (*(const char *const *) a, DOCUMENT) == 0;
  gboolean second = strcmp (*(const char *const *) b, DOCUMENT) == 0;

  return second - first;
}

/* FALSE for templates of slides and styles, whose text is not part of the document. */
static gboolean
is_wanted (const char *name)
{
  return g_str_has_prefix (name, "Index/") && g_str_has_suffix (name, ".iwa")
         && strstr (name, "MasterSlide") == NULL && strstr (name, "TemplateSlide") == NULL
         && strstr (name, "Stylesheet") == NULL;
}

gboolean
quarry_read_iwork (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (QuarryPackage) package = quarry_package_open (input);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  guint n_read = 0, n_slides = 0;

  for (guint i = 0; package != NULL && i < quarry_package_list (package)->len; i++)
    if (is_wanted (quarry_package_list (package)->pdata[i]))
      g_ptr_array_add (names, quarry_package_list (package)->pdata[i]);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      g_autoptr (GBytes) bytes = quarry_package_get (package, name);

      if (bytes == NULL)
        continue;
      if (g_str_has_prefix (name, "Index/Slide"))
        quarry_document_builder_begin_page (builder, ++n_slides);
      n_read += read_archive (bytes, builder);
    }
  if (n_read > 0)
    return TRUE;
  if (package != NULL)
    quarry_package_set_error (package, QUARRY_FORMAT_IWORK, error);
  else
    quarry_reader_set_damaged (error, QUARRY_FORMAT_IWORK);
  return FALSE;
}
