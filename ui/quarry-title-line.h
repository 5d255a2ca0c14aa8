/* quarry-title-line.h: a title, and after it where in the document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_TITLE_LINE (quarry_title_line_get_type ())

/* Three labels in one line, on one baseline: title, place and page. Where they do not fit, the
 * page keeps its width, the title gets most of the rest, and the place what is left; a place with
 * no room for a few letters is not shown. */
G_DECLARE_FINAL_TYPE (QuarryTitleLine, quarry_title_line, QUARRY, TITLE_LINE, GtkWidget)

GtkWidget *quarry_title_line_new (void);

/* Strings without a value are "". */
void quarry_title_line_set (QuarryTitleLine *self,
                            const char *title,
                            const char *place,
                            const char *page);

G_END_DECLS
