/* quarry-completion.c: the rest of the word that is typed, shown behind it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While the last word is half typed, a search takes it for a word of the library. The rest of that
 * word is shown in a faint colour right behind the cursor. The right arrow key inserts it; typing on
 * replaces it by the next answer's.
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-completion.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A shorter beginning of a word is not completed, since it could become too many words. */
#define LEAST_LETTERS 3

struct _QuarryCompletion
{
  GtkEditable *entry;
  GtkLabel *label; /* over the entry, in an overlay */
  char *offered;   /* the rest of the word according to the last answer, whether it is shown or not; NULL: none */
  char *told;      /* what else a screen reader is told of the entry; NULL: nothing */
  char *rest;      /* the rest as it is shown; NULL: none is shown */
  guint tick;      /* tick callback that waits until the entry has been given its size */
};

static GtkText *
get_text (QuarryCompletion *self)
{
  return GTK_IS_TEXT (self->entry) ? GTK_TEXT (self->entry)
                                   : GTK_TEXT (gtk_editable_get_delegate (self->entry));
}

static void
describe (QuarryCompletion *self)
{
  g_autofree char *rest = NULL, *all = NULL;

  if (self->rest)
    /* Translators: %s is the rest of the word that is typed. */
    rest = g_strdup_printf (_("The right arrow adds “%s”"), self->rest);
  all = g_strconcat (self->told ? self->told : "", self->told && rest ? ". " : "", rest, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, all, -1);
}

static void
set_completion (QuarryCompletion *self, const char *rest)
{
  gboolean shown = rest && *rest != '\0';

  if (g_strcmp0 (shown ? rest : NULL, self->rest) == 0)
    return;
  g_free (self->rest);
  self->rest = shown ? g_strdup (rest) : NULL;
  gtk_label_set_label (self->label, shown ? rest : "");
  gtk_widget_set_visible (GTK_WIDGET (self->label), shown);
  describe (self);
}

/* Places the label with @rest behind the cursor; FALSE if there is no room for it. */
static gboolean
place (QuarryCompletion *self, const char *rest)
{
  GtkWidget *label = GTK_WIDGET (self->label), *overlay = gtk_widget_get_parent (label);
  GtkText *text = get_text (self);
  graphene_rect_t cursor, room;
  graphene_point_t at;
  int width;

  gtk_text_compute_cursor_extents (text, (gsize) gtk_editable_get_position (self->entry),
                                   &cursor, NULL);
  if (gtk_widget_get_direction (overlay) == GTK_TEXT_DIR_RTL
      || !gtk_widget_compute_point (GTK_WIDGET (text), overlay, &cursor.origin, &at)
      || !gtk_widget_compute_bounds (GTK_WIDGET (text), overlay, &room))
    return FALSE;
  gtk_label_set_label (self->label, rest);
  gtk_widget_set_margin_start (label, 0);
  gtk_widget_set_visible (label, TRUE);
  gtk_widget_measure (label, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  if (at.x + (float) width > room.origin.x + room.size.width)
    {
      gtk_widget_set_visible (label, FALSE);
      return FALSE;
    }
  /* One pixel to the right, since the cursor stands on the boundary between two letters. */
  gtk_widget_set_margin_start (label, MAX (0, (int) at.x + 1));
  return TRUE;
}

static gboolean
is_typing (QuarryCompletion *self, const char *text)
{
  return gtk_editable_get_position (self->entry) == g_utf8_strlen (text, -1)
         && !gtk_editable_get_selection_bounds (self->entry, NULL, NULL);
}

/* The number of letters in the word at the end of @text. */
static guint
count_letters (const char *text)
{
  guint n = 0;

  for (const char *end = text + strlen (text); end > text; n++)
    {
      end = g_utf8_prev_char (end);
      if (!g_unichar_isalnum (g_utf8_get_char (end)))
        break;
    }
  return n;
}

static gboolean tick_cb (GtkWidget *text, GdkFrameClock *clock, gpointer user_data);

static void
tick_gone (gpointer user_data)
{
  ((QuarryCompletion *) user_data)->tick = 0;
}

/* Shows the rest if the cursor is behind the word and there is room for it. */
static void
show_offered (QuarryCompletion *self)
{
  GtkWidget *text = GTK_WIDGET (get_text (self));
  gboolean wanted = self->offered && is_typing (self, gtk_editable_get_text (self->entry));

  if (wanted && gtk_widget_get_width (text) == 0)
    {
      if (self->tick == 0)
        self->tick = gtk_widget_add_tick_callback (text, tick_cb, self, tick_gone);
      wanted = FALSE;
    }
  set_completion (self, wanted && place (self, self->offered) ? self->offered : NULL);
}

/* The answer came before the entry had a size; show the rest as soon as it has one. */
static gboolean
tick_cb (GtkWidget *text, GdkFrameClock *clock, gpointer user_data)
{
  QuarryCompletion *self = user_data;

  if (gtk_widget_get_width (text) == 0)
    return G_SOURCE_CONTINUE;
  show_offered (self);
  return G_SOURCE_REMOVE;
}

void
quarry_completion_show (QuarryCompletion *self, QuarryAnswer *answer)
{
  const char *typed = gtk_editable_get_text (self->entry);
  const char *word = answer ? quarry_answer_get_completion (answer) : NULL;
  guint n_typed = count_letters (typed);

  g_clear_pointer (&self->offered, g_free);
  /* @word is folded. Its rest is only shown if folding keeps the number of letters, so that it begins where the typed
   * part ends. */
  if (word && n_typed >= LEAST_LETTERS && g_utf8_strlen (word, -1) > n_typed
      && g_str_has_suffix (quarry_answer_get_query (answer), typed))
    self->offered = g_strdup (g_utf8_offset_to_pointer (word, n_typed));
  show_offered (self);
}

/* The text changed. Keep what is still right; the next answer tells the rest. */
static void
typed_cb (GtkEditable *editable, gpointer user_data)
{
  QuarryCompletion *self = user_data;

  g_clear_pointer (&self->offered, g_free);
  if (self->rest)
    set_completion (self, NULL);
}

/* Hides the rest while the cursor is elsewhere or text is selected (as when the window gets the focus), and shows it
 * again afterwards. */
static void
cursor_cb (GtkEditable *editable, GParamSpec *pspec, gpointer user_data)
{
  QuarryCompletion *self = user_data;

  if (self->rest || self->offered)
    show_offered (self);
}

void
quarry_completion_tell (QuarryCompletion *self, const char *told)
{
  if (g_strcmp0 (told, self->told) == 0)
    return;
  g_free (self->told);
  self->told = g_strdup (told);
  describe (self);
}

gboolean
quarry_completion_take (QuarryCompletion *self)
{
  g_autofree char *rest = g_strdup (self->rest);
  int position;

  if (!rest)
    return FALSE;
  position = gtk_editable_get_position (self->entry);
  gtk_editable_insert_text (self->entry, rest, -1, &position);
  gtk_editable_set_position (self->entry, -1);
  return TRUE;
}

const char *
quarry_completion_get_rest (QuarryCompletion *self)
{
  return self->rest;
}

QuarryCompletion *
quarry_completion_new (GtkEditable *entry, GtkLabel *label)
{
  QuarryCompletion *self = g_new0 (QuarryCompletion, 1);

  self->entry = g_object_ref (entry);
  self->label = g_object_ref (label);
  g_signal_connect (entry, "changed", G_CALLBACK (typed_cb), self);
  g_signal_connect (entry, "notify::cursor-position", G_CALLBACK (cursor_cb), self);
  g_signal_connect (entry, "notify::selection-bound", G_CALLBACK (cursor_cb), self);
  return self;
}

void
quarry_completion_free (QuarryCompletion *self)
{
  g_signal_handlers_disconnect_by_data (self->entry, self);
  if (self->tick > 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (get_text (self)), self->tick);
  g_object_unref (self->entry);
  g_object_unref (self->label);
  g_free (self->offered);
  g_free (self->told);
  g_free (self->rest);
  g_free (self);
}
