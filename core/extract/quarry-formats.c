/* quarry-formats.c: the formats of files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-formats.h"

#include <string.h>
#include <glib/gi18n-lib.h>

static const struct
{
  const char *noun;
  const char *mime_type;
  const char *extensions; /* each with a blank behind it */
} formats[QUARRY_N_FORMATS] = {
#define FORMAT_BY_NAME(format, reader, noun, mime_type, extensions)                                \
  [QUARRY_FORMAT_##format] = { noun, mime_type, extensions },
#define FORMAT_BY_BYTES(format, sniffer, reader, noun, mime_type, extensions)                      \
  [QUARRY_FORMAT_##format] = { noun, mime_type, extensions },
  QUARRY_FORMATS (FORMAT_BY_NAME, FORMAT_BY_BYTES)
};

char *
quarry_extension_of_name (const char *name)
{
  const char *base, *stop;

  g_return_val_if_fail (name != NULL, NULL);

  base = strrchr (name, '/');
  base = base != NULL ? base + 1 : name;
  stop = strrchr (base, '.');
  if (stop == NULL || stop == base || stop[1] == '\0' || strlen (stop) > 16)
    return NULL;
  return g_ascii_strdown (stop + 1, -1);
}

/* Extensions of drawings, sound, films, fonts, programs and their by-products; each with a blank behind it. Films whose
 * tags could be read are among them: for a few words all of each would be read and hashed. */
static const char hopeless[]
    = "3gp a aac ai aif aiff apk avi avif blend bin class core cur db dll dmg dylib ds_store "
      "dwg elf eot exe flv fon gpg heic heif icns ico img indd jar jxl ko la lib lnk lo "
      "m2ts m4v mid midi mkv mo mov mp4 mpeg mpg msi nef o obj ogv otf "
      "parquet pch pcx pfb pfm pickle pkl psd pyc pyo qcow2 raw rlib rpm deb safetensors so "
      "sqlite sqlite3 stl swf swp sys tga torrent ttc ttf vdi vmdk wasm wav webm whl wmf wmv "
      "emf woff woff2 xcf npy npz gguf onnx pt pth ";

static gboolean
holds_extension (const char *list, const char *extension)
{
  gsize n = strlen (extension);

  for (const char *p = list; *p != '\0'; p = strchr (p, ' ') + 1)
    if (strncmp (p, extension, n) == 0 && p[n] == ' ')
      return TRUE;
  return FALSE;
}

gboolean
quarry_name_is_hopeless (const char *name)
{
  g_autofree char *extension = quarry_extension_of_name (name);

  return extension != NULL && strchr (extension, ' ') == NULL
         && holds_extension (hopeless, extension);
}

QuarryFormat
quarry_format_of_name (const char *name)
{
  g_autofree char *extension = quarry_extension_of_name (name);

  if (extension == NULL || strchr (extension, ' ') != NULL)
    return QUARRY_FORMAT_NONE;
  for (guint i = 1; i < QUARRY_N_FORMATS; i++)
    if (holds_extension (formats[i].extensions, extension))
      return (QuarryFormat) i;
  return QUARRY_FORMAT_NONE;
}

QuarryCompany
quarry_format_get_company (QuarryFormat format)
{
  switch (format)
    {
    case QUARRY_FORMAT_TEXT:
    case QUARRY_FORMAT_MARKDOWN:
    case QUARRY_FORMAT_RST:
    case QUARRY_FORMAT_ORG:
    case QUARRY_FORMAT_ASCIIDOC:
    case QUARRY_FORMAT_LATEX:
    case QUARRY_FORMAT_REFERENCES:
    case QUARRY_FORMAT_SUBTITLES:
    case QUARRY_FORMAT_CODE:
    case QUARRY_FORMAT_CSV:
      return QUARRY_COMPANY_TEXT;
    case QUARRY_FORMAT_HTML:
    case QUARRY_FORMAT_MEDIAWIKI:
    case QUARRY_FORMAT_XML:
    case QUARRY_FORMAT_JSON:
    case QUARRY_FORMAT_NOTEBOOK:
      return QUARRY_COMPANY_MARKUP;
    case QUARRY_FORMAT_MAIL:
      return QUARRY_COMPANY_MAIL;
    case QUARRY_FORMAT_DOCX:
    case QUARRY_FORMAT_ODT:
    case QUARRY_FORMAT_ODP:
    case QUARRY_FORMAT_ODG:
    case QUARRY_FORMAT_ODS:
    case QUARRY_FORMAT_PPTX:
    case QUARRY_FORMAT_XLSX:
    case QUARRY_FORMAT_GNUMERIC:
    case QUARRY_FORMAT_VSDX:
    case QUARRY_FORMAT_XPS:
    case QUARRY_FORMAT_EPUB:
    case QUARRY_FORMAT_RTF:
    case QUARRY_FORMAT_HWP:
    case QUARRY_FORMAT_HWPX:
    case QUARRY_FORMAT_DOC:
    case QUARRY_FORMAT_XLS:
    case QUARRY_FORMAT_PPT:
      return QUARRY_COMPANY_OFFICE;
    case QUARRY_FORMAT_RECORDING:
      return QUARRY_COMPANY_RECORDINGS;
    default:
      return QUARRY_COMPANY_NONE;
    }
}

QuarryCompany
quarry_company_of_name (const char *name)
{
  QuarryFormat format = quarry_format_of_name (name);
  g_autofree char *extension = NULL;

  if (format == QUARRY_FORMAT_NONE)
    return QUARRY_COMPANY_TEXT;
  if (format != QUARRY_FORMAT_ARCHIVE)
    return quarry_format_get_company (format);
  extension = quarry_extension_of_name (name);
  return strcmp (extension, "gz") == 0 && !g_str_has_suffix (name, ".tar.gz") ? QUARRY_COMPANY_GZIPPED
                                                                             : QUARRY_COMPANY_NONE;
}

const char *
quarry_format_get_noun (QuarryFormat format)
{
  g_return_val_if_fail (format > QUARRY_FORMAT_NONE && format < QUARRY_N_FORMATS, NULL);

  return _ (formats[format].noun);
}

const char *
quarry_format_get_mime_type (QuarryFormat format)
{
  g_return_val_if_fail (format > QUARRY_FORMAT_NONE && format < QUARRY_N_FORMATS, NULL);

  return formats[format].mime_type;
}
