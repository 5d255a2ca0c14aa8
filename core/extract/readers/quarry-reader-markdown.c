/* quarry-reader-markdown.c: Markdown
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CommonMark as parsed by cmark, with what programs for notes add: front matter, tables with bars, and
 * links in double brackets.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/text/quarry-decode.h"

#include <cmark.h>
#include <string.h>

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text; /* of the block being collected, with its line breaks */
  gsize n_title; /* the length of the title above the text */
  GString *said; /* what the front matter says of the text, a line each */
  gboolean has_title;
  gboolean has_text;
} MarkdownReader;

/* The value without the quotation marks around it. */
static char *
unquote (char *value)
{
  gsize length = strlen (value);

  if (length < 2 || (value[0] != '"' && value[0] != '\'') || value[length - 1] != value[0])
    return value;
  value[length - 1] = '\0';
  return value + 1;
}

static void
set_from_front_matter (MarkdownReader *self, const char *key, const char *value, gsize length)
{
  static const struct
  {
    const char *name;
    const char *key;
  } names[] = {
    { "author", "author" },     { "authors", "author" },    { "date", "created" },
    { "created", "created" },   { "modified", "modified" }, { "updated", "modified" },
    { "lang", "language" },     { "language", "language" }, { "tags", "keywords" },
    { "keywords", "keywords" },
  };
  /* What says something of the text, and stands nowhere else. */
  static const char *const texts[] = { "subtitle", "description", "summary", "abstract", "aliases" };
  g_autofree char *copy = g_strndup (value, length);
  char *plain;

  g_strstrip (copy);
  plain = unquote (copy);
  length = strlen (plain);
  if (plain == copy && length >= 2 && plain[0] == '[' && plain[length - 1] == ']')
    {
      plain[length - 1] = '\0';
      plain++;
    }
  if (*plain == '\0')
    return;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_ascii_strcasecmp (key, texts[i]) == 0)
      g_string_append_printf (self->said, "%s\n", plain);
  if (g_ascii_strcasecmp (key, "title") == 0)
    {
      quarry_document_builder_set_title (self->builder, plain);
      self->has_title = TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (key, names[i].name) == 0)
      quarry_document_builder_set_metadata (self->builder, names[i].key, plain);
}

/* Whether a line of front matter goes on with the value of the one before it. */
static gboolean
goes_on (const char *line)
{
  return *line == ' ' || *line == '\t' || (*line == '-' && line[1] == ' ');
}

/* The value from @value to @stop; where that is empty or announces a block, the lines behind it, of which the items of
 * a list are separated by commas. *@stop is moved behind them. (transfer full) */
static GString *
take_value (const char *value, const char **stop, const char *end)
{
  g_autofree char *first = g_strstrip (g_strndup (value, (gsize) (*stop - value)));
  GString *out = g_string_new (NULL);

  if (*first != '\0' && (strspn (first, "|>-+0123456789") != strlen (first) || strchr ("|>", *first) == NULL))
    g_string_assign (out, first);
  else
    while (*stop + 1 < end && goes_on (*stop + 1))
      {
        const char *line = *stop + 1, *next = memchr (line, '\n', (gsize) (end - line));
        g_autofree char *text = NULL;
        gboolean is_item;

        *stop = next != NULL ? next : end;
        text = g_strstrip (g_strndup (line, (gsize) (*stop - line)));
        is_item = text[0] == '-' && text[1] == ' ';
        if (out->len > 0)
          g_string_append (out, is_item ? ", " : " ");
        g_string_append (out, is_item ? unquote (g_strstrip (text + 2)) : text);
      }
  return out;
}

/* Takes the simple entries of the front matter at the start of @text. Returns the length of the front matter, 0 if
 * there is none. */
static gsize
read_front_matter (MarkdownReader *self, const char *text, gsize length)
{
  const char *fence = g_str_has_prefix (text, "---") ? "---" : "+++";
  const char *p, *end = text + length;
  gsize size = 0;

  if (!g_str_has_prefix (text, fence) || (text[3] != '\n' && text[3] != '\r'))
    return 0;
  /* It is only front matter if it ends, and does so soon. */
  for (p = text + 3; p != NULL && p < end && p - text < 65536; p = memchr (p, '\n', end - p))
    {
      p++;
      if (p > text + 4 && (strncmp (p, fence, 3) == 0 || strncmp (p, "...", 3) == 0)
          && (p + 3 >= end || p[3] == '\n' || p[3] == '\r'))
        {
          size = (gsize) (MIN (p + 4, end) - text);
          break;
        }
    }
  if (size == 0)
    return 0;

  for (const char *line = strchr (text, '\n') + 1; line < p;)
    {
      const char *stop = memchr (line, '\n', (gsize) (p - line));
      const char *colon;

      if (stop == NULL)
        stop = p;
      colon = memchr (line, *fence == '-' ? ':' : '=', (gsize) (stop - line));
      if (colon != NULL && g_ascii_isalpha (*line) && colon - line < 32)
        {
          g_autofree char *key = g_strndup (line, (gsize) (colon - line));
          g_autoptr (GString) value = take_value (colon + 1, &stop, p);

          set_from_front_matter (self, g_strstrip (key), value->str, value->len);
        }
      line = stop + 1;
    }
  return size;
}

/* "| --- | :-: |" */
static gboolean
is_table_rule (const char *line, gsize length)
{
  gboolean bar = FALSE, dash = FALSE;

  for (gsize i = 0; i < length; i++)
    {
      if (strchr ("|:- \t", line[i]) == NULL || line[i] == '\0')
        return FALSE;
      bar = bar || line[i] == '|';
      dash = dash || line[i] == '-';
    }
  return bar && dash;
}

/* Converts a table with bars to rows with tabs; FALSE if the lines are not a table. */
static gboolean
convert_table (GString *text)
{
  g_auto (GStrv) lines = NULL;
  const char *second = strchr (text->str, '\n');
  const char *third;

  if (second == NULL || strchr (text->str, '|') == NULL || strchr (text->str, '|') > second + 1)
    return FALSE;
  second++;
  third = strchr (second, '\n');
  if (!is_table_rule (second, third != NULL ? (gsize) (third - second) : strlen (second)))
    return FALSE;

  lines = g_strsplit (text->str, "\n", -1);
  g_string_truncate (text, 0);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *line = g_strstrip (lines[i]);
      gsize length = strlen (line);

      if (i == 1)
        continue;
      if (*line == '|')
        line++, length--;
      if (length > 0 && line[length - 1] == '|')
        line[length - 1] = '\0';
      for (char *p = line; *p != '\0'; p++)
        if (*p == '|')
          *p = '\t';
      g_string_append (text, line);
      g_string_append_c (text, '\n');
    }
  return TRUE;
}

/* "[[Page|shown]]" becomes "shown", "[[Page]]" becomes "Page". */
static void
resolve_double_brackets (GString *text)
{
  char *open = text->str;

  while ((open = strstr (open, "[[")) != NULL)
    {
      char *close = strstr (open, "]]");
      char *bar;
      gsize start = (gsize) (open - text->str);
      gsize n;

      if (close == NULL)
        return;
      if (close - open > 256 || memchr (open, '\n', (gsize) (close - open)) != NULL)
        {
          open += 2;
          continue;
        }
      bar = memchr (open, '|', (gsize) (close - open));
      if (bar == NULL)
        bar = open + 1;
      n = (gsize) (close - bar - 1);
      memmove (open, bar + 1, n);
      g_string_erase (text, (gssize) (start + n), (gssize) (close + 2 - open) - (gssize) n);
      open = text->str + start + n;
    }
}

static void
add_block (MarkdownReader *self, QuarryBlockKind kind, guint level)
{
  GString *text = self->text;

  if (text->len == 0)
    return;
  if (kind == QUARRY_BLOCK_PARAGRAPH && convert_table (text))
    kind = QUARRY_BLOCK_TABLE;
  if (kind != QUARRY_BLOCK_CODE)
    resolve_double_brackets (text);
  if (kind == QUARRY_BLOCK_HEADING && !self->has_title)
    {
      /* A heading before all other text is the title; a later one is that of a section. */
      if (level == 1 && !self->has_text)
        quarry_document_builder_set_title (self->builder, text->str);
      self->has_title = TRUE;
    }
  self->has_text = TRUE;
  quarry_document_builder_add (self->builder, kind, level, text->str, (gssize) text->len);
  g_string_truncate (text, 0);
}

/* The number of lists (or quotes) that the node is in. */
static guint
depth_in (cmark_node *node, cmark_node_type type)
{
  guint depth = 0;

  for (cmark_node *parent = cmark_node_parent (node); parent != NULL;
       parent = cmark_node_parent (parent))
    depth += cmark_node_get_type (parent) == type;
  return depth;
}

static void
end_paragraph (MarkdownReader *self, cmark_node *node)
{
  guint depth = depth_in (node, CMARK_NODE_ITEM);

  if (depth > 0)
    add_block (self, QUARRY_BLOCK_LIST_ITEM, depth);
  else if (depth_in (node, CMARK_NODE_BLOCK_QUOTE) > 0)
    add_block (self, QUARRY_BLOCK_QUOTE, 0);
  else
    add_block (self, QUARRY_BLOCK_PARAGRAPH, 0);
}

/* Whether a tag such as "<name>" or "</name>" is not an element of HTML. Then it is a placeholder, that is, text. */
static gboolean
is_foreign_tag (const char *tag)
{
  static const char known[]
      = " a abbr acronym address area article aside audio b base basefont bdi bdo big blink blockquote body br button "
        "canvas caption center cite code col colgroup data datalist dd del details dfn dialog dir div dl dt em embed "
        "fieldset figcaption figure font footer form frame frameset g h1 h2 h3 h4 h5 h6 head header hgroup hr html i "
        "iframe img input ins kbd label legend li link main map mark marquee math menu meta meter nav nobr noframes "
        "noscript object ol optgroup option output p param path picture pre progress q rp rt ruby s samp script "
        "search section select slot small source span strike strong style sub summary sup svg table tbody td "
        "template textarea tfoot th thead time title tr track tt u ul var video wbr ";
  const char *start = tag + (tag[1] == '/' ? 2 : 1);
  gsize length = 0;
  g_autofree char *name = NULL;
  g_autofree char *word = NULL;

  while (g_ascii_isalnum (start[length]) || start[length] == '-')
    length++;
  if (length == 0)
    return FALSE;
  name = g_ascii_strdown (start, (gssize) length);
  word = g_strconcat (" ", name, " ", NULL);
  return strstr (known, word) == NULL;
}

/* CommonMark takes "<name>" on a line of its own as the start of a block of HTML. If HTML has no such element, and it
 * has no attributes (as components have), it is a placeholder, and what follows is text. */
static void
add_html (MarkdownReader *self, const char *html)
{
  const char *start = html + strspn (html, " ");
  gsize length = strcspn (start, ">\n");
  gboolean is_text = *start == '<' && start[length] == '>' && start[length - 1] != '/'
                     && memchr (start, '=', length) == NULL && is_foreign_tag (start);
  g_autoptr (GString) shown = g_string_new (NULL);

  for (; *html != '\0'; html++)
    if (is_text && *html == '<' && is_foreign_tag (html))
      g_string_append (shown, "&lt;");
    else
      g_string_append_c (shown, *html);
  quarry_html_add (self->builder, shown->str, shown->len, FALSE);
}

static void
visit (MarkdownReader *self, cmark_node *node, gboolean is_enter)
{
  const char *literal = cmark_node_get_literal (node);

  switch (cmark_node_get_type (node))
    {
    case CMARK_NODE_TEXT:
    case CMARK_NODE_CODE:
      g_string_append (self->text, literal);
      break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
      g_string_append_c (self->text, '\n');
      break;
    case CMARK_NODE_HTML_INLINE:
      /* A tag is not text, but a line break separates words. */
      if (g_ascii_strncasecmp (literal, "<br", 3) == 0)
        g_string_append_c (self->text, ' ');
      else if (is_foreign_tag (literal))
        g_string_append (self->text, literal);
      break;
    case CMARK_NODE_CODE_BLOCK:
      g_string_assign (self->text, literal);
      add_block (self, QUARRY_BLOCK_CODE, 0);
      break;
    case CMARK_NODE_HTML_BLOCK:
      add_html (self, literal);
      break;
    case CMARK_NODE_HEADING:
      if (!is_enter)
        add_block (self, QUARRY_BLOCK_HEADING, (guint) cmark_node_get_heading_level (node));
      break;
    case CMARK_NODE_PARAGRAPH:
      if (!is_enter)
        end_paragraph (self, node);
      break;
    default:
      break;
    }
}

/* cmark needs some ten times as much memory as the text has, so one of more bytes than this is parsed in stretches of
 * about as many. */
#define STRETCH (4u << 20)

/* Notes where @line opens or closes fenced code. @fence: the character that the open fence consists of, '\0' where none
 * is open. */
static void
pass_fence (const char *line, char *fence, gsize *fence_length)
{
  gsize run = 0;

  line += MIN (strspn (line, " "), 3);
  while ((*line == '`' || *line == '~') && line[run] == *line)
    run++;
  if (run < 3)
    return;
  if (*fence == '\0')
    {
      *fence = *line;
      *fence_length = run;
    }
  else if (*fence == *line && run >= *fence_length && strchr ("\r\n", line[run + strspn (line + run, " \t")]) != NULL)
    *fence = '\0';
}

/* Where the stretch that starts at @start ends: before a heading below an empty line, or at @end. */
static const char *
find_stretch_end (const char *start, const char *end)
{
  gboolean is_below_empty = FALSE;
  gsize fence_length = 0;
  char fence = '\0';

  if (end - start <= STRETCH)
    return end;
  for (const char *line = start; line < end;)
    {
      const char *next = memchr (line, '\n', (gsize) (end - line));
      gsize marks = strspn (line, "#");

      if (line - start >= STRETCH && is_below_empty && fence == '\0' && marks > 0 && marks <= 6 && line[marks] == ' ')
        return line;
      is_below_empty = *line == '\n' || *line == '\r';
      pass_fence (line, &fence, &fence_length);
      line = next != NULL ? next + 1 : end;
    }
  return end;
}

static void
read_stretch (MarkdownReader *self, const char *start, gsize length)
{
  cmark_node *root = cmark_parse_document (start, length, CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
  cmark_iter *iter = cmark_iter_new (root);
  cmark_event_type event;

  while ((event = cmark_iter_next (iter)) != CMARK_EVENT_DONE)
    visit (self, cmark_iter_get_node (iter), event == CMARK_EVENT_ENTER);
  cmark_iter_free (iter);
  cmark_node_free (root);
}

/* The length of a note without what Joplin writes below it: its number, times and so on, one a line. Such a note begins
 * with its title. */
static gsize
read_below (MarkdownReader *self, const char *text, gsize length)
{
  static const char begins[] = "\n\nid: ";
  const gsize n = sizeof begins - 1;
  const char *id = g_strrstr_len (text, (gssize) length, begins), *stop, *created;
  g_autofree char *title = NULL;

  if (id == NULL || strspn (id + n, "0123456789abcdef") != 32 || strstr (id, "\ntype_: ") == NULL)
    return length;
  stop = memchr (text, '\n', length);
  title = g_strndup (text, (gsize) (stop - text));
  created = strstr (id, "\nuser_created_time: ");
  if (created != NULL)
    set_from_front_matter (self, "created", created + 20, strcspn (created + 20, "\n"));
  set_from_front_matter (self, "title", title, strlen (title));
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, title, -1);
  self->n_title = (gsize) (stop - text);
  return (gsize) (id - text);
}

gboolean
quarry_read_markdown (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_decode (input->bytes, input->length, NULL);
  g_autoptr (GString) block = g_string_new (NULL);
  g_autoptr (GString) said = g_string_new (NULL);
  g_auto (GStrv) lines = NULL;
  MarkdownReader self = { .builder = builder, .text = block, .said = said };
  const char *start, *end;
  gsize length;

  if (text == NULL)
    {
      quarry_reader_set_no_text (error, input->name);
      return FALSE;
    }

  length = read_below (&self, text->str, text->len);
  start = text->str + (self.n_title > 0 ? self.n_title : read_front_matter (&self, text->str, length));
  end = text->str + length;
  lines = g_strsplit (said->str, "\n", -1);
  do
    {
      const char *next = find_stretch_end (start, end);

      read_stretch (&self, start, (gsize) (next - start));
      start = next;
    }
  while (start < end);
  for (guint i = 0; lines[i] != NULL; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, lines[i], -1);
  return TRUE;
}
