/* own-mounts.h: file systems that only a test sees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For a test that mounts, in a process of its own: FALSE in the process that only waits for it (g_test_trap_subprocess()), or
 * skips it where own_mounts_begin() does not work. That takes rights which not every user has, and a root that is a
 * mount itself: tried in a process that has nothing else to do. */
gboolean own_mounts_in_own_process (void);

/* Likewise for one that calls own_mounts_mount_silent(), which also takes /dev/fuse. */
gboolean own_mounts_in_own_process_silent (void);

/* Whether own_mounts_mount_silent() works here. */
gboolean own_mounts_may_mount_silent (void);

/* From here on what this process mounts is seen by nobody else. */
gboolean own_mounts_begin (void);

/* Mounts on the folder @path a file system whose program is there and never answers, as of a server that is out of
 * reach, until the descriptor is closed. -1 where that cannot be had. */
int own_mounts_mount_silent (const char *path);

G_END_DECLS
