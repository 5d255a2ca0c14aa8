/* quarry-page-marks.c: finds the place of a passage on a page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only letters and digits are compared. The longest stretch that occurs in both the text and the page
 * is matched first, then the longest of what is left, and so on (greedy string tiling: Wise, 1993). So
 * a phrase that occurs twice is matched by its context, and the order of columns does not matter.
 */
#include "core/extract/quarry-page-marks.h"

#include <string.h>

/* The greatest number of letters and digits looked at. A page of a dictionary has 6,000. */
#define MAX_LETTERS 16384u
/* Shorter stretches could match anywhere. */
#define LEAST 6u
/* How many places on the page are tried for a stretch that occurs often, and how many matches are kept in all. */
#define MAX_PLACES 64u
#define MAX_TILES 100000u
/* So many unmarked letters between two marked ones are marked too: a formula, or the number of a footnote. */
#define BRIDGE 24u
#define NOBODY G_MAXUINT32

typedef struct
{
  gunichar *letters;
  guint32 *owners; /* of each letter: a byte of the document, or a word of the page */
  guint n;
} Letters;

static void
letters_clear (Letters *self)
{
  g_free (self->letters);
  g_free (self->owners);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Letters, letters_clear)

static void
letters_init (Letters *self)
{
  self->letters = g_new (gunichar, MAX_LETTERS);
  self->owners = g_new (guint32, MAX_LETTERS);
  self->n = 0;
}

/* Adds the letters that @c consists of, without case and accents, and with ligatures taken apart. */
static void
add_character (Letters *self, gunichar c, guint32 owner)
{
  gunichar parts[G_UNICHAR_MAX_DECOMPOSITION_LENGTH];
  gsize n = c < 0x80 ? 1 : g_unichar_fully_decompose (c, TRUE, parts, G_N_ELEMENTS (parts));

  if (c < 0x80)
    parts[0] = c;
  for (gsize i = 0; i < n && self->n < MAX_LETTERS; i++)
    if (g_unichar_isalnum (parts[i]))
      {
        self->letters[self->n] = g_unichar_tolower (parts[i]);
        self->owners[self->n++] = owner;
      }
}

/* --- Tiles ----------------------------------------------------------------------------------- */

/* A match: the @n letters of the text from @a on are equal to those of the page from @b on. */
typedef struct
{
  guint32 a, b, n;
} Tile;

static int
compare_tiles (gconstpointer first, gconstpointer second)
{
  const Tile *x = first, *y = second;

  if (x->n != y->n)
    return x->n > y->n ? -1 : 1;
  if (x->a != y->a)
    return x->a < y->a ? -1 : 1;
  return x->b < y->b ? -1 : x->b > y->b;
}

static guint
hash_letters (const gunichar *letters)
{
  guint hash = 5381;

  for (guint i = 0; i < LEAST; i++)
    hash = hash * 33 + letters[i];
  return hash;
}

static void
add_tile (const Letters *text, const Letters *page, guint a, guint b, GArray *tiles)
{
  Tile tile = { a, b, 0 };

  /* This continues a match that was found where it began. */
  if (a > 0 && b > 0 && text->letters[a - 1] == page->letters[b - 1])
    return;
  while (a + tile.n < text->n && b + tile.n < page->n
         && text->letters[a + tile.n] == page->letters[b + tile.n])
    tile.n++;
  if (tile.n >= LEAST)
    g_array_append_val (tiles, tile);
}

/* All matches that cannot be extended, longest first. (transfer full) */
static GArray *
find_tiles (const Letters *text, const Letters *page)
{
  GArray *tiles = g_array_new (FALSE, FALSE, sizeof (Tile));
  guint n_buckets = 1u << 14;
  g_autofree guint32 *heads = g_new (guint32, n_buckets);
  g_autofree guint32 *nexts = g_new (guint32, MAX_LETTERS);

  memset (heads, 0xff, n_buckets * sizeof *heads);
  for (guint b = page->n >= LEAST ? page->n - LEAST + 1 : 0; b-- > 0;)
    {
      guint bucket = hash_letters (page->letters + b) % n_buckets;

      nexts[b] = heads[bucket];
      heads[bucket] = b;
    }
  for (guint a = 0; a + LEAST <= text->n; a++)
    {
      guint tried = 0;

      for (guint32 b = heads[hash_letters (text->letters + a) % n_buckets];
           b != NOBODY && tried < MAX_PLACES && tiles->len < MAX_TILES;
           b = nexts[b], tried++)
        add_tile (text, page, a, b, tiles);
    }
  g_array_sort (tiles, compare_tiles);
  return tiles;
}

/* Uses those parts of the match that are still free on both sides. */
static void
lay_tile (const Tile *tile, gboolean *laid, guint32 *placed)
{
  for (guint i = 0; i < tile->n;)
    {
      guint from = i;

      while (i < tile->n && !laid[tile->a + i] && placed[tile->b + i] == NOBODY)
        i++;
      for (guint k = from; k < i && i - from >= LEAST; k++)
        {
          laid[tile->a + k] = TRUE;
          placed[tile->b + k] = tile->a + k;
        }
      i += i == from;
    }
}

/* For a heading with too few letters for a match, takes the first place where it occurs. */
static void
lay_short (const Letters *text, const Letters *page, guint from, guint n, guint32 *placed)
{
  for (guint b = 0; b + n <= page->n; b++)
    if (memcmp (page->letters + b, text->letters + from, n * sizeof (gunichar)) == 0
        && (b == 0 || page->owners[b - 1] != page->owners[b]))
      {
        for (guint k = 0; k < n; k++)
          placed[b + k] = from + k;
        return;
      }
}

/* For each letter of the page, the index of the matching letter of the text; NOBODY if there is none. (transfer
 * full) */
static guint32 *
place (const Letters *text, const Letters *page, guint from, guint to)
{
  guint32 *placed = g_new (guint32, MAX (page->n, 1));
  g_autofree gboolean *laid = g_new0 (gboolean, MAX (text->n, 1));
  g_autoptr (GArray) tiles = find_tiles (text, page);

  memset (placed, 0xff, MAX (page->n, 1) * sizeof *placed);
  for (guint i = 0; i < tiles->len; i++)
    lay_tile (&g_array_index (tiles, Tile, i), laid, placed);
  if (to - from < LEAST && to - from >= 2 && !laid[from])
    lay_short (text, page, from, to - from, placed);
  return placed;
}

/* --- Lines ----------------------------------------------------------------------------------- */

/* For each letter of the page, whether it matches one of the letters [from, to) of the text, or is between such.
 * (transfer full) */
static gboolean *
mark_letters (const Letters *page, const guint32 *placed, guint from, guint to)
{
  gboolean *marked = g_new0 (gboolean, MAX (page->n, 1));
  guint last = NOBODY;

  for (guint b = 0; b < page->n; b++)
    {
      if (placed[b] == NOBODY)
        continue;
      marked[b] = placed[b] >= from && placed[b] < to;
      for (guint k = last; marked[b] && last != NOBODY && b - last <= BRIDGE && k < b; k++)
        marked[k] = TRUE;
      last = marked[b] ? b : NOBODY;
    }
  return marked;
}

static QuarryPageBox
join (const QuarryPageBox *a, const QuarryPageBox *b)
{
  return (QuarryPageBox) { MIN (a->x0, b->x0), MIN (a->y0, b->y0), MAX (a->x1, b->x1), MAX (a->y1, b->y1) };
}

/* Whether the box continues the line, which may also be written upwards or downwards. @aspect: that of the page. */
static gboolean
goes_with (const QuarryPageBox *line, const QuarryPageBox *box, float aspect)
{
  QuarryPageBox both = join (line, box);
  float height = MIN (line->y1 - line->y0, box->y1 - box->y0);
  float width = MIN (line->x1 - line->x0, box->x1 - box->x0);
  float overlap = MIN (line->y1, box->y1) - MAX (line->y0, box->y0);
  float beside = MIN (line->x1, box->x1) - MAX (line->x0, box->x0);
  float gap = MAX (box->x0 - line->x1, line->x0 - box->x1);
  float down = MAX (box->y0 - line->y1, line->y0 - box->y1);

  if (both.y1 - both.y0 > 1.5f * aspect * (both.x1 - both.x0))
    return beside > .5f * width && down < 2 * aspect * (line->x1 - line->x0);
  return overlap > .5f * height && gap * aspect < 2 * (line->y1 - line->y0);
}

/* The boxes of letters overlap with the lines above and below, so separate them. */
static void
part_lines (GArray *lines)
{
  for (guint i = 0; i + 1 < lines->len; i++)
    {
      QuarryPageBox *above = &g_array_index (lines, QuarryPageBox, i);
      QuarryPageBox *below = &g_array_index (lines, QuarryPageBox, i + 1);

      if (MIN (above->x1, below->x1) > MAX (above->x0, below->x0) && below->y0 > above->y0
          && below->y0 < above->y1 && below->y1 > above->y1)
        above->y1 = below->y0 = (above->y1 + below->y0) / 2;
    }
}

/* Joins the words most of whose letters are marked to lines. (transfer full) */
static GArray *
make_lines (QuarryPageImage *image, const Letters *page, const gboolean *marked)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (QuarryPageBox));
  guint n_words = quarry_page_image_get_n_words (image), width, height, b = 0;
  gboolean goes_on = FALSE;

  quarry_page_image_get_pixels (image, &width, &height);
  for (guint i = 0; i < n_words && b < page->n; i++)
    {
      QuarryPageBox box;
      QuarryPageBox *line = lines->len > 0 ? &g_array_index (lines, QuarryPageBox, lines->len - 1) : NULL;
      guint n = 0, n_marked = 0;

      for (; b < page->n && page->owners[b] == i; b++, n++)
        n_marked += marked[b];
      if (n == 0) /* a dash or a bullet, which has no letters */
        continue;
      if (2 * n_marked < n)
        {
          goes_on = FALSE;
          continue;
        }
      quarry_page_image_get_word (image, i, &box);
      if (goes_on && goes_with (line, &box, (float) width / (float) height))
        *line = join (line, &box);
      else
        g_array_append_val (lines, box);
      goes_on = TRUE;
    }
  part_lines (lines);
  return lines;
}

GArray *
quarry_page_marks_find (QuarryPageImage *image, const char *text, QuarrySpan page, QuarrySpan passage)
{
  g_auto (Letters) a = { 0 };
  g_auto (Letters) b = { 0 };
  g_autofree guint32 *placed = NULL;
  g_autofree gboolean *marked = NULL;
  guint n_words = quarry_page_image_get_n_words (image), from = 0, to;

  letters_init (&a);
  letters_init (&b);
  for (const char *p = text + page.start; p < text + page.end; p = g_utf8_next_char (p))
    add_character (&a, g_utf8_get_char (p), (guint32) (p - text));
  for (guint i = 0; i < n_words; i++)
    {
      QuarryPageBox box;

      for (const char *p = quarry_page_image_get_word (image, i, &box); *p != '\0'; p = g_utf8_next_char (p))
        add_character (&b, g_utf8_get_char (p), i);
    }

  while (from < a.n && a.owners[from] < passage.start)
    from++;
  for (to = from; to < a.n && a.owners[to] < passage.end;)
    to++;
  placed = place (&a, &b, from, to);
  marked = mark_letters (&b, placed, from, to);
  return make_lines (image, &b, marked);
}
