/* quarry-formats.c: the formats that files come in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-formats.h"

#include <string.h>
#include <glib/gi18n-lib.h>

static const struct
{
  const char *noun;
  const char *mime_type;
  const char *extensions; /* each with a blank behind it */
} formats[QUARRY_N_FORMATS] = {
  [QUARRY_FORMAT_TEXT]
  = { N_ ("a text file"), "text/plain", "txt text log rst org adoc asciidoc tex latex nfo me " },
  [QUARRY_FORMAT_MARKDOWN]
  = { N_ ("a Markdown file"), "text/markdown", "md markdown mkd mkdn mdown mdwn " },
  [QUARRY_FORMAT_HTML] = { N_ ("an HTML file"), "text/html", "html htm xhtml xht " },
  [QUARRY_FORMAT_PDF] = { N_ ("a PDF file"), "application/pdf", "pdf " },
  [QUARRY_FORMAT_DOCX]
  = { N_ ("a Word document"),
      "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
      "docx docm dotx dotm " },
  [QUARRY_FORMAT_ODT]
  = { N_ ("an OpenDocument text"), "application/vnd.oasis.opendocument.text", "odt ott fodt " },
  [QUARRY_FORMAT_ODP] = { N_ ("an OpenDocument presentation"),
                          "application/vnd.oasis.opendocument.presentation",
                          "odp otp fodp " },
  [QUARRY_FORMAT_ODS] = { N_ ("an OpenDocument spreadsheet"),
                          "application/vnd.oasis.opendocument.spreadsheet",
                          "ods ots fods " },
  [QUARRY_FORMAT_PPTX] = { N_ ("a PowerPoint presentation"),
                           "application/vnd.openxmlformats-officedocument.presentationml."
                           "presentation",
                           "pptx pptm ppsx potx " },
  [QUARRY_FORMAT_XLSX] = { N_ ("an Excel workbook"),
                           "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                           "xlsx xlsm xltx " },
  [QUARRY_FORMAT_EPUB] = { N_ ("an electronic book"), "application/epub+zip", "epub " },
  [QUARRY_FORMAT_RTF] = { N_ ("a Rich Text file"), "application/rtf", "rtf " },
  [QUARRY_FORMAT_CSV] = { N_ ("a table in a text file"), "text/csv", "csv tsv " },
  [QUARRY_FORMAT_MAIL] = { N_ ("a mail"), "message/rfc822", "eml " },
  [QUARRY_FORMAT_MBOX] = { N_ ("a mailbox"), "application/mbox", "mbox " },
};

char *
quarry_extension_of_name (const char *name)
{
  const char *base, *stop;

  g_return_val_if_fail (name != NULL, NULL);

  base = strrchr (name, '/');
  base = base != NULL ? base + 1 : name;
  stop = strrchr (base, '.');
  if (stop == NULL || stop == base || stop[1] == '\0' || strlen (stop) > 16)
    return NULL;
  return g_ascii_strdown (stop + 1, -1);
}

QuarryFormat
quarry_format_of_name (const char *name)
{
  g_autofree char *extension = quarry_extension_of_name (name);
  g_autofree char *pattern = NULL;

  if (extension == NULL || strchr (extension, ' ') != NULL)
    return QUARRY_FORMAT_NONE;
  pattern = g_strconcat (extension, " ", NULL);
  for (guint i = 1; i < QUARRY_N_FORMATS; i++)
    for (const char *p = formats[i].extensions; *p != '\0'; p = strchr (p, ' ') + 1)
      if (g_str_has_prefix (p, pattern))
        return (QuarryFormat) i;
  return QUARRY_FORMAT_NONE;
}

const char *
quarry_format_get_noun (QuarryFormat format)
{
  g_return_val_if_fail (format > QUARRY_FORMAT_NONE && format < QUARRY_N_FORMATS, NULL);

  return _ (formats[format].noun);
}

const char *
quarry_format_get_mime_type (QuarryFormat format)
{
  g_return_val_if_fail (format > QUARRY_FORMAT_NONE && format < QUARRY_N_FORMATS, NULL);

  return formats[format].mime_type;
}
