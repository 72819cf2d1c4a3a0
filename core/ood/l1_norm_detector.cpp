// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/l1_norm_detector.h"

#include <algorithm>
#include <cmath>

namespace oodscope::ood {

double L1NormDetector::scoreOf(std::span<const float> logits) const {
    const double smallest = *std::min_element(logits.begin(), logits.end());
    double sum = 0;
    for (const float z : logits)
        sum += double(z) - smallest;
    return sum;
}

}  // namespace oodscope::ood
