/* quarry-describe.h: answers as GVariants, in the structure that JSON and D-Bus share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

/* A value of type a{sv}, (transfer floating). data/org.quarry.Quarry.Library1.xml documents the keys and their types.
 * Keys whose value is unknown are left out. */
GVariant *quarry_describe_answer (QuarryAnswer *answer);

G_END_DECLS
