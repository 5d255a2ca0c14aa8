/* quarry-text-lines.h: the lines of a plain text, and what kind each may be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *text; /* without white space at either end */
  gsize length;     /* in bytes; 0 for an empty line */
  guint width;      /* in characters */
  guint indent;     /* in columns */
  gboolean new_page;
  gboolean is_quoted; /* ">" stood before it, as in a mail's quotation */
} QuarryTextLine;

/* The lines of a valid text; they point into it. @n_pages is set to the number of form feeds plus one. (transfer
 * full) */
GArray *quarry_text_lines_split (const char *text, gsize length, guint *n_pages);

/* Empties the lines that pages begin or end with again and again, but for the pages' numbers in them: running titles and
 * page numbers, as programs that make text of printed pages leave them. Of those with words the first stays. */
void quarry_text_lines_drop_running (GArray *lines);

/* If the line consists of at least three of the same punctuation character, returns that; else 0. */
char quarry_text_line_get_adornment (const QuarryTextLine *line);

/* The level of a heading that is underlined with this character. */
guint quarry_text_adornment_get_level (char adornment);

/* The length of a bullet or list number, with the blanks behind it; 0 if the line has none. */
gsize quarry_text_line_get_bullet (const QuarryTextLine *line);

/* The depth of the number in "2.1.3 Title", "IV. Title" or "Chapter 3"; 0 if there is none. */
guint quarry_text_line_get_depth (const QuarryTextLine *line);

/* The level of a heading that stands alone between empty lines; 0 if it is none. */
guint quarry_text_line_get_level (const QuarryTextLine *line);

/* Whether the line has several columns, separated by blanks or bars. */
gboolean quarry_text_line_has_columns (const QuarryTextLine *line);

/* Whether the line looks like code: prose hardly has such lines. */
gboolean quarry_text_line_is_code (const QuarryTextLine *line);

G_END_DECLS
