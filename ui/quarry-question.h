/* quarry-question.h: what a library is asked on a thread of its own, and can be waited for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef struct
{
  const char *query;
  gint64 similar_to; /* a passage, instead of the query; 0: the query */
  gboolean whole;    /* similar to its document */
} QuarryQuestion;

/* Asks @library; all that is given is copied. @callback runs in this thread's main context.
 * (transfer full): for quarry_question_wait(). */
GTask *quarry_question_ask (QuarryLibrary *library,
                            const QuarryQuestion *question,
                            const QuarrySearchOptions *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);

/* (transfer full) */
QuarryAnswer *quarry_question_finish (GAsyncResult *result, GError **error);

/* Waits for the answer, till the monotonic time @until (microseconds) at most. The callback does not run in
 * here, but in the next round of the main loop. Returns whether the answer is there. */
gboolean quarry_question_wait (GTask *asked, gint64 until);

G_END_DECLS
