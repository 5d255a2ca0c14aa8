/* quarry-extract-preload.c: what libraries would load behind the walls
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C library keeps each encoding in a file of its own, which is code: it cannot be loaded once
 * the walls are up. What is open before a child is forked is there in the child.
 */
#include "core/extract/quarry-extract-server.h"

#include <iconv.h>

void
quarry_extract_preload (void)
{
  static const char *const encodings[]
      = { "UTF-16",      "UTF-16BE",    "UTF-16LE",    "UTF-32",      "UCS-2",      "UTF-7",
          "CP1250",      "CP1251",      "CP1252",      "CP1253",      "CP1254",     "CP1255",
          "CP1256",      "CP1257",      "CP1258",      "CP437",       "CP850",      "CP852",
          "CP866",       "CP874",       "ISO-8859-1",  "ISO-8859-2",  "ISO-8859-3", "ISO-8859-4",
          "ISO-8859-5",  "ISO-8859-6",  "ISO-8859-7",  "ISO-8859-8",  "ISO-8859-9", "ISO-8859-10",
          "ISO-8859-13", "ISO-8859-14", "ISO-8859-15", "ISO-8859-16", "KOI8-R",     "KOI8-U",
          "MACINTOSH",   "TIS-620",     "SHIFT_JIS",   "CP932",       "EUC-JP",     "ISO-2022-JP",
          "EUC-KR",      "CP949",       "GBK",         "GB2312",      "GB18030",    "BIG5",
          "CP950" };
  static gboolean is_done;

  if (is_done)
    return;
  is_done = TRUE;
  /* Never closed: the file would be unloaded. */
  for (guint i = 0; i < G_N_ELEMENTS (encodings); i++)
    (void) iconv_open ("UTF-8", encodings[i]);
}
