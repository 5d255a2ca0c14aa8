/* quarry-recognition.h: what is installed to recognize text in pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tesseract, and the data for each of its languages, are separate packages, which may be installed or
 * not.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The languages for which data are installed, as Tesseract names them ("deu", "chi_sim"), beginning with those that a
 * person with this locale most likely needs. Empty if Tesseract is not installed; never NULL. Looks at the disk.
 * (transfer full) */
char **quarry_recognition_list_languages (void);

/* TRUE if the data are installed that are needed to find out which way up a page is. */
gboolean quarry_recognition_can_turn (void);

G_END_DECLS
