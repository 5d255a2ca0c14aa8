/* quarry-library-private.h: what the library's own files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may touch what:
 *   - Connections for reading are lent to one thread at a time (quarry_library_borrow()).
 *   - The writing connection, and every change of the indexes, belongs to whoever holds write_lock.
 *   - The indexes are a reference-counted snapshot: a search keeps the one that it began with, even if new token
 *     weights replace it meanwhile.
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/extract/quarry-extractor.h"
#include "core/lexical/quarry-lexical-index.h"
#include "core/library/quarry-library.h"
#include "core/library/quarry-token-memory.h"
#include "core/library/search/quarry-analysis.h"
#include "core/vector/quarry-vector-index.h"

G_BEGIN_DECLS

typedef struct _QuarryFollow QuarryFollow;

/* A snapshot: both indexes, the token weights, and what was made with these. */
typedef struct _QuarryIndexes
{
  gatomicrefcount references;
  QuarryLexicalIndex *words; /* shared with earlier and later snapshots */
  QuarryVectorIndex *vectors;
  struct _QuarryIndexes *owner; /* the snapshot that owns @vectors; NULL: this one does */
  float *weights;       /* a float for each token of the model; NULL: all 1 */
  char *epoch;          /* identifies the weights; "0" where there are none */
  float unseen_weight;  /* the weight of a token that did not occur in the library when they were made */
  QuarryAnalysisCache *analyses;
} QuarryIndexes;

QuarryIndexes *quarry_indexes_ref (QuarryIndexes *self);
void quarry_indexes_unref (QuarryIndexes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryIndexes, quarry_indexes_unref)

struct _QuarryLibrary
{
  GObject parent_instance;

  char *folder;
  QuarryLibraryMode mode;
  QuarryEmbedder *embedder;
  gboolean model_is_shipped;
  GMainContext *context; /* the main context that signals are emitted on */

  GMutex readers_lock;
  GQueue readers; /* of QuarryStore, those that are idle */

  GRecMutex write_lock;
  QuarryStore *writer;      /* NULL in a library opened for reading */
  gint64 highest_number;    /* the highest passage id that a file of the indexes may hold; under write_lock */
  QuarryTokenMemory *tokens; /* written under both write_lock and sync_lock, read under either */

  GMutex sync_lock;  /* held while the indexes are made to agree with the database */
  GMutex state_lock; /* held only for moments, for the three members below */
  QuarryIndexes *indexes;
  gint64 generation; /* the generation of the database that the indexes agree with */
  gboolean indexes_dirty; /* their files are out of date */

  GMutex changed_lock;
  gboolean changed_pending;
  gint64 changed_at;
  GFileMonitor *monitor; /* notices commits of other processes */

  GThread *catching_up; /* thread that embeds passages without vectors; NULL: not started */
  int stop_catching_up; /* atomic */
  int is_behind;        /* atomic; some passages have no vectors yet, but will get them */

  GListStore *imports;
  GMutex import_turn; /* held by the import that runs; the others wait for it */
  guint imports_waiting;     /* how many wait; this and the next four are under state_lock */
  GPtrArray *imports_alive;  /* of QuarryImport, unowned: those that run or wait */
  GQueue pictures;           /* of the imports' items: files to be read again, this time with text recognition in
                                their pictures */
  GHashTable *waiting_pictures; /* path, owned by the item -> link in @pictures */
  GCancellable *recognition; /* cancels the reading of those */
  QuarryExtractor *extractor;
  QuarryExtractor *idle_extractor; /* runs at the lowest priority */
  QuarryFollow *follow; /* NULL where folders are not watched */
};

/* --- Connections ----------------------------------------------------------------------------- */

/* A connection for reading, for the calling thread alone until it is given back, which ends its transaction. NULL with
 * an error where none can be opened. Threads: any. */
QuarryStore *quarry_library_borrow (QuarryLibrary *self, GError **error);
void quarry_library_give_back (QuarryLibrary *self, QuarryStore *connection);

/* A snapshot of the indexes that agrees with what @connection sees: changes by other processes are taken over first.
 * Call within quarry_store_begin_read(). (transfer full) */
QuarryIndexes *quarry_library_get_indexes (QuarryLibrary *self,
                                           QuarryStore *connection,
                                           GError **error);

/* Takes write_lock and begins a transaction. NULL, without the lock, where that fails. quarry_library_end_write()
 * commits or rolls back, and releases the lock. */
QuarryStore *quarry_library_begin_write (QuarryLibrary *self, GError **error);
gboolean quarry_library_end_write (QuarryLibrary *self, gboolean commit, GError **error);

/* The current snapshot, without looking for changes by other processes. (transfer full) */
QuarryIndexes *quarry_library_current_indexes (QuarryLibrary *self);

/* Whether the disk has room for more. Both the log of the database and, at the end of an import, the indexes need some:
 * where the documents took all of it, the indexes would have to be made anew at each start. FALSE with
 * QUARRY_STORE_ERROR_FULL where there is too little. */
gboolean quarry_library_has_room (QuarryLibrary *self, GError **error);

/* Schedules the signal "changed". Threads: any. */
void quarry_library_emit_changed (QuarryLibrary *self);

/* Makes "changed" be emitted for commits of other processes too. */
void quarry_library_watch (QuarryLibrary *self);

G_END_DECLS
