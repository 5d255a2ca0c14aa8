/* quarry-store-dictionaries.c: the compression of texts, and the dictionaries that it refers to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A part of a text is so short that it hardly repeats itself, and that the tables of its code take much of its room and
 * most of the time in which it is unpacked. Both are therefore taken from a dictionary (RFC 8878, section 5): parts of
 * the library's own texts, and tables made for these. So it suits the language or the source code that a library
 * consists of, and a library needs nothing but its own file to be read.
 *
 * A dictionary is never changed nor removed, since each part says by which one it was compressed. As a library grows, it
 * gets further ones, made of all the texts that it has by then; parts that are there already stay as they are.
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <glib/gi18n-lib.h>
#include <zdict.h>
#include <zstd.h>

/* With a dictionary, this level takes no longer than the first takes without one. Higher ones take much longer, and save
 * little. */
#define LEVEL 3
#define LEVEL_ALONE 1

/* The first dictionary is made when there are so many parts, the next when there are so many times as many as then. */
#define FIRST_DUE 1024
#define GROWTH 8

/* A larger one saves a little more, but has to stay in the processor's cache. */
#define DICTIONARY_BYTES (112 * 1024)
/* Less than this is room for the tables. */
#define CONTENT_BYTES (DICTIONARY_BYTES - 1024)
/* So many parts, from all over the library, are counted for the tables; some of these make up the dictionary. */
#define N_SAMPLES 384

struct _QuarryTextCodec
{
  ZSTD_CCtx *compressor; /* this and the next are made when first needed */
  ZSTD_DCtx *decompressor;
  ZSTD_CDict *writing; /* NULL: parts are compressed without a dictionary */
  gint64 due;          /* how many parts there have to be for the next dictionary; 0: not known yet */
  gboolean is_uncommitted; /* a dictionary has been made in this transaction */
  guint32 lost;            /* a bit for each that a text needed and that could not be read */
  ZSTD_DDict *reading[QUARRY_STORE_MOST_DICTIONARIES + 1]; /* by id; NULL: not read yet */
};

static QuarryTextCodec *
get_codec (QuarryStore *self)
{
  if (self->codec == NULL)
    self->codec = g_new0 (QuarryTextCodec, 1);
  return self->codec;
}

static void
forget (QuarryTextCodec *self)
{
  ZSTD_freeCDict (g_steal_pointer (&self->writing));
  for (guint i = 0; i < G_N_ELEMENTS (self->reading); i++)
    ZSTD_freeDDict (g_steal_pointer (&self->reading[i]));
  self->due = 0;
  self->is_uncommitted = FALSE;
}

void
quarry_text_codec_free (QuarryTextCodec *self)
{
  forget (self);
  ZSTD_freeCCtx (self->compressor);
  ZSTD_freeDCtx (self->decompressor);
  g_free (self);
}

void
quarry_store_end_dictionaries (QuarryStore *self, gboolean committed)
{
  QuarryTextCodec *codec = self->codec;

  if (codec == NULL || !codec->is_uncommitted)
    return;
  codec->is_uncommitted = FALSE;
  if (!committed)
    forget (codec);
}

/* The compressor and decompressor can only be missing where there is no memory. */
static gsize
must_work (gsize n)
{
  if (ZSTD_isError (n))
    g_error ("zstd: %s", ZSTD_getErrorName (n));
  return n;
}

static ZSTD_CCtx *
get_compressor (QuarryTextCodec *self)
{
  if (self->compressor == NULL)
    self->compressor = ZSTD_createCCtx ();
  return self->compressor;
}

static ZSTD_DCtx *
get_decompressor (QuarryTextCodec *self)
{
  if (self->decompressor == NULL)
    self->decompressor = ZSTD_createDCtx ();
  return self->decompressor;
}

/* --- Reading a dictionary ---------------------------------------------------------------------- */

/* The dictionary in @column, unpacked. NULL: damaged. (transfer full) */
static GBytes *
read_dictionary (QuarryStatement *statement, int column, gint64 id)
{
  const void *packed = sqlite3_column_blob (statement->stmt, column);
  g_autofree guint8 *bytes = g_malloc (DICTIONARY_BYTES);
  gsize n = ZSTD_decompressDCtx (get_decompressor (get_codec (statement->store)), bytes, DICTIONARY_BYTES, packed,
                                 (gsize) sqlite3_column_bytes (statement->stmt, column));

  if (ZSTD_isError (n) || ZSTD_getDictID_fromDict (bytes, n) != (guint64) id)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), n);
}

static void
set_lost (QuarryStore *self, gint64 id, GError **error)
{
  g_autofree char *detail = g_strdup_printf (
      _ ("dictionary %u, without which a part of the texts cannot be read, is missing or damaged"), (guint) id);

  quarry_store_set_damaged (self, detail, error);
}

static ZSTD_DDict *
load_dictionary (QuarryStore *self, gint64 id, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT bytes FROM dictionaries WHERE id = ?1", error);
  g_autoptr (GBytes) bytes = NULL;
  ZSTD_DDict *dictionary = NULL;
  int rc;

  if (statement == NULL)
    return NULL;
  quarry_statement_bind_int64 (statement, 1, id);
  rc = quarry_statement_step (statement, error);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    return NULL;
  bytes = rc == SQLITE_ROW ? read_dictionary (statement, 0, id) : NULL;
  if (bytes != NULL)
    dictionary = ZSTD_createDDict (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (dictionary == NULL)
    {
      get_codec (self)->lost |= 1u << id;
      set_lost (self, id, error);
    }
  return dictionary;
}

gboolean
quarry_store_decompress (
    QuarryStore *self, const void *compressed, gsize length, guint8 *bytes, gsize room, gsize *n, GError **error)
{
  QuarryTextCodec *codec = get_codec (self);
  guint id = length > 0 ? ZSTD_getDictID_fromFrame (compressed, length) : 0;

  *n = 0;
  /* No library has so many: the part is damaged. */
  if (id > QUARRY_STORE_MOST_DICTIONARIES)
    return TRUE;
  if (id != 0 && codec->reading[id] == NULL)
    {
      codec->reading[id] = load_dictionary (self, id, error);
      if (codec->reading[id] == NULL)
        return FALSE;
    }
  *n = ZSTD_decompress_usingDDict (get_decompressor (codec), bytes, room, compressed, length, codec->reading[id]);
  if (ZSTD_isError (*n))
    *n = 0;
  return TRUE;
}

/* --- Making one -------------------------------------------------------------------------------- */

/* Reads N_SAMPLES of @n_parts parts, one behind another. @sizes: their lengths, of gsize. (transfer full) */
static GByteArray *
read_samples (QuarryStore *self, gint64 n_parts, GArray *sizes, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT id, bytes FROM parts WHERE id >= ?1 ORDER BY id LIMIT 1", error);
  g_autoptr (GByteArray) samples = g_byte_array_new ();
  gint64 last = 0;

  if (statement == NULL)
    return NULL;
  for (gint64 i = 0; i < N_SAMPLES; i++)
    {
      guint length = samples->len;
      gint64 id = 0;
      gsize n = 0;
      int rc;

      quarry_statement_bind_int64 (statement, 1, MAX ((gint64) ((double) n_parts / N_SAMPLES * (double) i), last + 1));
      rc = quarry_statement_step (statement, error);
      if (rc == SQLITE_ROW)
        {
          id = sqlite3_column_int64 (statement->stmt, 0);
          g_byte_array_set_size (samples, length + QUARRY_STORE_MOST_PART_BYTES);
          if (!quarry_store_decompress (self, sqlite3_column_blob (statement->stmt, 1),
                                        (gsize) sqlite3_column_bytes (statement->stmt, 1), samples->data + length,
                                        QUARRY_STORE_MOST_PART_BYTES, &n, error))
            return NULL;
          g_byte_array_set_size (samples, length + (guint) n);
        }
      quarry_statement_reset (statement);
      if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return NULL;
      if (rc == SQLITE_DONE || id == G_MAXINT64)
        break;
      last = id;
      if (n > 0)
        g_array_append_val (sizes, n);
    }
  return g_steal_pointer (&samples);
}

/* Those of the samples that the dictionary consists of, from all over the library. (transfer full) */
static GByteArray *
choose_content (const GByteArray *samples, const GArray *sizes)
{
  GByteArray *content = g_byte_array_new ();
  guint every = samples->len / CONTENT_BYTES + 1;
  const guint8 *at = samples->data;

  for (guint i = 0; i < sizes->len; i++)
    {
      gsize n = g_array_index (sizes, gsize, i);

      if (i % every == 0 && content->len + n <= CONTENT_BYTES)
        g_byte_array_append (content, at, (guint) n);
      at += n;
    }
  return content;
}

static gboolean
insert_dictionary (QuarryStore *self, gint64 id, gint64 n_parts, const guint8 *bytes, gsize length, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "INSERT INTO dictionaries (id, made_at, bytes) VALUES (?1, ?2, ?3)", error);
  ZSTD_CCtx *compressor = get_compressor (self->codec);
  gsize room = ZSTD_compressBound (length);
  g_autofree guint8 *packed = g_malloc (room);
  gsize n;

  if (statement == NULL)
    return FALSE;
  /* With a checksum: what is damaged here would damage all texts, and much of it would still be text. */
  must_work (ZSTD_CCtx_setParameter (compressor, ZSTD_c_checksumFlag, 1));
  n = must_work (ZSTD_compress2 (compressor, packed, room, bytes, length));
  must_work (ZSTD_CCtx_reset (compressor, ZSTD_reset_session_and_parameters));
  quarry_statement_bind_int64 (statement, 1, id);
  quarry_statement_bind_int64 (statement, 2, n_parts);
  quarry_statement_bind_blob (statement, 3, packed, n);
  return quarry_statement_run (statement, error);
}

/* How many parts there have to be after a dictionary that was made at so many. */
static gint64
next_due (gint64 made_at)
{
  return MAX (FIRST_DUE, CLAMP (made_at, 1, G_MAXINT64 / GROWTH) * GROWTH);
}

/* Makes a dictionary, if there is enough text to make it of. If texts need one that is lost, there shall be none: a new one
 * might get its number. */
static gboolean
make_dictionary (QuarryStore *self, gint64 id, gint64 n_parts, GError **error)
{
  QuarryTextCodec *codec = self->codec;
  g_autoptr (GError) local_error = NULL;
  ZDICT_params_t params = { .compressionLevel = LEVEL, .dictID = (unsigned) id };
  g_autofree guint8 *bytes = g_malloc (DICTIONARY_BYTES);
  g_autoptr (GArray) sizes = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GByteArray) samples = read_samples (self, n_parts, sizes, &local_error);
  g_autoptr (GByteArray) content = NULL;
  gsize n;

  codec->due = next_due (n_parts);
  if (g_error_matches (local_error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED))
    {
      codec->due = G_MAXINT64;
      return TRUE;
    }
  if (samples == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  content = choose_content (samples, sizes);
  n = ZDICT_finalizeDictionary (bytes, DICTIONARY_BYTES, content->data, content->len, samples->data,
                                (const gsize *) (gpointer) sizes->data, sizes->len, params);
  if (ZDICT_isError (n))
    {
      g_debug ("no dictionary: %s", ZDICT_getErrorName (n));
      return TRUE;
    }
  if (!insert_dictionary (self, id, n_parts, bytes, n, error))
    return FALSE;
  codec->is_uncommitted = TRUE;
  ZSTD_freeCDict (codec->writing);
  codec->writing = ZSTD_createCDict (bytes, n, LEVEL);
  return TRUE;
}

/* The newest dictionary becomes the one that is written with. Where it is damaged, parts are compressed without one, so
 * that the documents can be imported again. @id: 0 where there is none. */
static gboolean
load_newest (QuarryStore *self, gint64 *id, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT id, made_at, bytes FROM dictionaries ORDER BY id DESC LIMIT 1", error);
  QuarryTextCodec *codec = get_codec (self);
  g_autoptr (GBytes) bytes = NULL;
  int rc;

  if (statement == NULL)
    return FALSE;
  rc = quarry_statement_step (statement, error);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    return FALSE;
  ZSTD_freeCDict (g_steal_pointer (&codec->writing));
  *id = 0;
  codec->due = FIRST_DUE;
  if (rc == SQLITE_DONE)
    return TRUE;

  *id = sqlite3_column_int64 (statement->stmt, 0);
  codec->due = next_due (sqlite3_column_int64 (statement->stmt, 1));
  bytes = *id > 0 && *id <= QUARRY_STORE_MOST_DICTIONARIES ? read_dictionary (statement, 2, *id) : NULL;
  if (bytes != NULL)
    codec->writing = ZSTD_createCDict (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), LEVEL);
  if (codec->writing == NULL)
    codec->due = G_MAXINT64;
  return TRUE;
}

gboolean
quarry_store_ready_dictionary (QuarryStore *self, gint64 n_parts, GError **error)
{
  QuarryTextCodec *codec = get_codec (self);
  gint64 id;

  if (n_parts < codec->due)
    return TRUE;
  /* Another process may have made one meanwhile. */
  if (!load_newest (self, &id, error))
    return FALSE;
  if (n_parts < codec->due)
    return TRUE;
  codec->due = G_MAXINT64;
  return id == QUARRY_STORE_MOST_DICTIONARIES || make_dictionary (self, id + 1, n_parts, error);
}

gsize
quarry_store_compress (QuarryStore *self, const guint8 *bytes, gsize length, guint8 *compressed, gsize room)
{
  QuarryTextCodec *codec = get_codec (self);
  ZSTD_CCtx *compressor = get_compressor (codec);

  return must_work (codec->writing != NULL
                        ? ZSTD_compress_usingCDict (compressor, compressed, room, bytes, length, codec->writing)
                        : ZSTD_compressCCtx (compressor, compressed, room, bytes, length, LEVEL_ALONE));
}

/* --- Checking ---------------------------------------------------------------------------------- */

gboolean
quarry_store_check_dictionary (QuarryStore *self, guint id, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT coalesce(max(id), 0) FROM dictionaries", error);
  ZSTD_DDict *dictionary;

  if (statement == NULL || quarry_statement_step (statement, error) != SQLITE_ROW)
    return FALSE;
  if (id > sqlite3_column_int64 (statement->stmt, 0) && (get_codec (self)->lost >> id & 1) == 0)
    return TRUE;
  dictionary = load_dictionary (self, id, error);
  if (dictionary == NULL)
    return FALSE;
  ZSTD_freeDDict (dictionary);
  return TRUE;
}
