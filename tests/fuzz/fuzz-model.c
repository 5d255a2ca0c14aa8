/* fuzz-model.c: a model's files from anywhere, loaded and used
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An input that begins like JSON is a tokenizer.json, any other a model.safetensors.
 */
#include "fuzz.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/embed/quarry-safetensors.h"
#include "core/embed/quarry-tokenizer.h"

static const char *const texts[]
    = { "", " ", "The stone-mason’s house, 1987!", "東京 😀 e\xcc\x81", "\xff\xfe \x80", "aaaaaaaaaaaaaaaab" };

static char *path;

static void
remove_input (void)
{
  g_unlink (path);
}

static void
write_input (const uint8_t *bytes, size_t length)
{
  FILE *file;

  if (path == NULL)
    {
      int fd = g_file_open_tmp ("fuzz-model-XXXXXX", &path, NULL);

      g_assert_cmpint (fd, >=, 0);
      close (fd);
      atexit (remove_input);
    }
  file = g_fopen (path, "wb");
  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  fclose (file);
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
      volatile double sum = 0;

      for (gsize j = 0; tensor != NULL && j < tensor->n_items; j++)
        sum += quarry_tensor_get (tensor, j);
      if (tensor != NULL)
        quarry_tensor_is_finite (tensor);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t length)
{
  write_input (bytes, length);
  if (length > 0 && bytes[0] == '{')
    run_tokenizer ();
  else
    run_tensors ();
  return 0;
}
