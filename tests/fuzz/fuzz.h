/* fuzz.h: what every fuzz target defines
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With clang and -Dfuzzing=true, a target is run by libFuzzer. Otherwise driver.c runs it over its corpus, and over
 * truncated and randomly changed copies of that, the same in every run.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length);

/* A target may define how its inputs are changed, in place and in room for @most bytes; returns the new length. */
size_t LLVMFuzzerCustomMutator (uint8_t *bytes, size_t length, size_t most, unsigned int seed);

/* What changes any bytes: libFuzzer's, or the driver's. */
size_t LLVMFuzzerMutate (uint8_t *bytes, size_t length, size_t most);
