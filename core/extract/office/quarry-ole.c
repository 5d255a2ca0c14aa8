/* quarry-ole.c: the compound files that Office wrote before 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-ole.h"

#include "core/extract/quarry-metadata.h"

#include <string.h>
#include <gsf/gsf-doc-meta-data.h>
#include <gsf/gsf-infile-msole.h>
#include <gsf/gsf-input-memory.h>
#include <gsf/gsf-meta-names.h>
#include <gsf/gsf-msole-utils.h>
#include <gsf/gsf-timestamp.h>

#define MAX_STREAM ((gsf_off_t) 128 << 20)

/* Sizes in bytes of the file's header and of a directory entry. Directory entries are stored one after another in
 * sectors, which begin behind the header and whose size is a power of two, so every entry is at a multiple of ENTRY
 * ([MS-CFB] 2.2, 2.6.1). */
#define HEAD 512u
#define ENTRY 128u

/* libgsf walks the list of children for every index, so going through a folder takes quadratic time. Only folders with
 * at most so many entries are searched. */
#define MOST_COMPARED 1000

/* The child with this name, in any case ([MS-CFB] 2.6.4) unless the folder is very large. (transfer full); NULL if
 * there is none. */
static GsfInput *
find_child (GsfInfile *folder, const char *name)
{
  GsfInput *child = gsf_infile_child_by_name (folder, name);
  int n = gsf_infile_num_children (folder);

  for (int i = 0; child == NULL && n <= MOST_COMPARED && i < n; i++)
    {
      const char *other = gsf_infile_name_by_index (folder, i);

      if (other != NULL && g_ascii_strcasecmp (other, name) == 0)
        child = gsf_infile_child_by_index (folder, i);
    }
  return child;
}

double
quarry_stream_double (const QuarryStream *self, gsize at)
{
  guint64 bits = quarry_stream_u32 (self, at) | (guint64) quarry_stream_u32 (self, at + 4) << 32;
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

double
quarry_stream_rk (guint32 rk)
{
  double value;

  if (rk & 2)
    value = (double) ((gint32) rk >> 2);
  else
    {
      guint64 bits = (guint64) (rk & ~3u) << 32;

      memcpy (&value, &bits, sizeof value);
    }
  return rk & 1 ? value / 100 : value;
}

static gboolean
begins_as_compound (const QuarryInput *input)
{
  return input->length >= 8 && memcmp (input->bytes, "\320\317\021\340\241\261\032\341", 8) == 0;
}

/* Whether the name is at any place in the file where a directory entry may be. This is checked first, since libgsf
 * takes quadratic time in the number of streams to open a file. */
static gboolean
may_have (const QuarryInput *input, const char *name)
{
  gsize n = strlen (name);

  for (gsize at = HEAD; input->length >= ENTRY && at <= input->length - ENTRY; at += ENTRY)
    {
      const guint8 *entry = input->bytes + at;
      gsize i = 0;

      /* The NUL at the end of the name is compared too. */
      while (i <= n && g_ascii_tolower ((char) entry[2 * i]) == g_ascii_tolower (name[i]) && entry[2 * i + 1] == 0)
        i++;
      if (i > n)
        return TRUE;
    }
  return FALSE;
}

gboolean
quarry_ole_has (const QuarryInput *input, const char *name)
{
  GsfInfile *ole;
  GsfInput *child;

  if (!begins_as_compound (input) || input->length < HEAD || !may_have (input, name))
    return FALSE;
  ole = quarry_ole_open (input);
  child = ole != NULL ? find_child (ole, name) : NULL;
  if (ole != NULL)
    g_object_unref (ole);
  if (child == NULL)
    return FALSE;
  g_object_unref (child);
  return TRUE;
}

gboolean
quarry_ole_is_broken (const QuarryInput *input)
{
  GsfInfile *ole;
  gboolean is_empty;

  if (!begins_as_compound (input))
    return FALSE;
  ole = input->length >= HEAD ? quarry_ole_open (input) : NULL;
  is_empty = ole == NULL || gsf_infile_num_children (ole) <= 0;
  if (ole != NULL)
    g_object_unref (ole);
  return is_empty;
}

GsfInfile *
quarry_ole_open (const QuarryInput *input)
{
  GsfInput *memory = gsf_input_memory_new (input->bytes, (gsf_off_t) input->length, FALSE);
  GsfInfile *ole = gsf_infile_msole_new (memory, NULL);

  g_object_unref (memory);
  return ole;
}

GsfInfile *
quarry_ole_get_folder (GsfInfile *ole, const char *name)
{
  GsfInput *child = find_child (ole, name);

  if (child != NULL && GSF_IS_INFILE (child) && gsf_infile_num_children (GSF_INFILE (child)) >= 0)
    return GSF_INFILE (child);
  g_clear_object (&child);
  return NULL;
}

GBytes *
quarry_ole_get (GsfInfile *ole, const char *name)
{
  GsfInput *stream = find_child (ole, name);
  GBytes *bytes = NULL;

  if (stream == NULL)
    return NULL;
  if (gsf_input_size (stream) > 0 && gsf_input_size (stream) <= MAX_STREAM)
    {
      gsize length = (gsize) gsf_input_size (stream);
      guint8 *data = g_malloc (length);

      if (gsf_input_read (stream, length, data) != NULL)
        bytes = g_bytes_new_take (data, length);
      else
        g_free (data);
    }
  g_object_unref (stream);
  return bytes;
}

static void
set_from (QuarryDocumentBuilder *builder, GsfDocMetaData *meta, const char *name, const char *key)
{
  GsfDocProp *property = gsf_doc_meta_data_lookup (meta, name);
  const GValue *value = property != NULL ? gsf_doc_prop_get_val (property) : NULL;

  if (value == NULL)
    return;
  if (G_VALUE_HOLDS_STRING (value))
    {
      const char *text = g_value_get_string (value);

      if (text == NULL || *text == '\0'
          || (strcmp (key, "author") == 0 && !quarry_metadata_is_told (key, text)))
        return;
      if (strcmp (key, "title") == 0)
        quarry_document_builder_set_title (builder, text);
      else
        quarry_document_builder_set_metadata (builder, key, text);
    }
  else if (VAL_IS_GSF_TIMESTAMP (value))
    {
      g_autofree char *text = gsf_timestamp_as_string (g_value_get_boxed (value));

      quarry_document_builder_set_metadata (builder, key, text);
    }
}

void
quarry_ole_read_metadata (GsfInfile *ole, QuarryDocumentBuilder *builder)
{
  static const struct
  {
    const char *name;
    const char *key;
  } names[] = { { GSF_META_NAME_TITLE, "title" },
                { GSF_META_NAME_CREATOR, "author" },
                { GSF_META_NAME_INITIAL_CREATOR, "author" },
                { GSF_META_NAME_KEYWORDS, "keywords" },
                { GSF_META_NAME_DATE_CREATED, "created" },
                { GSF_META_NAME_DATE_MODIFIED, "modified" } };
  GsfInput *stream = find_child (ole, "\005SummaryInformation");
  GsfDocMetaData *meta;
  GError *error;

  if (stream == NULL)
    return;
  meta = gsf_doc_meta_data_new ();
  error = gsf_doc_meta_data_read_from_msole (meta, stream);
  for (guint i = 0; error == NULL && i < G_N_ELEMENTS (names); i++)
    set_from (builder, meta, names[i].name, names[i].key);
  g_clear_error (&error);
  g_object_unref (meta);
  g_object_unref (stream);
}

void
quarry_ole_append_wide (GString *out, const QuarryStream *stream, gsize at, gsize n)
{
  for (gsize i = 0; i < n && at + 2 * i + 2 <= stream->length; i++)
    {
      gunichar c = quarry_stream_u16 (stream, at + 2 * i);

      if (c >= 0xd800 && c < 0xdc00)
        {
          gunichar low = quarry_stream_u16 (stream, at + 2 * i + 2);

          i++;
          c = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00)
                                            : 0xfffd;
        }
      if (c != 0 && (c < 0xdc00 || c >= 0xe000))
        g_string_append_unichar (out, c);
    }
}

void
quarry_ole_append_narrow (GString *out, const QuarryStream *stream, gsize at, gsize n)
{
  /* The characters of windows-1252 from 0x80 to 0x9f. */
  static const guint16 letters[32]
      = { 0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
          0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
          0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178 };

  for (gsize i = 0; i < n && at + i < stream->length; i++)
    {
      guint8 c = stream->bytes[at + i];

      if (c != 0)
        g_string_append_unichar (out, c >= 0x80 && c < 0xa0 ? letters[c - 0x80] : c);
    }
}

/* The stream "Ole10Native": lengths, types, a name and a path (both NUL-terminated), then the file. */
static void
read_native (QuarryInside *inside, GBytes *native)
{
  QuarryStream stream;
  g_autofree char *name = NULL;
  gsize at = 6, size;

  stream.bytes = g_bytes_get_data (native, &stream.length);
  for (guint i = 0; i < 2 && at < stream.length; i++)
    {
      const guint8 *stop = memchr (stream.bytes + at, 0, stream.length - at);

      if (stop == NULL)
        return;
      if (i == 0)
        name = g_strdup ((const char *) stream.bytes + at);
      at = (gsize) (stop - stream.bytes) + 1;
    }
  at += 4;
  at += 4 + (gsize) quarry_stream_u32 (&stream, at);
  size = quarry_stream_u32 (&stream, at);
  at += 4;
  if (at < stream.length && name != NULL && quarry_extractor_may_read (name))
    quarry_inside_read (inside, name, stream.bytes + at, MIN (size, stream.length - at));
}

void
quarry_ole_read_object (QuarryInside *inside, const guint8 *bytes, gsize length)
{
  const QuarryInput input = { .bytes = bytes, .length = length, .name = "object" };
  g_autoptr (GBytes) native = NULL;
  g_autoptr (GBytes) contents = NULL;
  GsfInfile *ole;

  if (!quarry_inside_account (inside, length))
    return;
  if (quarry_sniff_doc (&input) || quarry_sniff_xls (&input) || quarry_sniff_ppt (&input)
      || quarry_sniff_msg (&input))
    {
      quarry_inside_read (inside, "object", bytes, length);
      return;
    }
  ole = quarry_ole_open (&input);
  if (ole == NULL)
    return;
  native = quarry_ole_get (ole, "\001Ole10Native");
  contents = quarry_ole_get (ole, "CONTENTS");
  if (contents == NULL)
    contents = quarry_ole_get (ole, "Package");
  g_object_unref (ole);
  if (native != NULL)
    read_native (inside, native);
  else if (contents != NULL)
    quarry_inside_read (
        inside, "object", g_bytes_get_data (contents, NULL), g_bytes_get_size (contents));
}
