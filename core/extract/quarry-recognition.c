/* quarry-recognition.c: what is installed to recognize text in pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-recognition.h"

#include <langinfo.h>
#include <string.h>

#define ENDING ".traineddata"

static const char *
find_data (void)
{
  static const char *const places[]
      = { "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tessdata" };
  const char *named = g_getenv ("TESSDATA_PREFIX");

  if (named != NULL && *named != '\0')
    return named;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_file_test (places[i], G_FILE_TEST_IS_DIR))
      return places[i];
  return NULL;
}

/* Tesseract's name for the language of the locale: the code of ISO 639-2, except for Chinese. */
static const char *
language_of_locale (void)
{
  const char *name = g_get_language_names ()[0];
  const char *language = nl_langinfo (_NL_ADDRESS_LANG_TERM);

  if (g_str_has_prefix (name, "zh_TW") || g_str_has_prefix (name, "zh_HK"))
    return "chi_tra";
  if (g_str_has_prefix (name, "zh"))
    return "chi_sim";
  return language != NULL ? language : "";
}

static int
rank_of (const char *language)
{
  return strcmp (language, language_of_locale ()) == 0 ? 0 : strcmp (language, "eng") == 0 ? 1 : 2;
}

static gint
compare_languages (gconstpointer a, gconstpointer b)
{
  const char *first = *(const char *const *) a, *second = *(const char *const *) b;
  int difference = rank_of (first) - rank_of (second);

  return difference != 0 ? difference : strcmp (first, second);
}

char **
quarry_recognition_list_languages (void)
{
  g_autoptr (GPtrArray) languages = g_ptr_array_new ();
  const char *place = find_data ();
  g_autoptr (GDir) folder = place != NULL ? g_dir_open (place, 0, NULL) : NULL;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    /* These two are not languages: they detect the orientation of a page and find formulas. */
    if (g_str_has_suffix (name, ENDING) && strcmp (name, "osd" ENDING) != 0
        && strcmp (name, "equ" ENDING) != 0)
      g_ptr_array_add (languages, g_strndup (name, strlen (name) - strlen (ENDING)));
  g_ptr_array_sort (languages, compare_languages);
  g_ptr_array_add (languages, NULL);

  return (char **) g_ptr_array_free (g_steal_pointer (&languages), FALSE);
}

gboolean
quarry_recognition_can_turn (void)
{
  const char *place = find_data ();
  g_autofree char *path = place != NULL ? g_build_filename (place, "osd" ENDING, NULL) : NULL;

  return path != NULL && g_file_test (path, G_FILE_TEST_IS_REGULAR);
}
