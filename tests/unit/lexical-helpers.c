/* lexical-helpers.c: an index of words, asked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/unit/lexical-helpers.h"

void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->index = quarry_lexical_index_new ();
}

void
tear_down (Fixture *fixture, gconstpointer data)
{
  quarry_lexical_index_unref (fixture->index);
}

void
add (Fixture *fixture, guint32 slot, const char *text)
{
  quarry_lexical_index_add (fixture->index, slot, NULL, NULL, text, NULL);
}

void
add_fields (Fixture *fixture, guint32 slot, const char *title, const char *heading, const char *text)
{
  quarry_lexical_index_add (fixture->index, slot, title, heading, text, NULL);
}

void
assert_sound (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (quarry_lexical_index_check (fixture->index, &error));
  g_assert_no_error (error);
}

GArray *
search_full (Fixture *fixture, const QuarryLexicalQuery *query, guint k)
{
  g_autoptr (GError) error = NULL;
  GArray *matches = quarry_lexical_index_search (fixture->index, query, k, NULL, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);

      g_assert_cmpfloat (match->score, >, 0.0f);
      if (i > 0)
        {
          g_assert_cmpfloat (match[-1].score, >=, match->score);
          if (match[-1].score == match->score)
            g_assert_cmpuint (match[-1].slot, <, match->slot);
        }
    }
  return matches;
}

char *
search_slots (Fixture *fixture, const QuarryLexicalQuery *query)
{
  g_autoptr (GArray) matches = search_full (fixture, query, 20);
  GString *slots = g_string_new (NULL);

  for (guint i = 0; i < matches->len; i++)
    g_string_append_printf (
        slots, "%s%u", i > 0 ? " " : "", g_array_index (matches, QuarryLexicalMatch, i).slot);
  return g_string_free (slots, FALSE);
}
