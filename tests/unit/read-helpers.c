/* read-helpers.c: what the tests of all readers share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

QuarryDocument *
read_bytes (const char *name, const void *bytes, gsize length, GError **error)
{
  /* The copy is exactly as long as the file, so that a sanitizer notices if a reader reads past the end. */
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  QuarryInput input = { .bytes = copy, .length = length, .name = name };
  QuarryDocument *document = quarry_readers_read (&input, error);

  if (error != NULL)
    g_assert_true ((document == NULL) == (*error != NULL));
  return document;
}

QuarryDocument *
read_zip (const char *name, GBytes *zip)
{
  g_autoptr (GBytes) bytes = zip;
  g_autoptr (GError) error = NULL;
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);
  QuarryDocument *document = read_bytes (name, data, length, &error);

  g_assert_no_error (error);
  return document;
}

QuarryDocument *
read_string (const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  QuarryDocument *document = read_bytes (name, text, strlen (text), &error);

  g_assert_no_error (error);
  return document;
}

char *
show (QuarryDocument *document)
{
  static const char signs[] = "phitcq";
  const char *text = quarry_document_get_text (document, NULL);
  guint n;
  const QuarryBlock *blocks = quarry_document_get_blocks (document, &n);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      QuarrySpan span = blocks[i].span;

      g_string_append_c (out, signs[blocks[i].kind]);
      if (blocks[i].level > 0)
        g_string_append_printf (out, "%u", blocks[i].level);
      g_string_append_c (out, ' ');
      for (guint32 k = span.start; k < span.end; k++)
        g_string_append_c (out, text[k] == '\n' ? '/' : text[k] == '\t' ? '|' : text[k]);
      g_string_append_c (out, '\n');
    }
  return g_string_free (out, FALSE);
}

static gboolean
append_inside (const char *place, QuarryDocument *document, const GError *error, gpointer data)
{
  GString *out = data;
  g_autofree char *shown = document != NULL ? show (document) : NULL;

  g_assert_true ((document == NULL) == (error != NULL));
  g_string_append_printf (out, "= %s\n", place);
  if (document != NULL)
    g_string_append (out, shown);
  else
    {
      g_assert_true (error->domain == QUARRY_EXTRACT_ERROR);
      g_assert_true (g_str_has_suffix (error->message, "."));
      g_string_append_printf (out, "! %d\n", error->code);
    }
  return TRUE;
}

char *
show_inside (const char *name, const void *bytes, gsize length)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  GString *out = g_string_new (NULL);
  g_autoptr (QuarryInside) inside = quarry_inside_new (length, append_inside, out);
  const QuarryInput input = { .bytes = copy, .length = length, .name = name, .inside = inside };
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = quarry_readers_read (&input, &error);

  quarry_inside_do_deferred (inside);
  if (document != NULL || quarry_inside_count (inside) == 0)
    append_inside ("", document, error, out);
  return g_string_free (out, FALSE);
}

void
assert_reads (const char *name, const char *file, const char *expected)
{
  g_autoptr (QuarryDocument) document = read_string (name, file);
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, expected);
}

void
assert_refused (const char *name, const void *bytes, gsize length, QuarryExtractError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (read_bytes (name, bytes, length, &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, (gint) code);
  g_assert_true (g_str_has_suffix (error->message, "."));
}
