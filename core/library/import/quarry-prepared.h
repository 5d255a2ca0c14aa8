/* quarry-prepared.h: a document while it is being segmented and stored
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The document is cut stretch by stretch by a reading thread, with the help of others if it is long. The writing
 * thread stores the stretches as they come, without waiting for the end. Of a long document only a few stretches are
 * therefore in memory at a time, and its text once.
 */
#pragma once

#include "core/library/import/quarry-cut-stretch.h"
#include "core/machine/quarry-bounded-queue.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

typedef struct _QuarryIndexes QuarryIndexes;

/* One stretch of the text, cut. */
typedef struct
{
  QuarryCutStretch *cut;
  GPtrArray *passages; /* of QuarryPassageRecord, in order; their segments are numbered within the document */
} QuarryStretch;

void quarry_stretch_free (QuarryStretch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryStretch, quarry_stretch_free)

/* Reference counted. */
typedef struct
{
  gatomicrefcount references;
  QuarryDocumentRecord *record;
  QuarryDocument *document;
  QuarryEmbedder *embedder;
  QuarryIndexes *indexes; /* the snapshot whose token weights the passages' vectors are made with */
  gboolean is_inside;     /* a document inside a file: storing it replaces only the document of its own path */
  gboolean is_alone;      /* not part of an import, so its tokens need not be remembered */
  gboolean has_pictures;  /* pictures in it wait to be read */
  gboolean is_recognized; /* text in its pictures has been read */
  char *flaw;             /* what of the file is missing in it, in a sentence; NULL: nothing */

  /* For the cutting threads only. */
  guint32 start; /* where the next stretch begins */
  guint n_segments, n_passages;
  gboolean has_begun;

  QuarryBoundedQueue *stretches; /* from the cutting threads to the writing one; NULL: whoever takes a stretch cuts
                                    it */
  gint is_broken_off;            /* atomic: cutting was cancelled before the end */
} QuarryPrepared;

/* @record: (transfer full), with path and granularity set. */
QuarryPrepared *quarry_prepared_new (QuarryEmbedder *embedder,
                                     QuarryIndexes *indexes,
                                     QuarryDocumentRecord *record,
                                     QuarryDocument *document);
QuarryPrepared *quarry_prepared_ref (QuarryPrepared *self);
void quarry_prepared_unref (QuarryPrepared *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPrepared, quarry_prepared_unref)

/* Cuts the first stretch, so that another thread can take it. Call before that thread learns of the document, and
 * quarry_prepared_cut_rest() afterwards. FALSE where the whole document has no passage. */
gboolean quarry_prepared_begin (QuarryPrepared *self);

/* Cuts the other stretches, as fast as they are taken, with @n_threads threads including the caller's. Returns the
 * number of the document's passages. */
guint quarry_prepared_cut_rest (QuarryPrepared *self, guint n_threads, GCancellable *cancellable);

/* The next stretch; NULL after the last one, or with an error where cutting was cancelled. (transfer full) */
QuarryStretch *quarry_prepared_take (QuarryPrepared *self, GError **error);

/* Says that no more stretches will be taken, so that cutting stops. */
void quarry_prepared_give_up (QuarryPrepared *self);

G_END_DECLS
