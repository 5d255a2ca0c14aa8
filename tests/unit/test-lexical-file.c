/* test-lexical-file.c: the index of words as a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-format.h"
#include "core/lexical/quarry-lexical-merge.h"
#include "core/lexical/quarry-lexical-private.h"
#include "tests/support/temporary-folder.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

/* A folder with the file of an index that was saved three times, with the marks "1", "2" and "3", each time with that
 * many passages. */
typedef struct
{
  char *folder;
  char *file;
  char *copy; /* the file to damage, since the original is mapped */
  char *bytes;
  gsize length;
} SavedFile;

static void
saved_file_init (SavedFile *saved, Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  saved->folder = temporary_folder_new ();
  saved->file = g_build_filename (saved->folder, "words.index", NULL);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("granite number%u slate", i);
      g_autofree char *mark = g_strdup_printf ("%u", i);

      add (fixture, 10 * i, text);
      add (fixture, 10 * i + 1, "granite");
      quarry_lexical_index_remove (fixture->index, 10 * i + 1, NULL, NULL, NULL);
      if (i > 1)
        quarry_lexical_index_remove (fixture->index, 10, NULL, NULL, "granite number1 slate");
      g_assert_true (quarry_lexical_index_save (fixture->index, saved->file, mark, &error));
      g_assert_no_error (error);
    }
  g_assert_true (g_file_get_contents (saved->file, &saved->bytes, &saved->length, &error));
  g_assert_no_error (error);
  saved->copy = g_build_filename (saved->folder, "copy", NULL);
}

static void
saved_file_clear (SavedFile *saved)
{
  g_assert_cmpint (g_remove (saved->file), ==, 0);
  g_remove (saved->copy);
  temporary_folder_free_empty (saved->folder);
  g_free (saved->file);
  g_free (saved->copy);
  g_free (saved->bytes);
}

/* Opens the copy as it is now. Returns its mark, or "" if it is refused. An index that does open must be in one of the
 * states that were saved. */
static char *
open_saved (const SavedFile *saved)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_open (saved->copy, &error);
  Fixture fixture = { index };
  g_autofree char *mark = NULL;

  if (index == NULL)
    {
      g_assert_nonnull (error);
      g_assert_true (error->domain == QUARRY_LEXICAL_ERROR);
      g_assert_nonnull (strstr (error->message, "copy"));
      return g_strdup ("");
    }
  mark = quarry_lexical_index_dup_mark (index);
  assert_sound (&fixture);
  if (strcmp (mark, "1") == 0)
    assert_found (&fixture, "10", .text = "granite");
  else if (strcmp (mark, "2") == 0)
    assert_found (&fixture, "20", .text = "granite");
  else
    assert_found (&fixture, "20 30", .text = "granite");
  return g_steal_pointer (&mark);
}

/* A crash may leave the file truncated anywhere. */
static void
test_cut_file (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  char previous = ' ';

  saved_file_init (&saved, fixture);
  for (gsize length = 0; length <= saved.length; length += MIN (512, MAX (1, saved.length - length)))
    {
      g_autofree char *mark = NULL;

      replace_file (saved.copy, saved.bytes, length);
      mark = open_saved (&saved);
      g_assert_cmpint (*mark == '\0' ? ' ' : *mark, >=, previous);
      previous = *mark == '\0' ? ' ' : *mark;
    }
  g_assert_cmpint (previous, ==, '3');
  saved_file_clear (&saved);
}

static void
test_flipped_bits (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  saved_file_init (&saved, fixture);
  for (guint round = 0; round < 2000; round++)
    {
      gsize at = (gsize) g_rand_int_range (random, 0, (gint) saved.length);
      char bit = (char) (1 << g_rand_int_range (random, 0, 8));
      g_autofree char *mark = NULL;

      saved.bytes[at] ^= bit;
      replace_file (saved.copy, saved.bytes, saved.length);
      mark = open_saved (&saved);
      g_assert_nonnull (mark);
      saved.bytes[at] ^= bit;
    }
  saved_file_clear (&saved);
}

/* A file whose lists and positions take several blocks, the positions of “granite” alone more than two. */
static void
saved_file_init_large (SavedFile *saved, Fixture *fixture, GRand *random)
{
  g_autoptr (GError) error = NULL;

  saved->folder = temporary_folder_new ();
  saved->file = g_build_filename (saved->folder, "words.index", NULL);
  saved->copy = g_build_filename (saved->folder, "copy", NULL);
  for (guint i = 0; i < 2000; i++)
    {
      g_autoptr (GString) text = g_string_new (i % 3 == 0 ? "slate" : "");

      for (guint j = 0; j < 50; j++)
        g_string_append (text, " granite slate");
      for (guint j = 0; j < 60; j++)
        g_string_append_printf (text, " word%d", g_rand_int_range (random, 0, 1000));
      g_string_append (text, i == 1500 ? " granite heron" : "");
      add (fixture, i, text->str);
    }
  g_assert_true (quarry_lexical_index_save (fixture->index, saved->file, "1", &error));
  g_assert_true (g_file_get_contents (saved->file, &saved->bytes, &saved->length, &error));
  g_assert_no_error (error);
}

/* A byte of the list of a word in the file, or of its positions. */
static gsize
place_in_list (Fixture *fixture, const char *word, gboolean of_positions, GRand *random)
{
  const QuarryLexicalSegment *segment = g_ptr_array_index (fixture->index->segments, 0);
  guint32 term = quarry_lexical_segment_find_term (segment, word, strlen (word));
  const guint32 *offsets = of_positions ? segment->position_offsets : segment->list_offsets;
  const guint8 *part = of_positions ? segment->positions : segment->lists;

  return segment->file_place + quarry_lexical_record_head (QUARRY_LEXICAL_FILE_SEGMENT, segment->size)
         + (gsize) (part - segment->bytes)
         + (gsize) g_rand_int_range (random, (gint) offsets[term], (gint) offsets[term + 1]);
}

/* The lists and positions of a large file are verified when a search first needs them. A search in damaged ones does no
 * harm, and says that they are damaged; one that needs others finds what it ever did. */
static void
test_checked_later (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  guint n_damaged = 0, n_whole = 0;

  saved_file_init_large (&saved, fixture, random);
  for (guint round = 0; round < 400; round++)
    {
      gboolean by_phrase = round % 2 == 0, is_needed = round % 4 < 2;
      QuarryLexicalQuery query
          = { .text = by_phrase ? "" : "granite word7", .phrases = by_phrase ? STRINGS ("granite slate") : NULL };
      g_autofree char *right = search_slots (fixture, &query);
      gsize at = place_in_list (fixture, is_needed ? "granite" : "word470", by_phrase, random);
      char bit = (char) (1 << g_rand_int_range (random, 0, 8));
      g_autoptr (QuarryLexicalIndex) index = NULL;
      Fixture opened;
      g_autofree char *found = NULL;

      saved.bytes[at] ^= bit;
      replace_file (saved.copy, saved.bytes, saved.length);
      saved.bytes[at] ^= bit;
      index = quarry_lexical_index_open_at_once (saved.copy, 0, NULL);
      if (index == NULL) /* it is in the same block as the end of what is always verified */
        continue;
      opened.index = index;
      g_assert_false (quarry_lexical_index_is_damaged (index));
      found = search_slots (&opened, &query);
      if (quarry_lexical_index_is_damaged (index))
        n_damaged++;
      else
        {
          g_assert_false (is_needed);
          g_assert_cmpstr (found, ==, right);
          n_whole++;
        }
      g_assert_false (quarry_lexical_index_check (index, NULL));
    }
  g_assert_cmpuint (n_damaged, >, 100);
  /* All where nothing else is needed, since little is verified for the sake of a list. */
  g_assert_cmpuint (n_whole, >, 150);
  saved_file_clear (&saved);
}

/* Opens the copy with one bit changed, between two offsets in the bytes of its segment. (transfer full): NULL where it is
 * refused */
static QuarryLexicalIndex *
open_changed (SavedFile *saved, Fixture *fixture, gsize start, gsize end, guint64 most_at_once, GRand *random)
{
  const QuarryLexicalSegment *segment = g_ptr_array_index (fixture->index->segments, 0);
  gsize at = segment->file_place + quarry_lexical_record_head (QUARRY_LEXICAL_FILE_SEGMENT, segment->size)
             + (gsize) g_rand_int_range (random, (gint) start, (gint) end);
  char bit = (char) (1 << g_rand_int_range (random, 0, 8));

  saved->bytes[at] ^= bit;
  replace_file (saved->copy, saved->bytes, saved->length);
  saved->bytes[at] ^= bit;
  return quarry_lexical_index_open_at_once (saved->copy, most_at_once, NULL);
}

/* What comes before the lists is verified when a file is opened, and so is all of a small file. Where the positions of a
 * block begin is verified even if those of the first block are not needed. */
static void
test_checked_parts (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  const QuarryLexicalSegment *segment;
  QuarryLexicalQuery query = { .text = "", .phrases = STRINGS ("granite heron") };
  guint32 term;
  QuarryPostings postings;
  gsize lists, first;

  saved_file_init_large (&saved, fixture, random);
  segment = g_ptr_array_index (fixture->index->segments, 0);
  lists = (gsize) (segment->lists - segment->bytes);
  term = quarry_lexical_segment_find_term (segment, "granite", 7);
  g_assert_true (quarry_lexical_segment_get_postings (segment, term, &postings));
  first = (gsize) (segment->positions - segment->bytes) + segment->position_offsets[term];

  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (QuarryLexicalIndex) index = NULL;
      Fixture opened;
      g_autofree char *found = NULL;

      g_assert_null (open_changed (&saved, fixture, 0, lists, 0, random));
      g_assert_null (open_changed (&saved, fixture, lists, segment->size, saved.length, random));
      index = open_changed (&saved, fixture, first, first + (postings.n_blocks - 1) * 4, 0, random);
      g_assert_nonnull (index);
      opened.index = index;
      found = search_slots (&opened, &query);
      g_assert_true (quarry_lexical_index_is_damaged (index));
    }
  saved_file_clear (&saved);
}

static void
assert_refused (const SavedFile *saved, QuarryLexicalError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_lexical_index_open (saved->copy, &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, (gint) code);
}

static void
test_other_files (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;

  saved_file_init (&saved, fixture);
  replace_file (saved.copy, "", 0);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_DAMAGED);
  replace_file (saved.copy, "SQLite format 3", 16);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_DAMAGED);
  saved.bytes[8] ^= 1; /* the version */
  replace_file (saved.copy, saved.bytes, saved.length);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_STALE);
  saved.bytes[8] ^= 1;
  saved.bytes[12] ^= 1; /* the order of bytes */
  replace_file (saved.copy, saved.bytes, saved.length);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_STALE);
  saved.bytes[12] ^= 1;
  g_assert_cmpint (g_remove (saved.copy), ==, 0);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_MISSING);
  g_assert_cmpint (g_mkdir (saved.copy, 0700), ==, 0);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_FILE);
  g_assert_cmpint (g_rmdir (saved.copy), ==, 0);
  saved_file_clear (&saved);
}

/* Adds a passage of @n_words words, the first of them @word. */
static void
add_long (Fixture *fixture, guint slot, const char *word, guint n_words)
{
  g_autoptr (GString) text = g_string_new (word);

  for (guint i = 1; i < n_words; i++)
    g_string_append (text, " slate");
  add (fixture, slot, text->str);
}

static void
assert_best (Fixture *fixture, guint32 slot)
{
  QuarryLexicalQuery query = { .text = "basalt" };
  g_autoptr (GArray) matches = quarry_lexical_index_search (fixture->index, &query, 1, NULL, 0, NULL, NULL);

  g_assert_cmpuint (matches->len, ==, 1);
  g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, 0).slot, ==, slot);
}

/* A long passage counts for more once passages have become longer on average. What bounded it for the search before is
 * then too little, and so is what bounds a segment that was made since. The better one stands in the second window, so
 * that it is passed over where its bound is less than the score of the first. */
static void
test_bounds (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GError) error = NULL;
  const guint worse = 12, better = 39000;

  for (guint slot = 10; slot < 40000; slot++)
    if (slot == worse || slot == better)
      add_long (fixture, slot, "basalt", slot == worse ? 300 : 100);
    else
      add (fixture, slot, "granite");
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "1", &error));
  quarry_lexical_index_tidy (fixture->index);
  quarry_lexical_index_settle (fixture->index);
  assert_best (fixture, better);

  for (guint slot = 0; slot < 2; slot++)
    add_long (fixture, slot, "slate", 90000);
  assert_best (fixture, better);
  /* The segment of these comes first. */
  add_long (fixture, 2, "slate", 90000);
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "2", &error));
  assert_best (fixture, better);
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* Segments of @sizes, in GB, of the passages that @rows says. (transfer full) */
static GPtrArray *
make_segments (const guint *sizes, const guint *rows, guint n)
{
  GPtrArray *segments = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    {
      QuarryLexicalSegment *segment = g_new0 (QuarryLexicalSegment, 1);

      g_atomic_ref_count_init (&segment->references);
      segment->size = (gsize) sizes[i] << 30;
      segment->n_rows = rows[i];
      g_ptr_array_add (segments, segment);
    }
  return segments;
}

/* Asserts that those from @first on are merged, @n of them. They have no content, so the merge only holds them. */
static void
assert_chosen (GPtrArray *segments, guint first, guint n)
{
  QuarryLexicalMerge merge;

  g_assert_true (quarry_lexical_merge_choose (&merge, segments, FALSE, 1) == (n > 0));
  g_assert_cmpuint (merge.n, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_true (merge.segments[i] == segments->pdata[first + i]);
}

/* Where the first four neighbours of like size are too large to be merged, the next four that are not are found: these
 * four may begin with the second of the first, and smaller ones stand between them. */
static void
test_choose (Fixture *fixture, gconstpointer data)
{
  const guint sizes[] = { 2, 1, 0, 0, 0, 0, 0, 0, 0 };
  const guint like[] = { 9000, 9000, 9000, 100, 9000, 9000, 9000, 9000, 9000 };
  const guint parted[] = { 9000, 9000, 9000, 100, 900000, 9000, 9000, 9000, 9000 };
  const guint few[] = { 9000, 9000, 9000, 100, 900000, 9000, 9000, 9000, 900000 };
  g_autoptr (GPtrArray) large_first = make_segments (sizes, like, G_N_ELEMENTS (sizes));
  g_autoptr (GPtrArray) second_run = make_segments (sizes, parted, G_N_ELEMENTS (sizes));
  g_autoptr (GPtrArray) too_few = make_segments (sizes, few, G_N_ELEMENTS (sizes));

  assert_chosen (large_first, 1, 5);
  assert_chosen (second_run, 5, 4);
  assert_chosen (too_few, 0, 0);
}

/* A file that was left with many segments has them merged when it is opened for writing. */
static void
test_tidy (Fixture *fixture, gconstpointer data)
{
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GError) error = NULL;
  QuarryLexicalQuery query = { .text = "basalt" };
  g_autoptr (GArray) matches = NULL;
  guint64 whole, bytes, positions, postings;

  for (guint i = 0; i < 10000; i++)
    {
      add (fixture, i, i % 2 == 0 ? "granite" : "granite basalt");
      if (i % 5000 == 4999)
        g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
    }
  quarry_lexical_index_tidy (fixture->index);
  quarry_lexical_index_settle (fixture->index);
  quarry_lexical_index_get_size (fixture->index, &whole, &positions, &postings);

  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);
  quarry_lexical_index_get_size (fixture->index, &bytes, &positions, &postings);
  g_assert_cmpuint (bytes, >, whole);
  g_assert_true (quarry_lexical_index_tidy (fixture->index));
  g_assert_true (quarry_lexical_index_settle (fixture->index));
  quarry_lexical_index_get_size (fixture->index, &bytes, &positions, &postings);
  g_assert_cmpuint (bytes, ==, whole);
  matches = quarry_lexical_index_search (fixture->index, &query, 10000, NULL, 0, NULL, NULL);
  g_assert_cmpuint (matches->len, ==, 5000);
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));

  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);
  g_assert_false (quarry_lexical_index_tidy (fixture->index));
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

/* Files that a killed writer left beside the index are overwritten, and none of them remains. */
static void
test_left_behind (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLexicalIndex) again = NULL;
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words", NULL);
  g_autofree char *beside = g_strconcat (file, ".new", NULL);
  g_autofree char *junk = g_strnfill (1 << 20, 'x');

  saved_file_init (&saved, fixture);
  g_assert_true (g_file_set_contents (beside, junk, 1 << 20, NULL));
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
  again = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);
  g_assert_nonnull (again);
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
  saved_file_clear (&saved);
}

/* Two processes have the same file open. Neither writes into a file that the other has replaced, and each goes on with
 * what it opened. */
static void
test_two_owners (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLexicalIndex) other = NULL;
  g_autoptr (GError) error = NULL;
  Fixture second;
  SavedFile saved;

  saved_file_init (&saved, fixture);
  other = quarry_lexical_index_open (saved.file, &error);
  g_assert_no_error (error);
  second.index = other;
  add (&second, 77, "basalt");
  g_assert_true (quarry_lexical_index_save (other, saved.file, "other", &error));
  add (fixture, 88, "marble");
  g_assert_true (quarry_lexical_index_save (fixture->index, saved.file, "first", &error));
  assert_found (&second, "77", .text = "basalt");
  assert_found (&second, "", .text = "marble");
  assert_found (&second, "20 30", .text = "granite");
  assert_found (fixture, "88", .text = "marble");

  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (saved.file, &error);
  g_assert_no_error (error);
  assert_found (fixture, "88", .text = "marble");
  assert_found (fixture, "", .text = "basalt");
  saved_file_clear (&saved);
}

/* The cost of a save depends on what has changed, and outdated data does not accumulate in the file. */
static void
test_file_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf before, after;
  SavedFile saved;

  for (guint i = 0; i < 2000; i++)
    {
      g_string_printf (text, "granite number%u and basalt%u of slate%u", i, i * 7, i * 13);
      add (fixture, 1000 + i, text->str);
    }
  saved_file_init (&saved, fixture);
  g_assert_cmpint (g_stat (saved.file, &before), ==, 0);
  add (fixture, 5000, "marble");
  g_assert_true (quarry_lexical_index_save (fixture->index, saved.file, "4", &error));
  g_assert_cmpint (g_stat (saved.file, &after), ==, 0);
  g_assert_cmpint (after.st_ino, ==, before.st_ino);
  g_assert_cmpint (after.st_size - before.st_size, <=, 4 * 4096);

  for (guint i = 0; i < 40; i++)
    {
      for (guint j = 0; j < 400; j++)
        add (fixture, 1000 + (i * 400 + j) % 1990, text->str);
      g_assert_true (quarry_lexical_index_save (fixture->index, saved.file, "5", &error));
    }
  g_assert_cmpint (g_stat (saved.file, &after), ==, 0);
  g_assert_cmpint (after.st_size, <, 3 * before.st_size + (6 << 20));
  saved_file_clear (&saved);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical-file/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("bounds", test_bounds);
  ADD ("choose", test_choose);
  ADD ("tidy", test_tidy);
  ADD ("left-behind", test_left_behind);
  ADD ("cut-file", test_cut_file);
  ADD ("flipped-bits", test_flipped_bits);
  ADD ("checked-later", test_checked_later);
  ADD ("checked-parts", test_checked_parts);
  ADD ("other-files", test_other_files);
  ADD ("two-owners", test_two_owners);
  ADD ("file-size", test_file_size);

  return g_test_run ();
}
