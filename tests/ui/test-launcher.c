/* test-launcher.c: the launcher and its keys
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/launcher/quarry-launcher-row.h"
#include "ui/launcher/quarry-launcher.h"
#include "ui/widgets/quarry-place-label.h"

static void
shown_cb (QuarryLauncher *launcher, const char *query, QuarryHit *hit, char **got)
{
  *got = g_strdup_printf ("%s|%d", query, hit != NULL);
}

static gboolean
press (GtkWidget *window, guint key, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller) ||
          gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      g_signal_emit_by_name (controller, "key-pressed", key, 0u, state, &handled);
      if (handled)
        return TRUE;
    }
  return FALSE;
}

static void
test_launcher (LibraryFixture *fixture, gconstpointer data)
{
  QuarryLauncher *launcher = quarry_launcher_new (NULL, NULL);
  GtkWidget *window = GTK_WIDGET (launcher);
  GtkWidget *entry = find_template_child (window, "entry");
  GtkListBox *list = GTK_LIST_BOX (find_template_child (window, "list"));
  GtkLabel *completion = GTK_LABEL (find_template_child (window, "completion_label"));
  GtkWidget *notice = find_template_child (window, "notice");
  g_autoptr (GError) problem = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "The library is locked.");
  g_autofree char *got = NULL;
  GtkListBoxRow *row;
  GtkWidget *place;

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (launcher)), ==, "Quarry Launcher");
  add_document (fixture, "crafts.md", crafts_text);
  add_document (fixture, "tea.md", "# Tea\n\nLeaves of tea are rolled, and dried over a fire of pine.\n\n"
                                   "# Soap\n\nOil is boiled with lye until it thickens, then poured into moulds.\n\n"
                                   "# Rope\n\nHemp is combed, spun into yarn, and laid up in three strands.\n");
  /* Where there is no library to be searched, the launcher says why. */
  quarry_launcher_set_library (launcher, NULL, problem);
  gtk_editable_set_text (GTK_EDITABLE (entry), "kneading");
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (notice)), ==, "The library is locked.");
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  quarry_launcher_set_library (launcher, NULL, NULL);
  g_assert_false (gtk_widget_get_visible (notice));
  quarry_launcher_set_library (launcher, NULL, problem);
  quarry_launcher_set_library (launcher, fixture->library, NULL);
  wait_for (!gtk_widget_get_visible (notice));
  g_assert_false (gtk_widget_get_visible (window));
  quarry_launcher_toggle (launcher);
  g_assert_true (gtk_widget_get_visible (window));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, "Results");

  gtk_editable_set_text (GTK_EDITABLE (entry), "kneading dough");
  wait_for (gtk_widget_get_visible (GTK_WIDGET (list)));
  row = gtk_list_box_get_selected_row (list);
  g_assert_nonnull (row);
  g_assert_cmpint (gtk_list_box_row_get_index (row), ==, 0);
  g_assert_nonnull (quarry_launcher_row_get_hit (QUARRY_LAUNCHER_ROW (row)));

  g_assert_true (press (window, GDK_KEY_Down, 0));
  g_assert_true (press (window, GDK_KEY_Up, 0));
  g_assert_true (press (window, GDK_KEY_Up, 0)); /* stays at the first row */
  g_assert_cmpint (gtk_list_box_row_get_index (gtk_list_box_get_selected_row (list)), ==, 0);
  g_assert_false (press (window, GDK_KEY_a, 0)); /* left for the entry, to be typed */
  g_assert_false (press (window, GDK_KEY_Return, 0)); /* left for the entry */

  /* Where nothing is clearly about the query, only the closest few are shown, and it is said. */
  gtk_editable_set_text (GTK_EDITABLE (entry), "astronomy ");
  wait_for (gtk_widget_get_visible (notice));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (notice)), ==, "Nothing here is clearly about that. Closest passages:");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 2))));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 3))));

  /* The file is named where the title is another one. */
  gtk_editable_set_text (GTK_EDITABLE (entry), "lye boiled with oil");
  place = find_widget (GTK_WIDGET (gtk_list_box_get_row_at_index (list, 0)), QUARRY_TYPE_PLACE_LABEL);
  wait_for (g_strcmp0 (quarry_place_label_get_text (QUARRY_PLACE_LABEL (place)), "Soap · tea.md") == 0);
  gtk_editable_set_text (GTK_EDITABLE (entry), "kneading dough");
  wait_for (gtk_widget_get_visible (GTK_WIDGET (list)) && !gtk_widget_get_visible (notice));

  g_signal_connect (launcher, "show-in-window", G_CALLBACK (shown_cb), &got);
  g_assert_true (press (window, GDK_KEY_Return, GDK_CONTROL_MASK));
  g_assert_cmpstr (got, ==, "kneading dough|1");
  g_assert_false (gtk_widget_get_visible (window));

  /* The launcher shows how it would complete the last word, and the right arrow key accepts that. */
  quarry_launcher_toggle (launcher);
  gtk_editable_set_text (GTK_EDITABLE (entry), "kneading dou");
  /* When the entry gets the focus, all its text is selected; this happens some time later, so the cursor is set
   * repeatedly. */
  wait_for ((gtk_editable_set_position (GTK_EDITABLE (entry), -1), gtk_widget_get_visible (GTK_WIDGET (completion))));
  g_assert_cmpstr (gtk_label_get_text (completion), ==, "gh");
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (completion)));
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (completion)));
  g_assert_true (press (window, GDK_KEY_Right, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "kneading dough");
  g_assert_false (press (window, GDK_KEY_Right, 0));
  g_assert_true (press (window, GDK_KEY_Escape, 0));

  /* When the launcher is shown again it still has its text, all of it selected. */
  quarry_launcher_toggle (launcher);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "kneading dough");
  g_assert_true (gtk_editable_get_selection_bounds (GTK_EDITABLE (entry), NULL, NULL));
  g_assert_true (press (window, GDK_KEY_Escape, 0));
  g_assert_false (gtk_widget_get_visible (window));

  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  wait_for (!gtk_widget_get_visible (GTK_WIDGET (list)));
  settle (50);
  destroy_window (window, window);
}

/* It is no larger than a small screen, in large text too. */
static void
test_launcher_small_screen (LibraryFixture *fixture, gconstpointer data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  QuarryLauncher *launcher;
  GtkWidget *window, *entry, *list;
  int usual, least, high;

  g_object_get (settings, "gtk-xft-dpi", &usual, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *name = g_strdup_printf ("dough %u.md", i);
      g_autofree char *text = g_strdup_printf ("# Dough %u\n\nKneading develops gluten in the dough of bread No. %u.\n", i, i);

      add_document (fixture, name, text);
    }
  launcher = quarry_launcher_new (NULL, fixture->library);
  window = GTK_WIDGET (launcher);
  entry = find_template_child (window, "entry");
  list = find_template_child (window, "list");
  gtk_window_present (GTK_WINDOW (launcher));
  quarry_launcher_fit (launcher, 360, 640);
  gtk_editable_set_text (GTK_EDITABLE (entry), "kneading dough");
  wait_for (gtk_widget_get_visible (list));
  gtk_widget_measure (window, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 360);
  gtk_widget_measure (window, GTK_ORIENTATION_VERTICAL, 360, &high, NULL, NULL, NULL);
  g_assert_cmpint (high, <=, 640);
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  wait_for (!gtk_widget_get_visible (list));
  settle (50);
  destroy_window (window, window);
  g_object_set (settings, "gtk-xft-dpi", usual, NULL);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add ("/launcher/keys", LibraryFixture, NULL, library_fixture_set_up, test_launcher,
              library_fixture_tear_down);
  g_test_add ("/launcher/small-screen", LibraryFixture, NULL, library_fixture_set_up, test_launcher_small_screen,
              library_fixture_tear_down);
  return g_test_run ();
}
