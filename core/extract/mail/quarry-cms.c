/* quarry-cms.c: files and mails that are wrapped in their signature
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values have a tag, a length and contents (ITU-T X.690). A value without a length ends with two zeros, behind values
 * that are within it.
 */
#include "core/extract/mail/quarry-cms.h"

#include <string.h>

#define MAX_DEPTH 16u

enum
{
  TAG_OCTETS = 0x04,
  TAG_IDENTIFIER = 0x06,
  TAG_OCTETS_IN_PIECES = 0x24,
  TAG_SEQUENCE = 0x30,
  TAG_CONTENT = 0xa0,
};

/* Where the parser is, and where the innermost value ends that it has entered. */
typedef struct
{
  const guint8 *p, *end;
} Place;

typedef struct
{
  guint8 tag;
  gboolean has_length;
  const guint8 *contents, *end; /* without a length, the end of what it is in */
} Value;

/* Reads the head of a value. FALSE if there is none, or if it is cut off. */
static gboolean
take_head (Place *place, Value *value)
{
  gsize length = 0;
  guint n;

  if (place->end - place->p < 2 || (place->p[0] == 0 && place->p[1] == 0))
    return FALSE;
  value->tag = *place->p++;
  n = *place->p++;
  value->has_length = n != 0x80;
  if (n > 0x80)
    {
      n -= 0x80;
      if (n > sizeof length || place->end - place->p < n)
        return FALSE;
      while (n-- > 0)
        length = length << 8 | *place->p++;
    }
  else if (value->has_length)
    length = n;
  if (length > (gsize) (place->end - place->p))
    return FALSE;
  value->contents = place->p;
  value->end = value->has_length ? place->p + length : place->end;
  return TRUE;
}

/* Moves behind the value whose head has been read. */
static gboolean
skip (Place *place, const Value *value, guint depth)
{
  Value inner;

  if (value->has_length)
    {
      place->p = value->end;
      return TRUE;
    }
  if (depth >= MAX_DEPTH)
    return FALSE;
  while (take_head (place, &inner))
    if (!skip (place, &inner, depth + 1))
      return FALSE;
  if (place->end - place->p < 2 || place->p[0] != 0 || place->p[1] != 0)
    return FALSE;
  place->p += 2;
  return TRUE;
}

static gboolean
skip_one (Place *place)
{
  Value value;

  return take_head (place, &value) && skip (place, &value, 0);
}

/* Enters a value with this tag. */
static gboolean
enter (Place *place, guint8 tag)
{
  Value value;

  if (!take_head (place, &value) || value.tag != tag)
    return FALSE;
  place->end = value.end;
  return TRUE;
}

/* Reads the identifier of the kind of message, and enters its contents. */
static QuarryCmsKind
enter_message (Place *place)
{
  static const guint8 prefix[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07 };
  const gsize n = sizeof prefix;
  Value identifier;

  if (!enter (place, TAG_SEQUENCE) || !take_head (place, &identifier) || identifier.tag != TAG_IDENTIFIER
      || !identifier.has_length || (gsize) (identifier.end - identifier.contents) != n + 1
      || memcmp (identifier.contents, prefix, n) != 0)
    return QUARRY_CMS_NONE;
  place->p = identifier.end;
  switch (identifier.contents[n])
    {
    case 2:
      return enter (place, TAG_CONTENT) ? QUARRY_CMS_SIGNED : QUARRY_CMS_NONE;
    case 3: /* for some people's keys */
    case 6: /* with a password */
      return QUARRY_CMS_ENCRYPTED;
    default:
      return QUARRY_CMS_NONE;
    }
}

QuarryCmsKind
quarry_cms_get_kind (const guint8 *bytes, gsize length)
{
  Place place = { bytes, bytes + length };

  return enter_message (&place);
}

/* Appends the octets of a value, which may be in pieces. */
static gboolean
append_octets (Place *place, GByteArray *out, guint depth)
{
  Value value;

  if (!take_head (place, &value))
    return FALSE;
  if (value.tag == TAG_OCTETS && value.has_length)
    {
      g_byte_array_append (out, value.contents, (guint) (value.end - value.contents));
      place->p = value.end;
      return TRUE;
    }
  if (value.tag != TAG_OCTETS_IN_PIECES || depth >= MAX_DEPTH)
    return FALSE;
  {
    Place inner = { value.contents, value.end };

    while (inner.p < inner.end && append_octets (&inner, out, depth + 1))
      continue;
    place->p = value.has_length ? value.end : MIN (inner.p + 2, place->end);
  }
  return TRUE;
}

GByteArray *
quarry_cms_unwrap (const guint8 *bytes, gsize length)
{
  Place place = { bytes, bytes + length };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  /* The version and the algorithms come first, then the kind of what is signed. */
  if (length > G_MAXINT32 || enter_message (&place) != QUARRY_CMS_SIGNED || !enter (&place, TAG_SEQUENCE)
      || !skip_one (&place) || !skip_one (&place) || !enter (&place, TAG_SEQUENCE) || !skip_one (&place)
      || !enter (&place, TAG_CONTENT) || !append_octets (&place, out, 0) || out->len == 0)
    return NULL;
  return g_steal_pointer (&out);
}
