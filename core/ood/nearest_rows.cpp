// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/nearest_rows.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/mm.h>
#include <fmt/format.h>

#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/ood/blocks_torch.h"

namespace oodscope::ood {

namespace {

constexpr std::size_t kSpare = 8;             // candidates beyond k, as float32 products may swap near neighbours
constexpr std::int64_t kMostQueryRows = 256;  // a block of products: 256 × 2048 floats, 2 MiB, stays in the cache
constexpr std::int64_t kTrainRows = 2048;
constexpr std::int64_t kTrainStretch = 65536;  // rows that all queries look at before the next are read
constexpr std::size_t kCandidateBytes = std::size_t{256} << 20;
constexpr std::size_t kLanes = 8;

double dot(std::span<const float> a, std::span<const float> b) {
    std::array<double, kLanes> sums{};
    const std::size_t whole = a.size() / kLanes * kLanes;
    for (std::size_t i = 0; i < whole; i += kLanes) {
        for (std::size_t l = 0; l < kLanes; ++l)
            sums[l] += double(a[i + l]) * double(b[i + l]);
    }
    double sum = 0;
    for (std::size_t i = whole; i < a.size(); ++i)
        sum += double(a[i]) * double(b[i]);
    return std::accumulate(sums.begin(), sums.end(), sum);
}

/// 1 over the length of each row. Error: a row of zeros, or one too short for a float.
Result<std::vector<double>> inverseLengths(const Matrix& matrix) {
    std::vector<double> inverse =
        scoresByRow(matrix, [](std::span<const float> row) { return 1.0 / std::sqrt(dot(row, row)); });
    const auto bad = std::ranges::find_if(inverse, [](double v) { return !(v < 1e38); });
    if (bad == inverse.end()) return inverse;
    return fail(ErrorCode::InvalidArgument, fmt::format("feature row {} (from 0) is all zeros", bad - inverse.begin()));
}

struct Candidate {
    float value = 0;
    std::int64_t index = 0;
};

bool better(const Candidate& a, const Candidate& b) {
    return a.value > b.value || (a.value == b.value && a.index < b.index);
}

/// The `wanted` best of what it is offered.
class BestList {
public:
    explicit BestList(std::size_t wanted) : m_wanted(wanted) { m_kept.reserve(2 * wanted); }

    float threshold() const { return m_threshold; }
    void offer(float value, std::int64_t index) {
        if (!(value > m_threshold)) return;
        m_kept.push_back({value, index});
        if (m_kept.size() == 2 * m_wanted) shrink();
    }
    std::vector<Candidate>& finish() {
        if (m_kept.size() > m_wanted) shrink();
        return m_kept;
    }

private:
    void shrink() {
        const auto last = m_kept.begin() + std::ptrdiff_t(m_wanted - 1);
        std::nth_element(m_kept.begin(), last, m_kept.end(), better);
        m_kept.resize(m_wanted);
        m_threshold = m_kept.back().value;
    }

    std::size_t m_wanted;
    float m_threshold = -std::numeric_limits<float>::infinity();
    std::vector<Candidate> m_kept;
};

/// Offers product · scale of `count` rows from `firstIndex` on. Most stretches hold nothing better and are left at
/// once.
void scan(const float* products, const float* scales, std::int64_t count, std::int64_t firstIndex, BestList& list) {
    constexpr std::int64_t kStretch = 4 * std::int64_t(kLanes);
    std::int64_t j = 0;
    for (; j + kStretch <= count; j += kStretch) {
        std::array<float, kLanes> largest;
        largest.fill(-std::numeric_limits<float>::infinity());
        for (std::int64_t part = j; part < j + kStretch; part += std::int64_t(kLanes)) {
            for (std::size_t l = 0; l < kLanes; ++l) {
                const float value = products[part + std::int64_t(l)] * scales[part + std::int64_t(l)];
                largest[l] = value > largest[l] ? value : largest[l];
            }
        }
        if (!(*std::ranges::max_element(largest) > list.threshold())) continue;
        for (std::int64_t i = j; i < j + kStretch; ++i)
            list.offer(products[i] * scales[i], firstIndex + i);
    }
    for (; j < count; ++j)
        list.offer(products[j] * scales[j], firstIndex + j);
}

}  // namespace

/// One search: queries in chunks whose candidate lists fit into memory, each chunk over all rows.
class NearestRows::Search {
public:
    Search(const NearestRows& nearest, const Matrix& queries, std::vector<double> queryScale, std::size_t k)
        : m_nearest(nearest),
          m_queries(queries),
          m_queryScale(std::move(queryScale)),
          m_k(k),
          m_wanted(std::min(k + kSpare, nearest.size())) {}

    Neighbours run() {
        m_found.k = m_k;
        m_found.values.resize(m_queries.rows() * m_k);
        m_found.indices.resize(m_queries.rows() * m_k);
        const std::size_t most = std::max<std::size_t>(512, kCandidateBytes / (2 * m_wanted * sizeof(Candidate)));
        for (std::size_t first = 0; first < m_queries.rows(); first += most)
            searchChunk(std::int64_t(first), std::int64_t(std::min(most, m_queries.rows() - first)));
        return std::move(m_found);
    }

private:
    void searchChunk(std::int64_t first, std::int64_t count) {
        std::vector<BestList> lists;
        lists.reserve(std::size_t(count));
        for (std::int64_t i = 0; i < count; ++i)
            lists.emplace_back(m_wanted);
        // Small blocks where there are few queries, so that every thread has some.
        const std::int64_t share = count / (4 * at::get_num_threads()) + 1;
        const std::int64_t rows = std::clamp<std::int64_t>(share, std::min<std::int64_t>(16, count), kMostQueryRows);
        const auto trainRows = std::int64_t(m_nearest.size());
        for (std::int64_t stretch = 0; stretch < trainRows; stretch += kTrainStretch) {
            const std::int64_t end = std::min(stretch + kTrainStretch, trainRows);
            at::parallel_for(0, (count + rows - 1) / rows, 1, [&](std::int64_t begin, std::int64_t last) {
                for (std::int64_t b = begin; b < last; ++b) {
                    const std::int64_t from = b * rows;
                    scanStretch(first + from, std::min(rows, count - from), stretch, end, &lists[std::size_t(from)]);
                }
            });
        }
        at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t last) {
            for (std::int64_t i = begin; i < last; ++i)
                rank(std::size_t(first + i), lists[std::size_t(i)].finish());
        });
    }

    void scanStretch(std::int64_t firstQuery, std::int64_t count, std::int64_t begin, std::int64_t end,
                     BestList* lists) const {
        const at::Tensor queries = train::viewOf(m_queries).narrow(0, firstQuery, count);
        const at::Tensor train = train::viewOf(m_nearest.m_rows);
        at::Tensor products = at::empty({count, kTrainRows}, at::kFloat);
        for (std::int64_t at = begin; at < end; at += kTrainRows) {
            const std::int64_t rows = std::min(kTrainRows, end - at);
            if (rows != products.size(1)) products = at::empty({count, rows}, at::kFloat);
            at::mm_out(products, queries, train.narrow(0, at, rows).t());
            const float* values = products.data_ptr<float>();
            for (std::int64_t i = 0; i < count; ++i)
                scan(values + i * rows, m_nearest.m_scale32.data() + at, rows, at, lists[i]);
        }
    }

    /// Computes the candidates again in double and keeps the k best.
    void rank(std::size_t query, std::vector<Candidate>& candidates) {
        std::vector<std::pair<double, std::int64_t>> exact;
        exact.reserve(candidates.size());
        for (const Candidate& candidate : candidates) {
            const auto index = std::size_t(candidate.index);
            const double product = dot(m_queries.row(query), m_nearest.m_rows.row(index));
            exact.emplace_back(-product * m_nearest.m_scale[index] * m_queryScale[query], candidate.index);
        }
        std::partial_sort(exact.begin(), exact.begin() + std::ptrdiff_t(m_k), exact.end());
        for (std::size_t n = 0; n < m_k; ++n) {
            m_found.values[query * m_k + n] = -exact[n].first;
            m_found.indices[query * m_k + n] = exact[n].second;
        }
    }

    const NearestRows& m_nearest;
    const Matrix& m_queries;
    std::vector<double> m_queryScale;
    std::size_t m_k;
    std::size_t m_wanted;
    Neighbours m_found;
};

Result<NearestRows> NearestRows::make(Matrix rows, std::span<const double> weights) {
    assert(weights.empty() || weights.size() == rows.rows());
    auto scale = inverseLengths(rows);
    if (!scale) return failFrom(scale);
    for (std::size_t i = 0; i < weights.size(); ++i)
        (*scale)[i] *= weights[i];
    NearestRows nearest;
    nearest.m_rows = std::move(rows);
    nearest.m_scale32.assign(scale->begin(), scale->end());
    nearest.m_scale = std::move(*scale);
    return nearest;
}

Result<Neighbours> NearestRows::find(const Matrix& queries, std::size_t k) const {
    assert(k >= 1 && k <= size() && queries.cols() == m_rows.cols());
    auto scale = inverseLengths(queries);
    if (!scale) return failFrom(scale);
    return Search(*this, queries, std::move(*scale), k).run();
}

}  // namespace oodscope::ood
