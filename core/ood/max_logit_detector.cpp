// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/max_logit_detector.h"

#include <algorithm>
#include <cmath>

namespace oodscope::ood {

double MaxLogitDetector::scoreOf(std::span<const float> logits) const {
    return *std::max_element(logits.begin(), logits.end());
}

}  // namespace oodscope::ood
