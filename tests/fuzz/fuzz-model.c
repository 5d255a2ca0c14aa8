/* fuzz-model.c: a model's files from anywhere, loaded and used
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input that begins like JSON is a tokenizer.json. One that begins with "T" is the head of a model.safetensors, up to
 * a NUL, and its numbers; the length of the head is put before it. Any other is a whole model.safetensors.
 */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/embed/quarry-safetensors.h"
#include "core/embed/quarry-tokenizer.h"

static const char *const texts[]
    = { "", " ", "The stone-mason’s house, 1987!", "東京 😀 e\xcc\x81", "\xff\xfe \x80", "aaaaaaaaaaaaaaaab" };

/* The input's file, which is in memory only. */
static char *path;

static void
write_input (const uint8_t *bytes, size_t length)
{
  static int fd = -1;

  if (fd < 0)
    {
      fd = memfd_create ("model", MFD_CLOEXEC);
      g_assert_cmpint (fd, >=, 0);
      path = g_strdup_printf ("/proc/self/fd/%d", fd);
    }
  g_assert_cmpint (ftruncate (fd, 0), ==, 0);
  g_assert_cmpint (pwrite (fd, bytes, length, 0), ==, length);
}

static void
run_tokenizer (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryTokenizer) tokenizer = quarry_tokenizer_load (path, &error);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

  if (tokenizer == NULL)
    {
      g_assert_nonnull (strstr (error->message, path));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      gsize text_length = strlen (texts[i]);

      g_array_set_size (tokens, 0);
      quarry_tokenizer_run (tokenizer, texts[i], text_length, tokens);
      for (guint t = 0; t < tokens->len; t++)
        {
          const QuarryToken *token = &g_array_index (tokens, QuarryToken, t);

          g_assert_cmpuint (token->id, <, quarry_tokenizer_get_n_tokens (tokenizer));
          g_assert_cmpuint (token->span.start, <=, token->span.end);
          g_assert_cmpuint (token->span.end, <=, text_length);
        }
    }
}

static void
run_tensors (void)
{
  static const char *const names[] = { "embeddings", "embedding.weight", "weights", "mapping" };
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarrySafetensors) tensors = quarry_safetensors_open (path, &error);

  if (tensors == NULL)
    {
      g_assert_nonnull (strstr (error->message, path));
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const QuarryTensor *tensor = quarry_safetensors_find (tensors, names[i]);
      G_GNUC_UNUSED volatile double sum = 0;

      for (gsize j = 0; tensor != NULL && j < tensor->n_items; j++)
        sum += quarry_tensor_get (tensor, j);
      if (tensor != NULL)
        quarry_tensor_is_finite (tensor);
    }
}

static void
write_tensors (const uint8_t *bytes, size_t length)
{
  const uint8_t *stop = memchr (bytes, '\0', length);
  gsize head = stop != NULL ? (gsize) (stop - bytes) : length;
  gsize start = MIN (head + 1, length);
  gsize n_blanks = (8 - head % 8) % 8; /* the numbers are aligned */
  guint64 head_length = GUINT64_TO_LE (head + n_blanks);
  g_autoptr (GByteArray) file = g_byte_array_new ();

  g_byte_array_append (file, (const guint8 *) &head_length, sizeof head_length);
  g_byte_array_append (file, bytes, (guint) head);
  g_byte_array_append (file, (const guint8 *) "       ", (guint) n_blanks);
  g_byte_array_append (file, bytes + start, (guint) (length - start));
  write_input (file->data, file->len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  if (length > 0 && bytes[0] == 'T')
    write_tensors (bytes + 1, length - 1);
  else
    write_input (bytes, length);
  if (length > 0 && bytes[0] == '{')
    run_tokenizer ();
  else
    run_tensors ();
  return 0;
}
