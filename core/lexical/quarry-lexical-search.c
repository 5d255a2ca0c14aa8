/* quarry-lexical-search.c: finds the best passages for a query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes a plan of the query, searches each segment and the buffer by MaxScore with the same list of best matches, and
 * scales the integer scores back to BM25. Conditions (required, excluded, allowed) become one bitmap of rows.
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-query.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const QuarryLexicalIndex *index;
  const QuarryLexicalPlan *plan;
  QuarryLexicalDesk *desk;
  double highest; /* greatest weight of any group */

  const guint64 *allowed; /* bitmap of slots, or NULL */
  gsize n_words;
  GCancellable *cancellable;
} Search;

/* What one segment, or the buffer, is searched with. */
typedef struct
{
  QuarryMaxscoreRows rows;
  guint64 *allowed; /* bitmap of rows, or NULL */
  GArray *lists;  /* of QuarryMaxscoreList */
  GArray *groups; /* of QuarryMaxscoreGroup */
  GArray *terms;  /* of QuarryMaxscoreTerm */

  GArray *buffer_rows; /* of GArray: the rows of the buffer's lists */
  GArray *buffer_codes;
} Part;

static void
unref_array (gpointer data)
{
  g_array_unref (*(GArray **) data);
}

static void
unref_bytes (gpointer data)
{
  g_byte_array_unref (*(GByteArray **) data);
}

static void
part_clear (Part *self)
{
  g_free (self->allowed);
  g_array_unref (self->lists);
  g_array_unref (self->groups);
  g_array_unref (self->terms);
  g_array_unref (self->buffer_rows);
  g_array_unref (self->buffer_codes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Part, part_clear)

/* The segment, or NULL for the buffer. */
static const QuarryLexicalSegment *
get_segment (const Search *search, guint place)
{
  GPtrArray *segments = search->index->segments;

  return place < segments->len ? g_ptr_array_index (segments, place) : NULL;
}

/* Gets the postings of a term in the part; FALSE where it has none. */
static gboolean
get_postings (const Search *search,
              Part *part,
              guint place,
              guint32 term,
              QuarryPostings *postings)
{
  const QuarryLexicalSegment *segment = get_segment (search, place);
  GArray *rows;
  GByteArray *codes;

  if (term == QUARRY_LEXICAL_NONE)
    return FALSE;
  if (segment != NULL)
    return quarry_lexical_segment_get_postings (segment, term, postings);

  rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  codes = g_byte_array_new ();
  quarry_lexical_buffer_list (search->index->buffer, term, rows, codes, NULL, NULL);
  g_array_append_val (part->buffer_rows, rows);
  g_array_append_val (part->buffer_codes, codes);
  quarry_postings_init_plain (
      postings, (const guint32 *) (gpointer) rows->data, codes->data, rows->len);
  return rows->len > 0;
}

/* Appends the posting lists of a group. Returns how many were added. */
static guint
append_lists (const Search *search, Part *part, guint place, const QuarryLexicalGroup *group)
{
  QuarryMaxscoreList list;
  guint before = part->lists->len;

  if (group->phrase != NULL)
    {
      GArray *rows = group->phrase->rows[place];

      list.share = QUARRY_MAXSCORE_WHOLE;
      quarry_postings_init_plain (&list.postings, (const guint32 *) (gpointer) rows->data,
                                  group->phrase->codes[place]->data, rows->len);
      if (rows->len > 0)
        g_array_append_val (part->lists, list);
      return part->lists->len - before;
    }
  for (guint i = 0; i < group->forms->len; i++)
    {
      const QuarryLexicalForm *form = &g_array_index (group->forms, QuarryLexicalForm, i);

      list.share = form->share;
      if (get_postings (search, part, place, form->places[place], &list.postings))
        g_array_append_val (part->lists, list);
    }
  return part->lists->len - before;
}

/* --- Bitmaps --------------------------------------------------------------------------------- */

static void
set_rows (guint64 *bitmap, const QuarryPostings *postings)
{
  QuarryPostingsBlock block;

  for (guint32 b = 0; b < postings->n_blocks; b++)
    if (quarry_postings_unpack (postings, b, &block))
      for (guint i = 0; i < block.length; i++)
        bitmap[block.rows[i] >> 6] |= G_GUINT64_CONSTANT (1) << (block.rows[i] & 63);
}

/* Clears the bits of rows in @bitmap that hold none of the groups (if @held), or that hold one of them (if not). */
static void
sift_rows (const Search *search,
           Part *part,
           guint place,
           const QuarryLexicalGroup *groups,
           guint n_groups,
           gboolean held,
           guint64 *bitmap)
{
  gsize n_words = (part->rows.n_rows + 63u) / 64;
  g_autofree guint64 *holders = g_new0 (guint64, n_words);

  g_array_set_size (part->lists, 0);
  for (guint j = 0; j < n_groups; j++)
    append_lists (search, part, place, &groups[j]);
  for (guint i = 0; i < part->lists->len; i++)
    set_rows (holders, &g_array_index (part->lists, QuarryMaxscoreList, i).postings);
  g_array_set_size (part->lists, 0);
  for (gsize w = 0; w < n_words; w++)
    bitmap[w] &= held ? holders[w] : ~holders[w];
}

/* The 64 bits of the allowed bitmap that begin with @slot. */
static guint64
allowed_from (const Search *search, guint64 slot)
{
  gsize word = (gsize) (slot >> 6);
  guint shift = slot & 63;
  guint64 bits = word < search->n_words ? search->allowed[word] >> shift : 0;

  if (shift > 0 && word + 1 < search->n_words)
    bits |= search->allowed[word + 1] << (64 - shift);
  return bits;
}

/* Sets the bits of rows whose slots are allowed. Bits after the last row may have any value. */
static void
allow_slots (const Search *search, const QuarryMaxscoreRows *rows, guint64 *bitmap)
{
  gsize n_words = (rows->n_rows + 63u) / 64;

  if (search->allowed == NULL)
    {
      memset (bitmap, 0xff, n_words * sizeof *bitmap);
      return;
    }
  for (gsize w = 0; rows->slots == NULL && w < n_words; w++)
    bitmap[w] = allowed_from (search, rows->first_slot + 64 * (guint64) w);
  for (guint32 row = 0; rows->slots != NULL && row < rows->n_rows; row++)
    bitmap[row >> 6] |= (allowed_from (search, rows->slots[row]) & 1) << (row & 63);
}

/* A bitmap of the rows of the part that may be found; NULL where all may. */
static guint64 *
make_allowed (const Search *search, Part *part, guint place)
{
  const QuarryLexicalPlan *plan = search->plan;
  guint64 *bitmap;

  if (search->allowed == NULL && plan->demanded->len + plan->required->len + plan->excluded->len == 0)
    return NULL;

  bitmap = g_new0 (guint64, (part->rows.n_rows + 63u) / 64);
  allow_slots (search, &part->rows, bitmap);
  for (guint i = 0; i < plan->demanded->len; i++)
    sift_rows (search, part, place, &g_array_index (plan->demanded, QuarryLexicalGroup, i), 1, TRUE, bitmap);
  for (guint i = 0; i < plan->required->len; i++)
    {
      GArray *groups = g_array_index (plan->required, QuarryLexicalTerm, i).groups;

      sift_rows (search, part, place, (const QuarryLexicalGroup *) (gpointer) groups->data, groups->len, TRUE, bitmap);
    }
  for (guint i = 0; i < plan->excluded->len; i++)
    sift_rows (search, part, place, &g_array_index (plan->excluded, QuarryLexicalGroup, i), 1, FALSE, bitmap);
  return bitmap;
}

/* --- Parts ----------------------------------------------------------------------------------- */

static void
part_init (Part *self, const Search *search, guint place)
{
  const QuarryLexicalSegment *segment = get_segment (search, place);
  const QuarryLexicalBuffer *buffer = search->index->buffer;

  memset (self, 0, sizeof *self);
  self->lists = g_array_new (FALSE, FALSE, sizeof (QuarryMaxscoreList));
  self->groups = g_array_new (FALSE, FALSE, sizeof (QuarryMaxscoreGroup));
  self->terms = g_array_new (FALSE, FALSE, sizeof (QuarryMaxscoreTerm));
  self->buffer_rows = g_array_new (FALSE, FALSE, sizeof (GArray *));
  self->buffer_codes = g_array_new (FALSE, FALSE, sizeof (GByteArray *));
  g_array_set_clear_func (self->buffer_rows, unref_array);
  g_array_set_clear_func (self->buffer_codes, unref_bytes);

  self->rows.n_rows = segment != NULL ? segment->n_rows : buffer->slots->len;
  self->rows.slots
      = segment != NULL ? segment->slots : (const guint32 *) (gpointer) buffer->slots->data;
  self->rows.first_slot = segment != NULL ? segment->first_slot : 0;
  self->rows.lengths = segment != NULL ? segment->lengths : buffer->lengths->data;
  self->rows.dead = segment != NULL      ? segment->dead
                    : buffer->n_dead > 0 ? (const guint64 *) (gpointer) buffer->dead->data
                                         : NULL;
}

/* Sets the bounds of the part's rows. Nearly all rows are in one segment, so they are kept for the next search. */
static void
set_bounds (const Search *search, Part *part, guint place)
{
  const QuarryLexicalSegment *segment = get_segment (search, place);
  QuarryLexicalDesk *desk = search->desk;
  double mean = MAX (1.0, segment != NULL ? segment->mean : desk->weights.mean);

  if (desk->bounds_mean != mean)
    quarry_lexical_bounds (desk->bounds, mean, desk->weights.mean);
  desk->bounds_mean = mean;
  part->rows.bounds = desk->bounds;
}

static guint32
whole_weight (const Search *search, double weight)
{
  return (guint32) CLAMP (
      lround (weight / search->highest * QUARRY_MAXSCORE_MAX_WEIGHT), 1, QUARRY_MAXSCORE_MAX_WEIGHT);
}

/* Converts the terms of the plan for one part. The arrays may move as they grow, so that first only the lengths are
 * set, and the pointers into them afterwards. */
static void
make_terms (const Search *search, Part *part, guint place)
{
  guint n_lists = 0, n_groups = 0;

  for (guint i = 0; i < search->plan->terms->len; i++)
    {
      GArray *groups = g_array_index (search->plan->terms, QuarryLexicalTerm, i).groups;
      QuarryMaxscoreTerm term = { NULL, 0 };

      for (guint j = 0; j < groups->len; j++)
        {
          const QuarryLexicalGroup *from = &g_array_index (groups, QuarryLexicalGroup, j);
          QuarryMaxscoreGroup group
              = { NULL, append_lists (search, part, place, from), whole_weight (search, from->weight) };

          if (group.n_lists == 0)
            continue;
          g_array_append_val (part->groups, group);
          term.n_groups++;
        }
      if (term.n_groups > 0)
        g_array_append_val (part->terms, term);
    }
  for (guint i = 0; i < part->groups->len; i++)
    {
      QuarryMaxscoreGroup *group = &g_array_index (part->groups, QuarryMaxscoreGroup, i);

      group->lists = &g_array_index (part->lists, QuarryMaxscoreList, n_lists);
      n_lists += group->n_lists;
    }
  for (guint i = 0; i < part->terms->len; i++)
    {
      QuarryMaxscoreTerm *term = &g_array_index (part->terms, QuarryMaxscoreTerm, i);

      term->groups = &g_array_index (part->groups, QuarryMaxscoreGroup, n_groups);
      n_groups += term->n_groups;
    }
}

static gboolean
is_cancelled (gpointer user_data)
{
  return g_cancellable_is_cancelled (user_data);
}

static gboolean
search_part (const Search *search, guint place, QuarryMaxscoreBest *best)
{
  g_auto (Part) part = { 0 };

  part_init (&part, search, place);
  if (part.rows.n_rows == 0)
    return TRUE;
  set_bounds (search, &part, place);
  part.allowed = make_allowed (search, &part, place);
  part.rows.allowed = part.allowed;
  make_terms (search, &part, place);
  return quarry_maxscore_search ((const QuarryMaxscoreTerm *) (gpointer) part.terms->data,
                                 part.terms->len, &search->desk->weights, &part.rows,
                                 search->desk->room, best,
                                 search->cancellable != NULL ? is_cancelled : NULL,
                                 search->cancellable);
}

/* --- What a search needs each time ----------------------------------------------------------- */

/* The desk that another search has left, or a new one. */
static QuarryLexicalDesk *
take_desk (QuarryLexicalIndex *index)
{
  QuarryLexicalDesk *desk = g_atomic_pointer_exchange (&index->desk, NULL);

  if (desk == NULL)
    {
      desk = g_new0 (QuarryLexicalDesk, 1);
      desk->room = quarry_maxscore_room_new ();
    }
  return desk;
}

void
quarry_lexical_desk_free (QuarryLexicalDesk *self)
{
  if (self != NULL)
    quarry_maxscore_room_free (self->room);
  g_free (self);
}

static void
leave_desk (QuarryLexicalIndex *index, QuarryLexicalDesk *desk)
{
  quarry_lexical_desk_free (g_atomic_pointer_exchange (&index->desk, desk));
}

static double
highest_weight (const QuarryLexicalPlan *plan)
{
  double highest = 0.0;

  for (guint i = 0; i < plan->terms->len; i++)
    {
      GArray *groups = g_array_index (plan->terms, QuarryLexicalTerm, i).groups;

      for (guint j = 0; j < groups->len; j++)
        highest = MAX (highest, g_array_index (groups, QuarryLexicalGroup, j).weight);
    }
  return highest;
}

GArray *
quarry_lexical_index_search (QuarryLexicalIndex *self,
                             const QuarryLexicalQuery *query,
                             guint k,
                             const guint64 *allowed,
                             gsize n_words,
                             GCancellable *cancellable,
                             GError **error)
{
  g_autofree Search *search = NULL;
  g_autofree QuarryMaxscoreMatch *found = NULL;
  g_autoptr (GArray) matches = NULL;
  QuarryMaxscoreBest best;
  gboolean finished = TRUE, searches;

  g_return_val_if_fail (self != NULL && query != NULL, NULL);

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  matches = g_array_new (FALSE, FALSE, sizeof (QuarryLexicalMatch));

  pthread_rwlock_rdlock (&self->lock);
  k = (guint) MIN (k, self->n_passages);
  if (k > 0)
    {
      g_auto (QuarryLexicalPlan) plan = { 0 };

      quarry_lexical_plan_init (&plan, self, query);
      search = g_new (Search, 1);
      search->index = self;
      search->plan = &plan;
      search->highest = highest_weight (&plan);
      search->allowed = allowed;
      search->n_words = n_words;
      search->cancellable = cancellable;
      found = g_new (QuarryMaxscoreMatch, k);
      quarry_maxscore_best_init (&best, found, k);
      searches = plan.terms->len > 0 && !plan.misses_phrase;
      if (searches)
        {
          double mean = quarry_lexical_index_get_mean (self);

          search->desk = take_desk (self);
          if (search->desk->weights.mean != MAX (1.0, mean))
            {
              quarry_lexical_weights_init (&search->desk->weights, mean);
              search->desk->bounds_mean = 0;
            }
        }
      for (guint i = 0; searches && i < plan.n_places && finished; i++)
        finished = search_part (search, i, &best);
      if (searches)
        leave_desk (self, search->desk);
      quarry_maxscore_best_sort (&best);

      for (guint i = 0; i < best.n_found; i++)
        {
          double score = best.found[i].score * search->highest / QUARRY_MAXSCORE_MAX_WEIGHT
                         * (QUARRY_LEXICAL_K1 + 1.0) / QUARRY_LEXICAL_ONE;
          QuarryLexicalMatch match = { best.found[i].slot, (float) score };

          g_array_append_val (matches, match);
        }
    }
  pthread_rwlock_unlock (&self->lock);

  if (!finished && g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_steal_pointer (&matches);
}

/* --- Filters --------------------------------------------------------------------------------- */

/* Sets in @slots the bits of the slots of those rows of the part that are in @rows (NULL: all) and are not dead. */
static void
add_slots (const Part *part, const guint64 *rows, GArray *slots)
{
  const QuarryMaxscoreRows *of = &part->rows;
  guint64 *bitmap;
  guint32 last = of->slots != NULL ? 0 : of->first_slot + of->n_rows - 1;

  for (guint32 row = 0; of->slots != NULL && row < of->n_rows; row++)
    last = MAX (last, of->slots[row]);
  if (slots->len <= last >> 6)
    g_array_set_size (slots, (last >> 6) + 1);
  bitmap = (guint64 *) (gpointer) slots->data;
  for (guint32 w = 0; w < (of->n_rows + 63u) / 64; w++)
    {
      guint64 bits = rows != NULL ? rows[w] : ~G_GUINT64_CONSTANT (0);

      if (of->dead != NULL)
        bits &= ~of->dead[w];
      if (of->n_rows - 64 * w < 64)
        bits &= (G_GUINT64_CONSTANT (1) << (of->n_rows & 63)) - 1;
      for (; bits != 0; bits &= bits - 1)
        {
          guint32 row = 64 * w + (guint32) __builtin_ctzll (bits);
          guint32 slot = of->slots != NULL ? of->slots[row] : of->first_slot + row;

          /* If another program is writing into the mapped file, the slot may have changed since last was computed. */
          if (slot <= last)
            bitmap[slot >> 6] |= G_GUINT64_CONSTANT (1) << (slot & 63);
        }
    }
}

GArray *
quarry_lexical_index_filter (QuarryLexicalIndex *self,
                             const QuarryLexicalQuery *query,
                             const guint64 *allowed,
                             gsize n_words)
{
  GArray *slots = g_array_new (FALSE, TRUE, sizeof (guint64));
  g_autofree QuarryLexicalDesk *desk = g_new0 (QuarryLexicalDesk, 1);

  pthread_rwlock_rdlock (&self->lock);
  {
    g_auto (QuarryLexicalPlan) plan = { 0 };
    const Search search = { .index = self, .plan = &plan, .desk = desk, .allowed = allowed, .n_words = n_words };

    quarry_lexical_plan_init (&plan, self, query);
    for (guint i = 0; i < plan.n_places; i++)
      {
        g_auto (Part) part = { 0 };

        part_init (&part, &search, i);
        if (part.rows.n_rows == 0)
          continue;
        part.allowed = make_allowed (&search, &part, i);
        add_slots (&part, part.allowed, slots);
      }
  }
  pthread_rwlock_unlock (&self->lock);
  return slots;
}
