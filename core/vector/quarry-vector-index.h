/* quarry-vector-index.h: nearest neighbours by cosine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For a desktop's library: up to a few million unit vectors of a few hundred dimensions, added
 * and removed all the time, searched with every key. Plain C over arrays; stands on GLib and
 * core/mapping alone, nothing of the house above it, so that it can be taken out and used elsewhere:
 * these two folders are what there is to compile (with -D_GNU_SOURCE, and GETTEXT_PACKAGE for errors'
 * translations), and this is the only header.
 *
 *   QuarryVectorIndex *index = quarry_vector_index_new (256);
 *   for (guint32 i = 0; i < n; i++)
 *     quarry_vector_index_add (index, i, vectors + i * 256);
 *   quarry_vector_index_save (index, "vectors.index", "made from X", &error);
 *   guint n_found = quarry_vector_index_search (index, query, 10, NULL, 0, found);
 *
 * and another time quarry_vector_index_open ("vectors.index", 256, "made from X", &error).
 *
 * A vector lives in a slot, a number of 32 bits that the caller chooses. Slots may have gaps, and any will
 * do, but each stretch of 524,288 that holds one takes 2 MiB: they are meant to be handed out in order. (The
 * library's are the ids of passages, which the store keeps within them; larger ids, or sparse ones, need a
 * table beside this one.) At most 2³² − 2 vectors have a direction.
 *
 * Searches are approximate: they find .995 of the true nearest on average, or what is promised below.
 * Saving is what makes them fast: it puts vectors that are near one another together, measures how many of these
 * cells must be looked into to keep the promise, and leaves the vectors in the file, which is mapped; in memory
 * stay some bits a dimension. An index that is never saved is right too, only slower: all of it is looked at.
 *
 * Threads: everything may be called from any thread at any time. Searches go on side by side, beside one
 * change at a time; adding, removing and saving wait for one another, searches for none of them longer than
 * for a few stores. One search is one thread's: it takes tens to hundreds of microseconds, of which
 * waking others would take as much. Nor do many approximate searches gain by going together, as exact ones do:
 * each looks into other cells, and what it finds there it reads as fast from memory as from the nearest cache (31
 * of 34 GB/s), since looking up is what takes the time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_ERROR (quarry_vector_error_quark ())

typedef enum
{
  QUARRY_VECTOR_ERROR_DAMAGED, /* a file that is no index, is cut short, or fails its checksum */
  QUARRY_VECTOR_ERROR_STALE,   /* a sound index of other content than was asked for */
  QUARRY_VECTOR_ERROR_FILE,    /* could not be read or written */
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

/* Bytes of memory held. Once the index has been saved, opened or spilled, its vectors lie in a file, which
 * is mapped and not counted: the system keeps of it in memory what is in use and what fits. */
gsize quarry_vector_index_get_bytes (QuarryVectorIndex *self);

/* Puts @vector (dims floats, of any length: it is brought to unit length) into @slot, over what was
 * there. A vector without a direction (all zero, or with a NaN or an infinity) is kept as all
 * zeros and is never found. */
void quarry_vector_index_add (QuarryVectorIndex *self, guint32 slot, const float *vector);

/* Empties @slot; once this has returned, no search finds it. Nothing happens where it is empty. */
void quarry_vector_index_remove (QuarryVectorIndex *self, guint32 slot);

/* Whether something is in @slot, be it a vector without a direction. */
gboolean quarry_vector_index_has (QuarryVectorIndex *self, guint32 slot);

/* The last slot that is not empty; 0 where all are. */
guint32 quarry_vector_index_get_last_slot (QuarryVectorIndex *self);

/* Writes what is kept of the vector in @slot to @vector (dims floats). FALSE when empty, or where it, or what
 * it is found by, is damaged in the file. */
gboolean quarry_vector_index_get (QuarryVectorIndex *self, guint32 slot, float *vector);

/* The @k nearest to @query (dims floats, of any length), best first, ties by lower slot, written to
 * @found (room for @k). Returns how many: none for a query without a direction. @allowed: a bitmap
 * of slots, bit (slot & 63) of word (slot >> 6), of @n_words words (slots past its end are not
 * allowed), or NULL for all. */
guint quarry_vector_index_search (QuarryVectorIndex *self,
                                  const float *query,
                                  guint k,
                                  const guint64 *allowed,
                                  gsize n_words,
                                  QuarryNeighbour *found);

/* The same, and @met (room for *n_met slots) gets what was among the nearest for a while: these, and others that are
 * hardly less near. Each is there once. *n_met gets how many they are. */
guint quarry_vector_index_search_met (QuarryVectorIndex *self,
                                      const float *query,
                                      guint k,
                                      const guint64 *allowed,
                                      gsize n_words,
                                      QuarryNeighbour *found,
                                      guint32 *met,
                                      guint *n_met);

/* The @k nearest to @query among those in the @n_slots @slots, each once; slots that are empty are passed over. For a
 * query that differs a little from one that was searched for, among what that one met, it finds nearly what a
 * search of its own would, for a tenth of the time. */
guint quarry_vector_index_search_among (QuarryVectorIndex *self,
                                        const float *query,
                                        guint k,
                                        const guint32 *slots,
                                        guint n_slots,
                                        QuarryNeighbour *found);

/* The same without any approximation, of 200,000 some fifty times slower: what searches are measured by. */
guint quarry_vector_index_search_exact (QuarryVectorIndex *self,
                                        const float *query,
                                        guint k,
                                        const guint64 *allowed,
                                        gsize n_words,
                                        QuarryNeighbour *found);

/* The same for many queries at a time (n_queries × dims floats), of which each look at a vector serves
 * several: six to eleven times faster than one by one. @found: room for n_queries × k; query i's are written
 * from found[i × k] on, and how many they are to n_found[i]. */
void quarry_vector_index_search_exact_many (QuarryVectorIndex *self,
                                            const float *queries,
                                            guint n_queries,
                                            guint k,
                                            QuarryNeighbour *found,
                                            guint *n_found);

/* Recall */

/* How much a search looks at follows from what it is to find, by measurement whenever a save puts many
 * vectors in order: @recall, the share of the true nearest, in [.5, 1), on average; .995 at first. It is kept in
 * the file. */
void quarry_vector_index_set_promised_recall (QuarryVectorIndex *self, float recall);
float quarry_vector_index_get_promised_recall (QuarryVectorIndex *self);

/* Whether saving to @path with @mark will measure (not where it appends), and with what: @n queries (n × dims
 * floats), such as will be asked. A thousand are enough. Without them queries are made of the vectors. */
gboolean quarry_vector_index_wants_queries (QuarryVectorIndex *self, const char *path, const char *mark);
void quarry_vector_index_set_queries (QuarryVectorIndex *self, const float *queries, guint n);

/* Files */

/* Writes the index to @path, atomically and checksummed, marked with @mark (64 hex digits or any
 * text of at most 255 bytes that names what the index was made from: who opens it asks for the same).
 * Where @path is the file that was opened or saved last, with the same mark, and little has changed, that
 * little is appended to it. Else all is written anew, and what has come since the last time joins the
 * cells, or all are found anew where a third has. Searches go on meanwhile, changes wait. DAMAGED
 * where what is in the file is to be kept and is damaged. */
gboolean quarry_vector_index_save (QuarryVectorIndex *self,
                                   const char *path,
                                   const char *mark,
                                   GError **error);

/* Moves vectors out of memory before they are saved: those that have come since the last time, but for the last few
 * hundred, are written to @fd, an empty file that nobody else can reach, and stay there; it may be closed. Nothing is put
 * in order. FALSE, with errno set, where that fails: they are where they were. Searches go on meanwhile, changes wait. */
gboolean quarry_vector_index_spill (QuarryVectorIndex *self, int fd);

/* How many bytes of memory that would give back. */
gsize quarry_vector_index_get_spillable (QuarryVectorIndex *self);

/* Opens what was saved: all but the vectors and their codes is checked before it is believed. Of what was
 * appended, the last may be missing where it was being written when the machine stopped. STALE where
 * its mark is not @mark or it has other dims; DAMAGED and FILE as they say. Wherever NULL comes back, the
 * index can be made anew from what it was made from. (transfer full) */
QuarryVectorIndex *
quarry_vector_index_open (const char *path, guint dims, const char *mark, GError **error);

/* Whether a vector or its code has been found damaged in the file, or the file cut short. They are checked
 * when a search first looks at them; a damaged vector is not found. So ask after a search: an answer is
 * right where this is FALSE then. Where it is TRUE, the index has to be made anew. What another program
 * writes over a vector that has been checked is not noticed, and makes answers wrong, no more. */
gboolean quarry_vector_index_is_damaged (QuarryVectorIndex *self);

G_END_DECLS
