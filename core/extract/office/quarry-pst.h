/* quarry-pst.h: Outlook's stores of mails: nodes, and their properties
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As [MS-PST] has it, of 1997 (ANSI) and of 2003 and later (Unicode). A store is a tree of nodes; what a node is, its
 * number's last five bits tell. A node has properties, as [MS-OXPROPS] numbers them, and nodes below it. Nothing is
 * read but what is asked for, and whatever a damaged store says, no more than what the store holds.
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
  guint32 id; /* the kind in its last five bits */
  guint32 parent; /* the folder's of a message; 0 below a node */
  guint64 data, below; /* blocks */
} QuarryPstNode;

typedef struct _QuarryPst QuarryPst;
typedef struct _QuarryPstProperties QuarryPstProperties;

/* NULL where it is none, damaged, or locked in a way that is not known here. @bytes stay the caller's. */
QuarryPst *quarry_pst_new (const guint8 *bytes, gsize length);
void quarry_pst_free (QuarryPst *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPst, quarry_pst_free)

/* FALSE stops. */
typedef gboolean (*QuarryPstFunc) (const QuarryPstNode *node, gpointer data);
void quarry_pst_foreach (QuarryPst *self, QuarryPstKind kind, QuarryPstFunc func, gpointer data);

gboolean quarry_pst_find (QuarryPst *self, guint32 id, QuarryPstNode *node);

/* (transfer full) Of QuarryPstNode: those below it. */
GArray *quarry_pst_get_below (QuarryPst *self, const QuarryPstNode *node);

/* (transfer full); NULL where it has none. */
QuarryPstProperties *quarry_pst_read_properties (QuarryPst *self, const QuarryPstNode *node);
void quarry_pst_properties_free (QuarryPstProperties *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPstProperties, quarry_pst_properties_free)

/* Its bytes: those of a text, a time or a file, or the four of a number; *type is as [MS-OXCDATA] 2.11.1 numbers them.
 * NULL where there is none. (transfer full) */
GBytes *quarry_pst_properties_get (QuarryPstProperties *self, guint16 id, guint16 *type);

/* A text in UTF-8, a number, or the node that a property is; NULL, 0, or FALSE for none. (transfer full) */
char *quarry_pst_properties_get_text (QuarryPstProperties *self, guint16 id);
guint32 quarry_pst_properties_get_number (QuarryPstProperties *self, guint16 id);
gboolean quarry_pst_properties_get_node (QuarryPstProperties *self, guint16 id, QuarryPstNode *node);

G_END_DECLS
