/* quarry-xml.h: a walk through XML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Streaming, without network, without entities from outside, with libxml2's own bounds on depth
 * and on entities. Names are local: office formats differ in prefixes and in the namespaces of
 * their editions, not in the names.
 */
#pragma once

#include <glib.h>
#include <libxml/xmlreader.h>

G_BEGIN_DECLS

typedef struct
{
  /* An element begins. FALSE passes over all that is in it; its end is not told then. */
  gboolean (*start) (gpointer data, const char *name, xmlTextReaderPtr reader);
  void (*end) (gpointer data, const char *name);
  void (*text) (gpointer data, const char *text);
} QuarryXmlHandler;

/* FALSE where the XML is broken; all before the break has been told. */
gboolean quarry_xml_walk (GBytes *bytes, const QuarryXmlHandler *handler, gpointer data);

/* (transfer full) The value of the attribute with the local name @name; NULL for none. */
char *quarry_xml_attribute (xmlTextReaderPtr reader, const char *name);

/* The number in an attribute; @otherwise where there is none. */
int quarry_xml_number (xmlTextReaderPtr reader, const char *name, int otherwise);

G_END_DECLS
