/* quarry-text-lines.h: the lines of a plain text, and what each looks like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *text; /* without white space at its ends */
  gsize length;     /* in bytes; 0 for an empty line */
  guint width;      /* in characters */
  guint indent;     /* in columns */
  gboolean new_page;
  gboolean is_quoted; /* ">" stood before it */
} QuarryTextLine;

/* (transfer full) The lines of a valid text, which stay in it. @n_pages: set to one more than it has form feeds. */
GArray *quarry_text_lines_split (const char *text, gsize length, guint *n_pages);

/* Empties the lines that pages begin or end with again and again, but for the pages' numbers in them: running titles and
 * page numbers, as programs that make text of printed pages leave them. Of those with words the first stays. */
void quarry_text_lines_drop_running (GArray *lines);

/* A line of one and the same sign, three and more of it: 0 for none. */
char quarry_text_line_get_adornment (const QuarryTextLine *line);

/* The level of a heading over such a line. */
guint quarry_text_adornment_get_level (char adornment);

/* The length of a bullet or a list's number with the blanks behind it; 0 for none. */
gsize quarry_text_line_get_bullet (const QuarryTextLine *line);

/* The depth of "2.1.3 Title" or "IV. Title" or "Chapter 3"; 0 for no number. */
guint quarry_text_line_get_depth (const QuarryTextLine *line);

/* The level of a heading that stands alone between empty lines; 0 for none. */
guint quarry_text_line_get_level (const QuarryTextLine *line);

/* Columns drawn with blanks or bars. */
gboolean quarry_text_line_has_columns (const QuarryTextLine *line);

/* A line that prose hardly has. */
gboolean quarry_text_line_is_code (const QuarryTextLine *line);

G_END_DECLS
