/* fuzz-readers.c: every reader
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The first line of an input is the name of the file, the rest its contents.
 */
#include "fuzz.h"

#include "mutate.h"

#include "core/extract/quarry-reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_NAME 40u

/* Whether the name is a path below its file, in which "..." is a name, but ".." is not. */
static gboolean
leads_down (const char *place)
{
  g_auto (GStrv) names = g_strsplit (place, "/", -1);

  for (guint i = 0; *place != '\0' && names[i] != NULL; i++)
    if (*names[i] == '\0' || strcmp (names[i], ".") == 0 || strcmp (names[i], "..") == 0)
      return FALSE;
  return g_utf8_validate (place, -1, NULL);
}

static gboolean
check (const char *place, QuarryDocument *document, const GError *error, gpointer data)
{
  g_assert_true ((document == NULL) == (error != NULL));
  g_assert_true (leads_down (place));
  if (document != NULL)
    {
      /* Whatever a reader makes must be accepted by the process that asked for it. */
      g_autoptr (GBytes) bytes = quarry_document_serialize (document);
      g_autoptr (QuarryDocument) again = quarry_document_deserialize (bytes, NULL);

      g_assert_nonnull (again);
    }
  return TRUE;
}

/* Broken contracts are faults, except those that libgsf breaks with itself over broken files. Some of its messages name
 * no domain, as ours do. */
static void
take_message (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  if ((level & G_LOG_LEVEL_CRITICAL) == 0
      || (domain != NULL ? g_str_has_prefix (domain, "libgsf") : !g_str_has_prefix (message, "quarry_")))
    return;
  fprintf (stderr, "%s: %s\n", domain != NULL ? domain : "", message);
  abort ();
}

/* Mostly keeps the name, which determines the reader. */
size_t
LLVMFuzzerCustomMutator (uint8_t *bytes, size_t length, size_t most, unsigned int seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  const uint8_t *stop = memchr (bytes, '\n', MIN (length, MOST_NAME));
  size_t head = stop != NULL && g_rand_int_range (random, 0, 64) != 0 ? (size_t) (stop + 1 - bytes) : 0;

  return head == 0 || head == most ? LLVMFuzzerMutate (bytes, length, most)
                                   : head + mutate_file (bytes + head, length - head, most - head, random);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  const uint8_t *stop = memchr (bytes, '\n', MIN (length, MOST_NAME));
  g_autofree char *name = NULL;
  g_autofree guint8 *contents = NULL;
  g_autoptr (QuarryInside) inside = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  QuarryInput input = { 0 };

  if (stop == NULL || (size_t) (stop + 1 - bytes) >= length)
    return 0;
  /* Ghostscript would run a PostScript program for as long as that wants. */
  if (memmem (bytes, length, "%!PS", 4) != NULL)
    return 0;
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_default_handler (take_message, NULL);
  name = g_strndup ((const char *) bytes, (gsize) (stop - bytes));
  input.length = length - (size_t) (stop + 1 - bytes);
  contents = g_memdup2 (stop + 1, input.length);
  input.bytes = contents;
  input.name = name;
  input.inside = inside = quarry_inside_new (input.length, check, NULL);
  document = quarry_readers_read (&input, &error);
  quarry_inside_do_deferred (inside);
  check ("", document, error, NULL);
  return 0;
}
