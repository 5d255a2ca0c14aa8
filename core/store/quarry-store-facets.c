/* quarry-store-facets.c: counts documents by type, language and age
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <string.h>

static void
facet_free (QuarryStoreFacet *self)
{
  if (self == NULL)
    return;

  g_free (self->value);
  g_free (self->mime_type);
  g_free (self);
}

/* Adds one document to the facet for @value. @value, @mime_type: (transfer full) */
static void
count (GHashTable *facets, char *value, char *mime_type)
{
  QuarryStoreFacet *facet = g_hash_table_lookup (facets, value);

  if (facet == NULL)
    {
      facet = g_new0 (QuarryStoreFacet, 1);
      facet->value = value;
      facet->mime_type = mime_type;
      g_hash_table_insert (facets, facet->value, facet);
    }
  else
    {
      g_free (value);
      g_free (mime_type);
    }
  facet->n_documents++;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const QuarryStoreFacet *one = *(QuarryStoreFacet *const *) a, *other = *(QuarryStoreFacet *const *) b;

  if (one->n_documents != other->n_documents)
    return one->n_documents > other->n_documents ? -1 : 1;
  return strcmp (one->value, other->value);
}

/* The facets, the most frequent first. @facets is emptied. (transfer full) */
static GPtrArray *
sort (GHashTable *facets)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) facet_free);
  GHashTableIter iter;
  gpointer facet;

  g_hash_table_iter_init (&iter, facets);
  while (g_hash_table_iter_next (&iter, NULL, &facet))
    {
      g_hash_table_iter_steal (&iter);
      g_ptr_array_add (list, facet);
    }
  g_ptr_array_sort (list, compare);
  return list;
}

/* A single file may be compressed; that extension says little about what it is. */
gboolean
quarry_store_is_compression (const char *type)
{
  static const char *const all[] = { "gz", "bz2", "xz", "zst", "lz4", "lz", "lzma", "z", NULL };

  return g_strv_contains (all, type);
}

/* Whether @folder is one for manual pages of the section @extension ("1", "3pm"), that is "man1", "man3". */
static gboolean
is_section (const char *folder, const char *extension)
{
  gsize n = strlen (folder);

  return n >= 4 && strncmp (folder + n - 4, "man", 3) == 0 && folder[n - 1] == extension[0]
         && g_ascii_isdigit (extension[0]);
}

/* Cuts the last extension off @name and returns it, without the dot; NULL where there is none. */
static char *
cut_extension (char *name)
{
  char *dot = strrchr (name, '.');

  /* A leading dot makes a file hidden; it does not begin an extension. */
  if (dot == NULL || dot == name || dot[1] == '\0')
    return NULL;
  *dot = '\0';
  return dot + 1;
}

char *
quarry_store_dup_type (const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *folded = g_utf8_casefold (shown, -1);
  char *slash = strrchr (folded, '/');
  char *name = slash != NULL ? slash + 1 : folded;
  const char *outer = cut_extension (name), *inner;

  if (outer == NULL || !quarry_store_is_compression (outer) || (inner = cut_extension (name)) == NULL)
    return g_strdup (outer);
  if (slash != NULL)
    *slash = '\0';
  if (slash != NULL && is_section (folded, inner))
    return g_strdup ("man");
  /* As in "dpkg.log.2.gz". */
  if (g_ascii_isdigit (*inner))
    inner = cut_extension (name);
  return g_strdup (inner != NULL && strlen (inner) <= 5 && !g_ascii_isdigit (*inner) ? inner : outer);
}

/* The compression of the file, if its @type is another. (transfer full) */
static char *
dup_compression (const char *path, const char *type)
{
  const char *dot = strrchr (path, '.');
  g_autofree char *outer = dot != NULL ? g_ascii_strdown (dot + 1, -1) : NULL;

  return outer != NULL && quarry_store_is_compression (outer) && g_strcmp0 (outer, type) != 0 ? g_steal_pointer (&outer) : NULL;
}

/* "en" of "en-GB"; NULL where the language is not known. @language: (nullable). (transfer full) */
static char *
dup_language (const char *language)
{
  gsize length = language != NULL ? strcspn (language, "-_") : 0;

  return length > 0 ? g_ascii_strdown (language, (gssize) length) : NULL;
}

/* Adds the counts of @others to those of @facets with the same value. Values that only @others has are not added. */
static void
add_all (GHashTable *facets, GHashTable *others)
{
  GHashTableIter iter;
  gpointer value, other;

  g_hash_table_iter_init (&iter, others);
  while (g_hash_table_iter_next (&iter, &value, &other))
    {
      QuarryStoreFacet *facet = g_hash_table_lookup (facets, value);

      if (facet != NULL)
        facet->n_documents += ((QuarryStoreFacet *) other)->n_documents;
    }
}

gboolean
quarry_store_count_facets (QuarryStore *self,
                           const gint64 *since_ns,
                           guint n_since,
                           guint *n_all,
                           guint *n_documents,
                           GPtrArray **types,
                           GPtrArray **languages,
                           GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GHashTable) by_type = NULL, by_outer = NULL, by_language = NULL;
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  statement = quarry_store_prepare (self, "SELECT path, mime_type, language, " QUARRY_STORE_DATE " FROM documents", error);
  if (statement == NULL)
    return FALSE;

  by_type = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) facet_free);
  by_outer = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) facet_free);
  by_language = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) facet_free);
  *n_all = 0;
  memset (n_documents, 0, n_since * sizeof *n_documents);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    {
      g_autofree char *path = quarry_statement_dup_path (statement, 0);
      g_autofree char *spoken = quarry_statement_dup_text (statement, 2);
      gint64 date_ns = sqlite3_column_int64 (statement->stmt, 3);
      /* A compressed file is found both by the type of its content and as compressed. */
      char *type = quarry_store_dup_type (path), *outer = dup_compression (path, type);
      char *language = dup_language (spoken);

      if (outer != NULL)
        count (by_outer, outer, NULL);
      if (type != NULL)
        count (by_type, type, quarry_statement_dup_text (statement, 1));
      if (language != NULL)
        count (by_language, language, NULL);
      for (guint i = 0; i < n_since; i++)
        n_documents[i] += date_ns >= since_ns[i];
      ++*n_all;
    }
  if (rc != SQLITE_DONE)
    return FALSE;

  add_all (by_type, by_outer);
  *types = sort (by_type);
  *languages = sort (by_language);
  return TRUE;
}
