/* quarry-tokenizer-steps.h: reads the normalizers and pre-tokenizers of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the room.
 */
#pragma once

#include "core/embed/quarry-json-reader.h"
#include "core/embed/quarry-tokenizer-file.h"

G_BEGIN_DECLS

/* Reads the next value, which is a normalizer, a pre-tokenizer, or a sequence of them, and adds its steps to those of
 * @file. A fault is recorded in @reader. If there is something that Quarry cannot run, *@unsupported gets its name,
 * unless it is set already. */
void quarry_tokenizer_steps_read (QuarryTokenizerFile *file,
                                  QuarryJsonReader *reader,
                                  gboolean normalizers,
                                  char **unsupported);

G_END_DECLS
