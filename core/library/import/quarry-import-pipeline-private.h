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

/* How long to wait for a file or folder; any server that works answers sooner. */
#define QUARRY_IMPORT_PATIENCE_SECONDS 60

typedef enum
{
  ITEM_FILE,       /* a file that is one document */
  ITEM_BEGIN,      /* the beginning of a file with documents inside */
  ITEM_PART,       /* one of the documents inside, or its own */
  ITEM_END,        /* the end of such a file */
} QuarryImportItemKind;

/* What the reading threads found out about a file or a part of it, for the writing thread. */
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
  gint64 known;         /* id of the document at this path when it was read; 0: none. For an ITEM_END, the id of one
                           of the documents in the file */
  gboolean is_changed;  /* of an ITEM_PART: its text differs from that of @known */
  gint64 moved;         /* id of a document with the same content whose file was moved here; 0: none */
  gboolean is_known;    /* its failure is recorded already, or is not to be recorded */
  gboolean is_passing;  /* the failure may be temporary, so it is tried again */
  gboolean is_cut_off;  /* its reader crashed or exceeded a limit */
  gboolean is_empty;    /* there is no text in it */
  gboolean recognize;   /* read text in its pictures too */
  gboolean has_pictures; /* it has pictures that may contain text */
  gboolean is_told;      /* it was already reported, without the text in its pictures */
  QuarryImport *owed_by; /* the import that counted it as found and must report it, while it waits for its pictures
                            to be read; may be gone */
  gboolean has_document; /* and is in the library, without that text */
  gboolean is_interrupted; /* reading its pictures was interrupted, because another import waits */
  guint n_passages;     /* of an ITEM_END */
  gboolean has_failed;  /* of an ITEM_END: an error occurred, rather than parts being skipped */
  gboolean is_chosen;   /* of an ITEM_END: a person removed some of its parts */
  GHashTable *taken_out; /* of an ITEM_END: how many parts of each hash are still to be left out because a person removed
                            them (quarry_taken_parts_of()); NULL: none */
  GHashTable *kept;     /* of an ITEM_END: the paths of all documents that are still in the file; NULL: all that the
                           library has */
  QuarryPrepared *prepared;
  QuarryByteGate *gate; /* the gate that its text passed; NULL: none */
  gsize bytes;          /* of text that passed the gate */
} QuarryImportItem;

typedef struct
{
  QuarryLibrary *library;
  QuarryImport *import;
  QuarryBoundedQueue *paths; /* of QuarryImportItem, with path and perhaps reason set: found, not yet read */
  QuarryBoundedQueue *items;
  QuarryByteGate *gate; /* limits the text that is being cut or waits in @items */
  gint readers_left; /* atomic: threads still reading */
  GHashTable *named; /* paths that a person named: they are tried even if they failed before */
  GHashTable *again; /* files to be read even if they have not changed */
  GHashTable *lost;  /* paths of parts that could not be stored; for the writing thread */
  GHashTable *passed_over; /* paths of parts that were removed while they were read; for the writing thread */
  QuarryIgnore *own;
  QuarryMounts *mounts;
  gint64 data_version;  /* of the database when the import began, as the writing connection sees it */
  GPtrArray *roots_then, *taken_out_then; /* of char *: the library's folders and what had been removed from them, at
                                             that time */
  GPtrArray *taken_parts_then; /* quarry_library_list_taken_parts() at that time */
  GPtrArray *roots, *places; /* what to walk, without places that do not answer; NULL-terminated */
  gint is_silent;            /* atomic: the walk was given up, so files that it did not find may exist */
  QuarryStore *scan_connection; /* for the walking thread */
  QuarryExtractor *extractor;
  QuarryExtractor *recognizer; /* for text in pictures; at the lowest priority; NULL: pictures are not read */
  QuarryBackground background;
  guint n_cutting;           /* the number of threads that cut one long document */
  gint n_reading; /* atomic: the number of reading threads started */
  gint n_readers; /* the number of reading threads that there will be */
  GMutex lock;
  GCancellable *recognition; /* interrupts the reading of pictures */
  GHashTable *claimed; /* id of a document that was found to have moved -> its new path; under the lock */
} QuarryImportPipeline;

QuarryImportItem *quarry_import_item_new (const char *path);
void quarry_import_item_free (QuarryImportItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryImportItem, quarry_import_item_free)

/* Sets status and reason. @reason: (transfer full) */
void quarry_import_item_refuse (QuarryImportItem *item, QuarryImportStatus status, char *reason);

/* Whether its pictures are still to be looked into: it was read without them, or could not be read this time. */
gboolean quarry_import_item_pictures_wait (const QuarryImportItem *item);

gint64 quarry_import_modified_of (const struct stat *info);
void quarry_import_item_set_file (QuarryImportItem *item, const struct stat *info);

/* Whether the item's file is unchanged since a document was read from it. The ctime is compared too: it changes with
 * every change, and nobody can set it back. Some servers report a ctime that means something else, so there it is
 * ignored. */
gboolean quarry_import_item_is_same (const QuarryImportItem *item,
                                     QuarryMounts *mounts,
                                     gint64 size,
                                     gint64 modified_ns,
                                     gint64 changed_ns);

/* Determines what the import is to look at, given the current state of the library: sets own, mounts, again, places
 * and roots. Returns what is to be removed, or NULL. (transfer full) */
QuarryLeaving *quarry_import_find_places (QuarryImportPipeline *pipeline);

/* Reports @path, on a server or drive that does not answer, as failed. */
void quarry_import_refuse_silent (QuarryImportPipeline *pipeline, const char *path);

/* Reads the item's file and everything inside it. Documents inside it go to the writing thread one by one. For
 * reading threads, each of which has its own connection. */
void quarry_import_read_item (QuarryImportPipeline *pipeline,
                              QuarryStore *connection,
                              QuarryImportItem *item);

/* Sets item->is_known if its failure is recorded already, or should not be recorded because somebody mistyped a
 * name. */
void quarry_import_note_known_reason (QuarryImportPipeline *pipeline,
                                      QuarryStore *connection,
                                      QuarryImportItem *item);

/* Passes an item to the writing thread, and cuts the rest of its document while that is being stored. Returns the
 * number of its passages. */
guint quarry_import_hand_over (QuarryImportPipeline *pipeline, QuarryImportItem *item);

/* Up to this many small documents that wait are stored in one transaction. A transaction for each would mostly write
 * the same database pages again. */
#define QUARRY_IMPORT_MOST_TOGETHER 64u
gboolean quarry_import_item_is_small (gconstpointer item);
/* Whether its document is only to get another path. As many such items are stored in one transaction. */
gboolean quarry_import_item_has_moved (gconstpointer item);

/* Stores the result for the items and reports it. If there are several, all of them must be small, or all have moved.
 * Then they are stored in one transaction or, if the library refuses one, each in its own. For the writing thread. */
void quarry_import_write_items (QuarryImportPipeline *pipeline, QuarryImportItem *const *items, guint n);

/* Waits until this import may run. import_turn is then held. */
void quarry_import_begin_turn (QuarryLibrary *self);

/* Tells the running imports that what is at @path and below it (@records, of QuarryDocumentRecord) has been removed
 * from the library, so that they do not put it back. With write_lock held. */
void quarry_imports_take_out (QuarryLibrary *self, const char *path, const GPtrArray *records);

/* Records the state of the library, with which the functions below compare. */
void quarry_import_remember_library (QuarryImportPipeline *pipeline);
void quarry_import_forget_library (QuarryImportPipeline *pipeline);
/* The first tells whether other processes have written since; only then it makes sense to ask the other two. These
 * tell whether others removed the item's document, file or folder, and whether others stored what the item's file
 * holds now, so that it need not be stored again. */
gboolean quarry_import_others_wrote (QuarryImportPipeline *pipeline);
gboolean quarry_import_others_took_out (QuarryImportPipeline *pipeline, const QuarryImportItem *item);
gboolean quarry_import_others_stored (QuarryImportPipeline *pipeline, const QuarryImportItem *item);

/* Queues a file, which has been read without its pictures, to have these read. */
void quarry_import_put_off_pictures (QuarryImportPipeline *pipeline, const QuarryImportItem *item);

/* Queues the file again where the import is being stopped in favour of another before it has stored the text of the
 * file's pictures. */
void quarry_import_give_back_pictures (QuarryImportPipeline *pipeline, const QuarryImportItem *item);

/* Counts the files left in the queue by earlier imports as work of this one. */
void quarry_import_count_pictures (QuarryLibrary *self, QuarryImport *import);

/* Reads the queued files. It is the last thing that a reading thread does; the thread has the lowest priority from
 * then on. */
void quarry_import_read_pictures (QuarryImportPipeline *pipeline, QuarryStore *connection);

/* Records whether the pictures of a file in the library wait to be read. */
gboolean quarry_import_mark_pictures (QuarryLibrary *self, const char *path, gboolean wait, GError **error);

void quarry_import_drop_pictures (QuarryLibrary *self);

void quarry_import_report_item (QuarryImportPipeline *pipeline,
                                const QuarryImportItem *item,
                                guint n_passages);

G_END_DECLS
