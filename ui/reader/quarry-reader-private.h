/* quarry-reader-private.h: what the files of the reader share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ui/reader/quarry-document-view.h"
#include "ui/reader/quarry-page-view.h"
#include "ui/reader/quarry-reader.h"
#include "ui/reader/quarry-segment-strip.h"
#include "ui/widgets/quarry-place-label.h"

G_BEGIN_DECLS

struct _QuarryReader
{
  AdwBin parent_instance;

  AdwSplitButton *see_also_button;
  GtkStack *stack;
  AdwStatusPage *failure;
  GtkWidget *header_clamp;
  GtkWidget *header;
  GtkLabel *title;
  QuarryPlaceLabel *place;
  GtkLabel *origin;
  GtkWidget *modes;
  GtkToggleButton *text_button;
  GtkToggleButton *page_button;
  GtkStack *mode_stack;
  GtkWidget *scroller;
  QuarryDocumentView *view;
  QuarryPageView *page_view;
  QuarrySegmentStrip *strip;
  GtkAdjustment *coarseness;
  GtkWidget *bar;
  GtkRevealer *preview_revealer;
  GtkWidget *preview_bar;
  GtkLabel *preview_label;
  GtkSpinner *keep_spinner;
  GtkWidget *reset_button;
  GtkWidget *keep_button;

  QuarryLibrary *library;
  QuarryHit *hit;
  char *query;

  QuarryReading *reading; /* the document that is shown */
  QuarryReading *next;    /* the document to be shown next, while its text is broken into lines */
  GCancellable *load;     /* cancels loading that */
  gint64 loading;         /* id of the document being loaded, 0: none */
  guint patience;
  gboolean wants_focus; /* to be focused once that is shown, unless the focus has moved elsewhere */

  GCancellable *comparison; /* cancels the comparison of the query with the segments */
  GArray *similarities;     /* of float, one for each segment of the reading, or NULL */

  GArray *preview; /* of QuarrySpan: a cut that differs from the reading's, or NULL */
  guint preview_tick;
  GCancellable *keeping;
};

/* quarry-reader.c */
void quarry_reader_show_view (QuarryReader *self);
void quarry_reader_compare (QuarryReader *self);

/* quarry-reader-cut.c */
void quarry_reader_show_cut (QuarryReader *self);
void quarry_reader_show_similarities (QuarryReader *self);
void quarry_reader_take_reading (QuarryReader *self, QuarryReading *reading);
double quarry_reader_own_granularity (QuarryReader *self);
/* Sets the slider without making a preview. */
void quarry_reader_set_coarseness (QuarryReader *self, double value);
void quarry_reader_end_preview (QuarryReader *self);
/* The segments of the preview if there is one, else those of the reading. */
const QuarrySpan *quarry_reader_shown_segments (QuarryReader *self, guint *n);
void quarry_reader_bind_cut (GtkWidgetClass *widget_class);

G_END_DECLS
