/* quarry-hit.c: a passage found by a search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/files/quarry-path.h"
#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-hit-private.h"

#include <math.h>
#include <string.h>

G_DEFINE_FINAL_TYPE (QuarryHit, quarry_hit, G_TYPE_OBJECT)

static void
clear_word (gpointer data)
{
  QuarryHitWord *word = data;

  g_ref_string_release (word->query_word);
}

static void
quarry_hit_finalize (GObject *object)
{
  QuarryHit *self = QUARRY_HIT (object);

  g_free (self->path);
  g_free (self->title);
  g_free (self->mime_type);
  g_strfreev (self->heading);
  g_free (self->text);
  g_array_unref (self->words);
  g_ptr_array_unref (self->copies);

  G_OBJECT_CLASS (quarry_hit_parent_class)->finalize (object);
}

static void
quarry_hit_class_init (QuarryHitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_hit_finalize;
}

static void
quarry_hit_init (QuarryHit *self)
{
  self->words = g_array_new (FALSE, FALSE, sizeof (QuarryHitWord));
  g_array_set_clear_func (self->words, clear_word);
  self->copies = g_ptr_array_new_with_free_func (g_object_unref);
  self->topic = -1;
  self->angle = NAN;
  self->context = NAN;
}

QuarryHit *
quarry_hit_new (void)
{
  return g_object_new (QUARRY_TYPE_HIT, NULL);
}

static char **
split_heading (const char *heading)
{
  return *heading != '\0' ? g_strsplit (heading, "\x1f", -1) : g_new0 (char *, 1);
}

QuarryHit *
quarry_hit_new_of (const QuarryPassageRecord *passage, const QuarryDocumentRecord *document)
{
  QuarryHit *hit = quarry_hit_new ();

  hit->passage = passage->id;
  hit->document = passage->document;
  hit->path = g_strdup (document->path);
  hit->title = document->title != NULL && *document->title != '\0' ? g_strdup (document->title)
                                                                   : quarry_path_display_name (document->path);
  hit->mime_type = g_strdup (document->mime_type);
  hit->heading = split_heading (passage->heading);
  hit->page = passage->page;
  hit->text = g_strdup (passage->text);
  hit->bytes = passage->bytes;
  hit->characters = passage->characters;

  return hit;
}

void
quarry_hit_add_word (QuarryHit *self,
                     QuarrySpan span,
                     float weight,
                     QuarryMatchKind kind,
                     const char *query_word,
                     gssize n_bytes)
{
  QuarryHitWord word = { span, weight, NULL, kind };
  gsize length = n_bytes < 0 ? strlen (query_word) : (gsize) n_bytes;
  const QuarryHitWord *last
      = self->words->len > 0 ? &g_array_index (self->words, QuarryHitWord, self->words->len - 1) : NULL;

  /* Mostly several words in a row match the same word of the query. */
  if (last != NULL && g_ref_string_length (last->query_word) == length
      && memcmp (last->query_word, query_word, length) == 0)
    word.query_word = g_ref_string_acquire (last->query_word);
  else
    word.query_word = g_ref_string_new_len (query_word, (gssize) length);
  g_array_append_val (self->words, word);
}

gint64
quarry_hit_get_passage (QuarryHit *self)
{
  return self->passage;
}

gint64
quarry_hit_get_document (QuarryHit *self)
{
  return self->document;
}

guint
quarry_hit_get_rank (QuarryHit *self)
{
  return self->rank;
}

gboolean
quarry_hit_is_listed (QuarryHit *self)
{
  return self->is_listed;
}

gboolean
quarry_hit_is_unlikely (QuarryHit *self)
{
  return self->is_unlikely;
}

const char *
quarry_hit_get_path (QuarryHit *self)
{
  return self->path;
}

const char *
quarry_hit_get_title (QuarryHit *self)
{
  return self->title;
}

const char *
quarry_hit_get_mime_type (QuarryHit *self)
{
  return self->mime_type;
}

const char *const *
quarry_hit_get_heading (QuarryHit *self)
{
  static const char *const none[] = { NULL };

  return self->heading != NULL ? (const char *const *) self->heading : none;
}

guint
quarry_hit_get_page (QuarryHit *self)
{
  return self->page;
}

const char *
quarry_hit_get_text (QuarryHit *self)
{
  return self->text;
}

QuarrySpan
quarry_hit_get_bytes (QuarryHit *self)
{
  return self->bytes;
}

QuarrySpan
quarry_hit_get_characters (QuarryHit *self)
{
  return self->characters;
}

QuarrySpan
quarry_hit_get_sentence (QuarryHit *self)
{
  return self->sentence;
}

float
quarry_hit_get_similarity (QuarryHit *self)
{
  return self->similarity;
}

float
quarry_hit_get_score (QuarryHit *self)
{
  return self->score;
}

float
quarry_hit_get_context (QuarryHit *self)
{
  return self->context;
}

float
quarry_hit_get_context_score (QuarryHit *self)
{
  return self->context_score;
}

int
quarry_hit_get_raised_by_likeness (QuarryHit *self)
{
  return self->raised_by_likeness;
}

guint
quarry_hit_get_dense_rank (QuarryHit *self)
{
  return self->dense_rank;
}

guint
quarry_hit_get_lexical_rank (QuarryHit *self)
{
  return self->lexical_rank;
}

guint
quarry_hit_get_fused_rank (QuarryHit *self)
{
  return self->fused_rank;
}

gint64
quarry_hit_get_avoided (QuarryHit *self)
{
  return self->avoided;
}

guint
quarry_hit_get_avoided_rank (QuarryHit *self)
{
  return self->avoided_rank;
}

int
quarry_hit_get_topic (QuarryHit *self)
{
  return self->topic;
}

QuarryHit *const *
quarry_hit_get_copies (QuarryHit *self, guint *n_copies)
{
  *n_copies = self->copies->len;

  return (QuarryHit *const *) self->copies->pdata;
}

float
quarry_hit_get_rest (QuarryHit *self)
{
  return self->rest;
}

float
quarry_hit_get_angle (QuarryHit *self)
{
  return self->angle;
}

const QuarryHitWord *
quarry_hit_get_words (QuarryHit *self, guint *n_words)
{
  if (n_words != NULL)
    *n_words = self->words->len;

  return (const QuarryHitWord *) (gpointer) self->words->data;
}
