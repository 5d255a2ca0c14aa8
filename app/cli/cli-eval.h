/* cli-eval.h: what the parts of quarry-cli eval share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/cli/cli.h"
#include "core/eval/quarry-eval-progress.h"

G_BEGIN_DECLS

/* What tells how far it is, on a terminal; NULL elsewhere. */
QuarryEvalProgress cli_eval_progress (void);

/* Says why nothing was measured. Data that cannot be read are CLI_PARTLY; a model or library that cannot is worse. */
int cli_eval_failed (const GError *error);

/* Each measures one thing: arguments and exit status as of a command. */
int cli_eval_retrieval (CliGlobal *global, int argc, char **argv);
int cli_eval_variety (CliGlobal *global, int argc, char **argv);
int cli_eval_segmentation (CliGlobal *global, int argc, char **argv);
int cli_eval_confidence (CliGlobal *global, int argc, char **argv);
int cli_eval_own (CliGlobal *global, int argc, char **argv);

G_END_DECLS
