/* quarry-topic-names.c: names for groups of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An n-gram is scored by how much more often the group holds it than the other candidates do (a
 * log odds ratio, times the root of its count so that chance finds count little), by the share of
 * the group that holds it, and by its length; one that titles hold is preferred.
 */
#include "core/rank/quarry-topic-names-private.h"
#include "core/rank/quarry-ngrams-private.h"

#include <math.h>
#include <string.h>

#define LEAST_MEMBERS 2
/* What fewer of the group's members hold is a name only where there is none else, ... */
#define LEAST_SHARE 0.3
#define LEAST_SHARE_PLAIN 0.5 /* of a single word without capitals that no title holds */
#define LAST_RESORT 0.01
/* A name goes on to the word that follows it in so many of its places, looked for at so many of them. */
#define LEAST_FOLLOWING 0.7
#define MOST_LOOKED_AT 8
#define MOST_BYTES 48

#define LENGTH_BONUS 0.35
#define QUERY_WORD_BONUS 0.15
#define TITLE_BONUS 0.5
#define CAPITAL_BONUS 0.3

/* A single word that nothing but its place in sentences speaks for. */
static gboolean
is_plain_word (const QuarryNGram *ngram)
{
  return ngram->n_words == 1 && ngram->n_titles == 0 && ngram->n_capitals == 0;
}

/* English participles name nothing alone: "specified", "stored". */
static gboolean
is_participle (const QuarryWordForm *form)
{
  return form->length >= 6 && g_str_has_suffix (form->folded, "ed") && !g_str_has_suffix (form->folded, "eed");
}

static double
score_of (const QuarryNGram *ngram, gboolean is_vague, guint n_members, guint n_everywhere, guint n)
{
  double x = ngram->n_members;
  double y = n_everywhere - x;
  double odds
      = log ((x + 0.1) / (n_members - x + 0.6)) - log ((y + 0.1) / (n - n_members - y + 0.6));
  double length = 1.0 + LENGTH_BONUS * (ngram->n_words - ngram->n_query_words - 1.0)
                  + QUERY_WORD_BONUS * ngram->n_query_words;

  gboolean is_plain = is_plain_word (ngram);
  double least = (is_plain ? LEAST_SHARE_PLAIN : LEAST_SHARE) * n_members;
  double trust = is_vague && ngram->n_titles == 0 ? 0.0 : x < least ? LAST_RESORT : 1.0;

  return trust * sqrt (x) * odds * sqrt (x / n_members) * length
         * (1.0 + TITLE_BONUS * ngram->n_titles / x + CAPITAL_BONUS * ngram->n_capitals / x);
}

/* The n-gram, or where the same word in whichever form nearly always follows it among the group's
 * members, that with the word: singular and plural share the votes, so that a phrase's beginning
 * may have won ("supermassive black"). */
static QuarryNGram
complete_phrase (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint n, const gint *group_of, gint group)
{
  g_autoptr (GArray) following = g_array_new (FALSE, FALSE, sizeof (guint32)); /* places */
  QuarryNGram completed = *ngram;
  guint n_found = 0, most = 0;

  if (ngram->n_words >= QUARRY_NGRAM_MOST_PLAIN)
    return completed;
  for (guint i = 0; i < n; i++)
    for (guint at = corpus->starts[i]; group_of[i] == group && at < corpus->starts[i + 1]; at++)
      {
        guint32 next = at + ngram->n_words;

        if (!quarry_ngram_stands_at (corpus, ngram, at, i))
          continue;
        n_found++;
        if (next < corpus->starts[i + 1] && corpus->places[next].goes_on && !corpus->places[next].ends_amid)
          g_array_append_val (following, next);
      }

  if (following->len < LEAST_MEMBERS || following->len < LEAST_FOLLOWING * n_found)
    return completed;
  for (guint f = 0; f < MIN (following->len, MOST_LOOKED_AT); f++)
    {
      guint32 place = g_array_index (following, guint32, f);
      QuarryTopicWord *word = corpus->words + corpus->places[place].word;
      guint count = 0;

      if (!(word->flags & QUARRY_TOPIC_WORD_JUDGED))
        quarry_topic_corpus_judge (corpus, word);
      for (guint g = 0; g < following->len && !(word->flags & (QUARRY_TOPIC_WORD_STOP | QUARRY_TOPIC_WORD_EMPTY | QUARRY_TOPIC_WORD_NUMBER)); g++)
        {
          const QuarryTopicWord *other = corpus->words + corpus->places[g_array_index (following, guint32, g)].word;

          count += other == word || quarry_topic_is_form_of (other->form->folded, word->form->folded) ? 1 : 0;
        }
      if (count >= LEAST_MEMBERS && count >= LEAST_FOLLOWING * n_found && count > most)
        {
          most = count;
          completed.first_place = place - ngram->n_words;
          completed.n_words = ngram->n_words + 1;
        }
    }
  return completed;
}

static const char *
text_of (const QuarryTopicPlace *place, guint i, const QuarryTopicText *texts)
{
  return place->in_title ? texts[i].title : texts[i].text;
}

/* How the group's members write the n-gram most often; the one met first of equals. */
static char *
find_surface (const QuarryTopicCorpus *corpus,
              const QuarryNGram *ngram,
              const QuarryTopicText *texts,
              guint n,
              const gint *group_of,
              gint group)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const QuarryTopicPlace *places = corpus->places;
  g_autofree char *best = NULL;
  guint most = 0;

  for (guint i = 0; i < n; i++)
    for (guint at = corpus->starts[i]; group_of[i] == group && at < corpus->starts[i + 1]; at++)
      {
        g_autofree char *surface = NULL;
        const char *text;
        guint count;

        if (!quarry_ngram_stands_at (corpus, ngram, at, i))
          continue;
        text = text_of (places + at, i, texts);
        surface = g_strndup (text + places[at].span.start,
                             places[at + ngram->n_words - 1].span.end - places[at].span.start);
        count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, surface)) + 1;
        g_hash_table_replace (counts, g_strdup (surface), GUINT_TO_POINTER (count));
        if (count > most)
          {
            most = count;
            g_free (best);
            best = g_steal_pointer (&surface);
          }
      }
  return g_steal_pointer (&best);
}

/* Whether the words of @part stand one after the other in @whole. Both folded. */
static gboolean
holds_words (const char *whole, const char *part)
{
  gsize length = strlen (part);

  for (const char *at = strstr (whole, part); at != NULL; at = strstr (at + 1, part))
    {
      gunichar before = at > whole ? g_utf8_get_char (g_utf8_prev_char (at)) : ' ';
      gunichar behind = g_utf8_get_char (at + length);

      if (!g_unichar_isalnum (before) && !g_unichar_isalnum (behind))
        return TRUE;
    }
  return FALSE;
}

gboolean
quarry_topic_names_overlap (const char *a, const char *b)
{
  g_autofree char *folded_a = g_utf8_casefold (a, -1);
  g_autofree char *folded_b = g_utf8_casefold (b, -1);

  /* "git reset" is "git-reset". */
  g_strdelimit (folded_a, "-_", ' ');
  g_strdelimit (folded_b, "-_", ' ');
  return holds_words (folded_a, folded_b) || holds_words (folded_b, folded_a);
}

static gboolean
is_taken (const char *name, char **names, guint n_names)
{
  for (guint i = 0; i < n_names; i++)
    if (names[i] != NULL && quarry_topic_names_overlap (name, names[i]))
      return TRUE;
  return FALSE;
}

/* The best of @ngrams whose name is not taken, NULL where there is none. */
static char *
choose_name (const QuarryTopicCorpus *corpus,
             const QuarryNGrams *ngrams,
             double *scores,
             const QuarryTopicText *texts,
             guint n,
             const gint *group_of,
             gint group,
             char **names,
             guint n_names)
{
  for (;;)
    {
      g_autofree char *name = NULL;
      QuarryNGram phrase;
      guint best = 0;

      for (guint g = 1; g < ngrams->ngrams->len; g++)
        if (scores[g] > scores[best])
          best = g;
      if (ngrams->ngrams->len == 0 || !(scores[best] > 0.0))
        return NULL;
      scores[best] = 0.0;
      phrase = complete_phrase (corpus, &g_array_index (ngrams->ngrams, QuarryNGram, best), n, group_of, group);
      name = find_surface (corpus, &phrase, texts, n, group_of, group);
      if (strlen (name) <= MOST_BYTES && !is_taken (name, names, n_names))
        return g_steal_pointer (&name);
    }
}

void
quarry_name_groups (const QuarryTopicText *texts,
                    guint n,
                    const QuarryWord *query_words,
                    guint n_query_words,
                    const gint *group_of,
                    guint n_groups,
                    char **names,
                    guint n_taken)
{
  g_auto (QuarryTopicCorpus) corpus = { 0 };
  g_auto (QuarryNGrams) wanted = { 0 };
  g_autofree QuarryNGrams *ngrams = g_new0 (QuarryNGrams, MAX (n_groups, 1));
  g_autofree guint *n_members = g_new0 (guint, MAX (n_groups, 1));
  g_autofree double *scores = NULL;

  if (n_groups == 0)
    return;

  quarry_topic_corpus_init (&corpus, texts, n, query_words, n_query_words);
  quarry_ngrams_init (&wanted);
  for (guint group = 0; group < n_groups; group++)
    {
      n_members[group] = quarry_ngrams_gather (&corpus, &ngrams[group], group_of, n, (gint) group);
      for (guint g = 0; g < ngrams[group].ngrams->len; g++)
        if (g_array_index (ngrams[group].ngrams, QuarryNGram, g).n_words > 1)
          quarry_ngrams_obtain (&wanted, g_array_index (ngrams[group].ngrams, QuarryNGram, g).key);
    }
  quarry_ngrams_count_everywhere (&corpus, &wanted, n);

  for (guint group = 0; group < n_groups; group++)
    {
      scores = g_renew (double, scores, MAX (ngrams[group].ngrams->len, 1));
      for (guint g = 0; g < ngrams[group].ngrams->len; g++)
        {
          const QuarryNGram *ngram = &g_array_index (ngrams[group].ngrams, QuarryNGram, g);

          guint n_everywhere = ngram->n_words > 1
                                   ? quarry_ngrams_find (&wanted, ngram->key)->n_members
                                   : corpus.words[corpus.places[ngram->first_place].word].n_candidates;
          const QuarryTopicWord *first = corpus.words + corpus.places[ngram->first_place].word;
          gboolean is_vague = ngram->n_words == 1
                              && ((first->flags & QUARRY_TOPIC_WORD_VAGUE)
                                  || (is_plain_word (ngram) && is_participle (first->form)));

          scores[g] = score_of (ngram, is_vague, n_members[group], n_everywhere, n);
        }
      names[n_taken + group] = choose_name (&corpus, &ngrams[group], scores, texts, n, group_of, (gint) group,
                                            names, n_taken + group);
    }

  for (guint group = 0; group < n_groups; group++)
    quarry_ngrams_clear (&ngrams[group]);
}
