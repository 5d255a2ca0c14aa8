/* quarry-xml.h: a walk through XML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Streaming, without network, without entities, with libxml2's own bounds on depth. Names are local: office formats
 * differ in prefixes and in the namespaces of their editions, not in the names.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The element that begins. */
typedef struct _QuarryXmlElement QuarryXmlElement;

typedef struct
{
  /* An element begins. FALSE passes over all that is in it; its end is not told then. */
  gboolean (*start) (gpointer data, const char *name, const QuarryXmlElement *element);
  void (*end) (gpointer data, const char *name);
  void (*text) (gpointer data, const char *text);
} QuarryXmlHandler;

/* FALSE where the XML is broken, as it is taken to be at an element of more than 10,000 attributes; all before the
 * break has been told. */
gboolean quarry_xml_walk (GBytes *bytes, const QuarryXmlHandler *handler, gpointer data);

/* (transfer full) The value of the attribute with the local name @name; NULL for none. */
char *quarry_xml_attribute (const QuarryXmlElement *element, const char *name);

/* (transfer full) Likewise the @n-th of those with that name, in namespaces of their own. */
char *quarry_xml_nth_attribute (const QuarryXmlElement *element, const char *name, guint n);

/* The number in an attribute; @otherwise where there is none. */
int quarry_xml_number (const QuarryXmlElement *element, const char *name, int otherwise);

/* Whether the name of the element's namespace holds @part. */
gboolean quarry_xml_is_of (const QuarryXmlElement *element, const char *part);

G_END_DECLS
