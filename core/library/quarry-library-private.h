/* quarry-library-private.h: what the library's own files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who may touch what:
 * - Connections for reading are lent out one thread at a time (quarry_library_borrow()).
 * - The writing connection, and every change of the indexes, belongs to whoever holds write_lock.
 * - The indexes are a counted snapshot: a search keeps the one it began with, even where new token
 *   weights replace it meanwhile.
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

/* The index of words; token weights and what was made with them. */
typedef struct _QuarryIndexes
{
  gatomicrefcount references;
  QuarryLexicalIndex *words; /* shared with the snapshots before and after */
  QuarryVectorIndex *vectors;
  struct _QuarryIndexes *owner; /* of the vectors, or NULL: this one */
  float *weights;       /* a float a token; NULL: all 1 */
  char *epoch;          /* names the weights; "0" for none */
  float unseen_weight;  /* the weight of a token that the library lacked when they were made */
  QuarryAnalysisCache *analyses;
} QuarryIndexes;

QuarryIndexes *quarry_indexes_ref (QuarryIndexes *self);
void quarry_indexes_unref (QuarryIndexes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryIndexes, quarry_indexes_unref)

/* One connection. */
typedef struct
{
  QuarryStore *store;
} QuarryConnection;

struct _QuarryLibrary
{
  GObject parent_instance;

  char *folder;
  QuarryLibraryMode mode;
  QuarryEmbedder *embedder;
  gboolean model_is_shipped;
  GMainContext *context; /* signals are emitted on it */

  GMutex readers_lock;
  GQueue readers; /* of QuarryConnection, idle ones */

  GRecMutex write_lock;
  QuarryConnection *writer; /* NULL in a library opened to read */
  gint64 highest_number;    /* of a passage that a file of the indexes may hold; under write_lock */
  QuarryTokenMemory *tokens; /* changed under write_lock and sync_lock, read under either */

  GMutex sync_lock;  /* held while indexes and database are brought to agree */
  GMutex state_lock; /* held for a moment only, for the three below */
  QuarryIndexes *indexes;
  gint64 generation; /* of the database that the indexes agree with */
  gboolean indexes_dirty; /* their files are behind */

  GMutex changed_lock;
  gboolean changed_pending;
  gint64 changed_at;
  GFileMonitor *monitor; /* tells of other processes' commits */

  GThread *catching_up; /* embeds what has no vectors yet; NULL: nothing was missing */
  int stop_catching_up; /* atomic */
  int is_behind;        /* atomic; passages have no vectors yet, and will */

  GListStore *imports;
  GMutex import_turn; /* held by the import at work; the others wait for it */
  guint imports_waiting;     /* how many do; with the next four, under state_lock */
  GPtrArray *imports_alive;  /* of QuarryImport, unowned: at work or waiting to be */
  GQueue pictures;           /* of the imports' items: files that are to be read again, with their pictures */
  GHashTable *waiting_pictures; /* path, of the item -> link of @pictures */
  GCancellable *recognition; /* ends the reading of those */
  QuarryExtractor *extractor;
  QuarryExtractor *idle_extractor; /* at the lowest priority */
  QuarryFollow *follow; /* NULL where changes are not followed */
};

/* --- Connections ----------------------------------------------------------------------------- */

QuarryConnection *quarry_library_borrow (QuarryLibrary *self, GError **error);
void quarry_library_give_back (QuarryLibrary *self, QuarryConnection *connection);

/* A snapshot of the indexes that agrees with what @connection sees: what other processes have
 * changed is taken over first. Inside quarry_store_begin_read(). (transfer full) */
QuarryIndexes *quarry_library_get_indexes (QuarryLibrary *self,
                                           QuarryConnection *connection,
                                           GError **error);

/* Takes the writer's lock and begins a transaction; NULL where the library cannot be written.
 * quarry_library_end_write() ends it, by commit or by rollback. */
QuarryConnection *quarry_library_begin_write (QuarryLibrary *self, GError **error);
gboolean quarry_library_end_write (QuarryLibrary *self, gboolean commit, GError **error);

/* The snapshot in force, without looking for other processes' changes. (transfer full) */
QuarryIndexes *quarry_library_current_indexes (QuarryLibrary *self);

/* Threads: any. */
void quarry_library_emit_changed (QuarryLibrary *self);

/* Has "changed" follow other processes' commits too. */
void quarry_library_watch (QuarryLibrary *self);

G_END_DECLS
