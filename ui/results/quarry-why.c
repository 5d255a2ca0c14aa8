/* quarry-why.c: why a passage is among the results
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-why.h"
#include "ui/widgets/quarry-similarity-bar.h"
#include "ui/widgets/quarry-wrap-layout.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define WORD_JOINER "\342\201\240"
#define MAX_WORDS 6

/* A smaller effect of the surrounding passages on the score is not mentioned. */
#define LEAST_CONTEXT 0.005f

struct _QuarryWhy
{
  GtkWidget parent_instance;

  GtkGrid *grid;
  GtkSizeGroup *words; /* as wide as one another, so that what stands beside them is a column */
  GtkLabel *ranks;
  GtkWidget *cells[MAX_WORDS + 1][4]; /* word, query word (below it if narrow), bar, share; last, all other words */
};

G_DEFINE_FINAL_TYPE (QuarryWhy, quarry_why, GTK_TYPE_WIDGET)

/* A word of the passage, with all of its occurrences. */
typedef struct
{
  char *word;
  const char *query_word;
  float weight;
  QuarryMatchKind kind;
} Contribution;

static void
contribution_clear (gpointer data)
{
  g_free (((Contribution *) data)->word);
}

static int
compare_contributions (gconstpointer a, gconstpointer b)
{
  const Contribution *x = a, *y = b;

  return x->weight > y->weight ? -1 : x->weight < y->weight;
}

static GArray *
collect (QuarryHit *hit)
{
  GArray *collected = g_array_new (FALSE, FALSE, sizeof (Contribution));
  const char *text = quarry_hit_get_text (hit);
  const QuarryHitWord *words;
  guint n_words = 0;

  g_array_set_clear_func (collected, contribution_clear);
  words = quarry_hit_get_words (hit, &n_words);
  for (guint i = 0; i < n_words; i++)
    {
      g_autofree char *word
          = g_strndup (text + words[i].span.start, words[i].span.end - words[i].span.start);
      const char *query_word = words[i].query_word ? words[i].query_word : "";
      guint j;

      for (j = 0; j < collected->len; j++)
        {
          Contribution *there = &g_array_index (collected, Contribution, j);

          if (g_ascii_strcasecmp (there->word, word) == 0
              && strcmp (there->query_word, query_word) == 0)
            {
              there->weight += words[i].weight;
              break;
            }
        }
      if (j == collected->len)
        {
          Contribution new
              = { g_steal_pointer (&word), query_word, words[i].weight, words[i].kind };

          g_array_append_val (collected, new);
        }
    }
  g_array_sort (collected, compare_contributions);
  return collected;
}

static GtkWidget *
new_label (const char *class, float xalign)
{
  return g_object_new (GTK_TYPE_LABEL, "xalign", (double) xalign, "ellipsize", PANGO_ELLIPSIZE_END,
                       "css-classes", (const char *[]){ "caption", class, NULL }, NULL);
}

static void
make_cells (QuarryWhy *self, guint row)
{
  GtkWidget **cells = self->cells[row], *text = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_layout_manager (text, quarry_wrap_layout_new ());
  quarry_wrap_layout_set_line_gap (text, 0);
  gtk_widget_set_hexpand (text, TRUE);
  cells[0] = new_label ("why-word", 0);
  gtk_widget_set_margin_end (cells[0], 6);
  gtk_size_group_add_widget (self->words, cells[0]);
  cells[1] = new_label ("dim-label", 0);
  /* The query's word is at the end of this text, so wrap it instead of cutting it off. */
  g_object_set (cells[1], "ellipsize", PANGO_ELLIPSIZE_NONE, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                NULL);
  /* With less room beside the word it goes below it. */
  gtk_label_set_width_chars (GTK_LABEL (cells[1]), 10);
  gtk_widget_set_hexpand (cells[1], TRUE);
  cells[2] = quarry_similarity_bar_new ();
  gtk_widget_set_size_request (cells[2], 44, -1);
  gtk_widget_set_valign (cells[2], GTK_ALIGN_CENTER);
  cells[3] = new_label ("numeric", 1);
  gtk_label_set_width_chars (GTK_LABEL (cells[3]), 4);
  gtk_box_append (GTK_BOX (text), cells[0]);
  gtk_box_append (GTK_BOX (text), cells[1]);
  gtk_grid_attach (self->grid, text, 0, row, 1, 1);
  gtk_grid_attach (self->grid, cells[2], 1, row, 1, 1);
  gtk_grid_attach (self->grid, cells[3], 2, row, 1, 1);
}

static void
show_cells (GtkWidget **cells, gboolean bar, gboolean shown)
{
  gtk_widget_set_visible (gtk_widget_get_parent (cells[1]), shown);
  gtk_widget_set_visible (cells[2], shown && bar);
  gtk_widget_set_visible (cells[3], shown);
}

static void
fill_row (QuarryWhy *self, guint row, const Contribution *contribution, float largest)
{
  GtkWidget **cells = self->cells[row];
  g_autofree char *share = NULL, *answers = NULL;

  if (!cells[0])
    make_cells (self, row);
  gtk_label_set_label (GTK_LABEL (cells[0]), contribution->word);
  if (contribution->kind == QUARRY_MATCH_LITERAL)
    {
      gtk_widget_remove_css_class (cells[0], "meaning");
      gtk_widget_add_css_class (cells[0], "literal");
      answers = g_strdup (_("literally"));
    }
  else
    {
      gtk_widget_remove_css_class (cells[0], "literal");
      gtk_widget_add_css_class (cells[0], "meaning");
      /* Translators: %s is the word of the query that a word of the passage answers to by its
       * meaning. */
      answers = g_strdup_printf (_("by meaning, for “%s”"), contribution->query_word);
    }
  gtk_label_set_label (GTK_LABEL (cells[1]), answers);
  quarry_similarity_bar_jump (QUARRY_SIMILARITY_BAR (cells[2]),
                              largest > 0 ? (double) (contribution->weight / largest) : 0);
  share = quarry_similarity_to_string ((double) contribution->weight);
  gtk_label_set_label (GTK_LABEL (cells[3]), share);
  show_cells (cells, TRUE, TRUE);
}

/* Adds a row for all other words, so that the shares add up to the similarity. */
static void
fill_others (QuarryWhy *self, float share)
{
  GtkWidget **cells = self->cells[MAX_WORDS];
  g_autofree char *text = quarry_similarity_to_string ((double) share);
  gboolean shown = fabsf (share) >= 0.005f;

  if (shown && !cells[0])
    {
      make_cells (self, MAX_WORDS);
      gtk_widget_set_visible (cells[0], FALSE);
      gtk_label_set_label (GTK_LABEL (cells[1]), _("all other words"));
    }
  if (!cells[0])
    return;
  gtk_label_set_label (GTK_LABEL (cells[3]), text);
  show_cells (cells, FALSE, shown);
}

/* Joins the characters of a number, so that no line is broken after the decimal point that it begins with. (transfer
 * full) */
static char *
keep_together (const char *number)
{
  GString *kept = g_string_new (NULL);

  for (const char *at = number; *at != '\0'; at++)
    {
      if (g_ascii_isdigit (*at))
        g_string_append (kept, WORD_JOINER);
      g_string_append_c (kept, *at);
    }
  return g_string_free (kept, FALSE);
}

/* Tells whether the passages beside this one raised or lowered its score, and how similar those are. */
static void
describe_context (GString *said, QuarryHit *hit)
{
  float by = quarry_hit_get_context_score (hit);
  g_autofree char *similarity = NULL, *kept = NULL;

  if (isnan (quarry_hit_get_context (hit)) || fabsf (by) < LEAST_CONTEXT)
    return;
  similarity = quarry_similarity_to_string ((double) quarry_hit_get_context (hit));
  kept = keep_together (similarity);
  g_string_append_c (said, '\n');
  /* Translators: the passages before and behind this one in its document made its place better or worse; %s is
   * how similar they are to the query, such as .42 */
  if (by > 0)
    g_string_append_printf (said, _("Raised by what stands around it (%s)"), kept);
  else
    g_string_append_printf (said, _("Lowered by what stands around it (%s)"), kept);
}

static void
describe_likeness (GString *said, QuarryHit *hit)
{
  int raised = quarry_hit_get_raised_by_likeness (hit);

  if (raised == 0)
    return;
  g_string_append_c (said, '\n');
  /* Translators: what this passage has in common with the three best made its place better or worse; %u is by how
   * many places */
  if (raised > 0)
    g_string_append_printf (said, _("Likeness to the three best moved it up by %u"), (guint) raised);
  else
    g_string_append_printf (said, _("Likeness to the three best moved it down by %u"), (guint) -raised);
}

static void
describe_variety (GString *said, QuarryHit *hit)
{
  guint rank = quarry_hit_get_rank (hit), fused = quarry_hit_get_fused_rank (hit);

  if (fused > 0 && rank > 0)
    {
      g_string_append_c (said, '\n');
      if (fused == rank)
        g_string_append (said, _("Variety left it in its place"));
      else if (fused > rank)
        g_string_append_printf (said, _("Variety moved it up from %u to %u"), fused, rank);
      else
        g_string_append_printf (said, _("Variety moved it down from %u to %u"), fused, rank);
    }
  if (quarry_hit_get_avoided_rank (hit) > 0)
    {
      g_string_append_c (said, '\n');
      /* Translators: %u is the number of that hit above this one which this one is most like */
      g_string_append_printf (said, _("Of the hits above, it is most like No. %u"), quarry_hit_get_avoided_rank (hit));
    }
}

/* How the passage came to its place, step by step, a line each. (transfer full) */
static char *
describe_ranks (QuarryHit *hit)
{
  GString *said = g_string_new (NULL);
  guint dense = quarry_hit_get_dense_rank (hit), lexical = quarry_hit_get_lexical_rank (hit);

  if (dense > 0)
    g_string_append_printf (said, _("No. %u by meaning"), dense);
  else
    g_string_append (said, _("Not found by meaning"));
  g_string_append (said, " · ");
  if (lexical > 0)
    g_string_append_printf (said, _("No. %u by words"), lexical);
  else
    g_string_append (said, _("Not found by words"));
  describe_context (said, hit);
  describe_likeness (said, hit);
  describe_variety (said, hit);
  return g_string_free (said, FALSE);
}

static void
quarry_why_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))))
    gtk_widget_unparent (child);
  g_clear_object (&QUARRY_WHY (object)->words);
  G_OBJECT_CLASS (quarry_why_parent_class)->dispose (object);
}

static void
quarry_why_class_init (QuarryWhyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_why_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "why");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
quarry_why_init (QuarryWhy *self)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Why"),
                                  -1);

  self->words = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->grid = g_object_new (GTK_TYPE_GRID, "column-spacing", 12, "row-spacing", 3, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->grid), GTK_WIDGET (self));
  self->ranks = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "css-classes",
                              (const char *[]){ "caption", "dim-label", "numeric", NULL }, NULL);
  gtk_widget_set_parent (GTK_WIDGET (self->ranks), GTK_WIDGET (self));
}

GtkWidget *
quarry_why_new (void)
{
  return g_object_new (QUARRY_TYPE_WHY, NULL);
}

void
quarry_why_set_hit (QuarryWhy *self, QuarryHit *hit)
{
  g_autoptr (GArray) contributions = NULL;
  g_autofree char *ranks = NULL;
  float others;
  guint n;

  g_return_if_fail (QUARRY_IS_WHY (self));
  g_return_if_fail (QUARRY_IS_HIT (hit));

  contributions = collect (hit);
  others = quarry_hit_get_rest (hit);
  n = MIN (contributions->len, MAX_WORDS);
  for (guint i = 0; i < n; i++)
    fill_row (self, i, &g_array_index (contributions, Contribution, i),
              g_array_index (contributions, Contribution, 0).weight);
  for (guint i = n; i < contributions->len; i++)
    others += g_array_index (contributions, Contribution, i).weight;
  fill_others (self, others);
  for (guint i = n; i < MAX_WORDS && self->cells[i][0]; i++)
    show_cells (self->cells[i], TRUE, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->grid), n > 0);

  ranks = describe_ranks (hit);
  gtk_label_set_label (self->ranks, ranks);
}
