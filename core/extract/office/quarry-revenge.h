/* quarry-revenge.h: what LibreOffice's import libraries read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libwpd, libwps, libvisio and libmspub report what they find through the interfaces of librevenge, which are C++
 * classes; so the file behind this header is C++. It is a module of its own: linked with quarry-extract, the libraries
 * took 2.4 ms of each of its starts, and few people have such files.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef enum
{
  QUARRY_REVENGE_WORDPERFECT, /* WordPerfect 4.2 and later */
  QUARRY_REVENGE_WORKS,       /* Works, Write, Lotus 1-2-3, Quattro Pro: texts, sheets, databases */
  QUARRY_REVENGE_VISIO,       /* Visio before 2013 */
  QUARRY_REVENGE_PUBLISHER,
} QuarryRevengeKind;

typedef enum
{
  QUARRY_REVENGE_READ,
  QUARRY_REVENGE_DAMAGED, /* or not of this kind; what was read before the damage is kept */
  QUARRY_REVENGE_ENCRYPTED,
  QUARRY_REVENGE_MISSING, /* the module could not be loaded */
} QuarryRevengeResult;

/* TRUE where the module could be loaded. Once the walls are up nothing can be loaded: call it before. */
gboolean quarry_revenge_load (void);

/* TRUE once a file was to be read in a process in which nobody had tried to load the module before. */
gboolean quarry_revenge_was_missed (void);

QuarryRevengeResult quarry_revenge_read (QuarryRevengeKind kind,
                                         const guint8 *bytes,
                                         gsize length,
                                         QuarryDocumentBuilder *builder);

/* The same, in the module. */
QuarryRevengeResult quarry_revenge_module_read (QuarryRevengeKind kind,
                                                const guint8 *bytes,
                                                gsize length,
                                                QuarryDocumentBuilder *builder);

G_END_DECLS
