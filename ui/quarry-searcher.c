/* quarry-searcher.c: keeps one search running, the newest
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What changes is gathered in a set of QuarrySearchChange flags. A change of the query cancels the
 * running search and starts another at once; other changes wait until the running one has ended. The
 * answer is told with the changes it takes in.
 */
#include "quarry-config.h"

#include "ui/quarry-searcher.h"

#include <string.h>

#include "core/rank/quarry-confidence.h"
#include "ui/quarry-question.h"

#define SLOW_MS 200
/* How long painting the next frame is delayed so that it can show the hits for what was just typed. Without the delay
 * the hits would only be shown one frame (a sixtieth of a second) later; so short a delay of the typed letter does not
 * matter. */
#define FRAME_WAITS_US 24000

/* When nothing has been typed for so long, the last word is taken for one that is finished, as far as it tells whether
 * there is an answer. */
#define PAUSE_MS 700
/* From this confidence on there is an answer whatever the last word is. */
#define UNDOUBTED 0.6

struct _QuarrySearcher
{
  GObject parent_instance;

  QuarryLibrary *library;
  gulong changed_handler;

  char *query; /* without white space around it */
  double variety;
  guint limit;
  gint64 similar_to;
  gboolean whole; /* passages like the whole document of @similar_to */
  gboolean as_typed;
  gboolean map;
  gboolean personal;
  GArray *more, *less; /* of gint64: marked passages */

  QuarryAnswer *last; /* the newest answer; NULL: there is none, or nothing is asked */

  GCancellable *running; /* NULL: no search runs */
  guint changes;         /* what changed since the last answer and is taken into account by the running search */
  guint changes_since;   /* what changed after the running search was started */
  guint slow_source;
  gboolean slow;
  GTask *asked; /* the search that the next frame waits for; NULL: none */
  gint64 wait_until;
  guint wait_source;
  gboolean paused; /* nobody types: the query has been the same for a while */
  guint pause_source;
};

G_DEFINE_FINAL_TYPE (QuarrySearcher, quarry_searcher, G_TYPE_OBJECT)

enum
{
  PROP_SLOW = 1,
  N_PROPS
};

enum
{
  ANSWERED,
  FAILED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void start (QuarrySearcher *self);

static void
set_slow (QuarrySearcher *self, gboolean slow)
{
  if (self->slow == slow)
    return;
  self->slow = slow;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLOW]);
}

static gboolean
slow_cb (gpointer user_data)
{
  QuarrySearcher *self = user_data;

  self->slow_source = 0;
  set_slow (self, TRUE);
  return G_SOURCE_REMOVE;
}

static void
stop_waiting (QuarrySearcher *self)
{
  g_clear_handle_id (&self->slow_source, g_source_remove);
  set_slow (self, FALSE);
}

/* Runs as soon as nothing else has to be done before the next frame is laid out and painted. */
static gboolean
wait_cb (gpointer user_data)
{
  QuarrySearcher *self = user_data;

  quarry_question_wait (self->asked, self->wait_until);
  /* If the answer has come, its callback is still to run, and removes this source. If not, the time is up. */
  if (g_get_monotonic_time () < self->wait_until)
    return G_SOURCE_CONTINUE;
  self->wait_source = 0;
  return G_SOURCE_REMOVE;
}

static void
let_frames_wait (QuarrySearcher *self, GTask *asked)
{
  g_set_object (&self->asked, asked);
  g_clear_handle_id (&self->wait_source, g_source_remove);
  if (asked == NULL)
    return;
  self->wait_until = g_get_monotonic_time () + FRAME_WAITS_US;
  self->wait_source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, wait_cb, self, NULL);
}

static void
cancel (QuarrySearcher *self)
{
  let_frames_wait (self, NULL);
  if (self->running)
    g_cancellable_cancel (self->running);
  g_clear_object (&self->running);
}

static void ask_again (QuarrySearcher *self, QuarrySearchChange change);

static gboolean
pause_cb (gpointer user_data)
{
  QuarrySearcher *self = user_data;

  self->pause_source = 0;
  self->paused = TRUE;
  ask_again (self, QUARRY_SEARCH_CHANGED_LIBRARY);
  return G_SOURCE_REMOVE;
}

static void
answer (QuarrySearcher *self, QuarryAnswer *found)
{
  guint changes = self->changes;

  self->changes = 0;
  g_set_object (&self->last, found);
  g_signal_emit (self, signals[ANSWERED], 0, found, changes);
}

/* Whether there may turn out to be no answer once the last word is finished. */
static gboolean
may_doubt (QuarrySearcher *self, QuarryAnswer *found)
{
  double confidence = quarry_answer_get_confidence (found);

  return !self->paused && self->pause_source == 0 && self->similar_to == 0 && !g_str_has_suffix (self->query, " ")
         && confidence >= QUARRY_CONFIDENCE_DOUBT && confidence < UNDOUBTED;
}

typedef struct
{
  QuarrySearcher *self;
  GCancellable *cancellable;
} Search;

static void
search_free (Search *search)
{
  g_object_unref (search->self);
  g_object_unref (search->cancellable);
  g_free (search);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Search, search_free)

/* Whether a person waits for the answer. That the library has changed is nothing they did: while files are being added,
 * hits would dim again and again. */
static gboolean
awaited (guint changes)
{
  return (changes & ~QUARRY_SEARCH_CHANGED_LIBRARY) != 0;
}

static void
search_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Search) search = user_data;
  QuarrySearcher *self = search->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) found = quarry_question_finish (result, &error);

  /* This search is no longer the newest one, so nothing of it is shown, not even an error. */
  if (self->running != search->cancellable)
    return;
  g_clear_object (&self->running);
  let_frames_wait (self, NULL);

  if (!awaited (self->changes_since))
    stop_waiting (self);
  if (found && may_doubt (self, found))
    self->pause_source = g_timeout_add (PAUSE_MS, pause_cb, self);
  if (found)
    answer (self, found);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit (self, signals[FAILED], 0, error);

  /* The handlers of the signals above may already have started the next search. */
  if (self->changes_since != 0 && !self->running)
    start (self);
}

static void
start (QuarrySearcher *self)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  QuarryQuestion question;
  g_autoptr (GTask) asked = NULL;
  Search *search;

  self->changes |= self->changes_since;
  self->changes_since = 0;
  if (!self->library)
    return;
  if (!quarry_searcher_is_asking (self))
    {
      stop_waiting (self);
      answer (self, NULL);
      return;
    }

  search = g_new0 (Search, 1);
  search->self = g_object_ref (self);
  search->cancellable = g_cancellable_new ();
  g_set_object (&self->running, search->cancellable);
  if (awaited (self->changes) && !self->slow_source && !self->slow)
    self->slow_source = g_timeout_add (SLOW_MS, slow_cb, self);

  options.limit = self->limit;
  options.diversity = self->variety;
  options.personal = self->personal;
  options.more = (const gint64 *) (gpointer) self->more->data;
  options.n_more = self->more->len;
  options.less = (const gint64 *) (gpointer) self->less->data;
  options.n_less = self->less->len;
  options.map = self->map;
  options.before = self->last;
  options.typing = self->similar_to == 0;
  options.paused = self->paused;
  options.as_typed = options.typing && self->as_typed;
  question = (QuarryQuestion){ self->query, self->similar_to, self->whole };
  asked = quarry_question_ask (self->library, &question, &options, search->cancellable, search_cb, search);
  /* Only after typing is a frame worth delaying: then it shows the new text, and the hits should appear together with
   * it. */
  if (self->changes & QUARRY_SEARCH_CHANGED_QUERY)
    let_frames_wait (self, asked);
}

/* Something changed, but not what is asked: the running search may end first. */
static void
ask_again (QuarrySearcher *self, QuarrySearchChange change)
{
  self->changes_since |= change;
  if (!self->running)
    start (self);
}

static void
ask_anew (QuarrySearcher *self)
{
  self->changes_since |= QUARRY_SEARCH_CHANGED_QUERY;
  self->paused = FALSE;
  g_clear_handle_id (&self->pause_source, g_source_remove);
  cancel (self);
  start (self);
}

static void
library_changed_cb (QuarryLibrary *library, gpointer user_data)
{
  ask_again (user_data, QUARRY_SEARCH_CHANGED_LIBRARY);
}

static void
quarry_searcher_dispose (GObject *object)
{
  QuarrySearcher *self = QUARRY_SEARCHER (object);

  cancel (self);
  g_clear_handle_id (&self->slow_source, g_source_remove);
  g_clear_handle_id (&self->pause_source, g_source_remove);
  if (self->library)
    g_clear_signal_handler (&self->changed_handler, self->library);
  g_clear_object (&self->library);
  g_clear_object (&self->last);
  G_OBJECT_CLASS (quarry_searcher_parent_class)->dispose (object);
}

static void
quarry_searcher_finalize (GObject *object)
{
  QuarrySearcher *self = QUARRY_SEARCHER (object);

  g_free (self->query);
  g_array_unref (self->more);
  g_array_unref (self->less);
  G_OBJECT_CLASS (quarry_searcher_parent_class)->finalize (object);
}

static void
quarry_searcher_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SLOW:
      g_value_set_boolean (value, QUARRY_SEARCHER (object)->slow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_searcher_class_init (QuarrySearcherClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = quarry_searcher_dispose;
  object_class->finalize = quarry_searcher_finalize;
  object_class->get_property = quarry_searcher_get_property;

  properties[PROP_SLOW]
      = g_param_spec_boolean ("slow", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ANSWERED] = g_signal_new ("answered", QUARRY_TYPE_SEARCHER, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 2, QUARRY_TYPE_ANSWER, G_TYPE_UINT);
  signals[FAILED] = g_signal_new ("failed", QUARRY_TYPE_SEARCHER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
quarry_searcher_init (QuarrySearcher *self)
{
  self->query = g_strdup ("");
  self->more = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->less = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->variety = QUARRY_DIVERSITY_DEFAULT;
  self->limit = QUARRY_SEARCH_OPTIONS_DEFAULT.limit;
}

QuarrySearcher *
quarry_searcher_new (void)
{
  return g_object_new (QUARRY_TYPE_SEARCHER, NULL);
}

void
quarry_searcher_set_library (QuarrySearcher *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  if (self->library == library)
    return;
  cancel (self);
  if (self->library)
    g_clear_signal_handler (&self->changed_handler, self->library);
  g_set_object (&self->library, library);
  if (!library)
    {
      stop_waiting (self);
      return;
    }
  self->changed_handler
      = g_signal_connect (library, "changed", G_CALLBACK (library_changed_cb), self);
  ask_anew (self);
}

/* @query without leading blanks, and with at most one trailing blank, which is kept since it ends a word. (transfer
 * full) */
static char *
trim (const char *query)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (query));
  gboolean ended = *trimmed != '\0' && g_ascii_isspace (query[strlen (query) - 1]);

  return ended ? g_strconcat (trimmed, " ", NULL) : g_steal_pointer (&trimmed);
}

void
quarry_searcher_set_query (QuarrySearcher *self, const char *query)
{
  g_autofree char *trimmed = NULL;

  g_return_if_fail (QUARRY_IS_SEARCHER (self));
  g_return_if_fail (query != NULL);

  trimmed = trim (query);
  if (strcmp (trimmed, self->query) == 0)
    return;
  g_free (self->query);
  self->query = g_steal_pointer (&trimmed);
  self->similar_to = 0;
  self->whole = FALSE;
  self->as_typed = FALSE;
  g_array_set_size (self->more, 0);
  g_array_set_size (self->less, 0);
  ask_anew (self);
}

void
quarry_searcher_set_as_typed (QuarrySearcher *self, gboolean as_typed)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  if (as_typed == self->as_typed)
    return;
  self->as_typed = as_typed;
  ask_anew (self);
}

const char *
quarry_searcher_get_query (QuarrySearcher *self)
{
  g_return_val_if_fail (QUARRY_IS_SEARCHER (self), NULL);
  return self->query;
}

void
quarry_searcher_set_variety (QuarrySearcher *self, double variety)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  variety = CLAMP (variety, 0.0, 1.0);
  if (variety == self->variety)
    return;
  self->variety = variety;
  ask_again (self, QUARRY_SEARCH_CHANGED_VARIETY);
}

void
quarry_searcher_set_limit (QuarrySearcher *self, guint limit)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  limit = CLAMP (limit, 1, 1000);
  if (limit == self->limit)
    return;
  self->limit = limit;
  ask_again (self, QUARRY_SEARCH_CHANGED_LIMIT);
}

guint
quarry_searcher_get_limit (QuarrySearcher *self)
{
  g_return_val_if_fail (QUARRY_IS_SEARCHER (self), 0);
  return self->limit;
}

void
quarry_searcher_set_map (QuarrySearcher *self, gboolean map)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  if (map == self->map)
    return;
  self->map = map;
  if (map)
    ask_again (self, QUARRY_SEARCH_CHANGED_LIMIT);
}

static void
set_similar (QuarrySearcher *self, gint64 passage, gboolean whole)
{
  if (passage == self->similar_to && whole == self->whole)
    return;
  self->similar_to = passage;
  self->whole = whole;
  g_array_set_size (self->more, 0);
  g_array_set_size (self->less, 0);
  ask_anew (self);
}

void
quarry_searcher_set_similar_to (QuarrySearcher *self, gint64 passage)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  set_similar (self, passage, FALSE);
}

void
quarry_searcher_set_similar_to_document (QuarrySearcher *self, gint64 passage)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));
  g_return_if_fail (passage > 0);

  set_similar (self, passage, TRUE);
}

gboolean
quarry_searcher_is_document_asked (QuarrySearcher *self)
{
  g_return_val_if_fail (QUARRY_IS_SEARCHER (self), FALSE);
  return self->whole;
}

static gboolean
take_out (GArray *passages, gint64 passage)
{
  for (guint i = 0; i < passages->len; i++)
    if (g_array_index (passages, gint64, i) == passage)
      {
        g_array_remove_index (passages, i);
        return TRUE;
      }
  return FALSE;
}

void
quarry_searcher_mark (QuarrySearcher *self, gint64 passage, gboolean more)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  take_out (self->more, passage);
  take_out (self->less, passage);
  g_array_append_val (more ? self->more : self->less, passage);
  ask_again (self, QUARRY_SEARCH_CHANGED_MARKS);
}

void
quarry_searcher_unmark (QuarrySearcher *self, gint64 passage)
{
  gboolean all = passage == 0 && self->more->len + self->less->len > 0;

  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  if (all)
    {
      g_array_set_size (self->more, 0);
      g_array_set_size (self->less, 0);
    }
  if (all || take_out (self->more, passage) || take_out (self->less, passage))
    ask_again (self, QUARRY_SEARCH_CHANGED_MARKS);
}

void
quarry_searcher_set_personal (QuarrySearcher *self, gboolean personal)
{
  g_return_if_fail (QUARRY_IS_SEARCHER (self));

  if (personal == self->personal)
    return;
  self->personal = personal;
  ask_again (self, QUARRY_SEARCH_CHANGED_MARKS);
}

gint64
quarry_searcher_get_similar_to (QuarrySearcher *self)
{
  g_return_val_if_fail (QUARRY_IS_SEARCHER (self), 0);
  return self->similar_to;
}

gboolean
quarry_searcher_is_asking (QuarrySearcher *self)
{
  g_return_val_if_fail (QUARRY_IS_SEARCHER (self), FALSE);
  return self->similar_to > 0 || self->query[0] != '\0';
}

gboolean
quarry_searcher_get_slow (QuarrySearcher *self)
{
  g_return_val_if_fail (QUARRY_IS_SEARCHER (self), FALSE);
  return self->slow;
}
