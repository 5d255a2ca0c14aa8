/* quarry-mime.c: the format of mails (RFC 5322, 2045, 2047)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/mail/quarry-mime.h"

#include "core/extract/text/quarry-decode.h"

#include <string.h>

#define MAX_FIELDS 1000u
#define MAX_VALUE 65536u

GHashTable *
quarry_mime_read_header (const char **bytes, gsize *length)
{
  GHashTable *fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *p = *bytes, *end = p + *length;
  g_autoptr (GString) value = g_string_new (NULL);
  g_autofree char *name = NULL;

  while (p <= end)
    {
      const char *stop = p < end ? memchr (p, '\n', (gsize) (end - p)) : NULL;
      const char *line = p;
      gsize n = (gsize) ((stop != NULL ? stop : end) - line);

      p = stop != NULL ? stop + 1 : end + 1;
      if (n > 0 && line[n - 1] == '\r')
        n--;
      /* A line that begins with white space continues the previous one. */
      if (n > 0 && (line[0] == ' ' || line[0] == '\t'))
        {
          if (value->len + n < MAX_VALUE)
            g_string_append_len (value, line, (gssize) n);
          continue;
        }
      if (name != NULL && !g_hash_table_contains (fields, name)
          && g_hash_table_size (fields) < MAX_FIELDS)
        g_hash_table_insert (fields, g_steal_pointer (&name), g_strdup (value->str));
      g_clear_pointer (&name, g_free);
      g_string_truncate (value, 0);
      if (n > 0)
        {
          const char *colon = memchr (line, ':', n);

          if (colon == NULL || colon == line || colon - line > 100
              || memchr (line, ' ', (gsize) (colon - line)) != NULL)
            {
              /* This is not a field, so the body begins here; but in some mailboxes a "From " line comes first. */
              if (g_hash_table_size (fields) > 0 || strncmp (line, "From ", MIN (n, 5)) != 0)
                {
                  p = line;
                  break;
                }
              continue;
            }
          name = g_ascii_strdown (line, colon - line);
          while (++colon < line + n && (*colon == ' ' || *colon == '\t'))
            continue;
          g_string_append_len (value, colon, MIN (line + n - colon, (gssize) MAX_VALUE));
        }
      else
        break;
    }
  p = MIN (p, end);
  *length = (gsize) (end - p);
  *bytes = p;
  return fields;
}

static GString *
decode_quoted (const char *bytes, gsize length, gboolean in_header)
{
  GString *out = g_string_sized_new (length);

  for (gsize i = 0; i < length; i++)
    {
      char c = bytes[i];

      if (c == '=' && i + 2 < length && g_ascii_isxdigit (bytes[i + 1])
          && g_ascii_isxdigit (bytes[i + 2]))
        {
          g_string_append_c (out,
                             (char) (g_ascii_xdigit_value (bytes[i + 1]) * 16
                                     + g_ascii_xdigit_value (bytes[i + 2])));
          i += 2;
        }
      else if (c == '=' && !in_header)
        {
          /* A soft line break, which is removed. */
          gsize k = i + 1;

          while (k < length && (bytes[k] == ' ' || bytes[k] == '\t' || bytes[k] == '\r'))
            k++;
          if (k < length && bytes[k] == '\n')
            i = k;
          else
            g_string_append_c (out, c);
        }
      else
        g_string_append_c (out, in_header && c == '_' ? ' ' : c);
    }
  return out;
}

static GString *
decode_base64 (const char *bytes, gsize length)
{
  GString *out = g_string_sized_new (length * 3 / 4 + 4);
  gint state = 0;
  guint save = 0;
  gsize n = g_base64_decode_step (bytes, length, (guchar *) out->str, &state, &save);

  g_string_set_size (out, n);
  return out;
}

GString *
quarry_mime_decode_body (const char *bytes, gsize length, const char *encoding)
{
  g_autofree char *lower = encoding != NULL ? g_ascii_strdown (encoding, -1) : g_strdup ("");

  g_strstrip (lower);
  if (strcmp (lower, "base64") == 0)
    return decode_base64 (bytes, length);
  if (strcmp (lower, "quoted-printable") == 0)
    return decode_quoted (bytes, length, FALSE);
  return g_string_new_len (bytes, (gssize) length);
}

/* Whether text is in UTF-8 although it is said to be in an encoding of one byte a letter, or in ASCII: hardly any other
 * text beyond ASCII happens to be valid. */
static gboolean
is_unlabelled_utf8 (const GString *bytes, const char *charset)
{
  static const char *const families[] = { "iso-8859", "windows-125", "cp125", "us-ascii", "ascii", "latin" };
  g_autofree char *lower = g_ascii_strdown (charset, -1);

  if (g_str_is_ascii (bytes->str) || !g_utf8_validate (bytes->str, (gssize) bytes->len, NULL))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (families); i++)
    if (g_str_has_prefix (lower, families[i]))
      return TRUE;
  return FALSE;
}

/* Encoded words, "=?charset?B?…?=", that follow one another. They are decoded together: many programs part them within
 * a character. */
typedef struct
{
  GString *bytes;
  char *charset;      /* NULL for no words */
  const char *source; /* what they were read from */
} Words;

/* Adds the encoded word at @word, if it is in the same encoding as those before it. Returns what is behind it; NULL if
 * it is not added. */
static const char *
add_word (Words *self, const char *word)
{
  const char *charset = word + 2, *encoding, *text, *close;
  g_autofree char *name = NULL;
  g_autoptr (GString) bytes = NULL;
  char *star;

  encoding = strchr (charset, '?');
  if (encoding == NULL || encoding - charset > 64 || encoding[1] == '\0' || encoding[2] != '?')
    return NULL;
  text = encoding + 3;
  close = strstr (text, "?=");
  if (close == NULL)
    return NULL;
  name = g_strndup (charset, (gsize) (encoding - charset));
  /* The charset may be followed by "*" and a language. */
  star = strchr (name, '*');
  if (star != NULL)
    *star = '\0';
  if (self->charset != NULL && g_ascii_strcasecmp (self->charset, name) != 0)
    return NULL;
  bytes = g_ascii_toupper (encoding[1]) == 'B' ? decode_base64 (text, (gsize) (close - text))
                                               : decode_quoted (text, (gsize) (close - text), TRUE);
  g_string_append_len (self->bytes, bytes->str, (gssize) bytes->len);
  if (self->charset == NULL)
    {
      self->charset = g_steal_pointer (&name);
      self->source = word;
    }
  return close + 2;
}

/* Writes the words that end before @end; as they are if their encoding is not known. */
static void
end_words (Words *self, const char *end, GString *out)
{
  g_autoptr (GString) text = NULL;

  if (self->charset == NULL)
    return;
  text = quarry_decode_from ((const guint8 *) self->bytes->str, self->bytes->len,
                             is_unlabelled_utf8 (self->bytes, self->charset) ? "UTF-8" : self->charset);
  if (text != NULL)
    g_string_append_len (out, text->str, (gssize) text->len);
  else
    g_string_append_len (out, self->source, end - self->source);
  g_clear_pointer (&self->charset, g_free);
  g_string_truncate (self->bytes, 0);
}

char *
quarry_mime_decode_words (const char *value)
{
  g_autoptr (GString) out = NULL;
  g_autoptr (GString) plain = NULL;
  g_autoptr (GString) bytes = NULL;
  Words words = { 0 };
  gboolean after_word = FALSE;
  const char *p;

  if (value == NULL)
    return NULL;
  plain = quarry_decode ((const guint8 *) value, strlen (value), NULL);
  if (plain == NULL)
    return NULL;
  out = g_string_new (NULL);
  words.bytes = bytes = g_string_new (NULL);
  for (p = plain->str; *p != '\0';)
    {
      const char *blank = p, *end = NULL;

      /* White space between two encoded words is not part of the text. */
      while (after_word && (*blank == ' ' || *blank == '\t'))
        blank++;
      if (g_str_has_prefix (blank, "=?"))
        {
          end = add_word (&words, blank);
          if (end == NULL)
            {
              end_words (&words, p, out);
              end = add_word (&words, blank);
            }
        }
      after_word = end != NULL;
      if (after_word)
        {
          p = end;
          continue;
        }
      end_words (&words, p, out);
      g_string_append_c (out, *p++);
    }
  end_words (&words, p, out);
  return g_utf8_make_valid (out->str, (gssize) out->len);
}

char *
quarry_mime_parameter (const char *value, const char *name)
{
  const char *p = value;
  gsize n = strlen (name);

  while (p != NULL && (p = strchr (p, ';')) != NULL)
    {
      p++;
      while (g_ascii_isspace (*p))
        p++;
      if (g_ascii_strncasecmp (p, name, n) == 0 && p[n] == '=')
        {
          p += n + 1;
          if (*p == '"')
            return g_strndup (p + 1, strcspn (p + 1, "\""));
          return g_strndup (p, strcspn (p, "; \t\r\n"));
        }
    }
  return NULL;
}

/* A parameter in the form of RFC 2231: "filename*=utf-8'en'a%20b", or in pieces: "filename*0*=…; filename*1=…". */
static char *
extended_parameter (const char *value, const char *name)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autofree char *charset = NULL;
  g_autoptr (GString) text = NULL;

  for (gint i = -1; i < 50; i++)
    {
      g_autofree char *plain_key = i < 0 ? NULL : g_strdup_printf ("%s*%d", name, i);
      g_autofree char *coded_key
          = i < 0 ? g_strdup_printf ("%s*", name) : g_strdup_printf ("%s*%d*", name, i);
      g_autofree char *coded = quarry_mime_parameter (value, coded_key);
      g_autofree char *plain
          = plain_key != NULL && coded == NULL ? quarry_mime_parameter (value, plain_key) : NULL;
      const char *p = coded;

      if (plain != NULL)
        g_string_append (bytes, plain);
      if (p != NULL && charset == NULL)
        {
          const char *quote = strchr (p, '\'');
          const char *second = quote != NULL ? strchr (quote + 1, '\'') : NULL;

          if (second != NULL)
            {
              charset = g_strndup (p, (gsize) (quote - p));
              p = second + 1;
            }
        }
      for (; p != NULL && *p != '\0'; p++)
        if (*p == '%' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
          {
            g_string_append_c (
                bytes, (char) (g_ascii_xdigit_value (p[1]) * 16 + g_ascii_xdigit_value (p[2])));
            p += 2;
          }
        else
          g_string_append_c (bytes, *p);
      if (i < 0 ? coded != NULL : coded == NULL && plain == NULL)
        break;
    }
  if (bytes->len == 0)
    return NULL;
  text = quarry_decode ((const guint8 *) bytes->str, bytes->len, charset);
  return text != NULL ? g_strdup (text->str) : NULL;
}

char *
quarry_mime_file_name (const char *disposition, const char *type)
{
  const char *const values[] = { disposition, type };
  const char *const names[] = { "filename", "name" };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *plain = NULL;
      char *name;

      if (values[i] == NULL)
        continue;
      name = extended_parameter (values[i], names[i]);
      if (name != NULL)
        return name;
      plain = quarry_mime_parameter (values[i], names[i]);
      if (plain != NULL && *plain != '\0')
        return quarry_mime_decode_words (plain);
    }
  return NULL;
}
