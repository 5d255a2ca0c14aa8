/* quarry-collection.c: a judged collection in the layout of BEIR
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads the files line by line; hash tables map ids to numbers and detect duplicates and contradictions.
 */
#include "quarry-config.h"

#include <string.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "core/eval/quarry-collection.h"
#include "core/eval/quarry-line-reader.h"

#define BLANKS " \t\r\n\v\f"

/* The state of reading a collection. Numbers in the hash tables are counted from 1, since 0 means that there is no
 * entry. */
typedef struct
{
  QuarryCollection *collection;
  GHashTable *documents;    /* id -> number in collection->documents; ids belong to the documents */
  GHashTable *queries;      /* id -> number in collection->queries; ids belong to the queries */
  GHashTable *unknown;      /* id of a judged document that the corpus lacks -> its number + 1 */
  guint next_unknown;       /* the number that the next of these gets */
  GHashTable *grades;       /* "query\tdocument" -> grade */
  GHashTable *subtopics;    /* "query\tsubtopic" -> the subtopic's number within the query + 1 */
  GHashTable *treated;      /* a set of "query\tsubtopic\tdocument" */
  JsonParser *parser;
} Loading;

/* Processes one line that is valid UTF-8 and not blank; it may modify the line. */
typedef gboolean (*LineFunc) (Loading *loading, QuarryLineReader *reader, char *line, GError **error);

static void
document_free (gpointer data)
{
  QuarryCollectionDocument *self = data;

  g_free (self->id);
  g_free (self->title);
  g_free (self->text);
  g_free (self);
}

static void
query_free (gpointer data)
{
  QuarryCollectionQuery *self = data;

  g_free (self->id);
  g_free (self->text);
  g_array_unref (self->judgements);
  g_array_unref (self->subtopics);
  g_free (self);
}

void
quarry_collection_free (QuarryCollection *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_ptr_array_unref (self->documents);
  g_ptr_array_unref (self->queries);
  g_free (self);
}

static gboolean
read_lines (Loading *loading, const char *path, LineFunc take, GError **error)
{
  g_autoptr (QuarryLineReader) reader = quarry_line_reader_open (path, error);
  g_autoptr (GError) read_error = NULL;
  char *line;
  gsize length;

  if (reader == NULL)
    return FALSE;

  while ((line = quarry_line_reader_next (reader, &length, &read_error)) != NULL)
    {
      if (!g_utf8_validate (line, length, NULL))
        return quarry_line_reader_fail (reader, error, _("the line is not valid UTF-8"));
      if (line[strspn (line, BLANKS)] != '\0' && !take (loading, reader, line, error))
        return FALSE;
    }
  if (read_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&read_error));
      return FALSE;
    }
  return TRUE;
}

/* The object on the line; valid until the next one is parsed. NULL, with @error set, where there is none. */
static JsonObject *
parse_object (Loading *loading, QuarryLineReader *reader, const char *line, GError **error)
{
  g_autoptr (GError) json_error = NULL;
  JsonNode *root;

  if (!json_parser_load_from_data (loading->parser, line, -1, &json_error))
    {
      quarry_line_reader_fail (reader, error, _("the line is not valid JSON (%s)"), json_error->message);
      return NULL;
    }
  root = json_parser_get_root (loading->parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      quarry_line_reader_fail (reader, error, _("the line is not a JSON object"));
      return NULL;
    }
  return json_node_get_object (root);
}

/* The member as a string, since some collections write ids as numbers. NULL where it is missing or of another type. */
static char *
get_string (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return NULL;
}

static gboolean
add_document (Loading *loading, QuarryLineReader *reader, char *line, GError **error)
{
  JsonObject *object = parse_object (loading, reader, line, error);
  QuarryCollectionDocument *document;
  g_autofree char *id = NULL;
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;

  if (object == NULL)
    return FALSE;
  id = get_string (object, "_id");
  title = get_string (object, "title");
  text = get_string (object, "text");
  if (id == NULL || *id == '\0')
    return quarry_line_reader_fail (reader, error, _("the document has no “_id”"));
  if (text == NULL)
    return quarry_line_reader_fail (reader, error, _("the document has no “text”"));
  if (g_hash_table_contains (loading->documents, id))
    return quarry_line_reader_fail (reader, error, _("a second document has the id “%s”"), id);

  document = g_new (QuarryCollectionDocument, 1);
  document->id = g_steal_pointer (&id);
  document->title = title != NULL ? g_steal_pointer (&title) : g_strdup ("");
  document->text = g_steal_pointer (&text);
  g_ptr_array_add (loading->collection->documents, document);
  g_hash_table_insert (loading->documents,
                       document->id,
                       GUINT_TO_POINTER (loading->collection->documents->len));
  return TRUE;
}

static gboolean
add_query (Loading *loading, QuarryLineReader *reader, char *line, GError **error)
{
  JsonObject *object = parse_object (loading, reader, line, error);
  QuarryCollectionQuery *query;
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;

  if (object == NULL)
    return FALSE;
  id = get_string (object, "_id");
  text = get_string (object, "text");
  if (id == NULL || *id == '\0')
    return quarry_line_reader_fail (reader, error, _("the query has no “_id”"));
  if (text == NULL)
    return quarry_line_reader_fail (reader, error, _("the query has no “text”"));
  if (g_hash_table_contains (loading->queries, id))
    return quarry_line_reader_fail (reader, error, _("a second query has the id “%s”"), id);

  query = g_new0 (QuarryCollectionQuery, 1);
  query->id = g_steal_pointer (&id);
  query->text = g_steal_pointer (&text);
  query->judgements = g_array_new (FALSE, FALSE, sizeof (QuarryJudgement));
  query->subtopics = g_array_new (FALSE, FALSE, sizeof (QuarrySubtopicJudgement));
  g_ptr_array_add (loading->collection->queries, query);
  g_hash_table_insert (loading->queries,
                       query->id,
                       GUINT_TO_POINTER (loading->collection->queries->len));
  return TRUE;
}

/* The number of a judged document; a new one where the corpus lacks it. */
static guint32
find_document (Loading *loading, const char *id)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (loading->documents, id));

  if (place == 0)
    place = GPOINTER_TO_UINT (g_hash_table_lookup (loading->unknown, id));
  if (place == 0)
    {
      place = ++loading->next_unknown;
      g_hash_table_insert (loading->unknown, g_strdup (id), GUINT_TO_POINTER (place));
    }
  return place - 1;
}

static QuarryCollectionQuery *
find_query (Loading *loading, const char *id)
{
  guint place = GPOINTER_TO_UINT (g_hash_table_lookup (loading->queries, id));

  return place > 0 ? g_ptr_array_index (loading->collection->queries, place - 1) : NULL;
}

static gboolean
parse_grade (const char *text, int *grade)
{
  gint64 value;

  if (!g_ascii_string_to_signed (text, 10, G_MININT16, G_MAXINT16, &value, NULL))
    return FALSE;
  *grade = (int) value;
  return TRUE;
}

/* Splits the line in place: at each tab, keeping empty fields, or else at each run of blanks and tabs. Returns how many
 * fields there are; at most 5 are stored. */
static guint
split (char *line, gboolean at_tabs, char *fields[5])
{
  guint n = 0;

  for (char *rest = line; rest != NULL;)
    {
      char *field = at_tabs ? strsep (&rest, "\t") : strsep (&rest, " \t");

      if (!at_tabs && *field == '\0')
        continue;
      if (n < 5)
        fields[n] = g_strstrip (field);
      n++;
    }
  return n;
}

/* Processes a line of qrels/test.tsv. */
static gboolean
add_judgement (Loading *loading, QuarryLineReader *reader, char *line, GError **error)
{
  QuarryCollectionQuery *query;
  QuarryJudgement judgement;
  g_autofree char *key = NULL;
  gpointer earlier;
  char *fields[5];

  if (split (line, TRUE, fields) != 3)
    return quarry_line_reader_fail (reader, error,
                                    _("expected query, document and grade, separated by tabs"));
  if (!parse_grade (fields[2], &judgement.grade))
    {
      /* The first line has the names of the columns. */
      if (quarry_line_reader_get_number (reader) == 1)
        return TRUE;
      return quarry_line_reader_fail (reader, error, _("“%s” is not a grade"), fields[2]);
    }

  query = find_query (loading, fields[0]);
  if (query == NULL)
    {
      loading->collection->n_passed_over++;
      return TRUE;
    }

  key = g_strconcat (fields[0], "\t", fields[1], NULL);
  if (g_hash_table_lookup_extended (loading->grades, key, NULL, &earlier))
    {
      if (GPOINTER_TO_INT (earlier) != judgement.grade)
        return quarry_line_reader_fail (reader, error,
                                        _("document “%s” was judged otherwise for query “%s” before"),
                                        fields[1], fields[0]);
      return TRUE;
    }
  g_hash_table_insert (loading->grades, g_steal_pointer (&key), GINT_TO_POINTER (judgement.grade));

  judgement.document = find_document (loading, fields[1]);
  g_array_append_val (query->judgements, judgement);
  query->has_relevant |= judgement.grade > 0;
  return TRUE;
}

/* Processes a line of qrels/diversity.txt. */
static gboolean
add_subtopic_judgement (Loading *loading, QuarryLineReader *reader, char *line, GError **error)
{
  QuarryCollectionQuery *query;
  QuarrySubtopicJudgement judgement;
  g_autofree char *subtopic = NULL;
  char *fields[5];
  guint number;
  int relevance;

  if (split (line, FALSE, fields) != 4)
    return quarry_line_reader_fail (reader, error, _("expected query, subtopic, document and relevance"));
  if (!parse_grade (fields[3], &relevance))
    return quarry_line_reader_fail (reader, error, _("“%s” is not a relevance"), fields[3]);
  if (relevance <= 0)
    return TRUE;

  query = find_query (loading, fields[0]);
  if (query == NULL)
    {
      loading->collection->n_passed_over++;
      return TRUE;
    }

  subtopic = g_strconcat (fields[0], "\t", fields[1], NULL);
  if (!g_hash_table_add (loading->treated, g_strconcat (subtopic, "\t", fields[2], NULL)))
    return TRUE;

  number = GPOINTER_TO_UINT (g_hash_table_lookup (loading->subtopics, subtopic));
  if (number == 0)
    {
      number = ++query->n_subtopics;
      g_hash_table_insert (loading->subtopics, g_steal_pointer (&subtopic), GUINT_TO_POINTER (number));
    }
  judgement.subtopic = number - 1;
  judgement.document = find_document (loading, fields[2]);
  g_array_append_val (query->subtopics, judgement);
  loading->collection->has_subtopics = TRUE;
  return TRUE;
}

static GHashTable *
table_of_own_keys (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

QuarryCollection *
quarry_collection_load (const char *folder, GError **error)
{
  g_autoptr (QuarryCollection) self = NULL;
  g_autoptr (GHashTable) documents = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) queries = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) unknown = table_of_own_keys ();
  g_autoptr (GHashTable) grades = table_of_own_keys ();
  g_autoptr (GHashTable) subtopics = table_of_own_keys ();
  g_autoptr (GHashTable) treated = table_of_own_keys ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *corpus_path = g_build_filename (folder, "corpus.jsonl", NULL);
  g_autofree char *queries_path = g_build_filename (folder, "queries.jsonl", NULL);
  g_autofree char *judgements_path = g_build_filename (folder, "qrels", "test.tsv", NULL);
  g_autofree char *subtopics_path = g_build_filename (folder, "qrels", "diversity.txt", NULL);
  g_autofree char *canonical = g_canonicalize_filename (folder, NULL);
  g_autofree char *base = g_path_get_basename (canonical);
  Loading loading;

  self = g_new0 (QuarryCollection, 1);
  self->name = g_filename_display_name (base);
  self->documents = g_ptr_array_new_with_free_func (document_free);
  self->queries = g_ptr_array_new_with_free_func (query_free);

  loading = (Loading) {
    .collection = self,
    .documents = documents,
    .queries = queries,
    .unknown = unknown,
    .grades = grades,
    .subtopics = subtopics,
    .treated = treated,
    .parser = parser,
  };
  if (!read_lines (&loading, corpus_path, add_document, error)
      || !read_lines (&loading, queries_path, add_query, error))
    return NULL;

  loading.next_unknown = self->documents->len;
  if (!read_lines (&loading, judgements_path, add_judgement, error))
    return NULL;
  if (g_file_test (subtopics_path, G_FILE_TEST_EXISTS)
      && !read_lines (&loading, subtopics_path, add_subtopic_judgement, error))
    return NULL;
  self->n_numbers = loading.next_unknown;

  return g_steal_pointer (&self);
}

/* Documents that the corpora lack are numbered after all other documents. */
static guint32
number_in_all (guint32 number, const QuarryCollection *part, guint first_document, guint first_unknown)
{
  return number < part->documents->len ? first_document + number
                                       : first_unknown + (number - part->documents->len);
}

QuarryCollection *
quarry_collection_join (GPtrArray *collections)
{
  QuarryCollection *self = g_new0 (QuarryCollection, 1);
  GString *name = g_string_new (NULL);
  guint first_document = 0, first_unknown = 0;

  self->documents = g_ptr_array_new_with_free_func (document_free);
  self->queries = g_ptr_array_new_with_free_func (query_free);
  for (guint c = 0; c < collections->len; c++)
    first_unknown += ((QuarryCollection *) collections->pdata[c])->documents->len;
  for (guint c = 0; c < collections->len; c++)
    {
      QuarryCollection *part = collections->pdata[c];
      guint n_documents = part->documents->len;

      g_string_append_printf (name, "%s%s", c > 0 ? " + " : "", part->name);
      self->has_subtopics |= part->has_subtopics;
      self->n_passed_over += part->n_passed_over;
      for (guint q = 0; q < part->queries->len; q++)
        {
          QuarryCollectionQuery *query = part->queries->pdata[q];

          query->collection = c;
          for (guint i = 0; i < query->judgements->len; i++)
            {
              guint32 *number = &g_array_index (query->judgements, QuarryJudgement, i).document;

              *number = number_in_all (*number, part, first_document, first_unknown);
            }
          for (guint i = 0; i < query->subtopics->len; i++)
            {
              guint32 *number = &g_array_index (query->subtopics, QuarrySubtopicJudgement, i).document;

              *number = number_in_all (*number, part, first_document, first_unknown);
            }
        }
      first_unknown += part->n_numbers - n_documents;
      first_document += n_documents;
      g_ptr_array_extend_and_steal (self->documents, g_steal_pointer (&part->documents));
      g_ptr_array_extend_and_steal (self->queries, g_steal_pointer (&part->queries));
      part->documents = g_ptr_array_new ();
      part->queries = g_ptr_array_new ();
    }
  self->n_numbers = first_unknown;
  self->name = g_string_free (name, FALSE);

  return self;
}
