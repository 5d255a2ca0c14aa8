/* quarry-train-segment.h: makes the segmenter's network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Runs `quarry-train segment …` and returns the exit status. */
int quarry_train_segment (int argc, char **argv);

G_END_DECLS
