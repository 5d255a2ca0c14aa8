/* read-words.h: the words of a text, as the rooms that compare texts want to have them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-words.h"

/* Splits @text into words, an array of QuarryWord. A word's stem is the word without an "s" at its end. Their forms are
 * kept as long as the program runs. (transfer full) */
GArray *test_read_words (const char *text);

/* The words in an array of test_read_words(). */
#define TEST_WORDS(array) ((const QuarryWord *) (gpointer) (array)->data)
