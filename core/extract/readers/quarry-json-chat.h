/* quarry-json-chat.h: chats and notes that were exported as JSON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Telegram's, Slack's, Discord's (by DiscordChatExporter), Facebook's, Instagram's, Google Chat's, and talks with
 * ChatGPT and Claude; notes of Google Keep.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Reads the chat or the note into @builder: a message is a paragraph, with its time and sender before its text. FALSE
 * if
 * @json, which is UTF-8, is neither; then nothing was added. */
gboolean quarry_json_chat_read (QuarryDocumentBuilder *builder, const char *json, gsize length);

G_END_DECLS
