// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// max softmax(z / T) (Hendrycks and Gimpel 2017, arXiv 1610.02136).
class MspDetector final : public LogitDetector {
public:
    static constexpr std::array kOptions{kTemperature};
    static constexpr DetectorInfo kInfo{.key = "msp",
                                        .name = "Maximum softmax probability",
                                        .formula = "max softmax(z / T)",
                                        .source = "Hendrycks and Gimpel 2017, arXiv 1610.02136",
                                        .needs = {.logits = true},
                                        .options = kOptions};

    using LogitDetector::LogitDetector;

private:
    double scoreOf(std::span<const float> logits) const override;

    const double m_temperature = options().number(kTemperature.key);
};

}  // namespace oodscope::ood
