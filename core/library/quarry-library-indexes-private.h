/* quarry-library-indexes-private.h: the word index and the vector index of a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* --- Both ------------------------------------------------------------------------------------ */

/* A snapshot without indexes yet. @weights: (transfer full), one for each token of the model; NULL: all 1. @epoch: the
 * name of these weights. (transfer full) */
QuarryIndexes *quarry_indexes_new (QuarryLibrary *self, float *weights, const char *epoch);

/* Makes @indexes the current snapshot. Its files have yet to be written. @indexes: (transfer full) */
void quarry_library_put_in_force (QuarryLibrary *self, QuarryIndexes *indexes);

/* Opens the files of the indexes, if they belong to this library and state, and adds what they lack. */
gboolean quarry_library_load_indexes (QuarryLibrary *self, GError **error);

/* Starts a thread that embeds the passages without vectors. Many have none where the library was made with another
 * model. Until it is done, searches find these passages by words; vectors of two models are never compared. If it is
 * stopped, it continues from there next time. */
void quarry_library_catch_up (QuarryLibrary *self);

void quarry_library_stop_catching_up (QuarryLibrary *self);

/* Brings the indexes up to @generation, which @connection sees and which another process wrote. */
gboolean quarry_library_sync_indexes (QuarryLibrary *self,
                                      QuarryStore *connection,
                                      gint64 generation,
                                      GError **error);

/* To be called when a search has found the vectors damaged: makes them anew, unless another thread already has.
 * (transfer full): the snapshot that is then current */
QuarryIndexes *quarry_library_mend_vectors (QuarryLibrary *self, GError **error);

/* The same for the word index. */
QuarryIndexes *quarry_library_mend_words (QuarryLibrary *self, GError **error);

/* Makes both indexes anew, with the current weights. */
gboolean quarry_library_rebuild_indexes (QuarryLibrary *self, GError **error);

/* Writes the files of the indexes, if they are out of date. If that fails, the next start only takes longer, and it is
 * tried again the next time; the error says so. */
gboolean quarry_library_save_indexes (QuarryLibrary *self, GError **error);

/* During an import: writes what was added to the indexes to files once it takes much memory. With write_lock held;
 * allowed within a transaction. */
void quarry_library_spare_memory (QuarryLibrary *self, QuarryIndexes *indexes);

/* The same for the vectors alone. */
void quarry_library_spare_vectors (QuarryLibrary *self, QuarryVectorIndex *vectors);

/* --- Numbers of passages --------------------------------------------------------------------- */

/* The identity (a UUID) of the library that @store belongs to; "" where it has none yet. NULL on error. (transfer
 * full) */
char *quarry_library_dup_identity (QuarryStore *store, GError **error);

/* Notes that a file of the indexes holds, or is about to hold, a passage with this id, so that no other passage gets
 * it. With write_lock held, or while the library is being opened. */
void quarry_library_note_number (QuarryLibrary *self, gint64 number);

/* Gives the library an identity where it has none, and makes the database skip ids that files may hold. To be called
 * at the beginning of each write transaction. */
gboolean quarry_library_begin_numbers (QuarryLibrary *self, GError **error);

/* Gives a library of a version without identities its identity, and saves its files with it at once: as soon as the
 * database has an identity, files without it count as another library's and would be made anew by whoever opens the
 * library. */
void quarry_library_give_name (QuarryLibrary *self);

/* --- Index of words -------------------------------------------------------------------------- */

char *quarry_library_words_path (QuarryLibrary *self);

/* Opens the file of the word index, or begins a new index, and adds what it lacks; *n_changed gets how much that was.
 * *is_new: there was no usable file. It is not set where the file only cannot be read by this process, as it may be
 * usable for others. (transfer full) */
QuarryLexicalIndex *quarry_library_open_words (QuarryLibrary *self,
                                               QuarryStore *store,
                                               guint *n_changed,
                                               gboolean *is_new,
                                               GError **error);

/* Makes the word index agree with the database: adds missing passages and removes those that no longer exist. */
gboolean quarry_library_complete_words (QuarryLexicalIndex *words,
                                        QuarryStore *store,
                                        guint *n_changed,
                                        GError **error);

/* The same for the current word index, after a change has been rolled back; with write_lock held. */
void quarry_library_restore_words (QuarryLibrary *self);

/* Writes the file, marked with the state that @store sees; with write_lock held, or while the library is being
 * opened. */
gboolean quarry_library_save_words (QuarryLibrary *self, QuarryStore *store, QuarryIndexes *indexes, GError **error);

/* Begins, in a thread that is returned, to put the index in order after an import: what is in memory becomes a segment,
 * and the many small segments begin to be merged. With write_lock held until the caller has joined the thread. */
GThread *quarry_library_begin_tidying_words (QuarryLibrary *self);

/* Waits until that is done, and writes the file if anything was merged. Searches and other writers can continue
 * meanwhile. */
void quarry_library_tidy_words (QuarryLibrary *self);

/* The file name that a document is indexed under, beside its title if it has one; "" for a number alone beside a title.
 * (transfer full) */
char *quarry_indexed_name (const char *path, const char *title);

/* The title that a document is indexed under: its own or, where it states none, its file name. (transfer full) */
char *quarry_indexed_title (const QuarryDocumentRecord *record);

/* A passage's heading as it is indexed, with blanks between its levels. That of the first passage of a document ends
 * with its file name, where it has a title of its own, its author and its keywords, since it is found by these, too.
 * @record: NULL where it is not known. (transfer full) */
char *quarry_indexed_heading (const QuarryPassageRecord *passage, const QuarryDocumentRecord *record);

/* The language that a passage's words are stemmed in: that of the document, unless the passage is clearly in
 * another. */
const char *quarry_indexed_language (const QuarryPassageRecord *passage, const char *document);

/* --- Vectors ------------------------------------------------------------------------------------- */

typedef struct
{
  QuarryLibrary *library;
  QuarryIndexes *indexes;
  float *vector;
} QuarryEmbedMissing;

/* A QuarryPassageFunc; @user_data: a QuarryEmbedMissing. Gives the passage a vector if its indexes have none. */
gboolean quarry_library_embed_missing (const QuarryPassageRecord *passage, const char *title, gpointer user_data);

/* Gives a vector to those of the @n passages @ids whose tokens are remembered, using several processors; the vectors
 * are added in the order of @ids. Returns the first id whose tokens are not remembered; -1: none. With the locks held
 * that changing the vectors takes. */
gint64 quarry_library_embed_remembered (QuarryLibrary *self, QuarryIndexes *indexes, const gint64 *ids, guint n);

/* The same for all passages behind @after without a vector, about @n, from their texts. FALSE where reading these
 * fails; the passages before that point then have their vectors. */
gboolean quarry_library_embed_texts (
    QuarryLibrary *self, QuarryIndexes *indexes, QuarryStore *store, gint64 after, guint n, GError **error);

/* Makes the vectors agree with the database: removes those of passages that no longer exist and adds those that are
 * missing, unless more than @most are. *n_changed gets their number, also where they were too many to add. With the
 * locks held that changing the vectors takes. */
gboolean quarry_library_complete_vectors (QuarryLibrary *self,
                                          QuarryIndexes *indexes,
                                          QuarryStore *store,
                                          guint most,
                                          guint *n_changed,
                                          GError **error);

/* An empty vector index for the library's model, with the recall that the person has chosen. (transfer full) */
QuarryVectorIndex *quarry_library_new_vectors (QuarryLibrary *self, QuarryStore *store);

/* Sets the recall that the person has chosen, if any. */
void quarry_library_promise_recall (QuarryVectorIndex *vectors, QuarryStore *store);

/* Before the vector index is saved: gives it queries to measure its recall with, if it needs them. */
void quarry_library_prepare_vectors (QuarryLibrary *self,
                                     QuarryIndexes *indexes,
                                     const char *path,
                                     const char *mark);

/* --- Token weights ------------------------------------------------------------------------------- */

/* A snapshot, without indexes yet, with the token weights stored in the library; without weights where these were
 * made for another model. NULL on error. (transfer full) */
QuarryIndexes *quarry_library_load_weights (QuarryLibrary *self, QuarryStore *store, GError **error);

/* The epoch of @weights: the beginning of their hash, so that the same library always gets the same. (transfer full) */
char *quarry_library_name_weights (GBytes *weights);

/* The epoch of the weights stored in the library; NULL where there are none, or where another program has the library
 * open with another model and stored weights for that: this process cannot use them. (transfer full) */
char *quarry_library_dup_weights_epoch (QuarryLibrary *self, QuarryStore *store);

/* Makes the token weights anew from the library's own words, and with them all vectors, if the library has grown
 * enough since the last time or @force is set. */
gboolean quarry_library_reweigh (QuarryLibrary *self, gboolean force, GError **error);

/* Like quarry_library_reweigh(), but the tokens of new passages stay remembered afterwards. @embed: whether all
 * passages get vectors by the new weights at once. */
gboolean quarry_library_reweigh_words (QuarryLibrary *self, gboolean force, gboolean embed, GError **error);

G_END_DECLS
