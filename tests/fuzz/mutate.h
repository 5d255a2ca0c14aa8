/* mutate.h: changes within a file whose frame stays sound, so that the code behind its checks is reached
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The functions change a file in place, in room for @most bytes, and return its new length; 0, with nothing changed, if
 * it is no such file or the change has no room. They choose by @random.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of a file of any format: of what it contains, if that is known, else of any byte. Never 0. */
gsize mutate_file (guint8 *bytes, gsize length, gsize most, GRand *random);

/* Of a ZIP file whose members are all stored: a member is changed, left out, or given another name. */
gsize mutate_zip (guint8 *bytes, gsize length, gsize most, GRand *random);

/* Of a compound file of Microsoft's ([MS-CFB]): a stream is changed, within the sectors that it has. */
gsize mutate_ole (guint8 *bytes, gsize length, gsize most, GRand *random);

G_END_DECLS
