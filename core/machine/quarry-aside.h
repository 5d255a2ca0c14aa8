/* quarry-aside.h: a part of a search that a second processor may do meanwhile
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   QuarryAside *aside = quarry_aside_begin (func, data);
 *   … what does not need its outcome …
 *   quarry_aside_end (aside);
 *
 * Nobody waits for a thread to begin: where none has by the end, because there is one processor or another search has
 * the thread, the caller runs @func itself. Threads: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryAside QuarryAside;

typedef void (*QuarryAsideFunc) (gpointer data);

/* @data: must stay until the end. To be ended by the same thread. */
QuarryAside *quarry_aside_begin (QuarryAsideFunc func, gpointer data);

/* Returns once @func has run. (transfer full) */
void quarry_aside_end (QuarryAside *self);

/* For measuring what one thread takes: callers do all themselves from now on, or no longer. */
void quarry_aside_set_alone (gboolean alone);

G_END_DECLS
