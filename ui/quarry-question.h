/* quarry-question.h: a search of a library on a thread of its own, which can be waited for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef struct
{
  const char *query;
  gint64 similar_to; /* the passage whose like is wanted, instead of the query's; 0: the query */
  gboolean whole;    /* passages like the whole document that this one is from */
} QuarryQuestion;

/* Searches @library; all arguments are copied. @callback runs in the main context of the calling thread. (transfer
 * full): a task for quarry_question_wait(). */
GTask *quarry_question_ask (QuarryLibrary *library,
                            const QuarryQuestion *question,
                            const QuarrySearchOptions *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/* (transfer full) */
QuarryAnswer *quarry_question_finish (GAsyncResult *result, GError **error);

/* Waits for the answer until the monotonic time @until (in microseconds) at most, and returns whether it has come. The
 * callback does not run inside this function, but in the next iteration of the main loop. */
gboolean quarry_question_wait (GTask *asked, gint64 until);

G_END_DECLS
