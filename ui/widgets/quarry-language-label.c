/* quarry-language-label.c: languages' names as the window says them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-language-label.h"

#include "core/document/quarry-language.h"

#include <glib/gi18n-lib.h>

char *
quarry_language_label_new (const char *tag)
{
  /* Translators: the code of the language that you translate to, as in "de"; languages are named in it. */
  return quarry_language_dup_name (tag, C_ ("language of this translation", "en"));
}
