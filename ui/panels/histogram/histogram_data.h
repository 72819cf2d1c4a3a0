// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace oodscope::ui {

/// Bins that several sets share: edges rise, bin i is [edges[i], edges[i+1]), the last one closed.
struct HistogramBins {
    std::vector<double> edges;  // bins + 1; empty: nothing to show
    std::size_t count() const { return edges.empty() ? 0 : edges.size() - 1; }
    double low() const { return edges.front(); }
    double high() const { return edges.back(); }
    /// The bin that holds `value`; clamps.
    std::size_t indexOf(double value) const;
};

/// From the least to the greatest finite value of all sets; a constant value gets a bin of width 1 around it.
HistogramBins sharedBins(const std::vector<std::span<const double>>& sortedSets, std::size_t bins);

/// How many values fall in each bin. `sorted` rises.
std::vector<std::size_t> countsInBins(std::span<const double> sorted, const HistogramBins& bins);

}  // namespace oodscope::ui
