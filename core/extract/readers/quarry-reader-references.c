/* quarry-reader-references.c: lists of references
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BibTeX ("Designing BibTeX Styles", O. Patashnik, 1988), and the files with a tag before each value: RIS, EndNote's
 * and PubMed's. The title of a reference becomes a heading, its authors, year, journal and so on a paragraph, and its
 * abstract another one.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/readers/quarry-latex.h"

#include <string.h>

/* A reference that is being read. */
typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *title, *authors, *facts, *texts;
} Reference;

typedef enum
{
  FIELD_FACT,
  FIELD_TITLE,
  FIELD_AUTHOR,
  FIELD_TEXT, /* an abstract or a note */
  FIELD_UNSEEN,
} Field;

typedef struct
{
  const char *name;
  Field field;
} FieldName;

/* What programs note for themselves, or what is told by other fields. */
static const FieldName bibtex_fields[]
    = { { "title", FIELD_TITLE },          { "author", FIELD_AUTHOR },       { "abstract", FIELD_TEXT },
        { "annote", FIELD_TEXT },          { "annotation", FIELD_TEXT },     { "note", FIELD_TEXT },
        { "comment", FIELD_TEXT },         { "file", FIELD_UNSEEN },         { "timestamp", FIELD_UNSEEN },
        { "owner", FIELD_UNSEEN },         { "groups", FIELD_UNSEEN },       { "date-added", FIELD_UNSEEN },
        { "date-modified", FIELD_UNSEEN }, { "local-url", FIELD_UNSEEN },    { "__markedentry", FIELD_UNSEEN },
        { "langid", FIELD_UNSEEN },        { "creationdate", FIELD_UNSEEN }, { "modificationdate", FIELD_UNSEEN },
        { "urldate", FIELD_UNSEEN },       { "crossref", FIELD_UNSEEN },     { "month", FIELD_UNSEEN } };

static const FieldName tags[]
    = { { "TI", FIELD_TITLE },    { "T1", FIELD_TITLE },    { "%T", FIELD_TITLE },    { "AU", FIELD_AUTHOR },
        { "A1", FIELD_AUTHOR },   { "%A", FIELD_AUTHOR },   { "AB", FIELD_TEXT },     { "N2", FIELD_TEXT },
        { "N1", FIELD_TEXT },     { "%X", FIELD_TEXT },     { "%Z", FIELD_TEXT },     { "TY", FIELD_UNSEEN },
        { "%0", FIELD_UNSEEN },   { "ER", FIELD_UNSEEN },   { "Y2", FIELD_UNSEEN },   { "L1", FIELD_UNSEEN },
        { "L2", FIELD_UNSEEN },   { "L4", FIELD_UNSEEN },   { "OWN", FIELD_UNSEEN },  { "STAT", FIELD_UNSEEN },
        { "DCOM", FIELD_UNSEEN }, { "LR", FIELD_UNSEEN },   { "EDAT", FIELD_UNSEEN }, { "MHDA", FIELD_UNSEEN },
        { "CRDT", FIELD_UNSEEN }, { "PHST", FIELD_UNSEEN }, { "SB", FIELD_UNSEEN },   { "FAU", FIELD_UNSEEN },
        { "JID", FIELD_UNSEEN },  { "SO", FIELD_UNSEEN },   { "LA", FIELD_UNSEEN },   { "PST", FIELD_UNSEEN } };

static Field
find_field (const FieldName *names, guint n, const char *name)
{
  if (g_str_has_prefix (name, "bdsk-") || g_str_has_prefix (name, "mendeley-"))
    return FIELD_UNSEEN;
  for (guint i = 0; i < n; i++)
    if (strcmp (names[i].name, name) == 0)
      return names[i].field;
  return FIELD_FACT;
}

static void
append_after (GString *out, const char *between, const char *text)
{
  if (*text != '\0')
    g_string_append_printf (out, "%s%s", out->len > 0 ? between : "", text);
}

static void
take_field (Reference *self, Field field, const char *value)
{
  if (field == FIELD_TITLE && self->title->len == 0)
    g_string_assign (self->title, value);
  else if (field == FIELD_AUTHOR)
    append_after (self->authors, "; ", value);
  else if (field == FIELD_TEXT)
    append_after (self->texts, "\n", value);
  else if (field != FIELD_UNSEEN)
    append_after (self->facts, ", ", value);
}

static void
end_reference (Reference *self)
{
  g_auto (GStrv) texts = g_strsplit (self->texts->str, "\n", -1);

  quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, self->title->str, (gssize) self->title->len);
  append_after (self->authors, g_str_has_suffix (self->authors->str, ".") ? " " : ". ", self->facts->str);
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->authors->str, (gssize) self->authors->len);
  for (guint i = 0; texts[i] != NULL; i++)
    quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, texts[i], -1);
  g_string_truncate (self->title, 0);
  g_string_truncate (self->authors, 0);
  g_string_truncate (self->facts, 0);
  g_string_truncate (self->texts, 0);
}

/* ---- BibTeX ---- */

static const char *
skip_blanks (const char *p)
{
  return p + strspn (p, " \t\r\n");
}

/* The end of a value at @p: behind its closing brace or quotation mark, or before what ends a plain one. Where a brace
 * is missing, the next entry is not a part of it. */
static const char *
find_value_end (const char *p)
{
  guint depth = 0;
  gboolean is_quoted = *p == '"';

  if (*p != '{' && !is_quoted)
    return p + strcspn (p, ",}#) \t\r\n");
  if (is_quoted)
    p++;
  for (; *p != '\0'; p++)
    {
      if (*p == '\\' && p[1] != '\0')
        p++;
      else if (*p == '{')
        depth++;
      else if (*p == '}' && depth > 0 && --depth == 0 && !is_quoted)
        return p + 1;
      else if (*p == '"' && is_quoted && depth == 0)
        return p + 1;
      else if (*p == '\n' && p[1] == '@')
        break;
    }
  return p;
}

/* Appends the value from @p to @end without its delimiters, of which a file that is cut off lacks the last. */
static void
append_value (GString *out, const char *p, const char *end)
{
  gsize before = out->len;

  if (end > p + 1 && (*p == '{' || *p == '"'))
    {
      end -= end[-1] == (*p == '{' ? '}' : '"');
      p++;
    }
  if (memchr (p, '\\', (gsize) (end - p)) != NULL || memchr (p, '{', (gsize) (end - p)) != NULL
      || memchr (p, '~', (gsize) (end - p)) != NULL || memmem (p, (gsize) (end - p), "--", 2) != NULL)
    quarry_latex_append_text (out, p, (gsize) (end - p));
  else
    g_string_append_len (out, p, end - p);
  g_strdelimit (out->str + before, "\r\n\t", ' ');
}

/* Names are written "Knuth, Donald E. and Müller, Anna". */
static void
take_authors (Reference *self, const char *value)
{
  g_auto (GStrv) names = g_strsplit (value, " and ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    take_field (self, FIELD_AUTHOR, g_strstrip (names[i]));
}

/* Reads the fields of an entry behind its key. Returns where it ends. */
static const char *
read_fields (Reference *self, const char *p)
{
  g_autoptr (GString) value = g_string_new (NULL);

  for (;;)
    {
      const char *name, *end;
      g_autofree char *lower = NULL;
      Field field;

      p += strspn (p, ", \t\r\n");
      name = p;
      p += strcspn (p, "=@{}(),\"# \t\r\n");
      lower = g_ascii_strdown (name, p - name);
      p = skip_blanks (p);
      if (*p == '\0' || strchr ("@})", *p) != NULL)
        return p;
      /* What is no field is passed over. */
      if (*p != '=')
        {
          p++;
          continue;
        }
      g_string_truncate (value, 0);
      do
        {
          p = skip_blanks (p + 1);
          end = find_value_end (p);
          append_value (value, p, end);
          p = skip_blanks (end);
        }
      while (*p == '#');
      field = find_field (bibtex_fields, G_N_ELEMENTS (bibtex_fields), lower);
      g_strstrip (value->str);
      if (field == FIELD_AUTHOR)
        take_authors (self, value->str);
      else
        take_field (self, field, value->str);
    }
}

/* Text outside of entries is a comment. FALSE if there is no entry. */
static gboolean
read_bibtex (Reference *self, const char *text)
{
  gboolean has_entries = FALSE;

  for (const char *p = strchr (text, '@'); p != NULL; p = strchr (p, '@'))
    {
      const char *type = ++p, *key;

      p += strspn (p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
      if (p == type || (*skip_blanks (p) != '{' && *skip_blanks (p) != '('))
        continue;
      if (g_ascii_strncasecmp (type, "comment", 7) == 0 || g_ascii_strncasecmp (type, "preamble", 8) == 0
          || g_ascii_strncasecmp (type, "string", 6) == 0)
        {
          p = find_value_end (skip_blanks (p));
          continue;
        }
      key = skip_blanks (skip_blanks (p) + 1);
      p = key + strcspn (key, ",}) \t\r\n=");
      if (*skip_blanks (p) == ',')
        p = read_fields (self, p);
      {
        g_autofree char *name = g_strndup (key, strcspn (key, ",}) \t\r\n="));

        take_field (self, FIELD_FACT, name);
      }
      end_reference (self);
      has_entries = TRUE;
    }
  return has_entries;
}

/* ---- Files with tags ---- */

/* The length of the tag of a line with what parts it from the value: "TI  - ", "%T "; 0 if it has none. */
static gsize
measure_tag (const char *line, char *tag)
{
  gsize n = 0;

  if (line[0] == '%' && line[1] != '\0' && line[2] == ' ')
    {
      g_strlcpy (tag, line, 3);
      return 3;
    }
  while (n < 4 && (g_ascii_isupper (line[n]) || g_ascii_isdigit (line[n])))
    n++;
  g_strlcpy (tag, line, n + 1);
  if (n < 2)
    return 0;
  n += strspn (line + n, " ");
  return line[n] == '-' && n <= 4 && (line[n + 1] == ' ' || line[n + 1] == '\0') ? n + 1 : 0;
}

/* FALSE if no line has a tag. */
static gboolean
read_tagged (Reference *self, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) value = g_string_new (NULL);
  Field field = FIELD_UNSEEN;
  gboolean has_tags = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char tag[5];
      gsize n;

      g_strchomp (lines[i]);
      n = measure_tag (lines[i], tag);
      if (n == 0)
        {
          /* A value goes on. */
          append_after (value, " ", g_strstrip (lines[i]));
          continue;
        }
      take_field (self, field, value->str);
      g_string_assign (value, g_strstrip (lines[i] + n));
      field = find_field (tags, G_N_ELEMENTS (tags), tag);
      if (has_tags && (strcmp (tag, "TY") == 0 || strcmp (tag, "PMID") == 0 || strcmp (tag, "%0") == 0))
        end_reference (self);
      has_tags = TRUE;
    }
  take_field (self, field, value->str);
  end_reference (self);
  return has_tags;
}

gboolean
quarry_read_references (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) title = g_string_new (NULL), authors = g_string_new (NULL);
  g_autoptr (GString) facts = g_string_new (NULL), texts = g_string_new (NULL);
  Reference self = { builder, title, authors, facts, texts };

  if (text == NULL)
    return FALSE;
  if (text->str[strspn (text->str, " \t\r\n")] == '@' || strstr (text->str, "\n@") != NULL
          ? read_bibtex (&self, text->str)
          : read_tagged (&self, text->str))
    return TRUE;
  quarry_document_builder_start_over (builder);
  return quarry_read_text (input, builder, error);
}
