/* quarry-library-indexes-private.h: words and vectors beside the database
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* --- Both ------------------------------------------------------------------------------------ */

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

/* --- Numbers of passages --------------------------------------------------------------------- */

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

/* --- Index of words -------------------------------------------------------------------------- */

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

/* After an import: has its many small segments become few, while other work goes on. */
void quarry_library_begin_tidying_words (QuarryLibrary *self);

/* Then: waits until its many small segments have become few, and writes these where there
 * were any. Searches, and other writers, go on meanwhile. */
void quarry_library_tidy_words (QuarryLibrary *self);

/* What the index of words knows as a document's title: its file's name where it states none.
 * (transfer full) */
char *quarry_indexed_title (const QuarryDocumentRecord *record);

/* A passage's heading as it is indexed: levels are words apart. (transfer full) */
char *quarry_indexed_heading (const QuarryPassageRecord *passage);

/* The language whose stems a passage's words have: @document's, or the one that the passage is clearly in. */
const char *quarry_indexed_language (const QuarryPassageRecord *passage, const char *document);

/* --- Vectors ------------------------------------------------------------------------------------- */

typedef struct
{
  QuarryLibrary *library;
  QuarryIndexes *indexes;
  float *vector;
} QuarryEmbedMissing;

/* A QuarryPassageFunc: gives the passage a vector where the indexes of @user_data, a QuarryEmbedMissing, have none. */
gboolean quarry_library_embed_missing (const QuarryPassageRecord *passage, const char *title, gpointer user_data);

/* Gives those of the @n passages @ids a vector whose tokens are remembered, on several processors; added in this order. Returns the first of the others; -1: none. With the locks held under which vectors are added. */
gint64 quarry_library_embed_remembered (QuarryLibrary *self, QuarryIndexes *indexes, const gint64 *ids, guint n);

/* Gives all passages behind @after that have none, about @n, a vector by their texts, the same way. FALSE where these
 * cannot be read: then those before have theirs. */
gboolean quarry_library_embed_texts (
    QuarryLibrary *self, QuarryIndexes *indexes, QuarryStore *store, gint64 after, guint n, GError **error);

/* As quarry_library_reweigh(), but that the tokens of new passages are still remembered after it. @embed: whether all
 * passages get vectors by the new weights at once. */
gboolean quarry_library_reweigh_words (QuarryLibrary *self, gboolean force, gboolean embed, GError **error);

G_END_DECLS
