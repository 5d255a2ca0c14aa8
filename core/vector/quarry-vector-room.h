/* quarry-vector-room.h: memory for several chunks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. When many vectors are added, several chunks share one allocation in huge pages. With small
 * pages, the page faults on first access would take longer than everything else that is done with a vector, and
 * scanning would be slower too, particularly in virtual machines.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_HUGE_PAGE ((gsize)2 << 20)

/* Maps @size bytes of zeros at a multiple of the size of a huge page, in huge pages if @huge is set, which is for
 * memory that will be filled. To be freed by munmap(). @size: a multiple of QUARRY_VECTOR_HUGE_PAGE. */
gpointer quarry_vector_map_pages (gsize size, gboolean huge);

typedef struct QuarryVectorRoom QuarryVectorRoom;

/* Makes a room with one user. @length: bytes for all pieces together; what is never taken uses no memory. */
QuarryVectorRoom *quarry_vector_room_new (gsize length);

/* Takes the next piece, of @size bytes at a multiple of 64, and adds a user; NULL where not enough is left, or @self is
 * NULL. */
gpointer quarry_vector_room_take (QuarryVectorRoom *self, gsize size);

/* Removes a user; the memory is freed with the last one. NULL: nothing happens. */
void quarry_vector_room_leave (QuarryVectorRoom *self);

G_END_DECLS
