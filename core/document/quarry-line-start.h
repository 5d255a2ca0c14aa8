/* quarry-line-start.h: what stands at the start of a line: a time, a speaker's name, a clause's number
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One line proves nothing: "Note: 12:30" is not dialogue. Callers have to check that many lines of a
 * text begin alike.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How a clause is numbered, in the order in which laws and contracts nest these, outermost first. */
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
  gint64 seconds;  /* since an arbitrary day 0, or since midnight if there is no date; −1: no time */
  gboolean dated;  /* there is a date with the time */
  guint32 speaker; /* a hash of the speaker's name; 0: none */
  gsize spoken;    /* bytes before what is said: the name, its colon, and a time; 0: no speaker */
  QuarryNumbering numbering;
  guint number;    /* the clause's own number: the last one in "5.1.2" */
} QuarryLineStart;

/* Looks at the start of @text, @length bytes of valid UTF-8. It knows times at the very start ("12:30", "[12:30:01]",
 * "2024-03-01T12:30", "1.3.2024, 12:30", "Mar  1 12:30:01" and the like) and speakers, also after a time ("Anna
 * Smith:", "HAMLET.", "<anna>"). */
QuarryLineStart quarry_line_start (const char *text, gsize length);

G_END_DECLS
