/* quarry-vector-room.h: memory for several chunks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Where many vectors come, their chunks lie together in huge pages: touching
 * small ones for the first time would take longer than all else that is done with a vector, and so
 * would scanning them, under virtualisation above all.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_HUGE_PAGE ((gsize)2 << 20)

/* @size bytes of zeros at a multiple of a huge page, and in huge pages where @huge is set: for what
 * will be filled. Given back by munmap(). @size: a multiple of QUARRY_VECTOR_HUGE_PAGE. */
gpointer quarry_vector_map_pages (gsize size, gboolean huge);

typedef struct QuarryVectorRoom QuarryVectorRoom;

/* With one user. @length: bytes, for all pieces together; what is not taken costs no memory. */
QuarryVectorRoom *quarry_vector_room_new (gsize length);

/* The next piece, of @size bytes at a multiple of 64, which is a user more; NULL where there is not so much
 * left. NULL for no room, too. */
gpointer quarry_vector_room_take (QuarryVectorRoom *self, gsize size);

/* One user less; the last one's memory goes. NULL: nothing happens. */
void quarry_vector_room_leave (QuarryVectorRoom *self);

G_END_DECLS
