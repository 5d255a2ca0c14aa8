/* quarry-tokenizer-steps.h: the normalizers and pre-tokenizers of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the room.
 */
#pragma once

#include "core/embed/quarry-json-reader.h"
#include "core/embed/quarry-tokenizer-file.h"

G_BEGIN_DECLS

/* Reads the value that comes next, a normalizer or a pre-tokenizer or a sequence of them, and adds its steps to those of
 * @file. A fault stays with @reader; *@unsupported, where it is NULL, gets the name of what Quarry cannot run. */
void quarry_tokenizer_steps_read (QuarryTokenizerFile *file,
                                  QuarryJsonReader *reader,
                                  gboolean normalizers,
                                  char **unsupported);

G_END_DECLS
