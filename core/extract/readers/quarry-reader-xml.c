/* quarry-reader-xml.c: XML of any vocabulary, above all DocBook and its relatives
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An element with text becomes a paragraph, together with the elements inside that text. A title
 * becomes a heading whose level is the number of sections around it. Element names that many
 * vocabularies share tell which elements are inline, and so does where the file has them. Rows of tables become rows. Outlines (OPML), mind
 * maps and some drawings have their text in attributes; news feeds, notes and maps contain HTML pages
 * as text. Of maps and tracks, names and descriptions are read.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/readers/quarry-mediawiki.h"
#include "core/extract/readers/quarry-xml-inline.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>

#define MAX_LEVEL 6u

typedef struct
{
  QuarryDocumentBuilder *builder;
  GHashTable *inlines; /* names of elements that the file has within text */
  GString *text;
  QuarryBlockKind kind;
  guint level;
  guint n_sections;
  guint n_items;
  guint n_outlines; /* number of open elements of an outline (OPML) */
  gboolean has_title, is_title;
  gboolean in_author, has_author;
  gboolean in_row, after_row; /* in, or after, a row of a table */
} XmlReader;

static gboolean
is_one_of (const char *name, const char *list)
{
  gsize n = strlen (name);

  for (const char *p = strstr (list, name); p != NULL; p = strstr (p + 1, name))
    if (p > list && p[-1] == ' ' && p[n] == ' ')
      return TRUE;
  return FALSE;
}

static gboolean
is_section (const char *name)
{
  return is_one_of (name,
                    " section sect1 sect2 sect3 sect4 sect5 chapter appendix part article book "
                    "preface refsect1 refsect2 refsect3 refentry div div1 div2 div3 topic channel "
                    "item entry body Document Folder Placemark wpt trk rte ");
}

/* Whether an element of this name has a meaning of its own here, wherever it stands. */
static gboolean
is_structure (const char *name)
{
  return is_one_of (name,
                    " row tr Row entry td th cell Cell table Table author outline node title bridgehead head Title "
                    "refname listitem li p para simpara programlisting screen literallayout pre synopsis cmdsynopsis "
                    "description content encoded summary script style binary binData indexterm ");
}

static gboolean
is_inline (const XmlReader *self, const char *name)
{
  if (g_hash_table_contains (self->inlines, name) && !is_structure (name) && !is_section (name))
    return TRUE;
  return is_one_of (name,
                    " emphasis strong em i b u a tt code literal link ulink xref filename command "
                    "option varname function parameter replaceable quote citetitle phrase "
                    "firstterm acronym abbrev subscript superscript sub sup span tspan span "
                    "guilabel guimenu keycap keysym application productname trademark email uri "
                    "systemitem userinput computeroutput classname methodname type constant hi "
                    "ref style date-inline anchor indexterm-inline r t ");
}

/* Whether an element is of a map or a track: KML, or what receivers of GPS write (GPX, TCX). */
static gboolean
is_of_map (const QuarryXmlElement *reader)
{
  return quarry_xml_is_of (reader, "/kml/") || quarry_xml_is_of (reader, "topografix.com/GPX")
         || quarry_xml_is_of (reader, "TrainingCenterDatabase");
}

/* Elements of maps that hold numbers and colours only, of which there may be a hundred thousand. */
static gboolean
is_of_numbers (const char *name)
{
  return is_one_of (
      name,
      " trkpt rtept ele time extensions bounds Trackpoint coordinates coord when LookAt Camera Style StyleMap "
      "styleUrl visibility open altitudeMode tessellate extrude ");
}

static gboolean
is_cell (const char *name)
{
  return is_one_of (name, " entry td th cell Cell ");
}

/* Consecutive rows of a table form one block. */
static void
end_row (XmlReader *self)
{
  while (self->text->len > 0 && g_ascii_isspace (self->text->str[self->text->len - 1]))
    g_string_truncate (self->text, self->text->len - 1);
  if (self->text->len > 0 && self->after_row)
    quarry_document_builder_extend (self->builder, self->text->str, (gssize) self->text->len);
  else if (self->text->len > 0)
    quarry_document_builder_add (
        self->builder, QUARRY_BLOCK_TABLE, 0, self->text->str, (gssize) self->text->len);
  self->after_row = self->after_row || self->text->len > 0;
  g_string_truncate (self->text, 0);
  self->in_row = FALSE;
}

/* Adds a text that may be HTML. */
static void
add_page (XmlReader *self, const char *text, gsize length)
{
  static const char *const tags[] = { "</p>", "</div>", "</li>", "</b>", "</a>", "</span>", "</en-note>", "<br", "<img ", "<p>" };

  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    if (memmem (text, length, tags[i], strlen (tags[i])) != NULL)
      {
        quarry_html_add (self->builder, text, length, FALSE);
        return;
      }
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, text, (gssize) length);
}

/* Adds the texts of draw.io and Scribus, which are in attributes. */
static void
add_attributes (XmlReader *self, const char *name, const QuarryXmlElement *reader)
{
  static const char *const attributes[][2]
      = { { "mxCell", "value" }, { "object", "label" }, { "UserObject", "label" }, { "ITEXT", "CH" } };

  for (guint i = 0; i < G_N_ELEMENTS (attributes); i++)
    if (strcmp (name, attributes[i][0]) == 0)
      {
        g_autofree char *value = quarry_xml_attribute (reader, attributes[i][1]);

        if (value != NULL)
          add_page (self, value, strlen (value));
      }
}

static void
add_outline (XmlReader *self, const QuarryXmlElement *reader)
{
  static const char *const names[] = { "text", "TEXT", "title", "_note", "description" };
  g_autofree char *last = NULL;

  self->n_outlines++;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *value = quarry_xml_attribute (reader, names[i]);

      if (value == NULL || g_strcmp0 (value, last) == 0)
        continue;
      quarry_document_builder_add (self->builder,
                                   i < 3 ? QUARRY_BLOCK_LIST_ITEM : QUARRY_BLOCK_PARAGRAPH,
                                   i < 3 ? MIN (self->n_outlines, MAX_LEVEL) : 0,
                                   value,
                                   -1);
      g_free (last);
      last = g_steal_pointer (&value);
    }
}

static void
flush (XmlReader *self, gboolean may_be_page)
{
  if (may_be_page && self->kind == QUARRY_BLOCK_PARAGRAPH && self->text->len > 0)
    add_page (self, self->text->str, self->text->len);
  else if (self->text->len > 0 && self->text->str[strspn (self->text->str, " \t\r\n")] != '\0')
    {
      if (self->is_title && !self->has_title)
        {
          quarry_document_builder_set_title (self->builder, self->text->str);
          self->has_title = TRUE;
        }
      self->after_row = FALSE;
      quarry_document_builder_add (self->builder,
                                   self->kind,
                                   self->kind == QUARRY_BLOCK_HEADING ? self->level
                                   : self->kind == QUARRY_BLOCK_LIST_ITEM ? 1 : 0,
                                   self->text->str,
                                   (gssize) self->text->len);
    }
  g_string_truncate (self->text, 0);
  self->kind = self->n_items > 0 ? QUARRY_BLOCK_LIST_ITEM : QUARRY_BLOCK_PARAGRAPH;
  self->is_title = FALSE;
}

/* A part of a drawing's text that has a position of its own begins a new word or line. */
static void
begin_piece (XmlReader *self, const QuarryXmlElement *reader)
{
  static const char *const places[] = { "x", "y", "dy" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *value = quarry_xml_attribute (reader, places[i]);

      if (value != NULL)
        {
          g_string_append_c (self->text, ' ');
          return;
        }
    }
}

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *reader)
{
  XmlReader *self = data;

  if (strcmp (name, "style") == 0 && quarry_xml_is_of (reader, "svg"))
    return FALSE;
  if (is_inline (self, name))
    {
      if (strcmp (name, "tspan") == 0)
        begin_piece (self, reader);
      return TRUE;
    }
  if (is_one_of (name, " script style binary binData indexterm "))
    return FALSE;
  if (self->in_row || self->in_author)
    {
      if (self->text->len > 0 && !g_ascii_isspace (self->text->str[self->text->len - 1]))
        g_string_append_c (self->text, ' ');
      return TRUE;
    }
  flush (self, FALSE);
  if (is_of_numbers (name) && is_of_map (reader))
    return FALSE;
  add_attributes (self, name, reader);
  if (is_one_of (name, " row tr Row "))
    self->in_row = TRUE;
  else if (strcmp (name, "table") == 0 || strcmp (name, "Table") == 0)
    self->after_row = FALSE;
  else if (strcmp (name, "author") == 0)
    self->in_author = TRUE;
  else if (is_one_of (name, " outline node "))
    add_outline (self, reader);
  else if (is_section (name))
    self->n_sections++;
  else if (is_one_of (name, " title bridgehead head Title refname ")
           || (strcmp (name, "name") == 0 && is_of_map (reader)))
    {
      self->kind = QUARRY_BLOCK_HEADING;
      self->level = CLAMP (self->n_sections, 1, MAX_LEVEL);
      self->is_title = TRUE;
    }
  else if (is_one_of (name, " listitem li "))
    {
      self->n_items++;
      self->kind = QUARRY_BLOCK_LIST_ITEM;
    }
  else if (is_one_of (name, " programlisting screen literallayout pre synopsis cmdsynopsis "))
    self->kind = QUARRY_BLOCK_CODE;
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  XmlReader *self = data;

  if (is_inline (self, name))
    return;
  if (self->in_row)
    {
      if (is_one_of (name, " row tr Row "))
        end_row (self);
      else if (is_cell (name))
        g_string_append_c (self->text, '\t');
      return;
    }
  if (self->in_author)
    {
      if (strcmp (name, "author") != 0)
        return;
      /* Take the first author, since others may be those of parts of the document. */
      if (!self->has_author)
        quarry_document_builder_set_metadata (self->builder, "author", self->text->str);
      self->in_author = FALSE;
      self->has_author = TRUE;
    }
  flush (self, is_one_of (name, " description content encoded summary "));
  if (is_one_of (name, " outline node "))
    self->n_outlines -= self->n_outlines > 0;
  else if (is_section (name) && self->n_sections > 0)
    self->n_sections--;
  else if (is_one_of (name, " listitem li ") && --self->n_items == 0)
    self->kind = QUARRY_BLOCK_PARAGRAPH;
}

static void
add_text (gpointer data, const char *text)
{
  XmlReader *self = data;
  gsize from = self->text->len;

  g_string_append (self->text, text);
  for (gsize i = from; i < self->text->len && self->in_row; i++)
    if (g_ascii_isspace (self->text->str[i]))
      self->text->str[i] = ' ';
}

gboolean
quarry_read_xml (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (GBytes) bytes = g_bytes_new_static (input->bytes, input->length);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) inlines = NULL;
  XmlReader self = { .builder = builder, .text = text };
  gboolean is_whole;

  if (quarry_mediawiki_is_export (input))
    {
      quarry_mediawiki_read_export (input, builder);
      return TRUE;
    }
  /* If the XML is malformed, or not XML at all, only remove the tags and keep the rest. */
  inlines = quarry_xml_find_inline (bytes, &is_whole);
  if (!is_whole)
    return quarry_read_html (input, builder, error);
  self.inlines = inlines;
  quarry_xml_walk (bytes, &handler, &self);
  flush (&self, FALSE);
  return TRUE;
}
