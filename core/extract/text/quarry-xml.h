/* quarry-xml.h: a streaming parser for XML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Does not use the network or resolve entities; libxml2's own limits on depth apply. Names are local,
 * without prefixes and namespaces: office formats differ in these between their editions, but not in
 * the local names.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The element whose start is being reported. */
typedef struct _QuarryXmlElement QuarryXmlElement;

typedef struct
{
  /* An element begins. If this returns FALSE, its contents are skipped, and its end is not reported. */
  gboolean (*start) (gpointer data, const char *name, const QuarryXmlElement *element);
  void (*end) (gpointer data, const char *name);
  void (*text) (gpointer data, const char *text);
} QuarryXmlHandler;

/* FALSE if the XML is malformed, which an element with more than 10,000 attributes counts as; everything before that
 * has been reported. */
gboolean quarry_xml_walk (GBytes *bytes, const QuarryXmlHandler *handler, gpointer data);

/* The value of the attribute with the local name @name; NULL if there is none. (transfer full) */
char *quarry_xml_attribute (const QuarryXmlElement *element, const char *name);

/* The same for the @n-th of several attributes with that local name, in different namespaces. (transfer full) */
char *quarry_xml_nth_attribute (const QuarryXmlElement *element, const char *name, guint n);

/* The number in an attribute; @otherwise if there is none. */
int quarry_xml_number (const QuarryXmlElement *element, const char *name, int otherwise);

/* Whether the name of the element's namespace contains @part. */
gboolean quarry_xml_is_of (const QuarryXmlElement *element, const char *part);

G_END_DECLS
