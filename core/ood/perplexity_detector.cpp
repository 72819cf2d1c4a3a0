// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/perplexity_detector.h"

#include <cmath>

namespace oodscope::ood {

double PerplexityDetector::scoreOf(std::span<const float> logits) const {
    return -std::exp(softmaxEntropy(logits, m_temperature));
}

}  // namespace oodscope::ood
