/* quarry-question.c: a search of a library on a thread of its own, which can be waited for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-question.h"

#include "core/library/search/quarry-see-also.h"

typedef struct
{
  QuarryQuestion question;
  QuarrySearchOptions options;

  GMutex lock;
  GCond answered;
  gboolean done;
} Asked;

static void
asked_free (Asked *asked)
{
  g_free ((char *) asked->question.query);
  g_clear_object (&asked->options.before);
  g_free ((gint64 *) asked->options.more);
  g_free ((gint64 *) asked->options.less);
  g_mutex_clear (&asked->lock);
  g_cond_clear (&asked->answered);
  g_free (asked);
}

static void
ask_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Asked *asked = data;
  const QuarryQuestion *question = &asked->question;
  QuarryAnswer *answer;
  GError *error = NULL;

  if (question->similar_to == 0)
    answer = quarry_library_search (source, question->query, &asked->options, cancellable, &error);
  else if (question->whole)
    answer = quarry_library_similar_document (source, question->similar_to, &asked->options, cancellable, &error);
  else
    answer = quarry_library_similar (source, question->similar_to, &asked->options, cancellable, &error);
  if (answer != NULL)
    g_task_return_pointer (task, answer, g_object_unref);
  else
    g_task_return_error (task, error);

  g_mutex_lock (&asked->lock);
  asked->done = TRUE;
  g_cond_broadcast (&asked->answered);
  g_mutex_unlock (&asked->lock);
}

GTask *
quarry_question_ask (QuarryLibrary *library,
                     const QuarryQuestion *question,
                     const QuarrySearchOptions *options,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = g_task_new (library, cancellable, callback, user_data);
  Asked *asked = g_new0 (Asked, 1);

  asked->question = *question;
  asked->question.query = g_strdup (question->query);
  asked->options = *options;
  if (options->before != NULL)
    g_object_ref (options->before);
  asked->options.more = g_memdup2 (options->more, sizeof (gint64) * options->n_more);
  asked->options.less = g_memdup2 (options->less, sizeof (gint64) * options->n_less);
  g_mutex_init (&asked->lock);
  g_cond_init (&asked->answered);

  g_task_set_source_tag (task, quarry_question_ask);
  g_task_set_task_data (task, asked, (GDestroyNotify) asked_free);
  g_task_run_in_thread (task, ask_thread);
  return task;
}

QuarryAnswer *
quarry_question_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
quarry_question_wait (GTask *task, gint64 until)
{
  Asked *asked = g_task_get_task_data (task);
  gboolean done;

  g_mutex_lock (&asked->lock);
  while (!asked->done && g_cond_wait_until (&asked->answered, &asked->lock, until))
    ;
  done = asked->done;
  g_mutex_unlock (&asked->lock);
  return done;
}
