/* quarry-session.h: one library, open or on its way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_SESSION_OPENING,
  QUARRY_SESSION_READY,
  QUARRY_SESSION_FAILED,
} QuarrySessionState;

#define QUARRY_TYPE_SESSION (quarry_session_get_type ())

/* Opens a library without blocking, and keeps it open for all that show it. A library that cannot be written, or is
 * on a full disk, is opened for reading. In the latter case it is opened again for writing once there is room, which
 * notifies "state" again, from ready to ready, with another library.
 *
 * Properties: "state" (guint, QuarrySessionState). Signal: "refused", when paths will not be imported because the
 * library can only be read. */
G_DECLARE_FINAL_TYPE (QuarrySession, quarry_session, QUARRY, SESSION, GObject)

/* Starts opening the library. @folder, @model: NULL for the defaults. */
QuarrySession *quarry_session_new (const char *folder, const char *model);

/* Returns the session for callers that name no library, and makes it the first time. (transfer none) */
typedef QuarrySession *(*QuarrySessionFunc) (gpointer user_data);

const char *quarry_session_get_folder (QuarrySession *self); /* of the library */
QuarrySessionState quarry_session_get_state (QuarrySession *self);
QuarryLibrary *quarry_session_get_library (QuarrySession *self); /* NULL unless ready */
const GError *quarry_session_get_error (QuarrySession *self);    /* why opening or writing failed */
gboolean quarry_session_get_writable (QuarrySession *self);

/* Opens the library again after a failure. */
void quarry_session_retry (QuarrySession *self);

/* The first remembers that @hit was opened, if the person wants searches to be personal; the second forgets all that
 * was opened. */
void quarry_session_note_opened (QuarrySession *self, QuarryHit *hit);
void quarry_session_forget_opened (QuarrySession *self);

/* Imports @paths (absolute, in the file system's bytes): now, or as soon as the library is open and there is room. */
void quarry_session_import (QuarrySession *self, const char *const *paths);

G_END_DECLS
