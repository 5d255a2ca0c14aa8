/* quarry-mapping.h: mapped files that another program may truncate
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where another program has cut a mapped file short, or the disk fails, reading a page that is no longer there ends the
 * process with SIGBUS. In a guarded mapping such a page reads as zeros from then on instead, and a flag is set, as
 * systemd does it for its journal (src/basic/sigbus.c).
 *
 * This keeps the process alive, no more. It does not keep bytes from changing after they were checked: a reader copies
 * each number, length or offset out of the mapping once, and checks the copy against bounds that it keeps elsewhere.
 *
 * Threads: any. A SIGBUS at any other address goes to the handler that was installed before.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Guards @length bytes of mapped memory at @start, whole pages, until quarry_mapping_unguard(). @damaged, which must
 * stay valid until then, is set to TRUE (atomically) when a page was not there. */
void quarry_mapping_guard (gpointer start, gsize length, gint *damaged);

/* To be called before the memory is unmapped. Does nothing where nothing is guarded at @start. */
void quarry_mapping_unguard (gpointer start);

/* Maps the first @length bytes of the file @fd for reading; they are guarded as long as the GBytes live. The caller may
 * close @fd at once. NULL where the file cannot be mapped. (transfer full) */
GBytes *quarry_mapping_bytes_new (int fd, gsize length);

/* TRUE where @address lies in a guarded mapping of which a page was missing when it was read; else FALSE. */
gboolean quarry_mapping_is_damaged (gconstpointer address);

G_END_DECLS
