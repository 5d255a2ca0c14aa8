/* cli.h: what the commands of quarry-cli share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Exit statuses, as the manual promises them. */
enum
{
  CLI_DONE = 0,
  CLI_PARTLY = 1, /* done in part, or nothing found to do it on */
  CLI_WRONG_USE = 2,
  CLI_NO_LIBRARY = 3, /* the library, or the model, cannot be used */
};

/* Options that stand before the command, or among its own. */
typedef struct
{
  char *library; /* NULL: the default */
  char *model;
} CliGlobal;

typedef struct
{
  const char *name;
  const char *arguments; /* for the help */
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

/* Parses a command's options: @entries and the global ones. @name: the command, with the words
 * that follow it in the help. @teach: a paragraph for --help. FALSE after a message, where the
 * use was wrong. What is left of argv are its arguments, from argv[1]. */
gboolean cli_parse (CliGlobal *global,
                    const char *name,
                    const char *teach,
                    const GOptionEntry *entries,
                    int *argc,
                    char ***argv);

/* FALSE, after saying so, where one of the arguments is empty: as a path it would be the current folder. */
gboolean cli_check_paths (const char *command, int argc, char **argv);

/* Says that the use was wrong, and where help is. Always CLI_WRONG_USE. */
int cli_wrong_use (const char *command, const char *message);

/* A failure as one line on stderr, whatever is in it. */
void cli_complain (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Opens the library that was asked for. NULL after a message. */
QuarryLibrary *cli_open (CliGlobal *global, QuarryLibraryMode mode);

/* FALSE where there is no library yet, after saying so on stderr. */
gboolean cli_library_exists (CliGlobal *global);

/* (transfer full) @text, which may be bytes of a file's name, as it cannot drive the terminal: control characters are
 * blanks. */
char *cli_dup_plain (const char *text);

/* Prints @text on stdout. It cannot drive the terminal: control characters are blanks. */
void cli_print_plain (const char *text);

/* TRUE where the terminal on @fd shows colours. */
gboolean cli_has_colours (int fd);

/* One JSON object a line; takes the builder's root. */
void cli_print_json (JsonBuilder *builder);
void cli_print_json_node (JsonNode *root);

/* Path as JSON can carry it. */
void cli_add_path (JsonBuilder *builder, const char *path);

/* A member and its value. */
void cli_add_int (JsonBuilder *builder, const char *name, gint64 value);
void cli_add_double (JsonBuilder *builder, const char *name, double value);
void cli_add_string (JsonBuilder *builder, const char *name, const char *value);

G_END_DECLS
