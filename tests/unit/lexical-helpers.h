/* lexical-helpers.h: an index of words, asked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

typedef struct
{
  QuarryLexicalIndex *index;
} Fixture;

void set_up (Fixture *fixture, gconstpointer data);
void tear_down (Fixture *fixture, gconstpointer data);

/* Adds an English text as the passage in @slot. */
void add (Fixture *fixture, guint32 slot, const char *text);

/* The same with a title and a heading, each of which may be NULL. */
void add_fields (Fixture *fixture, guint32 slot, const char *title, const char *heading, const char *text);

/* Checks that the index is consistent. */
void assert_sound (Fixture *fixture);

/* Searches, and checks that the matches are in order. Returns an array of QuarryLexicalMatch. (transfer full) */
GArray *search_full (Fixture *fixture, const QuarryLexicalQuery *query, guint k);

/* The slots of the first twenty matches, best first, as text. */
char *search_slots (Fixture *fixture, const QuarryLexicalQuery *query);

#define assert_found(fixture, wanted, ...)                     \
  G_STMT_START                                                 \
  {                                                            \
    QuarryLexicalQuery query_ = { __VA_ARGS__ };               \
    g_autofree char *slots_ = search_slots (fixture, &query_); \
    g_assert_cmpstr (slots_, ==, wanted);                      \
  }                                                            \
  G_STMT_END

#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

G_END_DECLS
