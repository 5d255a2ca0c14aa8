/* quarry-lexical-sort.h: sorts terms and stems when a segment is made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 key;
  guint32 number; /* what the key belongs to */
} QuarryLexicalKey;

/* Sorts by key; equal keys stay in their order. Takes time in proportion to @n, whatever the keys are. */
void quarry_lexical_sort (QuarryLexicalKey *keys, guint32 n);

G_END_DECLS
