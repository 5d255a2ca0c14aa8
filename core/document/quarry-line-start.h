/* quarry-line-start.h: what stands at the start of a line: a time, who speaks, a clause's number
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line proves nothing: "Note: 12:30" is no dialogue. Whoever asks looks whether many lines of
 * a text begin alike.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a clause is numbered, outermost first as laws and contracts nest them. */
typedef enum
{
  QUARRY_NUMBERING_NONE,
  QUARRY_NUMBERING_ARTICLE, /* "§ 5", "Article 5", "Art. 5", "Section 5" */
  QUARRY_NUMBERING_ONE,     /* "5." */
  QUARRY_NUMBERING_TWO,     /* "5.1" */
  QUARRY_NUMBERING_THREE,   /* "5.1.2" and deeper */
  QUARRY_NUMBERING_BRACKET, /* "(5)", "5)" */
  QUARRY_NUMBERING_LETTER,  /* "(a)", "a)" */
  QUARRY_NUMBERING_ROMAN,   /* "(iv)" */
  QUARRY_N_NUMBERINGS,
} QuarryNumbering;

typedef struct
{
  gint64 seconds;  /* since some day 0, or within a day where no date stands; −1: no time */
  gboolean dated;  /* a date stands with the time */
  guint32 speaker; /* a hash of who speaks, 0: nobody */
  QuarryNumbering numbering;
  guint number;    /* the clause's own, the last of "5.1.2" */
} QuarryLineStart;

/* Looks at the start of @text, @length bytes of valid UTF-8. Times: "12:30", "[12:30:01]",
 * "2024-03-01T12:30", "1.3.2024, 12:30", "Mar  1 12:30:01" and the like, at the very start;
 * speakers: "Anna Smith:", "HAMLET.", "<anna>", also after a time. */
QuarryLineStart quarry_line_start (const char *text, gsize length);

G_END_DECLS
