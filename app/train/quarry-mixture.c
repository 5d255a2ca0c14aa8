/* quarry-mixture.c: examples to learn from, drawn from text and pairs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-mixture.h"

#include <gio/gio.h>
#include <string.h>

/* Lengths in tokens: a shorter paragraph says too little to learn from; and the lengths of a span. */
#define MIN_PARAGRAPH 16
#define MIN_SPAN 4
#define MAX_SPAN 15
#define QUERY_DROP .1
#define TEXT_SHARE .5

typedef enum
{
  KIND_HEADING, /* title and heading → paragraph */
  KIND_NEXT,    /* paragraph → the next one */
  KIND_SPAN,    /* span → the rest of its paragraph */
  KIND_TITLE,   /* title → paragraph of the opening section */
  N_KINDS,
} Kind;

static const double kind_shares[N_KINDS] = { .33, .48, .14, .05 };

/* Positions of records in the token file. */
typedef struct
{
  gsize paragraph;
  gsize next; /* 0: none */
  gsize title;
  gsize heading; /* 0: the paragraph is in the opening section */
  guint32 article;
} Paragraph;

typedef struct
{
  gsize query;
  gsize answer;
} Pair;

typedef struct
{
  char *name;
  char *subject;
  double weight; /* share of the draws of pairs */
  GArray *pairs; /* Pair; shuffled again each time that all have been drawn */
  GArray *held;  /* Pair */
  guint next;
} Source;

struct _QuarryMixture
{
  const QuarryTokenFile *text;
  const QuarryTokenFile *pairs;
  GArray *kinds[N_KINDS]; /* Paragraph */
  GArray *sources;        /* Source */
};

static void
source_clear (gpointer data)
{
  Source *source = data;

  g_free (source->name);
  g_free (source->subject);
  g_array_unref (source->pairs);
  g_array_unref (source->held);
}

static QuarryTokenRecord
record_at (const QuarryTokenFile *file, gsize position)
{
  QuarryTokenRecord record = { 0 };

  quarry_token_file_next (file, &position, &record);
  return record;
}

static void
index_text (QuarryMixture *self)
{
  QuarryTokenRecord record;
  gsize position = 0, here = 0, title = 0, heading = 0;
  guint32 article = 0;
  Paragraph last = { 0 };

  for (; quarry_token_file_next (self->text, &position, &record); here = position)
    {
      Paragraph paragraph = { here, 0, title, heading, article };

      if (record.kind == QUARRY_RECORD_DOCUMENT)
        {
          title = here;
          heading = 0;
          article++;
          last.paragraph = 0;
        }
      else if (record.kind == QUARRY_RECORD_HEADING)
        heading = here;
      if (record.kind != QUARRY_RECORD_PARAGRAPH || record.n_tokens < MIN_PARAGRAPH || article == 0)
        continue;
      if (last.paragraph != 0)
        {
          last.next = here;
          g_array_append_val (self->kinds[KIND_NEXT], last);
        }
      g_array_append_val (self->kinds[heading != 0 ? KIND_HEADING : KIND_TITLE], paragraph);
      g_array_append_val (self->kinds[KIND_SPAN], paragraph);
      last = paragraph;
    }
}

static void
set_weight (Source *source, GKeyFile *weights)
{
  g_auto (GStrv) groups = weights != NULL ? g_key_file_get_groups (weights, NULL) : NULL;

  source->subject = g_strdup ("other");
  source->weight = 1;
  for (guint g = 0; groups != NULL && groups[g] != NULL; g++)
    {
      g_auto (GStrv) names = g_key_file_get_string_list (weights, groups[g], "sources", NULL, NULL);

      if (names == NULL || !g_strv_contains ((const char *const *)names, source->name))
        continue;
      g_free (source->subject);
      source->subject = g_strdup (groups[g]);
      source->weight = g_key_file_get_double (weights, groups[g], "weight", NULL);
    }
}

static void
add_source (QuarryMixture *self, const char *path, GKeyFile *weights)
{
  g_autofree char *base = g_path_get_basename (path);
  Source source = { g_strndup (base, strcspn (base, ".")) };

  set_weight (&source, weights);
  source.pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  source.held = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_array_append_val (self->sources, source);
}

static gboolean
index_pairs (QuarryMixture *self, char **paths, GKeyFile *weights)
{
  QuarryTokenRecord record;
  gsize position = 0, here = 0, query = 0;
  Source *source = NULL;

  for (; quarry_token_file_next (self->pairs, &position, &record); here = position)
    {
      if (record.kind == QUARRY_RECORD_SOURCE)
        {
          if (paths[self->sources->len] == NULL)
            return FALSE;
          add_source (self, paths[self->sources->len], weights);
          source = &g_array_index (self->sources, Source, self->sources->len - 1);
        }
      else if (record.kind == QUARRY_RECORD_QUERY || record.kind == QUARRY_RECORD_HELD_QUERY)
        query = record.n_tokens > 0 ? here : 0;
      else if (query != 0 && record.n_tokens > 0 && source != NULL)
        {
          Pair pair = { query, here };

          if (record.kind == QUARRY_RECORD_HELD_ANSWER)
            g_array_append_val (source->held, pair);
          else
            g_array_append_val (source->pairs, pair);
        }
    }
  for (guint i = 0; i < self->sources->len; i++)
    {
      source = &g_array_index (self->sources, Source, i);
      source->weight *= sqrt (source->pairs->len);
      source->next = source->pairs->len;
    }
  return paths[self->sources->len] == NULL;
}

QuarryMixture *
quarry_mixture_new (const QuarryTokenFile *text,
                    const QuarryTokenFile *pairs,
                    char **paths,
                    GKeyFile *weights,
                    GError **error)
{
  g_autoptr (QuarryMixture) self = g_new0 (QuarryMixture, 1);

  self->text = text;
  self->pairs = pairs;
  for (guint i = 0; i < N_KINDS; i++)
    self->kinds[i] = g_array_new (FALSE, FALSE, sizeof (Paragraph));
  self->sources = g_array_new (FALSE, FALSE, sizeof (Source));
  g_array_set_clear_func (self->sources, source_clear);
  index_text (self);
  if (!index_pairs (self, paths, weights))
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_INVALID_DATA,
                   "The pairs in the work folder come from other files: empty it");
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
quarry_mixture_free (QuarryMixture *self)
{
  for (guint i = 0; i < N_KINDS; i++)
    g_array_unref (self->kinds[i]);
  g_array_unref (self->sources);
  g_free (self);
}

static guint64
make_key (const guint32 *tokens, guint n)
{
  guint64 key = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (guint i = 0; i < n; i++)
    {
      key = (key ^ tokens[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      key ^= key >> 29;
    }
  return key;
}

/* Appends tokens to the query, leaving out each with probability @drop. */
static void
add_query (QuarryExample *example,
           const QuarryTokenRecord *record,
           double drop,
           QuarryRandom *random)
{
  for (guint i = 0; i < record->n_tokens && example->n_query < QUARRY_EXAMPLE_MAX_QUERY; i++)
    if (drop == 0 || quarry_random_double (random) >= drop)
      example->query[example->n_query++] = record->tokens[i];
}

static void
add_passage (QuarryExample *example, const guint32 *tokens, guint n)
{
  guint room = QUARRY_EXAMPLE_MAX_PASSAGE - example->n_passage;

  memcpy (example->passage + example->n_passage, tokens, MIN (n, room) * sizeof *tokens);
  example->n_passage += MIN (n, room);
}

static void
finish (QuarryExample *example, const QuarryTokenRecord *query, guint64 article)
{
  example->article = article;
  example->passage_key = make_key (example->passage, example->n_passage);
  example->query_key = make_key (query->tokens, MIN (query->n_tokens, QUARRY_EXAMPLE_MAX_QUERY));
}

static void
draw_text (QuarryMixture *self, QuarryRandom *random, Kind kind, QuarryExample *example)
{
  GArray *paragraphs = self->kinds[kind];
  const Paragraph *paragraph
      = &g_array_index (paragraphs, Paragraph, quarry_random_below (random, paragraphs->len));
  QuarryTokenRecord body = record_at (self->text, paragraph->paragraph), query;
  guint start, length;

  example->n_query = example->n_passage = 0;
  switch (kind)
    {
    case KIND_NEXT:
      query = body;
      body = record_at (self->text, paragraph->next);
      add_query (example, &query, QUERY_DROP, random);
      break;
    case KIND_SPAN:
      length = MIN_SPAN + quarry_random_below (random, MAX_SPAN - MIN_SPAN + 1);
      length = MIN (length, body.n_tokens / 2);
      start = quarry_random_below (random, body.n_tokens - length + 1);
      query = (QuarryTokenRecord) { body.kind, length, body.tokens + start };
      add_query (example, &query, QUERY_DROP, random);
      add_passage (example, body.tokens, start);
      body.tokens += start + length;
      body.n_tokens -= start + length;
      break;
    case KIND_HEADING:
    case KIND_TITLE:
    default:
      query = record_at (self->text, paragraph->title);
      add_query (example, &query, 0, random);
      if (kind == KIND_HEADING)
        {
          query = record_at (self->text, paragraph->heading);
          add_query (example, &query, 0, random);
        }
      query = (QuarryTokenRecord) { 0, example->n_query, example->query };
      break;
    }
  add_passage (example, body.tokens, body.n_tokens);
  finish (example, &query, paragraph->article);
}

static void
take_pair (QuarryMixture *self, const Pair *pair, QuarryRandom *random, QuarryExample *example)
{
  QuarryTokenRecord query = record_at (self->pairs, pair->query);
  QuarryTokenRecord answer = record_at (self->pairs, pair->answer);

  example->n_query = example->n_passage = 0;
  add_query (example, &query, random != NULL ? QUERY_DROP : 0, random);
  add_passage (example, answer.tokens, answer.n_tokens);
  /* Pairs belong to no article, so each gets a key that no other shares. */
  finish (example, &query, G_MAXUINT32 + pair->answer);
}

static void
draw_pair (QuarryMixture *self, QuarryRandom *random, Source *source, QuarryExample *example)
{
  GArray *pairs = source->pairs;

  if (source->next == pairs->len)
    {
      for (guint i = pairs->len; i > 1; i--)
        {
          guint j = quarry_random_below (random, i);
          Pair other = g_array_index (pairs, Pair, j);

          g_array_index (pairs, Pair, j) = g_array_index (pairs, Pair, i - 1);
          g_array_index (pairs, Pair, i - 1) = other;
        }
      source->next = 0;
    }
  take_pair (self, &g_array_index (pairs, Pair, source->next++), random, example);
}

/* Returns a kind, or −1 with a source of pairs; −1 and no source if there is nothing to draw from. */
static int
draw_kind (QuarryMixture *self, QuarryRandom *random, Source **source)
{
  double total = 0, at;
  gboolean any_text = self->kinds[KIND_SPAN]->len > 0;

  *source = NULL;
  for (guint i = 0; i < self->sources->len; i++)
    total += g_array_index (self->sources, Source, i).weight;
  if (any_text && (total == 0 || quarry_random_double (random) < TEXT_SHARE))
    {
      at = quarry_random_double (random);
      for (int kind = 0; kind < N_KINDS; kind++)
        if ((at -= kind_shares[kind]) < 0 && self->kinds[kind]->len > 0)
          return kind;
      return KIND_SPAN;
    }
  at = quarry_random_double (random) * total;
  for (guint i = 0; i < self->sources->len; i++)
    {
      Source *candidate = &g_array_index (self->sources, Source, i);

      if (candidate->weight > 0)
        *source = candidate;
      if ((at -= candidate->weight) < 0)
        break;
    }
  return -1;
}

guint
quarry_mixture_draw (
    QuarryMixture *self, QuarryRandom *random, gboolean alike, QuarryExample *examples, guint n)
{
  Source *source = NULL;
  int kind = -1;
  guint filled = 0;

  for (guint i = 0; i < n; i++)
    {
      QuarryExample *example = &examples[filled];

      if (!alike || i == 0)
        kind = draw_kind (self, random, &source);
      if (kind < 0 && source == NULL)
        break;
      /* A source with fewer pairs than the batch must not repeat them within the batch. */
      if (alike && kind < 0 && i >= source->pairs->len)
        break;
      if (kind >= 0)
        draw_text (self, random, kind, example);
      else
        draw_pair (self, random, source, example);
      filled += example->n_query > 0 && example->n_passage > 0;
    }
  return filled;
}

guint
quarry_mixture_get_n_sources (QuarryMixture *self)
{
  return self->sources->len;
}

const char *
quarry_mixture_get_source (QuarryMixture *self, guint source, const char **subject)
{
  const Source *found = &g_array_index (self->sources, Source, source);

  *subject = found->subject;
  return found->name;
}

guint
quarry_mixture_get_held (QuarryMixture *self, guint source, QuarryExample *examples, guint n)
{
  GArray *held = g_array_index (self->sources, Source, source).held;

  n = MIN (n, held->len);
  for (guint i = 0; i < n; i++)
    take_pair (self, &g_array_index (held, Pair, i), NULL, &examples[i]);
  return n;
}
