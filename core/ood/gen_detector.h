// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/logit_detector.h"

namespace oodscope::ood {

/// −Σ over the M largest p of p^γ (1 − p)^γ, p = softmax(z) (Liu, Lochman and Zach, CVPR 2023). M above the number of
/// classes means all of them.
class GenDetector final : public LogitDetector {
public:
    static constexpr std::array kOptions{
        DetectorOption{"gamma", "0.1", "the exponent γ", 1e-3, 100},
        DetectorOption{"m", "100", "the M largest probabilities", 1, 1e6, /*whole=*/true},
    };
    static constexpr DetectorInfo kInfo{.key = "gen",
                                        .name = "Generalised entropy (GEN)",
                                        .formula = "−Σ over the M largest p of p^γ (1 − p)^γ, p = softmax(z)",
                                        .source = "Liu, Lochman and Zach, CVPR 2023",
                                        .needs = {.logits = true},
                                        .options = kOptions};

    using LogitDetector::LogitDetector;

private:
    double scoreOf(std::span<const float> logits) const override;

    const double m_gamma = options().number("gamma");
    const std::size_t m_largest = std::size_t(options().whole("m"));
};

}  // namespace oodscope::ood
