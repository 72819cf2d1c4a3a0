// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/histogram/histogram_data.h"

#include <algorithm>
#include <limits>

namespace oodscope::ui {

std::size_t HistogramBins::indexOf(double value) const {
    const auto it = std::upper_bound(edges.begin(), edges.end(), value);
    const auto place = static_cast<std::size_t>(it - edges.begin());
    return std::clamp<std::size_t>(place, 1, count()) - 1;
}

HistogramBins sharedBins(const std::vector<std::span<const double>>& sortedSets, std::size_t bins) {
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    for (const auto& sorted : sortedSets) {
        if (sorted.empty()) continue;
        low = std::min(low, sorted.front());
        high = std::max(high, sorted.back());
    }
    HistogramBins result;
    if (!(low <= high) || bins == 0) return result;
    if (low == high) {
        low -= 0.5;
        high += 0.5;
    }
    result.edges.resize(bins + 1);
    for (std::size_t i = 0; i <= bins; ++i)
        result.edges[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(bins);
    result.edges.back() = high;
    return result;
}

std::vector<std::size_t> countsInBins(std::span<const double> sorted, const HistogramBins& bins) {
    std::vector<std::size_t> counts(bins.count(), 0);
    if (counts.empty()) return counts;
    auto from = std::lower_bound(sorted.begin(), sorted.end(), bins.low());
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const bool last = i + 1 == counts.size();
        const auto to = last ? std::upper_bound(from, sorted.end(), bins.edges[i + 1])
                             : std::lower_bound(from, sorted.end(), bins.edges[i + 1]);
        counts[i] = static_cast<std::size_t>(to - from);
        from = to;
    }
    return counts;
}

}  // namespace oodscope::ui
