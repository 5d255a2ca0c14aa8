# sanitizers.sh: how the sanitizers are set for the tests. Sourced by tests/run.
#
# SPDX-License-Identifier: GPL-3.0-or-later
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export LSAN_OPTIONS=suppressions="$top/tests/leaks.supp":print_suppressions=0
export G_SLICE=always-malloc
