/* test-extractor-company.c: which files are read by one process, and what it gives on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "extractor-helpers.h"

#include <string.h>
#include <unistd.h>

/* The process id of the child that read it. (transfer full) */
static char *
find_reader (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_no_error (error);
  return g_strdup (quarry_document_get_text (document, NULL));
}

/* Files of one company share a process, which reads no other files; their contents decide this, not their names. */
static void
test_shared (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autofree char *first = find_reader (extractor, "who");
  g_autofree char *alone = find_reader (extractor, "who-alone");
  g_autofree char *alone_too = find_reader (extractor, "who-alone");
  g_autofree char *by_name = find_reader (extractor, "who.pdf");
  g_autofree char *page = find_reader (extractor, "who.html");
  g_autofree char *second = find_reader (extractor, "who.txt");
  g_autofree char *page_too = find_reader (extractor, "who-too.html");
  g_autofree char *page_alone = find_reader (extractor, "who.html-alone");
  g_autofree char *third = NULL;

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (alone, !=, first);
  g_assert_cmpstr (alone_too, !=, first);
  g_assert_cmpstr (alone, !=, alone_too);
  g_assert_cmpstr (by_name, !=, first);
  g_assert_cmpstr (page, !=, first);
  g_assert_cmpstr (page, ==, page_too);
  g_assert_cmpstr (page, !=, page_alone);
  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  third = find_reader (extractor, "who");
  g_assert_cmpstr (third, !=, first);
}

/* If a file leaves a shared process in a bad state, the file that is read next is not harmed. */
static void
test_innocent (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  assert_read (extractor, "poison");
  assert_read (extractor, "victim");
  assert_read (extractor, "poison");
  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_read (extractor, "victim");
}

/* A file whose name says nothing is assigned to a company by its contents. If a file inside it is not of that company,
 * the whole file is read in a process of its own. */
static void
test_company (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autofree char *text = find_reader (extractor, "who");
  g_autofree char *mail = find_reader (extractor, "who-mail");
  g_autofree char *mail_too = find_reader (extractor, "who-too-mail");
  g_autofree char *text_too = find_reader (extractor, "who-too");
  g_autofree char *later = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (QuarryExtraction) extraction = NULL;
  QuarryDocument *document;
  const char *place;
  int fd;

  g_assert_cmpstr (mail, !=, text);
  g_assert_cmpstr (mail, ==, mail_too);
  g_assert_cmpstr (text, ==, text_too);

  fd = open_text ("A parcel.");
  extraction = quarry_extractor_open (extractor, fd, "parcel-mail", NULL, &error);
  close (fd);
  g_assert_no_error (error);
  while (quarry_extraction_next (extraction, &place, &document, &error))
    {
      g_string_append_printf (found, "%s%s ", place, error != NULL ? "!" : "");
      if (*place == '\0')
        g_assert_cmpstr (quarry_document_get_text (document, NULL), !=, mail);
      g_clear_object (&document);
      g_clear_error (&error);
    }
  g_assert_cmpstr (found->str, ==, "a.txt b.pdf!  ");
  later = find_reader (extractor, "who-mail");
  g_assert_cmpstr (later, ==, mail);
}

/* What a reader leaves for later comes after the document, so that its death there costs no text; that it needs a rare
 * encoding costs nothing at all. */
static void
test_later (void)
{
  static const char *const cases[][2] = { { "later", ":later a.txt:A letter. " },
                                          { "later-crash", ":later-crash a.txt:A letter. :! " },
                                          { "later-encoding", ":later-encoding a.txt:A letter. " } };
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) found = g_string_new (NULL);
      int fd = open_text ("A parcel.");
      g_autoptr (QuarryExtraction) extraction = quarry_extractor_open (extractor, fd, cases[i][0], NULL, &error);
      QuarryDocument *document;
      const char *place;

      close (fd);
      g_assert_no_error (error);
      while (quarry_extraction_next (extraction, &place, &document, &error))
        {
          g_string_append_printf (found, "%s:%s ", place,
                                  document != NULL ? quarry_document_get_text (document, NULL) : "!");
          g_assert_true (document != NULL || g_error_matches (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_CRASHED));
          g_clear_object (&document);
          g_clear_error (&error);
        }
      g_assert_cmpstr (found->str, ==, cases[i][1]);
    }
}

/* A rare encoding is loaded when the first file asks for it. */
static void
test_rare_encoding (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  for (guint i = 0; i < 2; i++)
    {
      assert_read (extractor, "encoding");
      assert_read (extractor, "encoding-alone");
    }
  /* There is no encoding of that name, so the process is not started again in vain. */
  assert_read (extractor, "no-encoding");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  extractor_misbehave ();

  g_test_add_func ("/extractor-company/shared", test_shared);
  g_test_add_func ("/extractor-company/company", test_company);
  g_test_add_func ("/extractor-company/innocent", test_innocent);
  g_test_add_func ("/extractor-company/later", test_later);
  g_test_add_func ("/extractor-company/rare-encoding", test_rare_encoding);

  return g_test_run ();
}
