/* quarry-aside.h: runs a part of a search on a second processor where one is free
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   QuarryAside *aside = quarry_aside_begin (func, data);
 *   … work that does not need what func computes …
 *   quarry_aside_end (aside);
 *
 * All searches share one helping thread. If it has not begun @func by quarry_aside_end(), because another search keeps
 * it busy or there is only one processor, the caller runs @func itself: nobody ever waits for a thread to wake up.
 * Threads: any.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryAside QuarryAside;

typedef void (*QuarryAsideFunc) (gpointer data);

/* Offers @func to the helping thread. @data must stay valid until quarry_aside_end(), which the same thread has to
 * call. (transfer full) */
QuarryAside *quarry_aside_begin (QuarryAsideFunc func, gpointer data);

/* Returns once @func has run, on whichever thread. Frees @self. */
void quarry_aside_end (QuarryAside *self);

/* For benchmarks of a single thread: with TRUE, callers run everything themselves until it is set to FALSE again. */
void quarry_aside_set_alone (gboolean alone);

G_END_DECLS
