// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/perplexity_detector.h"

#include <algorithm>
#include <cmath>

namespace oodscope::ood {

double PerplexityDetector::scoreOf(std::span<const float> logits) const {
    // With s = Σ exp((z − max)/T): entropy = ln s − Σ p · (z − max)/T. A vanished p adds nothing.
    const SoftmaxSum softmax = softmaxSum(logits, temperature());
    double mean = 0;
    for (const float z : logits) {
        const double shifted = (double(z) - softmax.largest) / temperature();
        const double weight = std::exp(shifted);
        if (weight > 0 || std::isnan(weight)) mean += weight * shifted;
    }
    return -std::exp(std::log(softmax.sum) - mean / softmax.sum);
}

}  // namespace oodscope::ood
