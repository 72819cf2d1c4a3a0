// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/logit_detector.h"

#include <algorithm>
#include <cmath>

#include "core/ood/blocks_torch.h"

namespace oodscope::ood {

SoftmaxSum softmaxSum(std::span<const float> logits, double temperature) {
    SoftmaxSum result;
    result.largest = *std::max_element(logits.begin(), logits.end());
    for (const float z : logits)
        result.sum += std::exp((double(z) - result.largest) / temperature);
    return result;
}

double largestSoftmax(std::span<const float> logits, double temperature) {
    return 1.0 / softmaxSum(logits, temperature).sum;
}

double softmaxEntropy(std::span<const float> logits, double temperature) {
    // With s = Σ exp((z − max)/T): entropy = ln s − Σ p · (z − max)/T. A vanished p adds nothing.
    const SoftmaxSum softmax = softmaxSum(logits, temperature);
    double mean = 0;
    for (const float z : logits) {
        const double shifted = (double(z) - softmax.largest) / temperature;
        const double weight = std::exp(shifted);
        if (weight > 0) mean += weight * shifted;
    }
    return std::log(softmax.sum) - mean / softmax.sum;
}

Result<std::vector<double>> LogitDetector::scoreRows(const DetectorInput& input) const {
    return scoresByRow(input.logits, [this](std::span<const float> row) { return scoreOf(row); });
}

}  // namespace oodscope::ood
