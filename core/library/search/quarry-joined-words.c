/* quarry-joined-words.c: words of a query that the passages write as one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From each word on, the longest row is looked up that makes one word of the passages.
 */
#include "core/library/search/quarry-joined-words.h"

#include <string.h>

#include "core/document/quarry-words.h"

/* The most words of a query that are looked at; long queries are pasted rather than typed. */
#define MOST_LOOKED_AT 64u

/* The most words of a row (an IBAN has up to nine), the most bytes of a word that may be in one, and of the joined word
 * the fewest and the most. */
#define MOST_GROUPS 9u
#define LONGEST_GROUP 12u
#define SHORTEST 4u
#define LONGEST 48u

/* The fewest digits of a number without letters, unless blanks part it into thousands: two short ones make one that is
 * somewhere by chance. */
#define SHORTEST_NUMBER 7u

/* The fewest digits and letters from which on an unfinished word tells what it may become. */
#define SHORTEST_BEGINNING 6u

typedef struct
{
  char *folded;
  QuarrySpan span;
} Group;

typedef struct
{
  QuarryLexicalIndex *index;
  const char *text;
  gboolean typing;
  Group groups[MOST_LOOKED_AT];
  guint n;
} Joining;

static void
joining_init (Joining *self, QuarryLexicalIndex *index, const char *text, gboolean typing)
{
  g_auto (QuarryWords) words = { NULL };
  const char *folded;
  QuarrySpan span;
  gsize length;

  self->index = index;
  self->text = text;
  self->typing = typing;
  self->n = 0;
  quarry_words_init (&words, text, -1);
  while (self->n < MOST_LOOKED_AT && quarry_words_next (&words, &span, &folded, &length))
    self->groups[self->n++] = (Group) { g_strndup (folded, length), span };
}

static void
joining_clear (Joining *self)
{
  for (guint i = 0; i < self->n; i++)
    g_free (self->groups[i].folded);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Joining, joining_clear)

/* Whether word @i may be in one row with the word before it: a blank or a sign or two are between them. */
static gboolean
follows (const Joining *self, guint i)
{
  gsize end = self->groups[i - 1].span.end, start = self->groups[i].span.start;

  return start > end && start - end <= 2 && strspn (self->text + end, " -/()") >= start - end;
}

/* The number of words that may be in a row from word @first on. */
static guint
count_groups (const Joining *self, guint first)
{
  guint n = 0;

  while (first + n < self->n && n < MOST_GROUPS && strlen (self->groups[first + n].folded) <= LONGEST_GROUP
         && (n == 0 || follows (self, first + n)))
    n++;
  return n;
}

/* The text from word @first up to @end. (transfer full) */
static char *
dup_row (const Joining *self, guint first, guint end)
{
  gsize start = self->groups[first].span.start;

  return g_strndup (self->text + start, self->groups[end - 1].span.end - start);
}

/* Whether words @first + 1 to @end - 1 are three digits each, with a blank before them: "12 000". */
static gboolean
are_thousands (const Joining *self, guint first, guint end)
{
  for (guint i = first + 1; i < end; i++)
    if (strlen (self->groups[i].folded) != 3 || self->text[self->groups[i].span.start - 1] != ' '
        || self->groups[i].span.start - self->groups[i - 1].span.end != 1)
      return FALSE;
  return strlen (self->groups[first].folded) <= 3;
}

/* The word that words @first to @end - 1 make. (transfer full): NULL where passages do not hold it, or have its parts in
 * a row as well */
static char *
join (const Joining *self, guint first, guint end)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  g_autofree char *row = dup_row (self, first, end);
  g_autofree char *become = NULL;
  g_autofree char *complete = NULL;

  for (guint i = first; i < end; i++)
    g_string_append (joined, self->groups[i].folded);
  if (joined->len < SHORTEST || joined->len > LONGEST || strpbrk (joined->str, "0123456789") == NULL)
    return NULL;
  if (joined->len < SHORTEST_NUMBER && strspn (joined->str, "0123456789") == joined->len
      && !are_thousands (self, first, end))
    return NULL;
  if (quarry_lexical_index_count_holding (self->index, joined->str) > 0)
    return quarry_lexical_index_count_holding (self->index, row) == 0 ? g_strdup (joined->str) : NULL;

  /* What is unfinished is a beginning of that word, unless its words before the last are in a row somewhere. */
  if (!self->typing || self->text[self->groups[end - 1].span.end] != '\0' || joined->len < SHORTEST_BEGINNING)
    return NULL;
  become = quarry_lexical_index_understand (self->index, joined->str);
  complete = dup_row (self, first, end - 1);
  return become != NULL && g_str_has_prefix (become, joined->str)
                 && quarry_lexical_index_count_holding (self->index, complete) == 0
             ? g_strdup (joined->str)
             : NULL;
}

char *
quarry_join_words (QuarryLexicalIndex *index, const char *text, gboolean typing)
{
  g_auto (Joining) joining = { NULL };
  g_autoptr (GString) result = g_string_new (NULL);
  gsize done = 0;

  joining_init (&joining, index, text, typing);
  for (guint first = 0, next; first < joining.n; first = next)
    {
      next = first + 1;
      for (guint n = count_groups (&joining, first); n > 1; n--)
        {
          g_autofree char *joined = join (&joining, first, first + n);

          if (joined == NULL)
            continue;
          g_string_append_len (result, text + done, (gssize) (joining.groups[first].span.start - done));
          g_string_append (result, joined);
          next = first + n;
          done = joining.groups[next - 1].span.end;
          break;
        }
    }
  if (done == 0)
    return NULL;
  g_string_append (result, text + done);
  return g_strdup (result->str);
}
