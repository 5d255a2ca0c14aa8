/* quarry-reader-rtf.c: Rich Text Format
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stream of groups, control words and text (version 1.9.1 of Microsoft's description).
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/office/quarry-office.h"
#include "core/extract/text/quarry-decode.h"

#include <stdlib.h>
#include <string.h>

#define MAX_GROUPS 512u
#define MAX_FONTS 4096u
#define NO_PARAGRAPH G_MAXUINT /* in place of a paragraph style's number: this is a style of characters, tables … */

typedef enum
{
  DESTINATION_TEXT,
  DESTINATION_SKIP,
  DESTINATION_FONTS,
  DESTINATION_STYLES,
  DESTINATION_TITLE,
  DESTINATION_AUTHOR,
  DESTINATION_NOTE,
  DESTINATION_RUNNING, /* a header or footer */
  DESTINATION_CREATED,
  DESTINATION_MODIFIED,
} Destination;

static const char *const date_words[] = { "yr", "mo", "dy", "hr", "min" };

typedef struct
{
  Destination destination;
  guint font;
  guint unicode_skip; /* how many bytes after \u replace it in older programs */
  gboolean is_hidden;
} Group;

typedef struct
{
  const guint8 *p, *end;
  QuarryOffice *office;
  QuarryDocumentBuilder *builder;
  Group groups[MAX_GROUPS];
  guint depth;
  guint too_deep; /* number of groups nested too deep to be kept */
  guint code_page;
  GArray *charsets;     /* for each font; 0 for that of the document */
  GHashTable *headings; /* style number -> heading level */
  GString *bytes;       /* text that has not been decoded yet */
  GString *text;        /* of a destination other than the main text */
  guint skip;           /* how many bytes after \u are still to be skipped */
  gunichar high;        /* first half of a surrogate pair */
  gboolean begins_group; /* nothing has been read of the group yet */
  gboolean in_paragraph;
  gboolean in_table, row_open;
  gboolean leaves_table;           /* unless the next paragraph says that it is in the table */
  guint level;                     /* of the paragraph, if it is a heading; else 0 */
  guint list_level;                /* of the paragraph, if it is a list item; else 0 */
  guint font_number, style_number; /* being defined */
  int date[5];                     /* being read, in the order of date_words; -1 for what is not stated */
} RtfReader;

static Group *
group (RtfReader *self)
{
  return &self->groups[self->depth];
}

/* ICU's name for the encoding of the current font. */
static const char *
encoding_of (const RtfReader *self, char *buffer, gsize size)
{
  static const struct
  {
    guint charset;
    guint page;
  } pages[] = { { 128, 932 },  { 129, 949 },  { 134, 936 },  { 136, 950 },  { 161, 1253 },
                { 162, 1254 }, { 163, 1258 }, { 177, 1255 }, { 178, 1256 }, { 186, 1257 },
                { 204, 1251 }, { 222, 874 },  { 238, 1250 } };
  const Group *current = &self->groups[self->depth];
  guint page = self->code_page;
  guint charset = current->font < self->charsets->len
                      ? g_array_index (self->charsets, guint, current->font)
                      : 0;

  if (charset == 77)
    return "macintosh";
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    if (pages[i].charset == charset)
      page = pages[i].page;
  g_snprintf (buffer, size, page >= 1250 && page <= 1258 ? "windows-%u" : "cp%u", page);
  return buffer;
}

/* Rows of a table simply follow one another; the first paragraph outside of it ends the table. */
static void
set_in_table (RtfReader *self, gboolean in_table)
{
  if (in_table == self->in_table)
    return;
  if (in_table)
    quarry_office_begin_table (self->office);
  else
    quarry_office_end_table (self->office);
  self->in_table = in_table;
  self->row_open = FALSE;
}

static void
put_text (RtfReader *self, const char *text)
{
  const Group *current = group (self);

  switch (current->destination)
    {
    case DESTINATION_TEXT:
      if (current->is_hidden)
        return;
      if (!self->in_paragraph)
        {
          if (self->leaves_table)
            set_in_table (self, FALSE);
          if (self->in_table && !self->row_open)
            {
              quarry_office_begin_row (self->office);
              quarry_office_begin_cell (self->office);
              self->row_open = TRUE;
            }
          quarry_office_begin_paragraph (self->office);
          self->in_paragraph = TRUE;
        }
      quarry_office_add_text (self->office, text);
      break;
    case DESTINATION_SKIP:
      break;
    case DESTINATION_FONTS:
    case DESTINATION_STYLES:
    case DESTINATION_TITLE:
    case DESTINATION_AUTHOR:
    case DESTINATION_NOTE:
    case DESTINATION_RUNNING:
    case DESTINATION_CREATED:
    case DESTINATION_MODIFIED:
    default:
      if (current->is_hidden)
        return;
      if (self->text->len < 65536)
        g_string_append (self->text, text);
      break;
    }
}

static void
put_bytes (RtfReader *self)
{
  char buffer[32];
  g_autoptr (GString) text = NULL;

  if (self->bytes->len == 0)
    return;
  text = quarry_decode_from ((const guint8 *) self->bytes->str,
                             self->bytes->len,
                             encoding_of (self, buffer, sizeof buffer));
  if (text == NULL)
    text = quarry_decode_from ((const guint8 *) self->bytes->str, self->bytes->len, "windows-1252");
  g_string_truncate (self->bytes, 0);
  if (text != NULL)
    put_text (self, text->str);
}

static void
put_byte (RtfReader *self, guint8 byte)
{
  if (self->skip > 0)
    self->skip--;
  else
    g_string_append_c (self->bytes, (char) byte);
}

static void
put_character (RtfReader *self, gunichar c)
{
  char utf8[7] = { 0 };

  put_bytes (self);
  if (c >= 0xd800 && c < 0xdc00)
    {
      self->high = c;
      return;
    }
  if (c >= 0xdc00 && c < 0xe000)
    {
      if (self->high == 0)
        return;
      c = 0x10000 + ((self->high - 0xd800) << 10) + (c - 0xdc00);
    }
  self->high = 0;
  if (!g_unichar_validate (c))
    c = 0xfffd;
  utf8[g_unichar_to_utf8 (c, utf8)] = '\0';
  put_text (self, utf8);
}

static void
end_paragraph (RtfReader *self)
{
  put_bytes (self);
  if (group (self)->destination == DESTINATION_NOTE)
    g_string_append_c (self->text, ' ');
  else if (group (self)->destination == DESTINATION_RUNNING)
    {
      quarry_office_add_running (self->office, self->text->str);
      g_string_truncate (self->text, 0);
    }
  if (!self->in_paragraph || group (self)->destination != DESTINATION_TEXT)
    return;
  if (self->level > 0)
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_HEADING, self->level);
  else if (self->list_level > 0)
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_LIST_ITEM, self->list_level);
  else
    quarry_office_end_paragraph (self->office, QUARRY_BLOCK_PARAGRAPH, 0);
  self->in_paragraph = FALSE;
}

static void
end_cell (RtfReader *self)
{
  put_bytes (self);
  if (group (self)->destination != DESTINATION_TEXT)
    {
      end_paragraph (self);
      return;
    }
  set_in_table (self, TRUE);
  if (!self->row_open)
    {
      quarry_office_begin_row (self->office);
      quarry_office_begin_cell (self->office);
      self->row_open = TRUE;
    }
  end_paragraph (self);
  quarry_office_begin_cell (self->office);
}

/* Gives the document a date, as far as it was stated. */
static void
set_date (RtfReader *self, const char *key)
{
  const int *date = self->date;
  g_autofree char *text = NULL;

  if (!g_date_valid_dmy (
          (GDateDay) CLAMP (date[2], 0, 32), (GDateMonth) CLAMP (date[1], 0, 13), (GDateYear) CLAMP (date[0], 0, 9999)))
    return;
  if (date[3] >= 0 && date[3] < 24 && date[4] >= 0 && date[4] < 60)
    text = g_strdup_printf ("%04d-%02d-%02dT%02d:%02d", date[0], date[1], date[2], date[3], date[4]);
  else
    text = g_strdup_printf ("%04d-%02d-%02d", date[0], date[1], date[2]);
  quarry_document_builder_set_metadata (self->builder, key, text);
}

/* Uses the text that was collected for the destination when its group ends. */
static void
end_destination (RtfReader *self, Destination destination)
{
  g_strstrip (self->text->str);
  self->text->len = strlen (self->text->str);
  if (destination == DESTINATION_TITLE)
    quarry_document_builder_set_title (self->builder, self->text->str);
  else if (destination == DESTINATION_AUTHOR)
    quarry_document_builder_set_metadata (self->builder, "author", self->text->str);
  else if (destination == DESTINATION_NOTE)
    quarry_office_add_note (self->office, self->text->str);
  else if (destination == DESTINATION_CREATED || destination == DESTINATION_MODIFIED)
    set_date (self, destination == DESTINATION_CREATED ? "created" : "modified");
  else if (destination == DESTINATION_RUNNING)
    quarry_office_add_running (self->office, self->text->str);
  else if (destination == DESTINATION_STYLES)
    {
      g_autofree char *lower = g_ascii_strdown (self->text->str, -1);
      guint level = 0;

      if (g_str_has_prefix (lower, "heading "))
        level = (guint) CLAMP (atoi (lower + 8), 1, 6);
      else if (g_str_has_prefix (lower, "title"))
        level = 1;
      if (level > 0)
        g_hash_table_insert (
            self->headings, GUINT_TO_POINTER (self->style_number), GUINT_TO_POINTER (level));
    }
  g_string_truncate (self->text, 0);
}

static void
begin_group (RtfReader *self)
{
  put_bytes (self);
  if (self->depth + 1 >= MAX_GROUPS)
    {
      self->too_deep++;
      return;
    }
  self->groups[self->depth + 1] = self->groups[self->depth];
  self->depth++;
  if (group (self)->destination == DESTINATION_STYLES)
    {
      g_string_truncate (self->text, 0);
      self->style_number = 0;
    }
}

static void
end_group (RtfReader *self)
{
  Destination destination = group (self)->destination;

  put_bytes (self);
  self->skip = 0;
  if (self->too_deep > 0)
    {
      self->too_deep--;
      return;
    }
  if (self->depth == 0)
    return;
  self->depth--;
  /* What comes after the outermost group is not part of the document. */
  if (self->depth == 0)
    self->p = self->end;
  if (destination != DESTINATION_TEXT && destination != DESTINATION_SKIP
      && (group (self)->destination != destination || destination == DESTINATION_STYLES))
    end_destination (self, destination);
}

static void
set_charset (RtfReader *self, guint charset)
{
  guint none = 0;

  if (self->font_number >= MAX_FONTS)
    return;
  while (self->charsets->len <= self->font_number)
    g_array_append_val (self->charsets, none);
  g_array_index (self->charsets, guint, self->font_number) = charset;
}

/* Whether this begins a header or footer. ("headery" and "footery" say how far from the edge they are.) */
static gboolean
is_running (const char *word)
{
  return (g_str_has_prefix (word, "header") || g_str_has_prefix (word, "footer")) && strlen (word) <= 7
         && (word[6] == '\0' || strchr ("lrf", word[6]) != NULL);
}

static gboolean
begins_skipped (const char *word)
{
  static const char *const words[]
      = { "colortbl",  "pict",      "object",    "fldinst",   "pntext",     "listtext",   "filetbl",   "revtbl",
          "listtable", "operator",  "keywords",  "comment",   "doccomm",    "category",   "manager",   "company",
          "subject",   "hlinkbase", "printim",   "buptim",    "annotation", "atnid",      "atnauthor", "xe",
          "tc",        "generator", "themedata", "datastore", "template",   "nonshppict", "pntxta",    "pntxtb",
          "bkmkstart", "bkmkend",   "falt",      "panose",    "ftnsep",     "ftnsepc",    "aftnsep",   "aftnsepc",
          "nextfile",  "rxe",       "txe",       "private1",  NULL };

  return g_strv_contains (words, word);
}

/* Words that stand for a character. FALSE where @word is none of them. */
static gboolean
do_character (RtfReader *self, const char *word, gint number)
{
  static const struct
  {
    const char *word;
    gunichar character;
  } characters[] = { { "emdash", 0x2014 }, { "endash", 0x2013 },    { "lquote", 0x2018 },
                     { "rquote", 0x2019 }, { "ldblquote", 0x201c }, { "rdblquote", 0x201d },
                     { "bullet", 0x2022 }, { "emspace", ' ' },      { "enspace", ' ' },
                     { "qmspace", ' ' },   { "tab", '\t' },         { "line", '\n' },
                     { "softline", '\n' }, { "zwj", 0x200d },       { "zwnj", 0x200c } };

  for (guint i = 0; i < G_N_ELEMENTS (characters); i++)
    if (strcmp (word, characters[i].word) == 0)
      {
        put_character (self, characters[i].character);
        return TRUE;
      }
  if (strcmp (word, "u") != 0)
    return FALSE;
  put_character (self, (gunichar) (number < 0 ? number + 65536 : number));
  self->skip = group (self)->unicode_skip;
  return TRUE;
}

/* Words about paragraphs, lists and tables. */
static gboolean
do_paragraph (RtfReader *self, const char *word, gint number)
{
  Destination destination = group (self)->destination;

  if (strcmp (word, "par") == 0 || strcmp (word, "sect") == 0 || strcmp (word, "page") == 0)
    end_paragraph (self);
  else if (strcmp (word, "pard") == 0)
    {
      put_bytes (self);
      self->level = self->list_level = 0;
      self->leaves_table = destination == DESTINATION_TEXT && !self->row_open;
    }
  else if (strcmp (word, "intbl") == 0)
    {
      if (destination == DESTINATION_TEXT && !self->in_paragraph)
        {
          self->leaves_table = FALSE;
          set_in_table (self, TRUE);
        }
    }
  else if (strcmp (word, "cell") == 0 || strcmp (word, "nestcell") == 0)
    end_cell (self);
  else if (strcmp (word, "row") == 0)
    self->row_open = self->row_open && destination != DESTINATION_TEXT;
  else if (destination == DESTINATION_STYLES
           && (strcmp (word, "cs") == 0 || strcmp (word, "ds") == 0 || strcmp (word, "ts") == 0))
    self->style_number = NO_PARAGRAPH;
  else if (strcmp (word, "s") == 0 && destination == DESTINATION_STYLES)
    self->style_number = (guint) MAX (number, 0);
  else if (strcmp (word, "s") == 0)
    self->level
        = GPOINTER_TO_UINT (g_hash_table_lookup (self->headings, GUINT_TO_POINTER (number)));
  else if (strcmp (word, "outlinelevel") == 0 && destination == DESTINATION_TEXT)
    self->level = number >= 0 && number < 9 ? (guint) MIN (number + 1, 6) : 0;
  else if (strcmp (word, "ls") == 0 && number > 0)
    self->list_level = MAX (self->list_level, 1);
  else if (strcmp (word, "ilvl") == 0)
    self->list_level = (guint) CLAMP (number, 0, 8) + 1;
  else
    return FALSE;
  return TRUE;
}

/* Words about how bytes are to be read, and whether they are shown. @on: whether a word that can be turned off is. */
static gboolean
do_encoding (RtfReader *self, const char *word, gint number, gboolean on)
{
  Group *current = group (self);

  if (strcmp (word, "uc") == 0)
    current->unicode_skip = (guint) CLAMP (number, 0, 16);
  else if (strcmp (word, "v") == 0 || strcmp (word, "deleted") == 0)
    {
      put_bytes (self);
      current->is_hidden = on;
    }
  else if (strcmp (word, "plain") == 0)
    {
      put_bytes (self);
      current->is_hidden = FALSE;
    }
  else if (strcmp (word, "ansicpg") == 0)
    self->code_page = number > 0 ? (guint) number : 1252;
  else if (strcmp (word, "mac") == 0)
    self->code_page = 10000;
  else if (strcmp (word, "pc") == 0)
    self->code_page = 437;
  else if (strcmp (word, "f") == 0)
    {
      put_bytes (self);
      current->font = self->font_number = (guint) MAX (number, 0);
    }
  else if (strcmp (word, "fcharset") == 0 && current->destination == DESTINATION_FONTS)
    set_charset (self, (guint) MAX (number, 0));
  else if (strcmp (word, "bin") == 0)
    self->p += MIN ((gsize) MAX (number, 0), (gsize) (self->end - self->p));
  else
    return FALSE;
  return TRUE;
}

/* Words that say what the text of their group is. */
static void
do_destination (RtfReader *self, const char *word, gboolean optional)
{
  Group *current = group (self);

  if (current->destination == DESTINATION_SKIP || strcmp (word, "info") == 0)
    return;
  if (strcmp (word, "fonttbl") == 0)
    current->destination = DESTINATION_FONTS;
  else if (strcmp (word, "stylesheet") == 0)
    current->destination = DESTINATION_STYLES;
  else if (strcmp (word, "title") == 0 || strcmp (word, "author") == 0)
    {
      current->destination = *word == 't' ? DESTINATION_TITLE : DESTINATION_AUTHOR;
      g_string_truncate (self->text, 0);
    }
  else if (strcmp (word, "footnote") == 0)
    {
      current->destination = DESTINATION_NOTE;
      g_string_truncate (self->text, 0);
    }
  else if (strcmp (word, "creatim") == 0 || strcmp (word, "revtim") == 0)
    {
      current->destination = *word == 'c' ? DESTINATION_CREATED : DESTINATION_MODIFIED;
      for (guint i = 0; i < G_N_ELEMENTS (date_words); i++)
        self->date[i] = -1;
    }
  else if (is_running (word) && current->destination != DESTINATION_RUNNING)
    {
      current->destination = DESTINATION_RUNNING;
      g_string_truncate (self->text, 0);
    }
  /* Groups that only newer programs know are marked as optional, and are skipped; but the text in drawings is read. */
  else if (begins_skipped (word)
           || (optional && strcmp (word, "shptxt") != 0 && strcmp (word, "shppict") != 0
               && strcmp (word, "shpinst") != 0 && current->destination != DESTINATION_STYLES
               && current->destination != DESTINATION_FONTS))
    current->destination = DESTINATION_SKIP;
}

/* Words that tell a part of a date. */
static gboolean
do_date (RtfReader *self, const char *word, gint number)
{
  const Destination destination = group (self)->destination;

  if (destination != DESTINATION_CREATED && destination != DESTINATION_MODIFIED)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (date_words); i++)
    if (strcmp (word, date_words[i]) == 0)
      {
        self->date[i] = number;
        return TRUE;
      }
  return FALSE;
}

static void
do_word (RtfReader *self, const char *word, gboolean has_number, gint number, gboolean optional)
{
  if (!do_character (self, word, number) && !do_paragraph (self, word, number)
      && !do_encoding (self, word, number, !has_number || number != 0) && !do_date (self, word, number))
    do_destination (self, word, optional);
}

static void
read_control (RtfReader *self, gboolean *optional)
{
  char word[33];
  guint n = 0;
  gboolean has_number = FALSE, negative = FALSE;
  gint64 number = 0;
  guint8 c;

  if (self->p >= self->end)
    return;
  c = *self->p;
  if (!g_ascii_isalpha (c))
    {
      self->p++;
      switch (c)
        {
        case '\'':
          if (self->end - self->p >= 2 && g_ascii_isxdigit (self->p[0])
              && g_ascii_isxdigit (self->p[1]))
            {
              put_byte (self,
                        (guint8) (g_ascii_xdigit_value ((char) self->p[0]) * 16
                                  + g_ascii_xdigit_value ((char) self->p[1])));
              self->p += 2;
            }
          break;
        case '*':
          /* Only at the start of a group; StarOffice also writes it in front of the name of a style, within text. */
          *optional = self->begins_group;
          return;
        case '~':
          put_character (self, ' ');
          break;
        case '_':
          put_character (self, '-');
          break;
        case '-': /* an optional hyphen */
          break;
        case '\n':
        case '\r':
          end_paragraph (self);
          break;
        case '\\':
        case '{':
        case '}':
          put_byte (self, c);
          break;
        default:
          break;
        }
      *optional = FALSE;
      return;
    }

  while (self->p < self->end && g_ascii_isalpha (*self->p))
    {
      if (n < sizeof word - 1)
        word[n++] = (char) *self->p;
      self->p++;
    }
  word[n] = '\0';
  if (self->p < self->end && *self->p == '-')
    {
      negative = TRUE;
      self->p++;
    }
  while (self->p < self->end && g_ascii_isdigit (*self->p))
    {
      has_number = TRUE;
      number = MIN (number * 10 + (*self->p - '0'), G_MAXINT);
      self->p++;
    }
  if (self->p < self->end && *self->p == ' ')
    self->p++;
  do_word (self, word, has_number, (gint) (negative ? -number : number), *optional);
  *optional = FALSE;
}

gboolean
quarry_sniff_rtf (const QuarryInput *input)
{
  return input->length >= 5 && memcmp (input->bytes, "{\\rtf", 5) == 0;
}

gboolean
quarry_read_rtf (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autofree RtfReader *self = g_new0 (RtfReader, 1);
  g_autoptr (GArray) charsets = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GHashTable) headings = g_hash_table_new (NULL, NULL);
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean optional = FALSE;

  self->p = input->bytes;
  self->end = input->bytes + input->length;
  self->builder = builder;
  self->office = quarry_office_new (builder);
  self->charsets = charsets;
  self->headings = headings;
  self->bytes = bytes;
  self->text = text;
  self->code_page = 1252;
  self->groups[0].unicode_skip = 1;

  while (self->p < self->end && !quarry_office_is_full (self->office))
    {
      guint8 c = *self->p++;

      if (c == '\\')
        {
          read_control (self, &optional);
          self->begins_group = FALSE;
          continue;
        }
      if (c == '{')
        begin_group (self);
      else if (c == '}')
        end_group (self);
      else if (c != '\r' && c != '\n' && c != '\0')
        put_byte (self, c);
      self->begins_group = c == '{' || (self->begins_group && g_ascii_isspace (c));
      optional = FALSE;
    }
  put_bytes (self);
  self->depth = 0;
  self->groups[0].destination = DESTINATION_TEXT;
  end_paragraph (self);
  set_in_table (self, FALSE);
  quarry_office_free (self->office);
  return TRUE;
}
