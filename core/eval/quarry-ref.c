/* quarry-ref.c: reads reference segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads .ref files, lists them in a folder, and makes documents of them.
 */
#include "quarry-config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/eval/quarry-line-reader.h"
#include "core/eval/quarry-ref.h"

/* How many levels of subfolders are searched for reference files: enough for a set of sets, but not a whole disk. */
#define MAX_FOLDER_DEPTH 4

void
quarry_ref_free (QuarryRef *self)
{
  if (self == NULL)
    return;
  g_free (self->path);
  g_ptr_array_unref (self->sentences);
  g_free (self->boundary);
  g_free (self);
}

static gboolean
is_separator (const char *line)
{
  gsize n = strspn (line, "=");

  return n >= 10 && line[n] == '\0';
}

/* A line that only has blanks, control or zero-width characters is not a sentence, since a document would drop it. */
static gboolean
is_sentence (const char *line)
{
  for (const char *p = line; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalnum (c) || g_unichar_ispunct (c))
        return TRUE;
    }
  return FALSE;
}

QuarryRef *
quarry_ref_load (const char *path, GError **error)
{
  g_autoptr (QuarryLineReader) reader = quarry_line_reader_open (path, error);
  g_autoptr (QuarryRef) self = NULL;
  g_autoptr (GArray) boundary = NULL;
  g_autoptr (GError) read_error = NULL;
  gsize length, total = 0;
  char *line;

  if (reader == NULL)
    return NULL;

  self = g_new0 (QuarryRef, 1);
  self->path = g_strdup (path);
  self->sentences = g_ptr_array_new_with_free_func (g_free);
  boundary = g_array_new (FALSE, TRUE, sizeof (gboolean));

  while ((line = quarry_line_reader_next (reader, &length, &read_error)) != NULL)
    {
      g_autofree char *sentence = NULL;

      if (memchr (line, '\0', length) != NULL)
        {
          quarry_line_reader_fail (reader, error, _("this is no text: a byte in it is zero"));
          return NULL;
        }
      sentence = g_strstrip (g_utf8_make_valid (line, length));

      if (is_separator (sentence))
        {
          if (boundary->len > 0)
            g_array_index (boundary, gboolean, boundary->len - 1) = TRUE;
        }
      else if (is_sentence (sentence))
        {
          total += strlen (sentence) + 1;
          if (total > QUARRY_DOCUMENT_MAX_TEXT)
            {
              quarry_line_reader_fail (reader, error, _("the text is too long to be one document"));
              return NULL;
            }
          g_ptr_array_add (self->sentences, g_steal_pointer (&sentence));
          g_array_set_size (boundary, self->sentences->len);
        }
    }
  if (read_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&read_error));
      return NULL;
    }

  /* A separator at the end of the file does not separate anything. */
  if (boundary->len > 0)
    {
      g_array_index (boundary, gboolean, boundary->len - 1) = FALSE;
      self->n_segments = 1;
    }
  for (guint i = 0; i < boundary->len; i++)
    self->n_segments += g_array_index (boundary, gboolean, i);
  self->boundary = (gpointer) g_array_free (g_steal_pointer (&boundary), FALSE);
  return g_steal_pointer (&self);
}

static gboolean
list_folder (const char *folder, guint depth, GPtrArray *paths, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GDir) directory = g_dir_open (folder, 0, &local);
  const char *name;

  if (directory == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR,
                           g_error_matches (local, G_FILE_ERROR, G_FILE_ERROR_NOENT)
                               ? G_IO_ERROR_NOT_FOUND
                               : G_IO_ERROR_FAILED,
                           local->message);
      return FALSE;
    }

  while ((name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (*name == '.')
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          if (depth < MAX_FOLDER_DEPTH && !g_file_test (path, G_FILE_TEST_IS_SYMLINK)
              && !list_folder (path, depth + 1, paths, error))
            return FALSE;
        }
      else if (g_str_has_suffix (name, ".ref"))
        g_ptr_array_add (paths, g_steal_pointer (&path));
    }
  return TRUE;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
quarry_ref_list (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!list_folder (folder, 0, paths, error))
    return NULL;
  if (paths->len == 0)
    {
      g_autofree char *name = g_filename_display_name (folder);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                   _("There are no .ref files in “%s”"), name);
      return NULL;
    }
  g_ptr_array_sort (paths, compare_paths);
  return g_steal_pointer (&paths);
}

QuarryDocument *
quarry_ref_to_document (const QuarryRef *self, GError **error)
{
  g_autoptr (QuarryDocument) document = NULL;
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint n_blocks;

  for (guint i = 0; i < self->sentences->len; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                                 g_ptr_array_index (self->sentences, i), -1);
  document = quarry_document_builder_end (builder);

  quarry_document_get_blocks (document, &n_blocks);
  if (n_blocks != self->sentences->len)
    {
      g_autofree char *name = g_filename_display_name (self->path);

      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _("“%s” does not keep its sentences as a document"), name);
      return NULL;
    }
  return g_steal_pointer (&document);
}
