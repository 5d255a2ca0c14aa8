/* fuzz-words.c: an index of words, as another program may have written it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input says which bytes of a valid file of the index of words are changed; the checksums are then made right.
 * Whatever the file becomes, it must be refused, or be searched, changed, merged and saved without harm.
 */
#include "fuzz.h"

#include "core/lexical/quarry-lexical-format.h"
#include "core/lexical/quarry-lexical-private.h"
#include "tests/support/temporary-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST_RECORDS 16u
#define MOST_CHANGES 64u

/* Changes to lists are made in their first LIST_HEAD bytes, which determine the rest. A long list is chosen
 * LONG_LIST times as often as a short one. */
#define LIST_HEAD 24u
#define LONG_LIST 64u

typedef struct
{
  guint8 record;
  guint8 n_bytes; /* also what kind of place is changed */
  guint8 bytes[4];
  guint8 at[4];
} Change;

/* Where the body of the record at @record begins. */
static gsize
body_of (const QuarryLexicalFileRecord *header, gsize record)
{
  return record + quarry_lexical_record_head (header->type, header->size);
}

/* Finds where the lists and positions of terms begin in the file. (transfer full): of gsize */
static GArray *
find_lists (const QuarryLexicalIndex *index)
{
  GArray *lists = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (guint i = 0; i < index->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (index->segments, i);
      gsize body = segment->file_place + quarry_lexical_record_head (QUARRY_LEXICAL_FILE_SEGMENT, segment->size);
      gsize list = body + (gsize) (segment->lists - segment->bytes);
      gsize positions = body + (gsize) (segment->positions - segment->bytes);

      for (guint32 term = 0; term < segment->n_terms; term++)
        for (guint n = 0; n < (segment->counts[term] > QUARRY_POSTINGS_BLOCK ? LONG_LIST : 1); n++)
          {
            gsize begins[] = { list + segment->list_offsets[term], positions + segment->position_offsets[term] };

            g_array_append_vals (lists, begins, G_N_ELEMENTS (begins));
          }
    }
  return lists;
}

/* Makes a file of two segments, with lists of one block and of several, dense ones, positions, removed passages and
 * other languages. */
static GByteArray *
make_file (const char *folder, GArray **lists)
{
  g_autofree char *path = g_build_filename (folder, "words", NULL);
  g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_new ();
  GByteArray *file;
  char *bytes;
  gsize length;

  for (guint32 i = 0; i < 450; i++)
    {
      g_autofree char *text
          = g_strdup_printf ("granite %s number%u stands in the quarry %s", i % 3 == 0 ? "slate slate" : "basalt", i,
                             i % 50 == 0 ? "parseHeader utf-8 café 東京の天気" : "once more");

      quarry_lexical_index_add (index, i < 300 ? i : 3 * i, i % 7 == 0 ? "Report" : NULL, "Part", text,
                                i % 11 == 0 ? "fr" : "en");
      if (i == 299)
        g_assert_true (quarry_lexical_index_save (index, path, "fuzz", NULL));
    }
  quarry_lexical_index_remove_all (index, (const guint32[]) { 5, 77, 1200 }, 3);
  g_assert_true (quarry_lexical_index_save (index, path, "fuzz", NULL));
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  *lists = find_lists (index);
  g_unlink (path);
  file = g_byte_array_new_take ((guint8 *) bytes, length);
  return file;
}

/* Finds the records of the file; returns their number. */
static guint
find_records (const guint8 *file, gsize length, gsize records[MOST_RECORDS])
{
  guint n = 0;

  for (gsize at = QUARRY_LEXICAL_PAGE; n < MOST_RECORDS && at + QUARRY_LEXICAL_PAGE <= length;)
    {
      QuarryLexicalFileRecord header;
      memcpy (&header, file + at, sizeof header);
      if (header.size > length - at)
        break;
      records[n++] = at;
      at += quarry_lexical_record_length (header.type, header.size);
    }
  return n;
}

static void
change (guint8 *file,
        gsize file_length,
        const gsize *records,
        guint n_records,
        const GArray *lists,
        const uint8_t *input,
        size_t length)
{
  for (guint i = 0; i < MIN (length / sizeof (Change), MOST_CHANGES) && n_records > 0; i++)
    {
      QuarryLexicalFileRecord header;
      Change change;
      guint32 number;
      gsize record, at;

      memcpy (&change, input + i * sizeof change, sizeof change);
      memcpy (&number, change.at, sizeof number);
      record = records[change.record % n_records];
      memcpy (&header, file + record, sizeof header);
      /* Changes bytes anywhere in a record, at the beginning of a record, or at that of a list. */
      if (change.n_bytes < 64)
        at = body_of (&header, record) + number % MAX (1, header.size);
      else if (change.n_bytes < 128)
        at = body_of (&header, record) + number % 256;
      else
        at = g_array_index (lists, gsize, (number >> 8) % lists->len) + (number & 255) % LIST_HEAD;
      if (at + sizeof change.bytes <= file_length)
        memcpy (file + at, change.bytes, 1 + change.n_bytes % 4);
    }
}

static void
put_sums_right (guint8 *file, const gsize *records, guint n_records)
{
  for (guint i = 0; i < n_records; i++)
    {
      QuarryLexicalFileRecord header;
      const guint8 *body;
      guint64 size;

      memcpy (&header, file + records[i], sizeof header);
      body = file + body_of (&header, records[i]);
      size = quarry_lexical_whole_pages (header.size);
      if (header.type == QUARRY_LEXICAL_FILE_SEGMENT)
        {
          g_autofree guint64 *sums = quarry_lexical_make_sums (body, size);
          gsize n_bytes = quarry_lexical_count_sums (size) * sizeof *sums;

          memcpy (file + records[i] + sizeof header, sums, n_bytes);
          header.body_sum = quarry_lexical_checksum (sums, n_bytes);
        }
      else
        {
          header.body_sum = quarry_lexical_checksum (body, size);
        }
      header.sum = quarry_lexical_checksum (&header, offsetof (QuarryLexicalFileRecord, sum));
      memcpy (file + records[i], &header, sizeof header);
    }
}

static void
use (QuarryLexicalIndex *index)
{
  static const char *const phrases[] = { "stands in the quarry", NULL };
  static const char *const excluded[] = { "slate", "once more", NULL };
  static const QuarryLexicalQuery queries[] = {
    { .text = "granite slate number77 basalt" },
    { .text = "report numb", .last_is_prefix = TRUE },
    { .text = "granitte utf8 parse" },
    { .text = "the quarry 東京", .phrases = phrases },
    { .text = "granite", .excluded = excluded },
  };
  static const guint64 allowed[] = { 0x5555555555555555, 0, 0xff };
  G_GNUC_UNUSED g_autofree char *understood = quarry_lexical_index_understand (index, "granitte");
  G_GNUC_UNUSED g_autoptr (GArray) slots = quarry_lexical_index_list_slots (index);
  guint32 languages = quarry_lexical_index_guess_languages (index, "granite slate");
  guint64 bytes, positions, postings;

  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    for (guint filtered = 0; filtered < 2; filtered++)
      {
        g_autoptr (GArray) matches
            = quarry_lexical_index_search (index, &queries[i], 20, filtered ? allowed : NULL,
                                           filtered ? G_N_ELEMENTS (allowed) : 0, NULL, NULL);

        g_assert_nonnull (matches);
        g_assert_cmpuint (matches->len, <=, 20);
      }
  g_strfreev (quarry_lexical_index_suggest (index, "qua", 5));
  g_strfreev (quarry_lexical_index_dup_forms (index, "granite", NULL, languages));
  quarry_lexical_index_get_rarity (index, "granite", languages);
  quarry_lexical_index_get_size (index, &bytes, &positions, &postings);
  quarry_lexical_index_check (index, NULL);
}

static void
alter (QuarryLexicalIndex *index)
{
  for (guint32 i = 0; i < 40; i++)
    {
      quarry_lexical_index_add (index, i * 37, NULL, NULL, "granite and slate", NULL);
      quarry_lexical_index_remove (index, i * 11, NULL, NULL, NULL);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  static GByteArray *template;
  static GArray *lists;
  char *folder = temporary_folder_new ();
  g_autofree char *path = g_build_filename (folder, "words", NULL);
  g_autofree guint8 *file = NULL;
  g_autoptr (QuarryLexicalIndex) index = NULL;
  g_autoptr (GError) error = NULL;
  gsize records[MOST_RECORDS];
  guint n_records;

  if (template == NULL)
    template = make_file (folder, &lists);
  file = g_memdup2 (template->data, template->len);
  n_records = find_records (file, template->len, records);
  g_assert_cmpuint (n_records, >, 2);
  change (file, template->len, records, n_records, lists, bytes, length);
  put_sums_right (file, records, n_records);
  g_assert_true (g_file_set_contents (path, (const char *) file, (gssize) template->len, NULL));

  index = quarry_lexical_index_open_at_once (path, length % 2 == 0 ? G_MAXUINT64 : 0, &error);
  g_assert_true ((index == NULL) == (error != NULL));
  if (index != NULL)
    {
      use (index);
      g_assert_false (quarry_lexical_index_is_damaged (index));
      alter (index);
      use (index);
      if (quarry_lexical_index_save (index, path, "saved", NULL))
        quarry_lexical_index_settle (index);
      if (quarry_lexical_index_save (index, path, "settled", NULL))
        {
          g_autoptr (QuarryLexicalIndex) again = quarry_lexical_index_open (path, &error);

          g_assert_no_error (error);
          use (again);
        }
    }
  temporary_folder_free (folder);
  return 0;
}
