/* quarry-completion.h: the rest of the word that is typed, shown behind it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef struct _QuarryCompletion QuarryCompletion;

/* @label: lies over @entry in a GtkOverlay. @entry is a GtkText or contains one. */
QuarryCompletion *quarry_completion_new (GtkEditable *entry, GtkLabel *label);
void quarry_completion_free (QuarryCompletion *self);

/* Shows the rest of the word that @answer (may be NULL) takes the typed beginning for; hides it if there is none. */
void quarry_completion_show (QuarryCompletion *self, QuarryAnswer *answer);

/* What a screen reader is told of the entry besides the rest: the hit that is selected while the entry keeps the focus.
 * NULL: nothing. */
void quarry_completion_tell (QuarryCompletion *self, const char *told);

/* Inserts the rest into the entry; FALSE if none is shown. */
gboolean quarry_completion_take (QuarryCompletion *self);

/* The rest that is shown, or NULL. */
const char *quarry_completion_get_rest (QuarryCompletion *self);

G_END_DECLS
