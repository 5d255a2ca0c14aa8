/* quarry-cli.c: Quarry from the command line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/cli.h"
#include "core/machine/quarry-memory.h"
#include "core/place/quarry-place.h"

static const CliCommand commands[] = {
  { "import", "PATH…", N_ ("add files and folders to the library"), cli_import },
  { "search", "QUERY", N_ ("find passages by meaning and by words"), cli_search },
  { "similar", "PASSAGE-ID|FILE", N_ ("find passages like one that was found, or like a document"), cli_similar },
  { "suggest", "PREFIX", N_ ("list the library's words that begin so"), cli_suggest },
  { "segment", "FILE", N_ ("show where a document's topic changes"), cli_segment },
  { "status", "", N_ ("say what the library holds, and what could not be read"), cli_status },
  { "why", "PATH [QUERY]", N_ ("say why a file is not found"), cli_why },
  { "remove", "PATH…", N_ ("take documents out of the library"), cli_remove },
  { "rebuild", "", N_ ("make everything anew that follows from the texts"), cli_rebuild },
  { "check", "", N_ ("verify the library against itself"), cli_check },
  { "eval", "WHAT [DIR…]", N_ ("measure own, retrieval, variety, segmentation or confidence"), cli_eval },
  { "bench", "", N_ ("measure the vector index on this machine"), cli_bench },
};

static void
print_help (FILE *to)
{
  fprintf (to, "%s\n\n", _("Usage: quarry-cli [--library DIR] [--model PATH] COMMAND …"));
  fprintf (to, "%s\n\n",
           _("Finds passages in your own documents, by meaning and by words, on this machine alone."));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage = g_strdup_printf ("%s %s", commands[i].name, commands[i].arguments);
      int width = 32 + (int) (strlen (usage) - (gsize) g_utf8_strlen (usage, -1));

      fprintf (to, "  %-*s %s\n", width, usage, _(commands[i].summary));
    }
  fprintf (to, "\n%s\n\n  %s\n  %s\n  %s\n", _("To begin with:"), "quarry-cli import ~/Documents",
           "quarry-cli search \"when did the oil embargo begin\"",
           "quarry-cli search --json --limit 3 'type:pdf in:reports \"exact phrase\" -draft'");
  fprintf (to, "\n%s\n%s\n",
           _("“quarry-cli COMMAND --help” explains a command. Exit status: 0 done; 1 done in part, or nothing"),
           _("found to do it on; 2 wrong use; 3 the library cannot be used."));
}

static const CliCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (name, commands[i].name) == 0)
      return &commands[i];

  return NULL;
}

/* The edit distance of two ASCII words (Levenshtein's, but a transposition of adjacent letters counts once). */
static guint
distance (const char *a, const char *b)
{
  gsize n = strlen (a), m = strlen (b);
  g_autofree guint *table = g_new (guint, (n + 1) * (m + 1));
#define AT(i, j) table[(i) * (m + 1) + (j)]

  for (gsize i = 0; i <= n; i++)
    for (gsize j = 0; j <= m; j++)
      {
        if (i == 0 || j == 0)
          {
            AT (i, j) = (guint) (i + j);
            continue;
          }
        AT (i, j) = MIN (AT (i - 1, j - 1) + (a[i - 1] != b[j - 1]), MIN (AT (i - 1, j), AT (i, j - 1)) + 1);
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          AT (i, j) = MIN (AT (i, j), AT (i - 2, j - 2) + 1);
      }
  return AT (n, m);
#undef AT
}

/* The command that was probably meant; NULL if no name is similar enough. */
static const CliCommand *
find_nearest_command (const char *typed)
{
  g_autofree char *lower = g_ascii_strdown (typed, -1);
  const CliCommand *nearest = NULL;
  guint least = 3;

  if (strlen (lower) < 3 || strlen (lower) > 32)
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      guint d = g_str_has_prefix (commands[i].name, lower) ? 1 : distance (lower, commands[i].name);

      if (d < least)
        {
          least = d;
          nearest = &commands[i];
        }
    }
  return nearest;
}

static int
refuse_command (const char *typed)
{
  const CliCommand *nearest = find_nearest_command (typed);

  cli_complain (_("“%s” is no command."), typed);
  if (nearest != NULL)
    {
      /* Translators: %s is a command that a mistyped one may have meant. */
      fprintf (stderr, _("Did you mean “quarry-cli %s”? “quarry-cli --help” names them all."), nearest->name);
      fputc ('\n', stderr);
    }
  else
    print_help (stderr);
  return CLI_WRONG_USE;
}

/* If the arguments begin with "--name VALUE" or "--name=VALUE", removes these and sets *@value. */
static gboolean
take_option (const char *name, int *argc, char ***argv, char **value)
{
  gsize length = strlen (name);
  const char *argument = (*argv)[0];

  if (!g_str_has_prefix (argument, name))
    return FALSE;
  if (argument[length] == '=')
    {
      g_free (*value);
      *value = g_strdup (argument + length + 1);
      (*argc)--;
      (*argv)++;
      return TRUE;
    }
  if (argument[length] == '\0' && *argc > 1)
    {
      g_free (*value);
      *value = g_strdup ((*argv)[1]);
      *argc -= 2;
      *argv += 2;
      return TRUE;
    }

  return FALSE;
}

/* If a standard stream is closed, a file opened later would get its number, and would be printed into. So open
 * /dev/null in its place; for stdout without the right to write, so that writing output still fails and is reported. */
static void
hold_standard_streams (void)
{
  for (int fd = 0; fd < 3; fd++)
    if (fcntl (fd, F_GETFD) == -1 && open ("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd)
      _exit (CLI_WRONG_USE);
}

/* Runs at exit, however that came about: if the output could not be written, the exit status must not be success. */
static void
check_output (int status, void *unused)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return;

  cli_complain (_("The output could not be written. Check where it leads, and that there is space left."));
  _exit (status != CLI_DONE ? status : CLI_PARTLY);
}

int
main (int argc, char **argv)
{
  CliGlobal global = { 0 };
  const CliCommand *command;
  g_auto (GStrv) copy = g_strdupv (argv);
  g_autofree char **arguments = NULL;
  int n_arguments = argc - 1;
  char **rest = copy + 1;
  int status;

  hold_standard_streams ();
  on_exit (check_output, NULL);
  quarry_place_bind_messages ();
  quarry_keep_memory ();
  /* Line-buffered, so that what was reported as done is printed even if the program is killed. */
  setvbuf (stdout, NULL, _IOLBF, 0);

  while (n_arguments > 0 && rest[0][0] == '-')
    {
      if (strcmp (rest[0], "--help") == 0 || strcmp (rest[0], "-h") == 0)
        {
          print_help (stdout);
          return CLI_DONE;
        }
      if (strcmp (rest[0], "--version") == 0)
        {
          printf ("quarry-cli %s\n", QUARRY_VERSION);
          return CLI_DONE;
        }
      if (!take_option ("--library", &n_arguments, &rest, &global.library)
          && !take_option ("--model", &n_arguments, &rest, &global.model))
        {
          cli_complain (_("“%s” is no option, or lacks its value."), rest[0]);
          print_help (stderr);
          return CLI_WRONG_USE;
        }
    }

  if (n_arguments == 0)
    {
      print_help (stderr);
      return CLI_WRONG_USE;
    }
  if (strcmp (rest[0], "help") == 0)
    {
      if (n_arguments == 1)
        {
          print_help (stdout);
          return CLI_DONE;
        }
      if (n_arguments > 2)
        return cli_wrong_use ("COMMAND", _("“help” explains one command."));
      /* "help search" means "search --help". */
      g_free (rest[0]);
      rest[0] = rest[1];
      rest[1] = g_strdup ("--help");
    }
  command = find_command (rest[0]);
  if (command == NULL)
    return refuse_command (rest[0]);

  /* The option parser rearranges the array that it is given, so pass a copy. */
  arguments = g_new0 (char *, n_arguments + 1);
  memcpy (arguments, rest, sizeof (char *) * (gsize) n_arguments);
  status = command->run (&global, n_arguments, arguments);
  g_free (global.library);
  g_free (global.model);

  return status;
}
