/* quarry-prepared.h: a document on its way into the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It is cut stretch by stretch by a thread that reads, with others to help where it is long, and stored so by the
 * one that writes, which need not wait for the end: of a long document there are a few stretches at a time, and its
 * text once.
 */
#pragma once

#include "core/library/import/quarry-cut-document.h"
#include "core/machine/quarry-bounded-queue.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

typedef struct _QuarryIndexes QuarryIndexes;

/* One stretch. */
typedef struct
{
  QuarryCutDocument *cut;
  GPtrArray *passages; /* of QuarryPassageRecord, as they were cut; segments count in the document */
} QuarryStretch;

void quarry_stretch_free (QuarryStretch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryStretch, quarry_stretch_free)

/* Counted. */
typedef struct
{
  gatomicrefcount references;
  QuarryDocumentRecord *record;
  QuarryDocument *document;
  QuarryEmbedder *embedder;
  QuarryIndexes *indexes; /* whose weights the vectors of the passages are made with */
  gboolean is_inside;     /* a file that others share: it takes the place of its own document alone */
  gboolean is_alone;      /* of no import, at whose end its tokens would be wanted */
  gboolean has_pictures;  /* that wait to be read */
  gboolean is_recognized; /* they have been */
  char *flaw;             /* what is not in it, though in its file; NULL: nothing */

  /* Of whoever cuts. */
  guint32 start; /* of the next stretch */
  guint n_segments, n_passages;
  gboolean has_begun;

  QuarryBoundedQueue *stretches; /* between the two threads; NULL: who takes them cuts them */
  gint is_broken_off;            /* atomic: not all come */
} QuarryPrepared;

/* @record: (transfer full), its path and granularity set. */
QuarryPrepared *quarry_prepared_new (QuarryEmbedder *embedder,
                                     QuarryIndexes *indexes,
                                     QuarryDocumentRecord *record,
                                     QuarryDocument *document);
QuarryPrepared *quarry_prepared_ref (QuarryPrepared *self);
void quarry_prepared_unref (QuarryPrepared *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPrepared, quarry_prepared_unref)

/* Cuts the first stretch, so that another thread can take it, and those that follow with
 * quarry_prepared_cut_rest(), before that thread gets to know of it. FALSE where there is no passage in all of
 * the document. */
gboolean quarry_prepared_begin (QuarryPrepared *self);

/* Cuts the others, as fast as they are taken: by @n_threads at a time, of which the caller's is one. Returns how many
 * passages the document has. */
guint quarry_prepared_cut_rest (QuarryPrepared *self, guint n_threads, GCancellable *cancellable);

/* The next stretch; NULL behind the last one, or with an error where no more come. (transfer full) */
QuarryStretch *quarry_prepared_take (QuarryPrepared *self, GError **error);

/* Nobody takes any more. */
void quarry_prepared_give_up (QuarryPrepared *self);

G_END_DECLS
