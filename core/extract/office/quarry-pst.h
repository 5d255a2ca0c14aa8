/* quarry-pst.h: Outlook's stores of mails: nodes and their properties
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the format of [MS-PST], both the ANSI one of 1997 and the Unicode one of 2003 and later. A
 * store is a tree of nodes; the last five bits of a node's number tell what kind it is. A node has
 * properties, numbered as in [MS-OXPROPS], and may have nodes below it. Only what is asked for is
 * read, and a damaged store cannot cause more to be read than the store contains.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_PST_FOLDER = 0x02,
  QUARRY_PST_MESSAGE = 0x04,
  QUARRY_PST_ATTACHMENT = 0x05,
} QuarryPstKind;

typedef struct
{
  guint32 id; /* its last five bits are the kind */
  guint32 parent; /* of a message: the folder; 0 for a node below another */
  guint64 data, below; /* numbers of blocks */
} QuarryPstNode;

typedef struct _QuarryPst QuarryPst;
typedef struct _QuarryPstProperties QuarryPstProperties;

/* NULL if @bytes are not a store, or it is damaged or encoded in a way not known here. @bytes must outlive the
 * result. */
QuarryPst *quarry_pst_new (const guint8 *bytes, gsize length);
void quarry_pst_free (QuarryPst *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPst, quarry_pst_free)

/* Return FALSE to stop. */
typedef gboolean (*QuarryPstFunc) (const QuarryPstNode *node, gpointer data);
void quarry_pst_foreach (QuarryPst *self, QuarryPstKind kind, QuarryPstFunc func, gpointer data);

gboolean quarry_pst_find (QuarryPst *self, guint32 id, QuarryPstNode *node);

/* The nodes below @node: (transfer full) of QuarryPstNode. */
GArray *quarry_pst_get_below (QuarryPst *self, const QuarryPstNode *node);

/* The properties of @node; NULL if it has none. (transfer full) */
QuarryPstProperties *quarry_pst_read_properties (QuarryPst *self, const QuarryPstNode *node);
void quarry_pst_properties_free (QuarryPstProperties *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPstProperties, quarry_pst_properties_free)

/* The bytes of a property: those of a text, a time or a file, or the four bytes of a number. *@type is set to its type
 * as numbered in [MS-OXCDATA] 2.11.1. NULL if there is no such property. (transfer full) */
GBytes *quarry_pst_properties_get (QuarryPstProperties *self, guint16 id, guint16 *type);

/* A property as a text in UTF-8, a number, or a node; NULL, 0 or FALSE if there is none. (transfer full) */
char *quarry_pst_properties_get_text (QuarryPstProperties *self, guint16 id);
guint32 quarry_pst_properties_get_number (QuarryPstProperties *self, guint16 id);
gboolean quarry_pst_properties_get_node (QuarryPstProperties *self, guint16 id, QuarryPstNode *node);

G_END_DECLS
