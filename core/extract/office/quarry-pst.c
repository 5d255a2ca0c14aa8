/* quarry-pst.c: Outlook's stores of mails: nodes and their properties
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A store has two B-trees, one of nodes and one of blocks. A node refers to its data by the number of
 * a block; long data are a tree of blocks. The data of a node are a heap, in which its properties are
 * another small tree.
 */
#include "core/extract/office/quarry-pst.h"

#include "core/extract/quarry-inside.h"
#include "core/extract/text/quarry-decode.h"

#include <string.h>

#define MAX_LEVEL 8u
#define MAX_BELOW 20000u
#define MAX_HEAP_BLOCKS 4096u
#define MAX_PARTS 10000u
#define BLOCK_UNIT 64u /* what a block takes of the file is a multiple of this ([MS-PST] 2.2.2.8) */
#define TRAILER_TYPE_BLOCKS 0x80u
#define TRAILER_TYPE_NODES 0x81u

#define TYPE_OBJECT 0x0du
#define TYPE_NARROW 0x1eu
#define TYPE_WIDE 0x1fu

/* The substitution table of stores with the "permute" encoding ([MS-PST] 5.1, mpbbI). */
static const guint8 key[256] = {
  71, 241, 180, 230, 11, 106, 114, 72, 133, 78, 158, 235, 226, 248, 148, 83,
  224, 187, 160, 2, 232, 90, 9, 171, 219, 227, 186, 198, 124, 195, 16, 221,
  57, 5, 150, 48, 245, 55, 96, 130, 140, 201, 19, 74, 107, 29, 243, 251,
  143, 38, 151, 202, 145, 23, 1, 196, 50, 45, 110, 49, 149, 255, 217, 35,
  209, 0, 94, 121, 220, 68, 59, 26, 40, 197, 97, 87, 32, 144, 61, 131,
  185, 67, 190, 103, 210, 70, 66, 118, 192, 109, 91, 126, 178, 15, 22, 41,
  60, 169, 3, 84, 13, 218, 93, 223, 246, 183, 199, 98, 205, 141, 6, 211,
  105, 92, 134, 214, 20, 247, 165, 102, 117, 172, 177, 233, 69, 33, 112, 12,
  135, 159, 116, 164, 34, 76, 111, 191, 31, 86, 170, 46, 179, 120, 51, 80,
  176, 163, 146, 188, 207, 25, 28, 167, 99, 203, 30, 77, 62, 75, 27, 155,
  79, 231, 240, 238, 173, 58, 181, 89, 4, 234, 64, 85, 37, 81, 229, 122,
  137, 56, 104, 82, 123, 252, 39, 174, 215, 189, 250, 7, 244, 204, 142, 95,
  239, 53, 156, 132, 43, 21, 213, 119, 52, 73, 182, 18, 10, 127, 113, 136,
  253, 157, 24, 65, 125, 147, 216, 88, 44, 206, 254, 36, 175, 222, 184, 54,
  200, 161, 128, 166, 153, 152, 168, 47, 14, 129, 101, 115, 228, 194, 162, 138,
  212, 225, 17, 208, 8, 139, 42, 242, 237, 154, 100, 63, 193, 108, 249, 236,
};

struct _QuarryPst
{
  const guint8 *bytes;
  gsize length;
  gboolean is_wide; /* Unicode format, with numbers of eight bytes */
  gboolean is_locked;
  guint64 nodes, blocks; /* offsets of the trees' root pages */
};

struct _QuarryPstProperties
{
  QuarryPst *pst;
  GPtrArray *heap; /* of GBytes */
  GArray *below;   /* of QuarryPstNode; NULL until it is needed */
  QuarryPstNode node;
  GBytes *list; /* the properties, eight bytes each */
};

static guint64
number_at (const guint8 *bytes, guint n)
{
  guint64 value = 0;

  for (guint i = n; i > 0; i--)
    value = value << 8 | bytes[i - 1];
  return value;
}

#define U16(p) ((guint) number_at (p, 2))
#define U32(p) ((guint32) number_at (p, 4))

QuarryPst *
quarry_pst_new (const guint8 *bytes, gsize length)
{
  QuarryPst *self;
  guint version, lock;

  if (length < 1024 || memcmp (bytes, "!BDN", 4) != 0)
    return NULL;
  version = U16 (bytes + 10);
  /* Versions not known here: since 2013, stores with a copy of a server's mails have larger pages and compressed
   * blocks. */
  if (version != 14 && version != 15 && version != 21 && version != 23)
    return NULL;
  lock = bytes[version < 20 ? 461 : 513];
  if (lock > 1)
    return NULL;
  self = g_new0 (QuarryPst, 1);
  self->bytes = bytes;
  self->length = length;
  self->is_wide = version > 20;
  self->is_locked = lock == 1;
  self->nodes = self->is_wide ? number_at (bytes + 224, 8) : U32 (bytes + 188);
  self->blocks = self->is_wide ? number_at (bytes + 240, 8) : U32 (bytes + 196);
  return self;
}

void
quarry_pst_free (QuarryPst *self)
{
  g_free (self);
}

/* A page of a tree: its entries, their number, their size, and its level above the leaves. */
typedef struct
{
  const guint8 *entries;
  guint n, size, level;
} Page;

static gboolean
read_page (QuarryPst *self, guint64 at, guint type, Page *page)
{
  guint tail = self->is_wide ? 488 : 496;
  const guint8 *bytes;

  if (self->length < 512 || at > self->length - 512)
    return FALSE;
  bytes = self->bytes + at;
  page->entries = bytes;
  page->n = bytes[tail];
  page->size = bytes[tail + 2];
  page->level = bytes[tail + 3];
  return bytes[self->is_wide ? 496 : 500] == type && page->size >= (self->is_wide ? 24u : 12u)
         && page->n * page->size <= tail && page->level <= MAX_LEVEL;
}

/* The leaf entry with the number @id, ignoring the bits in @mask. */
static const guint8 *
find_entry (QuarryPst *self, guint64 at, guint type, guint64 id, guint64 mask)
{
  guint wide = self->is_wide ? 8 : 4, last = MAX_LEVEL + 1;
  Page page;

  while (read_page (self, at, type, &page) && page.level < last)
    {
      const guint8 *found = NULL;

      last = page.level;
      for (guint i = 0; i < page.n; i++)
        {
          const guint8 *entry = page.entries + i * page.size;
          guint64 value = number_at (entry, wide) & ~mask;

          if (page.level == 0 ? value == (id & ~mask) : value <= (id & ~mask))
            found = entry;
        }
      if (found == NULL || page.level == 0)
        return found;
      at = number_at (found + 2 * wide, wide);
    }
  return NULL;
}

static void
read_node (QuarryPst *self, const guint8 *entry, QuarryPstNode *node)
{
  guint wide = self->is_wide ? 8 : 4;

  node->id = U32 (entry);
  node->data = number_at (entry + wide, wide);
  node->below = number_at (entry + 2 * wide, wide);
  node->parent = U32 (entry + 3 * wide);
}

gboolean
quarry_pst_find (QuarryPst *self, guint32 id, QuarryPstNode *node)
{
  const guint8 *entry = find_entry (self, self->nodes, TRAILER_TYPE_NODES, id, 0);

  if (entry == NULL)
    return FALSE;
  read_node (self, entry, node);
  return TRUE;
}

typedef struct
{
  QuarryPst *pst;
  QuarryPstKind kind;
  QuarryPstFunc func;
  gpointer data;
  gsize n_pages; /* limit on visits: in a sound store each page is visited only once */
} Walk;

static gboolean
walk (Walk *self, guint64 at, guint level)
{
  guint wide = self->pst->is_wide ? 8 : 4;
  Page page;

  if (!read_page (self->pst, at, TRAILER_TYPE_NODES, &page) || page.level >= level || self->n_pages-- == 0)
    return TRUE;
  for (guint i = 0; i < page.n; i++)
    {
      const guint8 *entry = page.entries + i * page.size;
      QuarryPstNode node;

      if (page.level > 0)
        {
          if (!walk (self, number_at (entry + 2 * wide, wide), page.level))
            return FALSE;
          continue;
        }
      if (page.size < (self->pst->is_wide ? 32u : 16u))
        continue;
      read_node (self->pst, entry, &node);
      if ((node.id & 0x1f) == (guint32) self->kind && !self->func (&node, self->data))
        return FALSE;
    }
  return TRUE;
}

void
quarry_pst_foreach (QuarryPst *self, QuarryPstKind kind, QuarryPstFunc func, gpointer data)
{
  Walk state = { self, kind, func, data, self->length / 512 + 1 };

  walk (&state, self->nodes, MAX_LEVEL + 1);
}

/* The raw bytes of a block. Blocks that list other blocks have the second bit of their number set, and are not
 * encoded. */
static const guint8 *
find_block (QuarryPst *self, guint64 id, gsize *length)
{
  guint wide = self->is_wide ? 8 : 4;
  const guint8 *entry = id != 0 ? find_entry (self, self->blocks, TRAILER_TYPE_BLOCKS, id, 1) : NULL;
  guint64 at;

  if (entry == NULL)
    return NULL;
  at = number_at (entry + wide, wide);
  *length = U16 (entry + 2 * wide);
  return at <= self->length && *length <= self->length - at ? self->bytes + at : NULL;
}

/* Appends the data blocks of the tree that begins at @id. FALSE if one is missing, or if there are more, or more bytes,
 * than the file has room for: then the same ones are listed again and again. */
static gboolean
collect (QuarryPst *self, guint64 id, guint level, GPtrArray *blocks, gsize *total)
{
  guint wide = self->is_wide ? 8 : 4;
  gsize length;
  const guint8 *block = find_block (self, id, &length);

  if (block == NULL)
    return FALSE;
  if ((id & 2) == 0)
    {
      guint8 *plain;

      if (blocks->len > self->length / BLOCK_UNIT || *total + length > MIN (self->length, QUARRY_INSIDE_MAX_FILE))
        return FALSE;
      plain = g_memdup2 (block, length);
      for (gsize i = 0; self->is_locked && i < length; i++)
        plain[i] = key[plain[i]];
      *total += length;
      g_ptr_array_add (blocks, g_bytes_new_take (plain, length));
      return TRUE;
    }
  /* This is a list of data blocks, or of such lists. */
  if (length < 8 || block[0] != 1 || block[1] == 0 || block[1] > 2 || block[1] >= level)
    return FALSE;
  for (guint i = 0, n = U16 (block + 2); i < n && 8 + (i + 1) * wide <= length; i++)
    if (!collect (self, number_at (block + 8 + i * wide, wide), block[1], blocks, total))
      return FALSE;
  return TRUE;
}

/* The data blocks of @id; NULL if there are none. (transfer full) */
static GPtrArray *
read_blocks (QuarryPst *self, guint64 id)
{
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  gsize total = 0;

  /* If a block is missing, keep those before it. */
  collect (self, id, 3, blocks, &total);
  return blocks->len > 0 ? g_steal_pointer (&blocks) : NULL;
}

/* The data of @id in one piece. (transfer full) */
static GBytes *
read_all (QuarryPst *self, guint64 id)
{
  g_autoptr (GPtrArray) blocks = read_blocks (self, id);
  GByteArray *all;

  if (blocks == NULL)
    return NULL;
  all = g_byte_array_new ();
  for (guint i = 0; i < blocks->len; i++)
    {
      gsize n;
      const guint8 *bytes = g_bytes_get_data (blocks->pdata[i], &n);

      g_byte_array_append (all, bytes, (guint) n);
    }
  return g_byte_array_free_to_bytes (all);
}

static void
collect_below (QuarryPst *self, guint64 id, guint level, GArray *nodes)
{
  guint wide = self->is_wide ? 8 : 4, head = self->is_wide ? 8 : 4;
  gsize length, size;
  const guint8 *block = find_block (self, id, &length);

  if (block == NULL || length < head || block[0] != 2 || block[1] >= level)
    return;
  size = (block[1] == 0 ? 3 : 2) * (gsize) wide;
  for (guint i = 0, n = U16 (block + 2); i < n && head + (i + 1) * size <= length && nodes->len < MAX_BELOW; i++)
    {
      const guint8 *entry = block + head + i * size;
      QuarryPstNode node = { .id = U32 (entry), .data = number_at (entry + wide, wide) };

      if (block[1] > 0)
        collect_below (self, node.data, block[1], nodes);
      else
        {
          node.below = number_at (entry + 2 * wide, wide);
          g_array_append_val (nodes, node);
        }
    }
}

GArray *
quarry_pst_get_below (QuarryPst *self, const QuarryPstNode *node)
{
  GArray *nodes = g_array_new (FALSE, FALSE, sizeof (QuarryPstNode));

  if (node->below != 0)
    collect_below (self, node->below, 2, nodes);
  return nodes;
}

/* An item of the heap. Its number has five zero bits, eleven bits for its index in a block and sixteen for the block.
 * The first two bytes of the block give the offset of its list of items ([MS-PST] 2.3.1). (transfer full) */
static GBytes *
get_from_heap (GPtrArray *heap, guint32 id)
{
  guint index = id >> 5 & 0x7ff, number = id >> 16;
  const guint8 *bytes;
  gsize length, list, from, to;

  if ((id & 0x1f) != 0 || index == 0 || number >= heap->len)
    return NULL;
  bytes = g_bytes_get_data (heap->pdata[number], &length);
  if (length < 4)
    return NULL;
  list = U16 (bytes);
  if (list + 4 + 2 * ((gsize) index + 1) > length || index > U16 (bytes + list))
    return NULL;
  from = U16 (bytes + list + 4 + 2 * (index - 1));
  to = U16 (bytes + list + 4 + 2 * index);
  return from < to && to <= length ? g_bytes_new_from_bytes (heap->pdata[number], from, to - from) : NULL;
}

/* Collects the leaves of a tree in the heap. Entries of its upper levels have a key of two bytes and a heap number. */
static void
collect_leaves (GPtrArray *heap, guint32 id, guint level, GByteArray *list, guint *n_parts)
{
  g_autoptr (GBytes) part = get_from_heap (heap, id);
  const guint8 *bytes;
  gsize length;

  if (part == NULL || list->len > 1u << 20 || ++*n_parts > MAX_PARTS)
    return;
  bytes = g_bytes_get_data (part, &length);
  if (level == 0)
    {
      g_byte_array_append (list, bytes, (guint) (length - length % 8));
      return;
    }
  for (gsize at = 0; at + 6 <= length; at += 6)
    collect_leaves (heap, U32 (bytes + at + 2), level - 1, list, n_parts);
}

QuarryPstProperties *
quarry_pst_read_properties (QuarryPst *self, const QuarryPstNode *node)
{
  g_autoptr (GPtrArray) heap = read_blocks (self, node->data);
  g_autoptr (GBytes) head = NULL;
  QuarryPstProperties *properties;
  GByteArray *list;
  const guint8 *bytes;
  gsize length;
  guint n_parts = 0;

  if (heap == NULL || heap->len > MAX_HEAP_BLOCKS)
    return NULL;
  bytes = g_bytes_get_data (heap->pdata[0], &length);
  /* It has to be a heap (0xec) with properties (0xbc), stored as a tree (0xb5) with keys of two bytes and values of
   * six. */
  if (length < 12 || bytes[2] != 0xec || bytes[3] != 0xbc)
    return NULL;
  head = get_from_heap (heap, U32 (bytes + 4));
  bytes = head != NULL ? g_bytes_get_data (head, &length) : NULL;
  if (bytes == NULL || length < 8 || bytes[0] != 0xb5 || bytes[1] != 2 || bytes[2] != 6 || bytes[3] > 3)
    return NULL;
  list = g_byte_array_new ();
  collect_leaves (heap, U32 (bytes + 4), bytes[3], list, &n_parts);

  properties = g_new0 (QuarryPstProperties, 1);
  properties->pst = self;
  properties->heap = g_steal_pointer (&heap);
  properties->node = *node;
  properties->list = g_byte_array_free_to_bytes (list);
  return properties;
}

void
quarry_pst_properties_free (QuarryPstProperties *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->heap);
  g_clear_pointer (&self->below, g_array_unref);
  g_bytes_unref (self->list);
  g_free (self);
}

static const QuarryPstNode *
find_below (QuarryPstProperties *self, guint32 id)
{
  if (self->below == NULL)
    self->below = quarry_pst_get_below (self->pst, &self->node);
  for (guint i = 0; i < self->below->len; i++)
    if (g_array_index (self->below, QuarryPstNode, i).id == id)
      return &g_array_index (self->below, QuarryPstNode, i);
  return NULL;
}

GBytes *
quarry_pst_properties_get (QuarryPstProperties *self, guint16 id, guint16 *type)
{
  gsize length;
  const guint8 *list = g_bytes_get_data (self->list, &length);

  for (gsize at = 0; at + 8 <= length; at += 8)
    {
      guint32 value = U32 (list + at + 4);
      const QuarryPstNode *node;

      if (U16 (list + at) != id)
        continue;
      *type = (guint16) U16 (list + at + 2);
      /* Values of up to four bytes are stored in the entry itself. */
      if (*type == 2 || *type == 3 || *type == 4 || *type == 0xa || *type == 0xb)
        return g_bytes_new (list + at + 4, 4);
      if (value == 0)
        return NULL;
      if ((value & 0x1f) == 0)
        return get_from_heap (self->heap, value);
      node = find_below (self, value);
      return node != NULL ? read_all (self->pst, node->data) : NULL;
    }
  return NULL;
}

char *
quarry_pst_properties_get_text (QuarryPstProperties *self, guint16 id)
{
  guint16 type = 0;
  g_autoptr (GBytes) bytes = quarry_pst_properties_get (self, id, &type);
  const guint8 *data;
  gsize length;
  GString *text = NULL;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &length);
  /* A subject may begin with two characters that give the length of its prefix ("Re: "); skip them. */
  if (length >= 4 && data[0] == 1 && type == (data[1] == 0 ? TYPE_WIDE : TYPE_NARROW))
    {
      data += type == TYPE_WIDE ? 4 : 2;
      length -= type == TYPE_WIDE ? 4 : 2;
    }
  if (type == TYPE_WIDE)
    text = quarry_decode_from (data, length, "UTF-16LE");
  else if (type == TYPE_NARROW)
    text = quarry_decode (data, length > 0 && data[length - 1] == 0 ? length - 1 : length, NULL);
  return text != NULL ? g_string_free (text, FALSE) : NULL;
}

guint32
quarry_pst_properties_get_number (QuarryPstProperties *self, guint16 id)
{
  guint16 type = 0;
  g_autoptr (GBytes) bytes = quarry_pst_properties_get (self, id, &type);

  return bytes != NULL && type == 3 ? U32 ((const guint8 *) g_bytes_get_data (bytes, NULL)) : 0;
}

gboolean
quarry_pst_properties_get_node (QuarryPstProperties *self, guint16 id, QuarryPstNode *node)
{
  guint16 type = 0;
  g_autoptr (GBytes) bytes = quarry_pst_properties_get (self, id, &type);
  const QuarryPstNode *found;

  if (bytes == NULL || type != TYPE_OBJECT || g_bytes_get_size (bytes) < 4)
    return FALSE;
  found = find_below (self, U32 ((const guint8 *) g_bytes_get_data (bytes, NULL)));
  if (found == NULL)
    return FALSE;
  *node = *found;
  return TRUE;
}
