/* quarry-describe.h: answers as values, in the one shape that JSON and D-Bus have
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

/* Of the type a{sv}, (transfer floating). data/org.quarry.Quarry.Library1.xml tells of names and types; what is not known
 * is absent. */
GVariant *quarry_describe_answer (QuarryAnswer *answer);

G_END_DECLS
