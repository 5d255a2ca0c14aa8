/* quarry-mapping.h: files in memory that others may cut short
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a page of a mapped file that is no longer there, because another program has cut the file
 * short, or because the disk fails, ends the process with SIGBUS. Of a guarded mapping, such a page
 * reads as zeros from then on instead, and a flag says so, as systemd does it for its journal
 * (src/basic/sigbus.c).
 *
 * What is guarded against is the end of the process, no more. Bytes that change after they were
 * checked are for the reader to bear: what it takes from a mapping to find its way by (a number, a
 * length, a place), it takes once and compares with bounds that it keeps elsewhere.
 *
 * Any thread may guard, and be helped. A SIGBUS that comes from elsewhere is left to who was there
 * before.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Guards @length bytes of mapped memory at @start, whole pages, until quarry_mapping_unguard().
 * @damaged, which must stay, is set to TRUE (atomically) when a page was not there. */
void quarry_mapping_guard (gpointer start, gsize length, gint *damaged);

/* Before the memory is unmapped. Nothing happens where nothing is guarded at @start. */
void quarry_mapping_unguard (gpointer start);

/* The first @length bytes of the file @fd, mapped to be read and guarded as long as there are the bytes. The
 * descriptor may be closed. NULL where they cannot be mapped. (transfer full) */
GBytes *quarry_mapping_bytes_new (int fd, gsize length);

/* Whether a page was not there of the guarded mapping that @address lies in. FALSE outside of all. */
gboolean quarry_mapping_is_damaged (gconstpointer address);

G_END_DECLS
