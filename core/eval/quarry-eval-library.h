/* quarry-eval-library.h: a judged collection as a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/eval/quarry-collection.h"
#include "core/eval/quarry-eval-progress.h"
#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* In a temporary folder that goes with it. */
typedef struct
{
  QuarryLibrary *library;
  GHashTable *places; /* a document's path -> its number in the collection + 1 */
  char *folder;
} QuarryEvalLibrary;

/* The documents as a person imports them. A step a document. */
QuarryEvalLibrary *quarry_eval_library_new (const QuarryCollection *collection,
                                            const char *model,
                                            QuarryEvalSteps *steps,
                                            GError **error);
void quarry_eval_library_free (QuarryEvalLibrary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalLibrary, quarry_eval_library_free)

/* Judged queries are plain text: what people type as syntax (phrases, exclusions, filters) means
 * nothing in them. (transfer full) */
char *quarry_eval_plain_query (const char *text);

G_END_DECLS
