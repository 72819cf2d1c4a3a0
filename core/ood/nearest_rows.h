// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"

namespace oodscope::ood {

/// The k nearest rows of each query, nearest first.
struct Neighbours {
    std::size_t k = 0;
    std::vector<double> values;         // [N, k]
    std::vector<std::int64_t> indices;  // [N, k]

    std::span<const double> valuesOf(std::size_t query) const { return {values.data() + query * k, k}; }
    std::span<const std::int64_t> indicesOf(std::size_t query) const { return {indices.data() + query * k, k}; }
};

/// In which precision candidates are looked for. The neighbours are the same.
enum class Products {
    Fastest,  // bf16 where a long search is clearly faster with it, which is measured
    Full,     // float32
    Half,     // bf16
};

/// Looks for the rows of a matrix whose weight · cosine to a query is largest: exact in double, see Note [Exact
/// neighbours from inexact products]. Shares the matrix and copies no more than a stretch of it at a time, so that it may
/// be memory-mapped and larger than memory.
class NearestRows {
public:
    NearestRows() = default;
    /// weights: one per row, or empty: all 1. Error: a row of zeros (its index is named).
    static Result<NearestRows> make(Matrix rows, std::span<const double> weights = {});

    std::size_t size() const { return m_rows.rows(); }
    /// 1 ≤ k ≤ size() and a width that fits (asserted). Error: a query of zeros.
    Result<Neighbours> find(const Matrix& queries, std::size_t k, Products products = Products::Fastest) const;

private:
    class Search;

    Matrix m_rows;                // [N, D]
    std::vector<double> m_scale;  // N: weight over length
    std::vector<float> m_scale32;
    double m_largestWeight = 1;  // by amount
};

}  // namespace oodscope::ood
