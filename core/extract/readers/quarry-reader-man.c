/* quarry-reader-man.c: manual pages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Troff with the macros of man(7) or mdoc(7). Requests for typesetting, and those of the macro
 * language, are left out. The text stays, with its headings, tagged paragraphs and examples.
 */
#include "core/extract/quarry-reader.h"

#include <string.h>

#define MAX_ARGUMENTS 32u

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *paragraph;
  GString *name;        /* of the command, written for ".Nm" */
  gboolean is_code;     /* between .nf and .fi, .EX and .EE, .Bd and .Ed */
  gboolean wants_tag;   /* the next line is the tag of a tagged paragraph */
  gboolean skips;       /* within a macro definition, which ends with ".." */
  QuarryBlockKind kind; /* of the current paragraph */
} ManReader;

static gboolean
begins_line (const char *start, const char *end, const char *request)
{
  gsize n = strlen (request);

  for (const char *p = start; p != NULL && p < end; p = memchr (p, '\n', (gsize) (end - p)))
    {
      p += *p == '\n';
      if ((gsize) (end - p) > n && memcmp (p, request, n) == 0
          && (p[n] == ' ' || p[n] == '\n' || p[n] == '\r'))
        return TRUE;
    }
  return FALSE;
}

gboolean
quarry_sniff_man (const QuarryInput *input)
{
  const char *start = (const char *) input->bytes;
  const char *end = start + MIN (input->length, 32768);

  if (input->length < 8 || (*start != '.' && *start != '\''))
    return FALSE;
  return (begins_line (start, end, ".TH")
          && (begins_line (start, end, ".SH") || begins_line (start, end, ".Sh")))
         || (begins_line (start, end, ".Dd") && begins_line (start, end, ".Sh"));
}

static gunichar
special_character (const char *name, gsize length)
{
  static const struct
  {
    const char *name;
    gunichar character;
  } characters[] = {
    { "em", 0x2014 }, { "en", 0x2013 }, { "hy", '-' },    { "mi", '-' },    { "aq", '\'' },
    { "dq", '"' },    { "lq", 0x201c }, { "rq", 0x201d }, { "oq", 0x2018 }, { "cq", 0x2019 },
    { "bu", 0x2022 }, { "co", 0xa9 },   { "rg", 0xae },   { "tm", 0x2122 }, { "ha", '^' },
    { "ti", '~' },    { "ga", '`' },    { "rs", '\\' },   { "at", '@' },    { "sh", '#' },
    { "Do", '$' },    { "lB", '[' },    { "rB", ']' },    { "lC", '{' },    { "rC", '}' },
    { "la", 0x27e8 }, { "ra", 0x27e9 }, { "ba", '|' },    { "sl", '/' },    { "<=", 0x2264 },
    { ">=", 0x2265 }, { "!=", 0x2260 }, { "->", 0x2192 }, { "<-", 0x2190 }, { "mu", 0xd7 },
    { "de", 0xb0 },   { "ss", 0xdf },   { "sc", 0xa7 },   { "Eu", 0x20ac }, { "Fo", 0xab },
    { "Fc", 0xbb },   { "pl", '+' },    { "eq", '=' },    { "**", '*' },    { "+-", 0xb1 },
    { "12", 0xbd },
  };
  static const struct
  {
    char accent;
    gunichar combining;
  } accents[] = { { ':', 0x308 }, { '\'', 0x301 }, { '`', 0x300 },
                  { '^', 0x302 }, { '~', 0x303 },  { ',', 0x327 } };

  for (guint i = 0; i < G_N_ELEMENTS (characters); i++)
    if (strlen (characters[i].name) == length && memcmp (characters[i].name, name, length) == 0)
      return characters[i].character;
  if (length == 5 && *name == 'u')
    return (gunichar) g_ascii_strtoull (name + 1, NULL, 16);
  for (guint i = 0; i < G_N_ELEMENTS (accents) && length == 2; i++)
    {
      gunichar composed;

      if (name[0] == accents[i].accent
          && g_unichar_compose ((gunichar) name[1], accents[i].combining, &composed))
        return composed;
    }
  return 0;
}

/* Skips the name after an escape sequence: "x", "(xy" or "[name]". */
static const char *
pass_name (const char *p, const char *end, const char **name, gsize *length)
{
  const char *close;

  *name = p;
  *length = 0;
  if (p >= end)
    return end;
  if (*p == '(' && end - p >= 3)
    {
      *name = p + 1;
      *length = 2;
      return p + 3;
    }
  if (*p == '[' && (close = memchr (p, ']', (gsize) (end - p))) != NULL)
    {
      *name = p + 1;
      *length = (gsize) (close - p - 1);
      return close + 1;
    }
  *length = 1;
  return p + 1;
}

/* Appends what a string stands for, of those that the macro packages define. */
static void
append_string (GString *out, const char *name, gsize length)
{
  if (length == 2 && memcmp (name, "Aq", 2) == 0)
    g_string_append_c (out, '\'');
  else if (length == 1 && *name == 'R')
    g_string_append (out, "\302\256");
  else if (length == 2 && memcmp (name, "lq", 2) == 0)
    g_string_append (out, "\342\200\234");
  else if (length == 2 && memcmp (name, "rq", 2) == 0)
    g_string_append (out, "\342\200\235");
}

/* Where the text goes on behind a size. */
static const char *
pass_size (const char *p, const char *end)
{
  if (p < end && (*p == '+' || *p == '-'))
    p++;
  while (p < end && g_ascii_isdigit (*p))
    p++;
  return p;
}

/* Where it goes on behind an argument that stands between two of the same character. */
static const char *
pass_argument (const char *p, const char *end)
{
  const char *close = p < end ? memchr (p + 1, *p, (gsize) (end - p - 1)) : NULL;

  return close != NULL ? close + 1 : end;
}

/* Appends text without escape sequences. */
static void
append_text (GString *out, const char *p, gsize length)
{
  const char *end = p + length;
  const char *name;
  gsize n;

  while (p < end)
    {
      gunichar c;

      if (*p != '\\' || p + 1 == end)
        {
          g_string_append_c (out, *p++);
          continue;
        }
      p += 2;
      switch (p[-1])
        {
        case '"': /* a comment */
        case '#':
          return;
        case 'f': /* a font */
        case 'F':
        case 'g':
        case 'k':
        case 'm':
        case 'M':
        case 'n':
          p = pass_name (p, end, &name, &n);
          break;
        case '*': /* a string */
          p = pass_name (p, end, &name, &n);
          append_string (out, name, n);
          break;
        case '(': /* a character */
        case '[':
          p = pass_name (p - 1, end, &name, &n);
          c = special_character (name, n);
          if (c != 0 && g_unichar_validate (c))
            g_string_append_unichar (out, c);
          break;
        case 's': /* a size */
          p = pass_size (p, end);
          break;
        case 'h': /* motions, widths and device commands */
        case 'v':
        case 'w':
        case 'x':
        case 'z':
        case 'l':
        case 'L':
        case 'D':
        case 'X':
          p = pass_argument (p, end);
          break;
        case 'e':
        case '\\':
          g_string_append_c (out, '\\');
          break;
        case '-':
          g_string_append_c (out, '-');
          break;
        case '\'':
        case '`':
        case '.':
          g_string_append_c (out, p[-1]);
          break;
        case ' ':
        case '~':
        case '0':
        case 't':
          g_string_append_c (out, ' ');
          break;
        default: /* zero-width characters, and hints for breaking lines */
          break;
        }
    }
}

static void
end_paragraph (ManReader *self)
{
  if (self->paragraph->len > 0)
    quarry_document_builder_add (self->builder,
                                 self->is_code ? QUARRY_BLOCK_CODE : self->kind,
                                 self->kind == QUARRY_BLOCK_LIST_ITEM && !self->is_code ? 1 : 0,
                                 self->paragraph->str,
                                 (gssize) self->paragraph->len);
  g_string_truncate (self->paragraph, 0);
}

static void
begin_paragraph (ManReader *self, QuarryBlockKind kind)
{
  end_paragraph (self);
  self->kind = kind;
}

static void
add_line (ManReader *self, const char *line, gsize length)
{
  if (self->paragraph->len > 0)
    g_string_append_c (self->paragraph, self->is_code ? '\n' : ' ');
  append_text (self->paragraph, line, length);
  if (self->wants_tag && self->paragraph->len > 0)
    {
      g_string_append_c (self->paragraph, ':');
      self->wants_tag = FALSE;
    }
}

/* Splits the arguments of a request. Arguments in quotes may contain blanks. */
static guint
split_arguments (char *line, char **arguments)
{
  guint n = 0;
  char *p = line;

  while (n < MAX_ARGUMENTS)
    {
      char *out;

      p += strspn (p, " \t\r");
      if (*p == '\0')
        break;
      arguments[n++] = out = p;
      if (*p == '"')
        {
          for (p++; *p != '\0'; p++)
            {
              if (*p == '"' && p[1] != '"')
                {
                  p++;
                  break;
                }
              p += *p == '"';
              *out++ = *p;
            }
        }
      else
        while (*p != '\0' && strchr (" \t\r", *p) == NULL)
          {
            if (*p == '\\' && p[1] != '\0')
              *out++ = *p++;
            *out++ = *p++;
          }
      if (*p != '\0')
        p++;
      *out = '\0';
    }
  return n;
}

static char *
join (char **arguments, guint n, const char *between)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append (out, between);
      append_text (out, arguments[i], strlen (arguments[i]));
    }
  return g_string_free (out, FALSE);
}

static void
add_heading (ManReader *self, guint level, char **arguments, guint n)
{
  g_autofree char *text = join (arguments, n, " ");

  begin_paragraph (self, QUARRY_BLOCK_PARAGRAPH);
  self->is_code = FALSE;
  self->wants_tag = FALSE;
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, level, text, -1);
}

static const char *const mdoc_words[]
    = { "Ar", "Cm", "Dv", "Em", "Er", "Ev", "Fa", "Fl", "Fn", "Ft", "Ic", "In",
        "Li", "Lk", "Ms", "Mt", "Nm", "No", "Ns", "Op", "Pa", "Pq", "Ql", "Dq",
        "Sq", "Qq", "Aq", "Bq", "Sm", "St", "Sy", "Tn", "Va", "Vt", "Xr", "Nd",
        "Ap", "Cd", "D1", "Dl", "At", "Bx", "Nx", "Fx", "Ox", "Lb", "It", NULL };

/* Appends a line of mdoc macros, which may call each other: "Op Fl v Ar file" becomes "[-v file]". */
static void
append_mdoc (GString *out, const char *command, char **tokens, guint n)
{
  const char *word = "";
  gboolean is_apart = FALSE, is_open = FALSE;

  for (guint i = 0; i < n; i++)
    {
      const char *token = tokens[i];
      gboolean is_word = g_strv_contains (mdoc_words, token);
      gboolean is_sign = strlen (token) == 1 && strchr (".,:;)]?!", *token) != NULL;
      gboolean stands_alone
          = i + 1 == n || g_strv_contains (mdoc_words, tokens[i + 1])
            || (strlen (tokens[i + 1]) == 1 && strchr (".,:;)]?!", *tokens[i + 1]) != NULL);

      /* Brackets around several macros, and the name UNIX. */
      if (strcmp (token, "Oo") == 0 || strcmp (token, "Oc") == 0 || strcmp (token, "Ux") == 0)
        {
          g_string_append (out,
                           *token == 'U'     ? (is_apart ? " UNIX" : "UNIX")
                           : token[1] == 'c' ? "]"
                           : is_apart        ? " ["
                                             : "[");
          is_apart = token[1] != 'o';
          word = "";
          continue;
        }
      if (is_word)
        {
          word = token;
          is_apart = is_apart && strcmp (word, "Ns") != 0 && strcmp (word, "Ap") != 0;
          if (strcmp (word, "Ap") == 0)
            g_string_append_c (out, '\'');
          if (strcmp (word, "Op") == 0 && !is_open)
            {
              g_string_append (out, is_apart ? " [" : "[");
              is_open = TRUE;
              is_apart = FALSE;
            }
          if (!stands_alone
              || (strcmp (word, "Nm") != 0 && strcmp (word, "Ar") != 0 && strcmp (word, "Fl") != 0))
            continue;
          /* The defaults of macros without arguments. */
          token = strcmp (word, "Nm") == 0 ? command : strcmp (word, "Ar") == 0 ? "file ..." : "";
        }
      if (is_apart && !is_sign)
        g_string_append_c (out, ' ');
      if (strcmp (word, "Fl") == 0 && !is_sign)
        g_string_append_c (out, '-');
      if (strcmp (word, "Nd") == 0 && i > 0 && tokens[i - 1] == word)
        g_string_append (out, "\342\200\224 ");
      if (strcmp (word, "Xr") == 0 && i > 0 && g_ascii_isdigit (*token) && strlen (token) <= 4)
        {
          g_string_truncate (out, out->len - (is_apart && out->len > 0));
          g_string_append_printf (out, "(%s)", token);
        }
      else
        append_text (out, token, strlen (token));
      is_apart = !(strlen (token) == 1 && strchr ("([", *token) != NULL);
    }
  if (is_open)
    g_string_append_c (out, ']');
}

static void
add_mdoc (ManReader *self, char **tokens, guint n)
{
  if (self->paragraph->len > 0)
    g_string_append_c (self->paragraph, self->is_code ? '\n' : ' ');
  append_mdoc (self->paragraph, self->name->str, tokens, n);
}

static void
do_title (ManReader *self, char **arguments, guint n)
{
  g_autofree char *name = n > 0 ? join (arguments, 1, "") : NULL;
  g_autofree char *upper = name != NULL ? g_ascii_strup (name, -1) : NULL;
  g_autofree char *shown = NULL;
  g_autofree char *title = NULL;

  if (name == NULL)
    return;
  /* Page titles are written in capitals, but hardly any command is. */
  shown = strcmp (name, upper) == 0 ? g_ascii_strdown (name, -1) : g_strdup (name);
  title = n > 1 ? g_strdup_printf ("%s(%s)", shown, arguments[1]) : g_strdup (shown);
  quarry_document_builder_set_title (self->builder, title);
}

static gboolean
is_one_of (const char *name, const char *list)
{
  gsize n = strlen (name);

  for (const char *p = n > 0 ? strstr (list, name) : NULL; p != NULL; p = strstr (p + 1, name))
    if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
      return TRUE;
  return FALSE;
}

static void
do_request (ManReader *self, char *line)
{
  char *arguments[MAX_ARGUMENTS];
  guint n = split_arguments (line, arguments);
  const char *name = n > 0 ? arguments[0] : "";
  char **rest = arguments + 1;

  n = n > 0 ? n - 1 : 0;
  if (strcmp (name, "TH") == 0 || strcmp (name, "Dt") == 0)
    do_title (self, rest, n);
  else if (strcmp (name, "SH") == 0 || strcmp (name, "Sh") == 0)
    add_heading (self, 1, rest, n);
  else if (strcmp (name, "SS") == 0 || strcmp (name, "Ss") == 0)
    add_heading (self, 2, rest, n);
  else if (is_one_of (name, "PP P LP Pp HP sp Sp El RS RE"))
    begin_paragraph (self, QUARRY_BLOCK_PARAGRAPH);
  else if (strcmp (name, "TP") == 0 || strcmp (name, "TQ") == 0)
    {
      begin_paragraph (self, QUARRY_BLOCK_LIST_ITEM);
      self->wants_tag = TRUE;
    }
  else if (strcmp (name, "IP") == 0)
    {
      g_autofree char *tag = n > 0 ? join (rest, 1, "") : NULL;

      begin_paragraph (self, QUARRY_BLOCK_LIST_ITEM);
      if (tag != NULL && strlen (tag) > 3)
        g_string_append_printf (self->paragraph, "%s:", tag);
    }
  else if (strcmp (name, "It") == 0)
    {
      begin_paragraph (self, QUARRY_BLOCK_LIST_ITEM);
      if (n > 0)
        {
          add_mdoc (self, arguments, n + 1);
          g_string_append_c (self->paragraph, ':');
        }
    }
  else if (is_one_of (name, "nf EX Bd Vb"))
    {
      begin_paragraph (self, QUARRY_BLOCK_PARAGRAPH);
      self->is_code
          = strcmp (name, "Bd") != 0 || (n > 0 && is_one_of (rest[0], "-literal -unfilled"));
    }
  else if (is_one_of (name, "fi EE Ed Ve"))
    {
      end_paragraph (self);
      self->is_code = FALSE;
    }
  else if (is_one_of (name, "B I SM SB"))
    {
      g_autofree char *text = join (rest, n, " ");

      add_line (self, text, strlen (text));
    }
  else if (is_one_of (name, "BR RB IR RI BI IB MR"))
    {
      g_autofree char *text = strcmp (name, "MR") == 0 && n > 1
                                  ? g_strdup_printf ("%s(%s)", rest[0], rest[1])
                                  : join (rest, n, "");

      add_line (self, text, strlen (text));
    }
  else if (is_one_of (name, "UR MT"))
    {
      g_autofree char *text = join (rest, MIN (n, 1), "");

      add_line (self, text, strlen (text));
    }
  else if (is_one_of (name, "de de1 am ig"))
    self->skips = TRUE;
  else if (strlen (name) >= 2 && g_ascii_isupper (name[0]) && g_ascii_isalnum (name[1]))
    {
      if (strcmp (name, "Nm") == 0 && n > 0 && self->name->len == 0)
        g_string_assign (self->name, rest[0]);
      if (!is_one_of (name,
                      "Dd Os Bl Bk Ek Sm Fo Fc Rs Re Db PD UE ME AT UC DT TS TE EQ EN SY YS OP IX INDENT UNINDENT"))
        add_mdoc (self, arguments, n + 1);
    }
}

gboolean
quarry_read_man (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) paragraph = g_string_new (NULL);
  g_autoptr (GString) name = g_string_new (NULL);
  ManReader self = { builder, paragraph, name };
  char *next;

  if (text == NULL)
    return FALSE;
  for (char *line = text->str; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      if (self.skips)
        self.skips = !g_str_has_prefix (line, "..");
      else if (*line == '.' || *line == '\'')
        {
          if (line[1] != '\\' && line[1 + strspn (line + 1, " \t")] != '\\')
            do_request (&self, line + 1);
        }
      else if (*line == '\0' && !self.is_code)
        begin_paragraph (&self, QUARRY_BLOCK_PARAGRAPH);
      else
        add_line (&self, line, strlen (line));
    }
  end_paragraph (&self);
  return TRUE;
}
