/* draw-scan.h: pictures of words, as a scanner makes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes a picture of one line of words to @fd: a PNG file, or with @in_pdf a PDF file whose page holds the picture and
 * no text. @title: the PDF file's title, or NULL. */
void draw_scan (int fd, const char *words, gboolean in_pdf, const char *title);

/* Writes a PDF file whose page holds a picture of @lines (NULL-terminated) one below the other, turned clockwise so
 * many quarters. */
void draw_turned (int fd, const char *const *lines, guint quarter_turns);

G_END_DECLS
