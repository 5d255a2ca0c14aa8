/* quarry-vector-index.h: nearest neighbours by cosine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made for a desktop's library: up to a few million unit vectors of a few hundred dimensions, which are added and
 * removed all the time and searched at every keystroke. Plain C over arrays. It depends on GLib and core/mapping only
 * and on nothing above them, so that it can be taken out and used elsewhere: compile these two folders (with
 * -D_GNU_SOURCE, and with GETTEXT_PACKAGE defined for the translations of errors). This is the only header that callers
 * need.
 *
 *   QuarryVectorIndex *index = quarry_vector_index_new (256);
 *   for (guint32 i = 0; i < n; i++)
 *     quarry_vector_index_add (index, i, vectors + i * 256);
 *   quarry_vector_index_save (index, "vectors.index", "made from X", &error);
 *   guint n_found = quarry_vector_index_search (index, query, 10, NULL, 0, found);
 *
 * and at another time quarry_vector_index_open ("vectors.index", 256, "made from X", &error).
 *
 * Each vector is in a slot, a 32-bit number that the caller chooses. Slots may have gaps, and any number is possible,
 * but every range of 524,288 slots in which one is taken costs 2 MiB, so they should be assigned in order. (The library
 * uses the ids of passages, which the store keeps within these limits; larger or sparse ids would need a table beside
 * this index.) At most 2³² − 2 vectors can have a direction.
 *
 * Searches are approximate: on average they find .995 of the true nearest neighbours, or the recall that was asked for,
 * see below. Saving makes them fast: it groups vectors that are near one another into cells, measures how many cells a
 * search must visit to keep that promise, and leaves the vectors in the file, which is mapped, so that only one or two
 * bits per dimension stay in memory. An index that is never saved works too, but slower, since every search looks at
 * all of it.
 *
 * Threads: any function may be called from any thread at any time. Searches run concurrently with each other and with
 * one change. Adding, removing and saving wait for one another; a search waits for them no longer than a few stores
 * take. A search uses only its own thread: it takes tens to hundreds of microseconds, and waking other threads would
 * take as long. Nor would several approximate searches gain by running together, as exact ones do: each visits other
 * cells, and reads their codes as fast from memory as from the nearest cache (31 of 34 GB/s), since the table look-ups
 * take most of the time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_ERROR (quarry_vector_error_quark ())

typedef enum
{
  QUARRY_VECTOR_ERROR_DAMAGED, /* it is not an index, is cut short, or does not match its checksums */
  QUARRY_VECTOR_ERROR_STALE,   /* it is valid, but was made from other content than was asked for */
  QUARRY_VECTOR_ERROR_FILE,    /* it could not be read or written */
} QuarryVectorError;

GQuark quarry_vector_error_quark (void);

typedef struct
{
  guint32 slot;
  float score; /* the cosine, in [-1, 1] */
} QuarryNeighbour;

typedef struct _QuarryVectorIndex QuarryVectorIndex;

/* An empty index of vectors of @dims dimensions, 1 to 4096. (transfer full) */
QuarryVectorIndex *quarry_vector_index_new (guint dims);
void quarry_vector_index_free (QuarryVectorIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryVectorIndex, quarry_vector_index_free)

guint quarry_vector_index_get_dims (const QuarryVectorIndex *self);

/* How many slots are not empty. */
guint quarry_vector_index_get_count (QuarryVectorIndex *self);

/* How many bytes of memory it uses. After it has been saved, opened or spilled, the vectors are in a mapped file and
 * are not counted: the system keeps in memory what is in use and what fits. */
gsize quarry_vector_index_get_bytes (QuarryVectorIndex *self);

/* Puts @vector (dims floats, of any length; it is scaled to unit length) into @slot, replacing what was there. A vector
 * without a direction (all zero, or with a NaN or an infinity) is stored as all zeros and is never found. */
void quarry_vector_index_add (QuarryVectorIndex *self, guint32 slot, const float *vector);

/* Empties @slot; once this has returned, no search finds it. Does nothing where it is empty. */
void quarry_vector_index_remove (QuarryVectorIndex *self, guint32 slot);

/* Whether anything is in @slot, including a vector without a direction. */
gboolean quarry_vector_index_has (QuarryVectorIndex *self, guint32 slot);

/* The last slot that is not empty; 0 where all are. */
guint32 quarry_vector_index_get_last_slot (QuarryVectorIndex *self);

/* Writes the vector in @slot, as it is stored, to @vector (dims floats). FALSE where the slot is empty, or where the
 * vector or its code is damaged in the file. */
gboolean quarry_vector_index_get (QuarryVectorIndex *self, guint32 slot, float *vector);

/* Finds the @k nearest to @query (dims floats, of any length) and writes them to @found (room for @k), best first, ties
 * by lower slot. Returns how many; none for a query without a direction. @allowed: a bitmap of slots of @n_words words,
 * where slot s is bit (s & 63) of word (s >> 6) and slots past the end are not allowed, or NULL for all. */
guint quarry_vector_index_search (QuarryVectorIndex *self,
                                  const float *query,
                                  guint k,
                                  const guint64 *allowed,
                                  gsize n_words,
                                  QuarryNeighbour *found);

/* The same. In addition, @met (room for *n_met slots) gets the slots that were among the nearest at some point in the
 * search: the neighbours found, and others that are hardly less near. Each is there once. *n_met gets their number. */
guint quarry_vector_index_search_met (QuarryVectorIndex *self,
                                      const float *query,
                                      guint k,
                                      const guint64 *allowed,
                                      gsize n_words,
                                      QuarryNeighbour *found,
                                      guint32 *met,
                                      guint *n_met);

/* Finds the @k nearest to @query among the @n_slots @slots, each of which must be given once; empty slots are skipped.
 * For a query that differs only a little from an earlier one, searching among what the earlier search met finds nearly
 * the same as a new search, in a tenth of the time. */
guint quarry_vector_index_search_among (QuarryVectorIndex *self,
                                        const float *query,
                                        guint k,
                                        const guint32 *slots,
                                        guint n_slots,
                                        QuarryNeighbour *found);

/* The same without any approximation, about fifty times slower for 200,000 vectors. The results of other searches are
 * judged by it. */
guint quarry_vector_index_search_exact (QuarryVectorIndex *self,
                                        const float *query,
                                        guint k,
                                        const guint64 *allowed,
                                        gsize n_words,
                                        QuarryNeighbour *found);

/* The same for many queries together (n_queries × dims floats), six to eleven times faster than one by one, because
 * each vector that is read serves several queries. @found: room for n_queries × k; the neighbours of query i are
 * written from found[i × k] on, and how many they are to n_found[i]. */
void quarry_vector_index_search_exact_many (QuarryVectorIndex *self,
                                            const float *queries,
                                            guint n_queries,
                                            guint k,
                                            QuarryNeighbour *found,
                                            guint *n_found);

/* Recall */

/* How much a search looks at depends on how much it has to find, by a measurement whenever a save regroups many
 * vectors. @recall: the average share of the true nearest neighbours, in [.5, 1); .995 initially. It is stored in the
 * file. */
void quarry_vector_index_set_promised_recall (QuarryVectorIndex *self, float recall);
float quarry_vector_index_get_promised_recall (QuarryVectorIndex *self);

/* wants_queries() tells whether saving to @path with @mark will measure (it will not where it only appends).
 * set_queries() sets what to measure with: @n queries (n × dims floats) that are typical of real ones. A thousand are
 * enough. Without them, queries are made from the vectors. */
gboolean quarry_vector_index_wants_queries (QuarryVectorIndex *self, const char *path, const char *mark);
void quarry_vector_index_set_queries (QuarryVectorIndex *self, const float *queries, guint n);

/* Files */

/* Writes the index to @path, atomically and with checksums. @mark: 64 hex digits or any text of at most 255 bytes
 * that identifies what the index was made from; whoever opens the file has to give the same. If @path is the file
 * that was last opened or saved, with the same mark, and little has changed, the changes are appended to it.
 * Otherwise all of it is written anew: vectors that are new join the nearest cells, or, if they are more than a
 * third, all cells are found anew. Searches can run meanwhile; changes wait. DAMAGED where content of the old file
 * that must be kept is damaged. */
gboolean quarry_vector_index_save (QuarryVectorIndex *self,
                                   const char *path,
                                   const char *mark,
                                   GError **error);

/* Frees the memory of vectors before they are saved: those added since the last save, except the last few hundred, are
 * written to @fd, an empty file that nobody else can access, and are mapped from there; @fd may then be closed. They
 * are not regrouped. FALSE with errno set where this fails; then they stay in memory. Searches can run meanwhile;
 * changes wait. */
gboolean quarry_vector_index_spill (QuarryVectorIndex *self, int fd);

/* How many bytes of memory spilling would free. */
gsize quarry_vector_index_get_spillable (QuarryVectorIndex *self);

/* Opens a saved index. Everything except the vectors and their codes is verified at once. The last changes that were
 * appended may be missing if the machine stopped while they were being written. STALE where its mark is not @mark or
 * its dims differ; DAMAGED and FILE as described above. Whenever NULL is returned, the index can be rebuilt from what
 * it was made from. (transfer full) */
QuarryVectorIndex *
quarry_vector_index_open (const char *path, guint dims, const char *mark, GError **error);

/* Whether a vector or code in the file has been found damaged, or the file was cut short. Vectors and codes are
 * verified when a search first reads them, and a damaged vector is not found. So ask this after a search: if it is
 * FALSE then, the result is right; if it is TRUE, the index has to be rebuilt. If another program overwrites a vector
 * that has been verified already, this is not noticed and searches may return wrong results, but nothing worse. */
gboolean quarry_vector_index_is_damaged (QuarryVectorIndex *self);

G_END_DECLS
