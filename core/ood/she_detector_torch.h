// SPDX-License-Identifier: GPL-3.0-or-later
// Includes torch headers: only for .cpp files of core.
#pragma once

#include <ATen/core/Tensor.h>

#include "core/ood/detector.h"

namespace oodscope::ood {

/// x · μ_c, c the predicted class, μ_c the mean feature of the train images of class c that are predicted rightly
/// (Zhang et al., ICLR 2023). A class without such an image takes the mean of all of its images, or of the whole train
/// set where it has none.
class SheDetector final : public Detector {
public:
    static constexpr DetectorInfo kInfo{
        .key = "she",
        .name = "Simplified Hopfield energy (SHE)",
        .formula = "x · μ_c, c = argmax z, μ_c: mean of the rightly predicted of class c",
        .source = "Zhang et al., ICLR 2023",
        .needsFit = true,
        .needs = {.logits = true, .features = true, .labels = true}};

    using Detector::Detector;
    std::string note() const override;

private:
    Status fitTrain(const DetectorInput& train) override;
    Result<std::vector<double>> scoreRows(const DetectorInput& input) const override;

    at::Tensor m_patterns;  // [C, D] double
    std::int64_t m_neverRight = 0;
};

}  // namespace oodscope::ood
