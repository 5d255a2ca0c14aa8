/* test-readers-memory.c: how much memory the readers take for large files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each file is read by a process that cannot have more memory of its own. The file itself is mapped, and the text goes
 * to a file, as in an import.
 */
#include "read-helpers.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/place/quarry-nameless-file.h"

#define MIB (1u << 20)

typedef struct
{
  const char *name;
  const char *begin, *again, *end; /* the file: @again as often as there is room for it */
  gsize size;
  gsize most; /* bytes of memory */
} Large;

static const Large large[] = {
  { "x.csv", "tide,moon\n", "\"high, at noon\",12\n", "", 48 * MIB, 24 * MIB },
  { "x.json", "[", "{\"tide\": \"high\", \"hours\": [1, 2, 3]},\n", "0]", 48 * MIB, 64 * MIB },
  { "x.html", "<html><body>", "<h2>Tides of the month</h2>\n<p>High at noon.\n", "</body></html>", 40 * MIB, 160 * MIB },
  /* Read as plain text. */
  { "x.bib", "", "@article{tide, title = {Tides}}\n\n", "", 66 * MIB, 60 * MIB },
  /* Not read as plain text, of which their pictures would be part. */
  { "x.ipynb", "{\"cells\": [", "{\"cell_type\": \"markdown\", \"source\": \"Tides\", \"a\": {\"p\": \"iVBORw0KGgo\"}},\n",
    "null]}", 66 * MIB, 96 * MIB },
  { "x.vcf", "", "BEGIN:VCARD\nFN:Moon Tide\nPHOTO;ENCODING=b:iVBORw0KGgo\nEND:VCARD\n", "", 66 * MIB, 160 * MIB },
};

static int
write_large (const Large *file)
{
  int fd = quarry_nameless_file_open (g_get_tmp_dir ());
  g_autoptr (GString) block = g_string_new (NULL);
  gsize n = strlen (file->begin);

  while (block->len < MIB)
    g_string_append (block, file->again);
  g_assert_cmpint (write (fd, file->begin, n), ==, n);
  for (; n < file->size; n += block->len)
    g_assert_cmpint (write (fd, block->str, block->len), ==, block->len);
  g_assert_cmpint (write (fd, file->end, strlen (file->end)), ==, strlen (file->end));
  return fd;
}

/* The bytes that RLIMIT_DATA counts. */
static gsize
data_bytes (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  line = strstr (status, "VmData:");
  g_assert_nonnull (line);
  return (gsize) g_ascii_strtoull (line + strlen ("VmData:"), NULL, 10) * 1024;
}

static void
read_within (const Large *file, int fd)
{
  int scratch = quarry_nameless_file_open (g_get_tmp_dir ());
  gsize length = (gsize) lseek (fd, 0, SEEK_END);
  QuarryInput input = { .length = length, .name = file->name, .is_mapped = TRUE, .scratch = scratch };
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit limit;
  const char *text;
  gsize n;

  input.bytes = mmap (NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  g_assert_true (input.bytes != MAP_FAILED);
  limit.rlim_cur = limit.rlim_max = data_bytes () + file->most;
  g_assert_cmpint (setrlimit (RLIMIT_DATA, &limit), ==, 0);
  document = quarry_readers_read (&input, &error);
  g_assert_no_error (error);
  text = quarry_document_get_text (document, &n);
  g_assert_cmpuint (n, >, MIB);
  g_assert_null (memmem (text, n, "iVBORw0KGgo", 11));
}

static void
test_large (gconstpointer data)
{
  const Large *file = data;
  int fd, status;
  pid_t pid;

#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
  g_test_skip ("the sanitizer's own memory counts too");
  return;
#endif
  fd = write_large (file);
  pid = fork ();
  if (pid == 0)
    {
      read_within (file, fd);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (large); i++)
    {
      g_autofree char *path = g_strconcat ("/readers-memory/", large[i].name + 2, NULL);

      g_test_add_data_func (path, &large[i], test_large);
    }

  return g_test_run ();
}
