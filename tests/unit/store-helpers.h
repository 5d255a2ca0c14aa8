/* store-helpers.h: what the tests of the library's file share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <string.h>

#include "core/store/quarry-store-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *parent; /* of the library's folder */
  char *folder;
  char *file;
} StoreFixture;

void store_set_up (StoreFixture *fixture, gconstpointer data);
void store_tear_down (StoreFixture *fixture, gconstpointer data);

#define STORE_TEST(name, func) \
  g_test_add ("/store/" name, StoreFixture, NULL, store_set_up, func, store_tear_down)

/* Checks the error's code, that its message names the file, and that it is a full sentence. */
#define assert_store_error(error, wanted, name)             \
  G_STMT_START                                              \
  {                                                         \
    g_assert_error (error, QUARRY_STORE_ERROR, wanted);     \
    g_assert_nonnull (strstr (error->message, name));       \
    g_assert_true (g_str_has_suffix (error->message, ".")); \
  }                                                         \
  G_STMT_END

QuarryStore *open_store (StoreFixture *fixture, QuarryStoreMode mode);
void assert_does_not_open (StoreFixture *fixture, QuarryStoreMode mode, QuarryStoreError wanted);

extern const char *const two_paragraphs[];
extern const char *const one_paragraph[];

/* Makes a document with a title, and a page with one paragraph for each text. */
QuarryDocument *make_document (const char *const *paragraphs);

/* Adds a document with one passage and one segment for each paragraph. @path is stored as it is. */
QuarryDocumentRecord *try_add_document (QuarryStore *store,
                                        const char *path,
                                        const char *title,
                                        const char *const *paragraphs,
                                        GError **error);

/* The same in a transaction of its own, which must not fail. Returns the document's number. */
gint64 add_document (QuarryStore *store,
                     const char *path,
                     const char *title,
                     const char *const *paragraphs);
void add_many (QuarryStore *store, guint n_documents);

/* Checks that the store finds nothing wrong with itself, or that it finds a problem whose description holds @wanted. */
void assert_sound (QuarryStore *store);
void assert_unsound (QuarryStore *store, const char *wanted);
void assert_counts (QuarryStore *store, guint64 documents, guint64 passages);

void execute_sql (QuarryStore *store, const char *sql);

/* Runs @func in a child process, where it must succeed. */
typedef void (*ChildFunc) (StoreFixture *fixture);

void run_in_child (ChildFunc func, StoreFixture *fixture);

G_END_DECLS
