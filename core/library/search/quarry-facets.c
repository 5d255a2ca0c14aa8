/* quarry-facets.c: the filters that a library offers, with the number of documents of each
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/search/quarry-facets.h"

#include "core/library/quarry-library-private.h"

/* Rarer types and languages are not offered, but can be typed. */
#define MAX_TYPES 8
#define MAX_LANGUAGES 6

static const int days_ago[] = { 7, 31, 366 };

void
quarry_facet_free (QuarryFacet *self)
{
  if (self == NULL)
    return;

  g_free (self->filter);
  g_free (self->value);
  g_free (self->mime_type);
  g_free (self);
}

/* Adds a facet, unless its value cannot be written as a filter. (transfer none); NULL: it cannot. */
static QuarryFacet *
add (GPtrArray *facets, QuarryQueryFilterKind kind, const char *value, const char *mime_type, guint n_documents)
{
  g_autofree char *filter = quarry_query_write_filter (kind, value);
  QuarryFacet *facet;

  if (filter == NULL)
    return NULL;
  facet = g_new0 (QuarryFacet, 1);
  facet->kind = kind;
  facet->filter = g_steal_pointer (&filter);
  facet->value = g_strdup (value);
  facet->mime_type = g_strdup (mime_type);
  facet->n_documents = n_documents;
  g_ptr_array_add (facets, facet);
  return facet;
}

static void
add_counted (GPtrArray *facets, QuarryQueryFilterKind kind, GPtrArray *counted, guint n_most, guint n_all)
{
  for (guint i = 0; i < MIN (counted->len, n_most); i++)
    {
      const QuarryStoreFacet *one = counted->pdata[i];

      if (one->n_documents < n_all)
        add (facets, kind, one->value, one->mime_type, one->n_documents);
    }
}

static gboolean
add_folders (QuarryLibrary *self, GPtrArray *facets, GError **error)
{
  g_autoptr (GPtrArray) folders = quarry_library_list_folders (self, error);

  if (folders == NULL)
    return FALSE;
  for (guint i = 0; i < folders->len; i++)
    {
      const QuarryFolder *folder = folders->pdata[i];
      g_autofree char *name = NULL;
      QuarryFacet *facet;

      if (folder->is_exception)
        continue;
      name = g_filename_display_name (folder->path);
      facet = add (facets, QUARRY_QUERY_FOLDER, name, NULL, folder->n_documents);
      if (facet != NULL)
        facet->state = folder->state;
    }
  return TRUE;
}

static gboolean
add_documents (QuarryStore *store, GPtrArray *facets, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GPtrArray) types = NULL, languages = NULL;
  char dates[G_N_ELEMENTS (days_ago)][sizeof "2024-06-15"];
  gint64 since_ns[G_N_ELEMENTS (days_ago)];
  guint n_since[G_N_ELEMENTS (days_ago)], n_all;

  for (guint i = 0; i < G_N_ELEMENTS (days_ago); i++)
    {
      g_autoptr (GDateTime) then = g_date_time_add_days (now, -days_ago[i]);
      g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (then), g_date_time_get_month (then),
                                                              g_date_time_get_day_of_month (then), 0, 0, 0);

      g_snprintf (dates[i], sizeof dates[i], "%04d-%02d-%02d", g_date_time_get_year (then) % 10000,
                  g_date_time_get_month (then), g_date_time_get_day_of_month (then));
      since_ns[i] = g_date_time_to_unix (midnight) * G_GINT64_CONSTANT (1000000000);
    }
  if (!quarry_store_count_facets (store, since_ns, G_N_ELEMENTS (days_ago), &n_all, n_since, &types, &languages, error))
    return FALSE;

  add_counted (facets, QUARRY_QUERY_TYPE, types, MAX_TYPES, n_all);
  add_counted (facets, QUARRY_QUERY_LANGUAGE, languages, MAX_LANGUAGES, n_all);
  for (guint i = 0; i < G_N_ELEMENTS (days_ago); i++)
    if (n_since[i] > 0 && n_since[i] < n_all)
      add (facets, QUARRY_QUERY_AFTER, dates[i], NULL, n_since[i]);
  return TRUE;
}

GPtrArray *
quarry_library_list_facets (QuarryLibrary *self, GError **error)
{
  g_autoptr (GPtrArray) facets = g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_facet_free);
  QuarryStore *reader = NULL;
  gboolean done;

  g_return_val_if_fail (QUARRY_IS_LIBRARY (self), NULL);

  if (!add_folders (self, facets, error) || (reader = quarry_library_borrow (self, error)) == NULL)
    return NULL;
  done = add_documents (reader, facets, error);
  quarry_library_give_back (self, reader);
  return done ? g_steal_pointer (&facets) : NULL;
}
