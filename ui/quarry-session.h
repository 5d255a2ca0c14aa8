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

/* Opens a library without waiting, and keeps it for whoever shows it. A library that cannot be
 * written, or lies on a disk without room, is opened for reading; in the latter case once more for writing as soon as
 * there is room again, which is a change of state from ready to ready with another library.
 *
 * Properties: "state" (guint, QuarrySessionState). Signal: "refused", when what was to be imported is not, as the library
 * can only be read. */
G_DECLARE_FINAL_TYPE (QuarrySession, quarry_session, QUARRY, SESSION, GObject)

/* Starts opening. @folder, @model: NULL for the defaults. */
QuarrySession *quarry_session_new (const char *folder, const char *model);

/* The session of those who ask for none by name: made when one is first wanted. (transfer none) */
typedef QuarrySession *(*QuarrySessionFunc) (gpointer user_data);

QuarrySessionState quarry_session_get_state (QuarrySession *self);
QuarryLibrary *quarry_session_get_library (QuarrySession *self); /* NULL unless ready */
const GError *quarry_session_get_error (QuarrySession *self);    /* why it has failed, or cannot be written */
gboolean quarry_session_get_writable (QuarrySession *self);

/* Opens again after a failure. */
void quarry_session_retry (QuarrySession *self);

/* Remembers that @hit was opened, where a person wants searches to be personal; forgets all that was
 * opened. */
void quarry_session_note_opened (QuarrySession *self, QuarryHit *hit);
void quarry_session_forget_opened (QuarrySession *self);

/* Imports @paths (bytes of the file system, absolute): now, or once the library is open and there is room. */
void quarry_session_import (QuarrySession *self, const char *const *paths);

G_END_DECLS
