// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// T · logsumexp(z / T) (Liu et al. 2020, arXiv 2010.03759).
class FreeEnergyDetector final : public LogitDetector {
public:
    static constexpr std::array kOptions{kTemperature};
    static constexpr DetectorInfo kInfo{.key = "free_energy",
                                        .name = "Free energy",
                                        .formula = "T · logsumexp(z / T)",
                                        .source = "Liu et al. 2020, arXiv 2010.03759",
                                        .needs = {.logits = true},
                                        .options = kOptions};

    using LogitDetector::LogitDetector;

private:
    double scoreOf(std::span<const float> logits) const override;

    const double m_temperature = options().number(kTemperature.key);
};

}  // namespace oodscope::ood
