/* cli-eval.h: what the parts of quarry-cli eval share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/cli/cli.h"
#include "core/eval/quarry-eval-progress.h"

G_BEGIN_DECLS

/* The function that reports progress on a terminal; NULL if stderr is not one. */
QuarryEvalProgress cli_eval_progress (void);

/* Prints why nothing was measured and returns the exit status: CLI_PARTLY if data could not be read, CLI_NO_LIBRARY if
 * it was a model or a library. */
int cli_eval_failed (const GError *error);

/* Each measures one thing. Arguments and exit status are those of a command. */
int cli_eval_retrieval (CliGlobal *global, int argc, char **argv);
int cli_eval_variety (CliGlobal *global, int argc, char **argv);
int cli_eval_segmentation (CliGlobal *global, int argc, char **argv);
int cli_eval_confidence (CliGlobal *global, int argc, char **argv);
int cli_eval_own (CliGlobal *global, int argc, char **argv);

G_END_DECLS
