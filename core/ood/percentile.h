// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace oodscope::ood {

/// The percentile (0 to 100) with linear interpolation between neighbours, as numpy's default. `values` is reordered;
/// it must not be empty.
double percentileOf(std::vector<double>& values, double percentile);

/// The same of a stream that is too large to keep: `visit` calls its argument with every value, in pieces, in any
/// order, and is called twice. Exact: two passes over histograms of the bits of the floats. Values must be finite and
/// there must be one at least.
double streamedPercentile(const std::function<void(const std::function<void(std::span<const float>)>&)>& visit,
                          double percentile);

}  // namespace oodscope::ood
