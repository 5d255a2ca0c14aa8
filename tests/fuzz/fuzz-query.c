/* fuzz-query.c: whatever a person may type, parsed and searched for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fuzz.h"

#include "core/lexical/quarry-lexical-index.h"
#include "core/library/search/quarry-query.h"

static QuarryLexicalIndex *
make_index (void)
{
  QuarryLexicalIndex *index = quarry_lexical_index_new ();

  quarry_lexical_index_add (index, 1, "Report", "Part one", "granite and slate in the north", NULL);
  quarry_lexical_index_add (index, 2, "Minutes", "", "the limestone of parseHeader and café", "fr");
  quarry_lexical_index_add (index, 3, NULL, NULL, "東京の天気 slate a b c", "ja");
  return index;
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  static QuarryLexicalIndex *index;
  g_autofree char *typed = g_strndup ((const char *) bytes, length);
  g_autoptr (QuarryQuery) query = quarry_query_parse (typed);
  QuarryStoreFilter filter;

  if (index == NULL)
    index = make_index ();
  quarry_query_get_filter (query, &filter);
  for (guint prefix = 0; prefix < 2; prefix++)
    {
      QuarryLexicalQuery words = {
        .text = query->text,
        .required = query->required,
        .phrases = (const char *const *) query->phrases,
        .excluded = (const char *const *) query->excluded,
        .last_is_prefix = prefix == 1,
      };
      g_autoptr (GArray) matches
          = quarry_lexical_index_search (index, &words, 10, NULL, 0, NULL, NULL);
      g_autoptr (GArray) held = quarry_lexical_index_filter (index, &words, NULL, 0);

      g_assert_nonnull (matches);
      g_assert_cmpuint (matches->len, <=, 3);
      for (guint i = 0; i < matches->len; i++)
        g_assert_true (g_array_index (held, guint64, 0) >> g_array_index (matches, QuarryLexicalMatch, i).slot & 1);
    }
  g_strfreev (quarry_lexical_index_suggest (index, query->text, 5));
  return 0;
}
