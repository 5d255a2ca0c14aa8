/* test-preferences.c: the preferences, the settings behind them, and the list of shortcuts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>
#include <string.h>

#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/preferences/quarry-preferences-window.h"
#include "ui/quarry-settings.h"

static void
test_preferences (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *window;
  GtkLabel *documents;
  AdwActionRow *check;
  AdwActionRow *rebuild;
  AdwActionRow *bench;
  g_autofree char *before = NULL;

  add_document (fixture, "crafts.md", crafts_text);
  window = quarry_preferences_window_new (NULL, fixture->library);
  documents = GTK_LABEL (find_template_child (window, "documents"));
  check = ADW_ACTION_ROW (find_template_child (window, "check_row"));
  rebuild = ADW_ACTION_ROW (find_template_child (window, "rebuild_row"));
  bench = ADW_ACTION_ROW (find_template_child (window, "bench_row"));
  gtk_window_present (GTK_WINDOW (window));
  wait_for (g_str_equal (gtk_label_get_label (documents), "1"));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_template_child (window, "total"))), !=, "");

  g_signal_emit_by_name (find_template_child (window, "check_button"), "clicked");
  g_assert_false (gtk_widget_get_sensitive (find_template_child (window, "rebuild_button")));
  wait_for (g_str_equal (adw_action_row_get_subtitle (check), "No fault found."));

  before = g_strdup (adw_action_row_get_subtitle (rebuild));
  g_signal_emit_by_name (find_template_child (window, "rebuild_button"), "clicked");
  wait_for (g_str_equal (adw_action_row_get_subtitle (rebuild), "Both indexes were made anew."));
  g_assert_true (gtk_widget_get_sensitive (find_template_child (window, "check_button")));

  g_signal_emit_by_name (find_template_child (window, "bench_button"), "clicked");
  g_assert_cmpstr (adw_action_row_get_subtitle (bench), ==, "Measuring…");
  wait_for (g_str_has_prefix (adw_action_row_get_subtitle (bench), "Of 3 passages"));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (bench), "by both 100 %"));
  g_signal_emit_by_name (find_template_child (window, "bench_button"), "clicked");
  g_signal_emit_by_name (find_template_child (window, "bench_button"), "clicked");
  wait_for (g_str_equal (adw_action_row_get_subtitle (bench), "Stopped."));

  settle (50);
  destroy_window (window, window);
}

static void
test_preferences_without_library (void)
{
  GtkWidget *window = quarry_preferences_window_new (NULL, NULL);

  g_assert_false (gtk_widget_get_sensitive (find_template_child (window, "check_button")));
  destroy_window (window, window);
}

/* If the schema is missing or lacks some keys, the defaults are used. */
static void
test_settings (void)
{
  g_assert_cmpfloat (quarry_settings_get_double ("no-such-key", 0.25), ==, 0.25);
  quarry_settings_set_double ("no-such-key", 1);
  g_assert_cmpint (quarry_settings_get_int ("no-such-key", 7), ==, 7);
  quarry_settings_set_int ("no-such-key", 1);
  g_assert_true (quarry_settings_get_boolean ("no-such-key", TRUE));
  quarry_settings_set_boolean ("no-such-key", FALSE);
  if (quarry_settings_get ())
    {
      quarry_settings_set_double ("variety", 0.25);
      g_assert_cmpfloat (quarry_settings_get_double ("variety", 0.75), ==, 0.25);
    }
}

static void
test_shortcuts (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/quarry/Quarry/gtk/help-overlay.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  int width, height;

  g_assert_true (GTK_IS_SHORTCUTS_WINDOW (window));
  /* It fits the smallest screen in use, beside the desktop's panel. */
  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_VERTICAL, -1, NULL, &height, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  g_assert_cmpint (height, <=, 720);
  g_assert_cmpint (width, <=, 1280);
  gtk_window_destroy (window);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add ("/preferences/library", LibraryFixture, NULL, library_fixture_set_up, test_preferences,
              library_fixture_tear_down);
  g_test_add_func ("/preferences/no-library", test_preferences_without_library);
  g_test_add_func ("/settings", test_settings);
  g_test_add_func ("/shortcuts", test_shortcuts);
  return g_test_run ();
}
