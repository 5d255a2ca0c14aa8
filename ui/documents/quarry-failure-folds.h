/* quarry-failure-folds.h: folds files that have the same reason under a heading
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder of scans without text, or of files with a password, would otherwise fill the list with one sentence. Files of
 * the same reason are counted here; from a certain number on they get a heading, which can be opened.
 */
#pragma once

#include "ui/documents/quarry-failure-item.h"

G_BEGIN_DECLS

typedef struct _QuarryFailureFolds QuarryFailureFolds;

QuarryFailureFolds *quarry_failure_folds_new (void);
void quarry_failure_folds_free (QuarryFailureFolds *self);
void quarry_failure_folds_clear (QuarryFailureFolds *self);

/* Counts a file that comes (@by is 1) or goes (-1), with the reason that it has now. */
void quarry_failure_folds_count (QuarryFailureFolds *self, QuarryFailureItem *item, int by);

/* Puts headings that are needed now into @items, of QuarryFailureItem, and takes out those that are not any more. TRUE
 * where there were any: other files are to be shown then. */
gboolean quarry_failure_folds_settle (QuarryFailureFolds *self, GListStore *items);

/* Whether the file's heading is closed. */
gboolean quarry_failure_folds_hides (QuarryFailureFolds *self, QuarryFailureItem *item);

/* Whether the file stands below a heading. */
gboolean quarry_failure_folds_has_heading (QuarryFailureFolds *self, QuarryFailureItem *item);

G_END_DECLS
