/* quarry-inside.h: documents inside a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Archives, mails and mailboxes contain other files. Their readers pass each of these to the
 * QuarryInside of the outer file, which reads it as any other file and passes on the result at once.
 * It also stops decompression bombs, by limits on depth, number, size, and on how much more comes out
 * than went in.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/extract/quarry-formats.h"

G_BEGIN_DECLS

typedef struct _QuarryInside QuarryInside;

/* Receives a document, or the error for a file. @place: where it is in the outer file, as "folder/inner.pdf". Returns
 * FALSE to stop. */
typedef gboolean (*QuarryInsideFunc) (const char *place,
                                      QuarryDocument *document,
                                      const GError *error,
                                      gpointer data);

/* @length: of the outermost file. */
QuarryInside *quarry_inside_new (gsize length, QuarryInsideFunc func, gpointer data);
void quarry_inside_free (QuarryInside *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryInside, quarry_inside_free)

/* Looks for a single file: its bytes are passed to @func, and nothing is read but the files that it is inside of.
 * @place: as it was reported when the whole file was read; must outlive the result. */
typedef void (*QuarryInsideFoundFunc) (const char *place, const guint8 *bytes, gsize length, gpointer data);
QuarryInside *quarry_inside_new_seeking (gsize length, const char *place, QuarryInsideFoundFunc func, gpointer data);

/* Recognizes the text in pictures too. */
void quarry_inside_recognize (QuarryInside *self);

/* Tells that the file is read in a process that serves the company @own. If a file without that company comes, nothing
 * more is read. */
void quarry_inside_keep_company (QuarryInside *self, QuarryCompany own);
QuarryCompany quarry_inside_get_company (QuarryInside *self); /* @self may be NULL: NONE */
/* Tells that such a file has been unpacked from the current one, to be read instead of it. */
void quarry_inside_leave_company (QuarryInside *self);
/* Whether that has happened: then what was passed on is incomplete. */
gboolean quarry_inside_has_left_company (QuarryInside *self);

/* The number of documents and errors that have been passed on. */
guint quarry_inside_count (QuarryInside *self);

/* To be called when @n more bytes have been unpacked. FALSE if that is too much: the reader has to stop. */
gboolean quarry_inside_account (QuarryInside *self, gsize n);

/* FALSE if a single file is looked for that is not inside @name, which then need not be unpacked. It is to be refused
 * without an error. */
gboolean quarry_inside_wants (QuarryInside *self, const char *name);

/* Reads the file @name, which may be any bytes: places that lead out of the file, or nowhere, are corrected. FALSE once
 * nothing more is taken. @self may be NULL: nobody wants what is inside. */
gboolean
quarry_inside_read (QuarryInside *self, const char *name, const guint8 *bytes, gsize length);

/* Has @func called after the document of the file that is being read has been passed on, while its bytes are still there:
 * what might end the process then costs no more than itself. For one file at a time; @destroy frees @data. */
typedef void (*QuarryInsideLaterFunc) (QuarryInside *self, gpointer data);
void quarry_inside_defer (QuarryInside *self, QuarryInsideLaterFunc func, gpointer data, GDestroyNotify destroy);
/* Does what has been deferred, if anything. To be called by whoever has passed on that document. */
void quarry_inside_do_deferred (QuarryInside *self);

/* Reports why the file @name cannot be read. @error: NULL if the file is not wanted. */
gboolean quarry_inside_refuse (QuarryInside *self, const char *name, const GError *error);

/* TRUE if nobody would look for this file: it is hidden, or one of a system's own. */
gboolean quarry_inside_passes_over (const char *name);

/* The greatest size of a file inside another one. */
#define QUARRY_INSIDE_MAX_FILE ((gsize) 128 << 20)

G_END_DECLS
