/* usual-priority.c: threads that step back keep their priority
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Overrides two functions of the C library in tests that wait for text recognition. Recognition runs at the idle
 * priority, so that on a busy machine, which runs other tests at the same time, it would hardly get any processor time.
 */
#include <sched.h>
#include <sys/resource.h>

int
setpriority (__priority_which_t which, id_t who, int priority)
{
  return 0;
}

int
sched_setscheduler (pid_t thread, int policy, const struct sched_param *parameters)
{
  return 0;
}
