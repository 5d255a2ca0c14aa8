/* test-layouts.c: what shares out the room among widgets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>

#include "tests/ui/widget-helpers.h"
#include "ui/results/quarry-tall-layout.h"
#include "ui/widgets/quarry-tab-stop.h"
#include "ui/widgets/quarry-text-scale.h"
#include "ui/widgets/quarry-wrap-layout.h"
#include "ui/window/quarry-panes.h"

static void
test_panes (void)
{
  GtkWidget *panes = g_object_ref_sink (quarry_panes_new ());
  GtkWidget *first = gtk_label_new ("first"), *second = gtk_label_new ("second");
  GtkWidget *window;

  quarry_panes_set_first (QUARRY_PANES (panes), first);
  quarry_panes_set_second (QUARRY_PANES (panes), second);
  window = show (panes, 1000, 200);
  g_assert_false (quarry_panes_get_folded (QUARRY_PANES (panes)));
  g_assert_true (gtk_widget_get_mapped (first) && gtk_widget_get_mapped (second));
  gtk_window_destroy (GTK_WINDOW (window));

  window = show (panes, 400, 200);
  g_assert_true (quarry_panes_get_folded (QUARRY_PANES (panes)));
  g_assert_true (gtk_widget_get_mapped (first));
  g_assert_false (gtk_widget_get_mapped (second));
  quarry_panes_set_show_second (QUARRY_PANES (panes), TRUE);
  for (int i = 0; i < 100 && gtk_widget_get_mapped (first); i++)
    next_frame (window);
  g_assert_false (gtk_widget_get_mapped (first));
  g_assert_true (gtk_widget_get_mapped (second));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (panes);
}

/* The document asks for another height while it is allocated, so whatever stands around it has to be allocated anew with
 * it: GTK warns of widgets that are not, and leaves them out of the frame. As in the window, a button comes into view
 * above it. */
static void
test_panes_with_growing_pane (void)
{
  GtkWidget *panes = quarry_panes_new (), *document = gtk_drawing_area_new ();
  GtkWidget *flap = adw_flap_new (), *button = gtk_button_new_with_label ("Back"), *window;
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *all = g_object_ref_sink (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));

  g_signal_connect (document, "resize", G_CALLBACK (gtk_widget_queue_resize), NULL);
  quarry_panes_set_first (QUARRY_PANES (panes), gtk_label_new ("first"));
  quarry_panes_set_second (QUARRY_PANES (panes), document);
  adw_flap_set_content (ADW_FLAP (flap), panes);
  gtk_widget_set_vexpand (flap, TRUE);
  gtk_widget_set_size_request (header, -1, 60);
  gtk_widget_set_visible (button, FALSE);
  gtk_box_append (GTK_BOX (header), button);
  gtk_box_append (GTK_BOX (all), header);
  gtk_box_append (GTK_BOX (all), flap);
  window = show (all, 400, 200);
  g_assert_true (quarry_panes_get_folded (QUARRY_PANES (panes)));

  quarry_panes_set_show_second (QUARRY_PANES (panes), TRUE);
  gtk_widget_set_visible (button, TRUE);
  for (int i = 0; i < 100 && gtk_widget_get_width (document) == 0; i++)
    next_frame (window);
  g_assert_cmpint (gtk_widget_get_width (document), >, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (all);
}

/* If text is twice as large, the window has to be twice as wide for two panes; panes that do not fit beside each other
 * are never put there. */
static void
test_panes_with_large_text (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *panes = g_object_ref_sink (quarry_panes_new ());
  GtkWidget *first = gtk_label_new ("Results"), *second = gtk_label_new ("Document"), *clamp, *window;
  int dpi;

  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  quarry_panes_set_first (QUARRY_PANES (panes), first);
  quarry_panes_set_second (QUARRY_PANES (panes), second);
  clamp = g_object_ref_sink (adw_clamp_new ());
  quarry_text_scale_property (clamp, "maximum-size", 500);
  window = show (panes, 1000, 200);
  g_assert_false (quarry_panes_get_folded (QUARRY_PANES (panes)));
  g_assert_cmpint (adw_clamp_get_maximum_size (ADW_CLAMP (clamp)), ==, 500);

  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, "gtk-font-name", "Sans 11", NULL);
  wait_for (quarry_panes_get_folded (QUARRY_PANES (panes)));
  g_assert_cmpint (quarry_text_pixels (panes, 840), ==, 1680);
  g_assert_cmpint (adw_clamp_get_maximum_size (ADW_CLAMP (clamp)), ==, 1000);
  g_object_set (settings, "gtk-font-name", "Sans 5", NULL);
  wait_for (!quarry_panes_get_folded (QUARRY_PANES (panes)));
  g_assert_cmpfloat (quarry_text_scale (panes), ==, 1);
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  gtk_settings_reset_property (settings, "gtk-font-name");

  gtk_widget_set_size_request (first, 500, -1);
  gtk_widget_set_size_request (second, 600, -1);
  wait_for (quarry_panes_get_folded (QUARRY_PANES (panes)));
  gtk_widget_set_size_request (first, 390, -1);
  wait_for (!quarry_panes_get_folded (QUARRY_PANES (panes)));
  g_assert_cmpint (gtk_widget_get_width (second), >=, 600);
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (panes);
  g_assert_finalize_object (clamp);
}

static void
test_tall_layout (void)
{
  g_autoptr (GtkWidget) bin = g_object_ref_sink (adw_bin_new ());
  GtkWidget *label = gtk_label_new ("As many words as it takes to fill more than one line of a label.");
  int least, wanted, high;

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  adw_bin_set_child (ADW_BIN (bin), label);
  gtk_widget_set_layout_manager (bin, quarry_tall_layout_new ());

  gtk_widget_measure (bin, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, >, 0);
  /* The height at the minimum width is not measured … */
  gtk_widget_measure (bin, GTK_ORIENTATION_VERTICAL, -1, NULL, &wanted, NULL, NULL);
  g_assert_cmpint (wanted, ==, 0);
  /* … only the height at the width that the child really gets. */
  gtk_widget_measure (bin, GTK_ORIENTATION_VERTICAL, least, NULL, &wanted, NULL, NULL);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, least, NULL, &high, NULL, NULL);
  g_assert_cmpint (wanted, ==, high);
  g_assert_cmpint (high, >, 0);
  /* In a larger allocation the label stands at the top and is no higher than its text. */
  gtk_widget_allocate (bin, least, high + 100, -1, NULL);
  g_assert_cmpint (gtk_widget_get_height (label), ==, high);
}

static int
left_of (GtkWidget *widget)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, gtk_widget_get_parent (widget), &bounds));
  return (int) bounds.origin.x;
}

static int
top_of (GtkWidget *widget)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, gtk_widget_get_parent (widget), &bounds));
  return (int) bounds.origin.y;
}

/* Short children are placed close together, whatever is in the line above; a child that does not fit begins a new
 * line. */
static void
test_wrap_layout (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *window, *chips[5];
  static const int widths[] = { 100, 40, 120, 30, 400 };
  int high;

  gtk_widget_set_layout_manager (box, quarry_wrap_layout_new ());
  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    {
      chips[i] = gtk_label_new ("…");
      gtk_label_set_ellipsize (GTK_LABEL (chips[i]), PANGO_ELLIPSIZE_END);
      gtk_widget_set_size_request (chips[i], MIN (widths[i], 150), 20);
      gtk_box_append (GTK_BOX (box), chips[i]);
    }
  gtk_label_set_label (GTK_LABEL (chips[4]), "A label that is far wider than the whole of the box in which it has to stand");
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  gtk_widget_set_size_request (box, 200, -1);
  window = show (box, 200, 300);
  g_assert_cmpint (gtk_widget_get_width (box), ==, 200);

  g_assert_cmpint (left_of (chips[0]), ==, 0);
  g_assert_cmpint (left_of (chips[1]), ==, 106);
  g_assert_cmpint (top_of (chips[1]), ==, top_of (chips[0]));
  g_assert_cmpint (left_of (chips[2]), ==, 0);
  g_assert_cmpint (top_of (chips[2]), ==, 26);
  g_assert_cmpint (left_of (chips[3]), ==, 126);
  /* No child is wider than the line. */
  g_assert_cmpint (left_of (chips[4]), ==, 0);
  g_assert_cmpint (gtk_widget_get_width (chips[4]), <=, 200);
  gtk_widget_measure (box, GTK_ORIENTATION_VERTICAL, 200, &high, NULL, NULL, NULL);
  g_assert_cmpint (high, ==, top_of (chips[4]) + gtk_widget_get_height (chips[4]));

  /* In a right-to-left layout the first child stands at the right. */
  gtk_widget_set_direction (box, GTK_TEXT_DIR_RTL);
  next_frame (window);
  g_assert_cmpint (left_of (chips[0]), ==, 100);
  g_assert_cmpint (left_of (chips[1]), ==, 54);

  /* A hidden child takes no room. */
  gtk_widget_set_direction (box, GTK_TEXT_DIR_LTR);
  gtk_widget_set_visible (chips[0], FALSE);
  next_frame (window);
  g_assert_cmpint (left_of (chips[1]), ==, 0);
  g_assert_cmpint (left_of (chips[2]), ==, 46);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A child that expands takes the room that the others leave in its line, but does not push them out of it. */
static void
test_wrap_layout_expand (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0), *window, *parts[3];
  static const int widths[] = { 50, 60, 70 };

  gtk_widget_set_layout_manager (box, quarry_wrap_layout_new ());
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      parts[i] = gtk_label_new (i == 0 ? "Some words that would fill this line, and more of them" : "");
      gtk_label_set_ellipsize (GTK_LABEL (parts[i]), PANGO_ELLIPSIZE_END);
      gtk_widget_set_size_request (parts[i], widths[i], 20);
      gtk_widget_set_hexpand (parts[i], i == 0);
      gtk_box_append (GTK_BOX (box), parts[i]);
    }
  gtk_widget_set_hexpand (box, FALSE);
  gtk_widget_set_halign (box, GTK_ALIGN_START);
  gtk_widget_set_valign (box, GTK_ALIGN_START);
  gtk_widget_set_size_request (box, 300, -1);
  window = show (box, 300, 200);
  g_assert_cmpint (top_of (parts[2]), ==, top_of (parts[0]));
  g_assert_cmpint (gtk_widget_get_width (parts[0]), ==, gtk_widget_get_width (box) - 60 - 70 - 12);
  g_assert_cmpint (left_of (parts[2]), ==, gtk_widget_get_width (box) - 70);
  gtk_widget_set_direction (box, GTK_TEXT_DIR_RTL);
  next_frame (window);
  g_assert_cmpint (left_of (parts[2]), ==, 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Focus ------------------------------------------------------------------------------------- */

/* Tab goes past all widgets of the box, the arrow keys from one to the next. */
static void
test_tab_stop (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *stop = g_object_new (QUARRY_TYPE_TAB_STOP, NULL);
  GtkWidget *chips[3], *behind = gtk_button_new_with_label ("Behind");
  GtkWidget *window;

  for (guint i = 0; i < G_N_ELEMENTS (chips); i++)
    {
      chips[i] = gtk_button_new_with_label ("Chip");
      gtk_box_append (GTK_BOX (stop), chips[i]);
    }
  gtk_box_append (GTK_BOX (box), stop);
  gtk_box_append (GTK_BOX (box), behind);
  window = show (box, 300, 200);

  /* Windows of other tests may have taken the focus from this one: then it forgets the way to the widget that has it,
   * and giving it to the same widget again would change nothing. */
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  gtk_widget_grab_focus (chips[0]);
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_RIGHT));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == chips[1]);
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == behind);
  g_assert_true (gtk_widget_child_focus (window, GTK_DIR_TAB_BACKWARD));
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)), stop));
  destroy_window (window, stop);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/panes", test_panes);
  g_test_add_func ("/panes/growing-pane", test_panes_with_growing_pane);
  g_test_add_func ("/panes/large-text", test_panes_with_large_text);
  g_test_add_func ("/tall-layout", test_tall_layout);
  g_test_add_func ("/wrap-layout", test_wrap_layout);
  g_test_add_func ("/wrap-layout/expand", test_wrap_layout_expand);
  g_test_add_func ("/tab-stop", test_tab_stop);
  return g_test_run ();
}
