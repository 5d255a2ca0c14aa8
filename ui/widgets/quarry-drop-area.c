/* quarry-drop-area.c: lets files and folders be dropped on its content
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-drop-area.h"
#include "ui/widgets/quarry-icon.h"

#include <glib/gi18n-lib.h>

/* At most so many of the dragged files are queried to tell files from folders. If there are more, the overlay speaks of
 * items. */
#define MAX_LOOKS 32

struct _QuarryDropArea
{
  AdwBin parent_instance;

  GtkOverlay *overlay;
  GtkWidget *content;
  GtkRevealer *revealer;
  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *subtitle;
  GtkDropTarget *target;
  char *refusal;

  GCancellable *look; /* cancels the queries about what is dragged */
  guint n_looks;
  guint n_items;
  guint n_folders;
};

static void quarry_drop_area_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (QuarryDropArea,
                               quarry_drop_area,
                               ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                      quarry_drop_area_buildable_init))

static GtkBuildableIface *parent_buildable;

enum
{
  PROP_CONTENT = 1,
  N_PROPS
};

enum
{
  FILES_DROPPED,
  FILES_REFUSED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* --- What is dragged ----------------------------------------------------------------------- */

char **
quarry_drop_area_local_paths (GSList *files)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (GSList *l = files; l; l = l->next)
    {
      char *path = g_file_get_path (l->data);

      if (path)
        g_ptr_array_add (paths, path);
    }
  if (!paths->len)
    return NULL;

  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

static void
say (QuarryDropArea *self, const char *icon, const char *title, const char *subtitle)
{
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_label (self->title, title);
  gtk_label_set_label (self->subtitle, subtitle);
}

static void
say_what_will_happen (QuarryDropArea *self)
{
  guint n_files = self->n_items - self->n_folders;
  g_autofree char *files = NULL;
  g_autofree char *folders = NULL;
  g_autofree char *title = NULL;

  if (self->refusal)
    {
      say (self, "action-unavailable-symbolic", self->refusal, "");
      return;
    }
  if (self->n_items == 0)
    title = g_strdup (_("Drop to add to your library"));
  else if (self->n_items > MAX_LOOKS)
    title = g_strdup_printf (ngettext ("Drop to add %u item to your library",
                                       "Drop to add %u items to your library",
                                       self->n_items),
                             self->n_items);
  else if (self->n_folders == 0)
    title = g_strdup_printf (ngettext ("Drop to add %u file to your library",
                                       "Drop to add %u files to your library",
                                       n_files),
                             n_files);
  else if (n_files == 0)
    title = g_strdup_printf (ngettext ("Drop to add %u folder to your library",
                                       "Drop to add %u folders to your library",
                                       self->n_folders),
                             self->n_folders);
  else
    {
      files = g_strdup_printf (ngettext ("%u file", "%u files", n_files), n_files);
      folders = g_strdup_printf (ngettext ("%u folder", "%u folders", self->n_folders),
                                 self->n_folders);
      /* Translators: "3 files" and "2 folders". */
      title = g_strdup_printf (_("Drop to add %s and %s to your library"), files, folders);
    }

  say (self,
       "folder-download-symbolic",
       title,
       self->n_folders || self->n_items > MAX_LOOKS
           ? _("Folders are read with everything in them. The files stay where they are.")
           : _("They are read where they are. Nothing is moved or changed."));
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryDropArea *self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  /* A cancelled query may return after the area has been destroyed, so it must not be touched then. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self = QUARRY_DROP_AREA (user_data);
  if (info && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    self->n_folders++;
  /* Update the text once, after the last query, not once for each file. */
  if (--self->n_looks == 0)
    say_what_will_happen (self);
}

static void
stop_looking (QuarryDropArea *self)
{
  if (self->look)
    g_cancellable_cancel (self->look);
  g_clear_object (&self->look);
}

static void
value_changed_cb (QuarryDropArea *self)
{
  const GValue *value = gtk_drop_target_get_value (self->target);
  GSList *files;
  g_auto (GStrv) paths = NULL;

  stop_looking (self);
  self->n_items = self->n_folders = self->n_looks = 0;
  if (!value || !G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      say_what_will_happen (self);
      return;
    }

  files = g_value_get_boxed (value);
  paths = quarry_drop_area_local_paths (files);
  if (!paths)
    {
      say (self,
           "action-unavailable-symbolic",
           _("This cannot be added"),
           _("Quarry reads files on this computer. Save it to a folder first."));
      return;
    }

  self->n_items = g_strv_length (paths);
  say_what_will_happen (self);
  if (self->n_items > MAX_LOOKS)
    return;

  self->look = g_cancellable_new ();
  self->n_looks = self->n_items;
  for (guint i = 0; i < self->n_items; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_path (paths[i]);

      g_file_query_info_async (file,
                               G_FILE_ATTRIBUTE_STANDARD_TYPE,
                               G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT,
                               self->look,
                               looked_cb,
                               self);
    }
}

/* --- The drop ------------------------------------------------------------------------------ */

static gboolean
accept_cb (QuarryDropArea *self, GdkDrop *drop)
{
  /* Do not accept what is dragged from Quarry itself: it is in the library already. */
  return gdk_drop_get_drag (drop) == NULL &&
         gdk_content_formats_contain_gtype (gdk_drop_get_formats (drop), GDK_TYPE_FILE_LIST);
}

static GdkDragAction
enter_cb (QuarryDropArea *self)
{
  value_changed_cb (self);
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  return GDK_ACTION_COPY;
}

static void
leave_cb (QuarryDropArea *self)
{
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
}

static gboolean
drop_cb (QuarryDropArea *self, const GValue *value)
{
  g_auto (GStrv) paths = NULL;

  stop_looking (self);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;

  paths = quarry_drop_area_local_paths (g_value_get_boxed (value));
  if (paths)
    g_signal_emit (self, signals[FILES_DROPPED], 0, paths);
  if (!paths || g_strv_length (paths) < g_slist_length (g_value_get_boxed (value)))
    g_signal_emit (self, signals[FILES_REFUSED], 0);
  return paths != NULL;
}

/* --- The widget ---------------------------------------------------------------------------- */

void
quarry_drop_area_set_content (QuarryDropArea *self, GtkWidget *content)
{
  g_return_if_fail (QUARRY_IS_DROP_AREA (self));
  g_return_if_fail (content == NULL || GTK_IS_WIDGET (content));

  if (content == self->content)
    return;
  self->content = content;
  gtk_overlay_set_child (self->overlay, content);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTENT]);
}

GtkWidget *
quarry_drop_area_get_content (QuarryDropArea *self)
{
  g_return_val_if_fail (QUARRY_IS_DROP_AREA (self), NULL);

  return self->content;
}

void
quarry_drop_area_set_refusal (QuarryDropArea *self, const char *refusal)
{
  g_return_if_fail (QUARRY_IS_DROP_AREA (self));

  g_free (self->refusal);
  self->refusal = g_strdup (refusal);
}

static void
quarry_drop_area_add_child (GtkBuildable *buildable,
                            GtkBuilder *builder,
                            GObject *child,
                            const char *type)
{
  if (!type && GTK_IS_WIDGET (child))
    quarry_drop_area_set_content (QUARRY_DROP_AREA (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
quarry_drop_area_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = quarry_drop_area_add_child;
}

static void
quarry_drop_area_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  QuarryDropArea *self = QUARRY_DROP_AREA (object);

  switch (id)
    {
    case PROP_CONTENT:
      g_value_set_object (value, self->content);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_drop_area_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  QuarryDropArea *self = QUARRY_DROP_AREA (object);

  switch (id)
    {
    case PROP_CONTENT:
      quarry_drop_area_set_content (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_drop_area_dispose (GObject *object)
{
  QuarryDropArea *self = QUARRY_DROP_AREA (object);

  stop_looking (self);
  self->content = NULL;
  G_OBJECT_CLASS (quarry_drop_area_parent_class)->dispose (object);
}

static void
quarry_drop_area_finalize (GObject *object)
{
  g_free (QUARRY_DROP_AREA (object)->refusal);
  G_OBJECT_CLASS (quarry_drop_area_parent_class)->finalize (object);
}

static void
quarry_drop_area_class_init (QuarryDropAreaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = quarry_drop_area_get_property;
  object_class->set_property = quarry_drop_area_set_property;
  object_class->dispose = quarry_drop_area_dispose;
  object_class->finalize = quarry_drop_area_finalize;

  properties[PROP_CONTENT] =
      g_param_spec_object ("content",
                           NULL,
                           NULL,
                           GTK_TYPE_WIDGET,
                           G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[FILES_DROPPED] = g_signal_new ("files-dropped",
                                         G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         1,
                                         G_TYPE_STRV);
  signals[FILES_REFUSED] = g_signal_new ("files-refused",
                                         G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         0);

  gtk_widget_class_set_css_name (widget_class, "droparea");
}

static void
quarry_drop_area_init (QuarryDropArea *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *frame = adw_bin_new ();

  self->overlay = GTK_OVERLAY (gtk_overlay_new ());
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  self->icon = GTK_IMAGE (quarry_icon_new (NULL));
  self->title = GTK_LABEL (gtk_label_new (NULL));
  self->subtitle = GTK_LABEL (gtk_label_new (NULL));

  gtk_image_set_pixel_size (self->icon, 64);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "title-2");
  gtk_widget_add_css_class (GTK_WIDGET (self->subtitle), "dim-label");
  for (guint i = 0; i < 2; i++)
    {
      GtkLabel *label = i ? self->subtitle : self->title;

      gtk_label_set_wrap (label, TRUE);
      gtk_label_set_justify (label, GTK_JUSTIFY_CENTER);
      gtk_label_set_max_width_chars (label, 50);
    }

  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->icon));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->subtitle));
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (box, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (frame, "drop-overlay");
  adw_bin_set_child (ADW_BIN (frame), box);

  gtk_revealer_set_transition_type (self->revealer, GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_revealer_set_transition_duration (self->revealer, 150);
  gtk_revealer_set_child (self->revealer, frame);
  gtk_widget_set_can_target (GTK_WIDGET (self->revealer), FALSE);
  gtk_overlay_add_overlay (self->overlay, GTK_WIDGET (self->revealer));
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->overlay));

  self->target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  gtk_drop_target_set_preload (self->target, TRUE);
  /* In the capture phase, before entries and text views get the drop: these would insert the files' names as text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (self->target),
                                              GTK_PHASE_CAPTURE);
  g_signal_connect_object (self->target, "accept", G_CALLBACK (accept_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->target, "enter", G_CALLBACK (enter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->target, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->target,
                           "notify::value",
                           G_CALLBACK (value_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (self->target));
}

GtkWidget *
quarry_drop_area_new (void)
{
  return g_object_new (QUARRY_TYPE_DROP_AREA, NULL);
}
