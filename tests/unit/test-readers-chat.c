/* test-readers-chat.c: chats and notes that were exported as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

static void
test_chats (void)
{
  /* Telegram: a text may be in pieces. */
  assert_reads (
      "result.json",
      "{\"name\": \"Ada\", \"id\": 1, \"messages\": [{\"type\": \"service\", \"date\": \"2023-03-12T21:14:05\", "
      "\"actor\": \"Ben\", \"from_id\": \"x\", \"text\": \"\", \"text_entities\": []}, {\"date\": "
      "\"2023-03-12T21:15:05\", \"from\": \"Ben\", \"text\": [\"See\", {\"type\": \"link\", \"text\": "
      "\"x.org\"}, \" now\"], \"text_entities\": [{\"text\": \"See\"}], \"file_name\": \"a.pdf\"}]}",
      "h1 Ada\np 2023-03-12 21:15 Ben: See x.org now a.pdf\n");
  /* Slack: a day is an array; seconds since 1970. */
  assert_reads (
      "2023-03-12.json",
      "[{\"client_msg_id\": \"1\", \"user\": \"U02\", \"text\": \"Slate?\", \"ts\": \"1678655645.000200\", "
      "\"user_profile\": {\"real_name\": \"Ada Stone\", \"name\": \"ada\"}, \"blocks\": [{\"text\": \"Slate?\"}], "
      "\"files\": [{\"title\": \"b.pdf\"}]}, {\"user\": \"U03\", \"text\": \"Yes.\", \"ts\": \"1678655745.1\"}]",
      "p 2023-03-12 21:14 ada: Slate? b.pdf\np 2023-03-12 21:15 U03: Yes.\n");
  /* Discord. */
  assert_reads (
      "c.json",
      "{\"guild\": {\"id\": \"1\", \"name\": \"Masons\"}, \"channel\": {\"name\": \"slate\", \"topic\": \"Roofs\"}, "
      "\"messages\": [{\"timestamp\": \"2023-03-12T21:14:05+00:00\", \"timestampEdited\": null, "
      "\"content\": \"It split.\", \"author\": {\"name\": \"ada9\", \"nickname\": \"Ada\", \"roles\": "
      "[{\"name\": \"no\"}]}}]}",
      "h1 Masons\nh1 slate\np topic: Roofs\np 2023-03-12 21:14 Ada: It split.\n");
  /* Facebook writes bytes as characters, and the chat's name last. */
  assert_reads (
      "message_1.json",
      "{\"participants\": [{\"name\": \"Ada\"}, {\"name\": \"B\\u00c3\\u00b6ll\"}], \"messages\": [{\"sender_name\": "
      "\"B\\u00c3\\u00b6ll\", \"timestamp_ms\": 1678655645000, \"content\": \"Gr\\u00c3\\u00bcn?\"}], "
      "\"title\": \"Stones\"}",
      "p name: Ada; name: B\303\266ll\np 2023-03-12 21:14 B\303\266ll: Gr\303\274n?\np Stones\n");
  /* A talk with a machine. */
  assert_reads (
      "conversations.json",
      "[{\"title\": \"Slate\", \"create_time\": 1678655645.5, \"mapping\": {\"a\": {\"message\": {\"author\": "
      "{\"role\": \"user\", \"name\": null}, \"create_time\": 1678655645.5, \"content\": {\"content_type\": "
      "\"text\", \"parts\": [\"Is it hard?\"]}}}}}]",
      "h1 Slate\np 2023-03-12 21:14 user: Is it hard?\n");
  /* Not a chat, although it has all the names. */
  assert_reads ("x.json",
                "{\"chat_messages\": [], \"sender\": \"a\", \"created_at\": 1}",
                "p chat_messages:\np sender: a; created_at: 1\n");
}

static void
test_notes (void)
{
  assert_reads (
      "note.json",
      "{\"isTrashed\": false, \"listContent\": [{\"text\": \"Oats\", \"isChecked\": false}], \"textContent\": "
      "\"One\\nTwo\", \"title\": \"Shop\", \"userEditedTimestampUsec\": 1, \"labels\": [{\"name\": \"Home\"}]}",
      "h1 Shop\ni1 Oats\np One\np Two\np Home\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/chat/chats", test_chats);
  g_test_add_func ("/readers/chat/notes", test_notes);
  return g_test_run ();
}
