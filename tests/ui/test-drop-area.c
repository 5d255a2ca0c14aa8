/* test-drop-area.c: where files are dropped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/widget-helpers.h"
#include "ui/widgets/quarry-drop-area.h"

static GSList *
files_of (const char *const *uris)
{
  GSList *files = NULL;

  for (guint i = 0; uris[i]; i++)
    files = g_slist_append (files, g_file_new_for_uri (uris[i]));
  return files;
}

static void
test_drop_area_paths (void)
{
  static const char *const mixed[] = { "file:///d/a%20b.pdf", "https://example.org/x.pdf",
                                       "file:///d/%FF%FE.txt", NULL };
  static const char *const remote[] = { "https://example.org/x.pdf", NULL };
  GSList *files = files_of (mixed);
  g_auto (GStrv) paths = quarry_drop_area_local_paths (files);

  g_assert_cmpuint (g_strv_length (paths), ==, 2);
  g_assert_cmpstr (paths[0], ==, "/d/a b.pdf");
  g_assert_cmpstr (paths[1], ==, "/d/\xff\xfe.txt");
  g_slist_free_full (files, g_object_unref);

  files = files_of (remote);
  g_assert_null (quarry_drop_area_local_paths (files));
  g_slist_free_full (files, g_object_unref);
  g_assert_null (quarry_drop_area_local_paths (NULL));
}

static void
dropped_cb (QuarryDropArea *area, char **paths, char ***got)
{
  *got = g_strdupv (paths);
}

static GtkDropTarget *
drop_target_of (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        return GTK_DROP_TARGET (controller);
    }
  g_assert_not_reached ();
}

static gboolean
drop (GtkWidget *area, const char *const *uris)
{
  GSList *files = files_of (uris);
  GdkFileList *list = gdk_file_list_new_from_list (files);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean done = FALSE;

  g_slist_free_full (files, g_object_unref);
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, list);
  g_signal_emit_by_name (drop_target_of (area), "drop", &value, 1.0, 1.0, &done);
  return done;
}

static void
test_drop_area (void)
{
  static const char *const two[] = { "file:///d/a.pdf", "file:///d/b", NULL };
  static const char *const mixed[] = { "file:///d/c", "https://example.org/x.pdf", NULL };
  static const char *const remote[] = { "https://example.org/x.pdf", NULL };
  GtkWidget *area = g_object_ref_sink (quarry_drop_area_new ());
  GtkWidget *label = gtk_label_new ("content");
  g_auto (GStrv) got = NULL;
  guint n_refused = 0;

  /* The drop target must be asked in the capture phase, because entries and text views would take dropped files for
   * text. */
  g_assert_cmpint (
      gtk_event_controller_get_propagation_phase (GTK_EVENT_CONTROLLER (drop_target_of (area))),
      ==,
      GTK_PHASE_CAPTURE);
  quarry_drop_area_set_content (QUARRY_DROP_AREA (area), label);
  g_assert_true (quarry_drop_area_get_content (QUARRY_DROP_AREA (area)) == label);
  g_assert_true (gtk_widget_is_ancestor (label, area));

  g_signal_connect (area, "files-dropped", G_CALLBACK (dropped_cb), &got);
  g_signal_connect_swapped (area, "files-refused", G_CALLBACK (count_up), &n_refused);
  g_assert_true (drop (area, two));
  g_assert_nonnull (got);
  g_assert_cmpuint (g_strv_length (got), ==, 2);
  g_assert_cmpstr (got[0], ==, "/d/a.pdf");
  g_assert_cmpuint (n_refused, ==, 0);
  g_assert_false (drop (area, remote));
  g_assert_cmpuint (n_refused, ==, 1);
  /* What cannot be added is told of, also where something else is. */
  g_clear_pointer (&got, g_strfreev);
  g_assert_true (drop (area, mixed));
  g_assert_cmpuint (g_strv_length (got), ==, 1);
  g_assert_cmpuint (n_refused, ==, 2);

  quarry_drop_area_set_content (QUARRY_DROP_AREA (area), NULL);
  g_assert_null (quarry_drop_area_get_content (QUARRY_DROP_AREA (area)));
  g_assert_finalize_object (area);
}

static void
enter (GtkWidget *area)
{
  GdkDragAction action = 0;

  g_signal_emit_by_name (drop_target_of (area), "enter", 1.0, 1.0, &action);
}

/* A library that can only be read invites nobody to drop files on it. */
static void
test_drop_area_refusal (void)
{
  GtkWidget *area = g_object_ref_sink (quarry_drop_area_new ());

  quarry_drop_area_set_refusal (QUARRY_DROP_AREA (area), "Only read");
  enter (area);
  g_assert_nonnull (find_label (area, "Only read"));
  g_assert_null (find_label (area, "Drop to add to your library"));
  quarry_drop_area_set_refusal (QUARRY_DROP_AREA (area), NULL);
  enter (area);
  g_assert_null (find_label (area, "Only read"));
  g_assert_nonnull (find_label (area, "Drop to add to your library"));
  g_assert_finalize_object (area);
}

static void
test_drop_area_builder (void)
{
  static const char ui[] = "<interface><object class='QuarryDropArea' id='area'>"
                           "<child><object class='GtkLabel' id='label'/></child>"
                           "</object></interface>";
  g_autoptr (GtkBuilder) builder = NULL;
  GObject *area;

  g_type_ensure (QUARRY_TYPE_DROP_AREA);
  builder = gtk_builder_new_from_string (ui, -1);
  area = gtk_builder_get_object (builder, "area");
  g_assert_true (quarry_drop_area_get_content (QUARRY_DROP_AREA (area)) ==
                 GTK_WIDGET (gtk_builder_get_object (builder, "label")));
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/drop-area/paths", test_drop_area_paths);
  g_test_add_func ("/drop-area/drop", test_drop_area);
  g_test_add_func ("/drop-area/refusal", test_drop_area_refusal);
  g_test_add_func ("/drop-area/builder", test_drop_area_builder);
  return g_test_run ();
}
