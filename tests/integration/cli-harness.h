/* cli-harness.h: runs the real quarry-cli, and looks at what it says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each test has a folder of its own, which is the home folder too; nothing of the person's is seen.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Exit statuses that the contract defines. */
enum
{
  DONE = 0,
  PARTLY = 1,
  WRONG_USE = 2,
  NO_LIBRARY = 3,
};

typedef struct
{
  char *folder;
  char *library; /* it does not exist yet */
} Cli;

void cli_set_up (Cli *cli, gconstpointer data);
void cli_tear_down (Cli *cli, gconstpointer data);

#define CLI_TEST(path, func) g_test_add (path, Cli, NULL, cli_set_up, func, cli_tear_down)

/* What a run left behind. */
typedef struct
{
  int status; /* exit status, or minus the signal that ended it */
  char *out;  /* NUL-terminated; a NUL in it fails the test */
  char *err;
} CliRun;

void cli_run_free (CliRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliRun, cli_run_free)

/* Returns a launcher with the test's environment: its home folder and locale, and warnings of GLib made fatal.
 * (transfer full) */
GSubprocessLauncher *cli_launcher (Cli *cli, GSubprocessFlags flags);

/* Starts quarry-cli in the test's folder with @arguments, which are NULL-terminated and do not include the program. */
GSubprocess *cli_start (GSubprocessLauncher *launcher, const char *const *arguments);

/* Runs quarry-cli with exactly these arguments. */
CliRun *cli_run_plain (Cli *cli, const char *const *arguments);

/* Runs "quarry-cli --library LIBRARY …". */
CliRun *cli_run (Cli *cli, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* The same, and checks that it ends with @status. */
CliRun *cli_expect (Cli *cli, int status, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* Checks that stderr is one line that begins with the program's name and holds @part, and that the run ended with
 * @status. */
void assert_complains (const CliRun *run, int status, const char *part);

/* Fills the test's folder "notes" with documents on five subjects. Their texts hold characters of more than one byte,
 * so that byte and character positions differ. */
void write_notes (Cli *cli);

/* The text that the reader makes of notes/NAME, which is the text as it was written. */
const char *note_text (const char *name);

/* Calls write_notes() and imports them. */
void import_notes (Cli *cli);

G_END_DECLS
