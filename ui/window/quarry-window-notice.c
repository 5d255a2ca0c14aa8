/* quarry-window-notice.c: what the main window says above the hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-window-private.h"

#include "core/rank/quarry-confidence.h"

#include <glib/gi18n-lib.h>

/* A link, with its target and its text. The notice is translucent; links, whose colour is paler already, are not. */
#define LINK "<a href=\"%s\"><span alpha=\"100%%\">%s</span></a>"

/* "Also: receive", with a link that repeats the search without the correction. */
static void
add_corrections (GString *notice, QuarryAnswer *answer)
{
  const char *const *corrections = quarry_answer_get_corrections (answer);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *escaped = NULL;

  if (corrections[0] == NULL)
    return;
  for (guint i = 0; corrections[i] != NULL; i += 2)
    g_string_append_printf (words, "%s%s", i > 0 ? ", " : "", corrections[i + 1]);
  escaped = g_markup_escape_text (words->str, -1);
  if (notice->len > 0)
    g_string_append_c (notice, '\n');
  /* Translators: %s are words that a misspelt query may have meant. */
  g_string_append_printf (notice, _("Also: %s"), escaped);
  g_string_append_printf (notice, " · " LINK, "as-typed", _("Only As Typed"));
}

char *
quarry_window_make_notice (QuarryWindow *self, QuarryAnswer *answer)
{
  GString *notice = g_string_new (NULL);

  if (quarry_searcher_get_similar_to (self->searcher) > 0)
    {
      g_autofree char *title = g_markup_escape_text (self->similar_title, -1);

      /* Translators: %s is a document's title. */
      g_string_append_printf (notice,
                              quarry_searcher_is_document_asked (self->searcher)
                                  ? _("Passages like the document “%s”.")
                                  : _("Passages like the one in “%s”."),
                              title);
      /* Translators: back from "See Also" to what was searched for. */
      g_string_append_printf (notice, " " LINK, "back", _("Back to the Search"));
    }
  if (quarry_answer_get_confidence (answer) < QUARRY_CONFIDENCE_DOUBT)
    g_string_append_printf (notice, "%s%s", notice->len > 0 ? "\n" : "",
                            _("Nothing here is clearly about that. Closest passages:"));
  add_corrections (notice, answer);
  if (quarry_answer_get_hint (answer))
    {
      g_autofree char *hint = g_markup_escape_text (quarry_answer_get_hint (answer), -1);

      g_string_append_printf (notice, "%s%s", notice->len > 0 ? "\n" : "", hint);
    }

  return g_string_free (notice, notice->len == 0);
}
