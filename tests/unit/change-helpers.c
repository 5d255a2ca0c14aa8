/* change-helpers.c: what the tests of changed libraries share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "change-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

void
assert_why (QuarryLibrary *library, const char *path, QuarryWhyState state, const char *part)
{
  g_autoptr (QuarryWhy) why = quarry_library_why (library, path, NULL, NULL, NULL);

  g_assert_cmpint (why->state, ==, state);
  g_assert_nonnull (strstr (why->reason, part));
}

void
write_text (const char *path, const char *text)
{
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

void
write_mail (const char *path)
{
  write_text (path, "From: a@b.c\nSubject: Tea\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
                    "--x\nContent-Type: text/plain\n\nSee both.\n"
                    "--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=tea.txt\n\n"
                    "Leaves wither on racks before they are dried.\n"
                    "--x\nContent-Type: text/plain\nContent-Disposition: attachment; filename=orchid.md\n\n"
                    "Orchids grow on the branches of old trees.\n--x--\n");
}

static const char *const mails[] = {
  "From a@b.c Sun Nov  1 10:00:00 2026\nFrom: a@b.c\nSubject: Tea\n\nTea grows on misty hills.\n\n",
  "From a@b.c Sun Nov  1 10:00:00 2026\nFrom: a@b.c\nSubject: Lava\n\nVolcanoes pour lava over basalt.\n\n",
  "From a@b.c Sun Nov  1 10:00:00 2026\nFrom: a@b.c\nSubject: Orchids\n\nOrchids grow on branches.\n\n",
  "From a@b.c Sun Nov  1 10:00:00 2026\nFrom: a@b.c\nSubject: Glass\n\nGlass is blown from molten sand.\n\n",
};

void
write_mailbox (const char *path, const char *which)
{
  g_autoptr (GString) mailbox = g_string_new (NULL);

  for (; *which != '\0'; which++)
    g_string_append (mailbox, mails[*which - '1']);
  write_text (path, mailbox->str);
}
