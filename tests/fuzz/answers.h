/* answers.h: how an answer of answering-extract.c comes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

/* The first byte of an input: one of these, */
enum
{
  ANSWER_SEALED, /* the records come in a sealed memory file, as they should */
  ANSWER_NONE,   /* nothing comes with the reply */
  ANSWER_UNSEALED,
  ANSWER_PIPE,
  ANSWER_FOLDER,
  ANSWER_TWICE, /* with a second descriptor */
  ANSWER_HALF,  /* the server ends within the reply */
  ANSWER_NOISE, /* more bytes follow the reply */
  ANSWER_WAYS,
};

/* and any of these. */
#define ANSWER_WORKS 0x08   /* that it takes longer is said first */
#define ANSWER_DRAWS 0x10   /* a page was asked for */
#define ANSWER_SPILLS 0x20  /* the answer was to be written to a file of the extractor's */
#define ANSWER_LEAVES 0x40  /* the server ends after the reply */
