/* quarry-model-map.h: a file of a model, mapped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to the room.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The whole file @path, which may be empty. It is guarded (quarry_mapping_guard()): where another program cuts it
 * short, the missing part reads as zeros from then on, and quarry_mapping_is_damaged() says so of the bytes' start.
 * (transfer full)
 *
 * Errors: QUARRY_EMBED_ERROR_MISSING where there is no such file, QUARRY_EMBED_ERROR_DAMAGED where it cannot be read;
 * both name the file. */
GBytes *quarry_model_map (const char *path, GError **error);

G_END_DECLS
