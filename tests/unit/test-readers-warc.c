/* test-readers-warc.c: archives of web pages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <gio/gio.h>
#include <string.h>

#define PAGE "<html><body><h1>Slate</h1><p>Black stone.</p></body></html>"
#define SHOWN "h1 Slate\np Black stone.\n"
#define HTML "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"

/* A record of the type @kind with what was got from @address. */
static void
add_record (GString *out, const char *kind, const char *address, const char *type, const char *contents, gsize length)
{
  g_string_append_printf (out,
                          "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nContent-Type: %s\r\n"
                          "Content-Length: %zu\r\n\r\n",
                          kind,
                          address,
                          type,
                          length);
  g_string_append_len (out, contents, (gssize) length);
  g_string_append (out, "\r\n\r\n");
}

static void
add_answer (GString *out, const char *address, const char *answer)
{
  add_record (out, "response", address, "application/http; msgtype=response", answer, strlen (answer));
}

static void
assert_inside (const char *name, const char *bytes, gsize length, const char *expected)
{
  g_autofree char *shown = show_inside (name, bytes, length);

  g_assert_cmpstr (shown, ==, expected);
}

static void
assert_shown (const GString *file, const char *expected)
{
  assert_inside ("x.warc", file->str, file->len, expected);
  assert_inside ("x", file->str, file->len, expected);
}

/* That a file is damaged is told even if there are documents in it. */
static void
assert_damaged (const GString *file)
{
  g_autoptr (QuarryInside) inside = quarry_inside_new (file->len, NULL, NULL);
  g_autofree guint8 *copy = g_memdup2 (file->str, file->len);
  const QuarryInput input = { .bytes = copy, .length = file->len, .name = "x.warc", .inside = inside };
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_readers_read (&input, &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED);
}

static void
append_packed (GString *out, const char *bytes, gsize length)
{
  g_autoptr (GConverter) gzip = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6));
  g_autofree char *space = g_malloc (length + 1024);
  gsize n_read, n_written;

  g_assert_cmpint (g_converter_convert (
                       gzip, bytes, length, space, length + 1024, G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL),
                   ==,
                   G_CONVERTER_FINISHED);
  g_string_append_len (out, space, (gssize) n_written);
}

/* Pages and documents are read; neither what is for their looks nor errors, redirections and requests are. */
static void
test_records (void)
{
  g_autoptr (GString) file = g_string_new (NULL);

  add_record (file, "warcinfo", "", "application/warc-fields", "software: x\r\n\r\ndescription: Stone\r\n", 35);
  add_record (file, "warcinfo", "", "application/warc-fields", "software: y\r\n", 13);
  add_record (file, "request", "http://a.org/", "application/http; msgtype=request", "GET / HTTP/1.1\r\n\r\n", 18);
  add_answer (file, "http://a.org/", HTML "\r\n" PAGE);
  add_answer (file, "<https://a.org/b%20c?d=1.5#e>", HTML "\r\n" PAGE);
  add_answer (file, "http://a.org/x.css", "HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\nb { color: red }");
  add_answer (file, "http://a.org/gone", "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n" PAGE);
  add_answer (file, "http://a.org/moved", "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n");
  add_answer (file, "http://a.org/notes.md", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n# Marble\n");
  add_record (file, "resource", "file:///d/log", "text/plain", "Gneiss.", 7);
  add_record (file, "conversion", "http://a.org/z.html", "text/plain", "Basalt.", 7);
  assert_shown (file,
                "= a.org/index.html\n" SHOWN "= a.org/b c?d=1.5.html\n" SHOWN
                "= a.org/notes.md\nh1 Marble\n= d/log.txt\np Gneiss.\n= a.org/z.html.txt\np Basalt.\n"
                "= \np software: x\np description: Stone\n");
  /* It is not enough to begin with the name of the format. */
  assert_reads ("x.txt", "WARC/1.0 is a format.\n", "p WARC/1.0 is a format.\n");
}

/* Each visit to a page is a file of its own. */
static void
test_again (void)
{
  g_autoptr (GString) file = g_string_new (NULL);

  for (guint i = 0; i < 4; i++)
    add_answer (file, i == 2 ? "http://a.org/b-2" : "http://a.org/b", HTML "\r\n<p>Slate.");
  assert_shown (file,
                "= a.org/b.html\np Slate.\n= a.org/b-2.html\np Slate.\n= a.org/b-2-2.html\np Slate.\n"
                "= a.org/b-3.html\np Slate.\n");
}

/* Bodies in chunks, and packed ones. */
static void
test_codings (void)
{
  g_autoptr (GString) file = g_string_new (NULL);
  g_autoptr (GString) packed = g_string_new (HTML "Content-Encoding: gzip\r\n\r\n");

  add_answer (file,
              "http://a.org/1",
              HTML "Transfer-Encoding: chunked\r\n\r\nb;x=y\r\n<html><p>Bl\r\n9\r\nack stone\r\n1\r\n.\r\n0\r\n\r\n");
  append_packed (packed, PAGE, strlen (PAGE));
  add_record (file, "response", "http://a.org/2", "application/http", packed->str, packed->len);
  add_answer (file, "http://a.org/3", HTML "Content-Encoding: br\r\n\r\n\1\2\3");
  add_answer (file, "http://a.org/4", HTML "Content-Encoding: gzip\r\n\r\n" PAGE);
  assert_shown (file,
                "= a.org/1.html\np Black stone.\n= a.org/2.html\n" SHOWN
                "= a.org/3.html\n! 0\n= a.org/4.html\n" SHOWN);
}

/* Each record is a gzip member of its own, or all are one. */
static void
test_packed (void)
{
  g_autoptr (GString) file = g_string_new (NULL), apart = g_string_new (NULL), whole = g_string_new (NULL);
  const char *expected = "= a.org/index.html\n" SHOWN "= b.org/index.html\n" SHOWN;

  for (const char *c = "ab"; *c != '\0'; c++)
    {
      g_autofree char *address = g_strdup_printf ("http://%c.org/", *c);
      gsize from = file->len;

      add_answer (file, address, HTML "\r\n" PAGE);
      append_packed (apart, file->str + from, file->len - from);
    }
  append_packed (whole, file->str, file->len);
  assert_inside ("x.warc.gz", apart->str, apart->len, expected);
  assert_inside ("x.warc.gz", whole->str, whole->len, expected);
  assert_inside ("x", apart->str, apart->len, expected);
}

static void
test_arc (void)
{
  static const char file[] = "filedesc://x.arc 0.0.0.0 20080430204825 text/plain 16\n1 0 Archive\nURL\n\n"
                             "dns:a.org 1.2.3.4 20080430204825 text/dns 18\na.org IN A 1.2.3.4\n"
                             "http://a.org/ 1.2.3.4 20080430204825 text/html 75\n"
                             "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><p>Black stone.</p></html>\n";

  assert_inside ("x.arc", file, sizeof file - 1, "= a.org/index.html\np Black stone.\n");
}

/* What is whole is read of a damaged file, and the damage is told. */
static void
test_broken (void)
{
  g_autoptr (GString) file = g_string_new (NULL), packed = g_string_new (NULL);

  add_answer (file, "http://a.org/", HTML "\r\n" PAGE);
  append_packed (packed, file->str, file->len);
  g_string_append (file, "WARC/1.0\r\nWARC-Type: response\r\n");
  assert_shown (file, "= a.org/index.html\n" SHOWN);
  assert_damaged (file);
  g_string_truncate (file, 0);
  add_answer (file, "http://a.org/", HTML "\r\n<p>Black stone.</p>" PAGE);
  g_string_truncate (file, file->len - strlen (PAGE) - 4);
  assert_shown (file, "= a.org/index.html\np Black stone.\n");
  assert_damaged (file);
  assert_inside ("x.warc.gz", packed->str, packed->len - 30, "= a.org/index.html\nh1 Slate\n");
  g_string_assign (file, "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 18446744073709551615\r\n\r\nx");
  assert_shown (file, "= \n! 4\n");
  g_string_assign (file, "WARC/1.0\r\n\r\n");
  assert_shown (file, "= \n! 4\n");
}

/* That not all of it can be unpacked is told as that, and not as damage. */
static void
test_bomb (void)
{
  g_autoptr (GString) file = g_string_new ("WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 200000000\r\n\r\n");
  g_autoptr (GString) packed = g_string_new (NULL);
  g_autoptr (QuarryInside) inside = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *zeros = g_malloc0 (100 << 20);
  QuarryInput input = { .name = "x.warc.gz" };

  g_string_append_len (file, zeros, 100 << 20);
  append_packed (packed, file->str, file->len);
  input.bytes = (const guint8 *) packed->str;
  input.length = packed->len;
  input.inside = inside = quarry_inside_new (packed->len, NULL, NULL);
  g_assert_null (quarry_readers_read (&input, &error));
  g_assert_cmpuint (quarry_inside_count (inside), ==, 1);
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/warc/records", test_records);
  g_test_add_func ("/readers/warc/again", test_again);
  g_test_add_func ("/readers/warc/codings", test_codings);
  g_test_add_func ("/readers/warc/packed", test_packed);
  g_test_add_func ("/readers/warc/arc", test_arc);
  g_test_add_func ("/readers/warc/broken", test_broken);
  g_test_add_func ("/readers/warc/bomb", test_bomb);
  return g_test_run ();
}
