// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// −entropy of softmax(z / T) (Chan et al. 2021, arXiv 2012.06575).
class EntropyDetector final : public LogitDetector {
public:
    static constexpr std::array kOptions{kTemperature};
    static constexpr DetectorInfo kInfo{.key = "entropy",
                                        .name = "Negative entropy",
                                        .formula = "−entropy of softmax(z / T)",
                                        .source = "Chan et al. 2021, arXiv 2012.06575",
                                        .needs = {.logits = true},
                                        .options = kOptions};

    using LogitDetector::LogitDetector;

private:
    double scoreOf(std::span<const float> logits) const override;

    const double m_temperature = options().number(kTemperature.key);
};

}  // namespace oodscope::ood
