/* quarry-pdf.h: how the text of PDF pages becomes that of a document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three steps, each in a file of its own: a page's characters -> runs (quarry-pdf-page.c), the runs of
 * a page -> lines in reading order (quarry-pdf-layout.c), the lines of all pages -> blocks
 * (quarry-pdf-flow.c). Lengths are in points; y grows downwards.
 *
 * Apart from that, pages can be drawn for a person to look at, with the places of their words
 * (quarry-pdf-draw.c). If nothing is to be drawn, the file is first made cheaper to read
 * (quarry-pdf-strip.c).
 */
#pragma once

#include <poppler.h>

#include "core/document/quarry-document.h"
#include "core/extract/pdf/quarry-recognizer.h"
#include "core/extract/quarry-reader.h"

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
  QUARRY_PDF_MONO = 1 << 1,     /* monospaced */
  QUARRY_PDF_VERTICAL = 1 << 2, /* written upwards or downwards */
};

/* Consecutive characters on one baseline. */
typedef struct
{
  QuarryPdfBox box;
  double size; /* type size of most of its characters */
  guint flags;
  guint n_characters;
  char *text; /* owned by the page */
  /* If it begins with a number and a wide gap: where the number ends, and where the text behind it begins. Else 0. */
  double number_end, rest_start;
} QuarryPdfRun;

typedef struct
{
  guint number; /* counted from 1 */
  double width, height;
  GArray *runs; /* QuarryPdfRun */
  GStringChunk *texts;
  /* Of its pictures, once somebody has asked: what area they cover. */
  gboolean is_looked_at, has_pictures;
  double cover;
} QuarryPdfPage;

/* Unicode's embedding characters for text to the right or left, and their end. Poppler puts them around words; they
 * have no boxes. */
#define QUARRY_PDF_TO_RIGHT 0x202a
#define QUARRY_PDF_TO_LEFT 0x202b
#define QUARRY_PDF_END 0x202c

/* @text of @area of a page, in which the characters of fonts that misname them are mended: one for one, so that poppler's
 * boxes still belong to them. @text: (transfer full); returns (transfer full) */
char *quarry_pdf_mend_characters (PopplerPage *page, PopplerRectangle *area, char *text);

/* The runs of a page, in poppler's order. (transfer full) */
QuarryPdfPage *quarry_pdf_page_new (PopplerPage *page, guint number);
void quarry_pdf_page_free (QuarryPdfPage *self);

/* A word with its place. */
typedef struct
{
  QuarryPdfBox box;
  char *text;
} QuarryPdfWord;

/* The words of a page, in poppler's order; their texts are kept in @texts. In scripts without blanks, each character is
 * a word. (transfer full) */
GArray *quarry_pdf_page_list_words (PopplerPage *page, GStringChunk *texts);

/* TRUE if there are pictures on the page; if it consists of a picture only. */
gboolean quarry_pdf_page_has_pictures (PopplerPage *page, QuarryPdfPage *runs);
gboolean quarry_pdf_page_is_picture (PopplerPage *page, QuarryPdfPage *runs);

/* Replaces the page's runs by the text recognized on it as it is seen; with @upright, as if a page that lies on its
 * side or stands on its head were turned. If nothing is recognized, they stay as they are. */
void quarry_pdf_recognize_page (QuarryRecognizer *recognizer, PopplerPage *page, QuarryPdfPage *runs, gboolean upright);

/* One line of a column, from left to right; a wide gap is represented by a tab. */
typedef struct
{
  QuarryPdfBox box;
  double size;
  guint flags;
  guint n_characters;
  guint n_cells;      /* pieces separated by wide gaps */
  guint page;         /* page number */
  guint column;       /* number of the column, counted over the whole document */
  double left, right; /* edges of that column */
  char *text;
} QuarryPdfLine;

/* Appends the lines of a page in reading order to @lines. @n_columns counts the columns of all pages. The texts of the
 * lines are kept in @texts. */
void quarry_pdf_layout_page (const QuarryPdfPage *page,
                             GStringChunk *texts,
                             GArray *lines,
                             guint *n_columns);

/* NULL with an error if the file is not a PDF document with at least one page. @input must outlive the result.
 * (transfer full) */
PopplerDocument *quarry_pdf_open (const QuarryInput *input, GError **error);

/* The file without what its text does not need and what poppler would process again on each page: the outlines of
 * fonts, and colour profiles. Text, places of words, and names and sizes of fonts are the same; but the result must
 * not be used to draw pages or to read embedded files, and other contents that a hostile file declares to be a font are
 * lost: @has_fonts (may be NULL) is set to whether a font was replaced. Takes linear time. Only valid as long as @input.
 * (transfer full) */
GBytes *quarry_pdf_strip (const QuarryInput *input, gboolean *has_fonts);

/* A heading that the document's outline names. */
typedef struct
{
  guint page;
  guint level;
  char *title;
} QuarryPdfOutlineEntry;

/* A note or form field that was filled in on a page, or a header or footer whose words occur nowhere else. */
typedef struct
{
  guint page;
  gboolean is_running; /* a header or footer */
  char *text;
} QuarryPdfNote;

/* Drops the numbers of lines in the left margin of the pages. */
void quarry_pdf_drop_line_numbers (GPtrArray *pages);

/* Drops headers, footers and page numbers, which are recognized by being repeated at the same place on several pages.
 * Words that occur neither elsewhere nor in @notes are added to @notes, of QuarryPdfNote in the order of the pages. */
void quarry_pdf_drop_running (GPtrArray *pages, GArray *notes);

/* Adds the blocks that the lines form, with the notes of each page behind its text, but before a block that continues
 * on the next page. @outline: of QuarryPdfOutlineEntry; @notes: of QuarryPdfNote in the order of the pages. Returns the
 * text of the largest heading on the first page, NULL if there is none. (transfer full) */
char *quarry_pdf_flow (const GArray *lines,
                       const GArray *outline,
                       const GArray *notes,
                       QuarryDocumentBuilder *builder);

G_END_DECLS
