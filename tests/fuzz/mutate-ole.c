/* mutate-ole.c: changes a stream of a compound file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "mutate.h"

#include "fuzz.h"

#include <string.h>

#define HEAD 512u
#define ENTRY 128u
#define STREAM 2
#define N_FAT_IN_HEAD 109u
#define MOST_SECTORS 4096u

typedef struct
{
  guint8 *bytes;
  gsize length;
  gsize sector;  /* size of a sector, in bytes */
  GArray *small; /* of gsize: where each small sector begins */
  GArray *fat;   /* of guint32: the sector after each sector */
  GArray *small_fat;
  guint32 cutoff; /* streams of fewer bytes are in small sectors */
} Ole;

static guint32
get_number (const Ole *self, gsize at)
{
  guint32 number;

  memcpy (&number, self->bytes + at, sizeof number);
  return GUINT32_FROM_LE (number);
}

/* Where a sector begins; 0 if it is not in the file. */
static gsize
find_sector (const Ole *self, guint32 sector)
{
  gsize at = ((gsize) sector + 1) * self->sector;

  return at + self->sector <= self->length ? at : 0;
}

/* The places of a chain's sectors, each divided into parts of @part bytes. (transfer full): of gsize */
static GArray *
follow (const Ole *self, guint32 sector, gsize part)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (guint n = 0; n < MOST_SECTORS; n++)
    {
      gsize at = find_sector (self, sector);

      if (at == 0)
        break;
      for (gsize within = at; within < at + self->sector; within += part)
        g_array_append_val (places, within);
      if (sector >= self->fat->len)
        break;
      sector = g_array_index (self->fat, guint32, sector);
    }
  return places;
}

/* The same of a chain of small sectors. */
static GArray *
follow_small (const Ole *self, guint32 sector)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (guint n = 0; n < MOST_SECTORS && sector < self->small->len; n++)
    {
      g_array_append_val (places, g_array_index (self->small, gsize, sector));
      if (sector >= self->small_fat->len)
        break;
      sector = g_array_index (self->small_fat, guint32, sector);
    }
  return places;
}

static void
take_numbers (const Ole *self, gsize at, GArray *out)
{
  for (gsize i = 0; at > 0 && i < self->sector; i += 4)
    {
      guint32 number = get_number (self, at + i);

      g_array_append_val (out, number);
    }
}

/* (transfer full): of gsize, the directory's entries that are streams with bytes */
static GArray *
open_file (Ole *self, guint8 *bytes, gsize length)
{
  GArray *streams = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GArray) entries = NULL;
  g_autoptr (GArray) tables = NULL;

  *self = (Ole){ .bytes = bytes, .length = length, .sector = (gsize) 1 << MIN (bytes[30], 12) };
  self->fat = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->small_fat = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->cutoff = get_number (self, 56);
  if (self->sector < ENTRY)
    self->sector = HEAD;
  for (guint i = 0; i < N_FAT_IN_HEAD; i++)
    take_numbers (self, find_sector (self, get_number (self, 76 + 4 * i)), self->fat);
  tables = follow (self, get_number (self, 60), self->sector);
  for (guint i = 0; i < tables->len; i++)
    take_numbers (self, g_array_index (tables, gsize, i), self->small_fat);
  entries = follow (self, get_number (self, 48), ENTRY);
  /* The stream of small sectors is that of the root, the first entry. */
  self->small = entries->len > 0 ? follow (self, get_number (self, g_array_index (entries, gsize, 0) + 116), 64)
                                 : g_array_new (FALSE, FALSE, sizeof (gsize));
  for (guint i = 0; i < entries->len; i++)
    {
      gsize at = g_array_index (entries, gsize, i);

      if (bytes[at + 66] == STREAM && get_number (self, at + 120) > 0)
        g_array_append_val (streams, at);
    }
  return streams;
}

static void
close_file (Ole *self)
{
  g_array_unref (self->fat);
  g_array_unref (self->small_fat);
  g_array_unref (self->small);
}

/* Copies a stream out of its sectors, or back into them. */
static void
copy (const Ole *self, const GArray *places, gsize part, guint8 *stream, gboolean back)
{
  for (guint i = 0; i < places->len; i++)
    {
      guint8 *at = self->bytes + g_array_index (places, gsize, i);

      memcpy (back ? at : stream + i * part, back ? stream + i * part : at, part);
    }
}

static gboolean
change (const Ole *self, gsize entry, GRand *random)
{
  guint32 size = get_number (self, entry + 120);
  gboolean is_small = size < self->cutoff;
  gsize part = is_small ? 64 : self->sector;
  g_autoptr (GArray) places = is_small ? follow_small (self, get_number (self, entry + 116))
                                       : follow (self, get_number (self, entry + 116), self->sector);
  g_autofree guint8 *stream = g_malloc0 (places->len * part + 1);
  guint32 changed;

  if (size > places->len * part)
    return FALSE;
  copy (self, places, part, stream, FALSE);
  changed = (guint32) mutate_file (stream, size, places->len * part, random);
  /* A stream of another size class would be looked for elsewhere. */
  changed = is_small ? MIN (changed, self->cutoff - 1) : MAX (changed, self->cutoff);
  copy (self, places, part, stream, TRUE);
  changed = GUINT32_TO_LE (changed);
  memcpy (self->bytes + entry + 120, &changed, sizeof changed);
  return TRUE;
}

gsize
mutate_ole (guint8 *bytes, gsize length, gsize most, GRand *random)
{
  g_autoptr (GArray) streams = NULL;
  gboolean done = FALSE;
  Ole ole;

  if (length < HEAD || memcmp (bytes, "\320\317\021\340\241\261\032\341", 8) != 0)
    return 0;
  streams = open_file (&ole, bytes, length);
  if (streams->len > 0)
    done = change (&ole, g_array_index (streams, gsize, g_rand_int_range (random, 0, (gint32) streams->len)), random);
  close_file (&ole);
  return done ? length : 0;
}
