/* quarry-opc.h: what the packages of Microsoft's formats share (Open Packaging Conventions)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/office/quarry-office.h"
#include "core/extract/office/quarry-package.h"
#include "core/extract/text/quarry-xml.h"

G_BEGIN_DECLS

/* TRUE if the package has a list of content types and parts under @folder. */
gboolean quarry_opc_is (QuarryPackage *package, const char *folder);

/* The name of the main part; @otherwise if the package does not state it. (transfer full) */
char *quarry_opc_find_main (QuarryPackage *package, const char *otherwise);

/* The relations of a part: a table from id to the name of the related part. (transfer full) */
GHashTable *quarry_opc_read_relations (QuarryPackage *package, const char *part);

/* Reads title, author, dates and so on. */
void quarry_opc_read_metadata (QuarryPackage *package, QuarryDocumentBuilder *builder);

/* The part that @part is related to by a relation whose type ends with @type. (transfer full); NULL if there is
 * none. */
char *quarry_opc_find_related (QuarryPackage *package, const char *part, const char *type);

/* The first reads the documents embedded in this one; the second the texts of the members below @drawings, which are
 * drawings or comments, as one paragraph each. */
void quarry_opc_read_embedded (QuarryPackage *package, const QuarryInput *input);
void quarry_opc_read_drawings (QuarryPackage *package,
                               const char *drawings,
                               QuarryDocumentBuilder *builder);

/* Adds the texts of the member @part (NULL for none), which is a chart, a diagram or comments, as notes to @office. */
void quarry_opc_add_part (QuarryPackage *package, const char *part, QuarryOffice *office);

/* Where charts and diagrams are shown. A caller sets the first three, and calls quarry_opc_clear_graphics() in the
 * end. */
typedef struct
{
  QuarryPackage *package;
  const char *part; /* the one that shows them */
  QuarryOffice *office;
  GHashTable *relations; /* of the part; NULL until a graphic needs them */
  GHashTable *shown;     /* parts that were added already */
} QuarryOpcGraphics;

/* Adds the chart or diagram that the element @xml called @name shows, the first time that it is shown; nothing for any
 * other element. */
void quarry_opc_add_graphic (QuarryOpcGraphics *self, const char *name, const QuarryXmlElement *xml);
void quarry_opc_clear_graphics (QuarryOpcGraphics *self);

G_END_DECLS
