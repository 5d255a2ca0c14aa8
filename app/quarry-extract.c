/* quarry-extract.c: reads foreign files so that no other program has to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `quarry-extract --serve` is started by Quarry and is talked to over descriptor 3. `quarry-extract
 * FILE` is for debugging a reader: it prints what the reader finds, and reads the file in this
 * process, without a sandbox.
 */
#include "quarry-config.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/process/quarry-extract-server.h"
#include "core/place/quarry-place.h"

#include <string.h>
#include <glib/gi18n-lib.h>

static const char *
kind_name (const QuarryBlock *block)
{
  static const char *const names[] = { "paragraph", "heading", "item", "table", "code", "quote" };

  return names[block->kind];
}

static void
print_document (QuarryDocument *document)
{
  static const char *const keys[]
      = { "mime-type", "author", "created", "modified", "language", "keywords" };
  const char *text = quarry_document_get_text (document, NULL);
  const char *title = quarry_document_get_title (document);
  guint n_blocks, n_pages, page = 0;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n_blocks);
  const QuarryPage *pages = quarry_document_get_pages (document, &n_pages);

  if (title != NULL)
    g_print ("title: %s\n", title);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (quarry_document_get_metadata (document, keys[i]) != NULL)
      g_print ("%s: %s\n", keys[i], quarry_document_get_metadata (document, keys[i]));

  for (guint i = 0; i < n_blocks; i++)
    {
      QuarrySpan span = blocks[i].span;

      for (; page < n_pages && pages[page].start <= span.start; page++)
        g_print ("\n--- page %u ---\n", pages[page].number);
      g_print ("\n[%s", kind_name (&blocks[i]));
      if (blocks[i].level > 0)
        g_print (" %u", blocks[i].level);
      g_print ("] ");
      for (; page < n_pages && pages[page].start < span.end; page++)
        {
          g_print ("%.*s|page %u|",
                   (int) (pages[page].start - span.start),
                   text + span.start,
                   pages[page].number);
          span.start = pages[page].start;
        }
      g_print ("%.*s\n", (int) (span.end - span.start), text + span.start);
    }
}

/* Prints a document that is inside the file, under its place there. */
static gboolean
print_inside (const char *place, QuarryDocument *document, const GError *error, gpointer data)
{
  g_print ("\n=== %s ===\n", place);
  if (document != NULL)
    print_document (document);
  else
    g_print ("%s\n", error->message);
  return TRUE;
}

static int
read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, &error);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarryInside) inside = NULL;
  QuarryInput input = { .name = path, .recognize = TRUE };

  if (file == NULL)
    {
      g_printerr ("quarry-extract: %s\n", error->message);
      return 1;
    }
  input.bytes = (const guint8 *) g_mapped_file_get_contents (file);
  input.length = g_mapped_file_get_length (file);
  if (input.length == 0)
    {
      g_printerr ("quarry-extract: %s: %s\n", path, _ ("The file is empty."));
      return 1;
    }
  input.inside = inside = quarry_inside_new (input.length, print_inside, NULL);
  quarry_inside_recognize (inside);
  document = quarry_readers_read (&input, &error);
  quarry_inside_do_deferred (inside);
  if (document == NULL && quarry_inside_count (inside) > 0)
    return 0;
  if (document == NULL)
    {
      g_printerr ("quarry-extract: %s: %s\n", path, error->message);
      return 1;
    }
  print_document (document);
  return 0;
}

int
main (int argc, char **argv)
{
  static const QuarryServeFuncs funcs = { quarry_readers_read, quarry_readers_get_company, quarry_readers_draw };

  quarry_place_bind_messages ();

  if (argc == 2 && strcmp (argv[1], "--serve") == 0)
    return quarry_extract_serve (QUARRY_EXTRACT_FD, &funcs);
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    {
      g_print ("quarry-extract %s\n", QUARRY_VERSION);
      return 0;
    }
  if (argc == 2 && argv[1][0] != '-')
    return read_file (argv[1]);

  g_printerr ("%s\n",
              _ ("Usage: quarry-extract FILE\n"
                 "Prints the text that Quarry finds in a file, with its structure."));
  return 2;
}
