// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/logit_detector.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace oodscope::ood {

SoftmaxSum softmaxSum(std::span<const float> logits, double temperature) {
    SoftmaxSum result;
    result.largest = *std::max_element(logits.begin(), logits.end());
    for (const float z : logits)
        result.sum += std::exp((double(z) - result.largest) / temperature);
    return result;
}

Result<std::vector<double>> LogitDetector::score(const DetectorInput& input) const {
    if (input.logits.empty()) {
        return fail(ErrorCode::InvalidArgument, fmt::format("{}: there are no logits to score", info().key));
    }
    std::vector<double> scores(input.logits.rows());
    at::parallel_for(0, std::int64_t(scores.size()), 256, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
            scores[std::size_t(i)] = scoreOf(input.logits.row(std::size_t(i)));
    });
    const auto bad = std::find_if(scores.begin(), scores.end(), [](double s) { return !std::isfinite(s); });
    if (bad == scores.end()) return scores;
    return fail(ErrorCode::InvalidArgument,
                fmt::format("{}: the score of row {} (from 0) is not finite: its logits hold "
                            "NaN or infinity",
                            info().key, bad - scores.begin()));
}

}  // namespace oodscope::ood
