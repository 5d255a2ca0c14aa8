/* quarry-ghostscript.c: converts PostScript to PDF
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ghostscript also has a device that writes text, but it (version 10.00) writes words without blanks
 * between them, and wrong places for the fonts of pdftops' output. Its PDF is right. The functions are
 * those of libgs.so.10.
 */
#include "core/extract/pdf/quarry-ghostscript.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Ghostscript opens four temporary files; one more is for its output. The memory that they may take is added to the
 * memory limit of a reader. */
#define MAX_SCRATCH 6u
#define SCRATCH_BYTES (64u << 20)
#define ENCODING_UTF8 1
#define QUIT (-101) /* the return value for a program that has run to its end */

typedef int (*Talk) (void *caller, char *bytes, int length);
typedef int (*Hear) (void *caller, const char *bytes, int length);

static struct
{
  int (*create) (void **instance, void *caller);
  void (*destroy) (void *instance);
  int (*set_stdio) (void *instance, Talk in, Hear out, Hear err);
  int (*set_encoding) (void *instance, int encoding);
  int (*run) (void *instance, int n, char **arguments);
  int (*leave) (void *instance);
} library;

static const struct
{
  const char *name;
  gpointer *function;
} names[] = {
  { "gsapi_new_instance", (gpointer *) &library.create },
  { "gsapi_delete_instance", (gpointer *) &library.destroy },
  { "gsapi_set_stdio", (gpointer *) &library.set_stdio },
  { "gsapi_set_arg_encoding", (gpointer *) &library.set_encoding },
  { "gsapi_init_with_args", (gpointer *) &library.run },
  { "gsapi_exit", (gpointer *) &library.leave },
};

static gboolean is_loaded, was_tried, was_missed;
static int scratch[MAX_SCRATCH];
static guint n_scratch;

gboolean
quarry_ghostscript_load (void)
{
  void *handle;

  if (was_tried)
    return is_loaded;
  was_tried = TRUE;
  handle = dlopen ("libgs.so.10", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      *names[i].function = dlsym (handle, names[i].name);
      if (*names[i].function == NULL)
        return FALSE;
    }
  is_loaded = TRUE;
  return TRUE;
}

gboolean
quarry_ghostscript_was_missed (void)
{
  return was_missed;
}

/* Makes a file in memory with the greatest size that it may ever need. -1 if that fails. */
static int
make_file (void)
{
  int fd = memfd_create ("scratch", MFD_CLOEXEC | MFD_ALLOW_SEALING);

  if (fd >= 0
      && (ftruncate (fd, SCRATCH_BYTES) != 0
          || fcntl (fd, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0))
    {
      close (fd);
      return -1;
    }
  return fd;
}

gboolean
quarry_ghostscript_make_scratch (void)
{
  while (is_loaded && n_scratch < MAX_SCRATCH)
    {
      int fd = make_file ();

      if (fd < 0)
        return FALSE;
      scratch[n_scratch++] = fd;
    }
  return TRUE;
}

/* Replaces the C library's function. Ghostscript calls it to open temporary files, and offers no other way to give it
 * some. (Where files may be large, the function's name in the library is mkstemp64(), and so is this one's.) */
int
mkstemp (char *template)
{
  int (*make) (char *);

  if (n_scratch > 0)
    return scratch[--n_scratch];
  *(gpointer *) &make = dlsym (RTLD_NEXT, "mkstemp64");
  return make != NULL ? make (template) : -1;
}

typedef struct
{
  const guint8 *bytes;
  gsize length, done;
} Program;

static int
give (void *caller, char *bytes, int length)
{
  Program *program = caller;
  gsize n = MIN (program->length - program->done, (gsize) MAX (length, 0));

  memcpy (bytes, program->bytes + program->done, n);
  program->done += n;
  return (int) n;
}

static int
ignore (void *caller, const char *bytes, int length)
{
  return length;
}

/* Makes @fd the standard output, using only system calls that the sandbox allows. */
static void
turn_output (int fd)
{
  fflush (stdout);
  close (STDOUT_FILENO);
  if (dup (fd) != STDOUT_FILENO)
    _exit (1);
}

static gboolean
run (Program *program)
{
  /* Messages of the program itself go to stderr. For fonts that are not embedded, only those that Ghostscript brings
   * along are used: searching for others takes longer than processing most files. */
  static const char *const arguments[] = { "gs",
                                           "-q",
                                           "-dSAFER",
                                           "-dBATCH",
                                           "-dNOPAUSE",
                                           "-dNONATIVEFONTMAP",
                                           "-sDEVICE=pdfwrite",
                                           "-dOmitInfoDate=true",
                                           "-sstdout=%stderr",
                                           "-sOutputFile=%stdout",
                                           "-_" };
  void *instance = NULL;
  int code;

  if (library.create (&instance, program) < 0)
    return FALSE;
  library.set_stdio (instance, give, ignore, ignore);
  library.set_encoding (instance, ENCODING_UTF8);
  code = library.run (instance, G_N_ELEMENTS (arguments), (char **) arguments);
  /* This completes the output file, including the pages before an error. */
  if (library.leave (instance) < 0)
    code = -1;
  library.destroy (instance);
  return code >= 0 || code == QUIT;
}

GBytes *
quarry_ghostscript_run (const guint8 *bytes, gsize length, gboolean *is_whole)
{
  Program program = { .bytes = bytes, .length = length };
  g_autoptr (GMappedFile) mapped = NULL;
  g_autoptr (GBytes) all = NULL;
  int pdf, output;
  off_t end;

  *is_whole = FALSE;
  was_missed = was_missed || !was_tried;
  if (!quarry_ghostscript_load ())
    return NULL;
  /* The only unnamed file that Ghostscript can write to is the standard output. */
  pdf = n_scratch > 0 ? scratch[--n_scratch] : make_file ();
  output = dup (STDOUT_FILENO);
  if (pdf < 0 || output < 0)
    return NULL;
  turn_output (pdf);
  *is_whole = run (&program);
  turn_output (output);
  close (output);

  end = lseek (pdf, 0, SEEK_CUR);
  mapped = end > 0 ? g_mapped_file_new_from_fd (pdf, FALSE, NULL) : NULL;
  close (pdf);
  if (mapped == NULL)
    return NULL;
  all = g_mapped_file_get_bytes (mapped);
  return g_bytes_new_from_bytes (all, 0, (gsize) end);
}
