/* mutate-zip.c: changes a member of a ZIP file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "mutate.h"

#include "fuzz.h"

#include <string.h>

#define LOCAL 30u
#define CENTRAL 46u
#define END 22u
#define MOST_MEMBERS 100u
#define MOST_NAME 200u

typedef struct
{
  char *name;
  guint8 *bytes;
  gsize length;
} Member;

static void
clear_member (gpointer data)
{
  Member *member = data;

  g_free (member->name);
  g_free (member->bytes);
}

static guint32
get_number (const guint8 *bytes, guint n)
{
  guint32 number = 0;

  for (guint i = 0; i < n; i++)
    number |= (guint32) bytes[i] << 8 * i;
  return number;
}

static void
put_number (GByteArray *out, guint32 number, guint n)
{
  for (guint i = 0; i < n; i++)
    g_byte_array_append (out, (const guint8[]){ (guint8) (number >> 8 * i) }, 1);
}

static guint32
crc (const guint8 *bytes, gsize length)
{
  static guint32 table[256];
  guint32 sum = G_MAXUINT32;

  for (guint32 i = 0; i < 256 && table[255] == 0; i++)
    {
      guint32 value = i;

      for (guint k = 0; k < 8; k++)
        value = (value >> 1) ^ ((value & 1) * 0xedb88320u);
      table[i] = value;
    }
  for (gsize i = 0; i < length; i++)
    sum = table[(sum ^ bytes[i]) & 255] ^ (sum >> 8);
  return ~sum;
}

/* (transfer full): of Member; NULL if the file is none of stored members. */
static GArray *
take_apart (const guint8 *bytes, gsize length)
{
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));

  g_array_set_clear_func (members, clear_member);
  for (gsize at = 0; length - at >= LOCAL && memcmp (bytes + at, "PK\3\4", 4) == 0;)
    {
      guint32 flags = get_number (bytes + at + 6, 2), method = get_number (bytes + at + 8, 2);
      gsize size = get_number (bytes + at + 18, 4), name_length = get_number (bytes + at + 26, 2);
      gsize head = LOCAL + name_length + get_number (bytes + at + 28, 2);
      Member member;

      if ((flags & 8) != 0 || method != 0 || members->len == MOST_MEMBERS || name_length > MOST_NAME
          || head > length - at || size > length - at - head)
        return NULL;
      member.name = g_strndup ((const char *) bytes + at + LOCAL, name_length);
      member.bytes = g_memdup2 (bytes + at + head, size);
      member.length = size;
      g_array_append_val (members, member);
      at += head + size;
    }
  return members->len > 0 ? g_steal_pointer (&members) : NULL;
}

/* What the headers of a member have in common. */
static void
put_header (GByteArray *out, const Member *member)
{
  g_byte_array_append (out, (const guint8 *) "\24\0\0\10\0\0\0\0\41\0", 10);
  put_number (out, crc (member->bytes, member->length), 4);
  put_number (out, (guint32) member->length, 4);
  put_number (out, (guint32) member->length, 4);
  put_number (out, (guint32) strlen (member->name), 2);
  put_number (out, 0, 2);
}

static GByteArray *
put_together (const GArray *members)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) list = g_byte_array_new ();
  guint32 start;

  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);

      g_byte_array_append (list, (const guint8 *) "PK\1\2\24\0", 6);
      put_header (list, member);
      g_byte_array_append (list, (const guint8 *) "\0\0\0\0\0\0\0\0\0\0", 10);
      put_number (list, out->len, 4);
      g_byte_array_append (list, (const guint8 *) member->name, (guint) strlen (member->name));

      g_byte_array_append (out, (const guint8 *) "PK\3\4", 4);
      put_header (out, member);
      g_byte_array_append (out, (const guint8 *) member->name, (guint) strlen (member->name));
      if (member->length > 0)
        g_byte_array_append (out, member->bytes, (guint) member->length);
    }
  start = out->len;
  g_byte_array_append (out, list->data, list->len);
  g_byte_array_append (out, (const guint8 *) "PK\5\6\0\0\0\0", 8);
  put_number (out, members->len, 2);
  put_number (out, members->len, 2);
  put_number (out, list->len, 4);
  put_number (out, start, 4);
  put_number (out, 0, 2);
  return out;
}

static gsize
measure (const GArray *members)
{
  gsize size = END;

  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);

      size += LOCAL + CENTRAL + 2 * strlen (member->name) + member->length;
    }
  return size;
}

/* @room: by how much the file may grow. */
static void
change (GArray *members, gsize room, GRand *random)
{
  Member *member = &g_array_index (members, Member, g_rand_int_range (random, 0, (gint32) members->len));
  const Member *other = &g_array_index (members, Member, g_rand_int_range (random, 0, (gint32) members->len));
  gint32 kind = g_rand_int_range (random, 0, 64);

  if (kind == 0 && members->len > 1)
    g_array_remove_index (members, (guint) (member - (Member *) (gpointer) members->data));
  else if (kind == 1)
    {
      gsize most = MIN (strlen (member->name) + room / 2, MOST_NAME);

      member->name = g_realloc (member->name, most + 1);
      member->name[LLVMFuzzerMutate ((guint8 *) member->name, strlen (member->name), most)] = '\0';
    }
  else if (kind == 2 && other != member && other->length <= room + member->length)
    {
      g_free (member->bytes);
      member->bytes = g_memdup2 (other->bytes, other->length);
      member->length = other->length;
    }
  else
    {
      gsize most = MAX (member->length + room, 1);

      member->bytes = g_realloc (member->bytes, most);
      member->length = mutate_file (member->bytes, member->length, most, random);
    }
}

gsize
mutate_zip (guint8 *bytes, gsize length, gsize most, GRand *random)
{
  g_autoptr (GArray) members = NULL;
  g_autoptr (GByteArray) whole = NULL;

  if (length < LOCAL || memcmp (bytes, "PK\3\4", 4) != 0)
    return 0;
  members = take_apart (bytes, length);
  if (members == NULL || measure (members) > most)
    return 0;
  change (members, most - measure (members), random);
  whole = put_together (members);
  if (whole->len > most)
    return 0;
  memcpy (bytes, whole->data, whole->len);
  return whole->len;
}
