/* quarry-hit-markup.c: a hit's text as a label shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-hit-markup.h"

#include "core/files/quarry-path.h"
#include "core/store/quarry-store.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* In a sentence that is too long, the excerpt begins up to this many characters before a matching word. */
#define LEAD_IN 24
/* A sentence is only cut at its start if this shows so many times the weight of matching words. */
#define WORTH_CUTTING 1.3f

typedef struct
{
  guint start; /* bytes of the label's text */
  guint end;
  const QuarryHitWord *word;
} MarkedWord;

struct _QuarryHitMarkup
{
  QuarryHit *hit; /* owns the words */
  char *text;
  PangoAttrList *attributes;
  GArray *marked; /* of MarkedWord, by start */
  GdkRGBA tint;
  gboolean has_tint;
};

/* Passages begin with the heading that they stand under. The row shows the heading already, so skip it. */
static gsize
skip_heading (const char *text, const char *const *heading)
{
  const char *rest = text;

  for (guint i = 0; heading && heading[i]; i++)
    {
      gsize length = strlen (heading[i]);

      while (g_ascii_isspace (*rest))
        rest++;
      if (length == 0 || strncmp (rest, heading[i], length) != 0 || rest[length] != '\n')
        continue;
      rest += length;
    }
  while (g_ascii_isspace (*rest))
    rest++;
  return *rest == '\0' ? 0 : rest - text;
}

/* Moves @position back by up to @characters, to the start of a word, but not before @least. */
static gsize
lead_in (const char *text, gsize least, gsize position, guint characters)
{
  const char *p = text + position;
  gsize start = position;

  while (characters-- > 0 && p > text + least)
    {
      p = g_utf8_prev_char (p);
      if (p == text + least || g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (p))))
        start = p - text;
    }
  return start;
}

/* Where the text that fits into @view characters from @start ends; at most @end. */
static gsize
end_of_view (const char *text, gsize start, gsize end, guint view)
{
  const char *p = text + start;

  while (view-- > 0 && p < text + end && *p != '\0')
    p = g_utf8_next_char (p);
  return MIN ((gsize) (p - text), end);
}

static gboolean
fits (const char *text, gsize start, gsize end, guint view)
{
  return end_of_view (text, start, end, view) >= end;
}

/* The total weight of the words that an excerpt from @start on would show. */
static float
weight_in_view (const char *text,
                gsize start,
                guint view,
                const QuarryHitWord *words,
                guint n_words)
{
  gsize end = 0;
  float sum = 0;

  for (guint i = 0; i < n_words; i++)
    end = MAX (end, words[i].span.end);
  end = end_of_view (text, start, end, view);
  for (guint i = 0; i < n_words; i++)
    if (words[i].span.start >= start && words[i].span.end <= end)
      sum += MAX (words[i].weight, 0.001f);
  return sum;
}

static gsize
choose_start (const char *text,
              gsize least,
              QuarrySpan sentence,
              guint view,
              const QuarryHitWord *words,
              guint n_words)
{
  gsize best = sentence.start;
  float best_weight;

  if (sentence.end <= least || fits (text, least, sentence.end, view))
    return least;
  if (best <= least)
    best = least;
  if (fits (text, best, sentence.end, view))
    return best;

  /* If the sentence does not fit, begin it where matching words of the greatest weight are shown. */
  best_weight = WORTH_CUTTING * weight_in_view (text, best, view, words, n_words);
  for (guint i = 0; i < n_words; i++)
    {
      gsize start;
      float weight;

      if (words[i].span.start < sentence.start || words[i].span.start >= sentence.end
          || words[i].span.start < least)
        continue;
      start = lead_in (text, MAX (least, sentence.start), words[i].span.start, LEAD_IN);
      weight = weight_in_view (text, start, view, words, n_words);
      if (weight > best_weight || (weight == best_weight && start < best))
        {
          best = start;
          best_weight = weight;
        }
    }
  return best;
}

static gboolean
shows_literal (const QuarryHitWord *words, guint n_words, gsize start, gsize end)
{
  for (guint i = 0; i < n_words; i++)
    if (words[i].kind == QUARRY_MATCH_LITERAL && words[i].span.start >= start && words[i].span.end <= end)
      return TRUE;
  return FALSE;
}

/* The same for where only words that match literally can be marked: one of these is in view if there is any. */
static gsize
choose_literal_start (const char *text,
                      gsize least,
                      QuarrySpan sentence,
                      guint view,
                      const QuarryHitWord *words,
                      guint n_words)
{
  g_autoptr (GArray) literal = g_array_new (FALSE, FALSE, sizeof (QuarryHitWord));
  gsize first = G_MAXSIZE, start;

  for (guint i = 0; i < n_words; i++)
    if (words[i].kind == QUARRY_MATCH_LITERAL && words[i].span.start >= least)
      {
        g_array_append_val (literal, words[i]);
        first = MIN (first, words[i].span.start);
      }
  if (literal->len == 0)
    return choose_start (text, least, sentence, view, words, n_words);
  words = (const QuarryHitWord *) (gpointer) literal->data;
  start = choose_start (text, least, sentence, view, words, literal->len);
  if (shows_literal (words, literal->len, start, end_of_view (text, start, strlen (text), view)))
    return start;
  return lead_in (text, least, first, LEAD_IN);
}

/* The start of the line with the first literally matching word before @end. */
static gsize
literal_line (const char *text, const QuarryHitWord *words, guint n_words, gsize end)
{
  gsize first = end;

  for (guint i = 0; i < n_words; i++)
    if (words[i].kind == QUARRY_MATCH_LITERAL && words[i].span.end <= end)
      first = MIN (first, words[i].span.start);
  while (first > 0 && text[first - 1] != '\n')
    first--;
  return first;
}

/* Copies at most @max_characters from @text + @start, replacing each run of white space by one blank. map[i] is set to
 * the place of byte @start + i in the copy. Returns the number of bytes read. */
static gsize
copy_text (GString *out, const char *text, gsize start, guint max_characters, guint *map)
{
  const char *p = text + start;
  gsize cut_in = 0, cut_out = 0;
  gboolean blank = FALSE;

  for (guint n = 0; *p != '\0' && n < max_characters; n++)
    {
      const char *next = g_utf8_next_char (p);
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c))
        {
          if (!blank)
            {
              cut_in = p - (text + start);
              cut_out = out->len;
            }
          map[p - (text + start)] = out->len;
          if (!blank && out->len > 0)
            g_string_append_c (out, ' ');
          blank = TRUE;
        }
      else
        {
          for (const char *q = p; q < next; q++)
            map[q - (text + start)] = out->len;
          g_string_append_len (out, p, next - p);
          blank = FALSE;
        }
      p = next;
    }
  if (*p == '\0')
    {
      map[p - (text + start)] = out->len;
      return p - (text + start);
    }
  /* Cut between words, unless the last word fills more than half of the room. */
  if (cut_out * 2 > out->len)
    {
      g_string_truncate (out, cut_out);
      map[cut_in] = cut_out;
      g_string_append (out, "…");
      return cut_in;
    }
  map[p - (text + start)] = out->len;
  g_string_append (out, "…");
  return p - (text + start);
}

static int
compare_marked (gconstpointer a, gconstpointer b)
{
  const MarkedWord *x = a, *y = b;

  return x->start < y->start ? -1 : x->start > y->start;
}

static void
insert_attribute (QuarryHitMarkup *self, PangoAttribute *attribute, const MarkedWord *marked)
{
  attribute->start_index = marked->start;
  attribute->end_index = marked->end;
  pango_attr_list_insert (self->attributes, attribute);
}

static void
mark_words (QuarryHitMarkup *self)
{
  for (guint i = 0; i < self->marked->len; i++)
    {
      const MarkedWord *marked = &g_array_index (self->marked, MarkedWord, i);

      if (marked->word->kind == QUARRY_MATCH_LITERAL)
        {
          insert_attribute (self, pango_attr_weight_new (PANGO_WEIGHT_BOLD), marked);
          continue;
        }
      insert_attribute (self, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), marked);
      if (!self->has_tint)
        continue;
      insert_attribute (self,
                        pango_attr_foreground_new (self->tint.red * 65535,
                                                   self->tint.green * 65535,
                                                   self->tint.blue * 65535),
                        marked);
      /* Text around it is translucent, and would make this so too. */
      insert_attribute (self, pango_attr_foreground_alpha_new (G_MAXUINT16), marked);
    }
}

static QuarryHitMarkup *
make (QuarryHit *hit, guint max_characters, const GdkRGBA *tint, gboolean plain)
{
  QuarryHitMarkup *self;
  const char *text;
  const QuarryHitWord *words;
  guint n_words = 0;
  gsize least, start, read;
  g_autofree guint *map = NULL;
  g_autoptr (GString) out = NULL;
  guint offset = 0;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);
  g_return_val_if_fail (max_characters > 0, NULL);

  self = g_new0 (QuarryHitMarkup, 1);
  self->hit = g_object_ref (hit);
  self->attributes = pango_attr_list_new ();
  self->marked = g_array_new (FALSE, FALSE, sizeof (MarkedWord));
  if (tint)
    {
      self->tint = *tint;
      self->has_tint = TRUE;
    }

  text = quarry_hit_get_text (hit);
  if (!text)
    text = "";
  words = quarry_hit_get_words (hit, &n_words);
  least = skip_heading (text, quarry_hit_get_heading (hit));
  /* Half of the room is visible even in a narrow window. */
  start = (plain ? choose_literal_start : choose_start) (text, least, quarry_hit_get_sentence (hit),
                                                         max_characters / 2, words, n_words);
  /* If words match literally in the heading only, begin with it: a row that leaves it out, or has no room for all of
   * it, would look as if it had nothing to do with the query. */
  if (shows_literal (words, n_words, 0, least)
      && !shows_literal (words, n_words, start, end_of_view (text, start, strlen (text), max_characters)))
    start = least = literal_line (text, words, n_words, least);

  out = g_string_sized_new (max_characters + 16);
  map = g_new0 (guint, (gsize) max_characters * 6 + 1);
  read = copy_text (out, text, start, max_characters, map);
  if (start > least)
    {
      g_string_prepend (out, "… ");
      offset = strlen ("… ");
    }

  for (guint i = 0; i < n_words; i++)
    {
      MarkedWord marked;

      if (words[i].span.start < start || words[i].span.end > start + read
          || words[i].span.start >= words[i].span.end)
        continue;
      marked.start = map[words[i].span.start - start] + offset;
      marked.end = map[words[i].span.end - start] + offset;
      marked.word = &words[i];
      if (marked.start < marked.end)
        g_array_append_val (self->marked, marked);
    }
  g_array_sort (self->marked, compare_marked);
  mark_words (self);

  self->text = g_string_free (g_steal_pointer (&out), FALSE);
  return self;
}

QuarryHitMarkup *
quarry_hit_markup_new (QuarryHit *hit, guint max_characters, const GdkRGBA *tint)
{
  return make (hit, max_characters, tint, FALSE);
}

QuarryHitMarkup *
quarry_hit_markup_new_plain (QuarryHit *hit, guint max_characters)
{
  return make (hit, max_characters, NULL, TRUE);
}

void
quarry_hit_markup_free (QuarryHitMarkup *self)
{
  if (!self)
    return;
  g_object_unref (self->hit);
  g_free (self->text);
  pango_attr_list_unref (self->attributes);
  g_array_unref (self->marked);
  g_free (self);
}

const char *
quarry_hit_markup_get_text (QuarryHitMarkup *self)
{
  return self->text;
}

PangoAttrList *
quarry_hit_markup_get_attributes (QuarryHitMarkup *self)
{
  return self->attributes;
}

const QuarryHitWord *
quarry_hit_markup_word_at (QuarryHitMarkup *self, guint index)
{
  for (guint i = 0; i < self->marked->len; i++)
    {
      const MarkedWord *marked = &g_array_index (self->marked, MarkedWord, i);

      if (index >= marked->start && index < marked->end)
        return marked->word;
    }
  return NULL;
}

char *
quarry_hit_format_page (QuarryHit *hit)
{
  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  if (quarry_hit_get_page (hit) == 0)
    return g_strdup ("");
  /* Translators: short for "page", before its number */
  return g_strdup_printf (_("p. %u"), quarry_hit_get_page (hit));
}

const char *const *
quarry_hit_get_inner_headings (QuarryHit *hit)
{
  const char *const *heading;
  const char *title;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  heading = quarry_hit_get_heading (hit);
  title = quarry_hit_get_title (hit);
  if (heading && heading[0]
      && (strcmp (heading[0], title) == 0
          || (heading[1] && title[0] != '\0' && g_str_has_prefix (heading[0], title))))
    heading++;
  return heading;
}

const char *
quarry_hit_get_body (QuarryHit *hit)
{
  const char *text;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  text = quarry_hit_get_text (hit);
  return text + skip_heading (text, quarry_hit_get_heading (hit));
}

char *
quarry_hit_format_headings (QuarryHit *hit)
{
  const char *const *heading = quarry_hit_get_inner_headings (hit);

  return heading ? g_strjoinv (" › ", (char **) heading) : g_strdup ("");
}

char *
quarry_hit_format_place (QuarryHit *hit)
{
  g_autofree char *headings = NULL, *page = NULL;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  headings = quarry_hit_format_headings (hit);
  page = quarry_hit_format_page (hit);
  return g_strconcat (headings, headings[0] != '\0' && page[0] != '\0' ? " · " : "", page, NULL);
}

/* "Archive/report.pdf", or "/report.pdf" if it is in no folder. */
static char *
format_file_in_folder (QuarryHit *hit)
{
  g_autofree char *path = quarry_path_display (quarry_hit_get_path (hit));
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *around = g_path_get_basename (folder);

  return g_strconcat (strcmp (around, G_DIR_SEPARATOR_S) != 0 ? around : "", G_DIR_SEPARATOR_S, name, NULL);
}

char *
quarry_hit_format_file (QuarryHit *hit)
{
  g_autofree char *file = NULL, *page = NULL;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  file = format_file_in_folder (hit);
  page = quarry_hit_format_page (hit);
  return g_strconcat (file, page[0] != '\0' ? " · " : "", page, NULL);
}

gboolean
quarry_title_is_file_name (const char *title, const char *path)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  name = quarry_path_display_name (path);
  return title == NULL || title[0] == '\0' || g_str_equal (title, name);
}

char *
quarry_hit_format_source (QuarryHit *hit)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  if (!quarry_title_is_file_name (quarry_hit_get_title (hit), quarry_hit_get_path (hit)))
    return format_file_in_folder (hit);
  folder = g_path_get_dirname (quarry_hit_get_path (hit));
  return quarry_path_display_name (folder);
}

char *
quarry_hit_format_copies (QuarryHit *hit)
{
  g_autofree char *first = NULL;
  QuarryHit *const *copies;
  guint n;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  copies = quarry_hit_get_copies (hit, &n);
  if (n == 0)
    return g_strdup ("");
  first = quarry_hit_format_file (copies[0]);
  if (n == 1)
    return g_strdup_printf (_("also in %s"), first);
  /* Translators: %s is a file, %u how many other places hold the same text */
  return g_strdup_printf (ngettext ("also in %s and %u other place", "also in %s and %u other places", n - 1), first,
                          n - 1);
}

const char *
quarry_icon_for_mime_type (const char *mime_type)
{
  static const struct
  {
    const char *part;
    const char *icon;
  } icons[] = {
    { "pdf", "quarry-pdf-symbolic" },
    { "markdown", "quarry-notes-symbolic" },
    { "html", "quarry-web-symbolic" },
    { "word", "quarry-office-symbolic" },
    { "opendocument", "quarry-office-symbolic" },
    { "officedocument", "quarry-office-symbolic" },
    { "ms-excel", "quarry-office-symbolic" },
    { "ms-powerpoint", "quarry-office-symbolic" },
    { "message", "quarry-mail-symbolic" },
    { "mbox", "quarry-mail-symbolic" },
    { "outlook", "quarry-mail-symbolic" },
    { "djvu", "quarry-text-symbolic" }, /* image/vnd.djvu, which has pages of text */
    { "image/", "image-x-generic-symbolic" },
    { "audio/", "audio-x-generic-symbolic" },
  };

  for (guint i = 0; mime_type && i < G_N_ELEMENTS (icons); i++)
    if (strstr (mime_type, icons[i].part))
      return icons[i].icon;
  return "quarry-text-symbolic";
}

char *
quarry_format_type (const char *path, const char *mime_type)
{
  g_autofree char *end = quarry_store_dup_type (path);
  g_autofree char *type = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (end && strlen (end) <= 5 && !(mime_type && quarry_store_is_compression (end)))
    return g_ascii_strup (end, -1); /* with g_ascii, since ".ini" in upper case would be "İNİ" in a Turkish locale */
  type = mime_type ? g_content_type_from_mime_type (mime_type) : NULL;
  return type ? g_content_type_get_description (type) : g_strdup ("");
}
