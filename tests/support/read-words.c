/* read-words.c: the words of a text, as the rooms that compare texts want to have them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/support/read-words.h"

#include "core/document/quarry-language.h"

static const QuarryWordForm *
get_form (const char *folded, gsize length)
{
  static GHashTable *forms;
  g_autofree char *key = g_strndup (folded, length);
  g_autofree char *stem = NULL;
  QuarryWordForm *form;

  if (forms == NULL)
    forms = g_hash_table_new (g_str_hash, g_str_equal);
  form = g_hash_table_lookup (forms, key);
  if (form != NULL)
    return form;

  form = g_new0 (QuarryWordForm, 1);
  stem = g_strndup (folded, length > 1 && folded[length - 1] == 's' ? length - 1 : length);
  form->length = (guint32) length;
  form->number = g_hash_table_size (forms);
  form->stem = g_str_hash (stem);
  form->stop = quarry_words_is_stop_word (folded, length) ? 1 : 0;
  form->small = quarry_language_is_function_word ("*", key) ? 1 : 0;
  form->languages = quarry_language_list_of_function_word (key);
  form->hash = (form->number + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  form->folded = g_steal_pointer (&key);
  g_hash_table_insert (forms, (char *) form->folded, form);

  return form;
}

GArray *
test_read_words (const char *text)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (QuarryWord));
  g_auto (QuarryWords) iterator = { 0 };
  QuarryWord word;
  const char *folded;
  gsize length;

  quarry_words_init (&iterator, text, -1);
  while (quarry_words_next (&iterator, &word.span, &folded, &length))
    {
      word.form = get_form (folded, length);
      g_array_append_val (words, word);
    }

  return words;
}
