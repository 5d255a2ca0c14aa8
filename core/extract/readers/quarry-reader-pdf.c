/* quarry-reader-pdf.c: PDF
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Poppler reads the file, after what it would process again for every page has been removed. The steps
 * from characters to blocks are in core/extract/pdf. If there is no legible text, pages that are
 * pictures are recognized, if that is asked for.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/pdf/quarry-pdf.h"
#include "core/extract/quarry-metadata.h"
#include "core/extract/text/quarry-decode.h"

#include <string.h>
#include <glib/gi18n-lib.h>

/* The header may be preceded by other bytes. */
#define HEADER_WINDOW 1024u
/* The last bytes of the file, which tell where the cross-reference table is. */
#define TRAILER_WINDOW 2048u
#define MAX_OUTLINE 20000u
#define MAX_OUTLINE_DEPTH 16u
#define MAX_PAGES 100000
#define MAX_NOTES 10000u
#define MAX_CHOICES 10000

/* Whether a file that is only ASCII ends as a PDF does; otherwise it may be a text that contains one. */
static gboolean
ends_like_pdf (const QuarryInput *input)
{
  gsize end = input->length, start;

  while (end > 0 && (g_ascii_isspace (input->bytes[end - 1]) || input->bytes[end - 1] == 0))
    end--;
  start = end > TRAILER_WINDOW ? end - TRAILER_WINDOW : 0;
  return end >= 5 && memcmp (input->bytes + end - 5, "%%EOF", 5) == 0
         && memmem (input->bytes + start, end - start, "startxref", 9) != NULL;
}

/* A text may mention the header or quote one. Other bytes may precede that of a PDF; but if these are the beginning of
 * another format, the file is of that one, such as an archive whose first member is a PDF. */
gboolean
quarry_sniff_pdf (const QuarryInput *input)
{
  const guint8 *bytes = input->bytes;
  const guint8 *header = memmem (bytes, MIN (input->length, HEADER_WINDOW), "%PDF-", 5);
  const guint8 *before = header;

  /* Poppler does without a header, where the rest is in order. */
  if (header == NULL)
    return quarry_format_of_name (input->name) == QUARRY_FORMAT_PDF
           && memmem (bytes, MIN (input->length, HEADER_WINDOW), " obj", 4) != NULL && ends_like_pdf (input);
  if (quarry_format_of_name (input->name) == QUARRY_FORMAT_PDF)
    return TRUE;
  if (header > bytes && (quarry_sniff_archive (input) || quarry_readers_name_foreign (input) != NULL))
    return FALSE;
  if (!quarry_decode_is_text ((const char *) bytes, MIN (input->length, 4096)))
    return TRUE;
  while (before > bytes && g_ascii_isspace (before[-1]))
    before--;
  if (before == bytes || (before - bytes == 3 && memcmp (bytes, "\357\273\277", 3) == 0))
    return TRUE;
  return (header[-1] == '\n' || header[-1] == '\r') && ends_like_pdf (input);
}

static void
clear_entry (gpointer data)
{
  QuarryPdfOutlineEntry *entry = data;

  g_free (entry->title);
}

static guint
page_of_destination (PopplerDocument *document, PopplerDest *dest)
{
  PopplerDest *found;
  guint page = 0;

  if (dest == NULL)
    return 0;
  if (dest->type != POPPLER_DEST_NAMED)
    return dest->page_num > 0 ? (guint) dest->page_num : 0;
  if (dest->named_dest == NULL)
    return 0;
  found = poppler_document_find_dest (document, dest->named_dest);
  if (found != NULL)
    {
      page = found->page_num > 0 ? (guint) found->page_num : 0;
      poppler_dest_free (found);
    }
  return page;
}

static void
read_outline (PopplerDocument *document, PopplerIndexIter *iter, guint depth, GArray *outline)
{
  if (iter == NULL)
    return;
  do
    {
      PopplerAction *action = poppler_index_iter_get_action (iter);
      PopplerIndexIter *child
          = depth < MAX_OUTLINE_DEPTH ? poppler_index_iter_get_child (iter) : NULL;

      if (action != NULL && action->any.title != NULL)
        {
          QuarryPdfOutlineEntry entry
              = { .level = depth, .title = g_utf8_make_valid (action->any.title, -1) };

          if (action->type == POPPLER_ACTION_GOTO_DEST)
            entry.page = page_of_destination (document, action->goto_dest.dest);
          g_array_append_val (outline, entry);
        }
      if (action != NULL)
        poppler_action_free (action);
      read_outline (document, child, depth + 1, outline);
      poppler_index_iter_free (child);
    }
  while (outline->len < MAX_OUTLINE && poppler_index_iter_next (iter));
}

static void
clear_note (gpointer data)
{
  QuarryPdfNote *note = data;

  g_free (note->text);
}

static void
read_notes (PopplerPage *page, guint number, GArray *notes)
{
  GList *mappings = poppler_page_get_annot_mapping (page);

  for (GList *l = mappings; l != NULL && notes->len < MAX_NOTES; l = l->next)
    {
      PopplerAnnot *annot = ((PopplerAnnotMapping *) l->data)->annot;
      PopplerAnnotType type = poppler_annot_get_annot_type (annot);
      QuarryPdfNote note = { .page = number };

      /* Links and form fields have no text of their own, and that of a popup is its parent's. */
      if (type == POPPLER_ANNOT_LINK || type == POPPLER_ANNOT_WIDGET || type == POPPLER_ANNOT_POPUP)
        continue;
      note.text = poppler_annot_get_contents (annot);
      if (note.text != NULL && *note.text != '\0')
        g_array_append_val (notes, note);
      else
        g_free (note.text);
    }
  poppler_page_free_annot_mapping (mappings);
}

/* What was chosen from a list, or typed in its place; NULL for nothing. (transfer full) */
static char *
get_choice (PopplerFormField *field)
{
  g_autoptr (GString) chosen = g_string_new (NULL);
  int n = MIN (poppler_form_field_choice_get_n_items (field), MAX_CHOICES);

  for (int i = 0; i < n; i++)
    if (poppler_form_field_choice_is_item_selected (field, i))
      {
        g_autofree char *item = poppler_form_field_choice_get_item (field, i);

        g_string_append_printf (chosen, "%s%s", chosen->len > 0 ? ", " : "", item != NULL ? item : "");
      }
  if (chosen->len > 0)
    return g_strdup (chosen->str);
  return poppler_form_field_choice_is_editable (field) ? poppler_form_field_choice_get_text (field) : NULL;
}

/* Reads what was filled into the fields of a form, which is not part of the page's own text. */
static void
read_fields (PopplerPage *page, guint number, GArray *notes)
{
  /* Poppler lists them from the last to the first. */
  GList *mappings = g_list_reverse (poppler_page_get_form_field_mapping (page));

  for (GList *l = mappings; l != NULL && notes->len < MAX_NOTES; l = l->next)
    {
      PopplerFormField *field = ((PopplerFormFieldMapping *) l->data)->field;
      QuarryPdfNote note = { .page = number };

      if (poppler_form_field_get_field_type (field) == POPPLER_FORM_FIELD_TEXT &&
          !poppler_form_field_text_is_password (field))
        note.text = poppler_form_field_text_get_text (field);
      else if (poppler_form_field_get_field_type (field) == POPPLER_FORM_FIELD_CHOICE)
        note.text = get_choice (field);
      if (note.text != NULL && *note.text != '\0')
        g_array_append_val (notes, note);
      else
        g_free (note.text);
    }
  poppler_page_free_form_field_mapping (mappings);
}

static void
set_date (QuarryDocumentBuilder *builder, const char *key, GDateTime *date)
{
  g_autoptr (GDateTime) owned = date;
  g_autoptr (GDateTime) utc = owned != NULL ? g_date_time_to_utc (owned) : NULL;
  g_autofree char *text = utc != NULL ? g_date_time_format_iso8601 (utc) : NULL;

  quarry_document_builder_set_metadata (builder, key, text);
}

/* ReportLab's default for title and author. */
#define NOBODY "anonymous"

/* FALSE for a title that a program derived from a file's name. */
static gboolean
is_real_title (const char *title)
{
  static const char *const endings[]
      = { ".doc", ".docx", ".odt",  ".rtf", ".tex", ".dvi",  ".pdf", ".ps",  ".txt",
          ".md",  ".html", ".indd", ".qxd", ".ppt", ".pptx", ".xls", ".xlsx", ".tif", ".tiff", ".jpg", ".jpeg", ".png" };
  g_autofree char *lower = NULL;

  if (title == NULL || strlen (title) < 3)
    return FALSE;
  lower = g_utf8_strdown (title, -1);
  g_strstrip (lower);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return FALSE;
  /* A path of Windows. */
  if (g_ascii_isalpha (lower[0]) && lower[1] == ':' && lower[2] == '\\')
    return FALSE;
  return !g_str_has_prefix (lower, "untitled") && !g_str_has_prefix (lower, "microsoft word - ")
         && !g_str_has_prefix (lower, "microsoft powerpoint - ") && strstr (lower, "://") == NULL
         && *lower != '\0' && strcmp (lower, NOBODY) != 0 && quarry_metadata_is_told ("title", lower);
}

static gboolean
append_bytes (const char *bytes, gsize length, gpointer data, GError **error)
{
  GByteArray *out = data;

  if (out->len + length > QUARRY_INSIDE_MAX_FILE)
    return FALSE;
  g_byte_array_append (out, (const guint8 *) bytes, (guint) length);
  return TRUE;
}

/* A file whose attachments are still to be read. */
typedef struct
{
  PopplerDocument *document;
  GBytes *stripped; /* of @document */
  const QuarryInput *input;
} Attached;

static void
attached_free (gpointer data)
{
  Attached *self = data;

  g_object_unref (self->document);
  g_bytes_unref (self->stripped);
  g_free (self);
}

/* Reads the files that are embedded in this one. */
static void
read_attachments (QuarryInside *inside, gpointer data)
{
  const Attached *attached = data;
  g_autoptr (PopplerDocument) whole = NULL;
  GList *attachments;

  if (!poppler_document_has_attachments (attached->document))
    return;
  /* Use the original file: what was removed from the other one may be part of the embedded files. */
  whole = quarry_pdf_open (attached->input, NULL);
  attachments = whole != NULL ? poppler_document_get_attachments (whole) : NULL;
  for (GList *l = attachments; l != NULL; l = l->next)
    {
      PopplerAttachment *attachment = l->data;
      g_autoptr (GByteArray) bytes = g_byte_array_new ();

      if ((attachment->name == NULL || quarry_extractor_may_read (attachment->name))
          && poppler_attachment_save_to_callback (attachment, append_bytes, bytes, NULL)
          && quarry_inside_account (inside, bytes->len))
        quarry_inside_read (inside, attachment->name, bytes->data, bytes->len);
      g_object_unref (attachment);
    }
  g_list_free (attachments);
}

/* Poppler crashes on some broken lists of attachments, which is not to cost the text. Where the file has been unwrapped,
 * its bytes are gone once it has been read. */
static void
take_attachments (PopplerDocument *document, GBytes *stripped, const QuarryInput *input)
{
  Attached *attached;

  if (input->inside == NULL)
    return;
  attached = g_new (Attached, 1);
  *attached = (Attached) { g_object_ref (document), g_bytes_ref (stripped), input };
  if (input->wrappings == 0)
    quarry_inside_defer (input->inside, read_attachments, attached, attached_free);
  else
    {
      read_attachments (input->inside, attached);
      attached_free (attached);
    }
}

/* Ghostscript leaves the parentheses around PostScript strings in the metadata. */
static void
take_off_brackets (char *text)
{
  gsize n = text != NULL ? strlen (text) : 0;

  if (n < 3 || text[0] != '(' || text[n - 1] != ')' || strcspn (text + 1, "()") != n - 2)
    return;
  memmove (text, text + 1, n - 2);
  text[n - 2] = '\0';
}

static void
read_metadata (PopplerDocument *document, QuarryDocumentBuilder *builder, const char *heading)
{
  g_autofree char *title = poppler_document_get_title (document);
  g_autofree char *author = poppler_document_get_author (document);
  g_autofree char *keywords = poppler_document_get_keywords (document);

  take_off_brackets (title);
  take_off_brackets (author);
  if (is_real_title (title))
    quarry_document_builder_set_title (builder, title);
  else
    quarry_document_builder_set_title (builder, heading);
  if (author != NULL && strcmp (author, NOBODY) != 0 && quarry_metadata_is_told ("author", author))
    quarry_document_builder_set_metadata (builder, "author", author);
  quarry_document_builder_set_metadata (builder, "keywords", keywords);
  set_date (builder, "created", poppler_document_get_creation_date_time (document));
  set_date (builder, "modified", poppler_document_get_modification_date_time (document));
}

/* Whether the characters form words. Fonts without a map to Unicode yield arbitrary numbers, or characters for private
 * use. */
static gboolean
is_legible (const GArray *lines)
{
  gsize good = 0, bad = 0;

  for (guint i = 0; i < lines->len; i++)
    for (const char *p = g_array_index (lines, QuarryPdfLine, i).text; *p != '\0';
         p = g_utf8_next_char (p))
      {
        gunichar c = g_utf8_get_char (p);

        if (c < 0x20 || c == 0xfffd || (c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000)
          bad++;
        else
          good++;
      }
  return bad <= good;
}

static void
set_open_error (GError **error, const GError *reason)
{
  if (g_error_matches (reason, POPPLER_ERROR, POPPLER_ERROR_ENCRYPTED))
    g_set_error_literal (error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_ENCRYPTED,
                         _ ("The PDF file is encrypted: open it with its password and save an "
                            "unprotected copy."));
  else
    quarry_reader_set_damaged (error, QUARRY_FORMAT_PDF);
}

PopplerDocument *
quarry_pdf_open (const QuarryInput *input, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (input->bytes, input->length);
  g_autoptr (GError) reason = NULL;
  g_autoptr (PopplerDocument) document = poppler_document_new_from_bytes (bytes, NULL, &reason);

  if (document == NULL)
    {
      set_open_error (error, reason);
      return NULL;
    }
  if (poppler_document_get_n_pages (document) == 0)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_PDF);
      return NULL;
    }
  return g_steal_pointer (&document);
}

/* What has been found in one file. */
typedef struct
{
  GPtrArray *pages;   /* QuarryPdfPage */
  GArray *lines;      /* QuarryPdfLine */
  GStringChunk *texts; /* of the lines */
  GArray *notes;      /* QuarryPdfNote */
  guint n_characters; /* on all pages */
} Found;

static void
found_clear (Found *self)
{
  g_clear_pointer (&self->pages, g_ptr_array_unref);
  g_clear_pointer (&self->lines, g_array_unref);
  g_clear_pointer (&self->notes, g_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Found, found_clear)

static void
read_pages (PopplerDocument *document, Found *found)
{
  int n_pages = MIN (poppler_document_get_n_pages (document), MAX_PAGES);

  for (int i = 0; i < n_pages && found->n_characters <= QUARRY_DOCUMENT_MAX_TEXT; i++)
    {
      g_autoptr (PopplerPage) page = poppler_document_get_page (document, i);
      QuarryPdfPage *runs;

      if (page == NULL)
        continue;
      runs = quarry_pdf_page_new (page, (guint) i + 1);
      for (guint k = 0; k < runs->runs->len; k++)
        found->n_characters += g_array_index (runs->runs, QuarryPdfRun, k).n_characters;
      g_ptr_array_add (found->pages, runs);
      read_notes (page, (guint) i + 1, found->notes);
      read_fields (page, (guint) i + 1, found->notes);
    }
}

/* Opens the file and reads its pages. @light is the stripped file, @input the original one. If the stripped one has no
 * text, the original is read: what was taken for a font may have been something else, which the pages need. Nothing
 * else has the signature of a profile, and pages without text are often pictures in profiled colours. (transfer full) */
static PopplerDocument *
open_and_read (const QuarryInput *light, gboolean has_fonts, const QuarryInput *input, Found *found, GError **error)
{
  gboolean is_whole = light->bytes == input->bytes;
  g_autoptr (PopplerDocument) document = quarry_pdf_open (light, is_whole ? error : NULL);

  if (document != NULL)
    read_pages (document, found);
  if (is_whole || found->n_characters > 0 || (document != NULL && !has_fonts))
    return g_steal_pointer (&document);

  g_ptr_array_set_size (found->pages, 0);
  g_array_set_size (found->notes, 0);
  g_clear_object (&document);
  document = quarry_pdf_open (input, error);
  if (document != NULL)
    read_pages (document, found);
  return g_steal_pointer (&document);
}

/* Recognizes the text on all pages as they are seen, or only on those that are pictures. */
static gboolean
recognize_pages (const QuarryInput *input,
                 Found *found,
                 gboolean all,
                 QuarryDocumentBuilder *builder,
                 gboolean *has_given_up,
                 GError **error)
{
  g_autoptr (QuarryRecognizer) recognizer = quarry_recognizer_new (error);
  /* Use the original file, since the stripped one cannot be drawn. */
  g_autoptr (PopplerDocument) document = recognizer != NULL ? quarry_pdf_open (input, error) : NULL;

  if (document == NULL)
    return FALSE;
  for (guint i = 0; i < found->pages->len && !quarry_recognizer_is_late (recognizer); i++)
    {
      QuarryPdfPage *runs = found->pages->pdata[i];
      g_autoptr (PopplerPage) page = poppler_document_get_page (document, (int) runs->number - 1);

      if (page != NULL && (all || quarry_pdf_page_is_picture (page, runs)))
        quarry_pdf_recognize_page (recognizer, page, runs, TRUE);
    }
  if (quarry_recognizer_is_late (recognizer))
    quarry_document_builder_set_metadata (builder, "incomplete", "recognition took too long");
  *has_given_up = quarry_recognizer_has_given_up (recognizer);
  return TRUE;
}

static void
lay_out (Found *found)
{
  guint n_columns = 0;

  quarry_pdf_drop_line_numbers (found->pages);
  quarry_pdf_drop_running (found->pages, found->notes);
  for (guint i = 0; i < found->pages->len; i++)
    quarry_pdf_layout_page (found->pages->pdata[i], found->texts, found->lines, &n_columns);
}

/* If the characters of the pages are not legible, those of headers and footers are not either. */
static void
drop_running_notes (GArray *notes)
{
  for (guint i = notes->len; i-- > 0;)
    if (g_array_index (notes, QuarryPdfNote, i).is_running)
      g_array_remove_index (notes, i);
}

/* Whether a page consists of a picture only. For this poppler reads a page once more, as a rule for longer than for its
 * text; so the pages behind the first such one are not looked at. */
static gboolean
has_picture_page (PopplerDocument *document, const Found *found)
{
  for (guint i = 0; i < found->pages->len; i++)
    {
      QuarryPdfPage *runs = found->pages->pdata[i];
      g_autoptr (PopplerPage) page
          = runs->runs->len == 0 ? poppler_document_get_page (document, (int) runs->number - 1) : NULL;

      if (page != NULL && quarry_pdf_page_is_picture (page, runs))
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_pictures (PopplerDocument *document, const Found *found)
{
  for (guint i = 0; i < found->pages->len; i++)
    if (((const QuarryPdfPage *) found->pages->pdata[i])->has_pictures)
      return TRUE;
  for (guint i = 0; i < found->pages->len; i++)
    {
      QuarryPdfPage *runs = found->pages->pdata[i];
      g_autoptr (PopplerPage) page = poppler_document_get_page (document, (int) runs->number - 1);

      if (page != NULL && quarry_pdf_page_has_pictures (page, runs))
        return TRUE;
    }
  return FALSE;
}

/* Finds the lines on the document's pages, if necessary by recognizing them. FALSE if there is nothing to read. */
static gboolean
find_lines (PopplerDocument *document,
            const QuarryInput *input,
            Found *found,
            QuarryDocumentBuilder *builder,
            GError **error)
{
  /* Asked before the layout, which may leave a page without runs. */
  gboolean has_scan = has_picture_page (document, found);
  gboolean is_empty, is_legible_text, has_given_up = FALSE;

  lay_out (found);
  is_empty = found->lines->len == 0 && found->notes->len == 0;
  is_legible_text = is_empty || is_legible (found->lines);
  if (!is_empty && is_legible_text && !has_scan)
    return TRUE;
  if (!input->recognize)
    {
      if (!is_empty && is_legible_text)
        {
          quarry_document_builder_set_metadata (builder, "unrecognized", "pages");
          return TRUE;
        }
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_PICTURES,
                           is_empty
                               ? has_pictures (document, found)
                                     ? _ ("Its pages hold no text, only pictures, as of a scan.")
                                     : _ ("There is no text in it.")
                               : _ ("Its fonts do not say which letters they show, so its text cannot be "
                                    "read."));
      quarry_document_builder_set_metadata (builder, "unrecognized", "pages");
      return FALSE;
    }

  if (!recognize_pages (input, found, is_empty || !is_legible_text, builder, &has_given_up,
                        is_empty || !is_legible_text ? error : NULL))
    {
      quarry_document_builder_set_metadata (builder, "unrecognized", "pages");
      return !is_empty && is_legible_text;
    }
  g_array_set_size (found->lines, 0);
  if (!is_legible_text)
    drop_running_notes (found->notes);
  lay_out (found);
  if (found->lines->len > 0 || found->notes->len > 0)
    return TRUE;
  if (has_given_up)
    quarry_document_builder_set_metadata (builder, "unrecognized", "pages");
  g_set_error_literal (error,
                       QUARRY_EXTRACT_ERROR,
                       has_given_up ? QUARRY_EXTRACT_ERROR_PICTURES : QUARRY_EXTRACT_ERROR_EMPTY,
                       has_pictures (document, found)
                           ? _ ("Its pages hold pictures, in which no text could be recognized.")
                           : _ ("There is no text in it."));
  return FALSE;
}

gboolean
quarry_read_pdf (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  gboolean has_fonts;
  g_autoptr (GBytes) stripped = quarry_pdf_strip (input, &has_fonts);
  g_autoptr (PopplerDocument) document = NULL;
  g_autoptr (GArray) outline = g_array_new (FALSE, FALSE, sizeof (QuarryPdfOutlineEntry));
  g_auto (Found) found = { g_ptr_array_new_with_free_func ((GDestroyNotify) quarry_pdf_page_free),
                           g_array_new (FALSE, FALSE, sizeof (QuarryPdfLine)),
                           g_string_chunk_new (65536),
                           g_array_new (FALSE, FALSE, sizeof (QuarryPdfNote)),
                           0 };
  PopplerIndexIter *iter;
  g_autofree char *heading = NULL;
  QuarryInput light = { 0 };
  gboolean is_read;

  light.bytes = g_bytes_get_data (stripped, &light.length);
  g_array_set_clear_func (outline, clear_entry);
  g_array_set_clear_func (found.notes, clear_note);
  document = open_and_read (&light, has_fonts, input, &found, error);
  if (document == NULL)
    return FALSE;

  iter = poppler_index_iter_new (document);
  if (iter != NULL)
    {
      read_outline (document, iter, 1, outline);
      poppler_index_iter_free (iter);
    }

  is_read = find_lines (document, input, &found, builder, error);
  if (is_read)
    heading = quarry_pdf_flow (found.lines, outline, found.notes, builder);
  read_metadata (document, builder, heading);
  take_attachments (document, stripped, input);
  return is_read;
}
