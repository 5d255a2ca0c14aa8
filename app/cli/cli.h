/* cli.h: what the commands of quarry-cli share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Exit statuses, as documented in the manual page. */
enum
{
  CLI_DONE = 0,
  CLI_PARTLY = 1, /* done in part, or there was nothing to do it on */
  CLI_WRONG_USE = 2,
  CLI_NO_LIBRARY = 3, /* the library, or the model, cannot be used */
};

/* Options that may stand before the command or among its own options. */
typedef struct
{
  char *library; /* NULL: the default */
  char *model;
} CliGlobal;

typedef struct
{
  const char *name;
  const char *arguments; /* as shown in the help */
  const char *summary;   /* one line, untranslated */
  int (*run) (CliGlobal *global, int argc, char **argv);
} CliCommand;

int cli_import (CliGlobal *global, int argc, char **argv);
int cli_search (CliGlobal *global, int argc, char **argv);
int cli_similar (CliGlobal *global, int argc, char **argv);
int cli_suggest (CliGlobal *global, int argc, char **argv);
int cli_segment (CliGlobal *global, int argc, char **argv);
int cli_status (CliGlobal *global, int argc, char **argv);
int cli_remove (CliGlobal *global, int argc, char **argv);
int cli_rebuild (CliGlobal *global, int argc, char **argv);
int cli_why (CliGlobal *global, int argc, char **argv);
int cli_check (CliGlobal *global, int argc, char **argv);
int cli_eval (CliGlobal *global, int argc, char **argv);
int cli_bench (CliGlobal *global, int argc, char **argv);

/* Parses the options of a command: @entries and the global ones. @name: the command with its arguments, as shown in the
 * help. @teach: a paragraph for --help. Returns FALSE, after printing a message, if the use was wrong. Afterwards argv
 * holds the arguments only, from argv[1] on. */
gboolean cli_parse (CliGlobal *global,
                    const char *name,
                    const char *teach,
                    const GOptionEntry *entries,
                    int *argc,
                    char ***argv);

/* FALSE, after printing a message, if an argument is empty: as a path, that would mean the current folder. */
gboolean cli_check_paths (const char *command, int argc, char **argv);

/* Prints that the use was wrong, and where to find help. Always returns CLI_WRONG_USE. */
int cli_wrong_use (const char *command, const char *message);

/* Prints an error as a single line on stderr, whatever characters it contains. */
void cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Opens the library given by the options. NULL after printing a message. */
QuarryLibrary *cli_open (CliGlobal *global, QuarryLibraryMode mode);

/* FALSE, after printing a message on stderr, if there is no library yet. */
gboolean cli_library_exists (CliGlobal *global);

/* @text, which may be the bytes of a file's name, with control characters replaced by blanks, so that it cannot send
 * commands to the terminal. (transfer full) */
char *cli_dup_plain (const char *text);

/* Prints @text on stdout, with control characters replaced by blanks, as above. */
void cli_print_plain (const char *text);

/* TRUE if @fd is a terminal that shows colours. */
gboolean cli_has_colours (int fd);

/* Print one JSON object on a line of its own. The first takes over the builder's root. */
void cli_print_json (JsonBuilder *builder);
void cli_print_json_node (JsonNode *root);

/* Adds a path in a form that JSON can carry. */
void cli_add_path (JsonBuilder *builder, const char *path);

/* Add a member with its value. */
void cli_add_int (JsonBuilder *builder, const char *name, gint64 value);
void cli_add_double (JsonBuilder *builder, const char *name, double value);
void cli_add_string (JsonBuilder *builder, const char *name, const char *value);

G_END_DECLS
