/* quarry-completion.h: the rest of the word that is typed, shown behind it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef struct _QuarryCompletion QuarryCompletion;

/* @label: lies over @entry, a GtkText or what has one, in a GtkOverlay. */
QuarryCompletion *quarry_completion_new (GtkEditable *entry, GtkLabel *label);
void quarry_completion_free (QuarryCompletion *self);

/* What @answer (may be NULL) takes the word to become is shown, or nothing. */
void quarry_completion_show (QuarryCompletion *self, QuarryAnswer *answer);

/* Puts it into the entry; FALSE where none is shown. */
gboolean quarry_completion_take (QuarryCompletion *self);

/* What is shown, or NULL. */
const char *quarry_completion_get_rest (QuarryCompletion *self);

G_END_DECLS
