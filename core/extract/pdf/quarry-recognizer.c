/* quarry-recognizer.c: recognizes the text in pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quarry-extract is not linked with the libraries: they bring fifty others with them, which would slow
 * down every start, and they need not be installed. The functions used are those of Tesseract's C
 * interface (libtesseract.so.5) and of Leptonica (liblept.so.5), which decodes pictures for it.
 */
#include "core/extract/pdf/quarry-recognizer.h"

#include "core/extract/pdf/quarry-hyphens.h"
#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-recognition.h"

#include <dlfcn.h>
#include <string.h>
#include <glib/gi18n-lib.h>

/* The most languages that are tried together; each takes as much time again. */
#define MAX_LANGUAGES 3u
/* Time limits for one page and for all pages of a file. */
#define PAGE_MS 60000
#define FILE_SECONDS 1500
#define MAX_PAGES 2000
#define MAX_PIXELS ((gint64) 100 * 1000 * 1000)
/* Letters should be about twenty pixels high. Pictures whose longer side is below or above these are scaled:
 * screenshots have smaller letters, photographs much larger ones. */
#define SMALL_SIDE 1600
#define LARGE_SIDE 4000
/* Confidence in percent, below which a line is not taken for text: in pictures of trees, many letters are seen. */
#define MIN_CONFIDENCE 50.0f
#define MIN_PICTURE_CONFIDENCE 60.0f

enum
{
  LEVEL_PARAGRAPH = 1,
  LEVEL_LINE = 2,
  ENGINE_LSTM = 1,
  SEGMENTATION_TURNED = 1,
  SEGMENTATION_AUTO = 3,
  SEVERITY_NONE = 6,
};

typedef struct _Api Api;
typedef struct _Results Results;
typedef struct _Page Page;
typedef struct _Monitor Monitor;
typedef struct _Picture Picture;

static struct
{
  Api *(*create) (void);
  void (*destroy) (Api *);
  int (*init) (Api *, const char *, const char *, int);
  void (*set_segmentation) (Api *, int);
  void (*set_image) (Api *, const guint8 *, int, int, int, int);
  void (*set_picture) (Api *, Picture *);
  void (*set_resolution) (Api *, int);
  int (*recognize) (Api *, Monitor *);
  void (*clear) (Api *);
  Results *(*get_results) (Api *);
  void (*destroy_results) (Results *);
  int (*next) (Results *, int);
  char *(*get_text) (const Results *, int);
  float (*get_confidence) (const Results *, int);
  const Page *(*get_page) (const Results *);
  int (*is_at_beginning) (const Page *, int);
  int (*get_box) (const Page *, int, int *, int *, int *, int *);
  void (*get_orientation) (const Page *, int *, int *, int *, float *);
  void (*destroy_text) (const char *);
  Monitor *(*create_monitor) (void);
  void (*destroy_monitor) (Monitor *);
  void (*set_deadline) (Monitor *, int);

  int (*picture_read_header) (const guint8 *, size_t, int *, int *, int *, int *, int *, int *);
  Picture *(*picture_read) (const guint8 *, size_t);
  Picture *(*picture_read_tiff) (const guint8 *, size_t, size_t *);
  Picture *(*picture_turn) (Picture *, int);
  Picture *(*picture_scale) (Picture *, float, float);
  void (*picture_destroy) (Picture **);
  int (*picture_get_size) (const Picture *, int *, int *, int *);
  int (*set_severity) (int);
} library;

static const struct
{
  const char *name;
  gpointer *function;
} names[] = {
  { "TessBaseAPICreate", (gpointer *) &library.create },
  { "TessBaseAPIDelete", (gpointer *) &library.destroy },
  { "TessBaseAPIInit2", (gpointer *) &library.init },
  { "TessBaseAPISetPageSegMode", (gpointer *) &library.set_segmentation },
  { "TessBaseAPISetImage", (gpointer *) &library.set_image },
  { "TessBaseAPISetImage2", (gpointer *) &library.set_picture },
  { "TessBaseAPISetSourceResolution", (gpointer *) &library.set_resolution },
  { "TessBaseAPIRecognize", (gpointer *) &library.recognize },
  { "TessBaseAPIClear", (gpointer *) &library.clear },
  { "TessBaseAPIGetIterator", (gpointer *) &library.get_results },
  { "TessResultIteratorDelete", (gpointer *) &library.destroy_results },
  { "TessResultIteratorNext", (gpointer *) &library.next },
  { "TessResultIteratorGetUTF8Text", (gpointer *) &library.get_text },
  { "TessResultIteratorConfidence", (gpointer *) &library.get_confidence },
  { "TessResultIteratorGetPageIteratorConst", (gpointer *) &library.get_page },
  { "TessPageIteratorIsAtBeginningOf", (gpointer *) &library.is_at_beginning },
  { "TessPageIteratorBoundingBox", (gpointer *) &library.get_box },
  { "TessPageIteratorOrientation", (gpointer *) &library.get_orientation },
  { "TessDeleteText", (gpointer *) &library.destroy_text },
  { "TessMonitorCreate", (gpointer *) &library.create_monitor },
  { "TessMonitorDelete", (gpointer *) &library.destroy_monitor },
  { "TessMonitorSetDeadlineMSecs", (gpointer *) &library.set_deadline },
  { "pixReadHeaderMem", (gpointer *) &library.picture_read_header },
  { "pixReadMem", (gpointer *) &library.picture_read },
  { "pixReadMemFromMultipageTiff", (gpointer *) &library.picture_read_tiff },
  { "pixRotateOrth", (gpointer *) &library.picture_turn },
  { "pixScale", (gpointer *) &library.picture_scale },
  { "pixDestroy", (gpointer *) &library.picture_destroy },
  { "pixGetDimensions", (gpointer *) &library.picture_get_size },
  { "setMsgSeverity", (gpointer *) &library.set_severity },
};

struct _QuarryRecognizer
{
  Api *api;
  gint64 until;
  gboolean has_given_up;
};

gboolean
quarry_recognizer_load (void)
{
  static gboolean is_loaded, was_tried;
  void *handle;

  if (was_tried)
    return is_loaded;
  was_tried = TRUE;
  /* Tesseract's threads would mostly wait for each other, and the sandbox allows none to be started. */
  g_setenv ("OMP_THREAD_LIMIT", "1", TRUE);
  handle = dlopen ("libtesseract.so.5", RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      *names[i].function = dlsym (handle, names[i].name);
      if (*names[i].function == NULL)
        return FALSE;
    }
  library.set_severity (SEVERITY_NONE);
  is_loaded = TRUE;
  return TRUE;
}

QuarryRecognizer *
quarry_recognizer_new (GError **error)
{
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autofree char *joined = NULL;
  QuarryRecognizer *self;

  if (!quarry_recognizer_load () || languages[0] == NULL)
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_PICTURES,
                           _ ("It holds pictures and no text. Text in pictures is recognized once "
                              "Tesseract and the data of its language are installed: the packages "
                              "tesseract-ocr and, for English, tesseract-ocr-eng."));
      return NULL;
    }
  if (g_strv_length (languages) > MAX_LANGUAGES)
    {
      for (guint i = MAX_LANGUAGES; languages[i] != NULL; i++)
        g_clear_pointer (&languages[i], g_free);
    }
  joined = g_strjoinv ("+", languages);
  self = g_new0 (QuarryRecognizer, 1);
  self->until = g_get_monotonic_time () + FILE_SECONDS * G_USEC_PER_SEC;
  self->api = library.create ();
  if (self->api == NULL || library.init (self->api, NULL, joined, ENGINE_LSTM) != 0)
    {
      g_set_error (error,
                   QUARRY_EXTRACT_ERROR,
                   QUARRY_EXTRACT_ERROR_PICTURES,
                   /* Translators: %s are Tesseract's names of languages, as "deu+eng" */
                   _ ("It holds pictures and no text, and Tesseract cannot read its data of the "
                      "languages %s: install them again."),
                   joined);
      quarry_recognizer_free (self);
      return NULL;
    }
  library.set_segmentation (
      self->api, quarry_recognition_can_turn () ? SEGMENTATION_TURNED : SEGMENTATION_AUTO);
  return self;
}

void
quarry_recognizer_free (QuarryRecognizer *self)
{
  if (self == NULL)
    return;
  if (self->api != NULL)
    library.destroy (self->api);
  g_free (self);
}

gboolean
quarry_recognizer_is_late (const QuarryRecognizer *self)
{
  return g_get_monotonic_time () > self->until;
}

gboolean
quarry_recognizer_has_given_up (const QuarryRecognizer *self)
{
  return self->has_given_up || quarry_recognizer_is_late (self);
}

static void
clear_line (gpointer data)
{
  g_free (((QuarryRecognizedLine *) data)->text);
}

/* Whether this consists of words, rather than what is seen in a rule, a stain or a tree. */
static gboolean
is_text (const char *text)
{
  guint good = 0, all = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      all += !g_unichar_isspace (c);
      good += g_unichar_isalnum (c) != 0;
    }
  return good >= 2 && 2 * good >= all;
}

/* Recognizes the lines of the image that has been set. */
static GArray *
recognize (QuarryRecognizer *self, float min_confidence)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (QuarryRecognizedLine));
  gint64 left_ms = (self->until - g_get_monotonic_time ()) / 1000;
  Monitor *monitor = library.create_monitor ();
  Results *results;
  gboolean begins = FALSE;

  g_array_set_clear_func (lines, clear_line);
  library.set_deadline (monitor, (int) CLAMP (left_ms, 1, PAGE_MS));
  results = left_ms > 0 && library.recognize (self->api, monitor) == 0
                ? library.get_results (self->api)
                : NULL;
  library.destroy_monitor (monitor);
  if (results == NULL)
    {
      self->has_given_up = TRUE;
      return lines;
    }
  do
    {
      const Page *page = library.get_page (results);
      char *text = library.get_text (results, LEVEL_LINE);
      QuarryRecognizedLine line = { NULL };

      begins = begins || library.is_at_beginning (page, LEVEL_PARAGRAPH);
      if (text != NULL && library.get_confidence (results, LEVEL_LINE) >= min_confidence
          && library.get_box (page, LEVEL_LINE, &line.x0, &line.y0, &line.x1, &line.y1))
        {
          line.text = g_strstrip (g_utf8_make_valid (text, -1));
          line.begins_paragraph = begins;
          if (is_text (line.text))
            {
              int turns = 0, direction, order;
              float angle;

              /* The first is where the letters' upper side points: up, right, down, left. */
              library.get_orientation (page, &turns, &direction, &order, &angle);
              line.quarter_turns = (guint) turns % 4;
              g_array_append_val (lines, line);
              begins = FALSE;
            }
          else
            g_free (line.text);
        }
      if (text != NULL)
        library.destroy_text (text);
    }
  while (library.next (results, LEVEL_LINE));
  library.destroy_results (results);
  return lines;
}

GArray *
quarry_recognizer_read_grey (
    QuarryRecognizer *self, const guint8 *grey, int width, int height, int stride, int resolution)
{
  GArray *lines;

  library.set_image (self->api, grey, width, height, 1, stride);
  if (resolution > 0)
    library.set_resolution (self->api, resolution);
  lines = recognize (self, MIN_CONFIDENCE);
  library.clear (self->api);
  return lines;
}

static void
add_lines (const GArray *lines, QuarryHyphens *hyphens, QuarryDocumentBuilder *builder)
{
  g_autoptr (GString) paragraph = g_string_new (NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      const QuarryRecognizedLine *line = &g_array_index (lines, QuarryRecognizedLine, i);

      if (line->begins_paragraph && paragraph->len > 0)
        {
          quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, paragraph->str, -1);
          g_string_truncate (paragraph, 0);
        }
      quarry_hyphens_append (hyphens, paragraph, line->text, strlen (line->text));
    }
  if (paragraph->len > 0)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, paragraph->str, -1);
}

static gboolean
is_too_large (const Picture *picture)
{
  int width, height, depth;

  library.picture_get_size (picture, &width, &height, &depth);
  return (gint64) width * height > MAX_PIXELS;
}

static Picture *
scale (Picture *picture, int quarter_turns)
{
  int width, height, depth, side;
  Picture *scaled = NULL, *turned = NULL;

  library.picture_get_size (picture, &width, &height, &depth);
  side = MAX (width, height);
  if (side > LARGE_SIDE)
    scaled = library.picture_scale (picture, (float) LARGE_SIDE / side, (float) LARGE_SIDE / side);
  else if (side < SMALL_SIDE)
    scaled = library.picture_scale (picture, 2.0f, 2.0f);
  if (scaled != NULL)
    {
      library.picture_destroy (&picture);
      picture = scaled;
    }
  if (quarter_turns != 0 && (turned = library.picture_turn (picture, quarter_turns)) != NULL)
    {
      library.picture_destroy (&picture);
      picture = turned;
    }
  return picture;
}

gboolean
quarry_recognizer_read_picture (QuarryRecognizer *self,
                                const guint8 *bytes,
                                gsize length,
                                int quarter_turns,
                                QuarryDocumentBuilder *builder,
                                GError **error)
{
  gboolean is_tiff
      = length > 4 && (memcmp (bytes, "II*\0", 4) == 0 || memcmp (bytes, "MM\0*", 4) == 0);
  QuarryHyphens *hyphens = quarry_hyphens_new (TRUE);
  int format, width = 0, height = 0, bits, samples, has_map;
  size_t offset = 0;
  guint n_pages = 0, n_lines = 0;

  if (library.picture_read_header (
          bytes, length, &format, &width, &height, &bits, &samples, &has_map)
          == 0
      && (gint64) width * height > MAX_PIXELS)
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_TOO_LARGE,
                           _ ("The picture has more than 100 million points: make it smaller."));
      quarry_hyphens_free (hyphens);
      return FALSE;
    }
  do
    {
      Picture *picture = is_tiff ? library.picture_read_tiff (bytes, length, &offset)
                                 : library.picture_read (bytes, length);
      g_autoptr (GArray) lines = NULL;

      if (picture == NULL)
        break;
      /* The header told of the first page alone. */
      if (is_too_large (picture))
        {
          library.picture_destroy (&picture);
          n_pages++;
          continue;
        }
      picture = scale (picture, quarter_turns);
      library.set_picture (self->api, picture);
      lines = recognize (self, MIN_PICTURE_CONFIDENCE);
      library.clear (self->api);
      library.picture_destroy (&picture);
      if (is_tiff && (n_pages > 0 || offset != 0))
        quarry_document_builder_begin_page (builder, n_pages + 1);
      for (guint i = 0; i < lines->len; i++)
        {
          const char *text = g_array_index (lines, QuarryRecognizedLine, i).text;

          quarry_hyphens_learn (hyphens, text, strlen (text));
        }
      add_lines (lines, hyphens, builder);
      n_lines += lines->len;
      n_pages++;
    }
  while (is_tiff && offset != 0 && n_pages < MAX_PAGES && !quarry_recognizer_is_late (self));
  quarry_hyphens_free (hyphens);
  if (n_pages == 0)
    g_set_error_literal (error,
                         QUARRY_EXTRACT_ERROR,
                         QUARRY_EXTRACT_ERROR_PICTURES,
                         _ ("The picture could not be looked at: it is damaged, too large, or of a kind "
                            "that is not known here."));
  else if (n_lines == 0)
    g_set_error_literal (error,
                         QUARRY_EXTRACT_ERROR,
                         quarry_recognizer_has_given_up (self) ? QUARRY_EXTRACT_ERROR_PICTURES
                                                               : QUARRY_EXTRACT_ERROR_EMPTY,
                         _ ("No text could be recognized in the picture."));
  return n_lines > 0;
}
