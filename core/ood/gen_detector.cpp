// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/gen_detector.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace oodscope::ood {

double GenDetector::scoreOf(std::span<const float> logits) const {
    std::vector<float> chosen(logits.begin(), logits.end());
    const std::size_t count = std::min(m_largest, chosen.size());
    std::nth_element(chosen.begin(), chosen.begin() + std::ptrdiff_t(count - 1), chosen.end(), std::greater<>());
    const auto largest = std::max_element(chosen.begin(), chosen.begin() + std::ptrdiff_t(count));
    std::iter_swap(chosen.begin(), largest);
    // 1 − p of the largest p is the sum of the others: nothing cancels where it is almost 1.
    double others = 0;
    for (std::size_t i = 1; i < chosen.size(); ++i)
        others += std::exp(double(chosen[i]) - double(chosen[0]));
    const double sum = 1 + others;
    double score = std::pow(1 / sum * (others / sum), m_gamma);
    for (std::size_t i = 1; i < count; ++i) {
        const double weight = std::exp(double(chosen[i]) - double(chosen[0]));
        score += std::pow(weight / sum * ((sum - weight) / sum), m_gamma);
    }
    return -score;
}

}  // namespace oodscope::ood
