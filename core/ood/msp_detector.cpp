// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/msp_detector.h"

#include <algorithm>
#include <cmath>

namespace oodscope::ood {

double MspDetector::scoreOf(std::span<const float> logits) const {
    return 1.0 / softmaxSum(logits, temperature()).sum;
}

}  // namespace oodscope::ood
