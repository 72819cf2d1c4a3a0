// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/max_norm_detector.h"

#include <algorithm>
#include <cmath>

#include "core/ood/blocks_torch.h"
#include "core/ood/logit_detector.h"

namespace oodscope::ood {

namespace {

double maxOverL1(std::span<const float> row) {
    double length = 0;
    for (const float v : row)
        length += std::abs(double(v));
    return *std::ranges::max_element(row) / length;
}

double maxOverL2(std::span<const float> row) {
    double squares = 0;
    for (const float v : row)
        squares += double(v) * double(v);
    return *std::ranges::max_element(row) / std::sqrt(squares);
}

double maxSoftmax(std::span<const float> row) {
    return largestSoftmax(row, /*temperature=*/1);
}

}  // namespace

Result<std::vector<double>> MaxNormDetector::scoreRows(const DetectorInput& input) const {
    const std::string& norm = options().word("norm");
    return scoresByRow(input.features, norm == "l1" ? maxOverL1 : norm == "l2" ? maxOverL2 : maxSoftmax);
}

}  // namespace oodscope::ood
