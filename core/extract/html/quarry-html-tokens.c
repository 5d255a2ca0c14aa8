/* quarry-html-tokens.c: splits HTML into tags and text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/html/quarry-html-tokens.h"

#include "core/extract/html/quarry-html-references.h"

#include <string.h>

typedef struct
{
  const char *name;
  guint16 length;
  guint16 traits;
} Tag;

enum
{
  VOID = QUARRY_HTML_VOID,
  RAW = QUARRY_HTML_RAW,
  REFERENCES = QUARRY_HTML_REFERENCES,
  SPECIAL = QUARRY_HTML_SPECIAL,
  SCOPE = QUARRY_HTML_SCOPE,
  ENDS_P = QUARRY_HTML_ENDS_P,
  INLINE = QUARRY_HTML_INLINE,
  TABLE_PART = QUARRY_HTML_TABLE_PART,
  FOREIGN_ENDS = QUARRY_HTML_FOREIGN_ENDS,
};

static const Tag tags[QUARRY_HTML_N_TAGS] = {
#define TAG(constant, name, traits) [QUARRY_HTML_##constant] = { name, sizeof name - 1, traits },
  QUARRY_HTML_TAGS (TAG)
#undef TAG
};

QuarryHtmlTraits
quarry_html_get_traits (QuarryHtmlTag tag)
{
  return tag < QUARRY_HTML_N_TAGS ? tags[tag].traits : 0;
}

/* Finds a tag by its name. Tags whose names begin with the same letter are next to each other in the table. */
static QuarryHtmlTag
find_tag (const char *bytes, gsize length)
{
  static guint8 first[26];
  guint8 letter = (guint8) (g_ascii_tolower (bytes[0]) - 'a');

  if (first[0] == 0)
    for (guint i = QUARRY_HTML_N_TAGS; --i > 0;)
      first[tags[i].name[0] - 'a'] = (guint8) i;
  for (guint i = letter < G_N_ELEMENTS (first) ? first[letter] : 0;
       i > 0 && i < QUARRY_HTML_N_TAGS && tags[i].name[0] == 'a' + letter; i++)
    if (tags[i].length == length && g_ascii_strncasecmp (bytes, tags[i].name, length) == 0)
      return (QuarryHtmlTag) i;
  return QUARRY_HTML_UNKNOWN;
}

static inline gboolean
is_blank (char c)
{
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

static inline gboolean
ends_name (char c)
{
  return is_blank (c) || c == '/' || c == '>';
}

static gboolean
begins_with (const QuarryHtmlTokens *self, const char *what, gsize length)
{
  return (gsize) (self->end - self->at) >= length && memcmp (self->at, what, length) == 0;
}

/* The next occurrence of @what; the end of the page if there is none. */
static const char *
look_for (const QuarryHtmlTokens *self, const char *what, gsize length)
{
  const char *found = memmem (self->at, (gsize) (self->end - self->at), what, length);

  return found != NULL ? found : self->end;
}

/* Moves behind @found, which is @length bytes long, but not beyond the end of the page. */
static void
go_behind (QuarryHtmlTokens *self, const char *found, gsize length)
{
  self->at = found + MIN (length, (gsize) (self->end - found));
}

/* --- Tags -------------------------------------------------------------------------------------- */

/* The index of the attribute name among those that are kept; -1 for others. */
static int
find_key (const char *bytes, gsize length)
{
  static const struct
  {
    const char *name;
    QuarryHtmlKey key;
  } keys[] = {
    { "alt", QUARRY_HTML_ALT },
    { "aria-hidden", QUARRY_HTML_ARIA_HIDDEN },
    { "close", QUARRY_HTML_CLOSE },
    { "content", QUARRY_HTML_CONTENT },
    { "hidden", QUARRY_HTML_HIDDEN },
    { "href", QUARRY_HTML_HREF },
    { "id", QUARRY_HTML_ID },
    { "lang", QUARRY_HTML_LANG },
    { "xml:lang", QUARRY_HTML_XML_LANG },
    { "name", QUARRY_HTML_NAME },
    { "open", QUARRY_HTML_OPEN },
    { "property", QUARRY_HTML_PROPERTY },
    { "role", QUARRY_HTML_ROLE },
    { "style", QUARRY_HTML_STYLE_TEXT },
    { "xmlns", QUARRY_HTML_XMLNS },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (strlen (keys[i].name) == length && g_ascii_strncasecmp (bytes, keys[i].name, length) == 0)
      return (int) keys[i].key;
  return -1;
}

static void
keep_attribute (
    QuarryHtmlTokens *self, QuarryHtmlToken *token, const char *name, gsize n_name, const char *value, gsize n_value)
{
  int key = find_key (name, n_name);
  QuarryHtmlAttribute *attribute;
  char *copy;

  if (key < 0)
    return;
  /* If an attribute is repeated, the first one counts. */
  for (attribute = token->attributes; attribute != NULL; attribute = attribute->next)
    if ((int) attribute->key == key)
      return;
  value = quarry_html_dereference (self->arena, value, n_value, TRUE, &n_value);
  copy = quarry_arena_take (self->arena, n_value + 1);
  memcpy (copy, value, n_value);
  copy[n_value] = '\0';
  attribute = quarry_arena_take (self->arena, sizeof *attribute);
  *attribute = (QuarryHtmlAttribute) { token->attributes, (QuarryHtmlKey) key, copy };
  token->attributes = attribute;
}

/* Reads the value of an attribute, behind its "=". FALSE if the page ends within it. */
static gboolean
read_value (QuarryHtmlTokens *self, const char **value, gsize *length)
{
  const char *end;

  while (self->at < self->end && is_blank (*self->at))
    self->at++;
  if (self->at == self->end)
    return FALSE;
  if (*self->at == '"' || *self->at == '\'')
    {
      *value = self->at + 1;
      end = memchr (*value, *self->at, (gsize) (self->end - *value));
      if (end == NULL)
        return FALSE;
      *length = (gsize) (end - *value);
      self->at = end + 1;
      return TRUE;
    }
  *value = self->at;
  while (self->at < self->end && !is_blank (*self->at) && *self->at != '>')
    self->at++;
  *length = (gsize) (self->at - *value);
  return TRUE;
}

/* Reads the attributes of a tag and its end. FALSE if the page ends within it. */
static gboolean
read_attributes (QuarryHtmlTokens *self, QuarryHtmlToken *token)
{
  for (;;)
    {
      const char *name, *value = "";
      gsize n_name, n_value = 0;

      while (self->at < self->end && (is_blank (*self->at) || *self->at == '/'))
        self->at++;
      if (self->at == self->end)
        return FALSE;
      if (*self->at == '>')
        {
          token->is_closed = self->at[-1] == '/';
          self->at++;
          return TRUE;
        }
      name = self->at++;
      while (self->at < self->end && !ends_name (*self->at) && *self->at != '=')
        self->at++;
      n_name = (gsize) (self->at - name);
      while (self->at < self->end && is_blank (*self->at))
        self->at++;
      if (self->at < self->end && *self->at == '=')
        {
          self->at++;
          if (!read_value (self, &value, &n_value))
            return FALSE;
          /* The slash belongs to an address without quotes; it does not close the element. */
          if (self->at < self->end && *self->at == '>')
            {
              self->at++;
              keep_attribute (self, token, name, n_name, value, n_value);
              return TRUE;
            }
        }
      keep_attribute (self, token, name, n_name, value, n_value);
    }
}

static gboolean
read_tag (QuarryHtmlTokens *self, QuarryHtmlToken *token)
{
  token->kind = QUARRY_HTML_TOKEN_START;
  self->at++;
  if (*self->at == '/')
    {
      token->kind = QUARRY_HTML_TOKEN_END;
      self->at++;
    }
  token->bytes = self->at;
  while (self->at < self->end && !ends_name (*self->at))
    self->at++;
  token->length = (gsize) (self->at - token->bytes);
  token->tag = find_tag (token->bytes, token->length);
  return read_attributes (self, token);
}

QuarryHtmlTag
quarry_html_tokens_peek (const QuarryHtmlTokens *self)
{
  const char *name = self->at + 1, *p = name;

  if (self->end - self->at < 2 || *self->at != '<' || !g_ascii_isalpha (*name))
    return QUARRY_HTML_UNKNOWN;
  while (p < self->end && !ends_name (*p))
    p++;
  return find_tag (name, (gsize) (p - name));
}

/* --- Text -------------------------------------------------------------------------------------- */

/* Makes a token of the next @length bytes of text. FALSE if nothing is left of them. */
static gboolean
take_text (QuarryHtmlTokens *self, QuarryHtmlToken *token, gsize length, gboolean has_references)
{
  gsize i = 0;

  token->kind = QUARRY_HTML_TOKEN_TEXT;
  token->bytes = self->at;
  token->length = length;
  self->at += length;
  if (has_references)
    token->bytes = quarry_html_dereference (self->arena, token->bytes, length, FALSE, &token->length);
  while (i < token->length && is_blank (token->bytes[i]))
    i++;
  token->tag = i == token->length ? QUARRY_HTML_BLANKS : QUARRY_HTML_TEXT;
  return token->length > 0;
}

/* Whether a tag with this name is at @p, where @before is what begins it ("<" or "</"). */
static gboolean
is_tag_at (const QuarryHtmlTokens *self, const char *p, const char *before, const char *name)
{
  gsize n_before = strlen (before), n = n_before + strlen (name);

  return (gsize) (self->end - p) > n && memcmp (p, before, n_before) == 0
         && g_ascii_strncasecmp (p + n_before, name, n - n_before) == 0 && ends_name (p[n]);
}

/* Where the contents of a script end. As the standard demands, a script element written inside an HTML comment within
 * the script has its own end tag, which does not end the outer one. */
static const char *
find_end_of_script (const QuarryHtmlTokens *self)
{
  gboolean in_comment = FALSE, in_inner = FALSE;

  for (const char *p = self->at; p < self->end; p++)
    {
      if (*p == '-' && in_comment && self->end - p > 2 && p[1] == '-' && p[2] == '>')
        in_comment = in_inner = FALSE;
      if (*p != '<' || self->end - p < 4)
        continue;
      if (memcmp (p, "<!--", 4) == 0)
        {
          in_comment = TRUE;
          p++;
        }
      else if (in_comment && !in_inner && is_tag_at (self, p, "<", "script"))
        in_inner = TRUE;
      else if (is_tag_at (self, p, "</", "script"))
        {
          if (!in_inner)
            return p;
          in_inner = FALSE;
        }
    }
  return self->end;
}

/* Where the end tag of @tag is; the end of the page if there is none. */
static const char *
find_end (const QuarryHtmlTokens *self, QuarryHtmlTag tag)
{
  const char *p = self->at;

  while ((p = memchr (p, '<', (gsize) (self->end - p))) != NULL && !is_tag_at (self, p, "</", tags[tag].name))
    p++;
  return p != NULL ? p : self->end;
}

gboolean
quarry_html_tokens_has_noscript_end (QuarryHtmlTokens *self)
{
  self->is_past_noscript = self->is_past_noscript || find_end (self, QUARRY_HTML_NOSCRIPT) == self->end;
  return !self->is_past_noscript;
}

/* Takes the contents of an element that contains only text. FALSE if it is empty. */
static gboolean
take_raw (QuarryHtmlTokens *self, QuarryHtmlToken *token)
{
  QuarryHtmlTag tag = self->raw;
  const char *p;

  self->raw = QUARRY_HTML_UNKNOWN;
  if (tag == QUARRY_HTML_PLAINTEXT)
    p = self->end;
  else if (tag == QUARRY_HTML_SCRIPT)
    p = find_end_of_script (self);
  else
    p = find_end (self, tag);
  return take_text (self, token, (gsize) (p - self->at), (tags[tag].traits & REFERENCES) != 0);
}

/* Whether the "<" at @p begins markup, rather than being text. */
static inline gboolean
begins_markup (const QuarryHtmlTokens *self, const char *p)
{
  return self->end - p > 1 && (g_ascii_isalpha (p[1]) || p[1] == '/' || p[1] == '!' || p[1] == '?');
}

static gsize
length_of_text (const QuarryHtmlTokens *self)
{
  const char *p = self->at;

  while ((p = memchr (p, '<', (gsize) (self->end - p))) != NULL)
    {
      if (begins_markup (self, p))
        return (gsize) (p - self->at);
      p++;
    }
  return (gsize) (self->end - self->at);
}

/* --- Tokens ------------------------------------------------------------------------------------ */

static void
pass_comment (QuarryHtmlTokens *self)
{
  const char *end;

  self->at += 4;
  if (begins_with (self, ">", 1) || begins_with (self, "->", 2))
    {
      go_behind (self, look_for (self, ">", 1), 1);
      return;
    }
  for (;;)
    {
      end = look_for (self, "--", 2);
      go_behind (self, end, 2);
      while (self->at < self->end && *self->at == '-')
        self->at++;
      if (self->at == self->end)
        return;
      if (*self->at == '>' || begins_with (self, "!>", 2))
        {
          go_behind (self, look_for (self, ">", 1), 1);
          return;
        }
    }
}

void
quarry_html_tokens_next (QuarryHtmlTokens *self, QuarryHtmlToken *token)
{
  *token = (QuarryHtmlToken) { 0 };
  if (self->raw != QUARRY_HTML_UNKNOWN && take_raw (self, token))
    return;
  while (self->at < self->end)
    {
      gsize n = length_of_text (self);
      char c;

      if (n > 0)
        {
          if (take_text (self, token, n, TRUE))
            return;
          continue;
        }
      c = self->end - self->at > 2 ? self->at[2] : '\0';
      if (g_ascii_isalpha (self->at[1]) || (self->at[1] == '/' && g_ascii_isalpha (c)))
        {
          token->attributes = NULL;
          if (read_tag (self, token))
            return;
          self->at = self->end;
        }
      else if (begins_with (self, "<!--", 4))
        pass_comment (self);
      else if (self->is_xml && begins_with (self, "<![CDATA[", 9))
        {
          const char *end;

          self->at += 9;
          end = look_for (self, "]]>", 3);
          if (take_text (self, token, (gsize) (end - self->at), FALSE))
            {
              go_behind (self, end, 3);
              return;
            }
          go_behind (self, end, 3);
        }
      else
        go_behind (self, look_for (self, ">", 1), 1);
    }
  token->kind = QUARRY_HTML_TOKEN_END_OF_PAGE;
}
