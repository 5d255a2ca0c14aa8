# sanitizers.sh: how the sanitizers are set for the tests. Sourced by tests/run.
#
# SPDX-License-Identifier: GPL-3.0-or-later
# Without detect_stack_use_after_return: on the stack that it makes, GCC 12 places the 64-byte
# registers of AVX-512 at addresses where they fault (GCC bug 110027).
# allocator_may_return_null: where memory ends, as it is made to end for a reader, the report of it would
# need files that the reader may not open, and wait for ever; without it, what asked is told.
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1:allocator_may_return_null=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions="$top/tests/races.supp"
export LSAN_OPTIONS=suppressions="$top/tests/leaks.supp":print_suppressions=0
export G_SLICE=always-malloc
