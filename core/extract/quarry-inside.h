/* quarry-inside.h: documents inside a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Archives, mails and mailboxes hold files of their own. Their readers hand each to the file's
 * QuarryInside, which reads it as any other file and passes on what comes of it at once. It also
 * stops bombs: by depth, number, size, and by how much more comes out than went in.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/extract/quarry-formats.h"

G_BEGIN_DECLS

typedef struct _QuarryInside QuarryInside;

/* @place: where in the file, as "folder/inner.pdf". Either @document or @error. FALSE stops. */
typedef gboolean (*QuarryInsideFunc) (const char *place,
                                      QuarryDocument *document,
                                      const GError *error,
                                      gpointer data);

/* @length: of the file that everything is in. */
QuarryInside *quarry_inside_new (gsize length, QuarryInsideFunc func, gpointer data);
void quarry_inside_free (QuarryInside *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryInside, quarry_inside_free)

/* Looks for one file alone: its bytes go to @func, and nothing else is read but what it lies in. @place: as it was told
 * when all was read; has to stay. */
typedef void (*QuarryInsideFoundFunc) (const char *place, const guint8 *bytes, gsize length, gpointer data);
QuarryInside *quarry_inside_new_seeking (gsize length, const char *place, QuarryInsideFoundFunc func, gpointer data);

/* The text in pictures is to be read too. */
void quarry_inside_recognize (QuarryInside *self);

/* It is read in a process that serves others of the company @own: where a file of none turns up, nothing more is read. */
void quarry_inside_keep_company (QuarryInside *self, QuarryCompany own);
/* Whether one has: what was passed on is not all. */
gboolean quarry_inside_has_left_company (QuarryInside *self);

/* How many documents and errors have been passed on. */
guint quarry_inside_count (QuarryInside *self);

/* @n more bytes have been unpacked. FALSE once it is too much: the reader stops. */
gboolean quarry_inside_account (QuarryInside *self, gsize n);

/* FALSE where another file than @name is looked for, so that it need not be unpacked: it is refused, without an error. */
gboolean quarry_inside_wants (QuarryInside *self, const char *name);

/* Reads the file @name (any bytes: what leads out of the file, or nowhere, is mended). FALSE once
 * nothing more is taken. NULL for @self: nobody wants what is inside. */
gboolean
quarry_inside_read (QuarryInside *self, const char *name, const guint8 *bytes, gsize length);

/* Says why the file @name cannot be read. @error: NULL where it is not wanted. */
gboolean quarry_inside_refuse (QuarryInside *self, const char *name, const GError *error);

/* TRUE where a person would not look for the file: hidden, or a system's own. */
gboolean quarry_inside_passes_over (const char *name);

/* The most that one file inside another may take. */
#define QUARRY_INSIDE_MAX_FILE ((gsize) 128 << 20)

G_END_DECLS
