// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/nearest_rows.h"

#include <ATen/ops/empty.h>
#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cassert>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/model/linear_torch.h"
#include "core/ood/blocks_torch.h"
#include "core/ood/candidate_list.h"
#include "core/ood/row_kernels.h"

namespace oodscope::ood {

namespace {

constexpr std::int64_t kQueryRows = 256;       // a block of products: 256 × 1024, which stays in a processor's cache
constexpr std::int64_t kTrainRows = 1024;      // until it is scanned
constexpr std::int64_t kTrainStretch = 16384;  // rows that all queries look at before the next are read
constexpr std::int64_t kPackedFrom = 64;       // queries
constexpr std::int64_t kRoundedRows = 256;     // rows rounded to bf16 at a time
constexpr std::size_t kChunkBytes = std::size_t{256} << 20;  // candidates and rounded queries at a time
constexpr std::size_t kAhead = 2;                            // candidates that are fetched while one is ranked
constexpr double kWorthTrying = 2e10;  // multiplications of a search that is long enough to try what is faster
constexpr double kClearlyFaster = 1.3;
constexpr double kFloatUnit = 0x1p-24;  // relative error of rounding to float32, and to bf16
constexpr double kHalfUnit = 0x1p-8;

/// 1 over the length of each row. Error: a row of zeros, or one too short for a float.
Result<std::vector<double>> inverseLengths(const Matrix& matrix) {
    std::vector<double> inverse =
        scoresByRow(matrix, [](std::span<const float> row) { return 1.0 / std::sqrt(dot(row, row)); });
    const auto bad = std::ranges::find_if(inverse, [](double v) { return !(v < 1e38); });
    if (bad == inverse.end()) return inverse;
    return fail(ErrorCode::InvalidArgument, fmt::format("feature row {} (from 0) is all zeros", bad - inverse.begin()));
}

/// The products of a query with the rows from firstRow on.
template <class Value>
struct ProductRow {
    std::size_t query = 0;
    std::int64_t firstRow = 0;
    const Value* values = nullptr;
    std::int64_t count = 0;
};

static_assert(kTrainRows <= std::int64_t(kStretch * kMostStretches));

/// [M, D], to be multiplied with so many queries of the same type: packed where that is worth reading the rows for.
model::Linear factorOf(const at::Tensor& rows, std::int64_t queries) {
    const std::int64_t hint = queries < kPackedFrom ? 0 : kQueryRows;
    return {rows, at::Tensor(), model::Placement{rows.device(), rows.scalar_type()}, hint};
}

/// Calls visit(ProductRow) for all queries [N, D] and rows [M, D], each query's in the order of the rows. Threads share
/// out the queries; each scans its products at once.
template <class Value, class Visit>
void forEachProduct(const at::Tensor& queries, const at::Tensor& rows, Visit visit) {
    std::vector<model::Linear> blocks;
    for (std::int64_t first = 0; first < rows.size(0); first += kTrainRows)
        blocks.push_back(factorOf(rows.narrow(0, first, std::min(kTrainRows, rows.size(0) - first)), queries.size(0)));
    at::parallel_for(0, queries.size(0), kQueryRows / 8, [&](std::int64_t begin, std::int64_t end) {
        for (std::size_t b = 0; b < blocks.size(); ++b) {
            for (std::int64_t first = begin; first < end; first += kQueryRows) {
                const at::Tensor products =
                    blocks[b].apply(queries.narrow(0, first, std::min(kQueryRows, end - first)));
                const Value* values = products.template const_data_ptr<Value>();
                for (std::int64_t i = 0; i < products.size(0); ++i, values += products.size(1))
                    visit(ProductRow<Value>{std::size_t(first + i), std::int64_t(b) * kTrainRows, values,
                                            products.size(1)});
            }
        }
    });
}

/// Offers valueAt(0 … count − 1), which belong to the rows from `firstIndex` on, where `above` has a bit for their
/// stretch; most stretches hold nothing better. Those behind the last whole stretch are always offered.
template <class ValueAt>
void offerStretches(std::uint64_t above, ValueAt valueAt, std::int64_t count, std::int64_t firstIndex,
                    CandidateList& list) {
    constexpr auto kLength = std::int64_t(kStretch);
    for (; above != 0; above &= above - 1) {
        const std::int64_t begin = std::countr_zero(above) * kLength;
        for (std::int64_t j = begin; j < begin + kLength; ++j)
            list.offer(valueAt(j), firstIndex + j);
    }
    for (std::int64_t j = count / kLength * kLength; j < count; ++j)
        list.offer(valueAt(j), firstIndex + j);
}

void scan(const ProductRow<float>& products, const float* factors, std::int64_t firstIndex, CandidateList& list) {
    const float* values = products.values;
    offerStretches(
        stretchesAbove(values, factors, std::size_t(products.count), list.threshold()),
        [=](std::int64_t j) { return values[j] * factors[j]; }, products.count, firstIndex, list);
}

void scan(const ProductRow<at::BFloat16>& products, std::int64_t firstIndex, CandidateList& list) {
    const at::BFloat16* values = products.values;
    const auto* bits = reinterpret_cast<const std::uint16_t*>(values);
    offerStretches(
        stretchesAbove(bits, std::size_t(products.count), list.threshold()),
        [=](std::int64_t j) { return float(values[j]); }, products.count, firstIndex, list);
}

/// Rows times their scales, rounded to bf16.
struct RoundedRows {
    at::Tensor rows;    // [n, D] bf16
    at::Tensor errors;  // [n]: ‖row − rounded row‖
};

RoundedRows roundRows(const Matrix& matrix, std::span<const double> scales, std::int64_t first, std::int64_t count) {
    const at::Tensor all = train::viewOf(matrix).narrow(0, first, count);
    std::vector<float> factors(scales.begin() + first, scales.begin() + first + count);
    const at::Tensor column = at::from_blob(factors.data(), {count, 1}, at::kFloat);
    const RoundedRows rounded{at::empty(all.sizes(), at::kBFloat16), at::empty({count}, at::kFloat)};
    at::parallel_for(0, count, kRoundedRows, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; i += kRoundedRows) {
            const std::int64_t n = std::min(kRoundedRows, end - i);
            at::Tensor piece = all.narrow(0, i, n).mul(column.narrow(0, i, n));
            at::Tensor half = rounded.rows.narrow(0, i, n);
            half.copy_(piece);
            rounded.errors.narrow(0, i, n).copy_(piece.sub_(half).norm(2, {1}));
        }
    });
    return rounded;
}

double secondsOfProduct(const at::Tensor& queries, const model::Linear& rows) {
    const auto run = [&] {
        const auto begin = std::chrono::steady_clock::now();
        rows.apply(queries);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    };
    run();
    return std::min(run(), run());
}

}  // namespace

// Note [Exact neighbours from inexact products]
// Blocks of products, in float32 or bf16, only say which rows cannot be among the k nearest: their error is bounded,
// and what is within it stays a candidate (CandidateList). The candidates are computed again in double, so the
// precision of the products changes the time and not the result. For a unit vector q and a row r, a unit vector times a
// weight w, a float32 sum of D terms is wrong by |w| · D · 2⁻²⁴ at most. With q and r rounded to q' and r' there is
// also, by Cauchy and Schwarz, ‖q − q'‖ · |w| + ‖r − r'‖, both lengths being known, and the rounding of the product to
// bf16. Where more than a few thousand rows lie within the error of the kth, they are nearly alike: such a query is
// searched again in float32, where the best of them by float32 are taken.

/// One search: queries in chunks whose candidate lists fit into memory, each chunk over all rows.
class NearestRows::Search {
public:
    Search(const NearestRows& nearest, const Matrix& queries, std::vector<double> queryScale, std::size_t k)
        : m_nearest(nearest), m_queries(queries), m_queryScale(std::move(queryScale)), m_k(k) {
        m_found.k = m_k;
        m_found.values.resize(m_queries.rows() * m_k);
        m_found.indices.resize(m_queries.rows() * m_k);
    }

    Neighbours run(Products products) {
        m_half = products == Products::Half || (products == Products::Fastest && halfPays());
        const std::size_t bytes = CandidateList::roomFor(m_k) * sizeof(Candidate) + (m_half ? 2 * m_queries.cols() : 0);
        const std::size_t most = std::max<std::size_t>(512, kChunkBytes / bytes);
        for (std::size_t first = 0; first < m_queries.rows(); first += most)
            searchChunk(std::int64_t(first), std::int64_t(std::min(most, m_queries.rows() - first)));
        if (!m_undecided.empty()) searchUndecided();
        return std::move(m_found);
    }

private:
    /// Of the products with this query, before what the rounding of rows adds.
    ValueError errorOf(std::size_t query) const {
        const double sum = m_nearest.m_largestWeight * double(m_queries.cols() + 8) * kFloatUnit;
        if (m_half) return {float(sum), float(kHalfUnit * (1 + kHalfUnit))};
        return {float(sum / m_queryScale[query]), 0};
    }

    /// Whether products in bf16 are clearly faster here and as exact as they should be, tried on the first rows.
    bool halfPays() const {
        const double work = double(m_queries.rows()) * double(m_nearest.size()) * double(m_queries.cols());
        if (work < kWorthTrying) return false;
        const auto queryCount = std::min(kQueryRows, std::int64_t(m_queries.rows()));
        const auto rowCount = std::min(kTrainRows, std::int64_t(m_nearest.size()));
        const at::Tensor queries = roundRows(m_queries, m_queryScale, 0, queryCount).rows;
        const at::Tensor rows = roundRows(m_nearest.m_rows, m_nearest.m_scale, 0, rowCount).rows;
        const at::Tensor fullQueries = queries.to(at::kFloat);
        const model::Linear half = factorOf(rows, queryCount);
        const model::Linear full = factorOf(rows.to(at::kFloat), queryCount);
        const at::Tensor difference = half.apply(queries).to(at::kFloat).sub_(full.apply(fullQueries));
        const double allowed = m_nearest.m_largestWeight * 1.02 * kHalfUnit;
        if (!(difference.abs_().max().item<double>() <= allowed)) return false;
        return kClearlyFaster * secondsOfProduct(queries, half) < secondsOfProduct(fullQueries, full);
    }

    void searchChunk(std::int64_t first, std::int64_t count) {
        std::vector<CandidateList> lists;
        lists.reserve(std::size_t(count));
        for (std::int64_t i = 0; i < count; ++i)
            lists.emplace_back(m_k, errorOf(std::size_t(first + i)));
        const auto trainRows = std::int64_t(m_nearest.size());
        for (std::int64_t begin = 0; begin < trainRows; begin += kTrainStretch) {
            const std::int64_t end = std::min(begin + kTrainStretch, trainRows);
            m_half ? scanHalf(first, begin, end, lists) : scanFull(first, begin, end, lists);
        }
        at::parallel_for(0, count, 16, [&](std::int64_t begin, std::int64_t last) {
            for (std::int64_t i = begin; i < last; ++i)
                rank(std::size_t(first + i), lists[std::size_t(i)].finish());
        });
        for (std::int64_t i = 0; m_half && i < count; ++i) {
            if (lists[std::size_t(i)].overflowed()) m_undecided.push_back(std::size_t(first + i));
        }
    }

    void scanFull(std::int64_t first, std::int64_t begin, std::int64_t end, std::vector<CandidateList>& lists) const {
        const at::Tensor queries = train::viewOf(m_queries).narrow(0, first, std::int64_t(lists.size()));
        const at::Tensor train = train::viewOf(m_nearest.m_rows).narrow(0, begin, end - begin);
        const float* scales = m_nearest.m_scale32.data() + begin;
        forEachProduct<float>(queries, train, [&](const ProductRow<float>& p) {
            scan(p, scales + p.firstRow, begin + p.firstRow, lists[p.query]);
        });
    }

    void scanHalf(std::int64_t first, std::int64_t begin, std::int64_t end, std::vector<CandidateList>& lists) {
        if (begin == 0) {
            m_roundedQueries = roundRows(m_queries, m_queryScale, first, std::int64_t(lists.size()));
            m_largestRowError = 0;
        }
        const RoundedRows train = roundRows(m_nearest.m_rows, m_nearest.m_scale, begin, end - begin);
        m_largestRowError = std::max(m_largestRowError, train.errors.max().item<float>());
        const float* queryErrors = m_roundedQueries.errors.const_data_ptr<float>();
        const float weight = float(m_nearest.m_largestWeight * (1 + kHalfUnit));
        for (std::size_t i = 0; i < lists.size(); ++i) {
            const float sum = errorOf(std::size_t(first) + i).absolute;
            lists[i].raiseAbsoluteError((sum + queryErrors[i] * weight + m_largestRowError) * 1.001F);
        }
        forEachProduct<at::BFloat16>(m_roundedQueries.rows, train.rows, [&](const ProductRow<at::BFloat16>& p) {
            scan(p, begin + p.firstRow, lists[p.query]);
        });
    }

    /// Computes the candidates again in double and keeps the k best.
    void rank(std::size_t query, std::vector<Candidate>& candidates) {
        std::vector<std::pair<double, std::int64_t>> exact;
        exact.reserve(candidates.size());
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            if (i + kAhead < candidates.size()) prefetchRow(m_nearest.m_rows.row(candidates[i + kAhead].index));
            const auto index = std::size_t(candidates[i].index);
            const double product = dot(m_queries.row(query), m_nearest.m_rows.row(index));
            exact.emplace_back(-product * m_nearest.m_scale[index] * m_queryScale[query], candidates[i].index);
        }
        std::partial_sort(exact.begin(), exact.begin() + std::ptrdiff_t(m_k), exact.end());
        for (std::size_t n = 0; n < m_k; ++n) {
            m_found.values[query * m_k + n] = -exact[n].first;
            m_found.indices[query * m_k + n] = exact[n].second;
        }
    }

    /// The queries whose neighbours bf16 does not tell apart, once more in float32.
    void searchUndecided() {
        const std::size_t width = m_queries.cols();
        std::vector<float> values;
        std::vector<double> scales;
        for (const std::size_t query : m_undecided) {
            const auto row = m_queries.row(query);
            values.insert(values.end(), row.begin(), row.end());
            scales.push_back(m_queryScale[query]);
        }
        const Matrix queries = Matrix::own(m_undecided.size(), width, std::move(values));
        const Neighbours found = Search(m_nearest, queries, std::move(scales), m_k).run(Products::Full);
        for (std::size_t i = 0; i < m_undecided.size(); ++i) {
            std::ranges::copy(found.valuesOf(i), m_found.values.begin() + std::ptrdiff_t(m_undecided[i] * m_k));
            std::ranges::copy(found.indicesOf(i), m_found.indices.begin() + std::ptrdiff_t(m_undecided[i] * m_k));
        }
    }

    const NearestRows& m_nearest;
    const Matrix& m_queries;
    std::vector<double> m_queryScale;
    std::size_t m_k;
    bool m_half = false;
    RoundedRows m_roundedQueries;          // of the chunk
    float m_largestRowError = 0;           // of the stretches so far
    std::vector<std::size_t> m_undecided;  // queries
    Neighbours m_found;
};

Result<NearestRows> NearestRows::make(Matrix rows, std::span<const double> weights) {
    assert(weights.empty() || weights.size() == rows.rows());
    auto scale = inverseLengths(rows);
    if (!scale) return failFrom(scale);
    NearestRows nearest;
    if (!weights.empty()) nearest.m_largestWeight = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        (*scale)[i] *= weights[i];
        nearest.m_largestWeight = std::max(nearest.m_largestWeight, std::abs(weights[i]));
    }
    nearest.m_rows = std::move(rows);
    nearest.m_scale32.assign(scale->begin(), scale->end());
    nearest.m_scale = std::move(*scale);
    return nearest;
}

Result<Neighbours> NearestRows::find(const Matrix& queries, std::size_t k, Products products) const {
    assert(k >= 1 && k <= size() && queries.cols() == m_rows.cols());
    auto scale = inverseLengths(queries);
    if (!scale) return failFrom(scale);
    return Search(*this, queries, std::move(*scale), k).run(products);
}

}  // namespace oodscope::ood
