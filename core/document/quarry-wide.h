/* quarry-wide.h: code for wide registers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

/* Builds a function once more for processors with wide registers; which one is used shows when the
 * program starts. */
#if defined(__x86_64__) && defined(__GLIBC__) \
    && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_WIDE_REGISTERS __attribute__ ((target_clones ("default", "avx2")))
#else
#define FOR_WIDE_REGISTERS
#endif
