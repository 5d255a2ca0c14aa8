/* quarry-eval-library.c: makes a library of a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Documents are built from titles and texts and get paths that no query matches.
 */
#include "quarry-config.h"

#include "core/eval/quarry-eval-library.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"

static int
remove_entry (const char *path, const struct stat *status, int type, struct FTW *place)
{
  remove (path);
  return 0;
}

static void
remove_folder (char *folder)
{
  nftw (folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
  g_free (folder);
}

/* A path that no query matches and that says nothing. File names are searched too, but beside a title not a number
 * alone; where there is no title, a number could be found by a query with a number. */
static char *
document_path (guint document, gboolean titled)
{
  GString *path = g_string_new ("/zxq");

  if (titled)
    {
      g_string_printf (path, "/%u", document);
      return g_string_free (path, FALSE);
    }
  do
    g_string_append_c (path, (char) ('a' + document % 26));
  while ((document /= 26) > 0);
  return g_string_free (path, FALSE);
}

static QuarryDocument *
make_document (const QuarryCollectionDocument *from)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  /* Like a file with a title: it is stated, and is the first heading of the text. */
  if (*from->title != '\0')
    {
      quarry_document_builder_set_title (builder, from->title);
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, from->title, -1);
    }
  for (const char *line = from->text; line != NULL && *line != '\0';)
    {
      const char *end = strchr (line, '\n');

      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, line,
                                   end != NULL ? end - line : -1);
      line = end != NULL ? end + 1 : NULL;
    }
  return quarry_document_builder_end (builder);
}

/* Adds the documents. @places gets the number (+ 1) of each document by its path. */
static gboolean
fill_library (QuarryLibrary *library,
              const QuarryCollection *collection,
              GHashTable *places,
              QuarryEvalSteps *steps,
              GError **error)
{
  for (guint i = 0; i < collection->documents->len; i++)
    {
      const QuarryCollectionDocument *from = g_ptr_array_index (collection->documents, i);
      g_autoptr (QuarryDocument) document = make_document (from);
      g_autofree char *path = document_path (i, *from->title != '\0');

      if (!quarry_library_add_document (library, path, document, error))
        return FALSE;
      g_hash_table_insert (places, g_steal_pointer (&path), GUINT_TO_POINTER (i + 1));
      quarry_eval_step (steps);
    }
  return quarry_library_finish_adding (library, error);
}

char *
quarry_eval_plain_query (const char *text)
{
  GString *plain = g_string_new (NULL);
  gboolean at_start = TRUE;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '"' || c == ':' || c == 0x201c || c == 0x201d || (at_start && c == '-'))
        c = ' ';
      g_string_append_unichar (plain, c);
      at_start = g_unichar_isspace (c);
    }
  return g_string_free (plain, FALSE);
}

QuarryEvalLibrary *
quarry_eval_library_new (const QuarryCollection *collection,
                         const char *model,
                         QuarryEvalSteps *steps,
                         GError **error)
{
  g_autoptr (QuarryEvalLibrary) self = g_new0 (QuarryEvalLibrary, 1);
  g_autoptr (GError) local = NULL;

  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->folder = g_dir_make_tmp ("quarry-eval-XXXXXX", &local);
  if (self->folder == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("No folder could be made for the collection's library: %s"), local->message);
      return NULL;
    }
  self->library = quarry_library_open (self->folder, model, QUARRY_LIBRARY_WRITE, error);
  if (self->library == NULL || !fill_library (self->library, collection, self->places, steps, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
quarry_eval_library_free (QuarryEvalLibrary *self)
{
  g_clear_object (&self->library);
  if (self->folder != NULL)
    remove_folder (self->folder);
  g_hash_table_unref (self->places);
  g_free (self);
}
