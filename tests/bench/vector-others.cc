/* vector-others.cc: other libraries' indexes, measured beside Quarry's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "vector-others.h"

#include <cmath>
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/IndexIVFFlat.h>
#include <faiss/IndexIVFPQFastScan.h>
#include <faiss/IndexRefine.h>
#include <hnswlib/hnswlib.h>
#include <memory>
#include <omp.h>
#include <vector>

enum
{
  HNSWLIB,
  FAISS_HNSW,
  FAISS_IVF,
  FAISS_FAST_SCAN,
  N_KINDS,
};

static const char *const names[] = {
  "hnswlib, M 16, construction 200",
  "faiss HNSW, M 16, construction 200",
  "faiss IVF, flat",
  "faiss IVF-PQ fast scan, refined from floats",
};

struct _OtherIndex
{
  guint kind;
  std::unique_ptr<hnswlib::InnerProductSpace> space;
  std::unique_ptr<hnswlib::HierarchicalNSW<float>> graph;
  std::unique_ptr<faiss::IndexFlatIP> cells;
  std::unique_ptr<faiss::Index> index;
  std::unique_ptr<faiss::IndexRefineFlat> refined;
};

const char *
other_index_get_name (guint kind)
{
  return kind < N_KINDS ? names[kind] : nullptr;
}

OtherIndex *
other_index_new (guint kind, guint dims, guint n, const float *vectors)
{
  auto self = new OtherIndex ();
  auto n_cells = (size_t) (4 * std::sqrt ((double) n));
  faiss::Index::idx_t n_trained = std::min<faiss::Index::idx_t> (n, 64 * n_cells);

  omp_set_num_threads (1);
  self->kind = kind;
  self->cells = std::make_unique<faiss::IndexFlatIP> (dims);
  switch (kind)
    {
    case HNSWLIB:
      self->space = std::make_unique<hnswlib::InnerProductSpace> (dims);
      self->graph
          = std::make_unique<hnswlib::HierarchicalNSW<float>> (self->space.get (), n, 16, 200);
      for (guint i = 0; i < n; i++)
        self->graph->addPoint (vectors + (size_t) i * dims, i);
      return self;
    case FAISS_HNSW:
      {
        auto graph = std::make_unique<faiss::IndexHNSWFlat> (dims, 16, faiss::METRIC_INNER_PRODUCT);

        graph->hnsw.efConstruction = 200;
        self->index = std::move (graph);
        break;
      }
    case FAISS_IVF:
      self->index = std::make_unique<faiss::IndexIVFFlat> (self->cells.get (), dims, n_cells,
                                                           faiss::METRIC_INNER_PRODUCT);
      break;
    default:
      self->index = std::make_unique<faiss::IndexIVFPQFastScan> (self->cells.get (), dims, n_cells,
                                                                 dims / 2, 4,
                                                                 faiss::METRIC_INNER_PRODUCT);
    }
  self->index->train (n_trained, vectors);
  if (kind == FAISS_FAST_SCAN)
    {
      self->refined = std::make_unique<faiss::IndexRefineFlat> (self->index.get ());
      self->refined->k_factor = 10;
      self->refined->add (n, vectors);
    }
  else
    self->index->add (n, vectors);
  return self;
}

void
other_index_free (OtherIndex *self)
{
  delete self;
}

void
other_index_set_effort (OtherIndex *self, guint effort)
{
  if (self->kind == HNSWLIB)
    self->graph->setEf (effort);
  else if (self->kind == FAISS_HNSW)
    dynamic_cast<faiss::IndexHNSW *> (self->index.get ())->hnsw.efSearch = (int) effort;
  else
    dynamic_cast<faiss::IndexIVF *> (self->index.get ())->nprobe = effort;
}

void
other_index_search (OtherIndex *self, const float *query, guint k, gint64 *found)
{
  std::vector<float> scores (k);

  if (self->kind == HNSWLIB)
    {
      auto best = self->graph->searchKnn (query, k);

      for (guint i = 0; i < k; i++)
        found[i] = -1;
      for (guint i = (guint) best.size (); i-- > 0; best.pop ())
        found[i] = (gint64) best.top ().second;
      return;
    }

  faiss::Index *index = self->refined ? (faiss::Index *) self->refined.get () : self->index.get ();

  index->search (1, query, k, scores.data (), (faiss::Index::idx_t *) found);
}
