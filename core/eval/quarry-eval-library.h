/* quarry-eval-library.h: makes a library of a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Its documents are added as if somebody had imported them, so that what is measured is the whole search.
 */
#pragma once

#include "core/eval/quarry-collection.h"
#include "core/eval/quarry-eval-progress.h"
#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* A library in a temporary folder, which is deleted with it. */
typedef struct
{
  QuarryLibrary *library;
  GHashTable *places; /* path of a document -> its number in the collection + 1 */
  char *folder;
} QuarryEvalLibrary;

/* Adds the documents of @collection as a person would import them. Counts a step for each document. */
QuarryEvalLibrary *quarry_eval_library_new (const QuarryCollection *collection,
                                            const char *model,
                                            QuarryEvalSteps *steps,
                                            GError **error);
void quarry_eval_library_free (QuarryEvalLibrary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalLibrary, quarry_eval_library_free)

/* Judged queries are plain text, so anything in them that would be syntax (phrases, exclusions, filters) is removed.
 * (transfer full) */
char *quarry_eval_plain_query (const char *text);

G_END_DECLS
