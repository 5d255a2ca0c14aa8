/* quarry-document-builder.c: makes a document from whatever text a reader finds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Readers add the text block by block. Each block is cleaned when it is added (valid UTF-8, NFC, no
 * invisible characters, normalized white space) and appended to one growing text, whose blocks and
 * pages are recorded beside it. The text of a long document is written to a file as it grows and
 * mapped at the end.
 */
#include "core/document/quarry-document-private.h"
#include "core/document/quarry-language.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

/* A run of more combining marks than this on one letter is not writing (30 is the limit of UAX #15's Stream-Safe Text
 * Format), and every normalizer takes quadratic time for such a run. */
#define MAX_MARKS 30

struct _QuarryDocumentBuilder
{
  QuarryDocumentParts parts; /* if text was spilled, its text holds only the last part */
  int spill; /* the file that text is spilled to; -1 for none */
  gsize n_spilled;
  gboolean has_lost_text;
  QuarryDocumentSpilledFunc spilled;
  gpointer data;
  guint next_page; /* begun, but no text has been added to it yet; 0 for none */
  gboolean full;
  GString *clean; /* scratch: the block being added, after cleaning */
};

QuarryDocumentBuilder *
quarry_document_builder_new (void)
{
  QuarryDocumentBuilder *self = g_new0 (QuarryDocumentBuilder, 1);

  quarry_document_parts_init (&self->parts);
  self->spill = -1;
  self->clean = g_string_new (NULL);
  return self;
}

void
quarry_document_builder_free (QuarryDocumentBuilder *self)
{
  if (self == NULL)
    return;
  quarry_document_parts_clear (&self->parts);
  g_string_free (self->clean, TRUE);
  g_free (self);
}

static inline gboolean
is_blank (gunichar c)
{
  return c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f
         || c == 0x3000;
}

static inline gboolean
is_line_end (gunichar c)
{
  return c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Invisible characters that would keep a search from finding a word. The joiners U+200C and U+200D are kept, since the
 * spelling of words in Persian and Indic scripts depends on them. */
static gboolean
is_filler (gunichar c)
{
  return c < 0xa0 || c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160
         || c == 0x17b4 || c == 0x17b5 || (c >= 0x180b && c <= 0x180e) || c == 0x200b || c == 0x200e
         || c == 0x200f || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f)
         || c == 0x3164 || c == 0xfeff || c == 0xffa0 || (c >= 0xfff0 && c <= 0xfffc)
         || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe
         || (c >= 0xe0000 && c <= 0xe0fff);
}

/* Whether the text up to and including @c has to be normalized, because @c may combine with what precedes it, or is not
 * in its composed form. */
static inline gboolean
may_not_be_nfc (gunichar c)
{
  return c >= 0x300
         && (u_getIntPropertyValue ((UChar32) c, UCHAR_NFC_QUICK_CHECK) != UNORM_YES
             || u_getCombiningClass ((UChar32) c) != 0);
}

static void
normalize (GString *string)
{
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2 *nfc = unorm2_getNFCInstance (&status);
  gint32 capacity = (gint32) string->len + 1;
  g_autofree UChar *before = g_new (UChar, capacity);
  g_autofree UChar *after = NULL;
  gint32 n_before = 0, n_after = 0, n_bytes = 0;

  u_strFromUTF8 (before, capacity, &n_before, string->str, (gint32) string->len, &status);
  /* Composed text is at most three times as long (UAX #15, table 2). */
  capacity = n_before * 3 + 1;
  after = g_new (UChar, capacity);
  n_after = unorm2_normalize (nfc, before, n_before, after, capacity, &status);
  if (U_FAILURE (status))
    return;
  g_string_set_size (string, (gsize) n_after * 3);
  u_strToUTF8 (string->str, (gint32) string->len + 1, &n_bytes, after, n_after, &status);
  g_string_truncate (string, (gsize) n_bytes);
}

static inline gboolean
is_visible (char c)
{
  return (guchar) c > 0x20 && (guchar) c < 0x7f;
}

static inline void
append_character (GString *string, const char *bytes, gsize n)
{
  g_string_append_len (string, bytes, (gssize) n);
}

/* The character at @text, and in *@next where it ends; U+FFFD for a byte that is not UTF-8. */
static inline gunichar
read_character (const char *text, const char *end, const char **next)
{
  gunichar c = (guchar) *text;

  *next = text + 1;
  if (c < 0x80)
    return c;
  c = g_utf8_get_char_validated (text, end - text);
  if (c == (gunichar) -1 || c == (gunichar) -2)
    return 0xfffd;
  *next = g_utf8_next_char (text);
  return c;
}

/* The line end, tab or blank that @c counts as; 0 where it is no white space. */
static inline char
white_space (gunichar c)
{
  if (c == '\n' || c == '\r' || c == '\f' || c == '\v' || is_line_end (c))
    return '\n';
  if (c == '\t')
    return '\t';
  return c == ' ' || is_blank (c) ? ' ' : 0;
}

/* Writes white space as blocks of @kind keep it, or leaves it in *@pending, to be written before the next character. */
static inline void
append_space (GString *out, QuarryBlockKind kind, char space, char *pending)
{
  gboolean begins_cell = out->len == 0 || out->str[out->len - 1] == '\t' || out->str[out->len - 1] == '\n';

  if (kind == QUARRY_BLOCK_CODE)
    g_string_append_c (out, space);
  else if (kind != QUARRY_BLOCK_TABLE)
    *pending = ' ';
  else if (space == ' ')
    {
      /* Blanks around the end of a cell or a row belong to neither. */
      if (!begins_cell)
        *pending = ' ';
    }
  else
    {
      /* Empty rows are dropped, empty cells are kept. */
      if (space == '\n')
        while (out->len > 0 && out->str[out->len - 1] == '\t')
          g_string_truncate (out, out->len - 1);
      if (space == '\t' || (out->len > 0 && out->str[out->len - 1] != '\n'))
        g_string_append_c (out, space);
      *pending = 0;
    }
}

/* Drops the white space at the end of code or of a table, and empty lines before code, but not the indentation of its
 * first line. */
static void
trim (GString *out, gboolean code)
{
  gsize start = 0;

  while (out->len > 0 && strchr (" \t\n", out->str[out->len - 1]) != NULL)
    g_string_truncate (out, out->len - 1);
  for (gsize i = 0; code && i < out->len && strchr (" \t\n", out->str[i]) != NULL; i++)
    if (out->str[i] == '\n')
      start = i + 1;
  g_string_erase (out, 0, (gssize) start);
}

/* What follows a terminal's command for colours or the cursor, of which the escape character has been read (ECMA-48, 5.4).
 * Its letters would stick to those of the next word. */
static const char *
skip_command (const char *text, const char *end)
{
  const char *p = text;

  if (p == end || *p != '[')
    return text;
  for (p++; p < end && *p >= ' ' && *p < '@'; p++)
    ;
  return p < end && *p >= '@' && *p <= '~' ? p + 1 : text;
}

/* Writes @text into @out as valid UTF-8, without fillers, and with white space as blocks of @kind keep it. */
static void
clean_text (GString *out, QuarryBlockKind kind, const char *text, gsize length)
{
  gboolean code = kind == QUARRY_BLOCK_CODE;
  gboolean to_normalize = FALSE;
  guint n_marks = 0;
  char pending = 0; /* white space to be written before the next character, if there is one */
  const char *end = text + length;

  g_string_truncate (out, 0);
  for (const char *next; text < end; text = next)
    {
      gunichar c;
      char space;

      if (is_visible (*text))
        {
          /* The usual case: a run of visible ASCII, with single blanks in it. */
          next = text + 1;
          while (next < end
                 && (is_visible (*next) || (*next == ' ' && next + 1 < end && is_visible (next[1]))))
            next++;
          if (pending != 0 && (code || out->len > 0))
            g_string_append_c (out, pending);
          pending = 0;
          n_marks = 0;
          append_character (out, text, (gsize) (next - text));
          continue;
        }

      c = read_character (text, end, &next);
      space = white_space (c);
      if (space != 0)
        {
          if (c == '\r' && next < end && *next == '\n')
            next++;
          append_space (out, kind, space, &pending);
          continue;
        }
      if (c == '\033')
        next = skip_command (next, end);
      if (c != 0xfffd && is_filler (c))
        continue;
      if (!may_not_be_nfc (c))
        n_marks = 0;
      else
        {
          to_normalize = TRUE;
          if (++n_marks > MAX_MARKS)
            continue;
        }
      if (pending != 0 && out->len > 0)
        g_string_append_c (out, pending);
      pending = 0;
      if (c == 0xfffd)
        g_string_append (out, "\357\277\275");
      else
        append_character (out, text, (gsize) (next - text));
    }

  if (code || kind == QUARRY_BLOCK_TABLE)
    trim (out, code);
  if (to_normalize)
    normalize (out);
}

static char *
clean_value (const char *text, gsize limit)
{
  g_autoptr (GString) string = g_string_new (NULL);
  gsize length;

  if (text == NULL)
    return NULL;
  length = strnlen (text, limit * 4);
  clean_text (string, QUARRY_BLOCK_PARAGRAPH, text, length);
  if (string->len > limit)
    {
      gsize end = limit;

      while (end > 0 && !quarry_document_is_boundary (string->str, string->len, end))
        end--;
      while (end > 0 && string->str[end - 1] == ' ')
        end--;
      g_string_truncate (string, end);
    }
  return string->len > 0 ? g_string_free (g_steal_pointer (&string), FALSE) : NULL;
}

void
quarry_document_builder_set_title (QuarryDocumentBuilder *self, const char *title)
{
  g_return_if_fail (self != NULL);

  g_free (self->parts.title);
  self->parts.title = clean_value (title, QUARRY_DOCUMENT_MAX_TITLE);
}

/* The days that programs count from: dates that were never set. */
static gboolean
is_no_date (const char *key, const char *value)
{
  static const char *const days[]
      = { "0000-", "0001-01-01", "1601-01-01", "1899-12-3", "1904-01-01", "1970-01-01T00:00" };

  if (strcmp (key, "created") != 0 && strcmp (key, "modified") != 0)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (days); i++)
    if (g_str_has_prefix (value, days[i]))
      return TRUE;
  return FALSE;
}

void
quarry_document_builder_set_metadata (QuarryDocumentBuilder *self,
                                      const char *key,
                                      const char *value)
{
  g_autofree char *clean = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (key != NULL && *key != '\0' && strlen (key) < QUARRY_DOCUMENT_MAX_TITLE);

  clean = clean_value (value, QUARRY_DOCUMENT_MAX_VALUE);
  if (clean == NULL || is_no_date (key, clean))
    g_hash_table_remove (self->parts.metadata, key);
  else if (g_hash_table_size (self->parts.metadata) < QUARRY_DOCUMENT_MAX_KEYS
           || g_hash_table_contains (self->parts.metadata, key))
    g_hash_table_replace (self->parts.metadata, g_strdup (key), g_steal_pointer (&clean));
}

void
quarry_document_builder_begin_page (QuarryDocumentBuilder *self, guint number)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (number > 0);

  self->next_page = number;
}

/* A page is recorded when the first text on it is added, so that pages without text are not recorded at all. */
static void
start_page (QuarryDocumentBuilder *self, guint32 start)
{
  QuarryPage page = { .start = start, .number = self->next_page };
  GArray *pages = self->parts.pages;

  self->next_page = 0;
  if (page.number == 0 || pages->len >= QUARRY_DOCUMENT_MAX_BLOCKS)
    return;
  if (pages->len > 0 && g_array_index (pages, QuarryPage, pages->len - 1).number >= page.number)
    return;
  g_array_append_val (pages, page);
}

void
quarry_document_builder_spill (QuarryDocumentBuilder *self,
                               int fd,
                               QuarryDocumentSpilledFunc spilled,
                               gpointer data)
{
  g_return_if_fail (self != NULL && self->n_spilled == 0);

  self->spill = fd;
  self->spilled = spilled;
  self->data = data;
}

/* Writes the text that is in memory to the file. */
static void
spill (QuarryDocumentBuilder *self)
{
  GString *text = self->parts.text;

  for (gsize done = 0; done < text->len && !self->has_lost_text;)
    {
      ssize_t n = write (self->spill, text->str + done, text->len - done);

      if (n < 0 && errno == EINTR)
        continue;
      self->has_lost_text = n <= 0;
      done += (gsize) MAX (n, 0);
    }
  self->full |= self->has_lost_text;
  self->n_spilled += text->len;
  g_string_truncate (text, 0);
  self->spilled (self->data);
}

/* Appends what is in self->clean after @separator; FALSE once the document is full. */
static gboolean
append_clean (QuarryDocumentBuilder *self, const char *separator, QuarrySpan *span)
{
  GString *text = self->parts.text;
  gsize room = QUARRY_DOCUMENT_MAX_TEXT - self->n_spilled - text->len;
  gsize before = strlen (separator);
  gsize n = self->clean->len;

  if (room <= before)
    {
      self->full = TRUE;
      return FALSE;
    }
  if (n > room - before)
    {
      self->full = TRUE;
      n = room - before;
      while (n > 0 && !quarry_document_is_boundary (self->clean->str, self->clean->len, n))
        n--;
      if (n == 0)
        return FALSE;
    }

  g_string_append (text, separator);
  span->start = (guint32) (self->n_spilled + text->len);
  g_string_append_len (text, self->clean->str, (gssize) n);
  span->end = (guint32) (self->n_spilled + text->len);
  if (self->spill >= 0 && text->len >= QUARRY_DOCUMENT_WINDOW)
    spill (self);
  return TRUE;
}

gboolean
quarry_document_builder_add (
    QuarryDocumentBuilder *self, QuarryBlockKind kind, guint level, const char *text, gssize length)
{
  GArray *blocks;
  const char *separator = "";
  QuarryBlock block = { .kind = (guint8) kind };

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (kind <= QUARRY_BLOCK_QUOTE, FALSE);

  if (self->full)
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (self->parts.blocks->len >= QUARRY_DOCUMENT_MAX_BLOCKS)
    return quarry_document_builder_extend (self, text, length);
  clean_text (self->clean,
              kind,
              text,
              MIN (length < 0 ? strlen (text) : (gsize) length, 2 * QUARRY_DOCUMENT_MAX_TEXT));
  if (self->clean->len == 0)
    return TRUE;

  if (kind == QUARRY_BLOCK_HEADING)
    block.level = (guint8) CLAMP (level, 1, QUARRY_DOCUMENT_MAX_HEADING_LEVEL);
  else if (kind == QUARRY_BLOCK_LIST_ITEM)
    block.level = (guint8) CLAMP (level, 1, QUARRY_DOCUMENT_MAX_LEVEL);

  blocks = self->parts.blocks;
  if (blocks->len > 0)
    separator = kind == QUARRY_BLOCK_LIST_ITEM
                        && g_array_index (blocks, QuarryBlock, blocks->len - 1).kind == kind
                    ? "\n"
                    : "\n\n";
  if (append_clean (self, separator, &block.span))
    {
      start_page (self, block.span.start);
      g_array_append_val (blocks, block);
    }
  return !self->full;
}

gboolean
quarry_document_builder_extend (QuarryDocumentBuilder *self, const char *text, gssize length)
{
  GArray *blocks;
  QuarryBlock *last;
  QuarrySpan span;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (text != NULL, FALSE);

  blocks = self->parts.blocks;
  if (blocks->len == 0)
    return quarry_document_builder_add (self, QUARRY_BLOCK_PARAGRAPH, 0, text, length);
  if (self->full)
    return FALSE;

  last = &g_array_index (blocks, QuarryBlock, blocks->len - 1);
  clean_text (self->clean,
              last->kind,
              text,
              MIN (length < 0 ? strlen (text) : (gsize) length, 2 * QUARRY_DOCUMENT_MAX_TEXT));
  if (self->clean->len == 0)
    return TRUE;
  if (append_clean (self,
                    last->kind == QUARRY_BLOCK_CODE || last->kind == QUARRY_BLOCK_TABLE ? "\n"
                                                                                        : " ",
                    &span))
    {
      start_page (self, span.start);
      last->span.end = span.end;
    }
  return !self->full;
}

const char *
quarry_document_builder_peek_text (QuarryDocumentBuilder *self, gsize *length)
{
  g_return_val_if_fail (self != NULL, NULL);

  *length = self->parts.text->len;
  return self->n_spilled == 0 ? self->parts.text->str : NULL;
}

void
quarry_document_builder_start_over (QuarryDocumentBuilder *self)
{
  g_return_if_fail (self != NULL);

  if (self->n_spilled > 0)
    self->has_lost_text |= ftruncate (self->spill, 0) != 0 || lseek (self->spill, 0, SEEK_SET) != 0;
  self->n_spilled = 0;
  quarry_document_parts_clear (&self->parts);
  quarry_document_parts_init (&self->parts);
  self->next_page = 0;
  self->full = FALSE;
}

/* Makes a text that was spilled accessible as a whole again, by mapping its file, with a NUL behind the text. */
static gboolean
map_spilled (QuarryDocumentBuilder *self)
{
  QuarryDocumentParts *parts = &self->parts;
  GMappedFile *file;

  g_string_append_c (parts->text, '\0');
  spill (self);
  file = self->has_lost_text ? NULL : g_mapped_file_new_from_fd (self->spill, FALSE, NULL);
  if (file == NULL || g_mapped_file_get_length (file) != self->n_spilled)
    {
      g_clear_pointer (&file, g_mapped_file_unref);
      return FALSE;
    }
  parts->bytes = g_mapped_file_get_bytes (file);
  g_mapped_file_unref (file);
  parts->lent = g_bytes_get_data (parts->bytes, NULL);
  parts->n_lent = self->n_spilled - 1;
  parts->is_mapped = TRUE;
  return TRUE;
}

/* The language that a file states is often a program's default, which nobody chose. So where the text is clearly in
 * another known language, that one is taken instead; and where it is in letters which
 * that language does not use, none. */
static void
find_language (QuarryDocumentBuilder *self)
{
  const char *stated = g_hash_table_lookup (self->parts.metadata, "language");
  const QuarryDocumentParts *parts = &self->parts;
  const char *found = parts->bytes != NULL ? quarry_language_recognize (parts->lent, parts->n_lent)
                                           : quarry_language_recognize (parts->text->str, parts->text->len);
  gsize n = found != NULL ? strlen (found) : 0;

  if (found == NULL && stated != NULL
      && !quarry_language_may_be (stated, parts->bytes != NULL ? parts->lent : parts->text->str,
                                  parts->bytes != NULL ? parts->n_lent : parts->text->len))
    quarry_document_builder_set_metadata (self, "language", NULL);
  if (found == NULL || (stated != NULL && !quarry_language_is_known (stated)))
    return;
  if (stated == NULL || g_ascii_strncasecmp (stated, found, n) != 0 || g_ascii_isalpha (stated[n]))
    quarry_document_builder_set_metadata (self, "language", found);
}

QuarryDocument *
quarry_document_builder_end (QuarryDocumentBuilder *self)
{
  QuarryDocument *document;

  g_return_val_if_fail (self != NULL, NULL);

  if (self->n_spilled > 0 && !map_spilled (self))
    {
      quarry_document_builder_free (self);
      return NULL;
    }
  find_language (self);
  document = quarry_document_new_from_parts (&self->parts);
  quarry_document_builder_free (self);
  return document;
}
