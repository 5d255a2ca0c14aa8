/* quarry-filter-bar.c: the filters of what is searched for, as pills
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Filters are kept as the text that a person would type for them. This text is parsed to label a pill,
 * and is put before the query when it is asked.
 */
#include "quarry-config.h"

#include "ui/window/quarry-filter-bar.h"
#include "ui/widgets/quarry-icon.h"
#include "ui/widgets/quarry-language-label.h"

#include "core/files/quarry-path.h"
#include "core/library/search/quarry-query.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _QuarryFilterBar
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkBox *box;
  GPtrArray *filters; /* of char *: the filter of each pill, in the order of the pills */
};

G_DEFINE_FINAL_TYPE (QuarryFilterBar, quarry_filter_bar, GTK_TYPE_WIDGET)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* Several values, as in "c,py", as people write them. (transfer full) */
static char *
space_commas (const char *values)
{
  g_auto (GStrv) parts = g_strsplit (values, ",", -1);

  return g_strjoinv (", ", parts);
}

/* What a pill says of a filter. (transfer full) */
static char *
describe (const QuarryQueryFilter *filter)
{
  g_autofree char *name = NULL;
  g_autofree char *upper = NULL;

  switch (filter->kind)
    {
    case QUARRY_QUERY_TYPE:
      upper = g_ascii_strup (filter->value, -1);
      name = space_commas (upper);
      /* Translators: a filter; %s is the end of files' names, as in "PDF". */
      return g_strdup_printf (_("Type: %s"), name);
    case QUARRY_QUERY_FOLDER:
      name = quarry_path_display_name (filter->value);
      /* Translators: a filter; %s is a folder. */
      return g_strdup_printf (_("In: %s"), name);
    case QUARRY_QUERY_AUTHOR:
      /* Translators: a filter; %s is a name. */
      return g_strdup_printf (_("Author: %s"), filter->value);
    case QUARRY_QUERY_TITLE:
      /* Translators: a filter; %s is a part of a title. */
      return g_strdup_printf (_("Title: %s"), filter->value);
    case QUARRY_QUERY_LANGUAGE:
      name = quarry_language_label_new (filter->value);
      /* Translators: a filter; %s is a language, as in "German". */
      return g_strdup_printf (_("Language: %s"), name);
    case QUARRY_QUERY_AFTER:
      /* Translators: a filter; %s is a date. */
      return g_strdup_printf (_("After: %s"), filter->value);
    case QUARRY_QUERY_BEFORE:
      /* Translators: a filter; %s is a date. */
      return g_strdup_printf (_("Before: %s"), filter->value);
    case QUARRY_QUERY_REQUIRED:
      /* Translators: a filter; %s is a word that shall be in each passage. */
      return g_strdup_printf (_("With: %s"), filter->value);
    case QUARRY_QUERY_EXCLUDED:
      /* Translators: a filter; %s are words that shall not be in a passage. */
      return g_strdup_printf (_("Without: %s"), filter->value);
    case QUARRY_QUERY_PHRASE:
    default:
      /* Translators: a filter; %s are words that stand so in a passage. */
      return g_strdup_printf (_("“%s”"), filter->value);
    }
}

static int
find (QuarryFilterBar *self, const char *filter)
{
  guint at;

  return g_ptr_array_find_with_equal_func (self->filters, filter, g_str_equal, &at) ? (int) at : -1;
}

static GtkWidget *
nth_pill (QuarryFilterBar *self, guint at)
{
  GtkWidget *pill = gtk_widget_get_first_child (GTK_WIDGET (self->box));

  for (guint i = 0; i < at; i++)
    pill = gtk_widget_get_next_sibling (pill);
  return pill;
}

/* Removes a filter without emitting "changed". FALSE if it is not there. */
static gboolean
drop (QuarryFilterBar *self, const char *filter)
{
  int at = find (self, filter);

  if (at < 0)
    return FALSE;
  gtk_box_remove (self->box, nth_pill (self, (guint) at));
  g_ptr_array_remove_index (self->filters, (guint) at);
  gtk_widget_set_visible (GTK_WIDGET (self), self->filters->len > 0);
  return TRUE;
}

static void
clicked_cb (GtkButton *button, gpointer user_data)
{
  g_autofree char *filter = g_strdup (g_object_get_data (G_OBJECT (button), "quarry-filter"));

  quarry_filter_bar_remove (user_data, filter);
}

static GtkWidget *
new_pill (QuarryFilterBar *self, const QuarryQueryFilter *filter, const char *written)
{
  g_autofree char *text = describe (filter);
  /* Translators: what a click on the pill of a filter does. */
  g_autofree char *said = g_strdup_printf (_("%s: take away"), text);
  GtkWidget *pill = gtk_button_new ();
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
  gtk_box_append (GTK_BOX (content), label);
  gtk_box_append (GTK_BOX (content), quarry_icon_new ("window-close-symbolic"));
  gtk_button_set_child (GTK_BUTTON (pill), content);
  gtk_widget_add_css_class (pill, "chip");
  gtk_widget_set_focus_on_click (pill, FALSE);
  gtk_widget_set_tooltip_text (pill, written);
  gtk_accessible_update_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
  g_object_set_data_full (G_OBJECT (pill), "quarry-filter", g_strdup (written), g_free);
  g_signal_connect (pill, "clicked", G_CALLBACK (clicked_cb), self);
  return pill;
}

/* What remains of @filter, as in "type:pdf,odt", without the one value that @part has, as in "type:pdf". (transfer full):
 * NULL where it is not one of several values */
static char *
write_without (const char *filter, const char *part)
{
  g_autoptr (QuarryQuery) all = quarry_query_parse (filter), one = quarry_query_parse (part);
  gboolean of_types = all->types[0] != NULL;
  char **values = of_types ? all->types : all->languages, **wanted = of_types ? one->types : one->languages;
  g_autoptr (GStrvBuilder) rest = g_strv_builder_new ();
  g_auto (GStrv) left = NULL;
  g_autofree char *joined = NULL;

  if (!wanted[0] || wanted[1])
    return NULL;
  for (guint i = 0; values[i]; i++)
    if (g_ascii_strcasecmp (values[i], wanted[0]) != 0)
      g_strv_builder_add (rest, values[i]);
  left = g_strv_builder_end (rest);
  if (!left[0] || g_strv_length (left) == g_strv_length (values))
    return NULL;
  joined = g_strjoinv (",", left);
  return quarry_query_write_filter (of_types ? QUARRY_QUERY_TYPE : QUARRY_QUERY_LANGUAGE, joined);
}

/* Takes the value of @part out of the filters that have it among others, without emitting "changed". FALSE if none has. */
static gboolean
drop_part (QuarryFilterBar *self, const char *part)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->filters->len; i++)
    {
      g_autofree char *left = write_without (self->filters->pdata[i], part);
      g_autoptr (QuarryQuery) query = left ? quarry_query_parse (left) : NULL;
      GtkWidget *pill = nth_pill (self, i);

      if (!left)
        continue;
      found = TRUE;
      gtk_box_insert_child_after (self->box, new_pill (self, &g_array_index (query->filters, QuarryQueryFilter, 0), left),
                                  pill);
      gtk_box_remove (self->box, pill);
      g_free (self->filters->pdata[i]);
      self->filters->pdata[i] = g_steal_pointer (&left);
    }
  return found;
}

/* Adds a filter without emitting "changed". FALSE if it is there already, or is not a filter. */
static gboolean
put (QuarryFilterBar *self, const char *filter)
{
  g_autoptr (QuarryQuery) query = quarry_query_parse (filter);

  if (query->filters->len != 1 || find (self, filter) >= 0)
    return FALSE;
  gtk_box_append (self->box, new_pill (self, &g_array_index (query->filters, QuarryQueryFilter, 0), filter));
  g_ptr_array_add (self->filters, g_strdup (filter));
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  return TRUE;
}

static void
tell (QuarryFilterBar *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
quarry_filter_bar_dispose (GObject *object)
{
  QuarryFilterBar *self = QUARRY_FILTER_BAR (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_filter_bar_parent_class)->dispose (object);
}

static void
quarry_filter_bar_finalize (GObject *object)
{
  g_ptr_array_unref (QUARRY_FILTER_BAR (object)->filters);
  G_OBJECT_CLASS (quarry_filter_bar_parent_class)->finalize (object);
}

static void
quarry_filter_bar_class_init (QuarryFilterBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_filter_bar_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_filter_bar_finalize;

  signals[CHANGED] = g_signal_new ("changed", QUARRY_TYPE_FILTER_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "filterbar");
}

static void
quarry_filter_bar_init (QuarryFilterBar *self)
{
  self->filters = g_ptr_array_new_with_free_func (g_free);
  self->box = g_object_new (GTK_TYPE_BOX, "spacing", 6, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP,
                            "css-classes", (const char *[]){ "filters", NULL }, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Filters"), -1);
  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_EXTERNAL,
                                 "vscrollbar-policy", GTK_POLICY_NEVER, "child", self->box, NULL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
quarry_filter_bar_new (void)
{
  return g_object_new (QUARRY_TYPE_FILTER_BAR, NULL);
}

void
quarry_filter_bar_add (QuarryFilterBar *self, const char *filter)
{
  g_return_if_fail (QUARRY_IS_FILTER_BAR (self));
  g_return_if_fail (filter != NULL);

  if (put (self, filter))
    tell (self);
}

void
quarry_filter_bar_remove (QuarryFilterBar *self, const char *filter)
{
  g_return_if_fail (QUARRY_IS_FILTER_BAR (self));
  g_return_if_fail (filter != NULL);

  if (drop (self, filter) | drop_part (self, filter))
    tell (self);
}

gboolean
quarry_filter_bar_has (QuarryFilterBar *self, const char *filter)
{
  g_return_val_if_fail (QUARRY_IS_FILTER_BAR (self), FALSE);
  g_return_val_if_fail (filter != NULL, FALSE);

  if (find (self, filter) >= 0)
    return TRUE;
  for (guint i = 0; i < self->filters->len; i++)
    {
      g_autofree char *left = write_without (self->filters->pdata[i], filter);

      if (left)
        return TRUE;
    }
  return FALSE;
}

gboolean
quarry_filter_bar_is_empty (QuarryFilterBar *self)
{
  g_return_val_if_fail (QUARRY_IS_FILTER_BAR (self), TRUE);

  return self->filters->len == 0;
}

void
quarry_filter_bar_clear (QuarryFilterBar *self)
{
  g_return_if_fail (QUARRY_IS_FILTER_BAR (self));

  if (self->filters->len == 0)
    return;
  while (self->filters->len > 0)
    drop (self, self->filters->pdata[self->filters->len - 1]);
  tell (self);
}

char *
quarry_filter_bar_pop (QuarryFilterBar *self)
{
  g_autofree char *filter = NULL;

  g_return_val_if_fail (QUARRY_IS_FILTER_BAR (self), NULL);

  if (self->filters->len == 0)
    return NULL;
  filter = g_strdup (self->filters->pdata[self->filters->len - 1]);
  drop (self, filter);
  tell (self);
  return g_steal_pointer (&filter);
}

/* Whether "AND" stands before or behind this part of @text. Then it cannot be taken out, since what it is joined with
 * would be joined with something else. */
static gboolean
is_joined (const char *text, gsize start, gsize end)
{
  g_autofree char *before = g_strchomp (g_strndup (text, start));
  const char *behind = text + end;

  while (g_unichar_isspace (g_utf8_get_char (behind)))
    behind = g_utf8_next_char (behind);
  return g_str_has_suffix (before, " AND")
         || (g_str_has_prefix (behind, "AND") && (behind[3] == '\0' || g_unichar_isspace (g_utf8_get_char (behind + 3))));
}

char *
quarry_filter_bar_take (QuarryFilterBar *self, const char *text, int *cursor)
{
  g_autoptr (QuarryQuery) query = NULL;
  g_autoptr (GString) rest = NULL;
  gsize at, kept = 0;

  g_return_val_if_fail (QUARRY_IS_FILTER_BAR (self), NULL);
  g_return_val_if_fail (text != NULL && cursor != NULL, NULL);

  query = quarry_query_parse (text);
  rest = g_string_new (NULL);
  at = (gsize) (g_utf8_offset_to_pointer (text, CLAMP (*cursor, 0, g_utf8_strlen (text, -1))) - text);
  for (guint i = 0; i < query->filters->len; i++)
    {
      const QuarryQueryFilter *filter = &g_array_index (query->filters, QuarryQueryFilter, i);
      const char *end = text + filter->end;
      g_autofree char *written = NULL;
      gsize behind;

      if (!g_unichar_isspace (g_utf8_get_char (end)) || (at >= filter->start && at <= filter->end)
          || is_joined (text, filter->start, filter->end))
        continue;
      written = quarry_query_write_filter (filter->kind, filter->value);
      if (!written)
        continue;
      put (self, written);
      behind = (gsize) (g_utf8_next_char (end) - text);
      g_string_append_len (rest, text + kept, (gssize) (filter->start - kept));
      if (at >= behind)
        *cursor -= (int) g_utf8_strlen (text + filter->start, (gssize) (behind - filter->start));
      kept = behind;
    }
  if (kept == 0)
    return NULL;
  g_string_append (rest, text + kept);
  tell (self);
  return g_string_free (g_steal_pointer (&rest), FALSE);
}

char *
quarry_filter_bar_write_query_without (QuarryFilterBar *self, const char *filter, const char *text)
{
  GString *query = g_string_new (NULL);

  g_return_val_if_fail (QUARRY_IS_FILTER_BAR (self), NULL);

  for (guint i = 0; i < self->filters->len; i++)
    if (g_strcmp0 (self->filters->pdata[i], filter) != 0)
      g_string_append_printf (query, "%s ", (char *) self->filters->pdata[i]);
  g_string_append (query, text);
  return g_string_free (query, FALSE);
}

char *
quarry_filter_bar_write_query (QuarryFilterBar *self, const char *text)
{
  return quarry_filter_bar_write_query_without (self, NULL, text);
}

char **
quarry_filter_bar_list (QuarryFilterBar *self)
{
  char **filters;

  g_return_val_if_fail (QUARRY_IS_FILTER_BAR (self), NULL);

  filters = g_new0 (char *, self->filters->len + 1);
  for (guint i = 0; i < self->filters->len; i++)
    filters[i] = g_strdup (self->filters->pdata[i]);
  return filters;
}

char *
quarry_filter_describe (const char *filter)
{
  g_autoptr (QuarryQuery) query = quarry_query_parse (filter);

  return query->filters->len == 1 ? describe (&g_array_index (query->filters, QuarryQueryFilter, 0)) : g_strdup (filter);
}
