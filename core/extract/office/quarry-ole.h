/* quarry-ole.h: the compound files that Office wrote before 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libgsf reads the container. Numbers in its streams are little-endian and may be unaligned.
 */
#pragma once

#include "core/extract/quarry-reader.h"

#include <gsf/gsf.h>

G_BEGIN_DECLS

/* The bytes of a stream; the functions below return 0 for bytes beyond its end. */
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

/* A number in the four-byte form RkNumber of Excel ([MS-XLS] 2.5.217). */
double quarry_stream_rk (guint32 rk);

/* TRUE if the input is a compound file with a stream @name at its top level. */
gboolean quarry_ole_has (const QuarryInput *input, const char *name);

/* TRUE if the input begins as a compound file, but its contents cannot be listed. */
gboolean quarry_ole_is_broken (const QuarryInput *input);

/* NULL if the file is damaged. (transfer full) */
GsfInfile *quarry_ole_open (const QuarryInput *input);

/* A folder inside the file; NULL if there is none. (transfer full) */
GsfInfile *quarry_ole_get_folder (GsfInfile *ole, const char *name);

/* A stream; NULL if there is none. (transfer full) */
GBytes *quarry_ole_get (GsfInfile *ole, const char *name);

/* Reads title, author, dates and so on. */
void quarry_ole_read_metadata (GsfInfile *ole, QuarryDocumentBuilder *builder);

/* Reads an object of another program that was embedded in a document: the embedded document itself, or the file in
 * it. */
void quarry_ole_read_object (QuarryInside *inside, const guint8 *bytes, gsize length);

/* Append @n characters of two bytes (UTF-16) or of one (windows-1252); those beyond the end of the stream are left
 * out. */
void quarry_ole_append_wide (GString *out, const QuarryStream *stream, gsize at, gsize n);
void quarry_ole_append_narrow (GString *out, const QuarryStream *stream, gsize at, gsize n);

G_END_DECLS
