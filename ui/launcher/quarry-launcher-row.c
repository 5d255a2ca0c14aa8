/* quarry-launcher-row.c: a hit in the launcher
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/launcher/quarry-launcher-row.h"
#include "core/files/quarry-path.h"

#include <glib/gi18n-lib.h>

#include "ui/results/quarry-result-row.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-place-label.h"
#include "ui/widgets/quarry-similarity-bar.h"

struct _QuarryLauncherRow
{
  GtkListBoxRow parent_instance;

  GtkImage *icon;
  GtkLabel *title;
  QuarryPlaceLabel *place;
  GtkLabel *text;
  QuarrySimilarityBar *bar;
  GtkLabel *number;
  GtkLabel *hint;

  guint index; /* counts from 1 */
  gboolean narrow;
  QuarryHit *hit;
};

G_DEFINE_FINAL_TYPE (QuarryLauncherRow, quarry_launcher_row, GTK_TYPE_LIST_BOX_ROW)

/* The place in the document, and the file's name if the title is another one. (transfer full) */
static char *
place_with_file (QuarryHit *hit)
{
  g_autofree char *place = quarry_hit_format_place (hit);
  g_autofree char *name = quarry_path_display_name (quarry_hit_get_path (hit));

  if (quarry_title_is_file_name (quarry_hit_get_title (hit), quarry_hit_get_path (hit)))
    return g_steal_pointer (&place);
  return g_strconcat (place, place[0] != '\0' ? " · " : "", name, NULL);
}

void
quarry_launcher_row_set_hit (QuarryLauncherRow *self, QuarryHit *hit, int color)
{
  gboolean same;
  double similarity;
  GdkRGBA tint;
  gboolean has_tint;
  g_autoptr (QuarryHitMarkup) markup = NULL;
  g_autofree char *headings = NULL, *place = NULL;
  g_autofree char *number = NULL;
  g_autofree char *described = NULL;

  g_return_if_fail (QUARRY_IS_LAUNCHER_ROW (self));
  g_return_if_fail (hit == NULL || QUARRY_IS_HIT (hit));

  same = hit && self->hit && quarry_hit_get_passage (hit) == quarry_hit_get_passage (self->hit);
  g_set_object (&self->hit, hit);
  gtk_widget_set_visible (GTK_WIDGET (self), hit != NULL);
  if (!hit)
    return;

  similarity = (double) quarry_hit_get_similarity (hit);
  if (!same)
    {
      headings = quarry_hit_format_headings (hit);
      place = place_with_file (hit);
      gtk_image_set_from_icon_name (self->icon,
                                    quarry_icon_for_mime_type (quarry_hit_get_mime_type (hit)));
      gtk_label_set_label (self->title, quarry_hit_get_title (hit));
      quarry_place_label_set_text (self->place, place, strlen (headings));
      quarry_similarity_bar_jump (self->bar, similarity);
    }
  else
    quarry_similarity_bar_set_value (self->bar, similarity);
  quarry_similarity_bar_set_topic_color (self->bar, color);
  number = quarry_similarity_to_string (similarity);
  gtk_label_set_label (self->number, number);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), !quarry_hit_is_listed (hit) && !self->narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->number), !quarry_hit_is_listed (hit));

  has_tint = gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                             "meaning_color",
                                             &tint);
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_LINE, has_tint ? &tint : NULL);
  gtk_label_set_label (self->text, quarry_hit_markup_get_text (markup));
  gtk_label_set_attributes (self->text, quarry_hit_markup_get_attributes (markup));

  described = quarry_hit_describe (hit);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  described,
                                  -1);
}

QuarryHit *
quarry_launcher_row_get_hit (QuarryLauncherRow *self)
{
  g_return_val_if_fail (QUARRY_IS_LAUNCHER_ROW (self), NULL);

  return self->hit;
}

void
quarry_launcher_row_set_current (QuarryLauncherRow *self, gboolean current)
{
  g_autofree char *key = NULL;

  g_return_if_fail (QUARRY_IS_LAUNCHER_ROW (self));

  /* Translators: keys, as in the name of a keyboard shortcut. */
  key = current ? g_strdup ("↵") : g_strdup_printf (_("Alt %u"), self->index);
  gtk_label_set_label (self->hint, key);
}

void
quarry_launcher_row_set_narrow (QuarryLauncherRow *self, gboolean narrow)
{
  g_return_if_fail (QUARRY_IS_LAUNCHER_ROW (self));

  self->narrow = narrow;
  gtk_widget_set_visible (GTK_WIDGET (self->bar), !narrow && !(self->hit && quarry_hit_is_listed (self->hit)));
  gtk_widget_set_visible (GTK_WIDGET (self->hint), !narrow);
}

static void
quarry_launcher_row_dispose (GObject *object)
{
  g_clear_object (&QUARRY_LAUNCHER_ROW (object)->hit);
  G_OBJECT_CLASS (quarry_launcher_row_parent_class)->dispose (object);
}

static void
quarry_launcher_row_class_init (QuarryLauncherRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_launcher_row_dispose;
  g_type_ensure (QUARRY_TYPE_PLACE_LABEL);
  g_type_ensure (QUARRY_TYPE_SIMILARITY_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-launcher-row.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncherRow, icon);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncherRow, title);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncherRow, place);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncherRow, text);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncherRow, bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncherRow, number);
  gtk_widget_class_bind_template_child (widget_class, QuarryLauncherRow, hint);
}

static void
quarry_launcher_row_init (QuarryLauncherRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
quarry_launcher_row_new (guint number)
{
  QuarryLauncherRow *self = g_object_new (QUARRY_TYPE_LAUNCHER_ROW, "visible", FALSE, NULL);

  self->index = number;
  quarry_launcher_row_set_current (self, FALSE);
  return GTK_WIDGET (self);
}
