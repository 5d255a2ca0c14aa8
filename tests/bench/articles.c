/* articles.c: long texts without headings, and questions whose answer is a place in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/bench/articles.h"

#include <gio/gio.h>
#include <string.h>

#include "core/document/quarry-words.h"
#include "core/eval/quarry-ref.h"

#define LEAST_SECTIONS 5
#define LEAST_WORDS 1500
#define LEAST_ANSWER_WORDS 40

/* A section of an article: the text under a heading, one string for each block. */
typedef struct
{
  char *query;
  GPtrArray *blocks;
  guint n_words;
} Section;

static void
section_free (gpointer data)
{
  Section *section = data;

  g_free (section->query);
  g_ptr_array_unref (section->blocks);
  g_free (section);
}

static void
add_section (GPtrArray *sections, char *query)
{
  Section *section = g_new0 (Section, 1);

  section->query = query;
  section->blocks = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (sections, section);
}

static void
add_block (GPtrArray *sections, char *text)
{
  Section *section = sections->pdata[sections->len - 1];

  section->n_words += (guint) quarry_words_count (text, -1);
  g_ptr_array_add (section->blocks, text);
}

static void
question_clear (gpointer data)
{
  g_free (((Question *) data)->query);
  g_free (((Question *) data)->query_among);
}

static void
article_free (gpointer data)
{
  Article *article = data;

  g_clear_object (&article->document);
  g_array_unref (article->questions);
  g_free (article);
}

/* Whether the heading is unique in the article, and the text under it long enough to be an answer. */
static gboolean
is_question (GPtrArray *sections, guint i)
{
  const Section *section = sections->pdata[i];

  if (section->query == NULL || section->n_words < LEAST_ANSWER_WORDS)
    return FALSE;
  for (guint j = 0; j < sections->len; j++)
    if (j != i && g_strcmp0 (((Section *) sections->pdata[j])->query, section->query) == 0)
      return FALSE;
  return TRUE;
}

/* Returns NULL if the article is too short. */
static Article *
make_article (GPtrArray *sections, const char *title)
{
  QuarryDocumentBuilder *builder;
  g_autofree guint *first = g_new0 (guint, sections->len + 1);
  Article *article;
  const QuarryBlock *blocks;
  guint n_questions = 0, n_words = 0, n_blocks;

  for (guint i = 0; i < sections->len; i++)
    {
      n_questions += is_question (sections, i);
      n_words += ((Section *) sections->pdata[i])->n_words;
      first[i + 1] = first[i] + ((Section *) sections->pdata[i])->blocks->len;
    }
  if (n_questions < LEAST_SECTIONS || n_words < LEAST_WORDS)
    return NULL;

  builder = quarry_document_builder_new ();
  for (guint i = 0; i < sections->len; i++)
    for (guint b = 0; b < ((Section *) sections->pdata[i])->blocks->len; b++)
      quarry_document_builder_add (builder,
                                   QUARRY_BLOCK_PARAGRAPH,
                                   0,
                                   ((Section *) sections->pdata[i])->blocks->pdata[b],
                                   -1);
  article = g_new0 (Article, 1);
  article->document = quarry_document_builder_end (builder);
  article->questions = g_array_new (FALSE, FALSE, sizeof (Question));
  g_array_set_clear_func (article->questions, question_clear);
  blocks = quarry_document_get_blocks (article->document, &n_blocks);
  /* If the document left out a block, its blocks no longer match the sections' by number, so that no question is
   * asked. */
  for (guint i = 0; n_blocks == first[sections->len] && i < sections->len; i++)
    if (is_question (sections, i))
      {
        const char *query = ((Section *) sections->pdata[i])->query;
        Question question = {
          g_strdup (query),
          title != NULL ? g_strdup_printf ("%s %s", title, query) : g_strdup (query),
          { blocks[first[i]].span.start, blocks[first[i + 1] - 1].span.end },
        };

        g_array_append_val (article->questions, question);
      }
  return article;
}

static GPtrArray *
new_sections (void)
{
  GPtrArray *sections = g_ptr_array_new_with_free_func (section_free);

  add_section (sections, NULL);
  return sections;
}

GPtrArray *
articles_read_corpus (guint wanted, guint first)
{
  GPtrArray *articles = g_ptr_array_new_with_free_func (article_free);
  g_autofree char *beside = g_build_filename (
      QUARRY_SOURCEDIR, "..", "shared", "data", "corpus", "wikipedia-articles.txt.xz", NULL);
  g_autofree char *here
      = g_build_filename ("..", "shared", "data", "corpus", "wikipedia-articles.txt.xz", NULL);
  const char *file = g_file_test (beside, G_FILE_TEST_EXISTS) ? beside : here;
  g_autoptr (GPtrArray) sections = new_sections ();
  g_autoptr (GSubprocess) xz = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autofree char *title = NULL;
  guint n_seen = 0;
  const guint every = 20;

  if (!g_file_test (file, G_FILE_TEST_EXISTS))
    return articles;
  xz = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "xz", "-dc", file, NULL);
  if (xz == NULL)
    return articles;
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (xz));
  while (articles->len < wanted)
    {
      gsize length;
      g_autofree char *line = g_data_input_stream_read_line (lines, &length, NULL, NULL);

      if (line == NULL || line[0] == 'D')
        {
          Article *article = n_seen++ % every == first % every ? make_article (sections, title) : NULL;

          if (article != NULL)
            g_ptr_array_add (articles, article);
          g_ptr_array_unref (g_steal_pointer (&sections));
          sections = new_sections ();
          g_free (g_steal_pointer (&title));
        }
      if (line == NULL)
        break;
      if (length < 3 || line[1] != '\t')
        continue;
      if (line[0] == 'D')
        title = g_utf8_make_valid (line + 2, (gssize) length - 2);
      else if (line[0] == 'H')
        add_section (sections, g_utf8_make_valid (line + 2, (gssize) length - 2));
      else if (line[0] == 'P' && quarry_words_count (line + 2, -1) > 0)
        add_block (sections, g_utf8_make_valid (line + 2, (gssize) length - 2));
    }
  g_subprocess_force_exit (xz);
  return articles;
}

GPtrArray *
articles_read_refs (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) paths = quarry_ref_list (folder, error);
  g_autoptr (GPtrArray) articles = g_ptr_array_new_with_free_func (article_free);

  if (paths == NULL)
    return NULL;
  for (guint p = 0; p < paths->len; p++)
    {
      g_autoptr (QuarryRef) ref = quarry_ref_load (paths->pdata[p], error);
      g_autoptr (GPtrArray) sections = g_ptr_array_new_with_free_func (section_free);
      gboolean begins = TRUE;
      Article *article;

      if (ref == NULL)
        return NULL;
      for (guint i = 0; i < ref->sentences->len; i++)
        {
          const char *sentence = ref->sentences->pdata[i];

          if (begins)
            add_section (sections, g_strdup (sentence));
          else if (quarry_words_count (sentence, -1) > 0)
            add_block (sections, g_strdup (sentence));
          begins = ref->boundary[i];
        }
      article = make_article (sections, NULL);
      if (article != NULL)
        g_ptr_array_add (articles, article);
    }
  return g_steal_pointer (&articles);
}
