/* own-mounts.h: file systems that only a test sees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether own_mounts_begin() works here. That takes rights which not every user has, and a root that is a mount
 * itself: tried in a process that has nothing else to do. */
gboolean own_mounts_may_begin (void);

/* Likewise own_mounts_mount_silent() after it, which also takes /dev/fuse. */
gboolean own_mounts_may_mount_silent (void);

/* From here on what this process mounts is seen by nobody else. */
gboolean own_mounts_begin (void);

/* Mounts on the folder @path a file system whose program is there and never answers, as of a server that is out of
 * reach, until the descriptor is closed. -1 where that cannot be had. */
int own_mounts_mount_silent (const char *path);

G_END_DECLS
