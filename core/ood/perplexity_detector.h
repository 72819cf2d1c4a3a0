// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// −exp(entropy of softmax(z / T)) (Adaloglou et al. 2024, arXiv 2303.05828).
class PerplexityDetector final : public LogitDetector {
public:
    static constexpr std::array kOptions{kTemperature};
    static constexpr DetectorInfo kInfo{.key = "perplexity",
                                        .name = "Negative perplexity",
                                        .formula = "−exp(entropy of softmax(z / T))",
                                        .source = "Adaloglou et al. 2024, arXiv 2303.05828",
                                        .needs = {.logits = true},
                                        .options = kOptions};

    using LogitDetector::LogitDetector;

private:
    double scoreOf(std::span<const float> logits) const override;

    const double m_temperature = options().number(kTemperature.key);
};

}  // namespace oodscope::ood
