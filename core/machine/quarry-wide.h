/* quarry-wide.h: loops compiled for wide registers where the processor has them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

/* Stands before a function's definition: the compiler builds it twice, for any processor and for one with AVX2, and
 * the dynamic linker chooses as the program starts. Both give the same bits: AVX2 alone brings no fused
 * multiplication, and the compiler does not reorder sums of floats. Not with sanitizers, whose run-time libraries are
 * not ready yet when the linker chooses; and not with clang, where the choices of static functions that have one name
 * in two files are one, and where a header has to say which functions of a file there are twice. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) \
    && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_WIDE_REGISTERS __attribute__ ((target_clones ("default", "avx2")))
#else
#define FOR_WIDE_REGISTERS
#endif
