/* quarry-recognition.h: what is there to recognize text in pictures with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tesseract and the data of each of its languages are packages of their own, which a person may
 * have or not.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The languages that data are installed for, as Tesseract calls them ("deu", "chi_sim"), those a
 * person of this locale is likely to need first; none where Tesseract is not installed. (transfer
 * full), never NULL. Looks at the disk. */
char **quarry_recognition_list_languages (void);

/* TRUE where the data are there that tell how a page is turned. */
gboolean quarry_recognition_can_turn (void);

G_END_DECLS
