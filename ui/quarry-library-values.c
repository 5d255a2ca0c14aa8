/* quarry-library-values.c: what is said over D-Bus: arguments checked, answers described
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-library-values.h"

#include <glib/gi18n-lib.h>
#include <limits.h>
#include <math.h>
#include <string.h>

/* What is longer the search would cut off; see quarry-query.c. */
#define MAX_QUERY_BYTES 8192
#define DEFAULT_LIMIT 20
#define MAX_LIMIT 100
#define MAX_PATHS 1000

/* --- Arguments -------------------------------------------------------------------------------- */

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, sentence);
  return FALSE;
}

gboolean
quarry_library_check_query (const char *query, GError **error)
{
  if (strnlen (query, MAX_QUERY_BYTES + 1) <= MAX_QUERY_BYTES)
    return TRUE;
  g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_INVALID_ARGS, _("A query is at most %d bytes long."), MAX_QUERY_BYTES);
  return FALSE;
}

static gboolean
read_limit (GVariant *value, QuarrySearchOptions *options, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32) || g_variant_get_uint32 (value) < 1
      || g_variant_get_uint32 (value) > MAX_LIMIT)
    return refuse (error, _("The option “limit” takes a number from 1 to 100, of the type u."));
  options->limit = g_variant_get_uint32 (value);
  return TRUE;
}

static gboolean
read_variety (GVariant *value, QuarrySearchOptions *options, GError **error)
{
  /* Put so that NAN is refused too. */
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_DOUBLE)
      || !(g_variant_get_double (value) >= 0 && g_variant_get_double (value) <= 1))
    return refuse (error, _("The option “variety” takes a number from 0 to 1, of the type d."));
  options->diversity = g_variant_get_double (value);
  return TRUE;
}

static gboolean
read_typing (GVariant *value, QuarrySearchOptions *options, GError **error)
{
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    return refuse (error, _("The option “typing” is of the type b."));
  options->typing = g_variant_get_boolean (value);
  return TRUE;
}

gboolean
quarry_library_read_options (GVariant *given, QuarrySearchOptions *options, GError **error)
{
  static const struct
  {
    const char *name;
    gboolean (*read) (GVariant *value, QuarrySearchOptions *options, GError **error);
  } known[] = { { "limit", read_limit }, { "variety", read_variety }, { "typing", read_typing } };
  GVariantIter iter;
  const char *name;
  GVariant *value;

  *options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  options->limit = DEFAULT_LIMIT;
  g_variant_iter_init (&iter, given);
  while (g_variant_iter_next (&iter, "{&sv}", &name, &value))
    {
      g_autoptr (GVariant) owned = value;
      guint i = 0;

      while (i < G_N_ELEMENTS (known) && strcmp (name, known[i].name) != 0)
        i++;
      if (i == G_N_ELEMENTS (known))
        return refuse (error, _("There are the options “limit”, “variety” and “typing”, and no others."));
      if (!known[i].read (owned, options, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
quarry_library_check_paths (const char *const *paths, GError **error)
{
  guint n = 0;

  for (; paths[n] != NULL && n <= MAX_PATHS; n++)
    if (!g_path_is_absolute (paths[n]) || strnlen (paths[n], PATH_MAX) >= PATH_MAX)
      return refuse (error, _("Paths are to be absolute, and not longer than paths can be."));
  if (n < 1 || n > MAX_PATHS)
    return refuse (error, _("From 1 to 1000 paths can be added with one call."));
  return TRUE;
}

/* --- Answers ---------------------------------------------------------------------------------- */

/* D-Bus takes what is no number, but few who read it do. */
static GVariant *
new_number (double value)
{
  return g_variant_new_double (isfinite (value) ? value : 0);
}

static void
add_path (GVariantBuilder *builder, const char *path)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_variant_builder_add (builder, "{sv}", "path", g_variant_new_string (shown));
  if (!g_utf8_validate (path, -1, NULL))
    g_variant_builder_add (builder, "{sv}", "path-bytes", g_variant_new_bytestring (path));
}

static void
add_hit (GVariantBuilder *builder, QuarryHit *hit)
{
  const char *text = quarry_hit_get_text (hit);
  QuarrySpan characters = quarry_hit_get_characters (hit);
  QuarrySpan sentence = quarry_hit_get_sentence (hit);
  guint32 begins = characters.start + (guint32) g_utf8_strlen (text, sentence.start);
  guint32 ends = characters.start + (guint32) g_utf8_strlen (text, sentence.end);

  g_variant_builder_open (builder, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (builder, "{sv}", "rank", g_variant_new_uint32 (quarry_hit_get_rank (hit)));
  g_variant_builder_add (builder, "{sv}", "passage", g_variant_new_int64 (quarry_hit_get_passage (hit)));
  add_path (builder, quarry_hit_get_path (hit));
  g_variant_builder_add (builder, "{sv}", "title", g_variant_new_string (quarry_hit_get_title (hit)));
  g_variant_builder_add (builder, "{sv}", "heading", g_variant_new_strv (quarry_hit_get_heading (hit), -1));
  if (quarry_hit_get_page (hit) > 0)
    g_variant_builder_add (builder, "{sv}", "page", g_variant_new_uint32 (quarry_hit_get_page (hit)));
  g_variant_builder_add (builder, "{sv}", "start", g_variant_new_uint32 (characters.start));
  g_variant_builder_add (builder, "{sv}", "end", g_variant_new_uint32 (characters.end));
  g_variant_builder_add (builder, "{sv}", "similarity", new_number ((double) quarry_hit_get_similarity (hit)));
  g_variant_builder_add (builder, "{sv}", "score", new_number ((double) quarry_hit_get_score (hit)));
  g_variant_builder_add (builder, "{sv}", "text", g_variant_new_string (text));
  g_variant_builder_add (builder, "{sv}", "sentence", g_variant_new ("(uu)", begins, ends));
  g_variant_builder_close (builder);
}

static GVariant *
describe_hits (GListModel *hits)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      add_hit (&builder, hit);
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
describe_corrections (const char *const *corrections)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(ss)"));
  for (guint i = 0; corrections[i] != NULL; i += 2)
    g_variant_builder_add (&builder, "(ss)", corrections[i], corrections[i + 1]);
  return g_variant_builder_end (&builder);
}

GVariant *
quarry_library_describe_answer (QuarryAnswer *answer)
{
  const char *hint = quarry_answer_get_hint (answer);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert_value (&dict, "confidence", new_number (quarry_answer_get_confidence (answer)));
  g_variant_dict_insert_value (&dict, "took_ms", new_number (quarry_answer_get_took_ms (answer)));
  g_variant_dict_insert_value (&dict, "corrections", describe_corrections (quarry_answer_get_corrections (answer)));
  if (hint)
    g_variant_dict_insert (&dict, "hint", "s", hint);
  g_variant_dict_insert_value (&dict, "hits", describe_hits (quarry_answer_get_hits (answer)));
  return g_variant_dict_end (&dict);
}

GVariant *
quarry_library_describe_status (const QuarryLibraryStatus *status, gboolean importing, gboolean writable)
{
  g_autofree char *folder = g_filename_display_name (status->folder);
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "documents", "t", status->counts.documents);
  g_variant_dict_insert (&dict, "passages", "t", status->counts.passages);
  g_variant_dict_insert (&dict, "text_bytes", "t", status->counts.text_bytes);
  g_variant_dict_insert (&dict, "library", "s", folder);
  g_variant_dict_insert (&dict, "importing", "b", importing);
  g_variant_dict_insert (&dict, "writable", "b", writable);
  g_variant_dict_insert (&dict, "version", "s", QUARRY_VERSION);
  return g_variant_dict_end (&dict);
}

static guint32
clamp (guint64 count)
{
  return (guint32) MIN (count, G_MAXUINT32);
}

GVariant *
quarry_library_describe_import (QuarryImport *import)
{
  g_autofree char *current = quarry_import_get_current (import);
  const GError *error = quarry_import_get_error (import);
  QuarryImportProgress progress;
  GVariantDict dict;

  quarry_import_get_progress (import, &progress);
  g_variant_dict_init (&dict, NULL);
  g_variant_dict_insert (&dict, "done", "u",
                         clamp (progress.imported + progress.unchanged + progress.failed + progress.skipped));
  g_variant_dict_insert (&dict, "total", "u", clamp (progress.found));
  g_variant_dict_insert (&dict, "failed", "u", clamp (progress.failed));
  g_variant_dict_insert (&dict, "file", "s", current ? current : "");
  g_variant_dict_insert (&dict, "finished", "b", quarry_import_get_finished (import));
  if (error)
    g_variant_dict_insert (&dict, "error", "s", error->message);
  return g_variant_dict_end (&dict);
}
