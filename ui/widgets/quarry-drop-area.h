/* quarry-drop-area.h: lets files and folders be dropped on its content
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While files are dragged over it, an overlay says what dropping them will do.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_DROP_AREA (quarry_drop_area_get_type ())

/* Property "content" (GtkWidget): the child; also the builder's <child>.
 *  Signal "files-dropped" (GStrv paths): local paths in the file system's bytes, at least one.
 *  Signal "files-refused" (no arguments): some or all of what was dropped are no local files. */
G_DECLARE_FINAL_TYPE (QuarryDropArea, quarry_drop_area, QUARRY, DROP_AREA, AdwBin)

GtkWidget *quarry_drop_area_new (void);

/* @content may be NULL. */
void quarry_drop_area_set_content (QuarryDropArea *self, GtkWidget *content);
GtkWidget *quarry_drop_area_get_content (QuarryDropArea *self);

/* @refusal: why nothing can be added at present, which the overlay then says; NULL where something can. Drops are still
 * told of. */
void quarry_drop_area_set_refusal (QuarryDropArea *self, const char *refusal);

/* The local paths among @files (of GFile); NULL if there is none. (transfer full) */
char **quarry_drop_area_local_paths (GSList *files);

G_END_DECLS
