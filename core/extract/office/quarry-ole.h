/* quarry-ole.h: the compound files that Office wrote before 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libgsf reads the container; numbers in its streams are little-endian and never aligned.
 */
#pragma once

#include "core/extract/quarry-reader.h"

#include <gsf/gsf.h>

G_BEGIN_DECLS

/* A stream's bytes; reading behind their end gives 0. */
typedef struct
{
  const guint8 *bytes;
  gsize length;
} QuarryStream;

static inline guint16
quarry_stream_u16 (const QuarryStream *self, gsize at)
{
  return at + 2 <= self->length ? (guint16) (self->bytes[at] | self->bytes[at + 1] << 8) : 0;
}

static inline guint32
quarry_stream_u32 (const QuarryStream *self, gsize at)
{
  return quarry_stream_u16 (self, at) | (guint32) quarry_stream_u16 (self, at + 2) << 16;
}

double quarry_stream_double (const QuarryStream *self, gsize at);

/* A number as Excel packs it into four bytes ([MS-XLS] 2.5.217). */
double quarry_stream_rk (guint32 rk);

/* TRUE where the file is a compound file with the stream @name, which is not one of a file within it. */
gboolean quarry_ole_has (const QuarryInput *input, const char *name);

/* TRUE where the file begins as a compound file, and what is in it cannot be listed. */
gboolean quarry_ole_is_broken (const QuarryInput *input);

/* NULL where it is damaged. (transfer full) */
GsfInfile *quarry_ole_open (const QuarryInput *input);

/* (transfer full) A folder within; NULL for none. */
GsfInfile *quarry_ole_get_folder (GsfInfile *ole, const char *name);

/* (transfer full) A stream; NULL for none. */
GBytes *quarry_ole_get (GsfInfile *ole, const char *name);

/* Title, author, dates and so on. */
void quarry_ole_read_metadata (GsfInfile *ole, QuarryDocumentBuilder *builder);

/* Reads what another program's object holds that was put into a document: the document itself, or the
 * file in it. */
void quarry_ole_read_object (QuarryInside *inside, const guint8 *bytes, gsize length);

/* Appends @n characters of two bytes, or of one (windows-1252, as Latin-1 with its letters); what is
 * behind the end of the stream is left out. */
void quarry_ole_append_wide (GString *out, const QuarryStream *stream, gsize at, gsize n);
void quarry_ole_append_narrow (GString *out, const QuarryStream *stream, gsize at, gsize n);

G_END_DECLS
