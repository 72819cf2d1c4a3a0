// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "core/ood/detector.h"

namespace oodscope::ood {

/// max of softmax(x), x/‖x‖₁ or x/‖x‖₂ of the features (Adaloglou et al. 2024, arXiv 2303.05828).
class MaxNormDetector final : public Detector {
public:
    static constexpr std::array kOptions{DetectorOption{
        .key = "norm", .standard = "softmax", .meaning = "what x is divided by", .words = "softmax|l1|l2"}};
    static constexpr DetectorInfo kInfo{.key = "max_norm",
                                        .name = "Maximum of normalised features",
                                        .formula = "max of softmax(x), x/‖x‖₁ or x/‖x‖₂",
                                        .source = "Adaloglou et al. 2024, arXiv 2303.05828",
                                        .needs = {.features = true},
                                        .options = kOptions};

    using Detector::Detector;

private:
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;
};

}  // namespace oodscope::ood
