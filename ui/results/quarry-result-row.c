/* quarry-result-row.c: one hit in the list of results
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-passage-label.h"
#include "ui/results/quarry-result-row.h"
#include "ui/results/quarry-why.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-place-label.h"
#include "ui/widgets/quarry-shown-path.h"
#include "ui/widgets/quarry-similarity-bar.h"
#include "ui/widgets/quarry-wrap-layout.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _QuarryResultRow
{
  GtkListBoxRow parent_instance;

  QuarryResult *result;
  gboolean stale; /* the result has changed since it was last shown … */
  gboolean other; /* … and is now about another passage */
  gboolean undescribed; /* its description for screen readers is out of date */
  double offset;

  GtkBox *content;
  GtkWidget *head;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *page; /* shown beside the title if there are no headings */
  GtkLabel *moved;
  GtkWidget *similarity;
  QuarrySimilarityBar *bar;
  GtkLabel *number;
  QuarryPlaceLabel *place; /* shown if there are headings */
  QuarryPassageLabel *text;
  GtkWidget *dot;
  GtkLabel *topic;
  GtkLabel *copies;
  GtkToggleButton *why_button;
  GtkLabel *source;
  GtkWidget *why; /* made when it is first opened */
};

G_DEFINE_FINAL_TYPE (QuarryResultRow, quarry_result_row, GTK_TYPE_LIST_BOX_ROW)

char *
quarry_hit_describe_place (QuarryHit *hit)
{
  GString *said;
  const char *const *heading;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  said = g_string_new (quarry_hit_get_title (hit));
  heading = quarry_hit_get_inner_headings (hit);
  for (guint i = 0; heading && heading[i]; i++)
    g_string_append_printf (said, ", %s", heading[i]);
  if (quarry_hit_get_page (hit) > 0)
    {
      g_string_append (said, ", ");
      g_string_append_printf (said, _("page %u"), quarry_hit_get_page (hit));
    }
  if (!quarry_hit_is_listed (hit))
    {
      g_string_append (said, ", ");
      g_string_append_printf (said, _("similarity %d percent"),
                              (int) lround (100 * (double) quarry_hit_get_similarity (hit)));
    }
  if (quarry_hit_is_unlikely (hit))
    g_string_append_printf (said, ", %s", _("Less likely"));
  return g_string_free (said, FALSE);
}

char *
quarry_hit_describe (QuarryHit *hit)
{
  g_autofree char *place = NULL, *text = NULL, *copies = NULL, *source = NULL;

  g_return_val_if_fail (QUARRY_IS_HIT (hit), NULL);

  place = quarry_hit_describe_place (hit);
  text = g_strdelimit (g_strdup (quarry_hit_get_body (hit)), "\n\t", ' ');
  copies = quarry_hit_format_copies (hit);
  source = quarry_hit_format_source (hit);
  return g_strconcat (place, ", ", text, ", ", copies, copies[0] != '\0' ? ", " : "", source, NULL);
}

static void
set_label (GtkLabel *label, const char *text)
{
  if (strcmp (gtk_label_get_label (label), text) != 0)
    gtk_label_set_label (label, text);
}

/* Hides empty labels, since these would still have spacing around them. */
static void
set_optional (GtkLabel *label, const char *text)
{
  set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), text[0] != '\0');
}

static void
update_text (QuarryResultRow *self)
{
  GdkRGBA tint;
  gboolean has_tint;

  has_tint = gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                             "meaning_color", &tint);
  quarry_passage_label_take_markup (
      self->text, quarry_hit_markup_new (quarry_result_get_hit (self->result), QUARRY_HIT_MARKUP_ROW,
                                         has_tint ? &tint : NULL));
}

static void
update_moved (QuarryResultRow *self)
{
  int moved = quarry_result_get_moved (self->result);
  g_autofree char *text = NULL, *said = NULL;

  if (moved == 0)
    {
      gtk_widget_set_visible (GTK_WIDGET (self->moved), FALSE);
      return;
    }
  text = g_strdup_printf ("%s%d", moved > 0 ? "▲" : "▼", ABS (moved));
  said = g_strdup_printf (moved > 0 ? ngettext ("%d place up", "%d places up", moved)
                                    : ngettext ("%d place down", "%d places down", -moved),
                          ABS (moved));
  set_label (self->moved, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->moved), GTK_ACCESSIBLE_PROPERTY_LABEL, said,
                                  -1);
  gtk_widget_set_visible (GTK_WIDGET (self->moved), TRUE);
}

static void
result_changed_cb (QuarryResult *result, gboolean other, gpointer user_data)
{
  QuarryResultRow *self = user_data;

  self->stale = TRUE;
  self->other |= other;
}

void
quarry_result_row_refresh (QuarryResultRow *self)
{
  QuarryHit *hit;
  double similarity;
  int color;
  g_autofree char *number = NULL, *copies = NULL;

  g_return_if_fail (QUARRY_IS_RESULT_ROW (self));

  if (!self->stale)
    return;
  hit = quarry_result_get_hit (self->result);
  similarity = (double) quarry_hit_get_similarity (hit);
  if (self->other)
    {
      g_autofree char *headings = quarry_hit_format_headings (hit);
      g_autofree char *page = quarry_hit_format_page (hit);
      g_autofree char *place = quarry_hit_format_place (hit);
      g_autofree char *source = quarry_hit_format_source (hit);

      gtk_image_set_from_icon_name (self->icon,
                                    quarry_icon_for_mime_type (quarry_hit_get_mime_type (hit)));
      set_label (self->title, quarry_hit_get_title (hit));
      set_optional (self->page, headings[0] == '\0' ? page : "");
      quarry_place_label_set_text (self->place, place, strlen (headings));
      gtk_widget_set_visible (GTK_WIDGET (self->place), headings[0] != '\0');
      set_label (self->source, source);
      quarry_result_row_set_why (self, FALSE);
      quarry_similarity_bar_jump (self->bar, similarity);
    }
  else
    quarry_similarity_bar_set_value (self->bar, similarity);
  self->stale = self->other = FALSE;

  color = quarry_result_get_color (self->result);
  quarry_similarity_bar_set_topic_color (self->bar, color);
  number = quarry_similarity_to_string (similarity);
  set_label (self->number, number);
  update_text (self);
  update_moved (self);
  /* If documents are only listed, without a search, there is no similarity, and nothing to explain. */
  gtk_widget_set_visible (self->similarity, !quarry_hit_is_listed (hit));
  gtk_widget_set_visible (GTK_WIDGET (self->why_button), !quarry_hit_is_listed (hit));
  if (quarry_hit_is_listed (hit))
    quarry_result_row_set_why (self, FALSE);
  quarry_set_topic_class (self->dot, color);
  gtk_widget_set_visible (self->dot, quarry_result_get_topic (self->result)[0] != '\0');
  set_optional (self->topic, quarry_result_get_topic (self->result));
  copies = quarry_hit_format_copies (hit);
  set_optional (self->copies, copies);
  if (self->why && gtk_widget_get_visible (self->why))
    quarry_why_set_hit (QUARRY_WHY (self->why), hit);
  self->undescribed = TRUE;
}

void
quarry_result_row_describe (QuarryResultRow *self)
{
  g_autofree char *described = NULL;

  g_return_if_fail (QUARRY_IS_RESULT_ROW (self));

  if (!self->undescribed || !self->result)
    return;
  self->undescribed = FALSE;
  described = quarry_hit_describe (quarry_result_get_hit (self->result));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, described, -1);
}

/* The tooltip tells which of several files of the same name it is. */
static gboolean
title_tooltip_cb (GtkWidget *title, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer user_data)
{
  QuarryResultRow *self = user_data;
  g_autofree char *path = self->result ? quarry_shown_path (quarry_hit_get_path (quarry_result_get_hit (self->result))) : NULL;

  gtk_tooltip_set_text (tooltip, path);
  return path != NULL;
}

static void
why_toggled_cb (GtkToggleButton *button, gpointer user_data)
{
  QuarryResultRow *self = user_data;
  gboolean open = gtk_toggle_button_get_active (button);

  if (open && !self->why)
    {
      self->why = quarry_why_new ();
      gtk_box_append (self->content, self->why);
    }
  if (open)
    quarry_why_set_hit (QUARRY_WHY (self->why), quarry_result_get_hit (self->result));
  if (self->why)
    gtk_widget_set_visible (self->why, open);
}

/* While a row glides, it is only drawn at another place; its allocation is the final one. */
static void
quarry_result_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuarryResultRow *self = QUARRY_RESULT_ROW (widget);

  if (self->offset != 0)
    gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (0, self->offset));
  GTK_WIDGET_CLASS (quarry_result_row_parent_class)->snapshot (widget, snapshot);
}

static void
quarry_result_row_dispose (GObject *object)
{
  QuarryResultRow *self = QUARRY_RESULT_ROW (object);

  if (self->result)
    g_signal_handlers_disconnect_by_data (self->result, self);
  g_clear_object (&self->result);
  G_OBJECT_CLASS (quarry_result_row_parent_class)->dispose (object);
}

static void
quarry_result_row_class_init (QuarryResultRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = quarry_result_row_dispose;
  widget_class->snapshot = quarry_result_row_snapshot;

  g_type_ensure (QUARRY_TYPE_PASSAGE_LABEL);
  g_type_ensure (QUARRY_TYPE_PLACE_LABEL);
  g_type_ensure (QUARRY_TYPE_SIMILARITY_BAR);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-result-row.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, content);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, head);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, icon);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, title);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, page);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, moved);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, similarity);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, number);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, place);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, text);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, dot);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, topic);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, copies);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, why_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultRow, source);
  gtk_widget_class_bind_template_callback (widget_class, title_tooltip_cb);
  gtk_widget_class_bind_template_callback (widget_class, why_toggled_cb);
}

static void
quarry_result_row_init (QuarryResultRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  /* With large text, not everything fits beside the title. */
  gtk_widget_set_layout_manager (self->head, quarry_wrap_layout_new ());
}

GtkWidget *
quarry_result_row_new (void)
{
  return g_object_new (QUARRY_TYPE_RESULT_ROW, NULL);
}

void
quarry_result_row_set_result (QuarryResultRow *self, QuarryResult *result)
{
  g_return_if_fail (QUARRY_IS_RESULT_ROW (self));
  g_return_if_fail (result == NULL || QUARRY_IS_RESULT (result));

  if (self->result)
    g_signal_handlers_disconnect_by_data (self->result, self);
  g_set_object (&self->result, result);
  self->stale = self->other = result != NULL;
  if (result)
    g_signal_connect (result, "changed", G_CALLBACK (result_changed_cb), self);
}

QuarryResult *
quarry_result_row_get_result (QuarryResultRow *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT_ROW (self), NULL);
  return self->result;
}

gboolean
quarry_result_row_get_why (QuarryResultRow *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULT_ROW (self), FALSE);
  return gtk_toggle_button_get_active (self->why_button);
}

void
quarry_result_row_set_why (QuarryResultRow *self, gboolean why)
{
  g_return_if_fail (QUARRY_IS_RESULT_ROW (self));
  gtk_toggle_button_set_active (self->why_button,
                                why && self->result && !quarry_hit_is_listed (quarry_result_get_hit (self->result)));
}

void
quarry_result_row_set_offset (QuarryResultRow *self, double offset)
{
  g_return_if_fail (QUARRY_IS_RESULT_ROW (self));

  if (self->offset == offset)
    return;
  self->offset = offset;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
quarry_result_row_restyle (QuarryResultRow *self)
{
  g_return_if_fail (QUARRY_IS_RESULT_ROW (self));

  if (self->result && !self->stale)
    update_text (self);
}
