/* quarry-readers.c: finds the reader for a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is determined by the file's first bytes if these are conclusive, else by its name; text
 * whose name tells nothing is examined for its markup.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/mail/quarry-mime.h"
#include "core/extract/office/quarry-ole.h"
#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-markup-guess.h"

#include <string.h>
#include <sys/mman.h>
#include <glib/gi18n-lib.h>

/* Formats with a sniff function are recognized by their bytes, whatever the file's name. The others are all text, and
 * are recognized by their name. */
static const struct
{
  QuarrySniffFunc sniff;
  QuarryReadFunc read;
} readers[QUARRY_N_FORMATS] = {
#define FORMAT_BY_NAME(format, reader, noun, mime_type, extensions)                                \
  [QUARRY_FORMAT_##format] = { NULL, quarry_read_##reader },
#define FORMAT_BY_BYTES(format, sniffer, reader, noun, mime_type, extensions)                      \
  [QUARRY_FORMAT_##format] = { quarry_sniff_##sniffer, quarry_read_##reader },
  QUARRY_FORMATS (FORMAT_BY_NAME, FORMAT_BY_BYTES)
};

/* An image format that is the source text of a C program. */
#define XPM "/* XPM */"
#define XPM_LENGTH 9u

static const struct
{
  guint offset;
  guint length;
  const char *bytes;
  const char *name; /* as in "Quarry does not read …" */
} foreign[] = {
  { 4, 8, "ftypheic", N_ ("HEIF images") },
  { 4, 8, "ftypavif", N_ ("AVIF images") },
  { 0, 4, "8BPS", N_ ("Photoshop images") },
  { 0, 8, "gimp xcf", N_ ("GIMP images") },
  { 0, XPM_LENGTH, XPM, N_ ("XPM images") },
  { 0, 4, "AT&T", N_ ("DjVu pictures") },
  { 8, 4, "WAVE", N_ ("WAV recordings") },
  { 8, 4, "AVI ", N_ ("AVI films") },
  { 0, 4, "\032E\337\243", N_ ("Matroska films") },
  { 0, 8, "\320\317\021\340\241\261\032\341", N_ ("this kind of Office file") },
  { 0, 4, "\177ELF", N_ ("programs") },
  { 0, 4, "MZ\220\0", N_ ("programs") },
  { 0, 4, "\312\376\272\276", N_ ("programs") },
  { 0, 16, "SQLite format 3\0", N_ ("SQLite databases") },
  { 4, 15, "Standard Jet DB", N_ ("Access databases") },
  { 4, 15, "Standard ACE DB", N_ ("Access databases") },
  { 0, 4, "\344\122\134\173", N_ ("OneNote sections") },
  { 0, 2, "\333\245", N_ ("Word documents of before 1993 (save them with a newer program)") },
  { 0, 17, "HWP Document File", N_ ("Hangul documents of before 2000 (save them with a newer program)") },
  { 0, 4, "\377WPC", N_ ("WordPerfect's pictures and macros") },
  { 0, 4, "\003\331\242\232", N_ ("password stores") },
  { 0, 8, "bplist00", N_ ("binary property lists") },
  { 0, 4, "\0\1\0\0", N_ ("fonts") },
  { 0, 4, "OTTO", N_ ("fonts") },
  { 0, 4, "wOFF", N_ ("fonts") },
  { 0, 4, "wOF2", N_ ("fonts") },
};

const char *
quarry_readers_name_foreign (const QuarryInput *input)
{
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    if (input->length >= foreign[i].offset + foreign[i].length
        && memcmp (input->bytes + foreign[i].offset, foreign[i].bytes, foreign[i].length) == 0)
      return _ (foreign[i].name);
  return NULL;
}

void
quarry_reader_set_damaged (GError **error, QuarryFormat format)
{
  g_set_error (error,
               QUARRY_EXTRACT_ERROR,
               QUARRY_EXTRACT_ERROR_DAMAGED,
               _ ("This is %s that is damaged or cut off: get it again from where it came."),
               quarry_format_get_noun (format));
}

void
quarry_reader_set_wrapped (GError **error)
{
  g_set_error_literal (error,
                       QUARRY_EXTRACT_ERROR,
                       QUARRY_EXTRACT_ERROR_TOO_LARGE,
                       _ ("It is compressed or signed more than three times over. Unpack what is in it, and "
                          "import that."));
}

/* A web page is recognized by its first tag. */
static gboolean
looks_like_html (const QuarryInput *input)
{
  g_autofree char *start = g_ascii_strdown ((const char *) input->bytes, MIN (input->length, 512));
  const char *p = start;

  if (g_str_has_prefix (p, "\357\273\277"))
    p += 3;
  while (g_ascii_isspace (*p))
    p++;
  if (g_str_has_prefix (p, "<?xml"))
    return strstr (p, "<html") != NULL || strstr (p, "<!doctype html") != NULL;
  return g_str_has_prefix (p, "<!doctype html") || g_str_has_prefix (p, "<html");
}

/* XML declares itself, except for drawings, which are recognized by their root element. */
static gboolean
looks_like_xml (const QuarryInput *input)
{
  g_autofree char *start = g_strndup ((const char *) input->bytes, MIN (input->length, 64));
  const char *p = g_str_has_prefix (start, "\357\273\277") ? start + 3 : start;

  return g_str_has_prefix (p, "<?xml") || g_str_has_prefix (p, "<svg") || g_str_has_prefix (p, "<mxfile")
         || g_str_has_prefix (p, "<map version=");
}

/* Whether this is one of Microsoft's compound files: an old document, or a new one encrypted inside such a file. */
static gboolean
is_locked_office (const QuarryInput *input)
{
  static const char name[] = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e";

  return input->length > 8 && memcmp (input->bytes, "\320\317\021\340", 4) == 0
         && memmem (input->bytes, input->length, name, sizeof name - 1) != NULL;
}

/* The name of the format, if the first bytes are those of a format without a reader and are not text. */
static const char *
find_foreign (const QuarryInput *input)
{
  const char *name = quarry_readers_name_foreign (input);

  /* A text may happen to begin with the same few bytes. */
  if (name != NULL && memcmp (input->bytes, XPM, MIN (input->length, XPM_LENGTH)) != 0
      && quarry_decode_is_text ((const char *) input->bytes, MIN (input->length, 4096))
      && g_utf8_validate_len ((const char *) input->bytes, MIN (input->length, 64), NULL))
    return NULL;
  return name;
}

/* Recognizes a mail without a typical name, as in a Maildir: it begins with header fields. */
static gboolean
looks_like_mail (const QuarryInput *input)
{
  static const char *const firsts[]
      = { "return-path:", "received:", "delivered-to:", "from:", "message-id:", "date:", "x-",
          "subject:", "to:", "mime-version:", "content-", "user-agent:", "references:", "in-reply-to:",
          "reply-to:", "cc:", "sender:", "dkim-signature:", "arc-", "authentication-results:", "list-" };
  static const char *const fields[] = { "\nfrom:", "\nmessage-id:", "\nsubject:", "\ndate:" };
  g_autofree char *start = g_ascii_strdown ((const char *) input->bytes, MIN (input->length, 8192));
  gboolean first = FALSE;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (firsts) && !first; i++)
    first = g_str_has_prefix (start, firsts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (fields) && first; i++)
    n += strstr (start, fields[i]) != NULL || g_str_has_prefix (start, fields[i] + 1);
  return n >= 2;
}

/* The bytes in which a header has to end. */
#define MOST_HEADER (64u << 10)
#define LEAST_FIELDS 3

/* Recognizes a mail that was saved as text: it begins with fields of RFC 5322 that an empty line ends. A letter may begin
 * in the same way, and a mail's reader shows but a few fields. So either no others are there, or some that no person
 * writes. */
static gboolean
begins_as_mail (const QuarryInput *input)
{
  static const char *const shown[] = { "from", "to", "cc", "subject", "date", NULL };
  static const char *const machine[] = { "message-id", "received", "mime-version", "return-path", "in-reply-to",
                                         "content-type", "content-transfer-encoding", NULL };
  const char *bytes = (const char *) input->bytes, *body = bytes;
  gsize length = MIN (input->length, MOST_HEADER);
  g_autoptr (GHashTable) fields = quarry_mime_read_header (&body, &length);
  guint n_shown = 0, n_machine = 0;

  /* The body begins after the empty line. */
  if (body < bytes + 4 || body[-1] != '\n' || body[body[-2] == '\r' ? -3 : -2] != '\n')
    return FALSE;
  for (guint i = 0; shown[i] != NULL; i++)
    n_shown += g_hash_table_contains (fields, shown[i]);
  for (guint i = 0; machine[i] != NULL; i++)
    n_machine += g_hash_table_contains (fields, machine[i]);
  return n_shown > 0 && n_shown + n_machine >= LEAST_FIELDS
         && (n_machine > 0 || n_shown == g_hash_table_size (fields));
}

/* Whether a text is not what the file should have: a piece of a PDF file, which may be text, or what Git keeps in the
 * place of a large file that is yet to be got. */
static gboolean
stands_for_file (const QuarryInput *input, QuarryFormat promised)
{
  static const char pointer[] = "version https://git-lfs.github.com/spec/";

  return (promised == QUARRY_FORMAT_PDF && memmem (input->bytes, MIN (input->length, 4096), " obj", 4) != NULL)
         || (input->length >= sizeof pointer && memcmp (input->bytes, pointer, sizeof pointer - 1) == 0);
}

/* Text files often have extensions of other formats: web pages, tables and plain text those of office files, pages that
 * tell of an error that of whatever was to be downloaded, mails that of Outlook's, lists of texts to translate that of
 * PowerPoint's, public keys that of Publisher, parts of databases that of Mobipocket's books, and anything that of the
 * Info format. What takes the place of a picture, a recording or an archive is never what somebody wrote; and a broken
 * file of a format that is text itself would be read with all its commands. */
static gboolean
is_text_named_otherwise (const QuarryInput *input, QuarryFormat promised)
{
  static const QuarryFormat others[]
      = { QUARRY_FORMAT_PICTURE, QUARRY_FORMAT_RECORDING,  QUARRY_FORMAT_ARCHIVE, QUARRY_FORMAT_PST,
          QUARRY_FORMAT_WARC,    QUARRY_FORMAT_POSTSCRIPT, QUARRY_FORMAT_SIGNED,  QUARRY_FORMAT_TNEF };

  if (promised == QUARRY_FORMAT_NONE || readers[promised].sniff == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (others[i] == promised)
      return FALSE;
  return quarry_decode_is_text ((const char *) input->bytes, MIN (input->length, 4096))
         && !stands_for_file (input, promised);
}

/* Guesses the format of a file that neither its bytes nor its name tell. */
static QuarryFormat
guess_format (const QuarryInput *input)
{
  if (looks_like_html (input))
    return QUARRY_FORMAT_HTML;
  if (looks_like_xml (input))
    return QUARRY_FORMAT_XML;
  if (quarry_sniff_mbox (input))
    return QUARRY_FORMAT_MBOX;
  if (looks_like_mail (input))
    return QUARRY_FORMAT_MAIL;
  return QUARRY_FORMAT_TEXT;
}

/* Whether the name does not tell what a text is written in. (A patch of a Markdown file is not Markdown.) */
static gboolean
leaves_markup_open (const char *name)
{
  g_autofree char *extension = quarry_extension_of_name (name);

  return quarry_format_of_name (name) != QUARRY_FORMAT_TEXT || g_strcmp0 (extension, "txt") == 0
         || g_strcmp0 (extension, "text") == 0 || g_strcmp0 (extension, "me") == 0;
}

static QuarryFormat
look_for_format (const QuarryInput *input, GError **error)
{
  QuarryFormat promised = quarry_format_of_name (input->name);
  const char *name;

  for (guint i = 1; i < QUARRY_N_FORMATS; i++)
    if (readers[i].sniff != NULL && readers[i].sniff (input))
      {
        /* A file whose name is that of a ZIP-based document, but which only is a ZIP file, is a broken document. */
        if (i == QUARRY_FORMAT_ARCHIVE && promised != QUARRY_FORMAT_NONE
            && promised != QUARRY_FORMAT_ARCHIVE && readers[promised].sniff != NULL
            && memcmp (input->bytes, "PK", 2) == 0)
          break;
        return (QuarryFormat) i;
      }

  if (is_locked_office (input))
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_ENCRYPTED,
                           _ ("The Office file is encrypted: open it with its password and save an "
                              "unprotected copy."));
      return QUARRY_FORMAT_NONE;
    }
  name = find_foreign (input);
  if (name == NULL && is_text_named_otherwise (input, promised))
    return guess_format (input);
  if (promised != QUARRY_FORMAT_NONE && readers[promised].sniff != NULL
      && (name == NULL || memcmp (input->bytes, "PK", 2) == 0 || quarry_ole_is_broken (input)))
    {
      quarry_reader_set_damaged (error, promised);
      return QUARRY_FORMAT_NONE;
    }
  if (name != NULL)
    {
      g_set_error (error,
                   QUARRY_EXTRACT_ERROR,
                   QUARRY_EXTRACT_ERROR_UNSUPPORTED,
                   /* Translators: %s is as "PNG images" */
                   _ ("Quarry does not read %s."),
                   name);
      return QUARRY_FORMAT_NONE;
    }
  /* Mind maps and Qt's translation files have extensions of source code. */
  if (promised == QUARRY_FORMAT_CODE && looks_like_xml (input))
    return QUARRY_FORMAT_XML;
  if (promised == QUARRY_FORMAT_TEXT && leaves_markup_open (input->name) && begins_as_mail (input))
    return quarry_sniff_mbox (input) ? QUARRY_FORMAT_MBOX : QUARRY_FORMAT_MAIL;
  return promised != QUARRY_FORMAT_NONE ? promised : guess_format (input);
}

/* Formats with the same signature are told apart by opening the archive. So the result is cached: it is needed once to
 * determine the company and once to read. */
static QuarryFormat
find_format (const QuarryInput *input, GError **error)
{
  QuarryFormat format;

  if (input->format != NULL && *input->format != QUARRY_FORMAT_NONE)
    return *input->format;
  format = look_for_format (input, error);
  if (input->format != NULL)
    *input->format = format;
  return format;
}

QuarryCompany
quarry_readers_get_company (const QuarryInput *input, QuarryCompany own)
{
  /* Telling some formats apart means opening an archive. */
  gboolean may_open = own == QUARRY_COMPANY_OFFICE
                      && quarry_format_get_company (quarry_format_of_name (input->name)) == QUARRY_COMPANY_OFFICE;
  gboolean is_recording = own == QUARRY_COMPANY_RECORDINGS && quarry_sniff_recording (input);

  /* What is inside is looked at once it is unpacked. */
  if (own == QUARRY_COMPANY_GZIPPED && input->wrappings == 0 && quarry_sniff_gzip (input))
    return QUARRY_COMPANY_GZIPPED;
  return may_open || is_recording || quarry_decode_is_text ((const char *) input->bytes, MIN (input->length, 4096))
             ? quarry_format_get_company (find_format (input, NULL))
             : QUARRY_COMPANY_NONE;
}

/* A ZIP file ends with a list of its contents. If that is missing, the end of the file is, and only what comes before
 * can be read. */
static gboolean
is_cut_off (const QuarryInput *input)
{
  static const guint8 mark[] = { 'P', 'K', 5, 6 };
  gsize most = 22 + 65535; /* the end of that list, with the longest possible comment */
  gsize start = input->length > most ? input->length - most : 0;

  if (input->length < 4 || memcmp (input->bytes, "PK\3\4", 4) != 0)
    return FALSE;
  return memmem (input->bytes + start, input->length - start, mark, sizeof mark) == NULL;
}

/* The approximate number of letters and digits: each byte that is not ASCII counts as one. */
static gsize
count_letters (const char *text, gsize length)
{
  gsize n = 0;

  for (gsize i = 0; i < length; i++)
    n += g_ascii_isalnum (text[i]) || (guchar) text[i] >= 0x80;
  return n;
}

/* A text that only looks like markup, such as a text about it, loses to the markup's reader whatever that takes for
 * comments, tags and link targets. If that is more than two fifths of the text, it is read as plain text instead. */
static gboolean
loses_text (const QuarryInput *input, QuarryDocumentBuilder *builder)
{
  g_autoptr (GString) before = quarry_decode (input->bytes, input->length, NULL);
  gsize length;
  const char *text = quarry_document_builder_peek_text (builder, &length);

  return text != NULL && 5 * count_letters (text, length) < 3 * count_letters (before->str, before->len);
}

/* The markup of a plain text. It does not change the file's company, so it is only determined when reading. */
static QuarryFormat
find_markup (const QuarryInput *input)
{
  if (!leaves_markup_open (input->name))
    return QUARRY_FORMAT_TEXT;
  return quarry_markup_guess (input->name, (const char *) input->bytes, input->length);
}

static gboolean
read_as (const QuarryInput *input, QuarryFormat format, QuarryDocumentBuilder *builder, GError **error)
{
  quarry_document_builder_set_metadata (builder, "mime-type", quarry_format_get_mime_type (format));
  if (is_cut_off (input))
    quarry_document_builder_set_metadata (builder, "incomplete", "cut off");
  return readers[format].read (input, builder, error);
}

/* The readers of these copy the whole text. Longer ones than this are read as plain text, which is read in place. Not so
 * cards, which are copied too: what is long in them are pictures, which are no text. */
#define MOST_COPIED (64u << 20)

static gboolean
is_copied (QuarryFormat format)
{
  static const QuarryFormat formats[]
      = { QUARRY_FORMAT_REFERENCES, QUARRY_FORMAT_MARKDOWN,  QUARRY_FORMAT_RST,  QUARRY_FORMAT_ORG, QUARRY_FORMAT_ASCIIDOC, QUARRY_FORMAT_MEDIAWIKI,
          QUARRY_FORMAT_LATEX,      QUARRY_FORMAT_SUBTITLES, QUARRY_FORMAT_CODE, QUARRY_FORMAT_MAN, QUARRY_FORMAT_INFO };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i] == format)
      return TRUE;
  return FALSE;
}

gboolean
quarry_readers_read_into (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  QuarryFormat format = find_format (input, error);
  gboolean is_long = input->length > MOST_COPIED;
  QuarryFormat guess = format == QUARRY_FORMAT_TEXT && !is_long ? find_markup (input) : format;

  if (format == QUARRY_FORMAT_NONE)
    return FALSE;
  if (is_long && is_copied (format))
    format = guess = QUARRY_FORMAT_TEXT;
  if (guess != format)
    {
      if (read_as (input, guess, builder, NULL) && !loses_text (input, builder))
        return TRUE;
      quarry_document_builder_start_over (builder);
    }
  return read_as (input, format, builder, error);
}

void
quarry_input_forget (const QuarryInput *input)
{
  if (input->is_mapped)
    madvise ((gpointer) input->bytes, input->length, MADV_DONTNEED);
}

static void
spilled (gpointer data)
{
  quarry_input_forget (data);
}

/* If a document has no text, as a scan, but somebody gave it a title, makes a document of the title. */
static QuarryDocument *
make_of_title (QuarryDocument *document)
{
  static const char *const keys[]
      = { "author",   "created",   "modified",   "language",
          "keywords", "mime-type", "incomplete", "unrecognized" };
  const char *title = quarry_document_get_title (document);
  QuarryDocumentBuilder *builder;

  if (title == NULL)
    return NULL;
  builder = quarry_document_builder_new ();
  quarry_document_builder_set_title (builder, title);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    quarry_document_builder_set_metadata (
        builder, keys[i], quarry_document_get_metadata (document, keys[i]));
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, title, -1);
  if (quarry_document_get_metadata (document, "keywords") != NULL)
    quarry_document_builder_add (builder,
                                 QUARRY_BLOCK_PARAGRAPH,
                                 0,
                                 quarry_document_get_metadata (document, "keywords"),
                                 -1);
  return quarry_document_builder_end (builder);
}

QuarryDocument *
quarry_readers_read (const QuarryInput *input, GError **error)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) reason = NULL;
  gboolean done;
  gsize length;

  if (input->scratch > 0)
    quarry_document_builder_spill (builder, input->scratch, spilled, (gpointer) input);
  done = quarry_readers_read_into (input, builder, &reason);
  document = quarry_document_builder_end (builder);
  if (document == NULL)
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_PROCESS,
                           _ ("There is no room on the disk for its text."));
      return NULL;
    }
  if (!done && !g_error_matches (reason, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY)
      && !g_error_matches (reason, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return NULL;
    }
  quarry_document_get_text (document, &length);
  if (length == 0 || !done)
    {
      QuarryDocument *titled = make_of_title (document);

      if (titled == NULL && reason == NULL)
        g_set_error_literal (&reason,
                             QUARRY_EXTRACT_ERROR,
                             QUARRY_EXTRACT_ERROR_EMPTY,
                             _ ("There is no text in it."));
      if (titled == NULL)
        g_propagate_error (error, g_steal_pointer (&reason));
      return titled;
    }
  return g_steal_pointer (&document);
}
