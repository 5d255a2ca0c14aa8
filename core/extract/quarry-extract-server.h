/* quarry-extract-server.h: the process that reads files for an extractor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

/* What a page is drawn as. */
typedef struct
{
  guint page;         /* counted from 1 */
  guint width;        /* wanted, in pixels; less where the page would be too large */
  gboolean recognize; /* the words in pictures, instead of those that are text */
} QuarryDrawing;

/* How a server's children read a file, and draw a page of one: a QuarryExtractPage with all that follows it.
 * (transfer full) */
typedef QuarryDocument *(*QuarryServeFunc) (const QuarryInput *input, GError **error);
typedef GBytes *(*QuarryDrawFunc) (const QuarryInput *input, const QuarryDrawing *drawing, GError **error);

/* With which others the file may share a child. @own: of the child that looks. */
typedef QuarryCompany (*QuarryServeCompanyFunc) (const QuarryInput *input, QuarryCompany own);

typedef struct
{
  QuarryServeFunc read;
  QuarryServeCompanyFunc get_company;
  QuarryDrawFunc draw;
} QuarryServeFuncs;

/* Draws a page of PDF. */
GBytes *quarry_pdf_draw (const QuarryInput *input, const QuarryDrawing *drawing, GError **error);

/* Likewise, or of a PDF file inside @input, where its place follows the name: "box.zip/folder/inner.pdf". */
GBytes *quarry_readers_draw (const QuarryInput *input, const QuarryDrawing *drawing, GError **error);

/* Loads encodings that the C library keeps in files of their own: those that most files need, or all. Before the
 * walls rise. */
void quarry_extract_preload (gboolean all);
/* Whether one has been asked for behind the walls that is not loaded. */
gboolean quarry_extract_missed_encoding (void);

/* Answers requests on the socket @fd until it is closed; one file at a time, each in a child that
 * lowers its rights before the first byte is read. Files of a company share one, which spares most of what a small
 * file costs: it reads no others, and so each of these gets, and leaves, a child alone. The process must have
 * one thread. Returns an exit status. */
int quarry_extract_serve (int fd, const QuarryServeFuncs *funcs);

G_END_DECLS
