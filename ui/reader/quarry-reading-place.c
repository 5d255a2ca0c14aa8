/* quarry-reading-place.c: where in its document a hit is, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/reader/quarry-reading-place.h"
#include "core/files/quarry-path.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-shown-path.h"

static void
add_part (GString *string, const char *separator, const char *part)
{
  if (!part || !*part)
    return;
  if (string->len)
    g_string_append (string, separator);
  g_string_append (string, part);
}

static gboolean
ends_with (const char *title, const char *format)
{
  gsize length = strlen (title), n = strlen (format);

  return length > n && g_ascii_strcasecmp (title + length - n, format) == 0;
}

char *
quarry_reading_format_place (QuarryReading *reading, QuarryHit *hit, gsize *n_headings)
{
  QuarryDocument *document = quarry_reading_get_document (reading);
  const QuarryDocumentRecord *record = quarry_reading_get_record (reading);
  g_autofree char *headings = quarry_hit_format_headings (hit);
  GString *place = g_string_new (headings);
  g_autofree char *format = quarry_format_type (record->path, record->mime_type);
  gboolean named = quarry_title_is_file_name (quarry_hit_get_title (hit), record->path);
  g_autofree char *name = quarry_path_display_name (record->path);
  guint page = quarry_hit_get_page (hit);
  guint n_pages;
  const QuarryPage *pages = quarry_document_get_pages (document, &n_pages);

  /* If there are no headings, there is room to say which folder the document is in. */
  if (!*headings)
    {
      g_autofree char *where = named ? quarry_shown_folder (record->path) : quarry_shown_path (record->path);

      add_part (place, " · ", where);
    }
  *n_headings = place->len;
  if (page && n_pages)
    {
      g_autofree char *part = g_strdup_printf (_("page %u of %u"),
                                               page,
                                               MAX (page, pages[n_pages - 1].number));

      add_part (place, " · ", part);
    }
  if (*headings && !named)
    add_part (place, " · ", name);
  /* The file's name, which is shown in any case, mostly ends with the format. */
  if (!ends_with (name, format))
    add_part (place, " · ", format);
  return g_string_free (place, FALSE);
}

char *
quarry_reading_format_origin (QuarryReading *reading)
{
  const QuarryDocumentRecord *record = quarry_reading_get_record (reading);
  GString *origin = g_string_new (NULL);
  g_autofree char *date = NULL;

  if (record->dated_ns != 0)
    {
      g_autoptr (GDateTime) dated = g_date_time_new_from_unix_local (record->dated_ns / 1000000000);

      date = dated ? g_date_time_format (dated, _("%-d %B %Y")) : NULL;
    }
  add_part (origin, " · ", record->author);
  add_part (origin, " · ", date);
  add_part (origin, " · ", record->keywords);
  return g_string_free (origin, FALSE);
}
