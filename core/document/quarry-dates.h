/* quarry-dates.h: dates as people write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same day is "3 May 2021", "May 3rd, 2021", "2021-05-03", "03.05.2021", "5/3/21", "3. Mai 2021" or "3 de mayo de
 * 2021". Whoever looks for one of these may have another before them. Threads: any.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* The first date of @text at @from (bytes) or behind. *span gets where it is. (transfer full): the other ways to write it,
 * those that leave no doubt first, as words with blanks between them, without any signs; NULL: there is none */
char **quarry_dates_find (const char *text, gsize from, QuarrySpan *span);

G_END_DECLS
