/* own-mounts.h: file systems that only a test sees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A test that mounts something does so in a process with mounts of its own (mount_namespaces(7)), so that nothing is
 * left behind when it ends. Where that is not allowed, the test is skipped.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Runs the calling test again in a process of its own (g_test_trap_subprocess()). Returns TRUE in that process, which
 * is to go on with the test, and FALSE in the one that only waits for it. Where own_mounts_begin() and a mount do not
 * succeed, the test is skipped and FALSE returned: they take rights that not every user has, and a root that is itself
 * a mount. Whether they succeed is tried in a process that does nothing else. */
gboolean own_mounts_in_own_process (void);

/* The same for a test that calls own_mounts_mount_silent(), which also needs /dev/fuse. */
gboolean own_mounts_in_own_process_silent (void);

/* Whether own_mounts_mount_silent() works here. */
gboolean own_mounts_may_mount_silent (void);

/* Gives this process mounts of its own: nobody else sees what it mounts from here on. FALSE where that is not
 * allowed. */
gboolean own_mounts_begin (void);

/* Mounts on the folder @path a file system that never answers, like one whose server is out of reach, until the
 * descriptor that is returned is closed. -1 where that is not possible. */
int own_mounts_mount_silent (const char *path);

G_END_DECLS
