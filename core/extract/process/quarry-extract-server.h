/* quarry-extract-server.h: the process that reads files for an extractor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

/* How a page is to be drawn. */
typedef struct
{
  guint page;         /* counted from 1 */
  guint width;        /* wanted, in pixels; it gets less if the page would be too large */
  gboolean recognize; /* give the words recognized in pictures, instead of those of the text */
} QuarryDrawing;

/* How a child reads a file, and how it draws a page: as a QuarryExtractPage with what follows it. (transfer full) */
typedef QuarryDocument *(*QuarryServeFunc) (const QuarryInput *input, GError **error);
typedef GBytes *(*QuarryDrawFunc) (const QuarryInput *input, const QuarryDrawing *drawing, GError **error);

/* The company of a file, which tells which other files it may share a child with. @own: that of the child that asks. */
typedef QuarryCompany (*QuarryServeCompanyFunc) (const QuarryInput *input, QuarryCompany own);

typedef struct
{
  QuarryServeFunc read;
  QuarryServeCompanyFunc get_company;
  QuarryDrawFunc draw;
} QuarryServeFuncs;

/* Draws a page of a PDF file. */
GBytes *quarry_pdf_draw (const QuarryInput *input, const QuarryDrawing *drawing, GError **error);

/* The same, also for a PDF file inside @input, whose place then follows the name: "box.zip/folder/inner.pdf". */
GBytes *quarry_readers_draw (const QuarryInput *input, const QuarryDrawing *drawing, GError **error);

/* Loads encodings, which the C library keeps in files of their own: the ones that most files need, or all. To be called
 * before the process is sandboxed. */
void quarry_extract_preload (gboolean all);
/* Whether an encoding was asked for inside the sandbox that is not loaded. */
gboolean quarry_extract_missed_encoding (void);

/* Answers requests on the socket @fd until it is closed. Files are read one at a time, each in a child that drops its
 * rights before the first byte is read. Small files of a company share a child, which saves most of the cost of a small
 * file; that child reads nothing else, and any other file has a child of its own. The calling process must have a
 * single thread. Returns an exit status. */
int quarry_extract_serve (int fd, const QuarryServeFuncs *funcs);

G_END_DECLS
