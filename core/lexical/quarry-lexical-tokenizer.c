/* quarry-lexical-tokenizer.c: the house's words, as FTS5 asks for them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-lexical-private.h"

#include "core/document/quarry-words.h"

/* FTS5 wants an object; ours has no state. */
static int
create_tokenizer (void *data, const char **args, int n_args, Fts5Tokenizer **tokenizer)
{
  static char nothing;

  *tokenizer = (Fts5Tokenizer *)&nothing;
  return SQLITE_OK;
}

static void
delete_tokenizer (Fts5Tokenizer *tokenizer)
{
}

static int
tokenize (Fts5Tokenizer *tokenizer,
          void *context,
          int flags,
          const char *text,
          int length,
          int (*emit) (void *, int, const char *, int, int, int))
{
  g_auto (QuarryWords) words = { NULL };
  QuarrySpan span;
  const char *folded;
  gsize folded_length;

  if (text == NULL || length <= 0)
    return SQLITE_OK;

  /* A string of a query is one word, folded already. */
  if ((flags & FTS5_TOKENIZE_QUERY) != 0)
    return emit (context, 0, text, length, 0, length);

  quarry_words_init (&words, text, length);
  while (quarry_words_next (&words, &span, &folded, &folded_length))
    {
      int rc = emit (context,
                     0,
                     folded,
                     (int)quarry_lexical_word_length (folded, folded_length),
                     (int)span.start,
                     (int)span.end);

      if (rc != SQLITE_OK)
        return rc;
    }
  return SQLITE_OK;
}

gboolean
quarry_lexical_register (sqlite3 *db, GError **error)
{
  static fts5_tokenizer methods = { create_tokenizer, delete_tokenizer, tokenize };
  sqlite3_stmt *stmt = NULL;
  fts5_api *api = NULL;
  int rc;

  rc = sqlite3_prepare_v2 (db, "SELECT fts5(?1)", -1, &stmt, NULL);
  if (rc == SQLITE_OK)
    {
      sqlite3_bind_pointer (stmt, 1, (void *)&api, "fts5_api_ptr", NULL);
      sqlite3_step (stmt);
      rc = sqlite3_finalize (stmt);
    }
  if (rc == SQLITE_OK && api == NULL)
    rc = SQLITE_ERROR;
  if (rc == SQLITE_OK)
    rc = api->xCreateTokenizer (api, "quarry", NULL, &methods, NULL);
  if (rc != SQLITE_OK)
    {
      quarry_lexical_set_error (db, rc, error);
      return FALSE;
    }
  return quarry_lexical_register_score (db, api, error);
}
