/* quarry-json-chat.c: chats and notes that were exported as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A message is an object with a text, a sender and a time. Their names differ from program to program, and any of them
 * may be an object or an array itself. What else programs note about a message is left out.
 */
#include "core/extract/readers/quarry-json-chat.h"

#include "core/extract/text/quarry-json.h"

#include <string.h>

#define MAX_DEPTH 200u
/* So many bytes tell whether a file is of a program that is known. */
#define WINDOW (256u << 10)

typedef enum
{
  ROLE_OTHER,
  ROLE_CHAT, /* holds messages */
  ROLE_TEXT, /* a part of a message's text */
  ROLE_SENDER,
  ROLE_PEOPLE, /* names who takes part */
  ROLE_UNSEEN,
} Role;

/* An object or an array that is open. */
typedef struct
{
  Role role;
  gboolean has_messages; /* some have ended in it */
  GString *text, *sender, *time;
} Frame;

typedef struct
{
  QuarryDocumentBuilder *builder;
  Frame frames[MAX_DEPTH];
  guint depth;
  guint n_messages;
  GString *other; /* values outside of messages */
  gboolean has_title;
  gboolean is_bytewise; /* each character stands for a byte of UTF-8, as Facebook writes it */
} Chat;

static gboolean
is_one_of (const char *name, const char *list)
{
  gsize n = name != NULL ? strlen (name) : 0;

  for (const char *p = n > 0 ? strstr (list, name) : NULL; p != NULL; p = strstr (p + 1, name))
    if (p > list && p[-1] == ' ' && p[n] == ' ')
      return TRUE;
  return FALSE;
}

static gboolean
is_text (const char *key)
{
  return is_one_of (key, " text content body Contents parts ");
}

static gboolean
is_sender (const char *key)
{
  return is_one_of (key, " from sender_name sender author user creator user_profile ");
}

static gboolean
is_time (const char *key)
{
  return is_one_of (key, " date timestamp Timestamp created_at created_date create_time ts timestamp_ms ");
}

static Frame *
top (Chat *self)
{
  return &self->frames[self->depth - 1];
}

static void
flush_other (Chat *self)
{
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->other->str, (gssize) self->other->len);
  g_string_truncate (self->other, 0);
}

static void
begin (gpointer data, const char *key, gboolean is_array)
{
  Chat *self = data;
  Role role = self->depth > 0 ? top (self)->role : ROLE_OTHER;
  Frame frame = { ROLE_OTHER };

  if (role == ROLE_UNSEEN || role == ROLE_TEXT || role == ROLE_PEOPLE)
    frame.role = role;
  else if (role == ROLE_OTHER && is_one_of (key, " participants members "))
    frame.role = ROLE_PEOPLE;
  else if (is_one_of (key,
                      " blocks reactions text_entities embeds mentions stickers roles edited inlineEmojis metadata ")
           && role == ROLE_CHAT)
    frame.role = ROLE_UNSEEN;
  else if (role == ROLE_SENDER)
    frame.role = ROLE_UNSEEN;
  else if (is_one_of (key, " messages chat_messages mapping ") || role == ROLE_CHAT
           || (key == NULL && is_array && self->depth == 0))
    frame.role = ROLE_CHAT;
  if (frame.role == ROLE_CHAT && key != NULL && role == ROLE_CHAT)
    frame.role = is_text (key) || is_one_of (key, " attachments files ") ? ROLE_TEXT
                 : is_sender (key)                                       ? ROLE_SENDER
                                                                         : ROLE_CHAT;
  frame.text = g_string_new (NULL);
  frame.sender = g_string_new (NULL);
  frame.time = g_string_new (NULL);
  /* The parser allows no deeper nesting than this. */
  g_return_if_fail (self->depth < MAX_DEPTH);
  self->frames[self->depth++] = frame;
}

/* Appends a time as "2024-02-29 12:30"; others than seconds, milliseconds and ISO 8601 as they are. */
static void
append_time (GString *out, const char *time)
{
  char *end;
  double seconds = g_ascii_strtod (time, &end);
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *shown = NULL;

  if (*end == '\0' && seconds >= 1e8 && seconds < 1e14)
    date = g_date_time_new_from_unix_utc ((gint64) (seconds >= 1e11 ? seconds / 1000.0 : seconds));
  if (date != NULL)
    shown = g_date_time_format (date, "%Y-%m-%d %H:%M");
  else if (strlen (time) >= 16 && time[10] == 'T')
    {
      shown = g_strndup (time, 16);
      shown[10] = ' ';
    }
  g_string_append (out, shown != NULL ? shown : time);
}

static void
add_message (Chat *self, const Frame *frame)
{
  g_autoptr (GString) line = g_string_new (NULL);

  flush_other (self);
  append_time (line, frame->time->str);
  g_string_append_printf (line, " %s: %s", frame->sender->str, frame->text->str);
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, line->str, (gssize) line->len);
  self->n_messages++;
}

static void
append_word (GString *out, const char *text)
{
  if (out->len > 0 && *text != '\0' && !g_ascii_isspace (out->str[out->len - 1]) && !g_ascii_isspace (*text))
    g_string_append_c (out, ' ');
  g_string_append (out, text);
}

static void
end (gpointer data)
{
  Chat *self = data;
  Frame frame = *top (self);

  self->depth--;
  if (self->depth > 0 && frame.role == ROLE_TEXT)
    append_word (top (self)->text, frame.text->str);
  else if (self->depth > 0 && frame.role == ROLE_SENDER)
    g_string_assign (top (self)->sender, frame.sender->str);
  else if (frame.role == ROLE_CHAT && frame.text->len > 0 && frame.sender->len > 0)
    add_message (self, &frame);
  else if (frame.role == ROLE_OTHER)
    flush_other (self);
  else if (frame.role == ROLE_CHAT && self->depth > 0)
    top (self)->has_messages = TRUE;
  g_string_free (frame.text, TRUE);
  g_string_free (frame.sender, TRUE);
  g_string_free (frame.time, TRUE);
}

/* The text whose bytes are written as characters; NULL if it is not. */
static char *
take_bytes (const char *text)
{
  gsize n;
  char *bytes = g_convert (text, -1, "ISO-8859-1", "UTF-8", NULL, &n, NULL);

  if (bytes != NULL && g_utf8_validate (bytes, (gssize) n, NULL))
    return bytes;
  g_free (bytes);
  return NULL;
}

/* Adds the name of a chat, which comes before or behind its messages. */
static void
add_title (Chat *self, const char *title)
{
  gboolean comes_late = top (self)->has_messages;

  flush_other (self);
  if (!self->has_title)
    quarry_document_builder_set_title (self->builder, title);
  self->has_title = TRUE;
  quarry_document_builder_add (
      self->builder, comes_late ? QUARRY_BLOCK_PARAGRAPH : QUARRY_BLOCK_HEADING, !comes_late, title, -1);
}

static void
add_value (gpointer data, const char *key, const char *value, gboolean is_string)
{
  Chat *self = data;
  Frame *frame = self->depth > 0 ? top (self) : NULL;
  g_autofree char *bytes = self->is_bytewise && is_string ? take_bytes (value) : NULL;

  if (bytes != NULL)
    value = bytes;
  if (frame == NULL || frame->role == ROLE_UNSEEN || (is_string && *value == '\0'))
    return;
  if (frame->role == ROLE_TEXT)
    {
      if (is_string && (key == NULL || is_text (key) || is_one_of (key, " fileName file_name name title ")))
        append_word (frame->text, value);
    }
  else if (frame->role == ROLE_SENDER)
    {
      /* A nickname is told behind the name, and is what people see. */
      if (is_string && is_one_of (key, " name real_name nickname role "))
        g_string_assign (frame->sender, value);
    }
  else if (frame->role == ROLE_CHAT)
    {
      if (is_string && (is_text (key) || is_one_of (key, " fileName file_name ")))
        append_word (frame->text, value);
      else if (is_string && is_sender (key) && frame->sender->len == 0)
        g_string_assign (frame->sender, value);
      else if (is_time (key) && frame->time->len == 0 && strcmp (value, "null") != 0)
        g_string_assign (frame->time, value);
      else if (is_string && is_one_of (key, " title "))
        add_title (self, value);
    }
  else if (is_string && frame->role == ROLE_OTHER && is_one_of (key, " title name "))
    add_title (self, value);
  else if (is_string && !is_one_of (key, " id type iconUrl "))
    {
      g_string_append (self->other, self->other->len > 0 ? "; " : "");
      if (key != NULL)
        g_string_append_printf (self->other, "%s: ", key);
      g_string_append (self->other, value);
    }
}

/* ---- Notes ---- */

static void
ignore_begin (gpointer data, const char *key, gboolean is_array)
{
}

static void
ignore_end (gpointer data)
{
}

static void
add_note_title (gpointer data, const char *key, const char *value, gboolean is_string)
{
  QuarryDocumentBuilder *builder = data;

  if (!is_string || g_strcmp0 (key, "title") != 0)
    return;
  quarry_document_builder_set_title (builder, value);
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, value, -1);
}

static void
add_note_value (gpointer data, const char *key, const char *value, gboolean is_string)
{
  QuarryDocumentBuilder *builder = data;

  if (!is_string || *value == '\0')
    return;
  if (g_strcmp0 (key, "textContent") == 0)
    {
      g_auto (GStrv) lines = g_strsplit (value, "\n", -1);

      for (guint i = 0; lines[i] != NULL; i++)
        quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, lines[i], -1);
    }
  else if (g_strcmp0 (key, "text") == 0)
    quarry_document_builder_add (builder, QUARRY_BLOCK_LIST_ITEM, 1, value, -1);
  else if (is_one_of (key, " name description url "))
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, value, -1);
}

/* Whether the first bytes name all of @keys, which are separated by blanks. */
static gboolean
names_all (const char *json, gsize length, const char *keys)
{
  g_auto (GStrv) names = g_strsplit (keys, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *quoted = g_strconcat ("\"", names[i], "\"", NULL);

      if (memmem (json, MIN (length, WINDOW), quoted, strlen (quoted)) == NULL)
        return FALSE;
    }
  return TRUE;
}

gboolean
quarry_json_chat_read (QuarryDocumentBuilder *builder, const char *json, gsize length)
{
  static const char *const programs[] = { "messages text_entities from_id",
                                          "client_msg_id user ts",
                                          "thread_ts user text",
                                          "messages timestampEdited author",
                                          "messages sender_name timestamp_ms",
                                          "messages creator created_date topic_id",
                                          "mapping create_time parts",
                                          "chat_messages sender created_at" };
  const QuarryJsonHandler handler = { begin, end, add_value };
  const QuarryJsonHandler title_handler = { ignore_begin, ignore_end, add_note_title };
  const QuarryJsonHandler note_handler = { ignore_begin, ignore_end, add_note_value };
  g_autoptr (GString) other = g_string_new (NULL);
  g_autofree Chat *self = NULL;
  gboolean is_known = FALSE;

  if (names_all (json, length, "userEditedTimestampUsec isTrashed title"))
    {
      /* The title comes behind the text. */
      quarry_json_walk (json, length, &title_handler, builder);
      quarry_json_walk (json, length, &note_handler, builder);
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    is_known = is_known || names_all (json, length, programs[i]);
  if (!is_known)
    return FALSE;
  self = g_new0 (Chat, 1);
  self->builder = builder;
  self->other = other;
  self->is_bytewise = names_all (json, length, "sender_name timestamp_ms");
  quarry_json_walk (json, length, &handler, self);
  flush_other (self);
  if (self->n_messages == 0)
    quarry_document_builder_start_over (builder);
  return self->n_messages > 0;
}
