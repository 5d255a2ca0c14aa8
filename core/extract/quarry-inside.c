/* quarry-inside.c: documents inside a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps the place of the file that is being read while readers call each other recursively, and counts
 * what comes out of it against the limits.
 */
#include "core/extract/quarry-inside.h"

#include "core/extract/quarry-reader.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_DEPTH 5u
#define MAX_COUNT 100000u
#define MAX_NAME 400u
/* The limit on unpacked bytes: this many in any case, plus this many for each byte of the file, but never more than the
 * last. */
#define FREE_BYTES ((guint64) 64 << 20)
#define MAX_RATIO 200u
#define MAX_BYTES ((guint64) 2 << 30)

struct _QuarryInside
{
  QuarryInsideFunc func;
  QuarryInsideFoundFunc found; /* used when a single file is looked for */
  const char *wanted;
  gpointer data;
  GString *place;   /* that of the file being read */
  GHashTable *seen; /* the places of all files so far, to the number from which on others of that name are free */
  guint depth;
  guint count;
  guint64 bytes, max_bytes;
  gboolean is_full;
  gboolean recognize;
  QuarryCompany company;     /* that of the process; NONE: the process reads nothing else */
  gboolean has_left_company;
  QuarryInsideLaterFunc later; /* NULL: nothing has been deferred */
  gpointer later_data;
  GDestroyNotify later_destroy;
};

QuarryInside *
quarry_inside_new (gsize length, QuarryInsideFunc func, gpointer data)
{
  QuarryInside *self = g_new0 (QuarryInside, 1);

  self->func = func;
  self->data = data;
  self->place = g_string_new (NULL);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->max_bytes = MIN (FREE_BYTES + (guint64) length * MAX_RATIO, MAX_BYTES);
  return self;
}

QuarryInside *
quarry_inside_new_seeking (gsize length, const char *place, QuarryInsideFoundFunc func, gpointer data)
{
  QuarryInside *self = quarry_inside_new (length, NULL, data);

  self->found = func;
  self->wanted = place;
  return self;
}

void
quarry_inside_free (QuarryInside *self)
{
  if (self == NULL)
    return;
  if (self->later != NULL)
    self->later_destroy (self->later_data);
  g_string_free (self->place, TRUE);
  g_hash_table_unref (self->seen);
  g_free (self);
}

void
quarry_inside_defer (QuarryInside *self, QuarryInsideLaterFunc func, gpointer data, GDestroyNotify destroy)
{
  g_return_if_fail (self->later == NULL);

  self->later = func;
  self->later_data = data;
  self->later_destroy = destroy;
}

void
quarry_inside_do_deferred (QuarryInside *self)
{
  QuarryInsideLaterFunc later = g_steal_pointer (&self->later);
  gpointer data = self->later_data;
  GDestroyNotify destroy = self->later_destroy;

  if (later == NULL)
    return;
  later (self, data);
  destroy (data);
}

void
quarry_inside_recognize (QuarryInside *self)
{
  self->recognize = TRUE;
}

void
quarry_inside_keep_company (QuarryInside *self, QuarryCompany own)
{
  self->company = own;
}

QuarryCompany
quarry_inside_get_company (QuarryInside *self)
{
  return self != NULL ? self->company : QUARRY_COMPANY_NONE;
}

void
quarry_inside_leave_company (QuarryInside *self)
{
  self->has_left_company = self->is_full = TRUE;
}

gboolean
quarry_inside_has_left_company (QuarryInside *self)
{
  return self->has_left_company;
}

guint
quarry_inside_count (QuarryInside *self)
{
  return self != NULL ? self->count : 0;
}

/* Reports once, for the file that contains too much, why the rest of it is not read. */
static void
refuse_the_rest (QuarryInside *self, const char *sentence)
{
  g_autoptr (GError) error = NULL;

  if (self->is_full)
    return;
  self->is_full = TRUE;
  self->count++;
  g_set_error_literal (&error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_TOO_LARGE, sentence);
  if (self->func != NULL)
    self->func ("", NULL, error, self->data);
}

gboolean
quarry_inside_account (QuarryInside *self, gsize n)
{
  if (self == NULL)
    return FALSE;
  self->bytes += n;
  if (self->bytes > self->max_bytes)
    refuse_the_rest (self,
                     _ ("It holds more than can be unpacked safely: the rest of it was passed "
                        "over. Unpack it to read all."));
  return !self->is_full;
}

gboolean
quarry_inside_passes_over (const char *name)
{
  /* Files with which packages of other programs describe themselves. */
  if (g_strcmp0 (name, "mimetype") == 0 || g_strcmp0 (name, "[Content_Types].xml") == 0)
    return TRUE;
  for (const char *part = name; part != NULL; part = strchr (part, '/'))
    {
      part += strspn (part, "/");
      if ((*part == '.' && strchr ("./", part[1]) == NULL)
          || g_str_has_prefix (part, "__MACOSX/") || g_str_has_prefix (part, "_rels/"))
        return TRUE;
    }
  return FALSE;
}

/* Appends @name without any parts that lead upwards or nowhere. */
static void
append_name (GString *place, const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  g_auto (GStrv) parts = NULL;
  gsize start = place->len;

  for (char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_iscntrl (g_utf8_get_char (p)))
      memset (p, ' ', (gsize) (g_utf8_next_char (p) - p));
  parts = g_strsplit_set (valid, "/\\", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      const char *part = g_strstrip (parts[i]);

      if (*part == '\0' || strcmp (part, ".") == 0 || strcmp (part, "..") == 0)
        continue;
      if (place->len > 0)
        g_string_append_c (place, '/');
      g_string_append (place, part);
    }
  /* If the name is too long, keep its end, which has the extension. */
  while (place->len - start > MAX_NAME)
    {
      gsize from = start + (start > 0 ? 1 : 0);
      const char *next = g_utf8_next_char (place->str + from);

      g_string_erase (place, (gssize) from, next - (place->str + from));
    }
  if (place->len == start)
    g_string_append_printf (place, "%s%s", start > 0 ? "/" : "", "unnamed");
}

/* Whether this process may read the file: one that serves a company may not read a file that has none. */
static gboolean
is_in_company (QuarryInside *self, const QuarryInput *input)
{
  if (self->company != QUARRY_COMPANY_NONE
      && quarry_readers_get_company (input, self->company) == QUARRY_COMPANY_NONE)
    quarry_inside_leave_company (self);
  return !self->has_left_company;
}

/* Begins a file inside the current one. FALSE once nothing more is taken; after TRUE, leave() has to be called. */
static gboolean
enter (QuarryInside *self, const char *name, gsize *before)
{
  g_autofree char *plain = NULL;

  if (self == NULL || self->is_full)
    return FALSE;
  if (self->count >= MAX_COUNT)
    {
      refuse_the_rest (self,
                       _ ("It holds more files than can be read at once: the rest of it was passed "
                          "over. Unpack it to read all."));
      return FALSE;
    }
  *before = self->place->len;
  append_name (self->place, name);
  plain = g_strdup (self->place->str);
  /* An archive of the web may have the same page thousands of times. */
  for (guint i = GPOINTER_TO_UINT (g_hash_table_lookup (self->seen, plain));
       g_hash_table_contains (self->seen, self->place->str);
       i++)
    {
      const char *dot = strrchr (plain, '.');

      if (dot == NULL || strchr (dot, '/') != NULL)
        dot = plain + strlen (plain);
      g_string_printf (self->place, "%.*s-%u%s", (int) (dot - plain), plain, i, dot);
      g_hash_table_replace (self->seen, g_strdup (plain), GUINT_TO_POINTER (i));
    }
  g_hash_table_insert (self->seen, g_strdup (self->place->str), GUINT_TO_POINTER (2));
  self->depth++;
  return TRUE;
}

static gboolean
leave (QuarryInside *self, gsize before)
{
  self->depth--;
  g_string_truncate (self->place, before);
  return !self->is_full;
}

static void
pass_on (QuarryInside *self, QuarryDocument *document, const GError *error)
{
  self->count++;
  if (self->func != NULL && !self->func (self->place->str, document, error, self->data))
    self->is_full = TRUE;
}

/* Whether the file at the current place is the one that is looked for, or contains it. */
static gboolean
leads_to_wanted (QuarryInside *self)
{
  return g_str_has_prefix (self->wanted, self->place->str) && strchr ("/", self->wanted[self->place->len]) != NULL;
}

gboolean
quarry_inside_wants (QuarryInside *self, const char *name)
{
  gsize before;
  gboolean wants;

  if (self == NULL || self->wanted == NULL)
    return TRUE;
  if (!enter (self, name, &before))
    return FALSE;
  wants = leads_to_wanted (self);
  /* This was only a test; the place will be entered again. */
  g_hash_table_remove (self->seen, self->place->str);
  leave (self, before);
  return wants;
}

/* Whether the file is to be read: if a single file is looked for, only what contains it is. */
static gboolean
is_wanted (QuarryInside *self, const guint8 *bytes, gsize length)
{
  const char *place = self->place->str;

  if (self->wanted == NULL)
    return TRUE;
  if (strcmp (self->wanted, place) == 0)
    {
      self->found (place, bytes, length, self->data);
      self->is_full = TRUE;
      return FALSE;
    }
  return leads_to_wanted (self);
}

gboolean
quarry_inside_read (QuarryInside *self, const char *name, const guint8 *bytes, gsize length)
{
  gsize before;
  guint count;

  if (!enter (self, name, &before))
    return FALSE;
  if (!is_wanted (self, bytes, length))
    return leave (self, before);
  count = self->count;
  if (length > 0 && self->depth <= MAX_DEPTH)
    {
      g_autofree char *own = g_strdup (self->place->str);
      const QuarryInput input
          = { .bytes = bytes, .length = length, .name = own, .inside = self, .recognize = self->recognize };
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryDocument) document = NULL;

      if (!is_in_company (self, &input))
        return leave (self, before);
      document = quarry_readers_read (&input, &error);
      if (document == NULL)
        quarry_inside_do_deferred (self);
      /* For an archive inside an archive, its contents have been passed on already, so that it has no text of its own
       * is no error. */
      if (document != NULL
          || !(self->count > count
               && g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY)))
        pass_on (self, document, error);
      g_clear_object (&document);
      quarry_inside_do_deferred (self);
    }
  else if (length > 0)
    {
      g_autoptr (GError) error = NULL;

      g_set_error_literal (
          &error,
          QUARRY_EXTRACT_ERROR,
          QUARRY_EXTRACT_ERROR_TOO_LARGE,
          _ ("It lies in too many archives within each other. Unpack the outer ones."));
      pass_on (self, NULL, error);
    }
  return leave (self, before);
}

gboolean
quarry_inside_refuse (QuarryInside *self, const char *name, const GError *error)
{
  gsize before;

  if (!enter (self, name, &before))
    return FALSE;
  pass_on (self, NULL, error);
  return leave (self, before);
}
