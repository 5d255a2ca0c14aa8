/* quarry-button-names.h: what a screen reader calls buttons that have a mnemonic
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on, screen readers read every button's label as it is shown. Without this, GTK 4.8 adds the label with its
 * mnemonic: "_Open Open". */
void quarry_name_buttons (void);

G_END_DECLS
