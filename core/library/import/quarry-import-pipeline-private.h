/* quarry-import-pipeline-private.h: what the parts of an import share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <sys/stat.h>

#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/import/quarry-leaving-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/import/quarry-taken-out-private.h"
#include "core/library/quarry-library-private.h"
#include "core/machine/quarry-background.h"
#include "core/machine/quarry-bounded-queue.h"
#include "core/machine/quarry-byte-gate.h"

G_BEGIN_DECLS

/* Longer than any server takes that works. */
#define QUARRY_IMPORT_PATIENCE_SECONDS 60

typedef enum
{
  ITEM_FILE,       /* a whole file */
  ITEM_BEGIN,      /* a file with others inside begins */
  ITEM_PART,       /* one of the documents inside, or its own */
  ITEM_END,        /* all of them have come */
} QuarryImportItemKind;

/* What a reading thread made of one file, or a part of it, for the writing thread. */
typedef struct
{
  QuarryImportItemKind kind;
  char *path;
  QuarryImportStatus status;
  char *reason;
  gint64 size;
  gint64 modified_ns;
  gint64 changed_ns;
  gboolean is_regular;
  guint64 work;
  gint64 known;         /* id of the document that the library had of it when it was read; 0: none. Of an
                         * ITEM_END one of those in the file */
  gboolean is_changed;  /* of an ITEM_PART: its text is another than that of @known */
  gint64 moved;         /* id of the document whose file is here now, its content the same; 0: none */
  gboolean is_known;    /* its failure, if it is one, is recorded already or not to be */
  gboolean is_passing;  /* another try may well succeed */
  gboolean is_cut_off;  /* its reader was, by itself or by its limits */
  gboolean is_empty;    /* there is no text in it */
  gboolean recognize;   /* look into its pictures too */
  gboolean has_pictures; /* in which such a look may find text */
  gboolean is_told;      /* it has been reported without them */
  QuarryImport *owed_by; /* the import that has counted it and is to report it, where it waits; may be gone */
  gboolean has_document; /* and is in the library without them */
  gboolean is_interrupted; /* that look was, for others */
  guint n_passages;     /* of an ITEM_END */
  GHashTable *kept;     /* of an ITEM_END: the paths of all documents; NULL: as they are */
  QuarryPrepared *prepared;
  QuarryByteGate *gate; /* through which its text came in; NULL: none */
  gsize bytes;          /* of that */
} QuarryImportItem;

typedef struct
{
  QuarryLibrary *library;
  QuarryImport *import;
  QuarryBoundedQueue *paths; /* of QuarryImportItem, path and perhaps reason set */
  QuarryBoundedQueue *items;
  QuarryByteGate *gate; /* for the text of what is being cut or waits in @items */
  gint readers_left; /* atomic */
  GHashTable *named; /* paths that a person named: never passed over for what happened before */
  GHashTable *again; /* files in which such a path failed: they are read whether they have changed or not */
  GHashTable *lost;  /* paths of parts that could not be stored; the writing thread's */
  GHashTable *passed_over; /* paths of parts that were taken out meanwhile; the writing thread's */
  QuarryIgnore *own;
  QuarryMounts *mounts;
  gint64 data_version;  /* of the database when the import began its work, as the writing connection sees it */
  GPtrArray *roots_then, *taken_out_then; /* of char *: the library's folders, and what was taken out of them, then */
  GPtrArray *taken_parts_then; /* as quarry_library_list_taken_parts() */
  GPtrArray *roots, *places; /* what is to be walked, without what does not answer; NULL at their ends */
  gint is_silent;            /* atomic: the walk was given up, so that what is missing may be there */
  QuarryConnection *scan_connection; /* of the thread that walks */
  QuarryExtractor *extractor;
  QuarryExtractor *recognizer; /* at the lowest priority; NULL: pictures are not looked into */
  QuarryBackground background;
  guint n_cutting;           /* threads that cut one long document */
  gint n_reading; /* atomic: reading threads that have begun */
  GMutex lock;
  GCancellable *recognition; /* ends looking into pictures */
  GHashTable *claimed; /* ids of documents that have been found moved; under the lock */
} QuarryImportPipeline;

QuarryImportItem *quarry_import_item_new (const char *path);
void quarry_import_item_free (QuarryImportItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryImportItem, quarry_import_item_free)

/* @reason: (transfer full) */
void quarry_import_item_refuse (QuarryImportItem *item, QuarryImportStatus status, char *reason);

gint64 quarry_import_modified_of (const struct stat *info);
void quarry_import_item_set_file (QuarryImportItem *item, const struct stat *info);

/* Whether the item's file is as it was when a document was read from it. Its ctime changes with all that is done to it,
 * and nobody can set it back; but not every server tells one that means this. */
gboolean quarry_import_item_is_same (const QuarryImportItem *item,
                                     QuarryMounts *mounts,
                                     gint64 size,
                                     gint64 modified_ns,
                                     gint64 changed_ns);

/* Finds out what the import is to look at, by the library as it is now: pipeline->own, mounts, again, places and roots.
 * Returns what is to leave for it, or NULL. (transfer full) */
QuarryLeaving *quarry_import_find_places (QuarryImportPipeline *pipeline);

/* Tells of @path, on a server or drive that does not answer. */
void quarry_import_refuse_silent (QuarryImportPipeline *pipeline, const char *path);

/* Reads the item's file, and all that is inside it: those documents go to the writing thread by
 * themselves. For reading threads, each with a connection of its own. */
void quarry_import_read_item (QuarryImportPipeline *pipeline,
                              QuarryConnection *connection,
                              QuarryImportItem *item);

/* Sees whether the item's failure is recorded already, or is none to be: that of a name without a file, which
 * the library knows nothing of. */
void quarry_import_note_known_reason (QuarryImportPipeline *pipeline,
                                      QuarryConnection *connection,
                                      QuarryImportItem *item);

/* Hands an item to the writing thread, and cuts what is left of its document while that stores it. Returns how many
 * passages it has. */
guint quarry_import_hand_over (QuarryImportPipeline *pipeline, QuarryImportItem *item);

/* So many small documents go into the database together, where they wait: of what a transaction of their own
 * would write, most would be the same pages. */
#define QUARRY_IMPORT_MOST_TOGETHER 16u
gboolean quarry_import_item_is_small (gconstpointer item);

/* Stores what became of the items, and reports it. More than one are all small: then all documents are stored in one
 * transaction, or, where the library does not take one of them, each in its own. For the writing thread. */
void quarry_import_write_items (QuarryImportPipeline *pipeline, QuarryImportItem *const *items, guint n);

/* Takes the library's turn to import; import_turn is held then. */
void quarry_import_begin_turn (QuarryLibrary *self);

/* Tells imports that what is at @path and below it, @records (of QuarryDocumentRecord), has been taken out of the
 * library, so that it does not come back with what they have read of it. With the writer's lock held. */
void quarry_imports_take_out (QuarryLibrary *self, const char *path, const GPtrArray *records);

/* From here on it can be told what others do. */
void quarry_import_remember_library (QuarryImportPipeline *pipeline);
void quarry_import_forget_library (QuarryImportPipeline *pipeline);
/* Whether other processes have written since; only then the next two are worth to be asked: that they took the item's
 * document, file or folder out,
 * and that they stored what the item's file holds now, so that it need not be stored again. */
gboolean quarry_import_others_wrote (QuarryImportPipeline *pipeline);
gboolean quarry_import_others_took_out (QuarryImportPipeline *pipeline, const QuarryImportItem *item);
gboolean quarry_import_others_stored (QuarryImportPipeline *pipeline, const QuarryImportItem *item);

/* Keeps a file, which has been read without its pictures, to look into these. */
void quarry_import_put_off_pictures (QuarryImportPipeline *pipeline, const QuarryImportItem *item);

/* An import that is ended for another has not stored what it read of the file's pictures: they wait on. */
void quarry_import_give_back_pictures (QuarryImportPipeline *pipeline, const QuarryImportItem *item);

/* Counts those that earlier imports have left as work of this one. */
void quarry_import_count_pictures (QuarryLibrary *self, QuarryImport *import);

/* Does so with those that are kept. The last part of a reading thread's work: it has the lowest priority from
 * then on. */
void quarry_import_read_pictures (QuarryImportPipeline *pipeline, QuarryConnection *connection);

/* Remembers whether the pictures of a file in the library wait to be read. */
gboolean quarry_import_mark_pictures (QuarryLibrary *self, const char *path, gboolean wait, GError **error);

void quarry_import_drop_pictures (QuarryLibrary *self);

void quarry_import_report_item (QuarryImportPipeline *pipeline,
                                const QuarryImportItem *item,
                                guint n_passages);

G_END_DECLS
