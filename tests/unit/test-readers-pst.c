/* test-readers-pst.c: Outlook's stores of mails
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "byte-writer.h"
#include "read-helpers.h"

#include <string.h>

#define NODES 1024u
#define BLOCKS 1536u
#define MAX_NODES 8u

/* A store that is being written. Each of its two trees has one page. */
typedef struct
{
  GByteArray *out;
  gboolean is_wide;
  guint n_nodes, n_blocks;
} Store;

static Store
begin_store (gboolean is_wide)
{
  Store self = { g_byte_array_new (), is_wide, 0, 0 };

  put (self.out, 0, 0x4e444221, 4);
  put (self.out, 10, is_wide ? 23 : 14, 2);
  put (self.out, is_wide ? 224 : 188, NODES, 4);
  put (self.out, is_wide ? 240 : 196, BLOCKS, 4);
  put (self.out, BLOCKS + 511, 0, 1);
  return self;
}

/* Adds a block with @bytes (transfer full), and returns its number. */
static guint
add_block (Store *self, GByteArray *bytes, gboolean is_list)
{
  guint wide = self->is_wide ? 8 : 4, id = 4 * (self->n_blocks + 1) + (is_list ? 2 : 0);
  gsize entry = BLOCKS + self->n_blocks++ * (self->is_wide ? 24 : 12);

  put (self->out, entry, id, wide);
  put (self->out, entry + wide, self->out->len, wide);
  put (self->out, entry + 2 * wide, bytes->len, 2);
  g_byte_array_append (self->out, bytes->data, bytes->len);
  g_byte_array_unref (bytes);
  return id;
}

static void
add_node (Store *self, guint id, guint data, guint below, guint parent)
{
  guint wide = self->is_wide ? 8 : 4;
  gsize entry = NODES + self->n_nodes++ * (self->is_wide ? 32 : 16);

  put (self->out, entry, id, wide);
  put (self->out, entry + wide, data, wide);
  put (self->out, entry + 2 * wide, below, wide);
  put (self->out, entry + 3 * wide, parent, 4);
}

/* (transfer full) */
static GByteArray *
end_store (Store *self)
{
  guint tail = self->is_wide ? 488 : 496, kind = self->is_wide ? 496 : 500;

  put (self->out, NODES + tail, self->n_nodes, 1);
  put (self->out, NODES + tail + 2, self->is_wide ? 32 : 16, 1);
  put (self->out, NODES + kind, 0x81, 1);
  put (self->out, BLOCKS + tail, self->n_blocks, 1);
  put (self->out, BLOCKS + tail + 2, self->is_wide ? 24 : 12, 1);
  put (self->out, BLOCKS + kind, 0x80, 1);
  return self->out;
}

typedef struct
{
  guint16 id, type;
  const char *value; /* NULL for a number, an object, or a text of a node; its value or node is then in @number */
  gsize length;
  guint32 number;
} Property;

/* A heap with the list of @properties, which end with one whose id is 0. (transfer full) */
static GByteArray *
write_properties (const Property *properties)
{
  GByteArray *out = g_byte_array_new (), *list = g_byte_array_new (), *values = g_byte_array_new ();
  guint ends[MAX_NODES], n = 0, at;

  for (guint i = 0; properties[i].id != 0; i++)
    {
      const Property *property = &properties[i];
      gboolean is_here = property->value == NULL && property->type != 0xd;

      put (list, list->len, property->id, 2);
      put (list, list->len, property->type, 2);
      put (list, list->len, is_here ? property->number : (n + 3) << 5, 4);
      if (is_here)
        continue;
      if (property->value != NULL)
        g_byte_array_append (values, (const guint8 *) property->value, (guint) property->length);
      else
        put (values, values->len, property->number, 8);
      ends[n++] = values->len;
    }
  put (out, 2, 0xbcec, 2);
  put (out, 4, 1 << 5, 4);
  put (out, 12, 0x00602b5, 4);
  put (out, 13, 2, 1);
  put (out, 14, 6, 1);
  put (out, 15, 0, 1);
  put (out, 16, 2 << 5, 4);
  at = out->len + list->len;
  g_byte_array_append (out, list->data, list->len);
  g_byte_array_append (out, values->data, values->len);
  put (out, 0, out->len, 2);
  put (out, out->len, 2 + n, 2);
  put (out, out->len, 0, 2);
  put (out, out->len, 12, 2);
  put (out, out->len, 20, 2);
  put (out, out->len, at, 2);
  for (guint i = 0; i < n; i++)
    put (out, out->len, at + ends[i], 2);
  g_byte_array_unref (list);
  g_byte_array_unref (values);
  return out;
}

/* A list of the nodes below a node; each has its number, its block, and the block of the list of nodes below it.
 * (transfer full) */
static GByteArray *
write_below (gboolean is_wide, guint n, const guint (*nodes)[3])
{
  GByteArray *out = g_byte_array_new ();

  put (out, 0, 2, 2);
  put (out, 2, n, 2);
  if (is_wide)
    put (out, 4, 0, 4);
  for (guint i = 0; i < n; i++)
    for (guint k = 0; k < 3; k++)
      put (out, out->len, nodes[i][k], is_wide ? 8 : 4);
  return out;
}

/* In a folder a mail, to which a file and another mail are attached, and in the root a mail whose text is HTML.
 * (transfer full) */
static GByteArray *
write_store (gboolean is_wide)
{
  /* 20 May 2024, 9:30 */
  static const Property mail[] = { { 0x37, 0x1e, "\1\1Marble", 8, 0 },      { 0xc1a, 0x1e, "Joe", 3, 0 },
                                   { 0xc1f, 0x1e, "joe@stone.org", 13, 0 }, { 0xe04, 0x1f, "A\0n\0n\0", 6, 0 },
                                   { 0x39, 0x40, "\x00\x9c\x28\x49\x98\xaa\xda\x01", 8, 0 },
                                   { 0x1000, 0x1e, "It is cut in winter.", 20, 0 }, { 0 } };
  static const Property inner[] = { { 0x37, 0x1e, "Slate", 5, 0 }, { 0x1000, 0x1e, "It splits.", 10, 0 }, { 0 } };
  static const Property page[] = { { 0x37, 0x1e, "Page", 4, 0 }, { 0x1013, 0x102, "<p>Gr\374n <b>stone</b>", 21, 0 },
                                   { 0x3fde, 3, NULL, 0, 1252 }, { 0 } };
  static const Property file[] = { { 0x3707, 0x1e, "notes.txt", 9, 0 }, { 0x3701, 0x102, "Marble is hard.", 15, 0 }, { 0 } };
  static const Property attached[] = { { 0x3705, 3, NULL, 0, 5 }, { 0x3701, 0xd, NULL, 0, 0x204 }, { 0 } };
  static const Property folder[] = { { 0x3001, 0x1e, "In/box", 6, 0 }, { 0 } };
  static const Property root[] = { { 0x3001, 0x1e, "", 0, 0 }, { 0 } };
  Store self = begin_store (is_wide);
  guint inner_data = add_block (&self, write_properties (inner), FALSE);
  guint in_attached = add_block (&self, write_below (is_wide, 1, (const guint[][3]){ { 0x204, inner_data, 0 } }), TRUE);
  guint file_data = add_block (&self, write_properties (file), FALSE);
  guint attached_data = add_block (&self, write_properties (attached), FALSE);
  guint below = add_block (
      &self, write_below (is_wide, 2, (const guint[][3]){ { 0x25, file_data, 0 }, { 0x45, attached_data, in_attached } }), TRUE);

  add_node (&self, 0x122, add_block (&self, write_properties (root), FALSE), 0, 0x122);
  add_node (&self, 0x222, add_block (&self, write_properties (folder), FALSE), 0, 0x122);
  add_node (&self, 0x2004, add_block (&self, write_properties (page), FALSE), 0, 0x122);
  add_node (&self, 0x2024, add_block (&self, write_properties (mail), FALSE), below, 0x222);
  return end_store (&self);
}

static void
test_store (gconstpointer is_wide)
{
  g_autoptr (GByteArray) file = write_store (GPOINTER_TO_INT (is_wide));
  g_autofree char *shown = show_inside ("mails.pst", file->data, file->len);

  g_assert_cmpstr (shown,
                   ==,
                   "= 00256.eml\nh1 Page\np Grün stone\n"
                   "= In-box/00257.eml\nh1 Marble\np From: Joe <joe@stone.org>. To: Ann. Date: 20 May 2024 09:30:00 +0000\n"
                   "p It is cut in winter.\n"
                   "= In-box/00257.eml/notes.txt\np Marble is hard.\n"
                   "= In-box/00257.eml/00002.eml\nh1 Slate\np It splits.\n");
}

static void
test_refused (void)
{
  g_autoptr (GByteArray) file = write_store (TRUE);

  assert_refused ("mails.pst", file->data, 1020, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  /* The tree of nodes is erased. */
  memset (file->data + NODES, 0, 512);
  {
    g_autofree char *shown = show_inside ("mails.pst", file->data, file->len);

    g_assert_nonnull (strstr (shown, "!"));
  }
  file->data[10] = 36;
  assert_refused ("mails.ost", file->data, file->len, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
}

/* Whatever numbers a store has in it, nothing outside it is read. */
static void
test_broken (void)
{
  g_autoptr (GByteArray) file = write_store (TRUE);

  for (guint i = 10; i < file->len; i++)
    {
      guint8 before = file->data[i];
      g_autofree char *shown = NULL;

      file->data[i] ^= 0xff;
      shown = show_inside ("mails.pst", file->data, file->len);
      g_assert_nonnull (shown);
      file->data[i] = before;
    }
}

/* A text is at most as long as the file, and of as many blocks as that has room for, however often its list names the
 * same one. */
static void
test_repeated (gconstpointer block_text)
{
  static const Property mail[] = { { 0x37, 0x1e, "Marble", 6, 0 }, { 0x1000, 0x1e, NULL, 0, 0x3f }, { 0 } };
  const guint n = 2000;
  Store self = begin_store (TRUE);
  GByteArray *list = g_byte_array_new ();
  guint block = add_block (&self, g_byte_array_append (g_byte_array_new (), block_text, (guint) strlen (block_text)), FALSE);
  g_autoptr (GByteArray) file = NULL;
  g_autofree char *shown = NULL;
  guint text, below;

  put (list, 0, 0x101, 2);
  put (list, 2, n, 2);
  put (list, 4, n * strlen (block_text), 4);
  for (guint i = 0; i < n; i++)
    put (list, list->len, block, 8);
  text = add_block (&self, list, TRUE);
  below = add_block (&self, write_below (TRUE, 1, (const guint[][3]){ { 0x3f, text, 0 } }), TRUE);
  add_node (&self, 0x2004, add_block (&self, write_properties (mail), FALSE), below, 0x122);
  file = end_store (&self);
  shown = show_inside ("mails.pst", file->data, file->len);
  g_assert_true (g_str_has_prefix (shown, "= 00256.eml\nh1 Marble\np It is cut. "));
  g_assert_cmpuint (strlen (shown), <, file->len + 100);
  g_assert_cmpuint (strlen (shown), <, (file->len / 64 + 10) * strlen (block_text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_data_func ("/readers/pst/unicode", GINT_TO_POINTER (TRUE), test_store);
  g_test_add_data_func ("/readers/pst/ansi", GINT_TO_POINTER (FALSE), test_store);
  g_test_add_func ("/readers/pst/refused", test_refused);
  g_test_add_func ("/readers/pst/broken", test_broken);
  g_test_add_data_func ("/readers/pst/repeated", "It is cut. ", test_repeated);
  g_test_add_data_func ("/readers/pst/repeated-long",
                        "It is cut. It is cut in winter, when it is hard, and it is carried down on sledges, as it has always been. ",
                        test_repeated);

  return g_test_run ();
}
