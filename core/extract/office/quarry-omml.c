/* quarry-omml.c: writes the formulas of Word and PowerPoint (OMML) as one line of text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-omml.h"

#include <string.h>

/* What stands around the parts of a formula. */
static const struct
{
  const char *name, *before, *behind;
} parts[] = { { "num", "(", ")/" }, { "den", "(", ")" }, { "rad", "\u221a(", ")" },
              { "sub", "_", "" },   { "sup", "^", "" },  { "lim", "_", "" } };

typedef enum
{
  OTHER,
  BRACKETS, /* <d>: its operands stand in brackets */
  OPERATOR, /* <nary>: a sum, an integral */
} Kind;

/* An open element of a formula. */
typedef struct
{
  Kind kind;
  guint n_operands;
  gboolean is_begun; /* its first sign is written */
  char first[8], last[8];
} Open;

struct _QuarryOmml
{
  QuarryOffice *office;
  GArray *open; /* Open; empty outside of formulas */
};

QuarryOmml *
quarry_omml_new (QuarryOffice *office)
{
  QuarryOmml *self = g_new0 (QuarryOmml, 1);

  self->office = office;
  self->open = g_array_new (FALSE, FALSE, sizeof (Open));
  return self;
}

void
quarry_omml_free (QuarryOmml *self)
{
  g_array_unref (self->open);
  g_free (self);
}

/* Sets a sign that is stated, which may be none. */
static void
set_sign (char sign[8], const QuarryXmlElement *xml)
{
  g_autofree char *value = quarry_xml_attribute (xml, "val");

  if (value != NULL && strlen (value) < 8)
    g_strlcpy (sign, value, 8);
}

/* Writes the sign that an element begins with, in front of its first part. */
static void
begin (QuarryOmml *self, Open *open)
{
  if (open->is_begun)
    return;
  open->is_begun = TRUE;
  quarry_office_add_text (self->office, open->first);
}

void
quarry_omml_start (QuarryOmml *self, const char *name, const QuarryXmlElement *xml)
{
  Open opened = { 0 };
  Open *parent = self->open->len > 0 ? &g_array_index (self->open, Open, self->open->len - 1) : NULL;
  Open *owner = self->open->len > 1 ? parent - 1 : NULL;

  if (parent == NULL && strcmp (name, "oMath") != 0)
    return;
  if (strcmp (name, "d") == 0)
    opened = (Open) { BRACKETS, .first = "(", .last = ")" };
  else if (strcmp (name, "nary") == 0)
    opened = (Open) { OPERATOR, .first = "\u222b" };
  else if (owner != NULL && strcmp (name, "begChr") == 0)
    set_sign (owner->first, xml);
  else if (owner != NULL && strcmp (name, "endChr") == 0)
    set_sign (owner->last, xml);
  else if (owner != NULL && owner->kind == OPERATOR && strcmp (name, "chr") == 0)
    set_sign (owner->first, xml);
  else if (strcmp (name, "e") == 0 || strcmp (name, "sub") == 0 || strcmp (name, "sup") == 0)
    {
      begin (self, parent);
      if (*name == 'e' && parent->kind == BRACKETS && parent->n_operands++ > 0)
        quarry_office_add_text (self->office, ", ");
      if (*name == 'e' && parent->kind == OPERATOR)
        quarry_office_add_text (self->office, " ");
    }
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (name, parts[i].name) == 0)
      quarry_office_add_text (self->office, parts[i].before);
  g_array_append_val (self->open, opened);
}

void
quarry_omml_end (QuarryOmml *self, const char *name)
{
  if (self->open->len == 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strcmp (name, parts[i].name) == 0)
      quarry_office_add_text (self->office, parts[i].behind);
  quarry_office_add_text (self->office, g_array_index (self->open, Open, self->open->len - 1).last);
  g_array_set_size (self->open, self->open->len - 1);
}
