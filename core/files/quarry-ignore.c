/* quarry-ignore.c: which files and folders an import skips
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each folder's rules refer to those of its parent. To decide on an entry, its path is matched against the rules of
 * its own folder first, then against those further up. Matching is limited in steps, because a file of rules may be
 * made to take forever.
 */
#include "core/files/quarry-ignore.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define MAX_RULES_FILE (1 << 20)
/* The most steps that one rule may take to match a name, and all rules together. */
#define MOST_STEPS 100000u
#define MOST_STEPS_OF_ALL 1000000u
#define CACHE_TAG "Signature: 8a477f597d28d172789f06886806bc55"

typedef struct
{
  char *pattern;
  gboolean negated;
  gboolean folders_only;
  gboolean anchored; /* it matches paths relative to the rules' folder, not names anywhere below it */
} Rule;

struct _QuarryIgnore
{
  gatomicrefcount references;
  QuarryIgnore *parent;
  char *name; /* name of this folder in its parent; NULL at the top */
  GArray *rules;
  gboolean is_own; /* the person's own rules, which belong to no folder */
  GHashTable *taken_out; /* paths the person removed; NULL: none */
  char *folder;          /* that the rules apply in; set only if @taken_out is */
};

static void
clear_rule (gpointer data)
{
  g_free (((Rule *) data)->pattern);
}

/* The text of a regular file of at most @most bytes or, with @beginning_only, its first @most bytes; NULL otherwise.
 * Never reads more than that, however large the file is. */
static char *
read_small (const char *folder, const char *name, gsize most, gboolean beginning_only)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *text = NULL;
  gsize length = 0;
  gssize n;
  int fd;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return NULL;
  text = g_malloc (most + 2);
  while (length <= most && (n = read (fd, text + length, most + 1 - length)) > 0)
    length += (gsize) n;
  close (fd);
  if (length > most && !beginning_only)
    return NULL;
  text[MIN (length, most)] = '\0';

  return g_steal_pointer (&text);
}

/* Parses a line of a .gitignore; FALSE where it contains no rule. */
static gboolean
parse_rule (const char *line, Rule *rule)
{
  g_autofree char *text = g_strdup (line);
  char *start = text;
  gsize length = strcspn (text, "\r\n");

  text[length] = '\0';
  while (length > 0 && text[length - 1] == ' ' && (length < 2 || text[length - 2] != '\\'))
    text[--length] = '\0';
  if (*start == '\0' || *start == '#')
    return FALSE;

  *rule = (Rule) { 0 };
  if (*start == '!')
    {
      rule->negated = TRUE;
      start++;
    }
  length = strlen (start);
  if (length > 0 && start[length - 1] == '/')
    {
      rule->folders_only = TRUE;
      start[--length] = '\0';
    }
  rule->anchored = strchr (start, '/') != NULL;
  if (*start == '/')
    start++;
  if (*start == '\0')
    return FALSE;
  rule->pattern = g_strdup (start);

  return TRUE;
}

static QuarryIgnore *
new_rules (const char *const *lines)
{
  QuarryIgnore *self = g_new0 (QuarryIgnore, 1);
  Rule rule;

  g_atomic_ref_count_init (&self->references);
  self->rules = g_array_new (FALSE, FALSE, sizeof (Rule));
  g_array_set_clear_func (self->rules, clear_rule);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    if (parse_rule (lines[i], &rule))
      g_array_append_val (self->rules, rule);

  return self;
}

QuarryIgnore *
quarry_ignore_new_own (const char *const *patterns)
{
  QuarryIgnore *self = new_rules (patterns);

  self->is_own = TRUE;
  return self;
}

void
quarry_ignore_add_taken_out (QuarryIgnore *own, const char *path)
{
  if (own->taken_out == NULL)
    own->taken_out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (own->taken_out, g_strdup (path));
}

QuarryIgnore *
quarry_ignore_new (QuarryIgnore *parent, const char *folder)
{
  g_autofree char *text = read_small (folder, ".gitignore", MAX_RULES_FILE, FALSE);
  g_auto (GStrv) lines = text != NULL ? g_strsplit (text, "\n", -1) : NULL;
  QuarryIgnore *self = new_rules ((const char *const *) lines);

  self->parent = parent != NULL ? quarry_ignore_ref (parent) : NULL;
  self->name = parent != NULL && !parent->is_own ? g_path_get_basename (folder) : NULL;
  if (parent != NULL && parent->taken_out != NULL)
    {
      self->taken_out = g_hash_table_ref (parent->taken_out);
      self->folder = g_strdup (folder);
    }

  return self;
}

QuarryIgnore *
quarry_ignore_ref (QuarryIgnore *self)
{
  g_atomic_ref_count_inc (&self->references);
  return self;
}

void
quarry_ignore_unref (QuarryIgnore *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->parent, quarry_ignore_unref);
  g_array_unref (self->rules);
  g_clear_pointer (&self->taken_out, g_hash_table_unref);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

/* Whether @c is in the class "[a-z]" whose content begins at @pattern; *end gets what follows the class. */
static gboolean
match_class (const char *pattern, char c, const char **end)
{
  gboolean negated = *pattern == '!' || *pattern == '^';
  gboolean found = FALSE;
  const char *p = pattern + negated;
  gboolean first = TRUE;

  for (; *p != '\0' && (*p != ']' || first); p++, first = FALSE)
    {
      char low = *p == '\\' && p[1] != '\0' ? *++p : *p;

      if (p[1] == '-' && p[2] != '\0' && p[2] != ']')
        {
          found = found || (c >= low && c <= p[2]);
          p += 2;
        }
      else
        found = found || c == low;
    }
  *end = *p == ']' ? p + 1 : p;

  return found != negated && c != '/';
}

/* Matches a glob pattern with "**". @budget limits the steps that a malicious pattern can take. */
static gboolean
match_glob (const char *pattern, const char *text, guint *budget)
{
  for (; *pattern != '\0'; pattern++)
    {
      if (*budget == 0)
        return FALSE;
      (*budget)--;

      if (*pattern == '*')
        {
          gboolean crosses = pattern[1] == '*';

          while (*pattern == '*')
            pattern++;
          /* Between two slashes, "**" also matches nothing at all. */
          if (crosses && *pattern == '/' && match_glob (pattern + 1, text, budget))
            return TRUE;
          for (;; text++)
            {
              if (match_glob (pattern, text, budget))
                return TRUE;
              if (*text == '\0' || (*text == '/' && !crosses))
                return FALSE;
            }
        }
      if (*text == '\0')
        return FALSE;
      if (*pattern == '[')
        {
          const char *end;

          if (!match_class (pattern + 1, *text, &end))
            return FALSE;
          pattern = end - 1;
        }
      else if (*pattern == '?')
        {
          if (*text == '/')
            return FALSE;
        }
      else
        {
          if (*pattern == '\\' && pattern[1] != '\0')
            pattern++;
          if (*pattern != *text)
            return FALSE;
        }
      text++;
    }

  return *text == '\0';
}

static gboolean
is_made_again (const char *name)
{
  static const char *const names[] = { "node_modules", "site-packages", "__pycache__", "CVS", "_darcs", "CMakeFiles" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (name, names[i]) == 0)
      return TRUE;

  return FALSE;
}

/* Files that are no documents but lie beside them: lock files of office programs, backups of editors, what Office and
 * sync programs write before they rename it (.tmp), unfinished downloads of browsers, qBittorrent and aria2, and what
 * Windows stores about a folder and Thunderbird about a mailbox. */
static gboolean
is_left_over (const char *name)
{
  static const char *const endings[] = { "~", ".tmp", ".crdownload", ".opdownload", ".part", ".partial", ".!qb", ".aria2",
                                         ".msf" };
  static const char *const names[] = { "desktop.ini", "thumbs.db", "ehthumbs.db" };
  gsize length = strlen (name);

  if (g_str_has_prefix (name, "~$") || (length > 1 && name[0] == '#' && name[length - 1] == '#'))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      gsize n = strlen (endings[i]);

      if (length >= n && g_ascii_strcasecmp (name + length - n, endings[i]) == 0)
        return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;
  return FALSE;
}

/* The last of @self's own rules that matches; NULL where none does or @left is used up. @path: of the entry, relative
 * to the rules' folder. */
static const Rule *
find_own_rule (QuarryIgnore *self, const char *path, const char *name, gboolean is_folder, guint *left)
{
  for (guint i = self->rules->len; i > 0 && *left > 0; i--)
    {
      const Rule *rule = &g_array_index (self->rules, Rule, i - 1);
      guint most = MIN (MOST_STEPS, *left), budget = most;

      if ((!rule->folders_only || is_folder)
          && match_glob (rule->pattern, rule->anchored ? path : name, &budget))
        return rule;
      *left -= most - budget;
    }

  return NULL;
}

/* The rule that decides on an entry; NULL where none matches. */
static const Rule *
find_rule (QuarryIgnore *self, const char *name, gboolean is_folder, gboolean *is_own)
{
  g_autofree char *path = g_strdup (name);
  const Rule *found = NULL;
  guint left = MOST_STEPS_OF_ALL, left_own = MOST_STEPS_OF_ALL;

  /* Among .gitignore files with a matching rule the innermost decides; the person's own rules override them all. */
  *is_own = FALSE;
  for (QuarryIgnore *folder = self; folder != NULL; folder = folder->parent)
    {
      if (folder->is_own || found == NULL)
        {
          const Rule *rule = find_own_rule (folder, path, name, is_folder, folder->is_own ? &left_own : &left);

          if (rule != NULL)
            {
              found = rule;
              *is_own = folder->is_own;
            }
        }
      if (folder->name != NULL)
        {
          char *longer = g_build_filename (folder->name, path, NULL);

          g_free (path);
          path = longer;
        }
    }

  return found;
}

static gboolean
is_taken_out (QuarryIgnore *self, const char *name)
{
  g_autofree char *path = self->folder != NULL ? g_build_filename (self->folder, name, NULL) : NULL;

  return path != NULL && g_hash_table_contains (self->taken_out, path);
}

gboolean
quarry_ignore_matches (QuarryIgnore *self, const char *name, gboolean is_folder)
{
  const Rule *rule;
  gboolean is_own;

  if (*name == '.' || (is_folder ? is_made_again (name) : is_left_over (name)) || is_taken_out (self, name))
    return TRUE;
  rule = find_rule (self, name, is_folder, &is_own);

  return rule != NULL && !rule->negated;
}

char *
quarry_ignore_explain (QuarryIgnore *self, const char *name, gboolean is_folder)
{
  const Rule *rule;
  gboolean is_own;

  if (*name == '.')
    return g_strdup (_("hidden files and folders are"));
  if (is_folder && is_made_again (name))
    return g_strdup (_("folders that programs make and can make again are"));
  if (!is_folder && is_left_over (name))
    return g_strdup (_("locks, backups, unfinished downloads and what programs know of a folder are"));
  if (is_taken_out (self, name))
    return g_strdup (_("you took it out of the library"));
  rule = find_rule (self, name, is_folder, &is_own);
  if (rule == NULL || rule->negated)
    return NULL;
  if (is_own)
    return g_strdup_printf (_("your own rule “%s” excludes it"), rule->pattern);

  return g_strdup_printf (_("a .gitignore excludes “%s”"), rule->pattern);
}

/* A sentence that says why the entry @name at @path is skipped; NULL where it is not. (transfer full) */
static char *
explain_entry (QuarryIgnore *rules, const char *path, const char *name, gboolean is_folder)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *rule = quarry_ignore_explain (rules, name, is_folder);

  if (rule != NULL)
    /* Translators: a path, and a rule as in "hidden files are passed over" */
    return g_strdup_printf (_("“%s” is passed over: %s. Import it by its own name to have it all the same."),
                            shown, rule);
  if (is_folder && quarry_ignore_is_cache (path))
    return g_strdup_printf (_("“%s” is passed over: it is a folder that can be made again, as caches, "
                              "builds and libraries of Quarry are."),
                            shown);
  return NULL;
}

QuarryIgnore *
quarry_ignore_below (QuarryIgnore *own, const char *root, const char *path, char **rule)
{
  g_autofree char *folder = g_strdup (root);
  g_autoptr (QuarryIgnore) rules = quarry_ignore_new (own, folder);
  g_auto (GStrv) parts = NULL;
  gsize n = strlen (root);

  if (rule != NULL)
    *rule = NULL;
  if (strcmp (root, path) == 0)
    return g_steal_pointer (&rules);
  /* For a path outside @root there are no rules. */
  if (strncmp (root, path, n) != 0 || (root[n - 1] != '/' && path[n] != '/'))
    return NULL;
  parts = g_strsplit (path + n + (root[n - 1] != '/'), "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *child = g_build_filename (folder, parts[i], NULL);
      gboolean is_folder = g_file_test (child, G_FILE_TEST_IS_DIR);
      QuarryIgnore *inner;

      if (quarry_ignore_matches (rules, parts[i], is_folder)
          || (is_folder && quarry_ignore_is_cache (child)))
        {
          if (rule != NULL)
            *rule = explain_entry (rules, child, parts[i], is_folder);
          return NULL;
        }
      if (!is_folder || parts[i + 1] == NULL)
        break;
      inner = quarry_ignore_new (rules, child);
      quarry_ignore_unref (rules);
      rules = inner;
      g_free (folder);
      folder = g_steal_pointer (&child);
    }

  return g_steal_pointer (&rules);
}

/* Whether @folder is a library of Quarry: its texts have been read elsewhere, and it changes with everything that is
 * imported. It is recognized by file names alone: opening and closing the database here would release the locks that
 * SQLite holds on it in this process. */
static gboolean
is_library (const char *folder)
{
  static const char *const others[] = { "library.db-wal", "words.index", "vectors.index" };
  g_autofree char *database = g_build_filename (folder, "library.db", NULL);

  if (!g_file_test (database, G_FILE_TEST_IS_REGULAR))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *other = g_build_filename (folder, others[i], NULL);

      if (g_file_test (other, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    }

  return FALSE;
}

gboolean
quarry_ignore_is_cache (const char *folder)
{
  static const char *const build_marks[] = { "CMakeCache.txt", "build.ninja" };
  g_autofree char *text = read_small (folder, "CACHEDIR.TAG", strlen (CACHE_TAG), TRUE);

  if ((text != NULL && g_str_has_prefix (text, CACHE_TAG)) || is_library (folder))
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (build_marks); i++)
    {
      g_autofree char *mark = g_build_filename (folder, build_marks[i], NULL);

      if (g_file_test (mark, G_FILE_TEST_IS_REGULAR))
        return TRUE;
    }

  return FALSE;
}
