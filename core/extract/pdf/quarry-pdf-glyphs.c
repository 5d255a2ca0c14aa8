/* quarry-pdf-glyphs.c: characters that a PDF's fonts misname
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Some programs write fonts whose characters are numbered like the glyphs of the font, and say nothing else of them or
 * call the number a character. "Haus" is then read as "+DXV" and a blank as U+0003. The first glyphs of most TrueType
 * fonts are in the order that Apple's "post" table names (format 1), so that the number tells the character. TeX's fonts
 * have the ligatures of f among the control characters.
 */
#include "core/extract/pdf/quarry-pdf.h"

#include <string.h>

/* The glyph of the blank; those up to the tilde are in the order of ASCII. */
#define FIRST_GLYPH 3u
#define LAST_ASCII_GLYPH (FIRST_GLYPH + '~' - ' ')

/* The glyphs behind the tilde. Fonts of Windows lack the blank that does not break (it is the usual one), and have the
 * euro for the currency sign. */
static const char *const more_glyphs
    = "ÄÅÇÉÑÖÜáàâäãåçéèêëíìîïñóòôöõúùûü†°¢£§•¶ß®©™´¨≠ÆØ∞±≤≥¥µ∂∑∏π∫ªºΩæø¿¡¬√ƒ≈∆«»…ÀÃÕŒœ–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ";

typedef struct
{
  guint n_letters, n_small, n_vowels; /* letters of ASCII, and which of them are small or vowels */
} Count;

typedef struct
{
  guint n;             /* characters but blanks, and but those that are the same as the one before */
  guint n_digits;      /* as they are named */
  guint n_controls;    /* that no text has */
  guint n_codes;       /* control characters that are ligatures in TeX's encodings */
  guint n_ligatures;   /* those of them that stand where these may */
  Count named, turned; /* of the characters as they are named, and if they are numbers of glyphs */
} Font;

/* Poppler itself puts line ends and blanks between words. */
static gboolean
is_from_font (gunichar c)
{
  return c != '\n' && c != ' ';
}

static gboolean
is_mark (gunichar c)
{
  return c == QUARRY_PDF_TO_RIGHT || c == QUARRY_PDF_TO_LEFT || c == QUARRY_PDF_END;
}

static gboolean
is_control (gunichar c)
{
  return c >= FIRST_GLYPH && c < ' ' && is_from_font (c);
}

static gunichar
character_of_glyph (gunichar glyph)
{
  gsize more = glyph - LAST_ASCII_GLYPH - 1;

  if (glyph < FIRST_GLYPH)
    return glyph;
  if (glyph <= LAST_ASCII_GLYPH)
    return glyph - FIRST_GLYPH + ' ';
  if (more >= (gsize) g_utf8_strlen (more_glyphs, -1))
    return glyph;
  return g_utf8_get_char (g_utf8_offset_to_pointer (more_glyphs, (glong) more));
}

/* The ligature of f that TeX's encodings T1 and OT1 have at @c; 0 if none. */
static gunichar
ligature_at (gunichar c)
{
  if (c >= 0x1b && c <= 0x1f)
    return 0xfb00 + (c - 0x1b);
  return c >= 0x0b && c <= 0x0f ? 0xfb00 + (c - 0x0b) : 0;
}

static void
count_letter (Count *count, gunichar c)
{
  if (c >= 0x80 || !g_ascii_isalpha ((char) c))
    return;
  count->n_letters++;
  count->n_small += g_ascii_islower ((char) c);
  count->n_vowels += strchr ("aeiouAEIOU", (char) c) != NULL;
}

/* Whether the control character may be a ligature: "ff" ends a word or goes on with one, the others go on with a small
 * letter. */
static gboolean
may_be_ligature (const gunichar *characters, guint n, guint i)
{
  gunichar letters = ligature_at (characters[i]);

  if (letters == 0xfb00)
    return i > 0 && g_unichar_isalpha (characters[i - 1]);
  return letters != 0 && i + 1 < n && g_unichar_islower (characters[i + 1]);
}

static void
count_character (Font *font, const gunichar *characters, guint n, guint i)
{
  gunichar c = characters[i];

  /* Lines to write on and dots that lead to a number are no text. */
  if (!is_from_font (c) || (i > 0 && c == characters[i - 1]))
    return;
  font->n++;
  font->n_digits += c < 0x80 && g_ascii_isdigit ((char) c);
  count_letter (&font->named, c);
  count_letter (&font->turned, character_of_glyph (c));
  if (!is_control (c))
    return;
  font->n_controls++;
  font->n_codes += ligature_at (c) != 0;
  font->n_ligatures += may_be_ligature (characters, n, i);
}

/* A text has blanks, which are control characters if they are numbers of glyphs, and letters above all. Small letters
 * are named like great ones then, with fewer vowels; great ones like signs and digits, but these are not most of them:
 * where they are, they are a table's, or exponents. */
static gboolean
is_numbered (const Font *font)
{
  const Count *named = &font->named, *turned = &font->turned;

  return font->n_controls > 0
         && ((turned->n_small * 2 >= font->n && turned->n_vowels > named->n_vowels)
             || (turned->n_letters * 2 >= font->n && named->n_letters * 10 < font->n
                 && font->n_digits * 2 <= font->n));
}

static void
mend_character (const Font *font, gunichar *characters, guint n, guint i)
{
  gunichar c = characters[i];

  if (!is_from_font (c))
    return;
  if (is_numbered (font))
    characters[i] = character_of_glyph (c);
  else if (is_control (c) && font->n_ligatures * 10 >= font->n_codes * 9 && may_be_ligature (characters, n, i))
    characters[i] = ligature_at (c);
}

/* Looks at all characters of each font, and then mends them. */
static void
mend (const GList *attributes, gunichar *characters, guint n)
{
  g_autoptr (GHashTable) fonts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  for (guint pass = 0; pass < 2; pass++)
    for (const GList *l = attributes; l != NULL; l = l->next)
      {
        const PopplerTextAttributes *attribute = l->data;
        const char *name = attribute->font_name != NULL ? attribute->font_name : "";
        Font *font = g_hash_table_lookup (fonts, name);

        if (font == NULL)
          g_hash_table_insert (fonts, (gpointer) name, font = g_new0 (Font, 1));
        for (int i = MAX (attribute->start_index, 0); i <= attribute->end_index && i < (int) n; i++)
          if (pass == 0)
            count_character (font, characters, n, (guint) i);
          else
            mend_character (font, characters, n, (guint) i);
      }
}

static gboolean
holds_controls (const char *text)
{
  for (; *text != '\0'; text++)
    if (is_control ((guchar) *text))
      return TRUE;
  return FALSE;
}

char *
quarry_pdf_mend_characters (PopplerPage *page, PopplerRectangle *area, char *text)
{
  g_autofree gunichar *all = NULL;
  g_autofree gunichar *characters = NULL;
  GList *attributes;
  glong length;
  guint n = 0;

  if (!holds_controls (text))
    return text;
  /* Marks of direction have no attributes. */
  all = g_utf8_to_ucs4_fast (text, -1, &length);
  characters = g_new (gunichar, length);
  for (glong i = 0; i < length; i++)
    if (!is_mark (all[i]))
      characters[n++] = all[i];
  attributes = poppler_page_get_text_attributes_for_area (page, area);
  mend (attributes, characters, n);
  poppler_page_free_text_attributes (attributes);
  n = 0;
  for (glong i = 0; i < length; i++)
    if (!is_mark (all[i]))
      all[i] = characters[n++];
  g_free (text);
  return g_ucs4_to_utf8 (all, length, NULL, NULL, NULL);
}
