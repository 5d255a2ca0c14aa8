/* quarry-vector-room.h: memory for the rows of several chunks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Where many vectors come, their chunks lie together in huge pages: touching
 * small ones for the first time would take longer than all else that is done with a vector.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct QuarryVectorRoom QuarryVectorRoom;

/* With one user. @size: of a piece. */
QuarryVectorRoom *quarry_vector_room_new (gsize size);

/* The next piece, at a multiple of 64 bytes, which is a user more; NULL where all have been taken. */
gpointer quarry_vector_room_take (QuarryVectorRoom *self);

/* One user less; the last one's memory goes. NULL: nothing happens. */
void quarry_vector_room_leave (QuarryVectorRoom *self);

G_END_DECLS
