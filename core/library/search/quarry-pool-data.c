/* quarry-pool-data.c: candidates in the form that core/rank takes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copies what core/rank needs of the candidates into parallel arrays, and finds near-duplicates among them.
 */
#include "core/library/search/quarry-pool-data.h"

#include "core/extract/quarry-formats.h"

#include <string.h>

void
quarry_pool_data_init (QuarryPoolData *data,
                       QuarryCandidateSet *set,
                       const guint *original,
                       guint limit)
{
  guint n = 0;

  data->scores = g_new (float, limit);
  data->terms = g_new (const QuarryTermWeight *, limit);
  data->n_terms = g_new (guint, limit);
  data->holds_query = g_new (gboolean, limit);
  data->documents = g_new (guint32, limit);
  data->vectors = g_new (float, MAX (1, (gsize) limit * set->dims));
  data->texts = g_new (QuarryTopicText, limit);
  data->index = g_new (guint, limit);

  for (guint i = 0; i < limit; i++)
    {
      const QuarryCandidateText *candidate
          = &g_array_index (set->candidates, QuarryCandidateText, i);

      if (candidate->unlikely || (original != NULL && original[i] != i))
        continue;
      data->scores[n] = candidate->rank.score;
      data->terms[n] = candidate->terms;
      data->n_terms[n] = candidate->n_terms;
      /* Where some candidates hold the query as typed, only these count as holding all of it. */
      data->holds_query[n] = set->any_exact ? candidate->exact : candidate->held_mass >= QUARRY_ALL_HELD;
      data->documents[n] = (guint32) candidate->passage->document;
      memcpy (data->vectors + (gsize) n * set->dims, set->free_vectors + (gsize) i * set->dims,
              sizeof (float) * set->dims);
      data->texts[n] = (QuarryTopicText) {
        .text = candidate->passage->text,
        .words = candidate->analysis->words,
        .n_words = candidate->analysis->n_words,
        .title = candidate->document->title,
        .title_words = (const QuarryWord *) (gpointer) candidate->of->title->data,
        .n_title_words = candidate->of->title->len,
        .language = candidate->document->language,
      };
      data->index[n] = i;
      n++;
    }

  data->pool = (QuarryPool) {
    .n = n,
    .dims = set->dims,
    .scores = data->scores,
    .vectors = data->vectors,
    .terms = data->terms,
    .n_terms = data->n_terms,
    .holds_query = data->holds_query,
    .documents = data->documents,
  };
}

void
quarry_pool_data_clear (QuarryPoolData *data)
{
  g_free (data->scores);
  g_free (data->terms);
  g_free (data->n_terms);
  g_free (data->holds_query);
  g_free (data->documents);
  g_free (data->vectors);
  g_free (data->texts);
  g_free (data->index);
}

static guint
hash_name (const char *name)
{
  return name == NULL || name[0] == '\0' ? 0 : MAX (1, g_str_hash (name));
}

/* Cuts off the file name's extensions, so that one document in several formats has one name: "guide.rst.txt" and
 * "guide.html" are both "guide", whereas "minutes 3.4.txt" and "minutes 3.5.txt" differ. */
static void
cut_endings (char *name)
{
  char *ending = strrchr (name, '.');

  if (ending == NULL || ending == name)
    return;
  *ending = '\0';
  ending = strrchr (name, '.');
  if (ending != NULL && ending != name && quarry_format_of_name (name) != QUARRY_FORMAT_NONE)
    *ending = '\0';
}

static QuarryDuplicateText
describe_text (const QuarryCandidateText *candidate)
{
  const QuarryDocumentRecord *document = candidate->document;
  g_autofree char *name = g_path_get_basename (document->path);
  const char *ending = strrchr (name, '.');
  guint format = hash_name (ending);

  cut_endings (name);
  return (QuarryDuplicateText){
    .shingles = candidate->analysis->shingles,
    .n_shingles = candidate->analysis->n_shingles,
    .format = format,
    .title = hash_name (document->title),
    .name = hash_name (name),
  };
}

guint *
quarry_pool_find_originals (const QuarryCandidateSet *set, guint n)
{
  g_autofree QuarryDuplicateText *texts = g_new (QuarryDuplicateText, MAX (1, n));
  guint *original = g_new (guint, MAX (1, n));

  for (guint i = 0; i < n; i++)
    texts[i] = describe_text (&g_array_index (set->candidates, QuarryCandidateText, i));
  quarry_find_duplicates (texts, n, original);
  return original;
}
