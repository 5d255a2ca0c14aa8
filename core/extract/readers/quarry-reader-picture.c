/* quarry-reader-picture.c: captions of pictures, and the text in them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/pdf/quarry-recognizer.h"

#include <gexiv2/gexiv2.h>
#include <stdio.h>
#include <string.h>
#include <glib/gi18n-lib.h>

static const struct
{
  guint offset;
  guint length;
  const char *bytes;
  const char *mime_type;
} signatures[] = {
  { 0, 8, "\211PNG\r\n\032\n", "image/png" },
  { 0, 3, "\377\330\377", "image/jpeg" },
  { 0, 4, "GIF8", "image/gif" },
  { 0, 4, "II*\0", "image/tiff" },
  { 0, 4, "MM\0*", "image/tiff" },
  { 8, 4, "WEBP", "image/webp" },
  { 0, 8, "\0\0\0\014jP  ", "image/jp2" },
};

static const char *
find_type (const QuarryInput *input)
{
  for (guint i = 0; i < G_N_ELEMENTS (signatures); i++)
    if (input->length >= signatures[i].offset + signatures[i].length
        && memcmp (input->bytes + signatures[i].offset, signatures[i].bytes, signatures[i].length)
               == 0)
      return signatures[i].mime_type;
  /* The two letters alone may begin a text, so check that the reserved bytes are zero. */
  if (input->length > 26 && memcmp (input->bytes, "BM", 2) == 0
      && memcmp (input->bytes + 6, "\0\0\0\0", 4) == 0)
    return "image/bmp";
  return NULL;
}

gboolean
quarry_sniff_picture (const QuarryInput *input)
{
  return find_type (input) != NULL;
}

/* The first of the fields that is not empty; NULL if all are. (transfer full) */
static char *
get_field (GExiv2Metadata *metadata, const char *const *fields)
{
  for (; *fields != NULL; fields++)
    {
      g_autofree char *value
          = gexiv2_metadata_try_get_tag_interpreted_string (metadata, *fields, NULL);
      const char *text = value;

      /* XMP puts the language before the text. */
      if (text != NULL && g_str_has_prefix (text, "lang=\""))
        text = strstr (text, "\" ") != NULL ? strstr (text, "\" ") + 2 : NULL;
      if (text != NULL && g_str_has_prefix (text, "charset="))
        text = strchr (text, ' ');
      if (text != NULL && text[strspn (text, " \t\r\n")] != '\0')
        return g_strstrip (g_utf8_make_valid (text, -1));
    }
  return NULL;
}

/* Whether the caption is a default of cameras and programs, and not a person's words. */
static gboolean
is_by_machine (const char *caption)
{
  static const char *const beginnings[] = { "created with ",
                                            "olympus digital camera",
                                            "sony dsc",
                                            "samsung",
                                            "digital camera",
                                            "konica minolta",
                                            "minolta digital camera",
                                            "dcf 1.0",
                                            "binary comment",
                                            "ascii\"",
                                            "lavc",
                                            "file source",
                                            "compressed by " };
  g_autofree char *lower = g_ascii_strdown (caption, -1);

  for (guint i = 0; i < G_N_ELEMENTS (beginnings); i++)
    if (g_str_has_prefix (lower, beginnings[i]))
      return TRUE;
  return FALSE;
}

static char *
get_list (GExiv2Metadata *metadata, const char *field)
{
  g_auto (GStrv) values = gexiv2_metadata_try_get_tag_multiple (metadata, field, NULL);
  g_autofree char *joined = values != NULL && values[0] != NULL ? g_strjoinv (", ", values) : NULL;

  return joined != NULL ? g_utf8_make_valid (joined, -1) : NULL;
}

/* Converts Exif's "2024:05:17 09:30:00", which has no time zone, to ISO 8601; other dates are in that form already. */
static void
set_created (QuarryDocumentBuilder *builder, const char *date)
{
  int year, month, day, hour = 0, minute = 0, second = 0;
  g_autofree char *iso = NULL;

  if (date == NULL
      || sscanf (date,
                 "%4d%*1[:-]%2d%*1[:-]%2d%*1[ T]%2d:%2d:%2d",
                 &year,
                 &month,
                 &day,
                 &hour,
                 &minute,
                 &second)
             < 3
      || !g_date_valid_dmy ((GDateDay) CLAMP (day, 0, 31),
                            (GDateMonth) CLAMP (month, 0, 12),
                            (GDateYear) CLAMP (year, 0, 9999))
      || year < 1800 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0
      || second > 60)
    return;
  iso = g_strdup_printf ("%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, hour, minute, second);
  quarry_document_builder_set_metadata (builder, "created", iso);
}

/* Reads the caption. TRUE if somebody has described the picture. @quarter_turns: clockwise. */
static gboolean
read_caption (const QuarryInput *input, QuarryDocumentBuilder *builder, int *quarter_turns)
{
  static const char *const titles[]
      = { "Xmp.dc.title",           "Iptc.Application2.ObjectName", "Iptc.Application2.Headline",
          "Xmp.photoshop.Headline", "Exif.Image.XPTitle",           NULL };
  static const char *const captions[] = { "Xmp.dc.description",
                                          "Iptc.Application2.Caption",
                                          "Exif.Image.ImageDescription",
                                          "Exif.Photo.UserComment",
                                          "Exif.Image.XPComment",
                                          "Xmp.exif.UserComment",
                                          "Xmp.acdsee.notes",
                                          NULL };
  static const char *const authors[]
      = { "Xmp.dc.creator", "Iptc.Application2.Byline", "Exif.Image.Artist", NULL };
  static const char *const dates[]
      = { "Exif.Photo.DateTimeOriginal", "Xmp.photoshop.DateCreated", "Xmp.xmp.CreateDate", NULL };
  static const char *const places[][4]
      = { { "Xmp.iptc.Location", "Iptc.Application2.SubLocation", NULL },
          { "Xmp.photoshop.City", "Iptc.Application2.City", NULL },
          { "Xmp.photoshop.State", "Iptc.Application2.ProvinceState", NULL },
          { "Xmp.photoshop.Country", "Iptc.Application2.CountryName", NULL } };
  g_autoptr (GExiv2Metadata) metadata = gexiv2_metadata_new ();
  g_autoptr (GString) place = g_string_new (NULL);
  g_autofree char *title = NULL, *caption = NULL, *author = NULL, *date = NULL, *keywords = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean is_described;

  gexiv2_log_set_level (GEXIV2_LOG_LEVEL_MUTE);
  /* Without a place for the error, gexiv2 0.14.0 says that it has opened what it has not. */
  if (!gexiv2_metadata_open_buf (metadata, input->bytes, (glong) input->length, &failure) || failure != NULL)
    {
      /* Where it stumbles over a picture's previews, it has freed what it would free once more with the object
       * (exiv2's issue 2566). So the few bytes are kept. */
      static GSList *kept;

      kept = g_slist_prepend (kept, g_steal_pointer (&metadata));
      return FALSE;
    }
  switch (gexiv2_metadata_try_get_orientation (metadata, NULL))
    {
    case GEXIV2_ORIENTATION_ROT_180:
      *quarter_turns = 2;
      break;
    case GEXIV2_ORIENTATION_ROT_90:
      *quarter_turns = 1;
      break;
    case GEXIV2_ORIENTATION_ROT_270:
      *quarter_turns = 3;
      break;
    default:
      break;
    }
  title = get_field (metadata, titles);
  caption = get_field (metadata, captions);
  author = get_field (metadata, authors);
  date = get_field (metadata, dates);
  keywords = get_list (metadata, "Xmp.dc.subject");
  if (keywords == NULL)
    keywords = get_list (metadata, "Iptc.Application2.Keywords");
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *part = get_field (metadata, places[i]);

      if (part != NULL)
        g_string_append_printf (place, "%s%s", place->len > 0 ? ", " : "", part);
    }
  if (caption != NULL && is_by_machine (caption))
    g_clear_pointer (&caption, g_free);

  quarry_document_builder_set_title (builder, title);
  quarry_document_builder_set_metadata (builder, "author", author);
  quarry_document_builder_set_metadata (builder, "keywords", keywords);
  set_created (builder, date);
  is_described = title != NULL || caption != NULL || keywords != NULL || place->len > 0;
  if (title != NULL)
    quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, title, -1);
  if (caption != NULL && g_strcmp0 (caption, title) != 0)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, caption, -1);
  if (keywords != NULL)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, keywords, -1);
  if (place->len > 0)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, place->str, -1);
  return is_described;
}

gboolean
quarry_read_picture (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (QuarryRecognizer) recognizer = NULL;
  g_autoptr (GError) reason = NULL;
  int quarter_turns = 0;
  gboolean is_described = read_caption (input, builder, &quarter_turns);

  quarry_document_builder_set_metadata (builder, "mime-type", find_type (input));
  if (!input->recognize)
    {
      if (is_described)
        quarry_document_builder_set_metadata (builder, "unrecognized", "picture");
      else
        g_set_error_literal (error,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_PICTURES,
                             _ ("It is a picture without a caption."));
      return is_described;
    }

  recognizer = quarry_recognizer_new (&reason);
  if (recognizer != NULL)
    quarry_recognizer_read_picture (
        recognizer, input->bytes, input->length, quarter_turns, builder, &reason);
  if (reason != NULL && !g_error_matches (reason, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY))
    quarry_document_builder_set_metadata (builder, "unrecognized", "picture");
  /* A description is worth having, even if the text in the picture could not be recognized. */
  if (reason != NULL && !is_described)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  return TRUE;
}
