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
#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/lexical/quarry-lexical-index.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library.h"
#include "core/library/quarry-token-memory.h"
#include "core/library/search/quarry-analysis.h"
#include "core/segment/quarry-segmenter.h"
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

/* --- Indexes --------------------------------------------------------------------------------- */

/* Opens the files of the indexes where they fit, adds what they lack. */
gboolean quarry_library_load_indexes (QuarryLibrary *self, GError **error);

/* Embeds the passages that have no vectors yet on a thread: many are missing where the library was
 * made with another model. Searches find by words what it has not come to, and never compare vectors
 * of two models. Stopping keeps what is done; the next time it goes on from there. */
void quarry_library_catch_up (QuarryLibrary *self);
void quarry_library_stop_catching_up (QuarryLibrary *self);

/* Brings the indexes up to @generation, which @connection sees, after another process wrote. */
gboolean quarry_library_sync_indexes (QuarryLibrary *self,
                                      QuarryConnection *connection,
                                      gint64 generation,
                                      GError **error);

/* After a search has found the vectors damaged: makes them anew, where nobody else has meanwhile.
 * (transfer full): the snapshot in force then. */
QuarryIndexes *quarry_library_mend_vectors (QuarryLibrary *self, GError **error);

/* After a search has found the index of words damaged, the same. */
QuarryIndexes *quarry_library_mend_words (QuarryLibrary *self, GError **error);

/* Makes the token weights anew from the library's own words, where it has grown enough since the
 * last time or @force is set, and with them all vectors. */
gboolean quarry_library_reweigh (QuarryLibrary *self, gboolean force, GError **error);

/* Makes both indexes anew, with the weights in force. */
gboolean quarry_library_rebuild_indexes (QuarryLibrary *self, GError **error);

/* Writes the files of the indexes, where they are behind. A failure costs time at the next start
 * only. */
void quarry_library_save_indexes (QuarryLibrary *self);

/* Takes what an import adds to the indexes out of memory, once that is much; with the writer's lock held, also inside
 * of a transaction. */
void quarry_library_spare_memory (QuarryLibrary *self, QuarryIndexes *indexes);
/* The same for vectors alone. */
void quarry_library_spare_vectors (QuarryLibrary *self, QuarryVectorIndex *vectors);

/* Before the index of vectors is saved: gives it queries to measure with, where it will. */
void quarry_library_prepare_vectors (QuarryLibrary *self,
                                     QuarryIndexes *indexes,
                                     const char *path,
                                     const char *mark);

/* --- Numbers of passages ----------------------------------------------------------------------- */

/* Names the library that @store is of; "" where it has no name yet. NULL on error. (transfer full) */
char *quarry_library_dup_identity (QuarryStore *store, GError **error);

/* A file of the indexes holds, or is about to, a passage of this number. With the writer's lock held, or by who opens the
 * library. */
void quarry_library_note_number (QuarryLibrary *self, gint64 number);

/* Gives the library its name where it has none, and passes over the numbers that files hold; in each transaction that
 * writes. */
gboolean quarry_library_begin_numbers (QuarryLibrary *self, GError **error);

/* Gives a library that is of before there were names its own at once, and its files with it: once the database has it,
 * they pass for another's, and whoever opens the library has to make them anew. */
void quarry_library_give_name (QuarryLibrary *self);

/* --- Index of words ---------------------------------------------------------------------------- */

char *quarry_library_words_path (QuarryLibrary *self);

/* Opens the index's file, or begins a new one, and adds what it lacks; *n_changed gets how much that was.
 * *is_new: there was no file, or none of any use. One that only cannot be read may be of use to others.
 * (transfer full) */
QuarryLexicalIndex *quarry_library_open_words (QuarryLibrary *self,
                                               QuarryStore *store,
                                               guint *n_changed,
                                               gboolean *is_new,
                                               GError **error);

/* Adds to the words what the database has and they lack, and takes out what it lacks. */
gboolean quarry_library_complete_words (QuarryLexicalIndex *words,
                                        QuarryStore *store,
                                        guint *n_changed,
                                        GError **error);

/* The same for the words in force, after a change that has been rolled back; with the writer's lock
 * held. */
void quarry_library_restore_words (QuarryLibrary *self);

/* Writes the file, as of what @store sees; with the lock for writing held, or by who opens the library. */
void quarry_library_save_words (QuarryLibrary *self, QuarryStore *store, QuarryIndexes *indexes);

/* What the index of words knows as a document's title: its file's name where it states none.
 * (transfer full) */
char *quarry_indexed_title (const QuarryDocumentRecord *record);

/* After an import: has its many small segments become few, while other work goes on. */
void quarry_library_begin_tidying_words (QuarryLibrary *self);

/* Then: waits until its many small segments have become few, and writes these where there
 * were any. Searches, and other writers, go on meanwhile. */
void quarry_library_tidy_words (QuarryLibrary *self);

/* A passage's heading as it is indexed: levels are words apart. (transfer full) */
char *quarry_indexed_heading (const QuarryPassageRecord *passage);

/* The language whose stems a passage's words have: @document's, or the one that the passage is clearly in. */
const char *quarry_indexed_language (const QuarryPassageRecord *passage, const char *document);

/* Threads: any. */
void quarry_library_emit_changed (QuarryLibrary *self);

/* Has "changed" follow other processes' commits too. */
void quarry_library_watch (QuarryLibrary *self);

/* The passages that were opened last, the last first, at most 20; those that are gone may be among
 * them. (transfer full): of gint64, also with an error. */
GArray *quarry_opened_list (QuarryStore *store, GError **error);
/* @passages had the ids @old; inside a transaction. */
gboolean quarry_opened_renumber (QuarryStore *store, const gint64 *old, GPtrArray *passages, GError **error);

/* --- Changing documents ------------------------------------------------------------------------ */

/* Ready to be cut and put. @record: (transfer full), its path set. */
QuarryPrepared *quarry_library_prepare (QuarryLibrary *self,
                                        QuarryDocumentRecord *record,
                                        QuarryDocument *document,
                                        double granularity);

/* Puts a prepared document in the library, over an older one of the same path, and over what was
 * inside that, in one transaction. */
gboolean quarry_library_put (QuarryLibrary *self, QuarryPrepared *prepared, GError **error);

/* The same for @n of them, in one transaction: all, or none. */
gboolean quarry_library_put_all (QuarryLibrary *self, QuarryPrepared *const *prepared, guint n, GError **error);

/* The file of a document is now called @path. Its passages stay as they are, but get new ids where they are found by
 * the file's name. */
gboolean quarry_library_move (QuarryLibrary *self,
                              gint64 document,
                              const char *path,
                              gint64 size,
                              gint64 modified_ns,
                              gint64 changed_ns,
                              GError **error);

/* The file at @path has been read to its end: the documents at it and inside it are of this file
 * as it is now, and those whose paths are not in @kept are gone. That it failed before is over, but for
 * that only a part of it was read. @has_pictures: that
 * wait to be read. */
gboolean quarry_library_settle (QuarryLibrary *self,
                                const char *path,
                                GHashTable *kept,
                                gint64 size,
                                gint64 modified_ns,
                                gint64 changed_ns,
                                gboolean has_pictures,
                                GError **error);

/* What leaves the library with its files. */
typedef struct _QuarryLeaving QuarryLeaving;

/* The documents and failures at @paths and below them whose files are no more, or that a rule passes over now.
 * (transfer full) */
QuarryLeaving *quarry_library_find_leaving (QuarryLibrary *self,
                                            const char *const *paths,
                                            GCancellable *cancellable,
                                            GError **error);
/* Those of them that have not come back. */
gboolean quarry_library_take_out_leaving (QuarryLibrary *self, QuarryLeaving *leaving, GError **error);
/* Whether what is at @path, or a folder that it is in, is a link now, which no walk of the library's folder follows: of
 * the widest one that @path is in, so that one of the library's folders within may be such a link. */
gboolean quarry_leaving_is_behind_link (QuarryLeaving *self, const char *path);
void quarry_leaving_free (QuarryLeaving *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryLeaving, quarry_leaving_free)

/* Takes a document out, inside a transaction; the ids of its passages go to @gone. */
gboolean quarry_library_take_out (QuarryLibrary *self,
                                  const QuarryDocumentRecord *record,
                                  GArray *gone,
                                  GError **error);

/* Ends a write that took out the passages @gone; by rollback where not @done. */
gboolean quarry_library_end_taking_out (QuarryLibrary *self, gboolean done, GArray *gone, GError **error);

/* (transfer full) @path without links, as an import writes it down. The file itself may be gone. */
char *quarry_path_resolve (const char *path);

/* The folders that were imported by their names. (transfer full): of char *. */
GPtrArray *quarry_library_list_roots (QuarryStore *store);
gboolean quarry_library_set_roots (QuarryStore *store, GPtrArray *roots, GError **error);
/* Of these, those of which it is known what a person named in them: their rules decide on all else that is in the
 * library. Before files that were named before their folder were remembered, no rule took anything out. (transfer full):
 * of char *. */
GPtrArray *quarry_library_list_ruled (QuarryStore *store);
/* Makes @folders such, once the files @named, which their rules pass over, are remembered. Inside a transaction. */
gboolean quarry_library_keep_named (QuarryStore *store, GPtrArray *folders, GPtrArray *named, GError **error);
/* Those at @path and below it are the library's no more. */
gboolean quarry_library_forget_roots (QuarryStore *store, const char *path, GError **error);
/* @path, a file, a folder or what is inside a file, has been taken out of the library: where it lies in one of its
 * folders still, had documents (@records, of QuarryDocumentRecord), and is not gone for good, it is passed over from now
 * on, until a person names it: a file or folder by its path, what is inside a file by its text, as its place there
 * changes with what else is added or deleted (mails are numbered). What was remembered of paths below a file or folder
 * goes. Inside a transaction, after quarry_library_forget_roots(). */
gboolean quarry_library_remember_taken_out (QuarryStore *store,
                                            const char *path,
                                            const GPtrArray *records,
                                            GError **error);
/* What is passed over for that. (transfer full): of char *. */
GPtrArray *quarry_library_list_taken_out (QuarryStore *store);
/* What of that is inside files, for the functions below. (transfer full): of char *. */
GPtrArray *quarry_library_list_taken_parts (QuarryStore *store);
/* The content hashes of those of @parts that are inside @file; NULL where there are none. (transfer full): char * -> how
 * many of them have it. */
GHashTable *quarry_taken_parts_of (const GPtrArray *parts, const char *file);
/* Whether a part with this hash, met in the file, is one of these: each stands for one of several that are equal. */
gboolean quarry_taken_parts_take (GHashTable *hashes, const char *hash);
/* What of both lies, or lay, at @paths and below and is gone for good. (transfer full): of char *. */
GPtrArray *quarry_library_find_gone_taken_out (QuarryStore *store,
                                               const char *const *paths,
                                               QuarryMounts *mounts,
                                               GCancellable *cancellable);
/* Forgets that of @gone which has not come back. Inside a transaction. */
gboolean quarry_library_forget_taken_out (QuarryStore *store,
                                          const GPtrArray *gone,
                                          QuarryMounts *mounts,
                                          GError **error);
/* Whether one of @parts had the path @path, or one below it, when it was taken out. */
gboolean quarry_taken_parts_has (const GPtrArray *parts, const char *path);
/* The innermost of @roots that holds @path; NULL for none. (transfer none) */
const char *quarry_roots_find (GPtrArray *roots, const char *path);
/* Adds to what is remembered what a person names now, and where it is mounted. */
gboolean quarry_library_remember_roots (QuarryLibrary *self, const char *const *paths, GError **error);
/* Those whose changes are followed. (transfer full): of char *. */
GPtrArray *quarry_library_list_watched (QuarryStore *store);
/* (transfer full) */
QuarryIgnore *quarry_library_own_rules (QuarryStore *store);
QuarryMounts *quarry_library_mounts (QuarryStore *store);

gboolean quarry_library_set_granularity (QuarryLibrary *self,
                                         gint64 document,
                                         double granularity,
                                         gint64 *new_document,
                                         GCancellable *cancellable,
                                         GError **error);

/* Sums of weighted token rows, a row a sentence; (transfer full), words->n × dims. */
float *quarry_embed_sentences (QuarryEmbedder *embedder,
                               const float *weights,
                               const QuarrySentenceWords *words);

/* The same; the numbers of the tokens, too, as quarry_embedder_tokenize_sentences() gives them; @tokens has
 * to be empty. */
float *quarry_read_sentences (QuarryEmbedder *embedder,
                              const float *weights,
                              const QuarrySentenceWords *words,
                              GArray *tokens,
                              guint32 *first_tokens);

/* The sentences that @passage consists of: from *first to before *end. FALSE where one of them is cut by it. */
gboolean quarry_find_sentences (const char *text,
                                const QuarrySpan *sentences,
                                guint n_sentences,
                                QuarrySpan passage,
                                guint *first,
                                guint *end);

/* --- Without files: for measuring ---------------------------------------------------------------- */

/* @path names the document. */
gboolean quarry_library_add_document (QuarryLibrary *self,
                                      const char *path,
                                      QuarryDocument *document,
                                      GError **error);

/* A search as if some documents were not there; for queries without filters. */
QuarryAnswer *quarry_library_search_without (QuarryLibrary *self,
                                             const char *query,
                                             const QuarrySearchOptions *options,
                                             const gint64 *documents,
                                             guint n_documents,
                                             GCancellable *cancellable,
                                             GError **error);

/* Makes token weights of all that has been added. */
gboolean quarry_library_finish_adding (QuarryLibrary *self, GError **error);

/* --- Import -------------------------------------------------------------------------------------- */

void quarry_library_stop_imports (QuarryLibrary *self);

/* Looks again at @paths, each of which lies in the library's folder @roots[i], as a walk of that would
 * come to it. (transfer full) */
QuarryImport *quarry_library_look_again (QuarryLibrary *self,
                                         const char *const *roots,
                                         const char *const *paths,
                                         gboolean gently);

/* --- Following ----------------------------------------------------------------------------------- */

/* Ends it; on the main context. */
void quarry_follow_free (QuarryFollow *self);

/* The library's folders may be others now. Threads: any. */
void quarry_follow_reload (QuarryFollow *self);

/* Takes up what waits, where nothing is in its way. Threads: the main context. */
void quarry_follow_go_on (QuarryFollow *self);

/* What became of the folder @path; FALSE where nothing is known of it. Threads: any. */
gboolean quarry_follow_get_state (QuarryFollow *self, const char *path, QuarryFolderState *state);

/* The display name of a path: UTF-8, for people. (transfer full) */
char *quarry_path_display_name (const char *path);

G_END_DECLS
