/* fuzz.h: what every fuzz target is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Built with clang and -Dfuzzing=true, libFuzzer drives a target; otherwise driver.c does, which
 * runs it over its corpus, cut off and shaken the same way every time.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length);
