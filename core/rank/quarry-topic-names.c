/* quarry-topic-names.c: names for groups of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The score of an n-gram depends on how much more often the group holds it than the other candidates (a log odds ratio,
 * times the square root of its count, so that chance finds count little), on the share of the group that holds it, on
 * its length, on how rare it is in the library, and on how far it occurs as a thing: a phrase of its own, not an
 * adjective or verb. N-grams that are in titles are preferred.
 */
#include "core/rank/quarry-topic-names-private.h"
#include "core/rank/quarry-ngrams-private.h"

#include <math.h>
#include <string.h>

#define LEAST_MEMBERS 2
/* An n-gram that a smaller share of the group's members holds is a name only if there is no better one
 * (LAST_RESORT). */
#define LEAST_SHARE 0.3
#define LEAST_SHARE_PLAIN 0.5 /* for a single word without capitals that is in no title */
#define LAST_RESORT 0.01
#define LEAST_PLAIN 3 /* members for such a word: if only two hold it, this may be chance */
/* A name is extended by a neighbouring word if that is next to it in this share of its places; MOST_LOOKED_AT of the
 * places are examined. */
#define LEAST_BESIDE 0.7
#define MOST_LOOKED_AT 8
/* This many single words that are not things by themselves are examined for a phrase that they are a part of; after
 * that, such words are no longer considered. */
#define MOST_HALVES 4
#define MOST_BYTES 48

/* The factor for a word that every passage of the library holds, compared with one of at least the idf RARE. */
#define COMMON 0.3
#define RARE 5.0
/* A word of a lower idf is in at least every eighth passage, such as "def" and "self" where there is much source code.
 * If it is also in this share of the candidates outside the group, it names the group only as a last resort. */
#define UBIQUITOUS 2.0
#define LEAST_OUTSIDE 0.125

/* A name in capitals or in titles is considered a thing at least to this extent, whatever its neighbours are. */
#define NAMED 0.3
/* A single word that is a thing in no more than this share of its places is not considered one. */
#define LEAST_THING 0.2

#define LENGTH_BONUS 0.35
#define LEAST_LENGTH 0.1
#define QUERY_WORD_BONUS 0.15
#define TITLE_BONUS 0.5
#define CAPITAL_BONUS 0.3

/* A single word that has no evidence for it but its neighbours. */
static gboolean
is_plain_word (const QuarryNGram *ngram)
{
  return ngram->n_words == 1 && ngram->n_titles == 0 && ngram->n_capitals == 0;
}

/* English participles name nothing by themselves: "specified", "stored". */
static gboolean
is_participle (const QuarryWordForm *form)
{
  return form->length >= 6 && g_str_has_suffix (form->folded, "ed") && !g_str_has_suffix (form->folded, "eed");
}

/* The share of its places in which it is a thing by itself, smoothed, since with few places it may be all of them by
 * chance. */
static double
find_share_of_things (const QuarryNGram *ngram)
{
  return (ngram->n_halves / 2.0 + 1.0) / (ngram->n_places + 2.0);
}

/* A word that is a thing by itself hardly anywhere: "immune" before "system". */
static gboolean
is_no_thing (const QuarryNGram *ngram)
{
  return ngram->n_words == 1 && ngram->n_titles == 0 && find_share_of_things (ngram) <= LEAST_THING;
}

/* Longer names are better; @n_idle of the words tell nothing. */
static double
weigh_length (const QuarryNGram *ngram, guint n_idle)
{
  return 1.0 + LENGTH_BONUS * ((double) ngram->n_words - n_idle - ngram->n_query_words - 1.0)
         + QUERY_WORD_BONUS * ngram->n_query_words;
}

static double
score_of (const QuarryNGram *ngram, gboolean is_vague, gboolean is_date, guint n_members, guint n_everywhere, guint n)
{
  double x = ngram->n_members;
  double y = n_everywhere - x;
  double odds
      = log ((x + 0.1) / (n_members - x + 0.6)) - log ((y + 0.1) / (n - n_members - y + 0.6));
  double thing = find_share_of_things (ngram);
  gboolean is_plain = is_plain_word (ngram);
  double least = (is_plain ? LEAST_SHARE_PLAIN : LEAST_SHARE) * n_members;
  gboolean is_none = (is_vague && ngram->n_titles == 0) || (is_plain && x < LEAST_PLAIN);
  double trust = is_none ? 0.0 : x < least || is_date ? LAST_RESORT : 1.0;

  /* Being in titles or in capitals is evidence by itself. */
  thing += NAMED * (1.0 - thing) * MAX (ngram->n_capitals, ngram->n_titles) / x;
  return trust * thing * sqrt (x) * odds * sqrt (x / n_members) * weigh_length (ngram, ngram->n_vague)
         * (1.0 + TITLE_BONUS * ngram->n_titles / x + CAPITAL_BONUS * ngram->n_capitals / x);
}

/* The idf of a word in the library; RARE where it is not known. */
static double
find_rarity (const QuarryTopicCorpus *corpus, QuarryTopicWord *word)
{
  if (word->rarity < 0.0f)
    word->rarity = corpus->rarity != NULL ? (float) corpus->rarity (word->form, corpus->rarity_data) : (float) RARE;
  return (double) word->rarity;
}

/* Whether a word is ubiquitous, and neither written there like a part of a name ("New York") nor in a compound. */
static gboolean
is_idle (const QuarryTopicCorpus *corpus, const QuarryTopicPlace *place)
{
  return !place->is_capital && !place->is_glued && find_rarity (corpus, corpus->words + place->word) < UBIQUITOUS;
}

/* The factor for the rarity of an n-gram: that of its rarest word, query words aside; at most 1. @n_outside: the number
 * of candidates outside the group. */
static double
weigh_rarity (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint n_outside)
{
  /* Vague words are counted already, and function words are in a name of which they are a part. */
  const QuarryTopicWordFlags known = QUARRY_TOPIC_WORD_VAGUE | QUARRY_TOPIC_WORD_STOP | QUARRY_TOPIC_WORD_EMPTY;
  double rarest = 0.0, factor;
  guint n_idle = 0, n_holding = 0;

  for (guint w = 0; w < ngram->n_words; w++)
    {
      const QuarryTopicPlace *place = corpus->places + ngram->first_place + w;
      QuarryTopicWord *word = corpus->words + place->word;

      if (word->flags & QUARRY_TOPIC_WORD_QUERY)
        continue;
      if (find_rarity (corpus, word) > rarest)
        {
          rarest = find_rarity (corpus, word);
          n_holding = word->n_candidates;
        }
      n_idle += !(word->flags & known) && (w + 1 == ngram->n_words || !place[1].is_glued) && is_idle (corpus, place);
    }
  factor = COMMON + (1.0 - COMMON) * MIN (1.0, rarest / RARE);
  if (rarest < UBIQUITOUS && n_holding > ngram->n_members + LEAST_OUTSIDE * n_outside)
    factor *= LAST_RESORT;
  /* A name is better without such words than with them: "wait" than "def wait". */
  if (n_idle > 0 && n_idle + ngram->n_vague + ngram->n_query_words < ngram->n_words)
    factor *= MAX (LEAST_LENGTH, weigh_length (ngram, ngram->n_vague + 2 * n_idle))
              / weigh_length (ngram, ngram->n_vague);
  return factor;
}

/* The places of an n-gram in the texts of the group's members. (transfer full): of guint32 */
static GArray *
find_places (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint n, const gint *group_of, gint group)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < n; i++)
    for (guint32 at = corpus->starts[i]; group_of[i] == group && at < corpus->starts[i + 1]; at++)
      if (quarry_ngram_stands_at (corpus, ngram, at, i))
        g_array_append_val (places, at);
  return places;
}

/* Whether the n-gram at place @at is followed by a word or, if @before, preceded by one, which is not in the middle of
 * a compound. (The first word of a text is never preceded by one.) */
static gboolean
goes_on (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint32 at, gboolean before)
{
  const QuarryTopicPlace *places = corpus->places;
  guint32 next = at + ngram->n_words;

  return before ? places[at].goes_on && !places[at - 1].begins_amid
                : next < corpus->n_places && places[next].goes_on && !places[next].ends_amid;
}

/* Extends the n-gram by the word next to it if nearly all its @found places have the same word there, in any form.
 * Singular and plural share the votes for the whole phrase, so that the beginning of a phrase may have won
 * ("supermassive black"). */
static gboolean
complete_phrase (const QuarryTopicCorpus *corpus, const GArray *found, gboolean before, QuarryNGram *ngram)
{
  const QuarryTopicWordFlags nothing = QUARRY_TOPIC_WORD_STOP | QUARRY_TOPIC_WORD_EMPTY | QUARRY_TOPIC_WORD_NUMBER;
  g_autoptr (GArray) next = g_array_new (FALSE, FALSE, sizeof (guint32)); /* places */
  guint32 chosen = 0;
  guint most = 0;

  for (guint f = 0; f < found->len; f++)
    {
      guint32 at = g_array_index (found, guint32, f);

      if (goes_on (corpus, ngram, at, before))
        g_array_append_val (next, ((guint32){ before ? at - 1 : at + ngram->n_words }));
    }
  if (next->len < LEAST_MEMBERS || next->len < LEAST_BESIDE * found->len)
    return FALSE;

  for (guint f = 0; f < MIN (next->len, MOST_LOOKED_AT); f++)
    {
      guint32 place = g_array_index (next, guint32, f);
      QuarryTopicWord *word = corpus->words + corpus->places[place].word;
      guint count = 0;

      if (!(word->flags & QUARRY_TOPIC_WORD_JUDGED))
        quarry_topic_corpus_judge (corpus, word);
      for (guint g = 0; g < next->len && !(word->flags & nothing); g++)
        {
          const QuarryTopicWord *other = corpus->words + corpus->places[g_array_index (next, guint32, g)].word;

          count += other == word || quarry_topic_is_form_of (other->form->folded, word->form->folded) ? 1 : 0;
        }
      if (count >= LEAST_MEMBERS && count >= LEAST_BESIDE * found->len && count > most
          && !is_idle (corpus, corpus->places + place))
        {
          most = count;
          chosen = before ? place : place - ngram->n_words;
        }
    }
  if (most == 0)
    return FALSE;
  ngram->first_place = chosen;
  ngram->n_words++;
  return TRUE;
}

/* The n-gram, or the phrase that it is a part of. */
static QuarryNGram
complete (const QuarryTopicCorpus *corpus, const QuarryNGram *ngram, guint n, const gint *group_of, gint group)
{
  QuarryNGram completed = *ngram;
  g_autoptr (GArray) found = NULL;

  if (ngram->n_words >= QUARRY_NGRAM_MOST_PLAIN)
    return completed;
  found = find_places (corpus, ngram, n, group_of, group);
  if (!complete_phrase (corpus, found, FALSE, &completed))
    complete_phrase (corpus, found, TRUE, &completed);
  return completed;
}

static const char *
text_of (const QuarryTopicPlace *place, guint i, const QuarryTopicText *texts)
{
  return place->in_title ? texts[i].title : texts[i].text;
}

/* The spelling in which the group's members write the n-gram most often; of equals, the one met first. */
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

/* Whether the words of @part, in any form, follow one another in @whole. */
static gboolean
holds_words (char *const *whole, char *const *part)
{
  for (; *whole != NULL; whole++)
    {
      guint w = 0;

      while (part[w] != NULL && whole[w] != NULL
             && (strcmp (whole[w], part[w]) == 0 || quarry_topic_is_form_of (whole[w], part[w])))
        w++;
      if (part[w] == NULL)
        return TRUE;
    }
  return FALSE;
}

/* The words of a name, folded. (transfer full) */
static char **
split_name (const char *name)
{
  g_autoptr (GStrvBuilder) split = g_strv_builder_new ();
  g_auto (QuarryWords) words = { 0 };
  const char *folded;

  /* Signs between words do not matter: "git reset" is the same as "git-reset". */
  quarry_words_init (&words, name, -1);
  while (quarry_words_next (&words, NULL, &folded, NULL))
    g_strv_builder_add (split, folded);
  return g_strv_builder_end (split);
}

gboolean
quarry_topic_names_overlap (const char *a, const char *b)
{
  g_auto (GStrv) words_a = split_name (a);
  g_auto (GStrv) words_b = split_name (b);

  return holds_words (words_a, words_b) || holds_words (words_b, words_a);
}

gboolean
quarry_topic_name_is_asked_for (const char *name, const char *query)
{
  g_auto (GStrv) words = split_name (name);
  g_auto (GStrv) asked = split_name (query);

  for (guint w = 0; words[w] != NULL; w++)
    {
      guint a = 0;

      while (asked[a] != NULL && strcmp (asked[a], words[w]) != 0 && !quarry_topic_is_form_of (asked[a], words[w]))
        a++;
      if (asked[a] == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_taken (const char *name, char **names, guint n_names)
{
  for (guint i = 0; i < n_names; i++)
    if (names[i] != NULL && quarry_topic_names_overlap (name, names[i]))
      return TRUE;
  return FALSE;
}

/* The best of @ngrams whose name is not taken; NULL where there is none. @scores: without the factor for rarity; they
 * are modified. */
static char *
choose_name (const QuarryTopicCorpus *corpus,
             const QuarryNGrams *ngrams,
             double *scores,
             guint n_members,
             const QuarryTopicText *texts,
             guint n,
             const gint *group_of,
             gint group,
             char **names,
             guint n_names)
{
  enum { FRESH, WEIGHED, LEFT_HALF };
  g_autofree guint8 *state_of = g_new0 (guint8, ngrams->ngrams->len + 1);
  guint n_halves = 0;

  for (;;)
    {
      g_autofree char *name = NULL;
      gboolean is_half;
      const QuarryNGram *ngram;
      QuarryNGram phrase;
      guint best = 0;

      for (guint g = 1; g < ngrams->ngrams->len; g++)
        if (scores[g] > scores[best])
          best = g;
      if (ngrams->ngrams->len == 0 || !(scores[best] > 0.0))
        return NULL;
      ngram = &g_array_index (ngrams->ngrams, QuarryNGram, best);
      /* Rarity takes some time to determine, so this is done only for an n-gram that is about to win. */
      if (state_of[best] == FRESH)
        {
          state_of[best] = WEIGHED;
          scores[best] *= weigh_rarity (corpus, ngram, n - n_members);
          continue;
        }
      is_half = state_of[best] != LEFT_HALF && is_no_thing (ngram);
      phrase = complete (corpus, ngram, n, group_of, group);
      if (is_half && phrase.n_words == ngram->n_words)
        {
          state_of[best] = LEFT_HALF;
          scores[best] *= LAST_RESORT;
          /* There may be any number of adjectives, so the remaining ones are demoted at once. */
          for (guint g = 0; g < ngrams->ngrams->len && n_halves == MOST_HALVES; g++)
            if (state_of[g] != LEFT_HALF && is_no_thing (&g_array_index (ngrams->ngrams, QuarryNGram, g)))
              {
                state_of[g] = LEFT_HALF;
                scores[g] *= LAST_RESORT;
              }
          n_halves++;
          continue;
        }
      scores[best] = 0.0;
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
                    QuarryRarityFunc rarity,
                    gpointer user_data,
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
  corpus.rarity = rarity;
  corpus.rarity_data = user_data;
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

          /* "04 Mar" */
          gboolean is_date = ngram->n_words == 2 && ngram->n_titles == 0 && ngram->n_query_words == 0
                             && g_ascii_isdigit (first->form->folded[0]) && (first->flags & QUARRY_TOPIC_WORD_NUMBER);

          scores[g] = score_of (ngram, is_vague, is_date, n_members[group], n_everywhere, n);
        }
      names[n_taken + group] = choose_name (&corpus, &ngrams[group], scores, n_members[group], texts, n, group_of,
                                            (gint) group, names, n_taken + group);
    }

  for (guint group = 0; group < n_groups; group++)
    quarry_ngrams_clear (&ngrams[group]);
}
