/* quarry-opc.h: what the packages of Microsoft's formats share (Open Packaging Conventions)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/office/quarry-package.h"

G_BEGIN_DECLS

/* TRUE where the package holds content types and parts under @folder. */
gboolean quarry_opc_is (QuarryPackage *package, const char *folder);

/* (transfer full) The name of the main part; @otherwise where the package does not name it. */
char *quarry_opc_find_main (QuarryPackage *package, const char *otherwise);

/* The relations of a part: (transfer full) id to the name of the part meant. */
GHashTable *quarry_opc_read_relations (QuarryPackage *package, const char *part);

/* Title, author, dates and the like. */
void quarry_opc_read_metadata (QuarryPackage *package, QuarryDocumentBuilder *builder);

/* The part that @part relates to by a relation whose type ends in @type. (transfer full), NULL for
 * none. */
char *quarry_opc_find_related (QuarryPackage *package, const char *part, const char *type);

/* The documents that were put into this one, and the texts in its members below @drawings, which are
 * drawings or comments, a paragraph each. */
void quarry_opc_read_embedded (QuarryPackage *package, const QuarryInput *input);
void quarry_opc_read_drawings (QuarryPackage *package,
                               const char *drawings,
                               QuarryDocumentBuilder *builder);

G_END_DECLS
