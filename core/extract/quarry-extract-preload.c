/* quarry-extract-preload.c: what libraries would load behind the walls
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C library keeps each encoding in a file of its own, which is code: it cannot be loaded once
 * the walls are up. What is open before a child is forked is there in the child. Each makes forking dearer,
 * though, and most files need none but those of Unicode.
 */
#include "core/extract/quarry-extract-server.h"

#include "core/document/quarry-language.h"

#include <dlfcn.h>
#include <iconv.h>

static gboolean is_loaded, is_missed;

/* Stands before the C library's: libraries call this one. */
iconv_t
iconv_open (const char *to, const char *from)
{
  static iconv_t (*open_really) (const char *to, const char *from);
  iconv_t converter;

  if (open_really == NULL)
    *(void **) &open_really = dlsym (RTLD_NEXT, "iconv_open");
  converter = open_really (to, from);
  is_missed |= converter == (iconv_t) -1 && !is_loaded;
  return converter;
}

gboolean
quarry_extract_missed_encoding (void)
{
  return is_missed;
}

/* Never closed: the files would be unloaded. */
static void
load (const char *const *encodings)
{
  for (guint i = 0; encodings[i] != NULL; i++)
    (void) iconv_open ("UTF-8", encodings[i]);
}

void
quarry_extract_preload (gboolean all)
{
  static const char *const common[] = { "UTF-16", "UTF-32", "UCS-2", "CP1252", "ISO-8859-1", "ISO-8859-15", NULL };
  static const char *const others[]
      = { "UTF-7",      "CP1250",      "CP1251",     "CP1253",     "CP1254",     "CP1255",      "CP1256",
          "CP1257",     "CP1258",      "CP437",      "CP850",      "CP852",      "CP866",       "CP874",
          "ISO-8859-2", "ISO-8859-3",  "ISO-8859-4", "ISO-8859-5", "ISO-8859-6", "ISO-8859-7",  "ISO-8859-8",
          "ISO-8859-9", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14", "ISO-8859-16", "KOI8-R",   "KOI8-U",
          "MACINTOSH",  "TIS-620",     "SHIFT_JIS",  "CP932",      "EUC-JP",     "ISO-2022-JP", "EUC-KR",
          "CP949",      "GBK",         "GB2312",     "GB18030",    "BIG5",       "CP950",       NULL };

  if (!all)
    {
      load (common);
      /* And what is made of the words of languages, which each process would make anew. */
      quarry_language_recognize ("", 0);
    }
  else if (!is_loaded)
    {
      is_loaded = TRUE;
      load (others);
    }
  is_missed = FALSE;
}
