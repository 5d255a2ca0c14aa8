/* quarry-document-item.c: a document of the library, as a list shows it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-document-item.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/files/quarry-path.h"
#include "core/store/quarry-store.h"
#include "ui/widgets/quarry-hit-markup.h"

struct _QuarryDocumentItem
{
  GObject parent_instance;

  gint64 id;
  char *path;
  char *name;
  char *mime_type;
  char *type_name;
  char *key;    /* the name's collation key */
  char *folded; /* what the filter searches: the name, then the file's name on a line of its own */
  gint64 size;
  gint64 modified;
  guint n_passages;
  QuarryDocumentState state;
  char *reason;
};

G_DEFINE_FINAL_TYPE (QuarryDocumentItem, quarry_document_item, G_TYPE_OBJECT)

static guint changed_signal;

/* @title, @mime_type: may be NULL. */
static QuarryDocumentItem *
new_item (const char *path, const char *title, const char *mime_type, gint64 size, gint64 modified)
{
  QuarryDocumentItem *self = g_object_new (QUARRY_TYPE_DOCUMENT_ITEM, NULL);
  g_autofree char *file_name = quarry_path_display_name (path);
  g_autofree char *both = NULL, *folded_name = NULL;

  self->path = g_strdup (path);
  self->name = g_utf8_make_valid (title && title[0] != '\0' ? title : file_name, -1);
  /* A row has one line only. */
  g_strdelimit (self->name, "\n\r\t", ' ');
  self->mime_type = g_strdup (mime_type);
  self->type_name = quarry_format_type (path, mime_type);
  folded_name = quarry_document_item_fold (self->name);
  self->key = g_utf8_collate_key_for_filename (folded_name, -1);
  both = g_strconcat (self->name, "\n", file_name, NULL);
  self->folded = quarry_document_item_fold (both);
  self->size = size;
  self->modified = modified;
  return self;
}

QuarryDocumentItem *
quarry_document_item_new (const QuarryDocumentRecord *record)
{
  QuarryDocumentItem *self
      = new_item (record->path, record->title, record->mime_type, record->size, record->modified_ns);

  self->id = record->id;
  self->n_passages = record->n_passages;
  return self;
}

QuarryDocumentItem *
quarry_document_item_new_of_failure (const QuarryFailureRecord *record)
{
  QuarryDocumentItem *self = new_item (record->path, NULL, NULL, record->size, record->modified_ns);

  self->state = record->skipped ? QUARRY_DOCUMENT_PASSED_OVER : QUARRY_DOCUMENT_FAILED;
  self->reason = g_utf8_make_valid (record->reason ?: "", -1);
  return self;
}

QuarryDocumentState
quarry_document_item_get_state (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), QUARRY_DOCUMENT_FAILED);
  return self->state;
}

const char *
quarry_document_item_get_state_name (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), NULL);
  switch (self->state)
    {
    case QUARRY_DOCUMENT_FAILED:
      /* Translators: the state of a file that could not be read into the library */
      return _("Failed");
    case QUARRY_DOCUMENT_PASSED_OVER:
      return _("Passed over");
    case QUARRY_DOCUMENT_ADDED:
    default:
      return ""; /* the usual state is shown as no text, so that the others stand out */
    }
}

const char *
quarry_document_item_get_reason (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), NULL);
  return self->reason;
}

char *
quarry_document_item_fold (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);

  return g_utf8_casefold (normal ?: "", -1);
}

const char *
quarry_document_item_get_path (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), NULL);
  return self->path;
}

const char *
quarry_document_item_get_name (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), NULL);
  return self->name;
}

const char *
quarry_document_item_get_mime_type (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), NULL);
  return self->mime_type;
}

const char *
quarry_document_item_get_type_name (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), NULL);
  return self->type_name;
}

gint64
quarry_document_item_get_size (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), -1);
  return self->size;
}

gint64
quarry_document_item_get_modified (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), 0);
  return self->modified;
}

guint
quarry_document_item_get_n_passages (QuarryDocumentItem *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), 0);
  return self->n_passages;
}

int
quarry_document_item_compare_names (QuarryDocumentItem *self, QuarryDocumentItem *other)
{
  return strcmp (self->key, other->key);
}

gboolean
quarry_document_item_matches (QuarryDocumentItem *self, const char *folded)
{
  return strstr (self->folded, folded) != NULL;
}

static void
swap (char **a, char **b)
{
  char *kept = *a;

  *a = *b;
  *b = kept;
}

gboolean
quarry_document_item_update (QuarryDocumentItem *self, QuarryDocumentItem *other)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (self), FALSE);
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_ITEM (other), FALSE);

  /* A document that was read again has another id; a file that was only touched has another time. */
  if (self->id == other->id && self->modified == other->modified && self->size == other->size
      && self->state == other->state && g_strcmp0 (self->reason, other->reason) == 0)
    return FALSE;
  self->id = other->id;
  swap (&self->name, &other->name);
  swap (&self->mime_type, &other->mime_type);
  swap (&self->type_name, &other->type_name);
  swap (&self->key, &other->key);
  swap (&self->folded, &other->folded);
  swap (&self->reason, &other->reason);
  self->state = other->state;
  self->size = other->size;
  self->modified = other->modified;
  self->n_passages = other->n_passages;
  g_signal_emit (self, changed_signal, 0);
  return TRUE;
}

static void
quarry_document_item_finalize (GObject *object)
{
  QuarryDocumentItem *self = QUARRY_DOCUMENT_ITEM (object);

  g_free (self->path);
  g_free (self->name);
  g_free (self->mime_type);
  g_free (self->type_name);
  g_free (self->key);
  g_free (self->folded);
  g_free (self->reason);
  G_OBJECT_CLASS (quarry_document_item_parent_class)->finalize (object);
}

static void
quarry_document_item_class_init (QuarryDocumentItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_document_item_finalize;
  changed_signal = g_signal_new ("changed", QUARRY_TYPE_DOCUMENT_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);
}

static void
quarry_document_item_init (QuarryDocumentItem *self)
{
}
