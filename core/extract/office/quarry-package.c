/* quarry-package.c: the ZIP files that office documents and books are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-package.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_MEMBERS 20000u
#define MAX_MEMBER ((gsize) 128 << 20)
#define MAX_TOTAL ((gsize) 384 << 20)

struct _QuarryPackage
{
  const guint8 *bytes;
  gsize length;
  GPtrArray *names;
  GHashTable *places; /* name to the index of its header in the archive; of members that share one, the first */
  struct archive
      *reading; /* open archive, read up to the last member that was asked for; NULL: not open */
  guint n_read; /* number of headers read from it */
  GHashTable *offsets; /* name to the offset of its header in the file; made when first needed */
  gsize total;         /* unpacked so far */
  gboolean is_encrypted, is_too_large;
};

static struct archive *
open_archive (const guint8 *bytes, gsize length)
{
  struct archive *archive = archive_read_new ();

  archive_read_support_format_zip (archive);
  if (archive_read_open_memory (archive, bytes, length) != ARCHIVE_OK)
    {
      archive_read_free (archive);
      return NULL;
    }
  return archive;
}

static const char *
name_of (struct archive_entry *entry)
{
  const char *name = archive_entry_pathname_utf8 (entry);

  return name != NULL ? name : archive_entry_pathname (entry);
}

static void
stop_reading (QuarryPackage *self)
{
  if (self->reading != NULL)
    archive_read_free (self->reading);
  self->reading = NULL;
  self->n_read = 0;
}

QuarryPackage *
quarry_package_open (const QuarryInput *input)
{
  QuarryPackage *self;
  struct archive *archive;
  struct archive_entry *entry;

  if (input->length < 4 || memcmp (input->bytes, "PK\3\4", 4) != 0)
    return NULL;
  archive = open_archive (input->bytes, input->length);
  if (archive == NULL)
    return NULL;

  self = g_new0 (QuarryPackage, 1);
  self->bytes = input->bytes;
  self->length = input->length;
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->places = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint place = 0;
       self->names->len < MAX_MEMBERS && archive_read_next_header (archive, &entry) == ARCHIVE_OK;
       place++)
    {
      const char *name = name_of (entry);

      self->is_encrypted = self->is_encrypted || archive_entry_is_data_encrypted (entry);
      if (name != NULL && g_utf8_validate (name, -1, NULL))
        {
          char *copy = g_strdup (name);

          g_ptr_array_add (self->names, copy);
          if (!g_hash_table_contains (self->places, copy))
            g_hash_table_insert (self->places, copy, GUINT_TO_POINTER (place));
        }
    }
  archive_read_free (archive);
  if (self->names->len == 0)
    g_clear_pointer (&self, quarry_package_free);
  return self;
}

void
quarry_package_free (QuarryPackage *self)
{
  if (self == NULL)
    return;
  stop_reading (self);
  g_clear_pointer (&self->offsets, g_hash_table_unref);
  g_hash_table_unref (self->places);
  g_ptr_array_unref (self->names);
  g_free (self);
}

const GPtrArray *
quarry_package_list (QuarryPackage *self)
{
  return self->names;
}

gboolean
quarry_package_may_name (const QuarryInput *input, const char *part)
{
  gsize n = MIN (input->length, (gsize) 1 << 20);

  return n > 4 && memcmp (input->bytes, "PK\3\4", 4) == 0
         && memmem (input->bytes + input->length - n, n, part, strlen (part)) != NULL;
}

static guint32
number_at (const guint8 *bytes)
{
  return bytes[0] | (guint32) bytes[1] << 8 | (guint32) bytes[2] << 16 | (guint32) bytes[3] << 24;
}

/* The list of members that ends a ZIP file, where nothing follows it but its own end, of the usual kind; else NULL. */
static const guint8 *
find_list (const guint8 *bytes, gsize n, gsize *length)
{
  enum { END = 22, SIZE = 12, START = 16, COMMENT = 20 };
  const guint8 *end;

  if (n < END)
    return NULL;
  end = bytes + n - END;
  if (memcmp (end, "PK\5\6", 4) != 0 || end[COMMENT] != 0 || end[COMMENT + 1] != 0)
    return NULL;
  *length = number_at (end + SIZE);
  return *length <= n - END && number_at (end + START) == n - END - *length ? end - *length : NULL;
}

gboolean
quarry_package_may_have_folder (const QuarryInput *input, const char *folder)
{
  gsize length, n = strlen (folder);
  const guint8 *list, *found;

  if (input->length < 4 || memcmp (input->bytes, "PK\3\4", 4) != 0)
    return FALSE;
  list = find_list (input->bytes, input->length, &length);
  if (list == NULL)
    return TRUE;
  for (const guint8 *end = list + length; (found = memmem (list, (gsize) (end - list), folder, n)) != NULL;
       list = found + 1)
    /* Some programs write names in the manner of Windows. */
    if (found + n < end && (found[n] == '/' || found[n] == '\\'))
      return TRUE;
  return FALSE;
}

gboolean
quarry_package_has (QuarryPackage *self, const char *name)
{
  return g_hash_table_contains (self->places, name);
}

/* Unpacks a member, as far as the size limits allow. */
static GBytes *
unpack (QuarryPackage *self, struct archive *archive)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint8 buffer[65536];
  la_ssize_t n;

  while ((n = archive_read_data (archive, buffer, sizeof buffer)) > 0)
    {
      self->total += (gsize) n;
      if (out->len + (gsize) n > MAX_MEMBER || self->total > MAX_TOTAL)
        {
          self->is_too_large = TRUE;
          return NULL;
        }
      g_byte_array_append (out, buffer, (guint) n);
    }
  return n == 0 ? g_byte_array_free_to_bytes (g_steal_pointer (&out)) : NULL;
}

/* Where the headers of the members are, as the list at the end of the file says: nothing if there is none. Of members that
 * share a name the first in the file, as in @places. */
static GHashTable *
read_offsets (const QuarryPackage *self)
{
  enum { LENGTHS = 28, OFFSET = 42, NAME = 46 };
  GHashTable *offsets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gsize left = 0, n;
  const guint8 *entry = find_list (self->bytes, self->length, &left);

  for (; entry != NULL && left >= NAME && memcmp (entry, "PK\1\2", 4) == 0; entry += n, left -= n)
    {
      const guint8 *lengths = entry + LENGTHS; /* of the name and of what follows it */
      gsize n_name = lengths[0] | (gsize) lengths[1] << 8, offset = number_at (entry + OFFSET);
      g_autofree char *name = NULL;
      gpointer found;

      n = NAME + n_name + (lengths[2] | (gsize) lengths[3] << 8) + (lengths[4] | (gsize) lengths[5] << 8);
      if (n > left)
        break;
      name = g_strndup ((const char *) entry + NAME, n_name);
      if (!g_hash_table_lookup_extended (offsets, name, NULL, &found) || offset < GPOINTER_TO_SIZE (found))
        g_hash_table_replace (offsets, g_steal_pointer (&name), GSIZE_TO_POINTER (offset));
    }
  return offsets;
}

/* Unpacks a member from where the list says that it is, without reading what comes before it. NULL if it is not there,
 * or is of a kind that can only be read from the beginning. */
static GBytes *
get_at_offset (QuarryPackage *self, const char *name)
{
  struct archive *archive;
  struct archive_entry *entry;
  GBytes *bytes = NULL;
  gpointer found;
  gsize offset;

  if (self->offsets == NULL)
    self->offsets = read_offsets (self);
  if (!g_hash_table_lookup_extended (self->offsets, name, NULL, &found))
    return NULL;
  offset = GPOINTER_TO_SIZE (found);
  if (offset >= self->length)
    return NULL;
  archive = archive_read_new ();
  archive_read_support_format_zip_streamable (archive);
  if (archive_read_open_memory (archive, self->bytes + offset, self->length - offset) == ARCHIVE_OK
      && archive_read_next_header (archive, &entry) == ARCHIVE_OK && g_strcmp0 (name_of (entry), name) == 0)
    bytes = unpack (self, archive);
  archive_read_free (archive);
  return bytes;
}

GBytes *
quarry_package_get (QuarryPackage *self, const char *name)
{
  struct archive_entry *entry;
  GBytes *bytes = NULL;
  gpointer found;
  guint place;

  if (!g_hash_table_lookup_extended (self->places, name, NULL, &found))
    return NULL;
  place = GPOINTER_TO_UINT (found);
  /* Members are mostly asked for in the order of the file. Those of books that Calibre has made are in no order, and
   * each would be looked for from the beginning. */
  if (place < self->n_read && (bytes = get_at_offset (self, name)) != NULL)
    return bytes;
  if (place < self->n_read)
    stop_reading (self);
  if (self->reading == NULL)
    self->reading = open_archive (self->bytes, self->length);
  while (self->reading != NULL && archive_read_next_header (self->reading, &entry) == ARCHIVE_OK)
    if (self->n_read++ == place)
      {
        bytes = unpack (self, self->reading);
        break;
      }
  if (bytes == NULL)
    stop_reading (self);
  return bytes;
}

void
quarry_package_set_error (QuarryPackage *self, QuarryFormat format, GError **error)
{
  if (self->is_encrypted)
    g_set_error (error,
                 QUARRY_EXTRACT_ERROR,
                 QUARRY_EXTRACT_ERROR_ENCRYPTED,
                 _ ("This is %s that is encrypted: open it with its password and save an "
                    "unprotected copy."),
                 quarry_format_get_noun (format));
  else if (self->is_too_large)
    g_set_error_literal (error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_TOO_LARGE,
                         _ ("It holds more than can be unpacked safely: divide it."));
  else
    quarry_reader_set_damaged (error, format);
}

char *
quarry_package_resolve (const char *base, const char *target)
{
  g_autofree char *plain = g_uri_unescape_string (target, NULL);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_auto (GStrv) from = g_strsplit (base, "/", -1);
  g_auto (GStrv) to = NULL;
  char *fragment;

  if (plain == NULL)
    plain = g_strdup (target);
  fragment = strchr (plain, '#');
  if (fragment != NULL)
    *fragment = '\0';
  if (*plain != '/')
    for (guint i = 0; from[i] != NULL && from[i + 1] != NULL; i++)
      if (*from[i] != '\0')
        g_ptr_array_add (parts, from[i]);
  to = g_strsplit (plain, "/", -1);
  for (guint i = 0; to[i] != NULL; i++)
    {
      if (strcmp (to[i], "..") == 0)
        {
          if (parts->len > 0)
            g_ptr_array_remove_index (parts, parts->len - 1);
        }
      else if (*to[i] != '\0' && strcmp (to[i], ".") != 0)
        g_ptr_array_add (parts, to[i]);
    }
  g_ptr_array_add (parts, NULL);
  return g_strjoinv ("/", (char **) parts->pdata);
}
