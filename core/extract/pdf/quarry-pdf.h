/* quarry-pdf.h: how the text of a page of PDF becomes that of a document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three steps, each with a file of its own: a page's characters -> runs (quarry-pdf-page.c), the
 * runs of a page -> lines in reading order (quarry-pdf-layout.c), the lines of all pages -> blocks
 * (quarry-pdf-flow.c). Lengths are in points; y grows downwards. Beside that, a page is drawn for a
 * person to look at, with its words' places (quarry-pdf-draw.c). Where nothing is drawn, the file is made
 * cheaper to read first (quarry-pdf-strip.c).
 */
#pragma once

#include <poppler.h>

#include "core/document/quarry-document.h"
#include "core/extract/quarry-reader.h"
#include "core/extract/quarry-recognizer.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PopplerDocument, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PopplerPage, g_object_unref)

typedef struct
{
  double x0, y0, x1, y1;
} QuarryPdfBox;

enum
{
  QUARRY_PDF_BOLD = 1 << 0,
  QUARRY_PDF_MONO = 1 << 1,     /* typewriter */
  QUARRY_PDF_VERTICAL = 1 << 2, /* written upwards or downwards */
};

/* Characters that stand in one go on one baseline. */
typedef struct
{
  QuarryPdfBox box;
  double size; /* of most of its characters */
  guint flags;
  guint n_characters;
  char *text; /* owned by the page */
} QuarryPdfRun;

typedef struct
{
  guint number; /* counted from 1 */
  double width, height;
  GArray *runs; /* QuarryPdfRun */
  GStringChunk *texts;
} QuarryPdfPage;

/* (transfer full) The runs of a page, as poppler orders them. */
QuarryPdfPage *quarry_pdf_page_new (PopplerPage *page, guint number);
void quarry_pdf_page_free (QuarryPdfPage *self);

/* A word where it stands. */
typedef struct
{
  QuarryPdfBox box;
  char *text;
} QuarryPdfWord;

/* (transfer full) The words of a page, as poppler orders them; @texts keeps theirs. Each character of a script
 * without blanks is a word. */
GArray *quarry_pdf_page_list_words (PopplerPage *page, GStringChunk *texts);

/* TRUE where a picture is all that there is on the page. */
gboolean quarry_pdf_page_is_picture (PopplerPage *page, const QuarryPdfPage *runs);

/* Puts what is recognized on the page, as it is seen, in the place of its runs; they stay as they are
 * where that is nothing. */
void quarry_pdf_recognize_page (QuarryRecognizer *recognizer, PopplerPage *page, QuarryPdfPage *runs);

/* One line of a column, left to right; a tab stands where a wide gap does. */
typedef struct
{
  QuarryPdfBox box;
  double size;
  guint flags;
  guint n_characters;
  guint n_cells;      /* pieces with wide gaps between them */
  guint page;         /* number */
  guint column;       /* counted over the whole document */
  double left, right; /* of that column */
  char *text;
} QuarryPdfLine;

/* Appends the lines of a page in reading order. @n_columns counts the columns of all pages.
 * @texts: where the lines' texts are kept. */
void quarry_pdf_layout_page (const QuarryPdfPage *page,
                             GStringChunk *texts,
                             GArray *lines,
                             guint *n_columns);

/* (transfer full) NULL with an error where there is no document with a page. @input: stays as long as that. */
PopplerDocument *quarry_pdf_open (const QuarryInput *input, GError **error);

/* (transfer full) The file without what its text does not need and poppler would take apart anew on each page:
 * the outlines of Type 1 fonts, and colour profiles. Text, words' places, fonts' names and sizes are the same; it
 * is not to be drawn, nor files inside it read. What else a hostile file keeps in what it calls a font is lost.
 * Time is linear in the file. No longer valid than @input. */
GBytes *quarry_pdf_strip (const QuarryInput *input);

/* A heading that the document's outline names. */
typedef struct
{
  guint page;
  guint level;
  char *title;
} QuarryPdfOutlineEntry;

/* What someone wrote onto a page afterwards, or into a field of it, or what only its header or footer says. */
typedef struct
{
  guint page;
  gboolean is_running; /* of a header or footer */
  char *text;
} QuarryPdfNote;

/* Drops headers, footers and page numbers: what stands in the same place of several pages. Words that stand nowhere
 * else, nor in @notes yet, go to @notes, of QuarryPdfNote in the order of the pages. */
void quarry_pdf_drop_running (GPtrArray *pages, GArray *notes);

/* Adds the blocks that the lines make, each page's notes behind its text, but before a block that runs over its end.
 * @outline: of QuarryPdfOutlineEntry, @notes: of QuarryPdfNote in the order of the pages. Returns the text of the
 * largest heading of the first page, NULL for none. (transfer full) */
char *quarry_pdf_flow (const GArray *lines,
                       const GArray *outline,
                       const GArray *notes,
                       QuarryDocumentBuilder *builder);

G_END_DECLS
