/* quarry-omml.h: writes the formulas of Word and PowerPoint (OMML) as one line of text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The letters of a formula are text like any other, and are added as such. Here are the signs that show how they are
 * placed: "x^2", "(a)/(b)".
 *
 * Source: ISO/IEC 29500-1, 22.1 (Math).
 */
#pragma once

#include "core/extract/office/quarry-office.h"
#include "core/extract/text/quarry-xml.h"

G_BEGIN_DECLS

typedef struct _QuarryOmml QuarryOmml;

QuarryOmml *quarry_omml_new (QuarryOffice *office);
void quarry_omml_free (QuarryOmml *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryOmml, quarry_omml_free)

/* To be called for the start and the end of every element that is read, within formulas and outside. */
void quarry_omml_start (QuarryOmml *self, const char *name, const QuarryXmlElement *xml);
void quarry_omml_end (QuarryOmml *self, const char *name);

G_END_DECLS
