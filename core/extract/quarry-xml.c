/* quarry-xml.c: a walk through XML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-xml.h"

#include <stdlib.h>
#include <string.h>

gboolean
quarry_xml_walk (GBytes *bytes, const QuarryXmlHandler *handler, gpointer data)
{
  gsize length;
  const char *xml = g_bytes_get_data (bytes, &length);
  xmlTextReaderPtr reader;
  int passed_over = -1; /* the depth of the element that is passed over */
  int status;

  if (xml == NULL || length > G_MAXINT)
    return FALSE;
  reader = xmlReaderForMemory (xml,
                               (int) length,
                               NULL,
                               NULL,
                               XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_NOERROR
                                   | XML_PARSE_COMPACT);
  if (reader == NULL)
    return FALSE;

  while ((status = xmlTextReaderRead (reader)) == 1)
    {
      int depth = xmlTextReaderDepth (reader);
      int type = xmlTextReaderNodeType (reader);
      const char *name;

      if (passed_over >= 0)
        {
          if (depth > passed_over || (depth == passed_over && type == XML_READER_TYPE_END_ELEMENT))
            {
              if (depth == passed_over)
                passed_over = -1;
              continue;
            }
          passed_over = -1;
        }

      name = (const char *) xmlTextReaderConstLocalName (reader);
      switch (type)
        {
        case XML_READER_TYPE_ELEMENT:
          {
            gboolean is_empty = xmlTextReaderIsEmptyElement (reader) == 1;
            gboolean enter = handler->start == NULL || handler->start (data, name, reader);

            xmlTextReaderMoveToElement (reader);
            if (!enter && !is_empty)
              passed_over = depth;
            else if (enter && is_empty && handler->end != NULL)
              handler->end (data, name);
            break;
          }
        case XML_READER_TYPE_END_ELEMENT:
          if (handler->end != NULL)
            handler->end (data, name);
          break;
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA:
        case XML_READER_TYPE_WHITESPACE:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
          if (handler->text != NULL)
            handler->text (data, (const char *) xmlTextReaderConstValue (reader));
          break;
        default:
          break;
        }
    }
  xmlFreeTextReader (reader);
  return status == 0;
}

char *
quarry_xml_attribute (xmlTextReaderPtr reader, const char *name)
{
  char *value = NULL;

  while (value == NULL && xmlTextReaderMoveToNextAttribute (reader) == 1)
    if (strcmp ((const char *) xmlTextReaderConstLocalName (reader), name) == 0)
      value = g_strdup ((const char *) xmlTextReaderConstValue (reader));
  xmlTextReaderMoveToElement (reader);
  return value;
}

int
quarry_xml_number (xmlTextReaderPtr reader, const char *name, int otherwise)
{
  g_autofree char *value = quarry_xml_attribute (reader, name);
  char *end;
  long number;

  if (value == NULL)
    return otherwise;
  number = strtol (value, &end, 10);
  return end != value && number > G_MININT && number < G_MAXINT ? (int) number : otherwise;
}
