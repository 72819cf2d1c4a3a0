// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/msp_detector.h"

#include <cmath>

namespace oodscope::ood {

double MspDetector::scoreOf(std::span<const float> logits) const {
    return largestSoftmax(logits, m_temperature);
}

}  // namespace oodscope::ood
