/* quarry-import-bar.c: how the imports of a library are getting on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-import-bar.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ui/documents/quarry-failures-window.h"

/* A summary without failures is hidden after so many seconds. */
#define SUMMARY_SECONDS 8

/* If nothing is done for so long, the time that is left is not known as exactly as it was said. */
#define PATIENCE_MS 10000u
#define SHORT_SECONDS 60

/* An import that follows changes of files is only shown if it takes longer than this, in seconds. */
#define FOLLOWING_SECONDS 2

struct _QuarryImportBar
{
  AdwBin parent_instance;

  GtkImage *icon;
  GtkLabel *count;
  GtkProgressBar *bar;
  GtkWidget *squeezer;
  GtkLabel *current;
  GtkLabel *time;
  GtkLabel *short_time;
  GtkButton *pause_button;
  GtkWidget *cancel_button;
  GtkWidget *details_button;
  GtkWidget *close_button;

  QuarryLibrary *library;
  GListModel *imports;
  GPtrArray *batch; /* of QuarryImport: all since no import was last running */
  gboolean cancelled;
  guint hide;
  guint patience_ms;
  guint still; /* source that fires if nothing is done for that long */
};

G_DEFINE_FINAL_TYPE (QuarryImportBar, quarry_import_bar, ADW_TYPE_BIN)

/* --- What there is to say ------------------------------------------------------------------ */

/* Adds up the progress of all imports in the batch, as if they were one. */
static void
sum_up (QuarryImportBar *self, QuarryImportProgress *sum)
{
  *sum = (QuarryImportProgress) { 0 };
  for (guint i = 0; i < self->batch->len; i++)
    {
      QuarryImport *import = self->batch->pdata[i];
      QuarryImportProgress progress;

      quarry_import_get_progress (import, &progress);
      sum->found += progress.found;
      sum->counting |= progress.counting && !quarry_import_get_finished (import);
      sum->imported += progress.imported;
      sum->unchanged += progress.unchanged;
      sum->failed += progress.failed;
      sum->skipped += progress.skipped;
      sum->passages += progress.passages;
      sum->pictures |= progress.pictures;
    }
}

static QuarryImport *
running (QuarryImportBar *self)
{
  for (guint i = 0; i < self->batch->len; i++)
    if (!quarry_import_get_finished (self->batch->pdata[i]))
      return self->batch->pdata[i];
  return NULL;
}

/* TRUE if all imports shown follow changes of files, so that nobody asked for any of them. */
static gboolean
is_following (QuarryImportBar *self)
{
  for (guint i = 0; i < self->batch->len; i++)
    if (!quarry_import_is_following (self->batch->pdata[i]))
      return FALSE;
  return TRUE;
}

static char *
number (guint64 n)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
}

/* How much time is left, in words that do not claim to be exact. */
static char *
time_left (double seconds)
{
  guint minutes, hours;

  if (seconds < 0)
    return g_strdup ("");
  if (seconds < 8)
    return g_strdup (_("a few seconds"));
  if (seconds < 55)
    return g_strdup_printf (_("about %u s"), (guint) (ceil (seconds / 5) * 5));
  minutes = (guint) ceil (seconds / 60);
  if (minutes < 60)
    return g_strdup_printf (_("about %u min"), minutes);
  hours = minutes / 60;
  minutes = (minutes % 60 + 5) / 10 * 10;
  if (minutes == 60)
    {
      hours++;
      minutes = 0;
    }
  return minutes ? g_strdup_printf (_("about %u h %u min"), hours, minutes)
                 : g_strdup_printf (_("about %u h"), hours);
}

/* One file takes longer than all that was expected to be left: say so instead of a time that has passed. */
static gboolean
still_cb (gpointer data)
{
  QuarryImportBar *self = data;
  QuarryImport *import = running (self);
  const char *text = _("still being read");
  g_autofree char *current = NULL;
  g_autofree char *separated = NULL;

  self->still = 0;
  if (!import || quarry_import_get_paused (import) || quarry_import_get_time_left (import) >= SHORT_SECONDS)
    return G_SOURCE_REMOVE;
  current = quarry_import_get_current (import);
  if (!current)
    return G_SOURCE_REMOVE;
  separated = g_strconcat (" · ", text, NULL);
  gtk_label_set_label (self->current, current);
  gtk_label_set_label (self->time, separated);
  gtk_label_set_label (self->short_time, text);
  return G_SOURCE_REMOVE;
}

static void
show_progress (QuarryImportBar *self)
{
  QuarryImport *import = running (self);
  QuarryImportProgress sum;
  guint64 done;
  gboolean paused;
  g_autofree char *n_done = NULL;
  g_autofree char *n_found = NULL;
  g_autofree char *text = NULL;
  g_autofree char *current = NULL;
  g_autofree char *left = NULL;
  g_autofree char *separated = NULL;

  g_clear_handle_id (&self->still, g_source_remove);
  if (!import)
    return;
  self->still = g_timeout_add (self->patience_ms, still_cb, self);
  sum_up (self, &sum);
  done = sum.imported + sum.unchanged + sum.failed + sum.skipped;
  paused = quarry_import_get_paused (import);
  n_done = number (done);
  n_found = number (sum.found);
  if (sum.found == 0)
    text = g_strdup (paused ? _("Paused") : _("Looking for files…"));
  else if (paused)
    text = g_strdup_printf (_("Paused at %s of %s files"), n_done, n_found);
  else if (sum.counting)
    text = g_strdup_printf (_("Adding %s of %s files so far"), n_done, n_found);
  else if (sum.pictures)
    text = g_strdup (_("Reading the text in pictures"));
  else
    text = g_strdup_printf (_("Adding %s of %s files"), n_done, n_found);
  gtk_label_set_label (self->count, text);
  gtk_progress_bar_set_fraction (self->bar, sum.found ? (double) done / (double) sum.found : 0);

  current = paused ? NULL : quarry_import_get_current (import);
  left = time_left (paused || sum.counting ? -1 : quarry_import_get_time_left (import));
  separated = *left && current ? g_strconcat (" · ", left, NULL) : g_strdup (left);
  gtk_label_set_label (self->current, current ? current : "");
  gtk_label_set_label (self->time, separated);
  gtk_label_set_label (self->short_time, left);

  gtk_button_set_icon_name (self->pause_button,
                            paused ? "media-playback-start-symbolic"
                                   : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->pause_button), paused ? _("Go on") : _("Pause"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  paused ? _("Go on") : _("Pause"),
                                  -1);
}

static void
add_part (GString *string, const char *part)
{
  if (string->len)
    g_string_append (string, " · ");
  g_string_append (string, part);
}

/* Appends @format, which has one %s, for the number @n. */
static void
add_count (GString *string, guint64 n, const char *format)
{
  g_autofree char *shown = number (n);
  g_autofree char *part = NULL;

  if (!n)
    return;
  /* All formats are literals of this file, or their translations, which msgfmt checks. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  part = g_strdup_printf (format, shown);
#pragma GCC diagnostic pop
  add_part (string, part);
}

static char *
summary (QuarryImportBar *self, const QuarryImportProgress *sum, const GError *error)
{
  g_autoptr (GString) string = g_string_new (NULL);

  if (error)
    {
      g_string_append_printf (string, _("Adding stopped: %s"), error->message);
      return g_string_free (g_steal_pointer (&string), FALSE);
    }
  if (self->cancelled)
    add_part (string, _("Cancelled"));
  add_count (string,
             sum->imported,
             /* Translators: %s is the number, here and in what follows. */
             ngettext ("Added %s file", "Added %s files", (gulong) sum->imported));
  if (!sum->imported && !self->cancelled)
    add_part (string,
              sum->unchanged ? _("Everything is in the library already") : _("Nothing was added"));
  add_count (string, sum->failed, ngettext ("%s failed", "%s failed", (gulong) sum->failed));
  add_count (string,
             sum->skipped,
             ngettext ("%s passed over", "%s passed over", (gulong) sum->skipped));
  if (sum->imported)
    add_count (string,
               sum->unchanged,
               ngettext ("%s unchanged", "%s unchanged", (gulong) sum->unchanged));
  return g_string_free (g_steal_pointer (&string), FALSE);
}

static gboolean
hide_cb (gpointer data)
{
  QuarryImportBar *self = data;

  self->hide = 0;
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return G_SOURCE_REMOVE;
}

static void
show_parts (QuarryImportBar *self, gboolean running_now)
{
  /* What it ended with may say what to do, so it is shown as a whole. */
  gtk_label_set_wrap (self->count, !running_now);
  gtk_label_set_ellipsize (self->count, running_now ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->icon), !running_now);
  gtk_widget_set_visible (GTK_WIDGET (self->bar), running_now);
  gtk_widget_set_visible (self->squeezer, running_now);
  gtk_widget_set_visible (GTK_WIDGET (self->pause_button), running_now);
  gtk_widget_set_visible (self->cancel_button, running_now);
  gtk_widget_set_visible (self->close_button, !running_now);
  gtk_widget_set_visible (self->details_button, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
}

/* Shown with the numbers, since people may compare them with the library's number of documents, or with the list of what
 * was passed over. */
static const char *
what_is_counted (void)
{
  return _("Files are counted here. The library counts documents: each attachment of a mail and each file in an archive "
           "is one, too.");
}

static void
show_summary (QuarryImportBar *self)
{
  QuarryImportProgress sum;
  const GError *error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *tooltip = NULL;

  sum_up (self, &sum);
  for (guint i = 0; i < self->batch->len && !error; i++)
    error = quarry_import_get_error (self->batch->pdata[i]);
  text = summary (self, &sum, error);
  tooltip = error ? g_strdup (text) : g_strconcat (text, "\n\n", what_is_counted (), NULL);
  gtk_label_set_label (self->count, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->count), tooltip);
  gtk_image_set_from_icon_name (self->icon,
                                error || sum.failed ? "dialog-warning-symbolic"
                                                    : "emblem-ok-symbolic");
  show_parts (self, FALSE);
  gtk_widget_set_visible (self->details_button, sum.failed || sum.skipped);
  if (!error && (!sum.failed || is_following (self)))
    self->hide = g_timeout_add_seconds (SUMMARY_SECONDS, hide_cb, self);
}

/* --- The library's imports ----------------------------------------------------------------- */

static void
finished_cb (QuarryImportBar *self)
{
  if (running (self))
    {
      show_progress (self);
      return;
    }
  g_clear_handle_id (&self->still, g_source_remove);
  show_summary (self);
  for (guint i = 0; i < self->batch->len; i++)
    g_signal_handlers_disconnect_by_data (self->batch->pdata[i], self);
  g_ptr_array_set_size (self->batch, 0);
  self->cancelled = FALSE;
}

static void
watch (QuarryImportBar *self, QuarryImport *import)
{
  if (quarry_import_get_finished (import) || g_ptr_array_find (self->batch, import, NULL))
    return;

  g_clear_handle_id (&self->hide, g_source_remove);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->count), what_is_counted ());
  g_ptr_array_add (self->batch, g_object_ref (import));
  g_signal_connect_swapped (import, "progress", G_CALLBACK (show_progress), self);
  g_signal_connect_swapped (import, "notify::paused", G_CALLBACK (show_progress), self);
  g_signal_connect_swapped (import, "notify::finished", G_CALLBACK (finished_cb), self);
  show_parts (self, TRUE);
  show_progress (self);
}

/* An import that nobody asked for is only shown if it takes a while and has imported something. At every start, such an
 * import counts files that could not be read before; that alone is no news. */
static void
following_cb (QuarryImportBar *self, QuarryImport *import)
{
  QuarryImportProgress progress;

  quarry_import_get_progress (import, &progress);
  if (quarry_import_get_finished (import) || progress.seconds < FOLLOWING_SECONDS
      || progress.imported == 0)
    return;
  g_signal_handlers_disconnect_by_func (import, following_cb, self);
  watch (self, import);
}

static void
imports_changed_cb (QuarryImportBar *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (self->imports, i);

      if (quarry_import_is_following (import))
        g_signal_connect_object (import, "progress", G_CALLBACK (following_cb), self, G_CONNECT_SWAPPED);
      else
        watch (self, import);
    }
}

static void
forget (QuarryImportBar *self)
{
  for (guint i = 0; self->imports && i < g_list_model_get_n_items (self->imports); i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (self->imports, i);

      g_signal_handlers_disconnect_by_func (import, following_cb, self);
    }
  if (self->imports)
    g_signal_handlers_disconnect_by_data (self->imports, self);
  g_clear_object (&self->imports);
  for (guint i = 0; i < self->batch->len; i++)
    g_signal_handlers_disconnect_by_data (self->batch->pdata[i], self);
  g_ptr_array_set_size (self->batch, 0);
  g_clear_handle_id (&self->hide, g_source_remove);
  g_clear_handle_id (&self->still, g_source_remove);
}

void
quarry_import_bar_set_library (QuarryImportBar *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_IMPORT_BAR (self));
  g_return_if_fail (library == NULL || QUARRY_IS_LIBRARY (library));

  if (library == self->library)
    return;
  forget (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_set_object (&self->library, library);
  if (!library)
    return;
  g_set_object (&self->imports, quarry_library_get_imports (library));
  g_signal_connect_swapped (self->imports, "items-changed", G_CALLBACK (imports_changed_cb), self);
  imports_changed_cb (self, 0, 0, g_list_model_get_n_items (self->imports));
}

void
quarry_import_bar_set_patience (QuarryImportBar *self, guint milliseconds)
{
  g_return_if_fail (QUARRY_IS_IMPORT_BAR (self));

  self->patience_ms = milliseconds;
}

/* --- Buttons ------------------------------------------------------------------------------- */

static void
pause_cb (QuarryImportBar *self)
{
  QuarryImport *import = running (self);
  gboolean paused;

  if (!import)
    return;
  paused = !quarry_import_get_paused (import);
  /* Pause the waiting imports as well, or the next one would start by itself. */
  for (guint i = 0; i < self->batch->len; i++)
    if (!quarry_import_get_finished (self->batch->pdata[i]))
      quarry_import_set_paused (self->batch->pdata[i], paused);
}

static void
cancel_cb (QuarryImportBar *self)
{
  g_autoptr (GPtrArray) batch = g_ptr_array_copy (self->batch, (GCopyFunc) (void *) g_object_ref, NULL);

  g_ptr_array_set_free_func (batch, g_object_unref);
  self->cancelled = TRUE;
  /* From the last one on, so that none starts when the one before it ends. */
  for (guint i = batch->len; i-- > 0;)
    quarry_import_cancel (batch->pdata[i]);
}

static void
details_cb (QuarryImportBar *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->library && GTK_IS_WINDOW (root))
    quarry_failures_window_show (GTK_WINDOW (root), self->library);
}

static void
close_cb (QuarryImportBar *self)
{
  g_clear_handle_id (&self->hide, g_source_remove);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/* --- The widget ---------------------------------------------------------------------------- */

static void
quarry_import_bar_dispose (GObject *object)
{
  QuarryImportBar *self = QUARRY_IMPORT_BAR (object);

  forget (self);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (quarry_import_bar_parent_class)->dispose (object);
}

static void
quarry_import_bar_finalize (GObject *object)
{
  g_ptr_array_unref (QUARRY_IMPORT_BAR (object)->batch);
  G_OBJECT_CLASS (quarry_import_bar_parent_class)->finalize (object);
}

static void
quarry_import_bar_class_init (QuarryImportBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = quarry_import_bar_dispose;
  object_class->finalize = quarry_import_bar_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-import-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, icon);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, count);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, squeezer);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, current);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, time);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, short_time);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, pause_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, cancel_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, details_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryImportBar, close_button);
  gtk_widget_class_bind_template_callback (widget_class, pause_cb);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, details_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
quarry_import_bar_init (QuarryImportBar *self)
{
  self->batch = g_ptr_array_new_with_free_func (g_object_unref);
  self->patience_ms = PATIENCE_MS;
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Import"),
                                  -1);
}

GtkWidget *
quarry_import_bar_new (void)
{
  return g_object_new (QUARRY_TYPE_IMPORT_BAR, NULL);
}
