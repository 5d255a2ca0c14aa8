/* quarry-extract-preload.c: loads what libraries would otherwise load inside the sandbox
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The C library keeps each encoding in a shared object, which cannot be loaded once the process is
 * sandboxed. What is loaded before a child is forked is available in the child. But everything that is
 * loaded makes fork() slower, and most files only need the encodings of Unicode.
 *
 * Things that libraries make once, for the first file that they read, would be made again by every
 * child: PDF files get a child each, and making poppler's tables of names and colours took longer than
 * reading a small file. So the server reads a small PDF of its own first.
 */
#include "core/extract/process/quarry-extract-server.h"

#include "core/document/quarry-language.h"
#include "core/extract/pdf/quarry-pdf.h"
#include "core/extract/quarry-reader.h"

#include <dlfcn.h>
#include <iconv.h>

static gboolean is_loaded, is_missed;

/* Overrides the C library's function also for libraries, so that a missing encoding is noticed. */
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

/* The converters are never closed, since that would unload the encodings. */
static void
load (const char *const *encodings)
{
  for (guint i = 0; encodings[i] != NULL; i++)
    (void) iconv_open ("UTF-8", encodings[i]);
}

/* Poppler frees its tables with the last document, so this one is kept open. */
static void
read_own_pdf (void)
{
  static const char own[] =
        "%PDF-1.4\n"
        "1 0 obj<</Type/Catalog/Pages 2 0 R>> endobj\n"
        "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>> endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>> endobj\n"
        "4 0 obj<</Length 31>>stream\nBT/F 9 Tf 9 9 Td(Stones)Tj ET  \nendstream endobj\n"
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>> endobj\n"
        "xref\n0 6\n0000000000 65535 f \n"
        "0000000009 00000 n \n"
        "0000000053 00000 n \n"
        "0000000103 00000 n \n"
        "0000000211 00000 n \n"
        "0000000288 00000 n \n"
        "trailer<</Size 6/Root 1 0 R>>\nstartxref\n350\n%%EOF\n";
  static PopplerDocument *kept;
  const QuarryInput input = { .bytes = (const guint8 *) own, .length = sizeof own - 1, .name = "own.pdf" };
  g_autoptr (QuarryDocument) document = NULL;

  kept = quarry_pdf_open (&input, NULL);
  document = kept != NULL ? quarry_readers_read (&input, NULL) : NULL;
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
      /* This makes the tables of the languages' small words, which each process would otherwise make again. */
      quarry_language_recognize ("", 0);
      read_own_pdf ();
    }
  else if (!is_loaded)
    {
      is_loaded = TRUE;
      load (others);
    }
  is_missed = FALSE;
}
