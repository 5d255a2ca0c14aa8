/* fuzz-answers.c: what the extractor makes of answers that a server it cannot trust sends
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input is an answer, which answering-extract.c sends in the place of quarry-extract: how it comes (the first byte),
 * what is changed in its reply (24 bytes), and its records. Whatever it is, the extractor gives a sound document or page
 * or an error, and keeps no descriptor. An answer that does not come as it should gives an error.
 */
#include "quarry-config.h"

#include "answers.h"
#include "fuzz.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/quarry-extractor.h"
#include "core/place/quarry-nameless-file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What comes before the records. */
#define HEAD (1 + sizeof (QuarryExtractReply))

static guint
count_descriptors (void)
{
  guint n = 0;

  for (int fd = 0; fd < 128; fd++)
    n += fcntl (fd, F_GETFD) >= 0;
  return n;
}

/* Whether the answer has another mark or length than it says or no known status, or could still be changed by who sent
 * it. */
static gboolean
is_to_be_refused (const guint8 *bytes, gsize length)
{
  gsize n = length > 0 ? MIN (length - 1, sizeof (QuarryExtractReply)) : 0;
  QuarryExtractReply changes = { 0 };
  guint way = length > 0 ? bytes[0] % ANSWER_WAYS : ANSWER_SEALED;
  guint status;

  if (n > 0)
    memcpy (&changes, bytes + 1, n);
  status = QUARRY_EXTRACT_DOCUMENT ^ changes.status;
  return changes.magic != 0 || changes.length != 0
         || (status != QUARRY_EXTRACT_DOCUMENT && status != QUARRY_EXTRACT_FAILED) || way == ANSWER_UNSEALED || way == ANSWER_PIPE
         || way == ANSWER_FOLDER || way == ANSWER_HALF;
}

static gboolean
has_step (const char *place, const char *name)
{
  g_auto (GStrv) steps = g_strsplit (place, "/", -1);

  return g_strv_contains ((const char *const *) steps, name);
}

static void
check_document (QuarryDocument *document)
{
  g_autoptr (GBytes) bytes = quarry_document_serialize (document);
  g_autoptr (QuarryDocument) same = quarry_document_deserialize (bytes, NULL);

  g_assert_nonnull (same);
}

static void
read_answer (QuarryExtractor *extractor, int fd, const char *name, gboolean refused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryExtraction) extraction = quarry_extractor_open (extractor, fd, name, NULL, &error);
  QuarryDocument *document;
  const char *place;
  guint n = 0;

  g_assert_true ((extraction == NULL) == (error != NULL));
  g_assert_true (extraction == NULL || !refused);
  while (extraction != NULL && quarry_extraction_next (extraction, &place, &document, &error))
    {
      G_GNUC_UNUSED g_autofree char *hash = error == NULL ? quarry_extraction_hash (extraction) : NULL;

      g_assert_true ((document == NULL) == (error != NULL));
      g_assert_true (g_utf8_validate (error != NULL ? error->message : place, -1, NULL));
      g_assert_false (has_step (place, ".."));
      if (document != NULL)
        check_document (document);
      g_clear_object (&document);
      g_clear_error (&error);
      n++;
    }
  g_assert_true (extraction == NULL || n > 0);
}

/* @bytes: the answer's records. */
static void
draw_answer (QuarryExtractor *extractor, int fd, const char *name, gboolean refused, const guint8 *bytes, gsize length)
{
  QuarryExtractRecord record;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryPageImage) image = quarry_extractor_draw (extractor, fd, name, 1, 2, FALSE, NULL, &error);
  guint width, height;

  g_assert_true ((image == NULL) == (error != NULL));
  g_assert_true (image == NULL || !refused);
  if (image == NULL)
    {
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_true (error->domain != QUARRY_EXTRACT_ERROR || error->code <= QUARRY_EXTRACT_ERROR_PROCESS);
      return;
    }
  g_assert_cmpuint (length, >, sizeof record);
  memcpy (&record, bytes, sizeof record);
  g_assert_cmpuint (record.place_length, ==, 0);
  g_assert_cmpuint (record.length, ==, length - sizeof record - 1);
  g_assert_cmpuint (quarry_page_image_get_number (image), ==, 1);
  g_assert_cmpuint (g_bytes_get_size (quarry_page_image_get_pixels (image, &width, &height)), ==,
                    (gsize) width * height * 4);
  for (guint i = 0; i < quarry_page_image_get_n_words (image); i++)
    {
      QuarryPageBox box;

      g_assert_true (g_utf8_validate (quarry_page_image_get_word (image, i, &box), -1, NULL));
      g_assert_true (box.x0 >= 0 && box.x0 <= box.x1 && box.x1 <= 1 && box.y0 >= 0 && box.y0 <= box.y1 && box.y1 <= 1);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  static QuarryExtractor *extractor;
  static guint n_before;
  /* The server takes its length from the name, since a file is longer where its answer is to be spilled. */
  g_autofree char *name = g_strdup_printf ("%" G_GSIZE_FORMAT ".txt", length);
  guint8 way = length > 0 ? bytes[0] : 0;
  int fd;

  if (extractor == NULL)
    {
      g_setenv ("QUARRY_EXTRACT", QUARRY_BUILDDIR "/tests/fuzz/answering-extract", TRUE);
      n_before = count_descriptors ();
      extractor = quarry_extractor_new (1, 0, 0);
      quarry_extractor_set_spill_folder (extractor, g_get_tmp_dir ());
    }
  fd = quarry_nameless_file_open (g_get_tmp_dir ());
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, length), ==, length);
  if ((way & ANSWER_SPILLS) != 0)
    g_assert_cmpint (ftruncate (fd, 4 << 20), ==, 0);
  if ((way & ANSWER_DRAWS) != 0)
    draw_answer (extractor, fd, name, is_to_be_refused (bytes, length), bytes + MIN (length, HEAD), length - MIN (length, HEAD));
  else
    read_answer (extractor, fd, name, is_to_be_refused (bytes, length));
  close (fd);
  /* The socket to the server may be open. */
  g_assert_cmpuint (count_descriptors (), <=, n_before + 1);
  return 0;
}
