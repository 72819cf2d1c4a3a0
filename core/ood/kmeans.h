// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/matrix.h"

namespace oodscope::ood {

/// The cluster in [0, clusters) of every row, rows scaled to unit length: k-means++ (Arthur and Vassilvitskii 2007) and
/// then Lloyd's steps until nothing moves, 100 at most. Needs as many rows as clusters (asserted). A cluster may end up
/// empty. The same seed gives the same clusters.
std::vector<std::int32_t> kmeansOfUnitRows(const Matrix& samples, int clusters, std::uint64_t seed);

}  // namespace oodscope::ood
