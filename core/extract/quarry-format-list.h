/* quarry-format-list.h: the formats of files, one per line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * by_bytes: a format that is recognized by its bytes, whatever the file's name: its name in constants,
 * the names of its functions quarry_sniff_…() and quarry_read_…(), what people call such a file, its
 * MIME type, and the extensions of its files, each with a blank behind it. by_name: a format that is
 * text and is recognized by its name only; the same without a function to sniff. The formats by bytes
 * are tried in this order.
 */
#pragma once

/* clang-format off */
#define QUARRY_FORMATS(by_name, by_bytes) \
  by_name (TEXT, text, N_ ("a text file"), \
           "text/plain", \
           "txt text log nfo me diff patch ") \
  by_name (REFERENCES, references, N_ ("a list of references"), \
           "text/x-bibtex", \
           "bib ris enw nbib ") \
  by_name (MARKDOWN, markdown, N_ ("a Markdown file"), \
           "text/markdown", \
           "md markdown mkd mkdn mdown mdwn rmd qmd mdx ") \
  by_name (RST, rst, N_ ("a reStructuredText file"), \
           "text/x-rst", \
           "rst rest ") \
  by_name (ORG, org, N_ ("an Org file"), \
           "text/org", \
           "org ") \
  by_name (ASCIIDOC, asciidoc, N_ ("an AsciiDoc file"), \
           "text/asciidoc", \
           "adoc asciidoc ") \
  by_name (MEDIAWIKI, mediawiki, N_ ("a page of a wiki"), \
           "text/x-wiki", \
           "wiki mediawiki wikitext ") \
  by_name (LATEX, latex, N_ ("a LaTeX file"), \
           "text/x-tex", \
           "tex latex ltx sty cls ") \
  by_name (HTML, html, N_ ("an HTML file"), \
           "text/html", \
           "html htm xhtml xht shtml ") \
  by_name (MHTML, mhtml, N_ ("a saved web page"), \
           "multipart/related", \
           "mht mhtml ") \
  by_name (XML, xml, N_ ("an XML file"), \
           "application/xml", \
           "xml docbook dbk rss atom opml plist svg abw xsl xsd tei kml gpx tcx ") \
  by_bytes (FB2, fb2, fb2, N_ ("a FictionBook"), \
           "application/x-fictionbook+xml", \
           "fb2 ") \
  by_bytes (GNUMERIC, gnumeric, gnumeric, N_ ("a Gnumeric workbook"), \
           "application/x-gnumeric", \
           "gnumeric gnm ") \
  by_name (JSON, json, N_ ("a JSON file"), \
           "application/json", \
           "json jsonl ndjson geojson jsonld webmanifest canvas excalidraw ") \
  by_name (NOTEBOOK, notebook, N_ ("a notebook"), \
           "application/x-ipynb+json", \
           "ipynb ") \
  by_name (CARDS, cards, N_ ("a calendar or contacts"), \
           "text/calendar", \
           "ics ical ifb vcf vcard ") \
  by_name (SUBTITLES, subtitles, N_ ("a subtitle file"), \
           "text/vtt", \
           "srt vtt ass ssa sbv ") \
  by_name (CODE, code, N_ ("a source file"), \
           "text/x-source", \
           "c h cc cpp cxx hh hpp hxx ino m mm cs java kt kts scala swift go " \
           "rs zig js mjs cjs ts tsx jsx vue php dart groovy gradle vala glsl " \
           "cu proto d css scss less py pyw pyx rb pl pm sh bash zsh fish awk " \
           "tcl r jl ex exs cmake mk makefile dockerfile nix tf ps1 sql hs " \
           "lhs elm lua ada adb ads vhd vhdl lisp el clj cljs scm rkt asm s f " \
           "f90 f95 for bas vb vbs pas erl ml mli fs fsx yaml yml toml ini conf " \
           "cfg properties env ") \
  by_bytes (PDF, pdf, pdf, N_ ("a PDF file"), \
           "application/pdf", \
           "pdf ") \
  by_bytes (POSTSCRIPT, postscript, postscript, N_ ("a PostScript file"), \
           "application/postscript", \
           "ps eps epsf epsi ") \
  by_bytes (DOCX, docx, docx, N_ ("a Word document"), \
           "application/vnd.openxmlformats-officedocument.wordprocessingml.document", \
           "docx docm dotx dotm ") \
  by_bytes (ODT, odt, odf, N_ ("an OpenDocument text"), \
           "application/vnd.oasis.opendocument.text", \
           "odt ott fodt sxw stw ") \
  by_bytes (ODP, odp, odf, N_ ("an OpenDocument presentation"), \
           "application/vnd.oasis.opendocument.presentation", \
           "odp otp fodp sxi sti ") \
  by_bytes (ODG, odg, odf, N_ ("an OpenDocument drawing"), \
           "application/vnd.oasis.opendocument.graphics", \
           "odg otg fodg sxd std ") \
  by_bytes (ODS, ods, odf, N_ ("an OpenDocument spreadsheet"), \
           "application/vnd.oasis.opendocument.spreadsheet", \
           "ods ots fods sxc stc ") \
  by_bytes (PPTX, pptx, pptx, N_ ("a PowerPoint presentation"), \
           "application/vnd.openxmlformats-officedocument.presentationml.presentation", \
           "pptx pptm ppsx potx ") \
  by_bytes (XLSX, xlsx, xlsx, N_ ("an Excel workbook"), \
           "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", \
           "xlsx xlsm xltx xltm xlsb ") \
  by_bytes (VSDX, vsdx, vsdx, N_ ("a Visio drawing"), \
           "application/vnd.ms-visio.drawing.main+xml", \
           "vsdx vsdm vstx vstm vssx vssm ") \
  by_bytes (XPS, xps, xps, N_ ("an XPS document"), \
           "application/vnd.ms-xpsdocument", \
           "xps oxps ") \
  by_bytes (IWORK, iwork, iwork, N_ ("a document of Pages, Keynote or Numbers"), \
           "application/vnd.apple.iwork", \
           "") \
  by_bytes (IWORK09, iwork09, iwork09, N_ ("a document of Pages, Keynote or Numbers"), \
           "application/vnd.apple.iwork", \
           "") \
  by_bytes (HWPX, hwpx, hwpx, N_ ("a Hangul document"), \
           "application/hwp+zip", \
           "hwpx ") \
  by_bytes (EPUB, epub, epub, N_ ("an electronic book"), \
           "application/epub+zip", \
           "epub ") \
  by_bytes (RTF, rtf, rtf, N_ ("a Rich Text file"), \
           "application/rtf", \
           "rtf ") \
  by_bytes (MSG, msg, msg, N_ ("an Outlook mail"), \
           "application/vnd.ms-outlook", \
           "msg ") \
  by_bytes (PST, pst, pst, N_ ("an Outlook store of mails"), \
           "application/vnd.ms-outlook-pst", \
           "pst ost ") \
  by_bytes (TNEF, tnef, tnef, N_ ("an Outlook winmail.dat"), \
           "application/ms-tnef", \
           "tnef ") \
  by_bytes (HWP, hwp, hwp, N_ ("a Hangul document"), \
           "application/x-hwp", \
           "hwp hwt ") \
  by_bytes (DOC, doc, doc, N_ ("a Word document of before 2007"), \
           "application/msword", \
           "doc dot ") \
  by_bytes (XLS, xls, xls, N_ ("an Excel workbook of before 2007"), \
           "application/vnd.ms-excel", \
           "xls xlt ") \
  by_bytes (PPT, ppt, ppt, N_ ("a PowerPoint presentation of before 2007"), \
           "application/vnd.ms-powerpoint", \
           "ppt pps pot ") \
  by_bytes (VISIO, visio, visio, N_ ("a Visio drawing of before 2013"), \
           "application/vnd.visio", \
           "vsd vst vss ") \
  by_bytes (PUBLISHER, publisher, publisher, N_ ("a Publisher document"), \
           "application/vnd.ms-publisher", \
           "pub ") \
  by_bytes (WORDPERFECT, wordperfect, wordperfect, N_ ("a WordPerfect document"), \
           "application/vnd.wordperfect", \
           "wpd wp wp5 wp6 wpt ") \
  by_bytes (WORKS, works, works, N_ ("a document of Works, Lotus 1-2-3, Quattro Pro or Write"), \
           "application/vnd.ms-works", \
           "wps wks wdb wk1 wk3 wk4 123 wq1 wq2 wb1 wb2 wb3 qpw wri ") \
  by_bytes (SIGNED, signed, signed, N_ ("a signed file"), \
           "application/pkcs7-mime", \
           "p7m ") \
  by_name (CSV, csv, N_ ("a table in a text file"), \
           "text/csv", \
           "csv tsv tab ") \
  by_name (MAIL, mail, N_ ("a mail"), \
           "message/rfc822", \
           "eml emlx ") \
  by_name (MBOX, mbox, N_ ("a mailbox"), \
           "application/mbox", \
           "mbox mbx ") \
  by_bytes (MOBI, mobi, mobi, N_ ("a Mobipocket or Kindle book"), \
           "application/x-mobipocket-ebook", \
           "mobi azw azw3 prc ") \
  by_bytes (CHM, chm, chm, N_ ("a help book of Windows"), \
           "application/vnd.ms-htmlhelp", \
           "chm ") \
  by_bytes (DJVU, djvu, djvu, N_ ("a DjVu document"), \
           "image/vnd.djvu", \
           "djvu djv ") \
  by_bytes (MAN, man, man, N_ ("a manual page"), \
           "text/troff", \
           "") \
  by_bytes (INFO, info, info, N_ ("a manual in the Info format"), \
           "text/x-info", \
           "info ") \
  by_bytes (PICTURE, picture, picture, N_ ("a picture"), \
           "image/*", \
           "png jpg jpeg jpe jfif tif tiff gif webp bmp jp2 ") \
  by_bytes (RECORDING, recording, recording, N_ ("a recording or film"), \
           "audio/*", \
           "mp3 ogg oga opus spx flac m4a m4b wma ") \
  by_bytes (WARC, warc, warc, N_ ("an archive of web pages"), \
           "application/warc", \
           "warc ") \
  by_bytes (ARCHIVE, archive, archive, N_ ("an archive"), \
           "application/x-archive", \
           "zip 7z rar tar tgz tbz tbz2 txz tzst gz bz2 xz zst lz4 lz lzma z " \
           "cpio cab lha lzh iso ")
/* clang-format on */
