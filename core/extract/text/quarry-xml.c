/* quarry-xml.c: a streaming parser for XML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Uses libxml2's SAX interface: having it build nodes would take twice as long.
 */
#include "core/extract/text/quarry-xml.h"

#include <stdlib.h>
#include <string.h>
#include <libxml/SAX2.h>
#include <libxml/parserInternals.h>

/* An attribute, in the form in which libxml2 reports it. */
typedef struct
{
  const char *name, *prefix, *space;
  const char *value, *end;
} Attribute;

struct _QuarryXmlElement
{
  const char *space;
  const Attribute *attributes;
  guint n_attributes;
};

typedef struct
{
  const QuarryXmlHandler *handler;
  gpointer data;
  GString *text;     /* text up to the next tag */
  guint passed_over; /* number of open elements, of which the outermost is skipped; 0: nothing is skipped */
} Walk;

static Walk *
walk_of (void *context)
{
  return ((xmlParserCtxtPtr) context)->_private;
}

static void
tell_text (Walk *self)
{
  if (self->text->len > 0)
    self->handler->text (self->data, self->text->str);
  g_string_truncate (self->text, 0);
}

static void
start_element (void *context,
               const xmlChar *name,
               const xmlChar *prefix,
               const xmlChar *space,
               int n_spaces,
               const xmlChar **spaces,
               int n_attributes,
               int n_defaulted,
               const xmlChar **attributes)
{
  Walk *self = walk_of (context);
  const QuarryXmlElement element
      = { (const char *) space, (const Attribute *) (gconstpointer) attributes, (guint) n_attributes };

  if (self->passed_over == 0)
    {
      tell_text (self);
      if (self->handler->start == NULL || self->handler->start (self->data, (const char *) name, &element))
        return;
    }
  self->passed_over++;
}

static void
end_element (void *context, const xmlChar *name, const xmlChar *prefix, const xmlChar *space)
{
  Walk *self = walk_of (context);

  if (self->passed_over > 0)
    {
      self->passed_over--;
      return;
    }
  tell_text (self);
  if (self->handler->end != NULL)
    self->handler->end (self->data, (const char *) name);
}

static void
add_text (void *context, const xmlChar *text, int length)
{
  Walk *self = walk_of (context);

  if (self->passed_over == 0 && self->handler->text != NULL)
    g_string_append_len (self->text, (const char *) text, length);
}

/* Leaves out entities that the document defines: each use would be parsed again, which hostile files exploit. */
static xmlEntityPtr
find_entity (void *context, const xmlChar *name)
{
  static xmlEntity nothing = { .type = XML_ENTITY_DECL, .etype = XML_INTERNAL_PREDEFINED_ENTITY };
  xmlEntityPtr entity = xmlSAX2GetEntity (context, name);

  if (entity == NULL || entity->etype == XML_INTERNAL_PREDEFINED_ENTITY
      || ((xmlParserCtxtPtr) context)->instate == XML_PARSER_ATTRIBUTE_VALUE)
    return entity;
  return &nothing;
}

/* libxml2 compares each attribute of an element with all attributes before it, which takes quadratic time. */
#define MOST_ATTRIBUTES 10000
/* The shortest attribute, "a=''", has four characters, so the tag of an element with more attributes is longer than two
 * strides. */
#define STRIDE (2 * MOST_ATTRIBUTES)

static gboolean
has_too_many_attributes (const char *tag, const char *end)
{
  guint n = 0;
  char quote = 0;

  /* Comments and CDATA sections may be that long. In encodings with wider characters, zero bytes stand between the
   * characters. */
  tag++;
  while (tag < end && *tag == '\0')
    tag++;
  if (tag < end && (*tag == '!' || *tag == '?'))
    return FALSE;
  for (const char *p = tag; p < end && (quote != 0 || *p != '>'); p++)
    if (quote != 0)
      quote = *p == quote ? 0 : quote;
    else if (*p == '"' || *p == '\'')
      quote = *p;
    else if (*p == '=' && ++n > MOST_ATTRIBUTES)
      return TRUE;
  return FALSE;
}

/* How many bytes of @xml come before an element with so many attributes that parsing it would take minutes. Within a
 * tag there is no "<", so a stride without any "<" gives such an element away. */
static gsize
length_before_flood (const char *xml, gsize length)
{
  for (gsize at = 0; at + STRIDE <= length; at += STRIDE)
    {
      const char *tag, *next;

      if (memchr (xml + at, '<', STRIDE) != NULL)
        continue;
      tag = memrchr (xml, '<', at);
      next = memchr (xml + at, '<', length - at);
      if (tag != NULL && has_too_many_attributes (tag, next != NULL ? next : xml + length))
        return (gsize) (tag - xml);
      if (next == NULL)
        break;
      at = (gsize) (next - xml) / STRIDE * STRIDE - STRIDE;
    }
  return length;
}

gboolean
quarry_xml_walk (GBytes *bytes, const QuarryXmlHandler *handler, gpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  Walk self = { .handler = handler, .data = data, .text = text };
  gsize length;
  const char *xml = g_bytes_get_data (bytes, &length);
  xmlParserCtxtPtr context;
  gboolean is_whole;

  if (xml == NULL || length > G_MAXINT)
    return FALSE;
  length = length_before_flood (xml, length);
  context = xmlCreateMemoryParserCtxt (xml, (int) length);
  if (context == NULL)
    return FALSE;
  context->_private = &self;
  context->sax->startElementNs = start_element;
  context->sax->endElementNs = end_element;
  context->sax->characters = add_text;
  context->sax->ignorableWhitespace = add_text;
  context->sax->cdataBlock = add_text;
  context->sax->getEntity = find_entity;
  context->sax->reference = NULL;
  context->sax->comment = NULL;
  context->sax->processingInstruction = NULL;
  xmlCtxtUseOptions (context, XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_NOERROR);
  xmlParseDocument (context);
  is_whole = context->wellFormed == 1;
  if (context->myDoc != NULL)
    xmlFreeDoc (context->myDoc);
  xmlFreeParserCtxt (context);
  return is_whole;
}

/* Copies a value as libxml2 reports it: it still contains "&#38;" for "&", and other entities are kept by name.
 * (transfer full) */
static char *
copy_value (const char *value, const char *end)
{
  static const char ampersand[] = "&#38;";
  GString *copy = g_string_sized_new ((gsize) (end - value));
  const char *next;

  for (; (next = memchr (value, '&', (gsize) (end - value))) != NULL; value = next)
    {
      g_string_append_len (copy, value, next - value);
      if ((gsize) (end - next) >= strlen (ampersand) && memcmp (next, ampersand, strlen (ampersand)) == 0)
        g_string_append_c (copy, '&');
      next = memchr (next, ';', (gsize) (end - next));
      next = next != NULL ? next + 1 : end;
    }
  g_string_append_len (copy, value, end - value);
  return g_string_free (copy, FALSE);
}

char *
quarry_xml_nth_attribute (const QuarryXmlElement *element, const char *name, guint n)
{
  for (guint i = 0; i < element->n_attributes; i++)
    {
      const Attribute *attribute = &element->attributes[i];

      if (strcmp (attribute->name, name) == 0 && n-- == 0)
        return copy_value (attribute->value, attribute->end);
    }
  return NULL;
}

char *
quarry_xml_attribute (const QuarryXmlElement *element, const char *name)
{
  return quarry_xml_nth_attribute (element, name, 0);
}

int
quarry_xml_number (const QuarryXmlElement *element, const char *name, int otherwise)
{
  g_autofree char *value = quarry_xml_attribute (element, name);
  char *end;
  long number;

  if (value == NULL)
    return otherwise;
  number = strtol (value, &end, 10);
  return end != value && number > G_MININT && number < G_MAXINT ? (int) number : otherwise;
}

gboolean
quarry_xml_is_of (const QuarryXmlElement *element, const char *part)
{
  return element->space != NULL && strstr (element->space, part) != NULL;
}
